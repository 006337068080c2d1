/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that hostile files end in a rule set or in errors, within bounds of
 * time and memory. Each is loaded in a process of its own, with limits set by
 * the kernel; its use of memory is read afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "filter/regex.h"
#include "rule/engine.h"
#include "rule/load.h"
#include "rule/report.h"

#define CPU_S		30	/* of a case; under sanitizers on a slow machine */
#define MEMORY_KB	(2u << 20)	/* two arenas of 512 MiB, and what they point to */

#define HEAD		"- rule: R\n  desc: d\n  output: o\n  priority: INFO\n  condition: "

/* -- ways to make a file -- */

static void repeat(FILE *f, const char *text, unsigned int n)
{
	while (n--)
		fputs(text, f);
}

static void brackets(FILE *f)
{
	repeat(f, "[", 200000);
}

static void braces(FILE *f)
{
	repeat(f, "{", 200000);
}

static void dashes(FILE *f)
{
	repeat(f, "- ", 100000);
}

static void questions(FILE *f)
{
	repeat(f, "? ", 100000);
}

/* Each level names the one before nine times: 9^60 items. */
static void alias_bomb(FILE *f)
{
	fputs("- &a0 [x, x, x, x, x, x, x, x, x]\n", f);
	for (int i = 1; i < 60; i++) {
		fprintf(f, "- &a%d [", i);
		for (int k = 0; k < 9; k++)
			fprintf(f, "%s*a%d", k ? ", " : "", i - 1);
		fputs("]\n", f);
	}
	fputs("- list: l\n  items: *a59\n", f);
}

/* A thousand rows of a thousand values, written down once each: a million comparisons. */
static void aliased_exceptions(FILE *f)
{
	fputs("- list: l\n  items: &row [a", f);
	repeat(f, ", a", 2999);
	fputs("]\n" HEAD "evt.type = open\n  exceptions:\n    - name: e\n      fields: [proc.name]\n"
	      "      comps: [in]\n      values:\n", f);
	repeat(f, "        - [*row]\n", 3000);
}

static void many_anchors(FILE *f)
{
	for (int i = 0; i < 150000; i++)
		fprintf(f, "- &a%d x\n", i);
	repeat(f, "- *a0\n", 150000);
}

static void aliases_within(FILE *f)
{
	fputs("- &a\n  list: l\n  items: [*a]\n", f);
}

static void parentheses(FILE *f)
{
	fputs(HEAD, f);
	repeat(f, "(", 200000);
	fputs("evt.num = 1\n", f);
}

static void nots(FILE *f)
{
	fputs(HEAD, f);
	repeat(f, "not ", 200000);
	fputs("evt.num = 1\n", f);
}

static void ands(FILE *f)
{
	fputs(HEAD "evt.num = 1", f);
	repeat(f, " and evt.num = 1", 100000);
	fputs("\n", f);
}

static void transformers(FILE *f)
{
	fputs(HEAD, f);
	repeat(f, "tolower(", 50000);
	fputs("proc.name", f);
	repeat(f, ")", 50000);
	fputs(" = a\n", f);
}

static void blanks_of_64_mib(FILE *f)
{
	static char blanks[1 << 20];

	memset(blanks, ' ', sizeof(blanks));
	for (int i = 0; i < 65; i++)
		fwrite(blanks, 1, sizeof(blanks), f);
}

static void scalar_of_60_mib(FILE *f)
{
	static char letters[1 << 20];

	memset(letters, 'a', sizeof(letters));
	fputs(HEAD, f);
	for (int i = 0; i < 60; i++)
		fwrite(letters, 1, sizeof(letters), f);
}

static void items_of_60_mib(FILE *f)
{
	repeat(f, "- a\n", 15u << 20);
}

static void nul_bytes(FILE *f)
{
	fputs(HEAD "proc.name = \"a", f);
	fwrite("\0\0\0", 1, 3, f);
	fputs("b\"\n", f);
}

static void invalid_utf8(FILE *f)
{
	fputs(HEAD "proc.name = \xff\xfe\xc0\x80\n", f);
}

