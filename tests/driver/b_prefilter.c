// SPDX-License-Identifier: Apache-2.0
/*
 * Tests the prefilter: which opens a program excludes, that each is counted as filtered, that
 * a new selection ends it, and that a wrong program is refused. The programs are made here,
 * not by the agent.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "border.h"
#include "lib/fuse.h"

#define SLOTS	64u

static union {
	struct saker_prefilter p;
	unsigned char bytes[SAKER_PF_SIZE(SLOTS)];
} program;

static void put(const char *name, uint64_t which, uint64_t clauses)
{
	union { unsigned char bytes[16]; uint64_t words[2]; } end = { .words = { 0 } };
	const size_t n = strlen(name), kept = n < 16 ? n : 16;
	struct saker_pf_name key;
	unsigned int at;

	memcpy(end.bytes + 16 - kept, name + n - kept, kept);
	saker_pf_name_set(&key, end.words[1], end.words[0], n);
	at = (uint32_t)(saker_pf_key(&key, which) >> 40) % SLOTS;
	while (program.p.slot[at].key && program.p.slot[at].key != saker_pf_key(&key, which))
		at = (at + 1) % SLOTS;
	program.p.slot[at].key = saker_pf_key(&key, which);
	program.p.slot[at].clauses |= clauses;
}

/* Clause 0: a file called wanted. Clause 1: a file in a directory called kept, for writing. */
static void make(void)
{
	memset(&program, 0, sizeof(program));
	program.p.generation = sk_generation(&sk) - 1;
	program.p.size = sizeof(program);
	program.p.nslots = SLOTS;
	program.p.nevents = 1;
	for (unsigned int i = 0; i < SAKER_PF_SHAPES; i++)
		program.p.shape[i] = (i & SAKER_PF_ACCESS) == O_WRONLY ? 3 : 1;
	program.p.any_leaf = 2;
	program.p.any_parent = 1;
	program.p.any_dots = 3;
	put("wanted", SAKER_PF_LEAF, 1);
	put("kept", SAKER_PF_PARENT, 2);
}

static const struct {
	const char *name;
	int flags;
	bool passes;
} opens[] = {
	{ .name = "/tmp/pf/wanted", .flags = O_RDONLY, .passes = true },
	{ .name = "/tmp/pf/other", .flags = O_RDONLY, .passes = false },
	{ .name = "/tmp/pf/link", .flags = O_RDONLY, .passes = true },		/* to wanted */
	{ .name = "/tmp/pf/wanted-link/wanted", .flags = O_RDONLY, .passes = true },
	{ .name = "/tmp/pf/kept/x", .flags = O_RDONLY, .passes = false },
	{ .name = "/tmp/pf/kept/x", .flags = O_WRONLY, .passes = true },
	{ .name = "/tmp/pf/other", .flags = O_WRONLY, .passes = false },
	{ .name = "/tmp/pf/other-link/x", .flags = O_WRONLY, .passes = true },	/* to kept */
	{ .name = "/tmp/pf/none", .flags = O_RDONLY, .passes = false },		/* fails */
	{ .name = "/tmp/pf/none/wanted", .flags = O_RDONLY, .passes = true },	/* fails */
	{ .name = "/tmp/pf/other/.", .flags = O_RDONLY, .passes = true },	/* fails; last name unknown */
	{ .name = "other", .flags = O_RDONLY, .passes = false },
	{ .name = "wanted", .flags = O_RDONLY, .passes = true },
	{ .name = "../pf/other", .flags = O_RDONLY, .passes = false },
	{ .name = "other", .flags = O_WRONLY, .passes = false },
	{ .name = "/tmp/pf/other", .flags = O_PATH, .passes = false },
	{ .name = "/tmp/pf/wanted", .flags = O_PATH, .passes = true },
	{ .name = "/tmp/pf", .flags = O_RDONLY | O_DIRECTORY, .passes = false },
	{ .name = "/tmp/pf/new", .flags = O_WRONLY | O_CREAT, .passes = false },
	{ .name = "/tmp/pf/kept/new", .flags = O_WRONLY | O_CREAT, .passes = true },
};

#define N_OPENS	(sizeof(opens) / sizeof(*opens))

static int open_one(void *number)
{
	const long i = (long)number;

	if (chdir("/tmp/pf"))
		return 1;
	syscall(SYS_close, syscall(SYS_open, opens[i].name, opens[i].flags, 0644));
	return 0;
}

static void make_files(void)
{
	mkdir("/tmp/pf", 0755);
	mkdir("/tmp/pf/kept", 0755);
	close(open("/tmp/pf/wanted", O_CREAT | O_RDWR, 0644));
	close(open("/tmp/pf/other", O_CREAT | O_RDWR, 0644));
	close(open("/tmp/pf/kept/x", O_CREAT | O_RDWR, 0644));
	symlink("wanted", "/tmp/pf/link");
	symlink("kept", "/tmp/pf/other-link");
	symlink(".", "/tmp/pf/wanted-link");
}

