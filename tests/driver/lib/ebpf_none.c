// SPDX-License-Identifier: Apache-2.0
/* In the place of ebpf.c, where the eBPF driver was not built: there is no way in. */
#include <errno.h>

#include "sk.h"

static int look(struct sk *sk)
{
	(void)sk;
	snprintf(sk_why, sizeof(sk_why), "these tests were built without the eBPF driver");
	return -ENOTSUP;
}

static int attach(struct sk *sk, uint64_t ring_size)
{
	(void)ring_size;
	return look(sk);
}

static void leave(struct sk *sk)
{
	(void)sk;
}

const struct sk_driver sk_ebpf = {
	.name = "ebpf",
	.look = look,
	.attach = attach,
	.close = leave,
};
