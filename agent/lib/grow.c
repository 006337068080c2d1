/* SPDX-License-Identifier: Apache-2.0 */
/* Implements grow.h. */
#include "lib/grow.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int grow_array(void *array, size_t size, uint32_t n, uint32_t *room, uint32_t first)
{
	const uint32_t more = *room ? *room * 2 : first;
	void *items;

	if (n < *room)
		return 0;
	memcpy(&items, array, sizeof(items));	/* a pointer to any type */
	items = realloc(items, more * size);
	if (!items)
		return -ENOMEM;
	memcpy(array, &items, sizeof(items));
	*room = more;
	return 0;
}
