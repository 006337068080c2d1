/* SPDX-License-Identifier: Apache-2.0 */
/* Re-evaluates a condition from the values stored in an alert. Three-valued: a check without a value is unknown. */
#include "explain/judge.h"
#include <errno.h>
#include <stdio.h>
#include "filter/pred.h"
#include "filter/print.h"
#include "rule/digest.h"

const char *mark_name(enum mark mark)
{
	static const char *const names[MARK_COUNT] = {
		[MARK_NOT_REACHED] = "not reached", [MARK_HELD] = "held",
		[MARK_FAILED] = "did not hold", [MARK_MISSING] = "missing",
		[MARK_UNDECIDED] = "undecided", [MARK_UNKNOWN] = "not known",
	};

	return names[mark < MARK_COUNT ? mark : MARK_UNKNOWN];
}

static bool same_digest(struct str recorded, uint64_t now)
{
	char text[17];

	snprintf(text, sizeof(text), "%016llx", (unsigned long long)now);
	return str_eq(recorded, (struct str){ text, 16 });
}

/* The results of the agent when the alert was raised. */
static void take_recorded(struct judgement *j, const struct evidence *e)
{
	static const uint8_t marks[ALERT_VERDICTS] = {
		[ALERT_FALSE] = MARK_FAILED, [ALERT_TRUE] = MARK_HELD,
		[ALERT_MISSING] = MARK_MISSING, [ALERT_UNDECIDED] = MARK_UNDECIDED,
	};

	for (uint32_t i = 0; i < e->nrecorded; i++) {
		const struct recorded *t = &e->recorded[i];

		if (t->check >= j->n)
			continue;
		j->marks[t->check] = marks[t->verdict];
		j->known[t->check] = t->known.value ? &t->known : NULL;
	}
}

static bool type_holds(const struct pred *pred, const struct check *check, const struct value *v)
{
	evt_type_t type = evt_type_find(v->s);
	uint32_t bit = type_bit_of(type);

	if (v->type != VALUE_STR)
		return check->op == OP_EXISTS;
	return pred->types[bit / 64] >> (bit % 64) & 1;
}

static const struct known *known_of(const struct evidence *e, const struct operand *op)
{
	char room[1024];
	struct buf b = BUF_ON(room);

	operand_text(&b, op);
	return b.cut ? NULL : evidence_field(e, buf_as_str(&b));
}

/* Evaluates the current check with the alert's value. */
static enum mark evaluate(const struct ruleset *set, const struct leaf *leaf,
			  const struct known *known, const struct evidence *e,
			  struct arena *arena)
{
	const struct check *check = leaf->check;
	const struct pred *pred = &set->program.preds[leaf->pred];
	const struct known *other = check->rhs ? known_of(e, check->rhs) : NULL;
	struct value v, rhs;
	bool holds;

	if (!known)
		return MARK_UNKNOWN;
	if (!known->value || json_is_null(known->value))
		return MARK_MISSING;
	if (pred->matcher == MATCH_EXISTS)
		return MARK_HELD;
	if (known->cut || !evidence_value(known, check->lhs, arena, &v))
		return MARK_UNKNOWN;
	if (check->rhs && (!other || other->cut || !other->value ||
			   !evidence_value(other, check->rhs, arena, &rhs)))
		return MARK_UNKNOWN;
	holds = pred->matcher == MATCH_TYPES ? type_holds(pred, check, &v) :
		pred_holds(&set->program, pred, &v, check->rhs ? &rhs : NULL);
	return holds ? MARK_HELD : MARK_FAILED;
}

int judge(struct judgement *ret, const struct ruleset *set, const struct rule *rule,
	  const struct evidence *e, struct arena *arena)
{
	const struct condition *c = &rule->condition;
	uint64_t digest;
	int r = rule_digest(rule, &digest);

	if (r < 0)
		return r;
	*ret = (struct judgement){
		.same_text = same_digest(e->digest, digest),
		.marks = arena_alloc(arena, c->nleaves + 1),
		.known = arena_alloc(arena, (c->nleaves + 1) * sizeof(*ret->known)),
		.n = c->nleaves,
	};
	ret->evaluated_again = !ret->same_text;
	if (!ret->marks || !ret->known)
		return -ENOMEM;
	if (ret->same_text)
		take_recorded(ret, e);
	for (uint32_t i = 0; i < c->nleaves; i++) {
		const struct leaf *leaf = &c->leaves[i];

		if (leaf->pred == PRED_NONE) {
			ret->marks[i] = leaf->constant ? MARK_HELD : MARK_FAILED;
		} else if (ret->evaluated_again) {
			ret->known[i] = known_of(e, leaf->check->lhs);
			ret->marks[i] = evaluate(set, leaf, ret->known[i], e, arena);
		}
	}
	return 0;
}

static enum mark judge_check(const struct judgement *j, uint32_t number)
{
	switch (number < j->n ? j->marks[number] : MARK_UNKNOWN) {
	case MARK_HELD:
		return MARK_HELD;
	case MARK_FAILED:
	case MARK_MISSING:
		return MARK_FAILED;
	default:
		return MARK_UNKNOWN;
	}
}

enum mark judge_part(const struct judgement *j, const struct expr *e, uint32_t *number)
{
	enum mark final, m, all;

	e = expr_inner(e);
	switch (e->kind) {
	case EXPR_CHECK:
		return judge_check(j, (*number)++);
	case EXPR_NOT:
		m = judge_part(j, e->kids[0], number);
		return m == MARK_HELD ? MARK_FAILED : m == MARK_FAILED ? MARK_HELD : m;
	case EXPR_AND:
	case EXPR_OR:
		break;
	case EXPR_MACRO:
		return MARK_UNKNOWN;
	}
	/* One part may decide the result; an unknown part leaves it unknown. */
	final = e->kind == EXPR_AND ? MARK_FAILED : MARK_HELD;
	all = e->kind == EXPR_AND ? MARK_HELD : MARK_FAILED;
	for (uint32_t i = 0; i < e->nkids; i++) {
		m = judge_part(j, e->kids[i], number);
		if (m == final || (m == MARK_UNKNOWN && all != final))
			all = m;
	}
	return all;
}
