/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Source for the kernel module: the consumer of /dev/saker. pollfd is an epoll of two descriptors:
 * the device, readable when a ring needs attention, and the health messages, which announce the
 * ring of a CPU that came online.
 */
#include "source/source_kmod.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <saker/prefilter.h>
#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/fd.h"
#include "source/control.h"
#include "source/major1.h"
#include "source/merge.h"

struct mapping {
	struct saker_ring_info info;
	struct saker_producer *producer;
	struct saker_consumer *consumer;
	unsigned char *data;
};

struct kmod {
	struct source source;
	struct control *control;
	int fd;
	uint64_t generation;		/* of the selection in force */
	struct merge *merge;
	uint32_t major;			/* of the module's ABI */
	struct major1 old;		/* the last record of a module of major 1, translated */
	struct mapping *maps;
	uint32_t nmaps;
	bool snapshot;			/* the snapshot of tasks is not complete */
	uint32_t since_step;		/* records since the last step of the snapshot */
	uint64_t cursor;
	uint64_t lost;			/* drops in all rings at the last flush */
	uint64_t sleeps;
};

struct failure {			/* text of the first error of source_kmod_new() */
	char *text;
	size_t size;
};

static int __attribute__((format(printf, 3, 4)))
fail(const struct failure *f, int r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->text, f->size, fmt, ap);
	va_end(ap);
	return r;
}

static void unmap(struct mapping *m)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (m->producer)
		munmap(m->producer, page);
	if (m->consumer)
		munmap(m->consumer, page);
	if (m->data)
		munmap(m->data, 2 * m->info.data_size);
}

static void *map_part(int fd, size_t size, int prot, uint64_t off)
{
	void *p = mmap(NULL, size, prot, MAP_SHARED, fd, (off_t)off);

	return p == MAP_FAILED ? NULL : p;
}

static int map_ring(struct kmod *k, const struct saker_ring_info *info)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct mapping m = { .info = *info }, *maps;
	int r = 0;

	maps = reallocarray(k->maps, k->nmaps + 1, sizeof(*maps));
	if (!maps)
		return -ENOMEM;
	k->maps = maps;
	m.producer = map_part(k->fd, page, PROT_READ, info->producer_off);
	m.consumer = map_part(k->fd, page, PROT_READ | PROT_WRITE, info->consumer_off);
	m.data = map_part(k->fd, 2 * info->data_size, PROT_READ, info->data_off);
	if (!m.producer || !m.consumer || !m.data)
		r = -errno;
	if (!r)
		r = merge_add(k->merge, &(struct merge_ring){
			m.producer, m.consumer, m.data, info->data_size, (uint16_t)info->cpu,
		});
	if (r < 0) {
		unmap(&m);
		return r;
	}
	k->maps[k->nmaps++] = m;
	return 0;
}

static bool is_mapped(const struct kmod *k, const struct saker_ring_info *info)
{
	for (uint32_t i = 0; i < k->nmaps; i++)
		if (k->maps[i].info.producer_off == info->producer_off)
			return true;
	return false;
}

static int map_new_rings(struct kmod *k, const struct control_info *info)
{
	for (uint32_t i = 0; i < info->nrings; i++) {
		int r = is_mapped(k, &info->rings[i]) ? 0 : map_ring(k, &info->rings[i]);

		if (r < 0)
			return r;
	}
	return 0;
}

/* Reads the health messages: a CPU may have got a ring. */
static void look_again(struct kmod *k)
{
	struct control_info info;

	if (!control_watched(k->control) || control_get_info(k->control, &info))
		return;
	map_new_rings(k, &info);
	control_info_uninit(&info);
}

#define SNAPSHOT_EVERY	1024		/* records between two steps of the snapshot on a busy system */

/* One step of the snapshot; the driver ends a step when a ring is half full. */
static int snapshot_step(struct kmod *k)
{
	struct saker_snapshot step = { .cursor = k->cursor };

	if (ioctl(k->fd, SAKER_IOC_SNAPSHOT, &step))
		return errno == EINTR ? 0 : -errno;
	k->cursor = step.cursor;
	k->snapshot = step.cursor != 0;
	return 0;
}

static int kmod_next(struct source *source, struct record *ret)
{
	struct kmod *k = (struct kmod *)source;
	const struct ev_header *hdr;
	struct ev_place place = { 0 };
	int r;

	r = merge_next(k->merge, &hdr, &place.cpu);
	if (k->snapshot && (r == MERGE_EMPTY || ++k->since_step > SNAPSHOT_EVERY)) {
		int step = snapshot_step(k);

		if (step < 0)
			return step;
		k->since_step = 0;
		if (r == MERGE_EMPTY)
			r = MERGE_BLOCKED;
	}
	if (r)
		return r == MERGE_BLOCKED ? SOURCE_BLOCKED : SOURCE_IDLE;
	if (k->major == MAJOR1) {
		r = major1_record(&k->old, hdr, hdr->len);
		if (r < 0)
			return r;
		hdr = k->old.rec;
	}
	*ret = (struct record){ .p = hdr, .n = hdr->len, .place = place };
	return 0;
}

