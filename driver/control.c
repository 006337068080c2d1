// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handles the commands of the generic netlink family. Getters are open to root,
 * from any network namespace and also while an agent runs, and to the consumer.
 * Setters need the cookie that only the holder of the open device can read.
 * CAP_NET_ADMIN alone permits neither.
 */
#include <linux/capability.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <saker/device.h>
#include "compat/genl.h"
#include "control.h"
#include "health.h"
#include "hook.h"
#include "rings.h"
#include "select.h"
#include "session.h"
#include "stats.h"

/* Defined below: its table has the functions, and they name it in their replies. */
static struct genl_family saker_family;

static const struct nla_policy policy[SAKER_A_COUNT] = {
	[SAKER_A_COOKIE] = { .type = NLA_U64 },
	[SAKER_A_SELECTION] = NLA_POLICY_EXACT_LEN(sizeof(struct saker_selection)),
	[SAKER_A_STATE] = { .type = NLA_U32 },
	[SAKER_A_RING_SIZE] = { .type = NLA_U64 },
	[SAKER_A_ORPHAN_S] = { .type = NLA_U32 },
	[SAKER_A_WATERMARK] = { .type = NLA_U32 },
};

static int put_u64(struct sk_buff *msg, int attr, u64 value)
{
	return nla_put_u64_64bit(msg, attr, value, SAKER_A_PAD);
}

/* Getters. */

static int info_put(struct sk_buff *msg)
{
	struct saker_session_info info;

	saker_session_info(&info);
	if (nla_put_u32(msg, SAKER_A_ABI, SAKER_ABI_MAJOR << 16 | SAKER_ABI_MINOR) ||
	    nla_put_string(msg, SAKER_A_RELEASE, THIS_MODULE->version) ||
	    nla_put_u32(msg, SAKER_A_STATE, info.state) ||
	    put_u64(msg, SAKER_A_GENERATION, info.generation) ||
	    put_u64(msg, SAKER_A_RING_SIZE, info.ring_size) ||
	    nla_put_u32(msg, SAKER_A_ORPHAN_S, info.orphan_s) ||
	    nla_put_u32(msg, SAKER_A_WATERMARK, info.watermark) ||
	    put_u64(msg, SAKER_A_DENIED, saker_session_denied()) ||
	    put_u64(msg, SAKER_A_SELF, saker_stats_self()) ||
	    put_u64(msg, SAKER_A_UNPAIRED, saker_pending_unpaired()))
		return -EMSGSIZE;
	if (info.holder_pid && (nla_put_u32(msg, SAKER_A_HOLDER_PID, info.holder_pid) ||
				nla_put_string(msg, SAKER_A_HOLDER_COMM, info.holder_comm)))
		return -EMSGSIZE;
	return 0;
}

/* The cookie of a message; 0, which is never valid, if it carries none. */
static u64 cookie_of(const struct nlattr *attr)
{
	return attr && nla_len(attr) == sizeof(u64) ? nla_get_u64(attr) : 0;
}

/*
 * may_get() - is the sender root, or the consumer, which may have dropped its capabilities
 *
 * netlink_capable() checks both the sender and the process that opened the
 * socket.
 */
static bool may_get(const struct sk_buff *skb, u64 cookie)
{
	bool consumer;

	if (cookie) {
		mutex_lock(&saker_session_lock);
		consumer = saker_session_is_consumer(cookie);
		mutex_unlock(&saker_session_lock);
		if (consumer)
			return true;
	}
	return netlink_capable(skb, CAP_SYS_ADMIN);
}

static int get_info(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *msg;
	void *head;
	int ret = -EMSGSIZE;

	if (!may_get(skb, cookie_of(info->attrs[SAKER_A_COOKIE])))
		return -EPERM;
	msg = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	mutex_lock(&saker_session_lock);
	head = genlmsg_put_reply(msg, info, &saker_family, 0, SAKER_CMD_GET_INFO);
	if (head)
		ret = info_put(msg);
	mutex_unlock(&saker_session_lock);
	if (ret) {
		nlmsg_free(msg);
		return ret;
	}
	genlmsg_end(msg, head);
	return genlmsg_reply(msg, info);
}

static int dump_start(struct netlink_callback *cb)
{
	const struct nlattr *cookie = nlmsg_find_attr(cb->nlh, GENL_HDRLEN, SAKER_A_COOKIE);

	return may_get(cb->skb, cookie_of(cookie)) ? 0 : -EPERM;
}

static void *dump_head(struct sk_buff *msg, struct netlink_callback *cb, u8 cmd)
{
	return genlmsg_put(msg, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &saker_family,
			   NLM_F_MULTI, cmd);
}

/* args[0]: the CPU whose ring is next, args[1]: the next hook. */
static int list_info(struct sk_buff *msg, struct netlink_callback *cb)
{
	unsigned int cpu = cb->args[0], hook = cb->args[1];
	void *head;
	int ret;

	if (cpu >= nr_cpu_ids && hook >= saker_hook_count())
		return 0;
	head = dump_head(msg, cb, SAKER_CMD_GET_INFO);
	if (!head)
		return -EMSGSIZE;
	mutex_lock(&saker_session_lock);
	ret = saker_rings_put(msg, &cpu) ?: saker_hook_list(msg, &hook);
	mutex_unlock(&saker_session_lock);
	if (ret && cpu == cb->args[0] && hook == cb->args[1]) {
		genlmsg_cancel(msg, head);
		return ret;
	}
	genlmsg_end(msg, head);
	cb->args[0] = cpu;
	cb->args[1] = hook;
	return msg->len;
}

