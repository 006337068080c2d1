/* SPDX-License-Identifier: Apache-2.0 */
/* Joins clauses of events that are not opens by and, or; merges them where there are too many. */
#include "rule/event_clause.h"
#include <string.h>

#define SET_WORDS	(SAKER_PF_VALUES / 64)

void event_clause_init(struct event_clause *clause)
{
	*clause = (struct event_clause){ .results = EVENT_RESULTS_ALL };
}

bool event_clause_is_any(const struct event_clause *c)
{
	return c->results == EVENT_RESULTS_ALL && !c->ntests;
}

static bool same_test(const struct event_test *a, const struct event_test *b)
{
	return a->source == b->source && a->bits == b->bits &&
	       !memcmp(a->set, b->set, sizeof(a->set));
}

bool event_clause_same(const struct event_clause *a, const struct event_clause *b)
{
	if (a->results != b->results || a->ntests != b->ntests)
		return false;
	for (uint32_t i = 0; i < a->ntests; i++)
		if (!same_test(&a->tests[i], &b->tests[i]))
			return false;
	return true;
}

/* A test of the same kind and source; NULL: there is none. */
static const struct event_test *like(const struct event_clause *c, const struct event_test *test)
{
	for (uint32_t i = 0; i < c->ntests; i++)
		if (c->tests[i].source == test->source && !c->tests[i].bits == !test->bits)
			return &c->tests[i];
	return NULL;
}

/* Of a clause with two tests of the same bits' source, the first is compared. */
void event_clause_merge(struct event_clause *a, const struct event_clause *b)
{
	uint32_t n = 0;

	a->results |= b->results;
	for (uint32_t i = 0; i < a->ntests; i++) {
		const struct event_test *other = like(b, &a->tests[i]);

		if (!other)
			continue;
		a->tests[n] = a->tests[i];
		a->tests[n].bits |= other->bits;
		for (size_t w = 0; w < SET_WORDS; w++)
			a->tests[n].set[w] |= other->set[w];
		n++;
	}
	a->ntests = n;
}

/* Sets of one source are intersected: it has one value. */
void event_clause_add(struct event_clause *c, const struct event_test *test)
{
	for (uint32_t i = 0; !test->bits && i < c->ntests; i++) {
		if (c->tests[i].source != test->source || c->tests[i].bits)
			continue;
		for (size_t w = 0; w < SET_WORDS; w++)
			c->tests[i].set[w] &= test->set[w];
		return;
	}
	if (c->ntests < EVENT_TESTS_MAX)
		c->tests[c->ntests++] = *test;
}

static bool has(const struct event_clauses *c, const struct event_clause *clause)
{
	for (uint32_t i = 0; i < c->n; i++)
		if (event_clause_same(&c->v[i], clause))
			return true;
	return false;
}

/* Merges the last clause into the one before it. */
static void drop_last(struct event_clauses *c)
{
	c->n--;
	event_clause_merge(&c->v[c->n - 1], &c->v[c->n]);
}

static void add(struct event_clauses *c, const struct event_clause *clause)
{
	if (!clause->results || has(c, clause))
		return;
	if (c->n == EVENT_CLAUSES_MAX)
		drop_last(c);
	c->v[c->n++] = *clause;
}

void event_clauses_or(struct event_clauses *a, const struct event_clauses *b)
{
	for (uint32_t i = 0; i < b->n; i++)
		add(a, &b->v[i]);
}

void event_clauses_and(struct event_clauses *a, const struct event_clauses *b)
{
	struct event_clauses right = *b, both = { .n = 0 };

	while (a->n * right.n > EVENT_CLAUSES_MAX)
		drop_last(a->n > right.n ? a : &right);
	for (uint32_t i = 0; i < a->n; i++) {
		for (uint32_t k = 0; k < right.n; k++) {
			struct event_clause c = a->v[i];

			c.results &= right.v[k].results;
			for (uint32_t t = 0; t < right.v[k].ntests; t++)
				event_clause_add(&c, &right.v[k].tests[t]);
			add(&both, &c);
		}
	}
	*a = both;
}
