/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares every line of tests/filter/, a condition, with its compiled form.
 * SAKER_GOLDEN_WRITE=1 writes the current results into the files instead.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include "filter/check.h"
#include "filter/parse.h"
#include "filter/print.h"
#include "filter/resolve.h"

static const struct word shells[] = { { .text = STR("bash") }, { .text = STR("sh") } };
static const struct word only[] = { { .text = STR("only") } };
static const struct list lists[] = {
	{ .name = STR("shells"), .words = shells, .nwords = 2 },
	{ .name = STR("one"), .words = only, .nwords = 1 },
	{ .name = STR("none"), .nwords = 0 },
};

static const struct list *find_list(void *ctx, struct str name)
{
	(void)ctx;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (str_eq(lists[i].name, name))
			return &lists[i];
	}
	return NULL;
}

static const struct list *no_list(void *ctx, struct str name)
{
	(void)ctx;
	(void)name;
	return NULL;
}

static struct expr *find_macro(void *ctx, struct str name, const struct expr *at,
			       struct filter_error *err, uint32_t *size, uint32_t *depth)
{
	struct arena *arena = ctx;
	struct filter_error inner = { 0 };

	*size = 1;
	*depth = 2;
	if (str_eq(name, STR("spawned")))
		return filter_parse(arena, STR("evt.type in (execve, execveat)"), NULL, NULL, &inner);
	filter_fail(err, arena, FILTER_NAME, at->off, at->len, "undefined macro " STR_FMT,
		    STR_ARG(name));
	return NULL;
}

/* Whether each check is usable and has a value for each of its words, also those of a list. */
static bool has_values(const struct expr *e)
{
	uint32_t n = 0;

	if (e->kind == EXPR_MACRO)
		return e->macro.target;
	if (e->kind == EXPR_CHECK) {
		for (uint32_t i = 0; i < e->check->nwords; i++)
			n += e->check->words[i].list ? e->check->words[i].list->nwords : 1;
		return !e->check->broken && e->check->nvalues == n;
	}
	for (uint32_t i = 0; i < e->nkids; i++) {
		if (!has_values(e->kids[i]))
			return false;
	}
	return true;
}

/* The text after the condition in a line. */
static char *answer(struct str text, bool with_lists)
{
	struct arena *arena = arena_new(0, 0);
	struct filter_error err = { 0 };
	const struct names names = { .ctx = arena, .macro = find_macro,
				     .list = with_lists ? find_list : no_list };
	const struct checker checker = { .arena = arena };
	uint32_t size, depth;
	struct expr *e;
	char *ret = NULL;
	size_t n;
	FILE *out = open_memstream(&ret, &n);

	assert_non_null(out);
	e = filter_parse(arena, text, NULL, NULL, &err);
	if (e)
		filter_resolve(e, arena, &names, &err, &size, &depth);
	if (e && filter_check(&checker, e, &err)) {
		assert_true(has_values(e));
		fputs("ok ; ", out);
		expr_print(out, e, NULL, NULL);
	} else {
		fprintf(out, "error %u+%u " STR_FMT, err.off + 1, err.len, STR_ARG(err.text));
		if (err.hint.n)
			fprintf(out, " (" STR_FMT ")", STR_ARG(err.hint));
	}
	fclose(out);
	arena_free(arena);
	return ret;
}

/* A canonical form has its lists expanded and is its own canonical form. */
static bool is_stable(const char *line, const char *got)
{
	char *again;
	bool same;

	if (strncmp(got, "ok ; ", 5))
		return true;
	again = answer(str_of(got + 5), false);
	same = !strcmp(again, got);
	if (!same)
		print_error("not stable: %s\n  first: %s\n  then:  %s\n", line, got, again);
	free(again);
	return same;
}

static unsigned int run_file(const char *path, bool write)
{
	char line[4096], *text = NULL;
	size_t n;
	unsigned int bad = 0;
	FILE *in = fopen(path, "r"), *out = open_memstream(&text, &n);

	if (!in || !out)
		fail_msg("cannot open %s", path);
	while (fgets(line, sizeof(line), in)) {
		char *sep, *got;

		line[strcspn(line, "\n")] = 0;
		if (!line[0] || line[0] == '#') {
			fprintf(out, "%s\n", line);
			continue;
		}
		sep = strstr(line, " ; ok");
		if (!sep)
			sep = strstr(line, " ; error");
		if (sep) {
			*sep = 0;
			sep += 3;
		}
		got = answer(str_of(line), true);
		bad += !is_stable(line, got);
		fprintf(out, "%s ; %s\n", line, got);
		if (!write && (!sep || strcmp(sep, got))) {
			print_error("%s: %s\n  want: %s\n  got:  %s\n", path, line,
				    sep ? sep : "(nothing)", got);
			bad++;
		}
		free(got);
	}
	fclose(in);
	fclose(out);
	if (write) {
		FILE *file = fopen(path, "w");

		assert_non_null(file);
		fputs(text, file);
		fclose(file);
	}
	free(text);
	return bad;
}

static void test_conditions_are_understood_as_written_down(void **state)
{
	static const char *const files[] = { "grammar.t", "operators.t", "fields.t", "regex.t" };
	char path[64];
	unsigned int bad = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "tests/filter/%s", files[i]);
		bad += run_file(path, getenv("SAKER_GOLDEN_WRITE"));
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_conditions_are_understood_as_written_down),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
