/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers of system calls under each ABI, and the events that record them. */
#ifndef NUMBER_H
#define NUMBER_H

#include <string.h>
#include <saker/event.h>

static const struct call_number {
	const char *name;
	short nr[EV_ABI_COUNT];		/* -1: not under this ABI */
	unsigned char event;
} call_numbers[] = {
#define SYSCALL(name, n64, n32, nx32, ev, ...) \
	{ #name, { [EV_ABI_64] = n64, [EV_ABI_IA32] = n32, [EV_ABI_X32] = nx32 }, EV_##ev },
#include <saker/syscalls.def>
#undef SYSCALL
};

enum { CALL_NUMBERS = sizeof(call_numbers) / sizeof(call_numbers[0]) };

/* Return: NULL if no call has that name. */
static inline const struct call_number *call_number(const char *name)
{
	for (unsigned int i = 0; i < CALL_NUMBERS; i++)
		if (!strcmp(call_numbers[i].name, name))
			return &call_numbers[i];
	return NULL;
}

#endif /* NUMBER_H */
