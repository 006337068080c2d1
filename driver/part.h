/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes parts: bytes of varying length after the fixed fields of a record. A
 * writer appends at f->used, sets the ev_part and the provenance of its field,
 * and never writes beyond f->room. If a row of fill_table.c reserves too
 * little, parts are truncated.
 *
 * Each writer takes the place of its field as SAKER_PART(f, event, field): the
 * fill, the ev_part, and the field's number.
 */
#ifndef SAKER_PART_H
#define SAKER_PART_H

#include <linux/kernel.h>
#include <linux/limits.h>
#include "fill.h"

#define SAKER_PART(f, ev, field)	\
	(f), &((struct ev_##ev *)(f)->rec)->field, EV_FIELD(ev, field)

/* Room that fillers reserve: slack for the word that is written or read too far. */
#define SAKER_NEED(max)		(ALIGN((u32)(max), 8) + 8)
#define SAKER_NEED_PATH		SAKER_NEED(PATH_MAX)
#define SAKER_NEED_STR		SAKER_NEED(PATH_MAX)

#define SAKER_ARGV_MAX		32768u
#define SAKER_UNMEASURED	(~0u)	/* ev_part.full */

/* saker_part_at() - where the next part begins */
static inline char *saker_part_at(const struct saker_fill *f)
{
	return (char *)f->rec + f->used;
}

/* saker_part_room() - bytes a part may still take, a multiple of 8 */
static inline u32 saker_part_room(const struct saker_fill *f, u32 want)
{
	s32 left = f->room - f->used - 8;

	if (likely(left >= (s32)ALIGN(want, 8)))
		return ALIGN(want, 8);
	return left > 0 ? left & ~7 : 0;
}

/* saker_part_end() - @len bytes at saker_part_at() are a part */
static inline void saker_part_end(struct saker_fill *f, struct ev_part *part, u32 len, u32 full,
				  u32 head)
{
	part->off = f->used;
	part->len = len;
	part->full = full;
	part->head = head;
	f->used += ALIGN(len, 8);
}

u32 saker_argv_limit(const struct saker_selection *sel);
u32 saker_env_limit(const struct saker_selection *sel);

/*
 * saker_part_copy_str() - as saker_part_user_str(), but return the provenance instead of
 * setting it
 */
unsigned int saker_part_copy_str(struct saker_fill *f, struct ev_part *part,
				 const void __user *src);

/**
 * saker_part_user_str() - a string in user memory
 *
 * Looks at PATH_MAX bytes; a longer string is truncated, its length unmeasured.
 * A NULL pointer is absent and unreadable, any other fault unreadable.
 */
static inline void saker_part_user_str(struct saker_fill *f, struct ev_part *part,
				       unsigned int field, const void __user *src)
{
	unsigned int prov = saker_part_copy_str(f, part, src);

	saker_prov_set(f, field, prov);
}

/**
 * saker_part_exec_args() - the block of strings that an exec has just laid out
 * @limit:	how many bytes to keep: the head and the tail
 *
 * The kernel wrote it to pages that no other task has mapped yet, so it cannot
 * have changed.
 */
void saker_part_exec_args(struct saker_fill *f, struct ev_part *part, unsigned int field,
			  unsigned long start, unsigned long end, u32 limit);

/**
 * saker_part_user_argv() - strings behind an array of pointers, as passed to execve()
 */
void saker_part_user_argv(struct saker_fill *f, struct ev_part *part, unsigned int field,
			  unsigned long argv, u32 limit);

/**
 * saker_part_kernel() - bytes in kernel memory
 * @full:	their full length, if @len is less
 */
void saker_part_kernel(struct saker_fill *f, struct ev_part *part, unsigned int field,
		       const void *src, u32 len, u32 full);

#endif /* SAKER_PART_H */
