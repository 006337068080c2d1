/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files beside the program that runs, so that one that was just built finds the
 * others of its build tree. An installed program has none of them beside it.
 */
#ifndef LIB_BESIDE_H
#define LIB_BESIDE_H

#include <stddef.h>
#include <sys/types.h>

/**
 * beside_program() - the path of a file or directory below the directory of the program
 * @name:	relative: "agent/ebpf"
 * @owner:	on success: of the program
 * Return: 0, -ENOENT if it does not exist there, or another -errno.
 */
int beside_program(char *path, size_t size, const char *name, uid_t *owner);

#endif /* LIB_BESIDE_H */
