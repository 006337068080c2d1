// SPDX-License-Identifier: Apache-2.0
/*
 * Calls that wait, and what is waited on: epoll, select, futexes, semaphores, io_uring. None of
 * them blocks here.
 */
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "facts.h"

#define BAD_FD	7777

static void epoll_made(void)
{
	long res = sys(SYS_epoll_create, 5);

	MUST(res >= 0);
	EXPECT(epoll_create, .res = N(res), .size = N(5));
	res = sys(SYS_epoll_create1, EPOLL_CLOEXEC);
	MUST(res >= 0);
	EXPECT(epoll_create, .res = N(res), .flags = N(EPOLL_CLOEXEC));
	res = sys(SYS_epoll_create, -3);
	MUST(res == -EINVAL);
	EXPECT(epoll_create, .res = N(res), .size = N(-3));
}

static void epoll_changed(void)
{
	struct epoll_event in = { .events = EPOLLIN | EPOLLET }, out = { .events = EPOLLOUT };
	int ep = epoll_create1(0), p[2];
	long res;

	MUST(ep >= 0 && pipe(p) == 0);
	MUST(sys(SYS_epoll_ctl, ep, EPOLL_CTL_ADD, p[0], &in) == 0);
	EXPECT(epoll_ctl, .epfd = N(ep), .op = N(EPOLL_CTL_ADD), .fd = N(p[0]),
	       .events = NP((uint32_t)(EPOLLIN | EPOLLET), EV_PROV_USER));
	MUST(sys(SYS_epoll_ctl, ep, EPOLL_CTL_ADD, p[1], &out) == 0);
	EXPECT(epoll_ctl, .epfd = N(ep), .op = N(EPOLL_CTL_ADD), .fd = N(p[1]),
	       .events = NP(EPOLLOUT, EV_PROV_USER));
	MUST(sys(SYS_epoll_ctl, ep, EPOLL_CTL_DEL, p[1], NULL) == 0);
	EXPECT(epoll_ctl, .epfd = N(ep), .op = N(EPOLL_CTL_DEL), .fd = N(p[1]));
	res = sys(SYS_epoll_ctl, BAD_FD, EPOLL_CTL_MOD, p[0], unmapped());
	MUST(res == -EFAULT || res == -EBADF);
	EXPECT(epoll_ctl, .res = N(res), .epfd = N(BAD_FD), .op = N(EPOLL_CTL_MOD), .fd = N(p[0]),
	       .events = UNREADABLE);
}

static void epoll_waited(void)
{
	struct epoll_event events[4];
	struct timespec none = { 0 };
	int ep = epoll_create1(0);
	long res = sys(SYS_epoll_wait, ep, events, 3, 0);

	MUST(res == 0);
	EXPECT(epoll_wait, .epfd = N(ep), .maxevents = N(3));
	res = sys(SYS_epoll_pwait, ep, events, 4, 1, NULL, 8);
	MUST(res == 0);
	EXPECT(epoll_wait, .epfd = N(ep), .maxevents = N(4), .timeout = N(1));
	res = sys(SYS_epoll_wait, BAD_FD, events, 2, -1);
	MUST(res == -EBADF);
	EXPECT(epoll_wait, .res = N(res), .epfd = N(BAD_FD), .maxevents = N(2), .timeout = N(-1));
	res = sys(441 /* epoll_pwait2 */, ep, events, 1, &none, NULL, 8);
	EXPECT(epoll_wait, .res = N(res), .epfd = N(ep), .maxevents = N(1));
}

static void selected(void)
{
	struct timeval none = { 0 };
	struct timespec nothing = { 0 };
	long res = sys(SYS_select, 1, NULL, NULL, NULL, &none);

	MUST(res == 0);
	EXPECT(select, .nfds = N(1));
	res = sys(SYS_pselect6, 2, NULL, NULL, NULL, &nothing, NULL);
	MUST(res == 0);
	EXPECT(select, .nfds = N(2));
	res = sys(SYS_select, -1, NULL, NULL, NULL, &none);
	MUST(res == -EINVAL);
	EXPECT(select, .res = N(res), .nfds = N(-1));
}

/* The first select() has its arguments in memory. */
static void selected_ia32(void)
{
	char *none = low(&(char[16]){ 0 }, 16);
	uint32_t args[] = { 3, 0, 0, 0, (uint32_t)(long)none };
	long res = sys32(142 /* _newselect */, 3, 0, 0, 0, none);

	need32(res);
	MUST(res == 0);
	EXPECT(select, .nfds = N(3));
	MUST(sys32(82 /* select */, low(args, sizeof(args))) == 0);
	EXPECT(select, .nfds = N(0));
	res = sys32(308 /* pselect6 */, -2, 0, 0, 0, none, 0);
	MUST(res == -EINVAL || lacks32(res)); /* CONFIG_COMPAT_32BIT_TIME */
	EXPECT(select, .res = N(res), .nfds = N(-2));
}