static void half_a_character(FILE *f)
{
	fputs("- list: l\n  items: [a\xe2\x82", f);
}

static void utf16(FILE *f)
{
	fwrite("\xff\xfe-\0 \0\xd8\xd8", 1, 8, f);
}

static void list_of_100000(FILE *f)
{
	fputs("- list: l\n  items: [a", f);
	for (int i = 0; i < 100000; i++)
		fprintf(f, ", item%d", i);
	fputs("]\n" HEAD "evt.type = open and proc.name in (l) and not fd.name pmatch (l)\n", f);
}

static void macro_cycle(FILE *f)
{
	fputs("- macro: a\n  condition: b\n- macro: b\n  condition: (c or a)\n"
	      "- macro: c\n  condition: not b\n" HEAD "a\n", f);
}

static void list_cycle(FILE *f)
{
	fputs("- list: a\n  items: [b]\n- list: b\n  items: [a]\n" HEAD "proc.name in (a)\n", f);
}

static void macro_chain(FILE *f)
{
	for (int i = 0; i < 20000; i++)
		fprintf(f, "- macro: m%d\n  condition: m%d\n", i, i + 1);
	fputs("- macro: m20000\n  condition: evt.num = 1\n" HEAD "m0\n", f);
}

static void list_chain(FILE *f)
{
	fputs("- list: l0\n  items: [a]\n", f);
	for (int i = 1; i <= 200000; i++)
		fprintf(f, "- list: l%d\n  items: [l%d]\n", i, i - 1);
	fputs(HEAD "proc.name in (l200000)\n", f);
}

static void macro_doubling(FILE *f)
{
	fputs("- macro: m0\n  condition: evt.num = 1\n", f);
	for (int i = 1; i < 60; i++)
		fprintf(f, "- macro: m%d\n  condition: m%d and m%d\n", i, i - 1, i - 1);
	fputs(HEAD "m59\n", f);
}

/* Rules that each contain the whole list. */
static void lists_copied(FILE *f)
{
	fputs("- list: l\n  items: [a", f);
	for (int i = 0; i < 100000; i++)
		fprintf(f, ", item%d", i);
	fputs("]\n", f);
	for (int i = 0; i < 1000; i++)
		fprintf(f, "- rule: R%d\n  desc: d\n  output: o\n  priority: INFO\n"
			"  condition: proc.aname[%d] in (l, x%d)\n", i, i, i);
}

static void list_doubling(FILE *f)
{
	fputs("- list: l0\n  items: [a]\n", f);
	for (int i = 1; i < 60; i++)
		fprintf(f, "- list: l%d\n  items: [l%d, l%d]\n", i, i - 1, i - 1);
	fputs(HEAD "proc.name in (l59)\n", f);
}

static void appends(FILE *f)
{
	fputs("- macro: m\n  condition: evt.num = 1\n", f);
	repeat(f, "- macro: m\n  condition: or evt.num = 1\n  append: true\n", 20000);
	fputs(HEAD "m\n", f);
}

static void list_appends(FILE *f)
{
	fputs("- list: l\n  items: [a]\n", f);
	repeat(f, "- list: l\n  items: [a]\n  append: true\n", 50000);
	fputs(HEAD "proc.name in (l)\n", f);
}

static void rule_appends(FILE *f)
{
	fputs(HEAD "evt.num = 1\n", f);
	repeat(f, "- rule: R\n  tags: [t]\n  output: o\n  override: {tags: append, output: append}\n", 20000);
}

static void unknown_items(FILE *f)
{
	repeat(f, "- rle: x\n", 100000);
}

static void unknown_fields(FILE *f)
{
	for (int i = 0; i < 5000; i++)
		fprintf(f, "- rule: R%d\n  desc: d\n  output: o\n  priority: INFO\n"
			"  condition: proc.nmaee = a\n", i);
}

static void long_output(FILE *f)
{
	fputs("- rule: R\n  desc: d\n  priority: INFO\n  condition: evt.num = 1\n  output: '", f);
	repeat(f, "%evt.num %proc.aname[3] ", 50000);
	fputs("'\n", f);
}