static void kmod_release(struct source *source, const struct record *rec)
{
	(void)rec;
	merge_release(((struct kmod *)source)->merge);
}

/* A gap is written before the next record; if none comes, the flush writes it. */
static bool flush_losses(struct kmod *k)
{
	uint64_t lost = 0;

	for (uint32_t i = 0; i < k->nmaps; i++)
		lost += __atomic_load_n(&k->maps[i].producer->lost, __ATOMIC_RELAXED);
	if (lost == k->lost)
		return false;
	k->lost = lost;
	return !ioctl(k->fd, SAKER_IOC_FLUSH);
}

static int kmod_sleep(struct source *source)
{
	struct kmod *k = (struct kmod *)source;

	if (k->snapshot || flush_losses(k) || merge_wake(k->merge, SAKER_WAKE_ANY))
		return SOURCE_BLOCKED;
	k->sleeps++;
	return 0;
}

static void kmod_rest(struct source *source)
{
	merge_wake(((struct kmod *)source)->merge, SAKER_WAKE_FULL);
}

static void kmod_awake(struct source *source)
{
	struct kmod *k = (struct kmod *)source;

	merge_wake(k->merge, SAKER_WAKE_WATERMARK);
	look_again(k);
}

static int fail_control(const struct kmod *k, const struct failure *f, int r, const char *what)
{
	const char *text = control_error(k->control);

	return fail(f, r, "%s: %s", what, *text ? text : strerror(-r));
}

static int select_events(struct kmod *k, const struct saker_selection *selection,
			 const struct failure *f)
{
	struct saker_selection sel = *selection;
	struct control_info info;
	int r = control_get_info(k->control, &info);

	if (r == 0) {
		sel.generation = k->generation = info.generation + 1;
		control_info_uninit(&info);
		r = control_set_selection(k->control, &sel);
	}
	return r < 0 ? fail_control(k, f, r, "arming the hooks") : 0;
}

static int kmod_select(struct source *source, const struct saker_selection *selection,
		       char *error, size_t size)
{
	return select_events((struct kmod *)source, selection, &(struct failure){ error, size });
}

static int kmod_prefilter(struct source *source, const struct saker_prefilter *program)
{
	const struct kmod *k = (const struct kmod *)source;
	struct saker_prefilter *copy = malloc(program->size);
	struct saker_prefilter_at load = { .at = (uintptr_t)copy, .size = program->size };
	int r = 0;

	if (!copy)
		return -ENOMEM;
	memcpy(copy, program, program->size);
	copy->generation = k->generation;
	if (ioctl(k->fd, SAKER_IOC_PREFILTER, &load))
		r = errno == ENOTTY ? -EOPNOTSUPP : -errno;
	free(copy);
	return r;
}

static int kmod_stop(struct source *source)
{
	struct kmod *k = (struct kmod *)source;

	k->snapshot = false;
	return control_set_state(k->control, SAKER_STATE_IDLE);
}

static void kmod_stats(const struct source *source, struct source_stats *ret)
{
	const struct kmod *k = (const struct kmod *)source;
	struct merge_stats stats = { 0 };

	if (k->merge)
		merge_stats(k->merge, &stats);
	ret->records = stats.records;
	ret->broken = stats.broken;
	ret->disorder = stats.disorder;
	ret->sleeps = k->sleeps;
}

static int kmod_info(struct source *source, struct control_info *ret)
{
	return control_get_info(((struct kmod *)source)->control, ret);
}

static int kmod_tallies(struct source *source, control_tally_fn *fn, void *ctx)
{
	return control_get_stats(((struct kmod *)source)->control, fn, ctx);
}

static void kmod_close(struct source *source)
{
	struct kmod *k = (struct kmod *)source;

	merge_free(k->merge);
	for (uint32_t i = 0; i < k->nmaps; i++)
		unmap(&k->maps[i]);
	free(k->maps);
	major1_uninit(&k->old);
	control_free(k->control);
	fd_close(k->source.pollfd);
	fd_close(k->fd);
	free(k);
}

static const struct source_ops kmod_ops = {
	.next = kmod_next,
	.release = kmod_release,
	.sleep = kmod_sleep,
	.rest = kmod_rest,
	.awake = kmod_awake,
	.select = kmod_select,
	.prefilter = kmod_prefilter,
	.stop = kmod_stop,
	.stats = kmod_stats,
	.info = kmod_info,
	.tallies = kmod_tallies,
	.close = kmod_close,
};

DEFINE_CLEANUP(struct source *, source_close)

static int fail_busy(struct kmod *k, const struct failure *f)
{
	struct control_info info;
	int r = control_get_info(k->control, &info);

	if (r < 0 || !info.holder_pid)
		fail(f, -EBUSY, "in use by another agent");
	else
		fail(f, -EBUSY, "in use by process %u (%s): stop it first (systemctl stop saker); "
		     "saker stats and saker reload query it while it runs",
		     info.holder_pid, info.holder_comm);
	if (!r)
		control_info_uninit(&info);
	return -EBUSY;
}

