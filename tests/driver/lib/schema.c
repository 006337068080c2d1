// SPDX-License-Identifier: Apache-2.0
/*
 * The schema as tables, made once more from events.def, and what follows from
 * tables alone: is this record well formed, what does it say in text.
 */
#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "sk.h"

#define EVENT(id, ev, nm, traits, doc)	   static const struct sk_field fields_##ev[] = {
#define FIELD(ev, type, fld, knd, source, doc) { #fld, #knd, SK_##type, 0, sizeof(ev_##type) },
#define END(ev) \
	}       \
	;
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END

/*
 * Offsets: fields stand in a row without holes (event.h refuses holes), so each
 * offset is the sum of the sizes before it; checked against the struct's size.
 */
static struct sk_field placed[EV_TYPE_MAX][EV_FIELD_MAX];

const struct sk_event sk_events[EV_TYPE_MAX] = {
#define EVENT(id, ev, nm, traits, doc)                                                              \
	[id] = { nm, sizeof(fields_##ev) / sizeof(struct sk_field), sizeof(struct ev_##ev), \
		 placed[id] },
#define FIELD(ev, type, fld, knd, source, doc)
#define END(ev)
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END
};

static void place(unsigned int id, const struct sk_field *f, unsigned int n, unsigned int size)
{
	unsigned int off = sizeof(struct ev_header);

	for (unsigned int i = 0; i < n; i++) {
		placed[id][i] = f[i];
		placed[id][i].offset = off;
		off += f[i].size;
	}
	if (off != size)
		__builtin_trap(); /* the schema has a hole */
}

__attribute__((constructor)) static void place_all(void)
{
#define EVENT(id, ev, nm, traits, doc) \
	place(id, fields_##ev, sizeof(fields_##ev) / sizeof(*fields_##ev), sizeof(struct ev_##ev));
#define FIELD(ev, type, fld, knd, source, doc)
#define END(ev)
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END
}

const char *const sk_drop_name[EV_DROP_COUNT] = {
#define DROP(name, doc) #name,
#include <saker/drops.def>
#undef DROP
};

uint64_t sk_number(const struct ev_header *h, const struct sk_field *f)
{
	const char *p = (const char *)h + f->offset;
	uint64_t v = 0;
	uint32_t w;

	if (f->offset + f->size > h->fixed_len)
		return 0;
	switch (f->storage) {
	case SK_u64:
	case SK_s64:
		memcpy(&v, p, 8);
		return v;
	case SK_u32:
		memcpy(&w, p, 4);
		return w;
	case SK_s32:
		memcpy(&w, p, 4);
		return (uint64_t)(int64_t)(int32_t)w;
	default:
		return 0;
	}
}

const unsigned char *sk_part(const struct ev_header *h, const struct ev_part *p, uint32_t *len)
{
	*len = 0;
	if (!p->off)
		return NULL;
	*len = 1;
	if (p->off < h->fixed_len || p->off > h->len || p->len > h->len - p->off)
		return NULL;
	*len = p->len;
	return (const unsigned char *)h + p->off;
}

static const char *wrong_part(const struct ev_header *h, unsigned int i, const struct sk_field *f)
{
	struct ev_part p;
	uint32_t len;

	memcpy(&p, (const char *)h + f->offset, sizeof(p));
	if (!p.off)
		return p.len ? "an absent part has a length" : NULL;
	if (!sk_part(h, &p, &len) && len)
		return "a part lies outside the record";
	if (p.head > p.len)
		return "a part's head is longer than the part";
	switch (ev_prov(h, i) & EV_PROV_STATE_MASK) {
	case EV_PROV_TRUNCATED:
		return p.full <= p.len ? "a truncated part is whole" : NULL;
	case EV_PROV_UNREADABLE:
		return p.len ? "an unreadable part has bytes" : NULL;
	case EV_PROV_PENDING:
		return NULL;
	default:
		return p.full != p.len ? "a part is shorter than it says, and not marked" : NULL;
	}
}

const char *sk_wrong(const struct ev_header *h)
{
	const struct sk_event *e;

	if (h->len < sizeof(*h) || h->fixed_len < sizeof(*h) || h->fixed_len > h->len ||
	    (h->flags & EV_F_MORE && h->len - h->fixed_len < sizeof(struct ev_more)))
		return "header lengths";
	if (h->type >= EV_TYPE_MAX || !sk_events[h->type].name)
		return "unknown type";
	e = &sk_events[h->type];
	if (h->fixed_len != e->fixed_len)
		return "fixed length";
	for (unsigned int i = 0; i < e->nfields; i++) {
		const char *w =
			e->field[i].storage == SK_part ? wrong_part(h, i, &e->field[i]) : NULL;

		if (w)
			return w;
	}
	for (unsigned int i = e->nfields; i < EV_FIELD_MAX; i++)
		if (ev_prov(h, i))
			return "provenance of a field that is not there";
	return NULL;
}

static void print_bytes(FILE *out, const unsigned char *s, uint32_t n)
{
	uint32_t shown = n > 200 ? 200 : n;

	fputc('"', out);
	for (uint32_t i = 0; i < shown; i++)
		if (isprint(s[i]) && s[i] != '"' && s[i] != '\\')
			fputc(s[i], out);
		else
			fprintf(out, "\\x%02x", s[i]);
	fprintf(out, "\"%s", shown < n ? "..." : "");
}

static void print_lost(FILE *out, const unsigned char *s, uint32_t n)
{
	struct ev_lost l;

	for (; n >= sizeof(l); n -= sizeof(l), s += sizeof(l)) {
		memcpy(&l, s, sizeof(l));
		fprintf(out, " %s/%s:%u",
			l.type < EV_TYPE_MAX && sk_events[l.type].name ? sk_events[l.type].name
								       : "other",
			l.reason < EV_DROP_COUNT ? sk_drop_name[l.reason] : "?", l.count);
	}
}

static void print_tuple(FILE *out, const ev_tuple *t)
{
	fprintf(out, "{family %u type %u proto %u state %u role %u lport %u rport %u laddr ",
		t->family, t->type, t->protocol, t->state, t->role, t->lport, t->rport);
	for (int i = 0; i < 16; i++)
		fprintf(out, "%02x", t->laddr[i]);
	fputs(" raddr ", out);
	for (int i = 0; i < 16; i++)
		fprintf(out, "%02x", t->raddr[i]);
	fprintf(out, " ino %llu peer %llu}", t->ino, t->peer);
}

static void print_field(FILE *out, const struct ev_header *h, const struct sk_field *f,
			unsigned int prov)
{
	const void *at = (const char *)h + f->offset;
	const ev_part *p = at;
	const ev_fd *d = at;
	const unsigned char *s;
	uint32_t n;

	fprintf(out, " %s=", f->name);
	switch (f->storage) {
	case SK_part:
		s = sk_part(h, p, &n);
		if (s && !strcmp(f->kind, "LOST"))
			print_lost(out, s, n);
		else if (s)
			print_bytes(out, s, n);
		else
			fputs("absent", out);
		if (s && p->full != p->len)
			fprintf(out, "(full %d head %u)", (int)p->full, p->head);
		break;
	case SK_comm:
		print_bytes(out, at, strnlen(at, 16));
		break;
	case SK_tuple:
		print_tuple(out, at);
		break;
	case SK_fd:
		fprintf(out, "{kind %u flags 0x%x dev 0x%x rdev 0x%x ino %llu", d->kind, d->flags,
			d->dev, d->rdev, d->ino);
		if (d->sock.family)
			print_tuple(out, &d->sock);
		fputc('}', out);
		break;
	case SK_s64:
	case SK_s32:
		fprintf(out, "%lld", (long long)sk_number(h, f));
		break;
	default:
		fprintf(out, strcmp(f->kind, "DEC") ? "0x%llx" : "%llu",
			(unsigned long long)sk_number(h, f));
	}
	if (prov)
		fprintf(out, "~%x", prov);
}

void sk_print(FILE *out, const struct ev_header *h)
{
	const struct sk_event *e = &sk_events[h->type % EV_TYPE_MAX];

	fprintf(out,
		"# %llu #%llu tid %u tgid %u start %llu cgroup %llu flags 0x%x nr %d len %u %s:",
		h->ts_ns, h->seq, h->tid, h->tgid, h->start_ns, h->cgroup_id, h->flags,
		h->nr, h->len, e->name ? e->name : "?");
	for (unsigned int i = 0; i < e->nfields; i++)
		print_field(out, h, &e->field[i], ev_prov(h, i));
	fputc('\n', out);
}
