/* SPDX-License-Identifier: Apache-2.0 */
/* What a probe found on this machine, and what to do about it. */
#ifndef DRIVER_FINDING_H
#define DRIVER_FINDING_H

enum probe_answer {
	PROBE_FINE,
	PROBE_NOTE,			/* information; prevents nothing */
	PROBE_UNKNOWN,			/* could not be determined; only an attempt shows it */
	PROBE_STOPS,			/* prevents the driver */
	PROBE_ANSWERS,
};

struct finding {
	enum probe_answer answer;
	char text[320];			/* what was found, one line, no full stop */
	char todo[320];			/* what to do about it; "" if nothing */
};

const char *probe_answer_name(enum probe_answer answer);

/* Each sets a text, cut to its room. */
void finding_say(struct finding *ret, enum probe_answer answer, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void finding_todo(struct finding *ret, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif /* DRIVER_FINDING_H */
