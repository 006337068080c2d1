/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes random conditions and their text, and evaluates them directly, with its
 * own string functions. It shares no code with the engine; only test-random.c
 * includes it.
 */
#ifndef RULE_TEST_NAIVE_H
#define RULE_TEST_NAIVE_H

#include "rule/test-chance.h"
#include "rule/test-regexes.h"

/* Fields. */

enum { S0, S1, S2, PATH, DIRECTORY, FILENAME, N0, N1, U0, B0, IP, NET, LIST, ANY, BOTH, BUF, PORT, FIELDS };

struct answer_of {		/* by field */
	struct value values[FIELDS];
	int results[FIELDS];
	char directory[64];
};

struct fake {
	struct event ev;
	struct ev_open rec;
	struct answer_of is;
	struct answer_of given;	/* of paths only */
	struct value elements[FIELDS][4];
};

static int fake_get(struct value *ret, const struct answer_of *from, int field)
{
	*ret = from->values[field];
	return from->results[field];
}

#define FAKE(name, from, id)								\
	static int get_##name(struct value *ret, const struct event *ev,		\
			      const struct field_arg *arg)				\
	{										\
		(void)arg;								\
		return fake_get(ret, &((const struct fake *)ev)->from, id);		\
	}
#define IS(id)		FAKE(id, is, id)
#define GIVEN(id)	FAKE(given_##id, given, id)
IS(S0) IS(S1) IS(S2) IS(PATH) IS(DIRECTORY) IS(FILENAME) IS(N0) IS(N1) IS(U0) IS(B0) IS(IP) IS(NET)
IS(LIST) IS(ANY) IS(BOTH) IS(BUF) IS(PORT) GIVEN(PATH) GIVEN(DIRECTORY) GIVEN(FILENAME)

static int get_type(struct value *ret, const struct event *ev, const struct field_arg *arg)
{
	(void)arg;
	*ret = (struct value){ .type = VALUE_STR, .s = evt_type_name(ev->type) };
	return 0;
}

#define SYS (1u << FIELD_SOURCE_SYSCALL)
static const struct field_def fields[] = {
	[S0] = { .name = "t.s0", .type = VALUE_STR, .flags = 0, .sources = SYS, .extract = get_S0, .doc = "" },
	[S1] = { .name = "t.s1", .type = VALUE_STR, .flags = 0, .sources = SYS, .extract = get_S1, .doc = "" },
	[S2] = { .name = "t.s2", .type = VALUE_STR, .flags = 0, .sources = SYS, .extract = get_S2, .doc = "" },
	[PATH] = { .name = "t.path", .type = VALUE_STR, .flags = FIELD_PATH | FIELD_WHOLE_PATH, .sources = SYS,
	  .extract = get_PATH, .given = get_given_PATH, .doc = "" },
	[DIRECTORY] = { .name = "t.dir", .type = VALUE_STR, .flags = FIELD_PATH | FIELD_DIRECTORY, .sources = SYS,
	  .extract = get_DIRECTORY, .given = get_given_DIRECTORY, .doc = "" },
	[FILENAME] = { .name = "t.file", .type = VALUE_STR, .flags = FIELD_PATH | FIELD_FILENAME, .sources = SYS,
	  .extract = get_FILENAME, .given = get_given_FILENAME, .doc = "" },
	[N0] = { .name = "t.n0", .type = VALUE_S64, .flags = FIELD_SHAPE_SIGN, .sources = SYS, .extract = get_N0,
	  .doc = "" },
	[N1] = { .name = "t.n1", .type = VALUE_S64, .flags = 0, .sources = SYS, .extract = get_N1, .doc = "" },
	[U0] = { .name = "t.u0", .type = VALUE_U64, .flags = 0, .sources = SYS, .extract = get_U0, .doc = "" },
	[B0] = { .name = "t.b0", .type = VALUE_BOOL, .flags = FIELD_SHAPE, .sources = SYS, .extract = get_B0,
	  .doc = "" },
	[IP] = { .name = "t.ip", .type = VALUE_IP, .flags = 0, .sources = SYS, .extract = get_IP, .doc = "" },
	[NET] = { .name = "t.net", .type = VALUE_NET, .flags = 0, .sources = SYS, .extract = get_NET, .doc = "" },
	[LIST] = { .name = "t.list", .type = VALUE_STR, .flags = FIELD_LIST, .sources = SYS, .extract = get_LIST,
	  .doc = "" },
	[ANY] = { .name = "t.any", .type = VALUE_STR, .flags = FIELD_ANY, .sources = SYS, .extract = get_ANY,
	  .doc = "" },
	[BOTH] = { .name = "t.both", .type = VALUE_PORT, .flags = FIELD_EITHER_END, .sources = SYS,
	  .extract = get_BOTH, .doc = "" },
	[BUF] = { .name = "t.buf", .type = VALUE_STR, .flags = FIELD_BUFFER, .sources = SYS, .extract = get_BUF,
	  .doc = "" },
	[PORT] = { .name = "t.port", .type = VALUE_PORT, .flags = 0, .sources = SYS, .extract = get_PORT, .doc = "" },
	{ .name = "evt.type", .type = VALUE_STR, .flags = 0, .sources = SYS, .extract = get_type, .doc = "" },
};
static const struct field_set field_set = { fields, sizeof(fields) / sizeof(fields[0]) };

