/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the values of fields from an alert: from the checks stored in it, and from its
 * output fields. An alert of Falco has only output fields, and is read as well.
 */
#ifndef EXPLAIN_EVIDENCE_H
#define EXPLAIN_EVIDENCE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include "alert/alert.h"
#include "filter/ast.h"
#include "lib/arena.h"
#include "lib/buf.h"

struct known {			/* one field of the event */
	struct str field;	/* in canonical form: evt.arg[flags] */
	const json_t *value;	/* NULL or null: the event has no such value */
	bool given;		/* it is the path as given */
	bool cut;		/* it is not whole */
};

struct recorded {		/* one check and its result in the agent */
	uint32_t check;
	uint8_t verdict;	/* enum alert_verdict */
	struct known known;	/* its value is NULL if the alert has none */
};

struct evidence {
	json_t *root;
	struct str rule, output;
	struct str digest;	/* of the rule that matched; empty if the alert has none */
	struct recorded *recorded;
	uint32_t nrecorded;
	struct known *fields;	/* of checks and output; the most reliable first */
	uint32_t nfields;
};

/**
 * evidence_parse() - read an alert
 * @line:	one JSON object, as `saker run --json` and Falco write it
 * @why:	on -EINVAL the reason, in the arena
 * @arena:	owns what @ret points to; its JSON is freed by evidence_uninit()
 * Return: 0, -EINVAL if it is no alert, or -ENOMEM.
 */
int evidence_parse(struct evidence *ret, struct str line, struct arena *arena, struct str *why);
void evidence_uninit(struct evidence *e);	/* zeroed is fine */

/* By canonical name; NULL if the alert does not have it. */
const struct known *evidence_field(const struct evidence *e, struct str field);

/* A value as an extractor would return it. Return: false if it is not of that type. */
bool evidence_value(const struct known *known, const struct operand *op, struct arena *arena,
		    struct value *ret);

/* A number above INT64_MAX. Return: false if @value is not one. */
bool evidence_wide(const json_t *value, uint64_t *ret);

/* The text of a single value, as a condition would write it. Return: false for lists and null. */
bool evidence_text(const json_t *value, struct buf *b);

#endif /* EXPLAIN_EVIDENCE_H */
