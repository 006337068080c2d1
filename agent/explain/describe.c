/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Describes rules as JSON. Names of macros and lists are collected from the condition
 * as written; operators, fields and event types from the expanded condition.
 */
#include "explain/describe.h"
#include <stdlib.h>
#include "alert/format.h"
#include "filter/check.h"
#include "filter/print.h"
#include "lib/cleanup.h"
#include "lib/text.h"
#include "rule/loader.h"
#include "rule/prefilter.h"

struct names {			/* without duplicates, in order of appearance */
	struct str *v;
	uint32_t n;
};

struct details {
	struct names macros, lists, operators, fields;
	uint64_t types[TYPE_WORDS];
};

struct describer {
	FILE *out;
	struct ruleset_loader *l;	/* its arena is used */
	const struct ruleset *set;
	const struct prefilter *prefilter;
};

static void put_str(struct describer *d, struct str s)
{
	size_t size = s.n * 6 + 3;
	_cleanup_(freep) char *room = malloc(size);
	struct buf b = { .p = room, .size = size };

	if (!room)
		return;
	buf_json(&b, s);
	fwrite(b.p, 1, b.n, d->out);
}

/* @before: the separator. */
static void put_key(struct describer *d, const char *before, const char *key)
{
	fprintf(d->out, "%s\"%s\":", before, key);
}

static void put_pair(struct describer *d, const char *before, const char *key, struct str value)
{
	put_key(d, before, key);
	put_str(d, value);
}

static void put_bool(struct describer *d, const char *before, const char *key, bool value)
{
	put_key(d, before, key);
	fputs(value ? "true" : "false", d->out);
}

static void put_names(struct describer *d, const char *key, const struct names *names)
{
	put_key(d, ",", key);
	putc('[', d->out);
	for (uint32_t i = 0; i < names->n; i++) {
		fputs(i ? "," : "", d->out);
		put_str(d, names->v[i]);
	}
	putc(']', d->out);
}

static void put_types(struct describer *d, const uint64_t types[TYPE_WORDS])
{
	struct names names = { 0 };

	for (uint32_t t = 0; t < EVT_TYPE_COUNT; t++) {
		struct str name = evt_type_name((evt_type_t)t);

		if (types[t / 64] >> (t % 64) & 1 && evt_type_find(name) == t)
			loader_push(d->l, &names.v, &names.n, &name, sizeof(name));
	}
	put_names(d, "events", &names);
}

static void put_printed(struct describer *d, const char *before, const char *key,
			const struct expr *e)
{
	_cleanup_(freep) char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	if (!out)
		return;
	if (e)
		expr_print(out, e, NULL, NULL);
	fclose(out);
	put_pair(d, before, key, (struct str){ text, n });
}

static void name_add(struct describer *d, struct names *names, struct str name)
{
	for (uint32_t i = 0; i < names->n; i++) {
		if (str_eq(names->v[i], name))
			return;
	}
	loader_push(d->l, &names->v, &names->n, &name, sizeof(name));
}

static void add_operand(struct describer *d, struct names *fields, const struct operand *op)
{
	if (op->kind == OPERAND_FIELD)
		name_add(d, fields, str_of(op->field->name));
	for (uint32_t i = 0; i < op->nargs; i++)
		add_operand(d, fields, op->args[i]);
}

/* The event types for which a check can be true, if it reads only the type. */
static void check_types(const struct describer *d, const struct check *check, bool negate,
			uint64_t types[TYPE_WORDS])
{
	uint32_t pred = check->pred[check->pred[0] == PRED_NONE];
	bool by_type = check->lhs->kind == OPERAND_FIELD && field_is_evt_type(check->lhs->field) &&
		       pred != PRED_NONE && d->set->program.preds[pred].matcher == MATCH_TYPES;

	for (size_t i = 0; i < TYPE_WORDS; i++) {
		types[i] = !by_type ? ~0ull : negate ? ~d->set->program.preds[pred].types[i] :
						       d->set->program.preds[pred].types[i];
	}
}

