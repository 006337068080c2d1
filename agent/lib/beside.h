/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds files in the directory of the running program, so that a program in a build tree
 * finds the others there. An installed program has no such files.
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
