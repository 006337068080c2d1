// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fills the records of connections. After a success the connection is read from
 * the socket. After a failure the socket no longer holds the address; only the
 * caller's copy is left, which another thread may have rewritten.
 */
#include <linux/errno.h>
#include <linux/net.h>
#include <linux/socket.h>
#include "arch/arch.h"
#include "fill_table.h"
#include "nr.h"
#include "part.h"
#include "path.h"
#include "sock.h"
#include "user.h"

u32 saker_socketcall_type(const struct pt_regs *regs)
{
	const struct saker_fill f = { .abi = EV_ABI_IA32, .regs = (struct pt_regs *)regs };

	switch (saker_arg(&f, 0)) {
	case SYS_CONNECT:
		return EV_connect;
	case SYS_ACCEPT:
	case SYS_ACCEPT4:
		return EV_accept;
	}
	return EV_syscall;
}

/* The call's arguments: in registers, or for ia32's socketcall in an array in user memory. */
struct net_call {
	int fd;
	unsigned long addr;
	u32 third;		/* connect: length of the address */
	u32 fourth;		/* accept4: flags */
	unsigned int prov;
};

static struct net_call net_arguments(const struct saker_fill *f)
{
	struct net_call c = {};
	u32 args[4] = {};
	unsigned int n;

	if (likely(!saker_call_is(f, socketcall))) {
		c.fd = saker_arg(f, 0);
		c.addr = saker_arg(f, 1);
		c.third = saker_arg(f, 2);
		c.fourth = saker_call_is(f, accept4) ? saker_arg(f, 3) : 0;
		return c;
	}
	n = saker_arg(f, 0) == SYS_ACCEPT4 ? 4 : 3;
	c.prov = EV_PROV_USER;
	if (saker_user_bytes((char *)args, (void __user *)saker_arg(f, 1), n * sizeof(*args))) {
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
static void connect_as_asked(struct saker_fill *f, struct ev_connect *e, const struct net_call *c)
{
	struct ev_tuple remote = {};
	unsigned int prov = EV_PROV_USER;
	struct sockaddr_storage addr;
	u32 len = min_t(u32, c->third, sizeof(addr));
	u32 name = 0;

	if (saker_user_bytes((char *)&addr, (void __user *)c->addr, len))
		prov |= EV_PROV_UNREADABLE;
	else
		name = saker_sock_address(&remote, &addr, len);
	e->tuple.family = remote.family;
	e->tuple.rport = remote.rport;
	memcpy(e->tuple.raddr, remote.raddr, sizeof(remote.raddr));
	saker_prov_set(f, EV_FIELD(connect, tuple), prov);
	if (remote.family != AF_UNIX)
		return;
	if (name)
		saker_part_kernel(SAKER_PART(f, connect, path), addr.__data, name, name);
	saker_prov_set(f, EV_FIELD(connect, path), prov);
}

static bool connect_is_done(const struct saker_fill *f)
{
	return !f->ret || f->ret == -EINPROGRESS;
}

static void connect_by_socket(struct saker_fill *f, struct ev_connect *e, struct saker_fd fd,
			      const struct net_call *c)
{
	struct sock *sk = saker_file_sock(fd.file);
	unsigned int prov = fd.prov;

	saker_sock_tuple(&e->tuple, fd.file, EV_ROLE_CLIENT);
	if (!connect_is_done(f) || !sk) {
		connect_as_asked(f, e, c);
		return;
	}
	if (prov)
		saker_prov_set(f, EV_FIELD(connect, tuple), prov);
	if (e->tuple.family != AF_UNIX)
		return;
	if (saker_part_unix_peer(SAKER_PART(f, connect, path), sk)) {
		if (prov)
			saker_prov_set(f, EV_FIELD(connect, path), prov);
	} else {
		connect_as_asked(f, e, c);
	}
}

int saker_fill_connect(struct saker_fill *f)
{
	struct ev_connect *e = (struct ev_connect *)f->rec;
	struct net_call c = net_arguments(f);
	struct saker_fd fd = saker_fd_get(c.fd);

	e->res = f->ret;
	e->fd = c.fd;
	e->addrlen = c.third;
	if (unlikely(c.prov)) {
		saker_prov_set(f, EV_FIELD(connect, fd), c.prov);
		saker_prov_set(f, EV_FIELD(connect, addrlen), c.prov);
	}
	if (fd.file) {
		connect_by_socket(f, e, fd, &c);
		saker_fd_put(fd);
	} else {
		connect_as_asked(f, e, &c);
	}
	return SAKER_FILL_OK;
}

int saker_fill_accept(struct saker_fill *f)
{
	struct ev_accept *e = (struct ev_accept *)f->rec;
	struct net_call c = net_arguments(f);
	struct saker_fd fd;
	unsigned int prov;

	e->res = f->ret;
	e->fd = c.fd;
	e->flags = c.fourth;
	if (unlikely(c.prov)) {
		saker_prov_set(f, EV_FIELD(accept, fd), c.prov);
		saker_prov_set(f, EV_FIELD(accept, flags), c.prov);
	}
	if (f->flags & EV_F_FAILED)
		return SAKER_FILL_OK;
	fd = saker_fd_get(f->ret);
	prov = fd.prov | (fd.file ? 0 : EV_PROV_UNREADABLE);
	if (prov)
		saker_prov_set(f, EV_FIELD(accept, tuple), prov);
	if (fd.file) {
		struct sock *sk = saker_file_sock(fd.file);

		saker_sock_tuple(&e->tuple, fd.file, EV_ROLE_SERVER);
		if (saker_part_unix_own(SAKER_PART(f, accept, path), sk) && prov)
			saker_prov_set(f, EV_FIELD(accept, path), prov);
		saker_fd_put(fd);
	}
	return SAKER_FILL_OK;
}
