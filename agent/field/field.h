/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields: the names a rule may use, and how each is read from an event. One
 * table, fields.def; one extractor per field, named there. Nothing else in
 * the agent knows a field by name.
 */
#ifndef FIELD_FIELD_H
#define FIELD_FIELD_H

#include <stdint.h>
#include "decode/type.h"
#include "field/value.h"
#include "lib/str.h"

struct event;

/* field_def.flags */
#define FIELD_ARG_OPTIONAL	0x001u	/* proc.aname or proc.aname[2] */
#define FIELD_ARG_REQUIRED	0x002u	/* evt.arg[flags] */
#define FIELD_ARG_INDEX		0x004u	/* the argument may be a number */
#define FIELD_ARG_KEY		0x008u	/* the argument may be a name */
#define FIELD_LIST		0x010u	/* yields several values */
#define FIELD_PATH		0x020u	/* a path; pitfall 10: also tried as given */
#define FIELD_NO_RHS		0x040u	/* not on the right-hand side */
#define FIELD_NO_TRANSFORM	0x080u
#define FIELD_FILTER_ONLY	0x100u	/* not in output */
#define FIELD_PRINT_ONLY	0x200u	/* not in conditions */
#define FIELD_DEPRECATED	0x400u
#define FIELD_OCT		0x800u	/* an integer that prints as octal */
#define FIELD_HEX		0x1000u
#define FIELD_BUFFER		0x2000u	/* bytes, not text */
#define FIELD_ANY		0x4000u	/* yields a list of which a check may take any element */
#define FIELD_NE_ALL		0x8000u	/* of which, != must hold for all elements */
#define FIELD_DYN		0x10000u /* the argument decides the type */
#define FIELD_HIDDEN		0x20000u /* accepted, never listed */
#define FIELD_ARG_DOTTED	0x40000u /* evt.arg.flags is evt.arg[flags] */
#define FIELD_OWN_PATH		0x80000u /* of the file that the event is about */
#define FIELD_WHOLE_PATH	0x100000u /* of which the next two are parts, and missing where it is */
#define FIELD_DIRECTORY		0x200000u /* what stands before its last slash; the root is "/" */
#define FIELD_FILENAME		0x400000u /* what stands behind it */
#define FIELD_SHAPE		0x800000u /* a function of the event's type and field_shape() */
#define FIELD_SHAPE_SIGN	0x1000000u /* or only whether it is there, and negative, is */
#define FIELD_ONCE		0x2000000u /* of one occurrence: left out of an alert's fingerprint */
#define FIELD_CLOCK		0x4000000u /* a time of day, beside the text a number */
#define FIELD_NEEDS_ENV		0x8000000u /* the environment is recorded while a rule reads it */
#define FIELD_NEEDS_PAYLOAD	0x10000000u /* so are the bytes that are read and written */
#define FIELD_NEEDS		(FIELD_NEEDS_ENV | FIELD_NEEDS_PAYLOAD)
#define FIELD_TYPES		0x20000000u /* a function of the event's type alone */
#define FIELD_DIRECTION		0x40000000u /* always "<": events are recorded when they are done */
#define FIELD_COMMON		0x80000000u /* many events have the value that a rule names */
#define FIELD_ONLY_SYSCALLS	(1ull << 39) /* FIELD_TYPES: missing for other events */
#define FIELD_FROM_ONE		(1ull << 50) /* never 0, so that a check for it is decided at load */
#define FIELD_ONLY_HOST		(1ull << 48) /* in an exception only with the value "host" */

/* No value is longer than so many bytes, at most 255; longer ones are cut. */
#define FIELD_AT_MOST(n)	((uint64_t)(n) << 40)
/* So for hex digits; a name may be longer. */
#define FIELD_DIGITS_AT_MOST(n)	(FIELD_AT_MOST(n) | 1ull << 49)
#define FIELD_MAX_DIGITS(flags)	((flags) >> 49 & 1)
#define FIELD_MAX(flags)	((unsigned int)((flags) >> 40 & 0xff))	/* 0: any length */

/*
 * Whose records have it, beside those from which nothing is known of the process: all, if a
 * row says nothing. test-filled.c compares with what the extractors do.
 */
enum field_on {
	ON_ALL, ON_NONE, ON_FD, ON_PATH, ON_SOCKET, ON_FILE, ON_INODE, ON_FS_PATH, ON_MOUNT,
	ON_OPEN, ON_RESULT, ON_ARGS,
};

#define FIELD_ON(flags)		((enum field_on)((flags) >> 32 & 15))
#define FIELD_ON_NONE		((uint64_t)ON_NONE << 32)	/* read, but no driver fills it yet */
#define FIELD_ON_FD		((uint64_t)ON_FD << 32)
#define FIELD_ON_PATH		((uint64_t)ON_PATH << 32)
#define FIELD_ON_SOCKET		((uint64_t)ON_SOCKET << 32)
#define FIELD_ON_FILE		((uint64_t)ON_FILE << 32)
#define FIELD_ON_INODE		((uint64_t)ON_INODE << 32)
#define FIELD_ON_FS_PATH	((uint64_t)ON_FS_PATH << 32)
#define FIELD_ON_MOUNT		((uint64_t)ON_MOUNT << 32)
#define FIELD_ON_OPEN		((uint64_t)ON_OPEN << 32)
#define FIELD_ON_RESULT		((uint64_t)ON_RESULT << 32)
#define FIELD_ON_ARGS		((uint64_t)ON_ARGS << 32)	/* as args.def says */

