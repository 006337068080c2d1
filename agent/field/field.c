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

/* Event types of the kernel, one bit each, by the number of their record. */
#define EVENT_BIT(ev)	(1ull << EV_##ev)
#define SOCKETS	(EVENT_BIT(connect) | EVENT_BIT(accept))
#define FILES	(EVENT_BIT(open) | EVENT_BIT(dup))

static const uint64_t filled_by[] = {
	[ON_ALL] = ~0ull,
	[ON_NONE] = 0,
	[ON_FD] = FILES | SOCKETS | EVENT_BIT(memfd_create) | EVENT_BIT(init_module),
	[ON_PATH] = FILES | EVENT_BIT(init_module),
	[ON_SOCKET] = SOCKETS | EVENT_BIT(dup),
	[ON_FILE] = FILES | EVENT_BIT(memfd_create),
	[ON_INODE] = FILES | SOCKETS | EVENT_BIT(memfd_create),
	[ON_FS_PATH] = EVENT_BIT(open) | EVENT_BIT(mount),
	[ON_MOUNT] = EVENT_BIT(mount),
	[ON_OPEN] = EVENT_BIT(open),
	[ON_RESULT] = ~0ull & ~(EVENT_BIT(procexit) | EVENT_BIT(module_load) | EVENT_BIT(task)),
	[ON_ARGS] = ~0ull,		/* as args.def says */
	[ON_IO] = ~0ull,		/* as field_evt.c says */
	[ON_READ] = ~0ull,
	[ON_WRITE] = ~0ull,
	[ON_WAIT] = ~0ull,
};

bool field_filled_on(enum field_on on, evt_type_t type)
{
	return (filled_by[on] >> evt_type_event(type) & 1) &&
	       (on < ON_IO || field_does_io(type, on));
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
