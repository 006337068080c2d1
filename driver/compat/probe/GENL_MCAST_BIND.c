// SPDX-License-Identifier: GPL-2.0-only
/* v4.18, and gone by v5.4: a family decides who may join its groups. */
#include <net/genetlink.h>
static int bind(struct net *net, int group) { return 0; }
void probe(struct genl_family *family) { family->mcast_bind = bind; }
