/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads what a socket is connected to, as driver/sock.c: without locks, as each
 * field is one word that the protocol wrote earlier. What lies together is read in
 * one piece: a call of the helper costs as much as copying a hundred bytes.
 */
#ifndef SAKER_BPF_SOCK_H
#define SAKER_BPF_SOCK_H

#include "path.h"
#include <bpf/bpf_endian.h>

static __always_inline struct socket *file_socket(struct file *file)
{
	if (BPF_CORE_READ(file, f_inode, i_sb, s_magic) != SOCKFS_MAGIC)
		return NULL;
	return BPF_CORE_READ(file, private_data);
}

static __always_inline struct sock *file_sock(struct file *file)
{
	struct socket *socket = file_socket(file);

	return socket ? BPF_CORE_READ(socket, sk) : NULL;
}

/* Of an inode, up to its number; of a socket, up to its sock; of a sock, up to its addresses. */
struct inode_block { __u64 word[9]; };
struct socket_block { __u64 word[4]; };
struct sock_block { __u64 word[11]; };

_Static_assert(sizeof(struct sock_block) <= sizeof(((struct bpf_state *)0)->address), "saker/bpf.h");

#define OF_SOCK(copy, sk, member)	IN(copy, sk, struct sock, __sk_common.member)

static __always_inline void tuple_inet(struct ev_tuple *t, struct sock *sk,
				       const struct sock_block *copy)
{
	__be32 local = BPF_CORE_READ((struct inet_sock *)sk, inet_saddr);
	__be32 remote = OF_SOCK(copy, sk, skc_daddr);

	__builtin_memcpy(t->laddr, &local, sizeof(local));
	__builtin_memcpy(t->raddr, &remote, sizeof(remote));
}

/* One of a sock's addresses of IPv6, as two words. */
#define SOCK_V6(to, copy, sk, member)						\
({										\
	void *from_ = member_of(struct sock, copy, __sk_common.member);	\
										\
	if (is_in(copy, struct sock, __sk_common.member))			\
		__builtin_memcpy(to, from_, 16);				\
	else									\
		bpf_probe_read_kernel(to, 16,					\
				      member_of(struct sock, sk, __sk_common.member)); \
})

static __always_inline void tuple_inet6(struct ev_tuple *t, struct sock *sk,
					const struct sock_block *copy)
{
	struct ipv6_pinfo *np = BPF_CORE_READ((struct inet_sock *)sk, pinet6);
	__u64 own[2] = {};

	/*
	 * The source address is chosen when the connection is made; before, only the bound
	 * address is known.
	 */
	if (np)
		bpf_probe_read_kernel(own, sizeof(own),
				      member_of(struct ipv6_pinfo, np, saddr));
	if (!own[0] && !own[1])
		SOCK_V6(own, copy, sk, skc_v6_rcv_saddr);
	__builtin_memcpy(t->laddr, own, sizeof(own));
	SOCK_V6(own, copy, sk, skc_v6_daddr);
	__builtin_memcpy(t->raddr, own, sizeof(own));
}

/*
 * The peer of a connected stream socket, which holds it; a datagram's peer may be freed at any
 * time.
 */
static __always_inline struct sock *unix_peer(struct sock *sk)
{
	if (BPF_CORE_READ(sk, sk_type) == SOCK_DGRAM)
		return NULL;
	return BPF_CORE_READ((struct unix_sock *)sk, peer);
}

static __always_inline void tuple_unix(struct ev_tuple *t, struct sock *sk)
{
	struct sock *peer = unix_peer(sk);
	struct file *file = peer ? BPF_CORE_READ(peer, sk_socket, file) : NULL;

	t->state = t->state == TCP_ESTABLISHED ? SS_CONNECTED : SS_UNCONNECTED;
	if (file)
		t->peer = BPF_CORE_READ(file, f_inode, i_ino);
}

