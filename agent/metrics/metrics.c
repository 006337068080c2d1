/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of metrics, made from metrics.def, and functions that print metrics with several
 * samples.
 */
#include "metrics/metrics.h"
#include <stddef.h>
#include <string.h>
#include "decode/schema.h"
#include "lib/buf.h"

/* -- the agent -- */

static void print_build(struct promw *w, const struct metrics *m)
{
	(void)m;
	promw_label(w, "version", STR(SAKER_VERSION));
	promw_u64(w, 1);
}

static void print_hostname(struct promw *w, const struct metrics *m)
{
	if (!m->hostname.p)
		return;
	promw_label(w, "hostname", m->hostname);
	promw_u64(w, 1);
}

static void print_kernel(struct promw *w, const struct metrics *m)
{
	promw_label(w, "kernel_release", str_of(m->kernel));
	promw_u64(w, 1);
}

static void print_memory(struct promw *w, const struct metrics *m)
{
	if (m->rss_bytes)
		promw_u64(w, m->rss_bytes);
}

static void print_cpu(struct promw *w, const struct metrics *m)
{
	promw_seconds(w, m->cpu_ns);
}

/* -- the driver -- */

static void print_driver(struct promw *w, const struct metrics *m)
{
	promw_label(w, "driver", str_of(m->choice->driver));
	promw_label(w, "why", str_of(m->choice->why));
	promw_u64(w, 1);
}

static void print_skipped(struct promw *w, const struct metrics *m)
{
	for (unsigned int i = 0; i < m->choice->nskipped; i++) {
		promw_label(w, "driver", str_of(m->choice->skipped[i].driver));
		promw_label(w, "reason", str_of(m->choice->skipped[i].reason));
		promw_u64(w, 1);
	}
}

static void print_driver_build(struct promw *w, const struct metrics *m)
{
	char text[24];
	struct buf abi = BUF_ON(text);

	buf_printf(&abi, "%u.%u", m->driver.info.abi >> 16, m->driver.info.abi & 0xffff);
	promw_label(w, "release", str_of(m->driver.info.release));
	promw_label(w, "abi", buf_as_str(&abi));
	promw_u64(w, 1);
}

static void print_driver_state(struct promw *w, const struct metrics *m)
{
	for (uint32_t state = SAKER_STATE_IDLE; state <= SAKER_STATE_DISARMED; state++) {
		promw_label(w, "state", str_of(tallies_state_name(state)));
		promw_u64(w, state == m->driver.info.state);
	}
}

static void print_hooks(struct promw *w, const struct metrics *m)
{
	for (uint32_t i = 0; i < m->driver.info.nhooks; i++) {
		const struct control_hook *hook = &m->driver.info.hooks[i];

		promw_label(w, "hook", str_of(hook->name));
		promw_label(w, "kind", str_of(hook->kind));
		promw_label(w, "state", str_of(hook->state));
		promw_u64(w, 1);
	}
}

/* -- events, by type: those that were hit -- */

/* An event of a newer driver has no name here; its number is used. */
static void label_event(struct promw *w, unsigned int type)
{
	const struct schema_event *e = schema_event(type);
	char text[16];
	struct buf number = BUF_ON(text);

	buf_u64(&number, type);
	promw_label(w, "event", e ? str_of(e->name) : buf_as_str(&number));
}

/* @number: offset in struct ev_tally. */
static void print_by_type(struct promw *w, const struct metrics *m, size_t number)
{
	for (unsigned int type = 0; type < EV_TYPE_MAX; type++) {
		const struct ev_tally *t = &m->driver.type[type];
		uint64_t v;

		if (!t->hits)
			continue;
		memcpy(&v, (const char *)t + number, sizeof(v));
		label_event(w, type);
		promw_u64(w, v);
	}
}

static void print_hits(struct promw *w, const struct metrics *m)
{
	print_by_type(w, m, offsetof(struct ev_tally, hits));
}

static void print_recorded(struct promw *w, const struct metrics *m)
{
	print_by_type(w, m, offsetof(struct ev_tally, emitted));
}

static void print_filtered(struct promw *w, const struct metrics *m)
{
	print_by_type(w, m, offsetof(struct ev_tally, filtered));
}

static void print_lost(struct promw *w, const struct metrics *m)
{
	for (unsigned int type = 0; type < EV_TYPE_MAX; type++) {
		for (unsigned int reason = 0; reason < EV_DROP_COUNT; reason++) {
			uint64_t n = m->driver.type[type].dropped[reason];

			if (!n)
				continue;
			label_event(w, type);
			promw_label(w, "reason", str_of(schema_drop_name(reason)));
			promw_u64(w, n);
		}
	}
}

/* -- rules -- */

