/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saker except: proposes exceptions that suppress an alert, with the number of other
 * alerts they would have suppressed. Each exception is loaded with the rules and tested
 * on the alert before it is printed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "explain/alerts.h"
#include "cmd/cmd.h"
#include "explain/exception.h"
#include "explain/judge.h"
#include "lib/log.h"
#include "ruleset/rules.h"
#include "lib/cleanup.h"
#include "lib/jsonw.h"

#define YAML_BYTES	32768
#define NAMES_TRIED	50

struct offer {
	struct choice choice;
	struct str yaml;
	unsigned int suppressed, unknown;	/* of the alerts in the file */
};

struct except {
	const struct args *args;
	struct arena *arena;
	struct rule_files files;
	struct evidence alert;
	struct offer offers[EXCEPTION_CHOICES];
	unsigned int noffers;
	struct arena *line_arena;	/* of one alert of the file */
	unsigned int of, all;		/* alerts of the file: of this rule, in all */
	struct error error;		/* set if an input cannot be read */
};

DEFINE_CLEANUP(struct ruleset *, ruleset_unref)
DEFINE_CLEANUP(struct ruleset_loader *, ruleset_loader_free)

/* Return: 0 if the rule does not match the alert any more, 1 if it may, -EINVAL, or -errno. */
static int verify(struct except *x, struct str yaml)
{
	_cleanup_(ruleset_loader_freep) struct ruleset_loader *loader = NULL;
	_cleanup_(ruleset_unrefp) struct ruleset *set = NULL;
	const struct rule *rule;
	struct judgement j;
	uint32_t number = 0;
	int r = rules_read_files(&loader, &x->files, stderr);

	if (r == 0)
		r = ruleset_loader_add_source(loader, STR("exception"), yaml, STR("alert"),
					      (struct str){ 0 });
	if (r == 0)
		r = ruleset_loader_finish(loader, &set);
	rule = r == 0 ? ruleset_find(set, x->alert.rule) : NULL;
	if (rule)
		r = judge(&j, set, rule, &x->alert, x->arena);
	if (r < 0 || !rule)
		return r;		/* the rule does not exist any more */
	return judge_part(&j, rule->expr, &number) == MARK_FAILED ? 0 : 1;
}

/* Tries names until one is unused, and quotes if a value is the name of a list. */
static int make_offer(struct except *x, struct offer *offer)
{
	_cleanup_(freep) char *room = malloc(YAML_BYTES);
	struct buf b = { .p = room, .size = YAML_BYTES };
	char name[32];
	int r = -EINVAL;

	if (!room)
		return -ENOMEM;
	for (unsigned int i = 0; r && r != -ENOMEM && i < NAMES_TRIED; i++) {
		snprintf(name, sizeof(name), "alert_%06x",
			 (exception_digest(&offer->choice) + i) & 0xffffff);
		for (int quote = 0; r && r != -ENOMEM && quote < 2; quote++) {
			buf_reset(&b);
			if (!exception_write(&b, &offer->choice, x->alert.rule, name, quote))
				return 1;
			r = verify(x, buf_as_str(&b));
		}
	}
	offer->yaml = arena_str(x->arena, buf_as_str(&b));
	return r < 0 && r != -EINVAL ? r : r == 0 && !offer->yaml.p ? -ENOMEM : r;
}

static int make_offers(struct except *x)
{
	struct choice choices[EXCEPTION_CHOICES];
	struct candidates c;
	int r = exception_candidates(&c, &x->alert, x->arena);
	unsigned int n = r == 0 ? exception_choices(choices, &c) : 0;

	for (unsigned int i = 0; i < n; i++) {
		struct offer *offer = &x->offers[x->noffers];

		*offer = (struct offer){ .choice = choices[i] };
		r = make_offer(x, offer);
		if (r < 0 && r != -EINVAL)
			return r;
		x->noffers += r == 0;
	}
	return r < 0 && r != -EINVAL ? r : 0;
}

static int first_alert(void *ctx, struct str line)
{
	struct except *x = ctx;
	struct str why = { 0 };
	int r = evidence_parse(&x->alert, line, x->arena, &why);

	if (r != -EINVAL)
		return r < 0 ? r : 1;
	log_line("not an alert: " STR_FMT, STR_ARG(why));
	return r;
}

static int count_alert(void *ctx, struct str line)
{
	struct except *x = ctx;
	struct evidence e = { 0 };
	struct str why;
	int r;

	arena_reset(x->line_arena);
	r = evidence_parse(&e, line, x->line_arena, &why);
	if (r < 0)
		return r == -EINVAL ? 0 : r;
	x->all++;
	if (str_eq(e.rule, x->alert.rule)) {
		x->of++;
		for (unsigned int i = 0; i < x->noffers; i++) {
			int covers = exception_covers(&x->offers[i].choice, &e);

			x->offers[i].suppressed += covers == EXCEPTION_YES;
			x->offers[i].unknown += covers == EXCEPTION_UNKNOWN;
		}
	}
	evidence_uninit(&e);
	return r;
}

static void print_count(const struct except *x, const struct offer *offer)
{
	if (x->args->noperands < 2)
		return;
	printf("suppresses %u of the rule's %u alerts", offer->suppressed, x->of);
	if (offer->unknown)
		printf(", perhaps %u more that lack a value", offer->unknown);
}

