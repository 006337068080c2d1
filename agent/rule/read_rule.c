/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a rule: a definition, a change of an earlier one (override, append), or only enabled. */
#include "rule/read_rule.h"
#include <stdlib.h>

static const char validate[] = "LOAD_ERR_VALIDATE";

static const char *const known[] = {
	"rule", "condition", "output", "desc", "priority", "source", "enabled", "capture",
	"capture_duration", "warn_evttypes", "skip-if-unknown-filter", "tags", "exceptions",
	"override", "append", NULL,
};

static bool is_known(struct str key)
{
	for (const char *const *k = known; *k; k++) {
		if (str_eq(key, str_of(*k)))
			return true;
	}
	return false;
}

/* The override values that each key allows. */
static const struct { const char *key; bool append; } overridable[] = {
	{ "condition", true }, { "output", true }, { "desc", true }, { "tags", true },
	{ "exceptions", true }, { "priority", false }, { "capture", false },
	{ "capture_duration", false }, { "enabled", false }, { "warn_evttypes", false },
	{ "skip-if-unknown-filter", false },
};

static void set_text(struct ruleset_loader *l, struct text *text, struct place at, bool append)
{
	if (append)
		text_add(l, text, STR(" "), at, false);
	else
		*text = (struct text){ .item_type = text->item_type, .item_name = text->item_name };
	text_add(l, text, at.node->text, at, true);
}

