/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs rules on events written as text, with the agent's own code from record
 * to alert, without a kernel.
 *
 *   rules-test [--print] [--shipped] RULES FILE...
 *
 * Each line of a file is one event (record_text.h), then what must result:
 *
 *   openat tid=7 res=3 path=/etc/shadow   => Sensitive file read by unexpected program
 *   openat tid=7 res=3 path=/etc/hosts    (nothing: no rule may match)
 *   @field = value                        what a field of the last event must be
 *   @field =                              it is empty
 *   @field missing
 *   @text line                            the alert's line, if it had one
 *   @json line
 *
 * Every exception that `saker except` would offer for an alert is loaded and must suppress it.
 *
 * With --shipped every field of an output must have a value, and an exception must exist for every
 * alert. --print prints every alert. Exit 0 if all is as expected and every rule had a hit and a
 * miss.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include "alert/format.h"
#include "alert/raise.h"
#include "explain/checks.h"
#include "explain/exception.h"
#include "decode/event.h"
#include "deliver/line.h"
#include "enrich/enrich.h"
#include "filter/fieldref.h"
#include "rule/engine.h"
#include "rule/load.h"
#include "record_text.h"

#define START_NS	1000000000000ull	/* on the machine's clock */
#define OFFSET_NS	1700000000000000000ll	/* added to it: the time of day */

struct test {
	const char *file;
	unsigned int line, failures, events;
	bool print, shipped;
	struct ruleset *rules;
	struct evaluator *evaluator;
	struct alert_templates *templates;
	struct enrich *enrich;
	struct arena *arena;
	struct arena *refs;		/* of parsed field names */
	unsigned int *hits, *misses;	/* by rule */
	struct record_text rec;
	union event_scratch scratch;
	struct event ev;
	bool have_event;
	const struct rule *matched;
	char text[65536], json[65536];	/* of the last alert */
	char told[65536];		/* so too, with its checks */
	size_t ntext, njson, nrecorded;
	struct checks checks;
	struct str bytes;		/* the rules */
	char yaml[8192];
	bool spoke;
	unsigned int exceptions;	/* tried */
};

static void complain(struct test *t, const char *what, struct str want, struct str got)
{
	t->failures++;
	fprintf(stderr, "%s:%u: %s\n  expected: " STR_FMT "\n  got:      " STR_FMT "\n", t->file,
		t->line, what, STR_ARG(want), STR_ARG(got));
}

/* Every field of an output must have a value whenever its rule matches. */
static void check_text(struct test *t)
{
	struct str text = { t->text, t->ntext };

	if (t->shipped && memmem(text.p, text.n, "<NA>", 4))
		complain(t, "a field of the output has no value", STR("no <NA>"), text);
}

static void on_match(void *arg, const struct match *match)
{
	const struct line_config config = { .utc = true };
	const struct line_config with_checks = { .utc = true, .checks = true };
	struct test *t = arg;
	struct alert alert;
	struct buf b;

	t->matched = match->rule;
	t->hits[match->rule->number]++;
	checks_collect(&t->checks, match);
	if (alert_build(&alert, t->templates, match->rule, match->event, t->checks.check,
			t->checks.n) < 0) {
		complain(t, "the alert could not be built", STR(""), STR(""));
		return;
	}
	b = (struct buf){ t->text, sizeof(t->text), 0, false };
	line_text(&b, &alert, &config);
	t->ntext = b.n;
	check_text(t);
	b = (struct buf){ t->json, sizeof(t->json), 0, false };
	line_json(&b, &alert, &config);
	t->njson = b.n;
	b = (struct buf){ t->told, sizeof(t->told), 0, false };
	line_json(&b, &alert, &with_checks);
	t->nrecorded = b.n;
	if (t->print)
		printf("%.*s\n%.*s\n", (int)t->ntext, t->text, (int)t->nrecorded, t->told);
}

static void event_end(struct test *t)
{
	if (!t->have_event)
		return;
	enrich_retire(t->enrich, &t->ev);
	arena_reset(t->arena);
	t->have_event = false;
}

static void on_silenced_match(void *arg, const struct match *match)
{
	struct test *t = arg;

	t->spoke |= str_eq(match->rule->name, t->matched->name);
}