/* Words. */

static const char *const words[] = {
	"a", "b", "ab", "abc", "A", "AB", "/etc", "/etc/x", "/etc/x/y", "/etcx", "/usr/bin", "x y",
	"bash", "/", "c", "ba", "x", "/a", "/a/b", "/etc/ab",
};
static const char *const patterns[] = { "a*", "*b", "?", "a?c", "[a-c]*", "*", "/etc/*", "[!a]*",
					"*a*b*", "\\a", "[[:upper:]]*", "ab" };
static const char *const prefixes[] = { "/etc", "/etc/x", "/usr", "/", "/e*", "/usr/*", "/etc/x/" };
static const char *const nets[] = { "10.0.%u.0/24", "10.%u.0.0/16", "10.0.%u.0/23", "10.%u.0.0/15",
				    "10.0.%u.0/32", "%u.0.0.0/5" };
static const char *const types[] = { "open", "openat", "execve", "connect" };
/* Two words joined: a word at the end or inside of another. */
static char composed[48][20];

static void compose(void)
{
	for (size_t i = 0; i < sizeof(composed) / sizeof(composed[0]); i++)
		snprintf(composed[i], sizeof(composed[i]), "%s%s", PICK(words), PICK(words));
	compose_expressions();
}

static const char *pick_word(void)
{
	return chance(3) ? PICK(words) : PICK(composed);
}

/* The tree. */

enum kind { AND, OR, NOT, CHECK };
enum shape { PLAIN, LOWER, BASE, LENGTH, CONCAT };

struct tree {
	enum kind kind;
	struct tree *kids[4];
	unsigned int nkids;
	int field;		/* FIELDS: evt.type */
	enum shape shape;
	enum op op;
	enum modifier modifier;
	int rhs;		/* a field, or -1 */
	unsigned int n;
	char constants[5][24];
};

#define POOL		(1u << 15)

static struct tree *pool[POOL];
static unsigned int pool_used;

static struct tree *tree_new(enum kind kind)
{
	struct tree *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	assert_true(pool_used < POOL);
	pool[pool_used++] = t;
	t->kind = kind;
	t->rhs = -1;
	return t;
}

static bool is_text(int field)
{
	return field <= FILENAME || field == ANY;
}

static enum op pick_op(const struct tree *t)
{
	static const enum op text[] = { OP_EQ, OP_EQ, OP_NE, OP_CONTAINS, OP_ICONTAINS,
					OP_STARTSWITH, OP_ENDSWITH, OP_GLOB, OP_IGLOB, OP_IN, OP_IN,
					OP_INTERSECTS, OP_PMATCH, OP_EXISTS, OP_LT, OP_GE };
	static const enum op number[] = { OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_IN,
					  OP_INTERSECTS, OP_EXISTS };
	static const enum op equal[] = { OP_EQ, OP_NE, OP_IN, OP_INTERSECTS, OP_EXISTS };
	static const enum op list[] = { OP_IN, OP_INTERSECTS, OP_EXISTS };
	static const enum op buffer[] = { OP_CONTAINS, OP_BCONTAINS, OP_BSTARTSWITH, OP_EQ, OP_ENDSWITH };
	static const enum op type[] = { OP_EQ, OP_NE, OP_IN, OP_STARTSWITH };

