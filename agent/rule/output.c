/* SPDX-License-Identifier: Apache-2.0 */
/* Checks the output of a rule. A field that does not exist is dropped from it. */
#include "rule/loader.h"

/* The text without the part from @start to @end. */
static void cut(struct ruleset_loader *l, struct text *text, size_t start, size_t end)
{
	struct text rest = { .item_type = text->item_type, .item_name = text->item_name };

	text_add_part(l, &rest, text, 0, start);
	text_add_part(l, &rest, text, end, text->s.n);
	*text = rest;
}

struct str loader_skipped(struct ruleset_loader *l, struct str text)
{
	return arena_printf(l->arena, STR_FMT "; the rule is skipped", STR_ARG(text));
}

bool output_check(struct ruleset_loader *l, struct rule_item *rule)
{
	struct filter_error err = { 0 };
	bool ok = true;
	size_t start, at = 0;

	while (l->options.output_check && (ok || l->diags.n < DIAG_MAX) &&
	       !l->options.output_check(l->options.ctx, rule->output.s, &start, &at, l->arena,
					&err)) {
		bool drop = err.kind == FILTER_UNKNOWN && !rule->skip_unknown;

		l->no_memory |= err.kind == FILTER_NOMEM;
		if (l->no_memory)
			break;
		ok &= drop;
		if (drop)
			err.text = arena_printf(l->arena, STR_FMT "; it is dropped from the output",
						STR_ARG(err.text));
		else if (rule->skip_unknown)
			err.text = loader_skipped(l, err.text);
		loader_text_diag(l, drop || rule->skip_unknown ? DIAG_WARNING : DIAG_ERROR,
				 rule->skip_unknown ? "LOAD_UNKNOWN_FILTER" :
				 drop ? "SAKER_UNKNOWN_OUTPUT" : "LOAD_ERR_COMPILE_OUTPUT",
				 &rule->output, err.off, err.len, err.text, err.hint);
		if (drop) {
			cut(l, &rule->output, start, at);
			at = start;
		}
		err = (struct filter_error){ 0 };
	}
	return ok;
}
