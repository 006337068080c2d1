// SPDX-License-Identifier: GPL-2.0-only
/*
 * Creates, lists and maps the rings of all CPUs.
 *
 * rings_lock guards the pointers against a CPU that comes up, which sets its own
 * and no other. Hooks and poll() read them with preemption off or under RCU. A ring
 * is freed only under saker_session_lock, after a grace period.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <net/netlink.h>
#include "health.h"
#include "lock.h"
#include "ring.h"
#include "rings.h"
#include "stats.h"
#include "stream.h"

#define WATERMARK_DEFAULT	3	/* an eighth */

static DEFINE_MUTEX(rings_lock);
static u64 rings_size;
static u64 rings_generation;		/* 0: not created yet */
static u32 rings_watermark = WATERMARK_DEFAULT;
static atomic_t rings_mapped;
static enum cpuhp_state rings_hotplug;

static struct saker_ring *ring_of(unsigned int nr)
{
	return per_cpu_ptr(saker_cpus, nr)->ring;
}

static struct saker_ring *ring_make(unsigned int nr, u64 size, u64 generation)
{
	struct saker_ring *r = saker_ring_new(nr, size, generation);

	if (r)
		r->watermark = size >> rings_watermark;
	return r;
}

static int ring_cpu_online(unsigned int nr)
{
	bool made = false;

	mutex_lock(&rings_lock);
	if (rings_generation && !ring_of(nr)) {
		/* Pairs with the hooks on that CPU: the ring is complete before they see it. */
		smp_store_release(&per_cpu_ptr(saker_cpus, nr)->ring,
				  ring_make(nr, rings_size, rings_generation));
		made = true;
	}
	mutex_unlock(&rings_lock);
	if (made && !ring_of(nr))
		pr_warn("CPU %u: no memory for its ring, its events are dropped\n", nr);
	if (made)
		saker_health("cpu: another CPU has a ring");
	return 0;
}

void saker_rings_init(u64 size)
{
	rings_size = size;
}

int saker_rings_watch(void)
{
	int ret = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "saker:prepare",
					    ring_cpu_online, NULL);

	if (ret < 0)
		return ret;
	rings_hotplug = ret;
	return 0;
}

static void rings_free(struct saker_ring **rings)
{
	unsigned int nr;

	for_each_possible_cpu(nr)
		saker_ring_free(rings[nr]);
	kvfree(rings);
}

/* Create rings for all online CPUs and for all CPUs that had one. */
static struct saker_ring **rings_new(u64 size, u64 generation)
{
	struct saker_ring **rings = kvcalloc(nr_cpu_ids, sizeof(*rings), GFP_KERNEL);
	unsigned int nr;

	lockdep_assert_held(&rings_lock);
	if (!rings)
		return NULL;
	for_each_possible_cpu(nr) {
		if (!cpu_online(nr) && !ring_of(nr))
			continue;
		rings[nr] = ring_make(nr, size, generation);
		if (!rings[nr]) {
			rings_free(rings);
			return NULL;
		}
	}
	return rings;
}

static long ring_swap_here(void *ring)
{
	struct saker_ring **new = ring;

	preempt_disable();
	*new = this_cpu_xchg(saker_cpus->ring, *new);
	preempt_enable();
	return 0;
}

/*
 * Exchange all rings; afterwards @rings holds the former ones, which are no
 * longer in use. Each CPU exchanges its own ring, so none of its records is
 * under way. Within cpus_read_lock(), so that no CPU comes up in between.
 */
static void rings_swap(struct saker_ring **rings)
{
	unsigned int nr;

	lockdep_assert_held(&rings_lock);
	for_each_possible_cpu(nr) {
		if (cpu_online(nr))
			work_on_cpu(nr, ring_swap_here, &rings[nr]);
		else
			swap(per_cpu_ptr(saker_cpus, nr)->ring, rings[nr]);
	}
	synchronize_rcu();
}

static int rings_replace(u64 size)
{
	struct saker_ring **rings = NULL;
	int ret = -ENOMEM;

	cpus_read_lock();
	mutex_lock(&rings_lock);
	if (atomic_read(&rings_mapped))
		ret = -EBUSY;
	else
		rings = rings_new(size, rings_generation + 1);
	if (rings) {
		rings_swap(rings);
		rings_free(rings);
		rings_size = size;
		rings_generation++;
		ret = 0;
	}
	mutex_unlock(&rings_lock);
	cpus_read_unlock();
	return ret;
}

int saker_rings_make(void)
{
	int ret = rings_generation ? 0 : rings_replace(rings_size);

	lockdep_assert_held(&saker_session_lock);
	if (ret)
		pr_warn("no memory for rings of %llu KiB per CPU; see parameter ring_kb\n",
			rings_size >> 10);
	return ret;
}

/* Has the consumer read all records? Stream records that are due but unwritten do not count. */
static bool ring_is_empty(const struct saker_ring *r)
{
	return !r || READ_ONCE(r->producer->head) == READ_ONCE(r->consumer->tail);
}

int saker_rings_resize(u64 size, struct netlink_ext_ack *extack)
{
	unsigned int nr;
	int ret;

	lockdep_assert_held(&saker_session_lock);
	for_each_possible_cpu(nr) {
		if (!ring_is_empty(ring_of(nr))) {
			NL_SET_ERR_MSG(extack, "ring size: a ring still holds records");
			return -EBUSY;
		}
	}
	ret = rings_replace(size);
	if (ret == -EBUSY)
		NL_SET_ERR_MSG(extack, "ring size: unmap the rings first");
	if (ret == -ENOMEM)
		NL_SET_ERR_MSG(extack, "ring size: memory was refused");
	return ret;
}

