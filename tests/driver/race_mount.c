// SPDX-License-Identifier: Apache-2.0
/*
 * Tests that a record has a path that the file had, while another thread moves the mount that the
 * file is on.
 *
 *   race_mount [--driver kmod|ebpf] [OPENS]		50,000 if not given
 *
 * The mount is moved between two directories of different depth, each on a mount of its own. One
 * thread opens a file by a descriptor of the mount's root. Each record has one of the two paths: a
 * part of one and a part of the other, or a path that is too short, is a failure. Exit status 1 then,
 * or if the mount was not moved often enough to prove anything.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/race.h"

#define TOP "/tmp/race-mount"
static const char *const place[] = { TOP "/p1/one", TOP "/p2/two/three" };
static const char *const path[] = { TOP "/p1/one/file", TOP "/p2/two/three/file" };

enum { MOVES, FAILED }; /* of race_shared->count */

static int root = -1;

static void *move(void *arg)
{
	for (int at = 0; !race_stop; at = !at)
		if (mount(place[at], place[!at], NULL, MS_MOVE, NULL) == 0)
			race_shared->count[MOVES]++;
	return arg;
}

static void begin(void)
{
	root = open(place[0], O_RDONLY | O_DIRECTORY);
}

static unsigned char open_one(unsigned int i)
{
	long fd = syscall(SYS_openat, root, "file", O_RDONLY);

	(void)i;
	race_shared->count[FAILED] += fd < 0;
	close(fd);
	return 0;
}

static struct tally {
	uint64_t seen[2], other;
} tally;

static bool mine(const struct ev_header *h)
{
	return h->type == EV_open && ((const struct ev_open *)h)->dirfd >= 0;
}

static void judge(const struct ev_header *h, unsigned int i, unsigned char saw)
{
	const struct ev_open *e = (const void *)h;
	uint32_t n;
	const unsigned char *p = sk_part(h, &e->path, &n);

	(void)i;
	(void)saw;
	for (int k = 0; k < 2; k++)
		if (p && n == strlen(path[k]) && !memcmp(p, path[k], n)) {
			tally.seen[k]++;
			return;
		}
	if (!tally.other++)
		sk_print(stdout, h);
}

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	printf("Bail out! %s\n", what);
	exit(1);
}

/* A mount cannot be moved out of one that is shared. */
static void prepare(void)
{
	static const char *const dirs[] = { TOP, TOP "/p1", TOP "/p2" };

	must(unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0,
	     "no mount namespace");
	for (int i = 0; i < 3; i++) {
		mkdir(dirs[i], 0755);
		must(mount("race", dirs[i], "tmpfs", 0, NULL) == 0, "no mount");
		if (!i)
			must(mkdir(dirs[1], 0755) == 0 && mkdir(dirs[2], 0755) == 0, "no directory");
	}
	must(mkdir(place[0], 0755) == 0 && mkdir(TOP "/p2/two", 0755) == 0 && mkdir(place[1], 0755) == 0,
	     "no directory");
	must(mount("race", place[0], "tmpfs", 0, NULL) == 0, "no mount");
	close(open(path[0], O_RDWR | O_CREAT, 0644));
}

int main(int argc, char **argv)
{
	const struct sk_driver *driver = sk_driver_argument(&argc, &argv);
	struct race race = {
		.total = 50000, .ahead = 4096, .call = { SYS_openat }, .attack = { move },
		.begin = begin, .one = open_one, .mine = mine, .judge = judge,
	};
	struct race_tally t;
	int bad;

	if (argc > 1)
		race.total = atoi(argv[1]);
	prepare();
	t = race_run(&race, driver);
	printf("# %u opens, %llu of them failed; %llu moves of the mount\n", race.total,
	       (unsigned long long)race_shared->count[FAILED],
	       (unsigned long long)race_shared->count[MOVES]);
	bad = race_check(!t.missing && !t.twice && !t.lost, "each open has its record, once", t.records);
	bad += race_check(!tally.other, "each record has one of the two paths", tally.other);
	bad += race_check(tally.seen[0] && tally.seen[1] && race_shared->count[MOVES] > 100,
			  "the mount was moved meanwhile", race_shared->count[MOVES]);
	return race_end(bad);
}
