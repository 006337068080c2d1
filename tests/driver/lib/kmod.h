/* SPDX-License-Identifier: Apache-2.0 */
/* The module's row of the table: the part of it that goes over netlink. */
#ifndef KMOD_H
#define KMOD_H

#include "sk.h"

int genl_connect(struct sk *sk);
int genl_info(struct sk *sk, struct sk_info *info);
int genl_stats(struct sk *sk, struct sk_stats *stats);
int genl_select(struct sk *sk, const struct saker_selection *sel);
int genl_state(struct sk *sk, uint32_t state);

#endif
