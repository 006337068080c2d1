// SPDX-License-Identifier: Apache-2.0
/*
 * Generic netlink by hand. A request is built in one buffer by
 * appending, an answer is walked in one loop, and both check every length, as
 * the far side is what is being tested.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "kmod.h"

struct message {
	struct nlmsghdr nl;
	struct genlmsghdr genl;
	unsigned char attrs[16384];
};

static void append(struct message *m, uint16_t type, const void *data, uint16_t len)
{
	struct nlattr *a = (void *)((char *)m + NLMSG_ALIGN(m->nl.nlmsg_len));

	a->nla_type = type;
	a->nla_len = NLA_HDRLEN + len;
	memcpy((char *)a + NLA_HDRLEN, data, len);
	m->nl.nlmsg_len = NLMSG_ALIGN(m->nl.nlmsg_len) + NLA_ALIGN(a->nla_len);
}

static void begin(struct sk *sk, struct message *m, uint16_t family, uint8_t cmd, uint16_t flags)
{
	memset(m, 0, sizeof(m->nl) + sizeof(m->genl));
	m->nl.nlmsg_len = sizeof(m->nl) + sizeof(m->genl);
	m->nl.nlmsg_type = family;
	m->nl.nlmsg_flags = NLM_F_REQUEST | flags;
	m->nl.nlmsg_seq = ++sk->seq;
	m->genl.cmd = cmd;
	m->genl.version = SAKER_GENL_VERSION;
}

/* The holder of the device sends its cookie; then the request needs no capability. */
static void begin_getter(struct sk *sk, struct message *m, uint8_t cmd, uint16_t flags)
{
	begin(sk, m, sk->family, cmd, flags);
	if (sk->cookie)
		append(m, SAKER_A_COOKIE, &sk->cookie, sizeof(sk->cookie));
}

typedef void attr_fn(void *arg, uint16_t type, const void *data, unsigned int len);

static void each_attr(const void *start, size_t len, attr_fn *fn, void *arg)
{
	const struct nlattr *a = start;

	while (len >= NLA_HDRLEN && a->nla_len >= NLA_HDRLEN && a->nla_len <= len) {
		size_t step = NLA_ALIGN(a->nla_len);

		fn(arg, a->nla_type & NLA_TYPE_MASK, (const char *)a + NLA_HDRLEN,
		   a->nla_len - NLA_HDRLEN);
		if (step >= len)
			break;
		len -= step;
		a = (const void *)((const char *)a + step);
	}
}

static void why_attr(void *arg, uint16_t type, const void *data, unsigned int len)
{
	(void)arg;
	if (type == NLMSGERR_ATTR_MSG)
		snprintf(sk_why, sizeof(sk_why), "%.*s", (int)len, (const char *)data);
}

/* What the module says about an error, for a reader: behind the echoed header, or the whole request. */
static void explain(const struct nlmsghdr *h, int err)
{
	const struct nlmsgerr *e = NLMSG_DATA(h);
	size_t off = NLMSG_ALIGN(sizeof(*e)) +
		     (h->nlmsg_flags & NLM_F_CAPPED ? 0 : NLMSG_ALIGN(e->msg.nlmsg_len - sizeof(e->msg)));

	snprintf(sk_why, sizeof(sk_why), "%s", strerror(-err));
	if (err && h->nlmsg_flags & NLM_F_ACK_TLVS && off < NLMSG_PAYLOAD(h, 0))
		each_attr((const char *)e + off, NLMSG_PAYLOAD(h, 0) - off, why_attr, NULL);
}

/* answer: read until an ack, an error or the end of a dump; attributes go to fn, begin marks each message. */
static int answer(struct sk *sk, attr_fn *fn, void *arg, bool dump)
{
	static unsigned char buf[1 << 18];
	int err;

	for (;;) {
		ssize_t n = recv(sk->nl, buf, sizeof(buf), 0);
		struct nlmsghdr *h = (void *)buf;

		if (n < 0)
			return -errno;
		for (; NLMSG_OK(h, (size_t)n); h = NLMSG_NEXT(h, n)) {
			if (h->nlmsg_seq != sk->seq)
				continue;
			if (h->nlmsg_type == NLMSG_DONE)
				return 0;
			if (h->nlmsg_type == NLMSG_ERROR) {
				memcpy(&err, NLMSG_DATA(h), sizeof(err));
				explain(h, err);
				return err;
			}
			if (fn && h->nlmsg_len >= NLMSG_LENGTH(GENL_HDRLEN))
				each_attr((char *)NLMSG_DATA(h) + GENL_HDRLEN,
					  h->nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN), fn, arg);
			if (!dump && !fn)
				return 0;
		}
	}
}

