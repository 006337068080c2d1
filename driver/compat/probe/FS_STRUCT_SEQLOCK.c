// SPDX-License-Identifier: GPL-2.0-only
/* v6.18 or later: the lock of fs_struct became part of a seqlock. */
#include <linux/fs_struct.h>
unsigned int probe(struct fs_struct *fs) { return read_seqbegin(&fs->seq); }
