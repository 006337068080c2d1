/* SPDX-License-Identifier: Apache-2.0 */
/* Tests the translation of records of ABI major 1: what they said is said again, whatever they are. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "decode/event.h"
#include "decode/schema.h"
#include "source/major1.h"

#define OLD_BODY	(sizeof(struct ev_execve) - sizeof(struct ev_header))
#define SHORTER		32u

/* An execve as a module of major 1 wrote it: all its parts, and provenance far behind. */
struct old_exec {
	struct major1_header hdr;
	char body[OLD_BODY];
	char text[16];
};

static void put(struct old_exec *old, const char *field, const void *value, size_t n)
{
	const struct schema_field *f = schema_field(schema_event(EV_execve), str_of(field));

	assert_int_equal(f->size, n);
	memcpy((char *)old + f->offset + SHORTER, value, n);
}

static void make_exec(struct old_exec *old)
{
	const struct ev_part name = { offsetof(struct old_exec, text), 9, 9, 9 };
	const uint32_t uid = 1000;

	*old = (struct old_exec){
		.hdr = { .len = sizeof(*old), .fixed_len = sizeof(old->hdr) + OLD_BODY,
			 .type = EV_execve, .ts_ns = 11, .seq = 12, .start_ns = 13,
			 .cgroup_id = 14, .tid = 15, .tgid = 16, .flags = EV_F_SYSCALL, .nr = 59,
			 .origin = 17, .cpu = 300, .nfields = EV_NFIELDS(execve) },
		.text = "/bin/true",
	};
	put(old, "uid", &uid, sizeof(uid));
	put(old, "filename", &name, sizeof(name));
	old->hdr.prov[0] = (uint64_t)EV_PROV_AGENT << EV_FIELD(execve, ppid) * 4;
	old->hdr.prov[1] = (uint64_t)EV_PROV_USER << EV_FIELD(execve, filename) % 16 * 4;
	assert_int_equal(EV_FIELD(execve, filename) / 16, 1);
}

static void test_a_record_says_what_it_said(void **state)
{
	union event_scratch scratch;
	struct major1 m = { 0 };
	struct ev_place place;
	struct old_exec old;
	struct event ev;

	(void)state;
	make_exec(&old);
	for (unsigned int with = 0; with < 2; with++) {
		assert_int_equal(major1_record(&m, &old, sizeof(old)), 0);
		assert_int_equal(m.rec->len, sizeof(old) - SHORTER + (with ? 0 : sizeof(struct ev_more)));
		assert_int_equal(event_decode(&ev, &scratch, m.rec, m.rec->len), 0);
		assert_int_equal(ev.hdr->ts_ns, 11);
		assert_int_equal(ev.hdr->seq, 12);
		assert_int_equal(ev.hdr->start_ns, 13);
		assert_int_equal(ev.hdr->cgroup_id, 14);
		assert_int_equal(ev.hdr->tid, 15);
		assert_int_equal(ev.hdr->tgid, 16);
		assert_int_equal(ev.hdr->nr, 59);
		assert_int_equal(ev.hdr->flags & ~EV_F_MORE, EV_F_SYSCALL);
		assert_int_equal(ev.execve->uid, 1000);
		assert_true(str_eq(event_part(&ev, &ev.execve->filename), STR("/bin/true")));
		assert_int_equal(ev_prov(ev.hdr, EV_FIELD(execve, ppid)), EV_PROV_AGENT);
		assert_int_equal(ev_prov(ev.hdr, EV_FIELD(execve, filename)), with ? 0 : EV_PROV_USER);
		assert_int_equal(ev_prov(ev.hdr, EV_FIELD(execve, envc)), 0);
		old.hdr.prov[1] = 0;
	}
	place = major1_place(&old, sizeof(old));
	assert_int_equal(place.origin, 17);
	assert_int_equal(place.cpu, 300);
	major1_uninit(&m);
}