static int transact(struct sk *sk, struct message *m, attr_fn *fn, void *arg)
{
	if (send(sk->nl, m, m->nl.nlmsg_len, 0) < 0)
		return -errno;
	return answer(sk, fn, arg, m->nl.nlmsg_flags & NLM_F_DUMP);
}

int sk_send_raw(struct sk *sk, const void *message, size_t len)
{
	if (len >= sizeof(struct nlmsghdr))
		sk->seq = ((const struct nlmsghdr *)message)->nlmsg_seq;
	if (send(sk->nl, message, len, 0) < 0)
		return -errno;
	return answer(sk, NULL, NULL, true);
}

int sk_request(struct sk *sk, uint8_t cmd, const struct sk_attr *attrs, unsigned int n)
{
	static struct message m;

	begin(sk, &m, sk->family, cmd, NLM_F_ACK);
	for (unsigned int i = 0; i < n; i++)
		append(&m, attrs[i].type, attrs[i].data, attrs[i].len);
	return transact(sk, &m, NULL, NULL);
}

static void group_attr(void *arg, uint16_t type, const void *data, unsigned int len)
{
	struct sk *sk = arg;

	if (type == CTRL_ATTR_MCAST_GRP_ID && len == 4)
		memcpy(&sk->mcgrp, data, 4);
}

static void group(void *arg, uint16_t type, const void *data, unsigned int len)
{
	(void)type;
	each_attr(data, len, group_attr, arg);
}

static void family_attr(void *arg, uint16_t type, const void *data, unsigned int len)
{
	struct sk *sk = arg;

	if (type == CTRL_ATTR_FAMILY_ID && len == 2)
		memcpy(&sk->family, data, 2);
	if (type == CTRL_ATTR_MCAST_GROUPS)
		each_attr(data, len, group, sk);
}