/* Type and protocol of a sock, which all kernels keep side by side. */
static __always_inline void tuple_kind(struct ev_tuple *t, struct sock *sk)
{
	__u16 kind[2] = {};

	if (bpf_core_field_offset(struct sock, sk_protocol) ==
	    bpf_core_field_offset(struct sock, sk_type) + sizeof(*kind)) {
		bpf_probe_read_kernel(kind, sizeof(kind), member_of(struct sock, sk, sk_type));
	} else {
		kind[0] = BPF_CORE_READ(sk, sk_type);
		kind[1] = BPF_CORE_READ(sk, sk_protocol);
	}
	t->type = kind[0];
	t->protocol = kind[1];
}

/* What a sock is connected to; type and protocol are set. @copy: room */
static __always_inline void tuple_ends(struct sock_block *copy, struct ev_tuple *t,
				       struct sock *sk)
{
	block_read(copy, sk);
	t->family = OF_SOCK(copy, sk, skc_family);
	t->state = OF_SOCK(copy, sk, skc_state);
	if (t->family == AF_INET)
		tuple_inet(t, sk, copy);
	else if (t->family == AF_INET6)
		tuple_inet6(t, sk, copy);
	else if (t->family == AF_UNIX)
		tuple_unix(t, sk);
	if (t->family == AF_INET || t->family == AF_INET6) {
		t->lport = OF_SOCK(copy, sk, skc_num);
		t->rport = bpf_ntohs(OF_SOCK(copy, sk, skc_dport));
	}
}

/* Is it still the socket that a hook saw? Memory of a deleted one may hold anything. */
static __always_inline bool file_is_socket(struct file *file, __u64 socket, __u64 ino)
{
	unsigned long is = 0;

	if ((__u64)BPF_CORE_READ(file, private_data) != socket)
		return false;
	bpf_probe_read_kernel(&is, sizeof(is),
			      member_of(struct socket_alloc, socket, vfs_inode.i_ino));
	return is == ino;
}

/* The sock of the file with this inode; NULL if the file is no socket, or has lost it. */
static __always_inline struct sock *inode_sock(struct file *file, struct inode *inode, __u16 mode)
{
	struct socket_alloc *both;
	struct socket_block copy;

	if ((mode & S_IFMT) != S_IFSOCK)
		return NULL;
	both = (void *)inode - bpf_core_field_offset(struct socket_alloc, vfs_inode);
	block_read(&copy, both);
	/* The file of a unix socket in a directory has another inode, which is in no socket. */
	if (IN(&copy, both, struct socket_alloc, socket.file) != file)
		return NULL;
	return IN(&copy, both, struct socket_alloc, socket.sk);
}

/*
 * sock_tuple() - both ends of a socket, into a zeroed struct ev_tuple at place()
 *
 * Return: its family; 0 if it is no socket.
 */
__noinline int sock_tuple(__u64 addr, __u64 at, __u64 used, __u32 role)
{
	struct file *file = (void *)addr;
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct bpf_cpu *cpu = this_cpu();
	struct inode_block copy;
	struct ev_tuple *t;
	struct sock *sk;

	if (!cpu || block_read(&copy, inode))
		return 0;
	t = place(cpu, at, used);
	t->ino = IN(&copy, inode, struct inode, i_ino);
	sk = inode_sock(file, inode, IN(&copy, inode, struct inode, i_mode));
	if (!sk)
		return 0;
	t->role = role;
	tuple_kind(t, sk);
	tuple_ends((void *)cpu->state.address, t, sk);
	return t->family;
}

/* The name in a sockaddr_un of @len bytes, as saker_sock_address() counts. Return: is there one? */
static __always_inline bool part_unix_name(struct fill *f, struct ev_part *part,
					   const char *path, __u64 len)
{
	char *dst = part_at(f);
	__u64 n, max;
	long r;

	if (len <= 2)
		return false;
	max = bounded(len < 110 ? len - 2 : 108, 0x7f);
	*(__u64 *)dst = 0;
	bpf_probe_read_kernel(dst, 1, path);
	if (*dst) {
		r = bpf_probe_read_kernel_str(dst, max + 1, path);
		n = r > 0 ? bounded(r - 1, 0x7f) : 0;
	} else {
		n = max;	/* abstract: it ends with the address */
		bpf_probe_read_kernel(dst, n, path);
	}
	if (!n)
		return false;
	*(__u64 *)(dst + n) = 0;
	part_end(f, part, n, n, n);
	return true;
}