/* @direct: names of macros and lists are taken; not within a macro. */
static void collect(struct describer *d, const struct expr *e, bool direct, bool negate,
		    struct details *ret, uint64_t types[TYPE_WORDS])
{
	uint64_t kid[TYPE_WORDS];
	bool all = (e->kind == EXPR_AND) != negate;

	switch (e->kind) {
	case EXPR_MACRO:
		if (direct)
			name_add(d, &ret->macros, e->macro.name);
		collect(d, e->macro.target, false, negate, ret, types);
		return;
	case EXPR_NOT:
		collect(d, e->kids[0], direct, !negate, ret, types);
		return;
	case EXPR_CHECK:
		name_add(d, &ret->operators, str_of(op_text(e->check->op)));
		add_operand(d, &ret->fields, e->check->lhs);
		if (e->check->rhs)
			add_operand(d, &ret->fields, e->check->rhs);
		for (uint32_t i = 0; direct && i < e->check->nwords; i++) {
			if (e->check->words[i].list)
				name_add(d, &ret->lists, e->check->words[i].text);
		}
		check_types(d, e->check, negate, types);
		return;
	case EXPR_AND:
	case EXPR_OR:
		break;
	}
	memset(types, all ? 0xff : 0, TYPE_WORDS * sizeof(*types));
	for (uint32_t i = 0; i < e->nkids; i++) {
		collect(d, e->kids[i], direct, negate, ret, kid);
		for (size_t k = 0; k < TYPE_WORDS; k++)
			types[k] = all ? types[k] & kid[k] : types[k] | kid[k];
	}
}

static void put_details(struct describer *d, const struct expr *e)
{
	struct details details = { 0 };

	if (e)
		collect(d, e, true, false, &details, details.types);
	fputs("\"plugins\":[]", d->out);
	put_names(d, "macros", &details.macros);
	put_names(d, "lists", &details.lists);
	put_names(d, "condition_operators", &details.operators);
	put_names(d, "condition_fields", &details.fields);
	put_types(d, details.types);
	put_printed(d, ",", "condition_compiled", e);
}

static void put_exceptions(struct describer *d, const struct rule_item *item)
{
	struct names names = { 0 }, fields = { 0 }, operators = { 0 };

	for (uint32_t i = 0; i < item->nexceptions; i++) {
		const struct exception *e = &item->exceptions[i];

		name_add(d, &names, e->name);
		for (uint32_t k = 0; k < e->nfields; k++) {
			name_add(d, &fields, e->fields[k]);
			name_add(d, &operators, e->comps[k]);
		}
	}
	put_names(d, "exception_names", &names);
	put_names(d, "exception_fields", &fields);
	put_names(d, "exception_operators", &operators);
}

static void put_output(struct describer *d, const struct rule_item *item)
{
	struct filter_error err = { 0 };
	struct names fields = { 0 };
	struct format format;

	if (format_compile(&format, d->l->arena, item->output.s, &err) == 0) {
		for (uint32_t i = 0; i < format.nfields; i++)
			name_add(d, &fields, format.fields[i].name);
	}
	put_names(d, "output_fields", &fields);
	fputs(",\"extra_output_formatted_fields\":[]", d->out);
	put_pair(d, ",", "output_compiled", item->output.s);
}

static void put_rule(struct describer *d, const struct rule_item *item, const struct rule *rule)
{
	put_pair(d, "{\"info\":{", "name", item->name);
	put_pair(d, ",", "condition", item->condition.s);
	put_pair(d, ",", "priority", str_of(priority_name(item->priority)));
	put_pair(d, ",", "output", item->output.s);
	put_pair(d, ",", "description", item->desc);
	put_bool(d, ",", "enabled", rule && !rule->disabled);
	put_pair(d, ",", "source", item->source);
	put_bool(d, ",", "capture", item->capture);
	fprintf(d->out, ",\"capture_duration\":%u", item->capture_ms);
	put_names(d, "tags", &(const struct names){ item->tags, item->ntags });
	put_key(d, "},", "details");
	putc('{', d->out);
	put_details(d, rule ? rule->expr : NULL);
	put_exceptions(d, item);
	put_output(d, item);
	put_key(d, ",", "prefilter");
	if (rule)
		prefilter_explain_json(d->out, d->prefilter, (uint32_t)(rule - d->set->rules));
	else
		fputs("null", d->out);
	fputs("}}", d->out);
}

