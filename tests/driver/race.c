// SPDX-License-Identifier: Apache-2.0
/*
 * Tests that a record names the file that the kernel opened while other threads race for
 * the descriptor.
 *
 *   race [--driver kmod|ebpf] [OPENS]		200,000 if not given
 *
 * Three threads of one process: one opens a file, one rewrites the name between
 * A and B, one does dup2() of a decoy over the new descriptor. The oracle:
 *
 *   - every open carries its number as the directory, which an absolute path
 *     ignores; so each record is matched to its call, and none may be missing or doubled;
 *   - after the open the opener calls fstat(). The attacker only ever puts the
 *     decoy there; so if fstat says A or B, the kernel opened exactly that, and
 *     the record must say the same. If it says decoy, the record must say A or B;
 *   - path and inode of a record must be those of one and the same file.
 *
 * So a record that names the decoy, or the other name, is caught every time;
 * exit status 1. It prints how often the attack hit, or it would prove nothing.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "lib/sk.h"

enum { A, B, DECOY, FILES, NOTHING };
static const char *const path[FILES] = { "/tmp/race/A", "/tmp/race/B", "/tmp/race/decoy" };
static uint64_t ino[FILES];

#define AHEAD 4096 /* opens that may be unread: the rings must not overflow */

static struct shared {
	volatile uint64_t opened, read;
	volatile pid_t opener;
	volatile bool done;
	uint32_t failed;
	unsigned char saw[]; /* what fstat said, by number */
} * shared;

static unsigned int opens = 200000;
static char name[] = "/tmp/race/A";
static int target, decoy;
static volatile bool stop;

static int file_of(uint64_t inode)
{
	for (int i = 0; i < FILES; i++)
		if (ino[i] == inode)
			return i;
	return NOTHING;
}

static void *rewrite(void *arg)
{
	volatile char *letter = &name[sizeof(name) - 2];

	while (!stop) {
		*letter = 'B';
		*letter = 'A';
	}
	return arg;
}

static void *attack(void *arg)
{
	while (!stop)
		syscall(SYS_dup2, decoy, target);
	return arg;
}

static void open_one(unsigned int i)
{
	struct stat st;
	long fd;

	while (i - shared->read > AHEAD)
		sched_yield();
	syscall(SYS_close, target);
	fd = syscall(SYS_openat, i, name, O_RDONLY);
	shared->saw[i] = fd >= 0 && fstat(fd, &st) == 0 ? file_of(st.st_ino) : NOTHING;
	shared->failed += fd < 0;
	if (fd >= 0 && fd != target)
		close(fd);
	shared->opened = i + 1;
}

static void victim(void)
{
	pthread_t t[2];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	decoy = open(path[DECOY], O_RDONLY);
	target = dup(decoy);
	shared->opener = syscall(SYS_gettid);
	pthread_create(&t[0], NULL, rewrite, NULL);
	pthread_create(&t[1], NULL, attack, NULL);
	for (unsigned int i = 0; i < opens; i++)
		open_one(i);
	stop = true;
	pthread_join(t[0], NULL);
	pthread_join(t[1], NULL);
	shared->done = true;
	_exit(0);
}

static struct tally {
	uint64_t records, exact, hidden, decoy, other, torn, by_descriptor, name_differs, missing,
		twice, lost;
} tally;
static unsigned char *told;

