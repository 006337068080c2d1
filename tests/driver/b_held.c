// SPDX-License-Identifier: Apache-2.0
/*
 * Tests that the driver holds no file after a hook has returned, and that a task's
 * entries in the driver's tables are freed when it dies. The test mounts a file
 * system of its own: while any file of it is held, it cannot be unmounted, and a fifo
 * in it has a reader.
 */
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <saker/bpf.h>
#include "border.h"
#include "lib/uring.h"

#define SCALE	"/tmp/held"
#define FIFO	SCALE "/fifo"
#define DECOY	SCALE "/decoy"
#define SECRET	"/tmp/secret"

/* -- records of one file -- */

static struct about {
	const char *path;
	unsigned int by_kernel, by_fd, by_uring;	/* records with that path */
	unsigned int lies;		/* records with that name and another path */
} about;

static bool part_is(const struct ev_header *h, const struct ev_part *part, const char *text)
{
	uint32_t n;
	const unsigned char *p = sk_part(h, part, &n);

	return p && n == strlen(text) && !memcmp(p, text, n);
}

static int see_open(void *arg, unsigned int cpu, const struct ev_header *h)
{
	const struct ev_open *e = (const void *)h;

	(void)arg;
	(void)cpu;
	if (h->type != EV_open)
		return 0;
	if (part_is(h, &e->path, about.path)) {
		if (h->flags & EV_F_IO_URING)
			about.by_uring++;
		else if (ev_prov(h, EV_FIELD(open, path)))
			about.by_fd++;
		else
			about.by_kernel++;
	} else if (e->res >= 0 && part_is(h, &e->name, about.path)) {
		about.lies++;
	}
	return 0;
}

static void drain(void)
{
	while (sk_drain(&sk, see_open, NULL))
		;
}

static void drain_for(unsigned int ms)
{
	for (uint64_t end = sk_now() + ms * 1000000ull; sk_now() < end; usleep(2000))
		drain();
}

static void watch(const char *path)
{
	drain();
	memset(&about, 0, sizeof(about));
	about.path = path;
}

static uint64_t unpaired(void)
{
	static struct sk_info info;

	CHECK_IS(sk_info(&sk, &info), 0);
	return info.unpaired;
}

static struct saker_selection *select_all_opens(void)
{
	static struct saker_selection sel;

	memset(&sel, 0, sizeof(sel));
	sel.action[EV_ABI_64][SYS_open] = SAKER_ACT_EMIT | SAKER_ACT_EMIT_FAILED;
	sel.action[EV_ABI_64][SYS_openat] = SAKER_ACT_EMIT | SAKER_ACT_EMIT_FAILED;
	sel.event[EV_open] = 1;
	return &sel;
}

/* -- is a file held? -- */

static void put(const char *path)
{
	int fd = open(path, O_CREAT | O_WRONLY, 0644);

	CHECK(fd >= 0);
	fchmod(fd, 0644);
	close(fd);
}

static void scale_up(void)
{
	mkdir(SCALE, 0755);
	CHECK_IS(mount("held", SCALE, "tmpfs", 0, "mode=755"), 0);
	CHECK_IS(mkfifo(FIFO, 0666), 0);
	chmod(FIFO, 0666);
	put(DECOY);
	put(SECRET);
	attach(1 << 20);
	arm(select_all_opens());
	watch("");
}

/* Files freed as task work, or after a grace period, need some time. */
static void scale_down(void)
{
	int fd = open(FIFO, O_WRONLY | O_NONBLOCK), err = -1;

	CHECK(fd < 0 && errno == ENXIO);
	if (fd >= 0)
		close(fd);
	for (int i = 0; i < 20 && err; i++) {
		err = umount(SCALE);
		usleep(err ? 100000 : 0);
	}
	CHECK_IS(err, 0);
	if (err)
		umount2(SCALE, MNT_DETACH);
	rmdir(SCALE);
	unlink(SECRET);
}

static pid_t child(void)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		sk_disown(&sk);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	}
	return pid;
}

/* In an open that does not return before another process writes. */
static pid_t blocked_open(void)
{
	pid_t pid = child();

	if (!pid) {
		syscall(SYS_open, FIFO, O_RDONLY, 0);
		_exit(0);
	}
	usleep(200000);
	return pid;
}

