/* SPDX-License-Identifier: Apache-2.0 */
/* Tests that constants of rules are resolved by the links that the test creates. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "ruleset/links.h"

static char dir[] = "/tmp/saker-test-links-XXXXXX";

/* Both paths are below the directory; @want NULL: the path stays the same. */
static void leads(struct links *links, const char *path, const char *want)
{
	char from[256], to[256];
	struct str got = { 0 };
	bool r;

	snprintf(from, sizeof(from), "%s%s", dir, path);
	snprintf(to, sizeof(to), "%s%s", dir, want ? want : "");
	r = links_resolve(links, str_of(from), &got);
	if (r != !!want || (r && !str_eq(got, str_of(to))))
		fail_msg("%s leads to " STR_FMT, from, STR_ARG(r ? got : STR("itself")));
}

static void make(const char *path, const char *to)
{
	char name[256];

	snprintf(name, sizeof(name), "%s/%s", dir, path);
	if (to)
		assert_int_equal(symlink(to, name), 0);
	else
		assert_int_equal(mkdir(name, 0755), 0);
}

static void test_links_are_followed_up_to_the_first_missing_component(void **state)
{
	struct links *links;
	struct str got;

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(links_new(&links), 0);
	make("usr", NULL);
	make("usr/bin", NULL);
	make("bin", "usr/bin");
	make("usr/bin/sh", "dash");
	make("loop", "loop");
	leads(links, "/usr/bin", NULL);
	leads(links, "/bin", "/usr/bin");
	leads(links, "/bin/", "/usr/bin/");
	leads(links, "/bin/ls", "/usr/bin/ls");
	leads(links, "/bin/a/b/", "/usr/bin/a/b/");
	leads(links, "/usr/bin/sh", NULL);	/* a link to a missing file */
	make("usr/bin/dash", NULL);
	leads(links, "/bin/sh", "/usr/bin/dash");
	leads(links, "/loop/x", NULL);
	leads(links, "/nothing", NULL);
	assert_false(links_resolve(links, STR("relative"), &got));
	assert_false(links_resolve(links, STR(""), &got));
	assert_false(links_resolve(links, STR("/"), &got));
	assert_false(links_resolve(links, STR("/a\0b"), &got));
	links_free(links);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_links_are_followed_up_to_the_first_missing_component),
	};
	char command[64];
	int r = cmocka_run_group_tests(tests, NULL, NULL);

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command) ? 1 : r;
}
