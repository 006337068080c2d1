/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses a condition by recursive descent: or, and, not, check. Each function consumes
 * what it can; the first error ends the parse.
 */
#include "filter/parse.h"
#include <strings.h>
#include "filter/fieldref.h"
#include "filter/mistake.h"
#include "lib/guess.h"

enum rhs { RHS_NONE, RHS_NUMBER, RHS_VALUE, RHS_LIST };

static const struct {
	const char *text;
	enum rhs rhs;
} op_table[] = {
#define OP(name, text, rhs, types, doc)	{ text, RHS_##rhs },
#include "filter/ops.def"
#undef OP
};

struct parser {
	struct lexer lx;
	const void *origin;
	struct str odd;		/* symbols of the last operator with what follows it: =~ */
	struct str shouted;	/* the last macro, if a keyword in another case is its name */
	struct str value;	/* the value that ends the last part, if it is one bare word */
};

static struct expr *parse_or(struct parser *p);

static void *fail_at(struct parser *p, uint32_t off, uint32_t len, const char *fmt, struct str what)
{
	filter_fail(p->lx.err, p->lx.arena, FILTER_SYNTAX, off, len, fmt, STR_ARG(what));
	return NULL;
}

/* Suggests what may have been meant at a place without valid syntax. */
static void hint_at(struct parser *p, struct str next)
{
	const char *keyword = mistake_keyword(next), *op = mistake_operator(p->odd);
	bool lower = keyword && str_eq(next, str_of(keyword));

	if (p->lx.err->hint.p)
		return;
	if (p->shouted.n)
		filter_hint(p->lx.err, p->lx.arena, "keywords are in lower case: %s",
			    mistake_keyword(p->shouted));
	else if (keyword && !lower)
		filter_hint(p->lx.err, p->lx.arena, "did you mean %s?", keyword);
	else if (op)
		filter_hint(p->lx.err, p->lx.arena, "%s", op);
	else if (str_starts(next, STR("#")))
		filter_hint(p->lx.err, p->lx.arena, "a condition has no comments; write them above "
			    "its key");
}

static void *fail_here(struct parser *p, const char *fmt)
{
	struct str next = lex_peek(&p->lx);

	if (!next.n)
		return fail_at(p, p->lx.pos, 1, fmt, STR("the end"));
	fail_at(p, p->lx.pos, (uint32_t)next.n, fmt, next);
	hint_at(p, next);
	return NULL;
}

/* The text after the blanks at @pos, as much as a message shows: a part of its first line. */
static struct str shown(const struct parser *p, uint32_t pos)
{
	struct lexer lx = p->lx;
	struct str s = { 0 };

	lx.pos = pos;
	lex_blank(&lx);
	s.p = lx.text.p + lx.pos;
	while (lx.pos + s.n < lx.text.n && s.n < 30 && s.p[s.n] != '\n')
		s.n++;
	return s;
}

static void *no_memory(struct parser *p)
{
	if (!p->lx.err->text.p)
		p->lx.err->kind = FILTER_NOMEM;
	return NULL;
}

static struct expr *expr_new(struct parser *p, enum expr_kind kind, uint32_t off)
{
	struct expr *e = arena_alloc(p->lx.arena, sizeof(*e));

	if (!e)
		return no_memory(p);
	e->kind = kind;
	e->off = off;
	e->origin = p->origin;
	return e;
}

static bool expr_add(struct parser *p, struct expr *e, struct expr *kid)
{
	if ((e->nkids & (e->nkids - 1)) == 0) {		/* room is the next power of two */
		uint32_t room = e->nkids ? e->nkids * 2 : 1;
		struct expr **kids = arena_alloc(p->lx.arena, room * sizeof(*kids));

		if (!kids)
			return no_memory(p);
		if (e->nkids)
			memcpy(kids, e->kids, e->nkids * sizeof(*kids));
		e->kids = kids;
	}
	e->kids[e->nkids++] = kid;
	e->len = kid->off + kid->len - e->off;
	return true;
}

