/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests the normal form of conditions: negations only at the checks, chains merged, what is
 * decided at load removed, checks ordered by what they decide for their cost; and that the
 * instructions give what the tree gives.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include "filter/check.h"
#include "filter/guess.h"
#include "filter/parse.h"
#include "filter/pred.h"
#include "filter/program.h"
#include "filter/resolve.h"

struct made {
	struct arena *arena;
	struct program p;
	struct condition c;
};

static struct expr *find_macro(void *ctx, struct str name, const struct expr *at, struct filter_error *err,
			     uint32_t *size, uint32_t *depth)
{
	(void)at;
	*size = 1;
	*depth = 2;
	assert_true(str_eq(name, STR("opens")));
	return filter_parse(ctx, STR("(evt.type in (open, openat))"), NULL, NULL, err);
}

static const struct list *no_list(void *ctx, struct str name)
{
	(void)ctx;
	(void)name;
	return NULL;
}

static struct expr *parse(struct made *m, const char *text)
{
	const struct names names = { .ctx = m->arena, .macro = find_macro, .list = no_list };
	const struct checker checker = { .arena = m->arena };
	struct filter_error err = { 0 };
	uint32_t size, depth;
	struct expr *e = filter_parse(m->arena, str_of(text), NULL, NULL, &err);

	if (e)
		filter_resolve(e, m->arena, &names, &err, &size, &depth);
	if (!e || !filter_check(&checker, e, &err))
		fail_msg("%s: %.*s", text, STR_ARG(err.text));
	return e;
}

static void add(struct made *m, const char *text)
{
	assert_int_equal(program_add(&m->p, parse(m, text), &m->c), 0);
}

static struct made make(const char *text)
{
	struct made m = { .arena = arena_new(0, 0) };

	program_init(&m.p, m.arena);
	add(&m, text);
	return m;
}

static void end(struct made *m)
{
	assert_int_equal(program_seal(&m->p), 0);
	assert_true(condition_verify(&m->p, &m->c));
	program_uninit(&m->p);
	assert_null(m->p.insns);
	assert_null(m->p.arena);
	assert_int_equal(m->p.ninsns, 0);
	arena_free(m->arena);
}

/* -- the form -- */

static void print(const struct made *m, const struct node *node, FILE *out)
{
	const char *names[] = { "false", "true", "", "and", "or" };

	if (node->kind == NODE_LITERAL) {
		const struct leaf *leaf = &m->c.leaves[node->check];

		assert_int_equal(leaf->pred, node->pred);
		assert_int_equal(leaf->negate, node->negate);
		fprintf(out, "%s%u", node->negate ? "!" : "", node->check);
		return;
	}
	fprintf(out, "%s", names[node->kind]);
	if (node->kind < NODE_AND)
		return;
	for (uint32_t i = 0; i < node->nkids; i++) {
		fputc(i ? ' ' : '(', out);
		print(m, node->kids[i], out);
	}
	fputc(')', out);
}

static char *form(const struct made *m)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	print(m, m->c.node, out);
	fclose(out);
	return text;
}

