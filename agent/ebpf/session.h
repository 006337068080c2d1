/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The eBPF driver: loads the programs, or finds those of a previous agent. Maps, rings and links
 * are pinned, so the next agent continues with them and no event is dropped in between. It does not
 * depend on sources and rules, so that tests use the driver through the same handle.
 */
#ifndef EBPF_SESSION_H
#define EBPF_SESSION_H

#include <stddef.h>
#include <stdint.h>
#include <saker/device.h>
#include <saker/prefilter.h>
#include "lib/cleanup.h"
#include "source/control.h"

struct ebpf;

struct ebpf_config {
	const char *pins;		/* directory on bpffs; NULL: EBPF_PINS */
	uint64_t ring_size;		/* bytes per CPU, a power of two; 0: a size that suits this host */
	uint32_t orphan_s;		/* 0: EBPF_ORPHAN_S */
};

#define EBPF_PINS	"/sys/fs/bpf/saker"
#define EBPF_ORPHAN_S	60

/* The ring of one CPU, mapped as long as the session. A record never wraps. */
struct ebpf_ring {
	struct saker_producer *producer;	/* read-only */
	struct saker_consumer *consumer;
	const unsigned char *data;		/* read-only */
	uint64_t size;
	unsigned int cpu;
};

/**
 * ebpf_new() - become the consumer of the driver; load it if it is not loaded
 * @error:	on failure: what is wrong and what to do, in one or two sentences
 * Return: 0; -EBUSY if there is a consumer, -EPERM, -ENOTSUP if the kernel lacks a feature, -EPROTO
 * if another version's pins are in use, or another -errno.
 */
int ebpf_new(struct ebpf **ret, const struct ebpf_config *config, char *error, size_t size);

/*
 * Without ebpf_disarm() before, as after a crash: hooks stay armed for orphan_s. NULL is allowed.
 */
void ebpf_free(struct ebpf *ebpf);
DEFINE_CLEANUP(struct ebpf *, ebpf_free)

/**
 * ebpf_probe() - whether it could run here, in this process; loads nothing that stays
 * @why:	on failure: the reason in one line
 */
int ebpf_probe(char *why, size_t size);

/* Rings of all possible CPUs. Borrowed. */
const struct ebpf_ring *ebpf_rings(const struct ebpf *ebpf, unsigned int *n);

/**
 * ebpf_select() - put another selection into force, and arm its hooks
 * @sel:	its generation must be above the one in force
 */
int ebpf_select(struct ebpf *ebpf, const struct saker_selection *sel, char *error, size_t size);

/*
 * Puts a prefilter into force for the present selection; the next selection ends it. Return: 0 or
 * -EINVAL.
 */
int ebpf_prefilter(struct ebpf *ebpf, const struct saker_prefilter *program);

uint64_t ebpf_generation(const struct ebpf *ebpf);	/* of the last selection */

/*
 * State for the consumer itself, read from its own maps without a capability. Return: 0 or -errno.
 */
int ebpf_info(const struct ebpf *ebpf, struct control_info *ret);
int ebpf_tallies(const struct ebpf *ebpf, control_tally_fn *fn, void *ctx);

/* Sets SAKER_STATE_IDLE or _DISARMED: an orderly stop, hooks are detached. Return: 0 or -errno. */
int ebpf_set_state(struct ebpf *ebpf, uint32_t state);

/* Writes due gaps and counters on every CPU. Return: 0 or -errno. */
int ebpf_flush(struct ebpf *ebpf);

/**
 * ebpf_missed() - number of hits that no program saw, because the kernel skipped it
 *
 * The kernel skips a program that is already running on that CPU. Where tracepoints are preemptible
 * (7.0 and later) that may be the run of another, preempted task; then the hook's second program
 * does the work (second.h), unless it is running there too. Hits of all kinds are counted, also
 * those that no selection includes.
 */
uint64_t ebpf_missed(const struct ebpf *ebpf);

int ebpf_pollfd(const struct ebpf *ebpf);	/* readable when a ring needs attention */
void ebpf_heard(struct ebpf *ebpf);		/* resets that descriptor */

/*
 * For the running driver, also of another consumer; -ENODEV if none runs. @pins as in the config.
 */
int ebpf_get_info(struct control_info *ret, const char *pins);
int ebpf_get_stats(control_tally_fn *fn, void *ctx, const char *pins);

/*
 * Removes the driver from the kernel with its pins, if no process holds it. Return: 0, -EBUSY or
 * -errno.
 */
int ebpf_unload(const char *pins);

#endif /* EBPF_SESSION_H */
