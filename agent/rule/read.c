/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the items of a file, in order, into the loader's tables. A second
 * definition replaces the first, an append adds to it; both keep the place of
 * the first.
 */
#include "filter/parse.h"
#include "rule/read_key.h"
#include "rule/read_rule.h"

static const char validate[] = "LOAD_ERR_VALIDATE";
static const char yaml_validate[] = "LOAD_ERR_YAML_VALIDATE";

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

		if (read_is_null(at.node)) {
			loader_warn(l, "LOAD_UNKNOWN_ITEM", "list item", item->name, at,
				    "an empty list item is ignored");
			continue;
		}
		if (at.node->kind != YAML_TEXT) {
			loader_error(l, yaml_validate, "list item", item->name, at,
				     "the items of a list must be single values");
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
	enum merge merge = read_only_override(l, item, "items") ?
			   read_override(l, item, "items") : MERGE_NONE;
	bool append = read_append(l, item) || merge == MERGE_APPEND;
	uint32_t id = loader_find(&l->list_names, item->name);
	struct list_item *list;

	read_unknown_keys(l, item, known);
	if (!items.node) {
		loader_error(l, yaml_validate, "list", item->name, item->place,
			     "Item has no mapping for key 'items'");
		read_example(l, "items");
		return;
	}
	if (items.node->kind == YAML_MAP || (items.node->kind == YAML_TEXT && items.node->text.n)) {
		loader_error(l, yaml_validate, "list", item->name, items,
			     "Mapping for key 'items' is not a list");
		loader_hint(l, "write [ ] around the items");
		return;
	}
	if (append && !id) {
		loader_error(l, validate, "list", item->name, item->place,
			     "List has '%s' key but no list by that name already exists",
			     merge == MERGE_APPEND ? "override" : "append");
		read_guess(l, &l->list_names, item->name);
		return;
	}
	if (!name_ok(item->name, true))
		loader_warn(l, "LOAD_INVALID_LIST_NAME", "list", item->name, item->place,
			    "List has an invalid name. List names should match a regular "
			    "expression: no spaces, quotes, parentheses, commas");
	list = id ? l->lists[id - 1] : arena_alloc(l->set->arena, sizeof(*list));
	if (!list) {
		l->no_memory = true;
		return;
	}
	l->order++;
	if (id && !append && merge == MERGE_NONE)
		read_twice(l, item, list->place);
	if (!append)
		*list = (struct list_item){ .name = loader_keep(l, item->name),
					    .place = item->place,
					    .first = id ? list->first : l->order };
	list->last = l->order;
	if (items.node->kind == YAML_LIST)
		add_words(l, item, list, items);
	if (!id)
		read_add(l, &l->list_names, &l->lists, &l->nlists, list->name, list);
}

static void read_macro(struct ruleset_loader *l, struct item *item)
{
	static const char *const known[] = { "macro", "condition", "append", "override", NULL };
	enum merge merge = read_only_override(l, item, "condition") ?
			   read_override(l, item, "condition") : MERGE_NONE;
	bool append = read_append(l, item) || merge == MERGE_APPEND;
	uint32_t id = loader_find(&l->macro_names, item->name);
	struct macro *macro;
	struct place at;

	read_unknown_keys(l, item, known);
	if (!read_text(l, item, "condition", true, &at))
		return;
	if (append && !id) {
		loader_error(l, validate, "macro", item->name, item->place,
			     "Macro has '%s' key but no macro by that name already exists",
			     merge == MERGE_APPEND ? "override" : "append");
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
	if (id && !append && merge == MERGE_NONE)
		read_twice(l, item, macro->place);
	l->order++;
	if (!append) {
		*macro = (struct macro){ .name = loader_keep(l, item->name), .place = item->place,
					 .first = id ? macro->first : l->order,
					 .first_file = id ? macro->first_file :
						       item->place.source->number };
		macro->condition.item_type = "macro condition";
		macro->condition.item_name = macro->name;
	} else {
		text_add(l, &macro->condition, STR(" "), at, false);
	}
	text_add(l, &macro->condition, at.node->text, at, true);
	if (!id)
		read_add(l, &l->macro_names, &l->macros, &l->nmacros, macro->name, macro);
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

static void unknown_item(struct ruleset_loader *l, struct place at)
{
	const struct yaml *first = at.node->n ? at.node->items[0] : NULL;
	struct guess guess = guess_init(first && first->kind == YAML_TEXT ? first->text : STR(""));

	loader_warn(l, "LOAD_UNKNOWN_ITEM", "rules content item", STR(""), at,
		    "Unknown top level item");
	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++)
		guess_try(&guess, items[i].key);
	if (guess.best && guess.distance)
		loader_hint(l, "did you mean %s?", guess.best);
	else
		loader_hint(l, "an item has one of the keys rule, macro, list, "
			    "required_engine_version and required_plugin_versions");
}

static void read_item(struct ruleset_loader *l, struct place at)
{
	struct place engine = read_get(at, "required_engine_version");
	struct place plugins = read_get(at, "required_plugin_versions");

	if (read_is_null(at.node)) {
		loader_warn(l, "LOAD_UNKNOWN_ITEM", "rules content item", STR(""), at,
			    "an empty item is ignored");
		return;
	}
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
		unknown_item(l, at);
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
			loader_hint(l, "each item begins with a - and a space: - rule: NAME");
			continue;
		}
		source->items += list->n;
		for (uint32_t i = 0; i < list->n && !l->no_memory; i++)
			read_item(l, (struct place){ source, list->items[i] });
	}
}
