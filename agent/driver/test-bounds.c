/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests how much of a machine's files is read: at each limit, and one beyond it. The machine is a
 * directory of files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include "driver/crash.h"
#include "driver/probes.h"
#include "driver/test-tree.h"
#include "driver/verdict.h"

#define CRASH	"RIP: 0010:hook_exit+0x12/0x80 [saker]"

static int make(void **state)
{
	struct tree *t = calloc(1, sizeof(*t));

	*t = tree_make();
	*state = t;
	return 0;
}

static int destroy(void **state)
{
	tree_remove(*state);
	free(*state);
	return 0;
}

static bool is_blamed(const struct tree *t)
{
	const struct mark none = { 0 };
	struct host host;
	char why[512];
	bool blamed;

	assert_int_equal(host_init(&host, t->dir, NULL), 0);
	blamed = crash_judge(&host, &none, why, sizeof(why));
	host_uninit(&host);
	return blamed;
}

/* @n bytes that end with the line. */
static void put_padded(const struct tree *t, const char *name, const char *line, size_t n)
{
	char *text = malloc(n);

	memset(text, '\n', n);
	memcpy(text + n - strlen(line), line, strlen(line));
	tree_put_bytes(t, name, text, n);
	free(text);
}

static void test_a_mib_of_a_dump_is_read(void **state)
{
	const struct tree *t = *state;

	put_padded(t, "var/crash/dmesg.1", CRASH, 1 << 20);
	assert_true(is_blamed(t));
	put_padded(t, "var/crash/dmesg.1", CRASH, (1 << 20) + 1);
	assert_false(is_blamed(t));
}

static void test_dumps_are_found_two_directories_below_their_place(void **state)
{
	const struct tree *t = *state;

	tree_put(t, "var/crash/a/b/c/dmesg.1", CRASH);
	assert_false(is_blamed(t));
	tree_put(t, "var/crash/a/b/dmesg.1", CRASH);
	assert_true(is_blamed(t));
}

/* The name that is read at place @n, counted from 0; the order is that of the file system. */
static const char *nth_name(const struct tree *t, const char *dir, unsigned int n)
{
	static char name[512];
	char path[512];
	const struct dirent *entry;
	DIR *d;

	snprintf(path, sizeof(path), "%s/%s", t->dir, dir);
	d = opendir(path);
	assert_non_null(d);
	*name = '\0';
	while ((entry = readdir(d))) {
		if (entry->d_name[0] == '.' || n--)
			continue;
		snprintf(name, sizeof(name), "%s/%s", dir, entry->d_name);
		break;
	}
	closedir(d);
	return name;
}

static void test_256_files_are_looked_at(void **state)
{
	const struct tree *t = *state;
	char name[64];

	for (unsigned int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "var/crash/dmesg.%u", i);
		tree_put(t, name, "nothing\n");
	}
	tree_put(t, nth_name(t, "var/crash", 256), CRASH);
	assert_false(is_blamed(t));
	tree_put(t, nth_name(t, "var/crash", 255), CRASH);
	assert_true(is_blamed(t));
}

static enum probe_answer is_built(const struct tree *t)
{
	struct finding finding = { 0 };
	struct host host;

	assert_int_equal(host_init(&host, t->dir, NULL), 0);
	probe_built(&host, &finding);
	host_uninit(&host);
	return finding.answer;
}

static void test_8_mib_of_the_list_of_modules_are_read(void **state)
{
	static const char list[] = "lib/modules/" TREE_RELEASE "/modules.dep";
	static const char line[] = "updates/dkms/saker.ko:";
	const struct tree *t = *state;

	put_padded(t, list, line, 8 << 20);
	assert_int_equal(is_built(t), PROBE_FINE);
	put_padded(t, list, line, (8 << 20) + 1);
	assert_int_equal(is_built(t), PROBE_STOPS);
}

static int read_verdict(const struct tree *t)
{
	struct verdict verdict;
	struct host host;
	int r;

	assert_int_equal(host_init(&host, t->dir, NULL), 0);
	r = verdict_read(&host, &verdict);
	host_uninit(&host);
	assert_int_equal(verdict.loaded, r == 0);
	return r;
}

static void test_less_than_16_kib_of_the_loaders_result_are_read(void **state)
{
	static const char rest[] = "{\"loaded\":true}";
	const struct tree *t = *state;

	put_padded(t, "run/saker/driver.json", rest, (16 << 10) - 1);
	assert_int_equal(read_verdict(t), 0);
	put_padded(t, "run/saker/driver.json", rest, 16 << 10);
	assert_int_equal(read_verdict(t), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_mib_of_a_dump_is_read, make, destroy),
		cmocka_unit_test_setup_teardown(
			test_dumps_are_found_two_directories_below_their_place, make, destroy),
		cmocka_unit_test_setup_teardown(test_256_files_are_looked_at, make, destroy),
		cmocka_unit_test_setup_teardown(test_8_mib_of_the_list_of_modules_are_read, make,
						destroy),
		cmocka_unit_test_setup_teardown(
			test_less_than_16_kib_of_the_loaders_result_are_read, make, destroy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
