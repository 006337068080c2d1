/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the prefilter's tests of a call as the drivers do, for tests of rules about events but opens. */
#ifndef RULE_TEST_CALL_H
#define RULE_TEST_CALL_H

#include <stdio.h>
#include <string.h>
#include "decode/event.h"
#include "decode/schema.h"
#include "rule/prefilter.h"
#include "rule/test-load.h"

struct call {
	union {
		struct ev_header hdr;
		union event_scratch all;
	} rec;
	struct event ev;
	uint32_t families[2];
	bool families_known;
	unsigned int first, ntypes;	/* most calls are of these types, as the rules */
};

/* An argument of a row, as the record has it. */
static inline bool argument(const struct call *c, uint32_t field, uint64_t *value)
{
	const struct schema_event *e = schema_event(c->rec.hdr.type);
	const struct schema_field *f = &e->fields[field];

	for (unsigned int i = 0; i < e->nfields; i++)
		if (e->fields[i].source == SOURCE_CODE)
			return false;
	if (field >= e->nfields || f->source != SOURCE_ARG)
		return false;
	*value = 0;
	memcpy(value, (const char *)&c->rec + f->offset, f->size);
	return true;
}

static inline uint64_t passes(const struct saker_prefilter *p, const struct saker_pf_test *t,
			      uint32_t number, const struct call *c)
{
	uint64_t value;

	if (t->source == SAKER_PF_FAMILY)
		return !c->families_known ? ~0ull :
		       saker_pf_value(p, t, number, c->families[0]) |
		       saker_pf_value(p, t, number, c->families[1]);
	return argument(c, t->source, &value) ? saker_pf_value(p, t, number, value) : ~0ull;
}

SAKER_PF_VALUES_LEFT(values_left, const struct call *, passes)

static inline bool excludes(const struct saker_prefilter *p, struct call *c, bool at_exit)
{
	const uint32_t number = p->of_type[c->rec.hdr.type];
	uint64_t left;

	if (!number)
		return false;
	c->families_known = !at_exit && c->rec.hdr.type == EV_connect;
	left = saker_pf_of_result(&p->event[number], at_exit, c->rec.all.syscall.res);
	return !values_left(p, number, left, c);
}

/* A call of this type, of which all arguments have one value. */
static inline void make_call(struct call *c, const char *type, int64_t res, uint64_t value)
{
	const struct schema_event *e;

	memset(&c->rec, 0, sizeof(c->rec));
	c->ev.type = evt_type_find(str_of(type));
	e = schema_event(evt_type_event(c->ev.type));
	c->rec.hdr.type = e->type;
	for (unsigned int i = 0; i < e->nfields; i++)
		if (e->fields[i].source == SOURCE_ARG)
			memcpy((char *)&c->rec + e->fields[i].offset, &value, e->fields[i].size);
	c->rec.all.syscall.res = res;
}

static inline struct ruleset *one_rule(const char *condition)
{
	char text[2048];

	snprintf(text, sizeof(text), "- rule: R\n  desc: d\n  output: o\n  priority: INFO\n"
		 "  condition: %s\n", condition);
	return load_random(text);
}

#endif /* RULE_TEST_CALL_H */
