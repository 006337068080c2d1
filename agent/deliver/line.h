/* SPDX-License-Identifier: Apache-2.0 */
/* An alert as one line, without the newline: what files, pipes and terminals get. */
#ifndef DELIVER_LINE_H
#define DELIVER_LINE_H

#include <stdbool.h>
#include "alert/alert.h"
#include "lib/buf.h"

struct line_config {
	bool iso8601;		/* time in text: date and time in UTC, else the time of day */
	bool utc;		/* time of day in UTC, else as TZ says */
	bool checks;		/* JSON: one key more, what each check of the condition read */
};

/*
 * "10:15:00.123456789: Warning ...": the whole line is escaped once, as the body of a JSON string
 * (TEXT_LINE), as Falco 0.45 does. So a hostile file name makes no second line, and no two names
 * print the same but for bytes that are no UTF-8. DEL and C1 controls are escaped too, which
 * Falco leaves to the terminal. b->cut says if it did not fit.
 */
void line_text(struct buf *b, const struct alert *alert, const struct line_config *config);

/*
 * The JSON object that Falco 0.45 prints: keys sorted, numbers exact, missing fields null.
 * With ->checks there is one key more, "saker": {checks: [{check, field, value, verdict, ...}],
 * digest, id}; `saker why` reads it.
 * If it does not fit, texts are cut and the output ends with " [cut]"; b->cut stays set only
 * if not even that fits.
 */
void line_json(struct buf *b, const struct alert *alert, const struct line_config *config);

/* The output fields alone, as an object, typed as in line_json(). */
void line_fields_json(struct buf *b, const struct alert *alert);

#endif /* DELIVER_LINE_H */
