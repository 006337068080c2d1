/* SPDX-License-Identifier: Apache-2.0 */
/* What the local API can do: the one table of routes. */
#ifndef API_ROUTES_H
#define API_ROUTES_H

#include "api/api.h"
#include "metrics/metrics.h"
#include "ruleset/swap.h"

struct routes_ctx {			/* what the handlers are given; borrowed */
	struct swap *swap;
	struct metrics_sources sources;
};

extern const struct api_route routes[];
extern const size_t nroutes;

/* Answers those who asked for the rules to be read again. */
void routes_answer_reload(struct api *api, const struct swap_outcome *outcome);

#endif /* API_ROUTES_H */
