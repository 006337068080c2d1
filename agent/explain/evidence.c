/* SPDX-License-Identifier: Apache-2.0 */
/* Parses an alert. Missing members, and members of the wrong type, are unknown values. */
#include "explain/evidence.h"
#include <errno.h>
#include <stdlib.h>
#include "alert/raise.h"
#include "filter/constant.h"
#include "filter/fieldref.h"
#include "filter/print.h"

static struct str text_of(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	return json_is_string(v) ? (struct str){ json_string_value(v), json_string_length(v) } :
				   (struct str){ 0 };
}

/* Bytes of the string or number that @s begins with; of anything else, one. */
static size_t token_len(struct str s)
{
	size_t n = 1;

	if (*s.p == '"') {
		while (n < s.n && s.p[n] != '"')
			n += s.p[n] == '\\' ? 2 : 1;
		return n < s.n ? n + 1 : s.n;
	}
	if (strchr("+-.0123456789eE", *s.p))
		while (n < s.n && strchr("+-.0123456789eE", s.p[n]))
			n++;
	return n;
}

/* A number that needs all 64 bits. */
static bool is_wide(struct str s)
{
	static const char first[] = "9223372036854775808", last[] = "18446744073709551615";

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n == sizeof(first) - 1 ? memcmp(s.p, first, s.n) >= 0 :
	       s.n == sizeof(last) - 1 && *s.p == '1' && memcmp(s.p, last, s.n) <= 0;
}

/*
 * jansson has no unsigned 64-bit numbers. A number that needs them is read as an object with one
 * member, its digits; no value of an alert is an object.
 */
#define WIDE	"u64"

static struct str widen(struct arena *arena, struct str line)
{
	const size_t size = line.n + line.n / 19 * (sizeof("{\"" WIDE "\":\"\"}") - 1) + 1;
	struct buf b = { .p = arena_alloc(arena, size), .size = size };

	if (!b.p)
		return (struct str){ 0 };
	while (line.n) {
		struct str token = { line.p, token_len(line) };

		if (is_wide(token))
			buf_printf(&b, "{\"" WIDE "\":\"" STR_FMT "\"}", STR_ARG(token));
		else
			buf_str(&b, token);
		line = (struct str){ line.p + token.n, line.n - token.n };
	}
	return buf_as_str(&b);
}

/* A number beyond 64 bits is read as the nearest real. */
static json_t *parse(struct str line, struct arena *arena, json_error_t *error)
{
	json_t *root = json_loadb(line.p, line.n, 0, error);
	struct str wide;

	if (root || json_error_code(error) != json_error_numeric_overflow)
		return root;
	wide = widen(arena, line);
	if (!wide.p)
		return NULL;
	root = json_loadb(wide.p, wide.n, 0, error);
	return root || json_error_code(error) != json_error_numeric_overflow ? root :
	       json_loadb(wide.p, wide.n, JSON_DECODE_INT_AS_REAL, error);
}

/* The name of an output field as conditions write it; as it is if it is no reference. */
static struct str canonical(struct arena *arena, struct str name)
{
	struct filter_error err = { 0 };
	struct operand *op;
	char room[1024];
	struct buf b = BUF_ON(room);

	if (field_ref_parse(arena, name, &op, &err) < 0)
		return name;
	operand_text(&b, op);
	return b.cut ? name : arena_str(arena, buf_as_str(&b));
}

static void take_check(struct evidence *e, const json_t *check)
{
	struct recorded *t = &e->recorded[e->nrecorded];
	struct str verdict = text_of(check, "verdict");

	*t = (struct recorded){
		.check = (uint32_t)json_integer_value(json_object_get(check, "check")),
		.verdict = ALERT_UNDECIDED,
		.known = {
			.field = text_of(check, "field"),
			.value = json_object_get(check, "value"),
			.given = json_is_true(json_object_get(check, "given")),
			.cut = json_is_true(json_object_get(check, "cut")),
		},
	};
	for (unsigned int v = 0; v < ALERT_VERDICTS; v++) {
		if (str_eq(verdict, str_of(alert_verdict_name(v))))
			t->verdict = (uint8_t)v;
	}
	e->nrecorded++;
	/* A check that was evaluated and has no value in the alert found the field missing. */
	if (t->known.field.p && (t->known.value || t->verdict == ALERT_MISSING))
		e->fields[e->nfields++] = t->known;
}

static int known_order(const void *a, const void *b)
{
	const struct known *x = a, *y = b;
	int bad_x = x->cut * 2 + x->given, bad_y = y->cut * 2 + y->given;

	return bad_x - bad_y;
}