static int compare_tags(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void set_tags(struct ruleset_loader *l, struct item *item, struct rule_item *rule,
		     bool append)
{
	struct place at = read_get(item->place, "tags");
	struct str *tags = NULL;
	uint32_t n = 0, kept = 0;

	if (!at.node)
		return;
	if (at.node->kind != YAML_LIST) {
		loader_error(l, "LOAD_ERR_YAML_VALIDATE", "rule", item->name, at,
			     "Mapping for key 'tags' is not a list");
		return;
	}
	for (uint32_t i = 0; append && i < rule->ntags; i++)
		loader_push(l, &tags, &n, &rule->tags[i], sizeof(*tags));
	for (uint32_t i = 0; i < at.node->n; i++) {
		struct str tag = loader_keep(l, at.node->items[i]->text);

		if (at.node->items[i]->kind == YAML_TEXT)
			loader_push(l, &tags, &n, &tag, sizeof(tag));
	}
	if (n)
		qsort(tags, n, sizeof(*tags), compare_tags);
	for (uint32_t i = 0; i < n; i++) {
		if (!i || !str_eq(tags[i], tags[i - 1]))
			tags[kept++] = tags[i];
	}
	rule->tags = tags;
	rule->ntags = kept;
}

static void set_priority(struct ruleset_loader *l, struct item *item, struct rule_item *rule,
			 bool required)
{
	const char *guess;
	struct place at;

	if (!read_text(l, item, "priority", required, &at) ||
	    priority_find(at.node->text, &rule->priority))
		return;
	guess = priority_guess(at.node->text);
	loader_error(l, validate, "rule priority", item->name, at, "Invalid priority");
	if (guess)
		loader_hint(l, "did you mean %s?", guess);
	else
		loader_hint(l, "one of Emergency, Alert, Critical, Error, Warning, Notice, "
			    "Informational, Debug");
}

static void set_duration(struct ruleset_loader *l, struct item *item, struct rule_item *rule)
{
	struct place at;
	struct str text;
	char *end;
	unsigned long ms;

	if (!read_text(l, item, "capture_duration", false, &at))
		return;
	text = at.node->text;
	ms = strtoul(text.p, &end, 10);	/* which also takes a sign and leading blanks */
	if (text.p[0] < '0' || text.p[0] > '9' || end != text.p + text.n || ms > UINT32_MAX)
		loader_error(l, "LOAD_ERR_YAML_VALIDATE", "rule", item->name, at,
			     "Can't decode value of 'capture_duration': expecting milliseconds");
	else
		rule->capture_ms = (uint32_t)ms;
}

/* Keys that are only replaced, never appended to. */
static void set_plain(struct ruleset_loader *l, struct item *item, struct rule_item *rule)
{
	read_bool(l, item, "enabled", &rule->enabled);
	read_bool(l, item, "capture", &rule->capture);
	read_bool(l, item, "warn_evttypes", &rule->warn_evttypes);
	read_bool(l, item, "skip-if-unknown-filter", &rule->skip_unknown);
	set_duration(l, item, rule);
}

static struct rule_item *find(struct ruleset_loader *l, struct str name)
{
	uint32_t id = loader_find(&l->rule_names, name);

	return id ? l->rules[id - 1] : NULL;
}

static bool override_ok(struct ruleset_loader *l, struct item *item, struct rule_item *rule)
{
	struct place map = read_get(item->place, "override");
	bool ok = true;

	if (map.node->kind != YAML_MAP) {
		loader_error(l, validate, "overrides", item->name, map,
			     "override is not a map of keys");
		return false;
	}
	if (!rule) {
		loader_error(l, validate, "rule", item->name, item->place,
			     "Rule has 'override' key but no rule by that name already exists");
		read_guess(l, &l->rule_names, item->name);
		return false;
	}
	for (uint32_t i = 0; i + 1 < map.node->n; i += 2) {
		struct place at = { map.source, map.node->items[i] };
		struct str key = at.node->text;
		bool known_key = false, append = str_eq(map.node->items[i + 1]->text, STR("append"));

		for (size_t k = 0; k < sizeof(overridable) / sizeof(overridable[0]); k++) {
			if (str_eq(key, str_of(overridable[k].key)))
				known_key = !append || overridable[k].append;
		}
		if (!known_key)
			loader_error(l, validate, "overrides", item->name, at,
				     "Key '" STR_FMT "' cannot be %s", STR_ARG(key),
				     append ? "appended to" : "overridden");
		else if (key.p && !yaml_get(item->place.node, key.p))
			loader_error(l, validate, "overrides", item->name, at,
				     "An %s override for '" STR_FMT "' was specified but '" STR_FMT
				     "' is not defined", append ? "append" : "replace", STR_ARG(key),
				     STR_ARG(key));
		else
			continue;
		ok = false;
	}
	for (uint32_t i = 0; i + 1 < item->place.node->n; i += 2) {
		struct place at = { item->place.source, item->place.node->items[i] };
		struct str key = at.node->text;

		for (size_t k = 0; k < sizeof(overridable) / sizeof(overridable[0]); k++) {
			if (!str_eq(key, str_of(overridable[k].key)) || yaml_get(map.node, key.p))
				continue;
			loader_error(l, validate, "rule", item->name, at,
				     "Unexpected key '" STR_FMT "': no corresponding entry under "
				     "'override' is defined.", STR_ARG(key));
			ok = false;
		}
	}
	return ok;
}

static void apply_override(struct ruleset_loader *l, struct item *item, struct rule_item *rule)
{
	static const char *const texts[] = { "condition", "output" };
	struct text *targets[2];
	struct place at;

	if (!override_ok(l, item, rule))
		return;
	targets[0] = &rule->condition;
	targets[1] = &rule->output;
	for (size_t i = 0; i < 2; i++) {
		bool append = read_override(l, item, texts[i]) == MERGE_APPEND;

		if (read_text(l, item, texts[i], false, &at))
			set_text(l, targets[i], at, append);
	}
	if (read_text(l, item, "desc", false, &at)) {
		struct text desc = { 0 };

		if (read_override(l, item, "desc") == MERGE_APPEND) {
			text_add(l, &desc, rule->desc, at, false);
			text_add(l, &desc, STR(" "), at, false);
		}
		text_add(l, &desc, at.node->text, at, false);
		rule->desc = desc.s;
	}
	set_tags(l, item, rule, read_override(l, item, "tags") == MERGE_APPEND);
	at = read_get(item->place, "exceptions");
	if (at.node && read_override(l, item, "exceptions") == MERGE_REPLACE)
		rule->nexceptions = 0;
	if (at.node)
		exceptions_read(l, rule, at, true);
	set_priority(l, item, rule, false);
	set_plain(l, item, rule);
}

static void apply_append(struct ruleset_loader *l, struct item *item, struct rule_item *rule)
{
	struct place exceptions = read_get(item->place, "exceptions"), at;

	if (!rule) {
		loader_error(l, validate, "rule", item->name, item->place,
			     "Rule has 'append' key but no rule by that name already exists");
		read_guess(l, &l->rule_names, item->name);
		return;
	}
	if (read_text(l, item, "condition", false, &at))
		set_text(l, &rule->condition, at, true);
	else if (!exceptions.node)
		loader_error(l, validate, "rule", item->name, item->place,
			     "Appended rule must have exceptions or condition property");
	if (exceptions.node)
		exceptions_read(l, rule, exceptions, true);
}

static const char *const needed[] = { "condition", "output", "desc", "priority" };

/* {rule: X, enabled: false}, without any key that a rule must have. */
static bool is_only_enabled(struct item *item)
{
	bool any = false;

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		any |= yaml_get(item->place.node, needed[i]) != NULL;
	return !any && yaml_get(item->place.node, "enabled");
}

static void apply_enabled(struct ruleset_loader *l, struct item *item, struct rule_item *rule)
{
	struct place at = read_get(item->place, "enabled");

	if (!rule) {
		loader_error(l, validate, "rule", item->name, item->place,
			     "Rule has 'enabled' key but no rule by that name already exists");
		read_guess(l, &l->rule_names, item->name);
		return;
	}
	loader_warn(l, "LOAD_DEPRECATED_ITEM", "rule", item->name, at,
		    "The standalone 'enabled' key usage is deprecated. The correct approach requires "
		    "also a 'replace' entry under the 'override' key.");
	read_bool(l, item, "enabled", &rule->enabled);
	for (uint32_t i = 0; i + 1 < item->place.node->n; i += 2) {
		struct place key = { item->place.source, item->place.node->items[i] };
		struct str name = key.node->text;

		if (is_known(name) && !str_eq(name, STR("rule")) && !str_eq(name, STR("enabled")) &&
		    !str_eq(name, STR("append")) && !str_eq(name, STR("override")))
			loader_warn(l, "LOAD_UNKNOWN_KEY", "rule", item->name, key,
				    "The key '" STR_FMT "' is ignored beside 'enabled'; to change it, "
				    "name it under 'override'", STR_ARG(name));
	}
}

static void warn_source(struct ruleset_loader *l, struct item *item, const struct rule_item *rule)
{
	static const char *const known_sources[] = { "syscall", "k8s_audit", "aws_cloudtrail" };
	struct place at = read_get(item->place, "source");
	struct guess guess = guess_init(rule->source);

	loader_warn(l, "LOAD_UNKNOWN_SOURCE", "rule", rule->name, at.node ? at : item->place,
		    "Unknown source " STR_FMT ", skipping", STR_ARG(rule->source));
	for (size_t i = 0; i < sizeof(known_sources) / sizeof(known_sources[0]); i++)
		guess_try(&guess, known_sources[i]);
	if (guess.best && guess.distance)
		loader_hint(l, "did you mean %s?", guess.best);
}

/* Return: false if the source differs from that of the rule that is defined again. */
static bool set_source(struct ruleset_loader *l, struct item *item, struct rule_item *rule,
		       const struct rule_item *old)
{
	struct place at;

	if (read_text(l, item, "source", false, &at)) {
		rule->source = loader_keep(l, at.node->text);
		if (old && !str_eq(old->source, rule->source)) {
			loader_error(l, validate, "rule", item->name, at,
				     "Rule has been re-defined with a different source");
			return false;
		}
	} else if (old) {
		rule->source = old->source;
	}
	if (str_eq(rule->source, STR("syscall")))
		return true;
	rule->ignored = true;
	warn_source(l, item, rule);
	return true;
}

/* Whether a key is missing that a rule must have. */
static bool is_partial(struct item *item)
{
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (!yaml_get(item->place.node, needed[i]))
			return true;
	}
	return false;
}

