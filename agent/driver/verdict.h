/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The result of loading the module: `/run/saker/driver.json`, written by saker-driver
 * and read by the agent and by doctor. One JSON object, valid for the boot that it names.
 */
#ifndef DRIVER_VERDICT_H
#define DRIVER_VERDICT_H

#include <stdbool.h>
#include <stdint.h>
#include "driver/host.h"

#define VERDICT_PATH	"/run/saker/driver.json"

struct verdict {
	bool known;			/* there is one, of this boot */
	bool loaded;
	bool tried;			/* modprobe was run */
	bool forced;
	int64_t time;			/* seconds since 1970 */
	char probe[24];			/* that prevented it; "" if none did */
	char reason[512];		/* it is not loaded; "" if it is */
	char todo[320];
};

/* Return: 0, also if there is none; -EBADMSG if it cannot be parsed, or -errno. */
int verdict_read(const struct host *host, struct verdict *ret);

/**
 * verdict_write() - for others to read
 * @root:	NULL is "/"
 * Return: 0 or -errno.
 */
int verdict_write(const char *root, const struct host *host, const struct verdict *verdict);

#endif /* DRIVER_VERDICT_H */