static void test_a_header_alone_is_a_record(void **state)
{
	union event_scratch scratch;
	struct major1 m = { 0 };
	struct old_exec old;
	struct event ev;

	(void)state;
	make_exec(&old);
	old.hdr.len = old.hdr.fixed_len = sizeof(old.hdr);
	old.hdr.prov[1] = 0;
	assert_int_equal(major1_record(&m, &old, sizeof(old.hdr)), 0);
	assert_int_equal(m.rec->len, sizeof(struct ev_header));
	assert_int_equal(m.rec->fixed_len, sizeof(struct ev_header));
	assert_int_equal(event_decode(&ev, &scratch, m.rec, m.rec->len), 0);
	assert_int_equal(ev.hdr->tid, 15);
	major1_uninit(&m);
}

static void test_the_memory_is_that_of_the_longest_record(void **state)
{
	struct major1 m = { 0 };
	struct old_exec old;

	(void)state;
	make_exec(&old);
	assert_int_equal(major1_record(&m, &old, sizeof(old)), 0);
	assert_int_equal(m.room, sizeof(old));
	old.hdr.len = old.hdr.fixed_len = sizeof(old.hdr);
	assert_int_equal(major1_record(&m, &old, sizeof(old.hdr)), 0);
	assert_int_equal(m.room, sizeof(old));
	major1_uninit(&m);
}

/* Numbers and types that are counted stay; nothing is read beyond the record. */
static void test_a_malformed_record_stays_malformed(void **state)
{
	static const uint16_t fixed[] = { 0, 32, 95, 97, 0xffff };
	union event_scratch scratch;
	struct major1 m = { 0 };
	struct old_exec old;
	struct event ev;

	(void)state;
	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++) {
		make_exec(&old);
		old.hdr.fixed_len = fixed[i];
		assert_int_equal(major1_record(&m, &old, sizeof(old)), 0);
		assert_int_equal(event_decode(&ev, &scratch, m.rec, m.rec->len), -EBADMSG);
		assert_int_equal(m.rec->seq, 12);
		assert_int_equal(m.rec->type, EV_execve);
	}
	for (uint32_t n = 8; n < sizeof(old); n += 8) {
		void *exact = malloc(n);

		assert_non_null(exact);
		make_exec(&old);
		old.hdr.len = n;
		if (n < sizeof(old.hdr))
			old.hdr.fixed_len = sizeof(old.hdr);	/* as if only the header were there */
		memcpy(exact, &old, n);
		assert_int_equal(major1_record(&m, exact, n), 0);
		if (n < old.hdr.fixed_len)
			assert_int_equal(m.rec->len, sizeof(struct ev_header));
		assert_int_equal(event_decode(&ev, &scratch, m.rec, m.rec->len), -EBADMSG);
		free(exact);
	}
	major1_uninit(&m);
}

static void test_random_bytes_are_decoded_or_refused(void **state)
{
	union event_scratch scratch;
	struct major1 m = { 0 };
	uint64_t seed = 1;
	struct event ev;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		uint32_t n = 64 + (uint32_t)(seed >> 40) % 120 * 8;
		uint64_t *words = malloc(n);
		struct major1_header *h = (void *)words;

		assert_non_null(words);
		for (uint32_t i = 0; i < n / 8; i++)
			words[i] = seed = seed * 6364136223846793005ull + 1442695040888963407ull;
		h->len = n;
		h->type %= 60;
		if (round % 2)
			h->fixed_len = (uint16_t)(96 + (seed >> 33) % (n / 8) * 8);
		assert_int_equal(major1_record(&m, words, n), 0);
		event_decode(&ev, &scratch, m.rec, m.rec->len);
		free(words);
	}
	major1_uninit(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_record_says_what_it_said),
		cmocka_unit_test(test_a_header_alone_is_a_record),
		cmocka_unit_test(test_the_memory_is_that_of_the_longest_record),
		cmocka_unit_test(test_a_malformed_record_stays_malformed),
		cmocka_unit_test(test_random_bytes_are_decoded_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
