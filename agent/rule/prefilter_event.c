/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Derives the tests of events that are not opens: the clauses of all rules that can match the
 * event, numbered for each event. An event that some rule matches without any test has none.
 */
#include "rule/prefilter_event.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "decode/schema.h"
#include "field/field.h"
#include "rule/event_literal.h"
#include "rule/prefilter_slot.h"

#define CLAUSES_ALL	63u		/* of an event; more are merged */

struct event_filter {
	enum ev_type event;
	struct event_clause clauses[CLAUSES_ALL];
	uint32_t n;
};

struct event_filters {
	const struct ruleset *set;
	struct event_literals literals;
	bool needs_roles;		/* a rule reads the ends of a socket on another event */
	struct event_filter *filters;
	uint32_t n;
};

/* Successful calls by which the agent's tables are kept. */
static bool is_state(enum ev_type event)
{
	return event == EV_execve || event == EV_clone || event == EV_setid ||
	       event == EV_chdir || event == EV_accept;
}

/* -- the clauses of one condition -- */

static void derive(struct event_filters *ef, enum ev_type event, const struct node *node,
		   struct event_clauses *ret)
{
	ret->n = 0;
	switch (node->kind) {
	case NODE_FALSE:
		return;
	case NODE_TRUE:
		event_clause_init(&ret->v[ret->n++]);
		return;
	case NODE_LITERAL:
		event_literal(&ef->literals, event, node, ret);
		return;
	default:
		break;
	}
	derive(ef, event, node->kids[0], ret);
	for (uint32_t i = 1; i < node->nkids; i++) {
		struct event_clauses kid;

		derive(ef, event, node->kids[i], &kid);
		if (node->kind == NODE_AND)
			event_clauses_and(ret, &kid);
		else
			event_clauses_or(ret, &kid);
	}
}

bool event_filters_rule(struct event_filters *ef, uint32_t number, enum ev_type event,
			struct event_clauses *ret)
{
	const struct rule *rule = &ef->set->rules[number];

	ret->n = 0;
	if (rule->disabled || !event_has_type(event, rule->condition.types))
		return false;
	derive(ef, event, rule->condition.node, ret);
	return true;
}

/* -- the clauses of one event -- */

static void add_clause(struct event_filter *f, const struct event_clause *clause)
{
	for (uint32_t i = 0; i < f->n; i++)
		if (event_clause_same(&f->clauses[i], clause))
			return;
	if (f->n < CLAUSES_ALL)
		f->clauses[f->n++] = *clause;
	else
		event_clause_merge(&f->clauses[CLAUSES_ALL - 1], clause);
}

static bool excludes_nothing(const struct event_filter *f)
{
	for (uint32_t i = 0; i < f->n; i++)
		if (event_clause_is_any(&f->clauses[i]))
			return true;
	return false;
}

/* What the agent's tables need. A connection says which end is the client of a socket. */
static void add_state(const struct event_filters *ef, struct event_filter *f)
{
	struct event_test family = { .source = SAKER_PF_FAMILY };
	struct event_clause clause;

	event_clause_init(&clause);
	clause.results = 1u << SAKER_PF_SUCCESS;
	if (is_state(f->event))
		add_clause(f, &clause);
	if (f->event != EV_connect || !ef->needs_roles)
		return;
	event_clause_init(&clause);
	family.set[0] = 1ull << AF_INET | 1ull << AF_INET6;
	event_clause_add(&clause, &family);
	add_clause(f, &clause);
}

/* Return: whether it excludes some hits. */
static bool filter_make(struct event_filters *ef, struct event_filter *f, enum ev_type event)
{
	*f = (struct event_filter){ .event = event };
	add_state(ef, f);
	for (uint32_t i = 0; i < ef->set->nrules; i++) {
		struct event_clauses clauses;

		event_filters_rule(ef, i, event, &clauses);
		for (uint32_t k = 0; k < clauses.n; k++)
			add_clause(f, &clauses.v[k]);
		if (excludes_nothing(f))
			return false;
	}
	return true;
}

/* -- all events -- */

/* Does the record of this event have the ends of a socket, but not its role? */
static bool has_ends(enum ev_type event)
{
	const struct schema_event *e = schema_event(event);

	if (!e || event == EV_connect)
		return false;
	for (unsigned int i = 0; i < e->nfields; i++)
		if (e->fields[i].storage_id == SCHEMA_tuple || event == EV_dup)
			return true;
	return false;
}