/* Checks have their number in the condition; all but those of evt.type and of flags cost the same. */
static void test_conditions_have_a_normal_form(void **state)
{
	static const struct { const char *condition, *form; unsigned int leaves; } row[] = {
		{ "proc.name = a", "0", 1 },
		{ "not proc.name = a", "!0", 1 },
		{ "not not proc.name = a", "0", 1 },
		{ "proc.name = a and proc.name = b and proc.name = c", "and(0 1 2)", 3 },
		{ "proc.name = a or proc.name = b or proc.name = c", "or(0 1 2)", 3 },
		{ "proc.name = a and (proc.name = b and (proc.name = c and proc.name = d))", "and(0 1 2 3)", 4 },
		{ "proc.name = a and proc.name = b and proc.name = c and proc.name = d and proc.name = e and "
		  "proc.name = f and proc.name = g and proc.name = h and proc.name = i",
		  "and(0 1 2 3 4 5 6 7 8)", 9 },
		{ "not (proc.name = a and proc.name = b)", "or(!0 !1)", 2 },
		{ "not (proc.name = a or not proc.name = b)", "and(1 !0)", 2 },
		{ "not (proc.name = a or (proc.name = b or proc.name = c))", "and(!0 !1 !2)", 3 },
		{ "proc.name = a or not (proc.name = b and proc.name = c)", "or(!1 !2 0)", 3 },
		{ "opens or proc.name = a", "or(0 1)", 2 },
		{ "not opens", "!0", 1 },
		{ "evt.dir = <", "true", 1 }, { "evt.dir = >", "false", 1 }, { "not evt.dir = >", "true", 1 },
		{ "evt.dir exists", "true", 1 }, { "evt.dir != >", "true", 1 }, { "evt.dir != <", "false", 1 },
		{ "evt.dir = < and proc.name = a", "1", 2 }, { "proc.name = a and evt.dir = >", "false", 2 },
		{ "evt.dir = > or proc.name = a", "1", 2 }, { "proc.name = a or evt.dir = <", "true", 2 },
		{ "evt.dir = < and evt.dir = <", "true", 2 }, { "evt.dir = > or evt.dir = >", "false", 2 },
		{ "evt.dir = < and proc.name = a and proc.name = b", "and(1 2)", 3 },
		{ "proc.name in ()", "false", 1 }, { "not proc.name in ()", "true", 1 },
		{ "evt.num = 0", "false", 1 }, { "evt.num = 1", "0", 1 }, { "evt.num < 1", "false", 1 },
		{ "evt.num < 2", "0", 1 }, { "evt.num <= 0", "false", 1 }, { "evt.num <= 1", "0", 1 },
		{ "evt.num in (0)", "false", 1 }, { "evt.num in (0, 1)", "0", 1 }, { "evt.num != 0", "true", 1 },
		{ "evt.num != 1", "0", 1 }, { "evt.num > 0", "true", 1 }, { "evt.num > 1", "0", 1 },
		{ "evt.num >= 1", "true", 1 }, { "evt.num >= 2", "0", 1 }, { "not evt.num > 0", "false", 1 },
		{ "evt.num exists", "0", 1 }, { "evt.rawtime > 0", "0", 1 }, { "evt.num intersects (0)", "0", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct made m = make(row[i].condition);
		char *text = form(&m);

		if (strcmp(text, row[i].form))
			fail_msg("%s is %s, not %s", row[i].condition, text, row[i].form);
		assert_int_equal(m.c.nleaves, row[i].leaves);
		for (uint32_t k = 0; k < m.c.nleaves; k++)
			assert_non_null(m.c.leaves[k].check);
		free(text);
		end(&m);
	}
}

static void test_what_was_decided_at_load_is_kept_with_its_answer(void **state)
{
	struct made m = make("evt.dir = < and not evt.dir = > and proc.name = a");

	(void)state;
	assert_int_equal(m.c.leaves[0].pred, PRED_NONE);
	assert_true(m.c.leaves[0].constant);
	assert_false(m.c.leaves[0].negate);
	assert_int_equal(m.c.leaves[1].pred, PRED_NONE);
	assert_false(m.c.leaves[1].constant);
	assert_true(m.c.leaves[1].negate);
	assert_int_not_equal(m.c.leaves[2].pred, PRED_NONE);
	end(&m);
}

/* -- the order -- */

static float settles(const struct node *node, enum node_kind kind)
{
	return kind == NODE_AND ? 1 - node->chance : node->chance;
}

static bool close_to(float a, float b)
{
	return a - b < 0.0001f * (1 + b) && b - a < 0.0001f * (1 + b);
}

/* Each part is not worse than the next one; cost and chance are those of evaluating them in order. */
static unsigned int ordered(const struct made *m, const struct node *node)
{
	float open = 1, cost = 0;
	unsigned int n = 1;

	if (node->kind == NODE_LITERAL) {
		const struct pred *pred = &m->p.preds[node->pred];
		const float chance = guess_chance(&m->p, pred);

		assert_true(node->cost == pred->cost);
		assert_true(close_to(node->chance, node->negate ? 1 - chance : chance));
		return n;
	}
	for (uint32_t i = 0; i < node->nkids; i++) {
		const struct node *kid = node->kids[i], *next = i + 1 < node->nkids ? node->kids[i + 1] : kid;
		const float here = kid->cost * settles(next, node->kind);
		const float then = next->cost * settles(kid, node->kind);

		assert_int_not_equal(kid->kind, node->kind);
		assert_false(then < here && !close_to(then, here));
		if (close_to(then, here) && kid->kind == NODE_LITERAL && next->kind == NODE_LITERAL && kid != next)
			assert_true(kid->check < next->check);
		n += ordered(m, kid);
		cost += open * kid->cost;
		open *= 1 - settles(kid, node->kind);
	}
	assert_true(close_to(node->cost, cost));
	assert_true(close_to(node->chance, node->kind == NODE_AND ? open : 1 - open));
	return n;
}

static void test_cheap_checks_that_decide_much_come_first(void **state)
{
	static const char *const conditions[] = {
		"fd.name regex \"a.*b\" and proc.name = a and evt.is_open_write = true and evt.type = open",
		"fd.name regex \"a.*b\" or proc.name = a or evt.is_open_write = true or evt.type = open",
		"proc.name exists and proc.name = a and not proc.name = b and fd.name contains x",
		"proc.name exists or proc.name = a or not proc.name = b or fd.name contains x",
		"(fd.name contains a or proc.name = b) and fd.num >= 0 "
		"and (proc.pname = c or not fd.name startswith /x)",
		"(fd.name contains a and proc.name = b) or fd.num >= 0 "
		"or (proc.pname = c and not fd.name startswith /x)",
		"proc.name = a and proc.name = b and proc.name = c and "
		"proc.name = d and proc.name = e and proc.name = f",
		"fd.snet in (10.0.0.0/8) and fd.name glob *x* and fd.num > 5 "
		"and (fd.name = y or fd.name = z or fd.num < 3)",
		"not (fd.name contains a and not (proc.name = b or (proc.pname = c and fd.name regex \"x+\")))",
	};
	unsigned int nodes = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++) {
		struct made m = make(conditions[i]);

		nodes += ordered(&m, m.c.node);
		end(&m);
	}
	assert_int_equal(nodes, 57);
}

