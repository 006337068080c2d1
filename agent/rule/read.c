/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The items of a file, one after the other, into the loader's tables. What is
 * defined again replaces, what is appended is added; either keeps the place
 * of the first definition.
 */
#include <stdlib.h>
#include <strings.h>
#include "filter/parse.h"
#include "rule/read.h"

static const char validate[] = "LOAD_ERR_VALIDATE";
static const char yaml_validate[] = "LOAD_ERR_YAML_VALIDATE";

struct place read_get(struct place map, const char *key)
{
	return (struct place){ map.source, yaml_get(map.node, key) };
}

bool read_text(struct ruleset_loader *l, struct item *item, const char *key, bool required,
	       struct place *ret)
{
	struct place at = read_get(item->place, key);

	*ret = at;
	if (!at.node) {
		if (required)
			loader_error(l, yaml_validate, item->type, item->name, item->place,
				     "Item has no mapping for key '%s'", key);
		return false;
	}
	if (at.node->kind != YAML_TEXT) {
		loader_error(l, yaml_validate, item->type, item->name, at,
			     "Mapping for key '%s' is not a text", key);
		return false;
	}
	if (required && !at.node->text.n) {
		loader_error(l, yaml_validate, item->type, item->name, at,
			     "Mapping for key '%s' is empty", key);
		return false;
	}
	return true;
}

bool read_bool(struct ruleset_loader *l, struct item *item, const char *key, bool *ret)
{
	static const char *const yes[] = { "true", "yes", "on", "y" };
	static const char *const no[] = { "false", "no", "off", "n" };
	struct place at;

	if (!read_text(l, item, key, false, &at))
		return false;
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		bool is_yes = at.node->text.n == strlen(yes[i]) &&
			      !strncasecmp(at.node->text.p, yes[i], at.node->text.n);
		bool is_no = at.node->text.n == strlen(no[i]) &&
			     !strncasecmp(at.node->text.p, no[i], at.node->text.n);

		if (is_yes || is_no) {
			*ret = is_yes;
			return true;
		}
	}
	loader_error(l, yaml_validate, item->type, item->name, at,
		     "Can't decode value of '%s': expecting true or false", key);
	return false;
}

static void unknown_key(struct ruleset_loader *l, struct item *item, struct place at,
			const char *const *known)
{
	struct guess guess = guess_init(at.node->text);

	loader_warn(l, "LOAD_UNKNOWN_KEY", item->type, item->name, at,
		    "Unknown key '" STR_FMT "'. The key will be ignored.", STR_ARG(at.node->text));
	for (const char *const *k = known; *k; k++)
		guess_try(&guess, *k);
	if (guess.best)
		loader_hint(l, "did you mean %s?", guess.best);
}

void read_unknown_keys(struct ruleset_loader *l, struct item *item, const char *const *known)
{
	const struct yaml *map = item->place.node;

	for (uint32_t i = 0; i + 1 < map->n; i += 2) {
		struct place at = { item->place.source, map->items[i] };
		bool found = false, twice = false;

		for (const char *const *k = known; *k && at.node->kind == YAML_TEXT; k++)
			found |= str_eq(at.node->text, str_of(*k));
		for (uint32_t j = 0; j < i && found; j += 2)
			twice |= map->items[j]->kind == YAML_TEXT &&
				 str_eq(map->items[j]->text, at.node->text);
		if (!found)
			unknown_key(l, item, at, known);
		else if (twice)
			loader_warn(l, "LOAD_UNKNOWN_KEY", item->type, item->name, at,
				    "The key '" STR_FMT "' stands here twice; the first one counts",
				    STR_ARG(at.node->text));
	}
}

enum merge read_override(struct ruleset_loader *l, struct item *item, const char *key)
{
	struct place override = read_get(item->place, "override"), at;

	if (!override.node || override.node->kind != YAML_MAP)
		return MERGE_NONE;
	at = read_get(override, key);
	if (!at.node)
		return MERGE_NONE;
	if (at.node->kind == YAML_TEXT && str_eq(at.node->text, STR("append")))
		return MERGE_APPEND;
	if (at.node->kind == YAML_TEXT && str_eq(at.node->text, STR("replace")))
		return MERGE_REPLACE;
	loader_error(l, validate, item->type, item->name, at,
		     "Key '%s' cannot be overridden so: only 'append' or 'replace'", key);
	return MERGE_NONE;
}

