/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What rules need and a capture does not hold: kinds of events that were not selected when it was
 * recorded, the environment of programs, names that threads take, what is read and written.
 */
#ifndef RULESET_LACKS_H
#define RULESET_LACKS_H

#include <stdint.h>
#include <saker/device.h>
#include "alert/raise.h"
#include "lib/buf.h"
#include "rule/rule.h"

struct lacks {
	uint64_t types[TYPE_WORDS];	/* a bit each by evt_type_t */
	uint32_t ntypes;
	uint64_t needs;			/* FIELD_NEEDS_... */
};

/* What @want has and @have has not. */
void lacks_find(struct lacks *ret, const struct saker_selection *have,
		const struct saker_selection *want);

/* "read, sendto, mkdir and 7 more" of @types. */
void lacks_types_text(struct buf *b, const uint64_t types[TYPE_WORDS]);

/**
 * lacks_rules_text() - a line for each rule that needs what is missing, and each kind of it
 * @templates:	of the outputs of @set
 *
 * Of many rules only the first, and how many more there are. Nothing if no rule does.
 */
void lacks_rules_text(struct buf *b, const struct lacks *lacks, const struct ruleset *set,
		      const struct alert_templates *templates);

#endif /* RULESET_LACKS_H */