	if (t->shape == LENGTH)
		return PICK(number);
	if (t->field == FIELDS)
		return PICK(type);
	if (t->field == LIST)
		return PICK(list);
	if (t->field == BUF)
		return PICK(buffer);
	if (is_text(t->field))		/* expensive checks are rarely evaluated otherwise */
		return chance(5) < 2 ? OP_REGEX : PICK(text);
	if (t->field == B0 || t->field == IP || t->field == NET)
		return PICK(equal);
	return PICK(number);
}

static void constant(struct tree *t, char *out)
{
	if (t->shape == LENGTH || (t->field >= N0 && t->field <= U0) || t->field == BOTH ||
	    t->field == PORT)
		sprintf(out, "%d", (int)chance(5) - (t->shape != LENGTH && t->field < U0 &&
						      t->field >= N0));
	else if (t->field == FIELDS)
		strcpy(out, t->op == OP_STARTSWITH ? "open" : PICK(types));
	else if (t->field == B0)
		strcpy(out, chance(2) ? "true" : "false");
	else if (t->field == IP)
		sprintf(out, "10.0.0.%u", chance(3));
	else if (t->field == NET)
		sprintf(out, PICK(nets), chance(3));
	else if (t->op == OP_BCONTAINS || t->op == OP_BSTARTSWITH)
		strcpy(out, chance(2) ? "61" : "6162");
	else if (t->op == OP_LT || t->op == OP_GE)
		sprintf(out, "%u", chance(3));
	else if (t->op == OP_GLOB || t->op == OP_IGLOB)
		strcpy(out, PICK(patterns));
	else if (t->op == OP_REGEX)
		strcpy(out, PICK(expressions).text);
	else if (t->op == OP_PMATCH)
		strcpy(out, PICK(prefixes));
	else
		strcpy(out, pick_word());
}

static struct tree *random_check(void)
{
	struct tree *t = tree_new(CHECK);
	bool list;

	t->field = (int)chance(FIELDS + 3);
	if (t->field > FIELDS)
		t->field = FIELDS;
	if (t->field <= FILENAME && !chance(4))
		t->shape = (enum shape)(1 + chance(4));
	t->op = pick_op(t);
	list = t->op == OP_IN || t->op == OP_INTERSECTS || t->op == OP_PMATCH;
	if (!list && (is_text(t->field) || t->field == BUF) && t->shape != LENGTH && !chance(5) &&
	    t->op != OP_EXISTS && t->op != OP_LT && t->op != OP_GE)
		t->modifier = (enum modifier)(1 + chance(3));
	if (t->modifier == MODIFIER_NONE && !chance(6) && t->op != OP_PMATCH && t->op != OP_EXISTS &&
	    t->op != OP_REGEX) {
		if (t->shape == PLAIN && is_text(t->field) && t->field != ANY)
			t->rhs = (int)chance(3);
		else if (t->field == N0 || t->field == U0)
			t->rhs = N0 + (int)chance(3);
	}
	t->n = list || t->modifier ? chance(5) : 1;
	if (t->op == OP_EXISTS || t->rhs >= 0)
		t->n = 0;
	for (unsigned int i = 0; i < t->n; i++)
		constant(t, t->constants[i]);
	return t;
}

static struct tree *random_tree(unsigned int depth)
{
	unsigned int what = depth ? chance(8) : 7;
	struct tree *t;

	if (what >= 5)
		return random_check();
	t = tree_new(what < 2 ? AND : what < 4 ? OR : NOT);
	t->nkids = t->kind == NOT ? 1 : 2 + chance(3);
	for (unsigned int i = 0; i < t->nkids; i++)
		t->kids[i] = random_tree(depth - 1);
	return t;
}

