// SPDX-License-Identifier: Apache-2.0
/*
 * Tests that a record has the address that the kernel connected to while other threads
 * rewrite the address and replace the descriptor.
 *
 *   race_connect [--driver kmod|ebpf] [CONNECTS]		10,000 of each kind if not given
 *
 * One thread connects, one rewrites a byte of the address, so that it is one of two, and one
 * does dup2() of another socket over the descriptor while a call of the last kind runs. The
 * oracle is what the kernel itself says of each call, which is different for the two addresses:
 *
 *   tcp	connection refused, or network unreachable
 *   udp	succeeds, and getpeername() says where to
 *   unix	no such file, or connection refused
 *   replaced	as tcp
 *
 * So every call reaches the hook, and its record must have that address from the kernel. All
 * records of a task that stays on one CPU come in the order of its calls. Exit status 1 if one
 * is wrong; it prints how often the attack hit, or it would prove nothing.
 */
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/sk.h"

enum kind { TCP, UDP, UNIX, REPLACED, KINDS };

#define AHEAD	1024 /* calls whose records may be unread: the rings must not overflow */
#define TARGET	200  /* the descriptor that is connected */

/* An address of which one byte is rewritten. */
static struct flipped {
	union {
		struct sockaddr sa;
		struct sockaddr_in in;
		struct sockaddr_un un;
		unsigned char bytes[sizeof(struct sockaddr_un)];
	};
	socklen_t len;
	unsigned int at;	  /* the byte */
	unsigned char value[2];
	int error[2];		  /* errno of a connect to each; 0: it succeeds */
	int family, type;
} flipped[KINDS];

static struct shared {
	volatile uint64_t done, read;
	volatile pid_t victim;
	volatile bool ended;
	volatile uint64_t rewritten, strange;
	volatile unsigned char used[]; /* which of the two: 0, 1; 2: neither */
} * shared;

static unsigned int connects = 10000, total;
static volatile enum kind now;
static volatile bool stop;
static int decoy;

static void prepare_addresses(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(1),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/tmp/race-connect.A" };
	struct flipped *f = flipped;
	int s = socket(AF_UNIX, SOCK_STREAM, 0);

	/* The first byte of the host: loopback where nothing listens, or a group of hosts. */
	f[TCP] = (struct flipped){ .in = in, .len = sizeof(in), .at = 4, .value = { 127, 224 },
				   .error = { ECONNREFUSED, ENETUNREACH }, .family = AF_INET,
				   .type = SOCK_STREAM };
	f[REPLACED] = f[TCP];
	f[UDP] = (struct flipped){ .in = in, .len = sizeof(in), .at = 3, .value = { 7, 9 },
				   .family = AF_INET, .type = SOCK_DGRAM };
	/* The last letter of a name: no file, or the file of a socket that does not listen. */
	f[UNIX] = (struct flipped){ .un = un, .len = sizeof(un),
				    .at = offsetof(struct sockaddr_un, sun_path) +
					  strlen(un.sun_path) - 1,
				    .value = { 'A', 'B' }, .error = { ENOENT, ECONNREFUSED },
				    .family = AF_UNIX, .type = SOCK_STREAM };
	unlink(un.sun_path);
	un.sun_path[strlen(un.sun_path) - 1] = 'B';
	unlink(un.sun_path);
	if (s < 0 || bind(s, (void *)&un, sizeof(un)))
		perror("bind");
	for (unsigned int k = 0; k < KINDS; k++)
		f[k].bytes[f[k].at] = f[k].value[0];
}

static void *rewrite(void *arg)
{
	while (!stop) {
		struct flipped *f = &flipped[now];
		volatile unsigned char *byte = &f->bytes[f->at];

		*byte = f->value[1];
		*byte = f->value[0];
	}
	return arg;
}

static void *replace(void *arg)
{
	while (!stop)
		if (now == REPLACED)
			syscall(SYS_dup2, decoy, TARGET);
		else
			sched_yield();
	return arg;
}

static unsigned int which(const struct flipped *f, unsigned char byte)
{
	return byte == f->value[0] ? 0 : byte == f->value[1] ? 1 : 2;
}

static unsigned int used_by(const struct flipped *f, long res)
{
	struct sockaddr_in peer = { 0 };
	socklen_t len = sizeof(peer);

	if (f->error[0])
		return res == -f->error[0] ? 0 : res == -f->error[1] ? 1 : 2;
	if (res || getpeername(TARGET, (void *)&peer, &len))
		return 2;
	return which(f, ((unsigned char *)&peer)[f->at]);
}

static void connect_one(unsigned int i)
{
	struct flipped *f = &flipped[i / connects];
	unsigned char after;
	long res;
	int s;

	while (i - shared->read > AHEAD)
		sched_yield();
	now = i / connects;
	s = socket(f->family, f->type, 0);
	dup2(s, TARGET);
	close(s);
	res = syscall(SYS_connect, TARGET, &f->sa, f->len);
	after = *(volatile unsigned char *)&f->bytes[f->at];
	res = res ? -errno : 0;
	shared->used[i] = used_by(f, res);
	shared->strange += shared->used[i] == 2;
	shared->rewritten += shared->used[i] < 2 && after != f->value[shared->used[i]];
	shared->done = i + 1;
}

