/* SPDX-License-Identifier: GPL-2.0-only */
/* Hides the differences between kernels for memory management. */
#ifndef SAKER_COMPAT_MM_H
#define SAKER_COMPAT_MM_H

#include <linux/mm.h>
#ifdef HAVE_MMAP_LOCK
#include <linux/mmap_lock.h>
#endif

static inline void saker_vm_flags_set(struct vm_area_struct *vma, unsigned long flags)
{
#ifdef HAVE_VM_FLAGS_SET
	vm_flags_set(vma, flags);
#else
	vma->vm_flags |= flags;
#endif
}

static inline void saker_vm_flags_clear(struct vm_area_struct *vma, unsigned long flags)
{
#ifdef HAVE_VM_FLAGS_SET
	vm_flags_clear(vma, flags);
#else
	vma->vm_flags &= ~flags;
#endif
}

static inline bool saker_mmap_read_trylock(struct mm_struct *mm)
{
#ifdef HAVE_MMAP_LOCK
	return mmap_read_trylock(mm);
#else
	return down_read_trylock(&mm->mmap_sem);
#endif
}

static inline void saker_mmap_read_unlock(struct mm_struct *mm)
{
#ifdef HAVE_MMAP_LOCK
	mmap_read_unlock(mm);
#else
	up_read(&mm->mmap_sem);
#endif
}

#endif /* SAKER_COMPAT_MM_H */
