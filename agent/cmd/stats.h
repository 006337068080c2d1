/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of saker stats. */
#ifndef CMD_STATS_H
#define CMD_STATS_H

#include "cmd/cmd.h"

/* stats --rules: cost and matches of each rule of the running agent. Return: exit status. */
int stats_rules(const struct args *args);

/* stats --metrics: all the running agent's numbers, for Prometheus. Return: exit status. */
int stats_metrics(const struct args *args);

#endif /* CMD_STATS_H */
