/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The consumer of the eBPF driver. It does from user space, through the maps, what session.c and
 * rings.c of the module do in the kernel: the programs only read what is written to struct
 * bpf_control.
 */
#include "ebpf/session.h"
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <saker/flags.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include "ebpf/area.h"
#include "ebpf/hooks.h"
#include "ebpf/programs.h"
#include "lib/clock.h"
#include "lib/fd.h"

#define FLUSH_TRIES	10000		/* a program's section takes microseconds */
#define BPFFS_MAGIC	0xcafe4a11
#define LOCK_PATH	"/run/saker/ebpf.lock"

struct ebpf {
	const char *pins;
	int lock;			/* LOCK_PATH; the consumer holds it */
	struct area area;
	struct hooks hooks;
	bool attached;
};

static int __attribute__((format(printf, 4, 5)))
fail(char *error, size_t size, int r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(error, size, fmt, ap);
	va_end(ap);
	return r;
}

/* -- what programs read: the consumer, the selection -- */

/* How often the kernel skipped a program since it was loaded. */
static uint64_t skips(const struct ebpf *e, unsigned int i)
{
	struct bpf_prog_info info = { 0 };
	uint32_t size = sizeof(info);
	int fd = e->area.loaded.program[i];

	return fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size) ? 0 : info.recursion_misses;
}

/*
 * Hits that neither a first program nor its second saw; see second.h. Skips are read before the
 * caught ones, so that a hit between the two programs right now is not counted as missed.
 */
static uint64_t skipped_twice(const struct ebpf *e, unsigned int second)
{
	const uint64_t both = skips(e, second), first = skips(e, second - 1);
	const uint64_t caught = __atomic_load_n(&e->area.control->caught[programs[second].seen],
						__ATOMIC_ACQUIRE);

	return first <= caught ? 0 : first - caught < both ? first - caught : both;
}

/*
 * What a function hook did not see of a call is recorded from its descriptor or from user memory,
 * so it is not dropped, unless io_uring made it. If io_uring is in use, as many operations may be
 * missing as calls were not recorded in that way.
 */
static uint64_t skipped_objects(const struct ebpf *e, uint64_t unseen)
{
	uint64_t by_fd = 0, by_uring = 0;

	for (unsigned int cpu = 0; cpu < e->area.nrings; cpu++) {
		by_fd += __atomic_load_n(&e->area.state[cpu]->by_fd, __ATOMIC_RELAXED);
		by_uring += __atomic_load_n(&e->area.state[cpu]->by_uring, __ATOMIC_RELAXED);
	}
	if (!unseen || !by_uring)
		return 0;
	unseen += __atomic_load_n(&e->area.control->refused, __ATOMIC_RELAXED);
	return unseen > by_fd ? unseen - by_fd : 0;
}

uint64_t ebpf_missed(const struct ebpf *e)
{
	uint64_t missed = 0, unseen = 0;

	for (unsigned int i = 0; i < nprograms; i++) {
		if (programs[i].role != PROGRAM_HOOK || programs[i].second)
			continue;
		if (programs[i].function)
			unseen += skips(e, i);
		else if (programs[i + 1].second && e->area.loaded.program[i + 1] >= 0)
			missed += skipped_twice(e, i + 1);
		else
			missed += skips(e, i);
	}
	return missed + skipped_objects(e, unseen);
}

/* Writes the due records of one CPU. Return: 0, -EAGAIN if a section did not end, or -errno. */
static int flush_cpu(struct ebpf *e, unsigned int cpu, uint32_t due, uint64_t missed)
{
	uint64_t args[2] = { due, missed };
	int fd = e->area.loaded.program[program_index("flush")];

	for (unsigned int i = 0; i < FLUSH_TRIES; i++) {
		LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = args, .ctx_size_in = sizeof(args),
			    .flags = BPF_F_TEST_RUN_ON_CPU, .cpu = (int)cpu);

		if (bpf_prog_test_run_opts(fd, &opts)) {
			if (errno != ENXIO || missed)
				return -errno;
			/* The CPU is offline: its first section will write them. */
			__atomic_fetch_or(&e->area.state[cpu]->due, due, __ATOMIC_RELAXED);
			return 0;
		}
		if (!opts.retval)
			return 0;
	}
	return -EAGAIN;
}

