/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a driver sees of each event on this kernel: the tables of coverage.def, for the hooks
 * that the driver has.
 */
#ifndef SOURCE_COVERAGE_H
#define SOURCE_COVERAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <saker/event.h>
#include "decode/type.h"
#include "source/control.h"

enum coverage_limit {			/* COVER_KMOD and so on */
#define LIMIT(name, number, what)	COVER_##name = 1u << (number),
#include "source/coverage.def"
	COVER_LIMITS = 9,		/* how many bits */
};

struct coverage_limit_def {
	const char *name;		/* "BY_FD" */
	const char *what;
};

extern const struct coverage_limit_def coverage_limits[COVER_LIMITS];

/* Ways in which a task does something: a bit per enum ev_abi, and one more. */
#define COVER_URING	(1u << EV_ABI_COUNT)
#define COVER_ABIS	(COVER_URING - 1)
#define COVER_WAYS	(EV_ABI_COUNT + 1)

struct coverage_kernel {		/* in which ways a task can do something on this kernel */
	uint32_t abis;			/* has system calls under it: a bit per enum ev_abi */
	uint64_t uring;			/* operations of io_uring, a bit each */
};

struct coverage {			/* of one driver */
	uint32_t limits;		/* enum coverage_limit */
	const struct control_hook *hooks;	/* borrowed */
	uint32_t nhooks;
	struct coverage_kernel kernel;
};

struct coverage_row {			/* what one hook sees of an event */
	uint16_t event;			/* enum ev_type */
	uint8_t ways;			/* bits as COVER_URING */
	const char *hook;		/* NULL: a request to the driver */
	const char *what;
};

extern const struct coverage_row coverage_rows[];
extern const unsigned int ncoverage_rows;

enum coverage_kind {
	COVER_NEVER,			/* is never recorded */
	COVER_PARTLY,			/* is not recorded in some cases */
	COVER_WEAK,			/* is recorded, but another thread may have changed it */
};

struct coverage_gap {			/* what is not seen of an event */
	uint8_t kind;			/* enum coverage_kind */
	bool here;			/* because of this driver or this kernel */
	const char *field;		/* NULL: of the event itself */
	const char *cause;		/* "table", "hook" or "io_uring"; static */
	const char *text;		/* borrowed during the call, as the next */
	const char *brief;		/* the same for all events that lack it for the same reason */
};

typedef void coverage_gap_fn(void *ctx, const struct coverage_gap *gap);

/**
 * coverage_init() - the coverage of a driver
 * @kmod:	the module; else the eBPF driver
 * @info:	its hooks; borrowed as long as @ret is used
 * @limits:	those that the hooks do not show
 * @kernel:	of coverage_look()
 */
void coverage_init(struct coverage *ret, bool kmod, const struct control_info *info,
		   uint32_t limits, const struct coverage_kernel *kernel);

/* The driver's hook for a row; NULL if its list has none. */
const struct control_hook *coverage_hook(const struct coverage *c, const struct coverage_row *row);

/* Whether that hook can be used on this kernel. */
bool coverage_works(const struct coverage *c, const struct coverage_row *row);

/* The ways of its row, on this kernel. */
uint32_t coverage_row_ways(const struct coverage *c, const struct coverage_row *row);

/* The ways in which an event can happen on this kernel, and those that a working hook sees. */
uint32_t coverage_ways(const struct coverage *c, unsigned int event);
uint32_t coverage_seen(const struct coverage *c, unsigned int event);

/* The operations of io_uring that do what a call does, a bit each. */
uint64_t coverage_operations(evt_type_t call);

/* Whether the driver records such an event at all, and the field of it. */
bool coverage_records(const struct coverage *c, unsigned int event, const char *field);

/* Whether a driver can lack the event. It cannot if one of its hooks is required for a start. */
bool coverage_may_lack(unsigned int event);

/* Calls @fn for each gap of an event. */
void coverage_gaps(const struct coverage *c, unsigned int event, coverage_gap_fn *fn, void *ctx);

/* Tries out in which ways a task can do something. Starts a child for a moment. */
void coverage_look(struct coverage_kernel *ret);

/*
 * Which operations of io_uring this kernel has, a bit each. All, if this process may not use
 * io_uring; 0 where io_uring is missing or switched off.
 */
uint64_t coverage_uring(void);

/* The ABIs under which this kernel has system calls; all, if the process has a seccomp filter. */
uint32_t coverage_abis(void);

#endif /* SOURCE_COVERAGE_H */
