/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evaluates a rule's condition with the values of an alert: a mark for each check, by
 * its number, and for the whole condition. If the alert has the agent's own results for
 * the same text, these are used; otherwise each check is evaluated again.
 */
#ifndef EXPLAIN_JUDGE_H
#define EXPLAIN_JUDGE_H

#include "explain/evidence.h"
#include "rule/rule.h"

enum mark {
	MARK_NOT_REACHED,	/* not evaluated: earlier checks decided */
	MARK_HELD,
	MARK_FAILED,		/* it did not hold */
	MARK_MISSING,		/* the event had no such value, so it did not hold */
	MARK_UNDECIDED,		/* the value was not there yet, or a budget ran out */
	MARK_UNKNOWN,		/* the alert does not have the value */
	MARK_COUNT,
};

struct judgement {
	bool same_text;			/* the condition is the one that matched */
	bool evaluated_again;		/* the marks are of the current condition and the alert's values */
	uint8_t *marks;			/* enum mark, by check */
	const struct known **known;	/* by check; NULL if the alert has no value */
	uint32_t n;
};

/* Return: 0 or -ENOMEM; all is in the arena. */
int judge(struct judgement *ret, const struct ruleset *set, const struct rule *rule,
	  const struct evidence *e, struct arena *arena);

/*
 * A part of the condition. @number is that of its first check, and left at the one behind its
 * last. MARK_HELD, MARK_FAILED, or MARK_UNKNOWN.
 */
enum mark judge_part(const struct judgement *j, const struct expr *e, uint32_t *number);

/* "held", "did not hold", "not reached", "missing", "undecided", "not known". Static. */
const char *mark_name(enum mark mark);

#endif /* EXPLAIN_JUDGE_H */
