/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What rules need and a capture does not hold: kinds of events that were not selected when it was
 * recorded, and the environment of programs.
 */
#ifndef RULESET_LACKS_H
#define RULESET_LACKS_H

#include <stdbool.h>
#include <stdint.h>
#include <saker/device.h>
#include "lib/buf.h"
#include "rule/rule.h"

struct lacks {
	uint64_t types[TYPE_WORDS];	/* a bit each by evt_type_t */
	uint32_t ntypes;
	bool env;
};

/* What @want has and @have has not. */
void lacks_find(struct lacks *ret, const struct saker_selection *have,
		const struct saker_selection *want);

/* "read, sendto, mkdir and 7 more" of @types. */
void lacks_types_text(struct buf *b, const uint64_t types[TYPE_WORDS]);

/**
 * lacks_rules_text() - a line for each rule that needs what is missing
 *
 * Of many rules only the first, and how many more there are. Nothing if no rule does.
 */
void lacks_rules_text(struct buf *b, const struct lacks *lacks, const struct ruleset *set);

#endif /* RULESET_LACKS_H */
