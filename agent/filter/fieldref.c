/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses references to fields. A name is first looked up as a whole; if there
 * is no such field, as the longest field name it begins with that takes a
 * dotted argument.
 */
#include "filter/fieldref.h"
#include <errno.h>
#include "field/related.h"
#include "lib/guess.h"

static const struct xform_def {
	const char *text;
	uint32_t min, max;
	enum value_type type;
} xform_table[] = {
#define XFORM(name, text, min, max, type, doc)	{ text, min, max, VALUE_##type },
#include "filter/xforms.def"
#undef XFORM
};

static void *fail(struct lexer *lx, enum filter_error_kind kind, uint32_t off, uint32_t len,
		  const char *text, struct str what)
{
	filter_fail(lx->err, lx->arena, kind, off, len, text, STR_ARG(what));
	return NULL;
}

static void *no_memory(struct lexer *lx)
{
	if (!lx->err->text.p)
		lx->err->kind = FILTER_NOMEM;
	return NULL;
}

static const struct field_def *find(const struct lexer *lx, struct str name)
{
	if (!lx->fields)
		return field_find(name);
	for (unsigned int i = 0; i < lx->fields->count; i++) {
		if (str_eq(str_of(lx->fields->table[i].name), name))
			return &lx->fields->table[i];
	}
	return NULL;
}

/* A substitute for a field that does not exist, so that the parse can continue. */
static const struct field_def unknown_field = {
	.name = "", .type = VALUE_STR, .flags = FIELD_ARG_OPTIONAL | FIELD_ARG_KEY | FIELD_ARG_INDEX,
};

uint64_t operand_needs(const struct operand *op)
{
	uint64_t needs = op->kind == OPERAND_FIELD ? field_needs(op->field, &op->arg) : 0;

	for (uint32_t i = 0; i < op->nargs; i++)
		needs |= operand_needs(op->args[i]);
	return needs;
}

bool operand_is_unknown(const struct operand *op)
{
	if (op->kind == OPERAND_FIELD)
		return op->field == &unknown_field;
	for (uint32_t i = 0; i < op->nargs; i++) {
		if (operand_is_unknown(op->args[i]))
			return true;
	}
	return false;
}

/* For a name with a parenthesis, which is no transformer. */
static void hint_xform(struct lexer *lx, struct str name)
{
	struct guess guess = guess_init(name);

	for (unsigned int i = 0; i < XFORM_COUNT; i++)
		guess_try(&guess, xform_table[i].text);
	if (guess.best)
		filter_hint(lx->err, lx->arena, "did you mean %s(...)?", guess.best);
	else
		filter_hint(lx->err, lx->arena, "only a transformer, such as tolower or basename, "
			    "has arguments in ( ); a field has one in [ ]");
}

/* Return: the field to continue with, NULL if the parse ends. */
static const struct field_def *unknown(struct lexer *lx, uint32_t off, struct str name)
{
	const char *often = field_often(name), *guess = often ? often : field_guess(name);

	fail(lx, FILTER_UNKNOWN, off, (uint32_t)name.n,
	     "filter_check called with nonexistent field " STR_FMT, name);
	if (off + name.n < lx->text.n && lx->text.p[off + name.n] == '(') {
		hint_xform(lx, name);
		return NULL;
	}
	if (guess && lx->err->off == off && !lx->err->hint.p)
		filter_hint(lx->err, lx->arena, "did you mean %s?", guess);
	if (!lx->recover || lx->err->kind == FILTER_NOMEM)
		return NULL;
	lx->err = filter_more(lx->err, lx->arena);
	return &unknown_field;
}

static struct operand *operand_new(struct lexer *lx, enum operand_kind kind, uint32_t off)
{
	struct operand *op = arena_alloc(lx->arena, sizeof(*op));

	if (!op)
		return no_memory(lx);
	op->kind = kind;
	op->off = off;
	return op;
}

/* Whether the text is a number that fits. */
static bool parse_index(struct str s, uint64_t *ret)
{
	uint64_t v = 0;

	if (!s.n || s.n > 18)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(s.p[i] - '0');
	}
	*ret = v;
	return true;
}

