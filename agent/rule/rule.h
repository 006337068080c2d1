/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Declares a compiled rule set: immutable, shared by reference count. Rules are
 * in load order, in which the first match wins.
 */
#ifndef RULE_RULE_H
#define RULE_RULE_H

#include <stdatomic.h>
#include <stdint.h>
#include "filter/program.h"
#include "lib/arena.h"

struct index;

struct rule {
	struct str name;
	struct str desc;
	struct str output;
	struct str source;
	uint8_t priority;	/* as in syslog: 0 emergency .. 7 debug */
	bool capture;
	bool disabled;		/* only in a set for describing rules */
	uint32_t capture_ms;	/* 0: not given */
	struct str *tags;	/* sorted */
	uint32_t ntags;
	struct str file;	/* where it was first defined */
	uint32_t line;
	uint32_t number;	/* its place in the set */
	struct str written;	/* the condition as written, with what was appended */
	const struct expr *expr;
	struct condition condition;
};

/* FIELD_NEEDS_...: what must be recorded so that the fields of its condition have values. */
uint64_t rule_needs(const struct rule *rule);

struct ruleset_source {		/* a file it was made from */
	struct str name, origin, digest;
};

struct ruleset {
	atomic_uint refs;
	struct arena *arena;	/* owns all of it */
	struct program program;
	struct rule *rules;	/* those enabled and urgent enough; all in a set for describing */
	uint32_t nrules;
	struct index *index;
	bool match_all;		/* report every rule that matches, not only the first */
	uint64_t needs;		/* FIELD_NEEDS_...: recorded only while a condition reads it */
	struct ruleset_source *sources;
	uint32_t nsources;
};

struct ruleset *ruleset_ref(struct ruleset *set);
void ruleset_unref(struct ruleset *set);	/* NULL is fine */

/* The event types that some rule can match, one bit each, by evt_type_t. */
void ruleset_evt_types(const struct ruleset *set, uint64_t types[TYPE_WORDS]);

/* By name; NULL if there is none. */
const struct rule *ruleset_find(const struct ruleset *set, struct str name);

const char *priority_name(unsigned int priority);	/* "Emergency" .. "Debug". Static. */

/* By name in any case, "info" included. Return: false if there is none. */
bool priority_find(struct str name, uint8_t *ret);

/* The priority that was likely meant: Warning for WARN; NULL if there is none. Static. */
const char *priority_guess(struct str name);

#endif /* RULE_RULE_H */
