/* SPDX-License-Identifier: Apache-2.0 */
/* Tests that nothing leads out of the root: "..", links, special files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "lib/hostfs.h"

struct tree {
	char dir[64];
	char path[128];
	struct hostfs fs;
};

static const char *in(struct tree *t, const char *name)
{
	snprintf(t->path, sizeof(t->path), "%s/%s", t->dir, name);
	return t->path;
}

static void put(struct tree *t, const char *name, const char *text)
{
	FILE *f = fopen(in(t, name), "we");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* outside, root/a/file, root/a/link -> file, root/up -> ../outside, root/abs -> /outside, root/in -> a/file */
static int tree_make(void **state)
{
	struct tree *t = calloc(1, sizeof(*t));
	char to[128];

	strcpy(t->dir, "/tmp/test-hostfs-XXXXXX");
	if (!mkdtemp(t->dir))
		return -1;
	mkdir(in(t, "root"), 0755);
	mkdir(in(t, "root/a"), 0755);
	put(t, "outside", "secret");
	put(t, "root/a/file", "inside");
	snprintf(to, sizeof(to), "%s/outside", t->dir);
	if (symlink("../outside", in(t, "root/up")) < 0 || symlink(to, in(t, "root/abs")) < 0 ||
	    symlink("a/file", in(t, "root/in")) < 0 || symlink("file", in(t, "root/a/link")) < 0 ||
	    mkfifo(in(t, "root/fifo"), 0644) < 0)
		return -1;
	if (hostfs_init(&t->fs, in(t, "root")) < 0)
		return -1;
	*state = t;
	return 0;
}

static int tree_remove(void **state)
{
	static const char *const files[] = { "root/up", "root/abs", "root/in", "root/fifo",
					     "root/a/file", "root/a/link", "outside" };
	struct tree *t = *state;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		unlink(in(t, files[i]));
	rmdir(in(t, "root/a"));
	rmdir(in(t, "root"));
	rmdir(t->dir);
	hostfs_uninit(&t->fs);
	free(t);
	return 0;
}

static void nothing_leads_out(struct tree *t)
{
	char buf[64];

	assert_int_equal(hostfs_read(&t->fs, "a/file", buf, sizeof(buf)), 6);
	assert_memory_equal(buf, "inside", 6);
	assert_int_equal(hostfs_read(&t->fs, "/a//file", buf, sizeof(buf)), 6);
	assert_int_equal(hostfs_read(&t->fs, "a/file", buf, 3), 3);
	/* Links that lead out lead to nothing, or are not followed. */
	assert_int_equal(hostfs_read(&t->fs, "up", buf, sizeof(buf)),
			 t->fs.no_openat2 ? -ELOOP : -ENOENT);
	assert_int_equal(hostfs_read(&t->fs, "abs", buf, sizeof(buf)),
			 t->fs.no_openat2 ? -ELOOP : -ENOENT);
	assert_true(hostfs_read(&t->fs, "../outside", buf, sizeof(buf)) < 0);
	assert_true(hostfs_read(&t->fs, "a/../../outside", buf, sizeof(buf)) < 0);
	assert_int_equal(hostfs_read(&t->fs, "fifo", buf, sizeof(buf)), -EINVAL);
	assert_int_equal(hostfs_read(&t->fs, "a", buf, sizeof(buf)), -EINVAL);
	assert_int_equal(hostfs_read(&t->fs, "none", buf, sizeof(buf)), -ENOENT);
}

static void test_nothing_leads_out_of_the_root(void **state)
{
	struct tree *t = *state;
	char buf[64];

	nothing_leads_out(t);
	if (!t->fs.no_openat2)
		assert_int_equal(hostfs_read(&t->fs, "in", buf, sizeof(buf)), 6);
}

static void test_the_root_itself_can_be_opened(void **state)
{
	struct tree *t = *state;
	int fd = hostfs_open(&t->fs, "/", O_RDONLY | O_DIRECTORY);

	assert_true(fd >= 0);
	assert_int_equal(faccessat(fd, "a/file", R_OK, 0), 0);
	close(fd);
	assert_int_equal(hostfs_open(&t->fs, "a/file", O_RDONLY | O_DIRECTORY), -ENOTDIR);
}

static void test_a_link_is_read_and_not_followed(void **state)
{
	struct tree *t = *state;
	char buf[64], path[300];

	assert_int_equal(hostfs_readlink(&t->fs, "a/link", buf, sizeof(buf)), 4);
	assert_memory_equal(buf, "file", 4);
	assert_int_equal(hostfs_readlink(&t->fs, "/a/link", buf, 2), 2);
	assert_int_equal(hostfs_readlink(&t->fs, "a/file", buf, sizeof(buf)), -EINVAL);
	assert_int_equal(hostfs_readlink(&t->fs, "b/link", buf, sizeof(buf)), -ENOENT);
	assert_int_equal(hostfs_readlink(&t->fs, "in", buf, sizeof(buf)), -EINVAL);
	assert_int_equal(hostfs_readlink(&t->fs, "/in", buf, sizeof(buf)), -EINVAL);
	for (int n = 255; n <= 256; n++) {		/* the longest directory */
		snprintf(path, sizeof(path), "%0*d/link", n, 0);
		memcpy(path, "a//", 3);
		memset(path + 1, '/', (size_t)n - 1);
		assert_int_equal(hostfs_readlink(&t->fs, path, buf, sizeof(buf)), n == 255 ? 4 : -EINVAL);
	}
}

static void test_nor_on_kernels_without_openat2(void **state)
{
	struct tree *t = *state;

	t->fs.no_openat2 = true;
	nothing_leads_out(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_leads_out_of_the_root, tree_make,
						tree_remove),
		cmocka_unit_test_setup_teardown(test_the_root_itself_can_be_opened, tree_make,
						tree_remove),
		cmocka_unit_test_setup_teardown(test_a_link_is_read_and_not_followed, tree_make,
						tree_remove),
		cmocka_unit_test_setup_teardown(test_nor_on_kernels_without_openat2, tree_make,
						tree_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
