/* SPDX-License-Identifier: Apache-2.0 */
/* Implements major1.h. */
#include "source/major1.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "decode/schema.h"

#define SHORTER		((uint32_t)(sizeof(struct major1_header) - sizeof(struct ev_header)))

void major1_selection_from(struct major1_selection *ret, const struct saker_selection *sel)
{
	*ret = (struct major1_selection){
		.generation = sel->generation, .flags = sel->flags & SAKER_SEL_NO_PATH,
		.argv_max = sel->argv_max, .env_max = sel->env_max,
	};
	memcpy(ret->event, sel->event, sizeof(ret->event));
	memcpy(ret->action, sel->action, sizeof(ret->action));
}

void major1_selection_to(struct saker_selection *ret, const struct major1_selection *sel)
{
	*ret = (struct saker_selection){
		.generation = sel->generation, .flags = sel->flags,
		.argv_max = sel->argv_max, .env_max = sel->env_max,
	};
	memcpy(ret->event, sel->event, sizeof(sel->event));
	memcpy(ret->action, sel->action, sizeof(ret->action));
}

struct ev_place major1_place(const void *old, uint32_t n)
{
	struct major1_header h = { 0 };

	memcpy(&h, old, n < sizeof(h) ? n : sizeof(h));
	return (struct ev_place){ .origin = h.origin, .cpu = h.cpu };
}

/*
 * Parts begin at a place counted from the start of the record. One beyond its end must stay beyond:
 * provenance may be appended.
 */
static void move_parts(struct ev_header *rec)
{
	const struct schema_event *e = schema_event(rec->type);

	for (unsigned int i = 0; e && i < e->nfields; i++) {
		const struct schema_field *f = &e->fields[i];
		struct ev_part *part = (struct ev_part *)(void *)((char *)rec + f->offset);

		if (f->storage_id != SCHEMA_part || f->offset + f->size > rec->fixed_len ||
		    !part->off)
			continue;
		part->off -= SHORTER;
		if ((uint64_t)part->off + part->len > rec->len)
			part->off = UINT32_MAX;
	}
}

/* The common part of both headers, and the provenance of the first fields. */
static void header_to(struct ev_header *ret, const struct major1_header *h)
{
	*ret = (struct ev_header){
		.len = h->len - SHORTER, .fixed_len = (uint16_t)(h->fixed_len - SHORTER),
		.type = h->type, .ts_ns = h->ts_ns, .seq = h->seq, .start_ns = h->start_ns,
		.cgroup_id = h->cgroup_id, .tid = h->tid, .tgid = h->tgid,
		.flags = h->flags & ~EV_F_MORE, .nr = h->nr, .prov = h->prov[0],
	};
}

static int make_room(struct major1 *m, uint32_t n)
{
	void *bigger;

	if (n <= m->room)
		return 0;
	bigger = realloc(m->rec, n);
	if (!bigger)
		return -ENOMEM;
	m->rec = bigger;
	m->room = n;
	return 0;
}

int major1_record(struct major1 *ret, const void *old, uint32_t n)
{
	struct major1_header h = { 0 };
	int r = make_room(ret, n < sizeof(h) ? sizeof(h) : n);

	if (r < 0)
		return r;
	memcpy(&h, old, n < sizeof(h) ? n : sizeof(h));
	if (n < sizeof(h) || h.fixed_len < sizeof(h) || h.fixed_len > n) {
		/* Its number still counts; that it is too short is found by event_decode(). */
		h.len = sizeof(h);
		h.fixed_len = SHORTER;
		header_to(ret->rec, &h);
		return 0;
	}
	header_to(ret->rec, &h);
	memcpy(ret->rec + 1, (const char *)old + sizeof(h), n - sizeof(h));
	move_parts(ret->rec);
	if (h.prov[1] | h.prov[2] | h.prov[3]) {
		ret->rec->len += sizeof(struct ev_more);
		ret->rec->flags |= EV_F_MORE;
		memcpy(ev_more(ret->rec), &h.prov[1], sizeof(struct ev_more));
	}
	return 0;
}

void major1_uninit(struct major1 *m)
{
	free(m->rec);
	*m = (struct major1){ 0 };
}
