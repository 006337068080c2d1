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
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/race.h"

enum { A, B, DECOY, FILES, NOTHING };
static const char *const path[FILES] = { "/tmp/race/A", "/tmp/race/B", "/tmp/race/decoy" };
static uint64_t ino[FILES];

enum { FAILED }; /* of race_shared->count */

static char name[] = "/tmp/race/A";
static int target, decoy;

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

	while (!race_stop) {
		*letter = 'B';
		*letter = 'A';
	}
	return arg;
}

static void *attack(void *arg)
{
	while (!race_stop)
		syscall(SYS_dup2, decoy, target);
	return arg;
}

static void begin(void)
{
	decoy = open(path[DECOY], O_RDONLY);
	target = dup(decoy);
}

static unsigned char open_one(unsigned int i)
{
	unsigned char saw;
	struct stat st;
	long fd;

	syscall(SYS_close, target);
	fd = syscall(SYS_openat, i, name, O_RDONLY);
	saw = fd >= 0 && fstat(fd, &st) == 0 ? file_of(st.st_ino) : NOTHING;
	race_shared->count[FAILED] += fd < 0;
	if (fd >= 0 && fd != target)
		close(fd);
	return saw;
}

static struct tally {
	uint64_t hidden, decoy, other, torn, by_descriptor, name_differs;
} tally;

static long call_of(const struct ev_header *h)
{
	return ((const struct ev_open *)h)->dirfd;
}

static void judge(const struct ev_header *h, unsigned int i, unsigned char saw)
{
	const struct ev_open *e = (const void *)h;
	const unsigned char *p;
	unsigned int is;
	uint32_t n;

	(void)i;
	if (e->res < 0)
		return;
	is = file_of(e->ino);
	p = sk_part(h, &e->path, &n);
	if (is == NOTHING || !p || n != strlen(path[is]) || memcmp(p, path[is], n))
		tally.torn++;
	tally.by_descriptor += ev_prov(h, EV_FIELD(open, path)) || ev_prov(h, EV_FIELD(open, ino));
	tally.decoy += is == DECOY;
	tally.hidden += saw == DECOY;
	tally.other += saw < DECOY && saw != is;
	p = sk_part(h, &e->name, &n);
	tally.name_differs += is < FILES && (!p || n != strlen(path[is]) || memcmp(p, path[is], n));
	if (e->name.len && (tally.torn + tally.decoy + tally.other) == 1)
		sk_print(stdout, h);
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
}

int main(int argc, char **argv)
{
	const struct sk_driver *driver = sk_driver_argument(&argc, &argv);
	struct race race = {
		.total = 200000, .ahead = 4096, .moves = true, .call = { SYS_openat },
		.attack = { rewrite, attack }, .begin = begin, .one = open_one,
		.call_of = call_of, .judge = judge,
	};
	struct race_tally t;
	int bad;

	if (argc > 1)
		race.total = atoi(argv[1]);
	prepare();
	t = race_run(&race, driver);
	printf("# %u opens, %llu of them failed; fstat saw the decoy after %llu, "
	       "the name given differs from the file in %llu\n",
	       race.total, (unsigned long long)race_shared->count[FAILED],
	       (unsigned long long)tally.hidden, (unsigned long long)tally.name_differs);
	bad = race_check(!t.missing && !t.twice && !t.lost, "each open has its record, once", t.records);
	bad += race_check(!tally.decoy, "no record names the decoy", tally.decoy);
	bad += race_check(!tally.other, "each record names the file that fstat saw", tally.other);
	bad += race_check(!tally.torn, "path and inode of each record are of one file", tally.torn);
	bad += race_check(!tally.by_descriptor,
			  "each file is recorded from the object, not from its descriptor",
			  tally.by_descriptor);
	bad += race_check(tally.hidden && tally.name_differs, "the attack hit", tally.hidden);
	return race_end(bad);
}
