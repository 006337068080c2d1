// SPDX-License-Identifier: GPL-2.0-only
/* v5.2 or later: the attributes are described once for a family, not for each command. */
#include <net/genetlink.h>
void probe(struct genl_family *family) { family->policy = NULL; }
