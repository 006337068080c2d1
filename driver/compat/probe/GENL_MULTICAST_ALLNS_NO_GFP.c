// SPDX-License-Identifier: GPL-2.0-only
/* v6.12-rc4, 5aa24a27: genlmsg_multicast_allns() lost its flags; backported to stable. */
#include <net/genetlink.h>
int probe(struct genl_family *f, struct sk_buff *m) { return genlmsg_multicast_allns(f, m, 0, 0); }
