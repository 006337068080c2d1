// SPDX-License-Identifier: GPL-2.0-only
/* v5.8 or later: the lock of a mm has functions of its own. */
#include <linux/mm.h>
#include <linux/mmap_lock.h>
bool probe(struct mm_struct *mm) { return mmap_read_trylock(mm); }
