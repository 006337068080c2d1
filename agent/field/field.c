/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of all fields, made from fields.def, and the search in it. Names
 * are looked up at load only, so a plain walk is fast enough.
 */
#include "field/field.h"
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

const struct field_def *field_find(struct str name)
{
	for (unsigned int i = 0; i < field_count; i++) {
		const char *p = field_table[i].name;

		/* Names differ at their ends: look there before comparing all. */
		if (!strncmp(p, name.p, name.n) && p[name.n] == 0)
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

/* Arguments of events that are numbers in their own type; all others are text. */
enum value_type field_type(const struct field_def *def, const struct field_arg *arg)
{
	static const char *const numbers[] = {
		"res", "fd", "uid", "gid", "euid", "egid", "suid", "sgid", "pid", "tid", "ptid",
		"pgid", "sid", "flags", "mode", "addr", "length", "size", "offset", "prot",
		"request", "cmd", "dirfd", "olddirfd", "newdirfd", "oldfd", "newfd", "linkdirfd",
		"sig", "status", "tty", "vtid", "vpid", "loginuid", "backlog", "domain", "type",
		"proto", "dev", "ino", "how", "whence", "nfds", "operation", "resource", "id",
		"cap_inheritable", "cap_permitted", "cap_effective", "exe_ino", "cgroup_id",
	};

	if (!(def->flags & FIELD_DYN))
		return def->type;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (str_eq(arg->key, str_of(numbers[i])))
			return VALUE_S64;
	}
	return VALUE_STR;
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
