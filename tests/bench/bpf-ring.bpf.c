// SPDX-License-Identifier: GPL-2.0-only
/*
 * Three ways for a program to hand a record of varying length to user space,
 * each in the smallest program that does it: what they cost and what they take.
 * The bytes are the same, a header and a text of @text_len bytes,
 * and so is the hook; only the way differs.
 */
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define RING	(1u << 20)
#define FIXED	192		/* bytes of the fixed part, as an open's */
#define WORST	(FIXED + 2 * 4112)	/* what an open may need */

struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, RING); } kernel_ring SEC(".maps");

struct own { __u64 head, busy, published, pad[5]; __u8 data[RING + 16384]; };
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__uint(value_size, sizeof(struct own));
} own_ring SEC(".maps");

struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 1);
	 __uint(key_size, 4); __uint(value_size, WORST); } scratch SEC(".maps");

/* Set before loading. */
const volatile struct {
	__u32 pid, text_len;
	__u64 text;		/* in user memory */
} given;
struct { __u64 records, refused; } counts;

static __always_inline int is_ours(void)
{
	return (__u32)bpf_get_current_pid_tgid() == given.pid;
}

static __always_inline void fill(__u64 *rec)
{
	for (int i = 0; i < FIXED / 8; i++)
		rec[i] = i;
	bpf_probe_read_user_str(rec + FIXED / 8, 4104, (void *)given.text);
}

/* The kernel's ring, reserved for the worst case, as its size must be a constant. */
SEC("?tp_btf/sys_exit")
int reserve(void *ctx)
{
	__u64 *rec = is_ours() ? bpf_ringbuf_reserve(&kernel_ring, WORST, 0) : NULL;

	if (!rec) {
		counts.refused += is_ours();
		return 0;
	}
	fill(rec);
	bpf_ringbuf_submit(rec, BPF_RB_NO_WAKEUP);
	counts.records++;
	return 0;
}

/* The kernel's ring, filled by a copy out of a place of our own. */
SEC("?tp_btf/sys_exit")
int output(void *ctx)
{
	__u32 zero = 0;
	__u64 *rec = is_ours() ? bpf_map_lookup_elem(&scratch, &zero) : NULL;

	if (!rec)
		return 0;
	fill(rec);
	if (bpf_ringbuf_output(&kernel_ring, rec, FIXED + (given.text_len & 0xfff), BPF_RB_NO_WAKEUP))
		counts.refused++;
	else
		counts.records++;
	return 0;
}

/* A ring in an array that is mapped: reserved for the worst case, cut to what was used. */
SEC("?tp_btf/sys_exit")
int mapped(void *ctx)
{
	struct own *own;
	__u32 zero = 0;

	if (!is_ours())
		return 0;
	own = bpf_map_lookup_elem(&own_ring, &zero);
	if (!own || __sync_val_compare_and_swap(&own->busy, 0, 1))
		return 0;
	fill((void *)(own->data + (own->head & (RING - 1))));
	own->head += (FIXED + given.text_len + 7) & ~7u;
	own->published = own->head;
	__sync_fetch_and_add(&own->busy, -1);
	counts.records++;
	return 0;
}

/* Filled, but handed to nobody: what the three have in common. */
SEC("?tp_btf/sys_exit")
int nothing(void *ctx)
{
	__u32 zero = 0;
	__u64 *rec = is_ours() ? bpf_map_lookup_elem(&scratch, &zero) : NULL;

	if (rec)
		fill(rec);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
