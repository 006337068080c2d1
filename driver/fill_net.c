// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fills the records of connections. After a success the connection is read from
 * the socket. After a failure the socket no longer holds the address; the record
 * has the one that the function hook saw the kernel use. Only if the kernel did not
 * get that far, the caller's copy is read, which another thread may have rewritten.
 */
#include <linux/errno.h>
#include <linux/net.h>
#include <linux/socket.h>
#include <net/sock.h>
#include "arch/arch.h"
#include "fill_table.h"
#include "nr.h"
#include "part.h"
#include "path.h"
#include "pending.h"
#include "sock.h"
#include "user.h"

/* The call's arguments: in registers, or for ia32's socketcall in an array in user memory. */
struct net_call {
	int fd;
	unsigned long addr;
	u32 len;		/* of the address */
	unsigned int prov;
};

static struct net_call net_arguments(const struct saker_fill *f)
{
	struct net_call c = {};
	u32 args[4] = {};	/* of three, and room to the next multiple of 8 bytes */

	if (likely(!saker_call_is(f, socketcall))) {
		c.fd = saker_arg(f, 0);
		c.addr = saker_arg(f, 1);
		c.len = saker_arg(f, 2);
		return c;
	}
	c.prov = EV_PROV_USER;
	if (saker_user_bytes((char *)args, (void __user *)saker_arg(f, 1), 3 * sizeof(*args))) {
		c.prov |= EV_PROV_UNREADABLE;
		args[0] = -1;
	}
	c.fd = args[0];
	c.addr = args[1];
	c.len = args[2];
	return c;
}

/* The remote end from an address in kernel memory; family and protocol are read from the socket. */
static void connect_address(struct saker_fill *f, struct ev_connect *e, const void *addr, u32 len,
			    unsigned int prov)
{
	struct ev_tuple remote = {};
	u32 name = saker_sock_address(&remote, addr, len);

	e->tuple.family = remote.family;
	e->tuple.rport = remote.rport;
	memcpy(e->tuple.raddr, remote.raddr, sizeof(remote.raddr));
	if (prov)
		saker_prov_set(f, EV_FIELD(connect, tuple), prov);
	if (remote.family != AF_UNIX)
		return;
	if (name)
		saker_part_kernel(SAKER_PART(f, connect, path), addr + sizeof(sa_family_t), name,
				  name);
	if (prov)
		saker_prov_set(f, EV_FIELD(connect, path), prov);
}

/* The address the caller passed. */
static noinline void connect_as_called(struct saker_fill *f, struct ev_connect *e,
				       const struct net_call *c)
{
	struct sockaddr_storage addr;
	u32 len = min_t(u32, c->len, sizeof(addr));

	if (saker_user_bytes((char *)&addr, (void __user *)c->addr, len))
		connect_address(f, e, &addr, 0, EV_PROV_USER | EV_PROV_UNREADABLE);
	else
		connect_address(f, e, &addr, len, EV_PROV_USER);
}

static bool connect_is_done(const struct saker_fill *f)
{
	return !f->ret || f->ret == -EINPROGRESS;
}

/* The connection as the socket has it. Return: false if its name has to come from the address. */
static bool connect_by_socket(struct saker_fill *f, struct ev_connect *e, struct file *file,
			      unsigned int prov)
{
	struct sock *sk = saker_file_sock(file);

	if (!sk || (e->tuple.family == AF_UNIX &&
		    !saker_part_unix_peer(SAKER_PART(f, connect, path), sk)))
		return false;
	if (unlikely(prov)) {
		saker_prov_set(f, EV_FIELD(connect, tuple), prov);
		if (e->tuple.family == AF_UNIX)
			saker_prov_set(f, EV_FIELD(connect, path), prov);
	}
	return true;
}

/* Did the kernel connect to that address? Loopback stands for the address of all zeros. */
static bool connect_is_to(const struct ev_tuple *t, const struct saker_connecting *c)
{
	static const u8 any[sizeof(t->raddr)];
	struct ev_tuple given = {};

	saker_sock_address(&given, &c->addr, c->len);
	if (t->family == AF_UNIX)
		return true;
	return t->family == given.family && t->rport == given.rport &&
	       (!memcmp(t->raddr, given.raddr, sizeof(given.raddr)) ||
		!memcmp(any, given.raddr, sizeof(any)));
}

