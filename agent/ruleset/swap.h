/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Other rules while the loop goes on. A thread beside it reads and compiles
 * them; the loop then tells the driver what to record and posts a record. That
 * record is the border: what comes before it is judged by the rules before,
 * what comes behind it by the new ones, and nothing by both or by none. Rules
 * that are broken change nothing.
 */
#ifndef RULESET_SWAP_H
#define RULESET_SWAP_H

#include <stdint.h>
#include "alert/raise.h"
#include "lib/error.h"
#include "lib/str.h"
#include "rule/engine.h"
#include "source/source.h"

struct generation {			/* rules, and what the loop needs to work with them */
	uint64_t number;		/* from 1 */
	struct ruleset *rules;
	struct evaluator *evaluator;
	struct alert_templates *templates;
	char *skipped;			/* files with errors, ", " between; NULL: none. Owned */
	unsigned int nskipped;
};

struct swap_outcome {
	int error;			/* 0: the rules are in force; else -errno, and all is as before */
	const char *why;		/* the failure, if it is not in @text; else "" */
	uint64_t ticket;		/* the last swap_ask() that this answers */
	struct str text;		/* what reading them said: errors, warnings; often empty */
	const struct generation *now;	/* in force */
};

struct rules_dirs;

struct swap_config {
	const char *const *paths;	/* of rules, as rules_load() takes them; borrowed */
	unsigned int npaths;
	const struct rules_dirs *dirs;	/* NULL: the standard ones; borrowed */
	bool host;			/* so too */
	struct str append;		/* to every output, as alert_templates_new() takes it */

	/* Called by the loop for each answer. Its memory is borrowed. */
	void (*told)(void *ctx, const struct swap_outcome *outcome);
	void *ctx;
};

struct swap;

/**
 * swap_new() - read the first rules, at once, and log what is wrong with them
 * @config:	the loop is not used before swap_start()
 * @err:	set if what went wrong was not logged
 *
 * An own file with errors is skipped, so that the shipped rules watch; reading rules again
 * is refused instead, because then there are rules in force.
 *
 * Return: 0, -EINVAL if they have errors, or -errno.
 */
int swap_new(struct swap **ret, const struct swap_config *config, struct error *err);
void swap_free(struct swap *swap);	/* after the loop; NULL is fine */

/**
 * swap_start() - the rules can be read again from now on
 * @epoll:	the loop's, which then calls when new rules have been read; borrowed
 * @source:	told what the rules need, and which event is the first for them; borrowed
 * Return: 0 or -errno.
 */
int swap_start(struct swap *swap, int epoll, struct source *source);

/* For the loop, at the record of a swap. Return: what evaluates the events behind it. */
struct evaluator *swap_pass(struct swap *swap);

/* In force now; until the loop goes on. */
const struct generation *swap_now(const struct swap *swap);

/* What the driver has to record for its conditions and its outputs. */
void select_for_generation(struct saker_selection *ret, const struct generation *g);

/**
 * swap_ask() - read the rules again
 * Return: a ticket: an outcome with this number, or a greater one, is the answer.
 */
uint64_t swap_ask(struct swap *swap);

struct swap_stats {			/* of the times the rules were read again */
	uint64_t taken;
	uint64_t refused;
};

void swap_stats(const struct swap *swap, struct swap_stats *ret);

/* What became of it, as one sentence. */
void swap_verdict(char *text, size_t size, const struct swap_outcome *outcome);

#endif /* RULESET_SWAP_H */
