/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Implements swap.h. The thread and the loop share struct work, under its lock; all else
 * belongs to the loop. While a finished result waits for the loop, the thread does not start
 * another.
 */
#include "ruleset/swap.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include "ruleset/files.h"
#include "ruleset/rules.h"
#include "rule/prefilter.h"
#include "ruleset/select.h"
#include "lib/cleanup.h"
#include "lib/fd.h"
#include "lib/thread.h"
#include "lib/watch.h"

struct result {				/* of reading the rules one time */
	int error;
	struct error why;		/* the error, if it is not in the text */
	uint64_t ticket;
	char *text;			/* owned */
	size_t len;
	struct generation *generation;	/* owned; NULL after an error */
};

struct work {
	pthread_mutex_t lock;
	pthread_cond_t requested;
	uint64_t tickets;		/* last ticket given out */
	uint64_t answered;		/* last ticket for which reading has started */
	bool quit;
	bool finished;			/* the result waits for the loop */
	struct result result;
};

struct swap {
	struct swap_config config;
	struct source *source;		/* set by swap_start() */
	struct generation *now;
	struct result next;		/* waits until its record arrives */
	uint64_t numbers;		/* number of the last generation */
	uint64_t refused;
	struct watch finished;
	struct work work;
	pthread_t thread;
	bool started;
};

static void generation_free(struct generation *g)
{
	if (!g)
		return;
	alert_templates_free(g->templates);
	evaluator_free(g->evaluator);
	prefilter_free(g->prefilter);
	ruleset_unref(g->rules);
	free(g->skipped);
	free(g);
}

DEFINE_CLEANUP(struct generation *, generation_free)

static int list_skipped(struct generation *g, const struct rule_files *files)
{
	size_t n;
	FILE *out = open_memstream(&g->skipped, &n);

	if (!out)
		return -ENOMEM;
	for (unsigned int i = 0; i < files->n; i++)
		if (files->v[i].skipped)
			fprintf(out, "%s%s", g->nskipped++ ? ", " : "", files->v[i].path);
	if (fclose(out))
		return -ENOMEM;
	if (!g->nskipped) {
		free(g->skipped);
		g->skipped = NULL;
	}
	return 0;
}

static int generation_new(struct generation **ret, const struct swap_config *config, bool spare,
			  FILE *out, struct error *err)
{
	_cleanup_(generation_freep) struct generation *g = calloc(1, sizeof(*g));
	_cleanup_(rule_files_uninit) struct rule_files files = { .v = NULL };
	int r;

	if (!g)
		return error_set(err, -ENOMEM, "loading rules");
	r = rule_files_find(&files, config->dirs, config->paths, config->npaths, out);
	if (r == 0)
		r = rules_load_files(&g->rules, &files, spare, config->host, out);
	if (r < 0)
		return r;
	r = list_skipped(g, &files);
	if (r < 0)
		return error_set(err, r, "loading rules");
	r = alert_templates_new(&g->templates, g->rules, config->append);
	if (r < 0)
		return error_set(err, r, "compiling the outputs of rules");
	g->evaluator = evaluator_new(g->rules);
	if (!g->evaluator)
		return error_set(err, -ENOMEM, "preparing the evaluation of rules");
	if (config->prefilter && prefilter_new(&g->prefilter, g->rules) < 0)
		return error_set(err, -ENOMEM, "deriving the prefilter");
	*ret = TAKE_PTR(g);
	return 0;
}

static void result_uninit(struct result *result)
{
	free(result->text);
	generation_free(result->generation);
	*result = (struct result){ 0 };
}

/* -- the thread -- */

static struct result read_rules(const struct swap_config *config, uint64_t ticket)
{
	struct result result = { .ticket = ticket };
	FILE *out = open_memstream(&result.text, &result.len);

	if (!out) {
		result.error = error_set(&result.why, -ENOMEM, "loading rules");
		return result;
	}
	result.error = generation_new(&result.generation, config, false, out, &result.why);
	if (fclose(out))
		result.len = 0;
	return result;
}