/* A check that few events pass, as in rules that rarely match: the index finds them by it. */
static struct tree *selective_check(void)
{
	static const int by[] = { S0, S1, S2, PATH, PATH, DIRECTORY, FILENAME, LIST, ANY, BUF, IP,
				  NET };
	static const enum op text[] = { OP_EQ, OP_IN, OP_STARTSWITH, OP_ENDSWITH, OP_CONTAINS,
					OP_ICONTAINS, OP_PMATCH, OP_GLOB, OP_REGEX };
	static const enum op bytes[] = { OP_STARTSWITH, OP_ENDSWITH, OP_CONTAINS };
	struct tree *t = tree_new(CHECK);

	t->field = PICK(by);
	t->op = t->field == LIST ? OP_INTERSECTS : t->field == BUF ? PICK(bytes) :
		t->field == IP || t->field == NET ? OP_IN : PICK(text);
	t->n = t->op == OP_IN || t->op == OP_INTERSECTS || t->op == OP_PMATCH ? 1 + chance(3) : 1;
	for (unsigned int i = 0; i < t->n; i++)
		constant(t, t->constants[i]);
	return t;
}

/* Checks that many rules of a set share: opened for writing, in a container. */
static struct tree *common_check(void)
{
	static const struct tree common[] = {
		{ .kind = CHECK, .field = B0, .op = OP_EQ, .n = 1, .constants = { "true" } },
		{ .kind = CHECK, .field = N0, .op = OP_GE, .n = 1, .constants = { "0" } },
		{ .kind = CHECK, .field = N0, .op = OP_GE, .n = 1, .constants = { "1" } },
		{ .kind = CHECK, .field = S2, .op = OP_NE, .n = 1, .constants = { "a" } },
		{ .kind = CHECK, .field = NET, .op = OP_NE, .n = 1,
		  .constants = { "10.1.0.0/16" } },
	};
	struct tree *t = tree_new(CHECK);

	*t = common[chance(5)];
	t->rhs = -1;
	return t;
}

static struct tree *selective_tree(void)
{
	struct tree *t = tree_new(chance(5) ? AND : OR);

	t->nkids = 3;
	t->kids[0] = common_check();
	t->kids[1] = selective_check();
	t->kids[2] = chance(3) ? random_tree(chance(3)) : selective_check();
	return t;
}

/* The text. */

static void put_constant(FILE *out, const char *s)
{
	bool bare = *s && !strpbrk(s, " (),=\"'");

	if (bare && chance(2)) {
		fputs(s, out);
		return;
	}
	putc('"', out);
	for (; *s; s++)
		fprintf(out, *s == '\\' ? "\\\\" : "%c", *s);
	putc('"', out);
}

static void put_check(FILE *out, const struct tree *t)
{
	static const char *const shapes[] = { "%s", "tolower(%s)", "basename(%s)", "len(%s)",
					      "concat(%s, \"-\", t.s0)" };
	static const char *const mods[] = { "", " oneof", " anyof", " allof" };
	const char *name = t->field == FIELDS ? "evt.type" : fields[t->field].name;
	bool list = t->op == OP_IN || t->op == OP_INTERSECTS || t->op == OP_PMATCH || t->modifier;
	char shaped[64];

	snprintf(shaped, sizeof(shaped), shapes[t->shape], name);
	fprintf(out, "%s %s%s ", shaped, op_text(t->op), mods[t->modifier]);
	if (t->rhs >= 0)
		fprintf(out, "val(%s)", fields[t->rhs].name);
	if (list && t->rhs < 0)
		putc('(', out);
	for (unsigned int i = 0; i < t->n; i++) {
		fputs(i ? ", " : "", out);
		if (t->op == OP_LT || t->op == OP_LE || t->op == OP_GT || t->op == OP_GE)
			fputs(t->constants[i], out);
		else
			put_constant(out, t->constants[i]);
	}
	if (list && t->rhs < 0)
		putc(')', out);
}

