/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints the result of a load; keys and codes of the JSON are those of Falco's
 * check, one object a file.
 */
#include "rule/report.h"
#include <stdlib.h>
#include "lib/buf.h"
#include "lib/text.h"
#include "rule/loader.h"

#define NEVER_NAMED	20	/* rules that cannot fire, in the text */

static const struct { const char *code, *desc; } descs[] = {
	{ "LOAD_ERR_FILE_READ", "File read error" },
	{ "LOAD_ERR_YAML_PARSE", "YAML parse error" },
	{ "LOAD_ERR_YAML_VALIDATE", "Error validating internal structure of YAML file" },
	{ "LOAD_ERR_COMPILE_CONDITION", "Error compiling condition" },
	{ "LOAD_ERR_COMPILE_OUTPUT", "Error compiling output" },
	{ "LOAD_ERR_VALIDATE", "Error validating rule/macro/list/exception objects" },
	{ "LOAD_ERR_EXTENSION", "Error in extension item" },
	{ "LOAD_UNKNOWN_SOURCE", "The source of a rule is not known, so the rule is skipped" },
	{ "LOAD_NO_EVTTYPE", "A condition can match very many event types, which costs time" },
	{ "LOAD_UNKNOWN_FILTER", "A rule is skipped because it uses an unknown field" },
	{ "LOAD_UNUSED_MACRO", "A macro is not used" },
	{ "LOAD_UNUSED_LIST", "A list is not used" },
	{ "LOAD_UNKNOWN_ITEM", "An item of the file has an unknown type" },
	{ "LOAD_UNKNOWN_KEY", "An item has an unknown key" },
	{ "LOAD_DEPRECATED_ITEM", "Something deprecated is used" },
	{ "LOAD_APPEND_NO_VALUES", "An exception is appended to without values" },
	{ "LOAD_EXCEPTION_NAME_NOT_UNIQUE", "Two exceptions of a rule have one name" },
	{ "LOAD_INVALID_MACRO_NAME", "The name of a macro cannot be used in conditions" },
	{ "LOAD_INVALID_LIST_NAME", "The name of a list cannot be used in conditions" },
	{ "SAKER_DIFFERS", "Something behaves differently from Falco" },
	{ "SAKER_CONTRADICTION", "A rule, or a part of one, can never match" },
	{ "SAKER_SHADOWED", "A rule never matches first: an earlier one matches everything it matches" },
	{ "SAKER_DEFINED_TWICE", "An item of a file is defined again in the same file" },
	{ "SAKER_EMPTY", "A file has no items" },
	{ "SAKER_PRECEDENCE", "A condition has 'and' beside 'or' without parentheses" },
	{ "SAKER_UNKNOWN_OUTPUT", "A field of an output does not exist and is dropped from it" },
	{ "SAKER_NO_DATA", "A field is known, but Saker does not have its data yet, or not for "
			   "some events" },
	{ "SAKER_TOO_LONG", "A field is compared with a text longer than any of its values" },
	{ "SAKER_NO_VALUE", "A field is compared with a text that is none of its values" },
	{ "LOAD_COMPILE_CONDITION", "A condition is valid, but likely not what was meant" },
};

static void put_json(FILE *out, struct str s)
{
	size_t size = s.n * 6 + 3;
	struct buf b = { .p = malloc(size), .size = size };

	if (!b.p)
		return;
	buf_json(&b, s);
	fwrite(b.p, 1, b.n, out);
	free(b.p);
}

static void put_key(FILE *out, const char *key, struct str value)
{
	fprintf(out, "\"%s\":", key);
	put_json(out, value);
}

/* The source line, at most 160 bytes, and a line with a caret below. */
static void put_snippet(FILE *out, const struct diag *d)
{
	char text[400];
	struct buf b = BUF_ON(text);
	size_t start = d->offset, end = d->offset;

	while (start > 0 && d->offset - start < 80 && d->source.p[start - 1] != '\n')
		start--;
	while (end < d->source.n && end - start < 160 && d->source.p[end] != '\n')
		end++;
	buf_str(&b, (struct str){ d->source.p + start, end - start });
	buf_char(&b, '\n');
	for (size_t i = start; i < d->offset; i++)
		buf_char(&b, ' ');
	buf_text(&b, "^\n");
	put_key(out, "snippet", buf_as_str(&b));
}

static void put_location(FILE *out, const char *item_type, struct str item_name, struct str file,
			 uint32_t line, uint32_t col, size_t offset)
{
	putc('{', out);
	put_key(out, "item_type", str_of(item_type));
	putc(',', out);
	put_key(out, "item_name", item_name);
	fputs(",\"position\":{", out);
	put_key(out, "name", file);
	fprintf(out, ",\"line\":%u,\"column\":%u,\"offset\":%zu}}", line, col, offset);
}

