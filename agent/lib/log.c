/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes log lines to standard error. Each line is one write, so that lines of several
 * processes do not mix. A line that is not read in time is dropped: the log must not
 * block the program.
 */
#include "lib/log.h"
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "lib/fd.h"
#include "lib/journal.h"
#include "lib/text.h"

#define WAIT_MS		20	/* for a slow reader; a pipe that is ready takes a whole line */
#define LINE_BYTES	1024	/* longer lines are cut, but not those of log_text() */

static void put(const char *line, size_t n)
{
	struct pollfd ready = { .fd = STDERR_FILENO, .events = POLLOUT };

	if (poll(&ready, 1, WAIT_MS) != 0)
		fd_write_all(STDERR_FILENO, line, n);
}

/* "<3>" where the journal reads, else nothing. Return: its length. */
static int put_priority(char *line, size_t size, int priority)
{
	*line = '\0';
	return journal_is(STDERR_FILENO) ? snprintf(line, size, "<%d>", priority) : 0;
}

/* What a message quotes may be hostile, a line of a file for example: it stays one plain line. */
static void log_v(int priority, const char *fmt, va_list ap)
{
	char text[LINE_BYTES], line[LINE_BYTES];
	struct buf b = { .p = line, .size = sizeof(line) - 1 };
	int n = vsnprintf(text, sizeof(text), fmt, ap);

	if (n < 0)
		return;
	b.n = (size_t)put_priority(line, sizeof(line), priority);
	buf_printf(&b, "%.32s: ", program_invocation_short_name);
	text_put(&b, (struct str){ text, strnlen(text, sizeof(text)) }, TEXT_SHOWN);
	line[b.n++] = '\n';
	put(line, b.n);
}

void log_line(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_v(LOG_ERR, fmt, ap);
	va_end(ap);
}

void log_at(int priority, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_v(priority, fmt, ap);
	va_end(ap);
}

void log_text(int priority, struct str text)
{
	char line[LINE_BYTES];
	const size_t head = (size_t)put_priority(line, sizeof(line), priority);

	while (text.n) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end ? (size_t)(end - text.p) + 1 : text.n;
		size_t first = n < sizeof(line) - head ? n : sizeof(line) - head;

		/* Without a priority nothing is copied. What does not fit goes in a second piece. */
		first = head ? first : 0;
		if (head) {
			memcpy(line + head, text.p, first);
			put(line, head + first);
		}
		if (first < n)
			put(text.p + first, n - first);
		text.p += n;
		text.n -= n;
	}
}

void log_messages(struct messages *said)
{
	for (unsigned int i = 0; i < said->n; i++)
		log_at(said->v[i].priority, "%s", said->v[i].text);
	if (said->incomplete)
		log_line("some messages are missing: %s", strerror(ENOMEM));
	messages_uninit(said);
}
