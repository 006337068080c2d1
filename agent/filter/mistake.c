/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps tables of frequent mistakes, most of them valid in another language. */
#include "filter/mistake.h"
#include <strings.h>
#include "field/related.h"
#include "filter/constant.h"

static bool is_word(struct str word, const char *text)
{
	return word.n == strlen(text) && !strncasecmp(word.p, text, word.n);
}

const char *mistake_keyword(struct str word)
{
	static const struct { const char *wrong, *right; } table[] = {
		{ "&&", "and" }, { "&", "and" }, { "||", "or" }, { "|", "or" }, { "and", "and" },
		{ "or", "or" }, { "not", "not" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (is_word(word, table[i].wrong))
			return table[i].right;
	}
	return word.n && word.p[0] == '!' ? "not" : NULL;
}

const char *mistake_operator(struct str word)
{
	static const struct { const char *wrong, *hint; } table[] = {
		{ "like", "did you mean contains? for a pattern with * use glob" },
		{ "ilike", "did you mean icontains? for a pattern with * use iglob" },
		{ "matches", "did you mean regex? for a pattern with * use glob" },
		{ "match", "did you mean regex? for a pattern with * use glob" },
		{ "rlike", "did you mean regex?" },
		{ "~", "did you mean regex?" },
		{ "=~", "did you mean regex?" },
		{ "~=", "did you mean regex?" },
		{ "!~", "did you mean regex, with a not before the field?" },
		{ "has", "did you mean contains?" },
		{ "includes", "did you mean contains?" },
		{ "begins", "did you mean startswith?" },
		{ "starts", "did you mean startswith?" },
		{ "ends", "did you mean endswith?" },
		{ "is", "did you mean =?" },
		{ "equals", "did you mean =?" },
		{ "eq", "did you mean =?" },
		{ "===", "did you mean =?" },
		{ "ne", "did you mean !=?" },
		{ "neq", "did you mean !=?" },
		{ "<>", "did you mean !=?" },
		{ "=!", "did you mean !=?" },
		{ "!==", "did you mean !=?" },
		{ "gt", "did you mean >?" },
		{ "ge", "did you mean >=?" },
		{ "gte", "did you mean >=?" },
		{ "=>", "did you mean >=?" },
		{ "lt", "did you mean <?" },
		{ "le", "did you mean <=?" },
		{ "lte", "did you mean <=?" },
		{ "=<", "did you mean <=?" },
		{ "not", "write not before the field: not proc.name in (a, b)" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (is_word(word, table[i].wrong))
			return table[i].hint;
	}
	return NULL;
}

static bool is_number(struct str text)
{
	return text.n && (text.p[0] == '-' || (text.p[0] >= '0' && text.p[0] <= '9'));
}

static bool is_digits(struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
	}
	return text.n > 0;
}

static bool is_path(struct str text)
{
	return text.n > 1 && text.p[0] == '/';
}

static bool star_first(struct str s)
{
	return s.n > 1 && s.p[0] == '*';
}

static bool star_last(struct str s)
{
	return s.n > 1 && s.p[s.n - 1] == '*';
}

static bool has_star(struct str s)
{
	return s.n && memchr(s.p, '*', s.n);
}

static bool star_outside(struct str s)
{
	return star_first(s) || star_last(s);
}

struct str mistake_pattern(enum op op, struct str text)
{
	static const struct {
		enum op op;
		bool (*is_pattern)(struct str text);
		const char *warning;
	} table[] = {
#define GLOB(text)	text " compares letter by letter; for a pattern use 'glob'"
		{ OP_EQ, has_star, GLOB("'='") }, { OP_NE, has_star, GLOB("'='") },
		{ OP_STARTSWITH, star_last, GLOB("'startswith'") },
		{ OP_ENDSWITH, star_first, GLOB("'endswith'") },
		{ OP_CONTAINS, star_outside, GLOB("'contains'") },
		{ OP_ICONTAINS, star_outside,
		  "'icontains' compares letter by letter; for a pattern use 'iglob'" },
		{ OP_IN, has_star,
		  "'in' compares letter by letter; for patterns use 'glob anyof'" },
		{ OP_INTERSECTS, has_star,
		  "'in' compares letter by letter; for patterns use 'glob anyof'" },
#undef GLOB
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (table[i].op == op && table[i].is_pattern(text))
			return str_of(table[i].warning);
	}
	return (struct str){ 0 };
}

struct str mistake_value(struct arena *arena, const struct operand *lhs, struct str text)
{
	const enum instead_kind kind = is_path(text) ? INSTEAD_PATH : INSTEAD_DIGITS;
	const char *right = NULL;

	if (lhs->kind == OPERAND_FIELD && (is_path(text) || is_digits(text)))
		right = field_instead(lhs->field, kind);
	if (!right)
		return (struct str){ 0 };
	return arena_printf(arena, "%s is %s, not " STR_FMT "; did you mean %s?", lhs->field->name,
			    kind == INSTEAD_PATH ? "a name without directories" : "a name",
			    STR_ARG(text), right);
}

const char *mistake_symbols(const struct check *check, const struct word *word)
{
	struct str text = word->text;
	char symbols[4];
	const char *op = op_text(check->op);
	size_t n = strlen(op);

	if (word->quoted || word->off != check->op_off + check->op_len || n > 2 || !text.n ||
	    !strchr("<>=!~", text.p[0]))
		return NULL;
	memcpy(symbols, op, n);
	symbols[n] = text.p[0];
	return mistake_operator((struct str){ symbols, n + 1 });
}

/* The field that has such a constant, which is not valid for @def. */
static const char *meant(const struct field_def *def, struct str text)
{
	const char *right = field_instead(def, INSTEAD_NETWORK);
	struct value v;

	if (right && constant_parse(&v, VALUE_NET, text) == 0)
		return right;
	return is_number(text) ? NULL : field_instead(def, INSTEAD_NAME);
}

void mistake_constant(struct filter_error *err, struct arena *arena, const struct check *check,
		      const struct word *word, struct str text)
{
	const struct operand *lhs = check->lhs;
	const char *symbols = mistake_symbols(check, word);
	const char *right = lhs->kind == OPERAND_FIELD ? meant(lhs->field, text) : NULL;
	struct value v;

	if (symbols)
		filter_hint(err, arena, "%s", symbols);
	else if (right)
		filter_hint(err, arena, "did you mean %s?", right);
	else if (lhs->type == VALUE_NET && constant_parse(&v, VALUE_IP, text) == 0)
		filter_hint(err, arena, "a network has a length: " STR_FMT "/%u", STR_ARG(text),
			    v.ip.prefix);
}
