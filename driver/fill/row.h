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
 *   row_socket(f, offset, part, index, fd)	both ends of a socket, and its name
 *   row_number_at(address, bytes, number)	read 4 or 8 bytes of user memory; false: it faults
 *   row_task(number)			the task with that number, or zeros
 *   row_task_by(file)			the process for which a file stands, or zeros
 *   row_own(f, what)			enum row_own
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

	if (from->op == ROW_OP_RESULT ? f->flags & EV_F_FAILED :
					row_nibble(c, r->from) == ROW_ABSENT)
		return false;
	*ret = *(__s32 *)row_at(f, from->at);
	return from->op != ROW_OP_ARG || *ret != from->number;
}

/* What a descriptor refers to. The name of a socket, the next field, is read with it. */
static ROW_INLINE void row_from_fd(struct row_fill *f, const struct row *row,
				   const struct row_field *r, unsigned int i, __s32 number)
{
	struct row_fd fd = row_fd_get(number);

	if (!fd.file) {
		row_prov(f, i, fd.prov | EV_PROV_UNREADABLE);
		if (r->op == ROW_OP_TUPLE_OF)
			row_prov(f, i + 1, fd.prov | EV_PROV_UNREADABLE);
		return;
	}
	switch (r->op) {
	case ROW_OP_PATH_OF:
		row_path(f, row_at(f, r->at), i, fd);
		break;
	case ROW_OP_TUPLE_OF:
		row_socket(f, r->at, row_at(f, row_field_at(row, i + 1)->at), i + 1, fd);
		break;
	case ROW_OP_DEV_OF:
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
	if (fd.prov && r->op != ROW_OP_PATH_OF)
		row_prov(f, i, fd.prov);
	row_fd_put(fd);
}

/* A number of an array: after a failure there is none that the call would have written. */
static ROW_INLINE void row_from_array(struct row_fill *f, const struct row_field *r,
				      const struct row_call *c, unsigned int i)
{
	unsigned int n = row_nibble(c, r->from);
	__u64 number = 0;

	if ((f->flags & EV_F_FAILED && r->op == ROW_OP_INT_OF) || n == ROW_ABSENT)
		return;
	if (row_number_at(row_arg(c, n) + 4 * r->number, r->width & 8 ? 8 : 4, &number)) {
		row_number(f, r, number);
		row_prov(f, i, EV_PROV_USER);
	} else {
		row_prov(f, i, EV_PROV_USER | EV_PROV_UNREADABLE);
	}
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
	} else {
		row_from_fd(f, row, r, i, number);
	}
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

/* Field @i of the event, if it is a number that the call has brought. Return: whether it is. */
static ROW_INLINE bool row_field_plain(struct row_fill *f, const struct row *row,
				       const struct row_call *c, unsigned int i)
{
	const struct row_field *r = row_field_at(row, i);

	switch (r->op) {
	case ROW_OP_RESULT:
		row_number(f, r, f->ret);
		return true;
	case ROW_OP_ARG:
		row_argument(f, r, c, i);
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

	switch (r->op) {
	case ROW_OP_STRING:
		row_text(f, r, c, i);
		break;
	case ROW_OP_STRING_IF:
		row_text_if(f, row, r, c, i);
		break;
	case ROW_OP_INT_OF:
	case ROW_OP_GIVEN_INT_OF:
		row_from_array(f, r, c, i);
		break;
	case ROW_OP_OWN:
		row_number(f, r, row_own(f, r->number));
		break;
	default:
		row_from_sibling(f, row, r, c, i);
	}
}

#endif /* SAKER_FILL_ROW_H */
