// SPDX-License-Identifier: Apache-2.0
/* Makes the table of differences.def. */
#include <stddef.h>

#include "parity.h"

const struct difference differences[] = {
#define DIFFERENCE(event, aspect, from, below, test, why) { #event, aspect, from, below, test, why },
#define LIMIT(what, test, why)				  { what, NULL, 0, 0, test, why },
#include "differences.def"
#undef DIFFERENCE
#undef LIMIT
};
const unsigned int ndifferences = sizeof(differences) / sizeof(*differences);

_Static_assert(sizeof(differences) / sizeof(*differences) <= PARITY_ROWS_MAX,
	       "more differences than the eBPF driver may have");
