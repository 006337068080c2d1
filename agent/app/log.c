/* SPDX-License-Identifier: Apache-2.0 */
/* A line leaves in one write, so that lines of several processes do not mix. */
#include "app/log.h"
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>
#include "lib/fd.h"

void log_line(const char *fmt, ...)
{
	char line[1024] = "saker: ";
	const int head = 7, room = (int)sizeof(line) - head - 1;
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
	fd_write_all(STDERR_FILENO, line, (size_t)(head + n + 1));
}