/* What the event's type decides is known before any field is read. */
static void test_checks_of_types_cost_nothing(void **state)
{
	struct made m = make("evt.type = open");

	(void)state;
	assert_true(m.c.node->cost == 0);
	add(&m, "evt.is_open_write = true");
	assert_true(m.c.node->cost == 1);
	add(&m, "fd.num = 5");
	assert_true(m.c.node->cost == 2);
	add(&m, "fd.name regex \"a+\"");
	assert_true(m.c.node->cost == 40);
	add(&m, "tolower(fd.name) regex \"a+\"");
	assert_true(m.c.node->cost == 50);
	add(&m, "proc.aname regex \"a+\"");
	assert_true(m.c.node->cost == 44);
	end(&m);
}

/* -- the instructions -- */

static bool of_tree(const struct node *node, uint32_t values)
{
	if (node->kind == NODE_LITERAL)
		return (values >> node->check & 1) != node->negate;
	for (uint32_t i = 0; i < node->nkids; i++) {
		if (of_tree(node->kids[i], values) != (node->kind == NODE_AND))
			return node->kind == NODE_OR;
	}
	return node->kind == NODE_TRUE || node->kind == NODE_AND;
}

/* Each check is evaluated once at most, and none that is not of this condition. */
static bool of_instructions(const struct made *m, uint32_t values)
{
	uint32_t pc = m->c.entry, seen = 0;

	while (pc < VERDICT_FALSE) {
		const struct insn *insn = &m->p.insns[pc];

		assert_in_range(pc, 0, m->c.end - 1);
		assert_int_equal(insn->pred >> 1, m->c.leaves[insn->check].pred);
		assert_int_equal(insn->pred & 1, m->c.leaves[insn->check].negate);
		assert_false(seen >> insn->check & 1);
		seen |= 1u << insn->check;
		pc = (values >> insn->check & 1) != (insn->pred & 1) ? insn->yes : insn->no;
	}
	return pc == VERDICT_TRUE;
}

