/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Event ABI: defines the layout of a record in the ring. A record is a fixed
 * struct that can be read in place, followed by data of varying length, to
 * which {offset, length} parts point. So decoding is a bounds check, not a
 * parse. Shared by module, BPF and agent; includes only linux/types.h.
 *
 *   0            64               fixed_len                  (24 bytes) len
 *   +------------+----------------+------------+-----+-------+----------+
 *   | ev_header  | fixed fields   | part bytes | ... | pad   | ev_more  |
 *   +------------+----------------+------------+-----+-------+----------+
 *                  ev_part.off ─────^                          if EV_F_MORE
 *
 * CPU and kernel are not in the record: the ring has them, and a capture has a
 * struct ev_place before each record.
 *
 * Rules of change: numbers are never reused, fields are only appended to an
 * event. A reader uses fixed_len of the record: fields unknown to the reader
 * are skipped, fields unknown to the writer read as zero. A flag unknown to the
 * reader changes nothing that it reads.
 */
#ifndef SAKER_EVENT_H
#define SAKER_EVENT_H

#include <linux/types.h>

/* A hole in a struct must not compile: it would leak kernel memory. */
#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"

struct ev_header {
	__u32	len;		/* of the whole record, a multiple of 8 */
	__u16	fixed_len;	/* header and fixed fields */
	__u16	type;		/* enum ev_type */
	__u64	ts_ns;		/* CLOCK_BOOTTIME when the record was reserved */
	__u64	seq;		/* per CPU, from 1; 0 for records outside the numbering */
	__u64	start_ns;	/* CLOCK_BOOTTIME start of the thread tid */
	__u64	cgroup_id;	/* of the thread; on a v1 host of one named hierarchy */
	__u32	tid;		/* thread and process, as the initial pid namespace */
	__u32	tgid;		/* numbers them */
	__u32	flags;		/* EV_F_* and the ABI */
	__s32	nr;		/* system call number under that ABI, if EV_F_SYSCALL */
	__u64	prov;		/* four bits for each of the first 16 fields, see EV_PROV_* */
};

/* The last bytes of a record with EV_F_MORE: the provenance of the fields from the 17th on. */
struct ev_more {
	__u64	prov[3];
};

/* Where a record was made. */
struct ev_place {
	__u32	origin;		/* which kernel: 0 is this one */
	__u16	cpu;
	__u16	reserved;
};

/* ev_header.flags */
#define EV_F_ABI_MASK	0x00000003u	/* enum ev_abi */
#define EV_F_SYSCALL	0x00000004u	/* nr is valid: seen at a system call's exit, or entry */
#define EV_F_FAILED	0x00000008u	/* the operation failed */
#define EV_F_IO_URING	0x00000010u	/* done by io_uring for the task */
#define EV_F_FROM_USER	0x00000020u	/* posted by the agent, not seen by the driver */
#define EV_F_RESTARTED	0x00000040u	/* interrupted; the same call will be seen again */
#define EV_F_SNAPSHOT	0x00000080u	/* state at start, not something that happened */
#define EV_F_MORE	0x00000100u	/* ends in a struct ev_more */
#define EV_F_ENTRY	0x00000200u	/* seen at the call's entry: it may never return */

enum ev_abi {
	EV_ABI_64 = 0,		/* native */
	EV_ABI_IA32 = 1,
	EV_ABI_X32 = 2,
	EV_ABI_COUNT = 3,
};

/*
 * Provenance of one field: two bits for its origin, two for its state. Zero,
 * the common case, is "whole, from the kernel".
 */
#define EV_PROV_KERNEL		0x0	/* read from the object the kernel used */
#define EV_PROV_SHARED_FD	0x1	/* by descriptor, from a table other tasks may change */
#define EV_PROV_USER		0x2	/* user memory, which another thread may rewrite */
#define EV_PROV_AGENT		0x3	/* read by the agent, for example from /proc */
#define EV_PROV_SOURCE_MASK	0x3
#define EV_PROV_TRUNCATED	0x4	/* ev_part.full has the full length */
#define EV_PROV_UNREADABLE	0x8	/* could not be read; the field is empty */
#define EV_PROV_PENDING		0xc	/* a later record has the value */
#define EV_PROV_STATE_MASK	0xc

/* Bytes of varying length, relative to the start of the record. Never NUL-terminated. */
struct ev_part {
	__u32	off;		/* 0 if the field is absent */
	__u32	len;		/* bytes present */
	__u32	full;		/* full length; ~0 if it could not be measured */
	__u32	head;		/* bytes before the omitted middle; len if nothing is omitted */
};

/* Both ends of a socket. Addresses are in network order, ports in host order. */
struct ev_tuple {
	__u16	family;		/* AF_*, 0 if the descriptor is no socket */
	__u16	type;		/* SOCK_* */
	__u16	protocol;	/* IPPROTO_* */
	__u16	state;		/* TCP_*, or SS_* for unix sockets */
	__u16	lport;
	__u16	rport;
	__u32	role;		/* enum ev_role */
	__u8	laddr[16];	/* IPv4 in the first four bytes */
	__u8	raddr[16];
	__u64	ino;		/* of the socket */
	__u64	peer;		/* unix sockets: inode of the peer, if known */
};

