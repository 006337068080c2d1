/* SPDX-License-Identifier: Apache-2.0 */
/* Writes an alert as a text line: time, priority, output. */
#include <time.h>
#include "alert/raise.h"
#include "deliver/line.h"
#include "deliver/when.h"
#include "lib/text.h"

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

void line_text(struct buf *b, const struct alert *alert, const struct line_config *config)
{
	put_prefix(b, alert, config);
	text_put(b, alert->output, TEXT_JSON);
}
