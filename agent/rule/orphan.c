/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds items that change an item which was not read yet: most often the file
 * that defines it is read later. After all files are read, the message gets
 * that place.
 */
#include <stdio.h>
#include "rule/loader.h"

void orphan_add(struct ruleset_loader *l, const struct dict *names, struct str name)
{
	const struct diag_list *diags = &l->diags;
	const struct orphan orphan = { diags->n - 1, names, name };

	if (!diags->n || diags->errors + diags->warnings + diags->notes > diags->n)
		return;		/* counted and not kept: it has no message to add to */
	loader_push(l, &l->orphans, &l->norphans, &orphan, sizeof(orphan));
}

/* The definition of the item of that name; no node if there is none. */
static struct place defined_at(const struct ruleset_loader *l, const struct orphan *orphan)
{
	uint32_t id = loader_find(orphan->names, orphan->name);

	if (!id)
		return (struct place){ NULL, NULL };
	if (orphan->names == &l->rule_names)
		return l->rules[id - 1]->place;
	return orphan->names == &l->macro_names ? l->macros[id - 1]->place :
						  l->lists[id - 1]->place;
}

/* For an item that no file defines, or none that could be read. */
static void explain_missing(struct ruleset_loader *l, struct diag *diag)
{
	char text[512];

	if (diag->hint.p)
		return;
	if (!l->unread.p) {
		if (l->options.orphan_hint)
			diag->hint = str_of(l->options.orphan_hint);
		return;
	}
	snprintf(text, sizeof(text), STR_FMT " has an error and was not read; it may define it",
		 STR_ARG(l->unread));
	diag->hint = arena_str(l->arena, str_of(text));
	l->no_memory |= !diag->hint.p;
}

void orphans_explain(struct ruleset_loader *l)
{
	for (uint32_t i = 0; i < l->norphans; i++) {
		struct diag *diag = &l->diags.items[l->orphans[i].diag];
		struct place at = defined_at(l, &l->orphans[i]);
		char text[512];
		uint32_t line, col;

		if (!at.node) {
			explain_missing(l, diag);
			continue;
		}
		yaml_line(&at.source->lines, at.node->start, &line, &col);
		if (str_eq(at.source->name, diag->file))
			snprintf(text, sizeof(text), "line %u defines it: move this item after it", line);
		else
			snprintf(text, sizeof(text), STR_FMT ":%u defines it, but is read after "
				 "this file: give it first", STR_ARG(at.source->name), line);
		diag->hint = arena_str(l->arena, str_of(text));
		l->no_memory |= !diag->hint.p;
	}
}