/*
 * connect_seen() - the function hook saw which socket and which address the kernel used
 *
 * The socket is read for its own end, and after a success for what has become of the address. If
 * others can reach it, they may have connected it elsewhere since, or have replaced the
 * descriptor: then the address is the one that was seen, and the fields are marked.
 */
static void connect_seen(struct saker_fill *f, struct ev_connect *e, struct saker_fd fd,
			 const struct saker_connecting *c)
{
	struct socket *sock = fd.file ? saker_file_socket(fd.file) : NULL;
	bool shared, ours = sock && (u32)SOCK_INODE(sock)->i_ino == c->ino;
	unsigned int prov;

	if (unlikely(!ours)) {
		e->tuple.ino = c->ino;
		e->tuple.type = c->type;
		e->tuple.protocol = c->protocol;
		e->tuple.role = EV_ROLE_CLIENT;
		connect_address(f, e, &c->addr, c->len, EV_PROV_SHARED_FD);
		return;
	}
	shared = file_count(fd.file) > 1 + !!fd.prov;
	prov = shared ? EV_PROV_SHARED_FD : EV_PROV_KERNEL;
	saker_socket_tuple(&e->tuple, sock, EV_ROLE_CLIENT);
	if (connect_is_done(f)) {
		if ((likely(!fd.prov && !shared) || connect_is_to(&e->tuple, c)) &&
		    connect_by_socket(f, e, fd.file, prov))
			return;
		if (e->tuple.family != AF_UNIX)
			prov = EV_PROV_SHARED_FD;
	}
	connect_address(f, e, &c->addr, c->len, prov);
}

/* The function hook saw nothing: the kernel refused the call before, or lacks the hook. */
static noinline void connect_unseen(struct saker_fill *f, struct ev_connect *e, struct saker_fd fd,
				    const struct net_call *c)
{
	/* In doubt the hook noted nothing; now the registers are those of this call. */
	if (saker_task_has_uring(current) && f->ret != SAKER_CALL_NO_RESULT)
		saker_pending_trust();
	if (connect_is_done(f))
		saker_pending_unseen();
	if (fd.file)
		saker_sock_tuple(&e->tuple, fd.file, EV_ROLE_CLIENT);
	if (!fd.file || !connect_is_done(f) || !connect_by_socket(f, e, fd.file, fd.prov))
		connect_as_called(f, e, c);
}

/* Recorded before the result is known, and without the request's descriptor. */
static noinline int connect_alone(struct saker_fill *f, struct ev_connect *e)
{
	const struct saker_connect *c = f->obj;

	e->fd = -1;
	e->addrlen = c->len;
	saker_prov_set(f, EV_FIELD(connect, res), EV_PROV_PENDING);
	saker_prov_set(f, EV_FIELD(connect, fd), EV_PROV_UNREADABLE);
	saker_socket_tuple(&e->tuple, c->sock, EV_ROLE_CLIENT);
	connect_address(f, e, c->addr, min_t(u32, c->len, sizeof(struct sockaddr_storage)),
			EV_PROV_KERNEL);
	return SAKER_FILL_OK;
}

int saker_fill_connect(struct saker_fill *f)
{
	struct ev_connect *e = (struct ev_connect *)f->rec;
	struct net_call c;
	struct saker_fd fd;

	if (unlikely(!f->regs))
		return connect_alone(f, e);
	c = net_arguments(f);
	e->res = f->ret;
	e->fd = c.fd;
	e->addrlen = c.len;
	if (unlikely(c.prov)) {
		saker_prov_set(f, EV_FIELD(connect, fd), c.prov);
		saker_prov_set(f, EV_FIELD(connect, addrlen), c.prov);
	}
	fd = saker_fd_get(c.fd);
	if (likely(f->pending))
		connect_seen(f, e, fd, &f->pending->connect);
	else
		connect_unseen(f, e, fd, &c);
	saker_fd_put(fd);
	return SAKER_FILL_OK;
}
