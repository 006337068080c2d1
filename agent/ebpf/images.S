/* SPDX-License-Identifier: Apache-2.0 */
/* The compiled programs, as bytes; see programs.h. */
	.section .rodata
	.balign 16
	.globl ebpf_image_new, ebpf_image_new_end, ebpf_image_old, ebpf_image_old_end
ebpf_image_new:
	.incbin "saker_new.bpf.o"
ebpf_image_new_end:
	.balign 16
ebpf_image_old:
	.incbin "saker_old.bpf.o"
ebpf_image_old_end:
	.section .note.GNU-stack, "", @progbits
