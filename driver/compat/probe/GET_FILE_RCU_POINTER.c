// SPDX-License-Identifier: GPL-2.0-only
/* v6.7-rc1, 0ede61d8589c: get_file_rcu() takes the place of the pointer. */
#include <linux/fs.h>
struct file *probe(struct file __rcu **f) { return get_file_rcu(f); }
