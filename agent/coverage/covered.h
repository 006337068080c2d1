/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the coverage of a driver of this machine: of the one that records, of the one that `saker
 * run` would choose, of a named one, or of the agent's own.
 */
#ifndef COVERAGE_COVERED_H
#define COVERAGE_COVERED_H

#include "driver/choice.h"
#include "source/coverage.h"

struct covered {
	const char *driver;		/* "kmod" or "ebpf"; static, or the source's */
	bool running;
	bool named;			/* by the user; else, if it does not run, it would be chosen: */
	char why[128];
	struct control_info info;
	struct coverage coverage;
};

struct covered_base {			/* determined before the agent is confined: afterwards it cannot be */
	uint32_t limits;		/* of the eBPF driver: enum coverage_limit */
	struct coverage_kernel kernel;
};

/**
 * covered_find() - the coverage of the driver in use, of the one that would be, or of a named one
 * @ret:	on success: release with covered_uninit()
 * @driver:	"kmod" or "ebpf"; NULL: the one in use, else the one that would be chosen
 * @error:	on failure: what is wrong and what to do; one line
 *
 * The hooks of a named driver that does not record are those that it would have: of the module, as
 * far as the kernel's symbols show.
 *
 * Return: 0, -ENODEV if no driver can run here, -EPERM, or another -errno.
 */
int covered_find(struct covered *ret, const char *driver, char *error, size_t size);

/**
 * covered_choice() - the driver that was chosen, before it is opened
 * Return: 0 or -errno.
 */
int covered_choice(struct covered *ret, const struct host *host, const struct choice *choice,
		   char *error, size_t size);

/* Call it before the agent is confined. For a source without a driver, @ret is zeroed. */
void covered_base_find(struct covered_base *ret, struct source *source);

/* The driver of a running agent. Return: 0, -ENODEV if the source has none, or another -errno. */
int covered_source(struct covered *ret, struct source *source, const struct covered_base *base);

void covered_uninit(struct covered *covered);

#endif /* COVERAGE_COVERED_H */
