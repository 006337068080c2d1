/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory of the eBPF driver, mapped by the agent: control page, rings and doorbell. It is
 * created, or found by its pins; this file changes no settings.
 */
#ifndef EBPF_AREA_H
#define EBPF_AREA_H

#include <stdbool.h>
#include "ebpf/load.h"
#include "ebpf/session.h"

struct area {
	struct loaded loaded;
	struct bpf_control *control;
	size_t control_size;
	struct ebpf_ring *rings;
	struct bpf_state **state;	/* of the CPU of each ring */
	unsigned int nrings;
	unsigned char *bell;		/* how far the doorbell was read; we write it */
	const unsigned char *bell_rung;	/* how far it was rung; the kernel writes it */
};

void area_init(struct area *area);

/*
 * Loads the programs. @given: bytes of a ring; 0: a size that suits this host. Return: 0 or -errno.
 */
int area_make(struct area *area, const char *pins, uint64_t given, char *error, size_t size);

/*
 * Opens what is pinned. Return: 0, -ENOENT if nothing is, -EPROTO if it is of another version, or
 * -errno.
 */
int area_find(struct area *area, const char *pins);

/* Unmaps and closes everything; pins stay. */
void area_uninit(struct area *area);

/* Whether there has been no consumer for longer than the orphan time. */
bool area_orphan_over(const struct area *area);

/* status.c: state of the driver, and counters of each CPU. Return: 0 or -errno. */
int area_info(const struct area *area, const char *pins, struct control_info *ret);
int area_tallies(const struct area *area, control_tally_fn *fn, void *ctx);

#endif /* EBPF_AREA_H */
