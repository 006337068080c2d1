// SPDX-License-Identifier: GPL-2.0-only
/* v6.7-rc1, 077c212f0344: inode_get_mtime(). */
#include <linux/fs.h>
struct timespec64 probe(const struct inode *i) { return inode_get_mtime(i); }
