/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sink behind `saker run`: a buffer of whole lines and one descriptor. A
 * reader that is slow costs alerts only when the buffer is full, and then they
 * are counted.
 */
#include "deliver/stdout.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include "deliver/line.h"

#define BUFFER		(256u << 10)
#define LINE_MAX_BYTES	(64u << 10)

struct stdout_sink {
	struct alert_sink sink;		/* first */
	struct stdout_config config;
	struct stdout_stats stats;
	uint64_t lines;			/* in the buffer */
	size_t size, n;
	char *buffer;
};

static int sink_flush(struct stdout_sink *s)
{
	ssize_t w;

	while (s->n) {
		w = write(s->config.fd, s->buffer, s->n);
		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return -EAGAIN;
		if (w < 0) {
			int r = -errno;

			s->stats.lost += s->lines;
			s->lines = 0;
			s->n = 0;
			return r;
		}
		s->n -= w;
		memmove(s->buffer, s->buffer + w, s->n);
	}
	s->stats.written += s->lines;
	s->lines = 0;
	return 0;
}

/* Return: bytes of the line with its newline, 0 if it does not fit into @room. */
static size_t sink_format(const struct stdout_sink *s, const struct alert *alert, char *at,
			  size_t room)
{
	const struct line_config config = { s->config.iso8601, s->config.utc,
					     s->config.checks };
	const struct str mark = STR(" [cut]");
	size_t max = room < s->config.max_line ? room : s->config.max_line;
	struct buf b = { .p = at, .size = max - 1 };

	if (s->config.json)
		line_json(&b, alert, &config);
	else
		line_text(&b, alert, &config);
	if (b.cut && (s->config.json || max < s->config.max_line))
		return 0;
	if (b.cut) {
		/* Not in the middle of a character. */
		size_t n = max - 1 - mark.n;

		while (n && ((unsigned char)at[n] & 0xc0) == 0x80)
			n--;
		memcpy(at + n, mark.p, mark.n);
		b.n = n + mark.n;
	}
	at[b.n++] = '\n';
	return b.n;
}

static int sink_raise(struct alert_sink *sink, const struct alert *alert)
{
	struct stdout_sink *s = (struct stdout_sink *)sink;
	int r = 0;
	size_t n;

	s->stats.raised++;
	if (s->size - s->n < s->config.max_line)
		r = sink_flush(s);
	if (s->size - s->n < s->config.max_line) {
		s->stats.lost++;
		return r < 0 ? r : -EAGAIN;
	}
	n = sink_format(s, alert, s->buffer + s->n, s->size - s->n);
	if (!n) {
		s->stats.lost++;
		return -EMSGSIZE;
	}
	s->n += n;
	s->lines++;
	return 0;
}

int stdout_sink_new(struct alert_sink **ret, const struct stdout_config *config)
{
	struct stdout_sink *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->sink.raise = sink_raise;
	s->config = *config;
	if (!s->config.max_line)
		s->config.max_line = LINE_MAX_BYTES;
	if (s->config.max_line < 4096)
		s->config.max_line = 4096;
	s->size = BUFFER > 2 * (size_t)s->config.max_line ? BUFFER : 2 * (size_t)s->config.max_line;
	s->buffer = malloc(s->size);
	if (!s->buffer) {
		free(s);
		return -ENOMEM;
	}
	*ret = &s->sink;
	return 0;
}

void stdout_sink_free(struct alert_sink *sink)
{
	struct stdout_sink *s = (struct stdout_sink *)sink;

	if (!s)
		return;
	sink_flush(s);
	free(s->buffer);
	free(s);
}

int stdout_sink_flush(struct alert_sink *sink)
{
	return sink_flush((struct stdout_sink *)sink);
}

void stdout_sink_stats(const struct alert_sink *sink, struct stdout_stats *ret)
{
	*ret = ((const struct stdout_sink *)sink)->stats;
}
