/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads exceptions: fields, comparisons and tuples of values are written as the
 * text of a condition, not (f1 = v1 and f2 in (v2)) and not ..., so they are
 * compiled like any other condition.
 */
#include "filter/fieldref.h"
#include "filter/mistake.h"
#include "filter/parse.h"
#include "rule/read_key.h"

#define TEXT_MAX	(2u << 20)	/* bytes of a rule's exceptions; aliases multiply values */

static const char validate[] = "LOAD_ERR_VALIDATE";

static bool error(struct ruleset_loader *l, const struct rule_item *rule, struct place at,
		  const char *text)
{
	loader_error(l, validate, "exception", rule->name, at, "%s", text);
	return false;
}

/* @n: how many there are for the fields of @e; @at is a list of them, or a single one. */
static bool unequal(struct ruleset_loader *l, const struct rule_item *rule, struct place at,
		    const char *what, const struct exception *e, uint32_t n)
{
	loader_error(l, validate, "exception", rule->name, at,
		     "Fields and %s lists must have equal length", what);
	if (e->scalar)
		loader_hint(l, "fields is a single text, so %s is one too", what);
	else if (at.node->kind != YAML_LIST)
		loader_hint(l, "fields is a list, so write %s in [ ]", what);
	else
		loader_hint(l, "%u fields need %u %s, not %u", e->nfields, e->nfields, what, n);
	return false;
}

/* A text or a list of texts. */
static bool read_texts(struct ruleset_loader *l, const struct rule_item *rule, struct place at,
		       struct str **ret, uint32_t *n)
{
	*n = 0;
	*ret = NULL;
	if (at.node->kind == YAML_TEXT) {
		struct str s = loader_keep(l, at.node->text);

		loader_push(l, ret, n, &s, sizeof(s));
		return true;
	}
	for (uint32_t i = 0; at.node->kind == YAML_LIST && i < at.node->n; i++) {
		struct str s = loader_keep(l, at.node->items[i]->text);

		if (at.node->items[i]->kind != YAML_TEXT)
			return error(l, rule, at, "fields and comps are texts or lists of texts");
		loader_push(l, ret, n, &s, sizeof(s));
	}
	return at.node->kind == YAML_LIST && *n ? true :
	       error(l, rule, at, "fields and comps are texts or lists of texts");
}

static void hint_operator(struct ruleset_loader *l, struct str text)
{
	const char *hint = mistake_operator(text);
	struct guess guess = guess_init(text);

	for (unsigned int i = 0; i < OP_COUNT; i++)
		guess_try(&guess, op_text((enum op)i));
	if (hint)
		loader_hint(l, "%s", hint);
	else if (guess.best)
		loader_hint(l, "did you mean %s?", guess.best);
}

static bool read_comps(struct ruleset_loader *l, const struct rule_item *rule,
		       struct exception *e, struct place fields, struct place comps)
{
	uint32_t n;

	e->scalar = fields.node->kind == YAML_TEXT;
	if (!comps.node) {
		struct str op = e->scalar ? STR("in") : STR("=");

		for (uint32_t i = 0, k = 0; i < e->nfields; i++)
			loader_push(l, &e->comps, &k, &op, sizeof(op));
		return true;
	}
	if (!read_texts(l, rule, comps, &e->comps, &n))
		return false;
	if (n != e->nfields || e->scalar != (comps.node->kind == YAML_TEXT))
		return unequal(l, rule, comps, "comps", e, n);
	for (uint32_t i = 0; i < n; i++) {
		enum op op;
		enum modifier modifier;

		if (op_find(e->comps[i], &op, &modifier))
			continue;
		loader_error(l, validate, "exception", rule->name, comps,
			     "'" STR_FMT "' is not a supported operator", STR_ARG(e->comps[i]));
		hint_operator(l, e->comps[i]);
		return false;
	}
	return true;
}

static void add_values(struct ruleset_loader *l, const struct rule_item *rule,
		       struct exception *e, struct place values)
{
	if (values.node->kind != YAML_LIST) {
		error(l, rule, values, "values is not a list");
		return;
	}
	for (uint32_t i = 0; i < values.node->n; i++) {
		struct place at = { values.source, values.node->items[i] };

		if (!e->scalar && (at.node->kind != YAML_LIST || at.node->n != e->nfields)) {
			unequal(l, rule, at, "values", e, at.node->kind == YAML_LIST ? at.node->n : 1);
			continue;
		}
		loader_push(l, &e->values, &e->nvalues, &at, sizeof(at));
	}
}

static struct exception *find(struct rule_item *rule, struct str name)
{
	for (uint32_t i = 0; i < rule->nexceptions; i++) {
		if (str_eq(rule->exceptions[i].name, name))
			return &rule->exceptions[i];
	}
	return NULL;
}

