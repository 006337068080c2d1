/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The eBPF driver: loads the programs, or finds those that an agent before left
 * behind. The one idea: maps, rings and links are pinned, so what one agent
 * leaves another takes up, and nothing is lost in between. Knows nothing of
 * sources and rules, and of the agent only its smallest helpers, so that tests
 * hold the driver by the same handle.
 */
#ifndef EBPF_SESSION_H
#define EBPF_SESSION_H

#include <stddef.h>
#include <stdint.h>
#include <saker/device.h>
#include "lib/cleanup.h"
#include "source/control.h"

struct ebpf;

struct ebpf_config {
	const char *pins;		/* directory on bpffs; NULL: EBPF_PINS */
	uint64_t ring_size;		/* bytes per CPU, a power of two; 0: what suits this host */
	uint32_t orphan_s;		/* 0: EBPF_ORPHAN_S */
};

#define EBPF_PINS	"/sys/fs/bpf/saker"
#define EBPF_ORPHAN_S	60

/* One CPU's ring, mapped as long as the session lives. A record never wraps. */
struct ebpf_ring {
	struct saker_producer *producer;	/* read-only */
	struct saker_consumer *consumer;
	const unsigned char *data;		/* read-only */
	uint64_t size;
	unsigned int cpu;
};

/**
 * ebpf_new() - become the consumer of the driver, which is loaded if it is not there
 * @error:	on failure: what is wrong and what to do, in a sentence or two
 * Return: 0; -EBUSY if there is a consumer, -EPERM, -ENOTSUP for a kernel that
 * cannot, -EPROTO for the pins of another version that are in use, or another -errno.
 */
int ebpf_new(struct ebpf **ret, const struct ebpf_config *config, char *error, size_t size);

/* As a crash would leave it: hooks stay armed, for orphan_s. NULL is fine. */
void ebpf_free(struct ebpf *ebpf);
DEFINE_CLEANUP(struct ebpf *, ebpf_free)

/**
 * ebpf_probe() - could it run here, by this process? Loads nothing that stays.
 * @why:	on failure: the reason in one line
 */
int ebpf_probe(char *why, size_t size);

/* Rings of all CPUs that can come up. Borrowed. */
const struct ebpf_ring *ebpf_rings(const struct ebpf *ebpf, unsigned int *n);

/**
 * ebpf_select() - another selection is in force when it returns, its hooks are armed
 * @sel:	its generation must be above the one in force
 */
int ebpf_select(struct ebpf *ebpf, const struct saker_selection *sel, char *error, size_t size);

uint64_t ebpf_generation(const struct ebpf *ebpf);	/* of the last selection */

/* What the consumer itself reads from its own maps, which takes no capability. 0 or -errno. */
int ebpf_info(const struct ebpf *ebpf, struct control_info *ret);
int ebpf_tallies(const struct ebpf *ebpf, control_tally_fn *fn, void *ctx);

/* SAKER_STATE_IDLE or _DISARMED: an orderly stop, hooks are gone from the kernel. 0 or -errno. */
int ebpf_set_state(struct ebpf *ebpf, uint32_t state);

/* Have gaps and counters that are due written on every CPU. 0 or -errno. */
int ebpf_flush(struct ebpf *ebpf);

/**
 * ebpf_missed() - how many hits no program has seen, ever, as the kernel skipped it
 *
 * It does while the same program is under way on that CPU. Where tracepoints are
 * preemptible (7.0 and later) that may be another task's, which waits for its turn;
 * then the hook's second program does its work (second.h), if it is not under way there
 * too. Counted are hits of all kinds, also those that nobody asked for.
 */
uint64_t ebpf_missed(const struct ebpf *ebpf);

int ebpf_pollfd(const struct ebpf *ebpf);	/* readable when a ring wants attention */
void ebpf_heard(struct ebpf *ebpf);		/* it was attended to */

/* Of the driver that runs, whoever holds it; -ENODEV if none does. @pins as in the config. */
int ebpf_get_info(struct control_info *ret, const char *pins);
int ebpf_get_stats(control_tally_fn *fn, void *ctx, const char *pins);

/* Take the driver out of the kernel, pins and all, if nobody holds it. 0, -EBUSY or -errno. */
int ebpf_unload(const char *pins);

/* Bytes of memory that its maps lock. */
uint64_t ebpf_locked(const struct ebpf *ebpf);

#endif /* EBPF_SESSION_H */
