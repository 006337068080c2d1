/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Generic netlink client for the kernel module, by libnl. Requests are synchronous on one socket;
 * health messages arrive on another, so that they do not mix with replies.
 */
#include "source/control.h"
#include <errno.h>
#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include "source/major1.h"

struct control {
	struct nl_sock *sock;
	struct nl_sock *watch;
	int family;
	uint64_t cookie;		/* consumer's cookie, sent with each request; 0: none */
	uint32_t major, minor;		/* of the module's ABI; 0: unknown */
	char error[160];
};

/* The current request. There is only one at a time. */
struct request {
	struct control *control;
	int (*parse)(struct nlattr **first, int len, void *ctx);
	void *ctx;
	bool done;
	int error;
};

static int nl_to_errno(int r)
{
	switch (r < 0 ? -r : r) {
	case NLE_NOMEM:
		return -ENOMEM;
	case NLE_OBJ_NOTFOUND:
		return -ENODEV;
	case NLE_PERM:
	case NLE_NOACCESS:
		return -EPERM;
	}
	return -EIO;
}

/* Copies the text of an error (NETLINK_EXT_ACK), which libnl does not evaluate. */
static void keep_text(struct control *c, const struct nlmsgerr *err)
{
	const struct nlmsghdr *nlh = (const void *)((const char *)err - NLMSG_HDRLEN);
	size_t skip = sizeof(*err), len;
	const struct nlattr *nla;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += err->msg.nlmsg_len - NLMSG_HDRLEN;
	skip = NLMSG_ALIGN(skip);
	if (nlh->nlmsg_len < NLMSG_HDRLEN + skip)
		return;
	len = nlh->nlmsg_len - NLMSG_HDRLEN - skip;
	nla = nla_find((struct nlattr *)(void *)((char *)(uintptr_t)err + skip), (int)len,
		       NLMSGERR_ATTR_MSG);
	if (nla)
		nla_strlcpy(c->error, nla, sizeof(c->error));
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *err, void *arg)
{
	struct request *req = arg;

	(void)from;
	req->error = err->error;
	req->done = true;
	keep_text(req->control, err);
	return NL_STOP;
}

static int on_done(struct nl_msg *msg, void *arg)
{
	struct request *req = arg;

	(void)msg;
	req->done = true;
	return NL_STOP;
}

static int on_valid(struct nl_msg *msg, void *arg)
{
	struct genlmsghdr *gnlh = nlmsg_data(nlmsg_hdr(msg));
	struct nlattr *first = genlmsg_attrdata(gnlh, 0);
	struct request *req = arg;
	int r = 0;

	if (!genlmsg_valid_hdr(nlmsg_hdr(msg), 0))
		r = -EBADMSG;
	else if (req->parse)
		r = req->parse(&first, genlmsg_attrlen(gnlh, 0), req->ctx);
	if (r < 0 && !req->error)
		req->error = r;
	return NL_OK;
}

/* Sends and frees @msg, then waits for the acknowledgement or for the end of the dump. */
static int transact(struct control *c, struct nl_msg *msg, struct request *req)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_CUSTOM);
	int r;

	req->control = c;
	c->error[0] = '\0';
	r = cb ? nl_send_auto(c->sock, msg) : -NLE_NOMEM;
	nlmsg_free(msg);
	if (r >= 0) {
		nl_cb_err(cb, NL_CB_CUSTOM, on_error, req);
		nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_done, req);
		nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_done, req);
		nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, req);
		while (r >= 0 && !req->done)
			r = nl_recvmsgs(c->sock, cb);
	}
	nl_cb_put(cb);
	if (req->error)
		return req->error;
	return r < 0 ? nl_to_errno(r) : 0;
}

static struct nl_msg *message(struct control *c, uint8_t cmd, int flags)
{
	struct nl_msg *msg = nlmsg_alloc_size(sizeof(struct saker_selection) + 1024);