/* Which CPU missed them is unknown; CPU 0 reports them, or at a later flush if it is offline. */
static void report_missed(struct ebpf *e)
{
	struct bpf_control *c = e->area.control;
	const uint64_t missed = ebpf_missed(e);

	if (missed > c->missed_reported && !flush_cpu(e, 0, 0, missed - c->missed_reported))
		c->missed_reported = missed;
}

static int flush_all(struct ebpf *e, uint32_t due)
{
	int ret = 0;

	report_missed(e);
	for (unsigned int cpu = 0; cpu < e->area.nrings; cpu++) {
		int r = flush_cpu(e, cpu, due, 0);

		ret = ret ? ret : r;
	}
	return ret;
}

int ebpf_flush(struct ebpf *e)
{
	return flush_all(e, BPF_DUE_COUNTERS);
}

/* Writes a record of a change of the consumer on each CPU. */
static void report_consumer(struct ebpf *e, uint32_t change, uint32_t pid, uint64_t since_ns)
{
	const uint32_t due = BPF_DUE_CONSUMER | BPF_DUE_COUNTERS;
	struct bpf_control *c = e->area.control;

	c->change = change;
	c->change_pid = pid;
	c->change_comm = c->consumer_comm;
	c->since_ns = since_ns;
	c->consumer_changes++;
	/*
	 * Before the first selection the rings stay empty, so that they can still be created again.
	 */
	if (c->generation)
		flush_all(e, due);
	for (unsigned int cpu = 0; !c->generation && cpu < e->area.nrings; cpu++)
		e->area.state[cpu]->due |= due;
}

static void own_comm(struct ev_comm *comm)
{
	memset(comm, 0, sizeof(*comm));
	if (fd_read_file("/proc/self/comm", comm->s, sizeof(comm->s)) > 0)
		comm->s[strcspn(comm->s, "\n")] = '\0';
}

/* Runs a program in our own context, which stores the process id that the kernel sees. */
static int identify(struct ebpf *e)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	if (bpf_prog_test_run_opts(e->area.loaded.program[program_index("consumer_is_me")], &opts))
		return -errno;
	e->area.control->consumer_pid = e->area.control->consumer_tgid;
	return 0;
}

static int attach(struct ebpf *e, const struct ebpf_config *config, char *error, size_t size)
{
	struct bpf_control *c = e->area.control;
	const uint64_t left_ns = c->left_ns;
	int r;

	for (unsigned int cpu = 0; cpu < e->area.nrings; cpu++)
		e->area.rings[cpu].consumer->wake = SAKER_WAKE_WATERMARK;
	/* An agent that was killed could not record it. */
	if (left_ns && !c->left_recorded)
		report_consumer(e, SAKER_consumer_change_died, c->consumer_pid, left_ns);
	c->left_recorded = 0;
	if (area_orphan_over(&e->area)) {
		c->current = BPF_NONE;
		c->state = SAKER_STATE_DISARMED;
		c->disarmed_ns = left_ns + c->orphan_ns;
		report_consumer(e, SAKER_consumer_change_disarmed, 0, left_ns);
	}
	c->orphan_ns = (config->orphan_s ? config->orphan_s : EBPF_ORPHAN_S) * 1000000000ull;
	r = identify(e);
	if (r < 0)
		return fail(error, size, r, "running an eBPF program: %s", strerror(-r));
	c->left_ns = 0;
	own_comm(&c->consumer_comm);
	if (c->state == SAKER_STATE_ORPHAN)
		c->state = SAKER_STATE_ARMED;
	e->attached = true;
	report_consumer(e, SAKER_consumer_change_attached, c->consumer_pid, left_ns);
	return 0;
}

/*
 * Adds to the next gap that hooks recorded nothing from @from to now. Called while no selection is
 * in force.
 */
static void report_disarmed(struct ebpf *e, uint64_t from)
{
	for (unsigned int cpu = 0; cpu < e->area.nrings; cpu++) {
		struct bpf_state *s = e->area.state[cpu];
		struct bpf_gap *gap = &s->gap;

		if (!gap->from_ns || gap->from_ns > from)
			gap->from_ns = from;
		gap->to_ns = clock_boottime_ns();
		if (gap->nrows < BPF_GAP_ROWS)
			gap->row[gap->nrows++] =
				(struct ev_lost){ .type = EV_OTHER, .reason = EV_DROP_disarmed };
		s->due |= BPF_DUE_GAP;
	}
}

