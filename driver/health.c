// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends health messages. They go to every network namespace that belongs to the
 * initial user namespace, as an agent may run in a network namespace of its own.
 * There the group requires CAP_SYS_ADMIN, which only root of the host has. In a
 * namespace that a user created, that user has the capability, so nothing is sent
 * there.
 */
#include <linux/cache.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <saker/device.h>
#include "compat/genl.h"
#include "health.h"

static const struct genl_family *health_family __ro_after_init;

void __init saker_health_init(const struct genl_family *family)
{
	health_family = family;
}

void saker_health(const char *what)
{
	struct sk_buff *msg = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *head;

	might_sleep();
	if (!msg)
		return;
	head = genlmsg_put(msg, 0, 0, health_family, 0, SAKER_CMD_HEALTH);
	if (!head || nla_put_string(msg, SAKER_A_EVENT, what)) {
		nlmsg_free(msg);
		return;
	}
	genlmsg_end(msg, head);
	saker_genl_multicast(health_family, msg, 0);
	nlmsg_free(msg);
}