/* Runs in a kernel thread bound to the CPU: with preemption off, no hook is under way there. */
static long ring_flush_here(void *due)
{
	preempt_disable();
	saker_stream_flush(this_cpu_ptr(saker_cpus), *(u32 *)due);
	preempt_enable();
	return 0;
}

void saker_rings_flush(u32 due)
{
	unsigned int nr;

	lockdep_assert_held(&saker_session_lock);
	cpus_read_lock();
	for_each_online_cpu(nr)
		work_on_cpu(nr, ring_flush_here, &due);
	cpus_read_unlock();
}

/* A copy of the CPU's own: a hook may write the record at any later time. */
static long ring_consumer_here(void *change)
{
	struct saker_cpu *cpu;

	preempt_disable();
	cpu = this_cpu_ptr(saker_cpus);
	cpu->consumer = *(const struct saker_consumer_change *)change;
	cpu->due |= SAKER_DUE_CONSUMER;
	preempt_enable();
	return 0;
}

void saker_rings_consumer(const struct saker_consumer_change *change)
{
	unsigned int nr;

	lockdep_assert_held(&saker_session_lock);
	cpus_read_lock();
	for_each_online_cpu(nr)
		work_on_cpu(nr, ring_consumer_here, (void *)change);
	cpus_read_unlock();
}

static long ring_sanitize_here(void *unused)
{
	preempt_disable();
	if (this_cpu_read(saker_cpus->ring))
		saker_ring_sanitize(this_cpu_read(saker_cpus->ring));
	preempt_enable();
	return 0;
}

void saker_rings_sanitize(void)
{
	unsigned int nr;

	lockdep_assert_held(&saker_session_lock);
	cpus_read_lock();
	for_each_possible_cpu(nr) {
		if (cpu_online(nr))
			work_on_cpu(nr, ring_sanitize_here, NULL);
		else if (ring_of(nr))
			saker_ring_sanitize(ring_of(nr));
	}
	cpus_read_unlock();
}

struct disarmed {
	u64 from, to;
};

static long ring_disarmed_here(void *arg)
{
	const struct disarmed *d = arg;

	preempt_disable();
	saker_gap_disarmed(this_cpu_ptr(saker_cpus), d->from, d->to);
	preempt_enable();
	return 0;
}

void saker_rings_disarmed(u64 from, u64 to)
{
	struct disarmed d = { from, to };
	unsigned int nr;

	lockdep_assert_held(&saker_session_lock);
	cpus_read_lock();
	for_each_online_cpu(nr)
		work_on_cpu(nr, ring_disarmed_here, &d);
	cpus_read_unlock();
}

void saker_rings_set_watermark(u32 shift)
{
	unsigned int nr;

	lockdep_assert_held(&saker_session_lock);
	mutex_lock(&rings_lock);
	rings_watermark = shift;
	for_each_possible_cpu(nr)
		if (ring_of(nr))
			WRITE_ONCE(ring_of(nr)->watermark, ring_of(nr)->size >> shift);
	mutex_unlock(&rings_lock);
}

u32 saker_rings_watermark(void)
{
	lockdep_assert_held(&saker_session_lock);
	return rings_watermark;
}

u64 saker_rings_size(void)
{
	lockdep_assert_held(&saker_session_lock);
	return rings_size;
}

int saker_rings_put(struct sk_buff *msg, unsigned int *next)
{
	struct saker_ring_info info;

	/* Without it a change of size could free the ring that is read here. */
	lockdep_assert_held(&saker_session_lock);
	for (; *next < nr_cpu_ids; ++*next) {
		if (!cpu_possible(*next) || !ring_of(*next))
			continue;
		saker_ring_info(ring_of(*next), &info);
		if (nla_put(msg, SAKER_A_RING, sizeof(info), &info))
			return -EMSGSIZE;
	}
	return 0;
}

static void ring_vma_open(struct vm_area_struct *vma)
{
	atomic_inc(&rings_mapped);
}

static void ring_vma_close(struct vm_area_struct *vma)
{
	atomic_dec(&rings_mapped);
}

static const struct vm_operations_struct ring_vm_ops = {
	.open = ring_vma_open,
	.close = ring_vma_close,
};

int saker_rings_mmap(struct vm_area_struct *vma)
{
	u64 off = (u64)vma->vm_pgoff << PAGE_SHIFT;
	u64 nr = off / SAKER_RING_STRIDE;
	int ret = -EINVAL;

	mutex_lock(&rings_lock);
	if (nr < nr_cpu_ids && cpu_possible(nr) && ring_of(nr))
		ret = saker_ring_mmap(ring_of(nr), vma, off % SAKER_RING_STRIDE);
	if (!ret) {
		vma->vm_ops = &ring_vm_ops;
		atomic_inc(&rings_mapped);
	}
	mutex_unlock(&rings_lock);
	return ret;
}

bool saker_rings_due(void)
{
	const struct saker_ring *r;
	bool due = false;
	unsigned int nr;

	rcu_read_lock();
	for_each_possible_cpu(nr) {
		r = READ_ONCE(per_cpu_ptr(saker_cpus, nr)->ring);
		if (r && saker_ring_wake_due(r))
			due = true;
	}
	rcu_read_unlock();
	return due;
}

void saker_rings_unwatch(void)
{
	cpuhp_remove_state_nocalls(rings_hotplug);
}

void saker_rings_free(void)
{
	unsigned int nr;

	for_each_possible_cpu(nr)
		saker_ring_free(ring_of(nr));
}
