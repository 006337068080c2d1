/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mutates streams of records. The decoder refuses almost all bytes that are changed at random, so
 * this mutator changes what the schema describes: a field, a part with its offset and lengths, a
 * number that links records, the order of records. One mutation in eight is libFuzzer's own.
 */
#include "mutate.h"
#include <stdlib.h>
#include <string.h>
#include "decode/schema.h"
#include "stage.h"

#define RECORDS_MAX	256u
#define RECORD_MAX	16384u		/* bytes of a record that is created or extended here */

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t na, const uint8_t *b, size_t nb,
				 uint8_t *out, size_t max_size, unsigned int seed);

struct rec {
	union {
		struct ev_header hdr;
		uint8_t b[RECORD_MAX];
	};
	size_t n;
};

struct stream {
	struct rec *recs[RECORDS_MAX];
	uint32_t n;
	uint64_t rnd;
};

static uint64_t rnd(struct stream *s, uint64_t n)
{
	s->rnd ^= s->rnd << 13;
	s->rnd ^= s->rnd >> 7;
	s->rnd ^= s->rnd << 17;
	return (s->rnd >> 8) % n;
}

static uint64_t interesting(struct stream *s)
{
	static const uint64_t values[] = {
		0, 1, 2, 7, 8, 15, 16, 31, 32, 63, 64, 95, 96, 97, 127, 128, 255, 256, 511, 512,
		4095, 4096, 32767, 32768, 65535, 65536, INT32_MAX, 0x80000000, UINT32_MAX,
		0xfffffff8, -1ull, -2ull, -100ull, -4095ull, INT64_MAX, 1ull << 63,
	};

	if (rnd(s, 4) == 0)
		return 1ull << rnd(s, 64);
	return values[rnd(s, sizeof(values) / sizeof(values[0]))];
}

/* Texts that have been a problem for printers, parsers and path handling in other programs. */
static struct str nasty(struct stream *s)
{
	const struct str texts[] = {
		STR("\n"), STR("\r\n"), STR("\x1b[2J\x1b]0;x\x07"), STR("\xff\xfe\xfd"),
		STR("\xe2\x80\xae"), STR("\xe2\x80\xa8"), STR("\xf0\x9f"), STR("\xc2\x9b" "31m"),
		STR("%s%n%x"), STR("../../../../"), STR("\"},{\"rule\":\"x"), STR("\\"),
		STR("\0x"), STR("/"), STR("//"), STR("/."), STR("/../"), STR("a\0b\0c"), STR("\0\0\0"),
		STR("/memfd:x (deleted)"), STR("LD_PRELOAD=/x.so\0A=B"), STR("."), STR("~"),
		STR("/docker/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
	};

	return texts[rnd(s, sizeof(texts) / sizeof(texts[0]))];
}

/* -- between bytes and records -- */

static struct rec *rec_new(void)
{
	struct rec *r = calloc(1, sizeof(*r));