/* Whether the pids controller, whose group identifies a container, is bound to a v1 hierarchy. */
static bool pids_is_v1(void)
{
	FILE *f = fopen("/proc/cgroups", "re");
	unsigned int hierarchy = 0;
	char line[256];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "pids %u", &hierarchy) == 1)
			break;
	if (f)
		fclose(f);
	return hierarchy != 0;
}

static bool wants(const struct saker_selection *sel, unsigned int nr)
{
	for (unsigned int abi = 0; sel && abi < EV_ABI_COUNT; abi++)
		if (sel->action[abi][nr])
			return true;
	return false;
}

/* The union of two selections; NULL: none. */
static void wanted_set(struct bpf_control *c, const struct saker_selection *a,
		       const struct saker_selection *b)
{
	for (unsigned int nr = 0; nr < SAKER_NR_SLOTS; nr++)
		__atomic_store_n(&c->wanted[nr], wants(a, nr) || wants(b, nr), __ATOMIC_RELAXED);
}

/* As saker_selection_check() of driver/select.c. Return: the mistake, or NULL. */
static const char *selection_wrong(const struct saker_selection *sel)
{
	const uint8_t actions = SAKER_ACT_COUNT | SAKER_ACT_EMIT | SAKER_ACT_EMIT_FAILED |
				SAKER_ACT_EMIT_DNS;
	const uint32_t argv_limit = 32u << 10;

	if (!sel->generation)
		return "selection: generation 0 is none";
	if (sel->flags & ~(SAKER_SEL_NO_PATH | SAKER_SEL_STD_PATHS | SAKER_SEL_DNS))
		return "selection: unknown flag";
	if (sel->argv_max > argv_limit || sel->env_max > argv_limit)
		return "selection: argv_max or env_max above 32 KiB";
	if (sel->data_max > SAKER_DATA_MAX)
		return "selection: data_max above 4,080";
	for (unsigned int i = 0; i < EV_TYPE_MAX; i++)
		if (sel->event[i] > 1)
			return "selection: event[] is 0 or 1";
	for (unsigned int abi = 0; abi < EV_ABI_COUNT; abi++)
		for (unsigned int nr = 0; nr < SAKER_NR_SLOTS; nr++)
			if (sel->action[abi][nr] & ~actions)
				return "selection: unknown action";
	return NULL;
}

/* A program that runs meanwhile sees generation 0 and lets its open pass. */
int ebpf_prefilter(struct ebpf *e, const struct saker_prefilter *program)
{
	struct saker_prefilter *p = (struct saker_prefilter *)e->area.control->prefilter;
	struct saker_prefilter *copy = malloc(program->size);
	const char *why;
	int r = copy ? 0 : -ENOMEM;

	if (r == 0) {
		memcpy(copy, program, program->size);
		copy->generation = e->area.control->generation;
		r = saker_pf_check(copy, program->size, &why) ? -EINVAL : 0;
	}
	if (r == 0) {
		__atomic_store_n(&p->generation, 0, __ATOMIC_SEQ_CST);
		memcpy((char *)p + sizeof(p->generation), (char *)copy + sizeof(p->generation),
		       program->size - sizeof(p->generation));
		__atomic_store_n(&p->generation, copy->generation, __ATOMIC_SEQ_CST);
	}
	free(copy);
	return r;
}

