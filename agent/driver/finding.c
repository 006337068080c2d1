/* SPDX-License-Identifier: Apache-2.0 */
/* Sets the text of what a probe found, and of what to do about it. */
#include "driver/finding.h"
#include <stdarg.h>
#include <stdio.h>

void finding_say(struct finding *ret, enum probe_answer answer, const char *fmt, ...)
{
	va_list ap;

	ret->answer = answer;
	va_start(ap, fmt);
	vsnprintf(ret->text, sizeof(ret->text), fmt, ap);
	va_end(ap);
}

void finding_todo(struct finding *ret, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(ret->todo, sizeof(ret->todo), fmt, ap);
	va_end(ap);
}

const char *probe_answer_name(enum probe_answer answer)
{
	static const char *const names[PROBE_ANSWERS] = {
		[PROBE_FINE] = "fine",
		[PROBE_NOTE] = "note",
		[PROBE_UNKNOWN] = "unknown",
		[PROBE_STOPS] = "stops",
	};

	return names[answer];
}
