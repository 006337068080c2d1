/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saker list: prints events, fields, system calls, rules and metrics from the tables of
 * this version, as text or as JSON.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "cmd/list.h"
#include "lib/cleanup.h"
#include "lib/log.h"
#include "metrics/metrics.h"
#include "ruleset/rules.h"
#include "decode/schema.h"
#include "decode/type.h"
#include "field/field.h"
#include "lib/guess.h"
#include "lib/text.h"

DEFINE_CLEANUP(struct ruleset_loader *, ruleset_loader_free)
DEFINE_CLEANUP(struct ruleset *, ruleset_unref)

static void print_json_string(struct str s)
{
	char mem[8192];
	struct buf b = BUF_ON(mem);

	buf_json(&b, s);
	fwrite(b.p, 1, b.n, stdout);
}

static void print_pair(const char *key, struct str value, const char *before)
{
	printf("%s\"%s\":", before, key);
	print_json_string(value);
}

/* @none: nothing was listed. Return: the exit status. */
static int list_end(const struct args *args, const struct list_pick *pick, bool none)
{
	if (args->json)
		printf("]\n");
	return none && args->noperands > 1 ? list_nothing(args, pick) : EXIT_DONE;
}

static void event_json(const struct schema_event *e, bool first)
{
	printf("%s{\"id\":%u", first ? "" : ",", e->type);
	print_pair("name", str_of(e->name), ",");
	print_pair("doc", str_of(e->doc), ",");
	printf(",\"size\":%u,\"fields\":[", e->size);
	for (unsigned int i = 0; i < e->nfields; i++) {
		const struct schema_field *f = &e->fields[i];

		print_pair("name", str_of(f->name), i ? ",{" : "{");
		print_pair("type", str_of(f->storage), ",");
		print_pair("kind", str_of(f->kind), ",");
		printf(",\"offset\":%u", f->offset);
		print_pair("doc", str_of(f->doc), ",");
		putchar('}');
	}
	printf("]}");
}

/* Without those that only fill the record up; programs see them in the JSON. */
static void event_fields(const struct schema_event *e)
{
	for (unsigned int i = 0; i < e->nfields; i++) {
		const struct schema_field *f = &e->fields[i];

		if (strcmp(f->name, "reserved"))
			printf("    %-26s %-6s %-14s %s\n", f->name, f->storage, f->kind, f->doc);
	}
}

static int list_events(const struct args *args)
{
	struct list_pick pick = list_pick(args);
	bool first = true;

	if (args->coverage || args->blind)
		return list_coverage(args);
	if (args->json)
		putchar('[');
	for (unsigned int type = 0; type < EV_TYPE_MAX; type++) {
		const struct schema_event *e = schema_event(type);

		if (!e || !list_has(&pick, e->name))
			continue;
		if (args->json) {
			event_json(e, first);
			first = false;
			continue;
		}
		first = false;
		printf("%u %s  %s\n", e->type, e->name, e->doc);
		event_fields(e);
	}
	return list_end(args, &pick, first);
}

static const char *field_brackets(const struct field_def *f)
{
	if (f->flags & FIELD_ARG_REQUIRED)
		return f->flags & FIELD_ARG_KEY ? "[key]" : "[n]";
	if (f->flags & FIELD_ARG_OPTIONAL)
		return f->flags & FIELD_ARG_KEY ? "[key]?" : "[n]?";
	return "";
}

static int list_fields(const struct args *args)
{
	struct list_pick pick = list_pick(args);
	bool first = true;

	if (args->json)
		putchar('[');
	for (unsigned int i = 0; i < field_count; i++) {
		const struct field_def *f = &field_table[i];
		char name[128];

		if (!list_has(&pick, f->name))
			continue;
		if (args->json) {
			print_pair("name", str_of(f->name), first ? "{" : ",{");
			print_pair("type", str_of(value_type_name(f->type)), ",");
			printf(",\"list\":%s,\"argument\":\"%s\",\"available\":%s",
			       f->flags & FIELD_LIST ? "true" : "false",
			       f->flags & FIELD_ARG_REQUIRED ? "required" :
			       f->flags & FIELD_ARG_OPTIONAL ? "optional" : "none",
			       f->extract ? "true" : "false");
			print_pair("doc", str_of(f->doc), ",");
			putchar('}');
			first = false;
			continue;
		}
		first = false;
		snprintf(name, sizeof(name), "%s%s", f->name, field_brackets(f));
		printf("%-32s %-8s%s %s%s\n", name, value_type_name(f->type),
		       f->flags & FIELD_LIST ? "[]" : "  ", f->doc,
		       f->extract ? "" : " (known, but not available yet)");
	}
	return list_end(args, &pick, first);
}

static void print_nr(int nr)
{
	if (nr < 0)
		printf("%6s", "-");
	else
		printf("%6d", nr);
}

