/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the keys of an item; errors are added to the loader's messages. */
#include "rule/read_key.h"
#include <strings.h>

static const char validate[] = "LOAD_ERR_VALIDATE";
static const char yaml_validate[] = "LOAD_ERR_YAML_VALIDATE";

struct place read_get(struct place map, const char *key)
{
	return (struct place){ map.source, yaml_get(map.node, key) };
}

void read_example(struct ruleset_loader *l, const char *key)
{
	static const struct { const char *key, *example; } table[] = {
		{ "condition", "evt.type = connect and fd.sport = 4444" },
		{ "desc", "what the rule finds, and why it matters" },
		{ "fields", "[proc.name, fd.name]" },
		{ "items", "[bash, sh]" },
		{ "name", "known_programs" },
		{ "output", "\"%proc.name connects to %fd.name\"" },
		{ "priority", "WARNING" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (!strcmp(table[i].key, key))
			loader_hint(l, "add it, for example '%s: %s'", key, table[i].example);
	}
}

bool read_text(struct ruleset_loader *l, struct item *item, const char *key, bool required,
	       struct place *ret)
{
	struct place at = read_get(item->place, key);

	*ret = at;
	if (!at.node) {
		if (!required)
			return false;
		loader_error(l, yaml_validate, item->type, item->name, item->place,
			     "Item has no mapping for key '%s'", key);
		read_example(l, key);
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

void read_bool(struct ruleset_loader *l, struct item *item, const char *key, bool *ret)
{
	static const char *const yes[] = { "true", "yes", "on", "y" };
	static const char *const no[] = { "false", "no", "off", "n" };
	struct place at;

	if (!read_text(l, item, key, false, &at))
		return;
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		bool is_yes = at.node->text.n == strlen(yes[i]) &&
			      !strncasecmp(at.node->text.p, yes[i], at.node->text.n);
		bool is_no = at.node->text.n == strlen(no[i]) &&
			     !strncasecmp(at.node->text.p, no[i], at.node->text.n);

		if (is_yes || is_no) {
			*ret = is_yes;
			return;
		}
	}
	loader_error(l, yaml_validate, item->type, item->name, at,
		     "Can't decode value of '%s': expecting true or false", key);
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
				    "The key '" STR_FMT "' is given twice; the first one is used",
				    STR_ARG(at.node->text));
	}
}

bool read_is_null(const struct yaml *node)
{
	return node->kind == YAML_TEXT && node->style == YAML_PLAIN &&
	       (!node->text.n || str_eq(node->text, STR("~")) || str_eq(node->text, STR("null")));
}

bool read_has_override(struct ruleset_loader *l, struct item *item)
{
	struct place at = read_get(item->place, "override");

	if (!at.node)
		return false;
	if (!read_is_null(at.node) && (at.node->kind != YAML_MAP || at.node->n))
		return true;
	loader_warn(l, "LOAD_UNKNOWN_KEY", item->type, item->name, at,
		    "'override' is empty and is ignored");
	return false;
}

bool read_only_override(struct ruleset_loader *l, struct item *item, const char *key)
{
	const char *const known[] = { key, NULL };
	struct item inner = *item;

	if (!read_has_override(l, item))
		return false;
	inner.place = read_get(item->place, "override");
	if (inner.place.node->kind == YAML_MAP)
		read_unknown_keys(l, &inner, known);
	else
		loader_error(l, validate, item->type, item->name, inner.place,
			     "override is not a map of keys");
	return true;
}

enum merge read_override(struct ruleset_loader *l, struct item *item, const char *key)
{
	struct place at = read_get(read_get(item->place, "override"), key);

	if (!at.node)
		return MERGE_NONE;
	if (at.node->kind == YAML_TEXT && str_eq(at.node->text, STR("append")))
		return MERGE_APPEND;
	if (at.node->kind == YAML_TEXT && str_eq(at.node->text, STR("replace")))
		return MERGE_REPLACE;
	loader_error(l, validate, item->type, item->name, at,
		     "The value of '%s' under 'override' is neither 'append' nor 'replace'", key);
	/* Taken as what it resembles, so that the key's own value raises no second error. */
	return at.node->kind == YAML_TEXT && str_starts(at.node->text, STR("r")) ? MERGE_REPLACE :
										MERGE_APPEND;
}

/* append: true, the old form, which cannot be combined with override. */
bool read_append(struct ruleset_loader *l, struct item *item)
{
	struct place at = read_get(item->place, "append");
	bool append = false;

	read_bool(l, item, "append", &append);
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
	orphan_add(l, names, name);
}

void read_add(struct ruleset_loader *l, struct dict *names, void *array, uint32_t *n,
	      struct str name, const void *item)
{
	if (name.p && dict_add(names, name) < 0)
		l->no_memory = true;
	loader_push(l, array, n, &item, sizeof(item));
}

void read_twice(struct ruleset_loader *l, struct item *item, struct place old)
{
	uint32_t line, col;

	if (old.source != item->place.source)
		return;
	yaml_line(&old.source->lines, old.node->start, &line, &col);
	loader_warn(l, "SAKER_DEFINED_TWICE", item->type, item->name, item->place,
		    "the %s is defined twice in this file: line %u has no effect", item->type, line);
}
