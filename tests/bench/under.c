// SPDX-License-Identifier: Apache-2.0
/*
 * What tests/bench/profile looks at: the benchmark's operations in a loop, with
 * the security set armed and a consumer that reads. Ends after a minute.
 *
 *   under [excluded] [--driver kmod|ebpf]
 *
 * excluded: with a prefilter that excludes all opens. Prints where the eBPF programs are.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../driver/lib/sk.h"
#include "excluded.h"

static void some_of_all(char *self)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons(9),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in any = { .sin_family = AF_INET };
	pid_t pid;

	for (int i = 0; i < 20; i++) {
		int s = socket(AF_INET, SOCK_DGRAM, 0);

		syscall(SYS_open, "/tmp/one/two/none", O_RDONLY, 0);
		close(syscall(SYS_open, "/tmp/one/two/file", O_RDONLY, 0));
		connect(s, (void *)&a, sizeof(a));
		sendto(s, "", 1, MSG_DONTWAIT, NULL, 0);
		close(s);
		s = socket(AF_INET, SOCK_DGRAM, 0);
		bind(s, (void *)&any, sizeof(any));
		close(s);
	}
	pid = syscall(SYS_fork);
	if (!pid)
		syscall(SYS_exit_group, 0);
	waitpid(pid, NULL, 0);
	pid = vfork();
	if (!pid) {
		execl(self, "under", "--nothing", NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
	usleep(1000);
}

static void print_programs(void)
{
	FILE *f = fopen("/proc/kallsyms", "r");
	char line[512];

	while (f && fgets(line, sizeof(line), f))
		if (strstr(line, "[bpf]"))
			fputs(line, stdout);
	if (f)
		fclose(f);
}

int main(int argc, char **argv)
{
	const struct sk_driver *driver = sk_driver_argument(&argc, &argv);
	static const int calls[] = { SYS_open, SYS_connect, SYS_unlink, SYS_execve, SYS_bind, SYS_sendto };
	static struct saker_selection sel;
	static struct sk sk;

	const bool excluded = argc > 1 && !strcmp(argv[1], "excluded");

	if (argc > 1 && !excluded)
		_exit(0);
	mkdir("/tmp/one", 0755);
	mkdir("/tmp/one/two", 0755);
	close(open("/tmp/one/two/file", O_RDWR | O_CREAT, 0644));
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		sel.action[EV_ABI_64][calls[i]] = SAKER_ACT_EMIT | SAKER_ACT_EMIT_FAILED;
	sel.event[EV_execve] = sel.event[EV_clone] = sel.event[EV_procexit] = 1;
	sel.generation = 1;
	if (sk_attach(&sk, driver, 4 << 20) || sk_select(&sk, &sel) ||
	    (excluded && sk_prefilter(&sk, excludes_all(1))))
		return 1;
	if (!fork())
		for (;;)
			some_of_all(argv[0]);
	print_programs();
	printf("armed\n");
	fflush(stdout);
	for (uint64_t end = sk_now() + 60000000000ull; sk_now() < end; usleep(1000))
		sk_drain(&sk, NULL, NULL);
	return 0;
}