static void put_macro(struct describer *d, const struct macro *m)
{
	put_pair(d, "{\"info\":{", "name", m->name);
	put_pair(d, ",", "condition", m->condition.s);
	put_key(d, "},", "details");
	put_bool(d, "{", "used", m->used);
	putc(',', d->out);
	put_details(d, m->expr);
	fputs("}}", d->out);
}

static void put_list(struct describer *d, const struct list_item *list)
{
	struct names items = { 0 }, lists = { 0 }, compiled = { 0 };

	for (uint32_t i = 0; i < list->nwords; i++) {
		loader_push(d->l, &items.v, &items.n, &list->words[i].text, sizeof(*items.v));
		if (list->words[i].list)
			name_add(d, &lists, list->words[i].text);
	}
	for (uint32_t i = 0; i < list->list.nwords; i++)
		loader_push(d->l, &compiled.v, &compiled.n, &list->list.words[i].text,
			    sizeof(*compiled.v));
	put_pair(d, "{\"info\":{", "name", list->name);
	put_names(d, "items", &items);
	put_key(d, "},", "details");
	put_bool(d, "{", "used", list->used);
	put_names(d, "lists", &lists);
	put_names(d, "items_compiled", &compiled);
	fputs(",\"plugins\":[]}}", d->out);
}

/* Name and version of a plugin that files require, or of an alternative to it. */
static void put_plugin(struct describer *d, const struct yaml *node)
{
	const struct yaml *name = yaml_get(node, "name"), *version = yaml_get(node, "version");
	const struct yaml *others = yaml_get(node, "alternatives");

	put_pair(d, "{", "name", name->text);
	put_pair(d, ",", "version", version->text);
	put_key(d, ",", "alternatives");
	putc('[', d->out);
	for (uint32_t i = 0; others && i < others->n; i++) {
		fputs(i ? "," : "", d->out);
		put_pair(d, "{", "name", yaml_get(others->items[i], "name")->text);
		put_pair(d, ",", "version", yaml_get(others->items[i], "version")->text);
		putc('}', d->out);
	}
	fputs("]}", d->out);
}

static void put_requirements(struct describer *d)
{
	const uint32_t *v = d->l->engine_wanted;

	put_key(d, "{", "required_engine_version");
	fprintf(d->out, "\"%u.%u.%u\",\"required_plugin_versions\":[", v[0], v[1], v[2]);
	for (uint32_t i = 0; i < d->l->nplugins; i++) {
		fputs(i ? "," : "", d->out);
		put_plugin(d, d->l->plugins[i].node);
	}
	fputs("],", d->out);
}

void describe_json(FILE *out, const struct ruleset_loader *loader, const struct ruleset *set,
		   const struct prefilter *prefilter, const struct rule *only)
{
	struct describer d = { out, (struct ruleset_loader *)loader, set, prefilter };
	const char *sep = "";

	if (!only)
		put_requirements(&d);
	fputs(only ? "{\"rules\":[" : "\"rules\":[", out);
	for (uint32_t i = 0; i < loader->nrules; i++) {
		const struct rule *rule = ruleset_find(set, loader->rules[i]->name);

		if (only && rule != only)
			continue;
		fputs(sep, out);
		put_rule(&d, loader->rules[i], rule);
		sep = ",";
	}
	fputs("]", out);
	for (uint32_t i = 0; !only && i < loader->nmacros; i++) {
		fputs(i ? "," : ",\"macros\":[", out);
		put_macro(&d, loader->macros[i]);
	}
	fputs(only ? "" : loader->nmacros ? "]" : ",\"macros\":[]", out);
	for (uint32_t i = 0; !only && i < loader->nlists; i++) {
		fputs(i ? "," : ",\"lists\":[", out);
		put_list(&d, loader->lists[i]);
	}
	fputs(only ? "}\n" : loader->nlists ? "]}\n" : ",\"lists\":[]}\n", out);
}