static void *no_argument(struct lexer *lx, const struct operand *op, struct str name)
{
	fail(lx, FILTER_UNKNOWN, op->off, op->len, "the field " STR_FMT " has no such argument", name);
	if (lx->err->kind != FILTER_NOMEM && FIELD_ON(op->field->flags) == ON_ARGS)
		filter_hint(lx->err, lx->arena, "evt.args has the names: saker trace -F evt.type,evt.args");
	return NULL;
}

/* Checks the argument against the kinds that the field takes. */
static void *argument_check(struct lexer *lx, struct operand *op)
{
	const struct field_def *def = op->field;
	uint32_t len = lx->pos - op->off;
	struct str name = str_of(def->name);

	op->len = len;
	if (!op->arg.present) {
		if (def->flags & FIELD_ARG_REQUIRED)
			return fail(lx, FILTER_SYNTAX, op->off, len,
				    "the field " STR_FMT " needs an argument, as in name[argument]",
				    name);
	} else if (!(def->flags & (FIELD_ARG_REQUIRED | FIELD_ARG_OPTIONAL))) {
		return fail(lx, FILTER_SYNTAX, op->off, len,
			    "the field " STR_FMT " takes no argument", name);
	} else {
		op->arg.is_index = parse_index(op->arg.key, &op->arg.index);
		if (!(def->flags & FIELD_ARG_KEY) && !op->arg.is_index)
			return fail(lx, FILTER_SYNTAX, op->off, len,
				    "the argument of " STR_FMT " must be a number", name);
		if (!(def->flags & FIELD_ARG_INDEX))
			op->arg.is_index = false;
		if (def->resolve && def->resolve(&op->arg) < 0)
			return no_argument(lx, op, name);
	}
	op->type = field_type(def, &op->arg);
	op->list = def->flags & FIELD_LIST;
	op->buffer = def->flags & FIELD_BUFFER;
	return op;
}

/* An argument and the bracket after it; the one before it has been taken. */
static bool parse_bracket(struct lexer *lx, struct operand *op, struct str name)
{
	uint32_t off = lx->pos;

	/* An error that lex_argument() has set stays. */
	if (lex_argument(lx, &op->arg.key) <= 0 || !lex_take(lx, "]"))
		return fail(lx, FILTER_SYNTAX, off, 1,
			    "expecting an argument and ']' after " STR_FMT "[", name);
	if (memchr(op->arg.key.p, 0, op->arg.key.n))
		return fail(lx, FILTER_SYNTAX, off, 1, LEX_NUL_ERROR STR_FMT, STR(""));
	op->arg.present = true;
	return true;
}

static struct operand *parse_field(struct lexer *lx)
{
	uint32_t off = lx->pos, n = lex_dotted(lx);
	struct str name = { lx->text.p + off, n };
	struct operand *op = operand_new(lx, OPERAND_FIELD, off);

	if (!op)
		return NULL;
	op->field = find(lx, name);
	for (size_t cut = n; !op->field && cut > 0; cut--) {
		const struct field_def *def;

		if (name.p[cut - 1] != '.')
			continue;
		def = find(lx, (struct str){ name.p, cut - 1 });
		if (def && def->flags & FIELD_ARG_DOTTED) {
			op->field = def;
			op->arg.present = true;
			op->arg.key = (struct str){ name.p + cut, n - cut };
		}
	}
	if (!op->field)
		op->field = unknown(lx, off, name);
	if (!op->field)
		return NULL;
	lx->pos += n;
	if (!op->arg.present && lex_take(lx, "[") && !parse_bracket(lx, op, name))
		return NULL;
	return argument_check(lx, op);
}

/* The transformer whose name and parenthesis are next, XFORM_COUNT if none. */
static enum xform next_xform(const struct lexer *lx)
{
	uint32_t n = lex_name(lx);
	struct str name = { lx->text.p + lx->pos, n };