static void test_the_instructions_give_what_the_tree_gives(void **state)
{
	static const char *const conditions[] = {
		"proc.name = a", "not proc.name = a", "evt.dir = <", "evt.dir = >",
		"proc.name = a and proc.name = b", "proc.name = a or proc.name = b",
		"(proc.name = a or proc.name = b) and (proc.name = c or not proc.name = d)",
		"(proc.name = a and proc.name = b) or (proc.name = c and not (proc.name = d or proc.name = e))",
		"not ((proc.name = a or evt.type = open) and (fd.name contains c or (proc.name = d and fd.num = 5)))",
	};
	struct made all = make(conditions[0]);

	(void)state;
	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++) {
		add(&all, conditions[i]);
		assert_int_equal(all.c.end, all.p.ninsns);
		for (uint32_t values = 0; values < 32; values++)
			assert_int_equal(of_instructions(&all, values), of_tree(all.c.node, values));
	}
	end(&all);
}

/* -- sharing -- */

/* The predicate of a condition with one check. */
static uint32_t pred_of(struct made *m, const char *condition)
{
	add(m, condition);
	assert_int_equal(m->c.node->kind, NODE_LITERAL);
	return m->c.node->pred;
}

static void test_equal_checks_share_a_predicate(void **state)
{
	static const char *const equal[][3] = {
		{ "proc.name = a", "proc.name in (a)", "proc.name in (a, a)" },
		{ "proc.name = a", "proc.name = anyof (a)", "proc.name = anyof (a, a)" },
		{ "proc.name in (a, b)", "proc.name in (b, a)", "proc.name in (b, a, b)" },
		{ "evt.is_open_write = true", "evt.is_open_write in (true)", "evt.is_open_write != false" },
		{ "evt.is_open_write = false", "evt.is_open_write in (false)", "evt.is_open_write != true" },
		{ "evt.type = open", "evt.type in (open)", "evt.type in (open, open)" },
		{ "evt.is_open_write = true", "evt.is_open_write = anyof (true)",
		  "evt.is_open_write != allof (false)" },
		{ "fd.num > 5", "fd.num > 0x5", "fd.num > +5" },
		{ "fd.name contains x", "fd.name contains \"x\"", "fd.name contains x" },
		{ "proc.name = val(proc.pname)", "proc.name = val(proc.pname)", "proc.name = val(proc.pname)" },
	};
	struct made m = make("evt.dir = <");

	(void)state;
	for (size_t i = 0; i < sizeof(equal) / sizeof(equal[0]); i++) {
		const uint32_t pred = pred_of(&m, equal[i][0]), n = m.p.npreds;

		for (unsigned int k = 1; k < 3; k++)
			if (pred_of(&m, equal[i][k]) != pred)
				fail_msg("%s is not %s", equal[i][k], equal[i][0]);
		assert_int_equal(m.p.npreds, n);
	}
	end(&m);
}

