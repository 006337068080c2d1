/* SPDX-License-Identifier: Apache-2.0 */
/* Creates, finds and maps the memory of the eBPF driver. */
#include "ebpf/area.h"
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "ebpf/programs.h"
#include "lib/clock.h"

#define LOCKED_MAX	(128ull << 20)	/* bytes of rings on all CPUs, where the agent chooses the size */
#define RING_DEFAULT	BPF_RING_MAX

static size_t page_round(size_t n)
{
	return (n + BPF_PAGE - 1) & ~(size_t)(BPF_PAGE - 1);
}

static void *map_part(int fd, size_t size, int prot, size_t off)
{
	void *p = mmap(NULL, size, prot, MAP_SHARED, fd, (off_t)off);

	if (p == MAP_FAILED)
		return NULL;
	madvise(p, size, MADV_DONTFORK);
	return p;
}

/* -- rings -- */

static int ring_map(struct area *a, unsigned int cpu)
{
	const size_t base = cpu * a->loaded.element;
	const uint64_t size = a->control->ring_size;
	struct ebpf_ring *ring = &a->rings[cpu];
	const int fd = a->loaded.map[MAP_CPUS];

	ring->cpu = cpu;
	ring->size = size;
	ring->producer = map_part(fd, BPF_PAGE, PROT_READ, base);
	ring->consumer = map_part(fd, BPF_PAGE, PROT_READ | PROT_WRITE, base + BPF_OFF_CONSUMER);
	ring->data = map_part(fd, size + BPF_SLACK, PROT_READ, base + BPF_OFF_DATA);
	a->state[cpu] = map_part(fd, BPF_STATE_SIZE, PROT_READ | PROT_WRITE, base + BPF_OFF_STATE);
	if (!ring->producer || !ring->consumer || !ring->data || !a->state[cpu])
		return -errno;
	a->nrings = cpu + 1;
	return 0;
}

static void ring_unmap(struct area *a, unsigned int cpu)
{
	struct ebpf_ring *ring = &a->rings[cpu];

	if (ring->producer)
		munmap(ring->producer, BPF_PAGE);
	if (ring->consumer)
		munmap(ring->consumer, BPF_PAGE);
	if (ring->data)
		munmap((void *)ring->data, ring->size + BPF_SLACK);
	if (a->state[cpu])
		munmap(a->state[cpu], BPF_STATE_SIZE);
}

static int rings_map(struct area *a)
{
	int r = 0;

	a->rings = calloc(a->loaded.ncpus, sizeof(*a->rings));
	a->state = calloc(a->loaded.ncpus, sizeof(*a->state));
	if (!a->rings || !a->state)
		return -ENOMEM;
	for (unsigned int cpu = 0; cpu < a->loaded.ncpus && r == 0; cpu++)
		r = ring_map(a, cpu);
	return r;
}

static int control_map(struct area *a)
{
	a->control_size = page_round(sizeof(struct bpf_control));
	a->control = map_part(a->loaded.map[MAP_CONTROL], a->control_size,
			      PROT_READ | PROT_WRITE, 0);
	return a->control ? 0 : -errno;
}

/* Written once, when a ring is created. */
static int rings_make(struct area *a)
{
	for (unsigned int cpu = 0; cpu < a->nrings; cpu++) {
		struct saker_producer *p = map_part(a->loaded.map[MAP_CPUS], BPF_PAGE,
						    PROT_READ | PROT_WRITE,
						    cpu * a->loaded.element);

		if (!p)
			return -errno;
		p->magic = SAKER_RING_MAGIC;
		p->abi_major = SAKER_ABI_MAJOR;
		p->abi_minor = SAKER_ABI_MINOR;
		p->ring_generation = a->control->ring_generation;
		p->size = a->control->ring_size;
		p->cpu = cpu;
		munmap(p, BPF_PAGE);
		/*
		 * The first record of each CPU is followed by its counters, also on a CPU that
		 * comes online later.
		 */
		a->state[cpu]->until_counters = 1;
	}
	return 0;
}

/* The pages of the doorbell (BPF_MAP_TYPE_RINGBUF): our position, then the kernel's. */
static int bell_map(struct area *a)
{
	const int fd = a->loaded.map[MAP_DOORBELL];

	a->bell = map_part(fd, BPF_PAGE, PROT_READ | PROT_WRITE, 0);
	a->bell_rung = a->bell ? map_part(fd, BPF_PAGE, PROT_READ, BPF_PAGE) : NULL;
	return a->bell_rung ? 0 : -errno;
}

/* -- creating or finding it -- */

static uint64_t ring_size(uint64_t given, unsigned int ncpus)
{
	uint64_t size = given ? given : RING_DEFAULT;

	while (!given && size > BPF_RING_MIN && size * ncpus > LOCKED_MAX)
		size /= 2;
	return size < BPF_RING_MIN ? BPF_RING_MIN : size > BPF_RING_MAX ? BPF_RING_MAX : size;
}

void area_init(struct area *a)
{
	memset(a, 0, sizeof(*a));
	load_init(&a->loaded);
}

int area_make(struct area *a, const char *pins, uint64_t given, char *error, size_t size)
{
	const struct load_config load = {
		.pins = pins,
		.ring_size = ring_size(given, (unsigned int)libbpf_num_possible_cpus()),
	};
	int r = load_programs(&a->loaded, &load, error, size);

	if (r < 0)
		return r;
	r = control_map(a);
	if (r == 0) {
		a->control->current = BPF_NONE;
		a->control->ring_size = load.ring_size;
		a->control->ring_generation = clock_boottime_ns();
		a->control->watermark = load.ring_size / 8;
		a->control->attaches_once = a->loaded.attaches_once;
		a->control->load_ns = a->loaded.cost.ns;
		a->control->locked = a->loaded.cost.locked;
		a->control->verified = a->loaded.cost.verified;
		a->control->programs = a->loaded.cost.programs;
		r = rings_map(a);
	}
	if (r == 0)
		r = rings_make(a);
	if (r == 0)
		r = bell_map(a);
	/* Written last: if the agent is killed before, the next one does not use this area. */
	if (r == 0)
		__atomic_store_n(&a->control->build, program_build(), __ATOMIC_RELEASE);
	else
		snprintf(error, size, "mapping the eBPF driver's rings: %s", strerror(-r));
	return r;
}

int area_find(struct area *a, const char *pins)
{
	int r = load_find(&a->loaded, pins);

	if (r == 0)
		r = control_map(a);
	/* The map of another version may be smaller. */
	if (r == -EINVAL || (r == 0 && a->control->build != program_build()))
		r = -EPROTO;
	a->loaded.attaches_once = r == 0 && a->control->attaches_once;
	if (r == 0)
		r = rings_map(a);
	return r ? r : bell_map(a);
}

void area_uninit(struct area *a)
{
	for (unsigned int cpu = 0; a->rings && cpu < a->loaded.ncpus; cpu++)
		ring_unmap(a, cpu);
	free(a->rings);
	free(a->state);
	if (a->control)
		munmap(a->control, a->control_size);
	if (a->bell)
		munmap(a->bell, BPF_PAGE);
	if (a->bell_rung)
		munmap((void *)a->bell_rung, BPF_PAGE);
	load_close(&a->loaded);
	area_init(a);
}

bool area_orphan_over(const struct area *a)
{
	const struct bpf_control *c = a->control;

	return c->left_ns && (c->state == SAKER_STATE_ORPHAN || c->state == SAKER_STATE_DISARMED) &&
	       clock_boottime_ns() - c->left_ns >= c->orphan_ns;
}
