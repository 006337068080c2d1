/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Describes events that need no code of their own, for both drivers: the source column of
 * events.def says where each field comes from, and syscalls.def which argument of a call it is.
 */
#ifndef SAKER_FILL_ROW_TABLE_H
#define SAKER_FILL_ROW_TABLE_H

#include <saker/device.h>
#include <saker/event.h>

/* The source column of events.def, which documents it. */
enum row_op {
	ROW_OP_CODE, ROW_OP_NOTHING, ROW_OP_RESULT, ROW_OP_ARG, ROW_OP_ARG_AT, ROW_OP_STRING,
	ROW_OP_PATH_OF, ROW_OP_DEV_OF, ROW_OP_INO_OF, ROW_OP_TUPLE_OF, ROW_OP_UNIX_OF,
	ROW_OP_TASK_OF, ROW_OP_START_OF, ROW_OP_STRING_IF, ROW_OP_TASK_BY, ROW_OP_START_BY,
	ROW_OP_BITS_OF,
	/* With a second step, for what is behind pointers in user memory, or of the caller: */
	ROW_OP_INT_OF, ROW_OP_GIVEN_INT_OF, ROW_OP_OWN, ROW_OP_WRITTEN, ROW_OP_QUEUE_OF,
	ROW_OP_TUPLE_TO, ROW_OP_TUPLE_FROM, ROW_OP_DATA_OF, ROW_OP_RIGHTS_OF,
	ROW_OP_ATTR_OF, ROW_OP_ATTR_TEXT, ROW_OP_UNIX_GIVEN, ROW_OP_LONG_OF,
	ROW_OP_GIVEN_LONG_OF, ROW_OP_TIME_OF, ROW_OP_BYTES_OF,
	/* What a function hook saw, if one did: the last of the list. */
	ROW_OP_SEEN, ROW_OP_SEEN_DEV, ROW_OP_SEEN_INO, ROW_OP_SEEN_OR_STRING,
	ROW_OP_SEEN_OR_PATH_OF, ROW_OP_SEEN_OR_DEV_OF,
	ROW_OP_SEEN_OR_INO_OF, ROW_OP_SEEN_OR_TUPLE_OF,
};

/* Of OWN(): what the calling task has after the call. */
enum row_own {
	ROW_OWN_uid, ROW_OWN_euid, ROW_OWN_suid, ROW_OWN_fsuid,
	ROW_OWN_gid, ROW_OWN_egid, ROW_OWN_sgid, ROW_OWN_fsgid,
	ROW_OWN_cap_permitted, ROW_OWN_cap_effective, ROW_OWN_cap_inheritable,
	ROW_OWN_vm_size, ROW_OWN_vm_rss, ROW_OWN_vm_swap,
};

/* Of QUEUE_OF(). */
enum { ROW_QUEUE_LEN, ROW_QUEUE_MAX };

/* Of SEEN_OR_TUPLE_OF(): what happens to the socket. */
enum { ROW_BINDS, ROW_LISTENS, ROW_IS_ACCEPTED };

/* Of DATA_OF(): what the argument points to, if not to the bytes. */
enum { ROW_IOVEC, ROW_MESSAGE };

/* Of ATTR_OF() and ATTR_TEXT(): which attribute of bpf(). */
enum {
	ROW_ATTR_map_type, ROW_ATTR_prog_type, ROW_ATTR_attach_type, ROW_ATTR_count,
	ROW_ATTR_attr_flags, ROW_ATTR_object, ROW_ATTR_name, ROW_ATTR_path, ROW_ATTRS,
};

/* An attribute of a command: its offset and form; forms begin at 1, so 0 is none. */
enum { ROW_ATTR_NUMBER = 0x100, ROW_ATTR_NAME = 0x200, ROW_ATTR_POINTER = 0x300 };
#define ROW_ATTR_COMMANDS	64
#define ROW_ATTR_NAME_LEN	16

/* Segments of a message, or of readv() and the like, and control messages that are looked at. */
#define ROW_SEGMENTS	8
#define ROW_CONTROLS	4

/* Families of addresses; level and type of SCM_RIGHTS, side by side. */
enum { ROW_LOCAL = 1, ROW_INET = 2, ROW_INET6 = 10 };
#define ROW_SCM_RIGHTS	0x100000001ull

struct row_field {
	__u16 at;		/* offset in the record */
	__u8 op;		/* enum row_op */
	__u8 width;		/* bytes of a number, with ROW_SIGNED; 0: no number */
	__u8 from;		/* index of the field that it is read from */
	__u8 arg;		/* STRING_IF: which argument; BITS_OF: the shift */
	__u8 other;		/* index of another field: only a message lacks it; DATA_OF: vlen */
	__u8 pad;
	__s32 number;		/* ARG: if the call has none; STRING_IF: of that field */
};

#define ROW_SIGNED	0x10

struct row {
	__u16 first;		/* index of the first field in the table of fields */
	__u16 n;		/* how many; 0: the event has code of its own */
	__u16 fixed;		/* bytes of header and fixed fields */
	__u16 room;		/* bytes of parts in the worst case */
	__u16 traits;		/* ROW_TRAITS_* */
	__u16 seen;		/* function hooks see the files that its calls work on */
};