static uint64_t count(uint64_t *filtered)
{
	static struct sk_stats stats;

	*filtered = 0;
	sk_stats(&sk, &stats);
	for (int c = 0; c < SK_CPUS; c++)
		*filtered += stats.tally[c][EV_open].filtered;
	return sk_hits(&stats, EV_open);
}

/* One open: a record, or a hit that is filtered. */
static void check_open(size_t i, bool passes)
{
	uint64_t hits, filtered, hits_before, filtered_before;
	struct seen s = { 0 };

	look(&s);
	memset(&s, 0, sizeof(s));
	hits_before = count(&filtered_before);
	CHECK_IS(stranger(open_one, (void *)i), 0);
	hits = count(&filtered) - hits_before;
	filtered -= filtered_before;
	look(&s);
	if (hits != 1 || s.n[EV_open] != passes || filtered != !passes || s.breaks || s.gaps)
		printf("#   open %s, flags %o\n", opens[i].name, (unsigned int)opens[i].flags);
	CHECK_IS(hits, 1);
	CHECK_IS(s.n[EV_open], passes);
	CHECK_IS(filtered, !passes);
	CHECK_IS(s.breaks + s.gaps, 0);
}

static void names(void)
{
	make_files();
	attach(1 << 20);
	arm(select_opens());
	make();
	CHECK_IS(sk_prefilter(&sk, &program.p), 0);
	for (size_t i = 0; i < N_OPENS; i++)
		check_open(i, opens[i].passes);
}

static void ends_with_its_selection(void)
{
	make_files();
	attach(1 << 20);
	arm(select_opens());
	check_open(1, true);
	make();
	CHECK_IS(sk_prefilter(&sk, &program.p), 0);
	check_open(1, false);
	arm(select_opens());
	check_open(1, true);
	make();
	CHECK_IS(sk_prefilter(&sk, &program.p), 0);
	check_open(1, false);
}

/* An agent that dies leaves its program; the next one begins with none. */
static void outlives_its_agent(void)
{
	make_files();
	attach(1 << 20);
	arm(select_opens());
	make();
	CHECK_IS(sk_prefilter(&sk, &program.p), 0);
	sk_close(&sk);
	attach(0);
	check_open(1, false);
	check_open(0, true);
	arm(select_opens());
	check_open(1, true);
}

static void refused(void)
{
	attach(1 << 20);
	arm(select_opens());
	make();
	program.p.nslots = SLOTS * 2;
	CHECK_IS(sk_prefilter(&sk, &program.p), -EINVAL);
	make();
	program.p.nslots = SLOTS - 1;
	CHECK_IS(sk_prefilter(&sk, &program.p), -EINVAL);
	make();
	program.p.nends = SAKER_PF_ENDS + 1;
	CHECK_IS(sk_prefilter(&sk, &program.p), -EINVAL);
	make();
	program.p.nends = 1;
	program.p.end[0].bits = 72;
	CHECK_IS(sk_prefilter(&sk, &program.p), -EINVAL);
	make();
	program.p.end[1].clauses = 1;
	CHECK_IS(sk_prefilter(&sk, &program.p), -EINVAL);
	make();
	program.p.nevents = SAKER_PF_EVENTS + 1;
	CHECK_IS(sk_prefilter(&sk, &program.p), -EINVAL);
	make();
	program.p.of_type[EV_ptrace] = 1;
	CHECK_IS(sk_prefilter(&sk, &program.p), -EINVAL);
}

static void refused_by_ioctl(void)
{
	attach(1 << 20);
	make();
	program.p.generation++;
	CHECK_IS(sk_prefilter(&sk, &program.p), -ESTALE);	/* nothing is selected */
	arm(select_opens());
	make();
	program.p.generation++;
	CHECK_IS(sk_prefilter(&sk, &program.p), -ESTALE);
	program.p.size = 8;
	CHECK_IS(sk_prefilter(&sk, &program.p), -EINVAL);
	program.p.size = ~0u;
	CHECK_IS(sk_prefilter(&sk, &program.p), -EINVAL);
}

/* -- while rules are replaced -- */

#define AWAITED	O_NOFOLLOW	/* marks the opens that are counted */

static int open_awaited(void *name)
{
	return syscall(SYS_open, name, O_RDONLY | AWAITED, 0) < 0;
}

static int count_awaited(void *n, unsigned int cpu, const struct ev_header *h)
{
	(void)cpu;
	if (h->type == EV_open && ((const struct ev_open *)h)->flags & AWAITED)
		++*(unsigned int *)n;
	return 0;
}

