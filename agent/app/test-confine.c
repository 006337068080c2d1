/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests what a confined process can and cannot do, and that each refusal is reported. Each test
 * confines a child process, because it cannot be undone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "app/confine.h"
#include "lib/fd.h"
#include "lib/hostfs.h"
#include "lib/notify.h"
#include "lib/thread.h"

static char made[] = "/tmp/saker-test-confine-XXXXXX";	/* an existing file */

struct child {				/* results of the child, in shared memory */
	const char *driver;
	int epoll;
	struct confine confine;
	char seen[512];			/* refused calls, " name" each */
};

static void refused(void *ctx, const char *call)
{
	struct child *c = ctx;

	strncat(c->seen, " ", sizeof(c->seen) - strlen(c->seen) - 1);
	strncat(c->seen, call, sizeof(c->seen) - strlen(c->seen) - 1);
}

/* Reads the pipe as the loop does. */
static void look(struct child *c)
{
	struct epoll_event ev;

	while (epoll_wait(c->epoll, &ev, 1, 0) == 1) {
		const struct watch *w = ev.data.ptr;

		w->ready(w->ctx);
	}
}

static bool confine(struct child *c)
{
	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	c->confine.refused = refused;
	c->confine.ctx = c;
	return confine_rights(c->driver) == 0 && confine_calls(&c->confine, c->driver, c->epoll) == 0;
}

/* Runs @body in a child. Return: its result; 0 is success. */
static int in_child(const char *driver, int (*body)(struct child *))
{
	struct child c = { .driver = driver, .confine = CONFINE_INIT };
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(confine(&c) ? body(&c) : 111);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#define REFUSED(call)	(errno = 0, (long)(call) == -1 && errno == EPERM)

/* -- refused -- */

static int write_files(struct child *c)
{
	char path[80];

	snprintf(path, sizeof(path), "%s.new", made);
	if (!REFUSED(open(path, O_WRONLY | O_CREAT, 0600)) || !REFUSED(open(made, O_WRONLY)) ||
	    !REFUSED(open(made, O_RDWR)) || !REFUSED(open(made, O_RDONLY | O_TRUNC)) ||
	    !REFUSED(open(path, O_RDONLY | O_CREAT, 0600)) ||
	    !REFUSED(syscall(SYS_open, path, O_WRONLY | O_CREAT, 0600)) ||
	    !REFUSED(syscall(SYS_creat, path, 0600)) || !REFUSED(rename(made, path)) ||
	    !REFUSED(chmod(made, 0777)) || !REFUSED(mkdir(path, 0700)) ||
	    !REFUSED(truncate(made, 0)) || !REFUSED(link(made, path)))
		return 1;
	if (syscall(SYS_openat2, AT_FDCWD, made, "", 24) != -1 || errno != ENOSYS)
		return 2;
	look(c);
	return strcmp(c->seen, " openat openat openat openat openat open creat rename chmod mkdir "
		      "truncate link") ||
	       c->confine.nrefused != 12 ? 3 : 0;
}

static int run_programs(struct child *c)
{
	char *const argv[] = { NULL };

	if (!REFUSED(execve("/bin/true", argv, argv)) || !REFUSED(syscall(SYS_fork)) ||
	    !REFUSED(syscall(SYS_vfork)) || !REFUSED(syscall(SYS_kill, getppid(), 0)) ||
	    !REFUSED(syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0)) ||
	    !REFUSED(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)))
		return 1;
	look(c);
	return strncmp(c->seen, " execve fork vfork ", 19) ? 2 : 0;
}

static int reach_out(struct child *c)
{
	(void)c;
	return !REFUSED(socket(AF_INET, SOCK_STREAM, 0)) || !REFUSED(socket(AF_INET6, SOCK_DGRAM, 0)) ||
	       !REFUSED(socket(AF_PACKET, SOCK_RAW, 0)) || !REFUSED(syscall(SYS_mount, 0, 0, 0, 0, 0)) ||
	       !REFUSED(syscall(SYS_init_module, 0, 0, 0)) || !REFUSED(syscall(SYS_setuid, 1)) ||
	       !REFUSED(syscall(SYS_ptrace, 0, 0, 0, 0));
}

static void test_no_file_can_be_written_or_made(void **state)
{
	(void)state;
	assert_int_equal(in_child("replay", write_files), 0);
	assert_int_equal(in_child("ebpf", write_files), 0);
}

static void test_no_program_can_be_run(void **state)
{
	(void)state;
	assert_int_equal(in_child("kmod", run_programs), 0);
}

static void test_network_mount_module_setuid_and_ptrace_are_refused(void **state)
{
	(void)state;
	assert_int_equal(in_child("kmod", reach_out), 0);
}

/* -- allowed -- */

