/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats an event as one line. Process and user are read through rule fields, so that a trace
 * shows the values that a rule reads.
 */
#include "app/trace_line.h"
#include <stdio.h>
#include <time.h>
#include "decode/brief.h"
#include "decode/print.h"
#include "enrich/cgroup.h"
#include "enrich/proc.h"
#include "field/related.h"
#include "lib/clock.h"
#include "lib/text.h"

#define PROCESS_WIDTH	22	/* widths of columns, so that most lines are aligned */
#define USER_WIDTH	9
#define WHERE_WIDTH	18
#define TYPE_WIDTH	10

/* Absent if the event has no such value. */
static struct str text_of(const struct event *ev, enum field_role role)
{
	const struct field_def *def = field_role(role);
	const struct field_arg none = { .present = false };
	struct value v;

	if (def->extract(&v, ev, &none) != 0 || v.type != VALUE_STR)
		return (struct str){ 0 };
	return v.s;
}

/* By name if it is known, else by number. Absent on the host. */
static struct str container_shown(const struct event *ev)
{
	struct str name = text_of(ev, FIELD_ROLE_CONTAINER);

	if (!ev->cgroup || !ev->cgroup->container.id.n)
		return (struct str){ 0 };
	return name.n && !str_eq(name, STR("host")) ? name : ev->cgroup->container.id;
}

static struct str unit_shown(const struct event *ev)
{
	return ev->cgroup ? unit_of_path(ev->cgroup->path) : (struct str){ 0 };
}

static void put_time(struct buf *b, int64_t time_ns)
{
	time_t s = (time_t)(time_ns / (int64_t)NS_PER_S);
	char text[32] = "";
	struct tm tm;

	if (localtime_r(&s, &tm))
		strftime(text, sizeof(text), "%H:%M:%S", &tm);
	buf_printf(b, "%s.%06u", text, (unsigned int)(time_ns % (int64_t)NS_PER_S / 1000));
}

/* Pads what was written since @start to the width of a column, and two spaces. */
static void pad(struct buf *b, size_t start, size_t width)
{
	while (b->n < b->size && b->n - start < width)
		buf_char(b, ' ');
	buf_char(b, ' ');
}

static void put_column(struct buf *b, struct str text, size_t width)
{
	size_t start = b->n;

	text_put(b, text.n ? text : STR("-"), TEXT_JSON);
	pad(b, start, width);
}

/* By number if the name is not known, as in a container, which has its own users. */
static void put_user(struct buf *b, const struct event *ev)
{
	const struct proc *proc = ev->proc;
	struct str name = text_of(ev, FIELD_ROLE_USER);
	char text[16];

	if (!name.n && proc && proc->cred.known)
		name = (struct str){ text, (size_t)snprintf(text, sizeof(text), "%u",
							    proc->cred.euid) };
	put_column(b, name, USER_WIDTH);
}

static void put_process(struct buf *b, const struct event *ev)
{
	struct str name = text_of(ev, FIELD_ROLE_PROCESS);
	size_t start = b->n;

	text_put(b, name.n ? name : STR("-"), TEXT_JSON);
	buf_printf(b, "[%u", ev->hdr->tgid);
	if (ev->hdr->tid != ev->hdr->tgid)
		buf_printf(b, "/%u", ev->hdr->tid);
	buf_char(b, ']');
	pad(b, start, PROCESS_WIDTH);
}

void trace_line(struct buf *b, const struct event *ev)
{
	struct str container = container_shown(ev);
	size_t start;

	put_time(b, ev->time_ns);
	buf_char(b, ' ');
	put_process(b, ev);
	put_user(b, ev);
	put_column(b, container.n ? container : unit_shown(ev), WHERE_WIDTH);
	start = b->n;
	buf_str(b, evt_type_name(ev->type));
	print_header_flags(b, ev->hdr);
	while (b->n < b->size && b->n - start < TYPE_WIDTH)
		buf_char(b, ' ');
	brief_put(b, ev);
}

static void put_text(struct jsonw *w, const char *key, struct str text)
{
	jsonw_key(w, str_of(key));
	if (text.p)
		jsonw_str(w, text);
	else
		jsonw_null(w);
}

void trace_json(struct buf *b, const struct event *ev)
{
	struct jsonw w = JSONW(b);

	jsonw_begin(&w, '{');
	put_text(&w, "process", text_of(ev, FIELD_ROLE_PROCESS));
	put_text(&w, "exe", text_of(ev, FIELD_ROLE_PROGRAM));
	put_text(&w, "user", text_of(ev, FIELD_ROLE_USER));
	put_text(&w, "container", container_shown(ev));
	put_text(&w, "unit", unit_shown(ev));
	print_record_json(&w, ev);
	jsonw_end(&w, '}');
}
