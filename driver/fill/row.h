/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fills a record from its event's row. Compiled into the module by driver/fill_row.c and into
 * a program of the eBPF driver by driver/bpf/fill_row.h. Before they include this file they
 * define what differs between the two:
 *
 *   ROW_INLINE				how small functions are inlined
 *   struct row_fill			the record being filled
 *   row_at(f, offset)			where a field is in the record
 *   row_field_at(row, index)		a field of a row
 *   row_arg(c, n)			argument n of the call
 *   row_prov(f, index, prov)		set the provenance of a field
 *   row_string(f, part, index, address)	append a string of user memory
 *   struct row_fd, row_fd_get(number), row_fd_put(fd)	file and provenance of a descriptor
 *   row_path(f, part, index, fd)	append the path of that file
 *   row_dev(file), row_ino(file)
 *   row_queue(file, which)		of the socket of that file; which: ROW_QUEUE_*
 *   row_socket(f, offset, part, index, fd, role)	both ends of a socket, and its name
 *   row_number_at(address, bytes, number)	read 4 or 8 bytes of user memory; false: it faults
 *   row_data_max(f)			how many bytes of data the selection keeps
 *   row_copy(f, done, address, n)	copy user memory behind the last part; false: it faults
 *   row_part_end(f, part, len, full)	these bytes are a part
 *   row_given(f, offset, address, len)	a sockaddr of user memory is the remote end
 *   row_is_received(f)			is it a message that was received?
 *   row_unix_name(f, part, index, address, len)	append a name of that many bytes at most
 *   row_task(number)			the task with that number, or zeros
 *   row_task_by(file)			the process for which a file stands, or zeros
 *   row_own(f, what)			enum row_own
 *   row_is_seen(f)			has a function hook seen the call's files?
 *   row_seen(f, part, index, n)	append path or string n that it has seen
 *   row_seen_dev(f), row_seen_ino(f)	of the first of its files
 *   row_index(i, mask)			an index that is in the table
 *   row_seen_socket(f, offset, part, index, fd, how)	both ends of the socket that it has
 *					seen, and its name; fd: of the descriptor, or no file
 */
#ifndef SAKER_FILL_ROW_H
#define SAKER_FILL_ROW_H

#include "row_table.h"

/* Every field of every event, in the order of events.def; room for an index that BPF bounds. */
static const struct row_field row_fields[ROW_PLACES] = {
#define EVENT(id, ev, name, traits, doc)
#define FIELD(ev, type, field, kind, source, doc)	ROW_FIELD(ev, type, field, ROW_##source)
#define END(ev)
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END
};

static const struct row rows[EV_TYPE_MAX] = {
#define EVENT(id, ev, name, bits, doc)	[id] = {			\
		.first = __builtin_offsetof(struct row_first, ev),	\
		.n = ROW_HAS_##ev ? EV_NFIELDS(ev) : 0,			\
		.fixed = sizeof(struct ev_##ev),			\
		.room = ROW_HAS_##ev ? ROW_ROOM_##ev : 0,		\
		.traits = ROW_TRAITS_##bits,				\
		.seen = ROW_SEES_##ev,					\
	},
#define FIELD(ev, type, field, kind, source, doc)
#define END(ev)
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END
};

