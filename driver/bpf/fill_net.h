/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fills the records of connections, as driver/fill_net.c. After a success the
 * connection is read from the socket; after a failure the record has the address
 * that the function hook saw, or the caller's if it saw none.
 */
#include "call.h"
#include "pending.h"
#include "sock.h"

/* The call's arguments: in registers, or for ia32's socketcall in an array in user memory. */
struct net_call {
	__s32 fd;
	__u32 len;		/* of the address */
	__u32 prov;
	__u64 addr;
};

static __always_inline struct net_call net_arguments(const struct fill *f)
{
	struct net_call c = {};
	__u32 args[3] = {};

	if (!call_is(f, socketcall)) {
		c.fd = arg(f, 0);
		c.addr = arg(f, 1);
		c.len = arg(f, 2);
		return c;
	}
	c.prov = EV_PROV_USER;
	if (bpf_probe_read_user(args, sizeof(args), (void *)arg(f, 1))) {
		c.prov |= EV_PROV_UNREADABLE;
		args[0] = -1;
	}
	c.fd = args[0];
	c.addr = args[1];
	c.len = args[2];
	return c;
}

/* The address the caller passed. */
static __always_inline void connect_as_called(struct fill *f, struct ev_connect *e,
					      const struct net_call *c)
{
	__u64 len = c->len < 128 ? c->len : 128;
	__u8 *address = f->cpu->state.address;
	__u32 prov = EV_PROV_USER;

	len = bounded(len, 0xff);
	if (len > 128)
		len = 128;
	__builtin_memset(address, 0, 128);
	if (len && bpf_probe_read_user(address, len, (void *)c->addr)) {
		prov |= EV_PROV_UNREADABLE;
		len = 0;
	}
	connect_address(f, e, address, len, prov);
}

static __always_inline bool connect_is_done(const struct fill *f)
{
	return !f->ret || f->ret == -EINPROGRESS;
}

/* As connect_by_socket() in driver/fill_net.c. */
static __always_inline bool connect_by_socket(struct fill *f, struct ev_connect *e,
					      struct sock *sk, __u32 prov)
{
	if (!sk || (e->tuple.family == AF_UNIX && !part_unix_own(f, &e->path, unix_peer(sk))))
		return false;
	if (!prov)
		return true;
	prov_set(f, EV_FIELD(connect, tuple), prov);
	if (e->tuple.family == AF_UNIX)
		prov_set(f, EV_FIELD(connect, path), prov);
	return true;
}

/* As connect_is_to() in driver/fill_net.c. */
static __always_inline bool connect_is_to(const struct ev_tuple *t, const struct bpf_connecting *c)
{
	const __u64 *is = (const __u64 *)t->raddr, *given = (const __u64 *)(c->addr + 8);
	__u16 family = c->len >= 2 ? *(const __u16 *)c->addr : 0;

	if (t->family == AF_UNIX)
		return true;
	if (t->family != family || bpf_ntohs(*(const __u16 *)(c->addr + 2)) != t->rport)
		return false;
	if (family == AF_INET)
		return !*(const __u32 *)(c->addr + 4) ||
		       *(const __u32 *)(c->addr + 4) == *(const __u32 *)t->raddr;
	return (is[0] == given[0] && is[1] == given[1]) || (!given[0] && !given[1]);
}

/* As connect_seen() in driver/fill_net.c. */
static __always_inline void connect_seen(struct fill *f, struct ev_connect *e, struct by_fd fd,
					 const struct bpf_connecting *c)
{
	struct file *file = fd.file;
	__u32 prov = EV_PROV_SHARED_FD;

	e->tuple.ino = c->ino;
	e->tuple.type = c->type;
	e->tuple.protocol = c->protocol;
	e->tuple.role = EV_ROLE_CLIENT;
	if (file && file_is_socket(file, c->socket, c->ino)) {
		if (file_users(file) <= 1)
			prov = EV_PROV_KERNEL;
		tuple_ends((void *)f->cpu->state.address, &e->tuple, (struct sock *)c->sk);
		if (connect_is_done(f)) {
			if (((!fd.prov && !prov) || connect_is_to(&e->tuple, c)) &&
			    connect_by_socket(f, e, (struct sock *)c->sk, prov))
				return;
			if (e->tuple.family != AF_UNIX)
				prov = EV_PROV_SHARED_FD;
		}
	}
	connect_address(f, e, c->addr, c->len, prov);
}

/* As connect_unseen() in driver/fill_net.c. */
static __always_inline void connect_unseen(struct fill *f, struct ev_connect *e, struct by_fd fd,
					   const struct net_call *c)
{
	if (fd.file)
		sock_tuple((__u64)fd.file, f->at, __builtin_offsetof(struct ev_connect, tuple),
			   EV_ROLE_CLIENT);
	/* In doubt the hook noted nothing; now the registers are those of this call. */
	if (task_has_uring(f->current) && f->ret != -ENOSYS)
		pending_trust(f->task);
	/* Others are refused before the hook. */
	if (f->ret != -EBADF && f->ret != -ENOTSOCK && f->ret != -EFAULT && f->ret != -EINVAL)
		f->cpu->state.by_fd++;
	if (connect_is_done(f))
		pending_unseen();
	if (!fd.file || !connect_is_done(f) ||
	    !connect_by_socket(f, e, file_sock(fd.file), fd.prov))
		connect_as_called(f, e, c);
}

FILLER_OR(connect, ROOM_ADDRESS, ROOM_ADDRESS, 0, call_lost(&f))
{
	struct net_call c = net_arguments(f);
	struct by_fd fd = fd_get(c.fd);
	struct bpf_pending *p;
	__u32 slot = 0;

	e->res = f->ret;
	e->fd = c.fd;
	e->addrlen = c.len;
	if (c.prov) {
		prov_set(f, EV_FIELD(connect, fd), c.prov);
		prov_set(f, EV_FIELD(connect, addrlen), c.prov);
	}
	call_doubt(f);
	p = pending_take_of(f, &slot);
	if (p) {
		connect_seen(f, e, fd, &p->connect);
		pending_release(p, slot);
	} else {
		connect_unseen(f, e, fd, &c);
	}
	return FILL_OK;
}
