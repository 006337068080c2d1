/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What rules call evt.type: a dense number for every system call's name and
 * for every event that is no system call. One number space for the rule
 * index, made from syscalls.def and events.def.
 */
#ifndef DECODE_TYPE_H
#define DECODE_TYPE_H

#include <stdint.h>
#include <saker/event.h>
#include "lib/str.h"

typedef uint16_t evt_type_t;

#define EVT_TYPE_NONE	((evt_type_t)0xffff)

enum {
#define SYSCALL(name, n64, n32, nx32, ev)	EVT_SYS_##name,
#include <saker/syscalls.def>
#undef SYSCALL
	EVT_SYS_COUNT,			/* then the events by enum ev_type */
	EVT_TYPE_COUNT = EVT_SYS_COUNT + EV_TYPE_MAX,
};

/*
 * The type of a record. The number of a system call chooses only among the calls
 * that are recorded as this event: evt_type_event() of the result is the record's
 * own event, so whoever knows the type knows the struct. A generic record with the
 * number of a call that has an event of its own is a "syscall".
 */
evt_type_t evt_type_of(const struct ev_header *hdr);

/* "openat"; "unknown" for a number that no table has. Static. */
struct str evt_type_name(evt_type_t type);

/* By name; EVT_TYPE_NONE if there is none. */
evt_type_t evt_type_find(struct str name);

/* The event that records it: EV_open for openat. */
enum ev_type evt_type_event(evt_type_t type);

/* Number of a system call under an ABI, -1 if it has none there. */
int evt_type_nr(evt_type_t type, enum ev_abi abi);

#endif /* DECODE_TYPE_H */
