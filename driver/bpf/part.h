/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes parts: bytes of varying length after the fixed fields, as
 * driver/part.h. They are written directly into the ring. emit_open() has
 * reserved room for the worst case of all parts of an event, so the writers do
 * not check it again.
 */
#ifndef SAKER_BPF_PART_H
#define SAKER_BPF_PART_H

#include "emit.h"

#define PART_PATH_MAX	4096
#define ROOM_PATH	(PART_PATH_MAX + 16)	/* and what is written too far */
#define ROOM_ADDRESS	(128 + 16)
#define ARGV_MAX	32768u
#define ARGV_STRINGS	256
#define UNMEASURED	(~0u)

#define PART(f, ev, field)	(f), &((struct ev_##ev *)(f)->rec)->field, EV_FIELD(ev, field)

static __always_inline void prov_set(struct fill *f, __u32 field, __u64 prov)
{
	struct ev_header *h = f->rec;
	__u64 *word = field < EV_PROV_FIELDS ? &h->prov :
		      &f->cpu->state.prov.prov[(field / EV_PROV_FIELDS - 1) & 3];

	*word |= prov << (field % EV_PROV_FIELDS * 4);
}

static __always_inline char *part_at(struct fill *f)
{
	return f->rec + bounded(f->used, BPF_USED_MASK);
}

static __always_inline void part_end(struct fill *f, struct ev_part *part, __u32 len, __u32 full,
				     __u32 head)
{
	part->off = f->used;
	part->len = len;
	part->full = full;
	part->head = head;
	f->used += (len + 7) & ~7ull;
}

/*
 * The verifier follows each way through a record apart from the others, as they end with other
 * lengths. Read back from memory a length is unknown, so that the ways join.
 */
static __always_inline void used_forget(struct fill *f)
{
	f->used = known_no_more(&f->cpu->state.loop, f->used);
}

/* A string in user memory: PATH_MAX bytes are looked at; NULL is absent and unreadable. */
static __always_inline void part_user_str(struct fill *f, struct ev_part *part, __u32 field,
					  __u64 src)
{
	char *dst = part_at(f);
	long n;

	if (!src) {
		prov_set(f, field, EV_PROV_USER | EV_PROV_UNREADABLE);
		return;
	}
	/* The string was cut at the limit, so its full length is not measured. */
	n = bpf_probe_read_user_str(dst, PART_PATH_MAX + 1, (void *)src);
	if (n < 0) {
		part_end(f, part, 0, 0, 0);
		prov_set(f, field, EV_PROV_USER | EV_PROV_UNREADABLE);
		return;
	}
	/* Older kernels return 0 for an empty string, newer ones count its NUL. */
	n = n ? bounded(n - 1, 0x1fff) : 0;
	if (n >= PART_PATH_MAX) {
		part_end(f, part, PART_PATH_MAX, UNMEASURED, PART_PATH_MAX);
		prov_set(f, field, EV_PROV_USER | EV_PROV_TRUNCATED);
		return;
	}
	*(__u64 *)(dst + n) = 0;
	part_end(f, part, n, n, n);
	prov_set(f, field, EV_PROV_USER);
}

/* Bytes in kernel memory, at most 4096. */
static __always_inline void part_kernel(struct fill *f, struct ev_part *part, const void *src,
					__u64 len)
{
	char *dst = part_at(f);

	len = bounded(len, 0x1fff);
	if (len > PART_PATH_MAX)
		len = PART_PATH_MAX;
	bpf_probe_read_kernel(dst, len, src);
	*(__u64 *)(dst + len) = 0;
	part_end(f, part, len, len, len);
}

static __always_inline __u64 argv_limit(const struct saker_selection *sel)
{
	__u32 n = sel->argv_max;

	return n && n < ARGV_MAX ? n : ARGV_MAX;
}

static __always_inline __u64 env_limit(const struct saker_selection *sel)
{
	return sel->env_max < ARGV_MAX ? sel->env_max : ARGV_MAX;
}

