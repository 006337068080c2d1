/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a program: fork, exec, one pipe. A second pipe, closed by exec, reports a failed exec. */
#include "driver/child.h"
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "lib/fd.h"

static void become(const char *const argv[], int out, int failed)
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	char *const env[] = { path, NULL };
	int null = open("/dev/null", O_RDONLY), error;

	if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 &&
	    dup2(out, STDERR_FILENO) >= 0)
		execve(argv[0], (char *const *)(uintptr_t)argv, env);
	error = errno;
	fd_write_all(failed, &error, sizeof(error));
	_exit(127);
}

static void read_lines(int fd, bool (*line)(void *ctx, struct str line), void *ctx)
{
	FILE *in = fdopen(fd, "re");
	bool more = true;
	char *text = NULL;
	size_t room = 0;
	ssize_t n;

	if (!in) {
		close(fd);
		return;
	}
	while ((n = getline(&text, &room, in)) >= 0) {
		if (n && text[n - 1] == '\n')
			n--;
		if (line && more)
			more = line(ctx, (struct str){ text, (size_t)n });
	}
	free(text);
	fclose(in);
}

static int status_of(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int child_run(const char *const argv[], bool (*line)(void *ctx, struct str line), void *ctx)
{
	int out[2], failed[2], error = 0, status;
	pid_t pid;

	if (pipe2(out, O_CLOEXEC))
		return -errno;
	if (pipe2(failed, O_CLOEXEC)) {
		fd_close(out[0]);
		fd_close(out[1]);
		return -errno;
	}
	pid = fork();
	if (pid == 0)
		become(argv, out[1], failed[1]);
	if (pid < 0)
		error = errno;
	fd_close(out[1]);
	fd_close(failed[1]);
	if (pid > 0 && fd_read_full(failed[0], &error, sizeof(error)) != sizeof(error))
		error = 0;
	fd_close(failed[0]);
	read_lines(out[0], line, ctx);
	status = pid > 0 ? status_of(pid) : 0;
	return error ? -error : status;
}
