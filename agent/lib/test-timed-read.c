/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests reading with a deadline: which bytes are read, and that only a read in the kernel can be
 * late, not a thread that has no CPU. enrich/test-hang.c has reads that do not end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
#include "lib/timed_read.h"

#define STOPPED_MS	600u		/* more than twice the time of a read */

static int file_of(const char *text, size_t n)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), n);
	return fd;
}

static void test_bytes_are_read_from_a_place_to_the_end_or_the_limit(void **state)
{
	static const struct { uint64_t from; size_t size; const char *should; } row[] = {
		{ 0, 10, "012345" }, { 0, 6, "012345" }, { 0, 5, "01234" }, { 2, 10, "2345" }, { 2, 2, "23" },
		{ 6, 10, "" }, { 9, 10, "" },
	};
	struct timed_read *tr;
	char buf[20];

	(void)state;
	assert_int_equal(timed_read_new(&tr, 8), 0);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const size_t n = strlen(row[i].should);
		int fd = file_of("012345", 6);

		memset(buf, '?', sizeof(buf));
		assert_int_equal(timed_read(tr, fd, buf, row[i].size, row[i].from), n);
		assert_memory_equal(buf, row[i].should, n);
		assert_int_equal(buf[n], '?');
		assert_int_equal(fcntl(fd, F_GETFD), -1);	/* closed */
	}
	assert_int_equal(timed_read(tr, file_of("0123456789", 10), buf, 10, 0), 8);	/* of @max */
	assert_int_equal(timed_read(tr, open("/", O_RDONLY | O_CLOEXEC), buf, 10, 0), -EISDIR);
	timed_read_free(tr);
	timed_read_free(NULL);
}

/* The threads of this process but the one that calls. Return: how many. */
static unsigned int other_threads(pid_t *ret, unsigned int room)
{
	DIR *dir = opendir("/proc/self/task");
	unsigned int n = 0;
	struct dirent *d;

	assert_non_null(dir);
	while ((d = readdir(dir))) {
		pid_t tid = atoi(d->d_name);

		if (tid && tid != gettid() && n < room)
			ret[n++] = tid;
	}
	closedir(dir);
	return n;
}

/* Stops threads of another process for a while, says that they are stopped, and lets them go on. */
static void stop_for_a_while(const pid_t *tids, unsigned int n, int ready)
{
	char done = 0;

	for (unsigned int i = 0; i < n; i++)
		if (ptrace(PTRACE_SEIZE, tids[i], NULL, NULL) || ptrace(PTRACE_INTERRUPT, tids[i], NULL, NULL) ||
		    waitpid(tids[i], NULL, __WALL) != tids[i])
			_exit(errno);
	if (write(ready, &done, 1) != 1)
		_exit(errno);
	usleep(STOPPED_MS * 1000);
	_exit(0);		/* which ends the tracing */
}

static void test_a_thread_that_does_not_run_is_waited_for(void **state)
{
	pid_t tids[2 * TIMED_READ_THREADS], child;
	struct timed_read *tr;
	int ready[2], status;
	unsigned int n;
	char buf[8];

	(void)state;
	assert_int_equal(timed_read_new(&tr, 8), 0);
	n = other_threads(tids, 2 * TIMED_READ_THREADS);
	assert_true(n >= TIMED_READ_THREADS);
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);	/* fails where any may trace */
	child = fork();
	assert_true(child >= 0);
	if (!child)
		stop_for_a_while(tids, n, ready[1]);
	close(ready[1]);
	if (read(ready[0], buf, 1) == 1) {
		assert_int_equal(timed_read(tr, file_of("late", 4), buf, sizeof(buf), 0), 4);
		assert_memory_equal(buf, "late", 4);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (status)
		print_message("skipped: threads cannot be stopped here: %s\n", strerror(WEXITSTATUS(status)));
	close(ready[0]);
	timed_read_free(tr);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_thread_that_does_not_run_is_waited_for),
		cmocka_unit_test(test_bytes_are_read_from_a_place_to_the_end_or_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
