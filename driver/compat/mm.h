/* SPDX-License-Identifier: GPL-2.0-only */
/* Hides the differences between kernels for memory management. */
#ifndef SAKER_COMPAT_MM_H
#define SAKER_COMPAT_MM_H

#include <linux/mm.h>

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

#endif /* SAKER_COMPAT_MM_H */