/* The item that a part of one belongs to. */
static const struct place *item_of(const struct ruleset_loader *l, const struct diag *d,
				   const char **type)
{
	uint32_t id;

	if (str_eq(str_of(d->item_type), STR("macro condition"))) {
		*type = "macro";
		id = loader_find(&l->macro_names, d->item_name);
		return id ? &l->macros[id - 1]->place : NULL;
	}
	if (str_eq(str_of(d->item_type), STR("list item"))) {
		*type = "list";
		id = loader_find(&l->list_names, d->item_name);
		return id ? &l->lists[id - 1]->place : NULL;
	}
	*type = "rule";
	id = loader_find(&l->rule_names, d->item_name);
	return id ? &l->rules[id - 1]->place : NULL;
}

/* From the file to the place: rules content, item, part of the item. */
static void put_chain(FILE *out, const struct ruleset_loader *l, const struct diag *d)
{
	static const char whole[] = "rules content";
	const char *type = d->item_type ? d->item_type : whole, *outer = whole;
	const struct place *item = d->item_type ? item_of(l, d, &outer) : NULL;
	uint32_t line, col;

	if (!str_eq(str_of(type), str_of(whole))) {
		put_location(out, whole, STR(""), d->file, 1, 1, 0);
		putc(',', out);
	}
	if (item && !str_eq(str_of(type), str_of(outer)) && str_eq(item->source->name, d->file)) {
		yaml_line(&item->source->lines, item->node->start, &line, &col);
		put_location(out, outer, d->item_name, d->file, line, col, item->node->start);
		putc(',', out);
	}
	put_location(out, type, d->item_name, d->file, d->line, d->col, d->offset);
}

/* The deprecated field of a condition. */
static void put_deprecated(FILE *out, const struct diag *d)
{
	if (!str_eq(str_of(d->code), STR("LOAD_DEPRECATED_ITEM")) || !d->item_type ||
	    !str_ends(str_of(d->item_type), STR(" condition")))
		return;
	putc(',', out);
	put_key(out, "deprecated_field", (struct str){ d->source.p + d->offset, d->len });
}

static void put_diag(FILE *out, const struct ruleset_loader *l, const struct diag *d, bool first)
{
	const char *desc = "";

	for (size_t i = 0; d->code && i < sizeof(descs) / sizeof(descs[0]); i++) {
		if (str_eq(str_of(d->code), str_of(descs[i].code)))
			desc = descs[i].desc;
	}
	fputs(first ? "{\"context\":{\"locations\":[" : ",{\"context\":{\"locations\":[", out);
	put_chain(out, l, d);
	fputs("],", out);
	if (d->line && d->offset <= d->source.n)
		put_snippet(out, d);
	else
		put_key(out, "snippet", STR(""));
	fputs("},", out);
	put_key(out, "code", str_of(d->code));
	putc(',', out);
	put_key(out, "codedesc", str_of(desc));
	putc(',', out);
	put_key(out, "message", d->text);
	put_deprecated(out, d);
	if (d->hint.n) {
		putc(',', out);
		put_key(out, "hint", d->hint);
	}
	putc('}', out);
}

static bool is_of(const struct diag *d, const struct ruleset_loader *l, uint32_t i)
{
	return d->file.p ? d->file.p == l->sources[i]->name.p : i == 0;
}

static void put_diags(FILE *out, const struct ruleset_loader *l, uint32_t source,
		      enum diag_level level)
{
	bool first = true;

	for (uint32_t i = 0; i < l->diags.n; i++) {
		const struct diag *d = &l->diags.items[i];

		if (d->level != level || !is_of(d, l, source))
			continue;
		put_diag(out, l, d, first);
		first = false;
	}
}

static void put_json_summary(FILE *out, const struct ruleset_loader *l,
			     struct rules_summary summary)
{
	const char *comma = "";

	fprintf(out, ",\"saker\":{\"rules\":%u,\"cannot_fire\":%u,\"lacking\":%u,"
		"\"cannot_fire_rules\":[", summary.rules, summary.cannot_fire, summary.lacking);
	for (uint32_t i = 0; i < summary.rules; i++) {
		if (l->fires[i] != FIRES_NEVER)
			continue;
		fputs(comma, out);
		put_json(out, l->set->rules[i].name);
		comma = ",";
	}
	fputs("]}", out);
}

