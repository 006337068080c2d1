// SPDX-License-Identifier: Apache-2.0
/* What visitors do that takes more than one call: each act with its children, which end with it or are killed. */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/perf_event.h>
#include <linux/reboot.h>
#include <linux/seccomp.h>
#include <linux/userfaultfd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "zoo.h"

bool acts_end(pid_t pid)
{
	int status = 0;

	return pid > 0 && waitpid(pid, &status, __WALL) == pid && WIFEXITED(status) && !WEXITSTATUS(status);
}

static bool end_by_kill(pid_t pid, unsigned int us)
{
	if (pid <= 0)
		return false;
	usleep(us);
	kill(pid, SIGKILL);
	return waitpid(pid, NULL, __WALL) == pid;
}

/* -- programs -- */

static char *environment[] = { "HOME=/", "LD_PRELOAD=/x", NULL };

static bool runs(int dirfd, const char *path, char **argv, int flags)
{
	pid_t pid = vfork();

	if (!pid) {
		syscall(SYS_execveat, dirfd, path, argv, environment, flags);
		_exit(1);
	}
	return acts_end(pid);
}

static bool exec_program(struct values *v)
{
	return runs(AT_FDCWD, rand_r(&v->seed) % 2 ? "/tiny" : "/tiny32", (char *[]){ "tiny", NULL }, 0);
}

static bool exec_script(struct values *v)
{
	(void)v;
	return runs(AT_FDCWD, "/script", (char *[]){ "script", "x", NULL }, 0);
}

static bool exec_any_path(struct values *v)
{
	return runs(AT_FDCWD, values_path(v), (char *[]){ values_path(v), values_path(v), NULL }, 0);
}

static bool exec_many_arguments(struct values *v)
{
	char *argv[1001], *word = malloc(4096);

	memset(word, 'w', 4095);
	word[rand_r(&v->seed) % 4096] = 0;
	word[4095] = 0;
	for (int i = 0; i < 1000; i++)
		argv[i] = word;
	argv[1000] = NULL;
	runs(AT_FDCWD, "/tiny", argv, 0);
	free(word);
	return true;
}

static bool exec_from_memory(struct values *v)
{
	int from = open("/tiny", O_RDONLY | O_CLOEXEC), fd = syscall(SYS_memfd_create, "zoo", 0);
	char content[512];
	ssize_t n = read(from, content, sizeof(content));
	bool ran;

	(void)v;
	ran = n > 0 && write(fd, content, n) == n && runs(fd, "", (char *[]){ "m", NULL }, AT_EMPTY_PATH);
	close(from);
	close(fd);
	return ran;
}

static void *execs(void *arg)
{
	char *argv[] = { "tiny", NULL };

	syscall(SYS_execve, "/tiny", argv, environment);
	return arg;
}

static bool exec_by_second_thread(struct values *v)
{
	pid_t pid = fork();
	pthread_t t;

	(void)v;
	if (!pid) {
		pthread_create(&t, NULL, execs, NULL);
		pthread_join(t, NULL);
		_exit(1);
	}
	return acts_end(pid);
}

static bool exec_on_overlay(struct values *v)
{
	bool ran = false;

	(void)v;
	if (!mount("zoo", "/m", "overlay", 0, "lowerdir=/d,upperdir=/o,workdir=/w")) {
		ran = runs(AT_FDCWD, "/m/tiny", (char *[]){ "tiny", NULL }, 0);
		close(open("/m/a", O_RDWR));
		unlink("/m/a");
		umount2("/m", MNT_DETACH);
	}
	return ran;
}

/* -- processes -- */

static void bomb(unsigned int depth)
{
	for (int i = 0; i < 3; i++)
		if (!fork() && depth) {
			bomb(depth - 1);
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
}

static bool fork_bomb(struct values *v)
{
	pid_t pid = fork();

	(void)v;
	if (!pid) {
		bomb(2);
		_exit(0);
	}
	return acts_end(pid);
}

static bool clone_any_flags(struct values *v)
{
	long flags = (values_draw(v, 'o') | values_draw(v, 'o')) & ~(CLONE_VM | CLONE_VFORK | CLONE_THREAD | 0xff);
	pid_t pid = syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, NULL);

	if (!pid)
		_exit(0);
	return acts_end(pid);
}

static bool nested_namespaces(struct values *v)
{
	pid_t pid = fork();

	(void)v;
	if (!pid) {
		for (int i = 0; i < 3; i++) {
			if (unshare(CLONE_NEWPID | (i ? 0 : CLONE_NEWUSER)))
				_exit(1);
			pid = fork();
			if (pid)
				_exit(!acts_end(pid));
		}
		close(open("/a", O_RDONLY));
		syscall(SYS_kill, 1, 0);
		_exit(0);
	}
	return acts_end(pid);
}