static int take_fields(struct evidence *e, struct arena *arena)
{
	const json_t *outputs = json_object_get(e->root, "output_fields");
	const json_t *checks = json_object_get(json_object_get(e->root, "saker"), "checks");
	size_t n = json_array_size(checks), i;
	const char *key;
	json_t *value;

	e->recorded = arena_alloc(arena, (n + 1) * sizeof(*e->recorded));
	e->fields = arena_alloc(arena, (n + json_object_size(outputs) + 1) * sizeof(*e->fields));
	if (!e->recorded || !e->fields)
		return -ENOMEM;
	json_array_foreach(checks, i, value)
		take_check(e, value);
	json_object_foreach((json_t *)outputs, key, value) {
		e->fields[e->nfields++] = (struct known){
			.field = canonical(arena, str_of(key)), .value = value,
		};
	}
	if (e->nfields)
		qsort(e->fields, e->nfields, sizeof(*e->fields), known_order);
	return 0;
}

int evidence_parse(struct evidence *ret, struct str line, struct arena *arena, struct str *why)
{
	json_error_t error;
	int r;

	*ret = (struct evidence){ .root = parse(line, arena, &error) };
	if (!ret->root) {
		*why = arena_printf(arena, "column %d: %s", error.column, error.text);
		return -EINVAL;
	}
	ret->rule = text_of(ret->root, "rule");
	ret->output = text_of(ret->root, "output");
	ret->digest = text_of(json_object_get(ret->root, "saker"), "digest");
	r = take_fields(ret, arena);
	if (r == 0 && !ret->rule.p) {
		*why = STR("it names no rule");
		r = -EINVAL;
	}
	if (r < 0)
		evidence_uninit(ret);
	return r;
}

void evidence_uninit(struct evidence *e)
{
	json_decref(e->root);
	*e = (struct evidence){ 0 };
}

const struct known *evidence_field(const struct evidence *e, struct str field)
{
	for (uint32_t i = 0; i < e->nfields; i++) {
		if (str_eq(e->fields[i].field, field))
			return &e->fields[i];
	}
	return NULL;
}

bool evidence_wide(const json_t *value, uint64_t *ret)
{
	const char *digits = json_string_value(json_object_get(value, WIDE));

	if (digits)
		*ret = strtoull(digits, NULL, 10);
	return digits;
}

bool evidence_text(const json_t *value, struct buf *b)
{
	uint64_t wide;

	switch (json_typeof(value)) {
	case JSON_OBJECT:
		if (!evidence_wide(value, &wide))
			return false;
		buf_u64(b, wide);
		return true;
	case JSON_STRING:
		buf_str(b, (struct str){ json_string_value(value), json_string_length(value) });
		return true;
	case JSON_INTEGER:
		buf_s64(b, json_integer_value(value));
		return true;
	case JSON_REAL:
		buf_printf(b, "%.17g", json_real_value(value));
		return true;
	case JSON_TRUE:
	case JSON_FALSE:
		buf_text(b, json_is_true(value) ? "true" : "false");
		return true;
	default:
		return false;
	}
}

static bool single_value(const json_t *json, const struct operand *op, struct arena *arena,
			 struct value *ret)
{
	char room[64];
	struct buf b = BUF_ON(room);
	struct str text;

	if (json_is_string(json)) {
		text = (struct str){ json_string_value(json), json_string_length(json) };
	} else {
		if (op->type == VALUE_STR || !evidence_text(json, &b))
			return false;
		text = arena_str(arena, buf_as_str(&b));
	}
	/* Modes and flags are written in octal and hex, without a prefix. */
	if (json_is_string(json) && op->kind == OPERAND_FIELD && value_is_number(op->type) &&
	    op->field->flags & (FIELD_OCT | FIELD_HEX)) {
		*ret = (struct value){ .type = op->type };
		ret->u = strtoull(text.p, NULL, op->field->flags & FIELD_OCT ? 8 : 16);
		return true;
	}
	if (op->type == VALUE_NET && constant_parse(ret, VALUE_IP, text) == 0)
		return true;
	return text.p && constant_parse(ret, op->type, text) == 0;
}

bool evidence_value(const struct known *known, const struct operand *op, struct arena *arena,
		    struct value *ret)
{
	size_t n = json_array_size(known->value);
	struct value *list;

	if (!json_is_array(known->value))
		return !op->list && !operand_is_any(op) &&
		       single_value(known->value, op, arena, ret);
	list = arena_alloc(arena, (n + 1) * sizeof(*list));
	if (!list || !n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!single_value(json_array_get(known->value, i), op, arena, &list[i]))
			return false;
	}
	*ret = (struct value){ .type = op->type, .count = (uint32_t)n, .list = list };
	return true;
}
