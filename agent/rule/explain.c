/* SPDX-License-Identifier: Apache-2.0 */
/* Prints a compiled rule: condition, event types, index, program. */
#include "rule/explain.h"
#include "filter/print.h"
#include "rule/index_explain.h"

static void mark(void *ctx, FILE *out, uint32_t number, bool behind)
{
	(void)ctx;
	if (behind)
		fprintf(out, " {%u}", number);
}

/* Whether @t is the type by its name, and is one of the condition's, or, if not @in, is not. */
static bool is_named(const struct condition *c, uint32_t t, bool in)
{
	return (c->types[t / 64] >> (t % 64) & 1) == in &&
	       evt_type_find(evt_type_name((evt_type_t)t)) == t;
}

/* The types of the condition by name, or, if these are fewer, those that it does not hold for. */
static void explain_types(FILE *out, const struct condition *c)
{
	uint32_t yes = 0, no = 0, col = 0;

	for (uint32_t t = 0; t < EVT_TYPE_COUNT; t++) {
		yes += is_named(c, t, true);
		no += is_named(c, t, false);
	}
	fputs("event types:", out);
	fputs(!yes ? " none: it can never match" : !no ? " all" : no < yes ? " all except" : "", out);
	for (uint32_t t = 0; t < EVT_TYPE_COUNT && yes; t++) {
		struct str name = evt_type_name((evt_type_t)t);

		if (!is_named(c, t, yes <= no))
			continue;
		if (col + name.n > 80) {
			fputs("\n           ", out);
			col = 0;
		}
		fprintf(out, " " STR_FMT, STR_ARG(name));
		col += (uint32_t)name.n + 1;
	}
	putc('\n', out);
}

static void explain_target(FILE *out, uint32_t to, uint32_t first)
{
	if (to == VERDICT_TRUE)
		fputs("match", out);
	else if (to == VERDICT_FALSE)
		fputs("no", out);
	else
		fprintf(out, "%u", to - first);
}

static void explain_links(FILE *out, const struct check *check)
{
	const struct value *linked = check->values + (check->nvalues - check->nlinked);

	for (uint32_t i = 0; i < check->nlinked; i++) {
		fputs(i ? ", " : "   (or, with this host's links resolved: ", out);
		word_print(out, linked[i].s);
		fputs(i + 1 == check->nlinked ? ")" : "", out);
	}
}

static void explain_program(FILE *out, const struct ruleset *set, const struct condition *c)
{
	const struct program *p = &set->program;

	if (c->entry >= VERDICT_FALSE) {
		fprintf(out, "program: always %s\n", c->entry == VERDICT_TRUE ? "a match" : "no match");
		return;
	}
	fputs("program, evaluated from its first line (pN: a predicate that rules may share; {N}: the check\n"
	      "above; yes, no: the next line if it holds or not, or the result):\n", out);
	for (uint32_t i = c->entry; i < c->end; i++) {
		const struct insn *insn = &p->insns[i];
		const struct pred *pred = &p->preds[insn->pred >> 1];

		fprintf(out, "  %3u  %sp%u {%u} yes ", i - c->entry, insn->pred & 1 ? "not " : "",
			insn->pred >> 1, insn->check);
		explain_target(out, insn->yes, c->entry);
		fputs(", no ", out);
		explain_target(out, insn->no, c->entry);
		fputs("\t", out);
		check_print(out, pred->check);
		explain_links(out, pred->check);
		if (pred->given != SLOT_NONE)
			fputs("   (or for the path as given)", out);
		putc('\n', out);
	}
}

void rule_explain(FILE *out, const struct ruleset *set, const struct rule *rule)
{
	fprintf(out, "rule: " STR_FMT "\ndefined: " STR_FMT ":%u\npriority: %s\nsource: " STR_FMT
		"\n", STR_ARG(rule->name), STR_ARG(rule->file), rule->line,
		priority_name(rule->priority), STR_ARG(rule->source));
	if (rule->disabled)
		fputs("disabled: it is not evaluated\n", out);
	fputs("condition: ", out);
	expr_print(out, rule->expr, mark, NULL);
	putc('\n', out);
	for (uint32_t i = 0; i < rule->condition.nleaves; i++) {
		const struct leaf *leaf = &rule->condition.leaves[i];

		if (leaf->pred == PRED_NONE)
			fprintf(out, "  {%u} is always %s\n", i, leaf->constant ? "true" : "false");
	}
	explain_types(out, &rule->condition);
	fputs("index: ", out);
	index_explain(out, set, rule);
	putc('\n', out);
	explain_program(out, set, &rule->condition);
}