static void test_different_checks_share_no_predicate(void **state)
{
	static const char *const different[] = {
		"proc.name = a", "proc.name = b", "proc.name in (a, b)", "proc.name != a", "proc.name exists",
		"proc.pname = a", "proc.name contains a", "proc.name contains b", "proc.name contains ab",
		"proc.name startswith a", "proc.name endswith a", "proc.name icontains a", "proc.name glob a",
		"proc.name regex a", "proc.name contains anyof (a, b)", "proc.name contains allof (a, b)",
		"proc.name contains oneof (a, b)", "proc.name contains anyof (ab, c)",
		"proc.name contains anyof (a, bc)",
		"proc.name contains anyof (a, b, c, d)", "proc.name contains anyof (a, b, c, e)",
		"fd.num > 5", "fd.num > 6", "fd.num >= 5", "fd.num < 5", "fd.num = 5", "evt.is_open_write = true",
		"evt.is_open_write = false", "evt.type = open", "evt.type = openat", "evt.type != open",
		"fd.snet in (10.0.0.0/8)", "fd.snet in (10.0.0.0/9)", "fd.snet in (11.0.0.0/8)",
		"fd.snet != 10.0.0.0/8",
		"fd.name pmatch (/a)", "fd.name pmatch (/b)", "fd.name pmatch (/a, /b)", "proc.name = val(proc.pname)",
		"proc.name != val(proc.pname)", "proc.name = val(proc.exe)", "proc.pname = val(proc.name)",
		"tolower(proc.name) = a", "toupper(proc.name) = a", "tolower(proc.pname) = a", "proc.aname = a",
		"proc.aname[1] = a", "proc.aname[2] = a", "proc.name = \"\"", "proc.name contains \"\"",
	};
	const size_t n = sizeof(different) / sizeof(different[0]);
	struct made m = make("evt.dir = <");
	uint32_t preds[64];

	(void)state;
	for (size_t i = 0; i < n; i++) {
		preds[i] = pred_of(&m, different[i]);
		for (size_t k = 0; k < i; k++)
			if (preds[k] == preds[i])
				fail_msg("%s is %s", different[i], different[k]);
	}
	/* The second time all are known. */
	for (size_t i = 0; i < n; i++)
		assert_int_equal(pred_of(&m, different[i]), preds[i]);
	end(&m);
}

/* -- limits -- */