/* How many records an awaited open has. */
static unsigned int records_of(const char *name)
{
	unsigned int n = 0;

	CHECK_IS(stranger(open_awaited, (void *)name), 0);
	while (sk_drain(&sk, count_awaited, &n))
		;
	return n;
}

static void exclude_all_but(const char *name)
{
	make();
	put(name, SAKER_PF_LEAF, 1);
	CHECK_IS(sk_prefilter(&sk, &program.p), 0);
}

/* So that a program runs while it is replaced. */
static void open_other(void)
{
	syscall(SYS_close, syscall(SYS_open, "/tmp/pf/other", O_RDONLY, 0));
}

static void reload_beside_opens(void)
{
	const char *name = "/tmp/pf/other";
	pid_t pids[2];

	make_files();
	attach(4 << 20);
	arm(select_opens());
	busy_start(pids, 2, open_other);
	for (int i = 0; i < 20 && !broken; i++) {
		exclude_all_but("nothing");
		CHECK_IS(records_of(name), 0);
		arm(select_opens());			/* new rules: no prefilter yet */
		CHECK_IS(records_of(name), 1);
		exclude_all_but("other");
		CHECK_IS(records_of(name), 1);
		arm(select_opens());
	}
	busy_stop(pids, 2);
}

static int open_writer(void *name)
{
	return open(name, O_WRONLY) < 0;
}

/* The open of a FIFO passes the hook, then waits for a writer. */
static void reload_within_an_open(void)
{
	const char *fifo = "/tmp/pf/fifo";
	unsigned int n = 0;
	pid_t reader;

	make_files();
	mkfifo(fifo, 0644);
	attach(1 << 20);
	arm(select_opens());
	exclude_all_but("nothing");
	fflush(stdout);
	reader = fork();
	if (!reader) {
		sk_disown(&sk);
		_exit(open_awaited((void *)fifo));
	}
	usleep(300000);
	arm(select_opens());
	exclude_all_but("fifo");
	CHECK_IS(stranger(open_writer, (void *)fifo), 0);
	waitpid(reader, NULL, 0);
	while (sk_drain(&sk, count_awaited, &n))
		;
	CHECK_IS(n, 1);
}

static void wake(int signal)
{
	(void)signal;
}

/* An open that the hook excludes and a signal ends; then one that no hook sees. */
static int interrupted_then_path(void *fifo)
{
	struct sigaction act = { .sa_handler = wake };

	sigaction(SIGALRM, &act, NULL);
	ualarm(200000, 0);
	if (syscall(SYS_open, fifo, O_RDONLY, 0) >= 0 || errno != EINTR)
		return 1;
	return syscall(SYS_open, "/tmp/pf/wanted", O_PATH | AWAITED, 0) < 0;
}

static void interrupted(void)
{
	struct saker_selection *sel = select_opens();
	unsigned int n = 0;

	make_files();
	mkfifo("/tmp/pf/fifo", 0644);
	for (size_t i = 0; i < sizeof(sel->action); i++)
		(&sel->action[0][0])[i] &= ~SAKER_ACT_EMIT_FAILED;
	attach(1 << 20);
	arm(sel);
	exclude_all_but("wanted");
	CHECK_IS(stranger(interrupted_then_path, "/tmp/pf/fifo"), 0);
	while (sk_drain(&sk, count_awaited, &n))
		;
	CHECK_IS(n, 1);
}

/* -- calls that come to several files -- */

#define STALE	"/tmp/stale"

/* Opens in a process whose descriptors another one can replace. */
struct hostile_open {
	const char *first, *name;	/* the first fails; NULL: there is none */
	int flags;
};

static int open_hostile(void *arg)
{
	const struct hostile_open *o = arg;
	const pid_t pid = syscall(SYS_clone, CLONE_FILES | SIGCHLD, NULL, NULL, NULL, NULL);
	cpu_set_t first;
	long fd;

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
	}
	CPU_ZERO(&first);
	CPU_SET(0, &first);
	sched_setaffinity(0, sizeof(first), &first);
	if (o->first && syscall(SYS_open, o->first, O_WRONLY | O_NONBLOCK) >= 0)
		return 2;
	fd = syscall(SYS_open, o->name, o->flags);
	kill(pid, SIGKILL);
	return fd < 0;
}

struct open_seen {
	unsigned int n;
	uint32_t prov;		/* of path and inode */
};

static int see_open(void *arg, unsigned int cpu, const struct ev_header *h)
{
	struct open_seen *s = arg;

	(void)cpu;
	if (h->type != EV_open)
		return 0;
	s->n++;
	s->prov |= ev_prov(h, EV_FIELD(open, path)) | ev_prov(h, EV_FIELD(open, ino));
	return 0;
}

