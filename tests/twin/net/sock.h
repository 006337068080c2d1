/* SPDX-License-Identifier: GPL-2.0-only */
/* As much of a socket as the pending table copies. */
#ifndef TWIN_NET_SOCK_H
#define TWIN_NET_SOCK_H

#include <linux/fs.h>
#include <linux/in.h>
#include <linux/socket.h>

struct sock {
	u16 sk_family, sk_protocol;
};

struct socket {
	struct sock *sk;
	u16 type;
	struct inode inode;
};

#define SOCK_INODE(socket)	(&(socket)->inode)

/* Of KUnit's tests: test-pending-twin.c makes the sockets. */
extern int init_net;
int sock_create_kern(int *net, int family, int type, int protocol, struct socket **ret);
void sock_release(struct socket *socket);

#endif