static int judge(void *arg, unsigned int cpu, const struct ev_header *h)
{
	const struct ev_open *e = (const void *)h;
	const unsigned char *p;
	unsigned int i, is, saw;
	uint32_t n;

	(void)arg;
	(void)cpu;
	if (h->type == EV_gap && ((const struct ev_gap *)h)->first_seq)
		tally.lost++, sk_print(stdout, h);
	if (h->type != EV_open || h->tid != (uint32_t)shared->opener || e->res < 0)
		return 0;
	i = e->dirfd;
	if (i >= opens)
		return 0;
	tally.records++;
	tally.twice += told[i]++ != 0;
	if (i + 1 > shared->read)
		shared->read = i + 1;
	/* The record may come before the opener's fstat: wait for the oracle. */
	while (shared->opened <= i)
		sched_yield();
	saw = shared->saw[i];
	is = file_of(e->ino);
	p = sk_part(h, &e->path, &n);
	if (is == NOTHING || !p || n != strlen(path[is]) || memcmp(p, path[is], n))
		tally.torn++;
	tally.by_descriptor += ev_prov(h, EV_FIELD(open, path)) || ev_prov(h, EV_FIELD(open, ino));
	tally.decoy += is == DECOY;
	tally.exact += saw == is && is != DECOY;
	tally.hidden += saw == DECOY;
	tally.other += saw < DECOY && saw != is;
	p = sk_part(h, &e->name, &n);
	tally.name_differs += is < FILES && (!p || n != strlen(path[is]) || memcmp(p, path[is], n));
	if (e->name.len && (tally.torn + tally.decoy + tally.other) == 1)
		sk_print(stdout, h);
	return 0;
}

static void prepare(void)
{
	struct stat st;

	mkdir("/tmp/race", 0755);
	for (int i = 0; i < FILES; i++) {
		int fd = open(path[i], O_RDWR | O_CREAT, 0644);

		fstat(fd, &st);
		ino[i] = st.st_ino;
		close(fd);
	}
	shared = mmap(NULL, sizeof(*shared) + opens, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	told = calloc(opens, 1);
}

static int attach(struct sk *sk, const struct sk_driver *driver)
{
	static struct saker_selection sel;
	int err = sk_attach(sk, driver, 8 << 20);

	if (err)
		return err;
	sel.generation = sk_generation(sk);
	sel.action[EV_ABI_64][SYS_openat] = SAKER_ACT_EMIT | SAKER_ACT_EMIT_FAILED;
	return sk_select(sk, &sel);
}

static int check(int n, bool ok, const char *what, uint64_t count)
{
	printf("%s %d - %s (%llu)\n", ok ? "ok" : "not ok", n, what, (unsigned long long)count);
	return !ok;
}

int main(int argc, char **argv)
{
	const struct sk_driver *driver = sk_driver_argument(&argc, &argv);
	static struct sk sk;
	struct tally *t = &tally;
	pid_t pid;
	int bad, err;

	if (argc > 1)
		opens = atoi(argv[1]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	prepare();
	err = attach(&sk, driver);
	if (err) {
		printf("Bail out! cannot attach: %s (%s)\n", strerror(-err), sk_why);
		return 3;
	}
	pid = fork();
	if (!pid)
		victim();
	while (!shared->done && waitpid(pid, NULL, WNOHANG) == 0)
		if (!sk_drain(&sk, judge, NULL))
			usleep(1000);
	while (sk_drain(&sk, judge, NULL))
		;
	for (unsigned int i = 0; i < opens; i++)
		t->missing += !told[i] && shared->saw[i] != NOTHING;
	sk_state(&sk, SAKER_STATE_DISARMED);
	printf("# %u opens, %u of them failed; fstat saw the decoy after %llu, "
	       "the name given differs from the file in %llu\n",
	       opens, shared->failed, (unsigned long long)t->hidden,
	       (unsigned long long)t->name_differs);
	bad = check(1, t->records == opens - shared->failed && !t->missing && !t->twice && !t->lost,
		    "each open has its record, once", t->records);
	bad += check(2, !t->decoy, "no record names the decoy", t->decoy);
	bad += check(3, !t->other, "each record names the file that fstat saw", t->other);
	bad += check(4, !t->torn, "path and inode of each record are of one file", t->torn);
	bad += check(5, !t->by_descriptor, "each file is recorded from the object, not from its descriptor",
		     t->by_descriptor);
	bad += check(6, t->hidden && t->name_differs, "the attack hit", t->hidden);
	printf("1..6\n");
	return bad != 0;
}
