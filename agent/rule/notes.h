/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collects messages about places that several rules share: a macro's check is
 * part of every rule that uses the macro, so it is reported once with the names
 * of the rules.
 */
#ifndef RULE_NOTES_H
#define RULE_NOTES_H

#include "lib/buf.h"
#include "rule/loader.h"

#define NOTE_RULES	3	/* named in one note */

struct note {
	const struct text *text;	/* place: */
	uint32_t off, len;
	const char *what;		/* static; two notes of one kind have the same pointer */
	const void *about;		/* static or in the rule set; NULL: the place is enough */
	const struct operand *op;	/* whose value, if it matters; not part of the key */
	struct str rules[NOTE_RULES];
	uint32_t nrules;
	const struct rule *last;
	uint64_t types[TYPE_WORDS], others[TYPE_WORDS];	/* for the caller */
};

struct notes {
	struct ruleset_loader *l;
	struct dict known;		/* keys of places; the number, from 1, is that of: */
	struct note *v;
	uint32_t n;
	bool no_memory;
};

/*
 * The note of this kind at this place; made if there is none; @rule is added to it. Return: NULL
 * without memory. Valid until the next one is made.
 */
struct note *notes_add(struct notes *notes, const struct rule *rule, const struct note *like);

/* 'in the rules "a", "b", "c" and 4 more' */
void note_put_rules(struct buf *b, const struct note *note);

void notes_uninit(struct notes *notes);

#endif /* RULE_NOTES_H */