static int open_device(struct kmod *k, const struct failure *f)
{
	k->fd = open(SAKER_DEVICE_PATH, O_RDWR | O_CLOEXEC);
	if (k->fd >= 0)
		return 0;
	switch (errno) {
	case EBUSY:
		return fail_busy(k, f);
	case EPERM:
	case EACCES:
		return fail(f, -EPERM, "may not open " SAKER_DEVICE_PATH
			    ": run as root (CAP_SYS_ADMIN in the initial user namespace)");
	case ENOENT:
	case ENXIO:
	case ENODEV:
		return fail(f, -ENODEV, "no " SAKER_DEVICE_PATH
			    ": the module is loaded, but its device does not exist here; "
			    "is this a container?");
	case ENOMEM:
		return fail(f, -ENOMEM, "the kernel refused memory for the rings: "
			    "load the module with a smaller ring_kb");
	}
	return fail(f, -errno, "opening " SAKER_DEVICE_PATH ": %s", strerror(errno));
}

/* After an upgrade of the agent a module of major 1 may still be loaded. */
static int greet(struct kmod *k, const struct failure *f)
{
	struct saker_hello hello = { SAKER_ABI_MAJOR, SAKER_ABI_MINOR, 0 };
	int r = ioctl(k->fd, SAKER_IOC_HELLO, &hello);

	if (r && errno == EPROTO && hello.abi_major == MAJOR1)
		r = ioctl(k->fd, SAKER_IOC_HELLO, &hello);
	if (!r) {
		k->major = hello.abi_major;
		control_possess(k->control, &hello);
		return 0;
	}
	if (errno == EPROTO)
		return fail(f, -EPROTO, "the loaded module has ABI %u.%u and this agent %u.%u: "
			    "load the module that belongs to this agent "
			    "(rmmod saker; modprobe saker)",
			    hello.abi_major, hello.abi_minor, SAKER_ABI_MAJOR, SAKER_ABI_MINOR);
	return fail(f, -errno, "connecting to the module: %s", strerror(errno));
}

static int configure(struct kmod *k, const struct source_live_config *config,
		     const struct failure *f)
{
	struct control_config c = {
		.ring_size = config->ring_size,
		.orphan_s = config->orphan_s,
	};
	int r;

	if (!c.ring_size && !c.orphan_s)
		return 0;
	r = control_set_config(k->control, &c);
	return r < 0 ? fail_control(k, f, r, "configuring the module") : 0;
}

static int watch(struct kmod *k, int fd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(k->source.pollfd, EPOLL_CTL_ADD, fd, &ev) ? -errno : 0;
}

static int map_rings(struct kmod *k, const struct failure *f)
{
	struct control_info info;
	int r = control_get_info(k->control, &info);

	if (r < 0)
		return fail_control(k, f, r, "reading the list of rings");
	r = merge_new(&k->merge, NULL, 0, clock_boottime_ns);
	if (r == 0)
		r = map_new_rings(k, &info);
	control_info_uninit(&info);
	return r < 0 ? fail(f, r, "mapping the rings: %s", strerror(-r)) : 0;
}

static int watch_all(struct kmod *k, const struct failure *f)
{
	int health = control_watch(k->control);
	int r;

	k->source.pollfd = epoll_create1(EPOLL_CLOEXEC);
	if (k->source.pollfd < 0)
		return fail(f, -errno, "epoll: %s", strerror(errno));
	r = watch(k, k->fd);
	if (r == 0)
		r = health < 0 ? health : watch(k, health);
	return r < 0 ? fail(f, r, "watching the module: %s", strerror(-r)) : 0;
}

int source_kmod_probe(void)
{
	_cleanup_(control_freep) struct control *control = NULL;

	return control_new(&control);
}

int source_kmod_new(struct source **ret, const struct source_live_config *config,
		    char *error, size_t size)
{
	_cleanup_(source_closep) struct source *source = NULL;
	const struct failure f = { error, size };
	struct kmod *k = calloc(1, sizeof(*k));
	int r;

	if (!k)
		return fail(&f, -ENOMEM, "opening the module's device: out of memory");
	source = &k->source;
	*source = (struct source){ .ops = &kmod_ops, .name = "kmod", .live = true,
				   .records_tasks = true, .pollfd = -1 };
	k->fd = -1;
	k->snapshot = config->snapshot;
	r = control_new(&k->control);
	if (r == -ENODEV)
		return fail(&f, r, "the kernel module is not loaded: run `modprobe saker`");
	if (r < 0)
		return fail(&f, r, "connecting to the kernel module: %s", strerror(-r));
	if ((r = open_device(k, &f)) < 0 || (r = greet(k, &f)) < 0 ||
	    (r = configure(k, config, &f)) < 0 || (r = watch_all(k, &f)) < 0 ||
	    (r = map_rings(k, &f)) < 0 || (r = select_events(k, config->selection, &f)) < 0)
		return r;
	*ret = TAKE_PTR(source);
	return 0;
}