	if (msg && (!genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, c->family, 0, flags, cmd,
				 SAKER_GENL_VERSION) ||
		    (c->cookie && nla_put_u64(msg, SAKER_A_COOKIE, c->cookie)))) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static struct nl_sock *connect_genl(void)
{
	struct nl_sock *sock = nl_socket_alloc();
	int on = 1;

	if (!sock)
		return NULL;
	if (genl_connect(sock)) {
		nl_socket_free(sock);
		return NULL;
	}
	nl_socket_enable_msg_peek(sock);	/* replies of a host with many CPUs are long */
	nl_socket_disable_auto_ack(sock);	/* transact() requests acknowledgements itself */
	setsockopt(nl_socket_get_fd(sock), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	return sock;
}

int control_new(struct control **ret)
{
	_cleanup_(control_freep) struct control *c = calloc(1, sizeof(*c));

	if (!c)
		return -ENOMEM;
	c->sock = connect_genl();
	if (!c->sock)
		return -EIO;
	c->family = genl_ctrl_resolve(c->sock, SAKER_GENL_NAME);
	if (c->family < 0)
		return nl_to_errno(c->family);
	*ret = TAKE_PTR(c);
	return 0;
}

void control_free(struct control *c)
{
	if (!c)
		return;
	nl_socket_free(c->sock);
	nl_socket_free(c->watch);
	free(c);
}

void control_possess(struct control *c, const struct saker_hello *hello)
{
	c->cookie = hello->cookie;
	c->major = hello->abi_major;
	c->minor = hello->abi_minor;
}

const char *control_error(const struct control *c)
{
	return c->error;
}

static int add_ring(struct control_info *info, const struct nlattr *nla)
{
	struct saker_ring_info *rings;

	if (nla_len(nla) < (int)sizeof(*rings))
		return -EBADMSG;
	rings = reallocarray(info->rings, info->nrings + 1, sizeof(*rings));
	if (!rings)
		return -ENOMEM;
	info->rings = rings;
	memcpy(&rings[info->nrings++], nla_data(nla), sizeof(*rings));
	return 0;
}

static int add_hook(struct control_info *info, struct nlattr *nest)
{
	struct control_hook *hooks, *h;
	struct nlattr *nla;
	int left;

	hooks = reallocarray(info->hooks, info->nhooks + 1, sizeof(*hooks));
	if (!hooks)
		return -ENOMEM;
	info->hooks = hooks;
	h = &hooks[info->nhooks++];
	memset(h, 0, sizeof(*h));
	nla_for_each_nested(nla, nest, left) {
		if (nla_type(nla) == SAKER_A_HOOK_NAME)
			nla_strlcpy(h->name, nla, sizeof(h->name));
		else if (nla_type(nla) == SAKER_A_HOOK_KIND)
			nla_strlcpy(h->kind, nla, sizeof(h->kind));
		else if (nla_type(nla) == SAKER_A_HOOK_STATE)
			nla_strlcpy(h->state, nla, sizeof(h->state));
	}
	return 0;
}

static uint32_t get_u32(const struct nlattr *nla)
{
	return nla_len(nla) >= 4 ? nla_get_u32(nla) : 0;
}

static uint64_t get_u64(const struct nlattr *nla)
{
	return nla_len(nla) >= 8 ? nla_get_u64(nla) : 0;
}

static int info_attr(struct control_info *info, struct nlattr *nla)
{
	switch (nla_type(nla)) {
	case SAKER_A_ABI:
		info->abi = get_u32(nla);
		break;
	case SAKER_A_STATE:
		info->state = get_u32(nla);
		break;
	case SAKER_A_RELEASE:
		nla_strlcpy(info->release, nla, sizeof(info->release));
		break;
	case SAKER_A_GENERATION:
		info->generation = get_u64(nla);
		break;
	case SAKER_A_RING_SIZE:
		info->ring_size = get_u64(nla);
		break;
	case SAKER_A_ORPHAN_S:
		info->orphan_s = get_u32(nla);
		break;
	case SAKER_A_WATERMARK:
		info->watermark = get_u32(nla);
		break;
	case SAKER_A_HOLDER_PID:
		info->holder_pid = get_u32(nla);
		break;
	case SAKER_A_HOLDER_COMM:
		nla_strlcpy(info->holder_comm, nla, sizeof(info->holder_comm));
		break;
	case SAKER_A_DENIED:
		info->denied = get_u64(nla);
		break;
	case SAKER_A_SELF:
		info->self = get_u64(nla);
		break;
	case SAKER_A_UNPAIRED:
		info->unpaired = get_u64(nla);
		break;
	case SAKER_A_RING:
		return add_ring(info, nla);
	case SAKER_A_HOOK:
		return add_hook(info, nla);
	}
	return 0;
}

static int parse_info(struct nlattr **first, int len, void *ctx)
{
	struct nlattr *nla;
	int left, r;

	nla_for_each_attr(nla, *first, len, left) {
		r = info_attr(ctx, nla);
		if (r < 0)
			return r;
	}
	return 0;
}

static int request_info(struct control *c, struct control_info *info, int flags)
{
	struct request req = { .parse = parse_info, .ctx = info };
	struct nl_msg *msg = message(c, SAKER_CMD_GET_INFO, flags);

	return msg ? transact(c, msg, &req) : -ENOMEM;
}

/* A module of major 1 includes the rings and hooks in its reply. */
int control_get_info(struct control *c, struct control_info *ret)
{
	struct control_info info = { 0 };
	int r = request_info(c, &info, NLM_F_ACK);

	if (r == 0 && info.abi >> 16 != MAJOR1)
		r = request_info(c, &info, NLM_F_DUMP);
	if (r < 0) {
		control_info_uninit(&info);
		return r;
	}
	*ret = info;
	return 0;
}

struct stats_request {
	control_tally_fn *fn;
	void *ctx;
};

static int parse_stats(struct nlattr **first, int len, void *ctx)
{
	const struct stats_request *req = ctx;
	struct control_tally tally = { 0 };
	struct nlattr *nla;
	int left;

	nla_for_each_attr(nla, *first, len, left) {
		switch (nla_type(nla)) {
		case SAKER_A_CPU:
			tally.cpu = get_u32(nla);
			break;
		case SAKER_A_SEQ:
			tally.seq = get_u64(nla);
			break;
		case SAKER_A_TALLY:
			tally.rows = nla_data(nla);
			tally.nrows = (uint32_t)nla_len(nla) / sizeof(struct ev_tally);
			break;
		}
	}
	return req->fn(req->ctx, &tally);
}

int control_get_stats(struct control *c, control_tally_fn *fn, void *ctx)
{
	struct stats_request stats = { fn, ctx };
	struct request req = { .parse = parse_stats, .ctx = &stats };
	struct nl_msg *msg = message(c, SAKER_CMD_GET_STATS, NLM_F_DUMP);

	return msg ? transact(c, msg, &req) : -ENOMEM;
}

/* Sends @msg if all its attributes could be added, else frees it. */
static int set(struct control *c, struct nl_msg *msg, int put)
{
	struct request req = { 0 };

	if (put) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return transact(c, msg, &req);
}

/* Remove what a module of this age refuses. */
static void leave_out(struct saker_selection *sel, uint32_t minor)
{
	if (minor < SAKER_SEL_STD_PATHS_MINOR)
		sel->flags &= ~SAKER_SEL_STD_PATHS;
	if (minor >= SAKER_SEL_DNS_MINOR)
		return;
	sel->flags &= ~SAKER_SEL_DNS;
	for (unsigned int abi = 0; abi < EV_ABI_COUNT; abi++)
		for (unsigned int nr = 0; nr < SAKER_NR_SLOTS; nr++)
			sel->action[abi][nr] &= (uint8_t)~SAKER_ACT_EMIT_DNS;
}

int control_set_selection(struct control *c, const struct saker_selection *sel)
{
	struct nl_msg *msg = message(c, SAKER_CMD_SET_SELECTION, NLM_F_ACK);
	struct saker_selection known = *sel;
	struct major1_selection old;

	if (!msg)
		return -ENOMEM;
	leave_out(&known, c->major == MAJOR1 ? 0 : c->minor);
	if (c->major != MAJOR1)
		return set(c, msg, nla_put(msg, SAKER_A_SELECTION, sizeof(known), &known));
	major1_selection_from(&old, &known);
	return set(c, msg, nla_put(msg, SAKER_A_SELECTION, sizeof(old), &old));
}

int control_set_state(struct control *c, uint32_t state)
{
	struct nl_msg *msg = message(c, SAKER_CMD_SET_STATE, NLM_F_ACK);

	return msg ? set(c, msg, nla_put_u32(msg, SAKER_A_STATE, state)) : -ENOMEM;
}

int control_set_config(struct control *c, const struct control_config *config)
{
	struct nl_msg *msg = message(c, SAKER_CMD_SET_CONFIG, NLM_F_ACK);
	int put = 0;

	if (!msg)
		return -ENOMEM;
	if (config->ring_size)
		put |= nla_put_u64(msg, SAKER_A_RING_SIZE, config->ring_size);
	if (config->orphan_s)
		put |= nla_put_u32(msg, SAKER_A_ORPHAN_S, config->orphan_s);
	if (config->watermark)
		put |= nla_put_u32(msg, SAKER_A_WATERMARK, config->watermark);
	return set(c, msg, put);
}

static int count_message(struct nl_msg *msg, void *arg)
{
	(void)msg;
	++*(int *)arg;
	return NL_OK;
}

int control_watch(struct control *c)
{
	int group;

	if (c->watch)
		return nl_socket_get_fd(c->watch);
	c->watch = connect_genl();
	if (!c->watch)
		return -EIO;
	nl_socket_disable_seq_check(c->watch);
	group = genl_ctrl_resolve_grp(c->watch, SAKER_GENL_NAME, SAKER_GENL_MCGRP_HEALTH);
	if (group < 0)
		return nl_to_errno(group);
	if (nl_socket_add_membership(c->watch, group) || nl_socket_set_nonblocking(c->watch))
		return -EIO;
	return nl_socket_get_fd(c->watch);
}

int control_watched(struct control *c)
{
	int n = 0;

	if (!c->watch)
		return 0;
	nl_socket_modify_cb(c->watch, NL_CB_VALID, NL_CB_CUSTOM, count_message, &n);
	while (!nl_recvmsgs_default(c->watch))
		;
	return n;
}
