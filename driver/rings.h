/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rings of all CPUs. The one idea: a CPU gets its ring when it is up and
 * rings are wanted, and keeps it when it goes; a CPU whose memory was refused
 * works without one and counts what it loses.
 *
 * All but saker_rings_due() under saker_session_lock.
 */
#ifndef SAKER_RINGS_H
#define SAKER_RINGS_H

#include <linux/types.h>

struct netlink_ext_ack;
struct saker_ring;
struct sk_buff;
struct vm_area_struct;

/* @size: of each ring, a power of two. */
void saker_rings_init(u64 size);

/* CPUs that come up from now on get a ring, if there are any. Return: 0 or -errno. */
int __must_check saker_rings_watch(void);
void saker_rings_unwatch(void);

/* When no hook and no getter runs any more. */
void saker_rings_free(void);

/**
 * saker_rings_make() - make the rings of all online CPUs, unless they are there
 *
 * Return: 0, or -ENOMEM and no ring is left behind.
 */
int saker_rings_make(void);

/**
 * saker_rings_resize() - make all rings anew
 *
 * Return: 0, -EBUSY if one is mapped or not empty, -ENOMEM and the old ones stay.
 */
int saker_rings_resize(u64 size, struct netlink_ext_ack *extack);

/* On each CPU, by a task that runs there: write what is due, and @due. */
void saker_rings_flush(u32 due);

/* Only note it: it comes before the next record, or with the next flush. */
void saker_rings_note(u32 due);

/* Forget what a former consumer left in its pages. */
void saker_rings_sanitize(void);

/* No hook was armed from @from to @to. */
void saker_rings_disarmed(u64 from, u64 to);

void saker_rings_set_watermark(u32 shift);
u32 saker_rings_watermark(void);
u64 saker_rings_size(void);

/* Add one SAKER_A_RING per ring. Return: 0 or -EMSGSIZE. */
int saker_rings_put(struct sk_buff *msg);

/* Map a part of a ring; the offset says which. */
int saker_rings_mmap(struct vm_area_struct *vma);

/**
 * saker_rings_due() - does any ring want the consumer's attention; for poll()
 */
bool saker_rings_due(void);

#endif /* SAKER_RINGS_H */
