/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints the main values of an event for a line of `saker trace`. The rows of brief.def are
 * short, so they are parsed for each line.
 */
#include "decode/brief.h"
#include "decode/print.h"
#include "decode/schema.h"

static const char *const briefs[EV_TYPE_MAX] = {
#define BRIEF(ev, fields)	[EV_##ev] = fields,
#include "decode/brief.def"
#undef BRIEF
};

const char *brief_fields(unsigned int type)
{
	return type < EV_TYPE_MAX ? briefs[type] : NULL;
}

/* "a|b": the first field that is present; NULL if none is. */
static const struct schema_field *choose(const struct event *ev, struct str names)
{
	const struct schema_event *e = schema_event(ev->hdr->type);

	while (names.n) {
		const char *bar = memchr(names.p, '|', names.n);
		struct str name = { names.p, bar ? (size_t)(bar - names.p) : names.n };
		const struct schema_field *f = schema_field(e, name);

		if (f && !print_is_absent(ev, f))
			return f;
		names.p += name.n + (bar ? 1 : 0);
		names.n -= name.n + (bar ? 1 : 0);
	}
	return NULL;
}

static void put_word(struct buf *b, const struct event *ev, struct str word)
{
	const bool named = *word.p == '=', failed = *word.p == '!';
	const struct schema_field *f;

	if (named || failed)
		word = (struct str){ word.p + 1, word.n - 1 };
	f = choose(ev, word);
	if (!f || (named && !schema_integer(f, ev->body)) ||
	    (failed && !(ev->hdr->flags & EV_F_FAILED)))
		return;
	buf_char(b, ' ');
	if (named) {
		buf_text(b, f->name);
		buf_char(b, '=');
	}
	print_field_plain(b, ev, f);
}

/* Prints the result, unless it is 0: success is the usual case. */
static void put_result(struct buf *b, const struct event *ev)
{
	const struct schema_field *f = schema_field(schema_event(ev->hdr->type), STR("res"));

	if (!f || !schema_integer(f, ev->body))
		return;
	buf_text(b, " = ");
	print_field_plain(b, ev, f);
}

/* Prints a wait status as a signal or an exit status. */
static void put_exit(struct buf *b, const struct ev_procexit *rec)
{
	if (rec->sig) {
		buf_text(b, " killed by ");
		print_flags(b, KIND_signal, rec->sig, '|');
	} else {
		buf_printf(b, " status %u", (unsigned int)(rec->status >> 8 & 0xff));
	}
	if (rec->core)
		buf_text(b, ", core dumped");
	if (!rec->group_dead)
		buf_text(b, ", a thread");
}

void brief_put(struct buf *b, const struct event *ev)
{
	const char *fields = brief_fields(ev->hdr->type);

	if (!fields) {
		buf_char(b, ' ');
		print_args(b, ev);
		return;
	}
	if (ev->hdr->type == EV_procexit)
		put_exit(b, ev->procexit);
	while (*fields) {
		size_t n = strcspn(fields, " ");

		put_word(b, ev, (struct str){ fields, n });
		fields += n + (fields[n] == ' ');
	}
	put_result(b, ev);
}