/* A keyword that must be followed by a blank, which is not consumed, or by the end. */
static bool take_word(struct parser *p, const char *word)
{
	uint32_t pos = p->lx.pos;

	if (lex_take(&p->lx, word) && (lex_is_blank(&p->lx) || lex_end(&p->lx)))
		return true;
	p->lx.pos = pos;
	return false;
}

static bool words_add(struct parser *p, struct check *check, const struct word *word)
{
	if ((check->nwords & (check->nwords - 1)) == 0) {
		uint32_t room = check->nwords ? check->nwords * 2 : 1;
		struct word *words = arena_alloc(p->lx.arena, room * sizeof(*words));

		if (!words)
			return no_memory(p);
		if (check->nwords)
			memcpy(words, check->words, check->nwords * sizeof(*words));
		check->words = words;
	}
	check->words[check->nwords++] = *word;
	return true;
}

/* "(" [value {"," value}] ")", or the name of a list. */
static bool parse_list(struct parser *p, struct check *check)
{
	struct word word;
	int r;

	lex_blank(&p->lx);
	if (!lex_take(&p->lx, "(")) {
		uint32_t off = p->lx.pos, n = lex_name(&p->lx);

		if (!n)
			return fail_here(p, "expecting a list in parentheses, not '" STR_FMT "'");
		p->lx.pos += n;
		check->list_name = true;
		return words_add(p, check, &(struct word){ .text = { p->lx.text.p + off, n },
							   .off = off, .len = n });
	}
	lex_blank(&p->lx);
	if (lex_take(&p->lx, ")"))
		return true;
	for (;;) {
		r = lex_value(&p->lx, true, &word);
		if (r < 0)
			return false;
		if (!r)
			return fail_here(p, "expecting a value of the list, not '" STR_FMT "'");
		if (!words_add(p, check, &word))
			return false;
		lex_blank(&p->lx);
		if (lex_take(&p->lx, ")"))
			return true;
		if (!lex_take(&p->lx, ","))
			return fail_here(p, "expecting ',' or ')' in a list, not '" STR_FMT "'");
		lex_blank(&p->lx);
	}
}

static bool parse_modifier(struct parser *p, struct check *check)
{
	static const enum modifier all[] = { MODIFIER_ONEOF, MODIFIER_ANYOF, MODIFIER_ALLOF };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		uint32_t pos = p->lx.pos;

		if (lex_take(&p->lx, modifier_text(all[i])) &&
		    (lex_is_blank(&p->lx) || lex_take(&p->lx, "("))) {
			if (p->lx.text.p[p->lx.pos - 1] == '(')
				p->lx.pos--;
			check->modifier = all[i];
			return true;
		}
		p->lx.pos = pos;
	}
	return false;
}

static bool no_value(struct parser *p, const struct check *check)
{
	fail_here(p, "expecting a value, not '" STR_FMT "'");
	if (lex_take(&p->lx, "("))
		filter_hint(p->lx.err, p->lx.arena, check->op == OP_EQ ? "for several values use in" :
			    "for several values use %s anyof", op_text(check->op));
	return false;
}

static bool parse_rhs(struct parser *p, struct check *check)
{
	enum rhs rhs = op_table[check->op].rhs;
	struct word word;
	uint32_t n;
	int r;

	if (rhs == RHS_NONE)
		return true;
	lex_blank(&p->lx);
	if (operand_is_transformer(&p->lx)) {
		check->rhs = operand_parse_rhs(&p->lx);
		return check->rhs;
	}
	if (rhs == RHS_LIST || (rhs == RHS_VALUE && parse_modifier(p, check)))
		return parse_list(p, check);
	if (rhs == RHS_NUMBER) {
		n = lex_number(&p->lx);
		if (n && check->lhs->type == VALUE_RELTIME)
			n += lex_unit(&p->lx, n);
		if (!n)
			return fail_here(p, "expecting a number, not '" STR_FMT "'");
		word = (struct word){ .text = { p->lx.text.p + p->lx.pos, n }, .off = p->lx.pos,
				      .len = n };
		p->lx.pos += n;
		return words_add(p, check, &word);
	}
	r = lex_value(&p->lx, true, &word);
	if (!r)
		return no_value(p, check);
	if (r > 0 && !word.quoted)
		p->value = word.text;
	return r > 0 && words_add(p, check, &word);
}

