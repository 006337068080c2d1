/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of failures: formatted where the failure happens, into a buffer that the caller owns. */
#include "lib/error.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void set(struct error *err, int code, const char *reason, const char *fmt, va_list ap)
{
	int saved = errno, n;
	size_t at;

	if (!err || err->code)
		return;
	err->code = code;
	n = vsnprintf(err->text, sizeof(err->text), fmt, ap);
	at = n < 0 ? 0 : (size_t)n;
	if (*reason && at < sizeof(err->text))
		snprintf(err->text + at, sizeof(err->text) - at, ": %s", reason);
	errno = saved;
}

int error_set(struct error *err, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(err, code, strerror(-code), fmt, ap);
	va_end(ap);
	return code;
}

int error_say(struct error *err, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(err, code, "", fmt, ap);
	va_end(ap);
	return code;
}

int error_at(struct error *err, int r, const char *doing)
{
	return r < 0 ? error_set(err, r, "%s", doing) : r;
}

int error_take(struct error *err, const struct error *from)
{
	if (!err->code)
		*err = *from;
	return err->code;
}