static void stay(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void victim(void)
{
	pthread_t t[2];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	decoy = socket(AF_INET, SOCK_STREAM, 0);
	shared->victim = syscall(SYS_gettid);
	pthread_create(&t[0], NULL, rewrite, NULL);
	pthread_create(&t[1], NULL, replace, NULL);
	stay(0);
	for (unsigned int i = 0; i < total; i++)
		connect_one(i);
	stop = true;
	pthread_join(t[0], NULL);
	pthread_join(t[1], NULL);
	shared->ended = true;
	_exit(0);
}

static struct tally {
	uint64_t records, lost;
	struct { uint64_t wrong, user, marked; } of[KINDS];
} tally;

/* Which of the two addresses a record has; 2: another. */
static unsigned int told_by(const struct ev_header *h, const struct flipped *f)
{
	const struct ev_connect *e = (const void *)h;
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(e->tuple.rport) };
	const unsigned char *bytes = f->family == AF_UNIX ? (void *)&un : (void *)&in, *p;
	uint32_t n;

	if (e->tuple.family != f->family)
		return 2;
	memcpy(&in.sin_addr, e->tuple.raddr, sizeof(in.sin_addr));
	p = sk_part(h, &e->path, &n);
	if (p && n < sizeof(un.sun_path))
		memcpy(un.sun_path, p, n);
	for (unsigned int i = 0; i < f->len; i++)
		if (i != f->at && bytes[i] != f->bytes[i])
			return 2;
	return which(f, bytes[f->at]);
}

static int judge(void *arg, unsigned int cpu, const struct ev_header *h)
{
	unsigned int i, prov;
	enum kind kind;
	bool wrong;

	(void)arg;
	(void)cpu;
	if (h->type == EV_gap && ((const struct ev_gap *)h)->first_seq)
		tally.lost++, sk_print(stdout, h);
	if (h->type != EV_connect || h->tid != (uint32_t)shared->victim)
		return 0;
	i = tally.records++;
	shared->read = tally.records;
	if (i >= total)
		return 0;
	kind = i / connects;
	/* The record may come before the oracle. */
	while (shared->done <= i)
		sched_yield();
	wrong = shared->used[i] != told_by(h, &flipped[kind]);
	prov = ev_prov(h, EV_FIELD(connect, tuple)) | ev_prov(h, EV_FIELD(connect, path));
	tally.of[kind].wrong += wrong;
	tally.of[kind].user += (prov & 3) == EV_PROV_USER;
	tally.of[kind].marked += (prov & 3) == EV_PROV_SHARED_FD;
	if (wrong && tally.of[kind].wrong == 1)
		sk_print(stdout, h);
	return 0;
}

static int attach(struct sk *sk, const struct sk_driver *driver)
{
	static struct saker_selection sel;
	int err = sk_attach(sk, driver, 4 << 20);

	if (err)
		return err;
	sel.generation = sk_generation(sk);
	sel.action[EV_ABI_64][SYS_connect] = SAKER_ACT_EMIT | SAKER_ACT_EMIT_FAILED;
	return sk_select(sk, &sel);
}

static int check(bool ok, const char *what, uint64_t count)
{
	static int n;

	printf("%s %d - %s (%llu)\n", ok ? "ok" : "not ok", ++n, what, (unsigned long long)count);
	return !ok;
}

static int verdict(void)
{
	struct tally *t = &tally;
	uint64_t wrong = 0;
	int bad;

	for (unsigned int k = 0; k < KINDS; k++)
		wrong += t->of[k].wrong;
	bad = check(t->records == total && !t->lost, "each connect has its record, once", t->records);
	bad += check(!wrong, "each record has the address that the kernel used", wrong);
	bad += check(!t->of[TCP].user && !t->of[UNIX].user && !t->of[UDP].user &&
		     !t->of[REPLACED].user, "no address is from user memory", t->of[TCP].user +
		     t->of[UNIX].user + t->of[UDP].user + t->of[REPLACED].user);
	bad += check(!t->of[TCP].marked && !t->of[UNIX].marked && !t->of[UDP].marked,
		     "only those are marked whose descriptor was replaced", t->of[REPLACED].marked);
	bad += check(shared->rewritten && !shared->strange, "the attack hit", shared->rewritten);
	printf("1..5\n");
	return bad != 0;
}

int main(int argc, char **argv)
{
	const struct sk_driver *driver = sk_driver_argument(&argc, &argv);
	static struct sk sk;
	pid_t pid;
	int err;

	if (argc > 1)
		connects = atoi(argv[1]);
	total = KINDS * connects;
	setvbuf(stdout, NULL, _IOLBF, 0);
	prepare_addresses();
	shared = mmap(NULL, sizeof(*shared) + total, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	err = attach(&sk, driver);
	if (err) {
		printf("Bail out! cannot attach: %s (%s)\n", strerror(-err), sk_why);
		return 3;
	}
	pid = fork();
	if (!pid)
		victim();
	while (!shared->ended && waitpid(pid, NULL, WNOHANG) == 0)
		if (!sk_drain(&sk, judge, NULL))
			usleep(1000);
	while (sk_drain(&sk, judge, NULL))
		;
	sk_state(&sk, SAKER_STATE_DISARMED);
	printf("# %u connects of each kind; the address was another one after the call in %llu\n",
	       connects, (unsigned long long)shared->rewritten);
	return verdict();
}
