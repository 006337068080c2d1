/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clauses of the prefilter: what an open must be for a part of a condition to hold, as far as
 * the driver sees it before a path is resolved. Each operation may only weaken: it never
 * excludes an open that the condition allows.
 */
#ifndef RULE_CLAUSE_H
#define RULE_CLAUSE_H

#include <stdbool.h>
#include <stdint.h>
#include <saker/prefilter.h>
#include "lib/arena.h"

#define CLAUSES_MAX	8u	/* of one condition; more are merged */
#define NAMES_MAX	1024u	/* of one clause; with more, any name will do */

struct names {			/* numbers of names, ascending; any: no name is excluded */
	const uint32_t *ids;
	uint32_t n;
	bool any;
};

struct clause {
	uint64_t shape[SAKER_PF_SHAPES / 64];	/* a bit for each way to open */
	struct names leaf, parent;
	bool dots;				/* the path as given must contain ".." */
};

/* One of them must hold. None: the condition never holds. */
struct clauses {
	struct clause v[CLAUSES_MAX];
	uint32_t n;
};

void clause_init(struct clause *clause);	/* excludes nothing */

/* All return 0 or -ENOMEM; sets are in @arena. */
int names_union(struct names *a, const struct names *b, struct arena *arena);
int clause_merge(struct clause *a, const struct clause *b, struct arena *arena);
int clauses_or(struct clauses *a, const struct clauses *b, struct arena *arena);
int clauses_and(struct clauses *a, const struct clauses *b, struct arena *arena);

bool clause_same(const struct clause *a, const struct clause *b);

/* Which tests a clause depends on: clauses with the same ones are merged first. */
unsigned int clause_tests(const struct clause *clause);

#endif /* RULE_CLAUSE_H */
