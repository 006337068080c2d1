/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the flags of fields promise of each other, on which the index of the
 * rules is built: fields that the shape of an event tells, and fields that are
 * parts of a path. Records of all types, random but for what decides.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include "decode/event.h"
#include "decode/schema.h"
#include "field/field.h"
#include "lib/arena.h"

#define ROOM	4096	/* bytes of a record */

static uint64_t seed = 1;

static unsigned int chance(unsigned int n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned int)(seed >> 33) % n;
}

struct made {
	union {
		struct ev_header hdr;
		struct ev_open open;
		struct ev_dup dup;
		struct ev_connect connect;
		struct ev_accept accept;
		char bytes[ROOM];
	};
	struct event ev;
};

/* Paths, and what stands in the place of one. */
static uint32_t put_text(char *p)
{
	static const char letters[] = "/a/b./a";
	uint32_t n = chance(9);

	for (uint32_t i = 0; i < n; i++)
		p[i] = letters[chance(sizeof(letters) - 1)];
	if (n && chance(3))
		p[0] = '/';
	return n;
}

static void put_parts(struct made *m, const struct schema_event *e)
{
	uint32_t used = (uint32_t)e->size;

	for (unsigned int i = 0; i < e->nfields; i++) {
		struct ev_part *part = (struct ev_part *)(m->bytes + e->fields[i].offset);

		if (e->fields[i].storage_id != SCHEMA_part)
			continue;
		*part = (struct ev_part){ 0 };
		if (!chance(4))
			continue;
		part->off = used;
		part->len = part->full = part->head = put_text(m->bytes + used);
		used += part->len;
	}
}

static void put_socket(struct ev_tuple *tuple)
{
	static const uint8_t families[] = { 0, AF_UNIX, AF_INET, AF_INET6, AF_NETLINK };

	tuple->family = families[chance(sizeof(families))];
}

/* Few values of what decides, so that shapes come again. */
static void make(struct made *m, const struct schema_event *e)
{
	static const uint32_t flags[] = { O_RDONLY, O_WRONLY, O_RDWR, O_WRONLY | O_CREAT, O_TMPFILE,
					  O_RDWR | O_PATH | O_CREAT };
	static const evt_type_t types[] = { EVT_SYS_open, EVT_SYS_openat, EVT_SYS_creat };

	for (size_t i = 0; i < e->size; i++)
		m->bytes[i] = (char)chance(256);
	put_parts(m, e);
	m->hdr.type = e->type;
	m->ev = (struct event){ .hdr = &m->hdr, .body = m, .type = types[chance(3)],
				.arena = m->ev.arena };
	if (e->type == EV_open) {
		m->open.flags = flags[chance(5)];
		m->open.kind = chance(8) ? chance(20) : chance(2) * 1000;
		m->open.res = chance(3) ? (int)chance(100) : -(int)chance(100) - 1;
		m->open.mode = chance(2) ? 0644 : 0700 | chance(64);
		m->open.dirfd = AT_FDCWD;
	} else if (e->type == EV_dup) {
		m->dup.file.kind = (uint8_t)chance(20);
		put_socket(&m->dup.file.sock);
	} else if (e->type == EV_connect) {
		put_socket(&m->connect.tuple);
	} else if (e->type == EV_accept) {
		put_socket(&m->accept.tuple);
	}
}

static int sign_of(const struct value *v)
{
	return v->i < 0;
}

static void check_shape(const struct made *a, const struct made *b)
{
	for (unsigned int i = 0; i < field_count; i++) {
		const struct field_def *f = &field_table[i];
		struct value x = { 0 }, y = { 0 };
		int r;

		if (!(f->flags & (FIELD_SHAPE | FIELD_SHAPE_SIGN)))
			continue;
		r = f->extract(&x, &a->ev, NULL);
		assert_int_equal(r, f->extract(&y, &b->ev, NULL));
		if (r)
			continue;
		assert_int_equal(x.type, y.type);
		if (f->flags & FIELD_SHAPE_SIGN)
			assert_int_equal(sign_of(&x), sign_of(&y));
		else if (x.type == VALUE_STR)
			assert_true(str_eq(x.s, y.s));
		else
			assert_int_equal(x.u, y.u);
	}
}

static void test_events_of_one_shape_have_the_same_values(void **state)
{
	enum { MANY = 2500 };
	struct made *all = calloc(MANY, sizeof(*all));
	unsigned int pairs = 0;

	(void)state;
	assert_non_null(all);
	for (unsigned int i = 0; i < MANY; i++) {
		uint64_t shape, other;

		make(&all[i], chance(20) ? schema_event(EV_open) : schema_event(EV_dup));
		if (!field_shape(&all[i].ev, &shape))
			continue;
		for (unsigned int k = 0; k < i; k++) {
			if (all[k].ev.type != all[i].ev.type ||
			    !field_shape(&all[k].ev, &other) || other != shape)
				continue;
			check_shape(&all[i], &all[k]);
			pairs++;
		}
	}
	assert_true(pairs > 1000);
	free(all);
}

static const struct field_def *field_with(uint32_t flag)
{
	const struct field_def *found = NULL;

	for (unsigned int i = 0; i < field_count; i++) {
		if (!(field_table[i].flags & flag))
			continue;
		assert_null(found);
		found = &field_table[i];
	}
	assert_non_null(found);
	return found;
}

/* The directory and a slash stand before the rest; that of "/a" is the root itself. */
static void check_directory(struct str path, struct str directory)
{
	assert_true(directory.n && str_starts(path, directory));
	if (directory.p[directory.n - 1] != '/')
		assert_true(path.n > directory.n && path.p[directory.n] == '/');
}

static unsigned int check_parts(const struct event *ev, bool given)
{
	const struct field_def *whole = field_with(FIELD_WHOLE_PATH);
	const struct field_def *directory = field_with(FIELD_DIRECTORY);
	const struct field_def *filename = field_with(FIELD_FILENAME);
	struct value path, part;
	unsigned int n = 0;

	if ((given ? directory->given : directory->extract)(&part, ev, NULL) == 0) {
		assert_int_equal((given ? whole->given : whole->extract)(&path, ev, NULL), 0);
		check_directory(path.s, part.s);
		n++;
	}
	if ((given ? filename->given : filename->extract)(&part, ev, NULL) == 0) {
		assert_int_equal((given ? whole->given : whole->extract)(&path, ev, NULL), 0);
		assert_true(str_ends(path.s, part.s));
		n++;
	}
	return n;
}

static void test_parts_are_there_where_the_path_is(void **state)
{
	struct made *m = calloc(1, sizeof(*m));
	unsigned int plain = 0, given = 0;

	(void)state;
	assert_non_null(m);
	m->ev.arena = arena_new(0, 0);
	for (unsigned int turn = 0; turn < 40000; turn++) {
		const struct schema_event *e = schema_event((uint16_t)chance(EV_TYPE_MAX));

		if (turn % 4 == 0)
			e = schema_event(EV_open);
		if (!e || e->size > ROOM / 2)
			continue;
		make(m, e);
		plain += check_parts(&m->ev, false);
		given += check_parts(&m->ev, true);
		arena_reset(m->ev.arena);
	}
	assert_true(plain > 5000 && given > 1000);
	arena_free(m->ev.arena);
	free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events_of_one_shape_have_the_same_values),
		cmocka_unit_test(test_parts_are_there_where_the_path_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
