/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields: the names that rules may use and how each is read from an event. There is one
 * table, fields.def, with one extractor per field; related.def adds hints about single
 * fields. No other code of the agent names a field.
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
#define FIELD_PATH		0x020u	/* a path; conditions also compare the path as given */
#define FIELD_NO_RHS		0x040u	/* not allowed on the right-hand side */
#define FIELD_NO_TRANSFORM	0x080u
#define FIELD_FILTER_ONLY	0x100u	/* not allowed in outputs */
#define FIELD_PRINT_ONLY	0x200u	/* not allowed in conditions */
#define FIELD_DEPRECATED	0x400u
#define FIELD_OCT		0x800u	/* an integer printed as octal */
#define FIELD_HEX		0x1000u
#define FIELD_BUFFER		0x2000u	/* bytes, not text */
#define FIELD_ANY		0x4000u	/* yields a list; a check holds if it holds for any element */
#define FIELD_NE_ALL		0x8000u	/* with FIELD_ANY: != must hold for all elements */
#define FIELD_DYN		0x10000u /* the type depends on the argument */
#define FIELD_HIDDEN		0x20000u /* accepted, but not listed */
#define FIELD_ARG_DOTTED	0x40000u /* evt.arg.flags is the same as evt.arg[flags] */
#define FIELD_OWN_PATH		0x80000u /* a path of the event's file, or a part of it */
#define FIELD_WHOLE_PATH	0x100000u /* a path; the next two are its parts, and missing if it is */
#define FIELD_DIRECTORY		0x200000u /* the part before the last slash; the root is "/" */
#define FIELD_FILENAME		0x400000u /* the part after the last slash */
#define FIELD_SHAPE		0x800000u /* its value depends only on the event's type and field_shape() */
#define FIELD_SHAPE_SIGN	0x1000000u /* its presence and sign depend only on these */
#define FIELD_ONCE		0x2000000u /* differs for each event: not part of an alert's fingerprint */
#define FIELD_CLOCK		0x4000000u /* a time of day; a number in the output fields */
#define FIELD_NEEDS_ENV		0x8000000u /* needs the environment, recorded only if a rule reads it */
#define FIELD_NEEDS_PAYLOAD	0x10000000u /* needs the bytes read and written, likewise */
#define FIELD_NEEDS_COMM	(1ull << 51) /* needs the names that threads take, likewise */
#define FIELD_NEEDS_STD_PATHS	(1ull << 52) /* needs the paths of descriptors 0 to 2, likewise */
#define FIELD_AS_GIVEN		(1ull << 53) /* the path exactly as the caller gave it */
#define FIELD_NEEDS		(FIELD_NEEDS_ENV | FIELD_NEEDS_PAYLOAD | FIELD_NEEDS_COMM | \
				 FIELD_NEEDS_STD_PATHS)
#define FIELD_TYPES		0x20000000u /* its value depends only on the event's type */
#define FIELD_DIRECTION		0x40000000u /* always "<": events are recorded when the call returns */
#define FIELD_COMMON		0x80000000u /* many events have the value that a rule compares with */
#define FIELD_ONLY_SYSCALLS	(1ull << 39) /* with FIELD_TYPES: only system calls have it */
#define FIELD_FROM_ONE		(1ull << 50) /* never 0, so a comparison with 0 is decided at load */
#define FIELD_ONLY_HOST		(1ull << 48) /* in an exception only with the value "host" */
#define FIELD_PENDING_YET	(1ull << 55) /* in a container always pending: no data yet */

/* Values have at most @n bytes (up to 255); longer ones are cut. */
#define FIELD_AT_MOST(n)	((uint64_t)(n) << 40)
/* The same limit for hex digits; names may be longer. */
#define FIELD_DIGITS_AT_MOST(n)	(FIELD_AT_MOST(n) | 1ull << 49)
#define FIELD_MAX_DIGITS(flags)	((flags) >> 49 & 1)
#define FIELD_MAX(flags)	((unsigned int)((flags) >> 40 & 0xff))	/* 0: any length */

/*
 * Which event types fill the field; without a flag all, except records whose process is unknown.
 * test-filled.c compares this with the extractors.
 */
enum field_on {
	ON_ALL, ON_FD, ON_PATH, ON_SOCKET, ON_FILE, ON_INODE, ON_FS_PATH, ON_TWO_PATHS,
	ON_OPEN, ON_RESULT, ON_ARGS, ON_IO, ON_READ, ON_WRITE, ON_WAIT, ON_DATA, ON_CHANGED,
	ON_COUNT,
};

#define FIELD_ON(flags)	\
	((enum field_on)(((flags) >> 32 & 15) | ((flags) >> 54 & 1) << 4))
