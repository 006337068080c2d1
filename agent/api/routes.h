/* SPDX-License-Identifier: Apache-2.0 */
/* The table of requests of the local API. */
#ifndef API_ROUTES_H
#define API_ROUTES_H

#include "api/api.h"
#include "coverage/covered.h"
#include "metrics/metrics.h"
#include "ruleset/swap.h"

struct routes_ctx {			/* context of the handlers; borrowed */
	struct swap *swap;
	struct metrics_sources sources;
	struct covered_base covered;	/* of the source's driver */
};

extern const struct api_route routes[];
extern const size_t nroutes;

/* Replies to all requests to reload the rules. */
void routes_answer_reload(struct api *api, const struct swap_outcome *outcome);

#endif /* API_ROUTES_H */
