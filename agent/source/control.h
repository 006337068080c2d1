/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Talking to the module by generic netlink: what it is, what it counts, and,
 * for whoever holds the device, what it shall do.
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
	char state[96];			/* armed, idle, or why it is missing */
};

struct control_info {
	uint32_t abi;			/* major << 16 | minor */
	uint32_t state;			/* enum saker_state */
	char release[32];
	uint64_t generation;
	uint64_t ring_size;
	uint32_t orphan_s;
	uint32_t watermark;
	uint32_t holder_pid;		/* 0: nobody */
	char holder_comm[16];
	uint64_t denied, self, unpaired;
	struct saker_ring_info *rings;	/* owned */
	uint32_t nrings;
	struct control_hook *hooks;	/* owned */
	uint32_t nhooks;
};

/* What one CPU counted; borrowed during the call. Torn while events happen: a look from outside. */
struct control_tally {
	uint32_t cpu;
	uint64_t seq;
	const struct ev_tally *rows;
	uint32_t nrows;
};

typedef int control_tally_fn(void *ctx, const struct control_tally *tally);

/**
 * control_new() - connect to the module
 * Return: 0, -ENODEV if it is not loaded, or -errno.
 */
int control_new(struct control **ret);
void control_free(struct control *control);	/* NULL is fine */
DEFINE_CLEANUP(struct control *, control_free)

/* What the module said about the last error; "" if nothing. */
const char *control_error(const struct control *control);

/**
 * control_possess() - requests from here on are the consumer's
 * @cookie:	as HELLO told it on the open device
 *
 * Setters need it. Getters then take no capability, which the consumer may have dropped.
 */
void control_possess(struct control *control, uint64_t cookie);

/* Return: 0, -EPERM or another -errno. To be given back with control_info_uninit(). */
int control_get_info(struct control *control, struct control_info *ret);
void control_info_uninit(struct control_info *info);

int control_get_stats(struct control *control, control_tally_fn *fn, void *ctx);

/* Setters, after control_possess(). Return: 0, -EPERM for a wrong cookie, or -errno. */
int control_set_selection(struct control *control, const struct saker_selection *sel);
int control_set_state(struct control *control, uint32_t state);

struct control_config {			/* 0: leave it as it is */
	uint64_t ring_size;
	uint32_t orphan_s;
	uint32_t watermark;
};

int control_set_config(struct control *control, const struct control_config *config);

/**
 * control_watch() - a descriptor that becomes readable when the module tells of its health
 * Return: the descriptor, owned by @control, or -errno.
 */
int control_watch(struct control *control);

/* Forget what made it readable. Return: how many messages there were. */
int control_watched(struct control *control);

#endif /* SOURCE_CONTROL_H */
