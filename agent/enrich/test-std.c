/* SPDX-License-Identifier: Apache-2.0 */
/* Tests what is read from /proc about descriptors 0 to 2 of a process: one of this test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "enrich/post.h"

static void wait_as_child(const int fds[3])
{
	for (int i = 0; i < 3; i++)
		if (fds[i] >= 0 ? dup2(fds[i], i + 100) < 0 : 0)
			_exit(1);
	for (int i = 0; i < 3; i++)
		if (fds[i] >= 0 ? dup2(i + 100, i) != i : close(i))
			_exit(1);
	dprintf(99, "x");
	close(99);
	pause();
	_exit(0);
}

/* The record of a process that has these descriptors as 0 to 2; -1: not open. */
static void task_with(struct post *ret, const int fds[3])
{
	struct ev_header who = { 0 };
	struct hostfs host;
	struct procfs fs;
	int ready[2];
	char c;

	assert_int_equal(pipe(ready), 0);
	assert_int_equal(dup2(ready[1], 99), 99);
	close(ready[1]);
	who.tid = who.tgid = (uint32_t)fork();
	if (!who.tgid)
		wait_as_child(fds);
	close(99);
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(ready[0]);
	assert_int_equal(hostfs_init(&host, "/"), 0);
	assert_int_equal(procfs_init(&fs, &host), 0);
	assert_int_equal(procfs_task(&fs, ret, &who), 0);
	procfs_uninit(&fs);
	hostfs_uninit(&host);
	kill((pid_t)who.tgid, SIGKILL);
	waitpid((pid_t)who.tgid, NULL, 0);
}

static void assert_path(const struct post *p, const struct ev_part *part, const char *path)
{
	assert_int_equal(part->len, path ? strlen(path) : 0);
	assert_memory_equal((const char *)&p->hdr + part->off, path ? path : "", part->len);
}

static void test_files_have_a_path(void **state)
{
	static struct post p;
	char gone[] = "/tmp/saker-std-XXXXXX", name[64];
	const int fds[3] = { open("/etc/passwd", O_RDONLY), mkstemp(gone),
			     memfd_create("std", 0) };

	(void)state;
	unlink(gone);
	task_with(&p, fds);
	snprintf(name, sizeof(name), "%s (deleted)", gone);
	assert_int_equal(p.task.stdin_fd.kind, EV_FD_FILE);
	assert_path(&p, &p.task.stdin_path, "/etc/passwd");
	assert_int_equal(p.task.stdout_fd.kind, EV_FD_FILE);
	assert_path(&p, &p.task.stdout_path, name);
	assert_int_equal(p.task.stderr_fd.kind, EV_FD_MEMFD);
	assert_path(&p, &p.task.stderr_path, "/memfd:std (deleted)");
	for (int i = 0; i < 3; i++)
		close(fds[i]);
}

static void test_pipes_and_sockets_have_a_number_and_no_path(void **state)
{
	static struct post p;
	struct stat st;
	int pipes[2], fds[3];

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	fds[0] = pipes[0];
	fds[1] = socket(AF_INET, SOCK_STREAM, 0);
	fds[2] = -1;
	task_with(&p, fds);
	assert_int_equal(fstat(fds[0], &st), 0);
	assert_int_equal(p.task.stdin_fd.kind, EV_FD_PIPE);
	assert_int_equal(p.task.stdin_fd.ino, st.st_ino);
	assert_path(&p, &p.task.stdin_path, NULL);
	assert_int_equal(fstat(fds[1], &st), 0);
	assert_int_equal(p.task.stdout_fd.kind, EV_FD_SOCKET);
	assert_int_equal(p.task.stdout_fd.ino, st.st_ino);
	assert_int_equal(p.task.stdout_fd.sock.family, AF_INET);
	assert_int_equal(p.task.stdout_fd.sock.protocol, IPPROTO_TCP);
	assert_path(&p, &p.task.stdout_path, NULL);
	assert_int_equal(p.task.stderr_fd.kind, EV_FD_NONE);
	close(pipes[0]);
	close(pipes[1]);
	close(fds[1]);
}

static void test_sockets_have_their_family(void **state)
{
	static const struct { int family, type; } rows[] = {
		{ AF_INET6, SOCK_STREAM }, { AF_INET, SOCK_DGRAM }, { AF_UNIX, SOCK_STREAM },
	};
	static struct post p;
	int fds[3];

	(void)state;
	for (int i = 0; i < 3; i++)
		fds[i] = socket(rows[i].family, rows[i].type, 0);
	task_with(&p, fds);
	assert_int_equal(p.task.stdin_fd.sock.family, AF_INET6);
	assert_int_equal(p.task.stdout_fd.sock.family, AF_INET);
	assert_int_equal(p.task.stdout_fd.sock.protocol, IPPROTO_UDP);
	assert_int_equal(p.task.stderr_fd.sock.family, AF_UNIX);
	for (int i = 0; i < 3; i++)
		close(fds[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files_have_a_path),
		cmocka_unit_test(test_pipes_and_sockets_have_a_number_and_no_path),
		cmocka_unit_test(test_sockets_have_their_family),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
