/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzz target: any conditions, one per line, and any records. The verifier accepts what the loader
 * compiles, evaluation does not fail, and the same rules match with the index and without it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "mutate.h"
#include "rule/engine.h"
#include "rule/load.h"
#include "rule/test-every.h"
#include "stage.h"

#define RULES_MAX	32u
#define MATCHES_MAX	(RULES_MAX + 1)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct matches {
	uint32_t rule[MATCHES_MAX];
	bool undecided[MATCHES_MAX];
	uint32_t n;
};

static void on_match(void *arg, const struct match *match)
{
	struct matches *m = arg;
	struct match_check check;
	uint32_t pos = 0;

	if (m->n == MATCHES_MAX)
		abort();
	m->undecided[m->n] = match->undecided;
	m->rule[m->n++] = match->rule->number;
	while (match_check(match, &pos, &check))
		;
}

/* Each line is a rule; a rule with errors is skipped, the others are loaded. */
static struct ruleset *load(const char *text, size_t n, bool match_all)
{
	const struct rules_options options = { .match_all = match_all };
	struct ruleset_loader *loader = ruleset_loader_new(&options);
	struct ruleset *set = NULL;
	char *yaml = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&yaml, &len);
	uint32_t rules = 0;

	while (n && rules < RULES_MAX) {
		const char *end = memchr(text, '\n', n);
		size_t line = end ? (size_t)(end - text) : n;

		fprintf(out, "- rule: r%u\n  desc: d\n  output: o\n  priority: INFO\n"
			"  condition: |-\n    ", rules++);
		fwrite(text, 1, line, out);
		fputc('\n', out);
		text += line + (end != NULL);
		n -= line + (end != NULL);
	}
	fclose(out);
	if (ruleset_loader_add_source(loader, STR("fuzz"), (struct str){ yaml, len }, STR("fuzz"),
				      STR("")) == 0)
		ruleset_loader_finish(loader, &set);
	ruleset_loader_free(loader);
	free(yaml);
	return set;
}

static void compare(struct evaluator *evaluator, const struct event *ev)
{
	struct matches with = { .n = 0 }, without = { .n = 0 };

	engine_eval(evaluator, ev, on_match, &with);
	eval_every(evaluator, ev, on_match, &without);
	if (memcmp(&with, &without, sizeof(with)) != 0) {
		fprintf(stderr, "%u matches with the index, %u without\n", with.n, without.n);
		abort();
	}
}

static void evaluate(struct ruleset *set, const uint8_t *data, size_t size)
{
	struct evaluator *evaluator = evaluator_new(set);
	struct stage *stage = stage_new();

	while (evaluator && size) {
		size_t n = stage_record_len(data, size);
		const struct event *ev = stage_enter(stage, data, n);

		if (ev) {
			compare(evaluator, ev);
			stage_leave(stage);
		}
		data += n;
		size -= n;
	}
	stage_free(stage);
	evaluator_free(evaluator);
}

size_t mutate_head(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, 0, size) : NULL;

	return end ? (size_t)(end - data) + 1 : size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, 0, size);
	size_t n = end ? (size_t)(end - data) : size;
	struct ruleset *set;

	if (!size)
		return 0;
	set = load((const char *)data, n, size & 1);
	if (set)
		evaluate(set, data + n + (end != NULL), size - n - (end != NULL));
	ruleset_unref(set);
	return 0;
}
