/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests fields of records that hold a part of a long value: of arguments both ends, of a path the
 * end. A field that is made of it is marked, so that a check on it is undecided.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "enrich/image.h"
#include "enrich/proc.h"
#include "field/extract.h"
#include "lib/arena.h"

#define PARTS	16384

union record {
	struct ev_header hdr;
	struct ev_execve execve;
	struct ev_open open;
	char bytes[sizeof(struct ev_execve) + PARTS];
};

static void begin(union record *r, uint16_t type, size_t size)
{
	*r = (union record){ .hdr = { .type = type, .len = (uint32_t)size,
				      .fixed_len = (uint16_t)size, .flags = EV_F_SYSCALL } };
}

static void put(union record *r, struct ev_part *part, const char *p, size_t n)
{
	memcpy(r->bytes + r->hdr.len, p, n);
	*part = (struct ev_part){ .off = r->hdr.len, .len = (uint32_t)n, .full = (uint32_t)n,
				  .head = (uint32_t)n };
	r->hdr.len += (uint32_t)n;
}

static struct event event_of(union record *r, struct arena *arena)
{
	return (struct event){ .hdr = &r->hdr, .body = r, .type = evt_type_of(&r->hdr),
			       .arena = arena };
}

static void make_exec(union record *r)
{
	static const char argv[] = "sh\0-c\0aaa\0zzz";

	begin(r, EV_execve, sizeof(r->execve));
	r->hdr.nr = 59;
	put(r, &r->execve.argv, argv, sizeof(argv));
	r->execve.argv.head = 9;
	r->execve.argv.full = 70000;
}

static void test_arguments_without_their_middle_are_marked(void **state)
{
	static const struct {
		field_extract_fn *get;
		struct field_arg arg;
	} cases[] = {
		{ field_evt_args, { .present = false } },
		{ field_evt_arg, { .present = true, .key = STR_INIT("args") } },
	};
	struct arena *arena = arena_new(0, 0);
	union record r;
	struct event ev;

	(void)state;
	make_exec(&r);
	ev = event_of(&r, arena);
	for (unsigned int whole = 0; whole < 2; whole++) {
		if (whole)
			r.execve.argv.full = r.execve.argv.len;		/* the same arguments */
		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			struct field_arg arg = cases[i].arg;
			struct value v;

			if (arg.present)
				assert_int_equal(field_resolve_arg(&arg), 0);
			assert_int_equal(cases[i].get(&v, &ev, &arg), 0);
			assert_int_equal(v.cut, !whole);
		}
	}
	arena_free(arena);
}

/* An open whose path has more than PATH_MAX bytes, of which @end is recorded. */
static void make_open(union record *r, const char *end, bool long_path)
{
	begin(r, EV_open, sizeof(r->open));
	r->hdr.nr = 257;
	r->open.res = 3;
	r->open.kind = EV_FD_FILE;
	r->open.dirfd = AT_FDCWD;
	put(r, &r->open.path, end, strlen(end));
	put(r, &r->open.name, "leaf", 4);
	if (long_path) {
		r->open.path.full = UINT32_MAX;
		r->open.path.head = 0;
		ev_prov_set(&r->hdr, EV_FIELD(open, path), EV_PROV_TRUNCATED);
	}
}

static void test_a_path_without_its_front_is_marked(void **state)
{
	static const struct {
		field_extract_fn *get;
		const char *text;
		bool cut;
	} cases[] = {
		{ .get = field_fd_name, .text = "dir/sub/leaf", .cut = true },
		{ .get = field_fd_directory, .text = "dir/sub", .cut = true },
		{ .get = field_fd_filename, .text = "leaf" },
		{ .get = field_fs_path_name, .text = "dir/sub/leaf", .cut = true },
		{ .get = field_evt_args, .cut = true },
	};
	struct arena *arena = arena_new(0, 0);
	struct event ev;
	union record r;
	struct value v;

	(void)state;
	for (unsigned int long_path = 0; long_path < 2; long_path++) {
		make_open(&r, "dir/sub/leaf", long_path);
		ev = event_of(&r, arena);
		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			assert_int_equal(cases[i].get(&v, &ev, NULL), 0);
			if (cases[i].text)
				assert_true(str_eq(v.s, str_of(cases[i].text)));
			if (v.cut != (long_path && cases[i].cut))
				fail_msg("case %zu: %d", i, v.cut);
			if (cases[i].text)
				assert_int_equal(v.no_front, v.cut);
		}
	}
	/* Where the last slash is missing too, the directory and the name are not known. */
	make_open(&r, "leaf", true);
	ev = event_of(&r, arena);
	assert_int_equal(field_fd_directory(&v, &ev, NULL), FIELD_PENDING);
	assert_int_equal(field_fd_filename(&v, &ev, NULL), 0);
	assert_true(v.cut && v.no_front);
	arena_free(arena);
}