/* The program is said to have so many: of the memory for them only the last page is used. */
static void test_a_program_has_at_most_67108864_instructions(void **state)
{
	const uint32_t most = 1u << 26;
	const size_t size = (size_t)most * sizeof(struct insn);
	struct insn *room = mmap(NULL, size, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct made m = make("proc.name = a");
	struct insn *own = m.p.insns;
	const uint32_t ninsns = m.p.ninsns, own_room = m.p.insn_room;
	struct expr *e;

	(void)state;
	assert_ptr_not_equal(room, MAP_FAILED);
	m.p.insns = room;
	m.p.insn_room = most;
	m.p.ninsns = most - 1;
	e = parse(&m, "proc.name = a");
	assert_int_equal(program_add(&m.p, e, &m.c), 0);
	assert_int_equal(m.p.ninsns, most);
	assert_int_equal(m.c.entry, most - 1);
	e = parse(&m, "proc.name = a");
	assert_int_equal(program_add(&m.p, e, &m.c), -E2BIG);
	e = parse(&m, "proc.name = a or proc.name = b");
	assert_int_equal(program_add(&m.p, e, &m.c), -E2BIG);
	m.p.insns = own;
	m.p.insn_room = own_room;
	m.p.ninsns = ninsns;
	munmap(room, size);
	program_uninit(&m.p);
	arena_free(m.arena);
}

/* -- event types -- */

static void types_are(const char *condition, const char *wanted, const char *unwanted)
{
	const evt_type_t yes = evt_type_find(str_of(wanted)), no = evt_type_find(str_of(unwanted));
	struct made m = make(condition);

	assert_true(m.c.types[yes / 64] >> yes % 64 & 1);
	assert_false(m.c.types[no / 64] >> no % 64 & 1);
	end(&m);
}

static void test_a_condition_has_the_types_it_can_be_true_for(void **state)
{
	const char *const all[] = { "proc.name = a", "evt.type = open or proc.name = a", "evt.dir = <" };
	const char *const none[] = { "evt.dir = >", "evt.type = container" };	/* the latter only Falco has */
	struct made m;

	(void)state;
	types_are("evt.type = open", "open", "connect");
	types_are("not evt.type = open", "connect", "open");
	/* A call that evt.type has under the name of another; syscall.type has its own. */
	types_are("evt.type = fchmodat2", "fchmodat", "connect");
	types_are("evt.type = fchmodat2", "fchmodat2", "connect");
	types_are("evt.type = fchmodat", "fchmodat2", "connect");
	types_are("syscall.type = fchmodat2", "fchmodat2", "fchmodat");
	types_are("syscall.type = fchmodat", "fchmodat", "fchmodat2");
	types_are("evt.type = open and proc.name = a", "open", "connect");
	types_are("evt.type in (open, connect) and not evt.type = open", "connect", "open");
	types_are("(evt.type = open and proc.name = a) or (evt.type = connect and proc.name = b)", "open", "execve");
	types_are("(evt.type = open and proc.name = a) or evt.type = connect", "connect", "execve");
	for (size_t i = 0; i < 3; i++) {
		m = make(all[i]);
		for (size_t k = 0; k < TYPE_WORDS; k++)
			assert_int_equal(m.c.types[k], UINT64_MAX);
		end(&m);
	}
	for (size_t i = 0; i < 2; i++) {
		m = make(none[i]);
		for (size_t k = 0; k < TYPE_WORDS; k++)
			assert_int_equal(m.c.types[k], 0);
		end(&m);
	}
}

/* -- sets -- */

/* Many rules name many programs: a set of few is searched, a set of many is a bitmap. */
static void test_a_set_is_a_bitmap_if_that_is_not_much_larger(void **state)
{
	static const struct { uint32_t in_set, others; bool bitmap; } row[] = {
		{ 8, 0, false }, { 9, 0, true }, { 9, 4000, true }, { 9, 5000, false }, { 100, 50000, true },
		{ 100, 52000, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct made m = make("evt.type = open");
		char *text = NULL;
		size_t n;

		for (unsigned int part = 0; part < 2; part++) {
			const uint32_t count = part ? row[i].in_set : row[i].others;
			FILE *out = open_memstream(&text, &n);

			fprintf(out, "proc.name in (x");
			for (uint32_t k = 1; k < count; k++)
				fprintf(out, ", %c%u", part ? 'p' : 'o', k);
			fprintf(out, ")");
			fclose(out);
			add(&m, text);
			free(text);
		}
		assert_int_equal(program_seal(&m.p), 0);
		assert_int_equal(m.p.preds[m.c.node->pred].symbols.nbits != 0, row[i].bitmap);
		for (uint32_t id = 0, k = 0; id < 60000; id++) {
			const struct symbols *set = &m.p.preds[m.c.node->pred].symbols;
			const bool found = k < set->n && set->ids[k] == id;

			assert_int_equal(symbols_has(set, id), found);
			k += found;
		}
		program_uninit(&m.p);
		arena_free(m.arena);
	}
}

/* Whatever is allocated beside them, the constants of a check keep their values. */
static void test_each_of_several_constants_is_found(void **state)
{
	static const char *const forms[] = { "proc.name in", "proc.name regex anyof", "proc.name = anyof" };

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		for (unsigned int n = 1; n < 20; n++) {
			struct made m = { .arena = arena_new(0, 0) };
			char *text = NULL;
			size_t size;
			FILE *out = open_memstream(&text, &size);

			fprintf(out, "%s (x0", forms[i]);
			for (unsigned int k = 1; k < n; k++)
				fprintf(out, ", x%u", k);
			fprintf(out, ")");
			fclose(out);
			program_init(&m.p, m.arena);
			add(&m, text);
			free(text);
			for (unsigned int k = 0; k <= n; k++) {
				char word[8];
				struct value v = { .type = VALUE_STR };

				snprintf(word, sizeof(word), "x%u", k);
				v.s = str_of(word);
				assert_int_equal(pred_holds(&m.p, &m.p.preds[0], &v, NULL), k < n);
			}
			end(&m);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conditions_have_a_normal_form),
		cmocka_unit_test(test_what_was_decided_at_load_is_kept_with_its_answer),
		cmocka_unit_test(test_cheap_checks_that_decide_much_come_first),
		cmocka_unit_test(test_checks_of_types_cost_nothing),
		cmocka_unit_test(test_the_instructions_give_what_the_tree_gives),
		cmocka_unit_test(test_equal_checks_share_a_predicate),
		cmocka_unit_test(test_different_checks_share_no_predicate),
		cmocka_unit_test(test_a_condition_has_the_types_it_can_be_true_for),
		cmocka_unit_test(test_a_program_has_at_most_67108864_instructions),
		cmocka_unit_test(test_each_of_several_constants_is_found),
		cmocka_unit_test(test_a_set_is_a_bitmap_if_that_is_not_much_larger),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
