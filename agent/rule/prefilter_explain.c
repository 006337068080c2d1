/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what the prefilter requires of opens and other events for each rule, as text or as JSON. */
#include "decode/print.h"
#include "decode/schema.h"
#include "lib/text.h"
#include "rule/clause.h"
#include "rule/prefilter.h"
#include "rule/prefilter_event.h"

#define NAMES_SHOWN	4u
#define EVENTS_SHOWN	8u

struct way {			/* to open a regular file, or what else a clause may allow */
	const char *name;
	uint32_t shapes[2];	/* one of them is allowed */
};

static const struct way ways[] = {
	{ "reads", { 0 | SAKER_PF_FILE, 0 | SAKER_PF_FILE } },
	{ "writes", { 1 | SAKER_PF_FILE, 1 | SAKER_PF_FILE } },
	{ "creates", { 1 | SAKER_PF_NEW | SAKER_PF_FILE, 1 | SAKER_PF_NEW | SAKER_PF_FILE } },
	{ "directories", { SAKER_PF_DIR, SAKER_PF_DIR } },
	{ "failures", { SAKER_PF_FAILED, SAKER_PF_FAILED | 1 } },
};

static bool shape_allows(const struct clause *c, uint32_t shape)
{
	return c->shape[shape / 64] >> (shape % 64) & 1;
}

/* The ways that a clause allows. */
static void put_ways(FILE *out, const struct clause *c, const char *quote, const char *between)
{
	const char *comma = "";

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (!shape_allows(c, ways[i].shapes[0]) && !shape_allows(c, ways[i].shapes[1]))
			continue;
		fprintf(out, "%s%s%s%s", comma, quote, ways[i].name, quote);
		comma = between;
	}
}

static void put_names(FILE *out, const struct prefilter *pf, const struct names *names,
		      const char *what)
{
	if (names->any)
		return;
	if (names->n == 1)
		fprintf(out, "; %s is", what);
	else
		fprintf(out, "; %s is one of %u:", what, names->n);
	for (uint32_t i = 0; i < names->n && i < NAMES_SHOWN; i++) {
		const struct str key = prefilter_name(pf, names->ids[i]);

		fprintf(out, "%s %s" STR_FMT, i ? "," : "", *key.p == '~' ? "*" : "",
			(int)key.n - 1, key.p + 1);
	}
	fputs(names->n > NAMES_SHOWN ? ", ..." : "", out);
}

static void put_opens(FILE *out, const struct prefilter *pf, uint32_t rule)
{
	const struct clause *c;
	uint32_t bit;

	if (!prefilter_opens(pf, rule))
		return;
	fputs(prefilter_clause(pf, rule, 0, &bit) ?
	      "prefilter: an open is recorded for this rule only if\n" :
	      "prefilter: no open is recorded for this rule: none can match it\n", out);
	for (uint32_t i = 0; (c = prefilter_clause(pf, rule, i, &bit)); i++) {
		fprintf(out, "  clause %u: ", bit);
		put_ways(out, c, "", ", ");
		put_names(out, pf, &c->leaf, "its name");
		put_names(out, pf, &c->parent, "the name of its directory");
		if (c->leaf.any && c->parent.any)
			fputs("; any name", out);
		fputs(c->dots ? "; the path as given contains \"..\"\n" : "\n", out);
	}
}

/* -- other events -- */

static const char *const results[SAKER_PF_RESULTS] = { "success", "in progress", "failure" };

/* Does the rule match some hits of this event, and the prefilter exclude others? */
static bool says_of(const struct prefilter *pf, uint32_t rule, unsigned int event,
		    struct event_clauses *ret)
{
	if (!schema_event(event) ||
	    !event_filters_rule(prefilter_events(pf), rule, (enum ev_type)event, ret))
		return false;
	for (uint32_t i = 0; i < ret->n; i++)
		if (event_clause_is_any(&ret->v[i]))
			return false;
	return event != EV_open;
}

