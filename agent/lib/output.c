/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the reason of a write to standard output that failed: stdio only has a flag for it, and
 * when a program looks at the end, errno is that of a later call.
 */
#include "lib/output.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include "lib/fd.h"

static ssize_t put(void *cookie, const char *p, size_t n)
{
	struct output *out = cookie;

	if (out->error)
		return 0;
	out->error = fd_write_all(STDOUT_FILENO, p, n);
	return out->error ? 0 : (ssize_t)n;
}

/* open() returns the lowest number that is free: each lower one is open when its turn has passed. */
static void occupy_closed(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
			return;
}

void output_begin(struct output *out)
{
	occupy_closed();
	*out = (struct output){ .before = stdout };
	out->stream = fopencookie(out, "w", (cookie_io_functions_t){ .write = put });
	if (!out->stream)
		return;
	if (isatty(STDOUT_FILENO))
		setvbuf(out->stream, NULL, _IOLBF, 0);
	stdout = out->stream;
}

int output_end(struct output *out, struct error *err)
{
	if (fflush(stdout) && !out->error)
		out->error = -errno;
	if (out->stream) {
		stdout = out->before;
		fclose(out->stream);
	}
	if (!out->error || out->error == -EPIPE)
		return 0;
	return error_set(err, out->error, "writing standard output");
}
