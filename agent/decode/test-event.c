/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests for every event of the schema that written values are read back, that a cut record
 * is refused, that records of older and newer drivers are read, and that random bytes never
 * make the decoder or a printer access memory outside the record.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "decode/event.h"
#include "decode/print.h"
#include "decode/schema.h"

static uint64_t seed = 0x5a4b45525341ull;

static uint64_t rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed * 0x2545f4914f6cdd1dull;
}

static void fill(void *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((unsigned char *)p)[i] = (unsigned char)rnd();
}

static struct ev_part *part_at(void *rec, const struct schema_field *f)
{
	return (struct ev_part *)((char *)rec + f->offset);
}

/*
 * A random record in memory of exactly its size, so that the sanitizer detects an access one byte
 * past its end. @extra: additional fixed bytes, as of a newer driver.
 */
static struct ev_header *make_record(const struct schema_event *e, size_t extra)
{
	size_t used = e->size + extra, room = used + e->nfields * 104ul + sizeof(struct ev_more);
	struct ev_header *hdr, *exact;

	hdr = malloc(room);
	assert_non_null(hdr);
	fill(hdr, used);
	for (unsigned int i = 0; i < e->nfields; i++) {
		const struct schema_field *f = &e->fields[i];
		struct ev_part *part = part_at(hdr, f);

		if (f->storage_id != SCHEMA_part)
			continue;
		*part = (struct ev_part){ 0 };
		if (rnd() % 4 == 0)
			continue;
		part->off = (uint32_t)used;
		part->len = (uint32_t)(rnd() % 100);
		part->full = part->len;
		part->head = part->len;
		fill((char *)hdr + used, part->len);
		used += part->len;
	}
	used = (used + 7) / 8 * 8;
	if (hdr->flags & EV_F_MORE) {
		fill((char *)hdr + used, sizeof(struct ev_more));
		used += sizeof(struct ev_more);
	}
	hdr->len = (uint32_t)used;
	hdr->fixed_len = (uint16_t)(e->size + extra);
	hdr->type = e->type;
	exact = malloc(used);
	assert_non_null(exact);
	memcpy(exact, hdr, used);
	free(hdr);
	return exact;
}

static void print_all_ways(const struct event *ev)
{
	char mem[2048];
	struct buf b = BUF_ON(mem);
	struct jsonw w = JSONW(&b);

	print_event(&b, ev);
	buf_reset(&b);
	jsonw_begin(&w, '{');
	print_record_json(&w, ev);
	jsonw_end(&w, '}');
}

static void test_every_field_of_every_event_is_read_back(void **state)
{
	(void)state;
	for (unsigned int type = 0; type < EV_TYPE_MAX; type++) {
		const struct schema_event *e = schema_event(type);

		for (int round = 0; e && round < 200; round++) {
			struct ev_header *hdr = make_record(e, 0);
			union event_scratch scratch;
			struct event ev;

			assert_int_equal(event_decode(&ev, &scratch, hdr, hdr->len), 0);
			assert_ptr_equal(ev.hdr, hdr);
			assert_ptr_equal(ev.body, hdr);
			assert_null(ev.proc);
			for (unsigned int i = 0; i < e->nfields; i++) {
				const struct ev_part *part = part_at(hdr, &e->fields[i]);
				struct str s;

				if (e->fields[i].storage_id != SCHEMA_part)
					continue;
				s = event_part(&ev, part);
				assert_int_equal(s.n, part->len);
				assert_ptr_equal(s.p, part->off ? (char *)hdr + part->off : NULL);
			}
			print_all_ways(&ev);
			free(hdr);
		}
	}
}

static void test_a_record_cut_anywhere_is_refused(void **state)
{
	(void)state;
	for (unsigned int type = 0; type < EV_TYPE_MAX; type++) {
		const struct schema_event *e = schema_event(type);
		struct ev_header *hdr;

		if (!e)
			continue;
		hdr = make_record(e, 0);
		for (uint32_t cut = 0; cut < hdr->len; cut++) {
			char *exact = malloc(cut ? cut : 1);
			union event_scratch scratch;
			struct event ev;

			memcpy(exact, hdr, cut);
			assert_int_equal(event_decode(&ev, &scratch, exact, cut), -EBADMSG);
			if (cut >= sizeof(*hdr)) {	/* and with the shorter size in the header */
				((struct ev_header *)exact)->len = cut;
				if (!event_decode(&ev, &scratch, exact, cut))
					print_all_ways(&ev);
				else
					assert_true(cut % 8 || cut < e->size || e->nfields);
			}
			free(exact);
		}
		free(hdr);
	}
}