/* The first process of a namespace dies, and the kernel kills the others. */
static bool namespace_dies(struct values *v)
{
	pid_t pid = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, NULL, NULL, NULL, NULL);

	if (!pid) {
		for (int i = 0; i < 4; i++)
			if (!fork())
				for (;;)
					close(open("/a", O_RDONLY));
		usleep(rand_r(&v->seed) % 3000);
		_exit(0);
	}
	return acts_end(pid);
}

static bool reboot_in_namespace(struct values *v)
{
	pid_t pid = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, NULL, NULL, NULL, NULL);

	(void)v;
	if (!pid) {
		syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_RESTART, NULL);
		_exit(1);
	}
	return end_by_kill(pid, 1000);
}

static void *thread_dies(void *arg)
{
	close(open("/a", O_RDONLY));
	return arg;
}

static bool threads(struct values *v)
{
	pthread_t t[8];
	bool made = true;

	(void)v;
	for (int i = 0; i < 8; i++)
		made &= !pthread_create(&t[i], NULL, thread_dies, NULL);
	for (int i = 0; i < 8 && made; i++)
		pthread_join(t[i], NULL);
	return made;
}

static bool blocked_opens(struct values *v)
{
	pid_t pid = fork();

	if (!pid) {
		for (int i = 0; i < 6; i++)
			if (!fork())
				break;
		mkfifo("/waits", 0600);
		open("/waits", O_RDONLY);
		_exit(0);
	}
	return end_by_kill(pid, rand_r(&v->seed) % 4000);
}

/* -- tracers and filters -- */

static bool traced(struct values *v)
{
	struct user_regs_struct regs;
	pid_t pid = fork();
	int status, stops = 0;

	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		for (int i = 0; i < 5; i++)
			close(open(values_path(v), O_RDONLY));
		_exit(0);
	}
	while (pid > 0 && waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status) && stops++ < 20) {
		if (rand_r(&v->seed) % 4 == 0 && !ptrace(PTRACE_GETREGS, pid, NULL, &regs)) {
			regs.rax = rand_r(&v->seed) % 2 ? -ENOSYS : 0;
			ptrace(PTRACE_SETREGS, pid, NULL, &regs);
		}
		ptrace(PTRACE_SYSCALL, pid, NULL, NULL);
	}
	kill(pid, SIGKILL);
	waitpid(pid, &status, __WALL);
	return stops > 2;
}

static bool filtered(struct values *v)
{
	const unsigned int answer = rand_r(&v->seed) % 2 ? SECCOMP_RET_ERRNO | ENOSYS : SECCOMP_RET_KILL_PROCESS;
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, answer),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(*code), code };
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog);
		_exit(open(values_path(v), O_RDONLY) >= 0);
	}
	return pid > 0 && waitpid(pid, NULL, __WALL) == pid;
}

/* -- memory -- */

static void *opens_path_at(void *page)
{
	close(open(page, O_RDONLY));
	return NULL;
}

/* The path lies in a page that only appears when another thread copies it there. */
static bool path_by_fault(struct values *v)
{
	static char content[4096] __attribute__((aligned(4096))) = "/a";
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct uffdio_register range = { .range = { (uintptr_t)page, 4096 }, .mode = UFFDIO_REGISTER_MODE_MISSING };
	struct uffdio_copy copy = { .dst = (uintptr_t)page, .src = (uintptr_t)content, .len = 4096 };
	struct uffdio_api api = { .api = UFFD_API };
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);
	pthread_t t;
	bool made;

	made = fd >= 0 && !ioctl(fd, UFFDIO_API, &api) && !ioctl(fd, UFFDIO_REGISTER, &range) &&
	       !pthread_create(&t, NULL, opens_path_at, page);
	if (made) {
		usleep(rand_r(&v->seed) % 3000);
		made = !ioctl(fd, UFFDIO_COPY, &copy);
		pthread_join(t, NULL);
	}
	close(fd);
	munmap(page, 4096);
	return made;
}

static bool perf_samples(struct values *v)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
					.config = PERF_COUNT_SW_CPU_CLOCK, .sample_period = 100000 };
	int fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);

	for (int i = 0; i < 20; i++)
		close(open(values_path(v), O_RDONLY));
	close(fd);
	return fd >= 0;
}

/* -- files and mounts -- */

