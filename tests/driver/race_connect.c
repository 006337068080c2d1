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
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/race.h"

enum kind { TCP, UDP, UNIX, REPLACED, KINDS };

#define TARGET 200 /* the descriptor that is connected */

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

enum { REWRITTEN, STRANGE }; /* of race_shared->count */

static unsigned int connects = 10000;
static volatile enum kind now;
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
	while (!race_stop) {
		struct flipped *f = &flipped[now];
		volatile unsigned char *byte = &f->bytes[f->at];

		*byte = f->value[1];
		*byte = f->value[0];
	}
	return arg;
}

static void *replace(void *arg)
{
	while (!race_stop)
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

static unsigned char connect_one(unsigned int i)
{
	struct flipped *f = &flipped[i / connects];
	unsigned char after, used;
	long res;
	int s;

	now = i / connects;
	s = socket(f->family, f->type, 0);
	dup2(s, TARGET);
	close(s);
	res = syscall(SYS_connect, TARGET, &f->sa, f->len);
	after = *(volatile unsigned char *)&f->bytes[f->at];
	used = used_by(f, res ? -errno : 0);
	race_shared->count[STRANGE] += used == 2;
	race_shared->count[REWRITTEN] += used < 2 && after != f->value[used];
	return used;
}

static void begin(void)
{
	decoy = socket(AF_INET, SOCK_STREAM, 0);
}

static struct tally {
	uint64_t wrong, user, marked;
} tally[KINDS];

/* Which of the two addresses a record has; 2: another. */
static unsigned int records_of(const struct ev_header *h, const struct flipped *f)
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

static void judge(const struct ev_header *h, unsigned int i, unsigned char used)
{
	const enum kind kind = i / connects;
	const bool wrong = used != records_of(h, &flipped[kind]);
	const unsigned int prov = (ev_prov(h, EV_FIELD(connect, tuple)) |
				   ev_prov(h, EV_FIELD(connect, path))) & 3;

	tally[kind].wrong += wrong;
	tally[kind].user += prov == EV_PROV_USER;
	tally[kind].marked += prov == EV_PROV_SHARED_FD;
	if (wrong && tally[kind].wrong == 1)
		sk_print(stdout, h);
}

static int verdict(const struct race_tally *t, unsigned int total)
{
	uint64_t wrong = 0, user = 0, marked = 0;
	int bad;

	for (unsigned int k = 0; k < KINDS; k++) {
		wrong += tally[k].wrong;
		user += tally[k].user;
		marked += k == REPLACED ? 0 : tally[k].marked;
	}
	bad = race_check(t->records == total && !t->lost, "each connect has its record, once", t->records);
	bad += race_check(!wrong, "each record has the address that the kernel used", wrong);
	bad += race_check(!user, "no address is from user memory", user);
	bad += race_check(!marked, "only those are marked whose descriptor was replaced",
			  tally[REPLACED].marked);
	bad += race_check(race_shared->count[REWRITTEN] && !race_shared->count[STRANGE],
			  "the attack hit", race_shared->count[REWRITTEN]);
	return race_end(bad);
}

int main(int argc, char **argv)
{
	const struct sk_driver *driver = sk_driver_argument(&argc, &argv);
	struct race race = {
		.ahead = 1024, .call = { SYS_connect }, .attack = { rewrite, replace },
		.begin = begin, .one = connect_one, .judge = judge,
	};
	struct race_tally t;

	if (argc > 1)
		connects = atoi(argv[1]);
	race.total = KINDS * connects;
	prepare_addresses();
	t = race_run(&race, driver);
	printf("# %u connects of each kind; the address was another one after the call in %llu\n",
	       connects, (unsigned long long)race_shared->count[REWRITTEN]);
	return verdict(&t, race.total);
}
