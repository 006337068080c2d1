/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Defines the interface between module and agent: the device, its shared pages, and
 * the generic netlink family that controls it. The process that has the device open
 * may change settings. The rings belong to the module and outlive the open device.
 *
 *   open(/dev/saker)         one consumer; a second gets EBUSY
 *   ioctl(SAKER_IOC_HELLO)   ABI handshake; returns the cookie that setters need
 *   GET_INFO                 where each ring lies in the mapping
 *   mmap                     producer page, consumer page, data twice in a row
 *   SET_SELECTION            hooks are armed, records flow
 *   ioctl(SAKER_IOC_SNAPSHOT) until cursor is 0: tasks that were alive before
 *   poll                     EPOLLIN at a watermark, an urgent record, or any record
 *                            if the consumer page requests it: set wake, full
 *                            barrier, read all heads once more, then wait
 *   ioctl(SAKER_IOC_FLUSH)   exact counters and pending gaps, now
 *   SET_STATE(disarm), close an orderly stop; close alone leaves hooks armed
 *                            for orphan_s, so an agent that restarts misses nothing
 */
#ifndef SAKER_DEVICE_H
#define SAKER_DEVICE_H

#include <linux/ioctl.h>
#include <linux/types.h>
#include <saker/event.h>

#define SAKER_DEVICE_PATH	"/dev/saker"
#define SAKER_ABI_MAJOR		2	/* raised when old and new are incompatible */
#define SAKER_ABI_MINOR		2	/* raised when something was appended */
#define SAKER_RING_MAGIC	0x676e69722d6b6173ull	/* "sak-ring", for crash dumps too */

#define SAKER_NR_MAX		548	/* numbers 0..547; x32 reaches 547 */
#define SAKER_NR_BAD		548	/* the index of every other number */
#define SAKER_NR_SLOTS		552

#define SAKER_HOOKS_MAX		64	/* hooks that a driver can have */

#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"

/*
 * First page of a ring, read-only to the agent. Positions are free-running
 * 64-bit byte counts; position modulo size is the offset in the data.
 */
struct saker_producer {
	__u64	magic;
	__u32	abi_major;
	__u32	abi_minor;
	__u64	ring_generation;	/* changes when the rings are replaced */
	__u64	size;			/* of the data, a power of two */
	__u32	cpu;
	__u32	lane;
	__u64	reserved0[3];
	/* -- 64: written by the hooks -- */
	__u64	head;			/* end of the last published record */
	__u64	busy;			/* while a record is filled: the stream may lag the clock */
	__u64	seq;			/* last number assigned */
	__u64	lost;			/* selected events not recorded, since loading */
	__u64	bad_tail;		/* times the consumer's tail was refused */
	__u64	wakeups;		/* interrupts sent to wake the consumer */
	__u64	last_ts_ns;		/* time of the last published record */
	__u64	reserved1;
};

/* Second page, written by the agent; the module checks every value. */
struct saker_consumer {
	__u64	tail;			/* everything before it has been consumed */
	__u64	reserved0[7];
	__u32	wake;			/* enum saker_wake */
	__u32	reserved1[15];
};

enum saker_wake {
	SAKER_WAKE_WATERMARK = 0,	/* busy agent: only a filling ring or an urgent record */
	SAKER_WAKE_ANY = 1,		/* sleeping agent: the next record */
	SAKER_WAKE_FULL = 2,		/* agent that has just been woken: only a filling ring */
};

struct saker_hello {
	__u32	abi_major;		/* in and out: another major is EPROTO */
	__u32	abi_minor;
	__u64	cookie;			/* out: what setters must show */
};

struct saker_snapshot {
	__u64	cursor;			/* in and out: 0 begins; out 0: done */
	__u64	tasks;			/* out: records written by this call */
};

struct saker_prefilter_at {
	__u64	at;			/* address of a struct saker_prefilter */
	__u32	size;			/* of it, with its slots */
	__u32	reserved;		/* 0 */
};

#define SAKER_IOC_MAGIC		'k'
#define SAKER_IOC_HELLO		_IOWR(SAKER_IOC_MAGIC, 1, struct saker_hello)
#define SAKER_IOC_SNAPSHOT	_IOWR(SAKER_IOC_MAGIC, 2, struct saker_snapshot)
#define SAKER_IOC_FLUSH		_IO(SAKER_IOC_MAGIC, 3)	/* gaps due and counters, now */
/* The prefilter of the selection in force; ESTALE if it is of another. ENOTTY: an old module. */
#define SAKER_IOC_PREFILTER	_IOW(SAKER_IOC_MAGIC, 4, struct saker_prefilter_at)

/* What to do with a system call. */
enum saker_action {
	SAKER_ACT_NONE = 0,
	SAKER_ACT_COUNT = 1,		/* count it as filtered, record nothing */
	SAKER_ACT_EMIT = 2,		/* record it with its own event, or the generic one */
	SAKER_ACT_EMIT_FAILED = 4,	/* with EMIT: failures too; alone: failures only */
	SAKER_ACT_EMIT_DNS = 8,		/* if it is of port 53; see SAKER_SEL_DNS_MINOR */
};

