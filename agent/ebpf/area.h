/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver's memory as the agent sees it: control, rings, doorbell. Made anew
 * or found again; nothing here steers.
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
	struct bpf_state **state;	/* of each ring's CPU */
	unsigned int nrings;
	unsigned char *bell;		/* how far the doorbell was heard; ours to write */
	const unsigned char *bell_rung;	/* how far it was rung */
};

void area_init(struct area *area);

/* Load the programs. @asked: bytes of a ring; 0: what suits this host. 0 or -errno. */
int area_make(struct area *area, const char *pins, uint64_t asked, char *error, size_t size);

/* What is pinned. 0, -ENOENT if nothing is, -EPROTO if it is another version's, or -errno. */
int area_find(struct area *area, const char *pins);

/* Unmap and close; what is pinned stays. */
void area_uninit(struct area *area);

/* Is the consumer gone for longer than it was given? */
bool area_orphan_over(const struct area *area);

uint64_t area_locked(const struct area *area);

/* status.c: what the driver is, and what each CPU has counted. 0 or -errno. */
int area_info(const struct area *area, const char *pins, struct control_info *ret);
int area_tallies(const struct area *area, control_tally_fn *fn, void *ctx);

#endif /* EBPF_AREA_H */
