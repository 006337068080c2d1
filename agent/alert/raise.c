/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds alerts from a rule and an event. The content, including the id, depends only on the
 * rule, the record and, for times in its text, the time zone: a replay raises the same bytes.
 */
#include "alert/raise.h"
#include <errno.h>
#include <stdlib.h>
#include "alert/format.h"
#include "enrich/cgroup.h"
#include "enrich/enrich.h"
#include "enrich/proc.h"
#include "field/field.h"
#include "filter/fieldref.h"
#include "lib/siphash.h"
#include "rule/digest.h"

struct alert_templates {
	struct ruleset *rules;
	struct arena *arena;
	struct format *formats;		/* by rule number */
	uint64_t *digests;		/* by rule number */
	uint64_t *needs;		/* FIELD_NEEDS_... of the fields in each output, by rule number */
};

int alert_raise(struct alert_sink *sink, const struct alert *alert)
{
	return sink->raise(sink, alert);
}

const char *alert_priority_name(enum priority priority)
{
	return priority_name(priority);
}

const char *alert_verdict_name(unsigned int verdict)
{
	static const char *const names[ALERT_VERDICTS] = {
		[ALERT_FALSE] = "false", [ALERT_TRUE] = "true", [ALERT_MISSING] = "missing",
		[ALERT_UNDECIDED] = "undecided",
	};

	return names[verdict < ALERT_VERDICTS ? verdict : ALERT_UNDECIDED];
}

/* -- templates -- */

/* The output with @append after its last word. */
static struct str with_append(struct arena *arena, struct str output, struct str append)
{
	while (output.n && strchr(" \t\n", output.p[output.n - 1]))
		output.n--;
	return arena_printf(arena, STR_FMT STR_FMT, STR_ARG(output), STR_ARG(append));
}

static uint64_t format_needs(const struct format *format)
{
	uint64_t needs = 0;

	for (uint32_t i = 0; i < format->npieces; i++)
		needs |= format->pieces[i].op ? operand_needs(format->pieces[i].op) : 0;
	return needs;
}

uint64_t alert_templates_needs(const struct alert_templates *t)
{
	uint64_t needs = 0;

	for (uint32_t i = 0; i < t->rules->nrules; i++)
		needs |= t->needs[i];
	return needs;
}

uint64_t alert_template_needs(const struct alert_templates *t, uint32_t rule)
{
	return t->needs[rule];
}

int alert_templates_new(struct alert_templates **ret, struct ruleset *rules, struct str append)
{
	struct alert_templates *t = calloc(1, sizeof(*t));
	int r = -ENOMEM;

	if (!t)
		return -ENOMEM;
	t->rules = ruleset_ref(rules);
	t->arena = arena_new(0, 0);
	if (t->arena) {
		t->formats = arena_alloc(t->arena, (rules->nrules + 1) * sizeof(*t->formats));
		t->digests = arena_alloc(t->arena, (rules->nrules + 1) * sizeof(*t->digests));
		t->needs = arena_alloc(t->arena, (rules->nrules + 1) * sizeof(*t->needs));
	}
	if (!t->formats || !t->digests || !t->needs)
		goto fail;
	for (uint32_t i = 0; i < rules->nrules; i++) {
		struct filter_error err = { 0 };

		struct str text = rules->rules[i].output;

		if (append.n)
			text = with_append(t->arena, text, append);
		r = text.p ? format_compile(&t->formats[i], t->arena, text, &err) : -ENOMEM;
		if (r == 0)
			r = rule_digest(&rules->rules[i], &t->digests[i]);
		if (r)
			goto fail;
		t->needs[i] = format_needs(&t->formats[i]);
	}
	*ret = t;
	return 0;
fail:
	alert_templates_free(t);
	return r;
}

void alert_templates_free(struct alert_templates *t)
{
	if (!t)
		return;
	arena_free(t->arena);
	ruleset_unref(t->rules);
	free(t);
}

bool alert_output_check(void *ctx, struct str output, size_t *start, size_t *at,
			struct arena *arena, struct filter_error *err)
{
	int r = format_check(arena, output, start, at, err);

	(void)ctx;
	if (r == -ENOMEM)
		filter_fail(err, arena, FILTER_NOMEM, 0, 0, "%s", "");
	return r == 0;
}

int alert_output_refs(void *ctx, struct str output, struct arena *arena, struct output_ref **ret,
		      uint32_t *n)
{
	struct filter_error err = { 0 };
	struct format format;
	int r = format_compile(&format, arena, output, &err);

	(void)ctx;
	*n = 0;
	*ret = r == 0 ? arena_alloc(arena, (format.npieces + 1) * sizeof(**ret)) : NULL;
	if (!*ret)
		return r ? r : -ENOMEM;
	for (uint32_t i = 0; i < format.npieces; i++) {
		const struct format_piece *piece = &format.pieces[i];

		if (piece->op)
			(*ret)[(*n)++] = (struct output_ref){
				.op = piece->op, .off = (uint32_t)(piece->text.p - output.p),
				.len = (uint32_t)piece->text.n,
			};
	}
	return 0;
}

/* -- contents of an alert -- */

