/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clauses of the prefilter for events that are not opens: what result and values a call must have
 * for a part of a condition to hold. Each operation may only weaken, as in rule/clause.h.
 */
#ifndef RULE_EVENT_CLAUSE_H
#define RULE_EVENT_CLAUSE_H

#include <stdbool.h>
#include <stdint.h>
#include <saker/prefilter.h>

#define EVENT_CLAUSES_MAX	8u	/* of one condition; more are merged */
#define EVENT_TESTS_MAX		4u	/* of one clause; further ones exclude nothing */
#define EVENT_RESULTS_ALL	((1u << SAKER_PF_RESULTS) - 1)

/* A value must be below SAKER_PF_VALUES and in the set, or larger; or have one of the bits. */
struct event_test {
	uint32_t source;			/* enum saker_pf_source */
	uint64_t bits;				/* 0: the set counts */
	uint64_t set[SAKER_PF_VALUES / 64];
};

struct event_clause {
	uint32_t results;			/* a bit for each enum saker_pf_result */
	uint32_t ntests;
	struct event_test tests[EVENT_TESTS_MAX];
};

/* One of them must hold. None: the condition never holds. */
struct event_clauses {
	struct event_clause v[EVENT_CLAUSES_MAX];
	uint32_t n;
};

void event_clause_init(struct event_clause *clause);	/* excludes nothing */
bool event_clause_is_any(const struct event_clause *clause);
bool event_clause_same(const struct event_clause *a, const struct event_clause *b);

/* @a holds afterwards where one of the two did. */
void event_clause_merge(struct event_clause *a, const struct event_clause *b);

/* One more test that must hold. */
void event_clause_add(struct event_clause *clause, const struct event_test *test);

void event_clauses_or(struct event_clauses *a, const struct event_clauses *b);
void event_clauses_and(struct event_clauses *a, const struct event_clauses *b);

#endif /* RULE_EVENT_CLAUSE_H */