int genl_connect(struct sk *sk)
{
	static struct message m;
	struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	struct timeval patience = { .tv_sec = 20 };
	int err;

	sk->nl = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (sk->nl < 0)
		return -errno;
	setsockopt(sk->nl, SOL_NETLINK, NETLINK_EXT_ACK, &(int){ 1 }, sizeof(int));
	setsockopt(sk->nl, SOL_NETLINK, NETLINK_CAP_ACK, &(int){ 1 }, sizeof(int));
	setsockopt(sk->nl, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (bind(sk->nl, (struct sockaddr *)&any, sizeof(any)) < 0)
		return -errno;
	begin(sk, &m, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, NLM_F_ACK);
	m.genl.version = 1;
	append(&m, CTRL_ATTR_FAMILY_NAME, SAKER_GENL_NAME, sizeof(SAKER_GENL_NAME));
	err = transact(sk, &m, family_attr, sk);
	if (!err && !sk->family)
		err = -ENOENT;
	return err;
}

int sk_getters(struct sk *sk)
{
	return sk_look(sk, &sk_kmod);
}

static void copy_text(char *to, size_t room, const void *data, unsigned int len)
{
	if (len >= room)
		len = room - 1;
	memcpy(to, data, len);
	to[len] = 0;
}

static void hook_attr(void *arg, uint16_t type, const void *data, unsigned int len)
{
	struct sk_hook *h = arg;

	switch (type) {
	case SAKER_A_HOOK_NAME:  copy_text(h->name, sizeof(h->name), data, len); break;
	case SAKER_A_HOOK_KIND:  copy_text(h->kind, sizeof(h->kind), data, len); break;
	case SAKER_A_HOOK_STATE: copy_text(h->state, sizeof(h->state), data, len); break;
	}
}

static void info_attr(void *arg, uint16_t type, const void *data, unsigned int len)
{
	struct sk_info *i = arg;
	static const struct { uint16_t type, off, len; } plain[] = {
#define ROW(a, f) { SAKER_A_##a, offsetof(struct sk_info, f), sizeof(((struct sk_info *)0)->f) }
		ROW(ABI, abi), ROW(STATE, state), ROW(ORPHAN_S, orphan_s), ROW(WATERMARK, watermark),
		ROW(HOLDER_PID, holder_pid), ROW(RING_SIZE, ring_size), ROW(GENERATION, generation),
		ROW(DENIED, denied), ROW(SELF, self), ROW(UNPAIRED, unpaired),
#undef ROW
	};

	for (unsigned int k = 0; k < sizeof(plain) / sizeof(*plain); k++)
		if (type == plain[k].type && len == plain[k].len)
			memcpy((char *)i + plain[k].off, data, len);
	if (type == SAKER_A_RING && len == sizeof(*i->ring) && i->nrings < SK_CPUS)
		memcpy(&i->ring[i->nrings++], data, len);
	if (type == SAKER_A_HOOK && i->nhooks < SK_HOOKS)
		each_attr(data, len, hook_attr, &i->hook[i->nhooks++]);
	if (type == SAKER_A_HOLDER_COMM)
		copy_text(i->holder_comm, sizeof(i->holder_comm), data, len);
	if (type == SAKER_A_RELEASE)
		copy_text(i->release, sizeof(i->release), data, len);
}

int genl_info(struct sk *sk, struct sk_info *info)
{
	static struct message m;

	int err;

	begin_getter(sk, &m, SAKER_CMD_GET_INFO, NLM_F_ACK);
	err = transact(sk, &m, info_attr, info);
	if (err)
		return err;
	begin_getter(sk, &m, SAKER_CMD_GET_INFO, NLM_F_DUMP);
	return transact(sk, &m, info_attr, info);
}

struct stats_walk {
	struct sk_stats *stats;
	uint32_t cpu;
};

static void stats_attr(void *arg, uint16_t type, const void *data, unsigned int len)
{
	struct stats_walk *w = arg;
	struct ev_tally t;

	if (type == SAKER_A_CPU && len == 4) {
		uint32_t before = w->cpu;

		/* A CPU with many types has several messages, one after the other. */
		memcpy(&w->cpu, data, 4);
		w->stats->ncpus += w->cpu != before;
	}
	if (w->cpu >= SK_CPUS)
		return;
	if (type == SAKER_A_SEQ && len == 8)
		memcpy(&w->stats->seq[w->cpu], data, 8);
	if (type != SAKER_A_TALLY)
		return;
	for (; len >= sizeof(t); len -= sizeof(t), data = (const char *)data + sizeof(t)) {
		memcpy(&t, data, sizeof(t));
		if (t.type < EV_TYPE_MAX)
			w->stats->tally[w->cpu][t.type] = t;
	}
}

int genl_stats(struct sk *sk, struct sk_stats *stats)
{
	static struct message m;
	struct stats_walk walk = { stats, ~0u };

	begin_getter(sk, &m, SAKER_CMD_GET_STATS, NLM_F_DUMP);
	return transact(sk, &m, stats_attr, &walk);
}

int genl_select(struct sk *sk, const struct saker_selection *sel)
{
	struct sk_attr a[] = {
		{ .type = SAKER_A_COOKIE, .len = sizeof(sk->cookie), .data = &sk->cookie },
		{ .type = SAKER_A_SELECTION, .len = sizeof(*sel), .data = sel },
	};

	return sk_request(sk, SAKER_CMD_SET_SELECTION, a, 2);
}

int sk_config(struct sk *sk, int attr, uint64_t value)
{
	struct sk_attr a[] = {
		{ .type = SAKER_A_COOKIE, .len = sizeof(sk->cookie), .data = &sk->cookie },
		{ .type = attr, .len = attr == SAKER_A_RING_SIZE ? 8 : 4, .data = &value },
	};

	return sk_request(sk, SAKER_CMD_SET_CONFIG, a, 2);
}

int genl_state(struct sk *sk, uint32_t state)
{
	struct sk_attr a[] = {
		{ .type = SAKER_A_COOKIE, .len = sizeof(sk->cookie), .data = &sk->cookie },
		{ .type = SAKER_A_STATE, .len = sizeof(state), .data = &state },
	};

	return sk_request(sk, SAKER_CMD_SET_STATE, a, 2);
}
