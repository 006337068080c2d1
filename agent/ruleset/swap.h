/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replaces the rules while the loop runs. A thread reads and compiles the new rules; the
 * loop then changes the driver's selection and posts a record. Events before that record are
 * evaluated by the old rules, events after it by the new ones: each event by exactly one
 * generation. Rules with errors change nothing.
 */
#ifndef RULESET_SWAP_H
#define RULESET_SWAP_H

#include <stdint.h>
#include <stdio.h>
#include "alert/raise.h"
#include "lib/error.h"
#include "lib/str.h"
#include "rule/engine.h"
#include "source/source.h"

struct generation {			/* a rule set with its evaluator and templates */
	uint64_t number;		/* from 1 */
	struct ruleset *rules;
	struct evaluator *evaluator;
	struct alert_templates *templates;
	struct prefilter *prefilter;	/* NULL: not used */
	char *skipped;			/* files with errors, separated by ", "; NULL: none. Owned */
	unsigned int nskipped;
};

struct swap_outcome {
	int error;			/* 0: the new rules are in force; else -errno, and nothing changed */
	const char *why;		/* the error, if it is not in @text; else "" */
	int prefilter;			/* as swap_prefilter() returned for the new rules */
	uint64_t ticket;		/* the last swap_request() that this completes */
	struct str text;		/* errors and warnings of reading; often empty */
	const struct generation *now;	/* the generation in force */
};

struct rules_dirs;

struct swap_config {
	const char *const *paths;	/* rule files, as for rule_files_find(); borrowed */
	unsigned int npaths;
	const struct rules_dirs *dirs;	/* NULL: the standard ones; borrowed */
	bool host;			/* as for rules_load_files() */
	bool prefilter;			/* the driver excludes events that no rule can match */
	uint32_t snaplen;		/* bytes of data that are kept while a rule reads them */
	bool dns;			/* messages to and from port 53 are recorded */
	struct str append;		/* appended to every output, as for alert_templates_new() */

	/* Called by the loop with the outcome of each reload. @outcome is borrowed. */
	void (*on_reload)(void *ctx, const struct swap_outcome *outcome);
	void *ctx;
};

struct swap;

/**
 * swap_new() - read the first rules now
 * @config:	copied; on_reload() is not called before swap_start()
 * @out:	errors and warnings of the rules are printed to it
 * @err:	set if the error was not printed
 *
 * An own file with errors is skipped here, so that the shipped rules are active. A reload with
 * such a file is refused instead, because rules are in force then.
 *
 * Return: 0, -EINVAL if the rules have errors, or -errno.
 */
int swap_new(struct swap **ret, const struct swap_config *config, FILE *out, struct error *err);
void swap_free(struct swap *swap);	/* call it after the loop has ended; NULL is fine */

/**
 * swap_start() - allow reloads from now on
 * @epoll:	the loop's; wakes the loop when new rules have been read; borrowed
 * @source:	gets the selection of the new rules and the record of the swap; borrowed
 * Return: 0 or -errno.
 */
int swap_start(struct swap *swap, int epoll, struct source *source);

/**
 * swap_prefilter() - load the prefilter of the generation in force into the driver
 *
 * Between two generations there is none: events of then are evaluated by either.
 * Return: 0; -EOPNOTSUPP if the driver has none; or -errno. Without it all events are recorded.
 */
int swap_prefilter(const struct swap *swap);

/* Called by the loop at the record of a swap. Return: the evaluator of the events after it. */
struct evaluator *swap_pass(struct swap *swap);

/* The generation in force; valid until the loop continues. */
const struct generation *swap_now(const struct swap *swap);

/* The selection for the conditions and outputs of a generation. */
void select_for_generation(struct saker_selection *ret, const struct generation *g,
			   uint32_t snaplen, bool dns);

/**
 * swap_request() - request a reload of the rules
 * Return: a ticket: the outcome with this ticket, or a greater one, completes the request.
 */
uint64_t swap_request(struct swap *swap);

struct swap_stats {			/* number of reloads */
	uint64_t taken;
	uint64_t refused;
};

void swap_stats(const struct swap *swap, struct swap_stats *ret);

/* Formats the outcome as one sentence. */
void swap_verdict(char *text, size_t size, const struct swap_outcome *outcome);

#endif /* RULESET_SWAP_H */
