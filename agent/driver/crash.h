/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Was it the module that brought this machine down? A dump or a log blames it
 * if it stands on the stack of an oops or a panic; that it is in the list of
 * loaded modules, or warned, is no crash of its making.
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
 * crash_judge() - does what is on this machine's disks blame the module?
 * @mark:	what was remembered
 * @why:	what does, if any
 * Return: true if it is to blame.
 */
bool crash_judge(const struct host *host, const struct mark *mark, char *why, size_t size);

/* Did the boot that wrote @mark end without an orderly stop? */
bool crash_unclean(const struct host *host, const struct mark *mark);

#define CRASH_UNCLEAN_MAX	3	/* boots in a row; one alone may be a power cut */

#endif /* DRIVER_CRASH_H */
