// SPDX-License-Identifier: Apache-2.0
/*
 * What Saker adds to a system call, in instructions: the first table of the
 * design's section 8. Runs in a guest under -icount shift=0, where one
 * instruction is one virtual nanosecond and one tick of the time stamp counter.
 *
 *   bench [-n OPERATIONS] [-q] [-r TEXT]
 *
 * -r measures only the rows whose name contains TEXT.
 *
 * It takes the minimum of single operations, measured by one process in
 * one boot, bare, with the floor module, with the sensor loaded but idle, armed
 * for the security set, and once more without paths; then with the eBPF driver
 * in the module's place. The consumer is another process
 * and drains between rows only, so that nothing is dropped and no wake-up falls
 * into an operation; a row with drops is void. Exit status 1 if a row is void
 * or over its target.
 *
 * Needs saker.ko and saker_floor.ko in the working directory; kernel command
 * line nokaslr norandmaps, or the rows do not repeat exactly.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>

#include "../driver/lib/sk.h"
#include "excluded.h"

#define FILE4 "/tmp/one/two/file" /* four components, one mount crossed */
#define NEW4  "/tmp/one/two/new"
#define NONE4 "/tmp/one/two/none"
#define OLD4  "/tmp/one/two/old"
#define MOVED4 "/tmp/one/two/moved"
#define DIR4  "/tmp/one/two/dir"

static struct sockaddr_in discard, anywhere;

/* Raw calls: the C library must not add its own instructions, or change with its version. */
static long call(long nr, long a, long b, long c)
{
	long res;

	asm volatile("syscall"
		     : "=a"(res)
		     : "a"(nr), "D"(a), "S"(b), "d"(c)
		     : "rcx", "r11", "memory");
	return res;
}

static void op_getppid(void)
{
	call(SYS_getppid, 0, 0, 0);
}

static void op_open_close(void)
{
	call(SYS_close, call(SYS_open, (long)FILE4, O_RDONLY, 0), 0, 0);
}

static void op_open_fails(void)
{
	call(SYS_open, (long)NONE4, O_RDONLY, 0);
}

static void op_connect(void)
{
	long s = call(SYS_socket, AF_INET, SOCK_DGRAM, 0);

	call(SYS_connect, s, (long)&discard, sizeof(discard));
	call(SYS_close, s, 0, 0);
}

static void op_creat(void)
{
	call(SYS_close, call(SYS_creat, (long)NEW4, 0644, 0), 0, 0);
	call(SYS_unlink, (long)NEW4, 0, 0);
}

/* There, and the next time back. */
static void op_rename(void)
{
	static bool there;

	call(SYS_rename, (long)(there ? MOVED4 : OLD4), (long)(there ? OLD4 : MOVED4), 0);
	there = !there;
}

static void op_chmod(void)
{
	call(SYS_chmod, (long)FILE4, 0644, 0);
}

static void op_mkdir(void)
{
	call(SYS_mkdir, (long)DIR4, 0755, 0);
	call(SYS_rmdir, (long)DIR4, 0, 0);
}

static void op_bind(void)
{
	long s = call(SYS_socket, AF_INET, SOCK_DGRAM, 0);

	call(SYS_bind, s, (long)&anywhere, sizeof(anywhere));
	call(SYS_close, s, 0, 0);
}

static void op_sendto(void)
{
	static int s = -1;

	if (s < 0)
		s = socket(AF_INET, SOCK_DGRAM, 0);
	syscall(SYS_sendto, s, "x", 1, 0, &discard, sizeof(discard));
}

static void op_fork(void)
{
	long pid = call(SYS_fork, 0, 0, 0);

	if (!pid)
		call(SYS_exit_group, 0, 0, 0);
	syscall(SYS_wait4, pid, NULL, 0, NULL);
}

static char *exec_argv[] = { "bench", "--nothing", NULL }, *exec_env[] = { NULL };
#define ARGV_BYTES (sizeof("bench") + sizeof("--nothing"))

static void op_exec(void)
{
	pid_t pid = vfork();

	if (!pid) {
		call(SYS_execve, (long)"/test/bench", (long)exec_argv, (long)exec_env);
		_exit(1);
	}
	syscall(SYS_wait4, pid, NULL, 0, NULL);
}

