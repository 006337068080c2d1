/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads what a socket is connected to, from the kernel's struct and without its
 * lock: each field is one word that the protocol wrote earlier.
 */
#ifndef SAKER_SOCK_H
#define SAKER_SOCK_H

#include <linux/socket.h>
#include <linux/types.h>
#include <saker/event.h>
#include "fill.h"
#include "part.h"

struct file;
struct sock;
struct socket;

/* The socket that a call works on, and an address that it was given, or its own. */
struct saker_bound {
	struct ev_tuple tuple;		/* as the hook saw it */
	struct sockaddr_storage addr;
	u32 len;			/* of the address; 0: there is none */
};

/**
 * saker_file_sock() - the socket behind a file
 *
 * Return: NULL if the file is no socket. The file of a unix socket in a
 * directory is none.
 */
struct sock *saker_file_sock(struct file *file);

/* saker_file_socket() - likewise; it may already have lost its sock */
struct socket *saker_file_socket(struct file *file);

/**
 * saker_sock_tuple() - both ends of a socket
 * @t:		zeroed
 *
 * Within RCU or with preemption off, @file held.
 */
void saker_sock_tuple(struct ev_tuple *t, struct file *file, u32 role);

/* saker_socket_tuple() - likewise, where the socket is what is held */
void saker_socket_tuple(struct ev_tuple *t, struct socket *sock, u32 role);

/**
 * saker_sock_address() - read the remote end from a sockaddr
 * @addr:	kernel memory
 *
 * Return: bytes of the name of a unix socket at @addr + 2, else 0.
 */
u32 saker_sock_address(struct ev_tuple *t, const void *addr, u32 len);

/**
 * saker_sock_note() - copy a socket and the address that it is given
 * @addr:	@len bytes in kernel memory; NULL: then a unix socket's own name
 *
 * @sock is borrowed for the length of the hook.
 */
void saker_sock_note(struct saker_bound *ret, struct socket *sock, const void *addr, u32 len);

/**
 * saker_part_unix_own() - the name a unix socket is bound to
 * saker_part_unix_peer() - the name of the socket it is connected to
 *
 * Writes no part if it has no name or is no unix socket. Return: whether a part
 * was written.
 */
bool saker_part_unix_own(struct saker_fill *f, struct ev_part *part, unsigned int field,
			 struct sock *sk);
bool saker_part_unix_peer(struct saker_fill *f, struct ev_part *part, unsigned int field,
			  struct sock *sk);

#endif /* SAKER_SOCK_H */