static void *swap_main(void *arg)
{
	struct swap *s = arg;
	struct work *w = &s->work;
	struct result result;

	pthread_mutex_lock(&w->lock);
	while (!w->quit) {
		if (w->finished || w->answered == w->tickets) {
			pthread_cond_wait(&w->requested, &w->lock);
			continue;
		}
		w->answered = w->tickets;
		result.ticket = w->answered;
		pthread_mutex_unlock(&w->lock);
		result = read_rules(&s->config, result.ticket);
		pthread_mutex_lock(&w->lock);
		w->result = result;
		w->finished = true;
		eventfd_write(s->finished.fd, 1);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* -- the loop -- */

static bool take_result(struct swap *s, struct result *ret)
{
	struct work *w = &s->work;
	bool finished;

	pthread_mutex_lock(&w->lock);
	finished = w->finished;
	if (finished) {
		*ret = w->result;
		w->result = (struct result){ 0 };
		w->finished = false;
		pthread_cond_signal(&w->requested);
	}
	pthread_mutex_unlock(&w->lock);
	return finished;
}

static void report(struct swap *s, const struct result *result, int prefilter)
{
	s->config.on_reload(s->config.ctx, &(struct swap_outcome){
		.error = result->error,
		.why = result->why.text,
		.prefilter = prefilter,
		.ticket = result->ticket,
		.text = { result->text, result->len },
		.now = s->now,
	});
}

void select_for_generation(struct saker_selection *ret, const struct generation *g,
			   uint32_t snaplen, bool dns)
{
	select_for_rules(ret, g->rules, alert_templates_needs(g->templates));
	select_snaplen(ret, snaplen);
	if (dns)
		select_dns(ret);
}

/* On an error, replaces the text of reading (which succeeded) by the driver's error. */
static int choose(struct swap *s, struct result *result)
{
	struct saker_selection sel;
	char error[512] = "";
	int r;

	select_for_generation(&sel, result->generation, s->config.snaplen, s->config.dns);
	r = error_at(&result->why, source_select(s->source, &sel, error, sizeof(error)),
		     "selecting events in the driver");
	if (r < 0 && result->text) {
		free(result->text);
		result->text = strdup(error);
		result->len = result->text ? strlen(error) : 0;
	}
	return r;
}

static int post(struct swap *s, const struct generation *g)
{
	const struct ev_rules rec = {
		.hdr = {
			.len = sizeof(rec),
			.fixed_len = sizeof(rec),
			.type = EV_rules,
			.nr = -1,
		},
		.generation = g->number,
		.rules = g->rules->nrules,
		.files = g->rules->nsources,
	};

	return source_post(s->source, &rec.hdr);
}

/* Return: 0 if the record was posted; else nothing was changed. */
static int begin(struct swap *s, struct result *result)
{
	struct saker_selection before;
	char ignored[512];
	int r = choose(s, result);

	if (r < 0)
		return r;
	result->generation->number = s->numbers + 1;
	r = error_at(&result->why, post(s, result->generation), "recording the change of rules");
	if (r < 0) {
		select_for_generation(&before, s->now, s->config.snaplen, s->config.dns);
		source_select(s->source, &before, ignored, sizeof(ignored));
		swap_prefilter(s);
		return r;
	}
	s->numbers++;
	return 0;
}

static int on_finished(void *ctx)
{
	struct swap *s = ctx;
	struct result result;
	eventfd_t n;

	eventfd_read(s->finished.fd, &n);
	if (s->next.generation || !take_result(s, &result))
		return 0;
	if (result.error == 0)
		result.error = begin(s, &result);
	if (result.error == 0) {
		s->next = result;
		return 0;
	}
	s->refused++;
	report(s, &result, 0);
	result_uninit(&result);
	return 0;
}

int swap_prefilter(const struct swap *s)
{
	if (!s->now->prefilter)
		return 0;
	return source_prefilter(s->source, prefilter_program(s->now->prefilter));
}

struct evaluator *swap_pass(struct swap *s)
{
	struct generation *before = s->now;

	if (!s->next.generation)
		return s->now->evaluator;	/* a record of a swap in the agent that made this capture */
	s->now = TAKE_PTR(s->next.generation);
	evaluator_inherit(s->now->evaluator, before->evaluator);
	report(s, &s->next, swap_prefilter(s));
	result_uninit(&s->next);
	generation_free(before);
	eventfd_write(s->finished.fd, 1);	/* another result may be ready */
	return s->now->evaluator;
}

int swap_new(struct swap **ret, const struct swap_config *config, FILE *out, struct error *err)
{
	struct swap *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return error_set(err, -ENOMEM, "loading rules");
	s->config = *config;
	s->finished = (struct watch){ eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), on_finished, s };
	pthread_mutex_init(&s->work.lock, NULL);
	pthread_cond_init(&s->work.requested, NULL);
	r = s->finished.fd < 0 ? error_set(err, -errno, "opening an eventfd") :
				 generation_new(&s->now, &s->config, true, out, err);
	if (r < 0) {
		swap_free(s);
		return r;
	}
	s->now->number = s->numbers = 1;
	*ret = s;
	return 0;
}

int swap_start(struct swap *s, int epoll, struct source *source)
{
	int r = watch_add(epoll, &s->finished);

	s->source = source;
	if (r == 0)
		r = thread_start(&s->thread, swap_main, s);
	if (r < 0)
		return r;
	s->started = true;
	return 0;
}

void swap_free(struct swap *s)
{
	if (!s)
		return;
	if (s->started) {
		pthread_mutex_lock(&s->work.lock);
		s->work.quit = true;
		pthread_cond_signal(&s->work.requested);
		pthread_mutex_unlock(&s->work.lock);
		pthread_join(s->thread, NULL);
	}
	pthread_cond_destroy(&s->work.requested);
	pthread_mutex_destroy(&s->work.lock);
	result_uninit(&s->work.result);
	result_uninit(&s->next);
	generation_free(s->now);
	fd_close(s->finished.fd);
	free(s);
}

const struct generation *swap_now(const struct swap *s)
{
	return s->now;
}

void swap_stats(const struct swap *s, struct swap_stats *ret)
{
	*ret = (struct swap_stats){ s->now->number - 1, s->refused };
}

uint64_t swap_request(struct swap *s)
{
	uint64_t ticket;

	pthread_mutex_lock(&s->work.lock);
	ticket = ++s->work.tickets;
	pthread_cond_signal(&s->work.requested);
	pthread_mutex_unlock(&s->work.lock);
	return ticket;
}

void swap_verdict(char *text, size_t size, const struct swap_outcome *outcome)
{
	if (outcome->error == -EINVAL)
		snprintf(text, size, "reload refused: the previous rules stay active");
	else if (outcome->error < 0)
		snprintf(text, size, "reload refused: %s; the previous rules stay active",
			 *outcome->why ? outcome->why : strerror(-outcome->error));
	else
		snprintf(text, size, "reloaded the rules: %u active (generation %llu)",
			 outcome->now->rules->nrules, (unsigned long long)outcome->now->number);
}