/* Only a connect is in progress. */
static void put_results(FILE *out, const struct event_clause *c, unsigned int event,
			const char *quote, const char *between)
{
	const char *comma = "";

	for (unsigned int i = 0; i < SAKER_PF_RESULTS; i++) {
		if (!(c->results >> i & 1) || (i == SAKER_PF_IN_PROGRESS && event != EV_connect))
			continue;
		fprintf(out, "%s%s%s%s", comma, quote, results[i], quote);
		comma = between;
	}
}

/* The name of what a test reads; *kind: of its values, an enum schema_kind. */
static const char *source_of(const struct event_test *test, unsigned int event, unsigned int *kind)
{
	const struct schema_field *f = &schema_event(event)->fields[test->source];

	*kind = test->source == SAKER_PF_FAMILY ? (unsigned int)KIND_socket_domain : f->kind_id;
	return test->source == SAKER_PF_FAMILY ? "family" : f->name;
}

static void put_value(FILE *out, unsigned int kind, uint64_t value, const char *quote)
{
	char room[1024];
	struct buf b = BUF_ON(room);

	print_flags(&b, kind, value, '|');
	fprintf(out, "%s" STR_FMT "%s", quote, STR_ARG(buf_as_str(&b)), quote);
}

/* With @first before the first value. Return: whether there is one. */
static bool put_set(FILE *out, const struct event_test *test, unsigned int kind, const char *quote,
		    const char *first, const char *between)
{
	const char *comma = first;

	for (uint32_t v = 0; v < SAKER_PF_VALUES; v++) {
		if (!(test->set[v / 64] >> (v % 64) & 1))
			continue;
		fputs(comma, out);
		put_value(out, kind, v, quote);
		comma = between;
	}
	return comma != first;
}

static void put_test(FILE *out, const struct event_test *test, unsigned int event)
{
	unsigned int kind;
	bool any;

	fprintf(out, "; %s ", source_of(test, event, &kind));
	if (test->bits) {
		fputs("has one of ", out);
		put_value(out, kind, test->bits, "");
	} else {
		fputs("is ", out);
		any = put_set(out, test, kind, "", "one of ", ", ");
		fprintf(out, "%sabove %u", any ? ", or " : "", SAKER_PF_VALUES - 1);
	}
}

static void put_event(FILE *out, const struct prefilter *pf, unsigned int event,
		      const struct event_clauses *clauses)
{
	const char *name = schema_event(event)->name;

	if (!clauses->n) {
		fprintf(out, "prefilter: no %s is recorded for this rule: none can match it\n", name);
		return;
	}
	fprintf(out, "prefilter: %s is recorded for this rule only if%s\n", name,
		event_filters_test(prefilter_events(pf), (enum ev_type)event) ? "" :
		" (another rule has all of them recorded)");
	for (uint32_t i = 0; i < clauses->n; i++) {
		fputs("  result: ", out);
		if (clauses->v[i].results == EVENT_RESULTS_ALL)
			fputs("any", out);
		else
			put_results(out, &clauses->v[i], event, "", ", ");
		for (uint32_t k = 0; k < clauses->v[i].ntests; k++)
			put_test(out, &clauses->v[i].tests[k], event);
		putc('\n', out);
	}
}

void prefilter_explain(FILE *out, const struct prefilter *pf, uint32_t rule)
{
	struct event_clauses clauses;
	unsigned int more = 0;

	put_opens(out, pf, rule);
	for (unsigned int event = 0; event < EV_TYPE_MAX; event++)
		if (says_of(pf, rule, event, &clauses) && more++ < EVENTS_SHOWN)
			put_event(out, pf, event, &clauses);
	if (more > EVENTS_SHOWN)
		fprintf(out, "prefilter: likewise %u further events; --json lists them\n",
			more - EVENTS_SHOWN);
}

/* -- as JSON -- */

