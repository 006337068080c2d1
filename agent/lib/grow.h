/* SPDX-License-Identifier: Apache-2.0 */
/* Makes room in arrays that are allocated with malloc() and grow while they are filled. */
#ifndef LIB_GROW_H
#define LIB_GROW_H

#include <stddef.h>
#include <stdint.h>

/*
 * Makes room for one more item of an array: doubles it if all @room items are used, from @first on.
 * Return: 0, or -ENOMEM; the array is unchanged then.
 */
#define GROW(array, n, room, first)	\
	grow_array(&(array), sizeof(*(array)), (n), &(room), (first))

int grow_array(void *array, size_t size, uint32_t n, uint32_t *room, uint32_t first);

#endif /* LIB_GROW_H */
