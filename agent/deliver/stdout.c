/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sink of `saker run`: formats each alert as a line and passes it to
 * the writer.
 */
#include "deliver/stdout.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include "alert/raise.h"
#include "deliver/line.h"
#include "deliver/writer.h"
#include "lib/utf8.h"

#define ROOM		(1u << 20)
#define LINE_MAX_BYTES	(64u << 10)
#define LINE_MIN_BYTES	4096u
/*
 * journald cuts a longer line (LineMax= in journald.conf) and takes the rest for a line of its
 * own, with a priority if it begins with "<2>". So arguments of a process would become an entry.
 */
#define LINE_JOURNAL_BYTES	(48u << 10)

struct stdout_sink {
	struct alert_sink sink;		/* must be the first member */
	struct stdout_config config;
	struct writer *writer;
	uint64_t raised;
	uint64_t refused;		/* lines that the writer did not accept */
	uint64_t reported;		/* lost alerts that an alert has reported */
	char *line;			/* the line being formatted */
};

/* Return: the line with its newline; empty if even the cut line does not fit. */
static struct str sink_format(const struct stdout_sink *s, const struct alert *alert)
{
	const struct line_config config = { s->config.iso8601, s->config.utc,
					     s->config.checks };
	const struct str mark = STR(" [cut]");
	struct buf b = { .p = s->line, .size = s->config.max_line - 1 };

	if (s->config.journal)	/* enum priority has the numbers of syslog */
		buf_printf(&b, "<%d>", alert->priority);
	if (s->config.json)
		line_json(&b, alert, &config);
	else
		line_text(&b, alert, &config);
	if (b.cut && s->config.json)
		return STR("");
	if (b.cut) {
		b.n = utf8_cut(buf_as_str(&b), b.size - mark.n);
		memcpy(b.p + b.n, mark.p, mark.n);
		b.n += mark.n;
	}
	b.p[b.n++] = '\n';
	return buf_as_str(&b);
}

static int sink_put(struct stdout_sink *s, const struct alert *alert)
{
	struct str line = sink_format(s, alert);

	return line.n ? writer_put(s->writer, line) : -EMSGSIZE;
}

static uint64_t lost(const struct stdout_sink *s)
{
	struct writer_stats stats;

	writer_stats(s->writer, &stats);
	return s->refused + stats.lost;
}

/* Writes the alert that reports missing alerts, before @next. Return: as writer_put(). */
static int report_losses(struct stdout_sink *s, const struct alert *next, uint64_t n)
{
	const struct alert_kv field = { STR("saker.lost"), { .type = VALUE_U64, .u = n } };
	struct alert_field tmp[1];
	struct alert alert;
	char text[128];
	int r, len = snprintf(text, sizeof(text), "Saker: %llu alerts are missing here because standard "
			   "output failed or was not read in time", (unsigned long long)n);

	alert_internal(&alert, STR("Saker: alerts were lost"), PRIORITY_CRITICAL,
		       (struct str){ text, (size_t)len }, next->time_ns, next->hostname, &field,
		       tmp, 1);
	r = sink_put(s, &alert);
	if (r == 0) {
		s->raised++;
		s->reported += n;
	}
	return r;
}

static int sink_raise(struct alert_sink *sink, const struct alert *alert)
{
	struct stdout_sink *s = (struct stdout_sink *)sink;
	uint64_t n = lost(s);
	int r = 0;

	if (n > s->reported)
		r = writer_recovered(s->writer) ? report_losses(s, alert, n - s->reported) :
						  -EAGAIN;
	if (r == 0)
		r = sink_put(s, alert);
	s->raised++;
	s->refused += r < 0;
	return r;
}

int stdout_sink_new(struct alert_sink **ret, const struct stdout_config *config)
{
	struct stdout_sink *s = calloc(1, sizeof(*s));
	struct writer_config writer = { .fd = config->fd, .wait = config->wait,
					.give_up = config->give_up, .ctx = config->ctx,
					.wake = config->wake };
	int r = -ENOMEM;

	if (!s)
		return -ENOMEM;
	s->sink.raise = sink_raise;
	s->config = *config;
	if (!s->config.max_line)
		s->config.max_line = config->journal ? LINE_JOURNAL_BYTES : LINE_MAX_BYTES;
	if (s->config.max_line < LINE_MIN_BYTES)
		s->config.max_line = LINE_MIN_BYTES;
	writer.room = config->room ? config->room : ROOM;
	if (writer.room < s->config.max_line)
		writer.room = s->config.max_line;
	s->line = malloc(s->config.max_line);
	if (s->line)
		r = writer_new(&s->writer, &writer);
	if (r < 0) {
		stdout_sink_free(&s->sink);
		return r;
	}
	*ret = &s->sink;
	return 0;
}

void stdout_sink_free(struct alert_sink *sink)
{
	struct stdout_sink *s = (struct stdout_sink *)sink;

	if (!s)
		return;
	writer_free(s->writer);
	free(s->line);
	free(s);
}

int stdout_sink_flush(struct alert_sink *sink)
{
	return writer_go(((struct stdout_sink *)sink)->writer);
}

int stdout_sink_end(struct alert_sink *sink, unsigned int timeout_ms)
{
	struct stdout_sink *s = (struct stdout_sink *)sink;
	int r = writer_drain(s->writer, timeout_ms);

	writer_stop(s->writer);
	return r;
}

void stdout_sink_stats(const struct alert_sink *sink, struct stdout_stats *ret)
{
	const struct stdout_sink *s = (const struct stdout_sink *)sink;
	struct writer_stats stats;

	writer_stats(s->writer, &stats);
	*ret = (struct stdout_stats){ s->raised, stats.written, s->refused + stats.lost,
				      stats.error };
}
