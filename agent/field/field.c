/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of all fields, made from fields.def, and lookup by name. Names are looked up
 * only when rules are loaded, so a linear search is fast enough; it compares lengths first.
 */
#include "field/field.h"
#include "field/args.h"
#include "field/extract.h"
#include "lib/guess.h"

#define SRC_SYSCALL	(1u << FIELD_SOURCE_SYSCALL)
#define field_NULL	NULL

const struct field_def field_table[] = {
#define FIELD_DEF(name_, type_, flags_, sources_, extract_, resolve_, doc_)		\
	{ .name = name_, .type = VALUE_##type_, .flags = flags_, .sources = sources_,	\
	  .extract = field_##extract_, .resolve = field_##resolve_, .doc = doc_ },
#define FIELD_PATH_DEF(name_, flags_, sources_, extract_, given_, resolve_, doc_)	\
	{ .name = name_, .type = VALUE_STR, .flags = (flags_) | FIELD_PATH,		\
	  .sources = sources_, .extract = field_##extract_, .given = field_##given_,	\
	  .resolve = field_##resolve_, .doc = doc_ },
#include "field/fields.def"
};

const unsigned int field_count = sizeof(field_table) / sizeof(field_table[0]);

static const uint8_t name_len[] = {
#define FIELD_DEF(name_, ...)		sizeof(name_) - 1,
#define FIELD_PATH_DEF(name_, ...)	sizeof(name_) - 1,
#include "field/fields.def"
};

const struct field_def *field_find(struct str name)
{
	for (unsigned int i = 0; i < field_count; i++) {
		if (name_len[i] == name.n && !memcmp(field_table[i].name, name.p, name.n))
			return &field_table[i];
	}
	return NULL;
}

static const struct {
	const char *name;
	const char *const *values;
} closed[] = {
#define FIELD_DEF(...)
#define FIELD_PATH_DEF(...)
#define FIELD_VALUES(name_, ...)	{ name_, (const char *const[]){ __VA_ARGS__, NULL } },
#include "field/fields.def"
};

const char *const *field_values(const struct field_def *def)
{
	for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++) {
		if (!strcmp(closed[i].name, def->name))
			return closed[i].values;
	}
	return NULL;
}

const char *field_guess(struct str name)
{
	struct guess guess = guess_init(name);

	for (unsigned int i = 0; i < field_count; i++) {
		if (!(field_table[i].flags & FIELD_HIDDEN))
			guess_try(&guess, field_table[i].name);
	}
	return guess.best;
}

enum value_type field_type(const struct field_def *def, const struct field_arg *arg)
{
	return def->flags & FIELD_DYN ? field_arg_type(arg) : def->type;
}

/* What each event fills, a bit for each enum field_on; ON_ALL and what follows ON_RESULT aside. */
#define ON(what)	(1u << ON_##what)
#define SOCKET		(ON(FD) | ON(SOCKET) | ON(INODE))
#define FILE_OPENED	(ON(FD) | ON(PATH) | ON(FILE) | ON(INODE))
#define FS_PATH_NAME	ON(FS_PATH)
#define FS_PATH_SOURCE	ON(TWO_PATHS)
#define FS_PATH_WORD	ON(TWO_PATHS)
#define FS_PATH_TARGET	ON(TWO_PATHS)

static const struct {
	uint16_t event;
	uint32_t on;
} filled_by[] = {
	{ EV_open, FILE_OPENED | ON(FS_PATH) | ON(OPEN) },
	{ EV_dup, FILE_OPENED | ON(SOCKET) },
	{ EV_connect, SOCKET },
	{ EV_accept, SOCKET },
	{ EV_read, ON(DATA) },
	{ EV_write, ON(DATA) },
	{ EV_send, ON(DATA) },
	{ EV_recv, ON(DATA) },
	{ EV_memfd_create, ON(FD) | ON(FILE) | ON(INODE) },
	{ EV_init_module, ON(FD) | ON(PATH) },
#define FD_SOCKET(ev, number, tuple, path)	{ EV_##ev, SOCKET },
#define FD_FILE(ev, number, path)		{ EV_##ev, ON(FD) | ON(PATH) },
#define FS_PATH(ev, role, field)		{ EV_##ev, FS_PATH_##role },
#define FS_LAST(ev, role)			{ EV_##ev, ON(CHANGED) },
#include "field/objects.def"
};

static bool event_fills(unsigned int event, enum field_on on)
{
	for (size_t i = 0; i < sizeof(filled_by) / sizeof(filled_by[0]); i++)
		if (filled_by[i].event == event && filled_by[i].on >> on & 1)
			return true;
	return false;
}

bool field_filled_on(enum field_on on, evt_type_t type)
{
	const unsigned int event = evt_type_event(type);

	switch (on) {
	case ON_ALL: case ON_ARGS:	/* arguments as arg_list.c says */
		return true;
	case ON_RESULT:
		return event != EV_procexit && event != EV_module_load && event != EV_task;
	case ON_IO: case ON_READ: case ON_WRITE: case ON_WAIT:
		return field_does_io(type, on);
	default:
		return event_fills(event, on);
	}
}

bool field_filled(const struct field_def *def, const struct field_arg *arg, evt_type_t type)
{
	if (!def->extract)
		return false;
	if (FIELD_ON(def->flags) == ON_ARGS && !(def->flags & FIELD_DYN ?
	    field_has_rawarg(type, arg) : field_has_arg(type, arg)))
		return false;
	return field_filled_on(FIELD_ON(def->flags), type);
}

const char *value_type_name(enum value_type type)
{
	static const char *const names[] = {
		[VALUE_STR] = "string", [VALUE_S64] = "number", [VALUE_U64] = "number",
		[VALUE_BOOL] = "boolean", [VALUE_IP] = "address", [VALUE_NET] = "network",
		[VALUE_PORT] = "port", [VALUE_ABSTIME] = "time", [VALUE_RELTIME] = "duration",
		[VALUE_DOUBLE] = "number",
	};

	return names[type];
}
