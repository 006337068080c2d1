/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Defines the maps that the BPF programs share with the plugin that loads them. A
 * ring has the same layout as the module's (saker/device.h): the agent maps producer
 * page, consumer page and data from one array with an element for each CPU. So
 * merge, sums and tests are the same for both drivers.
 *
 *   cpus[nr]   producer page | consumer page | state of the CPU | data | slack
 *
 * A record may begin anywhere in the data and is never wrapped: it continues into
 * the slack after the data, and the next one begins where it would have ended. So no
 * page needs to be mapped twice, and no program has to cut a record in two.
 *
 * Maps are pinned and so outlive the agent. The plugin uses the maps it finds only
 * if they were created for the same programs (bpf_control.build).
 */
#ifndef SAKER_BPF_H
#define SAKER_BPF_H

#include <saker/device.h>
#include <saker/prefilter.h>

#define BPF_PAGE	4096
#define BPF_SLACK	(256u << 10)	/* no record is longer; the verifier needs this bound */
#define BPF_USED_MASK	0x1ffffu	/* where the last part may begin */
#define BPF_RING_MIN	(128ull << 10)
#define BPF_RING_MAX	(2ull << 20)	/* with the rest of it an element is below 4 MiB */

#define BPF_GAP_ROWS	16		/* then EV_OTHER, one row for each reason */
#define BPF_GAP_ROWS_MAX (BPF_GAP_ROWS + EV_DROP_COUNT)
#define BPF_COUNTERS_EVERY 65536	/* records between two counter records of a CPU */

/* If the path is walked, a deeper one, or one through more mounts, is unreadable. */
#define BPF_PATH_STEPS	64
#define BPF_PATH_MOUNTS	16
#define BPF_PATH_SLACK	256		/* for a name after a path: the verifier requires it */

/* Index of the program that writes the records that are due: no event has this type. */
#define BPF_FILL_STREAM	EV_OTHER

enum bpf_due {
	BPF_DUE_GAP = 1,
	BPF_DUE_COUNTERS = 2,
	BPF_DUE_CONSUMER = 4,
	BPF_DUE_SELECTION = 8,
};

/* A path from the leaf to the root, while it is walked. */
struct bpf_walk {
	__u64 steps;
	__u64 mount[8];			/* a copy of the mount's first words: the stack is short */
	struct { __u64 name, len; } step[BPF_PATH_STEPS];
};

struct bpf_gap {
	__u64 first_seq, last_seq;
	__u64 from_ns, to_ns;
	__u64 nrows;
	struct ev_lost row[BPF_GAP_ROWS_MAX];
};

struct bpf_tally {
	__u64 hits, emitted, filtered;
	__u64 dropped[EV_DROP_COUNT];
};

/* State of a CPU that is not in the producer page. */
struct bpf_state {
	__u64 head;			/* end of the last record */
	__u64 tail;			/* last valid tail read from the consumer */
	__u64 urgent;			/* end of the last record that requires a wake-up */
	__u64 seq;
	__u64 self;
	__u64 lost;
	__u64 recorded_generation;
	__u64 recorded_consumer;	/* bpf_control.consumer_changes as last recorded */
	__u32 due;			/* enum bpf_due */
	__u32 until_counters;
	__u32 lossy[2];			/* by class: ordinary, reserved */
	__u64 limit[2];			/* how far head may go without reading tail */
	__u32 aside;			/* aside_lost is not 0 */
	__u32 reserved;
	__u32 aside_lost[EV_TYPE_MAX];	/* hits while another section was open on this CPU */
	__u64 by_fd;			/* calls whose object the function hook had not seen */
	__u64 by_uring;			/* io_uring's operations, which only a function hook sees */
	__u64 rung_tail;		/* tail at which the consumer was last woken */
	/*
	 * Used within one section: a loop counter (in memory, where the verifier
	 * does not follow each of its values), a path, and an address.
	 */
	__u64 loop;
	struct bpf_walk walk;
	__u8 address[128];
	__u64 call[10];			/* the call and its arguments, for an index */
	struct {			/* the record, for a function that fills one field of it */
		__u64 at, used;		/* as in struct fill of driver/bpf/emit.h */
		__s64 ret;
		__u32 flags, abi;
		__u32 pending;		/* number of the call's slot + 1; 0: it has none */
		__u32 dns;		/* keep data as SAKER_SEL_DNS has it */
	} row;
	struct ev_more prov;		/* of the record being filled */
	struct bpf_gap gap;
	struct bpf_tally tally[EV_TYPE_MAX];
};

#define BPF_STATE_SIZE	(8 * BPF_PAGE)

#define BPF_OFF_CONSUMER	BPF_PAGE
#define BPF_OFF_STATE		(2 * BPF_PAGE)
#define BPF_OFF_DATA		(BPF_OFF_STATE + BPF_STATE_SIZE)

/* Hooks that have a second program if the kernel may skip the first: each is a bit of a mark. */
enum bpf_seen {
	BPF_SEEN_sys_exit,
	BPF_SEEN_sched_process_exec,
	BPF_SEEN_sched_process_fork,
	BPF_SEEN_sched_process_exit,
	BPF_SEEN_HOOKS
};

#define BPF_SEEN_SIZE	(4u << 20)	/* as many as there can be tasks (PID_MAX_LIMIT) */

#define BPF_MARKS		4096u

/* Selection: two of them, of which one is in force. BPF_NONE: nothing is recorded. */
enum { BPF_NONE = 2, BPF_SELECTIONS = 3 };