	if (lx->pos + n >= lx->text.n || lx->text.p[lx->pos + n] != '(')
		return XFORM_COUNT;
	for (unsigned int i = 0; i < XFORM_COUNT; i++) {
		if (str_eq(name, str_of(xform_table[i].text)))
			return (enum xform)i;
	}
	return XFORM_COUNT;
}

bool operand_is_transformer(const struct lexer *lx)
{
	return next_xform(lx) != XFORM_COUNT;
}

static struct operand *parse_xform(struct lexer *lx, enum xform xform);

/* A constant inside a transformer: quoted text or a number. */
static struct operand *parse_constant(struct lexer *lx)
{
	uint32_t off = lx->pos, n = lex_number(lx);
	struct operand *op;
	struct word word;

	if (n) {
		word = (struct word){ .text = { lx->text.p + off, n }, .off = off };
		lx->pos += n;
	} else {
		int r = lex_value(lx, false, &word);

		if (r < 0)
			return NULL;
		if (!r)
			return fail(lx, FILTER_SYNTAX, off, 1,
				    "expecting a field, a transformer, a quoted string or a number, not '"
				    STR_FMT "'", lex_peek(lx));
	}
	op = operand_new(lx, OPERAND_CONST, off);
	if (!op)
		return NULL;
	op->len = lx->pos - off;
	if (memchr(word.text.p, 0, word.text.n))
		return fail(lx, FILTER_TYPE, off, op->len, LEX_NUL_ERROR STR_FMT, STR(""));
	op->constant = (struct value){ .type = VALUE_STR, .s = word.text };
	return op;
}

static struct operand *parse_argument(struct lexer *lx, bool list);

/* Reads up to and with ')'. */
static bool parse_arguments(struct lexer *lx, struct operand *op, bool lists)
{
	struct operand *args[64];

	lex_blank(lx);
	while (!lex_take(lx, ")")) {
		if (op->nargs == 64)
			return filter_fail(lx->err, lx->arena, FILTER_LIMIT, op->off, 1,
					   "more than 64 arguments");
		if (op->nargs && !lex_take(lx, ","))
			return filter_fail(lx->err, lx->arena, FILTER_SYNTAX, lx->pos, 1,
					   "expecting ',' or ')' after an argument");
		lex_blank(lx);
		args[op->nargs] = parse_argument(lx, lists);
		if (!args[op->nargs])
			return false;
		op->nargs++;
		lex_blank(lx);
	}
	op->args = arena_alloc(lx->arena, (op->nargs + 1) * sizeof(*args));
	if (!op->args)
		return no_memory(lx);
	memcpy(op->args, args, op->nargs * sizeof(*args));
	op->len = lx->pos - op->off;
	return true;
}

static struct operand *parse_argument(struct lexer *lx, bool list)
{
	enum xform xform = next_xform(lx);
	uint32_t off = lx->pos;
	struct operand *op;

	if (xform != XFORM_COUNT)
		return parse_xform(lx, xform);
	if (lex_dotted(lx))
		return parse_field(lx);
	if (!list || !lex_take(lx, "("))
		return parse_constant(lx);
	op = operand_new(lx, OPERAND_LIST, off);
	if (!op || !parse_arguments(lx, op, false))
		return NULL;
	op->list = true;
	return op;
}

/* Whether an argument is of the kind the transformer takes. */
static bool argument_fits(enum xform xform, uint32_t i, const struct operand *arg)
{
	bool text = arg->type == VALUE_STR && !arg->list;

	for (uint32_t k = 0; arg->kind == OPERAND_LIST && k < arg->nargs; k++) {
		if (arg->args[k]->type != VALUE_STR || arg->args[k]->list)
			return false;
	}
	switch (xform) {
	case XFORM_LEN:
		return arg->type == VALUE_STR || arg->list;
	case XFORM_JOIN:
		return i ? arg->list || text : text;
	case XFORM_GETOPT:
		return i ? text : text || arg->list;
	case XFORM_VAL:
		return true;
	default:
		return text;
	}
}

static struct operand *xform_check(struct lexer *lx, struct operand *op)
{
	const struct xform_def *def = &xform_table[op->xform];
	struct str name = str_of(def->text);