static void long_name(FILE *f)
{
	fputs("- rule: ", f);
	repeat(f, "0123456789", 300000);
	fputs("\n  desc: d\n  output: o\n  priority: INFO\n  condition: evt.num = 1\n", f);
}

static const char *const hostile[] = {
	"(a*)*b", "(a|a)*b", "(a|aa)+$", "((((a*)*)*)*)*b", "(.*)*(.*)*(.*)*x",
	"(a{1,30}){1,30}b", "((a{30}){30}){30}", "(x+x+)+y", "[a-z]{1000}",
	"(((((((((a?){10}){10}){10}){10}){10}){10}){10}){10}){10}", ".{1000}.{1000}.{1000}",
	"(^|a)*(b|$)*", "((((((((((((((((((((a))))))))))))))))))))*",
};

static void regexes(FILE *f)
{
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++)
		fprintf(f, "- rule: R%zu\n  desc: d\n  output: o\n  priority: INFO\n"
			"  condition: evt.type = open and fd.name regex '%s'\n", i, hostile[i]);
	fputs(HEAD "fd.name regex '", f);
	repeat(f, "(", 50000);
	fputs("'\n- rule: Q\n  desc: d\n  output: o\n  priority: INFO\n  condition: fd.name regex '", f);
	repeat(f, "[a-z]*", 20000);
	fputs("'\n", f);
}

static void globs(FILE *f)
{
	fputs(HEAD "fd.name glob '", f);
	repeat(f, "*a", 50000);
	fputs("b' or fd.name pmatch (", f);
	for (int i = 0; i < 20000; i++)
		fprintf(f, "/a/*/b%d/*/c, ", i);
	fputs("/x)\n", f);
}

static const struct {
	const char *name;
	void (*make)(FILE *f);
	int r;				/* of the loader */
} files[] = {
	{ .name = "200 kB of [", .make = brackets, .r = -EINVAL },
	{ .name = "200 kB of {", .make = braces, .r = -EINVAL },
	{ .name = "200 kB of '- '", .make = dashes, .r = -EINVAL },
	{ .name = "200 kB of '? '", .make = questions, .r = -EINVAL },
	{ .name = "an alias bomb", .make = alias_bomb, .r = -EINVAL },
	{ .name = "exceptions multiplied by aliases", .make = aliased_exceptions, .r = -EINVAL },
	{ .name = "many anchors and aliases", .make = many_anchors, .r = -EINVAL },
	{ .name = "an alias within itself", .make = aliases_within, .r = -EINVAL },
	{ .name = "200 kB of (", .make = parentheses, .r = -EINVAL },
	{ .name = "200,000 nots", .make = nots, .r = 0 },
	{ .name = "100,000 ands", .make = ands, .r = 0 },
	{ .name = "50,000 transformers", .make = transformers, .r = -EINVAL },
	{ .name = "65 MiB of blanks", .make = blanks_of_64_mib, .r = -EINVAL },
	{ .name = "a scalar of 60 MiB", .make = scalar_of_60_mib, .r = -EINVAL },
	{ .name = "15 million items", .make = items_of_60_mib, .r = -EINVAL },
	{ .name = "NUL bytes", .make = nul_bytes, .r = -EINVAL },
	{ .name = "invalid UTF-8", .make = invalid_utf8, .r = -EINVAL },
	{ .name = "half a character", .make = half_a_character, .r = -EINVAL },
	{ .name = "half of UTF-16", .make = utf16, .r = -EINVAL },
	{ .name = "a list of 100,000 items", .make = list_of_100000, .r = 0 },
	{ .name = "macros in a circle", .make = macro_cycle, .r = -EINVAL },
	{ .name = "lists in a circle", .make = list_cycle, .r = 0 },
	{ .name = "a chain of 20,000 macros", .make = macro_chain, .r = -EINVAL },
	{ .name = "a chain of 200,000 lists", .make = list_chain, .r = -EINVAL },
	{ .name = "macros that double", .make = macro_doubling, .r = -EINVAL },
	{ .name = "a large list in a thousand rules", .make = lists_copied, .r = -ENOMEM },
	{ .name = "lists that double", .make = list_doubling, .r = -EINVAL },
	{ .name = "20,000 appends to a macro", .make = appends, .r = 0 },
	{ .name = "50,000 appends to a list", .make = list_appends, .r = 0 },
	{ .name = "20,000 appends to a rule", .make = rule_appends, .r = 0 },
	{ .name = "100,000 unknown items", .make = unknown_items, .r = 0 },
	{ .name = "5,000 unknown fields", .make = unknown_fields, .r = -EINVAL },
	{ .name = "an output of 100,000 fields", .make = long_output, .r = 0 },
	{ .name = "a name of 3 MB", .make = long_name, .r = 0 },
	{ .name = "hostile regular expressions", .make = regexes, .r = -EINVAL },
	{ .name = "hostile globs", .make = globs, .r = 0 },
};

