/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Programs as processes run them: arguments whose middle is missing, and the name that the exec
 * gave, whatever the task calls itself later.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "enrich/image.h"

union record {
	struct ev_header hdr;
	struct ev_execve execve;
	struct ev_task task;
	char bytes[4096];
};

static void put(union record *r, struct ev_part *part, const char *s, size_t n)
{
	*part = (struct ev_part){ .off = r->hdr.len, .len = n, .full = n, .head = n };
	memcpy(r->bytes + r->hdr.len, s, n);
	r->hdr.len += n;
}

static void begin(union record *r, enum ev_type type, size_t size)
{
	memset(r, 0, sizeof(*r));
	r->hdr.type = type;
	r->hdr.len = r->hdr.fixed_len = size;
}

static struct exec_image *image_of(union record *r)
{
	const struct event ev = { .hdr = &r->hdr, .body = r };
	struct exec_image *im;

	assert_int_equal(exec_image_new(&im, &ev), 0);
	return im;
}

#define assert_str(s, text)	assert_true(str_eq((s), STR(text)))

static void assert_arg(const struct exec_image *im, uint64_t i, const char *text)
{
	struct str s = { 0 };

	assert_int_equal(image_arg(im, i, &s), 0);
	assert_true(str_eq(s, str_of(text)));
}

/* "sh" "-c" "first" "mid|...|dle" "last" "end": cut within the fourth and the fifth. */
static struct exec_image *cut_image(union record *r, uint32_t argc)
{
	static const char front[] = "sh\0-c\0first\0mid", back[] = "ast\0end";

	begin(r, EV_execve, sizeof(r->execve));
	strcpy(r->execve.comm.s, "sh");
	put(r, &r->execve.argv, front, sizeof(front) - 1);
	put(r, &(struct ev_part){ 0 }, back, sizeof(back) - 1);
	r->execve.argv.head = sizeof(front) - 1;
	r->execve.argv.len += sizeof(back) - 1;
	r->execve.argv.full = 100;
	r->execve.argc = argc;
	return image_of(r);
}

static void test_no_argument_consists_of_two_halves(void **state)
{
	struct exec_image *im;
	union record r;
	struct str s;

	(void)state;
	im = cut_image(&r, 7);
	assert_true(im->argv_cut);
	assert_int_equal(im->argc, 7);
	assert_arg(im, 0, "sh");
	assert_arg(im, 2, "first");
	assert_int_equal(image_arg(im, 3, &s), ARGV_LEFT_OUT);
	assert_int_equal(image_arg(im, 5, &s), ARGV_LEFT_OUT);
	assert_arg(im, 6, "end");
	assert_int_equal(image_arg(im, 7, &s), ARGV_NONE);
	assert_str(im->cmdline, "sh -c first mid ... ast end");
	assert_str(im->args, "-c first mid ... ast end");
	exec_image_unref(im);

	im = cut_image(&r, 0);		/* how many there are nobody counted */
	assert_int_equal(im->argc, 0);
	assert_arg(im, 2, "first");
	assert_int_equal(image_arg(im, 3, &s), ARGV_LEFT_OUT);
	assert_int_equal(image_arg(im, 1000, &s), ARGV_LEFT_OUT);
	exec_image_unref(im);
}

static void test_whole_arguments_are_as_they_were_given(void **state)
{
	struct exec_image *im;
	union record r;
	struct str s;

	(void)state;
	begin(&r, EV_execve, sizeof(r.execve));
	strcpy(r.execve.comm.s, "x");
	put(&r, &r.execve.argv, "x\0\0b", 4);
	im = image_of(&r);
	assert_false(im->argv_cut);
	assert_int_equal(im->argc, 3);
	assert_arg(im, 1, "");
	assert_arg(im, 2, "b");
	assert_int_equal(image_arg(im, 3, &s), ARGV_NONE);
	assert_str(im->cmdline, "x  b");
	exec_image_unref(im);
}

static void test_the_name_is_that_of_the_exec(void **state)
{
	static const struct {
		const char *now, *exec, *exe, argv[40], *name;
	} cases[] = {
		{ .now = "sshd", .exec = "rename", .exe = "/tmp/rename", .argv = "./rename",
		  .name = "rename" },
		{ .now = "sshd", .exec = "", .exe = "/tmp/rename", .argv = "./rename",
		  .name = "rename" },
		{ .now = "rename", .exec = "", .exe = "/tmp/rename", .argv = "./rename",
		  .name = "rename" },
		{ .now = "ls", .exec = "", .exe = "/bin/busybox", .argv = "/bin/ls", .name = "ls" },
		{ .now = "job.sh", .exec = "", .exe = "/bin/bash", .argv = "/bin/sh\0/opt/job.sh",
		  .name = "job.sh" },
		{ .now = "job.sh", .exec = "", .exe = "/bin/bash",
		  .argv = "/bin/sh\0-e\0/opt/job.sh", .name = "job.sh" },
		{ .now = "evil", .exec = "", .exe = "/tmp/gone (deleted)", .argv = "gone",
		  .name = "gone" },
		{ .now = "a-very-long-nam", .exec = "", .exe = "/bin/a-very-long-name", .argv = "x",
		  .name = "a-very-long-nam" },
		{ .now = "renamed", .exec = "", .exe = "/bin/a-very-long-name", .argv = "x",
		  .name = "a-very-long-nam" },
		{ .now = "kworker/0:1", .exec = "", .exe = "", .argv = "", .name = "kworker/0:1" },
	};
	struct exec_image *im;
	union record r;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(&r, EV_task, sizeof(r.task));
		strcpy(r.task.comm.s, cases[i].now);
		strcpy(r.task.exec_comm.s, cases[i].exec);
		if (*cases[i].exe)
			put(&r, &r.task.exe, cases[i].exe, strlen(cases[i].exe));
		put(&r, &r.task.argv, cases[i].argv, 40);
		im = image_of(&r);
		assert_true(str_eq(comm_str(&im->comm), str_of(cases[i].name)));
		assert_true(str_starts(im->cmdline, str_of(cases[i].name)));
		exec_image_unref(im);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_argument_consists_of_two_halves),
		cmocka_unit_test(test_whole_arguments_are_as_they_were_given),
		cmocka_unit_test(test_the_name_is_that_of_the_exec),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
