/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What failed, and why, as one line of text: "opening /dev/saker: Permission denied".
 * Where a failure happens the function sets it; callers above pass it up. The first
 * one set stays, because it is the closest to the cause. The program prints it once.
 */
#ifndef LIB_ERROR_H
#define LIB_ERROR_H

#include <stddef.h>

struct error {
	int code;			/* -errno; 0: nothing failed */
	char text[480];			/* without a full stop; "" while code is 0 */
};

/**
 * error_set() - an operation failed with an errno
 * @err:	NULL is fine; one that is set already stays as it is
 * @code:	-errno; its text is put behind ": "
 * @fmt:	what was being done, to what: "writing %s"
 * Return: @code.
 */
int error_set(struct error *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same, but @fmt is the whole text: for causes that no errno describes. */
int error_say(struct error *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * error_at() - passes on the result of a call
 * @r:		what the call returned; below 0 it is an errno, and sets @err
 * @doing:	as @fmt of error_set(), as it is
 * Return: @r.
 */
int error_at(struct error *err, int r, const char *doing);

/* Takes what another one says, unless @err is set already. Return: the code of @err. */
int error_take(struct error *err, const struct error *from);

#endif /* LIB_ERROR_H */
