/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that the environment is recorded only if a condition, an output or the appended text
 * reads it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <unistd.h>
#include "lib/fd.h"
#include <saker/device.h>
#include "ruleset/select.h"
#include "ruleset/swap.h"

static const struct {
	const char *condition, *output;
	const char *append;		/* NULL: nothing */
	bool env;
} rows[] = {
	{ .condition = "evt.type = execve", .output = "%proc.name %proc.args" },
	{ .condition = "evt.type = execve and proc.env contains LD_PRELOAD", .output = "o",
	  .env = true },
	{ .condition = "evt.type = execve and proc.aenv[LD_PRELOAD] exists", .output = "o",
	  .env = true },
	{ .condition = "evt.type = execve and evt.arg.env contains LD_PRELOAD", .output = "o",
	  .env = true },
	{ .condition = "evt.type = execve and tolower(proc.env[PATH]) = /bin", .output = "o",
	  .env = true },
	{ .condition = "evt.type = execve", .output = "preload=%proc.env[LD_PRELOAD]",
	  .env = true },
	{ .condition = "evt.type = execve", .output = "preload=%toupper(proc.env[LD_PRELOAD])",
	  .env = true },
	{ .condition = "evt.type = execve", .output = "%evt.arg.env", .env = true },
	/* the same argument, by number */
	{ .condition = "evt.type = execve", .output = "%evt.arg[15]", .env = true },
	{ .condition = "evt.type = execve", .output = "%evt.arg[14] %evt.arg.exe" },
	{ .condition = "evt.type = execve", .output = "o",
	  .append = " preload=%proc.env[LD_PRELOAD]", .env = true },
	{ .condition = "evt.type = execve", .output = "o", .append = " pid=%proc.pid" },
};

static void on_reload(void *ctx, const struct swap_outcome *outcome)
{
	(void)ctx;
	(void)outcome;
}

/* Return: the bytes of an environment that are recorded. */
static uint32_t env_bytes(size_t i)
{
	char path[] = "/tmp/saker-test-needs-XXXXXX", text[512];
	const char *paths[] = { path };
	const struct swap_config config = { .paths = paths, .npaths = 1, .on_reload = on_reload,
					    .append = str_of(rows[i].append ? rows[i].append : "") };
	struct saker_selection *sel = malloc(sizeof(*sel));
	int fd = mkstemp(path);
	int n = snprintf(text, sizeof(text), "- rule: r\n  desc: d\n  priority: INFO\n"
			 "  condition: %s\n  output: \"%s\"\n", rows[i].condition, rows[i].output);
	struct swap *swap;
	uint32_t env;

	assert_non_null(sel);
	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, text, (size_t)n), 0);
	close(fd);
	assert_int_equal(swap_new(&swap, &config, stderr, NULL), 0);
	select_for_generation(sel, swap_now(swap), SNAPLEN_DEFAULT, false);
	env = sel->env_max;
	swap_free(swap);
	unlink(path);
	free(sel);
	return env;
}

static void test_the_environment_is_recorded_while_it_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (env_bytes(i) != (rows[i].env ? 32768 : 0))
			fail_msg("%s: \"%s\" \"%s\": the environment is %srecorded",
				 rows[i].condition, rows[i].output,
				 rows[i].append ? rows[i].append : "",
				 rows[i].env ? "not " : "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_environment_is_recorded_while_it_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
