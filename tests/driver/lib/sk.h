/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tests' own consumer of a driver: opens it, sends it messages, reads its rings.
 * What differs between the drivers is one table of functions. Rings and records are
 * read by code that is not the agent's, so that an error in one of the two cannot
 * hide an error in the other. Messages to the module are built byte by byte, so that
 * tests can send malformed ones; the eBPF driver takes no messages, and is opened
 * with the agent's own code.
 */
#ifndef SK_H
#define SK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <saker/device.h>
#include <saker/event.h>
#include <saker/prefilter.h>

#define SK_CPUS	 64
#define SK_EBPF_RING_MAX (2ull << 20) /* what suits the module is cut to this */
#define SK_HOOKS 64

struct sk_ring {
	struct saker_ring_info info;
	const volatile struct saker_producer *p;
	volatile struct saker_consumer *c;
	const unsigned char *data;
	uint64_t tail; /* ours; the consumer page gets a copy */
};

struct sk {
	const struct sk_driver *driver;
	unsigned int nrings;
	struct sk_ring ring[SK_CPUS];

	/* kmod.c, genl.c */
	int fd; /* /dev/saker, or -1: then only getters work */
	int nl;
	uint16_t family;
	uint32_t mcgrp; /* of the health group */
	uint32_t seq;
	uint64_t cookie;

	/* ebpf.c */
	struct ebpf *ebpf; /* NULL: only getters work */
	uint32_t orphan_s;
};

struct sk_hook {
	char name[64], kind[16], state[96];
};

struct sk_info {
	uint32_t abi, state, orphan_s, watermark, holder_pid;
	uint64_t ring_size, generation, denied, self, unpaired;
	char holder_comm[16], release[64];
	unsigned int nrings, nhooks;
	struct saker_ring_info ring[SK_CPUS];
	struct sk_hook hook[SK_HOOKS];
};

struct sk_stats {
	unsigned int ncpus;
	uint64_t seq[SK_CPUS];
	struct ev_tally tally[SK_CPUS][EV_TYPE_MAX]; /* by CPU and type */
};

/* What one driver does in its own way. All that return an int: 0 or more, or -errno. */
struct sk_driver {
	const char *name;
	int (*look)(struct sk *sk);
	int (*attach)(struct sk *sk, uint64_t ring_size);
	void (*close)(struct sk *sk);
	void (*disown)(struct sk *sk);
	int (*info)(struct sk *sk, struct sk_info *info);
	int (*stats)(struct sk *sk, struct sk_stats *stats);
	int (*select)(struct sk *sk, const struct saker_selection *sel);
	int (*prefilter)(struct sk *sk, const struct saker_prefilter *program);
	int (*state)(struct sk *sk, uint32_t state);
	int (*orphan)(struct sk *sk, uint32_t seconds);
	int (*snapshot)(struct sk *sk, struct saker_snapshot *snap);
	void (*flush)(struct sk *sk);
	int (*wait)(struct sk *sk, int ms);
};
extern const struct sk_driver sk_kmod, sk_ebpf;

/*
 * Take "--driver kmod|ebpf" from the front of the arguments; the module if it is not
 * there. A name that is none ends the program with status 2.
 */
const struct sk_driver *sk_driver_argument(int *argc, char ***argv);

int sk_look(struct sk *sk, const struct sk_driver *driver); /* getters only */
/* All of it; what lies in the rings is lost if the size changes. 0: as they are. */
int sk_attach(struct sk *sk, const struct sk_driver *driver, uint64_t ring_size);
void sk_close(struct sk *sk);  /* as a crash would: says nothing */
void sk_disown(struct sk *sk); /* in a child: what the parent holds is not held by us */

int sk_info(struct sk *sk, struct sk_info *info);
int sk_stats(struct sk *sk, struct sk_stats *stats);
int sk_select(struct sk *sk, const struct saker_selection *sel);
/* The eBPF driver sets the program's generation itself. */
int sk_prefilter(struct sk *sk, const struct saker_prefilter *program);
int sk_state(struct sk *sk, uint32_t state);
int sk_orphan(struct sk *sk, uint32_t seconds); /* how long hooks stay armed without us */
int sk_snapshot(struct sk *sk, struct saker_snapshot *snap); /* -ENOTSUP: the agent reads the tasks */
void sk_flush(struct sk *sk); /* have gaps and counters written that are due */
int sk_wait(struct sk *sk, int ms); /* 1: a ring wants attention; 0: not within that time */
uint64_t sk_generation(struct sk *sk);	     /* one above the one in force */
struct saker_selection *sk_everything(void); /* static: all events, all calls, failures too */
uint64_t sk_hits(const struct sk_stats *s, unsigned int type);

extern char sk_why[256]; /* what the driver said to the last request */

/* The module alone: its device in steps, and messages for those that must be wrong. */
int sk_getters(struct sk *sk); /* netlink only, device untouched */
int sk_open(struct sk *sk);    /* netlink, device, handshake */
int sk_map(struct sk *sk);     /* all rings of the info reply */
void sk_unmap(struct sk *sk);
int sk_config(struct sk *sk, int attr, uint64_t value);
struct sk_attr {
	uint16_t type, len;
	const void *data;
};
int sk_request(struct sk *sk, uint8_t cmd, const struct sk_attr *attrs, unsigned int n);
int sk_send_raw(struct sk *sk, const void *message, size_t len); /* then waits for the ack */

/*
 * Give every published record of all rings to fn, oldest first within a CPU,
 * and free it. fn returns 0 to go on. Damage ends in sk_damage, never in a crash.
 */
typedef int sk_record_fn(void *arg, unsigned int cpu, const struct ev_header *h);
uint64_t sk_drain(struct sk *sk, sk_record_fn *fn, void *arg);
extern uint64_t sk_damage;

/* The schema, once more from events.def. */
enum sk_storage { SK_u64, SK_s64, SK_u32, SK_s32, SK_part, SK_tuple, SK_fd, SK_comm };
struct sk_field {
	const char *name, *kind;
	enum sk_storage storage;
	unsigned int offset, size;
};
struct sk_event {
	const char *name; /* NULL: no such type */
	unsigned int nfields, fixed_len;
	const struct sk_field *field;
};
extern const struct sk_event sk_events[EV_TYPE_MAX];
extern const char *const sk_drop_name[EV_DROP_COUNT];

uint64_t sk_number(const struct ev_header *h, const struct sk_field *f);
/* Bytes of a part; NULL and *len 0 when absent, NULL and *len 1 when it lies outside the record. */
const unsigned char *sk_part(const struct ev_header *h, const struct ev_part *p, uint32_t *len);
const char *sk_wrong(const struct ev_header *h); /* NULL if the record is well formed */
void sk_print(FILE *out, const struct ev_header *h);

uint64_t sk_now(void); /* CLOCK_BOOTTIME */

#define KERNEL(major, minor) ((major) << 16 | (minor))
uint32_t sk_kernel(void); /* the one that runs */
/* Tracepoints are preemptible: the kernel skips a program that a preempted task is in. */
#define SK_SKIPS KERNEL(6, 13)

#endif
