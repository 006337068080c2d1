// SPDX-License-Identifier: Apache-2.0
/*
 * Keeps visitors: in namespaces and on a file system of its own, so that nothing they do reaches
 * others, it starts one after another, and kills what does not end.
 */
#include <fcntl.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "small.h"
#include "zoo.h"

enum { OPERATIONS = 200, PATIENCE_MS = 1500, VISITORS_OF_A_HOUSE = 40 };

static void put(const char *path, const void *content, size_t len, int mode)
{
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, mode);

	if (fd >= 0 && write(fd, content, len) != (ssize_t)len)
		abort();
	close(fd);
}

/* Its own loopback interface. */
static void network_make(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ioctl(s, SIOCSIFFLAGS, &lo);
	close(s);
}

/* An empty file system with a few files, as the root of the caller. */
static void house_make(void)
{
	static const char *const dirs[] = { "d", "e", "m", "w", "o", "proc", "cg" };

	if (mount("zoo", "/tmp", "tmpfs", 0, "size=32m") || chdir("/tmp"))
		abort();
	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++)
		mkdir(dirs[i], 0777);
	put("tiny", &small64, sizeof(small64), 0755);
	put("tiny32", &small32, sizeof(small32), 0755);
	put("d/tiny", &small64, sizeof(small64), 0755);
	put("script", "#!/tiny x\n", 10, 0755);
	put("d/a", "a", 1, 0644);
	put("a", "a", 1, 0644);
	symlink("a", "l");
	symlink("../b", "d/l");
	mkfifo("fifo", 0666);
	mknod("null", S_IFCHR | 0666, makedev(1, 3));
	mount("proc", "proc", "proc", 0, NULL);
	/* The root of the namespace, as a program in a mere chroot() may make no user namespace. */
	if (mount(".", "/", NULL, MS_MOVE, NULL) || chroot("."))
		abort();
}

/* Of the chosen operations each is counted, before it is made: it may end its process. */
static void *visit(void *arg)
{
	struct values v = { .seed = (uintptr_t)arg };
	const unsigned int calls = calls_count(), all = calls + acts_count();

	for (int i = 0; i < OPERATIONS; i++) {
		unsigned int n = rand_r(&v.seed) % all;
		bool worked;

		if (n >= calls && rand_r(&v.seed) % 2)
			n = rand_r(&v.seed) % calls;
		__atomic_fetch_add(&zoo->made[n], 1, __ATOMIC_RELAXED);
		worked = n < calls ? calls_do(n, &v) : acts_do(n - calls, &v);
		if (worked)
			__atomic_fetch_add(&zoo->worked[n], 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void on_alarm(int sig)
{
	(void)sig;
}

/* Calls that block end after some milliseconds; one visitor in eight has them restarted. */
static void alarms(unsigned int seed)
{
	struct sigaction sa = { .sa_handler = on_alarm, .sa_flags = seed % 8 ? 0 : SA_RESTART };
	struct itimerval often = { { 0, 10000 }, { 0, 10000 } };

	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
}

static void limits(void)
{
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 8 << 20, 8 << 20 });
	setrlimit(RLIMIT_AS, &(struct rlimit){ 512 << 20, 512 << 20 });
	setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 300, 300 });
}

static void visitor(unsigned int seed)
{
	pthread_t second, rewriter;

	setsid();
	close(0);
	close(1);
	close(2);
	open("/null", O_RDWR);
	open("/null", O_RDWR);
	open("/null", O_RDWR);
	limits();
	values_make();
	alarms(seed);
	pthread_create(&rewriter, NULL, values_rewrite, (void *)(uintptr_t)(seed + 1));
	pthread_create(&second, NULL, visit, (void *)(uintptr_t)(seed + 2));
	visit((void *)(uintptr_t)seed);
	pthread_join(second, NULL);
	syscall(SYS_exit_group, 0);
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ull + t.tv_nsec / 1000000;
}

static void wait_or_kill(pid_t pid)
{
	const uint64_t end = now_ms() + PATIENCE_MS;

	while (waitpid(pid, NULL, WNOHANG | __WALL) == 0) {
		if (now_ms() > end) {
			__atomic_fetch_add(&zoo->killed, 1, __ATOMIC_RELAXED);
			kill(-1, SIGKILL);
			waitpid(pid, NULL, __WALL);
			return;
		}
		usleep(2000);
	}
}

/* The group that the test has made: so the guest's memory lasts. */
static void group_join(void)
{
	int fd = open("/sys/fs/cgroup/zoo/cgroup.procs", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "0", 1) != 1)
		abort();
	close(fd);
}

/* Lives in one house: what visitors mount and leave ends with it. */
static void keep(unsigned int n)
{
	group_join();
	network_make();
	mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	house_make();
	for (unsigned int i = 0; i < VISITORS_OF_A_HOUSE && !zoo->stop; i++) {
		const uint64_t count = zoo->visitors[n]++;
		pid_t pid = fork();

		if (!pid)
			visitor((unsigned int)(count * 8 + n) * 2654435761u | 1);
		wait_or_kill(pid);
		kill(-1, SIGKILL); /* what it has left behind */
		while (waitpid(-1, NULL, WNOHANG | __WALL) > 0)
			;
	}
	_exit(0);
}

pid_t keeper_start(unsigned int n)
{
	const long spaces = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
	pid_t pid = syscall(SYS_clone, spaces | SIGCHLD, NULL, NULL, NULL, NULL);

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpriority(PRIO_PROCESS, 0, 0);
	keep(n);
	return 0;
}