static void append_values(struct ruleset_loader *l, struct rule_item *rule, struct exception *old,
			  struct place at)
{
	struct place values = read_get(at, "values");

	if (read_get(at, "fields").node || read_get(at, "comps").node) {
		error(l, rule, at,
		      "Can not append exception fields/comps to existing exception, only values");
		return;
	}
	if (values.node)
		add_values(l, rule, old, values);
	else
		loader_warn(l, "LOAD_APPEND_NO_VALUES", "exception", rule->name, at,
			    "Overriding/appending exception with no values");
}

/* A new exception without values has a use only in its rule's definition: later files add values. */
static void warn_no_values(struct ruleset_loader *l, const struct rule_item *rule, struct place at)
{
	loader_warn(l, "LOAD_APPEND_NO_VALUES", "exception", rule->name, at,
		    "Overriding/appending exception with no values");
	loader_hint(l, "it has no effect; Falco refuses the rule");
}

static void read_one(struct ruleset_loader *l, struct rule_item *rule, struct place at, bool append)
{
	static const char *const known[] = { "name", "fields", "comps", "values", NULL };
	struct item item = { .type = "exception", .name = rule->name, .place = at };
	struct exception e = { .place = at }, *old;
	struct place name, fields, values;

	if (at.node->kind != YAML_MAP) {
		error(l, rule, at, "an exception is a map with name, fields and values");
		return;
	}
	read_unknown_keys(l, &item, known);
	if (!read_text(l, &item, "name", true, &name))
		return;
	old = find(rule, name.node->text);
	if (old && append) {
		append_values(l, rule, old, at);
		return;
	}
	if (old)
		loader_warn(l, "LOAD_EXCEPTION_NAME_NOT_UNIQUE", "exception", rule->name, name,
			    "Multiple definitions of exception '" STR_FMT "' in the same rule",
			    STR_ARG(name.node->text));
	fields = read_get(at, "fields");
	if (!fields.node) {
		loader_error(l, validate, "exception", rule->name, at,
			     "Item has no mapping for key 'fields'");
		if (append)
			loader_hint(l, "the rule has no exception of that name; a new one needs fields");
		else
			read_example(l, "fields");
		return;
	}
	e.name = loader_keep(l, name.node->text);
	e.fields_at = fields;
	if (!read_texts(l, rule, fields, &e.fields, &e.nfields) ||
	    !read_comps(l, rule, &e, fields, read_get(at, "comps")))
		return;
	values = read_get(at, "values");
	if (values.node && (values.node->kind != YAML_TEXT || values.node->text.n))
		add_values(l, rule, &e, values);
	else if (values.node || append)
		warn_no_values(l, rule, at);
	loader_push(l, &rule->exceptions, &rule->nexceptions, &e, sizeof(e));
}

void exceptions_read(struct ruleset_loader *l, struct rule_item *rule, struct place at, bool append)
{
	if (at.node->kind != YAML_LIST) {
		if (at.node->kind == YAML_MAP || at.node->text.n)
			error(l, rule, at, "exceptions is not a list");
		return;
	}
	for (uint32_t i = 0; i < at.node->n; i++)
		read_one(l, rule, (struct place){ at.source, at.node->items[i] }, append);
}

/*
 * A value as a word of a condition: without quotes if possible, so that names of lists are found.
 */
static void put_value(struct ruleset_loader *l, struct text *text, struct str s, struct place at)
{
	struct lexer lx = { .text = s, .arena = l->arena };
	struct word word;
	size_t n = 0;
	char *p;

	if (s.n && s.p[0] != '"' && s.p[0] != '\'' && lex_value(&lx, true, &word) == 1 &&
	    lex_end(&lx)) {
		text_add(l, text, s, at, false);
		return;
	}
	if (s.n > 1 && (s.p[0] == '"' || s.p[0] == '\'') && s.p[s.n - 1] == s.p[0]) {
		text_add(l, text, s, at, false);	/* quoted by its author */
		return;
	}
	p = arena_alloc(l->arena, s.n * 4 + 3);
	if (!p) {
		l->no_memory = true;
		return;
	}
	p[n++] = '"';
	for (size_t i = 0; i < s.n; i++) {
		static const char hex[] = "0123456789abcdef";
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"' || c == '\\') {
			p[n++] = '\\';
			p[n++] = (char)c;
		} else if (c < 0x20 && c) {
			p[n++] = '\\';
			p[n++] = 'x';
			p[n++] = hex[c >> 4];
			p[n++] = hex[c & 15];
		} else {
			p[n++] = (char)c;
		}
	}
	p[n++] = '"';
	text_add(l, text, (struct str){ p, n }, at, false);
}

