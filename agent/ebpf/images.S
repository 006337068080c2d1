/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Includes the compiled programs as bytes; see programs.h. IMAGE_NEW and IMAGE_OLD are file names.
 */
	.section .rodata
	.balign 16
	.globl ebpf_image_new, ebpf_image_new_end, ebpf_image_old, ebpf_image_old_end
ebpf_image_new:
	.incbin IMAGE_NEW
ebpf_image_new_end:
	.balign 16
ebpf_image_old:
	.incbin IMAGE_OLD
ebpf_image_old_end:
	.section .note.GNU-stack, "", @progbits