/*
 * The remote end from an address in our memory, of which @len bytes are valid and the rest of 128
 * is zero; family and protocol are read from the socket.
 */
static __always_inline void connect_address(struct fill *f, struct ev_connect *e,
					    const __u8 *address, __u64 len, __u32 prov)
{
	__u16 family = len >= 2 ? *(const __u16 *)address : 0;

	e->tuple.family = family;
	e->tuple.rport = 0;
	__builtin_memset(e->tuple.raddr, 0, 16);
	if (prov)
		prov_set(f, EV_FIELD(connect, tuple), prov);
	if ((family == AF_INET && len >= 16) || (family == AF_INET6 && len >= 24))
		e->tuple.rport = bpf_ntohs(*(const __u16 *)(address + 2));
	if (family == AF_INET && len >= 16)
		__builtin_memcpy(e->tuple.raddr, address + 4, 4);
	if (family == AF_INET6 && len >= 24)
		__builtin_memcpy(e->tuple.raddr, address + 8, 16);
	if (family != AF_UNIX)
		return;
	part_unix_name(f, &e->path, (const char *)address + 2, len);
	if (prov)
		prov_set(f, EV_FIELD(connect, path), prov);
}

/* How many descriptors and other users a file has. */
static __always_inline __u64 file_users(struct file *file)
{
	struct file___count *old = (void *)file;
	struct file___ref *new = (void *)file;

	if (bpf_core_field_exists(new->f_ref))
		return BPF_CORE_READ(new, f_ref.refcnt.counter) + 1;
	return BPF_CORE_READ(old, f_count.counter);
}

/* The name a unix socket is bound to. Return: whether it has one. */
static __always_inline bool part_unix_own(struct fill *f, struct ev_part *part, struct sock *sk)
{
	struct unix_address *addr;

	if (!sk || BPF_CORE_READ(sk, __sk_common.skc_family) != AF_UNIX)
		return false;
	addr = BPF_CORE_READ((struct unix_sock *)sk, addr);
	if (!addr)
		return false;
	return part_unix_name(f, part, member_of(struct unix_address, addr, name) + 2,
			      BPF_CORE_READ(addr, len));
}

/* Describe the file behind a descriptor, in a zeroed struct ev_fd; not its socket. */
static __always_inline void fd_describe(enum how how, struct ev_fd *fd, struct file *file)
{
	struct inode *inode = LOAD(how, file, f_inode);
	struct super_block *sb = LOAD(how, inode, i_sb);

	fd->kind = kind_of(how, file);
	fd->flags = LOAD(how, file, f_flags);
	fd->dev = dev_encode(LOAD(how, sb, s_dev));
	fd->ino = LOAD(how, inode, i_ino);
	if (fd->kind == EV_FD_CHR || fd->kind == EV_FD_BLK)
		fd->rdev = dev_encode(LOAD(how, inode, i_rdev));
}

/* file_fd() - describe the file behind a descriptor, in a zeroed struct ev_fd at place() */
__noinline int file_fd(__u64 addr, __u64 at, __u64 used)
{
	struct bpf_cpu *cpu = this_cpu();
	struct ev_fd *fd;

	if (!cpu)
		return 0;
	fd = place(cpu, at, used);
	fd_describe(HELPER, fd, (void *)addr);
	if (fd->kind == EV_FD_SOCKET)
		sock_tuple(addr, at, used + __builtin_offsetof(struct ev_fd, sock),
			   EV_ROLE_UNKNOWN);
	return fd->kind;
}

#endif /* SAKER_BPF_SOCK_H */