/* The operator; OP_COUNT if there is none. */
static enum op parse_op(struct parser *p)
{
	if (lex_take(&p->lx, "=="))
		return OP_EQ;
	for (unsigned int i = 0; i < OP_COUNT; i++) {
		uint32_t pos = p->lx.pos;
		bool symbol = strchr("=!<>", op_table[i].text[0]);

		if (!lex_take(&p->lx, op_table[i].text))
			continue;
		if (symbol || op_table[i].rhs == RHS_NONE || op_table[i].rhs == RHS_LIST ||
		    lex_is_blank(&p->lx) || lex_end(&p->lx) || p->lx.text.p[p->lx.pos] == ')') {
			bool whole = symbol || !lex_name(&p->lx);

			if (whole)
				return (enum op)i;
		}
		p->lx.pos = pos;
	}
	return OP_COUNT;
}

/* For a field without a check. */
static void hint_bare(struct parser *p, const struct operand *lhs)
{
	struct str name = { p->lx.text.p + lhs->off, lhs->len };

	if (lhs->kind == OPERAND_FIELD && lhs->type == VALUE_BOOL)
		filter_hint(p->lx.err, p->lx.arena, "did you mean " STR_FMT " = true?",
			    STR_ARG(name));
	else if (lhs->kind == OPERAND_FIELD)
		filter_hint(p->lx.err, p->lx.arena, "did you mean " STR_FMT " exists?",
			    STR_ARG(name));
}

static struct expr *no_operator(struct parser *p, const struct operand *lhs)
{
	struct str word = lex_peek(&p->lx);
	struct guess guess = guess_init(word);
	const char *hint = mistake_operator(word), *meant = NULL;

	fail_here(p, "expecting an operator such as '=' or 'in', not '" STR_FMT "'");
	for (unsigned int i = 0; i < OP_COUNT && lex_name(&p->lx); i++) {
		const char *text = op_table[i].text;

		guess_try(&guess, text);
		if (word.n == strlen(text) && !strncasecmp(word.p, text, word.n))
			meant = text;
	}
	meant = meant ? meant : guess.best;
	if (hint)
		filter_hint(p->lx.err, p->lx.arena, "%s", hint);
	else if (meant)
		filter_hint(p->lx.err, p->lx.arena, "did you mean %s?", meant);
	else if (!word.n || word.p[0] == ')')
		hint_bare(p, lhs);
	return NULL;
}

/* An operator of symbols, and a symbol that follows it: part of the value, or a mistake. */
static void note_odd(struct parser *p, const struct check *check)
{
	uint32_t end = p->lx.pos;

	p->odd = (struct str){ 0 };
	p->shouted = (struct str){ 0 };
	if (strchr("=!<>", op_table[check->op].text[0]) && end < p->lx.text.n &&
	    strchr("=!<>~", p->lx.text.p[end]))
		p->odd = (struct str){ p->lx.text.p + check->op_off, check->op_len + 1 };
}

static struct expr *parse_check(struct parser *p)
{
	struct expr *e = expr_new(p, EXPR_CHECK, p->lx.pos);
	struct check *check = arena_alloc(p->lx.arena, sizeof(*check));

	if (!e || !check)
		return no_memory(p);
	check->pred[0] = check->pred[1] = UINT32_MAX;
	p->value = (struct str){ 0 };
	check->lhs = operand_parse(&p->lx);
	if (!check->lhs)
		return NULL;
	lex_blank(&p->lx);
	check->op_off = p->lx.pos;
	check->op = parse_op(p);
	if (check->op == OP_COUNT)
		return no_operator(p, check->lhs);
	check->op_len = p->lx.pos - check->op_off;
	note_odd(p, check);
	if (!parse_rhs(p, check))
		return NULL;
	e->check = check;
	e->len = p->lx.pos - e->off;
	return e;
}

