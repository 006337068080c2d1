/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that no process can stop the agent while it reads /proc: one whose memory, program or
 * directory is on a file system that does not answer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../../tests/driver/lib/fuse.h"
#include "enrich/enrich.h"
#include "enrich/proc.h"
#include "lib/clock.h"
#include "lib/timed_read.h"

#define PAGE		4096u
#define TRIES		500		/* of 10 ms each */

struct scene {
	char dir[32], file[48];
	struct fuse fuse;
	int ready;			/* the victim writes one byte when it is as it should be */
	pid_t victim;
	bool argv_unread;		/* what is expected */
};

static void nap(void)
{
	usleep(10000);
}

/* In a mount namespace of its own, so that nothing stays. */
static bool scene_make(struct scene *s)
{
	int r;

	strcpy(s->dir, "/tmp/test-hang-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	snprintf(s->file, sizeof(s->file), "%s/file", s->dir);
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		r = -errno;
	else
		r = fuse_mount(&s->fuse, s->dir, "/bin/sleep", "/");
	if (r == 0)
		return true;
	rmdir(s->dir);
	print_message("skipped: a FUSE mount is not possible here: %s\n", strerror(-r));
	return false;
}

static void scene_end(struct scene *s)
{
	kill(s->victim, SIGKILL);
	fuse_unmount(&s->fuse);
	waitpid(s->victim, NULL, 0);
	rmdir(s->dir);
}

static void victim_start(struct scene *s, void (*be)(const struct scene *s))
{
	char byte;
	int p[2];

	assert_int_equal(pipe(p), 0);
	s->victim = fork();
	if (s->victim == 0) {
		s->ready = p[1];
		be(s);
		_exit(1);
	}
	close(p[1]);
	assert_int_equal(read(p[0], &byte, 1), 1);
	close(p[0]);
}

static void is_ready(const struct scene *s)
{
	if (write(s->ready, "", 1) != 1)
		_exit(1);
}

/* Applies an event of the victim as the agent would. Return: 0 if its process is as expected. */
static int read_victim(const struct scene *s)
{
	const pid_t pid = s->victim;
	struct ev_dup rec = { .hdr = { .type = EV_dup, .len = sizeof(rec),
				       .fixed_len = sizeof(rec), .tid = pid, .tgid = pid } };
	struct event ev = { .hdr = &rec.hdr, .dup = &rec };
	const struct enrich_config config = { .live = true };
	struct enrich_stats stats;
	struct enrich *e;

	if (enrich_new(&e, &config) < 0)
		return 2;
	rec.hdr.ts_ns = clock_boottime_ns();
	if (enrich_apply(e, &ev) < 0 || !ev.proc || !ev.proc->process->image ||
	    !ev.proc->process->image->exe.n)
		return 3;
	enrich_stats(e, &stats);
	if (stats.unread != s->argv_unread ||
	    ev.proc->process->image->argv_cut != s->argv_unread)
		return 4;
	enrich_retire(e, &ev);
	enrich_free(e);
	return 0;
}

/* The victim is read in a process of its own, which is killed if it does not return. */
static void assert_is_read(struct scene *s)
{
	pid_t reader = fork(), done = 0;
	int status = -1;

	if (reader == 0)
		_exit(read_victim(s));
	for (int i = 0; i < TRIES && !done; i++, nap())
		done = waitpid(reader, &status, WNOHANG);
	kill(reader, SIGKILL);
	scene_end(s);
	if (!done) {
		waitpid(reader, NULL, 0);
		fail_msg("reading the process did not end");
	}
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* -- the page with the path of the program is one of a file -- */

static void be_mapped(const struct scene *s)
{
	char *page = (char *)(getauxval(AT_EXECFN) & ~(unsigned long)(PAGE - 1));
	int fd = open(s->file, O_RDONLY);

	if (mmap(page, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0) != page)
		_exit(1);
	is_ready(s);
	for (;;)
		pause();
}

static void test_memory_of_a_file_that_is_not_read_does_not_stop_the_agent(void **state)
{
	struct scene s = { .argv_unread = false };

	(void)state;
	if (!scene_make(&s))
		return;
	s.fuse.will->reads_hang = true;
	victim_start(&s, be_mapped);
	assert_is_read(&s);
}

/* -- the lock of the memory map is held -- */

static void *touch(void *page)
{
	return (void *)(intptr_t)*(volatile char *)page;
}

/*
 * The first fault gives up the lock while it waits. That read fails; the kernel tries again, and
 * now it waits with the lock. A second thread that maps waits for it, and all later readers wait
 * for that one.
 */
static void be_locked(const struct scene *s)
{
	int fd = open(s->file, O_RDONLY);
	void *page = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	pthread_t thread;

	signal(SIGBUS, SIG_DFL);
	pthread_create(&thread, NULL, touch, page);
	while (!s->fuse.will->asked)
		nap();
	for (int i = 0; i < 10; i++)
		nap();
	is_ready(s);
	mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (;;)
		pause();
}

static void test_a_memory_map_that_stays_locked_does_not_stop_the_agent(void **state)
{
	struct scene s = { .argv_unread = true };

	(void)state;
	if (!scene_make(&s))
		return;
	s.fuse.will->reads_failed = 1;
	s.fuse.will->reads_hang = true;
	victim_start(&s, be_locked);
	for (int i = 0; i < 20; i++)
		nap();
	assert_is_read(&s);
}

static ssize_t read_cmdline(struct timed_read *tr, pid_t pid)
{
	char path[32], text[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	return timed_read(tr, fd, text, sizeof(text), 0);
}

static void test_late_reads_are_bounded_and_end(void **state)
{
	struct scene s = { .argv_unread = false };
	struct timed_read *tr;

	(void)state;
	if (!scene_make(&s))
		return;
	s.fuse.will->reads_failed = 1;
	s.fuse.will->reads_hang = true;
	victim_start(&s, be_locked);
	for (int i = 0; i < 20; i++)
		nap();
	assert_int_equal(timed_read_new(&tr, 64), 0);
	for (unsigned int i = 0; i < TIMED_READ_THREADS; i++)
		assert_int_equal(read_cmdline(tr, s.victim), -ETIMEDOUT);
	assert_int_equal(read_cmdline(tr, s.victim), -EBUSY);
	assert_int_equal(read_cmdline(tr, getpid()), -EBUSY);
	scene_end(&s);
	for (int i = 0; i < TRIES && read_cmdline(tr, getpid()) < 0; i++)
		nap();
	assert_true(read_cmdline(tr, getpid()) > 0);
	timed_read_free(tr);
}

/* -- the program and the directory -- */

static void be_program(const struct scene *s)
{
	is_ready(s);
	if (chdir(s->dir) == 0)
		execl(s->file, s->file, "1000", NULL);
}

static void test_a_program_whose_attributes_do_not_come_does_not_stop_the_agent(void **state)
{
	struct scene s = { .argv_unread = false };

	(void)state;
	if (!scene_make(&s))
		return;
	victim_start(&s, be_program);
	for (int i = 0; i < 50; i++)
		nap();
	s.fuse.will->attributes_hang = true;
	assert_is_read(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory_of_a_file_that_is_not_read_does_not_stop_the_agent),
		cmocka_unit_test(test_a_memory_map_that_stays_locked_does_not_stop_the_agent),
		cmocka_unit_test(test_late_reads_are_bounded_and_end),
		cmocka_unit_test(test_a_program_whose_attributes_do_not_come_does_not_stop_the_agent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
