/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the demonstration: the attacks, the storm, the cost of a call. */
#ifndef DEMO_H
#define DEMO_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "watch.h"

/* attack.c: each returns 0 or -errno. */
int attack_read_through_symlink(void);
int attack_read_by_allowed_program(void);
int attack_run_from_memory(void);
int attack_reverse_shell(void);

/* storm.c: a million opens; the agent is killed half way. Return: number of failures. */
/* @alone: no other process opens files on this machine, so the counts must be equal. */
int storm_run(struct agent *agent, const char *rules, unsigned int number, bool alone);

/* cost.c */
struct cost {
	double getppid_ns;
	double open_ns;
	double fork_ns;
};

void cost_measure(struct cost *ret);
void cost_print(const struct cost *bare, const struct cost *armed);

#endif /* DEMO_H */