static void let_go(pid_t reader)
{
	pid_t pid = child();

	if (!pid) {
		open(FIFO, O_WRONLY);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	waitpid(reader, NULL, 0);
}

/* -- cases in which nothing may be held -- */

static void held_when_stopped(void)
{
	pid_t pid;

	scale_up();
	pid = blocked_open();
	CHECK_IS(sk_state(&sk, SAKER_STATE_DISARMED), 0);
	let_go(pid);
	scale_down();
}

static void held_when_deselected(void)
{
	static struct saker_selection none;
	pid_t pid;

	scale_up();
	pid = blocked_open();
	memset(&none, 0, sizeof(none));
	none.event[EV_execve] = 1;
	arm(&none);
	let_go(pid);
	scale_down();
	/* Entries made then must not be used for later calls. */
	put(SECRET);
	arm(select_all_opens());
	watch(SECRET);
	close(open(SECRET, O_RDONLY | O_PATH));
	pid = child();
	if (!pid) {
		close(open(SECRET, O_RDONLY | O_PATH));
		close(open(SECRET, O_RDONLY));
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	drain();
	CHECK_IS(about.by_kernel, 2);
	CHECK_IS(about.lies, 0);
	unlink(SECRET);
}

static void held_when_killed(void)
{
	pid_t pid;

	scale_up();
	pid = blocked_open();
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	scale_down();
}

static void held_when_the_agent_died(void)
{
	pid_t pid;

	scale_up();
	CHECK_IS(sk_orphan(&sk, 1), 0);
	pid = blocked_open();
	sk_close(&sk);
	sleep(3);
	let_go(pid);
	scale_down();
	attach(0);
	CHECK_IS(sk_orphan(&sk, 60), 0);
}

/* -- tasks that fill the tables -- */

/* More than a user's share of the module's entries, and than all of the eBPF driver's. */
#define BLOCKED	(sk.driver == &sk_kmod ? 1500u : 5000u)
#define OTHERS	200

static volatile unsigned int *blocking;		/* how many are about to block, shared */

static void *block(void *arg)
{
	__atomic_fetch_add(blocking, 1, __ATOMIC_RELAXED);
	syscall(SYS_open, FIFO, O_RDONLY, 0);
	pause();
	return arg;
}

static void *idle(void *arg)
{
	pause();
	return arg;
}

static pid_t blocked_threads(void)
{
	struct rlimit many = { 100000, 100000 };
	pthread_attr_t attr;
	pthread_t t;
	pid_t pid;

	blocking = mmap(NULL, sizeof(*blocking), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid = child();
	if (pid) {
		for (int i = 0; i < 2400 && *blocking < BLOCKED; i++)
			drain_for(100);
		CHECK_IS(*blocking, BLOCKED);
		return pid;
	}
	setrlimit(RLIMIT_NPROC, &many);
	if (setgid(65534) || setuid(65534))
		_exit(1);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 32768);
	for (unsigned int i = 0; i < BLOCKED; i++)
		pthread_create(&t, &attr, block, NULL);
	for (;;)
		pause();
}

/*
 * In processes with a second thread, so that a record made from the descriptor can be
 * recognised.
 */
static void others_open(void)
{
	pthread_t t;

	for (int k = 0; k < OTHERS / 20; k++) {
		pid_t pid = child();

		if (!pid) {
			pthread_create(&t, NULL, idle, NULL);
			for (int i = 0; i < 20; i++)
				close(open(SECRET, O_RDONLY));
			_exit(0);
		}
		waitpid(pid, NULL, 0);
		drain();
	}
}

static void table_filled_with_blocked(void)
{
	uint64_t before;
	pid_t pid;

	if (sk.driver != &sk_kmod && sk_kernel() < KERNEL(5, 12))
		border_skip("before 5.12 no entry of the same selection makes room");
	if (sk.driver != &sk_kmod)
		printf("# the table has %zu bytes\n", BPF_PENDING_BYTES);
	scale_up();
	before = unpaired();
	pid = blocked_threads();
	drain_for(5000);	/* until they are in the kernel */
	watch(SECRET);
	others_open();
	CHECK_IS(about.by_kernel, OTHERS);
	CHECK_IS(about.by_fd + about.lies, 0);
	/* Some entries were taken over. */
	CHECK(unpaired() > before);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	munmap((void *)blocking, sizeof(*blocking));
	drain_for(300);
	before = unpaired();
	watch(SECRET);
	others_open();
	CHECK_IS(about.by_kernel, OTHERS);
	CHECK_IS(unpaired() - before, 0);
	scale_down();
}

/* -- io_uring's work after a call -- */

static int eventfd_soon(unsigned int us)
{
	int fd = eventfd(0, 0);
	uint64_t one = 1;

	if (!fork()) {
		usleep(us);
		_exit(write(fd, &one, sizeof(one)) != sizeof(one));
	}
	return fd;
}

/* Every kind of call during which the work may run; @again is called until the work has run. */
static void work_after(void (*again)(void))
{
	struct uring u;
	unsigned long long data;
	int fd = -1;

	if (uring_new(&u, 8))
		_exit(9);
	if (uring_open_when(&u, eventfd_soon(100000), DECOY) != 2)
		_exit(8);
	while (uring_done(&u) < 2)
		again();
	while (uring_done(&u)) {
		int res = uring_result(&u, &data);

		fd = data ? res : fd;
	}
	_exit(fd < 0);
}

static void again_asleep(void)
{
	usleep(50000);
}

static void again_in_user_mode(void)
{
	for (volatile int i = 0; i < 1000; i++)
		;
}

static void again_no_call(void)
{
	syscall(183 /* afs_syscall, which no kernel implements */);
}

static void again_open(void)
{
	close(open("/dev/null", O_RDONLY));
}

static void again_open_fails(void)
{
	open("/no/such", O_RDONLY);
}

static void again_open_is_no_call(void)
{
	syscall(SYS_open, "/no/such", O_RDONLY | O_NOATIME, 0);
}

static void uring_after(void (*again)(void), const char *what)
{
	int status = 0;
	pid_t pid;

	watch(DECOY);
	pid = child();
	if (!pid) {
		if (again == again_open_is_no_call)
			forbid_call(SYS_open, 1, O_NOATIME, O_NOATIME);
		work_after(again);
	}
	while (waitpid(pid, &status, WNOHANG) == 0)
		drain_for(10);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 9)
		border_skip("this kernel has no io_uring");
	CHECK_IS(status, 0);
	drain();
	if (about.by_uring != 1)
		printf("# while it is %s:\n", what);
	CHECK_IS(about.by_uring, 1);
	CHECK_IS(about.by_kernel + about.by_fd, 0);
}

static void uring_from_task_work(void)
{
	scale_up();
	uring_after(again_asleep, "asleep");
	uring_after(again_in_user_mode, "in user mode");
	uring_after(again_no_call, "in an unknown call");
	uring_after(again_open, "opening");
	uring_after(again_open_fails, "opening a missing file");
	uring_after(again_open_is_no_call, "opening, which is no call");
	scale_down();
}

/* The task has io_uring, and its exec opens its program: that is not an open by io_uring. */
static void exec_beside_uring(void)
{
	char program[4096] = "";
	struct uring u;
	pid_t pid;

	scale_up();
	CHECK(readlink("/proc/self/exe", program, sizeof(program) - 1) > 0);
	watch(program);
	pid = child();
	if (!pid) {
		if (uring_new(&u, 8))
			_exit(9);
		freopen("/dev/null", "w", stdout);
		execl(program, "border-test", "-l", NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
	drain();
	CHECK_IS(about.by_uring, 0);
	scale_down();
}

/* Opens files until io_uring's work has opened the decoy after one of the opens; then exits. */
static pid_t leaves_after_work(void)
{
	struct uring u;
	pid_t pid = child();

	if (pid)
		return pid;
	if (setgid(65534) || setuid(65534) || uring_new(&u, 8))
		_exit(9);
	if (uring_open_when(&u, eventfd_soon(1000), DECOY) != 2)
		_exit(8);
	while (uring_done(&u) < 2)
		syscall(SYS_open, "/no/such", O_RDONLY, 0);
	syscall(SYS_exit_group, 0);
	return 0;
}

#define LEAVERS	200

static void table_left_by_many(void)
{
	uint64_t before;

	scale_up();
	before = unpaired();
	for (int i = 0; i < LEAVERS; i++) {
		int status = 0;

		waitpid(leaves_after_work(), &status, 0);
		if (status == 9 << 8)
			border_skip("this kernel has no io_uring");
		CHECK_IS(status, 0);
		drain();
	}
	watch(SECRET);
	others_open();
	CHECK_IS(about.by_kernel, OTHERS);
	CHECK_IS(about.by_fd + about.lies, 0);
	CHECK_IS(unpaired() - before, 0);
	scale_down();
}

/* O_PATH never reaches the hook: an entry that the task left before is not the file it opens. */
static void path_after_work(void)
{
	struct uring u;
	pid_t pid;
	int status;

	scale_up();
	watch(SECRET);
	pid = child();
	if (!pid) {
		if (uring_new(&u, 8))
			_exit(9);
		for (int i = 0; i < 20; i++) {
			unsigned long long data;

			if (uring_open_when(&u, eventfd_soon(1000), DECOY) != 2)
				_exit(8);
			while (uring_done(&u) < 2)
				syscall(SYS_open, "/no/such", O_RDONLY, 0);
			while (uring_done(&u))
				uring_result(&u, &data);
			close(open(SECRET, O_PATH));
		}
		_exit(0);
	}
	while (waitpid(pid, &status, WNOHANG) == 0)
		drain_for(10);
	drain();
	if (status == 9 << 8)
		border_skip("this kernel has no io_uring");
	CHECK_IS(status, 0);
	CHECK_IS(about.by_kernel, 20);
	CHECK_IS(about.lies, 0);
	scale_down();
}

BORDER_TESTS(held,
	TEST("an open that is under way when hooks are disarmed holds no file", held_when_stopped),
	TEST("an open that is under way when its selection is replaced holds no file, and its entry is freed",
	     held_when_deselected),
	TEST("an open whose task is killed holds no file", held_when_killed),
	TEST("an open that is under way when no agent attaches again holds no file",
	     held_when_the_agent_died),
	TEST("entries of opens that block are taken over for the opens of other users",
	     table_filled_with_blocked),
	TEST("an open by io_uring after a call has one record, whatever the call was",
	     uring_from_task_work),
	TEST("an exec of a task with io_uring is not recorded as an open by io_uring",
	     exec_beside_uring),
	TEST("tasks that die after io_uring's work leave no entry in the table",
	     table_left_by_many),
	TEST("an open with O_PATH after io_uring's work names what it opened", path_after_work),
);
