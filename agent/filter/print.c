/* SPDX-License-Identifier: Apache-2.0 */
/* Prints a syntax tree in reading order, with parentheses where precedence needs them. */
#include "filter/print.h"
#include "lib/text.h"
#include "lib/utf8.h"

struct printer {
	FILE *out;
	print_mark_fn *mark;
	void *ctx;
	uint32_t number;
};

static bool bare_ok(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c <= ' ' || c >= 0x7f || strchr("(),=\"'\\", c))
			return false;
	}
	return s.n > 0;
}

static void quoted_print(FILE *out, struct str s)
{
	putc('"', out);
	text_write(out, s, TEXT_CONDITION);
	putc('"', out);
}

void word_print(FILE *out, struct str s)
{
	if (bare_ok(s))
		fwrite(s.p, 1, s.n, out);
	else
		quoted_print(out, s);
}

static bool argument_bare(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] <= ' ' || strchr("[]\"'\\\x7f", s.p[i]))
			return false;
	}
	return s.n > 0;
}

static void argument_print(FILE *out, struct str key)
{
	putc('[', out);
	if (argument_bare(key) && utf8_bad(key) == key.n)
		fwrite(key.p, 1, key.n, out);
	else
		quoted_print(out, key);
	putc(']', out);
}

static void operand_print(FILE *out, const struct operand *op)
{
	switch (op->kind) {
	case OPERAND_FIELD:
		fputs(op->field->name, out);
		if (op->arg.present)
			argument_print(out, op->arg.key);
		return;
	case OPERAND_CONST:
		quoted_print(out, op->constant.s);
		return;
	case OPERAND_LIST:
	case OPERAND_XFORM:
		if (op->kind == OPERAND_XFORM)
			fputs(xform_text(op->xform), out);
		putc('(', out);
		for (uint32_t i = 0; i < op->nargs; i++) {
			fputs(i ? ", " : "", out);
			operand_print(out, op->args[i]);
		}
		putc(')', out);
		if (op->arg.present)
			argument_print(out, op->arg.key);
		return;
	}
}

void operand_text(struct buf *b, const struct operand *op)
{
	FILE *out = b->n < b->size ? fmemopen(b->p + b->n, b->size - b->n, "w") : NULL;
	long n;

	if (!out) {
		b->cut = true;
		return;
	}
	setvbuf(out, NULL, _IONBF, 0);
	operand_print(out, op);
	n = ftell(out);
	b->cut |= ferror(out) || n < 0;
	b->n += n > 0 ? (size_t)n : 0;
	fclose(out);
}

static void words_print(FILE *out, const struct check *check, uint32_t most)
{
	uint32_t n = 0;

	putc('(', out);
	for (uint32_t i = 0; i < check->nwords; i++) {
		const struct list *list = check->words[i].list;

		for (uint32_t k = 0; k < (list ? list->nwords : 1); k++) {
			if (n++ >= most)
				continue;
			fputs(n == 1 ? "" : ", ", out);
			word_print(out, list ? list->words[k].text : check->words[i].text);
		}
	}
	if (n > most)
		fprintf(out, ", ... %u more", n - most);
	putc(')', out);
}

void check_print(FILE *out, const struct check *check)
{
	check_print_short(out, check, UINT32_MAX);
}

void check_print_short(FILE *out, const struct check *check, uint32_t words)
{
	bool list = check->op == OP_IN || check->op == OP_INTERSECTS || check->op == OP_PMATCH ||
		    check->modifier != MODIFIER_NONE;

	operand_print(out, check->lhs);
	fprintf(out, " %s", op_text(check->op));
	if (check->modifier != MODIFIER_NONE)
		fprintf(out, " %s", modifier_text(check->modifier));
	if (check->op == OP_EXISTS)
		return;
	putc(' ', out);
	if (check->rhs && check->rhs->kind == OPERAND_FIELD) {
		fputs("val(", out);
		operand_print(out, check->rhs);
		putc(')', out);
	} else if (check->rhs) {
		operand_print(out, check->rhs);
	} else if (list) {
		words_print(out, check, words);
	} else {
		word_print(out, check->words[0].text);
	}
}

const struct expr *expr_inner(const struct expr *e)
{
	for (;;) {
		const struct expr *kid;

		while (e->kind == EXPR_MACRO && e->macro.target)
			e = e->macro.target;
		if (e->kind != EXPR_NOT)
			return e;
		kid = e->kids[0];
		while (kid->kind == EXPR_MACRO && kid->macro.target)
			kid = kid->macro.target;
		if (kid->kind != EXPR_NOT)
			return e;
		e = kid->kids[0];
	}
}

static void print(struct printer *p, const struct expr *e)
{
	const struct expr *kid;
	bool wrap;

	e = expr_inner(e);
	switch (e->kind) {
	case EXPR_CHECK:
		if (p->mark)
			p->mark(p->ctx, p->out, p->number, false);
		check_print(p->out, e->check);
		if (p->mark)
			p->mark(p->ctx, p->out, p->number, true);
		p->number++;
		break;
	case EXPR_MACRO:
		fwrite(e->macro.name.p, 1, e->macro.name.n, p->out);
		break;
	case EXPR_NOT:
		kid = expr_inner(e->kids[0]);
		wrap = kid->kind == EXPR_AND || kid->kind == EXPR_OR;
		fputs(wrap ? "not (" : "not ", p->out);
		print(p, e->kids[0]);
		fputs(wrap ? ")" : "", p->out);
		break;
	case EXPR_AND:
	case EXPR_OR:
		for (uint32_t i = 0; i < e->nkids; i++) {
			wrap = e->kind == EXPR_AND && expr_inner(e->kids[i])->kind == EXPR_OR;
			fputs(!i ? "" : e->kind == EXPR_AND ? " and " : " or ", p->out);
			fputs(wrap ? "(" : "", p->out);
			print(p, e->kids[i]);
			fputs(wrap ? ")" : "", p->out);
		}
		break;
	}
}

void expr_print(FILE *out, const struct expr *e, print_mark_fn *mark, void *ctx)
{
	struct printer p = { .out = out, .mark = mark, .ctx = ctx };

	print(&p, e);
}
