/* SPDX-License-Identifier: Apache-2.0 */
/* Expands the lists that conditions and other lists name, when they are first needed. */
#include "lib/guess.h"
#include "rule/loader.h"

#define LIST_WORDS_MAX	(4u << 20)	/* of all lists, with the lists in them expanded */
#define LIST_DEPTH_MAX	1000u		/* lists in lists */
#define NEAR_MIN	5		/* bytes of a word that may be a mistyped list */
#define NEAR_DISTANCE	2		/* letters that may be wrong in it */
#define NEAR_TRIES	500000u		/* of such comparisons in all files; then no more are made */

/*
 * A list of lists of lists, each a few words long, grows too large. Reported once; what uses the
 * list gets the words so far.
 */
static const struct list *list_bomb(struct ruleset_loader *l, struct list_item *item)
{
	loader_error(l, "LOAD_ERR_VALIDATE", "list", item->name, item->place,
		     "with the lists it contains this list is too %s",
		     l->list_level > LIST_DEPTH_MAX ? "deep" : "large");
	item->state = BUILD_DONE;
	l->list_level--;
	return &item->list;
}

/* Expands the lists in a list, wherever they are defined. */
static const struct list *build_list(struct ruleset_loader *l, struct list_item *item)
{
	uint32_t n = 0, room = item->nwords;
	struct word *words;

	if (item->state != BUILD_NEW)
		return &item->list;
	item->state = BUILD_BUSY;	/* a list within itself is only a word */
	if (++l->list_level > LIST_DEPTH_MAX)
		return list_bomb(l, item);
	for (uint32_t i = 0; i < item->nwords; i++) {
		uint32_t id = item->words[i].quoted ? 0 : loader_find(&l->list_names,
								      item->words[i].text);

		if (id && l->lists[id - 1]->state == BUILD_BUSY && l->lists[id - 1] != item)
			loader_warn(l, "LOAD_COMPILE_CONDITION", "list", item->name, item->place,
				    "'" STR_FMT "' is only a word here: the list of that name contains "
				    "this one", STR_ARG(item->words[i].text));
		if (id && l->lists[id - 1]->state != BUILD_BUSY) {
			item->words[i].list = build_list(l, l->lists[id - 1]);
			l->lists[id - 1]->used = true;
			room += item->words[i].list->nwords;
		}
		if (l->list_words + room > LIST_WORDS_MAX)
			return list_bomb(l, item);
	}
	l->list_level--;
	l->list_words += room;
	words = arena_alloc(l->set->arena, (room + 1) * sizeof(*words));
	if (!words) {
		l->no_memory = true;
		return &item->list;
	}
	for (uint32_t i = 0; i < item->nwords; i++) {
		const struct list *in = item->words[i].list;

		if (in && in->nwords)
			memcpy(words + n, in->words, in->nwords * sizeof(*words));
		else if (!in)
			words[n++] = item->words[i];
		n += in ? in->nwords : 0;
	}
	item->list = (struct list){ .name = item->name, .words = words, .nwords = n };
	item->state = BUILD_DONE;
	return &item->list;
}

const struct list *list_expand(void *ctx, struct str name)
{
	struct ruleset_loader *l = ctx;
	uint32_t id = loader_find(&l->list_names, name);

	if (!id)
		return NULL;
	l->lists[id - 1]->used = true;
	return build_list(l, l->lists[id - 1]);
}

/*
 * Names of lists usually have an underscore, names of programs rarely do: so the word or the name
 * of the list must have one.
 */
const char *list_near(void *ctx, struct str name)
{
	struct ruleset_loader *l = ctx;
	struct guess g = guess_init(name);

	if (name.n < NEAR_MIN || l->near_tries + l->nlists > NEAR_TRIES)
		return NULL;
	l->near_tries += l->nlists;
	g.distance = NEAR_DISTANCE + 1;
	for (uint32_t i = 0; i < l->nlists; i++) {
		if (memchr(name.p, '_', name.n) || strchr(l->lists[i]->name.p, '_'))
			guess_try(&g, l->lists[i]->name.p);
	}
	return g.best;
}