	if (op->nargs < def->min || op->nargs > def->max)
		return fail(lx, FILTER_SYNTAX, op->off, op->len,
			    "wrong number of arguments to " STR_FMT "()", name);
	for (uint32_t i = 0; i < op->nargs; i++) {
		struct operand *arg = op->args[i];

		if (arg->kind == OPERAND_FIELD && op->xform != XFORM_VAL &&
		    arg->field->flags & FIELD_NO_TRANSFORM)
			return fail(lx, FILTER_TYPE, arg->off, arg->len,
				    "the field " STR_FMT " cannot be transformed",
				    str_of(arg->field->name));
		if (!argument_fits(op->xform, i, arg))
			return fail(lx, FILTER_TYPE, arg->off, arg->len,
				    STR_FMT "() does not take a value of this type", name);
	}
	op->type = def->type;
	op->list = op->xform == XFORM_GETOPT && !op->arg.present;
	op->buffer = op->xform == XFORM_B64 && op->args[0]->buffer;
	return op;
}

static struct operand *parse_xform(struct lexer *lx, enum xform xform)
{
	struct operand *op = operand_new(lx, OPERAND_XFORM, lx->pos);

	if (!op)
		return NULL;
	if (++lx->depth > EXPR_DEPTH_MAX)
		return fail(lx, FILTER_LIMIT, lx->pos, 1, "exceeded max depth limit of 1000"
			    STR_FMT, STR(""));
	op->xform = xform;
	lx->pos += lex_name(lx) + 1;
	if (!parse_arguments(lx, op, true))
		return NULL;
	if (lex_take(lx, "[")) {
		if (xform != XFORM_GETOPT)
			return fail(lx, FILTER_SYNTAX, op->off, lx->pos - op->off,
				    STR_FMT "() takes no argument in brackets",
				    str_of(xform_text(xform)));
		if (!parse_bracket(lx, op, STR("getopt()")))
			return NULL;
	}
	lx->depth--;
	return xform_check(lx, op);
}

struct operand *operand_parse(struct lexer *lx)
{
	enum xform xform = next_xform(lx);

	if (xform == XFORM_VAL)
		return fail(lx, FILTER_SYNTAX, lx->pos, 3,
			    "val() is allowed only on the right-hand side" STR_FMT, STR(""));
	return xform != XFORM_COUNT ? parse_xform(lx, xform) : parse_field(lx);
}

struct operand *operand_parse_rhs(struct lexer *lx)
{
	enum xform xform = next_xform(lx);
	struct operand *op = parse_xform(lx, xform);

	if (!op)
		return NULL;
	if (xform == XFORM_VAL) {
		uint32_t off = op->off, len = op->len;

		if (op->args[0]->kind != OPERAND_FIELD)
			return fail(lx, FILTER_SYNTAX, off, len, "val() takes a field" STR_FMT,
				    STR(""));
		op = op->args[0];
		op->off = off;
		op->len = len;
	}
	if (op->kind == OPERAND_FIELD && op->field->flags & FIELD_NO_RHS)
		return fail(lx, FILTER_TYPE, op->off, op->len,
			    "the field " STR_FMT " is not allowed on the right-hand side",
			    str_of(op->field->name));
	return op;
}

int field_ref_parse(struct arena *arena, struct str text, struct operand **ret,
		    struct filter_error *err)
{
	struct lexer lx = { .text = text, .arena = arena, .err = err };
	struct operand *op;

	if (!lex_dotted(&lx)) {
		filter_fail(err, arena, FILTER_SYNTAX, 0, 1, "expecting a field or transformer");
		return err->kind == FILTER_NOMEM ? -ENOMEM : -EINVAL;
	}
	op = operand_parse(&lx);
	if (op && !lex_end(&lx)) {
		filter_fail(err, arena, FILTER_SYNTAX, lx.pos, 1, "unexpected text after the field");
		op = NULL;
	}
	if (!op)
		return err->kind == FILTER_NOMEM ? -ENOMEM : -EINVAL;
	*ret = op;
	return 0;
}