static void semaphores(void)
{
	long id = sys(SYS_semget, IPC_PRIVATE, 2, IPC_CREAT | 0600), res;

	EXPECT(semget, .res = N(id), .nsems = N(2), .semflg = N(IPC_CREAT | 0600));
	res = sys(SYS_semget, 0x87654321, 3, 0);
	MUST(res < 0);
	EXPECT(semget, .res = N(res), .key = N(0x87654321), .nsems = N(3));
	res = sys(SYS_semctl, id, 1, SETVAL, 5);
	EXPECT(semctl, .res = N(res), .semid = N(id), .semnum = N(1), .cmd = N(SETVAL), .val = N(5));
	res = sys(SYS_semctl, id, 1, GETVAL, 0);
	MUST(res == 5 || res == -ENOSYS);
	EXPECT(semctl, .res = N(res), .semid = N(id), .semnum = N(1), .cmd = N(GETVAL));
	res = sys(SYS_semctl, id, 0, IPC_RMID, 0);
	EXPECT(semctl, .res = N(res), .semid = N(id));
	res = sys(SYS_semctl, -7, 2, SETVAL, -6);
	MUST(res < 0);
	EXPECT(semctl, .res = N(res), .semid = N(-7), .semnum = N(2), .cmd = N(SETVAL), .val = N(-6));
	res = sys32(393 /* semget */, 0x87654321, 4, 0);
	need32(res);
	EXPECT(semget, .res = N(res), .key = N(0x87654321), .nsems = N(4));
}

static void semaphore_ops(void)
{
	struct sembuf ops[3] = { { 0, 5, SEM_UNDO }, { 1, 2, 0 }, { 1, -1, IPC_NOWAIT } };
	static struct sembuf many[90];
	int id = semget(IPC_PRIVATE, 2, IPC_CREAT | 0600);
	long res = sys(SYS_semop, id, ops, 3);

	EXPECT(semop, .res = N(res), .semid = N(id), .nsops = N(3), .sops = B(ops, sizeof(ops), EV_PROV_USER));
	res = sys(SYS_semtimedop, -7, &ops[2], 1, NULL);
	MUST(res < 0);
	EXPECT(semop, .res = N(res), .semid = N(-7), .nsops = N(1), .sops = B(&ops[2], 6, EV_PROV_USER));
	res = sys(SYS_semop, -6, unmapped(), 2);
	MUST(res < 0);
	EXPECT(semop, .res = N(res), .semid = N(-6), .nsops = N(2), .sops = UNREADABLE);
	memset(many, 1, sizeof(many));
	res = sys(SYS_semop, -6, many, 90);
	MUST(res < 0);
	EXPECT(semop, .res = N(res), .semid = N(-6), .nsops = N(90),
	       .sops = CUT(many, sizeof(many), EV_PROV_USER, 512));
	semctl(id, 0, IPC_RMID);
}

static void polled(void)
{
	int p[2];
	struct pollfd fds[2];
	long res;

	MUST(pipe(p) == 0 && write(p[1], "x", 1) == 1);
	fds[0] = (struct pollfd){ .fd = p[0], .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = -1, .events = POLLOUT };
	res = sys(SYS_poll, fds, 2, -1);
	MUST(res == 1 && fds[0].revents == POLLIN);
	EXPECT(poll, .res = N(1), .nfds = N(2), .timeout = N(-1), .fds = B(fds, sizeof(fds), EV_PROV_USER));
	res = sys(SYS_poll, NULL, 0, 1);
	MUST(res == 0);
	EXPECT(poll, .timeout = N(1));
	res = sys(SYS_poll, unmapped(), 3, 0);
	MUST(res == -EFAULT);
	EXPECT(poll, .res = N(res), .nfds = N(3), .fds = UNREADABLE);
}

static void ppolled(void)
{
	struct timespec past = { 5, 6 }, none = { 0 };
	uint64_t mask = 0x8000000000000001;
	int p[2];
	struct pollfd fd;
	long res;

	MUST(pipe(p) == 0);
	fd = (struct pollfd){ .fd = p[0], .events = POLLIN };
	res = sys(SYS_ppoll, &fd, 1, &none, &mask, 8);
	MUST(res == 0);
	EXPECT(poll, .nfds = N(1), .limit = NP(0, EV_PROV_USER), .sigmask = NP(mask, EV_PROV_USER),
	       .fds = B(&fd, sizeof(fd), EV_PROV_USER));
	res = sys(SYS_ppoll, unmapped(), 2, &past, NULL, 8);
	MUST(res == -EFAULT);
	EXPECT(poll, .res = N(res), .nfds = N(2), .fds = UNREADABLE,
	       .limit = ((struct val){ .v = 1000000000, .v2 = 5000000006, .how = HOW_RANGE, .prov = EV_PROV_USER }));
	fd.events = POLLOUT;
	fd.fd = p[1];
	res = sys(SYS_ppoll, &fd, 1, NULL, NULL, 8);
	MUST(res == 1);
	EXPECT(poll, .res = N(1), .nfds = N(1), .limit = N(-1), .fds = B(&fd, sizeof(fd), EV_PROV_USER));
}

