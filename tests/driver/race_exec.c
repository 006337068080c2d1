// SPDX-License-Identifier: Apache-2.0
/*
 * Tests that the record of an exec has the file that the kernel ran while another thread rewrites
 * the path.
 *
 *   race_exec [--driver kmod|ebpf] [CALLS]		10,000 if not given
 *
 * Each call is made by a child that shares the memory, as vfork() leaves it; another thread rewrites
 * the last letter of the path meanwhile, so that it is one of two copies of this program. The oracle
 * is the copy itself, which exits with its own letter. The record must have that file as what was
 * run and as what was requested, both from the kernel. Exit status 1 if one is wrong; it prints how
 * often each copy was run, and how often the path was the other one afterwards, or it would prove
 * nothing.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/race.h"

#define DIR_ "/tmp/race-exec/"

enum { FIRST = 10, FAILED = 2 }; /* exit status of the first copy; of a call that ran none */
enum { RAN_A, RAN_B, OTHER };	 /* of race_shared->count */

static char path[] = DIR_ "A";
static const char *const both[2] = { DIR_ "A", DIR_ "B" };

static void *rewrite(void *arg)
{
	volatile char *letter = &path[sizeof(path) - 2];

	while (!race_stop) {
		*letter = 'B';
		*letter = 'A';
	}
	return arg;
}

/* The copy: which one is it? */
static int copy(void)
{
	char name[64] = "";
	long n = readlink("/proc/self/exe", name, sizeof(name) - 1);

	for (unsigned int i = 0; i < 2; i++)
		if (n > 0 && !strcmp(name, both[i]))
			return FIRST + i;
	return FAILED;
}

static unsigned char one(unsigned int i)
{
	char *argv[] = { "copy", NULL }, *env[] = { NULL };
	int status = 0;
	pid_t pid = vfork();

	(void)i;
	if (!pid) {
		syscall(SYS_execve, path, argv, env);
		_exit(FAILED);
	}
	waitpid(pid, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status) < FIRST)
		return FAILED;
	status = WEXITSTATUS(status) - FIRST;
	race_shared->count[status]++;
	race_shared->count[OTHER] += path[sizeof(path) - 2] != 'A' + status;
	return status;
}

static struct tally {
	uint64_t wrong, user, strange;
} tally;

static bool is_mine(const struct ev_header *h)
{
	const struct ev_execve *e = (const void *)h;

	return h->type == EV_execve && e->ppid == (uint32_t)race_shared->victim;
}

static bool is_path(const struct ev_header *h, const struct ev_part *part, const char *name)
{
	uint32_t len;
	const unsigned char *p = sk_part(h, part, &len);

	return p && len == strlen(name) && !memcmp(p, name, len);
}

static void judge(const struct ev_header *h, unsigned int i, unsigned char ran)
{
	const struct ev_execve *e = (const void *)h;
	bool wrong;

	(void)i;
	if (ran >= FAILED) {
		tally.strange++;
		return;
	}
	wrong = e->res || !is_path(h, &e->exe, both[ran]) || !is_path(h, &e->filename, both[ran]);
	tally.wrong += wrong;
	tally.user += ev_prov(h, EV_FIELD(execve, exe)) || ev_prov(h, EV_FIELD(execve, filename));
	if (wrong && tally.wrong == 1)
		sk_print(stdout, h);
}

static void copies_make(void)
{
	static char content[8 << 20];
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	ssize_t n = read(from, content, sizeof(content));

	mkdir(DIR_, 0755);
	for (unsigned int i = 0; i < 2; i++) {
		int to;

		unlink(both[i]);
		to = open(both[i], O_CREAT | O_WRONLY | O_CLOEXEC, 0755);
		if (n <= 0 || write(to, content, n) != n)
			abort();
		close(to);
	}
	close(from);
}

int main(int argc, char **argv)
{
	const struct sk_driver *driver;
	struct race race = { .total = 10000, .ahead = 256, .event = EV_execve, .attack = { rewrite },
			     .one = one, .mine = is_mine, .judge = judge };
	struct race_tally t;
	int bad;

	if (!strcmp(argv[0], "copy"))
		return copy();
	driver = sk_driver_argument(&argc, &argv);
	if (argc > 1)
		race.total = atoi(argv[1]);
	copies_make();
	t = race_run(&race, driver);
	printf("# the first copy was run %llu times, the second %llu; the path was the other one after %llu\n",
	       (unsigned long long)race_shared->count[RAN_A],
	       (unsigned long long)race_shared->count[RAN_B],
	       (unsigned long long)race_shared->count[OTHER]);
	bad = race_check(t.records == race.total && !t.lost, "each exec has its record, once", t.records);
	bad += race_check(!tally.wrong, "each record has the file that was run", tally.wrong);
	bad += race_check(!tally.user, "both paths are from the kernel", tally.user);
	bad += race_check(!tally.strange, "each exec ran one of the two", tally.strange);
	bad += race_check(race_shared->count[RAN_A] && race_shared->count[RAN_B] &&
			  race_shared->count[OTHER], "the attack hit", race_shared->count[OTHER]);
	return race_end(bad);
}
