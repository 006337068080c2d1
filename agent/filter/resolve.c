/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replaces names of macros and lists. Macros remain shared subtrees; size and depth are
 * counted as if they were copied, so no chain of macros can exceed the limits.
 */
#include "filter/resolve.h"

struct walk {
	struct arena *arena;
	const struct names *names;
	struct filter_error *err;
	const struct expr **err_at;
	uint32_t level;			/* of the node that is being resolved, from 1 */
};

static bool resolve_list_name(struct walk *w, const struct expr *e)
{
	struct check *check = e->check;
	struct word *word = &check->words[0];
	const char *near;

	word->list = w->names->list(w->names->ctx, word->text);
	if (word->list)
		return true;
	*w->err_at = e;
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
static bool resolve_single(struct walk *w, const struct expr *e, struct word *word)
{
	const struct list *list = w->names->list(w->names->ctx, word->text);

	if (!list)
		return true;
	if (list->nwords == 1) {
		word->text = list->words[0].text;
		return true;
	}
	*w->err_at = e;
	filter_fail(w->err, w->arena, FILTER_TYPE, word->off, word->len,
		    "the list " STR_FMT " stands where one value is expected",
		    STR_ARG(word->text));
	filter_hint(w->err, w->arena, "use 'in (" STR_FMT ")'", STR_ARG(word->text));
	return false;
}

static bool resolve_check(struct walk *w, const struct expr *e)
{
	struct check *check = e->check;
	bool many = check->op == OP_IN || check->op == OP_INTERSECTS || check->op == OP_PMATCH ||
		    check->modifier != MODIFIER_NONE;

	if (check->rhs || !check->nwords)
		return true;
	if (check->list_name)
		return resolve_list_name(w, e);
	for (uint32_t i = 0; i < check->nwords; i++) {
		struct word *word = &check->words[i];

		if (word->quoted)
			continue;
		if (many)
			word->list = w->names->list(w->names->ctx, word->text);
		else if (!resolve_single(w, e, word))
			return false;
	}
	return true;
}

/* A name that does not exist is reported, and the search for others goes on. */
static bool go_on(struct walk *w, bool found)
{
	if (!found && w->err->kind != FILTER_NOMEM)
		w->err = filter_more(w->err, w->arena);
	return w->err->kind != FILTER_NOMEM;
}

static bool resolve(struct walk *w, struct expr *e, uint32_t *size, uint32_t *depth);

static bool resolve_kids(struct walk *w, struct expr *e, uint32_t *size, uint32_t *depth)
{
	uint32_t deepest = 0;

	for (uint32_t i = 0; i < e->nkids; i++) {
		uint32_t kid_size = 0, kid_depth = 0;

		w->level++;
		if (!resolve(w, e->kids[i], &kid_size, &kid_depth))
			return false;
		w->level--;
		*size += kid_size;
		deepest = kid_depth > deepest ? kid_depth : deepest;
	}
	*depth = deepest + 1;
	return true;
}

static bool resolve(struct walk *w, struct expr *e, uint32_t *size, uint32_t *depth)
{
	*size = *depth = 1;
	switch (e->kind) {
	case EXPR_AND:
	case EXPR_OR:
	case EXPR_NOT:
		if (!resolve_kids(w, e, size, depth))
			return false;
		break;
	case EXPR_CHECK:
		e->check->broken = !resolve_check(w, e);
		return go_on(w, !e->check->broken);
	case EXPR_MACRO:
		*w->err_at = e;
		*depth = w->level;
		e->macro.target = w->names->macro(w->names->ctx, e->macro.name, e, w->err, size,
						  depth);
		if (!e->macro.target) {
			*size = *depth = 1;
			return go_on(w, false);
		}
		break;
	}
	if (*size <= EXPR_SIZE_MAX && *depth <= EXPR_DEPTH_MAX * 2)
		return true;
	*w->err_at = e;
	return filter_fail(w->err, w->arena, FILTER_LIMIT, e->off, e->len,
			   "the condition is too %s with its macros expanded",
			   *size > EXPR_SIZE_MAX ? "large" : "deep");
}

bool filter_resolve(struct expr *e, struct arena *arena, const struct names *names,
		    struct filter_error *err, const struct expr **err_at, uint32_t *size,
		    uint32_t *depth)
{
	struct walk w = { .arena = arena, .names = names, .err = filter_more(err, arena),
			  .err_at = err_at, .level = 1 };

	*err_at = e;
	return resolve(&w, e, size, depth);
}
