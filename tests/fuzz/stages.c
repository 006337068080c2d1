/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzz target: any bytes as a stream of records, through every stage of an event: decoding,
 * accounting of drops, enrichment, every field with every kind of argument, a rule's output, and
 * the alert as text and as JSON.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "alert/format.h"
#include "field/field.h"
#include "lib/arena.h"
#include "lines.h"
#include "mutate.h"
#include "source/loss.h"
#include "stage.h"

#define ASKS_MAX	4096u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A field with one argument, as a rule may use it. */
struct ask {
	const struct field_def *def;
	struct field_arg arg;
};

/* Independent of the input, and never changed after it was created. */
struct fixed {
	struct ask asks[ASKS_MAX];
	uint32_t n;
	struct format format;
	struct arena *arena;
};

static const char *const arg_keys[] = {
#define ARGS(list)
#define ARG(name, form, ev, field)	#name,
#define ARG_SET(name, ev, field, set)	#name,
#define ARG_FIELD(name, extract)	#name,
#define ARG_PID(name, extract, whose)	#name,
#define ARG_FORM(name, form)		#name,
#define ARG_NONE(name)			#name,
#define ARG_SEMOP(name, form, n)	#name,
#define ARGS_END(list)
#define ARGS_OF(type, list)
#include "field/args.def"
};

static const char *const other_keys[] = { "openat", "LD_PRELOAD", "A" };

static void ask(struct fixed *f, const struct field_def *def, struct field_arg arg)
{
	if (def->resolve && arg.present && def->resolve(&arg) < 0)
		return;
	if (f->n == ASKS_MAX)
		abort();
	f->asks[f->n++] = (struct ask){ def, arg };
}

static void ask_key(struct fixed *f, const struct field_def *def, const char *key)
{
	for (uint32_t i = f->n; i && f->asks[i - 1].def == def; i--)
		if (str_eq(f->asks[i - 1].arg.key, str_of(key)))
			return;
	ask(f, def, (struct field_arg){ .present = true, .key = str_of(key) });
}

static void ask_field(struct fixed *f, const struct field_def *def)
{
	static const uint64_t indexes[] = { 0, 1, 2, 15, 600, UINT64_MAX };
	const bool is_arg = !strcmp(def->name, "evt.arg") || !strcmp(def->name, "evt.rawarg");

	if (!def->extract)
		return;
	if (!(def->flags & FIELD_ARG_REQUIRED))
		ask(f, def, (struct field_arg){ .present = false });
	for (size_t i = 0; def->flags & FIELD_ARG_INDEX && i < sizeof(indexes) / sizeof(*indexes); i++)
		ask(f, def, (struct field_arg){ .present = true, .is_index = true,
						.index = indexes[i], .key = STR("1") });
	for (size_t i = 0; is_arg && i < sizeof(arg_keys) / sizeof(*arg_keys); i++)
		ask_key(f, def, arg_keys[i]);
	for (size_t i = 0; def->flags & FIELD_ARG_KEY && i < sizeof(other_keys) / sizeof(*other_keys); i++)
		ask_key(f, def, other_keys[i]);
}

static void compile(struct fixed *f)
{
	static const struct str text = STR_INIT(
		"%evt.num %evt.time %evt.type %evt.args %evt.res %evt.arg.flags %evt.arg.name "
		"%fd.name %fd.directory %fd.type %fd.sip %fs.path.name %fs.path.target "
		"%proc.name %proc.cmdline %proc.args %proc.exepath %proc.cwd %proc.env %proc.pname "
		"%proc.aname[2] %proc.acmdline[1] %proc.aexepath[3] %proc.sname %proc.vpgid.name "
		"%user.name %user.loginname %group.name %container.id %container.name %thread.cap_effective");
	struct filter_error err = { 0 };

	f->arena = arena_new(0, 0);
	if (!f->arena || format_compile(&f->format, f->arena, text, &err))
		abort();
}

static const struct fixed *fixed(void)
{
	static struct fixed *f;

	if (!f) {
		f = calloc(1, sizeof(*f));
		if (!f)
			abort();
		for (unsigned int i = 0; i < field_count; i++)
			ask_field(f, &field_table[i]);
		compile(f);
	}
	return f;
}

/* Reads every byte of a value, so that the sanitizer checks it. */
static void value_read(const struct value *v, struct buf *b)
{
	buf_reset(b);
	format_value(b, v, 0);
}

static void fields_read(const struct fixed *f, const struct event *ev, struct arena *arena)
{
	char text[4096];
	struct buf b = BUF_ON(text);
	struct value v;
	uint64_t shape;

	for (uint32_t i = 0; i < f->n; i++) {
		const struct ask *a = &f->asks[i];
		const struct field_arg *arg = a->arg.present ? &a->arg : NULL;

		if (a->def->extract(&v, ev, arg) == 0)
			value_read(&v, &b);
		if (a->def->given && a->def->given(&v, ev, arg) == 0)
			value_read(&v, &b);
		if (i % 64 == 63)
			arena_reset(arena);
	}
	field_shape(ev, &shape);
	field_path_straight(ev);
	arena_reset(arena);
}

static void alert_make(const struct format *format, const struct event *ev)
{
	struct alert alert = {
		.rule = STR("r"), .source = STR("syscall"), .hostname = STR("h"),
		.nfields = format->nfields,
	};
	struct alert_field *fields;

	if (format_event(format, ev, &alert.output, &fields))
		return;
	alert.fields = fields;
	lines_check(&alert);
}

size_t mutate_head(const uint8_t *data, size_t size)
{
	(void)data;
	(void)size;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct fixed *f = fixed();
	struct stage *stage = stage_new();
	struct loss *loss;

	if (loss_new(&loss, NULL, NULL) < 0)
		abort();
	while (size) {
		size_t n = stage_record_len(data, size);
		const struct event *ev;

		stage_account(stage, loss, data, n);
		ev = stage_enter(stage, data, n);
		if (ev) {
			fields_read(f, ev, ev->arena);
			alert_make(&f->format, ev);
			stage_leave(stage);
		}
		data += n;
		size -= n;
	}
	loss_free(loss);
	stage_free(stage);
	return 0;
}
