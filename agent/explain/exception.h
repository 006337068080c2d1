/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes exceptions from an alert: fields whose values the alert has and that would be
 * the same if the same thing happened again, joined by and. More fields make a narrower
 * exception. Each choice of fields is one row of a table.
 */
#ifndef EXPLAIN_EXCEPTION_H
#define EXPLAIN_EXCEPTION_H

#include "explain/evidence.h"

#define EXCEPTION_FIELDS	24	/* of one exception */
#define EXCEPTION_CHOICES	7

struct exception_field {
	struct str name;
	uint32_t kind;		/* what it is about: one bit */
	struct str value;	/* as text; of type: */
	bool number;
};

struct candidates {		/* the fields that an exception for an alert can use */
	struct exception_field field[EXCEPTION_FIELDS];
	uint32_t n;
};

struct choice {			/* which of the candidates */
	const char *label;	/* "with any command line". Static. */
	struct exception_field field[EXCEPTION_FIELDS];
	uint32_t n;
};

/* Return: 0 or -ENOMEM; texts are in the arena or borrowed from @e. */
int exception_candidates(struct candidates *ret, const struct evidence *e, struct arena *arena);

/* The choices that differ, the narrowest first. Return: how many; 0 if the alert has too few values. */
unsigned int exception_choices(struct choice ret[EXCEPTION_CHOICES], const struct candidates *c);

/* A hash of fields and values, 24 bits: for the name of an exception, the same each time. */
uint32_t exception_digest(const struct choice *choice);

/**
 * exception_write() - as YAML, an append to the rule
 * @name:	of the exception within its rule
 * @quote:	values, so that none is read as the name of a list
 * Return: false if it did not fit.
 */
bool exception_write(struct buf *b, const struct choice *choice, struct str rule, const char *name,
		     bool quote);

enum { EXCEPTION_NO, EXCEPTION_YES, EXCEPTION_UNKNOWN };

/* Whether it would have suppressed another alert of the rule; UNKNOWN if that lacks a value. */
int exception_covers(const struct choice *choice, const struct evidence *e);

#endif /* EXPLAIN_EXCEPTION_H */