#define FIELD_ON_FD		((uint64_t)ON_FD << 32)
#define FIELD_ON_PATH		((uint64_t)ON_PATH << 32)
#define FIELD_ON_SOCKET		((uint64_t)ON_SOCKET << 32)
#define FIELD_ON_FILE		((uint64_t)ON_FILE << 32)
#define FIELD_ON_INODE		((uint64_t)ON_INODE << 32)
#define FIELD_ON_FS_PATH	((uint64_t)ON_FS_PATH << 32)
#define FIELD_ON_TWO_PATHS		((uint64_t)ON_TWO_PATHS << 32)
#define FIELD_ON_OPEN		((uint64_t)ON_OPEN << 32)
#define FIELD_ON_RESULT		((uint64_t)ON_RESULT << 32)
#define FIELD_ON_ARGS		((uint64_t)ON_ARGS << 32)	/* event types with arguments in args.def */
#define FIELD_ON_IO		((uint64_t)ON_IO << 32)	/* calls that read or write; by name, */
#define FIELD_ON_READ		((uint64_t)ON_READ << 32)	/* whatever their record has */
#define FIELD_ON_WRITE		((uint64_t)ON_WRITE << 32)
#define FIELD_ON_WAIT		((uint64_t)ON_WAIT << 32)
#define FIELD_ON_DATA		((uint64_t)ON_DATA << 32)
#define FIELD_ON_CHANGED	((uint64_t)(ON_CHANGED & 15) << 32 | 1ull << 54)

/* The subject of an exception with the field; without a flag no exception with it is suggested. */
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

/* Common combinations of flags. */
#define FIELD_ARG_NAME		(FIELD_ARG_REQUIRED | FIELD_ARG_KEY | FIELD_ARG_DOTTED)
#define FIELD_ARG_ITEM		(FIELD_ARG_OPTIONAL | FIELD_ARG_INDEX | FIELD_LIST)
#define FIELD_COMPARE_ONLY	(FIELD_FILTER_ONLY | FIELD_NO_RHS | FIELD_NO_TRANSFORM)
#define FIELD_EITHER_END	(FIELD_COMPARE_ONLY | FIELD_ANY | FIELD_NE_ALL)
#define FIELD_ANCESTOR		(FIELD_ARG_OPTIONAL | FIELD_ARG_INDEX | FIELD_ANY |	\
				 FIELD_NO_RHS | FIELD_NO_TRANSFORM)

enum field_source {			/* a rule's `source:`; first level of the engine's index */
	FIELD_SOURCE_SYSCALL,
	FIELD_SOURCE_COUNT,
};

/* The argument in brackets, checked and parsed when rules are loaded. */
struct field_arg {
	bool present;
	bool is_index;
	uint64_t index;
	struct str key;			/* the text, also when it is a number */
	uint32_t resolved;		/* the result of field_def.resolve */
};

enum {					/* results of an extractor, besides 0 and -errno */
	FIELD_MISSING = 1,		/* the event has no such value */
	FIELD_PENDING = 2,		/* the value is not known yet */
};

/**
 * field_extract_fn - read one field
 * @ret:	set on 0 only; bytes borrowed until the event is retired
 * Return: 0, FIELD_MISSING, FIELD_PENDING, or -ENOMEM if the event's arena is full.
 */
typedef int field_extract_fn(struct value *ret, const struct event *ev,
			     const struct field_arg *arg);

/* Checks an argument at load and may set @resolved. Return: 0, or -EINVAL if it is invalid. */
typedef int field_resolve_fn(struct field_arg *arg);

struct field_def {
	const char *name;
	enum value_type type;
	uint64_t flags;
	uint32_t sources;		/* bit per enum field_source */
	field_extract_fn *extract;	/* NULL: a known name whose data Saker does not have */
	field_extract_fn *given;	/* FIELD_PATH: the absolute path as given; NULL: none */
	field_resolve_fn *resolve;	/* NULL: any argument of the allowed form is valid */
	const char *doc;
};

/* All fields, in the order of fields.def. */
extern const struct field_def field_table[];
extern const unsigned int field_count;

/* The field with exactly this name, without argument; NULL if there is none. */
const struct field_def *field_find(struct str name);

/* All values that the field can have, ended by NULL; NULL: they are not listed. */
const char *const *field_values(const struct field_def *def);

/* The name most similar to a misspelt one; NULL if none is similar. */
const char *field_guess(struct str name);

/*
 * Is the path as given the resolved path of the event's file? Then all fields with FIELD_OWN_PATH
 * are the same as given.
 */
bool field_path_straight(const struct event *ev);

/**
 * field_shape() - the shape of an event, as one number
 *
 * The shape is how a file is opened, not which file, so few shapes are common. Two events of
 * the same type and shape have the same values of all FIELD_SHAPE fields, and the same
 * presence and sign of all FIELD_SHAPE_SIGN fields.
 *
 * Return: false if such events have no shape.
 */
bool field_shape(const struct event *ev, uint64_t *ret);

/* The type of a field's values; for FIELD_DYN it depends on the argument. */
enum value_type field_type(const struct field_def *def, const struct field_arg *arg);

/*
 * Can records of an event type have the field? @arg is used for evt.arg and similar fields. For a
 * boolean that is always false the result is no.
 */
bool field_filled(const struct field_def *def, const struct field_arg *arg, evt_type_t type);

/* The same for all fields with this flag; ON_ARGS: event types that have arguments, or may have. */
bool field_filled_on(enum field_on on, evt_type_t type);

/* Is it a call that does this? @on: ON_IO or behind it. */
bool field_does_io(evt_type_t type, enum field_on on);

/* FIELD_NEEDS_...: the data that is recorded only if a rule reads the field. */
uint64_t field_needs(const struct field_def *def, const struct field_arg *arg);

/* Does the argument of evt.arg name a value that differs for each event, as FIELD_ONCE? */
bool field_arg_once(const struct field_arg *arg);

/* "string", "number", ...: for messages and lists. Static. */
const char *value_type_name(enum value_type type);

#endif /* FIELD_FIELD_H */
