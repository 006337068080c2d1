/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decides whether a call sends a message to port 53 or receives one from there, for both drivers:
 * SAKER_SEL_DNS and SAKER_ACT_EMIT_DNS of saker/device.h.
 */
#ifndef SAKER_FILL_DNS_H
#define SAKER_FILL_DNS_H

#include "row_table.h"

#define DNS_PORT	53

/* The events that have data of a socket. */
static __always_inline bool dns_may_be(__u32 type)
{
	return type == EV_send || type == EV_recv || type == EV_read || type == EV_write;
}

enum dns { DNS_NO, DNS_YES, DNS_BY_ADDRESS };

/* What the ends of a socket say. One that is not connected has another end for each message. */
static __always_inline enum dns dns_of_socket(__u16 family, __u16 local, __u16 remote)
{
	if (family != ROW_INET && family != ROW_INET6)
		return DNS_NO;
	if (local == DNS_PORT || remote == DNS_PORT)
		return DNS_YES;
	return remote ? DNS_NO : DNS_BY_ADDRESS;
}

/* The first four bytes of a sockaddr: family, then port in network order. */
static __always_inline bool dns_of_address(__u32 word)
{
	__u16 family = word, port = (word >> 16 & 0xff) << 8 | word >> 24;

	return dns_of_socket(family, 0, port) == DNS_YES;
}

#endif /* SAKER_FILL_DNS_H */
