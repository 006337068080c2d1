/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages about places that rules share: a macro's check concerns every rule that uses the
 * macro, so it is reported once and names its rules.
 */
#ifndef RULE_NOTES_H
#define RULE_NOTES_H

#include "lib/buf.h"
#include "rule/loader.h"

#define NOTE_RULES	3	/* named of one note */

struct note {
	const struct text *text;	/* where: */
	uint32_t off, len;
	const char *what;		/* static: the same is one kind */
	const void *about;		/* static or of the rule set, NULL: what the place alone says */
	const struct operand *op;	/* whose value, if it matters; no part of what is the same */
	struct str rules[NOTE_RULES];
	uint32_t nrules;
	const struct rule *last;
	uint64_t types[TYPE_WORDS], others[TYPE_WORDS];	/* for who adds it */
};

struct notes {
	struct ruleset_loader *l;
	struct dict known;		/* places and what was said there; by number, from 1: */
	struct note *v;
	uint32_t n;
	bool no_memory;
};

/*
 * The note of this kind at this place, which is made if there is none, and now names @rule too.
 * Return: NULL without memory. Valid until the next one is made.
 */
struct note *notes_add(struct notes *notes, const struct rule *rule, const struct note *like);

/* 'in the rules "a", "b", "c" and 4 more' */
void note_put_rules(struct buf *b, const struct note *note);

void notes_uninit(struct notes *notes);

#endif /* RULE_NOTES_H */