/* The rules with one more exception, evaluated for the same event. */
static void exception_check(struct test *t, const struct choice *choice)
{
	const struct rules_options options = { .output_check = alert_output_check,
					       .match_all = true };
	struct ruleset_loader *loader = ruleset_loader_new(&options);
	struct ruleset *set = NULL;
	struct evaluator *evaluator = NULL;
	struct buf yaml = BUF_ON(t->yaml);

	t->spoke = true;
	if (loader && exception_write(&yaml, choice, t->matched->name, "test", false) &&
	    ruleset_loader_add_source(loader, STR("rules"), t->bytes, STR(""), STR("")) == 0 &&
	    ruleset_loader_add_source(loader, STR("exception"), buf_as_str(&yaml), STR(""),
				      STR("")) == 0 &&
	    ruleset_loader_finish(loader, &set) == 0)
		evaluator = evaluator_new(set);
	if (evaluator) {
		t->spoke = false;
		engine_eval(evaluator, &t->ev, on_silenced_match, t);
	} else if (loader) {
		diag_list_print(stderr, ruleset_loader_diags(loader));
	}
	if (t->spoke)
		complain(t, "an exception does not suppress its alert", t->matched->name,
			 buf_as_str(&yaml));
	t->exceptions++;
	evaluator_free(evaluator);
	ruleset_unref(set);
	ruleset_loader_free(loader);
}

static void exceptions_check(struct test *t)
{
	struct choice choices[EXCEPTION_CHOICES];
	struct candidates candidates;
	struct evidence evidence;
	struct str why = STR("");
	unsigned int n = 0;

	if (evidence_parse(&evidence, (struct str){ t->told, t->nrecorded }, t->refs, &why) < 0) {
		complain(t, "the alert cannot be read back", STR(""), why);
		return;
	}
	if (exception_candidates(&candidates, &evidence, t->refs) == 0)
		n = exception_choices(choices, &candidates);
	if (!n && t->shipped)
		complain(t, "no exception is offered", t->matched->name, STR(""));
	for (unsigned int i = 0; i < n; i++)
		exception_check(t, &choices[i]);
	evidence_uninit(&evidence);
}

/* Rules that missed an event of their types. Those behind the match were not tried. */
static void count_misses(struct test *t)
{
	uint32_t n = t->matched ? t->matched->number : t->rules->nrules, bit = type_bit_of(t->ev.type);

	for (uint32_t i = 0; i < n; i++)
		t->misses[i] += t->rules->rules[i].condition.types[bit / 64] >> (bit % 64) & 1;
}

static void event_line(struct test *t, struct str line, struct str want)
{
	struct str got;
	int r;

	event_end(t);
	if (record_from_text(&t->rec, line, START_NS + t->line * 1000000ull) < 0) {
		complain(t, t->rec.error, STR("an event"), line);
		return;
	}
	r = event_decode(&t->ev, &t->scratch, &t->rec, t->rec.hdr.len);
	if (r) {
		complain(t, "the record cannot be decoded", STR(""), line);
		return;
	}
	t->ev.place = t->rec.place;
	t->have_event = true;
	t->matched = NULL;
	t->ntext = t->njson = 0;
	t->ev.time_ns = (int64_t)t->rec.hdr.ts_ns + OFFSET_NS;
	t->ev.arena = t->arena;
	r = enrich_apply(t->enrich, &t->ev);
	if (r == 0) {
		t->ev.num = ++t->events;
		engine_eval(t->evaluator, &t->ev, on_match, t);
		count_misses(t);
	}
	got = t->matched ? t->matched->name : STR("nothing");
	if (!str_eq(want, got))
		complain(t, "another rule than expected", want, got);
	if (t->matched)
		exceptions_check(t);
}

/* "@field = value" or "@field missing" */
static void field_line(struct test *t, struct str line)
{
	const char *equals = memmem(line.p, line.n, " = ", 3);
	const struct str missing = STR(" missing");
	struct filter_error err = { 0 };
	struct str name = line, want = STR("missing"), got;
	struct operand *op;
	struct value v;
	char room[8192];
	struct buf b = BUF_ON(room);
	int r;

	if (equals) {
		name.n = equals - line.p;
		want = (struct str){ equals + 3, line.n - name.n - 3 };
	} else if (str_ends(line, STR(" ="))) {
		name.n -= 2;
		want = STR("");
	} else if (str_ends(line, missing)) {
		name.n -= missing.n;
	}
	if (field_ref_parse(t->refs, name, &op, &err) < 0) {
		complain(t, "no such field", name, err.text);
		return;
	}
	r = t->have_event ? operand_read(op, &t->ev, &v) : FIELD_MISSING;
	if (r == FIELD_PENDING)
		buf_text(&b, "pending");
	else if (r)
		buf_text(&b, "missing");
	else
		format_value(&b, &v, op->kind == OPERAND_FIELD ? op->field->flags : 0);
	got = buf_as_str(&b);
	if (!str_eq(want, got))
		complain(t, "another value than expected", want, got);
}

