// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes parts from user and kernel memory. Bytes are copied once, directly
 * into the ring, where the agent reads them.
 */
#include "part.h"

#include <linux/string.h>
#include "arch/arch.h"
#include "user.h"

u32 saker_argv_limit(const struct saker_selection *sel)
{
	return sel->argv_max ? min(sel->argv_max, SAKER_ARGV_MAX) : SAKER_ARGV_MAX;
}

u32 saker_env_limit(const struct saker_selection *sel)
{
	return min(sel->env_max, SAKER_ARGV_MAX);
}

/* Write an empty part for bytes that could not be read. */
static void part_unreadable(struct saker_fill *f, struct ev_part *part, unsigned int field)
{
	saker_part_end(f, part, 0, 0, 0);
	saker_prov_set(f, field, EV_PROV_USER | EV_PROV_UNREADABLE);
}

unsigned int saker_part_copy_str(struct saker_fill *f, struct ev_part *part,
				 const void __user *src)
{
	u32 max = saker_part_room(f, PATH_MAX);
	long n;

	if (unlikely(!src))
		return EV_PROV_USER | EV_PROV_UNREADABLE;
	n = likely(max == PATH_MAX) ? saker_user_path(saker_part_at(f), src) :
				      saker_user_str(saker_part_at(f), src, max);
	if (unlikely(n < 0)) {
		saker_part_end(f, part, 0, 0, 0);
		return EV_PROV_USER | EV_PROV_UNREADABLE;
	}
	saker_part_end(f, part, n, n, n);
	if (likely(n < max))
		return EV_PROV_USER;
	part->full = SAKER_UNMEASURED;
	return EV_PROV_USER | EV_PROV_TRUNCATED;
}

void saker_part_exec_args(struct saker_fill *f, struct ev_part *part, unsigned int field,
			  unsigned long start, unsigned long end, u32 limit)
{
	/* The last NUL is no separator: it ends the last string. */
	unsigned long full = end > start ? end - start - 1 : 0;
	u32 room = saker_part_room(f, limit);
	char *dst = saker_part_at(f);
	u32 head, tail = 0;
	int ret;

	if (full <= limit && full <= room) {
		head = full;
	} else {
		room = min(room, limit & ~7u);
		head = ALIGN_DOWN(room / 2, 8);
		tail = room - head;
	}
	ret = saker_user_bytes(dst, (void __user *)start, head);
	if (!ret && tail)
		ret = saker_user_bytes(dst + head, (void __user *)(start + full - tail), tail);
	if (ret) {
		part_unreadable(f, part, field);
		return;
	}
	saker_part_end(f, part, head + tail, min_t(unsigned long, full, SAKER_UNMEASURED), head);
	if (head < full)
		saker_prov_set(f, field, EV_PROV_TRUNCATED);
}

/*
 * argv_pointer() - entry @i of an array of pointers of the call's own width
 *
 * Return: 0 or -EFAULT.
 */
static int argv_pointer(const struct saker_fill *f, unsigned long argv, unsigned int i, u64 *ret)
{
	unsigned int width = f->abi == EV_ABI_64 ? 8 : 4;

	*ret = 0;
	return saker_user_bytes((char *)ret, (void __user *)(argv + (unsigned long)i * width),
				width);
}

void saker_part_user_argv(struct saker_fill *f, struct ev_part *part, unsigned int field,
			  unsigned long argv, u32 limit)
{
	u32 max = saker_part_room(f, limit) & ~7u;
	char *dst = saker_part_at(f);
	u32 used = 0, i;
	u64 ptr;

	for (i = 0; argv && used < max; i++) {
		u32 left = (max - used) & ~7u;
		long n;

		if (argv_pointer(f, argv, i, &ptr))
			goto unreadable;
		if (!ptr)
			break;
		if (!left)
			goto truncated;
		n = saker_user_str(dst + used, (void __user *)(unsigned long)ptr, left);
		if (n < 0)
			goto unreadable;
		if (n == left) {
			used += n;
			goto truncated;
		}
		dst[used + n] = 0;
		used += n + 1;
	}
	if (used)
		used--;		/* the last NUL is no separator */
	saker_part_end(f, part, used, used, used);
	saker_prov_set(f, field, EV_PROV_USER);
	return;
truncated:
	saker_part_end(f, part, used, SAKER_UNMEASURED, used);
	saker_prov_set(f, field, EV_PROV_USER | EV_PROV_TRUNCATED);
	return;
unreadable:
	part_unreadable(f, part, field);
}

void saker_part_kernel(struct saker_fill *f, struct ev_part *part, unsigned int field,
		       const void *src, u32 len, u32 full)
{
	u32 n = min(len, saker_part_room(f, len));
	char *dst = saker_part_at(f);

	if (n % 8)
		*(u64 *)(dst + ALIGN_DOWN(n, 8)) = 0;
	memcpy(dst, src, n);
	saker_part_end(f, part, n, full, n);
	if (n < full)
		saker_prov_set(f, field, EV_PROV_TRUNCATED);
}