static bool is_keyword(const struct parser *p, uint32_t n)
{
	struct str name = { p->lx.text.p + p->lx.pos, n };

	return n == lex_dotted(&p->lx) &&
	       (str_eq(name, STR("and")) || str_eq(name, STR("or")) || str_eq(name, STR("not")));
}

/*
 * For what follows a complete part of a condition and does not join it to another: suggests what
 * is missing between them.
 */
static void hint_joint(struct parser *p)
{
	struct str next = lex_peek(&p->lx);
	uint32_t pos = p->lx.pos, n = lex_dotted(&p->lx);
	bool part = n && is_keyword(p, lex_name(&p->lx));

	if (p->lx.err->hint.p || !next.n)
		return;
	if (next.p[0] == ')') {
		filter_hint(p->lx.err, p->lx.arena, "no '(' belongs to this ')'");
		return;
	}
	if (next.p[0] == ',') {
		filter_hint(p->lx.err, p->lx.arena,
			    "several values are a list: proc.name in (a, b)");
		return;
	}
	if (!strchr(" \t\n", next.p[-1]) || (!n && !strchr("-/.", next.p[0])))
		return;
	p->lx.pos += n;
	lex_blank(&p->lx);
	part = part || lex_take(&p->lx, "[") || lex_take(&p->lx, "(") || parse_op(p) != OP_COUNT;
	p->lx.pos = pos;
	if (p->value.n && !part)
		filter_hint(p->lx.err, p->lx.arena, "quote a value with spaces: \"" STR_FMT " " STR_FMT
			    "\"", STR_ARG(p->value), STR_ARG(next));
	else if (n)
		filter_hint(p->lx.err, p->lx.arena, "write 'and' or 'or' between two checks, and "
			    "before a condition that is appended");
}

static struct expr *parse_group(struct parser *p)
{
	uint32_t open = p->lx.pos;
	struct expr *e;

	if (++p->lx.depth > EXPR_DEPTH_MAX) {
		filter_fail(p->lx.err, p->lx.arena, FILTER_LIMIT, p->lx.pos, 1,
			    "exceeded max depth limit of %d", EXPR_DEPTH_MAX);
		return NULL;
	}
	e = parse_or(p);
	if (!e)
		return NULL;
	lex_blank(&p->lx);
	if (!lex_take(&p->lx, ")")) {
		fail_here(p, "expecting 'or', 'and' or ')', not '" STR_FMT "'");
		if (lex_end(&p->lx))
			filter_hint(p->lx.err, p->lx.arena, "the '(' before \"" STR_FMT "\" is not "
				    "closed", STR_ARG(shown(p, open)));
		else
			hint_joint(p);
		return NULL;
	}
	p->lx.depth--;
	p->value = (struct str){ 0 };
	e->grouped = true;
	return e;
}

/* Whether this is a name without a check: then it is a macro. */
static bool is_macro(struct parser *p, uint32_t n)
{
	uint32_t pos = p->lx.pos;
	bool yes = false;

	if (n == lex_dotted(&p->lx)) {
		p->lx.pos += n;
		yes = !lex_take(&p->lx, "(");
		lex_blank(&p->lx);
		if (yes && !lex_end(&p->lx))
			yes = parse_op(p) == OP_COUNT;
	}
	p->lx.pos = pos;
	return yes;
}

static struct expr *parse_primary(struct parser *p)
{
	uint32_t n;

	if (lex_take(&p->lx, "("))
		return parse_group(p);
	n = lex_name(&p->lx);
	if (!n || is_keyword(p, n)) {
		fail_here(p, "expecting a field, a macro or '(', not '" STR_FMT "'");
		if (n && !p->lx.pos && p->lx.err->text.p)
			filter_hint(p->lx.err, p->lx.arena, "a condition begins with 'and' or 'or' only "
				    "where it is appended: override: {condition: append}");
		return NULL;
	}
	if (!operand_is_transformer(&p->lx) && is_macro(p, n)) {
		struct expr *e = expr_new(p, EXPR_MACRO, p->lx.pos);

		if (!e)
			return NULL;
		e->macro.name = (struct str){ p->lx.text.p + p->lx.pos, n };
		e->len = n;
		p->lx.pos += n;
		p->value = (struct str){ 0 };
		p->shouted = mistake_keyword(e->macro.name) ? e->macro.name : (struct str){ 0 };
		return e;
	}
	return parse_check(p);
}

