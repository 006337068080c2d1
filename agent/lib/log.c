/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line leaves in one write, so that lines of several processes do not mix. One
 * that nobody takes in time is dropped: a log must not hold up what it tells of.
 */
#include "lib/log.h"
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>
#include "lib/fd.h"

#define WAIT_MS	20		/* for a slow reader; a pipe that is ready takes a whole line */

static void put(const char *line, size_t n)
{
	struct pollfd ready = { .fd = STDERR_FILENO, .events = POLLOUT };

	if (poll(&ready, 1, WAIT_MS) != 0)
		fd_write_all(STDERR_FILENO, line, n);
}

void log_line(const char *fmt, ...)
{
	char line[1024];
	const int head = snprintf(line, sizeof(line), "%.32s: ", program_invocation_short_name);
	const int room = (int)sizeof(line) - head - 1;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line + head, (size_t)room, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if (n >= room)
		n = room - 1;
	line[head + n] = '\n';
	put(line, (size_t)(head + n + 1));
}

void log_text(struct str text)
{
	while (text.n) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end ? (size_t)(end - text.p) + 1 : text.n;

		put(text.p, n);
		text.p += n;
		text.n -= n;
	}
}