/* args[0]: the CPU, args[1]: the type of its next counters. */
static int get_stats(struct sk_buff *msg, struct netlink_callback *cb)
{
	unsigned int nr = cb->args[0];
	u32 type = cb->args[1];
	void *head;

	if (!type && !cpu_possible(nr))
		nr = cpumask_next(nr, cpu_possible_mask);
	while (nr < nr_cpu_ids) {
		head = dump_head(msg, cb, SAKER_CMD_GET_STATS);
		if (!head)
			break;
		if (saker_stats_put(msg, nr, &type)) {
			genlmsg_cancel(msg, head);
			break;
		}
		genlmsg_end(msg, head);
		if (type < EV_TYPE_MAX)
			continue;
		type = 0;
		nr = cpumask_next(nr, cpu_possible_mask);
	}
	if (nr < nr_cpu_ids && !msg->len)
		return -EMSGSIZE;
	cb->args[0] = nr;
	cb->args[1] = type;
	return msg->len;
}

/* Every setter starts here. If 0 is returned, the session is locked. */
static int __must_check setter_begin(struct genl_info *info)
{
	int ret;

	mutex_lock(&saker_session_lock);
	ret = saker_session_authorize(cookie_of(info->attrs[SAKER_A_COOKIE]));
	if (!ret)
		return 0;
	mutex_unlock(&saker_session_lock);
	NL_SET_ERR_MSG(info->extack,
		       "only the holder of /dev/saker may change anything: wrong cookie");
	return ret;
}

static int missing(struct genl_info *info)
{
	NL_SET_ERR_MSG(info->extack, "this command needs an attribute that is not there");
	return -EINVAL;
}

static int select_copy(struct genl_info *info, struct saker_selection **ret)
{
	struct saker_selection *sel;
	const char *why;

	sel = kmemdup(nla_data(info->attrs[SAKER_A_SELECTION]), sizeof(*sel), GFP_KERNEL);
	if (!sel)
		return -ENOMEM;
	if (saker_selection_check(sel, &why)) {
		saker_genl_error(info, why);
		kfree(sel);
		return -EINVAL;
	}
	*ret = sel;
	return 0;
}

static int set_selection(struct sk_buff *skb, struct genl_info *info)
{
	struct saker_selection *sel;
	int ret = setter_begin(info);

	if (ret)
		return ret;
	ret = info->attrs[SAKER_A_SELECTION] ? select_copy(info, &sel) : missing(info);
	if (!ret) {
		ret = saker_session_select(sel, info->extack);
		if (ret)
			kfree(sel);
	}
	mutex_unlock(&saker_session_lock);
	return ret;
}

static int set_config(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **a = info->attrs;
	int ret = setter_begin(info);

	if (ret)
		return ret;
	if (!a[SAKER_A_RING_SIZE] && !a[SAKER_A_ORPHAN_S] && !a[SAKER_A_WATERMARK])
		ret = missing(info);
	if (!ret && a[SAKER_A_RING_SIZE])
		ret = saker_session_set_ring_size(nla_get_u64(a[SAKER_A_RING_SIZE]), info->extack);
	if (!ret && a[SAKER_A_ORPHAN_S])
		ret = saker_session_set_orphan(nla_get_u32(a[SAKER_A_ORPHAN_S]), info->extack);
	if (!ret && a[SAKER_A_WATERMARK])
		ret = saker_session_set_watermark(nla_get_u32(a[SAKER_A_WATERMARK]), info->extack);
	mutex_unlock(&saker_session_lock);
	return ret;
}

static int set_state(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *state = info->attrs[SAKER_A_STATE];
	int ret = setter_begin(info);

	if (ret)
		return ret;
	ret = state ? saker_session_set_state(nla_get_u32(state), info->extack) : missing(info);
	mutex_unlock(&saker_session_lock);
	return ret;
}

static const struct genl_ops ops[] = {
	{ .cmd = SAKER_CMD_GET_INFO, .doit = get_info, .start = dump_start, .dumpit = list_info,
	  SAKER_GENL_OPS_POLICY(policy) },
	{ .cmd = SAKER_CMD_GET_STATS, .start = dump_start, .dumpit = get_stats },
	{ .cmd = SAKER_CMD_SET_SELECTION, .doit = set_selection, SAKER_GENL_OPS_POLICY(policy) },
	{ .cmd = SAKER_CMD_SET_CONFIG, .doit = set_config, SAKER_GENL_OPS_POLICY(policy) },
	{ .cmd = SAKER_CMD_SET_STATE, .doit = set_state, SAKER_GENL_OPS_POLICY(policy) },
};

static const struct genl_multicast_group groups[] = {
	{ .name = SAKER_GENL_MCGRP_HEALTH, SAKER_GENL_GROUP_FLAGS },
};

static struct genl_family saker_family __ro_after_init = {
	.name = SAKER_GENL_NAME,
	.version = SAKER_GENL_VERSION,
	.maxattr = SAKER_A_COUNT - 1,
	SAKER_GENL_FAMILY_POLICY(policy)
	SAKER_GENL_FAMILY_BIND
	.netnsok = true,
	.module = THIS_MODULE,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
};

int __init saker_control_init(void)
{
	saker_health_init(&saker_family);
	return genl_register_family(&saker_family);
}

void saker_control_uninit(void)
{
	genl_unregister_family(&saker_family);
}