static void put(struct ruleset_loader *l, struct text *text, const char *s, struct place at)
{
	text_add(l, text, str_of(s), at, false);
}

static bool takes_list(struct str comp)
{
	enum modifier modifier;
	enum op op;

	return op_find(comp, &op, &modifier) &&
	       (op == OP_IN || op == OP_INTERSECTS || op == OP_PMATCH || modifier != MODIFIER_NONE);
}

/* The place where the exception names its field; errors in the field are reported there. */
static struct place field_place(const struct exception *e, uint32_t i)
{
	const struct yaml *node = e->fields_at.node;

	return (struct place){ e->fields_at.source,
			       node->kind == YAML_LIST ? node->items[i] : node };
}

/* val(field) or another transformer: compared with its value, not with this text. */
static bool is_operand(struct place value, struct str comp)
{
	struct lexer lx = { 0 };
	enum modifier modifier;
	enum op op;

	if (value.node->kind != YAML_TEXT || !op_find(comp, &op, &modifier) ||
	    modifier != MODIFIER_NONE)
		return false;
	lx.text = value.node->text;
	return operand_is_transformer(&lx) &&
	       (str_ends(lx.text, STR(")")) || str_ends(lx.text, STR("]")));
}

static void put_check(struct ruleset_loader *l, struct text *text, const struct exception *e,
		      uint32_t i, struct place value)
{
	struct str comp = e->comps[i];
	bool list = takes_list(comp);
	bool written = is_operand(value, comp) ||
		       (list && value.node->kind == YAML_TEXT && value.node->text.n &&
			value.node->text.p[0] == '(');

	text_add(l, text, e->fields[i], field_place(e, i), false);
	put(l, text, " ", value);
	text_add(l, text, comp, value, false);
	put(l, text, list && !written ? " (" : " ", value);
	if (written)
		text_add(l, text, value.node->text, value, false);
	else if (value.node->kind == YAML_TEXT)
		put_value(l, text, value.node->text, value);
	for (uint32_t k = 0; value.node->kind == YAML_LIST && k < value.node->n; k++) {
		put(l, text, k ? ", " : "", value);
		put_value(l, text, value.node->items[k]->text,
			  (struct place){ value.source, value.node->items[k] });
	}
	put(l, text, list && !written ? ")" : "", value);
}

/* field in (all values): for an exception whose field is not a list. */
static void put_scalar(struct ruleset_loader *l, const struct rule_item *rule, struct text *text,
		       const struct exception *e)
{
	bool list = takes_list(e->comps[0]);

	if (!list || (e->nvalues == 1 && is_operand(e->values[0], e->comps[0]))) {
		for (uint32_t i = 0; i < e->nvalues; i++) {
			put(l, text, i ? " or " : "", e->values[i]);
			put_check(l, text, e, 0, e->values[i]);
		}
		return;
	}
	text_add(l, text, e->fields[0], field_place(e, 0), false);
	put(l, text, " ", e->place);
	text_add(l, text, e->comps[0], e->place, false);
	put(l, text, " (", e->place);
	for (uint32_t i = 0; i < e->nvalues; i++) {
		const struct yaml *node = e->values[i].node;

		if (text->s.n > TEXT_MAX) {
			error(l, rule, e->values[i], "the exceptions are too large");
			return;
		}
		for (uint32_t k = 0; k < (node->kind == YAML_LIST ? node->n : 1); k++) {
			const struct yaml *value = node->kind == YAML_LIST ? node->items[k] : node;

			put(l, text, i || k ? ", " : "", e->values[i]);
			put_value(l, text, value->text, e->values[i]);
		}
	}
	put(l, text, ")", e->place);
}

void exceptions_text(struct ruleset_loader *l, const struct rule_item *rule, struct text *text)
{
	for (uint32_t i = 0; i < rule->nexceptions; i++) {
		const struct exception *e = &rule->exceptions[i];

		if (!e->nvalues)
			continue;
		put(l, text, text->s.n ? " and not (" : "not (", e->place);
		if (e->scalar)
			put_scalar(l, rule, text, e);
		for (uint32_t v = 0; !e->scalar && v < e->nvalues; v++) {
			if (text->s.n > TEXT_MAX) {
				error(l, rule, e->values[v], "the exceptions are too large");
				return;
			}
			put(l, text, v ? " or (" : "(", e->values[v]);
			for (uint32_t k = 0; k < e->nfields; k++) {
				put(l, text, k ? " and " : "", e->values[v]);
				put_check(l, text, e, k,
					  (struct place){ e->values[v].source,
							  e->values[v].node->items[k] });
			}
			put(l, text, ")", e->values[v]);
		}
		put(l, text, ")", e->place);
	}
}