int ebpf_select(struct ebpf *e, const struct saker_selection *sel, char *error, size_t size)
{
	struct bpf_control *c = e->area.control;
	const uint32_t next = c->current == 0 ? 1 : 0;
	const char *wrong = selection_wrong(sel);
	int r;

	if (wrong)
		return fail(error, size, -EINVAL, "%s", wrong);
	if (sel->generation <= c->generation)
		return fail(error, size, -ESTALE,
			    "selection: generation not greater than the last one");
	/* Due records are written under the old selection, so its counters are exact. */
	if (c->current != BPF_NONE)
		flush_all(e, BPF_DUE_COUNTERS);
	r = hooks_arm(&e->hooks, sel, error, size);
	if (r < 0) {
		hooks_trim(&e->hooks, c->current < BPF_NONE ? &c->selection[c->current] : NULL);
		return r;
	}
	c->v1_hierarchy = pids_is_v1();
	c->selection[next] = *sel;
	if (c->disarmed_ns && c->current == BPF_NONE)
		report_disarmed(e, c->disarmed_ns);
	c->disarmed_ns = 0;
	c->generation = sel->generation;
	c->state = SAKER_STATE_ARMED;
	wanted_set(c, c->current < BPF_NONE ? &c->selection[c->current] : NULL, sel);
	__atomic_store_n(&c->current, next, __ATOMIC_SEQ_CST);
	wanted_set(c, NULL, sel);
	hooks_trim(&e->hooks, sel);
	/* After it ran on each CPU, no section uses the former selection. */
	r = flush_all(e, BPF_DUE_SELECTION);
	return r < 0 ? fail(error, size, r, "announcing the selection: %s", strerror(-r)) : 0;
}

int ebpf_set_state(struct ebpf *e, uint32_t state)
{
	struct bpf_control *c = e->area.control;

	if (state == SAKER_STATE_ARMED)
		return c->current == BPF_NONE ? -EINVAL : 0;
	if (state != SAKER_STATE_IDLE && state != SAKER_STATE_DISARMED)
		return -EINVAL;
	if (c->current != BPF_NONE)
		c->disarmed_ns = clock_boottime_ns();
	__atomic_store_n(&c->current, BPF_NONE, __ATOMIC_SEQ_CST);
	wanted_set(c, NULL, NULL);
	c->state = SAKER_STATE_IDLE;
	hooks_trim(&e->hooks, NULL);
	hooks_close(&e->hooks);
	return flush_all(e, BPF_DUE_COUNTERS);
}

/* -- the doorbell -- */

int ebpf_pollfd(const struct ebpf *e)
{
	return e->area.loaded.map[MAP_DOORBELL];
}

void ebpf_heard(struct ebpf *e)
{
	const unsigned long *rung = (const unsigned long *)e->area.bell_rung;

	__atomic_store_n((unsigned long *)e->area.bell, __atomic_load_n(rung, __ATOMIC_ACQUIRE),
			 __ATOMIC_RELEASE);
}

/* -- the handle -- */

static int fail_busy(const struct ebpf *e, char *error, size_t size)
{
	struct control_info info;

	if (ebpf_get_info(&info, e->pins))
		return fail(error, size, -EBUSY, "in use by another agent");
	fail(error, size, -EBUSY, "in use by process %u (%s): stop it first (systemctl stop saker); "
	     "saker stats and saker reload query it while it runs", info.holder_pid, info.holder_comm);
	control_info_uninit(&info);
	return -EBUSY;
}

/* systemd mounts bpffs; where it is not mounted, mount it. */
static int bpffs_ensure(char *error, size_t size)
{
	struct statfs fs;

	if (!statfs("/sys/fs/bpf", &fs) && fs.f_type == BPFFS_MAGIC)
		return 0;
	if (!mount("bpf", "/sys/fs/bpf", "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=700"))
		return 0;
	return fail(error, size, -errno, "there is no bpf file system at /sys/fs/bpf, and mounting one "
		    "fails: %s", strerror(errno));
}