/* Some parts become macros, which are written to @macros before use. */
static void put_tree(FILE *out, FILE *macros, const struct tree *t)
{
	static unsigned int number;
	bool wrap;

	if (t->kind == CHECK) {
		put_check(out, t);
		return;
	}
	if (macros && !chance(5)) {
		unsigned int me = number++;
		char *text = NULL;
		size_t n;
		FILE *body = open_memstream(&text, &n);

		put_tree(body, macros, t);
		fclose(body);
		fprintf(macros, "- macro: m%u\n  condition: >\n    %s\n", me, text);
		free(text);
		fprintf(out, "m%u", me);
		return;
	}
	for (unsigned int i = 0; i < t->nkids; i++) {
		fputs(t->kind == NOT ? "not " : i == 0 ? "" : t->kind == AND ? " and " : " or ", out);
		wrap = t->kids[i]->kind == OR || t->kids[i]->kind == AND || !chance(4);
		fputs(wrap ? "(" : "", out);
		put_tree(out, macros, t->kids[i]);
		fputs(wrap ? ")" : "", out);
	}
}

/* The other evaluator. */

static bool has(const char *s, const char *part, bool fold)
{
	return fold ? strcasestr(s, part) != NULL : strstr(s, part) != NULL;
}

static bool below(const char *s, const char *prefix)
{
	char p[64], head[256];
	size_t n;

	snprintf(p, sizeof(p), "%s", prefix);
	while ((n = strlen(p)) && p[n - 1] == '/')
		p[n - 1] = 0;
	for (size_t i = 0; i <= strlen(s); i++) {
		if (s[i] && s[i] != '/')
			continue;
		snprintf(head, sizeof(head), "%.*s", (int)i, s);
		if (fnmatch(p, head, FNM_PATHNAME) == 0)
			return true;
	}
	return false;
}

static bool text_op(enum op op, const char *s, const char *c)
{
	char bytes[8] = "";

	switch (op) {
	case OP_EQ: case OP_IN: case OP_INTERSECTS:
		return !strcmp(s, c);
	case OP_NE:
		return strcmp(s, c);
	case OP_CONTAINS:
		return has(s, c, false);
	case OP_ICONTAINS:
		return has(s, c, true);
	case OP_STARTSWITH:
		return !strncmp(s, c, strlen(c));
	case OP_ENDSWITH:
		return strlen(s) >= strlen(c) && !strcmp(s + strlen(s) - strlen(c), c);
	case OP_GLOB:
		return fnmatch(c, s, 0) == 0;
	case OP_IGLOB:
		return fnmatch(c, s, FNM_CASEFOLD) == 0;
	case OP_REGEX:
		return regex_holds(s, c);
	case OP_PMATCH:
		return below(s, c);
	case OP_LT:
		return strcmp(s, c) < 0;
	case OP_GE:
		return strcmp(s, c) >= 0;
	case OP_BCONTAINS: case OP_BSTARTSWITH:
		for (size_t i = 0; c[i]; i += 2)
			bytes[i / 2] = (char)strtol((char[]){ c[i], c[i + 1], 0 }, NULL, 16);
		return op == OP_BCONTAINS ? has(s, bytes, false) : !strncmp(s, bytes, strlen(bytes));
	default:
		return false;
	}
}

static bool number_op(enum op op, int64_t a, int64_t b)
{
	switch (op) {
	case OP_NE:
		return a != b;
	case OP_LT:
		return a < b;
	case OP_LE:
		return a <= b;
	case OP_GT:
		return a > b;
	case OP_GE:
		return a >= b;
	default:
		return a == b;
	}
}

static bool in_net(const struct ip_addr *ip, const char *net)
{
	unsigned int b[4] = { 0 }, len = 0;

	sscanf(net, "%u.%u.%u.%u/%u", &b[0], &b[1], &b[2], &b[3], &len);
	for (unsigned int bit = 0; bit < len; bit++) {
		if ((ip->b[bit / 8] ^ b[bit / 8]) >> (7 - bit % 8) & 1)
			return false;
	}
	return true;
}

