/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Translates between this agent and major 1 of the ABI: modules and captures of before, which had
 * room for 64 types of events.
 */
#ifndef SOURCE_MAJOR1_H
#define SOURCE_MAJOR1_H

#include <stdint.h>
#include <saker/device.h>

#define MAJOR1			1u
#define MAJOR1_TYPE_MAX		64

struct major1_selection {
	uint64_t generation;
	uint32_t flags;
	uint32_t argv_max;
	uint32_t env_max;
	uint32_t reserved;
	uint8_t event[MAJOR1_TYPE_MAX];
	uint8_t action[EV_ABI_COUNT][SAKER_NR_SLOTS];
};

/* Leaves out the events that major 1 has no number for. */
void major1_selection_from(struct major1_selection *ret, const struct saker_selection *sel);
void major1_selection_to(struct saker_selection *ret, const struct major1_selection *sel);

#endif /* SOURCE_MAJOR1_H */
