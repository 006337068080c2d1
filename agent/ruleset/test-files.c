/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that shipped rules are read before own ones, whatever the names, and that an own
 * file with errors is named and does not disable the shipped rules.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "ruleset/rules.h"
#include "ruleset/swap.h"

#define RULE(name, more)	"- rule: " name "\n  desc: d\n  output: o\n  priority: INFO\n"	\
				"  condition: evt.type = open\n" more
#define OVERRIDE(name)		"- rule: " name "\n  condition: and proc.name = cat\n"		\
				"  override:\n    condition: append\n"

struct place {
	char dir[32], shipped[48], own[48];
	struct rules_dirs dirs;
	char said[8192];
};

static int make(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	strcpy(p->dir, "/tmp/test-files-XXXXXX");
	if (!mkdtemp(p->dir))
		return -1;
	sprintf(p->shipped, "%s/shipped", p->dir);
	sprintf(p->own, "%s/own", p->dir);
	p->dirs = (struct rules_dirs){ p->shipped, p->own };
	*state = p;
	return mkdir(p->shipped, 0755) || mkdir(p->own, 0755);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static int destroy(void **state)
{
	struct place *p = *state;
	int r = nftw(p->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);

	free(p);
	return r;
}

static void put(const struct place *p, const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", p->dir, name);
	f = fopen(path, "we");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

/* The names of the files with their last directory; "-" marks a skipped file. */
static const char *listed(const struct place *p, const struct rule_files *files)
{
	static char text[1024];
	size_t n = 0;

	*text = '\0';
	for (unsigned int i = 0; i < files->n; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s%s", n ? " " : "",
				      files->v[i].skipped ? "-" : "",
				      files->v[i].path + strlen(p->dir) + 1);
	return text;
}

static int find(struct place *p, struct rule_files *ret, const char *path)
{
	FILE *out = fmemopen(p->said, sizeof(p->said), "w");
	int r = rule_files_find(ret, &p->dirs, &path, path ? 1 : 0, out);

	fclose(out);
	return r;
}

static int load(struct place *p, struct ruleset **ret, struct rule_files *files, bool spare)
{
	FILE *out = fmemopen(p->said, sizeof(p->said), "w");
	int r = rules_load_files(ret, files, spare, false, out);

	fclose(out);
	return r;
}

static void test_shipped_files_are_read_before_own_ones_whatever_their_names(void **state)
{
	struct place *p = *state;
	struct rule_files files;
	struct ruleset *set;

	put(p, "shipped/saker_rules.yaml", RULE("a", ""));
	put(p, "own/my_rules.yaml", OVERRIDE("a"));
	put(p, "own/README", "no rules");
	put(p, "own/.hidden.yaml", "no rules");
	assert_int_equal(find(p, &files, NULL), 0);
	assert_string_equal(listed(p, &files), "shipped/saker_rules.yaml own/my_rules.yaml");
	assert_int_equal(load(p, &set, &files, false), 0);
	assert_int_equal(set->nrules, 1);
	ruleset_unref(set);
	rule_files_uninit(&files);
}

/* Services and scripts of older installations use this path, which had the shipped rules. */
static void test_the_own_directory_by_its_name_means_both(void **state)
{
	struct place *p = *state;
	struct rule_files files;
	char path[64];

	put(p, "shipped/saker_rules.yaml", RULE("a", ""));
	put(p, "own/my_rules.yaml", OVERRIDE("a"));
	snprintf(path, sizeof(path), "%s/", p->own);
	assert_int_equal(find(p, &files, path), 0);
	assert_string_equal(listed(p, &files), "shipped/saker_rules.yaml own/my_rules.yaml");
	rule_files_uninit(&files);
	assert_int_equal(find(p, &files, p->shipped), 0);
	assert_string_equal(listed(p, &files), "shipped/saker_rules.yaml");
	rule_files_uninit(&files);
}

static void test_an_own_file_replaces_a_shipped_one_of_its_name(void **state)
{
	struct place *p = *state;
	struct rule_files files;

	put(p, "shipped/saker_rules.yaml", RULE("a", ""));
	put(p, "own/a.yaml", OVERRIDE("a"));
	put(p, "own/saker_rules.yaml", RULE("a", ""));
	assert_int_equal(find(p, &files, NULL), 0);
	assert_string_equal(listed(p, &files), "own/saker_rules.yaml own/a.yaml");
	assert_non_null(strstr(p->said, "own/saker_rules.yaml replaces "));
	rule_files_uninit(&files);
}

static void test_without_any_file_both_directories_are_named(void **state)
{
	struct place *p = *state;
	struct rule_files files;

	rmdir(p->own);
	assert_int_equal(find(p, &files, NULL), -ENOENT);
	assert_non_null(strstr(p->said, p->shipped));
	assert_non_null(strstr(p->said, p->own));
}

/* @own1, @own2: texts of two own files. @kept: the files in the end. */
static void try_spare(struct place *p, const char *own1, const char *own2, const char *kept,
		      unsigned int nrules)
{
	struct rule_files files;
	struct ruleset *set;

	put(p, "shipped/saker_rules.yaml", "- list: l\n  items: [cat]\n"
	    RULE("a", "    and proc.name in (l)\n") RULE("b", ""));
	put(p, "own/1.yaml", own1);
	put(p, "own/2.yaml", own2);
	assert_int_equal(find(p, &files, NULL), 0);
	assert_int_equal(load(p, &set, &files, true), 0);
	assert_string_equal(listed(p, &files), kept);
	assert_int_equal(set->nrules, nrules);
	ruleset_unref(set);
	rule_files_uninit(&files);
}

static void test_an_own_file_with_errors_is_skipped_and_the_others_are_active(void **state)
{
	struct place *p = *state;

	try_spare(p, "- rule: c\n  condition: (\n", RULE("d", ""),
		  "shipped/saker_rules.yaml -own/1.yaml own/2.yaml", 3);
	assert_non_null(strstr(p->said, "own/1.yaml:1:3: error"));
	try_spare(p, ": : no yaml\n", "]", "shipped/saker_rules.yaml -own/1.yaml -own/2.yaml", 2);
	/* the second file needs the first */
	try_spare(p, RULE("c", "    and (\n"), OVERRIDE("c"),
		  "shipped/saker_rules.yaml -own/1.yaml -own/2.yaml", 2);
	/* the error is in a shipped file, its cause in an own file */
	try_spare(p, "- macro: m\n  condition: evt.num > 0\n",
		  "- rule: a\n  condition: and nomacro\n  override:\n    condition: append\n",
		  "shipped/saker_rules.yaml own/1.yaml -own/2.yaml", 2);
}

static void test_commands_that_show_rules_skip_an_own_file_with_errors(void **state)
{
	struct place *p = *state;
	struct rule_files files;
	struct ruleset *set;
	char wanted[128];
	FILE *out;

	put(p, "shipped/saker_rules.yaml", RULE("a", ""));
	put(p, "own/1.yaml", "- rule: c\n  condition: (\n");
	put(p, "own/2.yaml", RULE("d", ""));
	snprintf(wanted, sizeof(wanted), "saker: skipped because of errors: %s/1.yaml\n", p->own);
	out = fmemopen(p->said, sizeof(p->said), "w");
	assert_int_equal(rules_find_sound(&files, &p->dirs, NULL, 0, out), 0);
	fclose(out);
	assert_string_equal(p->said, wanted);
	assert_int_equal(load(p, &set, &files, false), 0);
	assert_int_equal(set->nrules, 2);
	ruleset_unref(set);
	rule_files_uninit(&files);
}

static void test_a_file_in_place_of_the_shipped_one_is_named_as_the_cause(void **state)
{
	struct place *p = *state;
	struct rule_files files;
	struct ruleset *set;

	put(p, "shipped/saker_rules.yaml", RULE("a", ""));
	put(p, "own/saker_rules.yaml", OVERRIDE("a"));
	assert_int_equal(find(p, &files, NULL), 0);
	assert_int_equal(load(p, &set, &files, true), -EINVAL);
	assert_non_null(strstr(p->said, "replaces the shipped file of the same name: rename it"));
	rule_files_uninit(&files);
}

static void test_an_own_file_that_cannot_be_read_is_skipped(void **state)
{
	struct place *p = *state;
	struct rule_files files;
	struct ruleset *set;
	char path[64];

	put(p, "shipped/saker_rules.yaml", RULE("a", ""));
	snprintf(path, sizeof(path), "%s/fifo.yaml", p->own);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(find(p, &files, NULL), 0);
	assert_int_equal(load(p, &set, &files, true), 0);
	assert_string_equal(listed(p, &files), "shipped/saker_rules.yaml -own/fifo.yaml");
	ruleset_unref(set);
	rule_files_uninit(&files);
}

static void test_a_shipped_file_with_errors_is_refused(void **state)
{
	struct place *p = *state;
	struct rule_files files;
	struct ruleset *set;

	put(p, "shipped/saker_rules.yaml", "- rule: c\n  condition: (\n");
	put(p, "own/1.yaml", RULE("d", ""));
	assert_int_equal(find(p, &files, NULL), 0);
	assert_int_equal(load(p, &set, &files, true), -EINVAL);
	rule_files_uninit(&files);
}

static void test_files_given_on_the_command_line_are_refused_with_any_error(void **state)
{
	struct place *p = *state;
	struct rule_files files;
	struct ruleset *set;
	char path[64];

	put(p, "own/1.yaml", "- rule: c\n  condition: (\n");
	snprintf(path, sizeof(path), "%s/1.yaml", p->own);
	assert_int_equal(find(p, &files, path), 0);
	assert_int_equal(load(p, &set, &files, true), -EINVAL);
	rule_files_uninit(&files);
}

static void test_the_first_rules_skip_a_bad_file_and_name_it(void **state)
{
	struct place *p = *state;
	const struct swap_config config = { .dirs = &p->dirs };
	struct error err = { 0 };
	struct swap *swap;

	put(p, "shipped/saker_rules.yaml", RULE("a", ""));
	put(p, "own/1.yaml", "- rule: c\n  condition: (\n");
	assert_int_equal(swap_new(&swap, &config, stderr, &err), 0);
	assert_int_equal(swap_now(swap)->rules->nrules, 1);
	assert_int_equal(swap_now(swap)->nskipped, 1);
	assert_non_null(strstr(swap_now(swap)->skipped, "own/1.yaml"));
	swap_free(swap);
	put(p, "own/1.yaml", RULE("c", ""));
	assert_int_equal(swap_new(&swap, &config, stderr, &err), 0);
	assert_int_equal(swap_now(swap)->rules->nrules, 2);
	assert_int_equal(swap_now(swap)->nskipped, 0);
	assert_null(swap_now(swap)->skipped);
	swap_free(swap);
}

static void test_a_file_has_16_mib(void **state)
{
	struct place *p = *state;
	const size_t most = 16 << 20;
	char *text = malloc(most + 2), path[64];

	strcpy(text, RULE("a", ""));
	for (size_t n = most; n <= most + 1; n++) {
		struct rule_files files;
		struct ruleset *set = NULL;

		memset(text + strlen(RULE("a", "")), '\n', n - strlen(RULE("a", "")));
		text[n] = '\0';
		put(p, "own/large.yaml", text);
		snprintf(path, sizeof(path), "%s/large.yaml", p->own);
		assert_int_equal(find(p, &files, path), 0);
		assert_int_equal(load(p, &set, &files, false), n > most ? -EFBIG : 0);
		assert_int_equal(!strstr(p->said, "large.yaml: File too large\n"), n <= most);
		ruleset_unref(set);
		rule_files_uninit(&files);
	}
	free(text);
}

#define TEST(f)		cmocka_unit_test_setup_teardown(f, make, destroy)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_shipped_files_are_read_before_own_ones_whatever_their_names),
		TEST(test_the_own_directory_by_its_name_means_both),
		TEST(test_an_own_file_replaces_a_shipped_one_of_its_name),
		TEST(test_without_any_file_both_directories_are_named),
		TEST(test_an_own_file_with_errors_is_skipped_and_the_others_are_active),
		TEST(test_commands_that_show_rules_skip_an_own_file_with_errors),
		TEST(test_a_file_in_place_of_the_shipped_one_is_named_as_the_cause),
		TEST(test_an_own_file_that_cannot_be_read_is_skipped),
		TEST(test_a_shipped_file_with_errors_is_refused),
		TEST(test_files_given_on_the_command_line_are_refused_with_any_error),
		TEST(test_the_first_rules_skip_a_bad_file_and_name_it),
		TEST(test_a_file_has_16_mib),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
