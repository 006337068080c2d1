/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds out whether the module crashed this machine. A dump or a log blames it if
 * the module is on the stack of an oops or a panic; being in the list of loaded
 * modules, or in a warning, does not count.
 */
#ifndef DRIVER_CRASH_H
#define DRIVER_CRASH_H

#include <stdbool.h>
#include "driver/host.h"
#include "driver/mark.h"
#include "lib/str.h"

struct crash_scan {			/* of one log, line after line */
	bool dump;			/* only oopses and panics are written here */
	bool dying;			/* the lines are of one */
};

/* One line. Return: true if it blames the module. */
bool crash_line(struct crash_scan *scan, struct str line);

/**
 * crash_judge() - search this machine's dumps and logs for a crash by the module
 * @mark:	the state kept from earlier boots
 * @why:	the evidence, if any
 * Return: true if it is to blame.
 */
bool crash_judge(const struct host *host, const struct mark *mark, char *why, size_t size);

/* Did the boot that wrote @mark end without an orderly stop? */
bool crash_unclean(const struct host *host, const struct mark *mark);

#define CRASH_UNCLEAN_MAX	3	/* boots in a row; one alone may be a power cut */

#endif /* DRIVER_CRASH_H */