/* All names, an end of a name as "*END"; null: any name. */
static void put_names_json(FILE *out, const struct prefilter *pf, const struct names *names)
{
	char room[256 * 6 + 3];

	fputs(names->any ? "null" : "[", out);
	for (uint32_t i = 0; i < names->n; i++) {
		const struct str key = prefilter_name(pf, names->ids[i]);
		const bool end = *key.p == '~';
		struct buf b = BUF_ON(room);

		if (i)
			putc(',', out);
		buf_json(&b, (struct str){ key.p + 1, key.n - 1 });
		fprintf(out, "\"%s" STR_FMT, end ? "*" : "", (int)b.n - 1, b.p + 1);
	}
	fputs(names->any ? "" : "]", out);
}

static void put_opens_json(FILE *out, const struct prefilter *pf, uint32_t rule)
{
	const struct clause *c;
	uint32_t bit;

	fputs(prefilter_opens(pf, rule) ? "[" : "null", out);
	for (uint32_t i = 0; (c = prefilter_clause(pf, rule, i, &bit)); i++) {
		fprintf(out, "%s{\"number\":%u,\"ways\":[", i ? "," : "", bit);
		put_ways(out, c, "\"", ",");
		fputs("],\"names\":", out);
		put_names_json(out, pf, &c->leaf);
		fputs(",\"directories\":", out);
		put_names_json(out, pf, &c->parent);
		fprintf(out, ",\"dots\":%s}", c->dots ? "true" : "false");
	}
	fputs(prefilter_opens(pf, rule) ? "]" : "", out);
}

/* A name of this schema needs no escapes. */
static void put_test_json(FILE *out, const struct event_test *test, unsigned int event)
{
	unsigned int kind;

	fprintf(out, "{\"field\":\"%s\",", source_of(test, event, &kind));
	if (test->bits) {
		fputs("\"has\":", out);
		put_value(out, kind, test->bits, "\"");
	} else {
		fputs("\"in\":[", out);
		put_set(out, test, kind, "\"", "", ",");
		putc(']', out);
	}
	putc('}', out);
}

static void put_event_json(FILE *out, const struct prefilter *pf, unsigned int event,
			   const struct event_clauses *clauses)
{
	fprintf(out, "{\"event\":\"%s\",\"tested\":%s,\"clauses\":[", schema_event(event)->name,
		event_filters_test(prefilter_events(pf), (enum ev_type)event) ? "true" : "false");
	for (uint32_t i = 0; i < clauses->n; i++) {
		fprintf(out, "%s{\"results\":[", i ? "," : "");
		put_results(out, &clauses->v[i], event, "\"", ",");
		fputs("],\"values\":[", out);
		for (uint32_t k = 0; k < clauses->v[i].ntests; k++) {
			fputs(k ? "," : "", out);
			put_test_json(out, &clauses->v[i].tests[k], event);
		}
		fputs("]}", out);
	}
	fputs("]}", out);
}

static bool says_anything(const struct prefilter *pf, uint32_t rule)
{
	struct event_clauses clauses;
	bool any = prefilter_opens(pf, rule);

	for (unsigned int event = 0; !any && event < EV_TYPE_MAX; event++)
		any = says_of(pf, rule, event, &clauses);
	return any;
}

void prefilter_explain_json(FILE *out, const struct prefilter *pf, uint32_t rule)
{
	struct event_clauses clauses;
	const char *comma = "";

	if (!says_anything(pf, rule)) {
		fputs("null", out);
		return;
	}
	fputs("{\"clauses\":", out);
	put_opens_json(out, pf, rule);
	fputs(",\"events\":[", out);
	for (unsigned int event = 0; event < EV_TYPE_MAX; event++) {
		if (!says_of(pf, rule, event, &clauses))
			continue;
		fputs(comma, out);
		put_event_json(out, pf, event, &clauses);
		comma = ",";
	}
	fputs("]}", out);
}