static bool one_op(const struct tree *t, const struct value *v, const char *c)
{
	char text[64];

	switch (v->type) {
	case VALUE_STR:
		return text_op(t->op, v->s.p, c);
	case VALUE_BOOL:
		return (v->u == !strcmp(c, "true")) == (t->op != OP_NE);
	case VALUE_IP:
		if (t->field == NET)
			return in_net(&v->ip, c) == (t->op != OP_NE);
		sprintf(text, "%u.%u.%u.%u", v->ip.b[0], v->ip.b[1], v->ip.b[2], v->ip.b[3]);
		return !strcmp(text, c) == (t->op != OP_NE);
	default:
		return number_op(t->op, v->i, strtoll(c, NULL, 10));
	}
}

/* One value of the left-hand side against all constants. */
static bool value_holds(const struct tree *t, const struct value *v, const struct value *rhs)
{
	unsigned int hits = 0;

	if (rhs && v->type == VALUE_STR)
		return text_op(t->op, v->s.p, rhs->s.p);
	if (rhs)
		return number_op(t->op, v->i, rhs->i);
	for (unsigned int i = 0; i < t->n; i++)
		hits += one_op(t, v, t->constants[i]);
	if (t->modifier == MODIFIER_ALLOF)
		return t->n && hits == t->n;
	if (t->modifier == MODIFIER_ONEOF)
		return hits == 1;
	return hits > 0;
}

/* Return: 0 false, 1 true, 2 undecided. */
static int check_of(const struct tree *t, const struct answer_of *is, const struct value *v,
		    int result)
{
	const struct value *rhs = NULL;
	struct value shaped = *v;
	char text[256];
	bool all;

	if (t->n == 0 && t->op != OP_EXISTS && t->rhs < 0)
		return 0;
	if (result)
		return result == FIELD_MISSING ? 0 : 2;
	if (t->shape == CONCAT && is->results[S0])
		return is->results[S0] == FIELD_MISSING ? 0 : 2;
	if (t->op == OP_EXISTS)
		return 1;
	if (t->rhs >= 0) {
		if (is->results[t->rhs])
			return is->results[t->rhs] == FIELD_MISSING ? 0 : 2;
		rhs = &is->values[t->rhs];
	}
	if (t->shape == LENGTH) {
		shaped = (struct value){ .type = VALUE_U64, .u = strlen(v->s.p) };
	} else if (t->shape != PLAIN) {
		snprintf(text, sizeof(text), "%s%s%s", v->s.p, t->shape == CONCAT ? "-" : "",
			 t->shape == CONCAT ? is->values[S0].s.p : "");
		shaped.s.p = text;
		for (char *p = text; t->shape == LOWER && *p; p++)
			*p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
		if (t->shape == BASE && strrchr(text, '/'))
			shaped.s.p = strrchr(text, '/') + 1;
	}
	if (!v->count)
		return value_holds(t, &shaped, rhs);
	all = (t->field == LIST && t->op == OP_IN) || (t->field == BOTH && t->op == OP_NE);
	for (unsigned int i = 0; i < v->count; i++) {
		if (value_holds(t, &v->list[i], rhs) != all)
			return !all;
	}
	return all;
}

static uint64_t seen[OP_COUNT][2];

/* Whether the tree, or its negation, holds if undecided checks count as @favour. */
static bool holds(const struct tree *t, const struct fake *f, bool positive, bool favour)
{
	struct value type = { .type = VALUE_STR, .s = evt_type_name(f->ev.type) };
	int r, given;

	if (t->kind == NOT)
		return holds(t->kids[0], f, !positive, favour);
	if (t->kind != CHECK) {
		bool all = (t->kind == AND) == positive;

		for (unsigned int i = 0; i < t->nkids; i++) {
			if (holds(t->kids[i], f, positive, favour) != all)
				return !all;
		}
		return all;
	}
	if (t->field == FIELDS)
		r = check_of(t, &f->is, &type, 0);
	else
		r = check_of(t, &f->is, &f->is.values[t->field], f->is.results[t->field]);
	if (t->field >= PATH && t->field <= FILENAME && positive && r != 1) {
		given = check_of(t, &f->is, &f->given.values[t->field], f->given.results[t->field]);
		r = given ? given : r;
	}
	if (r == 2)
		return favour;
	seen[t->op][r]++;
	return (r == 1) == positive;
}

#endif /* RULE_TEST_NAIVE_H */
