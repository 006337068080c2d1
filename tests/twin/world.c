/* SPDX-License-Identifier: GPL-2.0-only */
/* Implements world.h, and the netlink messages that kernel.h declares. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include <kunit/test.h>
#include "ring.h"
#include "select.h"
#include "stats.h"
#include "stream.h"
#include "world.h"

int saker_consumer_tgid = 999;

struct script script;

/* As in driver/fill_row.c, but for the look at the socket. */
int saker_dns(struct saker_fill *f, u32 type)
{
	(void)type;
	f->dns = !twin.other_port;
	return f->dns || f->sel->action[f->abi][f->nr] & SAKER_ACT_EMIT ? SAKER_FILL_OK :
									  SAKER_FILL_FILTERED;
}

static u32 scripted_need(const struct saker_fill *f)
{
	(void)f;
	return script.need;
}

static int scripted_predicate(const struct saker_fill *f)
{
	(void)f;
	return script.predicate;
}

static int scripted_fill(struct saker_fill *f)
{
	struct saker_fill nested = script.nested;

	f->used += script.parts;
	if (nested.obj) {
		script.nested.obj = NULL;
		saker_emit(&nested, EV_procexit);
	}
	return script.fill;
}

static int plain_fill(struct saker_fill *f)
{
	(void)f;
	return SAKER_FILL_OK;
}

static int marked_fill(struct saker_fill *f)
{
	f->used += script.parts;
	for (u32 i = 0; i < EV_NFIELDS(execve); i++)
		if (script.marked & BIT_ULL(i))
			saker_prov_set(f, i, EV_PROV_USER);
	return SAKER_FILL_OK;
}

const struct saker_filler saker_fillers[EV_TYPE_MAX] = {
	[EV_execve] = { .fixed = sizeof(struct ev_execve), .type = EV_execve,
			.more = SAKER_MORE(execve), .parts = { 64, 64 }, .fill = marked_fill },
	[EV_procexit] = { .fixed = sizeof(struct ev_procexit), .type = EV_procexit,
			  .traits = SAKER_MAY_USE_RESERVE,
			  .fill = plain_fill },
	[EV_clone] = { .fixed = sizeof(struct ev_clone), .type = EV_clone,
		       .traits = SAKER_WAKES, .parts = { 64, 32 },
		       .need = scripted_need, .predicate = scripted_predicate,
		       .fill = scripted_fill },
	[EV_open] = { .fixed = sizeof(struct ev_open), .type = EV_open,
		      .fill = plain_fill },
	[EV_syscall] = { .fixed = sizeof(struct ev_syscall), .type = EV_syscall,
			 .fill = plain_fill },
};

/* Replaces ring_mem.c: maps the data twice in a row. */
struct saker_ring *saker_ring_new(unsigned int cpu, u64 size, u64 generation)
{
	struct saker_ring *r = calloc(1, sizeof(*r));
	int fd = memfd_create("ring", 0);

	r->size = size;
	r->watermark = size / 8;
	r->cpu = cpu;
	r->data = mmap(NULL, 2 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(fd >= 0 && r->data != MAP_FAILED && ftruncate(fd, (off_t)size) == 0);
	for (u64 at = 0; at < 2 * size; at += size)
		assert_true(mmap(r->data + at, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd,
				 0) != MAP_FAILED);
	close(fd);
	r->producer = calloc(1, sizeof(*r->producer));
	r->consumer = calloc(1, sizeof(*r->consumer));
	r->producer->magic = SAKER_RING_MAGIC;
	r->producer->size = size;
	r->producer->ring_generation = generation;
	return r;
}

void saker_ring_free(struct saker_ring *r)
{
	munmap(r->data, 2 * r->size);
	free(r->producer);
	free(r->consumer);
	free(r);
}

void *nla_reserve(struct sk_buff *msg, int type, size_t len)
{
	struct nlattr *attr = (struct nlattr *)(msg->data + msg->used);

	if (msg->used + sizeof(*attr) + len > msg->room)
		return NULL;
	*attr = (struct nlattr){ (u32)type, (u32)len };
	msg->used += (u32)(sizeof(*attr) + (len + 7) / 8 * 8);
	return attr;
}

int nla_put_u64_64bit(struct sk_buff *msg, int type, u64 value, int pad)
{
	struct nlattr *attr = nla_reserve(msg, type, sizeof(value));

	(void)pad;
	if (!attr)
		return -EMSGSIZE;
	memcpy(nla_data(attr), &value, sizeof(value));
	return 0;
}

int nla_put_u32(struct sk_buff *msg, int type, u32 value)
{
	return nla_put_u64_64bit(msg, type, value, 0);
}

struct saker_cpu *setup_cpu(void)
{
	struct saker_selection *sel = calloc(1, sizeof(*sel));
	struct saker_cpu *cpu;

	saker_stats_uninit();
	saker_cpus = NULL;
	assert_int_equal(saker_stats_init(), 0);
	assert_int_equal(saker_stats_init(), 0);	/* a second time changes nothing */
	cpu = this_cpu_ptr(saker_cpus);
	for (u32 i = 0; i < twin.cpus; i++)
		assert_int_equal(per_cpu_ptr(saker_cpus, i)->until_counters, 1);
	cpu->until_counters = SAKER_COUNTERS_EVERY;
	cpu->ring = saker_ring_new(0, SAKER_RING_MIN, 1);
	sel->generation = 5;
	sel->event[EV_clone] = 1;
	sel->event[EV_procexit] = 1;
	sel->event[EV_execve] = 1;
	saker_selection_replace(sel);
	memset(&script, 0, sizeof(script));
	return cpu;
}

void teardown_cpu(struct saker_cpu *cpu)
{
	struct saker_ring *r = cpu->ring;

	for (u32 type = 0; type < EV_TYPE_MAX; type++) {
		const struct saker_tally *t = &cpu->tally[type];
		u64 sum = t->emitted + t->filtered;

		for (u32 reason = 0; reason < EV_DROP_COUNT; reason++)
			sum += t->dropped[reason];
		assert_int_equal(sum, t->hits);
	}
	assert_int_equal(cpu->depth, 0);
	assert_int_equal(r->depth, 0);
	assert_int_equal(r->producer->busy, 0);
	assert_int_equal(twin.preempt_depth, 0);
	saker_ring_free(r);
	saker_stats_uninit();
	saker_cpus = NULL;
	saker_selection_replace(NULL);
}

int emit(u32 type, u32 flags)
{
	struct saker_fill f = { .nr = -1, .flags = flags };

	memset(&f.prov, 0xa5, sizeof(f.prov));		/* hooks leave it uninitialised */
	return saker_emit(&f, type);
}

const struct ev_header *record_at(const struct saker_cpu *cpu, u64 off)
{
	return (const void *)(cpu->ring->data + off);
}
