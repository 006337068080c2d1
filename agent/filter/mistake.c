/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps tables of frequent mistakes, most of them valid in another language. */
#include "filter/mistake.h"
#include <strings.h>
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

/* Fields of numbers and addresses, with the fields for the name or network of the same. */
static const struct { const char *field; enum value_type other; const char *right; } twins[] = {
	{ "user.uid", VALUE_STR, "user.name" },
	{ "user.loginuid", VALUE_STR, "user.loginname" },
	{ "group.gid", VALUE_STR, "group.name" },
	{ "proc.pid", VALUE_STR, "proc.name" },
	{ "proc.ppid", VALUE_STR, "proc.pname" },
	{ "fd.num", VALUE_STR, "fd.name" },
	{ "fd.ip", VALUE_NET, "fd.net" },
	{ "fd.cip", VALUE_NET, "fd.cnet" },
	{ "fd.sip", VALUE_NET, "fd.snet" },
	{ "fd.lip", VALUE_NET, "fd.lnet" },
	{ "fd.rip", VALUE_NET, "fd.rnet" },
	{ "fd.ip", VALUE_STR, "fd.ip.name" },
	{ "fd.cip", VALUE_STR, "fd.cip.name" },
	{ "fd.sip", VALUE_STR, "fd.sip.name" },
	{ "fd.lip", VALUE_STR, "fd.lip.name" },
	{ "fd.rip", VALUE_STR, "fd.rip.name" },
};

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
#define NO_PATH	is_path, "a name without directories"
#define NO_ID	is_digits, "a name"
	static const struct {
		const char *field;
		bool (*is_other)(struct str text);
		const char *what, *right;
	} table[] = {
		{ "proc.name", NO_PATH, "proc.exepath" },
		{ "proc.pname", NO_PATH, "proc.pexepath" },
		{ "proc.aname", NO_PATH, "proc.aexepath" },
		{ "proc.sname", NO_PATH, "proc.sid.exepath" },
		{ "proc.pgid.name", NO_PATH, "proc.pgid.exepath" },
		{ "proc.vpgid.name", NO_PATH, "proc.vpgid.exepath" },
		{ "fd.filename", NO_PATH, "fd.name" },
		{ "user.name", NO_ID, "user.uid" },
		{ "user.loginname", NO_ID, "user.loginuid" },
		{ "group.name", NO_ID, "group.gid" },
	};
#undef NO_PATH
#undef NO_ID

	if (lhs->kind != OPERAND_FIELD)
		return (struct str){ 0 };
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (str_eq(str_of(lhs->field->name), str_of(table[i].field)) &&
		    table[i].is_other(text))
			return arena_printf(arena, "%s is %s, not " STR_FMT "; did you mean %s?",
					    table[i].field, table[i].what, STR_ARG(text),
					    table[i].right);
	}
	return (struct str){ 0 };
}

struct str mistake_unrecorded(struct arena *arena, const struct operand *lhs, struct str text)
{
	static const char *const of_files[] = {
		"proc.stdin.name", "proc.stdout.name", "proc.stderr.name",
	};

	if (lhs->kind != OPERAND_FIELD || !is_path(text) || str_starts(text, STR("/dev")))
		return (struct str){ 0 };
	for (size_t i = 0; i < sizeof(of_files) / sizeof(of_files[0]); i++) {
		if (str_eq(str_of(lhs->field->name), str_of(of_files[i])))
			return arena_printf(arena, "%s is missing for files yet, so " STR_FMT " never "
					    "occurs in it: devices, pipes and sockets have a name",
					    of_files[i], STR_ARG(text));
	}
	return (struct str){ 0 };
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

void mistake_constant(struct filter_error *err, struct arena *arena, const struct check *check,
		      const struct word *word, struct str text)
{
	const struct operand *lhs = check->lhs;
	const char *symbols = mistake_symbols(check, word);
	struct value v;

	if (symbols)
		filter_hint(err, arena, "%s", symbols);
	for (size_t i = 0; !symbols && lhs->kind == OPERAND_FIELD &&
	     i < sizeof(twins) / sizeof(twins[0]); i++) {
		if (!str_eq(str_of(lhs->field->name), str_of(twins[i].field)) ||
		    (twins[i].other == VALUE_STR && is_number(text)) ||
		    constant_parse(&v, twins[i].other, text) < 0)
			continue;
		filter_hint(err, arena, "did you mean %s?", twins[i].right);
		return;
	}
	if (!symbols && lhs->type == VALUE_NET && constant_parse(&v, VALUE_IP, text) == 0)
		filter_hint(err, arena, "a network has a length: " STR_FMT "/%u", STR_ARG(text),
			    v.ip.prefix);
}
