// SPDX-License-Identifier: GPL-2.0-only
/* v6.6-rc1, 9b6304c1d537: inode_get_ctime(). */
#include <linux/fs.h>
struct timespec64 probe(const struct inode *i) { return inode_get_ctime(i); }
