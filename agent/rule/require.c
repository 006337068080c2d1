/* SPDX-License-Identifier: Apache-2.0 */
/* Checks what a file requires of the engine and of plugins. */
#include "rule/read_key.h"

static const char validate[] = "LOAD_ERR_VALIDATE";

struct version { uint32_t part[3]; };

/* Falco's plugins whose fields are built in, with the version they correspond to. */
static const struct { const char *name; struct version version; } built_in[] = {
	{ "container", { { 0, 7, 5 } } },
	{ "json", { { 0, 7, 4 } } },
	{ "k8saudit", { { 0, 18, 0 } } },
	{ "k8smeta", { { 0, 4, 2 } } },
};

/* "1.2.3", or "1.2"; a suffix after - or + is ignored. */
static bool version_parse(struct str s, struct version *ret)
{
	uint32_t n = 0;
	bool digits = false;

	*ret = (struct version){ { 0 } };
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (digits && (c == '-' || c == '+'))
			break;
		if (c >= '0' && c <= '9' && ret->part[n] < 100000000) {
			ret->part[n] = ret->part[n] * 10 + (uint32_t)(c - '0');
			digits = true;
		} else if (c == '.' && digits && n < 2) {
			n++;
			digits = false;
		} else {
			return false;
		}
	}
	return digits;
}

static bool version_less(struct version a, struct version b)
{
	for (int i = 0; i < 3; i++) {
		if (a.part[i] != b.part[i])
			return a.part[i] < b.part[i];
	}
	return false;
}

void requirements_engine(struct ruleset_loader *l, struct place at)
{
	struct version have = { { 0, RULES_ENGINE_MINOR, 0 } }, wanted;
	const char *type = "required_engine_version";
	bool plain;

	if (at.node->kind != YAML_TEXT || !version_parse(at.node->text, &wanted)) {
		loader_error(l, validate, type, STR(""), at,
			     "Unable to parse engine version: expecting a number or a semver string");
		return;
	}
	plain = !memchr(at.node->text.p, '.', at.node->text.n);
	if (plain)
		wanted = (struct version){ { 0, wanted.part[0], 0 } };
	if (version_less((struct version){ { l->engine_wanted[0], l->engine_wanted[1],
					     l->engine_wanted[2] } }, wanted))
		memcpy(l->engine_wanted, wanted.part, sizeof(wanted.part));
	if (version_less(have, wanted))
		loader_error(l, validate, type, STR(""), at,
			     "Rules require engine version %u.%u.%u, but engine version is 0.%u.0",
			     wanted.part[0], wanted.part[1], wanted.part[2], RULES_ENGINE_MINOR);
}

/* One {name, version}. Return: whether it is met; @ok false if it is malformed. */
static bool plugin_met(struct ruleset_loader *l, struct place at, const char *type, bool *ok)
{
	struct item item = { .type = type, .place = at };
	struct place name, version;
	struct version wanted;

	*ok = false;
	if (at.node->kind != YAML_MAP || !read_text(l, &item, "name", true, &name) ||
	    !read_text(l, &item, "version", true, &version))
		return false;
	if (!version_parse(version.node->text, &wanted)) {
		loader_error(l, validate, type, STR(""), version, "Invalid required version '"
			     STR_FMT "'", STR_ARG(version.node->text));
		return false;
	}
	*ok = true;
	for (size_t i = 0; i < sizeof(built_in) / sizeof(built_in[0]); i++) {
		if (str_eq(name.node->text, str_of(built_in[i].name)))
			return built_in[i].version.part[0] == wanted.part[0] &&
			       !version_less(built_in[i].version, wanted);
	}
	return false;
}

static void plugin_entry(struct ruleset_loader *l, struct place at)
{
	struct place alternatives = read_get(at, "alternatives"), name = read_get(at, "name");
	bool ok, met = plugin_met(l, at, "required plugin versions entry", &ok);

	for (uint32_t i = 0; alternatives.node && i < alternatives.node->n; i++) {
		struct place alternative = { at.source, alternatives.node->items[i] };
		bool this_ok;

		met |= plugin_met(l, alternative, "required plugin versions alternative", &this_ok);
		ok &= this_ok;
	}
	if (ok)
		loader_push(l, &l->plugins, &l->nplugins, &at, sizeof(at));
	if (ok && !met)
		loader_error(l, validate, "required plugin versions entry", STR(""), at,
			     "Plugin requirement not satisfied, must load one of: " STR_FMT
			     " or its alternatives", STR_ARG(name.node->text));
}

void requirements_plugins(struct ruleset_loader *l, struct place at)
{
	if (at.node->kind != YAML_LIST) {
		loader_error(l, "LOAD_ERR_YAML_VALIDATE", "required plugin versions", STR(""), at,
			     "Value of required_plugin_versions must be a list");
		return;
	}
	for (uint32_t i = 0; i < at.node->n; i++)
		plugin_entry(l, (struct place){ at.source, at.node->items[i] });
}