/* A lock that child processes do not inherit. The process that holds it is the consumer. */
static int lock_take(struct ebpf *e, char *error, size_t size)
{
	const struct flock lock = { .l_type = F_WRLCK };
	int r = bpffs_ensure(error, size);

	if (r < 0)
		return r;
	if (mkdir("/run/saker", 0755) && errno != EEXIST)
		return fail(error, size, -errno, "making /run/saker: %s", strerror(errno));
	e->lock = open(LOCK_PATH, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (e->lock < 0)
		return fail(error, size, -errno, "opening " LOCK_PATH ": %s%s", strerror(errno),
			    errno == EACCES ? "; run it as root" : "");
	if (!fcntl(e->lock, F_SETLK, &lock))
		return 0;
	return errno == EACCES || errno == EAGAIN ? fail_busy(e, error, size) :
	       fail(error, size, -errno, "locking " LOCK_PATH ": %s", strerror(errno));
}

/* Temporary errors: the pinned rings, which may have records, must not be removed because of them. */
static bool is_passing(int r)
{
	return r == -ENOMEM || r == -EMFILE || r == -ENFILE;
}

/*
 * Uses the pinned driver of a previous agent if it is of this version and of the requested size.
 * One that is incomplete, because its agent was killed while creating or removing it, is created
 * again.
 */
static int take_up(struct ebpf *e, const struct ebpf_config *config, char *error, size_t size)
{
	int r = area_find(&e->area, e->pins);

	if (r == 0 && (!config->ring_size || config->ring_size == e->area.control->ring_size))
		return 0;
	area_uninit(&e->area);
	if (is_passing(r))
		return fail(error, size, r, "opening the eBPF driver pinned in %s: %s", e->pins,
			    strerror(-r));
	load_unpin(e->pins);
	return area_make(&e->area, e->pins, config->ring_size, error, size);
}

int ebpf_new(struct ebpf **ret, const struct ebpf_config *config, char *error, size_t size)
{
	_cleanup_(ebpf_freep) struct ebpf *e = calloc(1, sizeof(*e));
	int r;

	if (!e)
		return fail(error, size, -ENOMEM, "opening the eBPF driver: out of memory");
	e->lock = -1;
	e->pins = config->pins ? config->pins : EBPF_PINS;
	area_init(&e->area);
	hooks_init(&e->hooks, &e->area.loaded, e->pins);
	if ((r = lock_take(e, error, size)) < 0 || (r = take_up(e, config, error, size)) < 0 ||
	    (r = attach(e, config, error, size)) < 0)
		return r;
	hooks_open(&e->hooks);
	*ret = TAKE_PTR(e);
	return 0;
}

/* After hooks were disarmed it is an orderly stop; else the hooks stay armed for the next agent. */
static void detach(struct ebpf *e)
{
	struct bpf_control *c = e->area.control;
	const bool died = c->state == SAKER_STATE_ARMED;

	c->left_ns = clock_boottime_ns();
	if (died)
		c->state = SAKER_STATE_ORPHAN;
	report_consumer(e, died ? SAKER_consumer_change_died : SAKER_consumer_change_stopped,
			c->consumer_pid, c->left_ns);
	c->left_recorded = 1;
	c->consumer_tgid = 0;
}

void ebpf_free(struct ebpf *e)
{
	if (!e)
		return;
	if (e->attached)
		detach(e);
	hooks_close(&e->hooks);
	area_uninit(&e->area);
	fd_close(e->lock);
	free(e);
}

const struct ebpf_ring *ebpf_rings(const struct ebpf *e, unsigned int *n)
{
	*n = e->area.nrings;
	return e->area.rings;
}

int ebpf_info(const struct ebpf *e, struct control_info *ret)
{
	return area_info(&e->area, e->pins, ret);
}

int ebpf_tallies(const struct ebpf *e, control_tally_fn *fn, void *ctx)
{
	return area_tallies(&e->area, fn, ctx);
}

uint64_t ebpf_generation(const struct ebpf *e)
{
	return e->area.control->generation;
}

int ebpf_probe(char *why, size_t size)
{
	const char *missing;
	int r = load_probe(&missing);

	if (r < 0 && !strcmp(missing, "BTF"))
		return fail(why, size, r, "this kernel has no BTF (/sys/kernel/btf/vmlinux): it was "
			    "built without CONFIG_DEBUG_INFO_BTF");
	if (r < 0)
		return fail(why, size, r, "this kernel lacks a function that the programs need: %s", missing);
	r = load_may();
	if (r < 0)
		return fail(why, size, r, "not allowed to load eBPF programs: %s; run as root, with "
			    "CAP_SYS_ADMIN, or CAP_BPF, CAP_PERFMON", strerror(-r));
	return 0;
}

int ebpf_unload(const char *pins)
{
	struct ebpf e = { .pins = pins ? pins : EBPF_PINS, .lock = -1 };
	char error[512];
	int r = access(e.pins, F_OK) ? 0 : lock_take(&e, error, sizeof(error));

	if (r == 0)
		load_unpin(e.pins);
	fd_close(e.lock);
	return r;
}
