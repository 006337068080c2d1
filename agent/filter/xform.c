/* SPDX-License-Identifier: Apache-2.0 */
/* Computes transformers: each makes one value from its arguments, in the event's arena. */
#include <errno.h>
#include "decode/event.h"
#include "filter/fieldref.h"
#include "filter/vm.h"

static int text(struct value *ret, struct str s)
{
	*ret = (struct value){ .type = VALUE_STR, .s = s };
	return s.p ? 0 : -ENOMEM;
}

static int change_case(const struct value *v, struct arena *arena, char from, char to,
		       struct value *ret)
{
	char *p = arena_alloc(arena, v->s.n + 1);

	if (!p)
		return -ENOMEM;
	for (size_t i = 0; i < v->s.n; i++) {
		char c = v->s.p[i];

		p[i] = c >= from && c <= from + 25 ? (char)(c - from + to) : c;
	}
	return text(ret, (struct str){ p, v->s.n });
}

static int base64_digit(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

/* Text that is not Base64 gives no value. */
static int base64(const struct value *v, struct arena *arena, struct value *ret)
{
	struct str s = v->s;
	unsigned char *out = arena_alloc(arena, s.n / 4 * 3 + 4);
	uint32_t bits = 0, nbits = 0;
	size_t n = 0;

	if (!out)
		return -ENOMEM;
	while (s.n && s.p[s.n - 1] == '=')
		s.n--;
	for (size_t i = 0; i < s.n; i++) {
		int digit = base64_digit((unsigned char)s.p[i]);

		if (digit < 0)
			return FIELD_MISSING;
		bits = bits << 6 | (uint32_t)digit;
		nbits += 6;
		if (nbits >= 8) {
			nbits -= 8;
			out[n++] = (unsigned char)(bits >> nbits);
		}
	}
	return text(ret, (struct str){ (char *)out, n });
}

static struct str last_component(struct str s)
{
	for (size_t i = s.n; i > 0; i--) {
		if (s.p[i - 1] == '/')
			return (struct str){ s.p + i, s.n - i };
	}
	return s;
}

static struct str element(const struct value *v, uint32_t i)
{
	return v->count ? v->list[i].s : v->s;
}

static int join(const struct value *parts, struct str between, struct arena *arena,
		struct value *ret)
{
	uint32_t count = parts->count ? parts->count : 1;
	size_t n = 0;
	char *p;

	for (uint32_t i = 0; i < count; i++)
		n += element(parts, i).n + between.n;
	p = arena_alloc(arena, n + 1);
	if (!p)
		return -ENOMEM;
	n = 0;
	for (uint32_t i = 0; i < count; i++) {
		struct str s = element(parts, i);

		if (i && between.n) {
			memcpy(p + n, between.p, between.n);
			n += between.n;
		}
		if (s.n)
			memcpy(p + n, s.p, s.n);
		n += s.n;
	}
	return text(ret, (struct str){ p, n });
}

/* Values as one list with elements of the type of the first; without values an empty text. */
static int make_list(const struct value *args, uint32_t n, struct arena *arena, struct value *ret)
{
	struct value *list = arena_alloc(arena, (n + 1) * sizeof(*list));

	if (!list)
		return -ENOMEM;
	if (!n)		/* nothing to join, of length 0 */
		return text(ret, STR(""));
	memcpy(list, args, n * sizeof(*list));
	*ret = (struct value){ .type = list[0].type, .count = n, .list = list };
	for (uint32_t i = 0; i < n; i++) {
		ret->cut |= list[i].cut;
		ret->no_front |= list[i].no_front;
	}
	return 0;
}

/* The next word of a command line that is one text. */
static bool next_word(struct str *rest, struct str *word)
{
	size_t n = 0;

	while (rest->n && *rest->p == ' ') {
		rest->p++;
		rest->n--;
	}
	while (n < rest->n && rest->p[n] != ' ')
		n++;
	*word = (struct str){ rest->p, n };
	*rest = (struct str){ rest->p + n, rest->n - n };
	return n > 0;
}

struct words {			/* arguments, from a list or from one text */
	const struct value *v;
	uint32_t i;
	struct str rest;
};

static bool words_next(struct words *w, struct str *ret)
{
	if (!w->v->count)
		return next_word(&w->rest, ret);
	if (w->i >= w->v->count)
		return false;
	*ret = w->v->list[w->i++].s;
	return true;
}

/*
 * getopt(3)'s letters: a colon means that the option has an argument. For one option in brackets
 * the result is its last value, which most programs use; else the values of all options as a list.
 */
static int getopt_values(const struct operand *op, const struct value *args, struct arena *arena,
			 struct value *ret)
{
	struct words words = { .v = &args[0], .rest = args[0].s };
	struct value found[64];
	struct str spec = args[1].s, word, wanted = op->arg.key;
	uint32_t n = 0;

	while (n < 64 && words_next(&words, &word) && !str_eq(word, STR("--"))) {
		if (word.n < 2 || word.p[0] != '-' || word.p[1] == '-')
			continue;
		for (size_t i = 1; i < word.n && n < 64; i++) {
			const char *known = memchr(spec.p, word.p[i], spec.n);
			bool has = known && known + 1 < spec.p + spec.n && known[1] == ':';
			struct str value = { word.p + i + 1, word.n - i - 1 };
			bool want = !op->arg.present || (wanted.n == 1 && wanted.p[0] == word.p[i]);

			if (!known || word.p[i] == ':')
				continue;
			if (has && !value.n)
				words_next(&words, &value);
			if (want && op->arg.present)
				n = 0;
			if (want)
				found[n++] = (struct value){ .type = VALUE_STR,
					.s = has ? value : (struct str){ word.p + i, 1 } };
			if (has)
				break;
		}
	}
	if (!n)
		return FIELD_MISSING;
	if (!op->arg.present)
		return make_list(found, n, arena, ret);
	*ret = found[0];
	return 0;
}

/* A field may yield several values, or another type than the transformer expects. */
static bool fits(const struct operand *op, const struct value *args)
{
	for (uint32_t i = 0; i < op->nargs; i++) {
		bool may_be_list = op->xform == XFORM_LEN || (op->xform == XFORM_JOIN && i == 1) ||
				   (op->xform == XFORM_GETOPT && i == 0);

		if (op->xform == XFORM_VAL || (op->xform == XFORM_LEN && args[i].count))
			continue;
		if (args[i].type != VALUE_STR || (args[i].count && !may_be_list))
			return false;
		for (uint32_t k = 0; k < args[i].count; k++) {
			if (args[i].list[k].type != VALUE_STR)
				return false;
		}
	}
	return true;
}

static int apply(const struct operand *op, const struct value *args, struct arena *arena,
		 struct value *ret)
{
	struct value list;
	int r;

	if (op->kind == OPERAND_LIST)
		return make_list(args, op->nargs, arena, ret);
	if (!fits(op, args))
		return FIELD_MISSING;
	switch (op->xform) {
	case XFORM_TOLOWER:
		return change_case(&args[0], arena, 'A', 'a', ret);
	case XFORM_TOUPPER:
		return change_case(&args[0], arena, 'a', 'A', ret);
	case XFORM_B64:
		return base64(&args[0], arena, ret);
	case XFORM_BASENAME:
		return text(ret, last_component(args[0].s));
	case XFORM_LEN:
		*ret = (struct value){ .type = VALUE_U64,
				       .u = args[0].count ? args[0].count : args[0].s.n };
		return 0;
	case XFORM_JOIN:
		return join(&args[1], args[0].s, arena, ret);
	case XFORM_CONCAT:
		r = make_list(args, op->nargs, arena, &list);
		return r ? r : join(&list, STR(""), arena, ret);
	case XFORM_GETOPT:
		return getopt_values(op, args, arena, ret);
	case XFORM_VAL:
		*ret = args[0];
		return 0;
	case XFORM_COUNT:
		break;
	}
	return FIELD_MISSING;
}

/*
 * Of cut text another cut text; what else it would be, as its length, is not known. A value that is
 * missing may be in the part that is.
 */
int xform_apply(const struct operand *op, const struct value *args, struct arena *arena,
		struct value *ret)
{
	int r = apply(op, args, arena, ret);
	bool cut = false, no_front = false;

	for (uint32_t i = 0; r >= 0 && op->kind == OPERAND_XFORM && i < op->nargs; i++) {
		cut |= args[i].cut;
		no_front |= args[i].no_front;
	}
	if (!cut || op->xform == XFORM_VAL)
		return r;
	if (r || ret->type != VALUE_STR || ret->count)
		return FIELD_PENDING;
	ret->cut = true;
	ret->no_front = no_front;
	return 0;
}

int operand_read(const struct operand *op, const struct event *ev, struct value *ret)
{
	struct value args[64];

	if (op->kind == OPERAND_FIELD)
		return op->field->extract ? op->field->extract(ret, ev, &op->arg) : FIELD_MISSING;
	if (op->kind == OPERAND_CONST) {
		*ret = op->constant;
		return 0;
	}
	for (uint32_t i = 0; i < op->nargs; i++) {
		int r = operand_read(op->args[i], ev, &args[i]);

		if (r)
			return r;
	}
	return xform_apply(op, args, ev->arena, ret);
}
