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
#include <sys/syscall.h>
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

/* A file and a directory with these flags; not inherited by programs that the agent starts. */
static void opens_with_flags(const struct hostfs *fs, const char *dir)
{
	int fd = hostfs_open(fs, dir, O_PATH | O_DIRECTORY);
	char byte;

	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(read(fd, &byte, 1), -1);
	assert_int_equal(errno, EBADF);			/* as O_PATH says */
	close(fd);
	fd = hostfs_open(fs, dir, O_RDONLY | O_NONBLOCK);
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	close(fd);
}

static void test_files_are_opened_with_the_flags_that_are_given(void **state)
{
	struct tree *t = *state;
	struct hostfs host;
	char path[160];
	int root_fd;

	for (unsigned int old = 0; old < 2; old++) {		/* as on kernels without openat2() */
		t->fs.no_openat2 = t->fs.no_openat2 || old;
		opens_with_flags(&t->fs, "a");
		assert_int_equal(hostfs_open(&t->fs, "a/file", O_RDONLY | O_DIRECTORY), -ENOTDIR);
		assert_int_equal(hostfs_init(&host, old ? "/" : NULL), 0);
		host.no_openat2 = host.no_openat2 || old;
		snprintf(path, sizeof(path), "%s/root/a", t->dir);
		opens_with_flags(&host, path);
		snprintf(path, sizeof(path), "%s/root/in", t->dir);	/* a link of the host itself is followed */
		assert_int_equal(hostfs_open(&host, path, O_PATH | O_DIRECTORY), -ENOTDIR);
		assert_int_equal(hostfs_read(&host, path, path, sizeof(path)), 6);
		root_fd = host.root_fd;
		hostfs_uninit(&host);
		assert_int_equal(host.root_fd, -1);
		assert_int_equal(fcntl(root_fd, F_GETFD), -1);
	}
}

static bool has_openat2(void)
{
	const uint64_t how[3] = { O_PATH | O_CLOEXEC };
	int fd = (int)syscall(437 /* openat2 */, AT_FDCWD, "/", how, sizeof(how));

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void test_a_root_must_be_a_directory(void **state)
{
	struct tree *t = *state;
	struct hostfs fs;

	assert_int_equal(hostfs_init(&fs, in(t, "root/a/file")), -ENOTDIR);
	assert_int_equal(hostfs_init(&fs, in(t, "none")), -ENOENT);
	for (unsigned int i = 0; i < 3; i++) {
		static const char *const roots[] = { "", "/", "//" };

		assert_int_equal(hostfs_init(&fs, roots[i]), 0);
		assert_true(fs.plain);
		hostfs_uninit(&fs);
	}
	assert_int_equal(hostfs_init(&fs, in(t, "root")), 0);
	assert_false(fs.plain);
	assert_int_equal(fs.no_openat2, !has_openat2());
	hostfs_uninit(&fs);
}

/* Without openat2() each component is opened by itself: of 255 bytes at most, none of them "..". */
static void test_components_are_opened_one_by_one(void **state)
{
	static const struct { const char *path; int r; } row[] = {
		{ "a", 0 }, { "a/", 0 }, { "a/.", 0 }, { "a/..", -ELOOP }, { "..", -ELOOP }, { "../a", -ELOOP },
		{ "..a", -ENOENT }, { "a/file", 0 }, { "a/file/", 0 }, { "a/file/x", -ENOTDIR }, { "none/x", -ENOENT },
		{ "a/link", -ELOOP }, { "in", -ELOOP }, { "a//file", 0 }, { ".a", -ENOENT },
	};
	struct tree *t = *state;
	char path[300];
	int lowest;

	t->fs.no_openat2 = true;
	lowest = dup(t->fs.root_fd);
	close(lowest);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		int fd = hostfs_open(&t->fs, row[i].path, O_RDONLY);

		if ((fd < 0 ? fd : 0) != row[i].r)
			fail_msg("%s: %d", row[i].path, fd);
		close(fd);
	}
	memset(path, 'n', sizeof(path));
	for (unsigned int n = 255; n <= 256; n++) {
		path[n] = '\0';
		assert_int_equal(hostfs_open(&t->fs, path, O_RDONLY), n == 255 ? -ENOENT : -ELOOP);
		path[n] = 'n';
	}
	assert_int_equal(dup(t->fs.root_fd), lowest);		/* none stayed open */
	close(lowest);
}

static void test_a_file_is_read_up_to_the_size_of_the_buffer(void **state)
{
	struct tree *t = *state;
	char buf[8] = "xxxxxxx";
	struct stat st;

	assert_int_equal(hostfs_read_stat(&t->fs, "a/file", buf, 0, &st), 0);
	assert_int_equal(st.st_size, 6);
	assert_true(S_ISREG(st.st_mode));
	for (size_t n = 1; n <= 7; n++) {
		memset(buf, 'x', sizeof(buf));
		assert_int_equal(hostfs_read(&t->fs, "a/file", buf, n), n < 6 ? n : 6);
		assert_memory_equal(buf, "insidexx", n < 6 ? n : 8);
		assert_int_equal(buf[7], 'x');
	}
}

/* A file of /proc gives about a page at a time. */
static void test_files_of_proc_are_read_in_pieces_and_may_fail(void **state)
{
	static char buf[20000];
	struct hostfs fs;
	char path[64];

	(void)state;
	assert_int_equal(hostfs_init(&fs, "/"), 0);
	snprintf(path, sizeof(path), "proc/%d/smaps", (int)getpid());
	assert_int_equal(hostfs_read(&fs, path, buf, 6000), 6000);
	for (size_t i = 0; i < sizeof(buf); i++)
		assert_int_equal(!buf[i], i >= 6000);
	snprintf(path, sizeof(path), "proc/%d/mem", (int)getpid());	/* nothing is at its first address */
	assert_int_equal(hostfs_read(&fs, path, buf, 100), -EIO);
	hostfs_uninit(&fs);
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
		cmocka_unit_test_setup_teardown(test_files_are_opened_with_the_flags_that_are_given,
						tree_make, tree_remove),
		cmocka_unit_test_setup_teardown(test_a_root_must_be_a_directory, tree_make, tree_remove),
		cmocka_unit_test_setup_teardown(test_components_are_opened_one_by_one, tree_make,
						tree_remove),
		cmocka_unit_test_setup_teardown(test_a_file_is_read_up_to_the_size_of_the_buffer,
						tree_make, tree_remove),
		cmocka_unit_test(test_files_of_proc_are_read_in_pieces_and_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