/* The bits that both drivers have for these traits. */
enum { ROW_TRAITS_ORDINARY = 0, ROW_TRAITS_RESERVE = 1, ROW_TRAITS_URGENT = 3 };

/* Bytes of a path or string in the worst case, and those that a driver may write beyond its end. */
#define ROW_PATH	(4096 + 16)
#define ROW_UNIX	(128 + 16)

/* Of BYTES_OF(): so many at most. */
#define ROW_BYTES	512

/* The call that is recorded. */
struct row_call {
	__u64 map;		/* of row_map */
	__u64 args[8];		/* six, and room for an index that BPF bounds */
	__u32 prov;		/* of the arguments: ia32's socketcall has them in user memory */
	__u32 todo;		/* module: a bit for each field that has to be filled */
};

struct row_task {
	__u64 start_ns;
	__u32 tid;
};

/* Provenance and arguments are kept in four bits for each field, and four are for flags. */
#define ROW_FIELDS_MAX	15
/* Bytes of the largest record with a row, without parts: a power of two. */
#define ROW_FIXED_MAX	256

/* Each source as operation, sibling, number, argument, another field. */
#define ROW_CODE		CODE, _, 0
#define ROW_NOTHING		NOTHING, _, 0
#define ROW_RESULT		RESULT, _, 0
#define ROW_ARG			ARG, _, 0
#define ROW_ARG_OR(value)	ARG, _, value
#define ROW_ARG_AT(n)		ARG_AT, _, n
#define ROW_STRING		STRING, _, 0
#define ROW_PATH_OF(fd)		PATH_OF, fd, 0
#define ROW_DEV_OF(fd)		DEV_OF, fd, 0
#define ROW_INO_OF(fd)		INO_OF, fd, 0
#define ROW_TUPLE_OF(fd)	TUPLE_OF, fd, 0
#define ROW_UNIX_OF(tuple)	UNIX_OF, tuple, 0
#define ROW_INT_OF(array, n)	INT_OF, array, n
#define ROW_TASK_OF(pid)	TASK_OF, pid, 0
#define ROW_START_OF(pid)	START_OF, pid, 0
#define ROW_OWN(what)		OWN, _, ROW_OWN_##what
#define ROW_STRING_IF(field, value, n)	STRING_IF, field, value, n, _
#define ROW_GIVEN_INT_OF(array, n)	GIVEN_INT_OF, array, n
#define ROW_TUPLE_TO(fd, size)	TUPLE_TO, fd, 0, 0, size
#define ROW_TUPLE_FROM(fd, size)	TUPLE_FROM, fd, 0, 0, size
#define ROW_DATA_OF(size, form)	DATA_OF, size, ROW_##form, 0, vlen
#define ROW_RIGHTS_OF(data, size, n)	RIGHTS_OF, data, n, 0, size
#define ROW_UNIX_GIVEN(size)	UNIX_GIVEN, res, 0, 0, size
#define ROW_TASK_BY(fd)		TASK_BY, fd, 0
#define ROW_START_BY(fd)	START_BY, fd, 0
#define ROW_WRITTEN		WRITTEN, _, 0
#define ROW_QUEUE_OF(fd, which)	QUEUE_OF, fd, ROW_QUEUE_##which
#define ROW_LONG_OF(array, n)	LONG_OF, array, n
#define ROW_GIVEN_LONG_OF(array, n)	GIVEN_LONG_OF, array, n
#define ROW_TIME_OF(time)	TIME_OF, time, 0
#define ROW_BYTES_OF(count, unit)	BYTES_OF, count, unit
#define ROW_SEEN(n)		SEEN, _, n
#define ROW_SEEN_DEV		SEEN_DEV, _, 0
#define ROW_SEEN_INO		SEEN_INO, _, 0
#define ROW_SEEN_OR_STRING(n)	SEEN_OR_STRING, _, n
#define ROW_SEEN_OR_PATH_OF(fd)	SEEN_OR_PATH_OF, fd, 0
#define ROW_SEEN_OR_DEV_OF(fd)	SEEN_OR_DEV_OF, fd, 0
#define ROW_SEEN_OR_INO_OF(fd)	SEEN_OR_INO_OF, fd, 0
#define ROW_ATTR_OF(array, which)	ATTR_OF, array, ROW_ATTR_##which
#define ROW_ATTR_TEXT(array, which)	ATTR_TEXT, array, ROW_ATTR_##which
#define ROW_BITS_OF(field, bits, shift)	BITS_OF, field, bits, shift, _
#define ROW_SEEN_OR_TUPLE_OF(fd, how)	SEEN_OR_TUPLE_OF, fd, ROW_##how

#define ROW_WIDTH_u32	4
#define ROW_WIDTH_s32	(4 | ROW_SIGNED)
#define ROW_WIDTH_u64	8
#define ROW_WIDTH_s64	(8 | ROW_SIGNED)
#define ROW_WIDTH_comm	0
#define ROW_WIDTH_fd	0
#define ROW_WIDTH_tuple	0
#define ROW_WIDTH_part	0

