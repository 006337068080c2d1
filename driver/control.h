/* SPDX-License-Identifier: GPL-2.0-only */
/* The generic netlink family "saker": getters for root, setters for the consumer. */
#ifndef SAKER_CONTROL_H
#define SAKER_CONTROL_H

#include <net/genetlink.h>

extern struct genl_family saker_family;

int __must_check saker_control_init(void);
void saker_control_uninit(void);

#endif /* SAKER_CONTROL_H */
