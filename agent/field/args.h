/* SPDX-License-Identifier: Apache-2.0 */
/* One argument of an event: where it is in the record and how it is printed. */
#ifndef FIELD_ARGS_H
#define FIELD_ARGS_H

#include "decode/event.h"
#include "field/field.h"
#include "lib/buf.h"

enum form {
	FORM_NONE, FORM_FIELD, FORM_PID, FORM_PATH, FORM_RES, FORM_FDRES, FORM_FD, FORM_DIRFD,
	FORM_OPENFLAGS, FORM_SET, FORM_UNSIGNED, FORM_SIGNED, FORM_OCT, FORM_HEX, FORM_DEV,
	FORM_PART, FORM_DATA, FORM_BYTES, FORM_ARGV0, FORM_ARGS, FORM_COMM, FORM_TUPLE, FORM_ADDR,
	FORM_UID,
	FORM_GID, FORM_MODE, FORM_CAPS, FORM_EXITCODE, FORM_OWN_ARGS, FORM_CHILD,
	FORM_TARGET, FORM_THREAD, FORM_EXEFLAGS, FORM_SOCKOPT, FORM_SOCKVAL, FORM_SEMVAL,
	FORM_LLSEEK, FORM_QUEUEPCT, FORM_FDS, FORM_SEMOP, FORM_SEMFLAGS, FORM_QUOTAFMT,
};

struct arg_def {
	const char *name;
	enum form form;
	uint16_t offset, size;
	uint16_t set;			/* enum schema_kind; SEMOP, SEMFLAGS: place in the array */
	field_extract_fn *extract;
	field_extract_fn *whose;	/* PID: yields the process's name */
};

struct arg_list {
	const struct arg_def *args;
	unsigned int n;
};

/* Argument @n of an event type. Return: false if it has fewer. */
bool arg_list_nth(struct arg_def *ret, evt_type_t type, unsigned int n);

/* The argument that @arg names, by name or number. Return: false if the event type has no such one. */
bool field_arg_find(struct arg_def *ret, evt_type_t type, const struct field_arg *arg);

/*
 * The path at this offset of the record as an absolute path, after the directory that the call
 * has for it, or the working directory.
 */
int arg_list_path(struct value *ret, const struct event *ev, struct str given, unsigned int offset);

/* Does the event type have arguments and, if @arg is present, this one? */
bool field_has_arg(evt_type_t type, const struct field_arg *arg);

/* Whether evt.rawarg has it too, in the type of the argument's name: a text is no number. */
bool field_has_rawarg(evt_type_t type, const struct field_arg *arg);

/* The argument's own type, for evt.rawarg. */
enum value_type field_arg_type(const struct field_arg *arg);

/*
 * Prints the stored form to @as and, if it differs, the meaning to @is. Return: false if the
 * argument is missing.
 */
bool arg_put(struct buf *as, struct buf *is, const struct event *ev, const struct arg_def *def);

/* The value of an argument whose form is a number, or a part of the record. */
int64_t arg_number(const struct event *ev, const struct arg_def *def);
struct str arg_part(const struct event *ev, const struct arg_def *def);

/* Is a part of that missing? */
bool arg_part_cut(const struct event *ev, const struct arg_def *def);

/* Arguments or environment, however long. Return: as an extractor. */
int arg_argv(struct value *ret, const struct event *ev, const struct arg_def *def);

#endif /* FIELD_ARGS_H */
