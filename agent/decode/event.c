/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decodes records: checks once that a record can be read in place. The schema is expanded to
 * one function per event that checks the parts of that event; nothing is copied, except the
 * shorter record of an older driver.
 */
#include "decode/event.h"
#include <errno.h>

/* A part must lie after the fixed fields and within the record. 64-bit sums cannot overflow. */
static inline bool part_bad(const struct ev_part *part, const struct ev_header *hdr)
{
	if (!part->off)
		return part->len != 0;
	return part->off < hdr->fixed_len ||
	       (uint64_t)part->off + part->len > hdr->len ||
	       part->head > part->len;
}

/*
 * static bool parts_bad_open(hdr, body)
 * {
 *	const struct ev_open *e = body;
 *	bool bad = false;
 *
 *	bad |= part_bad(&e->path, hdr);
 *	bad |= part_bad(&e->name, hdr);
 *	return bad;
 * }
 */
#define CHECK_u32(field)
#define CHECK_s32(field)
#define CHECK_u64(field)
#define CHECK_s64(field)
#define CHECK_comm(field)
#define CHECK_fd(field)
#define CHECK_tuple(field)
#define CHECK_part(field)	bad |= part_bad(&e->field, hdr);

#define EVENT(id, ev, name, traits, doc)					\
static bool parts_bad_##ev(const struct ev_header *hdr, const void *body) \
{									\
	const struct ev_##ev *e = body;					\
	bool bad = false;						\
									\
	_Static_assert(EV_NFIELDS(ev) <= EV_FIELD_MAX, "no room in prov[]"); \
	_Static_assert(sizeof(*e) <= UINT16_MAX, "no room in fixed_len");
#define FIELD(ev, type, field, kind, source, doc)	CHECK_##type(field)
#define END(ev)								\
	(void)e;							\
	(void)hdr;							\
	return bad;							\
}
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END

struct shape {
	uint16_t size;			/* 0: no such event */
	bool (*parts_bad)(const struct ev_header *hdr, const void *body);
	bool urgent;
};

enum { TRAITS_ORDINARY = false, TRAITS_RESERVE = false, TRAITS_URGENT = true };

static const struct shape shapes[EV_TYPE_MAX] = {
#define EVENT(id, ev, name, traits, doc)			\
	[id] = { sizeof(struct ev_##ev), parts_bad_##ev, TRAITS_##traits },
#define FIELD(ev, type, field, kind, source, doc)
#define END(ev)
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END
};

static bool header_bad(const struct ev_header *hdr, size_t size)
{
	const uint32_t more = hdr->flags & EV_F_MORE ? sizeof(struct ev_more) : 0;

	return hdr->len > size || hdr->len % 8 || hdr->fixed_len % 8 ||
	       hdr->fixed_len < sizeof(*hdr) || hdr->fixed_len > hdr->len ||
	       more > hdr->len - hdr->fixed_len;
}

int event_decode(struct event *ev, union event_scratch *scratch, const void *rec, size_t size)
{
	const struct ev_header *hdr = rec;
	const struct shape *shape;
	const void *body = rec;

	if (size < sizeof(*hdr) || header_bad(hdr, size))
		return -EBADMSG;
	if (hdr->type >= EV_TYPE_MAX || !shapes[hdr->type].size)
		return EVENT_UNKNOWN;
	shape = &shapes[hdr->type];
	if (hdr->fixed_len < shape->size) {	/* fields that an older driver did not write read as zero */
		memcpy(scratch, hdr, hdr->fixed_len);
		memset((char *)scratch + hdr->fixed_len, 0, shape->size - hdr->fixed_len);
		body = scratch;
	}
	if (shape->parts_bad(hdr, body))
		return -EBADMSG;

	*ev = (struct event){
		.hdr = hdr,
		.body = body,
		.type = evt_type_of(hdr),
	};
	return 0;
}

bool event_is_urgent(const struct event *ev)
{
	return shapes[ev->hdr->type].urgent;
}
