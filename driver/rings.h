/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Manages the rings of all CPUs. Once rings are needed, each CPU gets its ring
 * when it is online, and keeps it when it goes offline. A CPU whose memory was
 * refused runs without a ring and counts its drops.
 *
 * All functions but saker_rings_due() and saker_rings_mmap() need
 * saker_session_lock, except while the module is loaded or unloaded.
 */
#ifndef SAKER_RINGS_H
#define SAKER_RINGS_H

#include <linux/types.h>

struct netlink_ext_ack;
struct saker_consumer_change;
struct sk_buff;
struct vm_area_struct;

/* @size: of each ring, a power of two. */
void saker_rings_init(u64 size);

/* CPUs that come online from now on get a ring, if rings exist. Return: 0 or -errno. */
int __must_check saker_rings_watch(void);
void saker_rings_unwatch(void);

/* Call only when no hook and no getter runs any more. */
void saker_rings_free(void);

/**
 * saker_rings_make() - create the rings of all online CPUs, unless they exist
 *
 * Return: 0, or -ENOMEM; then no ring was kept.
 */
int __must_check saker_rings_make(void);

/**
 * saker_rings_resize() - replace all rings by rings of another size
 *
 * Return: 0, -EBUSY if one is mapped or not empty, -ENOMEM and the old ones stay.
 */
int __must_check saker_rings_resize(u64 size, struct netlink_ext_ack *extack);

/* On each CPU, in a task that runs there: write what is due, and @due. */
void saker_rings_flush(u32 due);

/* Each CPU gets a copy; it is recorded before the next record, or with the next flush. */
void saker_rings_consumer(const struct saker_consumer_change *change);

/* Reset the pages that a former consumer wrote. */
void saker_rings_sanitize(void);

/* Record on each CPU that no hook was armed from @from to @to. */
void saker_rings_disarmed(u64 from, u64 to);

void saker_rings_set_watermark(u32 shift);
u32 saker_rings_watermark(void);
u64 saker_rings_size(void);

/**
 * saker_rings_put() - add one SAKER_A_RING per ring, as many as fit
 * @next:	in and out: the CPU to begin with
 *
 * Return: 0, or -EMSGSIZE if not all of them fitted.
 */
int __must_check saker_rings_put(struct sk_buff *msg, unsigned int *next);

/* Map a part of a ring; the offset selects it. */
int __must_check saker_rings_mmap(struct vm_area_struct *vma);

/**
 * saker_rings_due() - must the consumer read any ring now; for poll()
 */
bool saker_rings_due(void);

#endif /* SAKER_RINGS_H */
