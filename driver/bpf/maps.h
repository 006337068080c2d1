/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Declares the maps, as saker/bpf.h describes them. The loader sets their
 * sizes.
 */
#ifndef SAKER_BPF_MAPS_H
#define SAKER_BPF_MAPS_H

#include "compat.h"

struct bpf_cpu {
	union { struct saker_producer producer; __u8 page0[BPF_PAGE]; };
	union { struct saker_consumer consumer; __u8 page1[BPF_PAGE]; };
	union { struct bpf_state state; __u8 page2[BPF_STATE_SIZE]; };
	__u8 data[BPF_RING_MIN + BPF_SLACK];	/* or more */
};

_Static_assert(sizeof(struct bpf_state) <= BPF_STATE_SIZE, "the state of a CPU has outgrown its pages");
_Static_assert(BPF_PENDING_BYTES <= 8 << 20, "the pending table has outgrown its memory");
_Static_assert(__builtin_offsetof(struct bpf_cpu, data) == BPF_OFF_DATA, "saker/bpf.h");

/* A path that a program at a kprobe prints, and the way to it. */
struct bpf_printed {
	struct bpf_walk walk;
	char text[4096 + BPF_PATH_SLACK];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct bpf_cpu));
} cpus SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, BPF_PENDING_SLOTS);
	__type(key, __u32);
	__type(value, struct bpf_pending);
} pending SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, BPF_PENDING_BLOCKS);
	__type(key, __u32);
	__type(value, struct bpf_block);
} blocks SEC(".maps");

/* By pid_tgid: pending_doubt(). */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);
	__type(value, __u8);
} doubted SEC(".maps");

/* For the program at a kprobe, which is never preempted but runs outside any section. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct bpf_printed);
} walks SEC(".maps");

/* By task number: the hooks whose first program has seen the task (second.h). */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, BPF_SEEN_SIZE);
} seen SEC(".maps");

/* A sleeping consumer is woken by a word in this ring buffer; its value does not matter. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, BPF_PAGE);
} doorbell SEC(".maps");

/* By event type: the program that records it at a system call's exit. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, EV_TYPE_MAX);
	__type(key, __u32);
	__type(value, __u32);
} fillers SEC(".maps");

/* The only global variable; it is in .bss, which is a map too. */
struct bpf_control control;

/* Constant after loading: the verifier uses their values. */
const volatile __u64 ring_mask = BPF_RING_MIN - 1;
const volatile __u32 seconds;	/* hooks that have a second program, by enum bpf_seen */

#endif /* SAKER_BPF_MAPS_H */