/* Return: how many opens are filtered meanwhile. */
static uint64_t open_and_see(struct hostile_open *o, struct open_seen *s)
{
	uint64_t filtered, before;

	count(&before);
	CHECK_IS(stranger(open_hostile, o), 0);
	count(&filtered);
	while (sk_drain(&sk, see_open, s))
		;
	return filtered - before;
}

/* A pipe without a reader fails when the hook has seen it already. */
static void after_one_that_fails(void)
{
	struct hostile_open o = { .first = "/tmp/pf/pipe", .name = "/tmp/pf/wanted" };
	struct saker_selection *sel = select_opens();
	struct open_seen s = { 0 };

	make_files();
	mkfifo("/tmp/pf/pipe", 0644);
	attach(1 << 20);
	sel->action[EV_ABI_64][SYS_open] = SAKER_ACT_EMIT;
	arm(sel);
	make();
	CHECK_IS(sk_prefilter(&sk, &program.p), 0);
	CHECK_IS(open_and_see(&o, &s), 1);
	CHECK_IS(s.n, 1);
	CHECK_IS(s.prov, 0);
}

/* The server refuses "file" as out of date; then it is a link to @target. */
static void mount_stale(struct fuse *fuse, const char *target)
{
	make_files();
	mkdir(STALE, 0755);
	if (fuse_mount(fuse, STALE, "/tmp/pf/other", target) < 0)
		border_skip("this kernel has no FUSE");
	fuse->will->opens_stale = 1;
}

/* An open of two files, of which the server's "file" is the first. It has one record. */
static void open_of_two(const char *then, int flags, struct open_seen *s)
{
	struct hostile_open o = { .name = STALE "/file", .flags = flags };
	struct fuse fuse;

	mount_stale(&fuse, then);
	attach(1 << 20);
	arm(select_opens());
	make();
	CHECK_IS(sk_prefilter(&sk, &program.p), 0);
	CHECK_IS(open_and_see(&o, s), 0);
	CHECK_IS(fuse.will->opens_stale, 0);
	CHECK_IS(s->n, 1);
	fuse_unmount(&fuse);
}

static void an_excluded_file_first(void)
{
	struct open_seen s = { 0 };

	open_of_two("/tmp/pf/wanted", O_RDONLY, &s);
	CHECK_IS(s.prov, 0);
}

/* "file" passes: it lies in the root of a mount, whose name is not known. */
static void an_excluded_file_last(void)
{
	struct open_seen s = { 0 };

	open_of_two("/tmp/pf/other", O_WRONLY, &s);
}

static void *request_snapshots(void *arg)
{
	volatile bool *stop = arg;

	while (!*stop) {
		struct saker_snapshot snap = { 0 };

		sk_snapshot(&sk, &snap);	/* most are refused: nothing is selected */
	}
	return NULL;
}

/* The selection ends before its prefilter, and a record of a snapshot needs neither. */
static void ends_beside_a_snapshot(void)
{
	bool stop = false;
	pthread_t other;

	attach(1 << 20);
	CHECK_IS(pthread_create(&other, NULL, request_snapshots, &stop), 0);
	for (int i = 0; i < 10; i++) {
		arm(select_opens());
		make();
		CHECK_IS(sk_prefilter(&sk, &program.p), 0);
		while (sk_drain(&sk, NULL, NULL))
			;
		CHECK_IS(sk_state(&sk, SAKER_STATE_IDLE), 0);
	}
	stop = true;
	CHECK_IS(pthread_join(other, NULL), 0);
}

BORDER_TESTS(prefilter,
	TEST("an open that no clause allows is filtered, any other recorded", names),
	TEST("a new selection ends the prefilter", ends_with_its_selection),
	TEST("a prefilter stays in force without its agent", outlives_its_agent),
	TEST("an open that begins after new rules are in force is tested by them", reload_beside_opens),
	TEST("an open that ends after new rules are in force is tested by them", reload_within_an_open),
	TEST("an excluded open that a signal ends says nothing of the next one", interrupted),
	TEST("after an excluded open that fails, the next one has the file that the hook saw",
	     after_one_that_fails),
	TEST("of an excluded file and one that passes, the one that the hook saw is recorded",
	     an_excluded_file_first),
	TEST("an open that came to a file that passes, then to an excluded one, is recorded",
	     an_excluded_file_last),
	TEST("recording with a prefilter ends ten times beside snapshots", ends_beside_a_snapshot,
	     .module_only = "the agent reads the tasks itself"),
	TEST("a prefilter with wrong sizes is refused", refused),
	TEST("a prefilter of another selection is refused", refused_by_ioctl,
	     .module_only = "the eBPF driver sets the generation itself"),
);