#define ROW_FIELD(ev, type, field, ...)	ROW_FIELD_(ev, type, field, __VA_ARGS__, 0, _, _)
#define ROW_FIELD_(ev, type, field, operation, sibling, value, n, third, ...)	{	\
		.at = __builtin_offsetof(struct ev_##ev, field),	\
		.op = ROW_OP_##operation,				\
		.width = ROW_WIDTH_##type,				\
		.from = EV_FIELD(ev, sibling),				\
		.number = (value),					\
		.arg = (n),						\
		.other = EV_FIELD(ev, third),				\
	},

/* Room in the table of fields, for an index that BPF bounds. */
#define ROW_PLACES	1024

/* Where the fields of an event begin in that table. */
struct row_first {
#define EVENT(id, ev, name, traits, doc)		char ev[EV_NFIELDS(ev)];
#define FIELD(ev, type, field, kind, source, doc)
#define END(ev)
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END
};

#define ROW_IS_CODE(...)		ROW_IS_CODE_(__VA_ARGS__)
#define ROW_IS_CODE_(operation, ...)	(ROW_OP_##operation == ROW_OP_CODE)
#define ROW_ROOM(...)			ROW_ROOM_(__VA_ARGS__)
#define ROW_ROOM_(operation, ...)							\
	(ROW_OP_##operation == ROW_OP_BYTES_OF ? ROW_BYTES + 16 :			\
	 ROW_OP_##operation == ROW_OP_STRING || ROW_OP_##operation == ROW_OP_STRING_IF ||	\
	 ROW_OP_##operation == ROW_OP_WRITTEN ||					\
	 ROW_OP_##operation == ROW_OP_PATH_OF ||					\
	 ROW_OP_##operation == ROW_OP_DATA_OF ||					\
	 ROW_OP_##operation == ROW_OP_ATTR_TEXT ||					\
	 ROW_OP_##operation == ROW_OP_SEEN ||						\
	 ROW_OP_##operation == ROW_OP_SEEN_OR_STRING ||					\
	 ROW_OP_##operation == ROW_OP_SEEN_OR_PATH_OF ? ROW_PATH :			\
	 ROW_OP_##operation == ROW_OP_UNIX_OF ||					\
	 ROW_OP_##operation == ROW_OP_UNIX_GIVEN ? ROW_UNIX : 0)
#define ROW_IS_SEEN(...)		ROW_IS_SEEN_(__VA_ARGS__)
#define ROW_IS_SEEN_(operation, ...)	(ROW_OP_##operation >= ROW_OP_SEEN)

/* Has an event a row? How much room do its parts take? Do function hooks see its files? */
enum {
#define EVENT(id, ev, name, traits, doc)		ROW_HAS_##ev = !(0
#define FIELD(ev, type, field, kind, source, doc)	|| ROW_IS_CODE(ROW_##source)
#define END(ev)						|| 0),
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END
#define EVENT(id, ev, name, traits, doc)		ROW_ROOM_##ev = 0
#define FIELD(ev, type, field, kind, source, doc)	+ ROW_ROOM(ROW_##source)
#define END(ev)						+ 0,
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END
#define EVENT(id, ev, name, traits, doc)		ROW_SEES_##ev = !!(0
#define FIELD(ev, type, field, kind, source, doc)	|| ROW_IS_SEEN(ROW_##source)
#define END(ev)						|| 0),
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END
};

/*
 * Which argument each field of a call's event is: four bits for each field, ROW_ABSENT for
 * none. The highest bit is cleared if the ids are 16 bits wide under ia32, the next one if a
 * number of 64 bits is in two registers there, the third if a long in user memory has 64 bits
 * there.
 */
#define ROW_ABSENT	0xfu
#define ROW_WIDE_IDS	0x8000000000000000ull
#define ROW_ONE_REGISTER	0x4000000000000000ull
#define ROW_SHORT_LONGS	0x2000000000000000ull

#define ROW_MAP_AT(ev, field, n)	\
	(EV_FIELD(ev, field) < ROW_FIELDS_MAX ?	\
	 (__u64)(ROW_ABSENT ^ (n)) << (EV_FIELD(ev, field) % 16 * 4) : 0)
#define ROW_MAP(ev, ...)	ROW_MAP_(ev, ##__VA_ARGS__, _, _, _, _, _, _)
#define ROW_MAP_(ev, a, b, c, d, e, f, ...)					\
	(~0ull ^ ROW_MAP_AT(ev, a, 0) ^ ROW_MAP_AT(ev, b, 1) ^ ROW_MAP_AT(ev, c, 2) ^	\
	 ROW_MAP_AT(ev, d, 3) ^ ROW_MAP_AT(ev, e, 4) ^ ROW_MAP_AT(ev, f, 5))

/* By ABI and number; a call without a number under an ABI is stored in the last slot of the ABI. */
#define ROW_CALLS		2048
#define ROW_CALL(abi, nr)	((abi) * SAKER_NR_SLOTS + ((nr) < 0 ? SAKER_NR_SLOTS - 1 : (nr)))

#endif /* SAKER_FILL_ROW_TABLE_H */