static struct expr *parse_not(struct parser *p)
{
	uint32_t off;
	bool negate = false;
	struct expr *e, *kid;

	lex_blank(&p->lx);
	off = p->lx.pos;
	for (;;) {
		if (lex_take(&p->lx, "not(")) {
			negate = !negate;
			kid = parse_group(p);
			break;
		}
		if (!take_word(p, "not")) {
			kid = parse_primary(p);
			break;
		}
		negate = !negate;
		lex_blank(&p->lx);
	}
	if (!kid || !negate)
		return kid;
	e = expr_new(p, EXPR_NOT, off);
	return e && expr_add(p, e, kid) ? e : NULL;
}

/* The parts joined by one word: "and" of not-expressions, "or" of and-expressions. */
static struct expr *parse_chain(struct parser *p, enum expr_kind kind)
{
	const char *word = kind == EXPR_AND ? "and" : "or";
	struct expr *first, *chain = NULL;

	first = kind == EXPR_AND ? parse_not(p) : parse_chain(p, EXPR_AND);
	while (first) {
		struct expr *next;

		lex_blank(&p->lx);
		if (take_word(p, word))
			next = kind == EXPR_AND ? parse_not(p) : parse_chain(p, EXPR_AND);
		else if (lex_take(&p->lx, kind == EXPR_AND ? "and(" : "or("))
			next = parse_group(p);
		else
			break;
		if (!next)
			return NULL;
		if (!chain) {
			chain = expr_new(p, kind, first->off);
			if (!chain || !expr_add(p, chain, first))
				return NULL;
		}
		if (!expr_add(p, chain, next))
			return NULL;
	}
	return chain ? chain : first;
}

static struct expr *parse_or(struct parser *p)
{
	return parse_chain(p, EXPR_OR);
}

struct expr *filter_parse(struct arena *arena, struct str text, const void *origin,
			  const struct field_set *fields, struct filter_error *err)
{
	struct parser p = {
		.lx = { .text = text, .recover = true, .arena = arena, .err = err,
			.fields = fields },
		.origin = origin,
	};
	struct expr *e;

	if (text.n > UINT32_MAX / 2) {
		filter_fail(err, arena, FILTER_LIMIT, 0, 1, "the condition is too long");
		return NULL;
	}
	e = parse_or(&p);
	if (!e)
		return NULL;
	lex_blank(&p.lx);
	if (lex_end(&p.lx))
		return e;
	fail_here(&p, "unexpected token '" STR_FMT "', expecting 'or', 'and'");
	hint_joint(&p);
	return NULL;
}

bool op_find(struct str text, enum op *ret, enum modifier *modifier)
{
	struct str op = text, rest = { 0 };
	const char *blank = text.n ? memchr(text.p, ' ', text.n) : NULL;

	if (blank) {
		op.n = (size_t)(blank - text.p);
		rest = (struct str){ blank + 1, text.n - op.n - 1 };
	}
	*modifier = MODIFIER_NONE;
	for (int i = MODIFIER_ONEOF; rest.n && i <= MODIFIER_ALLOF; i++) {
		if (str_eq(rest, str_of(modifier_text((enum modifier)i))))
			*modifier = (enum modifier)i;
	}
	if (rest.n && *modifier == MODIFIER_NONE)
		return false;
	if (str_eq(op, STR("=="))) {
		*ret = OP_EQ;
		return true;
	}
	for (unsigned int i = 0; i < OP_COUNT; i++) {
		if (!str_eq(op, str_of(op_table[i].text)))
			continue;
		*ret = (enum op)i;
		return !rest.n || op_table[i].rhs == RHS_VALUE;
	}
	return false;
}