#define ROW_SYSCALL(abi, nr, ev, ...)	[ROW_CALL(abi, nr)] = ROW_MAP(ev, ##__VA_ARGS__),

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
static const __u64 row_map[ROW_CALLS] = {
#define SYSCALL(name, n64, ia32, x32, ev, ...)	\
	ROW_SYSCALL(EV_ABI_64, n64, ev, ##__VA_ARGS__)
#include <saker/syscalls.def>
#undef SYSCALL
#define SYSCALL(name, n64, ia32, x32, ev, ...)	\
	ROW_SYSCALL(EV_ABI_IA32, ia32, ev, ##__VA_ARGS__)
#define SYSCALL16(name, n64, ia32, x32, ev, ...)	\
	[ROW_CALL(EV_ABI_IA32, ia32)] = ROW_MAP(ev, ##__VA_ARGS__) & ~ROW_WIDE_IDS,
#define SYSCALL64(name, n64, ia32, x32, ev, ...)	\
	[ROW_CALL(EV_ABI_IA32, ia32)] = ROW_MAP(ev, ##__VA_ARGS__) & ~ROW_ONE_REGISTER,
#define SYSCALL_LONG64(name, n64, ia32, x32, ev, ...)	\
	[ROW_CALL(EV_ABI_IA32, ia32)] = ROW_MAP(ev, ##__VA_ARGS__) & ~ROW_SHORT_LONGS,
#define IA32(name, ia32, ev, ...)	\
	[ROW_CALL(EV_ABI_IA32, ia32)] = ROW_MAP(ev, ##__VA_ARGS__) & ~ROW_ONE_REGISTER,
#include <saker/syscalls.def>
#undef SYSCALL
#define SYSCALL(name, n64, ia32, x32, ev, ...)	\
	ROW_SYSCALL(EV_ABI_X32, x32, ev, ##__VA_ARGS__)
#include <saker/syscalls.def>
#undef SYSCALL
};

#pragma GCC diagnostic pop

/* The calls that ia32's socketcall() makes, by its first argument. */
static const struct row_socketcall {
	__u16 nr;		/* of the call under ia32 */
	__u16 args;		/* how many are in the array; 0: there is no such call */
} row_socketcalls[32] = {
#define SOCKETCALL(which, number, count)	[which] = { .nr = number, .args = count },
#include <saker/socketcall.def>
};

/* Attributes of bpf(), by field and command. */
static const __u16 row_attrs[ROW_ATTRS][ROW_ATTR_COMMANDS] = {
#define ATTR(cmd, field, offset, form)	[ROW_ATTR_##field][cmd] = (offset) | ROW_ATTR_##form,
#include <saker/bpfattr.def>
};

static ROW_INLINE unsigned int row_nibble(const struct row_call *c, unsigned int index)
{
	return c->map >> (index * 4) & ROW_ABSENT;
}

static ROW_INLINE void row_number(struct row_fill *f, const struct row_field *r, __u64 value)
{
	void *p = row_at(f, r->at);

	if (r->width & 8)
		*(__u64 *)p = value;
	else
		*(__u32 *)p = value;
}

/* An argument as a number: of ia32, signed numbers and 16-bit ids are widened, pairs joined. */
static ROW_INLINE __u64 row_value(const struct row_fill *f, const struct row_field *r,
				  const struct row_call *c, unsigned int n)
{
	__u64 value = row_arg(c, n);

	if (f->abi != EV_ABI_IA32)
		return value;
	if (r->width & 8 && !(c->map & ROW_ONE_REGISTER))
		return value | row_arg(c, n + 1) << 32;
	if (r->width == (8 | ROW_SIGNED))
		return (__s64)(__s32)value;
	if (r->width == 4 && !(c->map & ROW_WIDE_IDS))
		return (__u16)value == 0xffff ? ~0u : (__u16)value;
	return value;
}

static ROW_INLINE void row_argument(struct row_fill *f, const struct row_field *r,
				    const struct row_call *c, unsigned int i)
{
	unsigned int n = row_nibble(c, i);

	if (n == ROW_ABSENT || c->prov & EV_PROV_UNREADABLE)
		row_number(f, r, (__s64)r->number);
	else
		row_number(f, r, row_value(f, r, c, n));
	if (n != ROW_ABSENT && c->prov)
		row_prov(f, i, c->prov);
}

/*
 * The descriptor or process number that a field is read from; false if the call has none, or the
 * number that stands for none.
 */
static ROW_INLINE bool row_sibling(struct row_fill *f, const struct row *row,
				   const struct row_field *r, const struct row_call *c, __s32 *ret)
{
	const struct row_field *from = row_field_at(row, r->from);

	*ret = *(__s32 *)row_at(f, from->at);
	if (from->op == ROW_OP_RESULT || from->op == ROW_OP_INT_OF)
		return !(f->flags & EV_F_FAILED) && *ret >= 0;
	if (from->op == ROW_OP_RIGHTS_OF)
		return *ret >= 0;
	return row_nibble(c, r->from) != ROW_ABSENT && *ret != from->number;
}

/* Of a call that sends or receives: does it have a message, which may carry descriptors? */
static ROW_INLINE bool row_is_message(const struct row_field *r, const struct row_call *c)
{
	return row_nibble(c, r->other) == ROW_ABSENT;
}

/* Does field @i of a record of this call stay 0, as the call has nothing that it is read from? */
static ROW_INLINE bool row_is_idle(const struct row *row, const struct row_call *c, unsigned int i)
{
	const struct row_field *r = row_field_at(row, i), *from = row_field_at(row, r->from);

	switch (r->op) {
	case ROW_OP_NOTHING:
	case ROW_OP_UNIX_OF:
		return true;
	case ROW_OP_ARG:
		return row_nibble(c, i) == ROW_ABSENT && !r->number;
	case ROW_OP_STRING:
	case ROW_OP_WRITTEN:
	case ROW_OP_DATA_OF:
	case ROW_OP_BYTES_OF:
		return row_nibble(c, i) == ROW_ABSENT;
	case ROW_OP_TIME_OF:
		return row_nibble(c, r->from) == ROW_ABSENT;
	case ROW_OP_RIGHTS_OF:
		return !row_is_message(r, c) && !r->number;
	case ROW_OP_PATH_OF:
	case ROW_OP_DEV_OF:
	case ROW_OP_INO_OF:
	case ROW_OP_TASK_OF:
	case ROW_OP_START_OF:
	case ROW_OP_TASK_BY:
	case ROW_OP_START_BY:
		if (from->op == ROW_OP_RIGHTS_OF)
			return !row_is_message(from, c);
		return from->op == ROW_OP_ARG && row_nibble(c, r->from) == ROW_ABSENT;
	}
	return false;
}

static ROW_INLINE bool row_is_tuple(const struct row_field *r)
{
	return r->op == ROW_OP_TUPLE_OF || r->op == ROW_OP_TUPLE_TO ||
	       r->op == ROW_OP_TUPLE_FROM || r->op == ROW_OP_SEEN_OR_TUPLE_OF;
}

static ROW_INLINE __u32 row_role(const struct row_field *r)
{
	return r->op == ROW_OP_SEEN_OR_TUPLE_OF && r->number == ROW_IS_ACCEPTED ?
	       EV_ROLE_SERVER : EV_ROLE_UNKNOWN;
}

/* What a descriptor refers to. The name of a socket, the next field, is read with it. */
static ROW_INLINE void row_from_fd(struct row_fill *f, const struct row *row,
				   const struct row_field *r, unsigned int i, __s32 number)
{
	struct row_fd fd = row_fd_get(number);

	if (!fd.file) {
		row_prov(f, i, fd.prov | EV_PROV_UNREADABLE);
		if (row_is_tuple(r))
			row_prov(f, i + 1, fd.prov | EV_PROV_UNREADABLE);
		return;
	}
	switch (r->op) {
	case ROW_OP_PATH_OF:
	case ROW_OP_SEEN_OR_PATH_OF:
		row_path(f, row_at(f, r->at), i, fd);
		break;
	case ROW_OP_TUPLE_OF:
	case ROW_OP_TUPLE_TO:
	case ROW_OP_TUPLE_FROM:
	case ROW_OP_SEEN_OR_TUPLE_OF:
		row_socket(f, r->at, row_at(f, row_field_at(row, i + 1)->at), i + 1, fd,
			   row_role(r));
		break;
	case ROW_OP_DEV_OF:
	case ROW_OP_SEEN_OR_DEV_OF:
		row_number(f, r, row_dev(fd.file));
		break;
	case ROW_OP_TASK_BY:
		row_number(f, r, row_task_by(fd.file).tid);
		break;
	case ROW_OP_START_BY:
		row_number(f, r, row_task_by(fd.file).start_ns);
		break;
	default:
		row_number(f, r, row_ino(fd.file));
	}
	if (fd.prov && r->op != ROW_OP_PATH_OF && r->op != ROW_OP_SEEN_OR_PATH_OF)
		row_prov(f, i, fd.prov);
	row_fd_put(fd);
}

#include "message.h"

/*
 * row_attr() - where an attribute of bpf() is
 * @address:	out
 *
 * Return: its form; 0 if the command has none, or the caller's attributes are shorter.
 */
static ROW_INLINE unsigned int row_attr(const struct row_field *r, const struct row_call *c,
					__u64 *address)
{
	__u64 cmd = row_arg(c, 0);
	unsigned int entry, form, bytes;

	if (cmd >= ROW_ATTR_COMMANDS)
		return 0;
	entry = row_attrs[row_index(r->number, ROW_ATTRS - 1)]
			 [row_index(cmd, ROW_ATTR_COMMANDS - 1)];
	form = entry & ~0xffu;
	bytes = form == ROW_ATTR_NUMBER ? 4 : form == ROW_ATTR_NAME ? ROW_ATTR_NAME_LEN : 8;
	if ((__u32)row_arg(c, 2) < (entry & 0xff) + bytes)
		return 0;
	*address = row_arg(c, row_nibble(c, r->from)) + (entry & 0xff);
	return form;
}

static ROW_INLINE void row_attr_number(struct row_fill *f, const struct row_field *r,
				       const struct row_call *c, unsigned int i)
{
	__u64 address = 0, number = r->width & ROW_SIGNED ? -1 : 0;

	if (row_attr(r, c, &address))
		row_prov(f, i, row_number_at(address, 4, &number) ?
			       EV_PROV_USER : EV_PROV_USER | EV_PROV_UNREADABLE);
	row_number(f, r, number);
}

/* Bytes before the first NUL of 16. */
static ROW_INLINE unsigned int row_name_len(__u64 low, __u64 high)
{
	unsigned int n;

	for (n = 0; n < ROW_ATTR_NAME_LEN; n++)
		if (!((n < 8 ? low : high) >> (n & 7) * 8 & 0xff))
			break;
	return n;
}

static ROW_INLINE void row_attr_text(struct row_fill *f, const struct row_field *r,
				     const struct row_call *c, unsigned int i)
{
	__u64 address = 0, low = 0, high = 0;
	unsigned int n, form = row_attr(r, c, &address);

	if (!form)
		return;
	if (!row_number_at(address, 8, &low) ||
	    (form == ROW_ATTR_NAME && !row_number_at(address + 8, 8, &high))) {
		row_prov(f, i, EV_PROV_USER | EV_PROV_UNREADABLE);
		return;
	}
	if (form == ROW_ATTR_POINTER) {
		row_string(f, row_at(f, r->at), i, low);
		return;
	}
	n = row_name_len(low, high);
	if (!n)
		return;
	row_prov(f, i, row_copy(f, 0, address, n) ? EV_PROV_USER :
						    EV_PROV_USER | EV_PROV_UNREADABLE);
	row_part_end(f, row_at(f, r->at), n, n);
}

/* A number of an array: after a failure there is none that the call would have written. */
static ROW_INLINE void row_from_array(struct row_fill *f, const struct row_field *r,
				      const struct row_call *c, unsigned int i)
{
	unsigned int n = row_nibble(c, r->from);
	__u64 number = 0, array;

	if ((f->flags & EV_F_FAILED && r->op == ROW_OP_INT_OF) || n == ROW_ABSENT)
		return;
	array = row_arg(c, n);
	if (!array && !(c->prov & EV_PROV_UNREADABLE)) {
		row_number(f, r, r->width & ROW_SIGNED ? -1 : 0);
		return;
	}
	if (row_number_at(array + 4 * r->number, r->width & 8 ? 8 : 4, &number)) {
		row_number(f, r, c->map & ROW_WIDE_IDS ? number : (__u16)number);
		row_prov(f, i, EV_PROV_USER);
	} else {
		if (r->width & ROW_SIGNED)
			row_number(f, r, -1);	/* it may be a descriptor */
		row_prov(f, i, EV_PROV_USER | EV_PROV_UNREADABLE);
	}
}

/* Of the socket of a descriptor: how many connections wait. */
static ROW_INLINE void row_from_queue(struct row_fill *f, const struct row *row,
				      const struct row_field *r, const struct row_call *c,
				      unsigned int i)
{
	struct row_fd fd;
	__s32 number;

	if (!row_sibling(f, row, r, c, &number))
		return;
	fd = row_fd_get(number);
	if (fd.file)
		row_number(f, r, row_queue(fd.file, r->number));
	row_prov(f, i, fd.file ? fd.prov : fd.prov | EV_PROV_UNREADABLE);
	row_fd_put(fd);
}

static ROW_INLINE void row_from_sibling(struct row_fill *f, const struct row *row,
					const struct row_field *r, const struct row_call *c,
					unsigned int i)
{
	struct row_task task;
	__s32 number;

	if (!row_sibling(f, row, r, c, &number))
		return;
	if (r->op == ROW_OP_TASK_OF || r->op == ROW_OP_START_OF) {
		task = row_task(number);
		row_number(f, r, r->op == ROW_OP_TASK_OF ? task.tid : task.start_ns);
		return;
	}
	row_from_fd(f, row, r, i, number);
}

static ROW_INLINE void row_text(struct row_fill *f, const struct row_field *r,
				const struct row_call *c, unsigned int i)
{
	unsigned int n = row_nibble(c, i);

	if (n != ROW_ABSENT)
		row_string(f, row_at(f, r->at), i, row_arg(c, n));
}

/* A string that only one of the event's operations has. */
static ROW_INLINE void row_text_if(struct row_fill *f, const struct row *row,
				   const struct row_field *r, const struct row_call *c,
				   unsigned int i)
{
	if (*(__s32 *)row_at(f, row_field_at(row, r->from)->at) == r->number)
		row_string(f, row_at(f, r->at), i, row_arg(c, r->arg));
}

/*
 * The socket that a function hook has seen. @c: the call, or NULL
 *
 * What was accepted is complete then; any other socket is read again, after the call.
 */
static ROW_INLINE void row_tuple_seen(struct row_fill *f, const struct row *row,
				      const struct row_field *r, const struct row_call *c,
				      unsigned int i)
{
	struct row_fd fd = {};
	__s32 number;

	if (c && r->number != ROW_IS_ACCEPTED && row_sibling(f, row, r, c, &number))
		fd = row_fd_get(number);
	row_seen_socket(f, r->at, row_at(f, row_field_at(row, i + 1)->at), i, fd, r->number);
	row_fd_put(fd);
}

/* What a function hook has seen; false: nothing, or not this field. @c: the call, or NULL */
static ROW_INLINE bool row_from_hook(struct row_fill *f, const struct row *row,
				     const struct row_field *r, const struct row_call *c,
				     unsigned int i)
{
	if (r->op < ROW_OP_SEEN || !row_is_seen(f))
		return false;
	if (r->op == ROW_OP_SEEN_OR_TUPLE_OF) {
		row_tuple_seen(f, row, r, c, i);
		return true;
	}
	if (r->op == ROW_OP_SEEN_OR_DEV_OF || r->op == ROW_OP_SEEN_DEV)
		row_number(f, r, row_seen_dev(f));
	else if (r->op == ROW_OP_SEEN_OR_INO_OF || r->op == ROW_OP_SEEN_INO)
		row_number(f, r, row_seen_ino(f));
	else
		row_seen(f, row_at(f, r->at), i, r->number);
	return true;
}

/* Field @i of an event that no call of the task did: only what a function hook saw is known. */
static ROW_INLINE void row_field_alone(struct row_fill *f, const struct row *row, unsigned int i)
{
	const struct row_field *r = row_field_at(row, i);

	/* The name of a socket comes with the field before. */
	if (row_from_hook(f, row, r, NULL, i) || r->op == ROW_OP_NOTHING ||
	    r->op == ROW_OP_UNIX_OF)
		return;
	if (r->op == ROW_OP_ARG)
		row_number(f, r, (__s64)r->number);
	row_prov(f, i, r->op == ROW_OP_RESULT ? EV_PROV_PENDING : EV_PROV_UNREADABLE);
}

/* Field @i of the event, if it is a number that the call has brought. Return: whether it is. */
static ROW_INLINE bool row_field_plain(struct row_fill *f, const struct row *row,
				       const struct row_call *c, unsigned int i)
{
	const struct row_field *r = row_field_at(row, i);

	switch (r->op) {
	case ROW_OP_RESULT:
		row_number(f, r, f->ret);
		if (f->flags & EV_F_ENTRY)
			row_prov(f, i, EV_PROV_PENDING);
		return true;
	case ROW_OP_ARG:
		row_argument(f, r, c, i);
		return true;
	case ROW_OP_BITS_OF:
		row_number(f, r, *(__u32 *)row_at(f, row_field_at(row, r->from)->at) >> r->arg &
				 ((1u << r->number) - 1));
		return true;
	case ROW_OP_ARG_AT:
		row_number(f, r, row_arg(c, r->number));
		return true;
	case ROW_OP_NOTHING:
	case ROW_OP_UNIX_OF:
		return true;
	}
	return false;
}

/* Any other field. */
static ROW_INLINE void row_field_read(struct row_fill *f, const struct row *row,
				      const struct row_call *c, unsigned int i)
{
	const struct row_field *r = row_field_at(row, i);

	if (row_from_hook(f, row, r, c, i))
		return;
	switch (r->op) {
	case ROW_OP_STRING:
	case ROW_OP_SEEN_OR_STRING:
		row_text(f, r, c, i);
		break;
	case ROW_OP_STRING_IF:
		row_text_if(f, row, r, c, i);
		break;
	case ROW_OP_DATA_OF:
	case ROW_OP_RIGHTS_OF:
	case ROW_OP_ATTR_OF:
	case ROW_OP_ATTR_TEXT:
	case ROW_OP_UNIX_GIVEN:
	case ROW_OP_LONG_OF:
	case ROW_OP_GIVEN_LONG_OF:
	case ROW_OP_TIME_OF:
	case ROW_OP_BYTES_OF:
	case ROW_OP_INT_OF:
	case ROW_OP_GIVEN_INT_OF:
	case ROW_OP_OWN:
	case ROW_OP_WRITTEN:
	case ROW_OP_QUEUE_OF:
		break;
	case ROW_OP_SEEN:
	case ROW_OP_SEEN_DEV:
	case ROW_OP_SEEN_INO:
		break;
	default:
		row_from_sibling(f, row, r, c, i);
	}
}

/* Does the field need row_field_memory(), too? */
static ROW_INLINE bool row_field_has_memory(const struct row *row, unsigned int i)
{
	unsigned int op = row_field_at(row, i)->op;

	return op >= ROW_OP_INT_OF && op < ROW_OP_SEEN;
}

/* What of a field is behind pointers in user memory, or of the caller. */
static ROW_INLINE void row_field_memory(struct row_fill *f, const struct row *row,
					const struct row_call *c, unsigned int i)
{
	const struct row_field *r = row_field_at(row, i);

	switch (r->op) {
	case ROW_OP_INT_OF:
	case ROW_OP_GIVEN_INT_OF:
		row_from_array(f, r, c, i);
		break;
	case ROW_OP_OWN:
		row_number(f, r, row_own(f, r->number));
		break;
	case ROW_OP_WRITTEN:
		if (!(f->flags & EV_F_FAILED))
			row_text(f, r, c, i);
		break;
	case ROW_OP_QUEUE_OF:
		row_from_queue(f, row, r, c, i);
		break;
	case ROW_OP_TUPLE_TO:
	case ROW_OP_TUPLE_FROM:
		row_tuple_to(f, r, c, i);
		break;
	case ROW_OP_DATA_OF:
		row_data(f, r, c, i);
		break;
	case ROW_OP_ATTR_OF:
		row_attr_number(f, r, c, i);
		break;
	case ROW_OP_ATTR_TEXT:
		row_attr_text(f, r, c, i);
		break;
	case ROW_OP_UNIX_GIVEN:
		row_unix_given(f, r, c, i);
		break;
	case ROW_OP_LONG_OF:
	case ROW_OP_GIVEN_LONG_OF:
	case ROW_OP_TIME_OF:
		row_long(f, r, c, i);
		break;
	case ROW_OP_BYTES_OF:
		row_bytes(f, row, r, c, i);
		break;
	default:
		row_rights(f, r, c, i, row_is_message(r, c));
	}
}

#endif /* SAKER_FILL_ROW_H */