static int list_syscalls(const struct args *args)
{
	struct list_pick pick = list_pick(args);
	bool first = true;

	if (args->json)
		putchar('[');
	for (evt_type_t t = 0; t < EVT_SYS_COUNT; t++) {
		const struct schema_event *e = schema_event(evt_type_event(t));

		if (!list_has(&pick, evt_type_name(t).p))
			continue;
		if (args->json) {
			print_pair("name", evt_type_name(t), first ? "{" : ",{");
			first = false;
			for (unsigned int abi = 0; abi < EV_ABI_COUNT; abi++) {
				static const char *const abis[] = { "64", "ia32", "x32" };
				int nr = evt_type_nr(t, (enum ev_abi)abi);

				if (nr >= 0)
					printf(",\"%s\":%d", abis[abi], nr);
			}
			printf(",\"event\":\"%s\"}", e->name);
			continue;
		}
		if (first)
			printf("%-30s %6s%6s%6s  %s\n", "name", "64", "ia32", "x32", "recorded as");
		first = false;
		printf("%-30.*s ", STR_ARG(evt_type_name(t)));
		for (unsigned int abi = 0; abi < EV_ABI_COUNT; abi++)
			print_nr(evt_type_nr(t, (enum ev_abi)abi));
		printf("  %s\n", e->name);
	}
	return list_end(args, &pick, first);
}

/* A type with several numbers is printed once. */
static void print_types(const struct condition *c)
{
	const char *sep = "";

	for (uint32_t t = 0; t < EVT_TYPE_COUNT; t++) {
		struct str name = evt_type_name((evt_type_t)t);

		if (!(c->types[t / 64] >> (t % 64) & 1) || evt_type_find(name) != t)
			continue;
		printf("%s\"" STR_FMT "\"", sep, STR_ARG(name));
		sep = ",";
	}
}

static void print_rule_json(const struct rule *rule)
{
	print_pair("rule", rule->name, "{");
	print_pair("priority", str_of(priority_name(rule->priority)), ",");
	printf(",\"enabled\":%s", rule->disabled ? "false" : "true");
	print_pair("desc", rule->desc, ",");
	print_pair("condition", rule->written, ",");
	print_pair("output", rule->output, ",");
	print_pair("source", rule->source, ",");
	print_pair("file", rule->file, ",");
	printf(",\"line\":%u,\"types\":[", rule->line);
	print_types(&rule->condition);
	printf("],\"tags\":[");
	for (uint32_t k = 0; k < rule->ntags; k++) {
		fputs(k ? "," : "", stdout);
		print_json_string(rule->tags[k]);
	}
	printf("]}");
}

static int list_rules(const struct args *args)
{
	_cleanup_(ruleset_loader_freep) struct ruleset_loader *loader = NULL;
	_cleanup_(ruleset_unrefp) struct ruleset *set = NULL;
	struct list_pick pick = list_pick(args);
	int r = rules_describe(&loader, &set, args->rules, args->nrules, stderr);
	bool first = true;

	if (r < 0)
		return r == -EINVAL ? EXIT_NO : EXIT_CANNOT;
	if (args->json)
		putchar('[');
	for (uint32_t i = 0; i < set->nrules; i++) {
		const struct rule *rule = &set->rules[i];

		if (!list_has(&pick, rule->name.p))
			continue;
		if (args->json) {
			fputs(first ? "" : ",", stdout);
			first = false;
			print_rule_json(rule);
			continue;
		}
		first = false;
		printf(STR_FMT " (%s%s)\n    " STR_FMT "\n", STR_ARG(rule->name),
		       priority_name(rule->priority), rule->disabled ? ", disabled" : "",
		       STR_ARG(rule->desc));
	}
	return list_end(args, &pick, first);
}

static void metric_json(const struct metric_def *def)
{
	const char *label = def->labels;

	print_pair("name", str_of(def->name), "{");
	print_pair("type", str_of(promw_type_name(def->type)), ",");
	printf(",\"labels\":[");
	while (*label) {
		size_t n = strcspn(label, ",");

		print_json_string((struct str){ label, n });
		label += n;
		if (*label)
			putchar(*label++);
	}
	putchar(']');
	print_pair("doc", str_of(def->doc), ",");
	putchar('}');
}

static int list_metrics(const struct args *args)
{
	struct list_pick pick = list_pick(args);
	bool first = true;

	if (args->json)
		putchar('[');
	for (unsigned int i = 0; i < metric_count; i++) {
		const struct metric_def *def = &metric_table[i];

		if (!list_has(&pick, def->name))
			continue;
		if (args->json) {
			fputs(first ? "" : ",", stdout);
			first = false;
			metric_json(def);
			continue;
		}
		first = false;
		printf("%s%s%s%s  %s\n    %s\n", def->name, *def->labels ? "{" : "", def->labels,
		       *def->labels ? "}" : "", promw_type_name(def->type), def->doc);
	}
	return list_end(args, &pick, first);
}

static const struct {
	const char *name;
	int (*list)(const struct args *args);
} lists[] = {
	{ "events", list_events },
	{ "fields", list_fields },
	{ "syscalls", list_syscalls },
	{ "rules", list_rules },
	{ "metrics", list_metrics },
};

int cmd_list(const struct args *args)
{
	struct guess guess = guess_init(str_of(args->operands[0]));

	if ((args->coverage || args->blind) && strcmp(args->operands[0], "events")) {
		log_line("--coverage and --blind are for events: saker list events --coverage");
		return EXIT_USAGE;
	}
	if (args->of_driver && !args->coverage && !args->blind) {
		log_line("--driver is for the coverage of a driver: saker list events --coverage "
			 "--driver %s", args->of_driver);
		return EXIT_USAGE;
	}
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		if (!strcmp(lists[i].name, args->operands[0]))
			return lists[i].list(args);
		guess_try(&guess, lists[i].name);
	}
	log_line("no list of %s: there are events, fields, syscalls, rules and metrics%s%s%s",
		 args->operands[0], guess.best ? "; did you mean " : "",
		 guess.best ? guess.best : "", guess.best ? "?" : "");
	return EXIT_USAGE;
}