static void test_parts_outside_the_record_are_refused(void **state)
{
	static const uint32_t bad_off[] = { 1, sizeof(struct ev_header) - 1, 0x7fffffff, 0xffffffff, 0xfffffff8 };
	static const uint32_t bad_len[] = { 0x7fffffff, 0xffffffff, 0xfffffff8 };

	(void)state;
	for (unsigned int type = 0; type < EV_TYPE_MAX; type++) {
		const struct schema_event *e = schema_event(type);

		for (unsigned int i = 0; e && i < e->nfields; i++) {
			struct ev_header *hdr = make_record(e, 0);
			struct ev_part *part = part_at(hdr, &e->fields[i]);
			union event_scratch scratch;
			struct event ev;

			if (e->fields[i].storage_id != SCHEMA_part) {
				free(hdr);
				continue;
			}
			for (size_t k = 0; k < sizeof(bad_off) / sizeof(*bad_off); k++) {
				*part = (struct ev_part){ bad_off[k], 1, 1, 1 };
				assert_int_equal(event_decode(&ev, &scratch, hdr, hdr->len),
						 -EBADMSG);
			}
			for (size_t k = 0; k < sizeof(bad_len) / sizeof(*bad_len); k++) {
				*part = (struct ev_part){ e->size, bad_len[k], 0, 0 };
				assert_int_equal(event_decode(&ev, &scratch, hdr, hdr->len),
						 -EBADMSG);
			}
			*part = (struct ev_part){ e->size, hdr->len - e->size + 1, 0, 0 };
			assert_int_equal(event_decode(&ev, &scratch, hdr, hdr->len), -EBADMSG);
			*part = (struct ev_part){ 0, 1, 0, 0 };
			assert_int_equal(event_decode(&ev, &scratch, hdr, hdr->len), -EBADMSG);
			*part = (struct ev_part){ e->size, 0, 0, 1 };
			assert_int_equal(event_decode(&ev, &scratch, hdr, hdr->len), -EBADMSG);
			*part = (struct ev_part){ e->size, hdr->len - e->size, ~0u, 0 };
			assert_int_equal(event_decode(&ev, &scratch, hdr, hdr->len), 0);
			free(hdr);
		}
	}
}

static void test_fields_an_older_driver_lacks_read_as_zero(void **state)
{
	(void)state;
	for (unsigned int type = 0; type < EV_TYPE_MAX; type++) {
		const struct schema_event *e = schema_event(type);
		const struct schema_field *last = e ? &e->fields[e->nfields - 1] : NULL;

		for (int round = 0; e && round < 50; round++) {
			struct ev_header *hdr = make_record(e, 0);
			uint16_t shorter = (uint16_t)(last->offset / 8 * 8);
			unsigned char zero[sizeof(struct ev_fd)] = { 0 };
			union event_scratch scratch;
			struct event ev;

			memset(&scratch, 0xa5, sizeof(scratch));
			hdr->fixed_len = shorter;
			assert_int_equal(event_decode(&ev, &scratch, hdr, hdr->len), 0);
			assert_ptr_equal(ev.body, &scratch);
			assert_ptr_equal(ev.hdr, hdr);
			assert_memory_equal(&scratch, hdr, shorter);
			assert_memory_equal((const char *)ev.body + last->offset, zero, last->size);
			print_all_ways(&ev);
			free(hdr);
		}
	}
}

static void test_fields_only_a_newer_driver_has_are_skipped(void **state)
{
	(void)state;
	for (unsigned int type = 0; type < EV_TYPE_MAX; type++) {
		const struct schema_event *e = schema_event(type);

		for (int round = 0; e && round < 50; round++) {
			struct ev_header *hdr = make_record(e, 8 * (1 + rnd() % 20));
			union event_scratch scratch;
			struct event ev;

			assert_int_equal(event_decode(&ev, &scratch, hdr, hdr->len), 0);
			assert_ptr_equal(ev.body, hdr);
			free(hdr);
		}
	}
}

