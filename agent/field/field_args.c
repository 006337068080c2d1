/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Extractors of evt.arg, evt.rawarg and evt.args: the arguments of an event under the names
 * used in rules. args.def lists where each is; arg_text.c prints their forms.
 */
#include "decode/schema.h"
#include "decode/type.h"
#include "field/args.h"
#include "field/extract.h"
#include "field/get.h"

#define ARG_TEXT_MAX	4096

/* static const struct arg_def args_open[] = { { "fd", FORM_FDRES, 96, 8 }, ... }; */
#define PLACE(ev, field)						\
	offsetof(struct ev_##ev, field), sizeof(((struct ev_##ev *)0)->field)
#define ARGS(list)			static const struct arg_def args_##list[] = {
#define ARG(name, form, ev, field)	{ #name, FORM_##form, PLACE(ev, field), 0, NULL, NULL },
#define ARG_SET(name, ev, field, set)	\
	{ #name, FORM_SET, PLACE(ev, field), KIND_##set, NULL, NULL },
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

enum { MANY, ONE };

static const struct { const char *name; enum value_type type; int values; } arg_names[] = {
#define ARG_NAME(name, type, values)	{ name, VALUE_##type, values },
#include "field/argnames.def"
};

/* -- the fields -- */

int field_resolve_arg(struct field_arg *arg)
{
	if (arg->is_index)
		return 0;
	for (size_t i = 0; i < sizeof(arg_names) / sizeof(arg_names[0]); i++) {
		if (str_eq(arg->key, str_of(arg_names[i].name))) {
			arg->resolved = i;
			return 0;
		}
	}
	return -EINVAL;
}

static const struct arg_def *arg_find(evt_type_t type, const struct field_arg *arg)
{
	struct arg_list list = args_of(type);

	if (!arg)
		return NULL;
	if (arg->is_index)
		return arg->index < list.n ? &list.args[arg->index] : NULL;
	for (unsigned int i = 0; i < list.n; i++)
		if (str_eq(arg->key, str_of(list.args[i].name)))
			return &list.args[i];
	return NULL;
}

enum value_type field_arg_type(const struct field_arg *arg)
{
	return arg->is_index ? VALUE_STR : arg_names[arg->resolved].type;
}

/* evt.arg.env, by name or number. evt.args alone does not cause the environment to be recorded. */
uint64_t field_needs(const struct field_def *def, const struct field_arg *arg)
{
	const struct arg_def *env = arg->present && FIELD_ON(def->flags) == ON_ARGS ?
				    arg_find(EVT_SYS_execve, arg) : NULL;

	return (def->flags & FIELD_NEEDS) | (env && env->form == FORM_BYTES ? FIELD_NEEDS_ENV : 0);
}

bool field_arg_once(const struct field_arg *arg)
{
	return arg->present && !arg->is_index && arg_names[arg->resolved].values == ONE;
}

bool field_has_arg(evt_type_t type, const struct field_arg *arg)
{
	const struct arg_def *def = arg_find(type, arg);

	return arg && arg->present ? def && def->form != FORM_NONE : args_of(type).n > 0;
}

/* The form has a number. */
static bool is_number(const struct arg_def *def)
{
	switch (def->form) {
	case FORM_NONE: case FORM_PART: case FORM_BYTES: case FORM_ARGV0: case FORM_ARGS:
	case FORM_COMM: case FORM_TUPLE: case FORM_ADDR: case FORM_OWN_ARGS: case FORM_PATH:
		return false;
	default:
		return true;
	}
}

bool field_has_rawarg(evt_type_t type, const struct field_arg *arg)
{
	const struct arg_def *def = arg_find(type, arg);

	return def && def->form != FORM_NONE &&
	       (field_arg_type(arg) == VALUE_STR || is_number(def));
}

EXTRACT(evt_arg)
{
	const struct arg_def *def = arg_find(ev->type, arg);
	char as_text[ARG_TEXT_MAX], is_text[ARG_TEXT_MAX];
	struct buf as = BUF_ON(as_text), is = BUF_ON(is_text);
	int r;

	if (!def)
		return FIELD_MISSING;
	if (def->form == FORM_PART)
		return get_cut_str(ret, arg_part(ev, def), arg_part_cut(ev, def));
	if (def->form == FORM_ARGS || def->form == FORM_BYTES || def->form == FORM_OWN_ARGS)
		return arg_argv(ret, ev, def);
	if (!arg_put(&as, &is, ev, def))
		return FIELD_MISSING;
	r = get_made(ret, arena_str(ev->arena, buf_as_str(is.n ? &is : &as)));
	if (r == 0)
		ret->cut = is.n ? is.cut : as.cut;
	return r;
}

/* The type was fixed when the rule was loaded (argnames.def); other values are missing. */
EXTRACT(evt_rawarg)
{
	const struct arg_def *def = arg_find(ev->type, arg);

	if (!def)
		return FIELD_MISSING;
	if (field_arg_type(arg) == VALUE_STR)
		return field_evt_arg(ret, ev, arg);
	if (!is_number(def))
		return FIELD_MISSING;
	switch (def->form) {
	case FORM_FIELD: case FORM_PID:
		if (def->extract(ret, ev, NULL) || ret->type == VALUE_STR)
			return FIELD_MISSING;
		return get_s64(ret, ret->i);
	case FORM_EXITCODE:
		return get_s64(ret, arg_number(ev, def) >> 8 & 0xff);
	default:
		return get_s64(ret, arg_number(ev, def));
	}
}

/* A call without an argument list has only its name and number. */
static int get_generic(struct value *ret, const struct event *ev)
{
	if (ev->hdr->type != EV_syscall)
		return FIELD_MISSING;
	return get_made(ret, arena_printf(ev->arena, "ID=%d(" STR_FMT ") nativeID=%d",
					  ev->hdr->nr, STR_ARG(evt_type_name(ev->type)),
					  ev->hdr->nr));
}

EXTRACT(evt_args)
{
	struct arg_list list = args_of(ev->type);
	char as_text[ARG_TEXT_MAX], is_text[ARG_TEXT_MAX], text[2 * ARG_TEXT_MAX];
	struct buf all = BUF_ON(text), as, is;
	bool cut = false;
	int r;

	(void)arg;
	if (!list.n)
		return get_generic(ret, ev);
	for (unsigned int i = 0; i < list.n; i++) {
		as = BUF_ON(as_text);
		is = BUF_ON(is_text);
		if (!arg_put(&as, &is, ev, &list.args[i]))
			continue;
		if (all.n)
			buf_char(&all, ' ');
		buf_text(&all, list.args[i].name);
		buf_char(&all, '=');
		buf_str(&all, buf_as_str(&as));
		if (is.n) {
			buf_char(&all, '(');
			buf_str(&all, buf_as_str(&is));
			buf_char(&all, ')');
		}
		cut |= as.cut || is.cut;
	}
	r = get_made(ret, arena_str(ev->arena, buf_as_str(&all)));
	if (r == 0)
		ret->cut = cut || all.cut;
	return r;
}

EXTRACT(evt_abspath)
{
	(void)arg;
	return ev->hdr->type == EV_open ? field_fd_name_given(ret, ev, NULL) : FIELD_MISSING;
}
