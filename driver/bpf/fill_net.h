/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fills the records of connections, as driver/fill_net.c. After a success the
 * connection is read from the socket; after a failure only the caller's address
 * is left.
 */
#include "call.h"
#include "sock.h"

/* The call's arguments: in registers, or for ia32's socketcall in an array in user memory. */
struct net_call {
	__s32 fd;
	__u32 third;		/* connect: length of the address */
	__u32 fourth;		/* accept4: flags */
	__u32 prov;
	__u64 addr;
};

static __always_inline struct net_call net_arguments(const struct fill *f)
{
	struct net_call c = {};
	__u32 args[4] = {};

	if (!call_is(f, socketcall)) {
		c.fd = arg(f, 0);
		c.addr = arg(f, 1);
		c.third = arg(f, 2);
		c.fourth = call_is(f, accept4) ? arg(f, 3) : 0;
		return c;
	}
	c.prov = EV_PROV_USER;
	if (bpf_probe_read_user(args, arg(f, 0) == 18 ? 16 : 12, (void *)arg(f, 1))) {
		c.prov |= EV_PROV_UNREADABLE;
		args[0] = -1;
	}
	c.fd = args[0];
	c.addr = args[1];
	c.third = args[2];
	c.fourth = args[3];
	return c;
}

/* The address the caller passed; family and protocol are read from the socket. */
static __always_inline void connect_as_asked(struct fill *f, struct ev_connect *e,
					     const struct net_call *c)
{
	__u64 len = c->third < 128 ? c->third : 128;
	__u8 *address = f->cpu->state.address;
	__u32 prov = EV_PROV_USER;
	__u16 family = 0;

	len = bounded(len, 0xff);
	if (len > 128)
		len = 128;
	__builtin_memset(address, 0, 128);
	if (len && bpf_probe_read_user(address, len, (void *)c->addr))
		prov |= EV_PROV_UNREADABLE;
	else if (len >= 2)
		family = *(__u16 *)address;
	e->tuple.family = family;
	e->tuple.rport = 0;
	__builtin_memset(e->tuple.raddr, 0, 16);
	prov_set(f, EV_FIELD(connect, tuple), prov);
	if ((family == AF_INET && len >= 16) || (family == AF_INET6 && len >= 24))
		e->tuple.rport = bpf_ntohs(*(__u16 *)(address + 2));
	if (family == AF_INET && len >= 16)
		__builtin_memcpy(e->tuple.raddr, address + 4, 4);
	if (family == AF_INET6 && len >= 24)
		__builtin_memcpy(e->tuple.raddr, address + 8, 16);
	if (family != AF_UNIX)
		return;
	part_unix_name(f, &e->path, (char *)address + 2, len);
	prov_set(f, EV_FIELD(connect, path), prov);
}

FILLER(connect, ROOM_ADDRESS, ROOM_ADDRESS, 0)
{
	struct net_call c = net_arguments(f);
	struct by_fd fd = fd_get(c.fd);
	struct sock *sk = NULL;

	e->res = f->ret;
	e->fd = c.fd;
	e->addrlen = c.third;
	if (c.prov) {
		prov_set(f, EV_FIELD(connect, fd), c.prov);
		prov_set(f, EV_FIELD(connect, addrlen), c.prov);
	}
	if (fd.file) {
		sk = file_sock(fd.file);
		sock_tuple((__u64)fd.file, f->at, __builtin_offsetof(struct ev_connect, tuple),
			   EV_ROLE_CLIENT);
	}
	if (!sk || (f->ret && f->ret != -EINPROGRESS)) {
		connect_as_asked(f, e, &c);
		return FILL_OK;
	}
	if (fd.prov)
		prov_set(f, EV_FIELD(connect, tuple), fd.prov);
	if (e->tuple.family != AF_UNIX)
		return FILL_OK;
	if (!part_unix_own(f, &e->path, unix_peer(sk)))
		connect_as_asked(f, e, &c);
	else if (fd.prov)
		prov_set(f, EV_FIELD(connect, path), fd.prov);
	return FILL_OK;
}

FILLER(accept, ROOM_ADDRESS, ROOM_ADDRESS, 0)
{
	struct net_call c = net_arguments(f);
	struct by_fd fd;
	__u32 prov;

	e->res = f->ret;
	e->fd = c.fd;
	e->flags = c.fourth;
	if (c.prov) {
		prov_set(f, EV_FIELD(accept, fd), c.prov);
		prov_set(f, EV_FIELD(accept, flags), c.prov);
	}
	if (f->flags & EV_F_FAILED)
		return FILL_OK;
	fd = fd_get(f->ret);
	prov = fd.prov | (fd.file ? 0 : EV_PROV_UNREADABLE);
	if (prov)
		prov_set(f, EV_FIELD(accept, tuple), prov);
	if (!fd.file)
		return FILL_OK;
	sock_tuple((__u64)fd.file, f->at, __builtin_offsetof(struct ev_accept, tuple),
		   EV_ROLE_SERVER);
	if (part_unix_own(f, &e->path, file_sock(fd.file)) && prov)
		prov_set(f, EV_FIELD(accept, path), prov);
	return FILL_OK;
}
