/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The requests of the local API:
 *
 * GET /coverage	what its driver sees of each event, as `saker list events --coverage --json`
 * GET /driver	which driver runs, why, and which were skipped
 * GET /metrics	all metrics, for Prometheus
 * GET /rules	evaluations, matches and cost of each rule since it was loaded
 * POST /reload	reload the rules: 200 if they are in force, 422 if they were refused
 */
#include "api/routes.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include "lib/buf.h"
#include "lib/text.h"
#include "coverage/list.h"

#define NAME_ESCAPE	6	/* longest JSON escape of one byte */
#define CHOICE_BYTES	(2 * NAME_ESCAPE * sizeof(struct choice))

static int put_rule(FILE *out, const struct rule *rule, const struct rule_counters *c)
{
	size_t size = rule->name.n * NAME_ESCAPE + 2;
	struct buf name = { .p = malloc(size), .size = size };

	if (!name.p)
		return -ENOMEM;
	buf_json(&name, rule->name);
	fprintf(out, "%s\n{\"rule\":", rule->number ? "," : "");
	fwrite(name.p, 1, name.n, out);
	fprintf(out, ",\"priority\":\"%s\",\"evaluated\":%llu,\"matched\":%llu,"
		"\"undecided\":%llu,\"sampled\":%llu,\"sampled_ns\":%llu}",
		priority_name(rule->priority), (unsigned long long)c->evaluated,
		(unsigned long long)c->matched, (unsigned long long)c->undecided,
		(unsigned long long)c->sampled, (unsigned long long)c->sampled_ns);
	free(name.p);
	return 0;
}

static int get_rules(void *ctx, struct str body, struct api_reply *reply, uint64_t *ticket)
{
	const struct routes_ctx *served = ctx;
	const struct generation *now = swap_now(served->swap);
	const struct rule_counters *counters = evaluator_counters(now->evaluator);
	FILE *out = open_memstream(&reply->body, &reply->len);
	int r = 0;

	(void)body;
	(void)ticket;
	if (!out)
		return -ENOMEM;
	reply->type = "application/json";
	fprintf(out, "{\"generation\":%llu,\"skipped\":%u,\"rules\":[",
		(unsigned long long)now->number, now->nskipped);
	for (uint32_t i = 0; r == 0 && i < now->rules->nrules; i++)
		r = put_rule(out, &now->rules->rules[i], &counters[i]);
	fprintf(out, "]}\n");
	return fclose(out) ? -ENOMEM : r;
}

static int get_driver(void *ctx, struct str body, struct api_reply *reply, uint64_t *ticket)
{
	const struct routes_ctx *served = ctx;
	struct buf b = { .p = malloc(CHOICE_BYTES), .size = CHOICE_BYTES };
	struct jsonw w = JSONW(&b);

	(void)body;
	(void)ticket;
	if (!b.p)
		return -ENOMEM;
	choice_json(&w, served->sources.choice);
	buf_char(&b, '\n');
	reply->type = "application/json";
	reply->body = b.p;
	reply->len = b.n;
	return 0;
}

static int get_coverage(void *ctx, struct str body, struct api_reply *reply, uint64_t *ticket)
{
	const struct routes_ctx *served = ctx;
	struct buf b = { .size = COVERAGE_JSON_BYTES };
	struct jsonw w = JSONW(&b);
	struct covered covered;
	struct coverage_list list = { .covered = &covered };
	struct utsname uts = { .release = "" };
	int r = covered_source(&covered, served->sources.source, &served->covered);

	(void)body;
	(void)ticket;
	if (r == -ENODEV) {
		reply->status = 404;
		reply->body = strdup("this agent reads a capture, it has no driver\n");
		reply->len = reply->body ? strlen(reply->body) : 0;
		return 0;
	}
	if (r == 0 && !(b.p = malloc(b.size)))
		r = -ENOMEM;
	if (r == 0) {
		uname(&uts);
		coverage_list_json(&w, &list, uts.release);
		buf_char(&b, '\n');
		reply->type = "application/json";
		reply->body = b.p;
		reply->len = b.n;
	}
	covered_uninit(&covered);
	return r;
}

static int get_metrics(void *ctx, struct str body, struct api_reply *reply, uint64_t *ticket)
{
	const struct routes_ctx *served = ctx;
	FILE *out = open_memstream(&reply->body, &reply->len);
	struct metrics metrics;

	(void)body;
	(void)ticket;
	if (!out)
		return -ENOMEM;
	metrics_take(&metrics, &served->sources);
	metrics_print(out, &metrics);
	metrics_uninit(&metrics);
	reply->type = PROMW_CONTENT_TYPE;
	return fclose(out) ? -ENOMEM : 0;
}

static int post_reload(void *ctx, struct str body, struct api_reply *reply, uint64_t *ticket)
{
	(void)body;
	(void)reply;
	*ticket = swap_request(((const struct routes_ctx *)ctx)->swap);
	return API_LATER;
}

const struct api_route routes[] = {
	{ "GET", "/coverage", API_ROOT, 0, get_coverage },
	{ "GET", "/driver", API_ROOT, 0, get_driver },
	{ "GET", "/metrics", API_ROOT, 0, get_metrics },
	{ "GET", "/rules", API_ROOT, 0, get_rules },
	{ "POST", "/reload", API_ROOT, 0, post_reload },
};

const size_t nroutes = sizeof(routes) / sizeof(routes[0]);

void routes_answer_reload(struct api *api, const struct swap_outcome *outcome)
{
	struct api_reply reply = { .status = outcome->error ? 422 : 200 };
	char verdict[256];
	FILE *out = open_memstream(&reply.body, &reply.len);

	if (out) {
		swap_verdict(verdict, sizeof(verdict), outcome);
		fwrite(outcome->text.p, 1, outcome->text.n, out);
		fprintf(out, "%s\n", verdict);
		if (fclose(out))
			reply.len = 0;
	}
	api_answer(api, outcome->ticket, &reply);
	free(reply.body);
}
