// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the ends of a socket. inet_getname() and unix_peer_get() take locks and
 * may sleep, so the fields they use are read directly. The file is held, and
 * with it its sock; any other sock that is read is held by this one or by RCU.
 */
#include "sock.h"

#include <linux/magic.h>
#include <linux/net.h>
#include <linux/un.h>
#include <net/af_unix.h>
#include <net/inet_sock.h>
#include <net/ipv6.h>
#include <net/sock.h>
#include "task.h"

#define UNIX_PATH_OFF	offsetof(struct sockaddr_un, sun_path)

/* Any address fits that a caller can pass, and that of a unix socket. */
static_assert(sizeof(struct sockaddr_un) <= sizeof(struct sockaddr_storage));

struct socket *saker_file_socket(struct file *file)
{
	struct inode *inode = file_inode(file);

	return inode->i_sb->s_magic == SOCKFS_MAGIC ? SOCKET_I(inode) : NULL;
}

struct sock *saker_file_sock(struct file *file)
{
	struct socket *sock = saker_file_socket(file);

	return sock ? READ_ONCE(sock->sk) : NULL;
}

static void tuple_inet(struct ev_tuple *t, const struct sock *sk)
{
	const struct inet_sock *inet = inet_sk(sk);
	__be32 local = READ_ONCE(inet->inet_saddr);
	__be32 remote = READ_ONCE(sk->sk_daddr);

	memcpy(t->laddr, &local, sizeof(local));
	memcpy(t->raddr, &remote, sizeof(remote));
	t->lport = READ_ONCE(sk->sk_num);
	t->rport = ntohs(READ_ONCE(sk->sk_dport));
}

static void tuple_inet6(struct ev_tuple *t, struct sock *sk)
{
#if IS_ENABLED(CONFIG_IPV6)
	const struct ipv6_pinfo *np = inet6_sk(sk);

	/*
	 * The source address is chosen when the connection is made; before, only the bound
	 * address is known.
	 */
	memcpy(t->laddr, np && !ipv6_addr_any(&np->saddr) ? &np->saddr : &sk->sk_v6_rcv_saddr, 16);
	memcpy(t->raddr, &sk->sk_v6_daddr, 16);
#endif
	t->lport = READ_ONCE(sk->sk_num);
	t->rport = ntohs(READ_ONCE(sk->sk_dport));
}

/*
 * unix_peer_of() - the peer of a connected stream socket, which holds a reference to it
 *
 * A datagram socket may be reconnected at any time, and its former peer freed.
 */
static struct sock *unix_peer_of(struct sock *sk)
{
	return sk->sk_type == SOCK_DGRAM ? NULL : READ_ONCE(unix_sk(sk)->peer);
}

static void tuple_unix(struct ev_tuple *t, struct sock *sk)
{
	struct sock *peer = unix_peer_of(sk);
	struct socket *sock = peer ? READ_ONCE(peer->sk_socket) : NULL;

	if (sock)		/* freed by RCU */
		t->peer = SOCK_INODE(sock)->i_ino;
}

void saker_socket_tuple(struct ev_tuple *t, struct socket *sock, u32 role)
{
	struct sock *sk = READ_ONCE(sock->sk);

	saker_assert_rcu();
	t->ino = SOCK_INODE(sock)->i_ino;
	if (!sk)
		return;
	t->family = sk->sk_family;
	t->type = sk->sk_type;
	t->protocol = sk->sk_protocol;
	t->state = READ_ONCE(sk->sk_state);
	t->role = role;
	switch (sk->sk_family) {
	case AF_INET:
		tuple_inet(t, sk);
		break;
	case AF_INET6:
		tuple_inet6(t, sk);
		break;
	case AF_UNIX:
		/* sock->state has the same meaning up to 6.x, but is not set on 7.x. */
		t->state = t->state == TCP_ESTABLISHED ? SS_CONNECTED : SS_UNCONNECTED;
		tuple_unix(t, sk);
		break;
	}
}

void saker_sock_tuple(struct ev_tuple *t, struct file *file, u32 role)
{
	struct socket *sock = saker_file_socket(file);

	if (sock)
		saker_socket_tuple(t, sock, role);
	else
		t->ino = file_inode(file)->i_ino;
}

u32 saker_sock_address(struct ev_tuple *t, const void *addr, u32 len)
{
	const struct sockaddr_in6 *in6 = addr;
	const struct sockaddr_in *in = addr;

	if (len < sizeof(sa_family_t))
		return 0;
	t->family = in->sin_family;
	if (t->family == AF_INET && len >= sizeof(*in)) {
		memcpy(t->raddr, &in->sin_addr, 4);
		t->rport = ntohs(in->sin_port);
	} else if (t->family == AF_INET6 && len >= SIN6_LEN_RFC2133) {
		memcpy(t->raddr, &in6->sin6_addr, 16);
		t->rport = ntohs(in6->sin6_port);
	} else if (t->family == AF_UNIX) {
		const char *name = (const char *)addr + UNIX_PATH_OFF;
		u32 n = min_t(u32, len, sizeof(struct sockaddr_un)) - UNIX_PATH_OFF;

		/* An abstract name begins with NUL and ends with the address. */
		return n && *name ? strnlen(name, n) : n;
	}
	return 0;
}

bool saker_part_unix_own(struct saker_fill *f, struct ev_part *part, unsigned int field,
			 struct sock *sk)
{
	struct unix_address *addr;
	struct ev_tuple unused = {};
	u32 n;

	if (!sk || sk->sk_family != AF_UNIX)
		return false;
	/* Set once, when bound; freed with the sock. */
	addr = smp_load_acquire(&unix_sk(sk)->addr);
	if (!addr)
		return false;
	n = saker_sock_address(&unused, addr->name, addr->len);
	if (n)
		saker_part_kernel(f, part, field, addr->name->sun_path, n, n);
	return n;
}

bool saker_part_unix_peer(struct saker_fill *f, struct ev_part *part, unsigned int field,
			  struct sock *sk)
{
	if (!sk || sk->sk_family != AF_UNIX)
		return false;
	return saker_part_unix_own(f, part, field, unix_peer_of(sk));
}

void saker_sock_note(struct saker_bound *ret, struct socket *sock, const void *addr, u32 len)
{
	const struct sock *sk = READ_ONCE(sock->sk);
	const struct unix_address *own;

	memset(&ret->tuple, 0, sizeof(ret->tuple));
	saker_socket_tuple(&ret->tuple, sock, EV_ROLE_UNKNOWN);
	if (!addr && sk && sk->sk_family == AF_UNIX) {
		/* Set once, when bound; freed with the sock. */
		own = smp_load_acquire(&unix_sk(sk)->addr);
		addr = own ? own->name : NULL;
		len = own ? own->len : 0;
	}
	ret->len = addr ? min_t(u32, len, sizeof(ret->addr)) : 0;
	/* A constant length is two loads, any other a call. */
	if (likely(ret->len == sizeof(struct sockaddr_in)))
		memcpy(&ret->addr, addr, sizeof(struct sockaddr_in));
	else if (ret->len)
		memcpy(&ret->addr, addr, ret->len);
}
