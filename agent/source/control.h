/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Controls the kernel module by generic netlink: reads its state and counters, and, as its
 * consumer, changes its settings.
 */
#ifndef SOURCE_CONTROL_H
#define SOURCE_CONTROL_H

#include <stddef.h>
#include <stdint.h>
#include <saker/device.h>
#include "lib/cleanup.h"

struct control;

struct control_hook {
	char name[48];
	char kind[16];
	char state[96];			/* armed, idle, or the reason why it is missing */
};

struct control_load {			/* of eBPF programs */
	uint64_t ns;			/* how long it took to load them; 0: there are none */
	uint64_t at_ns;			/* boot time when that was done */
	uint64_t locked;		/* bytes of the kernel's memory, with the rings */
	uint64_t verified;		/* instructions that the verifier walked; 0: the kernel does not count */
	uint32_t programs;
};

struct control_info {
	uint32_t abi;			/* major << 16 | minor */
	uint32_t state;			/* enum saker_state */
	char release[32];
	uint64_t generation;
	uint64_t ring_size;
	uint32_t orphan_s;
	uint32_t watermark;
	uint32_t holder_pid;		/* 0: no consumer */
	char holder_comm[16];
	uint64_t denied, self, unpaired;
	struct control_load load;
	struct saker_ring_info *rings;	/* owned */
	uint32_t nrings;
	struct control_hook *hooks;	/* owned */
	uint32_t nhooks;
};

/*
 * Counters of one CPU; borrowed during the call. Read while events happen, so they may not match
 * each other. The rows of a CPU may come in several calls, one after the other.
 */
struct control_tally {
	uint32_t cpu;
	uint64_t seq;
	const struct ev_tally *rows;
	uint32_t nrows;
};

typedef int control_tally_fn(void *ctx, const struct control_tally *tally);

/**
 * control_new() - connect to the module
 * Return: 0, -ENODEV if the module is not loaded, or -errno.
 */
int control_new(struct control **ret);
void control_free(struct control *control);	/* NULL is allowed */
DEFINE_CLEANUP(struct control *, control_free)

/* The module's text for the last error; "" if none. */
const char *control_error(const struct control *control);

/**
 * control_possess() - make all further requests as the consumer
 * @cookie:	from the reply to HELLO on the open device
 * @major:	of the module's ABI
 *
 * Requests that change settings need it. Requests that read then need no capability, which the
 * consumer may have dropped.
 */
void control_possess(struct control *control, const struct saker_hello *hello);

/* Return: 0, -EPERM or another -errno. Free the result with control_info_uninit(). */
int control_get_info(struct control *control, struct control_info *ret);
void control_info_uninit(struct control_info *info);

int control_get_stats(struct control *control, control_tally_fn *fn, void *ctx);

/* Change settings; need control_possess(). Return: 0, -EPERM for a wrong cookie, or -errno. */
int control_set_selection(struct control *control, const struct saker_selection *sel);
int control_set_state(struct control *control, uint32_t state);

struct control_config {			/* 0: unchanged */
	uint64_t ring_size;
	uint32_t orphan_s;
	uint32_t watermark;
};

int control_set_config(struct control *control, const struct control_config *config);

/**
 * control_watch() - open a descriptor that is readable when a health message has arrived
 * Return: the descriptor, owned by @control, or -errno.
 */
int control_watch(struct control *control);

/* Reads and drops the messages. Return: their number. */
int control_watched(struct control *control);

#endif /* SOURCE_CONTROL_H */
