/* SPDX-License-Identifier: Apache-2.0 */
/* Implements major1.h. */
#include "source/major1.h"
#include <string.h>

void major1_selection_from(struct major1_selection *ret, const struct saker_selection *sel)
{
	*ret = (struct major1_selection){
		.generation = sel->generation, .flags = sel->flags,
		.argv_max = sel->argv_max, .env_max = sel->env_max,
	};
	memcpy(ret->event, sel->event, sizeof(ret->event));
	memcpy(ret->action, sel->action, sizeof(ret->action));
}

void major1_selection_to(struct saker_selection *ret, const struct major1_selection *sel)
{
	*ret = (struct saker_selection){
		.generation = sel->generation, .flags = sel->flags,
		.argv_max = sel->argv_max, .env_max = sel->env_max,
	};
	memcpy(ret->event, sel->event, sizeof(sel->event));
	memcpy(ret->action, sel->action, sizeof(ret->action));
}
