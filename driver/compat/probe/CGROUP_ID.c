// SPDX-License-Identifier: GPL-2.0-only
/* v5.5 or later: a cgroup has a number of 64 bits that is never used again. */
#include <linux/cgroup.h>
u64 probe(struct cgroup *cgrp) { return cgroup_id(cgrp); }
