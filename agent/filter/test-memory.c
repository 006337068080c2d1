/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that a condition for which memory is missing is refused for that reason, wherever it ran
 * out: each is compiled in arenas from the smallest to the first that is large enough.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include "filter/check.h"
#include "filter/fieldref.h"
#include "filter/parse.h"
#include "filter/program.h"
#include "filter/resolve.h"

#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))
#define STEP		16	/* bytes: what is allocated is a multiple of this */
#define LIMIT_MAX	(1u << 20)

static const struct word shells[] = { { .text = STR_INIT("bash") }, { .text = STR_INIT("sh") } };
static const struct list list = { .name = STR_INIT("shells"), .words = shells, .nwords = 2 };

static struct expr *find_macro(void *ctx, struct str name, const struct expr *at, struct filter_error *err,
			       uint32_t *size, uint32_t *depth)
{
	*size = 1;
	*depth = 2;
	if (str_eq(name, STR("opens")))
		return filter_parse(ctx, STR("evt.type in (open, openat)"), NULL, NULL, err);
	filter_fail(err, ctx, FILTER_NAME, at->off, at->len, "no macro");
	return NULL;
}

static const struct list *find_list(void *ctx, struct str name)
{
	(void)ctx;
	return str_eq(name, list.name) ? &list : NULL;
}

static bool no_memory(const struct filter_error *err)
{
	while (err && err->kind != FILTER_NOMEM)
		err = err->more;
	return err;
}

static struct expr *checked(struct arena *arena, const char *text, struct filter_error *err)
{
	const struct names names = { .ctx = arena, .macro = find_macro, .list = find_list };
	const struct checker checker = { .arena = arena };
	struct expr *e = filter_parse(arena, str_of(text), NULL, NULL, err);
	uint32_t size, depth;

	if (!e)
		return NULL;
	filter_resolve(e, arena, &names, err, &size, &depth);
	return filter_check(&checker, e, err) ? e : NULL;
}

static size_t bytes_of_symbols(const struct program *p)
{
	size_t n = 0;

	for (uint32_t i = 0; i < p->npreds; i++)
		if (p->preds[i].matcher == MATCH_SYMBOLS)
			n += p->preds[i].symbols.n * 4 + p->preds[i].symbols.nbits / 8;
	return n;
}

/* Fails if the program of a condition is not the one that enough memory gives. */
static void is_whole(const struct program *p, const char *text)
{
	struct arena *arena = arena_new(0, 0);
	struct filter_error err = { 0 };
	struct program whole;
	struct condition c;

	program_init(&whole, arena);
	assert_int_equal(program_add(&whole, checked(arena, text, &err), &c), 0);
	assert_int_equal(program_seal(&whole), 0);
	assert_int_equal(p->nslots, whole.nslots);
	assert_int_equal(p->npreds, whole.npreds);
	assert_int_equal(p->ninsns, whole.ninsns);
	assert_int_equal(bytes_of_symbols(p), bytes_of_symbols(&whole));
	for (uint32_t i = 0; i < whole.npreds; i++) {
		assert_int_equal(p->preds[i].matcher, whole.preds[i].matcher);
		assert_int_equal(p->preds[i].n, whole.preds[i].n);
	}
	program_uninit(&whole);
	arena_free(arena);
}

/* Return: whether the condition is in the program, or refused with the error that it has in any memory. */
static bool compile(const char *text, size_t limit, bool valid)
{
	struct arena *arena = arena_new(1, limit);
	struct filter_error err = { 0 };
	struct program p;
	struct condition c;
	struct expr *e = checked(arena, text, &err);
	bool done;
	int r = 0;

	program_init(&p, arena);
	if (!e && valid && !no_memory(&err))
		fail_msg("%s in %zu bytes: %s", text, limit, err.text.p);
	if (e && !valid)
		fail_msg("%s in %zu bytes is accepted", text, limit);
	if (e) {
		r = program_add(&p, e, &c);
		if (r == 0)
			r = program_seal(&p);
		if (r && r != -ENOMEM)
			fail_msg("%s in %zu bytes: %d", text, limit, r);
		if (!r && !condition_verify(&p, &c))
			fail_msg("%s in %zu bytes makes a wrong program", text, limit);
		if (!r)
			is_whole(&p, text);
	}
	done = e ? !r : !no_memory(&err);
	program_uninit(&p);
	arena_free(arena);
	return done;
}

static void test_a_condition_without_memory_is_refused_for_that_reason(void **state)
{
	static const struct { const char *condition; bool valid; } row[] = {
		{ "proc.name = a", true },
		{ "not (opens or proc.name in (shells, zsh) and proc.name = val(proc.pname))", true },
		{ "evt.type = open and evt.type.is.open = 1 and evt.num > 0", true },
		{ "proc.name in (a, b, c, d, e, f, g, h, i, j)", true },
		{ "proc.name = a and proc.name = b and proc.name = c and proc.name = d and proc.name = e and "
		  "proc.name = f and proc.name = g and proc.name = h and proc.name = i", true },
		{ "proc.name regex \"[a-z]+(b|c){2,3}[[:digit:]]?\" or "
		  "proc.name regex anyof (\"a.\", \"b.\", \"c.\")", true },
		{ "fd.name pmatch (/etc, /usr/*/bin) or fd.name glob a* or fd.snet in (10.0.0.0/8, fe80::/10)", true },
		{ "proc.name contains anyof (a, b, c, d) and evt.buffer bcontains cafe", true },
		{ "concat(tolower(proc.name), \"x\", 5) = a and join(\",\", (proc.name, proc.pname)) = b", true },
		{ "getopt(proc.args, \"p:\")[p] = \"a\\x41\" and proc.aname[2] = a", true },
		{ "proc.duration > 5s and fd.sport in (ssh, 80) and evt.is_open_write = true", true },
		{ "proc.nmae = a and evt.type = opne and fd.num = ten and nosuch and proc.name in nosuch", false },
		{ "proc.name regex \"(\" and fd.snet = 10.0.0.1", false },
		{ "proc.name = shells and tolowr(proc.name) = a", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		size_t limit = STEP;

		while (!compile(row[i].condition, limit, row[i].valid)) {
			limit += STEP;
			assert_true(limit < LIMIT_MAX);
		}
		assert_true(limit > STEP);
	}
}

static void test_a_reference_without_memory_is_refused_for_that_reason(void **state)
{
	static const struct { const char *text; int r; } row[] = {
		{ "proc.name", 0 }, { "join(\",\", (tolower(proc.name), proc.env[A], 5))", 0 },
		{ "join(\",\", (tolower(proc.name), \"a\", 5))", 0 }, { "getopt(proc.args, \"p:\")[p]", 0 },
		{ "", -EINVAL }, { "proc.nmae", -EINVAL }, { "proc.name x", -EINVAL }, { "tolowr(proc.name)", -EINVAL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		int r = -ENOMEM;

		for (size_t limit = STEP; r == -ENOMEM; limit += STEP) {
			struct arena *arena = arena_new(1, limit);
			struct filter_error err = { 0 };
			struct operand *op;

			r = field_ref_parse(arena, str_of(row[i].text), &op, &err);
			if (r != -ENOMEM && r != row[i].r)
				fail_msg("%s in %zu bytes: %d", row[i].text, limit, r);
			assert_true(r != -EINVAL || err.text.p);
			assert_true(limit < LIMIT_MAX);
			arena_free(arena);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_condition_without_memory_is_refused_for_that_reason),
		cmocka_unit_test(test_a_reference_without_memory_is_refused_for_that_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