struct bpf_control {
	__u32 build;			/* digest of the programs; stays the first member */
	__u32 current;			/* index of the selection in force */
	__u32 consumer_tgid;		/* the consumer, whose calls are not recorded; 0: none */
	__u32 state;			/* enum saker_state */
	__u64 ring_size;
	__u64 ring_generation;
	__u64 generation;		/* of the last selection */
	__u64 orphan_ns;		/* how long hooks record without a consumer */
	__u64 left_ns;			/* when the last consumer left; 0: one is attached */
	__u64 disarmed_ns;		/* since when recording has been off; 0: it is on */
	__u64 watermark;		/* bytes in use at which a busy consumer is woken */
	__u64 consumer_changes;		/* how often the next three were set */
	__u64 since_ns;
	__u32 change;			/* consumer_change of flags.def */
	__u32 change_pid;
	__u32 consumer_pid;		/* consumer_tgid of the last one, attached or not */
	__u32 left_recorded;		/* the consumer's leaving was recorded */
	struct ev_comm change_comm;
	struct ev_comm consumer_comm;
	__u64 consumer_start_ns;	/* of its first thread, as the number may be reused */
	__u64 unpaired;			/* entries that were not used for a record */
	__u64 refused;			/* of these: the table had no slot */
	__u64 no_ring;			/* hits on a CPU without a ring */
	__u64 missed_reported;		/* times the kernel skipped a program, reported as drops */
	__u64 caught[BPF_SEEN_HOOKS];	/* hits that only a second program saw */
	__u64 v1_hierarchy;		/* a task's group is that of its pids controller */
	__u64 attaches_once;		/* the kernel attaches a function's program only once */
	__u64 load_ns;			/* how long loading took */
	__u64 locked;			/* bytes of maps and programs */
	__u64 verified;			/* instructions that the verifier walked */
	__u64 programs;
	/*
	 * [number]: may the call be selected, under any ABI? Checked first at every
	 * system call. While a selection is replaced, it may contain too many calls,
	 * but never too few.
	 */
	__u8 wanted[SAKER_NR_SLOTS];
	struct saker_selection selection[BPF_SELECTIONS];
	/* A struct saker_prefilter; if its generation is not the selection's, all opens pass. */
	__u64 prefilter[SAKER_PF_SIZE(SAKER_PF_SLOTS) / 8];
	/* Of tasks whose open is excluded, by pf_mark_place(). */
	__u64 marks[BPF_MARKS];
	__u8 slack[512];		/* for an index that the verifier cannot exclude */
};

/*
 * A file as a function hook saw it, for a call whose result is not known yet; of a string only the
 * text.
 */
struct bpf_opened {
	__u64 file;			/* identity only, never dereferenced */
	__u64 ino;
	__u32 dev;
	__u16 kind, layer;
	__u32 flags;
	__s32 len;			/* of the path, as bpf_d_path() returns it */
	__u32 block;			/* number of the block with it + 1; 0: the slot has it */
	__u32 at;			/* where the text begins there */
};

/* The address that a function hook saw a socket being connected to. */
struct bpf_connecting {
	__u64 socket, sk;		/* used while the descriptor is still this socket */
	__u64 ino;			/* of the socket */
	__u16 family, type, protocol;	/* of the socket */
	__u16 len;			/* of the address */
	__u8 addr[128];
};

/* The socket that a call works on, and an address that it was given, or its own. */
struct bpf_bound {
	struct ev_tuple tuple;		/* as the hook saw it */
	__u64 socket, sk;		/* used while the descriptor is still this socket */
	__u8 addr[128];
	__u32 len;			/* of the address; 0: there is none */
};

/* As driver/pending.h: slots with room for a short path, and blocks for longer ones. */
#define BPF_PENDING_BITS	12
#define BPF_PENDING_SLOTS	4096
#define BPF_PENDING_PROBES	8
#define BPF_PENDING_TEXT	256
#define BPF_BLOCK_BITS		10
#define BPF_PENDING_BLOCKS	1024
#define BPF_BLOCK_PROBES	8

struct bpf_pending {
	__u64 task;			/* pid_tgid of the owner; 0: free */
	__u64 start;			/* of the task, as its number may be reused */
	__u64 generation;		/* of the selection that selected it */
	__u64 since;			/* jiffies */
	__u32 count;
	__u32 home;			/* home slot of the owner */
	__u32 call;			/* its index in saker_selection.action[][] */
	__u32 uid;			/* of the owner */
	__u64 group;			/* address of its set of control groups */
	__u64 displaced;		/* owners with this home, but their entry elsewhere */
	__u32 slot;			/* its index in the table */
	__u32 reserved;
	__u64 arg[4];			/* of the hooked function, while it is read */
	struct bpf_opened first, last;
	union {
		char text[BPF_PENDING_TEXT];	/* the path of the first */
		struct bpf_connecting connect;
		struct bpf_bound bound;
	};
	__u8 slack[BPF_PATH_SLACK];	/* of struct pf_room, and for a name after the text */
};

struct bpf_block {
	__u64 task;			/* as in struct bpf_pending */
	char text[4096 + BPF_PATH_SLACK];
};

#define BPF_PENDING_BYTES	(BPF_PENDING_SLOTS * sizeof(struct bpf_pending) + \
				 BPF_PENDING_BLOCKS * sizeof(struct bpf_block))

#endif /* SAKER_BPF_H */