/* append: true, the old form, which excludes override. */
bool read_append(struct ruleset_loader *l, struct item *item)
{
	struct place at = read_get(item->place, "append");
	bool append = false;

	if (!at.node || !read_bool(l, item, "append", &append))
		return false;
	if (append && read_get(item->place, "override").node) {
		loader_error(l, validate, item->type, item->name, at,
			     "Keys 'override' and 'append: true' cannot be used together. "
			     "Add an 'append' entry under override instead.");
		return false;
	}
	if (append)
		loader_warn(l, "LOAD_DEPRECATED_ITEM", item->type, item->name, at,
			    "'append' key is deprecated. Add an 'append' entry (e.g. 'condition: "
			    "append') under 'override' instead.");
	return append;
}

static bool name_ok(struct str name, bool bare)
{
	struct lexer lx = { .text = name };
	struct word word;

	if (!bare)
		return lex_name(&lx) == name.n;
	return name.n && !memchr(name.p, '"', name.n) && !memchr(name.p, '\'', name.n) &&
	       lex_value(&lx, true, &word) == 1 && lex_end(&lx);
}

static void add_words(struct ruleset_loader *l, struct item *item, struct list_item *list,
		      struct place items)
{
	for (uint32_t i = 0; i < items.node->n; i++) {
		struct place at = { items.source, items.node->items[i] };
		struct lexer lx = { .arena = l->set->arena };
		struct filter_error err = { 0 };
		struct word word;

		if (at.node->kind != YAML_TEXT) {
			loader_error(l, yaml_validate, "list item", item->name, at,
				     "a list's items are single values");
			continue;
		}
		word = (struct word){ .text = loader_keep(l, at.node->text) };
		lx.text = word.text;
		lx.err = &err;
		if (lx.text.n > 1 && (lx.text.p[0] == '"' || lx.text.p[0] == '\'')) {
			struct word quoted;

			if (lex_value(&lx, false, &quoted) == 1 && lex_end(&lx))
				word = (struct word){ .text = quoted.text, .quoted = true };
		}
		loader_push(l, &list->words, &list->nwords, &word, sizeof(word));
	}
}

static void read_list(struct ruleset_loader *l, struct item *item)
{
	static const char *const known[] = { "list", "items", "append", "override", NULL };
	struct place items = read_get(item->place, "items");
	bool append = read_append(l, item) || read_override(l, item, "items") == MERGE_APPEND;
	bool replace = read_override(l, item, "items") == MERGE_REPLACE;
	uint32_t id = loader_find(&l->list_names, item->name);
	struct list_item *list;

	read_unknown_keys(l, item, known);
	if (!items.node || items.node->kind != YAML_LIST) {
		if (!items.node || items.node->text.n || items.node->kind == YAML_MAP) {
			loader_error(l, yaml_validate, "list", item->name, item->place,
				     "Item has no mapping for key 'items'");
			return;
		}
	}
	if ((append || replace) && !id) {
		loader_error(l, validate, "list", item->name, item->place,
			     "List has '%s' key but no list by that name already exists",
			     append ? "append" : "override");
		read_guess(l, &l->list_names, item->name);
		return;
	}
	if (!name_ok(item->name, true))
		loader_warn(l, "LOAD_INVALID_LIST_NAME", "list", item->name, item->place,
			    "List has an invalid name. List names should match a regular "
			    "expression: no blanks, quotes, parentheses, commas");
	list = id ? l->lists[id - 1] : arena_alloc(l->set->arena, sizeof(*list));
	if (!list) {
		l->no_memory = true;
		return;
	}
	if (!append)
		*list = (struct list_item){ .name = loader_keep(l, item->name),
					    .place = item->place };
	list->order = ++l->order;
	if (items.node->kind == YAML_LIST)
		add_words(l, item, list, items);
	if (!id)
		read_add(l, &l->list_names, &l->lists, &l->nlists, list->name, list);
}

