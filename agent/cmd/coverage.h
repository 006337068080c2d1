/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the driver whose coverage is listed: the one that records, else the one that
 * `saker run` would choose.
 */
#ifndef CMD_COVERAGE_H
#define CMD_COVERAGE_H

#include "driver/choice.h"
#include "source/coverage.h"

struct covered {
	const char *driver;		/* "kmod" or "ebpf"; static */
	bool running;
	char why[128];			/* it would be chosen */
	struct control_info info;
	struct coverage coverage;
};

/**
 * covered_find() - the driver in use, or the one that would be
 * @ret:	on success: release with covered_uninit()
 * @error:	on failure: what is wrong and what to do; one line
 * Return: 0, -ENODEV if no driver can run here, -EPERM, or another -errno.
 */
int covered_find(struct covered *ret, char *error, size_t size);

/**
 * covered_choice() - the driver that was chosen, before it is opened
 * Return: 0 or -errno.
 */
int covered_choice(struct covered *ret, const struct host *host, const struct choice *choice,
		   char *error, size_t size);
void covered_uninit(struct covered *covered);

#endif /* CMD_COVERAGE_H */