/*
 * What the hooks record, replaced as a whole. event[] selects events that are
 * not recorded at a system call's exit (exec success, fork, exit, module_load,
 * cgroup_*); action[] the rest, per ABI and number. The agent has 0 in argv_max;
 * other consumers may need less of each exec.
 */
struct saker_selection {
	__u64	generation;		/* greater than the last one, which GET_INFO returns */
	__u32	flags;			/* SAKER_SEL_* */
	__u32	argv_max;		/* bytes of argv kept, at most 32 KiB, which 0 means too */
	__u32	env_max;		/* bytes of environment kept, 0 none */
	__u32	data_max;		/* bytes kept of what is read and written, 0 none */
	__u8	event[EV_TYPE_MAX];	/* 0 or 1 */
	__u8	action[EV_ABI_COUNT][SAKER_NR_SLOTS];	/* enum saker_action */
};

#define SAKER_DATA_MAX	4080u		/* data_max is at most this */

/*
 * Do not resolve paths. The agent never sets it: the benchmark does, to measure
 * a record without its path, a column of docs/benchmarks.md.
 */
#define SAKER_SEL_NO_PATH	0x1u

/* Record the paths of descriptors 0 to 2 at exec: a rule uses them. Refused before the minor. */
#define SAKER_SEL_STD_PATHS		0x2u
#define SAKER_SEL_STD_PATHS_MINOR	1u

/*
 * Keep up to SAKER_DATA_MAX bytes of what is sent to port 53 or received from there, also by read
 * and write, whatever data_max is. Refused before the minor.
 */
#define SAKER_SEL_DNS			0x4u
#define SAKER_SEL_DNS_MINOR		2u

/* One ring, as GET_INFO returns it; offsets and lengths are for mmap. */
struct saker_ring_info {
	__u32	cpu;
	__u32	lane;
	__u64	producer_off;		/* one page */
	__u64	consumer_off;		/* one page */
	__u64	data_off;
	__u64	data_size;		/* mapped twice in a row: 2 * data_size bytes */
};

#pragma GCC diagnostic pop

/* Generic netlink. Getters are for root and for who has the cookie; setters need the cookie. */
#define SAKER_GENL_NAME		"saker"
#define SAKER_GENL_VERSION	1
#define SAKER_GENL_MCGRP_HEALTH	"health"

enum saker_cmd {
	SAKER_CMD_UNSPEC,
	SAKER_CMD_GET_INFO,		/* ABI, state, holder; dump: RING, HOOK, repeated */
	SAKER_CMD_GET_STATS,		/* dump: for each CPU messages with TALLY */
	SAKER_CMD_SET_SELECTION,	/* COOKIE, SELECTION */
	SAKER_CMD_SET_CONFIG,		/* COOKIE, any of RING_SIZE, ORPHAN_S, WATERMARK */
	SAKER_CMD_SET_STATE,		/* COOKIE, STATE */
	SAKER_CMD_HEALTH,		/* multicast: EVENT */
};

enum saker_attr {
	SAKER_A_UNSPEC,
	SAKER_A_COOKIE,			/* u64 */
	SAKER_A_SELECTION,		/* struct saker_selection */
	SAKER_A_ABI,			/* u32: major << 16 | minor */
	SAKER_A_STATE,			/* u32: enum saker_state */
	SAKER_A_RING_SIZE,		/* u64: bytes of data per CPU, a power of two */
	SAKER_A_ORPHAN_S,		/* u32: seconds hooks stay armed without a consumer */
	SAKER_A_WATERMARK,		/* u32: wake when 1/2^n of a ring is filled */
	SAKER_A_RING,			/* struct saker_ring_info, repeated */
	SAKER_A_HOLDER_PID,		/* u32 */
	SAKER_A_HOLDER_COMM,		/* string */
	SAKER_A_GENERATION,		/* u64 */
	SAKER_A_HOOK,			/* nested, repeated: HOOK_* */
	SAKER_A_HOOK_NAME,		/* string */
	SAKER_A_HOOK_KIND,		/* string: tracepoint, function */
	SAKER_A_HOOK_STATE,		/* string: armed, idle, or why it is missing */
	SAKER_A_CPU,			/* u32 */
	SAKER_A_TALLY,			/* struct ev_tally, array */
	SAKER_A_SEQ,			/* u64: last number of this CPU */
	SAKER_A_DENIED,			/* u64: setters refused for a wrong cookie */
	SAKER_A_SELF,			/* u64: hits by the consumer itself, not recorded */
	SAKER_A_UNPAIRED,		/* u64: opens whose entry was freed before the exit */
	SAKER_A_EVENT,			/* string: what the health message is about */
	SAKER_A_RELEASE,		/* string: version of the module */
	SAKER_A_PAD,
	SAKER_A_COUNT,
};

enum saker_state {
	SAKER_STATE_IDLE = 0,		/* no selection: nothing armed */
	SAKER_STATE_ARMED = 1,		/* hooks armed, a consumer attached */
	SAKER_STATE_ORPHAN = 2,		/* hooks armed, no consumer attached */
	SAKER_STATE_DISARMED = 3,	/* no consumer attached within orphan_s */
};

#endif /* SAKER_DEVICE_H */
