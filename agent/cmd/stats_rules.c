/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saker stats --rules: prints the cost of each rule, the most expensive first. The agent
 * measures one of 1,024 evaluations; the cost of a rule is estimated from these.
 */
#include "cmd/stats.h"
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "api/client.h"
#include "lib/log.h"
#include "lib/buf.h"
#include "lib/text.h"

struct row {
	struct str name;		/* points into the JSON document */
	uint64_t evaluated, matched, undecided, sampled, sampled_ns;
	double ns;			/* per evaluation; 0: never measured */
};

static uint64_t number(const json_t *rule, const char *key)
{
	return (uint64_t)json_integer_value(json_object_get(rule, key));
}

static struct row row_of(const json_t *rule)
{
	const json_t *name = json_object_get(rule, "rule");
	struct row row = {
		.name = { json_string_value(name), json_string_length(name) },
		.evaluated = number(rule, "evaluated"),
		.matched = number(rule, "matched"),
		.undecided = number(rule, "undecided"),
		.sampled = number(rule, "sampled"),
		.sampled_ns = number(rule, "sampled_ns"),
	};

	if (row.sampled)
		row.ns = (double)row.sampled_ns / (double)row.sampled;
	return row;
}

static double cost(const struct row *row)
{
	return row->ns * (double)row->evaluated;
}

static int most_expensive_first(const void *pa, const void *pb)
{
	const struct row *a = pa, *b = pb;

	if (cost(a) < cost(b) || cost(a) > cost(b))
		return cost(a) < cost(b) ? 1 : -1;
	if (a->evaluated != b->evaluated)
		return a->evaluated < b->evaluated ? 1 : -1;
	return str_cmp(a->name, b->name);
}

static void print_row(const struct row *row, double all)
{
	char text[1024], ns[32] = "-", share[32] = "-";
	struct buf name = BUF_ON(text);

	buf_escaped(&name, row->name);
	if (row->sampled) {
		snprintf(ns, sizeof(ns), "%.0f", row->ns);
		snprintf(share, sizeof(share), "%.1f %%", all > 0 ? 100 * cost(row) / all : 0);
	}
	printf("%8s %8s %14llu %12llu %12llu  " STR_FMT "\n", share, ns,
	       (unsigned long long)row->evaluated, (unsigned long long)row->matched,
	       (unsigned long long)row->undecided, STR_ARG(buf_as_str(&name)));
}

static int print_table(const json_t *doc)
{
	const json_t *rules = json_object_get(doc, "rules");
	size_t n = json_array_size(rules);
	struct row *rows = calloc(n + 1, sizeof(*rows));
	double all = 0;

	if (!rows)
		return EXIT_CANNOT;
	for (size_t i = 0; i < n; i++) {
		rows[i] = row_of(json_array_get(rules, i));
		all += cost(&rows[i]);
	}
	qsort(rows, n, sizeof(*rows), most_expensive_first);
	printf("%zu rules, generation %llu\n", n, (unsigned long long)number(doc, "generation"));
	if (number(doc, "skipped"))
		printf("%llu rule files have errors and are skipped (saker check)\n",
		       (unsigned long long)number(doc, "skipped"));
	putchar('\n');
	printf("%8s %8s %14s %12s %12s  %s\n", "time", "ns each", "evaluated", "matched",
	       "undecided", "rule");
	for (size_t i = 0; i < n; i++)
		print_row(&rows[i], all);
	free(rows);
	return EXIT_DONE;
}

int stats_rules(const struct args *args)
{
	struct client_reply reply;
	struct error err = { 0 };
	int status = EXIT_DONE;
	json_t *doc;

	if (client_request(&reply, args->socket, "GET", "/rules", &err) < 0) {
		log_line("%s", err.text);
		return EXIT_CANNOT;
	}
	doc = json_loadb(reply.body.p, reply.body.n, JSON_ALLOW_NUL, NULL);
	if (reply.status != 200 || !doc) {
		log_line("the agent replied %d: " STR_FMT, reply.status, STR_ARG(reply.body));
		status = EXIT_CANNOT;
	} else if (args->json) {
		fwrite(reply.body.p, 1, reply.body.n, stdout);
	} else {
		status = print_table(doc);
	}
	json_decref(doc);
	free(reply.all);
	return status;
}