/* The block of strings an exec has just laid out: head and tail of it. */
static __always_inline void part_exec_args(struct fill *f, struct ev_part *part, __u32 field,
					   __u64 start, __u64 end, __u64 limit)
{
	/* The last NUL is no separator: it ends the last string. */
	__u64 full = end > start ? end - start - 1 : 0, head = full, tail = 0;
	char *dst = part_at(f);
	long r;

	if (full > limit) {
		limit &= ~7ull;
		head = (limit / 2) & ~7ull;
		tail = limit - head;
	}
	head = bounded(head, 0xffff);
	if (head > ARGV_MAX)
		head = ARGV_MAX;
	r = bpf_probe_read_user(dst, head, (void *)start);
	if (!r && tail) {
		tail = bounded(tail, 0xffff);
		if (tail > ARGV_MAX)
			tail = ARGV_MAX;
		r = bpf_probe_read_user(dst + head, tail, (void *)(start + full - tail));
	}
	if (r) {
		part_end(f, part, 0, 0, 0);
		prov_set(f, field, EV_PROV_USER | EV_PROV_UNREADABLE);
		return;
	}
	*(__u64 *)(dst + bounded(head + tail, 0xffff)) = 0;
	part_end(f, part, head + tail, full < UNMEASURED ? full : UNMEASURED, head);
	if (head + tail < full)
		prov_set(f, field, EV_PROV_TRUNCATED);
}

/*
 * user_argv() - strings behind an array of pointers, as passed to execve()
 * @at, @before: where they go, as for place()
 * @width:	of a pointer
 *
 * A function of its own, so that the verifier walks its loop once. Return: bytes,
 * each string with its NUL; with ARGV_CUT if there were more; -EFAULT.
 */
#define ARGV_CUT	(1 << 30)

__noinline int user_argv(__u64 argv, __u64 at, __u64 before, __u64 limit, __u32 width)
{
	struct bpf_cpu *cpu = this_cpu();
	__u64 used, left, ptr[2];	/* the second element is for the verifier */
	char *dst;
	__u32 i;
	long n;

	if (!cpu || !argv)
		return 0;
	dst = place(cpu, at, before);
	cpu->state.loop = 0;
	for (i = 0; i < ARGV_STRINGS; i++) {
		used = bounded(*(volatile __u64 *)&cpu->state.loop, 0xffff);
		ptr[0] = 0;
		if (bpf_probe_read_user(ptr, bounded(width, 0xf), (void *)(argv + i * width)))
			return -EFAULT;
		if (!ptr[0])
			return used;
		left = bounded(limit - used, 0xffff) & ~7ull;
		if (used >= limit || !left)
			return used | ARGV_CUT;
		dst[used] = 0;		/* older kernels write and count no NUL of an empty string */
		n = bpf_probe_read_user_str(dst + used, left + 1, (void *)ptr[0]);
		if (n < 0)
			return -EFAULT;
		n += !n;
		cpu->state.loop = used + n;
		if ((__u64)n > left)	/* the bytes read do not end with a NUL */
			return (used + n - 1) | ARGV_CUT;
	}
	return *(volatile __u64 *)&cpu->state.loop | ARGV_CUT;
}

static __always_inline void part_user_argv(struct fill *f, struct ev_part *part, __u32 field,
					   __u64 argv, __u64 limit)
{
	int n = user_argv(argv, f->at, f->used, limit & ~7ull, f->abi == EV_ABI_64 ? 8 : 4);
	__u32 len = n & (ARGV_CUT - 1);

	if (n < 0) {
		part_end(f, part, 0, 0, 0);
		prov_set(f, field, EV_PROV_USER | EV_PROV_UNREADABLE);
	} else if (n & ARGV_CUT) {
		part_end(f, part, len, UNMEASURED, len);
		prov_set(f, field, EV_PROV_USER | EV_PROV_TRUNCATED);
	} else {
		len -= len != 0;	/* the last NUL is no separator */
		part_end(f, part, len, len, len);
		prov_set(f, field, EV_PROV_USER);
	}
}

#endif /* SAKER_BPF_PART_H */
