// SPDX-License-Identifier: Apache-2.0
/*
 * The storm's workers: threads that do system calls and count them, by the
 * type of record that each should make. A thread adds to its own
 * row of the shared table right after the call, and no other process makes calls
 * of these types, so the table is exact.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storm.h"

struct thread {
	struct row *row;
	unsigned int seed;
	bool preempts;
	int udp;
	struct sockaddr_in to;
};

static void do_open(struct thread *t)
{
	(void)t;
	close(syscall(SYS_open, "/tmp/storm", O_RDONLY, 0));
}

static void do_open_failing(struct thread *t)
{
	(void)t;
	syscall(SYS_open, "/tmp/no/such/file", O_RDONLY, 0);
}

static void do_connect(struct thread *t)
{
	syscall(SYS_connect, t->udp, &t->to, sizeof(t->to));
}

static void do_dup(struct thread *t)
{
	close(syscall(SYS_dup, t->udp));
}

static void do_getppid(struct thread *t)
{
	(void)t;
	syscall(SYS_getppid);
}

static void do_setfsuid(struct thread *t)
{
	(void)t;
	syscall(SYS_setfsuid, -1);
}

/*
 * The child is one raw call away from its end: it must not touch what other threads
 * hold. A signal would make the kernel begin the fork once more, and that be two calls.
 */
static void do_fork(struct thread *t)
{
	sigset_t all, before;
	long pid;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	pid = syscall(SYS_fork);
	if (!pid)
		syscall(SYS_exit_group, 0);
	waitpid(pid, NULL, 0);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	t->row->own[EV_procexit]++;
}

static const struct { void (*run)(struct thread *); unsigned int type, weight; } deeds[] = {
	{ .run = do_open, .type = EV_open, .weight = 30 },
	{ .run = do_open_failing, .type = EV_open, .weight = 15 },
	{ .run = do_connect, .type = EV_connect, .weight = 10 },
	{ .run = do_dup, .type = EV_dup, .weight = 20 },
	{ .run = do_getppid, .type = EV_syscall, .weight = 30 },
	{ .run = do_setfsuid, .type = EV_setid, .weight = 3 },
	{ .run = do_fork, .type = EV_clone, .weight = 1 },
};
#define DEEDS (sizeof(deeds) / sizeof(*deeds))

static unsigned int pick(unsigned int *seed)
{
	static unsigned int sum;
	unsigned int at;

	if (!sum)
		for (size_t i = 0; i < DEEDS; i++)
			sum += deeds[i].weight;
	at = rand_r(seed) % sum;
	for (unsigned int i = 0; i < DEEDS; i++) {
		if (at < deeds[i].weight)
			return i;
		at -= deeds[i].weight;
	}
	return 0;
}

/* A burst, then a breath: sometimes the consumer keeps up, sometimes not. */
static void burst(struct thread *t)
{
	unsigned int n = t->preempts ? 1 : rand_r(&t->seed) % 400;

	while (n--) {
		unsigned int d = pick(&t->seed);

		deeds[d].run(t);
		t->row->own[deeds[d].type]++;
	}
	usleep(t->preempts ? 300 : rand_r(&t->seed) % 4000);
}

static void *thread(void *arg)
{
	struct thread *t = arg;
	struct rusage u;

	t->row->tid = syscall(SYS_gettid);
	if (t->preempts)
		torture_preempt();
	else if (storm->torture)
		torture_thread(t->row);
	__atomic_fetch_add(&storm->threads, 1, __ATOMIC_SEQ_CST);
	while (!storm->go)
		usleep(1000);
	while (!storm->stop)
		burst(t);
	getrusage(RUSAGE_THREAD, &u);
	t->row->preempted = u.ru_nivcsw;
	__atomic_fetch_add(&storm->parked, 1, __ATOMIC_SEQ_CST);
	for (;;)
		pause();
	return NULL;
}

pid_t worker_start(unsigned int n)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (unsigned int i = 0; i < storm->per_worker; i++) {
		struct thread *t = calloc(1, sizeof(*t));
		pthread_t id;

		t->row = &storm->row[n * storm->per_worker + i];
		t->seed = n * storm->per_worker + i + 1;
		t->preempts = storm->torture && !i;
		t->udp = socket(AF_INET, SOCK_DGRAM, 0);
		t->to.sin_family = AF_INET;
		t->to.sin_port = htons(9);
		t->to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		pthread_create(&id, NULL, thread, t);
	}
	for (;;)
		pause();
}
