/* SPDX-License-Identifier: GPL-2.0-only */
/* Generic netlink across kernels. */
#ifndef SAKER_COMPAT_GENL_H
#define SAKER_COMPAT_GENL_H

#include <net/genetlink.h>
#include <net/net_namespace.h>

/* Who may join a group. Older kernels ask nobody, so the group tells only states, no secrets. */
#if defined(HAVE_GENL_MCAST_CAP_SYS_ADMIN)
#define SAKER_GENL_GROUP_FLAGS	.flags = GENL_MCAST_CAP_SYS_ADMIN,
#elif defined(HAVE_GENL_MCAST_CAP_SYS_ADMIN_BIT)
#define SAKER_GENL_GROUP_FLAGS	.cap_sys_admin = 1,
#else
#define SAKER_GENL_GROUP_FLAGS
#endif

/* To all network namespaces; may be called where sleeping is allowed. */
static inline void saker_genl_multicast(struct genl_family *family, struct sk_buff *msg,
					unsigned int group)
{
	rcu_read_lock();
#ifdef HAVE_GENL_MULTICAST_ALLNS_NO_GFP
	genlmsg_multicast_allns(family, msg, 0, group);
#else
	genlmsg_multicast_allns(family, msg, 0, group, GFP_ATOMIC);
#endif
	rcu_read_unlock();
}

/* An error text that is found at run time; it must live as long as the module. */
static inline void saker_genl_error(struct genl_info *info, const char *text)
{
	if (info->extack)
		info->extack->_msg = text;
}

#endif /* SAKER_COMPAT_GENL_H */
