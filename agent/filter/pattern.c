/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Matches globs, path prefixes and values. A glob backtracks only to its last star, so
 * it takes at most length times length steps. Path prefixes are looked up in a
 * dictionary at each slash, so their number does not matter.
 */
#include "filter/pattern.h"
#include <ctype.h>
#include <errno.h>
#include "filter/constant.h"

static unsigned char fold_char(unsigned char c, bool fold)
{
	return fold && c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : c;
}

/* Return: whether the class has the character, or -1 if there is no such class. */
static int in_class(struct str name, unsigned char c)
{
	static const struct { const char *name; int (*is)(int); } classes[] = {
		{ "alnum", isalnum }, { "alpha", isalpha }, { "blank", isblank },
		{ "cntrl", iscntrl }, { "digit", isdigit }, { "graph", isgraph },
		{ "lower", islower }, { "print", isprint }, { "punct", ispunct },
		{ "space", isspace }, { "upper", isupper }, { "xdigit", isxdigit },
	};

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		if (str_eq(name, str_of(classes[i].name)))
			return c < 0x80 && classes[i].is(c);
	}
	return -1;
}

/* The name in "[:name:]" at p[i]; {NULL, 0} if that is none. */
static struct str class_name(struct str p, size_t i)
{
	size_t end = i + 2;

	if (end >= p.n || p.p[i] != '[' || p.p[i + 1] != ':')
		return (struct str){ 0 };
	while (end < p.n && p.p[end] >= 'a' && p.p[end] <= 'z')
		end++;
	if (end + 1 >= p.n || p.p[end] != ':' || p.p[end + 1] != ']')
		return (struct str){ 0 };
	return (struct str){ p.p + i + 2, end - i - 2 };
}

/*
 * A bracket expression at p[i], as fnmatch(3): a class that does not exist ends it without a match.
 * Return: its end, or 0 if it is none.
 */
static size_t bracket(struct str p, size_t i, unsigned char c, bool fold, bool *ret)
{
	bool negate = false, hit = false, broken = false;
	size_t first;

	i++;
	if (i < p.n && (p.p[i] == '!' || p.p[i] == '^')) {
		negate = true;
		i++;
	}
	for (first = i; i < p.n && (p.p[i] != ']' || i == first);) {
		struct str name = class_name(p, i);
		unsigned char low, high;

		if (name.p) {
			int in = in_class(name, c);	/* never folded */

			hit |= in > 0;
			broken |= in < 0 && !hit;
			i += name.n + 4;
			continue;
		}
		if (p.p[i] == '\\' && i + 1 < p.n)
			i++;
		low = high = (unsigned char)p.p[i++];
		if (i + 1 < p.n && p.p[i] == '-' && p.p[i + 1] != ']') {
			i++;
			if (p.p[i] == '\\' && i + 1 < p.n)
				i++;
			high = (unsigned char)p.p[i++];
		}
		hit |= fold_char(c, fold) >= fold_char(low, fold) &&
		       fold_char(c, fold) <= fold_char(high, fold);
	}
	if (i >= p.n)
		return 0;
	*ret = !broken && hit != negate;
	return i + 1;
}

/* One element of the pattern against one character. Return: where the next begins, 0 if no. */
static size_t glob_step(struct str p, size_t i, unsigned char c, bool fold)
{
	bool hit = false;
	size_t end;

	switch (p.p[i]) {
	case '?':
		return i + 1;
	case '[':
		end = bracket(p, i, c, fold, &hit);
		if (end)
			return hit ? end : 0;
		break;
	case '\\':
		if (i + 1 < p.n)
			i++;
		break;
	}
	return fold_char((unsigned char)p.p[i], fold) == fold_char(c, fold) ? i + 1 : 0;
}

bool glob_match(struct str p, struct str t, bool fold)
{
	size_t i = 0, j = 0, star = SIZE_MAX, back = 0;

	while (j < t.n) {
		size_t next = 0;

		if (i < p.n && p.p[i] == '*') {
			star = ++i;
			back = j;
			continue;
		}
		if (i < p.n)
			next = glob_step(p, i, (unsigned char)t.p[j], fold);
		if (next) {
			i = next;
			j++;
		} else if (star != SIZE_MAX) {
			i = star;
			j = ++back;
		} else {
			return false;
		}
	}
	while (i < p.n && p.p[i] == '*')
		i++;
	return i == p.n;
}

bool str_contains(struct str text, struct str part)
{
	return part.n == 0 || (text.n >= part.n && memmem(text.p, text.n, part.p, part.n));
}

bool str_icontains(struct str text, struct str part)
{
	if (part.n == 0)
		return true;
	for (size_t i = 0; i + part.n <= text.n; i++) {
		size_t j = 0;

		while (j < part.n && fold_char((unsigned char)text.p[i + j], true) ==
				     fold_char((unsigned char)part.p[j], true))
			j++;
		if (j == part.n)
			return true;
	}
	return false;
}

void paths_uninit(struct paths *paths)
{
	dict_uninit(&paths->plain);
}

