/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The schema files as constant tables, one table of fields per event. FIELD is not passed
 * the name of its event, so it takes offsets of a block-scoped typedef.
 */
#include "decode/schema.h"
#include <stddef.h>

/*
 * static const struct schema_event *schema_event_open(void)
 * {
 *	typedef struct ev_open event_t;
 *	static const struct schema_event head = { "open", "A file...", NULL, 20, 0, 0 };
 *	static const struct schema_field fields[] = {
 *		{ "res", "s64", "RES", "descriptor...", SCHEMA_s64, KIND_RES, 96, 8, SOURCE_RESULT },
 *		...
 *	};
 *	static const struct schema_event event = { ..., fields, EV_open, 11, 176 };
 *	return &event;
 * }
 */
#define EVENT(id, ev, evname, traits, evdoc)					\
static const struct schema_event *schema_event_##ev(void)		\
{									\
	typedef struct ev_##ev event_t;					\
	enum { event_id = id };						\
	static const char event_name[] = evname;			\
	static const char event_doc[] = evdoc;				\
	static const struct schema_field fields[] = {
#define FIELD(ev, type, field, kind, source, fielddoc)				\
		{ #field, #type, #kind, fielddoc, SCHEMA_##type, KIND_##kind, \
		  offsetof(event_t, field), sizeof(((event_t *)0)->field),	\
		  SOURCE_FROM_##source },
#define END(ev)								\
	};								\
	static const struct schema_event event = {			\
		event_name, event_doc, fields, event_id,		\
		sizeof(fields) / sizeof(*fields), sizeof(event_t),	\
	};								\
	return &event;							\
}
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END

const struct schema_event *schema_event(unsigned int type)
{
	switch (type) {
#define EVENT(id, ev, name, traits, doc)	case id: return schema_event_##ev();
#define FIELD(ev, type, field, kind, source, doc)
#define END(ev)
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END
	}
	return NULL;
}

static const struct schema_flag all_flags[] = {
#define FLAGSET(name, form)
#define FLAG(set, name, value)	{ #name, (uint64_t)(value), KIND_##set },
#include <saker/flags.def>
#undef FLAGSET
#undef FLAG
};

bool schema_is_bits(unsigned int kind_id)
{
	enum { values, bits };
	static const uint8_t form_of[KIND_COUNT] = {
#define FLAGSET(name, form)	[KIND_##name] = form,
#define FLAG(set, name, value)
#include <saker/flags.def>
#undef FLAGSET
#undef FLAG
	};

	return kind_id < KIND_COUNT && form_of[kind_id] == bits;
}

const struct schema_flag *schema_flags(unsigned int kind_id, size_t *n)
{
	const size_t count = sizeof(all_flags) / sizeof(*all_flags);
	size_t first = 0, end;

	while (first < count && all_flags[first].kind_id != kind_id)
		first++;
	for (end = first; end < count && all_flags[end].kind_id == kind_id; end++)
		;
	*n = end - first;
	return *n ? &all_flags[first] : NULL;
}

static const char *const drops[][2] = {
#define DROP(name, doc)	[EV_DROP_##name] = { #name, doc },
#include <saker/drops.def>
#undef DROP
};

const char *schema_drop_name(unsigned int reason)
{
	return reason < EV_DROP_COUNT ? drops[reason][0] : NULL;
}

const char *schema_drop_doc(unsigned int reason)
{
	return reason < EV_DROP_COUNT ? drops[reason][1] : NULL;
}

static uint64_t fnv1a(uint64_t h, const char *z)
{
	do {			/* including the NUL, which separates the words */
		h ^= (unsigned char)*z;
		h *= 0x100000001b3ull;
	} while (*z++);
	return h;
}

uint64_t schema_fingerprint(void)
{
	uint64_t h = 0xcbf29ce484222325ull;
	unsigned int type, i;

	for (type = 0; type < EV_TYPE_MAX; type++) {
		const struct schema_event *e = schema_event(type);

		if (!e)
			continue;
		h = fnv1a(h ^ type, e->name);
		for (i = 0; i < e->nfields; i++) {
			h = fnv1a(h, e->fields[i].storage);
			h = fnv1a(h, e->fields[i].name);
			h = fnv1a(h, e->fields[i].kind);
		}
	}
	return h;
}

const struct schema_field *schema_field(const struct schema_event *e, struct str name)
{
	for (unsigned int i = 0; i < e->nfields; i++)
		if (str_eq(str_of(e->fields[i].name), name))
			return &e->fields[i];
	return NULL;
}

uint64_t schema_integer(const struct schema_field *f, const void *body)
{
	const char *p = (const char *)body + f->offset;
	uint32_t u;
	uint64_t v;

	switch (f->storage_id) {
	case SCHEMA_u32:
		memcpy(&u, p, sizeof(u));
		return u;
	case SCHEMA_s32:
		memcpy(&u, p, sizeof(u));
		return (uint64_t)(int64_t)(int32_t)u;
	case SCHEMA_u64:
	case SCHEMA_s64:
		memcpy(&v, p, sizeof(v));
		return v;
	}
	return 0;
}