static uint64_t fingerprint(const struct alert *alert)
{
	static const uint64_t key[2] = { 0x73616b65722d6669, 0x6e6765727072696e };
	char room[8192];
	struct buf b = BUF_ON(room);

	buf_str(&b, alert->source);
	buf_char(&b, '\0');
	buf_str(&b, alert->rule);
	for (uint32_t i = 0; i < alert->nfields; i++) {
		const struct alert_field *f = &alert->fields[i];

		if (f->field_flags & FIELD_ONCE)
			continue;
		buf_char(&b, '\0');
		buf_str(&b, f->name);
		buf_char(&b, f->missing ? '\1' : '\2');
		if (!f->missing)
			format_value(&b, &f->value, f->field_flags);
	}
	return siphash24(key, buf_as_str(&b));
}

/*
 * A UUIDv7: milliseconds, their 4096ths, then a hash of the values that make the alert unique.
 * @what: of an alert without an event, what it is about
 */
static void make_id(struct alert *alert, const struct ev_header *hdr, struct ev_place place,
		    struct str what)
{
	static const uint64_t key[2] = { 0x616c6572742d6964, 0x2d66726f6d2d7471 };
	uint64_t ns = alert->time_ns > 0 ? (uint64_t)alert->time_ns : 0;
	uint64_t ms = ns / 1000000, part = ns % 1000000 * 4096 / 1000000, hash;
	char room[1024];
	struct buf b = BUF_ON(room);

	buf_printf(&b, "%llu %llu %u %u %u ", (unsigned long long)hdr->ts_ns,
		   (unsigned long long)hdr->seq, place.cpu, hdr->tid, place.origin);
	buf_str(&b, alert->boot_id);
	buf_char(&b, ' ');
	buf_str(&b, alert->rule);
	if (what.n)
		buf_printf(&b, " %llx", (unsigned long long)siphash24(key, what));
	hash = siphash24(key, buf_as_str(&b));
	for (int i = 0; i < 6; i++)
		alert->id[i] = ms >> (40 - 8 * i);
	alert->id[6] = 0x70 | part >> 8;
	alert->id[7] = part;
	for (int i = 0; i < 8; i++)
		alert->id[8 + i] = hash >> (56 - 8 * i);
	alert->id[8] = 0x80 | (alert->id[8] & 0x3f);
}

static void set_subject(struct alert *alert, const struct event *ev)
{
	alert->subject.pid = ev->hdr->tgid;
	alert->subject.tid = ev->hdr->tid;
	alert->subject.start_ns = ev->proc ? ev->proc->process->start_ns : ev->hdr->start_ns;
	alert->subject.cgroup_id = ev->hdr->cgroup_id;
	if (!ev->cgroup)
		return;
	alert->subject.container_id = ev->cgroup->container.full_id;
	alert->subject.pod_uid = ev->cgroup->container.pod_uid;
}

/* In the output fields times of day are numbers; only the text has them in clock form. */
static void times_as_numbers(struct alert_field *fields, uint32_t n, int64_t time_ns)
{
	for (uint32_t i = 0; i < n; i++)
		if (fields[i].field_flags & FIELD_CLOCK)
			fields[i].value = (struct value){ .type = VALUE_S64, .i = time_ns };
}

int alert_build(struct alert *ret, const struct alert_templates *templates,
		const struct rule *rule, const struct event *ev,
		const struct alert_check *checks, uint32_t nchecks)
{
	const struct format *format = &templates->formats[rule->number];
	struct alert_field *fields;
	int r;

	*ret = (struct alert){
		.time_ns = ev->time_ns,
		.evt_num = ev->num,
		.source = rule->source,
		.rule = rule->name,
		.priority = rule->priority,
		.tags = rule->tags,
		.ntags = rule->ntags,
		.checks = checks,
		.nchecks = nchecks,
		.rule_digest = templates->digests[rule->number],
		.nfields = format->nfields,
	};
	if (ev->enrich) {
		ret->hostname = enrich_hostname(ev->enrich);
		ret->boot_id = enrich_boot_id(ev->enrich);
	}
	r = format_event(format, ev, &ret->output, &fields);
	if (r)
		return r;
	times_as_numbers(fields, format->nfields, ev->time_ns);
	ret->fields = fields;
	set_subject(ret, ev);
	ret->fingerprint = fingerprint(ret);
	make_id(ret, ev->hdr, ev->place, (struct str){ 0 });
	return 0;
}

void alert_internal(struct alert *ret, struct str rule, enum priority priority, struct str output,
		    int64_t time_ns, struct str hostname, const struct alert_kv *fields,
		    struct alert_field *tmp, uint32_t nfields)
{
	const struct ev_header hdr = { .ts_ns = (uint64_t)time_ns };

	for (uint32_t i = 0; i < nfields; i++)
		tmp[i] = (struct alert_field){ .name = fields[i].key, .value = fields[i].value };
	*ret = (struct alert){
		.time_ns = time_ns, .hostname = hostname, .source = STR("internal"),
		.rule = rule, .priority = priority, .output = output,
		.fields = tmp, .nfields = nfields,
	};
	ret->fingerprint = fingerprint(ret);
	make_id(ret, &hdr, (struct ev_place){ 0 }, output);
}
