/* SPDX-License-Identifier: GPL-2.0-only */
/* Hides the differences between kernels for generic netlink. */
#ifndef SAKER_COMPAT_GENL_H
#define SAKER_COMPAT_GENL_H

#include <linux/capability.h>
#include <linux/rcupdate.h>
#include <linux/skbuff.h>
#include <linux/user_namespace.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>

/*
 * Restricts who may join a group: by a flag of the group, or where that was not backported by a
 * function that is called when one joins. Kernels with neither admit any process, so nothing is
 * sent there.
 */
#if defined(HAVE_GENL_MCAST_CAP_SYS_ADMIN)
#define SAKER_GENL_GROUP_FLAGS	.flags = GENL_MCAST_CAP_SYS_ADMIN,
#define SAKER_GENL_GROUP_GUARDED	1
#elif defined(HAVE_GENL_MCAST_CAP_SYS_ADMIN_BIT)
#define SAKER_GENL_GROUP_FLAGS	.cap_sys_admin = 1,
#define SAKER_GENL_GROUP_GUARDED	1
#elif defined(HAVE_GENL_MCAST_BIND)
static inline int saker_genl_bind(struct net *net, int group)
{
	return ns_capable(net->user_ns, CAP_SYS_ADMIN) ? 0 : -EPERM;
}

#define SAKER_GENL_GROUP_FLAGS
#define SAKER_GENL_FAMILY_BIND	.mcast_bind = saker_genl_bind,
#define SAKER_GENL_GROUP_GUARDED	1
#else
#define SAKER_GENL_GROUP_FLAGS
#define SAKER_GENL_GROUP_GUARDED	0
#endif

#ifndef SAKER_GENL_FAMILY_BIND
#define SAKER_GENL_FAMILY_BIND
#endif

/*
 * The attributes are described for the family. Before v5.2 each command with a doit() has the
 * description; those of a dump are not checked there, so the reader of one must do that.
 */
#ifdef HAVE_GENL_FAMILY_POLICY
#define SAKER_GENL_FAMILY_POLICY(p)	.policy = (p),
#define SAKER_GENL_OPS_POLICY(p)
#else
#define SAKER_GENL_FAMILY_POLICY(p)
#define SAKER_GENL_OPS_POLICY(p)	.policy = (p),
#endif

/*
 * saker_genl_multicast() - send to each network namespace of the initial user namespace
 *
 * The flag of the group requires the capability in the user namespace that owns
 * the network namespace. Sends copies; the caller still owns @msg.
 */
static inline void saker_genl_multicast(const struct genl_family *family, struct sk_buff *msg,
					unsigned int group)
{
	struct sk_buff *copy;
	struct net *net;

	if (!SAKER_GENL_GROUP_GUARDED)
		return;
	rcu_read_lock();
	for_each_net_rcu(net) {
		if (net->user_ns != &init_user_ns)
			continue;
		copy = skb_clone(msg, GFP_ATOMIC);
		if (copy)
			genlmsg_multicast_netns(family, net, copy, 0, group, GFP_ATOMIC);
	}
	rcu_read_unlock();
}

/* An error text that is found at run time; it must live as long as the module. */
static inline void saker_genl_error(struct genl_info *info, const char *text)
{
	if (info->extack)
		info->extack->_msg = text;
}

#endif /* SAKER_COMPAT_GENL_H */
