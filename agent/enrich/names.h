/* SPDX-License-Identifier: Apache-2.0 */
/* Translates numbers of an event with the tables: accounts, threads, roles of sockets. */
#ifndef ENRICH_NAMES_H
#define ENRICH_NAMES_H

#include <stdint.h>
#include "enrich/enrich.h"
#include "enrich/proc.h"
#include "enrich/user.h"

/* NULL if it is not known. */
const struct user *enrich_user(const struct enrich *enrich, uint32_t origin, uint32_t uid);
const struct user *enrich_group(const struct enrich *enrich, uint32_t origin, uint32_t gid);

/* By number in the initial namespace; @start_ns 0: not recorded. NULL if it is not known. */
const struct proc *enrich_thread(const struct enrich *enrich, uint32_t origin, uint32_t tid,
				 uint64_t start_ns);

/* The role of a socket, if its connect or accept was seen. */
enum ev_role enrich_role(const struct enrich *enrich, uint32_t origin, uint64_t ino);

#endif /* ENRICH_NAMES_H */
