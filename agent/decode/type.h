/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers for evt.type: one dense number for every system call name and every event that is
 * not a system call, used by the rule index. Made from syscalls.def and events.def.
 */
#ifndef DECODE_TYPE_H
#define DECODE_TYPE_H

#include <stdint.h>
#include <saker/event.h>
#include "lib/str.h"

typedef uint16_t evt_type_t;

#define EVT_TYPE_NONE	((evt_type_t)0xffff)

enum {
#define SYSCALL(name, n64, n32, nx32, ev, ...)	EVT_SYS_##name,
#include <saker/syscalls.def>
#undef SYSCALL
	EVT_SYS_COUNT,			/* the events follow, by enum ev_type */
	EVT_TYPE_COUNT = EVT_SYS_COUNT + EV_TYPE_MAX,
};

/*
 * The type of a record. The call number selects among the calls that are recorded as this event,
 * and evt_type_event() of the result is the record's event. But an older driver or capture may have
 * a generic record of a call that has an event of its own since: then the type is the call, and the
 * record's event is EV_syscall.
 */
evt_type_t evt_type_of(const struct ev_header *hdr);

/* "openat"; "unknown" for a type that does not exist. Static, with a NUL behind it. */
struct str evt_type_name(evt_type_t type);

/* The type with that name, or Falco's name for it; EVT_TYPE_NONE if there is none. */
evt_type_t evt_type_find(struct str name);

/* Whether Falco has another name for it than the kernel. */
bool evt_type_renamed(evt_type_t type);

/*
 * The type that evt.type shows for it: for some newer calls with more arguments the older call,
 * which rules name (fchmodat for fchmodat2). syscall.type has the call that was made.
 */
evt_type_t evt_type_shown(evt_type_t type);

/* Whether evt.type shows several calls as one, and this is one of them. */
bool evt_type_is_merged(evt_type_t type);

/* The event that records the type: EV_open for openat. */
enum ev_type evt_type_event(evt_type_t type);

/* Number of a system call under an ABI; -1 if the ABI lacks it. */
int evt_type_nr(evt_type_t type, enum ev_abi abi);

#define EVT_ARGS	6

/*
 * Which field of its record each argument of a call is, by index; an index that is no field:
 * the argument is not recorded, or the event has code of its own. NULL if the type is no call.
 */
const uint8_t *evt_type_args(evt_type_t type);

#endif /* DECODE_TYPE_H */
