/* SPDX-License-Identifier: Apache-2.0 */
/* Names that an event's numbers stand for, as the event's tables have them. */
#ifndef ENRICH_NAMES_H
#define ENRICH_NAMES_H

#include <stdint.h>
#include "enrich/enrich.h"
#include "enrich/user.h"

/* NULL if it is not known. */
const struct user *enrich_user(const struct enrich *enrich, uint32_t origin, uint32_t uid);
const struct user *enrich_group(const struct enrich *enrich, uint32_t origin, uint32_t gid);

#endif /* ENRICH_NAMES_H */