static bool has_pattern(struct str s)
{
	return s.n && (memchr(s.p, '*', s.n) || memchr(s.p, '?', s.n) || memchr(s.p, '[', s.n));
}

int paths_init(struct paths *paths, struct arena *arena, const struct value *values, uint32_t n)
{
	struct str *globs = arena_alloc(arena, (n + 1) * sizeof(*globs));

	*paths = (struct paths){ .globs = globs };
	if (!globs)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++) {
		struct str s = values[i].s;
		int64_t id;

		while (s.n && s.p[s.n - 1] == '/')
			s.n--;
		if (has_pattern(s)) {
			globs[paths->nglobs++] = s;
			continue;
		}
		id = dict_add(&paths->plain, s);
		if (id < 0)
			return (int)id;
	}
	return 0;
}

static struct str component(struct str *rest)
{
	const char *slash = rest->n ? memchr(rest->p, '/', rest->n) : NULL;
	struct str s = { rest->p, slash ? (size_t)(slash - rest->p) : rest->n };
	size_t skip = s.n + (slash != NULL);

	*rest = (struct str){ rest->p + skip, rest->n - skip };
	return s;
}

static bool glob_prefix(struct str pattern, struct str text)
{
	while (pattern.n) {
		struct str p = component(&pattern), t;

		if (!text.n)
			return false;
		t = component(&text);
		if (!glob_match(p, t, false))
			return false;
	}
	return true;
}

bool paths_match(const struct paths *paths, struct str text)
{
	for (size_t i = 0; paths->plain.count && i <= text.n; i++) {
		if ((i == text.n || text.p[i] == '/') &&
		    dict_find(&paths->plain, (struct str){ text.p, i }))
			return true;
	}
	for (uint32_t i = 0; i < paths->nglobs; i++) {
		if (glob_prefix(paths->globs[i], text))
			return true;
	}
	return false;
}

static bool is_signed(const struct value *v)
{
	return v->type == VALUE_S64 || v->type == VALUE_ABSTIME || v->type == VALUE_RELTIME;
}

/* -1, 0, 1; numbers of different types compare by value. */
static int number_compare(const struct value *a, const struct value *b)
{
	bool a_signed = is_signed(a), b_signed = is_signed(b);

	if (a->type == VALUE_DOUBLE || b->type == VALUE_DOUBLE) {
		double x = a->type == VALUE_DOUBLE ? a->d : a_signed ? (double)a->i : (double)a->u;
		double y = b->type == VALUE_DOUBLE ? b->d : b_signed ? (double)b->i : (double)b->u;

		return (x > y) - (x < y);
	}
	if (a_signed && a->i < 0)
		return b_signed && b->i < 0 ? (a->i > b->i) - (a->i < b->i) : -1;
	if (b_signed && b->i < 0)
		return 1;
	return (a->u > b->u) - (a->u < b->u);
}

static bool value_equal(const struct value *a, const struct value *b)
{
	switch (a->type) {
	case VALUE_STR:
		return str_eq(a->s, b->s);
	case VALUE_IP:
	case VALUE_NET:
		if (b->type == VALUE_NET)
			return value_in_net(&a->ip, &b->ip);
		return a->ip.family == b->ip.family && !memcmp(a->ip.b, b->ip.b, 16);
	case VALUE_BOOL:
		return a->u == b->u;
	default:
		return number_compare(a, b) == 0;
	}
}

bool value_compare(enum op op, const struct value *a, const struct value *b)
{
	int order;

	switch (op) {
	case OP_EQ:
	case OP_IN:
	case OP_INTERSECTS:
		return value_equal(a, b);
	case OP_NE:
		return !value_equal(a, b);
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		order = a->type == VALUE_STR ? str_cmp(a->s, b->s) : number_compare(a, b);
		return op == OP_LT ? order < 0 : op == OP_LE ? order <= 0 :
		       op == OP_GT ? order > 0 : order >= 0;
	case OP_CONTAINS:
	case OP_BCONTAINS:
		return str_contains(a->s, b->s);
	case OP_ICONTAINS:
		return str_icontains(a->s, b->s);
	case OP_STARTSWITH:
	case OP_BSTARTSWITH:
		return str_starts(a->s, b->s);
	case OP_ENDSWITH:
		return str_ends(a->s, b->s);
	case OP_GLOB:
		return glob_match(b->s, a->s, false);
	case OP_IGLOB:
		return glob_match(b->s, a->s, true);
	default:
		return false;
	}
}

struct str value_key(const struct value *v, unsigned char room[20])
{
	switch (v->type) {
	case VALUE_STR:
		return v->s;
	case VALUE_IP:
	case VALUE_NET:
		room[0] = v->ip.family;
		memcpy(room + 1, v->ip.b, 16);
		room[17] = v->type == VALUE_NET ? v->ip.prefix : 0;
		return (struct str){ (char *)room, 18 };
	default:
		memcpy(room, &v->u, sizeof(v->u));
		return (struct str){ (char *)room, sizeof(v->u) };
	}
}

uint32_t value_symbol_key(const struct dict *dict, const struct value *v)
{
	unsigned char room[20];

	return dict_find(dict, value_key(v, room));
}
