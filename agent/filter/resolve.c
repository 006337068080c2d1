/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replaces names of macros and lists. Macros remain shared subtrees; size and depth are
 * counted as if they were copied, so no chain of macros can exceed the limits.
 */
#include "filter/resolve.h"

struct walk {
	struct arena *arena;
	const struct names *names;
	struct filter_error *err;	/* place for the next one */
	uint32_t level;			/* of the node that is being resolved, from 1 */
};

static bool resolve_list_name(struct walk *w, struct word *word)
{
	const char *near;

	word->list = w->names->list(w->names->ctx, word->text);
	if (word->list)
		return true;
	filter_fail(w->err, w->arena, FILTER_NAME, word->off, word->len,
		    "undefined list '" STR_FMT "'", STR_ARG(word->text));
	near = w->names->near_list ? w->names->near_list(w->names->ctx, word->text) : NULL;
	if (near)
		filter_hint(w->err, w->arena, "did you mean %s?", near);
	else
		filter_hint(w->err, w->arena, "write (" STR_FMT ") for a list of this one value",
			    STR_ARG(word->text));
	return false;
}

/* The name of a list where a single value is expected is replaced by its only value. */
static bool resolve_single(struct walk *w, struct word *word)
{
	const struct list *list = w->names->list(w->names->ctx, word->text);

	if (!list)
		return true;
	if (list->nwords == 1) {
		word->text = list->words[0].text;
		return true;
	}
	filter_fail(w->err, w->arena, FILTER_TYPE, word->off, word->len,
		    "the list " STR_FMT " stands where one value is expected",
		    STR_ARG(word->text));
	filter_hint(w->err, w->arena, "use 'in (" STR_FMT ")'", STR_ARG(word->text));
	return false;
}

static bool resolve_check(struct walk *w, struct check *check)
{
	bool many = check->op == OP_IN || check->op == OP_INTERSECTS || check->op == OP_PMATCH ||
		    check->modifier != MODIFIER_NONE;

	if (check->list_name)
		return resolve_list_name(w, &check->words[0]);
	for (uint32_t i = 0; i < check->nwords; i++) {
		struct word *word = &check->words[i];

		if (word->quoted)
			continue;
		if (many)
			word->list = w->names->list(w->names->ctx, word->text);
		else if (!resolve_single(w, word))
			return false;
	}
	return true;
}

/* After an error: names that follow are looked up too. */
static void go_on(struct walk *w)
{
	w->err = filter_more(w->err, w->arena);
}

static void resolve(struct walk *w, struct expr *e, uint32_t *size, uint32_t *depth);

/* A sum that is over the limit is not added to, so that it cannot wrap. */
static void resolve_kids(struct walk *w, struct expr *e, uint32_t *size, uint32_t *depth)
{
	for (uint32_t i = 0; i < e->nkids; i++) {
		uint32_t kid_size, kid_depth;

		w->level++;
		resolve(w, e->kids[i], &kid_size, &kid_depth);
		w->level--;
		if (*size <= EXPR_SIZE_MAX)
			*size += kid_size;
		if (kid_depth >= *depth)
			*depth = kid_depth + 1;
	}
}

static void resolve_macro(struct walk *w, struct expr *e, uint32_t *size, uint32_t *depth)
{
	uint32_t macro_size, macro_depth = w->level;

	e->macro.target = w->names->macro(w->names->ctx, e->macro.name, e, w->err, &macro_size,
					  &macro_depth);
	if (!e->macro.target) {
		go_on(w);
		return;
	}
	*size = macro_size;
	*depth = macro_depth;
}

/* A tree that is too large or too deep is reported once: for those around it it is one check. */
static void resolve(struct walk *w, struct expr *e, uint32_t *size, uint32_t *depth)
{
	const char *too;

	*size = *depth = 1;
	switch (e->kind) {
	case EXPR_AND:
	case EXPR_OR:
	case EXPR_NOT:
		resolve_kids(w, e, size, depth);
		break;
	case EXPR_CHECK:
		e->check->broken = !resolve_check(w, e->check);
		if (e->check->broken)
			go_on(w);
		break;
	case EXPR_MACRO:
		resolve_macro(w, e, size, depth);
		break;
	}
	too = *size > EXPR_SIZE_MAX ? "large" : *depth > EXPR_DEPTH_MAX * 2 ? "deep" : NULL;
	if (!too)
		return;
	filter_fail(w->err, w->arena, FILTER_LIMIT, e->off, e->len,
		    "the condition is too %s with its macros expanded", too);
	go_on(w);
	*size = *depth = 1;
}

void filter_resolve(struct expr *e, struct arena *arena, const struct names *names,
		    struct filter_error *err, uint32_t *size, uint32_t *depth)
{
	struct walk w = { .arena = arena, .names = names, .err = filter_more(err, arena),
			  .level = 1 };

	resolve(&w, e, size, depth);
}