static void read_macro(struct ruleset_loader *l, struct item *item)
{
	static const char *const known[] = { "macro", "condition", "append", "override", NULL };
	bool append = read_append(l, item) || read_override(l, item, "condition") == MERGE_APPEND;
	bool replace = read_override(l, item, "condition") == MERGE_REPLACE;
	uint32_t id = loader_find(&l->macro_names, item->name);
	struct macro *macro;
	struct place at;

	read_unknown_keys(l, item, known);
	if (!read_text(l, item, "condition", true, &at))
		return;
	if ((append || replace) && !id) {
		loader_error(l, validate, "macro", item->name, item->place,
			     "Macro has '%s' key but no macro by that name already exists",
			     append ? "append" : "override");
		read_guess(l, &l->macro_names, item->name);
		return;
	}
	if (!name_ok(item->name, false))
		loader_warn(l, "LOAD_INVALID_MACRO_NAME", "macro", item->name, item->place,
			    "Macro has an invalid name: letters, digits and _, a letter first");
	macro = id ? l->macros[id - 1] : arena_alloc(l->arena, sizeof(*macro));
	if (!macro) {
		l->no_memory = true;
		return;
	}
	if (!append) {
		*macro = (struct macro){ .name = loader_keep(l, item->name), .place = item->place };
		macro->condition.item_type = "macro condition";
		macro->condition.item_name = macro->name;
	} else {
		text_add(l, &macro->condition, STR(" "), at, false);
	}
	text_add(l, &macro->condition, at.node->text, at, true);
	if (!id)
		read_add(l, &l->macro_names, &l->macros, &l->nmacros, macro->name, macro);
}

void read_guess(struct ruleset_loader *l, const struct dict *names, struct str name)
{
	const char *guess = NULL;
	struct guess g = guess_init(name);

	for (uint32_t i = 0; i < names->count; i++) {
		guess_try(&g, names->keys[i].p);
		guess = g.best;
	}
	if (guess)
		loader_hint(l, "did you mean %s?", guess);
}

void read_add(struct ruleset_loader *l, struct dict *names, void *array, uint32_t *n,
	      struct str name, const void *item)
{
	if (name.p && dict_add(names, name) < 0)
		l->no_memory = true;
	loader_push(l, array, n, &item, sizeof(item));
}

static const struct {
	const char *key;
	void (*read)(struct ruleset_loader *l, struct item *item);
} items[] = {
	{ "list", read_list }, { "macro", read_macro }, { "rule", rule_read },
};

static bool read_named(struct ruleset_loader *l, struct place at)
{
	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		struct item item = { .type = items[i].key, .place = at };
		struct place name = read_get(at, items[i].key);

		if (!name.node)
			continue;
		if (name.node->kind != YAML_TEXT || !name.node->text.n)
			loader_error(l, yaml_validate, item.type, item.name, name,
				     "Mapping for key '%s' is empty", items[i].key);
		else {
			item.name = name.node->text;
			items[i].read(l, &item);
		}
		return true;
	}
	return false;
}

static void read_item(struct ruleset_loader *l, struct place at)
{
	struct place engine = read_get(at, "required_engine_version");
	struct place plugins = read_get(at, "required_plugin_versions");

	if (at.node->kind != YAML_MAP) {
		loader_error(l, yaml_validate, "rules content item", STR(""), at,
			     "Unexpected element type. Each element should be a yaml associative "
			     "array.");
		return;
	}
	if (engine.node)
		requirements_engine(l, engine);
	else if (plugins.node)
		requirements_plugins(l, plugins);
	else if (!read_named(l, at))
		loader_warn(l, "LOAD_UNKNOWN_ITEM", "rules content item", STR(""), at,
			    "Unknown top level item");
}

void loader_read(struct ruleset_loader *l, struct source *source, const struct yaml *documents)
{
	for (uint32_t d = 0; d < documents->n; d++) {
		const struct yaml *list = documents->items[d];

		if (list->kind == YAML_TEXT && !list->text.n)
			continue;	/* an empty document */
		if (list->kind != YAML_LIST) {
			loader_error(l, yaml_validate, "rules content", STR(""),
				     (struct place){ source, list },
				     "Rules content is not yaml array of objects");
			continue;
		}
		for (uint32_t i = 0; i < list->n && !l->no_memory; i++)
			read_item(l, (struct place){ source, list->items[i] });
	}
}
