/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an alert tells about its event: the values of fields, from the checks
 * that travelled with it and from its output fields. An alert of Falco has
 * only the latter, and is read as well.
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

struct told {			/* one check, as the agent answered it */
	uint32_t check;
	uint8_t verdict;	/* enum alert_verdict */
	struct known known;	/* its value is NULL if none travelled */
};

struct evidence {
	json_t *root;
	struct str rule, output;
	struct str digest;	/* of the rule that fired; absent if it did not travel */
	struct told *told;
	uint32_t ntold;
	struct known *fields;	/* of checks and output; the best known first */
	uint32_t nfields;
};

/**
 * evidence_parse() - read an alert
 * @line:	one JSON object, as `saker run --json` and Falco write it
 * @why:	on -EINVAL what is wrong with it, in the arena
 * @arena:	owns what @ret points to; its JSON is freed by evidence_uninit()
 * Return: 0, -EINVAL if it is no alert, or -ENOMEM.
 */
int evidence_parse(struct evidence *ret, struct str line, struct arena *arena, struct str *why);
void evidence_uninit(struct evidence *e);	/* zeroed is fine */

/* By canonical name; NULL if the alert does not tell. */
const struct known *evidence_field(const struct evidence *e, struct str field);

/* A value as an extractor would have given it. Return: false if it is none of that type. */
bool evidence_value(const struct known *known, const struct operand *op, struct arena *arena,
		    struct value *ret);

/* A number beyond what a signed one of 64 bits holds. Return: false if @value is none. */
bool evidence_wide(const json_t *value, uint64_t *ret);

/* The text of a single value, as a condition would write it. Return: false for lists and null. */
bool evidence_text(const json_t *value, struct buf *b);

#endif /* EXPLAIN_EVIDENCE_H */
