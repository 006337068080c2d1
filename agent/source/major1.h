/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Translates between this agent and major 1 of the ABI: modules and captures of before. A record
 * had a header of 96 bytes, with provenance for 64 fields, its CPU and its kernel; there was room
 * for 64 types of events. The fields that an event had are at the same places after the header.
 */
#ifndef SOURCE_MAJOR1_H
#define SOURCE_MAJOR1_H

#include <stddef.h>
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

struct major1_header {
	uint32_t len;
	uint16_t fixed_len;
	uint16_t type;
	uint64_t ts_ns;
	uint64_t seq;
	uint64_t start_ns;
	uint64_t cgroup_id;
	uint32_t tid;
	uint32_t tgid;
	uint32_t flags;
	int32_t nr;
	uint64_t prov[4];
	uint32_t origin;
	uint16_t cpu;
	uint16_t nfields;
};

struct major1 {
	struct ev_header *rec;		/* owned; the translated record, with room for another */
	size_t room;
};

/**
 * major1_record() - translate a record
 * @ret:	rec stays valid until the next call
 * @old:	a record of major 1, its length checked: it is @n bytes
 *
 * A record that is malformed stays so. Return: 0 or -ENOMEM.
 */
int major1_record(struct major1 *ret, const void *old, uint32_t n);
void major1_uninit(struct major1 *major1);

/* The place that a record of @n bytes names. */
struct ev_place major1_place(const void *old, uint32_t n);

/* Omits the events that major 1 has no number for. */
void major1_selection_from(struct major1_selection *ret, const struct saker_selection *sel);
void major1_selection_to(struct saker_selection *ret, const struct major1_selection *sel);

#endif /* SOURCE_MAJOR1_H */