static const struct row {
	const char *name;
	void (*op)(void);
	unsigned int n;		      /* operations; expensive ones need fewer */
	unsigned int target, target7; /* instructions added: up to 6.x, from 7.0 */
	unsigned int no_path;	      /* without true paths; 0: no target */
	unsigned int excluded;	      /* an open that the prefilter excludes; 0: no target */
	unsigned int ebpf;	      /* the eBPF driver; 0: no target */
} rows[] = {
	{ .name = "syscall that is not selected (getppid)", .op = op_getppid, .n = 2000, .target = 85,
	  .target7 = 100, .no_path = 0, .ebpf = 170 },
	{ .name = "open, close", .op = op_open_close, .n = 1000, .target = 1500, .target7 = 1500, .no_path = 0,
	  .excluded = 300, .ebpf = 2300 },
	{ .name = "open that fails", .op = op_open_fails, .n = 1000, .target = 550, .target7 = 550, .no_path = 0,
	  .ebpf = 1100 },
	{ .name = "socket, connect, close", .op = op_connect, .n = 1000, .target = 700, .target7 = 700,
	  .no_path = 0, .ebpf = 1800 },
	{ .name = "creat, close, unlink", .op = op_creat, .n = 1000, .target = 2800, .target7 = 2800, .no_path = 0,
	  .ebpf = 5600 },
	{ .name = "rename", .op = op_rename, .n = 1000, .target = 2000, .target7 = 2000, .ebpf = 4000 },
	{ .name = "chmod", .op = op_chmod, .n = 1000, .target = 1400, .target7 = 1400, .ebpf = 2800 },
	{ .name = "mkdir, rmdir", .op = op_mkdir, .n = 1000, .target = 2600, .target7 = 2600, .ebpf = 5200 },
	{ .name = "socket, bind, close", .op = op_bind, .n = 1000, .target = 700, .target7 = 700, .ebpf = 1400 },
	{ .name = "sendto", .op = op_sendto, .n = 1000, .target = 750, .target7 = 750, .ebpf = 1500 },
	{ .name = "fork, exit, wait", .op = op_fork, .n = 400, .target = 1500, .target7 = 1500, .no_path = 0,
	  .ebpf = 3000 },
	{ .name = "vfork, exec, exit, wait", .op = op_exec, .n = 300, .target = 5000 + ARGV_BYTES,
	  .target7 = 5000 + ARGV_BYTES, .no_path = 0, .ebpf = 14000 },
};
#define ROWS (sizeof(rows) / sizeof(*rows))

enum { BARE, FLOOR, IDLE, SAKER, NO_PATH, EXCLUDED, EBPF, EBPF_EXCLUDED, COLUMNS };
static const char *const column[COLUMNS] = {
	"bare", "floor", "idle", "saker", "no path", "excluded", "eBPF", "eBPF, excluded",
};

static struct result {
	uint64_t cost[ROWS][COLUMNS];
	uint64_t dropped[ROWS][COLUMNS];
	uint64_t records[ROWS][COLUMNS]; /* per operation, times 100 */
} * result;

static unsigned int scale = 1;
static const char *only = "";		/* rows whose name contains this */

static uint64_t measure(const struct row *r)
{
	uint64_t best = ~0ull, empty = ~0ull;

	for (unsigned int i = 0; i < 100; i++) {
		uint64_t t = __rdtsc(), d = __rdtsc() - t;

		if (d < empty)
			empty = d;
	}
	for (unsigned int i = 0; i < r->n * scale; i++) {
		uint64_t t = __rdtsc(), d;

		r->op();
		d = __rdtsc() - t;
		if (d < best)
			best = d;
	}
	return best - empty;
}

static bool is_chosen(unsigned int row)
{
	return strstr(rows[row].name, only);
}