static int go_on(struct child *c)
{
	time_t now = time(NULL);
	struct hostfs fs;
	char text[4096];
	struct tm tm;
	void *p = malloc(64u << 20);
	int fd = open(made, O_RDONLY | O_CLOEXEC);

	if (!p || fd < 0 || read(fd, text, 1) < 0 || !localtime_r(&now, &tm))
		return 1;
	free(p);
	if (hostfs_init(&fs, NULL) || hostfs_read(&fs, "proc/self/statm", text, sizeof(text)) <= 0 ||
	    hostfs_readlink(&fs, "proc/self/exe", text, sizeof(text)) <= 0)
		return 2;
	setenv("NOTIFY_SOCKET", "@saker-test-confine", 1);
	if (notify_send("WATCHDOG=1") != -ECONNREFUSED)		/* ECONNREFUSED: the call was allowed */
		return 3;
	look(c);
	return *c->seen ? 4 : 0;
}

static void test_calls_of_a_running_agent_are_allowed(void **state)
{
	(void)state;
	assert_int_equal(in_child("replay", go_on), 0);
	assert_int_equal(in_child("kmod", go_on), 0);
	assert_int_equal(in_child("ebpf", go_on), 0);
}

static int bpf_calls(struct child *c)
{
	union bpf_attr attr = { 0 };
	bool allowed;

	attr.map_fd = UINT32_MAX;
	allowed = syscall(SYS_bpf, BPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr)) == -1;
	allowed = allowed && !*(look(c), c->seen);
	if (!REFUSED(syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr))))
		return 100;
	return allowed;
}

static void test_bpf_is_allowed_for_its_driver_but_not_to_load(void **state)
{
	(void)state;
	assert_int_equal(in_child("ebpf", bpf_calls), true);
	assert_int_equal(in_child("kmod", bpf_calls), false);
}

/* -- threads -- */

struct other {
	int begin[2];
	bool refused;
};

static void *wait_and_open(void *arg)
{
	struct other *other = arg;
	char c;

	if (read(other->begin[0], &c, 1) == 1)
		other->refused = REFUSED(open(made, O_WRONLY));
	return NULL;
}

/* Threads started before, with all signals blocked like those of the agent. */
static void test_a_thread_started_before_is_confined_too(void **state)
{
	struct child c = { .driver = "replay", .confine = CONFINE_INIT };
	struct other other = { .refused = false };
	pthread_t thread;
	pid_t pid = fork();
	int status;

	(void)state;
	if (!pid) {
		if (pipe(other.begin) || thread_start(&thread, wait_and_open, &other) || !confine(&c) ||
		    write(other.begin[1], "", 1) != 1 || pthread_join(thread, NULL))
			_exit(1);
		look(&c);
		_exit(!other.refused || strcmp(c.seen, " openat"));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* -- capabilities -- */

static uint64_t status_of(const char *key)
{
	char text[4096];
	const char *at;

	if (fd_read_file("/proc/self/status", text, sizeof(text)) <= 0)
		return UINT64_MAX;
	at = strstr(text, key);
	return at ? strtoull(at + strlen(key), NULL, 16) : UINT64_MAX;
}

static int rights(struct child *c)
{
	const uint64_t reading = 1ull << CAP_SYS_PTRACE | 1ull << CAP_DAC_READ_SEARCH;
	const uint64_t bpf = 1ull << 38 | 1ull << 39;
	const uint64_t want = !strcmp(c->driver, "ebpf") ? reading | bpf :
			      !strcmp(c->driver, "kmod") ? reading : 0;

	if (status_of("\nCapEff:") != want || status_of("\nCapPrm:") != want)
		return 1;
	if (status_of("\nCapBnd:") != want)
		return 2;
	return status_of("\nNoNewPrivs:") != 1 || status_of("\nSeccomp:") != 2 ? 3 : 0;
}

static int nothing_comes_back(struct child *c)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	const struct __user_cap_data_struct data[2] = { { .effective = ~0u, .permitted = ~0u } };

	(void)c;
	return !REFUSED(syscall(SYS_capset, &header, data)) || status_of("\nCapEff:") != 0;
}

static void test_capabilities_are_those_of_the_driver(void **state)
{
	(void)state;
	if (geteuid() || !(status_of("\nCapEff:") >> CAP_SETPCAP & 1)) {
		print_message("not root, or without CAP_SETPCAP: nothing to drop\n");
		skip();
	}
	assert_int_equal(in_child("replay", rights), 0);
	assert_int_equal(in_child("kmod", rights), 0);
	if (prctl(PR_CAPBSET_READ, 39, 0, 0, 0) > 0)
		assert_int_equal(in_child("ebpf", rights), 0);
	assert_int_equal(in_child("replay", nothing_comes_back), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_file_can_be_written_or_made),
		cmocka_unit_test(test_no_program_can_be_run),
		cmocka_unit_test(test_network_mount_module_setuid_and_ptrace_are_refused),
		cmocka_unit_test(test_calls_of_a_running_agent_are_allowed),
		cmocka_unit_test(test_bpf_is_allowed_for_its_driver_but_not_to_load),
		cmocka_unit_test(test_a_thread_started_before_is_confined_too),
		cmocka_unit_test(test_capabilities_are_those_of_the_driver),
	};
	int fd = mkstemp(made), r;

	close(fd);
	r = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(made);
	return r;
}
