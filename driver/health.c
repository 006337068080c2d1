// SPDX-License-Identifier: GPL-2.0-only
/*
 * Health messages. The one idea: they go to every network namespace that belongs
 * to the initial user namespace, since an agent may watch from its own; there the
 * group asks for CAP_SYS_ADMIN, which only root of the host has. In a namespace
 * that a user made, he has that capability himself, so none is sent there.
 */
#include <linux/slab.h>
#include <saker/device.h>
#include "compat/genl.h"
#include "control.h"
#include "health.h"

void saker_health(const char *what)
{
	struct sk_buff *msg = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *head;

	if (!msg)
		return;
	head = genlmsg_put(msg, 0, 0, &saker_family, 0, SAKER_CMD_HEALTH);
	if (!head || nla_put_string(msg, SAKER_A_EVENT, what)) {
		nlmsg_free(msg);
		return;
	}
	genlmsg_end(msg, head);
	saker_genl_multicast(&saker_family, msg, 0);
	nlmsg_free(msg);
}