static void define(struct ruleset_loader *l, struct item *item, struct rule_item *old)
{
	struct rule_item new = {
		.name = loader_keep(l, item->name), .place = item->place, .enabled = true,
		.warn_evttypes = true, .source = STR("syscall"),
	};
	struct place condition, output, desc, exceptions;
	struct rule_item *rule = old;

	new.condition = (struct text){ .item_type = "rule condition", .item_name = new.name };
	new.output = (struct text){ .item_type = "rule output", .item_name = new.name };
	/* A missing key is an error; the other keys are checked all the same. */
	if (read_text(l, item, "condition", true, &condition))
		set_text(l, &new.condition, condition, false);
	if (read_text(l, item, "output", true, &output))
		set_text(l, &new.output, output, false);
	if (read_text(l, item, "desc", true, &desc))
		new.desc = loader_keep(l, desc.node->text);
	new.ignored = !new.condition.s.n;
	set_priority(l, item, &new, true);
	if (old && is_partial(item))
		loader_hint(l, "to change the rule of that name which was read before, add override, "
			    "with append or replace for each key");
	if (!set_source(l, item, &new, old))
		return;
	set_tags(l, item, &new, false);
	set_plain(l, item, &new);
	exceptions = read_get(item->place, "exceptions");
	if (exceptions.node)
		exceptions_read(l, &new, exceptions, false);
	if (!rule)
		rule = arena_alloc(l->arena, sizeof(*rule));
	if (!rule) {
		l->no_memory = true;
		return;
	}
	if (old && new.condition.s.n)
		read_twice(l, item, old->place);
	*rule = new;
	if (!old)
		read_add(l, &l->rule_names, &l->rules, &l->nrules, rule->name, rule);
}

void rule_read(struct ruleset_loader *l, struct item *item)
{
	struct rule_item *rule = find(l, item->name);
	const uint32_t errors = l->diags.errors;

	read_unknown_keys(l, item, known);
	if (read_append(l, item))
		apply_append(l, item, rule);
	else if (read_has_override(l, item))
		apply_override(l, item, rule);
	else if (is_only_enabled(item))
		apply_enabled(l, item, rule);
	else
		define(l, item, rule);
	rule = find(l, item->name);
	if (rule && l->diags.errors > errors)
		rule->wrong = true;
}
