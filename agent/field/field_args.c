/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Extractors of evt.arg, evt.rawarg and evt.args: the arguments of an event under the names
 * used in rules. arg_list.c has where each is; arg_text.c prints their forms.
 */
#include "decode/type.h"
#include "field/args.h"
#include "field/extract.h"
#include "field/get.h"

#define ARG_TEXT_MAX	4096

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

/*
 * The type whose arguments a record has. None if the record is generic, because the driver or the
 * capture is older than the event of this call.
 */
static evt_type_t args_type(const struct event *ev)
{
	return evt_type_event(ev->type) == ev->hdr->type ? ev->type : EVT_TYPE_NONE;
}

bool field_arg_find(struct arg_def *ret, evt_type_t type, const struct field_arg *arg)
{
	if (!arg)
		return false;
	if (arg->is_index)
		return arg_list_nth(ret, type, arg->index);
	for (unsigned int i = 0; arg_list_nth(ret, type, i); i++)
		if (str_eq(arg->key, str_of(ret->name)))
			return true;
	return false;
}

/* One call of each form of data: an address, segments, a message. */
static const evt_type_t with_data[] = { EVT_SYS_write, EVT_SYS_readv, EVT_SYS_recvmsg };

enum value_type field_arg_type(const struct field_arg *arg)
{
	return arg->is_index ? VALUE_STR : arg_names[arg->resolved].type;
}

/*
 * evt.arg.env and evt.arg.data, by name or number. evt.args alone does not cause the environment or
 * the data to be recorded.
 */
uint64_t field_needs(const struct field_def *def, const struct field_arg *arg)
{
	uint64_t needs = def->flags & FIELD_NEEDS;
	struct arg_def found;

	if (!arg->present || FIELD_ON(def->flags) != ON_ARGS)
		return needs;
	if (field_arg_find(&found, EVT_SYS_execve, arg) && found.form == FORM_BYTES)
		needs |= FIELD_NEEDS_ENV;
	for (size_t i = 0; i < sizeof(with_data) / sizeof(with_data[0]); i++)
		if (field_arg_find(&found, with_data[i], arg) && found.form == FORM_DATA)
			needs |= FIELD_NEEDS_PAYLOAD;
	return needs;
}

bool field_arg_once(const struct field_arg *arg)
{
	return arg->present && !arg->is_index && arg_names[arg->resolved].values == ONE;
}

bool field_has_arg(evt_type_t type, const struct field_arg *arg)
{
	struct arg_def def;

	if (!arg || !arg->present)
		return arg_list_nth(&def, type, 0);
	return field_arg_find(&def, type, arg) && def.form != FORM_NONE;
}

/* The form has a number. */
static bool is_number(const struct arg_def *def)
{
	switch (def->form) {
	case FORM_NONE: case FORM_PART: case FORM_DATA: case FORM_BYTES: case FORM_ARGV0:
	case FORM_ARGS: case FORM_FDS:
	case FORM_COMM: case FORM_TUPLE: case FORM_ADDR: case FORM_OWN_ARGS: case FORM_PATH:
		return false;
	default:
		return true;
	}
}

bool field_has_rawarg(evt_type_t type, const struct field_arg *arg)
{
	struct arg_def def;

	return field_arg_find(&def, type, arg) && def.form != FORM_NONE &&
	       (field_arg_type(arg) == VALUE_STR || is_number(&def));
}

/* The result, of an event that was recorded before there was one. */
static bool is_pending(const struct event *ev, const struct arg_def *def)
{
	int64_t res;

	return (def->form == FORM_RES || def->form == FORM_FDRES) &&
	       event_res(ev, &res) == FIELD_PENDING;
}

EXTRACT(evt_arg)
{
	char as_text[ARG_TEXT_MAX], is_text[ARG_TEXT_MAX];
	struct buf as = BUF_ON(as_text), is = BUF_ON(is_text);
	struct arg_def def;
	int r;

	if (!field_arg_find(&def, args_type(ev), arg))
		return FIELD_MISSING;
	if (is_pending(ev, &def))
		return FIELD_PENDING;
	if (def.form == FORM_PART)
		return get_cut_str(ret, arg_part(ev, &def), arg_part_cut(ev, &def));
	if (def.form == FORM_ARGS || def.form == FORM_BYTES || def.form == FORM_OWN_ARGS)
		return arg_argv(ret, ev, &def);
	if (!arg_put(&as, &is, ev, &def))
		return FIELD_MISSING;
	r = get_made(ret, arena_str(ev->arena, buf_as_str(is.n ? &is : &as)));
	if (r == 0)
		ret->cut = is.n ? is.cut : as.cut;
	return r;
}

/* The type was fixed when the rule was loaded (argnames.def); other values are missing. */
EXTRACT(evt_rawarg)
{
	struct arg_def def;

	if (!field_arg_find(&def, args_type(ev), arg))
		return FIELD_MISSING;
	if (field_arg_type(arg) == VALUE_STR)
		return field_evt_arg(ret, ev, arg);
	if (!is_number(&def))
		return FIELD_MISSING;
	if (is_pending(ev, &def))
		return FIELD_PENDING;
	switch (def.form) {
	case FORM_FIELD: case FORM_PID:
		if (def.extract(ret, ev, NULL) || ret->type == VALUE_STR)
			return FIELD_MISSING;
		return get_s64(ret, ret->i);
	case FORM_EXITCODE:
		return get_s64(ret, arg_number(ev, &def) >> 8 & 0xff);
	default:
		return get_s64(ret, arg_number(ev, &def));
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
	char as_text[ARG_TEXT_MAX], is_text[ARG_TEXT_MAX], text[2 * ARG_TEXT_MAX];
	struct buf all = BUF_ON(text), as, is;
	const evt_type_t type = args_type(ev);
	struct arg_def def;
	bool cut = false;
	int r;

	(void)arg;
	if (!arg_list_nth(&def, type, 0))
		return get_generic(ret, ev);
	for (unsigned int i = 0; arg_list_nth(&def, type, i); i++) {
		as = BUF_ON(as_text);
		is = BUF_ON(is_text);
		if (is_pending(ev, &def) || !arg_put(&as, &is, ev, &def))
			continue;
		if (all.n)
			buf_char(&all, ' ');
		buf_text(&all, def.name);
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