	if (!r)
		abort();
	return r;
}

static void split(struct stream *s, const uint8_t *data, size_t size)
{
	while (size && s->n < RECORDS_MAX) {
		size_t n = stage_record_len(data, size);
		struct rec *r = rec_new();

		r->n = n < RECORD_MAX ? n : RECORD_MAX;
		memcpy(r->b, data, r->n);
		s->recs[s->n++] = r;
		data += n;
		size -= n;
	}
}

static size_t join(const struct stream *s, uint8_t *out, size_t room)
{
	size_t n = 0;

	for (uint32_t i = 0; i < s->n && n + s->recs[i]->n <= room; i++) {
		memcpy(out + n, s->recs[i]->b, s->recs[i]->n);
		n += s->recs[i]->n;
	}
	return n;
}

static void stream_free(struct stream *s)
{
	while (s->n)
		free(s->recs[--s->n]);
}

static struct rec *any(struct stream *s)
{
	return s->recs[rnd(s, s->n)];
}

/* Whether the record has all fixed fields of its event, so that they can be changed in place. */
static const struct schema_event *schema_of(const struct rec *r)
{
	const struct schema_event *e = NULL;

	if (r->n >= sizeof(r->hdr))
		e = schema_event(r->hdr.type);
	return e && r->n >= e->size ? e : NULL;
}

/* -- one field -- */

/* Appends @text to the record and points the part at it. */
static void part_text(struct rec *r, struct ev_part *part, struct str text, uint32_t times)
{
	size_t at = r->n, n = 0;

	while (times-- && at + n + text.n + 8 < RECORD_MAX) {
		memcpy(r->b + at + n, text.p, text.n);
		n += text.n;
	}
	*part = (struct ev_part){ (uint32_t)at, (uint32_t)n, (uint32_t)n, (uint32_t)n };
	for (at += n; at % 8; at++)
		r->b[at] = 0;
	r->n = at;
	r->hdr.len = (uint32_t)at;
}

static void part_mutate(struct stream *s, struct rec *r, struct ev_part *part)
{
	uint32_t *const words[] = { &part->off, &part->len, &part->full, &part->head };

	switch (rnd(s, 8)) {
	case 0:
		*part = (struct ev_part){ 0 };
		break;
	case 1: case 2:
		part_text(r, part, nasty(s), 1 + (uint32_t)rnd(s, 3));
		break;
	case 3:
		part_text(r, part, nasty(s), 1u << rnd(s, 13));
		break;
	case 4:		/* the middle is excluded */
		part->full = part->len + (uint32_t)rnd(s, 100000);
		part->head = part->len ? (uint32_t)rnd(s, (uint64_t)part->len + 1) : 0;
		break;
	case 5:
		*words[rnd(s, 4)] = (uint32_t)interesting(s);
		break;
	case 6:
		*words[rnd(s, 4)] = (uint32_t)rnd(s, r->n + 16);
		break;
	default:	/* its bytes */
		if (part->len && (uint64_t)part->off + part->len <= r->n)
			LLVMFuzzerMutate(r->b + part->off, part->len, part->len);
	}
}

/* An integer: a limit, a number next to one, or a value of another field of that kind. */
static void integer_mutate(struct stream *s, uint8_t *p, const struct schema_field *f)
{
	const struct rec *from = any(s);
	const struct schema_event *e = schema_of(from);
	uint64_t v = 0;

	memcpy(&v, p, f->size);
	switch (rnd(s, 4)) {
	case 0:
		v = interesting(s);
		break;
	case 1:
		v += rnd(s, 3) - 1;
		break;
	case 2:
		v ^= 1ull << rnd(s, f->size * 8);
		break;
	default:
		for (unsigned int i = 0; e && i < e->nfields; i++) {
			if (e->fields[i].kind_id == f->kind_id && e->fields[i].size == f->size &&
			    rnd(s, 2))
				memcpy(&v, from->b + e->fields[i].offset, f->size);
		}
	}
	memcpy(p, &v, f->size);
}

static void field_mutate(struct stream *s, struct rec *r)
{
	const struct schema_event *e = schema_of(r);
	const struct schema_field *f;
	struct str text = nasty(s);

	if (!e || !e->nfields)
		return;
	f = &e->fields[rnd(s, e->nfields)];
	switch (f->storage_id) {
	case SCHEMA_part:
		part_mutate(s, r, (struct ev_part *)(r->b + f->offset));
		break;
	case SCHEMA_comm:
		memcpy(r->b + f->offset, text.p, text.n < f->size ? text.n : f->size);
		break;
	case SCHEMA_fd: case SCHEMA_tuple:	/* all of their members are 16 bits or more */
		if (rnd(s, 2))
			LLVMFuzzerMutate(r->b + f->offset, f->size, f->size);
		else
			r->b[f->offset + rnd(s, f->size / 2) * 2] = (uint8_t)rnd(s, 24);
		break;
	default:
		integer_mutate(s, r->b + f->offset, f);
	}
}

/* -- headers: process, time, event type -- */

/* Does the record have provenance for the fields from the 17th on, within its bytes? */
static bool has_more(const struct rec *r)
{
	return r->hdr.flags & EV_F_MORE && r->hdr.len == r->n &&
	       r->n >= sizeof(r->hdr) + sizeof(struct ev_more) && r->n % 8 == 0;
}

static void header_mutate(struct stream *s, struct rec *r)
{
	const struct ev_header *from = &any(s)->hdr;
	struct ev_header *h = &r->hdr;

	switch (rnd(s, 12)) {
	case 0: case 1:
		h->tid = from->tid;
		h->tgid = from->tgid;
		h->start_ns = from->start_ns + rnd(s, 2);
		break;
	case 2:
		h->tid = (uint32_t)rnd(s, 16);
		break;
	case 3:
		h->tgid = rnd(s, 2) ? h->tid : (uint32_t)rnd(s, 16);
		break;
	case 4:
		h->start_ns = rnd(s, 2) ? interesting(s) : from->ts_ns;
		break;
	case 5:
		h->cgroup_id = rnd(s, 2) ? interesting(s) : from->cgroup_id;
		break;
	case 6:
		h->flags ^= 1u << rnd(s, 10);
		break;
	case 7:
		h->nr = rnd(s, 2) ? (int32_t)rnd(s, 600) : (int32_t)interesting(s);
		break;
	case 8:
		ev_prov_set(h, (unsigned int)rnd(s, has_more(r) ? EV_FIELD_MAX : EV_PROV_FIELDS),
			    (unsigned int)rnd(s, 16));
		break;
	case 9:
		h->ts_ns = from->ts_ns + interesting(s) % 10000000000ull;
		break;
	case 10:
		h->seq = rnd(s, 2) ? from->seq + rnd(s, 3) : interesting(s);
		h->flags ^= (uint32_t)rnd(s, 4) << STAGE_CPU_SHIFT;
		break;
	default:
		h->flags ^= STAGE_F_ORIGIN;
	}
}

/* Lengths as an older or a newer driver would write them, or invalid ones. */
static void shape_mutate(struct stream *s, struct rec *r)
{
	size_t n;

	switch (rnd(s, 4)) {
	case 0:
		r->hdr.fixed_len = (uint16_t)(rnd(s, r->n / 8 + 2) * 8);
		break;
	case 1:
		r->hdr.type = (uint16_t)rnd(s, EV_TYPE_MAX + 1);
		break;
	case 2:
		n = sizeof(r->hdr) + rnd(s, r->n / 8 + 8) * 8;
		if (n < RECORD_MAX) {
			if (n > r->n)
				memset(r->b + r->n, (int)rnd(s, 256), n - r->n);
			r->n = n;
			r->hdr.len = (uint32_t)n;
		}
		break;
	default:
		r->hdr.len = (uint32_t)(rnd(s, 2) ? interesting(s) : rnd(s, r->n + 16));
	}
}

/* -- the stream -- */

/* Adds an event of a type that the stream may not have, with the header of another one. */
static void insert_new(struct stream *s)
{
	const struct schema_event *e = schema_event((unsigned int)rnd(s, EV_TYPE_MAX));
	struct rec *r;

	if (!e || s->n == RECORDS_MAX)
		return;
	r = rec_new();
	if (s->n)
		r->hdr = any(s)->hdr;
	r->hdr.type = e->type;
	r->hdr.fixed_len = e->size;
	r->hdr.len = e->size;
	r->n = e->size;
	s->recs[s->n++] = r;
	for (uint64_t i = rnd(s, 8); i; i--)
		field_mutate(s, r);
}

static void order_mutate(struct stream *s)
{
	uint32_t a = (uint32_t)rnd(s, s->n), b = (uint32_t)rnd(s, s->n);
	struct rec *r = s->recs[a];

	switch (rnd(s, 3)) {
	case 0:
		s->recs[a] = s->recs[b];
		s->recs[b] = r;
		break;
	case 1:
		if (s->n > 1) {
			memmove(s->recs + a, s->recs + a + 1, (s->n - a - 1) * sizeof(*s->recs));
			s->n--;
			free(r);
		}
		break;
	default:
		if (s->n < RECORDS_MAX) {
			s->recs[s->n] = rec_new();
			*s->recs[s->n] = *r;
			s->n++;
		}
	}
}

static void mutate_once(struct stream *s)
{
	struct rec *r = s->n ? any(s) : NULL;
	uint64_t what = rnd(s, 16);

	if (!r || what == 0)
		insert_new(s);
	else if (what == 1)
		order_mutate(s);
	else if (r->n < sizeof(r->hdr))
		LLVMFuzzerMutate(r->b, r->n, r->n);
	else if (what < 5)
		header_mutate(s, r);
	else if (what == 5)
		shape_mutate(s, r);
	else
		field_mutate(s, r);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	struct stream s = { .rnd = (seed + 1ull) * 0x9e3779b97f4a7c15ull };
	size_t head = mutate_head(data, size), n;

	if (rnd(&s, 8) == 0)
		return LLVMFuzzerMutate(data, size, max_size);
	if (head > 1 && rnd(&s, 3) == 0)	/* the text; its terminator stays */
		LLVMFuzzerMutate(data, head - 1, head - 1);
	split(&s, data + head, size - head);
	for (uint64_t i = 1 + rnd(&s, 4); i; i--)
		mutate_once(&s);
	n = join(&s, data + head, max_size - head);
	stream_free(&s);
	return head + n ? head + n : size;
}

/* The first bytes of one stream, then records of both, each stream's in their order. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t na, const uint8_t *b, size_t nb,
				 uint8_t *out, size_t max_size, unsigned int seed)
{
	struct stream s = { .rnd = (seed + 1ull) * 0x9e3779b97f4a7c15ull };
	struct stream from[2] = { { .n = 0 }, { .n = 0 } };
	size_t head = mutate_head(a, na), other = mutate_head(b, nb), n;
	uint32_t at[2] = { 0, 0 };

	if (head > max_size)
		return 0;
	memcpy(out, a, head);
	split(&from[0], a + head, na - head);
	split(&from[1], b + other, nb - other);
	while (s.n < RECORDS_MAX && (at[0] < from[0].n || at[1] < from[1].n)) {
		unsigned int which = (unsigned int)rnd(&s, 2);

		if (at[which] == from[which].n)
			which = !which;
		s.recs[s.n++] = from[which].recs[at[which]++];
	}
	n = join(&s, out + head, max_size - head);
	stream_free(&from[0]);
	stream_free(&from[1]);
	return head + n;
}