static void measure_in_child(unsigned int row, unsigned int col)
{
	pid_t pid;

	if (!is_chosen(row))
		return;
	pid = fork();
	if (!pid) {
		result->cost[row][col] = measure(&rows[row]);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

static int load(const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	int err = fd < 0 ? -errno : (int)syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;

	if (err)
		printf("cannot load %s: %s\n", file, strerror(-err));
	close(fd);
	return err;
}

/*
 * The security set: open*, connect, exec*, clone and fork, unlink*, exit; and what the rows of other
 * calls make.
 */
static const struct saker_selection *security_set(struct sk *sk, uint32_t flags)
{
	static struct saker_selection sel;
	static const int calls[] = {
		SYS_open,	  SYS_openat,	437 /* openat2 */, SYS_creat, SYS_connect,
		SYS_execve,	  SYS_execveat, SYS_clone,	   SYS_fork,  SYS_vfork,
		435 /* clone3 */, SYS_unlink,	SYS_unlinkat,
		SYS_rename,	  SYS_chmod,	SYS_mkdir,	   SYS_rmdir, SYS_bind,
		SYS_sendto,
	};

	memset(&sel, 0, sizeof(sel));
	sel.generation = sk_generation(sk);
	sel.flags = flags;
	sel.event[EV_execve] = sel.event[EV_clone] = sel.event[EV_procexit] = 1;
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		sel.action[EV_ABI_64][calls[i]] = SAKER_ACT_EMIT | SAKER_ACT_EMIT_FAILED;
	return &sel;
}

static uint64_t total_dropped(struct sk *sk, uint64_t *emitted)
{
	static struct sk_stats s;
	uint64_t dropped = 0;

	*emitted = 0;
	sk_stats(sk, &s);
	for (unsigned int c = 0; c < SK_CPUS; c++)
		for (unsigned int t = 0; t < EV_TYPE_MAX; t++) {
			*emitted += s.tally[c][t].emitted;
			for (unsigned int d = 0; d < EV_DROP_COUNT; d++)
				dropped += s.tally[c][t].dropped[d];
		}
	return dropped;
}

/*
 * The consumer is another program, there from the start and sharing no memory
 * but the results, so that the process that measures has the same to fork in
 * every column. It is controlled by letters through a pipe: 'm' or 'x' attach to the
 * module or the eBPF driver, 's', 'p' or 'f' arm the security set (without paths; with a prefilter), 'b'
 * before a row, 'e' after it, 'd' disarm, 'q' let go. It answers with a byte, 0 if
 * all is well.
 */
static char obey(struct sk *sk, char order, unsigned int row, unsigned int col)
{
	static uint64_t emitted, dropped;
	uint64_t e;

	switch (order) {
	case 'm':
		return sk_attach(sk, &sk_kmod, 16 << 20) != 0;
	case 'x':
		return sk_attach(sk, &sk_ebpf, 16 << 20) != 0;
	case 'q':
		sk_close(sk);
		return 0;
	case 's':
		return sk_select(sk, security_set(sk, 0)) != 0;
	case 'p':
		return sk_select(sk, security_set(sk, SAKER_SEL_NO_PATH)) != 0;
	case 'f':
		return sk_select(sk, security_set(sk, 0)) || sk_prefilter(sk, excludes_all(sk_generation(sk) - 1));
	case 'd':
		return sk_state(sk, SAKER_STATE_DISARMED) != 0;
	case 'b':
		while (sk_drain(sk, NULL, NULL))
			;
		dropped = total_dropped(sk, &emitted);
		return 0;
	case 'e':
		result->dropped[row][col] = total_dropped(sk, &e) - dropped;
		result->records[row][col] = 100 * (e - emitted) / (rows[row].n * scale);
		return 0;
	}
	return 1;
}

enum { RESULT_FD = 100, ORDER_FD, ANSWER_FD, ORDERED_FD, ANSWERED_FD };	/* the last two are the consumer's */

static int consumer(void)
{
	static struct sk sk;
	char m[3];

	while (read(ORDERED_FD, m, 3) == 3) {
		m[0] = obey(&sk, m[0], m[1], m[2]);
		if (m[0])
			printf("the consumer could not: %s\n", sk_why);
		write(ANSWERED_FD, m, 1);
	}
	return 0;
}

static void map_result(void)
{
	result = mmap(NULL, sizeof(*result), PROT_READ | PROT_WRITE, MAP_SHARED, RESULT_FD, 0);
}

static void start_consumer(char *self)
{
	char scale_text[16];
	int p[2];

	snprintf(scale_text, sizeof(scale_text), "%u", scale);
	if (pipe(p) || dup2(p[0], ORDERED_FD) < 0 || dup2(p[1], ORDER_FD) < 0)
		exit(3);
	close(p[0]);
	close(p[1]);
	if (pipe(p) || dup2(p[0], ANSWER_FD) < 0 || dup2(p[1], ANSWERED_FD) < 0)
		exit(3);
	close(p[0]);
	close(p[1]);
	if (vfork() == 0) {
		close(ORDER_FD);
		execl(self, "bench", "--consumer", scale_text, NULL);
		_exit(3);
	}
	close(ORDERED_FD);
	close(ANSWERED_FD);
}

static int order(char what, unsigned int row, unsigned int col)
{
	char m[3] = { what, row, col };

	write(ORDER_FD, m, 3);
	return read(ANSWER_FD, m, 1) == 1 ? m[0] : 1;
}

/* select 0: a consumer is there, but nothing is armed. */
static int saker_column(unsigned int col, char select)
{
	if (select && order(select, 0, 0))
		return 1;
	for (unsigned int i = 0; i < ROWS; i++) {
		order('b', 0, 0);
		measure_in_child(i, col);
		order('e', i, col);
	}
	return order('d', 0, 0);
}

static int saker_columns(void)
{
	int err;

	if (load("saker.ko"))
		return 1;
	err = order('m', 0, 0) || saker_column(IDLE, 0) || saker_column(SAKER, 's') ||
	      saker_column(NO_PATH, 'p') || saker_column(EXCLUDED, 'f') || order('q', 0, 0) ||
	      syscall(SYS_delete_module, "saker", 0) || order('x', 0, 0) || saker_column(EBPF, 's') ||
	      saker_column(EBPF_EXCLUDED, 'f');
	close(ORDER_FD);			/* the consumer ends */
	return err;
}

static int judge_cell(unsigned int i, unsigned int col, unsigned int target)
{
	uint64_t added = result->cost[i][col] - result->cost[i][BARE];

	if (result->dropped[i][col]) {
		printf("VOID: %s (%s): %llu records were dropped\n", rows[i].name, column[col],
		       (unsigned long long)result->dropped[i][col]);
		return 1;
	}
	if (target && (int64_t)added > target) {
		printf("OVER: %s (%s): +%lld, at most %u\n", rows[i].name, column[col],
		       (long long)added, target);
		return 1;
	}
	return 0;
}

static int table(void)
{
	struct utsname u;
	int bad = 0;
	bool seven;

	uname(&u);
	seven = atoi(u.release) >= 7;
	printf("\nInstructions per operation, %s; minimum of single operations\n\n", u.release);
	printf("| operation | bare | floor | idle | Saker | at most | without path | excluded | records | eBPF | "
	       "at most | excluded |\n"
	       "|---|---|---|---|---|---|---|---|---|---|---|---|\n");
	for (unsigned int i = 0; i < ROWS; i++) {
		uint64_t *c = result->cost[i];

		if (!is_chosen(i))
			continue;
		printf("| %s | %llu | %+lld | %+lld | **%+lld** | %u | %+lld | %+lld | %llu.%02llu | **%+lld** | ",
		       rows[i].name, (unsigned long long)c[BARE], (long long)(c[FLOOR] - c[BARE]),
		       (long long)(c[IDLE] - c[BARE]), (long long)(c[SAKER] - c[BARE]),
		       seven ? rows[i].target7 : rows[i].target,
		       (long long)(c[NO_PATH] - c[BARE]), (long long)(c[EXCLUDED] - c[BARE]),
		       (unsigned long long)result->records[i][SAKER] / 100,
		       (unsigned long long)result->records[i][SAKER] % 100,
		       (long long)(c[EBPF] - c[BARE]));
		if (rows[i].ebpf)
			printf("%u ", rows[i].ebpf);
		printf("| %+lld |\n", (long long)(c[EBPF_EXCLUDED] - c[BARE]));
	}
	printf("\n");
	for (unsigned int i = 0; i < ROWS; i++) {
		bad += judge_cell(i, SAKER, seven ? rows[i].target7 : rows[i].target);
		bad += judge_cell(i, NO_PATH, rows[i].no_path);
		bad += judge_cell(i, EXCLUDED, rows[i].excluded);
		bad += judge_cell(i, EBPF, rows[i].ebpf);
	}
	return bad;
}

static void prepare(void)
{
	discard = (struct sockaddr_in){ .sin_family = AF_INET,
					.sin_port = htons(9),
					.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	mkdir("/tmp/one", 0755);
	mkdir("/tmp/one/two", 0755);
	anywhere = (struct sockaddr_in){ .sin_family = AF_INET };
	close(open(FILE4, O_WRONLY | O_CREAT, 0644));
	close(open(OLD4, O_WRONLY | O_CREAT, 0644));
	if (dup2(memfd_create("result", 0), RESULT_FD) < 0 || ftruncate(RESULT_FD, sizeof(*result)))
		exit(3);
	map_result();
}

int main(int argc, char **argv)
{
	bool quick = false;
	int opt;

	if (argc > 1 && !strcmp(argv[1], "--nothing"))
		_exit(0);
	if (argc > 2 && !strcmp(argv[1], "--consumer")) {
		scale = atoi(argv[2]);
		map_result();
		return consumer();
	}
	while ((opt = getopt(argc, argv, "n:qr:")) != -1)
		switch (opt) {
		case 'n':
			scale = atoi(optarg);
			break;
		case 'r':
			only = optarg;
			break;
		case 'q':
			quick = true;
			break; /* bare and floor only: to try the bench itself */
		default:
			return 2;
		}
	setvbuf(stdout, NULL, _IOLBF, 0);
	prepare();
	start_consumer(argv[0]);
	for (unsigned int i = 0; i < ROWS; i++)
		measure_in_child(i, BARE);
	if (load("saker_floor.ko"))
		return 3;
	for (unsigned int i = 0; i < ROWS; i++)
		measure_in_child(i, FLOOR);
	syscall(SYS_delete_module, "saker_floor", 0);
	if (!quick && saker_columns())
		return 3;
	return table() != 0 && !quick;
}
