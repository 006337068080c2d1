/* SPDX-License-Identifier: Apache-2.0 */
/* System calls without the C library: any number, the result as the register has it. */
#ifndef RAW_H
#define RAW_H

#define RAW_X32 0x40000000 /* added to the number of an x32 call */

static inline long raw64(long nr, const long a[6])
{
	register long r10 asm("r10") = a[3], r8 asm("r8") = a[4], r9 asm("r9") = a[5];
	long res;

	asm volatile("syscall" : "=a"(res)
		     : "a"(nr), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
		     : "rcx", "r11", "memory");
	return res;
}

/* The sixth argument goes through ebp, which the compiler keeps for itself. */
static inline long raw32(long nr, const long a[6])
{
	long res;

	asm volatile("push %%rbp\n\tmov %7, %%rbp\n\tint $0x80\n\tpop %%rbp" : "=a"(res)
		     : "a"(nr), "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]), "D"(a[4]), "r"(a[5])
		     : "r8", "r9", "r10", "r11", "memory");
	return (int)res;
}

#endif
