/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Describes the rows of saker/hooks.def for both drivers: which function hooks see the files that
 * a call works on, and how they are passed.
 */
#ifndef SAKER_FILL_OBJECT_H
#define SAKER_FILL_OBJECT_H

#include <saker/event.h>

enum object_kind {
	OBJECT_NONE, OBJECT_NAME, OBJECT_BESIDE, OBJECT_AT, OBJECT_ROOT, OBJECT_TEXT,
	OBJECT_SOCKET, OBJECT_ADDRESS, OBJECT_FILE, OBJECT_OF,
};

#define OBJECT_ARGS	4	/* arguments of a hooked function that are read at most */

/* One object: what it is, and the numbers of the arguments. */
struct object {
	__u8 kind, a, b;
};

struct object_hook {
	__u8 event, other;	/* whose calls it serves; the first also if io_uring does it */
	__u8 uring;		/* io_uring comes here, too */
	__u8 mapped;		/* from 5.12 on the function has an argument before these */
	__u8 once;		/* of several hits of one call the first is kept, not the last */
	struct object object[2];
};

/* Each object as what it is, its arguments, and how many arguments the function has at least. */
#define OBJECT_IS_NONE			OBJECT_NONE, 0, 0, 0
#define OBJECT_IS_NAME(dir, dentry)	OBJECT_NAME, dir, dentry, OBJECT_MAX(dir, dentry)
#define OBJECT_IS_BESIDE(dir, dentry)	OBJECT_BESIDE, dir, dentry, OBJECT_MAX(dir, dentry)
#define OBJECT_IS_AT(path)		OBJECT_AT, path, 0, (path) + 1
#define OBJECT_IS_FILE(file)		OBJECT_FILE, file, 0, (file) + 1
#define OBJECT_IS_OF(dentry)		OBJECT_OF, dentry, 0, (dentry) + 1
#define OBJECT_IS_ROOT(mount)		OBJECT_ROOT, mount, 0, (mount) + 1
#define OBJECT_IS_TEXT(string)		OBJECT_TEXT, string, 0, (string) + 1
#define OBJECT_IS_SOCKET(socket)	OBJECT_SOCKET, socket, 0, (socket) + 1
#define OBJECT_IS_ADDRESS(addr, len)	OBJECT_ADDRESS, addr, len, OBJECT_MAX(addr, len)
#define OBJECT_MAX(a, b)		((a) > (b) ? (a) + 1 : (b) + 1)

/* How many arguments are read for both objects. */
#define OBJECT_COUNT(first, second)	OBJECT_COUNT_(OBJECT_IS_##first, OBJECT_IS_##second)
#define OBJECT_COUNT_(...)		OBJECT_COUNT__(__VA_ARGS__)
#define OBJECT_COUNT__(k1, a1, b1, n1, k2, a2, b2, n2)	((n1) > (n2) ? (n1) : (n2))

/* Bits. */
#define OBJECT_WAY_CALLS		0
#define OBJECT_WAY_URING		1
#define OBJECT_WAY_MAPPED		3
#define OBJECT_WAY_ONCE			4

#define OBJECT_HOOK(ev, ev2, ways, first, second)	\
	OBJECT_HOOK_(ev, ev2, ways, OBJECT_IS_##first, OBJECT_IS_##second)
#define OBJECT_HOOK_(...)		OBJECT_HOOK__(__VA_ARGS__)
#define OBJECT_HOOK__(ev, ev2, ways, k1, a1, b1, n1, k2, a2, b2, n2)	{		\
		.event = EV_##ev, .other = EV_##ev2, .uring = OBJECT_WAY_##ways & 1,	\
		.mapped = (OBJECT_WAY_##ways & 2) / 2, .once = OBJECT_WAY_##ways / 4 ||	\
			  (k1) == OBJECT_SOCKET,					\
		.object = { { k1, a1, b1 }, { k2, a2, b2 } },				\
	}

enum {
#define HOOK(function, event, other, ways, first, second)	OBJECT_HOOK_##function,
#include <saker/hooks.def>
#undef HOOK
	OBJECT_HOOKS
};

#endif /* SAKER_FILL_OBJECT_H */
