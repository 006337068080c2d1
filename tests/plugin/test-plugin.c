/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that the correct plugin opens, and that the error for each wrong one says what is wrong and
 * what to do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>
#include "source/plugin.h"

static void test_a_plugin_can_be_opened_repeatedly(void **state)
{
	const struct plugin *first = NULL, *second = NULL;
	const struct source_plugin *ops;
	char error[512] = "";

	(void)state;
	assert_int_equal(plugin_open(&first, "source", "ebpf", error, sizeof(error)), 0);
	assert_int_equal(plugin_open(&second, "source", "ebpf", error, sizeof(error)), 0);
	assert_ptr_equal(first, second);
	ops = first->ops;
	assert_int_equal(ops->probe(error, sizeof(error)), 0);
}

static void test_each_wrong_plugin_is_refused_with_a_reason(void **state)
{
	static const struct {
		const char *name;
		int r;
		const char *says;
	} wrong[] = {
		{ .name = "nosuch", .r = -ENOENT,
		  .says = "the driver nosuch is not installed: install the package saker-nosuch" },
		{ .name = "abi", .r = -EPROTO,
		  .says = "/saker-abi.so has plugin ABI 9, this agent needs 8: install the package saker-abi of" },
		{ .name = "kind", .r = -EBADMSG, .says = "/saker-kind.so is the output kind, not the source kind" },
		{ .name = "other", .r = -EBADMSG, .says = "/saker-other.so is the source ebpf, not the source other" },
		{ .name = "symbol", .r = -EBADMSG,
		  .says = "/saker-symbol.so: not a plugin of Saker: it has no saker_plugin" },
		{ .name = "library", .r = -ELIBACC, .says = "/saker-library.so cannot be loaded: " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		const struct plugin *plugin = NULL;
		char error[512] = "", path[512];

		assert_int_equal(plugin_open(&plugin, "source", wrong[i].name, error, sizeof(error)),
				 wrong[i].r);
		assert_null(plugin);
		snprintf(path, sizeof(path), "%s/saker-%s.so", getenv("SAKER_PLUGIN_DIR"), wrong[i].name);
		assert_null(dlopen(path, RTLD_NOW | RTLD_NOLOAD));	/* its code does not stay */
		if (!strstr(error, wrong[i].says))
			fail_msg("%s: '%s' does not contain '%s'", wrong[i].name, error, wrong[i].says);
	}
}

static void test_a_directory_that_is_none_has_no_plugin(void **state)
{
	const struct plugin *plugin = NULL;
	char error[512] = "", keep[512];

	(void)state;
	snprintf(keep, sizeof(keep), "%s", getenv("SAKER_PLUGIN_DIR"));
	setenv("SAKER_PLUGIN_DIR", "/proc/self/exe", 1);
	assert_int_equal(plugin_open(&plugin, "source", "ebpf", error, sizeof(error)), -ENOENT);
	assert_string_equal(error, "the driver ebpf is not installed: install the package saker-ebpf");
	setenv("SAKER_PLUGIN_DIR", keep, 1);
}

/* A copy of the plugin, as tests must not change a file of the build. */
struct copy {
	char dir[32], path[64];
};

static int copy_make(void **state)
{
	struct copy *c = calloc(1, sizeof(*c));
	char command[512];

	strcpy(c->dir, "/tmp/test-plugin-XXXXXX");
	if (!mkdtemp(c->dir))
		return -1;
	snprintf(c->path, sizeof(c->path), "%s/saker-ebpf.so", c->dir);
	snprintf(command, sizeof(command), "cp '%s/saker-ebpf.so' %s", getenv("SAKER_PLUGIN_DIR"),
		 c->path);
	*state = c;
	return system(command);
}

static int copy_remove(void **state)
{
	struct copy *c = *state;

	unlink(c->path);
	rmdir(c->dir);
	free(c);
	return 0;
}

static void test_a_plugin_that_others_can_change_is_not_opened(void **state)
{
	const char *dir = getenv("SAKER_PLUGIN_DIR");
	const struct plugin *plugin = NULL;
	struct copy *c = *state;
	char error[512] = "", keep[512], want[128];

	snprintf(keep, sizeof(keep), "%s", dir);
	setenv("SAKER_PLUGIN_DIR", c->dir, 1);
	assert_int_equal(chmod(c->path, 0644), 0);
	assert_int_equal(plugin_open(&plugin, "source", "ebpf", error, sizeof(error)), 0);
	plugin = NULL;
	assert_int_equal(chmod(c->path, 0646), 0);
	assert_int_equal(plugin_open(&plugin, "source", "ebpf", error, sizeof(error)), -EPERM);
	assert_null(plugin);
	assert_non_null(strstr(error, "users other than root can change it"));
	assert_int_equal(chmod(c->dir, 0), 0);
	setfsuid(65534);			/* so that root cannot examine it either */
	assert_int_equal(plugin_open(&plugin, "source", "ebpf", error, sizeof(error)), -EACCES);
	setfsuid(geteuid());
	snprintf(want, sizeof(want), "%s: Permission denied", c->path);
	assert_string_equal(error, want);
	assert_int_equal(chmod(c->dir, 0700), 0);
	setenv("SAKER_PLUGIN_DIR", keep, 1);
}

/* -- a build tree -- */

/* Below the directory of this program, as Meson places the plugin below that of the agent. */
static char built[512];

static int tree_make(void **state)
{
	char command[2048];
	ssize_t n = readlink("/proc/self/exe", built, sizeof(built) - 64);

	(void)state;
	if (n < 0)
		return -1;
	built[n] = '\0';
	strcpy(strrchr(built, '/'), "/agent/ebpf/saker-ebpf.so");
	snprintf(command, sizeof(command), "mkdir -p $(dirname '%s') && cp '%s/saker-ebpf.so' '%s'",
		 built, getenv("SAKER_PLUGIN_DIR"), built);
	return system(command);
}

static int tree_remove(void **state)
{
	(void)state;
	unlink(built);
	*strrchr(built, '/') = '\0';
	rmdir(built);
	*strrchr(built, '/') = '\0';
	return rmdir(built);
}

static void test_a_program_in_its_build_tree_opens_the_plugin_of_that_tree(void **state)
{
	const struct plugin *plugin = NULL;
	char error[512] = "", keep[512];

	(void)state;
	snprintf(keep, sizeof(keep), "%s", getenv("SAKER_PLUGIN_DIR"));
	unsetenv("SAKER_PLUGIN_DIR");
	assert_int_equal(plugin_open(&plugin, "source", "ebpf", error, sizeof(error)), 0);
	assert_non_null(plugin);
	if (geteuid() == 0) {		/* a user who owns neither the program nor the machine must not add code */
		assert_int_equal(chown(built, 12345, 12345), 0);
		assert_int_equal(plugin_open(&plugin, "source", "ebpf", error, sizeof(error)), -EPERM);
	}
	setenv("SAKER_PLUGIN_DIR", keep, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_plugin_can_be_opened_repeatedly),
		cmocka_unit_test(test_each_wrong_plugin_is_refused_with_a_reason),
		cmocka_unit_test(test_a_directory_that_is_none_has_no_plugin),
		cmocka_unit_test_setup_teardown(test_a_plugin_that_others_can_change_is_not_opened,
						copy_make, copy_remove),
		cmocka_unit_test_setup_teardown(
			test_a_program_in_its_build_tree_opens_the_plugin_of_that_tree,
			tree_make, tree_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
