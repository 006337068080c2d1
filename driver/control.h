/* SPDX-License-Identifier: GPL-2.0-only */
/* The netlink family "saker": getters for root and the consumer, setters for the consumer. */
#ifndef SAKER_CONTROL_H
#define SAKER_CONTROL_H

#include <linux/compiler.h>

int __must_check saker_control_init(void);
void saker_control_uninit(void);

#endif /* SAKER_CONTROL_H */
