/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arguments of an event type, with the names and in the order used in rules: from args.def, or,
 * for a call that is recorded by a row, made from syscalls.def and events.def.
 */
#include <fcntl.h>
#include "decode/schema.h"
#include "decode/type.h"
#include "field/args.h"
#include "field/extract.h"
#include "field/fdinfo.h"

/* static const struct arg_def args_open[] = { { "fd", FORM_FDRES, 96, 8 }, ... }; */
#define PLACE(ev, field)						\
	offsetof(struct ev_##ev, field), sizeof(((struct ev_##ev *)0)->field)
#define ARGS(list)			static const struct arg_def args_##list[] = {
#define ARG(name, form, ev, field)	{ #name, FORM_##form, PLACE(ev, field), 0, NULL, NULL },
#define ARG_SET(name, ev, field, set)	\
	{ #name, FORM_SET, PLACE(ev, field), KIND_##set, NULL, NULL },
#define ARG_SEMOP(name, form, n)	{ #name, FORM_##form, PLACE(semop, sops), n, NULL, NULL },
#define ARG_FIELD(name, extract)	{ #name, FORM_FIELD, 0, 0, 0, field_##extract, NULL },
#define ARG_PID(name, extract, whose)	\
	{ #name, FORM_PID, 0, 0, 0, field_##extract, field_##whose },
#define ARG_FORM(name, form)		{ #name, FORM_##form, 0, 0, 0, NULL, NULL },
#define ARG_NONE(name)			ARG_FORM(name, NONE)
#define ARGS_END(list)			};
#define ARGS_OF(type, list)
#include "field/args.def"

static struct arg_list args_of(evt_type_t type)
{
#define ARGS(list)
#define ARG(name, form, ev, field)
#define ARG_SET(name, ev, field, set)
#define ARG_SEMOP(name, form, n)
#define ARG_FIELD(name, extract)
#define ARG_PID(name, extract, whose)
#define ARG_FORM(name, form)
#define ARG_NONE(name)
#define ARGS_END(list)
#define LIST(list)	{ args_##list, sizeof(args_##list) / sizeof(args_##list[0]) }
#define ARGS_OF(type_, list)	case type_: return (struct arg_list)LIST(list);
	switch (type) {
#include "field/args.def"
	case EVT_SYS_COUNT + EV_procexit:
		return (struct arg_list)LIST(procexit);
	case EVT_SYS_COUNT + EV_module_load:
		return (struct arg_list)LIST(module_load);
	case EVT_SYS_COUNT + EV_execve:
		return (struct arg_list)LIST(execve);
	case EVT_SYS_COUNT + EV_clone:
		return (struct arg_list)LIST(clone);
	}
	return (struct arg_list){ NULL, 0 };
}

/* -- made from the schema -- */

static const uint8_t forms[KIND_COUNT] = {
	[KIND_DEC] = FORM_UNSIGNED, [KIND_HEX] = FORM_HEX, [KIND_OCT] = FORM_OCT,
	[KIND_RES] = FORM_RES, [KIND_FD] = FORM_FD, [KIND_DIRFD] = FORM_DIRFD,
	[KIND_PID] = FORM_TARGET, [KIND_UID] = FORM_UID, [KIND_GID] = FORM_GID,
	[KIND_BOOL] = FORM_UNSIGNED, [KIND_DEV] = FORM_DEV, [KIND_NS] = FORM_UNSIGNED,
	[KIND_PATH] = FORM_PATH, [KIND_TEXT] = FORM_PART, [KIND_CAPS] = FORM_CAPS,
	[KIND_TUPLE] = FORM_TUPLE, [KIND_open_flags] = FORM_OPENFLAGS,
	[KIND_mode_bits] = FORM_MODE,
};

static enum form form_of(const struct schema_field *f)
{
	if (f->source == SOURCE_RESULT)
		return f->kind_id == KIND_FD ? FORM_FDRES : FORM_RES;
	if (f->kind_id == KIND_DEC && (f->storage_id == SCHEMA_s32 || f->storage_id == SCHEMA_s64))
		return FORM_SIGNED;
	return forms[f->kind_id] ? (enum form)forms[f->kind_id] : FORM_SET;
}

static struct arg_def def_of(const struct schema_field *f)
{
	return (struct arg_def){
		.name = f->source == SOURCE_RESULT && f->kind_id == KIND_FD ? "fd" : f->name,
		.form = form_of(f), .offset = f->offset, .size = f->size, .set = f->kind_id,
	};
}

/* Recorded argument @n of a call, as the index of its field; false if there are fewer. */
static bool recorded(const uint8_t *args, const struct schema_event *e, unsigned int n,
		     unsigned int *place)
{
	for (unsigned int i = 0; i < EVT_ARGS; i++)
		if (args[i] < e->nfields && n-- == 0) {
			*place = i;
			return true;
		}
	return false;
}

/* The result, then the arguments in the order of the call. */
static bool made_nth(struct arg_def *ret, evt_type_t type, unsigned int n)
{
	const struct schema_event *e = schema_event(evt_type_event(type));
	const uint8_t *args = evt_type_args(type);
	unsigned int i;

	if (!args || !e || !recorded(args, e, 0, &i))
		return false;
	if (n == 0) {
		*ret = def_of(&e->fields[0]);
		return true;
	}
	if (!recorded(args, e, n - 1, &i))
		return false;
	*ret = def_of(&e->fields[args[i]]);
	return true;
}

bool arg_list_nth(struct arg_def *ret, evt_type_t type, unsigned int n)
{
	struct arg_list list = args_of(type);

	if (!list.n)
		return made_nth(ret, type, n);
	if (n >= list.n)
		return false;
	*ret = list.args[n];
	return true;
}

/* -- the directory of a path -- */

static const struct schema_field *field_of(const struct schema_event *e, const uint8_t *args,
					   unsigned int n)
{
	return args[n] < e->nfields ? &e->fields[args[n]] : NULL;
}

/* The call's descriptor argument directly before the path at this offset; NULL if there is none. */
static const struct schema_field *dirfd_of(const struct event *ev, unsigned int offset)
{
	const struct schema_event *e = schema_event(evt_type_event(ev->type));
	const uint8_t *args = evt_type_args(ev->type);

	for (unsigned int i = 1; args && e && i < EVT_ARGS; i++) {
		const struct schema_field *path = field_of(e, args, i);
		const struct schema_field *dir = field_of(e, args, i - 1);

		if (path && dir && path->offset == offset && dir->kind_id == KIND_DIRFD)
			return dir;
	}
	return NULL;
}

/* The path of a directory is the field with the name of the descriptor, without its "fd". */
static struct str dir_of(const struct event *ev, const struct schema_field *dirfd)
{
	struct str name = str_of(dirfd->name);
	const struct schema_field *dir;

	name.n -= 2;
	dir = schema_field(schema_event(evt_type_event(ev->type)), name);
	if (!dir)
		return (struct str){ 0 };
	return event_part(ev, (const struct ev_part *)((const char *)ev->body + dir->offset));
}

int arg_list_path(struct value *ret, const struct event *ev, struct str given,
		  unsigned int offset)
{
	const struct schema_field *dirfd = dirfd_of(ev, offset);
	int32_t number = ev->hdr->type == EV_open ? ev->open->dirfd : AT_FDCWD;

	if (dirfd)
		number = *(const int32_t *)((const char *)ev->body + dirfd->offset);
	if (dirfd && number != AT_FDCWD)
		return get_path_given(ret, ev, given, dir_of(ev, dirfd));
	return get_path_at(ret, ev, given, number);
}