/*
 * Why EV_F_ENTRY needed no other minor: a reader that does not know a flag reads the record as
 * before, and that its result is not known yet is in the provenance, which every reader knows.
 */
static void test_flags_only_a_newer_driver_has_change_nothing(void **state)
{
	struct ev_reboot rec = {
		.hdr = { .len = sizeof(rec), .fixed_len = sizeof(rec), .type = EV_reboot, .nr = 169,
			 .flags = EV_F_SYSCALL | EV_F_ENTRY | 0x80000000u },
		.cmd = 0x1234567,
	};
	union event_scratch scratch;
	struct event ev;

	(void)state;
	ev_prov_set(&rec.hdr, EV_FIELD(reboot, res), EV_PROV_PENDING);
	assert_int_equal(event_decode(&ev, &scratch, &rec, sizeof(rec)), 0);
	assert_int_equal(ev.type, EVT_SYS_reboot);
	assert_int_equal(ev.reboot->cmd, 0x1234567);
	assert_int_equal(ev_prov(ev.hdr, EV_FIELD(reboot, res)), EV_PROV_PENDING);
}

static void test_an_unknown_type_and_a_malformed_record_give_different_results(void **state)
{
	struct ev_header hdr = { .len = sizeof(hdr), .fixed_len = sizeof(hdr), .type = 250 };
	union event_scratch scratch;
	struct event ev;

	(void)state;
	assert_int_equal(event_decode(&ev, &scratch, &hdr, sizeof(hdr)), EVENT_UNKNOWN);
	hdr.type = 0xffff;
	assert_int_equal(event_decode(&ev, &scratch, &hdr, sizeof(hdr)), EVENT_UNKNOWN);
	hdr.type = EV_OTHER;
	assert_int_equal(event_decode(&ev, &scratch, &hdr, sizeof(hdr)), EVENT_UNKNOWN);
	hdr.fixed_len = 8;
	assert_int_equal(event_decode(&ev, &scratch, &hdr, sizeof(hdr)), -EBADMSG);
	hdr.fixed_len = sizeof(hdr) + 8;
	assert_int_equal(event_decode(&ev, &scratch, &hdr, sizeof(hdr)), -EBADMSG);
}

/* A valid record with some bytes changed; sometimes random bytes only. */
static void test_hostile_records_are_never_read_outside_their_memory(void **state)
{
	int accepted = 0, rounds = 300000;

	(void)state;
	for (int round = 0; round < rounds; round++) {
		const struct schema_event *e = schema_event((unsigned int)(rnd() % EV_TYPE_MAX));
		union event_scratch scratch;
		struct ev_header *hdr;
		struct event ev;
		uint32_t len;

		if (!e)
			continue;
		hdr = make_record(e, 0);
		len = hdr->len;
		for (int k = (int)(rnd() % 6); k > 0; k--)
			((unsigned char *)hdr)[rnd() % len] = (unsigned char)rnd();
		if (rnd() % 4 == 0)
			((uint32_t *)hdr)[rnd() % (len / 4)] = (uint32_t)rnd() >> rnd() % 32;
		if (!event_decode(&ev, &scratch, hdr, len)) {
			accepted++;
			if (round % 8 == 0)
				print_all_ways(&ev);
		}
		free(hdr);
	}
	assert_in_range(accepted, rounds / 100, rounds);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_field_of_every_event_is_read_back),
		cmocka_unit_test(test_a_record_cut_anywhere_is_refused),
		cmocka_unit_test(test_parts_outside_the_record_are_refused),
		cmocka_unit_test(test_fields_an_older_driver_lacks_read_as_zero),
		cmocka_unit_test(test_fields_only_a_newer_driver_has_are_skipped),
		cmocka_unit_test(test_flags_only_a_newer_driver_has_change_nothing),
		cmocka_unit_test(test_an_unknown_type_and_a_malformed_record_give_different_results),
		cmocka_unit_test(test_hostile_records_are_never_read_outside_their_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