static void test_the_path_of_a_program_without_its_front_is_marked(void **state)
{
	struct process process = { .tgid = 1 };
	struct proc proc = { .process = &process, .tid = 1 };
	struct event ev;
	union record r;
	struct value v;

	(void)state;
	make_exec(&r);
	put(&r, &r.execve.exe, "d/prog", 6);
	put(&r, &r.execve.cwd, "d/e", 3);
	r.execve.exe.full = r.execve.cwd.full = UINT32_MAX;
	r.execve.exe.head = r.execve.cwd.head = 0;
	ev = event_of(&r, NULL);
	assert_int_equal(exec_image_new(&process.image, &ev), 0);
	ev.proc = &proc;
	assert_int_equal(field_proc_exepath(&v, &ev, NULL), 0);
	assert_true(v.cut && v.no_front);
	assert_int_equal(field_proc_cwd(&v, &ev, NULL), 0);
	assert_true(v.cut && v.no_front);
	exec_image_unref(process.image);
}

/* An open of a name of @n bytes that begins with @first, without its resolved path. */
static void make_open_of(union record *r, char first, size_t n)
{
	char name[PARTS];

	memset(name, 'a', n);
	name[0] = first;
	begin(r, EV_open, sizeof(r->open));
	r->hdr.nr = 257;
	r->open.res = 3;
	r->open.kind = EV_FD_FILE;
	r->open.dirfd = AT_FDCWD;
	put(r, &r->open.name, name, n);
}

/* Two of more than 4,096 bytes, each of which is cut. */
static void test_all_arguments_have_8192_bytes(void **state)
{
	struct arena *arena = arena_new(0, 0);
	char path[5000] = "/";
	struct event ev;
	union record r;
	struct value v;

	(void)state;
	memset(path + 1, 'a', sizeof(path) - 1);
	make_open_of(&r, 'a', 5000);
	put(&r, &r.open.path, path, sizeof(path));
	ev = event_of(&r, arena);
	assert_int_equal(field_evt_args(&v, &ev, NULL), 0);
	assert_true(v.cut);
	assert_int_equal(v.s.n, 8192);
	arena_free(arena);
}

static void test_texts_beyond_their_limit_are_cut_and_marked(void **state)
{
	static const struct {
		field_extract_fn *get;
		struct field_arg arg;
		char first;		/* of the path; without the directory only an absolute one is complete */
		size_t most;
	} cases[] = {
		{ .get = field_evt_abspath, .first = '/', .most = 4097 },
		{ .get = field_evt_arg, .arg = { .present = true, .key = STR_INIT("name") },
		  .first = 'a', .most = 4096 },
		{ .get = field_evt_args, .first = 'a', .most = 4096 },
	};
	struct arena *arena = arena_new(0, 0);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (unsigned int more = 0; more < 2; more++) {
			struct field_arg arg = cases[i].arg;
			struct event ev;
			union record r;
			struct value v;

			make_open_of(&r, cases[i].first, cases[i].most + more);
			ev = event_of(&r, arena);
			if (arg.present)
				assert_int_equal(field_resolve_arg(&arg), 0);
			assert_int_equal(cases[i].get(&v, &ev, &arg), 0);
			assert_int_equal(v.cut, more);
			if (cases[i].get != field_evt_args)
				assert_int_equal(v.s.n, cases[i].most);
		}
	}
	arena_free(arena);
}

/* Walks over all strings of a program take as long as one look at its bytes, not as their square. */
static void test_16384_empty_strings_are_read_once(void **state)
{
	static const char empty[PARTS - 8];
	struct process process = { .tgid = 1 };
	struct proc proc = { .process = &process, .tid = 1 };
	struct field_arg arg = { .present = true, .key = STR_INIT("NONE") };
	struct event ev;
	union record r;
	struct value v;
	clock_t took;

	(void)state;
	begin(&r, EV_execve, sizeof(r.execve));
	put(&r, &r.execve.env, empty, sizeof(empty));
	r.execve.argv = r.execve.env;
	ev = event_of(&r, NULL);
	assert_int_equal(exec_image_new(&process.image, &ev), 0);
	ev.proc = &proc;
	took = clock();
	for (int i = 0; i < 100; i++) {
		assert_int_equal(field_proc_env(&v, &ev, &arg), FIELD_MISSING);
		assert_int_equal(field_proc_cmdlenargs(&v, &ev, NULL), 0);
		assert_int_equal(v.u, 0);
	}
	took = clock() - took;
	if (took > 4 * CLOCKS_PER_SEC)		/* of their square it takes more than half a minute */
		fail_msg("%.1f s", (double)took / CLOCKS_PER_SEC);
	exec_image_unref(process.image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arguments_without_their_middle_are_marked),
		cmocka_unit_test(test_a_path_without_its_front_is_marked),
		cmocka_unit_test(test_the_path_of_a_program_without_its_front_is_marked),
		cmocka_unit_test(test_all_arguments_have_8192_bytes),
		cmocka_unit_test(test_texts_beyond_their_limit_are_cut_and_marked),
		cmocka_unit_test(test_16384_empty_strings_are_read_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
