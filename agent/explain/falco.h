/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds names of macros and lists that Falco 0.45 resolves in another way than Saker.
 *
 * Falco compiles after each file that it reads. It expands the lists in a list once, then puts the
 * values of each list, in the order of their first definitions, into the text of a condition; a
 * macro sees the macros that were defined before its own last change, a rule sees all.
 */
#ifndef EXPLAIN_FALCO_H
#define EXPLAIN_FALCO_H

#include "rule/loader.h"

struct falco {
	const struct ruleset_loader *l;
	struct falco_list *lists;	/* by the list's number */
	uint32_t looks;			/* look-ups of names: bounded, because files may be hostile */
};

/* @loader: finished. Return: false without memory. */
bool falco_init(struct falco *falco, struct ruleset_loader *loader);

/*
 * How Falco resolves the name of @macro at @off of the condition @text in another way; NULL: in the
 * same way. Static.
 */
const char *falco_macro(const struct falco *falco, const struct text *text, uint32_t off,
			const struct macro *macro);

/*
 * The list that stays a name in a condition which names the list of this number; NULL: there is
 * none.
 */
const char *falco_list(struct falco *falco, uint32_t id);

/* The list whose values Falco puts into a quoted text, given with its quotes; NULL: there is none. */
const char *falco_quoted(const struct falco *falco, struct str text);

/* Whether Falco reads a part of an unquoted value of a list or an exception as syntax. */
bool falco_splits(struct str value);

#endif /* EXPLAIN_FALCO_H */
