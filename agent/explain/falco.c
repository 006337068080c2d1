/* SPDX-License-Identifier: Apache-2.0 */
/* Follows Falco's resolution of names, as far as it differs from the loader's. */
#include "explain/falco.h"

#define LOOKS_MAX	(1u << 22)	/* look-ups of names; after that no further differences are found */
#define LEVELS_MAX	1000u		/* lists in lists, as the loader has it */

struct falco_list {
	bool known;
	const struct list_item *word;	/* stays a name; NULL: no list does */
};

bool falco_init(struct falco *falco, struct ruleset_loader *l)
{
	*falco = (struct falco){ .l = l };
	falco->lists = arena_alloc(l->arena, (l->nlists + 1) * sizeof(*falco->lists));
	if (falco->lists)
		memset(falco->lists, 0, (l->nlists + 1) * sizeof(*falco->lists));
	return falco->lists;
}

/* When the condition was last changed by a file with this number, or one before it. */
static uint32_t changed(const struct text *text, uint32_t number)
{
	uint32_t order = 0;

	for (uint32_t i = 0; i < text->n; i++) {
		const struct fragment *f = &text->fragments[i];

		if (f->place.source && f->place.source->number <= number && f->order > order)
			order = f->order;
	}
	return order;
}

const char *falco_macro(const struct falco *falco, const struct text *text, uint32_t off,
			const struct macro *macro)
{
	const struct fragment *f = text_fragment(text, off);
	const uint32_t number = f && f->place.source ? f->place.source->number : 0;

	if (loader_find(&falco->l->list_names, macro->name))
		return "a list has this name too; Falco puts its values in the place of the macro";
	if (!number)
		return NULL;
	if (macro->first_file > number)
		return "a macro that only a later file defines; Falco refuses this file";
	if (str_eq(str_of(text->item_type), STR("macro condition")) &&
	    macro->first > f->order && macro->first > changed(text, number))
		return "a macro that is defined after the one that uses it; Falco refuses the file";
	return NULL;
}

static uint32_t list_of(struct falco *falco, const struct word *word)
{
	falco->looks++;
	return word->quoted ? 0 : loader_find(&falco->l->list_names, word->text);
}

static const struct list_item *left_in(struct falco *falco, uint32_t id, uint32_t level);

/* A name among the values of the list @top: Falco replaces it only if it comes after @top. */
static const struct list_item *left_of(struct falco *falco, const struct list_item *top,
				       uint32_t id, uint32_t level)
{
	const struct list_item *inner = falco->l->lists[id - 1];

	if (inner == top)
		return NULL;		/* a list in itself is a word here too */
	return inner->first > top->first ? left_in(falco, id, level + 1) : inner;
}

static const struct list_item *search(struct falco *falco, const struct list_item *list,
				      uint32_t level)
{
	const struct list_item *left = NULL;

	for (uint32_t i = 0; i < list->nwords && !left && falco->looks < LOOKS_MAX; i++) {
		const uint32_t id = list_of(falco, &list->words[i]);
		const struct list_item *in = id ? falco->l->lists[id - 1] : NULL;

		if (in && in->first > list->last)
			left = left_of(falco, list, id, level);
		for (uint32_t k = 0; in && in->first < list->last && k < in->nwords && !left &&
		     falco->looks < LOOKS_MAX; k++) {
			const uint32_t deeper = list_of(falco, &in->words[k]);

			left = deeper && falco->l->lists[deeper - 1] != in ?
			       left_of(falco, list, deeper, level) : NULL;
		}
	}
	return left;
}

/* From list to list @first grows, so this ends. */
static const struct list_item *left_in(struct falco *falco, uint32_t id, uint32_t level)
{
	struct falco_list *known = &falco->lists[id];

	if (!known->known && level < LEVELS_MAX) {
		known->known = true;
		known->word = search(falco, falco->l->lists[id - 1], level);
	}
	return known->word;
}

const char *falco_list(struct falco *falco, uint32_t id)
{
	const struct list_item *word = left_in(falco, id, 0);

	return word ? word->name.p : NULL;
}

static bool ends_name(char c)
{
	return strchr(" \t\n\r(),=", c);	/* also NUL, which no name has */
}

const char *falco_quoted(const struct falco *falco, struct str text)
{
	size_t start = 0;

	for (size_t i = 0; i < text.n; i++) {
		uint32_t id;

		if (!ends_name(text.p[i]))
			continue;
		id = i > start ? loader_find(&falco->l->list_names,
					     (struct str){ text.p + start, i - start }) : 0;
		if (id)
			return falco->l->lists[id - 1]->name.p;
		start = i + 1;
	}
	return NULL;
}

/* A value with a blank gets quotes. */
bool falco_splits(struct str value)
{
	const char *special = value.n && memchr(value.p, ' ', value.n) ? "\"\\" : "()=,\"'\t\n\r\b";

	if (!value.n || value.p[0] == '"' || value.p[0] == '\'')
		return false;
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] && strchr(special, value.p[i]))
			return true;
	}
	return false;
}
