/* SPDX-License-Identifier: Apache-2.0 */
/* The smallest programs, of 64 and 32 bits, for tests that execute them. */
#ifndef SMALL_H
#define SMALL_H

#include <elf.h>

/*
 * The smallest programs: they leave without any call that returns. So what the
 * exec itself left behind is all there is.
 */
static const struct {
	Elf64_Ehdr e;
	Elf64_Phdr p;
	unsigned char code[9];
} small64 = {
	.e = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
	       .e_type = ET_EXEC,
	       .e_machine = EM_X86_64,
	       .e_version = EV_CURRENT,
	       .e_entry = 0x400000 + sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr),
	       .e_phoff = sizeof(Elf64_Ehdr),
	       .e_ehsize = sizeof(Elf64_Ehdr),
	       .e_phentsize = sizeof(Elf64_Phdr),
	       .e_phnum = 1 },
	.p = { .p_type = PT_LOAD,
	       .p_flags = PF_R | PF_X,
	       .p_vaddr = 0x400000,
	       .p_filesz = 4096,
	       .p_memsz = 4096,
	       .p_align = 4096 },
	.code = { 0x31, 0xff, 0xb8, 60, 0, 0, 0, 0x0f, 0x05 }, /* exit(0) */
};
static const struct {
	Elf32_Ehdr e;
	Elf32_Phdr p;
	unsigned char code[9];
} small32 = {
	.e = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB, EV_CURRENT },
	       .e_type = ET_EXEC,
	       .e_machine = EM_386,
	       .e_version = EV_CURRENT,
	       .e_entry = 0x400000 + sizeof(Elf32_Ehdr) + sizeof(Elf32_Phdr),
	       .e_phoff = sizeof(Elf32_Ehdr),
	       .e_ehsize = sizeof(Elf32_Ehdr),
	       .e_phentsize = sizeof(Elf32_Phdr),
	       .e_phnum = 1 },
	.p = { .p_type = PT_LOAD,
	       .p_flags = PF_R | PF_X,
	       .p_vaddr = 0x400000,
	       .p_filesz = 4096,
	       .p_memsz = 4096,
	       .p_align = 4096 },
	.code = { 0x31, 0xdb, 0xb8, 1, 0, 0, 0, 0xcd, 0x80 }, /* exit(0) */
};

#endif
