/* SPDX-License-Identifier: Apache-2.0 */
/* What an event's numbers stand for, as the tables have it: accounts, threads, ends of sockets. */
#ifndef ENRICH_NAMES_H
#define ENRICH_NAMES_H

#include <stdint.h>
#include "enrich/enrich.h"
#include "enrich/proc.h"
#include "enrich/user.h"

/* NULL if it is not known. */
const struct user *enrich_user(const struct enrich *enrich, uint32_t origin, uint32_t uid);
const struct user *enrich_group(const struct enrich *enrich, uint32_t origin, uint32_t gid);

/* By its number in the initial namespace; @start_ns: 0 if that is not told. NULL if it is not known. */
const struct proc *enrich_thread(const struct enrich *enrich, uint32_t origin, uint32_t tid,
				 uint64_t start_ns);

/* Which end a socket is, if its connect or accept was seen. */
enum ev_role enrich_role(const struct enrich *enrich, uint32_t origin, uint64_t ino);

#endif /* ENRICH_NAMES_H */
