/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts of the demonstration: the agent under watch, the attacks, the storm,
 * the cost of a call.
 */
#ifndef DEMO_H
#define DEMO_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* watch.c: an agent started with its alerts coming in over a pipe. */
struct agent {
	pid_t pid;
	int out;		/* its standard output */
	size_t used;
	char buf[65536];
};

struct agent_alert {
	char rule[128];
	char priority[32];
	char output[2048];
	char asked[512];	/* fd.nameraw, empty if the rule does not print it */
	char path[512];		/* fd.name */
	int64_t latency_ns;	/* from the record's time to its byte here */
};

int agent_start(struct agent *agent, const char *rules);	/* 0 once it watches, or -errno */
void agent_kill(struct agent *agent);				/* as a crash would */
int agent_stop(struct agent *agent);				/* orderly; 0, or 1 if it failed */
bool agent_next_alert(struct agent *agent, struct agent_alert *ret, int timeout_ms);
void agent_alert_print(const struct agent_alert *alert);

/* attack.c: each returns 0 or -errno. */
int attack_read_through_symlink(void);
int attack_read_by_allowed_program(void);
int attack_run_from_memory(void);
int attack_reverse_shell(void);

/* storm.c: a million opens, the agent killed half way. Returns the number of failures. */
int storm_run(struct agent *agent, const char *rules, unsigned int number);

/* cost.c */
struct cost {
	double getppid_ns;
	double open_ns;
	double fork_ns;
};

void cost_measure(struct cost *ret);
void cost_print(const struct cost *bare, const struct cost *armed);

#endif /* DEMO_H */