void report_json(FILE *out, const struct ruleset_loader *l)
{
	const struct rules_summary summary = ruleset_loader_summary(l);

	fputs("{\"falco_load_results\":[", out);
	for (uint32_t i = 0; i < l->nsources; i++) {
		fputs(i ? ",{" : "{", out);
		put_key(out, "name", l->sources[i]->name);
		fprintf(out, ",\"successful\":%s,\"schema_valid\":true,\"schema_warnings\":[],"
			"\"errors\":[", l->sources[i]->errors ? "false" : "true");
		put_diags(out, l, i, DIAG_ERROR);
		fputs("],\"warnings\":[", out);
		put_diags(out, l, i, DIAG_WARNING);
		if (l->diags.notes) {
			fputs("],\"notes\":[", out);
			put_diags(out, l, i, DIAG_NOTE);
		}
		fputs("]}", out);
	}
	fputs("]", out);
	if (!l->diags.errors)
		put_json_summary(out, l, summary);
	fputs("}\n", out);
}

struct kind {			/* notes with the same text */
	struct str text;
	uint32_t places;
};

static int by_places(const void *a, const void *b)
{
	const struct kind *x = a, *y = b;

	return x->places != y->places ? (x->places < y->places) - (x->places > y->places) :
					str_cmp(x->text, y->text);
}

/* Without memory nothing is grouped; the count is printed all the same. */
static void put_kinds(FILE *out, const struct diag_list *list)
{
	struct kind *kinds = calloc(list->n, sizeof(*kinds));
	struct dict known = { 0 };
	uint32_t n = 0;

	for (uint32_t i = 0; kinds && i < list->n; i++) {
		const struct diag *d = &list->items[i];
		uint32_t id = d->level == DIAG_NOTE ? dict_find(&known, d->text) : 0;

		if (d->level != DIAG_NOTE)
			continue;
		if (!id && dict_add(&known, d->text) > 0) {
			kinds[n] = (struct kind){ .text = d->text };
			id = ++n;
		}
		if (id)
			kinds[id - 1].places++;
	}
	fprintf(out, "Differences from Falco 0.45 in these rules, by kind, with how many places "
		"(--details shows each):\n");
	if (kinds)
		qsort(kinds, n, sizeof(*kinds), by_places);
	for (uint32_t i = 0; kinds && i < n; i++) {
		fprintf(out, "%6u  ", kinds[i].places);
		text_write(out, kinds[i].text, TEXT_SHOWN);
		putc('\n', out);
	}
	dict_uninit(&known);
	free(kinds);
}

static void put_never(FILE *out, const struct ruleset_loader *l, uint32_t rules)
{
	const char *before = "cannot fire here: ";
	uint32_t more = 0, n = 0;

	for (uint32_t i = 0; i < rules; i++) {
		if (l->fires[i] != FIRES_NEVER)
			continue;
		if (n++ >= NEVER_NAMED) {
			more++;
			continue;
		}
		fputs(before, out);
		put_json(out, l->set->rules[i].name);
		before = ", ";
	}
	if (more)
		fprintf(out, " and %u more", more);
	fputs(n ? "\n" : "", out);
}

static void put_summary(FILE *out, const struct ruleset_loader *l, struct rules_summary summary)
{
	fprintf(out, summary.rules == 1 ? "%u rule loaded" : "%u rules loaded", summary.rules);
	if (summary.cannot_fire)
		fprintf(out, ", %u cannot fire here", summary.cannot_fire);
	if (summary.lacking)
		fprintf(out, summary.lacking == 1 ? ", %u lacks fields" : ", %u lack fields",
			summary.lacking);
	putc('\n', out);
	put_never(out, l, summary.rules);
}

/* Files are loaded together or not at all. */
static void put_not_loaded(FILE *out, const struct ruleset_loader *l)
{
	uint32_t wrong = 0;

	for (uint32_t i = 0; i < l->nrules; i++)
		wrong += l->rules[i]->wrong;
	fputs("no rule loaded", out);
	if (l->nrules)
		fprintf(out, "; rules with errors: %u of %u", wrong, l->nrules);
	putc('\n', out);
}

void report_text(FILE *out, const struct ruleset_loader *l, bool details)
{
	const struct rules_summary summary = ruleset_loader_summary(l);

	for (uint32_t i = 0; i < l->diags.n; i++) {
		if (details || l->diags.items[i].level != DIAG_NOTE)
			diag_print(out, &l->diags.items[i]);
	}
	diag_list_more(out, &l->diags);
	if (!details && l->diags.notes)
		put_kinds(out, &l->diags);
	for (uint32_t i = 0; i < l->nsources; i++) {
		text_write(out, l->sources[i]->name, TEXT_SHOWN);
		fprintf(out, ": %s\n", l->sources[i]->errors ? "Invalid" :
			l->sources[i]->warnings ? "Ok, with warnings" : "Ok");
	}
	if (l->diags.errors)
		put_not_loaded(out, l);
	else
		put_summary(out, l, summary);
}