/* -- the child -- */

static int load(const char *text, size_t n)
{
	struct ruleset_loader *loader = ruleset_loader_new(NULL);
	FILE *null = fopen("/dev/null", "w");
	struct ruleset *set = NULL;
	int r = ruleset_loader_add_source(loader, STR("hostile"), (struct str){ text, n },
					  STR("test"), STR(""));

	if (r == 0)
		r = ruleset_loader_finish(loader, &set);
	if (r != -ENOMEM && (r == 0) != (ruleset_loader_diags(loader)->errors == 0))
		r = -EBADMSG;
	report_text(null, loader, true);
	report_json(null, loader);
	ruleset_loader_free(loader);
	evaluator_free(set ? evaluator_new(set) : NULL);
	ruleset_unref(set);
	fclose(null);
	return r;
}

/* Exits with the loader's -errno. */
static void __attribute__((noreturn)) child(void (*make)(FILE *f))
{
	const struct rlimit cpu = { CPU_S, CPU_S + 1 };
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);
	int r;

	setrlimit(RLIMIT_CPU, &cpu);
	make(f);
	fclose(f);
	r = load(text, n);
	free(text);
	_exit(-r);
}

static bool load_case(const char *name, void (*make)(FILE *f), int want)
{
	struct rusage usage;
	pid_t pid = fork();
	int status;

	if (!pid)
		child(make);
	assert_int_equal(wait4(pid, &status, 0, &usage), pid);
	if (WIFEXITED(status) && -WEXITSTATUS(status) == want && usage.ru_maxrss < (long)MEMORY_KB)
		return true;
	print_error("%s: %s %d, wanted exit %d; %ld MiB, %ld.%02ld s\n", name,
		    WIFSIGNALED(status) ? "signal" : "exit",
		    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), -want,
		    usage.ru_maxrss >> 10, usage.ru_utime.tv_sec, usage.ru_utime.tv_usec / 10000);
	return false;
}

static void test_hostile_files_end_in_time_and_within_memory(void **state)
{
	const char *only = getenv("SAKER_HOSTILE");	/* a part of a name, to run one case */
	unsigned int bad = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		bad += (only && !strstr(files[i].name, only)) ? 0 :
		       !load_case(files[i].name, files[i].make, files[i].r);
	assert_int_equal(bad, 0);
}

/* The size of the text times that of the expression, and no more: some seconds at most. */
static void match_all(void)
{
	const struct rlimit cpu = { CPU_S, CPU_S + 1 };
	static char text[65536];

	setrlimit(RLIMIT_CPU, &cpu);
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		static const char fillings[] = { 'a', 'x', '(', '\xff' };
		struct arena *arena = arena_new(0, 64u << 20);
		const char *why;
		size_t at;
		const struct regex *re = regex_new(arena, str_of(hostile[i]), &why, &at);

		for (size_t k = 0; re && k < sizeof(fillings); k++) {
			memset(text, fillings[k], sizeof(text));
			memcpy(text + sizeof(text) / 2, "bxy", 3);	/* literal parts occur */
			regex_match(re, (struct str){ text, sizeof(text) });
		}
		arena_free(arena);
	}
}

static void test_hostile_expressions_end_on_hostile_text(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (!pid) {
		match_all();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hostile_files_end_in_time_and_within_memory),
		cmocka_unit_test(test_hostile_expressions_end_on_hostile_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
