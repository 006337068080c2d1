/* SPDX-License-Identifier: Apache-2.0 */
/* What the local API can do: the one table of routes. */
#ifndef APP_ROUTES_H
#define APP_ROUTES_H

#include "app/api.h"
#include "app/swap.h"

/* The handlers' ctx is a struct swap. */
extern const struct api_route routes[];
extern const size_t nroutes;

/* Answers those who asked for the rules to be read again. */
void routes_answer_reload(struct api *api, const struct swap_outcome *outcome);

#endif /* APP_ROUTES_H */