static void print_reloads(struct promw *w, const struct metrics *m)
{
	promw_label(w, "result", STR("taken"));
	promw_u64(w, m->reloads.taken);
	promw_label(w, "result", STR("refused"));
	promw_u64(w, m->reloads.refused);
}

/* @number: offset in struct rule_counters. */
static void print_by_rule(struct promw *w, const struct metrics *m, size_t number)
{
	for (uint64_t i = 0; i < m->nrules; i++) {
		uint64_t v;

		memcpy(&v, (const char *)&m->counters[i] + number, sizeof(v));
		promw_label(w, "rule_name", m->rules[i].name);
		promw_u64(w, v);
	}
}

static void print_evaluations(struct promw *w, const struct metrics *m)
{
	print_by_rule(w, m, offsetof(struct rule_counters, evaluated));
}

static void print_undecided(struct promw *w, const struct metrics *m)
{
	print_by_rule(w, m, offsetof(struct rule_counters, undecided));
}

static void print_sampled_evaluations(struct promw *w, const struct metrics *m)
{
	print_by_rule(w, m, offsetof(struct rule_counters, sampled));
}

static void print_sampled_seconds(struct promw *w, const struct metrics *m)
{
	for (uint64_t i = 0; i < m->nrules; i++) {
		promw_label(w, "rule_name", m->rules[i].name);
		promw_seconds(w, m->counters[i].sampled_ns);
	}
}

/* The label name of a tag: label names allow fewer characters than tags. */
static void tag_name(struct buf *b, struct str tag)
{
	static const char fine[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

	buf_text(b, "tag_");
	for (size_t i = 0; i < tag.n; i++)
		buf_char(b, tag.p[i] && strchr(fine, tag.p[i]) ? tag.p[i] : '_');
}

/* Tags with the same label name are printed once: a duplicate label would make the page invalid. */
static void label_tag(struct promw *w, const struct rule *rule, uint32_t number)
{
	char text[2][128];
	struct buf name = { .p = text[0], .size = sizeof(text[0]) - 1 };

	tag_name(&name, rule->tags[number]);
	for (uint32_t i = 0; i < number; i++) {
		struct buf other = { .p = text[1], .size = sizeof(text[1]) - 1 };

		tag_name(&other, rule->tags[i]);
		if (str_eq(buf_as_str(&name), buf_as_str(&other)))
			return;
	}
	text[0][name.n] = '\0';
	promw_label(w, text[0], STR("true"));
}

static void print_matches(struct promw *w, const struct metrics *m)
{
	for (uint64_t i = 0; i < m->nrules; i++) {
		const struct rule *rule = &m->rules[i];
		const char priority = (char)('0' + rule->priority);

		promw_label(w, "priority", (struct str){ &priority, 1 });
		promw_label(w, "rule_name", rule->name);
		promw_label(w, "source", rule->source);
		for (uint32_t tag = 0; tag < rule->ntags; tag++)
			label_tag(w, rule, tag);
		promw_u64(w, m->counters[i].matched);
	}
}

/* -- the table -- */

/* The offset of a member; compiles only if it is a uint64_t. */
#define NUMBER(member)								\
	_Generic(((struct metrics *)NULL)->member,				\
		 uint64_t : offsetof(struct metrics, member))

const struct metric_def metric_table[] = {
#define METRIC(name_, type_, when_, number_, doc_)				\
	{ .name = name_, .type = PROMW_##type_, .when = METRIC_##when_,		\
	  .labels = "", .number = NUMBER(number_), .doc = doc_ },
#define METRIC_EACH(name_, type_, when_, labels_, printer_, doc_)		\
	{ .name = name_, .type = PROMW_##type_, .when = METRIC_##when_,		\
	  .labels = labels_, .print = print_##printer_, .doc = doc_ },
#include "metrics/metrics.def"
};

const unsigned int metric_count = sizeof(metric_table) / sizeof(metric_table[0]);

static bool is_there(enum metric_when when, const struct metrics *m)
{
	switch (when) {
	case METRIC_ALWAYS:
		return true;
	case METRIC_WITH_DRIVER:
		return m->choice->driver;
	case METRIC_ANSWERED:
		return m->answered;
	}
	return false;
}

void metrics_print(FILE *out, const struct metrics *m)
{
	struct promw w = PROMW(out);

	for (unsigned int i = 0; i < metric_count; i++) {
		const struct metric_def *def = &metric_table[i];
		uint64_t v;

		if (!is_there(def->when, m))
			continue;
		promw_family(&w, def->name, def->type, def->doc);
		if (def->print) {
			def->print(&w, m);
			continue;
		}
		memcpy(&v, (const char *)m + def->number, sizeof(v));
		promw_u64(&w, v);
	}
}