static bool selects(const uint64_t types[TYPE_WORDS], enum ev_type event)
{
	for (evt_type_t t = 0; t < EVT_SYS_COUNT; t++)
		if (types[t / 64] >> (t % 64) & 1 && evt_type_event(t) == event)
			return true;
	return false;
}

static int make(struct event_filters *ef)
{
	int r = event_literals_init(&ef->literals, &ef->set->program);
	uint64_t types[TYPE_WORDS];

	ef->filters = calloc(SAKER_PF_EVENTS, sizeof(*ef->filters));
	if (r < 0 || !ef->filters)
		return -ENOMEM;
	ruleset_evt_types(ef->set, types);
	ef->needs_roles = ef->set->needs & FIELD_NEEDS_STD_PATHS;
	for (unsigned int event = 0; event < EV_TYPE_MAX; event++)
		ef->needs_roles |= has_ends((enum ev_type)event) &&
				   selects(types, (enum ev_type)event);
	for (unsigned int event = 0; event < EV_TYPE_MAX && ef->n < SAKER_PF_EVENTS - 1; event++) {
		if (event == EV_open || !selects(types, (enum ev_type)event))
			continue;
		ef->n += filter_make(ef, &ef->filters[ef->n], (enum ev_type)event);
	}
	return 0;
}

int event_filters_new(struct event_filters **ret, const struct ruleset *set)
{
	struct event_filters *ef = calloc(1, sizeof(*ef));
	int r;

	if (!ef)
		return -ENOMEM;
	ef->set = set;
	r = make(ef);
	if (r < 0) {
		event_filters_free(ef);
		return r;
	}
	*ret = ef;
	return 0;
}

void event_filters_free(struct event_filters *ef)
{
	if (!ef)
		return;
	event_literals_uninit(&ef->literals);
	free(ef->filters);
	free(ef);
}

bool event_filters_test(const struct event_filters *ef, enum ev_type event)
{
	for (uint32_t i = 0; i < ef->n; i++)
		if (ef->filters[i].event == event)
			return true;
	return false;
}

/* -- the program -- */

/* The test of this source, or of these bits of it; NULL: there is no room. */
static struct saker_pf_test *test_of(struct saker_prefilter *p, struct saker_pf_event *e,
				     const struct event_test *test)
{
	struct saker_pf_test *t = &p->test[e->first];

	for (uint32_t i = 0; i < e->n; i++, t++)
		if (t->source == test->source && t->bits == test->bits)
			return t;
	if (e->n == SAKER_PF_EVENT_TESTS || e->first + e->n == SAKER_PF_TESTS)
		return NULL;
	*t = (struct saker_pf_test){ .bits = test->bits, .any = ~0ull, .source = test->source };
	e->n++;
	return t;
}

static bool put_set(struct saker_prefilter *p, uint32_t number, const struct event_test *test,
		    uint64_t bit)
{
	for (uint32_t v = 0; v < SAKER_PF_VALUES; v++)
		if (test->set[v / 64] >> (v % 64) & 1 &&
		    !prefilter_put(p, saker_pf_value_key(number, test->source, v), bit))
			return false;
	return true;
}

static bool put_clause(struct saker_prefilter *p, uint32_t number, const struct event_clause *c,
		       uint64_t bit, bool sets)
{
	struct saker_pf_event *e = &p->event[number];

	for (uint32_t r = 0; r < SAKER_PF_RESULTS; r++)
		e->result[r] |= c->results >> r & 1 ? bit : 0;
	for (uint32_t i = 0; i < c->ntests; i++) {
		struct saker_pf_test *t = NULL;

		if (sets || c->tests[i].bits)
			t = test_of(p, e, &c->tests[i]);
		if (!t)
			continue;
		t->any &= ~bit;
		if (!t->bits && !put_set(p, number, &c->tests[i], bit))
			return false;
	}
	return true;
}

bool event_filters_put(const struct event_filters *ef, struct saker_prefilter *p, bool sets)
{
	bool fits = true;
	uint32_t first = 0;

	p->nevents = ef->n + 1;
	for (uint32_t i = 0; fits && i < ef->n; i++) {
		const struct event_filter *f = &ef->filters[i];

		p->of_type[f->event] = (uint8_t)(i + 1);
		p->event[i + 1].first = first;
		for (uint32_t k = 0; fits && k < f->n; k++)
			fits = put_clause(p, i + 1, &f->clauses[k], 1ull << k, sets);
		first += p->event[i + 1].n;
	}
	return fits;
}
