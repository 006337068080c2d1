/* SPDX-License-Identifier: Apache-2.0 */
/* Formats an alert as one line, without the newline, for files, pipes and terminals. */
#ifndef DELIVER_LINE_H
#define DELIVER_LINE_H

#include <stdbool.h>
#include "alert/alert.h"
#include "lib/buf.h"

struct line_config {
	bool iso8601;		/* text: date and time in UTC; else the time of day */
	bool utc;		/* time of day in UTC; else in the time zone of TZ */
	bool checks;		/* JSON: one more key, the values that the condition's checks read */
};

/*
 * "10:15:00.123456789: Warning ...": the whole line is escaped once, as the body of a JSON string
 * (TEXT_JSON), as in Falco 0.45. So a hostile file name cannot start a second line, and two names
 * never print the same, except for bytes that are not UTF-8. Unlike Falco, DEL and C1 controls are
 * escaped too. b->cut is set if the line did not fit.
 */
void line_text(struct buf *b, const struct alert *alert, const struct line_config *config);

/*
 * The JSON object that Falco 0.45 prints: keys sorted, numbers exact, missing fields null. With
 * ->checks there is one more key, "saker": {checks: [{check, field, value, verdict, ...}], digest,
 * fingerprint, id}, which `saker why` reads. If the object does not fit, texts are cut and the
 * output ends with " [cut]"; b->cut stays set only if that does not fit either.
 */
void line_json(struct buf *b, const struct alert *alert, const struct line_config *config);

/* Only the output fields, as an object, typed as in line_json(). */
void line_fields_json(struct buf *b, const struct alert *alert);

#endif /* DELIVER_LINE_H */
