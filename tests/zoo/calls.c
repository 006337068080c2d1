// SPDX-License-Identifier: Apache-2.0
/*
 * Makes the system calls of calls.def with drawn arguments, under an ABI that is drawn, too; one
 * operation more is a call of any number.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include <saker/event.h>

#include "lib/number.h"
#include "lib/raw.h"
#include "zoo.h"

static const struct call {
	const char *name, *kinds;
} calls[] = {
#define CALL(name, kinds) { #name, kinds },
#include "calls.def"
#undef CALL
};

enum { CALLS = sizeof(calls) / sizeof(*calls), ANY = CALLS };

unsigned int calls_count(void)
{
	return CALLS + 1;
}

const char *calls_name(unsigned int n)
{
	return n == ANY ? "any number" : calls[n].name;
}

static const struct call_number *number_of(const char *name)
{
	const struct call_number *n = call_number(name);

	if (!n)
		abort();
	return n;
}

static long make(unsigned int abi, long nr, const long a[6])
{
	if (abi == EV_ABI_IA32)
		return raw32(nr, a);
	return raw64(abi == EV_ABI_X32 ? nr | RAW_X32 : nr, a);
}

/* Not those that end the guest or its log, or keep others from a processor. */
static bool forbidden(unsigned int abi, long nr)
{
	static const char *const names[] = { "reboot", "syslog", "exit", "exit_group", "pause", "vhangup",
					     "sched_setscheduler", "sched_setattr", "sched_setparam",
					     "rt_sigreturn", "sigreturn", "iopl", "ioperm" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (number_of(names[i])->nr[abi] == nr)
			return true;
	return false;
}

static bool any(struct values *v)
{
	const unsigned int abi = rand_r(&v->seed) % EV_ABI_COUNT;
	long nr = rand_r(&v->seed) % 620, a[6];

	if (rand_r(&v->seed) % 50 == 0)
		nr = values_draw(v, 'I');
	if (forbidden(abi, nr))
		return false;
	for (int i = 0; i < 6; i++)
		a[i] = values_draw(v, "pdfbsiPIa"[rand_r(&v->seed) % 9]);
	return make(abi, nr, a) >= 0;
}

bool calls_do(unsigned int n, struct values *v)
{
	const struct call_number *number;
	unsigned int abi;
	long a[6] = { 0 };

	if (n == ANY)
		return any(v);
	number = number_of(calls[n].name);
	abi = rand_r(&v->seed) % 3 ? EV_ABI_64 : rand_r(&v->seed) % EV_ABI_COUNT;
	if (number->nr[abi] < 0)
		abi = EV_ABI_64;
	for (int i = 0; calls[n].kinds[i]; i++)
		a[i] = values_draw(v, calls[n].kinds[i]);
	return make(abi, number->nr[abi], a) >= 0;
}
