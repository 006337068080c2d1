/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts as text: time, priority, what the rule says. */
#include <time.h>
#include "alert/raise.h"
#include "deliver/line.h"
#include "deliver/when.h"
#include "lib/utf8.h"

#define NS	1000000000ll

void put_time(struct buf *b, int64_t time_ns, const char *format, bool utc, const char *behind)
{
	int64_t ns = time_ns % NS;
	time_t s = time_ns / NS;
	char text[64];
	struct tm tm;

	if (ns < 0) {
		ns += NS;
		s--;
	}
	if (!(utc ? gmtime_r(&s, &tm) : localtime_r(&s, &tm)) ||
	    !strftime(text, sizeof(text), format, &tm))
		text[0] = '\0';
	buf_text(b, text);
	buf_printf(b, ".%09d", (int)ns);
	buf_text(b, behind);
}

void put_prefix(struct buf *b, const struct alert *alert, const struct line_config *config)
{
	if (config->iso8601)
		put_time(b, alert->time_ns, "%Y-%m-%dT%H:%M:%S", true, "+0000");
	else
		put_time(b, alert->time_ns, "%H:%M:%S", config->utc, "");
	buf_text(b, ": ");
	buf_text(b, alert_priority_name(alert->priority));
	buf_char(b, ' ');
}

static void put_control(struct buf *b, uint32_t c)
{
	static const char shorts[0x20] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r',
	};

	buf_char(b, '\\');
	if (c < sizeof(shorts) && shorts[c]) {
		buf_char(b, shorts[c]);
		return;
	}
	buf_char(b, 'x');
	buf_char(b, "0123456789abcdef"[c >> 4]);
	buf_char(b, "0123456789abcdef"[c & 15]);
}

static void put_safe(struct buf *b, struct str s)
{
	while (s.n) {
		uint32_t c = 0;
		unsigned int len = utf8_next(s, &c);

		if (!len)
			buf_text(b, "\xef\xbf\xbd");
		else if (c < 0x20 || (c >= 0x7f && c < 0xa0))
			put_control(b, c);
		else
			buf_str(b, (struct str){ s.p, len });
		len = len ? len : 1;
		s.p += len;
		s.n -= len;
	}
}

void line_text(struct buf *b, const struct alert *alert, const struct line_config *config)
{
	put_prefix(b, alert, config);
	put_safe(b, alert->output);
}
