/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Escapes text that may contain any bytes. All escaping in the agent is done here;
 * lib/utf8.h decodes.
 */
#ifndef LIB_TEXT_H
#define LIB_TEXT_H

#include <stdio.h>
#include "lib/buf.h"
#include "lib/str.h"
#include "lib/utf8.h"

enum text_style {
	/*
	 * The body of a JSON string, and a line of text: \" \\ \n \u001b; a maximal invalid subpart
	 * becomes U+FFFD. Also what drives a terminal is escaped, although JSON allows it: DEL, C1
	 * controls, line separators, and what turns the direction of writing.
	 */
	TEXT_JSON,
	/*
	 * Reversible: all of these, backslash and bytes that are not UTF-8 are
	 * \xNN.
	 */
	TEXT_BYTES,
	/* The inside of a quoted string of a condition: as TEXT_BYTES, but \" and \\. */
	TEXT_CONDITION,
	/* For messages that show a file's own line: '?' for each control but the tab. */
	TEXT_SHOWN,
	/* Of Prometheus' exposition format, in help and in the value of a label. */
	TEXT_HELP,
	TEXT_LABEL,
};

void text_put(struct buf *b, struct str s, enum text_style style);
void text_write(FILE *out, struct str s, enum text_style style);

/* TEXT_BYTES: a hostile name stays on its line and cannot drive a terminal. */
void buf_escaped(struct buf *b, struct str s);

/* A JSON string with its quotes. */
void buf_json(struct buf *b, struct str s);

#endif /* LIB_TEXT_H */