enum ev_role { EV_ROLE_UNKNOWN = 0, EV_ROLE_CLIENT = 1, EV_ROLE_SERVER = 2 };

/* The file behind a descriptor. */
enum ev_fd_kind {
	EV_FD_NONE = 0,		/* not open */
	EV_FD_FILE, EV_FD_DIR, EV_FD_CHR, EV_FD_BLK, EV_FD_FIFO, EV_FD_SYMLINK,
	EV_FD_PIPE, EV_FD_SOCKET, EV_FD_MEMFD, EV_FD_EVENT, EV_FD_EVENTPOLL,
	EV_FD_INOTIFY, EV_FD_SIGNAL, EV_FD_TIMER, EV_FD_PIDFD, EV_FD_BPF,
	EV_FD_IO_URING, EV_FD_USERFAULT, EV_FD_ANON,
};

struct ev_fd {
	__u32	kind;		/* enum ev_fd_kind */
	__u32	flags;		/* f_flags */
	__u32	dev;		/* new_encode_dev() of the superblock */
	__u32	rdev;		/* of a device node */
	__u64	ino;
	struct ev_tuple sock;	/* family 0 unless kind is EV_FD_SOCKET */
};

struct ev_comm { char s[16]; };	/* NUL-padded */

/* One row of a gap record: how many events of a type were dropped, and why. */
struct ev_lost {
	__u16	type;		/* enum ev_type, EV_OTHER for the rest */
	__u16	reason;		/* enum ev_drop */
	__u32	count;
};

/* Why a selected event was not recorded. */
enum ev_drop {
#define DROP(name, doc)	EV_DROP_##name,
#include <saker/drops.def>
#undef DROP
	EV_DROP_COUNT,
};

/*
 * One row of a counter record. Exact at its place in the stream:
 * hits == emitted + filtered + sum(dropped), per CPU and type.
 */
struct ev_tally {
	__u32	type;
	__u32	reserved;
	__u64	hits;
	__u64	emitted;
	__u64	filtered;
	__u64	dropped[EV_DROP_COUNT];
};

typedef __u64 ev_u64;
typedef __s64 ev_s64;
typedef __u32 ev_u32;
typedef __s32 ev_s32;
typedef struct ev_part ev_part;
typedef struct ev_tuple ev_tuple;
typedef struct ev_fd ev_fd;
typedef struct ev_comm ev_comm;

enum ev_type {
	/*
	 * In gap records: types that did not fit. A record of this type is padding:
	 * skip it; if its seq is not 0, that number was given to an event that was
	 * filtered after another had been recorded behind it.
	 */
	EV_OTHER = 0,
#define EVENT(id, ev, name, traits, doc)	EV_##ev = id,
#define FIELD(ev, type, field, kind, source, doc)
#define END(ev)
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END
	EV_TYPE_MAX = 256,	/* room for future types; size of a table by type */
};

/* struct ev_open { struct ev_header hdr; ev_s64 res; ...; ev_part path; }; */
#define EVENT(id, ev, name, traits, doc)	struct ev_##ev { struct ev_header hdr;
#define FIELD(ev, type, field, kind, source, doc)		ev_##type field;
#define END(ev)				};
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END

/*
 * EV_FIELD(open, path): the index of a field in its event, which is also the index of its
 * provenance.
 */
#define EVENT(id, ev, name, traits, doc)	struct ev_##ev##_places { struct ev_header *hdr_;
#define FIELD(ev, type, field, kind, source, doc)		char field;
#define END(ev)				char _; } __attribute__((packed));
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END

#pragma GCC diagnostic pop

#define EV_FIELD(ev, field)						\
	((unsigned int)(__builtin_offsetof(struct ev_##ev##_places, field) - sizeof(void *)))
#define EV_NFIELDS(ev)	EV_FIELD(ev, _)
#define EV_FIELD_MAX	64	/* the number of fields that provenance has room for */
#define EV_PROV_FIELDS	16	/* of these, in the header */

static inline struct ev_more *ev_more(const struct ev_header *h)
{
	return (struct ev_more *)((char *)h + h->len) - 1;
}

/* For a field from the 17th on the record needs EV_F_MORE, and its final length. */
static inline void ev_prov_set(struct ev_header *h, unsigned int field, unsigned int prov)
{
	__u64 *word = field < EV_PROV_FIELDS ? &h->prov :
		      &ev_more(h)->prov[field / EV_PROV_FIELDS - 1];

	*word |= (__u64)prov << (field % EV_PROV_FIELDS * 4);
}

static inline unsigned int ev_prov(const struct ev_header *h, unsigned int field)
{
	__u64 word = h->prov;

	if (field >= EV_PROV_FIELDS)
		word = h->flags & EV_F_MORE ? ev_more(h)->prov[field / EV_PROV_FIELDS - 1] : 0;
	return (word >> (field % EV_PROV_FIELDS * 4)) & 0xf;
}

#endif /* SAKER_EVENT_H */