static void test_line(struct test *t, struct str line)
{
	const struct str text = STR("@text "), json = STR("@json ");
	const char *arrow;
	struct str want = STR("nothing");

	while (line.n && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\n'))
		line.n--;
	if (!line.n || line.p[0] == '#')
		return;
	if (str_starts(line, text) || str_starts(line, json)) {
		struct str got = line.p[1] == 't' ? (struct str){ t->text, t->ntext } :
						    (struct str){ t->json, t->njson };

		want = (struct str){ line.p + text.n, line.n - text.n };
		if (!str_eq(want, got))
			complain(t, "another line than expected", want, got);
		return;
	}
	if (line.p[0] == '@') {
		field_line(t, (struct str){ line.p + 1, line.n - 1 });
		return;
	}
	arrow = memmem(line.p, line.n, "=> ", 3);
	if (arrow) {
		want = (struct str){ arrow + 3, line.p + line.n - arrow - 3 };
		line.n = arrow - line.p;
	}
	event_line(t, line, want);
}

static int test_file(struct test *t, const char *path)
{
	const struct enrich_config config = { .key = { 1, 2 } };
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	if (!f || enrich_new(&t->enrich, &config) < 0) {
		perror(path);
		return -EIO;
	}
	t->file = path;
	t->line = 0;
	t->events = 0;
	while ((n = getline(&line, &size, f)) >= 0) {
		t->line++;
		test_line(t, (struct str){ line, n });
	}
	event_end(t);
	enrich_free(t->enrich);
	free(line);
	fclose(f);
	return 0;
}

static int load_rules(struct test *t, const char *path)
{
	const struct rules_options options = { .output_check = alert_output_check };
	struct ruleset_loader *loader = ruleset_loader_new(&options);
	FILE *f = fopen(path, "re");
	char *bytes = malloc(1 << 20);
	size_t n;
	int r;

	if (!f || !bytes || !loader)
		return -EIO;
	n = fread(bytes, 1, 1 << 20, f);
	fclose(f);
	ruleset_loader_add_source(loader, str_of(path), (struct str){ bytes, n }, STR("file"),
				  STR(""));
	r = ruleset_loader_finish(loader, &t->rules);
	ruleset_loader_free(loader);
	t->bytes = (struct str){ bytes, n };
	if (r < 0)
		return r;
	t->evaluator = evaluator_new(t->rules);
	t->hits = calloc(t->rules->nrules + 1, sizeof(*t->hits));
	t->misses = calloc(t->rules->nrules + 1, sizeof(*t->misses));
	t->arena = arena_new(0, 0);
	t->refs = arena_new(0, 0);
	if (!t->evaluator || !t->hits || !t->misses || !t->arena || !t->refs)
		return -ENOMEM;
	return alert_templates_new(&t->templates, t->rules, STR(""));
}

/* A rule that never hit here, or never missed, is not tested. */
static void check_coverage(struct test *t)
{
	for (uint32_t i = 0; i < t->rules->nrules; i++) {
		const struct rule *rule = &t->rules->rules[i];

		if (!t->hits[i] || !t->misses[i]) {
			t->failures++;
			fprintf(stderr, "rule " STR_FMT ": %s\n", STR_ARG(rule->name),
				t->hits[i] ? "no event that it does not match" : "no hit");
		}
	}
}

static void test_free(struct test *t)
{
	alert_templates_free(t->templates);
	evaluator_free(t->evaluator);
	ruleset_unref(t->rules);
	arena_free(t->arena);
	arena_free(t->refs);
	free(t->hits);
	free(t->misses);
	free((char *)t->bytes.p);
	free(t);
}

int main(int argc, char **argv)
{
	struct test *t = calloc(1, sizeof(*t));
	bool failed;
	int i;

	for (i = 1; t && i < argc && argv[i][0] == '-'; i++) {
		t->print |= !strcmp(argv[i], "--print");
		t->shipped |= !strcmp(argv[i], "--shipped");
	}
	if (!t || argc < i + 2 || load_rules(t, argv[i]) < 0) {
		fprintf(stderr, "usage: rules-test [--print] [--shipped] RULES FILE...\n");
		return 2;
	}
	for (i++; i < argc; i++)
		if (test_file(t, argv[i]) < 0)
			t->failures++;
	check_coverage(t);
	failed = t->failures;
	printf("# %u exceptions tried\n", t->exceptions);
	test_free(t);
	return failed;
}
