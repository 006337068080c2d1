/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that log lines have a priority only if standard error is the journal's stream, and that
 * what they quote cannot drive a terminal or make a second line.
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
#include <sys/stat.h>
#include <unistd.h>
#include "lib/journal.h"
#include "lib/log.h"

static char written[4096];

static void name_stream(int fd, unsigned int off)
{
	char text[64];
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	snprintf(text, sizeof(text), "%llu:%llu", (unsigned long long)st.st_dev,
		 (unsigned long long)st.st_ino + off);
	setenv("JOURNAL_STREAM", text, 1);
}

static void write_some_lines(void)
{
	log_line("it failed: %s", "why");
	log_at(LOG_INFO, "%u rules active", 93u);
	log_text(LOG_WARNING, STR("one\ntwo\n"));
}

/* What the lines look like on a file that JOURNAL_STREAM names, or not. */
static const char *lines_written(bool journal, void (*write_lines)(void))
{
	FILE *file = tmpfile();
	int keep = dup(STDERR_FILENO), fd = fileno(file);
	ssize_t n;

	assert_true(keep >= 0 && fd >= 0);
	name_stream(fd, journal ? 0 : 1);
	assert_int_equal(journal_is(fd), journal);
	dup2(fd, STDERR_FILENO);
	write_lines();
	dup2(keep, STDERR_FILENO);
	n = pread(fd, written, sizeof(written) - 1, 0);
	assert_true(n > 0);
	written[n] = '\0';
	close(keep);
	fclose(file);
	unsetenv("JOURNAL_STREAM");
	return written;
}

static void test_lines_for_the_journal_begin_with_their_priority(void **state)
{
	(void)state;
	program_invocation_short_name = (char *)"saker";
	assert_string_equal(lines_written(true, write_some_lines), "<3>saker: it failed: why\n"
			    "<6>saker: 93 rules active\n<4>one\n<4>two\n");
}

static void test_lines_for_a_file_are_plain(void **state)
{
	(void)state;
	program_invocation_short_name = (char *)"saker";
	assert_string_equal(lines_written(false, write_some_lines), "saker: it failed: why\n"
			    "saker: 93 rules active\none\ntwo\n");
}

static void write_hostile_line(void)
{
	log_line("not an alert: near '%s'", "\x1b[2J\n<2>forged\xc2\x9b" "31m\xff\tend");
}

static void write_long_line(void)
{
	char text[4000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_line("%s", text);
}

static void test_a_message_stays_one_plain_line(void **state)
{
	const char *text;

	(void)state;
	program_invocation_short_name = (char *)"saker";
	assert_string_equal(lines_written(false, write_hostile_line),
			    "saker: not an alert: near '?[2J?<2>forged?31m?\tend'\n");
	text = lines_written(true, write_long_line);
	assert_in_range(strlen(text), 900, 1024);
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

static void write_long_text(void)
{
	static char text[3000];

	memset(text, 'x', sizeof(text));
	text[1022] = text[sizeof(text) - 1] = '\n';
	log_text(LOG_ERR, (struct str){ text, sizeof(text) });
}

static void test_long_lines_of_a_text_have_their_priority_and_are_not_cut(void **state)
{
	const char *text = lines_written(true, write_long_text), *second;

	(void)state;
	assert_int_equal(strlen(text), 3000 + 2 * 3);
	assert_int_equal(strncmp(text, "<3>x", 4), 0);
	second = strchr(text, '\n') + 1;
	assert_int_equal(second - text, 3 + 1023);
	assert_int_equal(strncmp(second, "<3>x", 4), 0);
	assert_ptr_equal(strchr(second, '\n'), text + strlen(text) - 1);
}

static void test_without_journal_stream_nothing_is_the_journal(void **state)
{
	(void)state;
	unsetenv("JOURNAL_STREAM");
	assert_false(journal_is(STDERR_FILENO));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_for_the_journal_begin_with_their_priority),
		cmocka_unit_test(test_lines_for_a_file_are_plain),
		cmocka_unit_test(test_a_message_stays_one_plain_line),
		cmocka_unit_test(test_long_lines_of_a_text_have_their_priority_and_are_not_cut),
		cmocka_unit_test(test_without_journal_stream_nothing_is_the_journal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