/* A time has two words of 32 bits, and of 64 in the newer call. */
static void ppolled_ia32(void)
{
	uint32_t *time = (void *)low((uint32_t[]){ 0, 7 }, 8);
	uint64_t *wide = (void *)low((uint64_t[]){ 0, 9 }, 16);
	long res = sys32(309 /* ppoll */, 0, 0, time, 0, 8);

	need32(res);
	MUST(res == 0);
	EXPECT(poll, .limit = NP(0, EV_PROV_USER));
	res = sys32(414 /* ppoll_time64 */, 0, 0, wide, 0, 8);
	MUST(res == 0 || res == -ENOSYS);
	EXPECT(poll, .res = N(res), .limit = NP(res ? 9 : 0, EV_PROV_USER));
}

static void slept(void)
{
	struct timespec time = { 0, 1000 }, late = { 1, 5 };
	long res = sys(SYS_nanosleep, &time, NULL);

	MUST(res == 0);
	EXPECT(nanosleep, .interval = NP(1000, EV_PROV_USER));
	res = sys(SYS_clock_nanosleep, CLOCK_BOOTTIME, TIMER_ABSTIME, &late, NULL);
	MUST(res == 0);
	EXPECT(nanosleep, .clockid = N(CLOCK_BOOTTIME), .flags = N(TIMER_ABSTIME),
	       .interval = NP(1000000005, EV_PROV_USER));
	res = sys(SYS_nanosleep, unmapped(), NULL);
	MUST(res == -EFAULT);
	EXPECT(nanosleep, .res = N(res), .interval = UNREADABLE);
}

static void slept_ia32(void)
{
	uint32_t *time = (void *)low((uint32_t[]){ 0, 2000 }, 8);
	uint64_t *wide = (void *)low((uint64_t[]){ 0, 3000 }, 16);
	long res = sys32(162 /* nanosleep */, time, 0);

	need32(res);
	MUST(res == 0);
	EXPECT(nanosleep, .interval = NP(2000, EV_PROV_USER));
	res = sys32(407 /* clock_nanosleep_time64 */, CLOCK_MONOTONIC, 0, wide, 0);
	MUST(res == 0 || res == -ENOSYS);
	EXPECT(nanosleep, .res = N(res), .clockid = N(CLOCK_MONOTONIC), .interval = NP(3000, EV_PROV_USER));
}

static void futexes(void)
{
	uint32_t word = 5, *low_word = (void *)low(&word, 4);
	long res = sys(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);

	MUST(res == 0);
	EXPECT(futex, .addr = N(&word), .op = N(FUTEX_WAKE_PRIVATE), .val = N(1));
	res = sys(SYS_futex, low_word, FUTEX_WAIT, 0x87654321, NULL, NULL, 0);
	MUST(res == -EAGAIN);
	EXPECT(futex, .res = N(res), .addr = N(low_word), .val = N(0x87654321));
	res = sys32(240 /* futex */, low_word, FUTEX_WAKE, 2, 0, 0, 0);
	MUST(res == 0 || lacks32(res)); /* CONFIG_COMPAT_32BIT_TIME */
	EXPECT(futex, .res = N(res), .addr = N(low_word), .op = N(FUTEX_WAKE), .val = N(2));
	res = sys32(422 /* futex_time64 */, low_word, FUTEX_WAIT, 6, 0, 0, 0);
	MUST(res < 0);
	EXPECT(futex, .res = N(res), .addr = N(low_word), .val = N(6));
}

static void uring_entered(void)
{
	long res = sys(426 /* io_uring_enter */, BAD_FD, 1, 2, 0x80000000);

	MUST(res < 0);
	EXPECT(io_uring_enter, .res = N(res), .fd = N(BAD_FD), .to_submit = N(1), .min_complete = N(2),
	       .flags = N(0x80000000));
	res = sys(426, BAD_FD - 1, 3, 4, IORING_ENTER_GETEVENTS);
	MUST(res < 0);
	EXPECT(io_uring_enter, .res = N(res), .fd = N(BAD_FD - 1), .to_submit = N(3), .min_complete = N(4),
	       .flags = N(IORING_ENTER_GETEVENTS));
}

TESTS(wait,
	TEST(wait, "epoll_create and epoll_create1 are recorded", epoll_made),
	TEST(wait, "epoll_ctl records descriptor and events", epoll_changed),
	TEST(wait, "epoll_wait, epoll_pwait and epoll_pwait2 are recorded", epoll_waited),
	TEST(wait, "select and pselect6 are recorded", selected),
	TEST(wait, "select of a 32-bit program is recorded, old and new", selected_ia32),
	TEST(wait, "semget and semctl record the set", semaphores),
	TEST(wait, "semop and semtimedop record the operations", semaphore_ops),
	TEST(wait, "poll records the descriptors", polled),
	TEST(wait, "ppoll records descriptors, time and signals", ppolled),
	TEST(wait, "ppoll of a 32-bit program is recorded", ppolled_ia32),
	TEST(wait, "nanosleep and clock_nanosleep record the time", slept),
	TEST(wait, "nanosleep of a 32-bit program is recorded", slept_ia32),
	TEST(wait, "futex records word and operation", futexes),
	TEST(wait, "io_uring_enter is recorded", uring_entered),
);