/* What an exception that names it is about; it stands in none if a row says nothing. */
enum field_about {
	ABOUT_NOTHING, ABOUT_PROGRAM, ABOUT_OBJECT, ABOUT_PLACE, ABOUT_USER, ABOUT_PARENT,
	ABOUT_COMMAND,
};

#define FIELD_ABOUT(flags)	((enum field_about)((flags) >> 36 & 7))
#define FIELD_OF_PROGRAM	((uint64_t)ABOUT_PROGRAM << 36)
#define FIELD_OF_OBJECT		((uint64_t)ABOUT_OBJECT << 36)
#define FIELD_OF_PLACE		((uint64_t)ABOUT_PLACE << 36)
#define FIELD_OF_USER		((uint64_t)ABOUT_USER << 36)
#define FIELD_OF_PARENT		((uint64_t)ABOUT_PARENT << 36)
#define FIELD_OF_COMMAND	((uint64_t)ABOUT_COMMAND << 36)

/* Flags that go together. */
#define FIELD_ARG_NAME		(FIELD_ARG_REQUIRED | FIELD_ARG_KEY | FIELD_ARG_DOTTED)
#define FIELD_ARG_ITEM		(FIELD_ARG_OPTIONAL | FIELD_ARG_INDEX | FIELD_LIST)
#define FIELD_COMPARE_ONLY	(FIELD_FILTER_ONLY | FIELD_NO_RHS | FIELD_NO_TRANSFORM)
#define FIELD_EITHER_END	(FIELD_COMPARE_ONLY | FIELD_ANY | FIELD_NE_ALL)
#define FIELD_ANCESTOR		(FIELD_ARG_OPTIONAL | FIELD_ARG_INDEX | FIELD_ANY |	\
				 FIELD_NO_RHS | FIELD_NO_TRANSFORM)

enum field_source {			/* rule `source:`; first level of the engine's index */
	FIELD_SOURCE_SYSCALL,
	FIELD_SOURCE_COUNT,
};

/* The bracketed argument, checked and parsed at load. */
struct field_arg {
	bool present;
	bool is_index;
	uint64_t index;
	struct str key;			/* the text, also when it is a number */
	uint32_t resolved;		/* what field_def.resolve made of it */
};

enum {					/* results of an extractor, beside 0 and -errno */
	FIELD_MISSING = 1,		/* this event has no such value */
	FIELD_PENDING = 2,		/* it is still being learnt */
};

/**
 * field_extract_fn - read one field
 * @ret:	set on 0 only; bytes borrowed until the event is retired
 * Return: 0, FIELD_MISSING, FIELD_PENDING, or -ENOMEM if the event's arena is used up.
 */
typedef int field_extract_fn(struct value *ret, const struct event *ev,
			     const struct field_arg *arg);

/* Checks an argument at load and may number it. Return: 0, or -EINVAL if there is no such. */
typedef int field_resolve_fn(struct field_arg *arg);

struct field_def {
	const char *name;
	enum value_type type;
	uint64_t flags;
	uint32_t sources;		/* bit per enum field_source */
	field_extract_fn *extract;	/* NULL: a known name whose data Saker does not have */
	field_extract_fn *given;	/* FIELD_PATH: the absolute path as given; NULL: no other */
	field_resolve_fn *resolve;	/* NULL: any argument of the right form */
	const char *doc;
};

/* All fields, in the order of fields.def. */
extern const struct field_def field_table[];
extern const unsigned int field_count;

/* By exact name without argument; NULL if there is none. */
const struct field_def *field_find(struct str name);

/* The known name nearest to a misspelt one; NULL if none is near. */
const char *field_guess(struct str name);

/*
 * Whether the path that was given is the true one of the event's file: then all fields that are
 * FIELD_OWN_PATH are the same as given.
 */
bool field_path_straight(const struct event *ev);

/**
 * field_shape() - what kind of event it is, as one number
 *
 * Few shapes are common: how a file is opened, not which. Two events of one type and shape
 * have the same values of all fields that are FIELD_SHAPE, and the same signs of others.
 *
 * Return: false if such events have no shape.
 */
bool field_shape(const struct event *ev, uint64_t *ret);

/* The type of its values, which for FIELD_DYN the argument decides. */
enum value_type field_type(const struct field_def *def, const struct field_arg *arg);

/*
 * Whether records of an event type ever have the field. @arg is of evt.arg and its like, else
 * ignored. A boolean that is false for all others counts as not filled by them.
 */
bool field_filled(const struct field_def *def, const struct field_arg *arg, evt_type_t type);

/* The same for all fields of a kind; ON_ARGS: all that have arguments or might. */
bool field_filled_on(enum field_on on, evt_type_t type);

/* FIELD_NEEDS_...: what is recorded only while somebody reads such a value. */
uint64_t field_needs(const struct field_def *def, const struct field_arg *arg);

/* The argument of evt.arg names what is of one occurrence, as FIELD_ONCE. */
bool field_arg_once(const struct field_arg *arg);

/* "string", "number", ...: for messages and lists. Static. */
const char *value_type_name(enum value_type type);

#endif /* FIELD_FIELD_H */