static bool mount_and_detach(struct values *v)
{
	int fd;

	(void)v;
	if (mount("x", "/m", "tmpfs", 0, "size=64k"))
		return false;
	fd = open("/m/x", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	umount2("/m", MNT_DETACH);
	syscall(SYS_fchmod, fd, 0644);
	syscall(SYS_ftruncate, fd, 100);
	return !close(fd);
}

static bool removed_directory(struct values *v)
{
	pid_t pid = fork();

	if (!pid) {
		if (mkdir("/left", 0755) || chdir("/left") || rmdir("/left"))
			_exit(1);
		open("x", O_CREAT | O_RDWR, 0600);
		open(".", O_RDONLY);
		mkdir("y", 0755);
		rename("x", values_path(v));
		_exit(0);
	}
	return acts_end(pid);
}

static bool names(struct values *v)
{
	bool all = true;

	(void)v;
	close(open("/n1", O_CREAT | O_RDWR | O_CLOEXEC, 0600));
	all &= !link("/n1", "/n2");
	all &= !rename("/n1", "/n3");
	all &= !chmod("/n3", 0640);
	all &= !truncate("/n3", 10);
	all &= !symlink("/n3", "/n4");
	all &= !mkdir("/n5", 0755);
	return !unlink("/n2") & !unlink("/n3") & !unlink("/n4") & !rmdir("/n5") & all;
}

static bool new_root(struct values *v)
{
	pid_t pid = fork();

	(void)v;
	if (!pid) {
		if (unshare(CLONE_NEWNS) || mount("r", "/m", "tmpfs", 0, NULL) || mkdir("/m/old", 0755))
			_exit(1);
		if (chdir("/m") || syscall(SYS_pivot_root, ".", "old"))
			_exit(0);	/* not from a chroot; but it was tried */
		_exit(chroot("."));
	}
	return acts_end(pid);
}

static bool control_group(struct values *v)
{
	int fd;
	bool moved;

	(void)v;
	if (mount("cg", "/cg", "cgroup2", 0, NULL))
		return false;
	mkdir("/cg/zoo/inner", 0755);
	fd = open("/cg/zoo/inner/cgroup.procs", O_WRONLY | O_CLOEXEC);
	moved = fd >= 0 && write(fd, "0", 1) == 1;
	close(fd);
	fd = open("/cg/zoo/cgroup.procs", O_WRONLY | O_CLOEXEC);
	moved &= fd >= 0 && write(fd, "0", 1) == 1;
	close(fd);
	rmdir("/cg/zoo/inner");
	umount2("/cg", MNT_DETACH);
	return moved;
}

/* -- sockets -- */

static bool connection(struct values *v)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(to);
	int l = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), c = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), s;
	bool made;

	(void)v;
	made = !bind(l, (void *)&to, len) && !listen(l, 1) && !getsockname(l, (void *)&to, &len) &&
	       !connect(c, (void *)&to, len);
	s = made ? accept(l, NULL, NULL) : -1;
	made = made && s >= 0 && send(c, "x", 1, MSG_NOSIGNAL) == 1;
	shutdown(c, SHUT_RDWR);
	close(s);
	close(c);
	close(l);
	return made;
}

static bool pass_descriptor(struct values *v)
{
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec byte = { "x", 1 };
	struct msghdr m = { .msg_iov = &byte, .msg_iovlen = 1, .msg_control = &control,
			    .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	char got[8];
	int pair[2], fd = values_fd(v);
	bool sent;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return false;
	*c = (struct cmsghdr){ .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int)) };
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	sent = sendmsg(pair[0], &m, MSG_NOSIGNAL) == 1;
	byte = (struct iovec){ got, sizeof(got) };
	sent = sent && recvmsg(pair[1], &m, MSG_DONTWAIT) == 1;
	close(pair[0]);
	close(pair[1]);
	return sent;
}

static const struct {
	const char *name;
	bool (*run)(struct values *v);
} acts[] = {
	{ "exec of a program", exec_program },
	{ "exec of a script", exec_script },
	{ "exec of any path", exec_any_path },
	{ "exec with many arguments", exec_many_arguments },
	{ "exec from memory", exec_from_memory },
	{ "exec by the second thread", exec_by_second_thread },
	{ "exec on an overlay", exec_on_overlay },
	{ "a fork bomb", fork_bomb },
	{ "clone with any flags", clone_any_flags },
	{ "namespaces in namespaces", nested_namespaces },
	{ "a namespace whose first process dies", namespace_dies },
	{ "reboot in a namespace", reboot_in_namespace },
	{ "threads", threads },
	{ "opens that block until they are killed", blocked_opens },
	{ "a tracer", traced },
	{ "a filter of seccomp", filtered },
	{ "a path in a page that is missing", path_by_fault },
	{ "samples of perf", perf_samples },
	{ "a mount that is detached while it is used", mount_and_detach },
	{ "a working directory that was removed", removed_directory },
	{ "names made, changed and removed", names },
	{ "another root", new_root },
	{ "another control group", control_group },
	{ "a TCP connection", connection },
	{ "a descriptor in a message", pass_descriptor },
	{ "io_uring, at once", acts_uring_enters },
	{ "io_uring, by workers", acts_uring_works },
	{ "io_uring, by a polling thread", acts_uring_polls },
	{ "io_uring, as task work", acts_uring_later },
};

unsigned int acts_count(void)
{
	return sizeof(acts) / sizeof(*acts);
}

const char *acts_name(unsigned int n)
{
	return acts[n].name;
}

bool acts_do(unsigned int n, struct values *v)
{
	return acts[n].run(v);
}