static void print_text(const struct except *x)
{
	const struct offer *pick = &x->offers[x->args->pick - 1];

	printf("# %s", pick->choice.label);
	fputs(x->args->noperands > 1 ? "; " : "", stdout);
	print_count(x, pick);
	printf("\n" STR_FMT, STR_ARG(pick->yaml));
	if (x->noffers > 1)
		printf("\n# Others, by --pick:\n");
	for (unsigned int i = 0; i < x->noffers; i++) {
		const struct choice *c = &x->offers[i].choice;

		if (&x->offers[i] == pick)
			continue;
		printf("#  %u  %s:", i + 1, c->label);
		for (uint32_t k = 0; k < c->n; k++)
			printf(" " STR_FMT, STR_ARG(c->field[k].name));
		fputs(x->args->noperands > 1 ? "\n#       " : "", stdout);
		print_count(x, &x->offers[i]);
		putchar('\n');
	}
}

static void json_offer(struct jsonw *w, const struct except *x, const struct offer *offer)
{
	jsonw_begin(w, '{');
	jsonw_key(w, STR("fields"));
	jsonw_begin(w, '{');
	for (uint32_t i = 0; i < offer->choice.n; i++) {
		jsonw_key(w, offer->choice.field[i].name);
		jsonw_str(w, offer->choice.field[i].value);
	}
	jsonw_end(w, '}');
	jsonw_key(w, STR("label"));
	jsonw_str(w, str_of(offer->choice.label));
	if (x->args->noperands > 1) {
		jsonw_key(w, STR("suppressed"));
		jsonw_u64(w, offer->suppressed);
		jsonw_key(w, STR("unknown"));
		jsonw_u64(w, offer->unknown);
	}
	jsonw_key(w, STR("yaml"));
	jsonw_str(w, offer->yaml);
	jsonw_end(w, '}');
}

static int print_json(const struct except *x)
{
	const size_t size = 2 * EXCEPTION_CHOICES * YAML_BYTES;
	_cleanup_(freep) char *room = malloc(size);
	struct buf b = { .p = room, .size = size };
	struct jsonw w = JSONW(&b);

	if (!room)
		return -ENOMEM;
	jsonw_begin(&w, '{');
	if (x->args->noperands > 1) {
		jsonw_key(&w, STR("alerts"));
		jsonw_u64(&w, x->all);
		jsonw_key(&w, STR("alerts_of_rule"));
		jsonw_u64(&w, x->of);
	}
	jsonw_key(&w, STR("exceptions"));
	jsonw_begin(&w, '[');
	for (unsigned int i = 0; i < x->noffers; i++)
		json_offer(&w, x, &x->offers[i]);
	jsonw_end(&w, ']');
	jsonw_key(&w, STR("rule"));
	jsonw_str(&w, x->alert.rule);
	jsonw_end(&w, '}');
	printf(STR_FMT "\n", STR_ARG(buf_as_str(&b)));
	return b.cut ? -EMSGSIZE : 0;
}

/* Return: 0, an exit status that was explained, or -errno. */
static int except(struct except *x)
{
	_cleanup_(ruleset_unrefp) struct ruleset *set = NULL;
	int r = rules_find_sound(&x->files, NULL, x->args->rules, x->args->nrules, stderr);

	if (r == 0)
		r = rules_load_quietly(&set, &x->files, stderr);
	if (r < 0)
		return r == -EINVAL ? EXIT_NO : EXIT_CANNOT;
	r = alerts_each(x->args->operands[0], first_alert, x, &x->error);
	if (r <= 0) {
		if (r == 0)
			log_line("no alert in JSON found; saker run --checks (or --json) writes them");
		return r == 0 || r == -EINVAL ? EXIT_NO : EXIT_CANNOT;
	}
	if (!rules_find(set, x->alert.rule, alerts_todo(x->args->nrules), stderr))
		return EXIT_NO;
	r = make_offers(x);
	if (r == 0 && x->args->noperands > 1)
		r = alerts_each(x->args->operands[1], count_alert, x, &x->error);
	if (r < 0)
		return r;
	if (!x->noffers) {
		log_line("the alert has no value that an exception could use; "
			 "add fields to the rule's output, or use `saker run --checks`");
		return EXIT_NO;
	}
	if (x->args->pick > x->noffers) {
		log_line("--pick: there are only %u exceptions", x->noffers);
		return EXIT_USAGE;
	}
	if (x->args->json)
		return print_json(x);
	print_text(x);
	return 0;
}

int cmd_except(const struct args *args)
{
	struct args with_pick = *args;
	struct except x = { .args = &with_pick };
	int r;

	if (!with_pick.pick)
		with_pick.pick = 1;
	for (unsigned int i = 0; i < args->noperands; i++) {
		if (alerts_check(args->operands[i], &x.error) < 0) {
			log_line("%s", x.error.text);
			return EXIT_CANNOT;
		}
	}
	x.arena = arena_new(0, 0);
	x.line_arena = arena_new(0, 0);
	r = x.arena && x.line_arena ? except(&x) : -ENOMEM;
	evidence_uninit(&x.alert);
	rule_files_uninit(&x.files);
	arena_free(x.arena);
	arena_free(x.line_arena);
	if (x.error.code)
		log_line("%s", x.error.text);
	else if (r == -ENOMEM || r == -EMSGSIZE)
		log_line("looking for exceptions: %s", strerror(-r));
	return r < 0 ? EXIT_CANNOT : r;
}
