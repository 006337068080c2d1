/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An agent under watch: started as a user would, its alerts read from a pipe
 * and stamped on arrival, so a latency includes everything.
 */
#ifndef TESTS_WATCH_H
#define TESTS_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct agent {
	pid_t pid;
	int out;		/* its standard output */
	pid_t session;		/* alerts of other sessions are not ours; 0: all are */
	unsigned int foreign;	/* how many there were */
	size_t used;
	char buf[65536];
};

struct agent_alert {
	char rule[128];
	char priority[32];
	char output[2048];
	char asked[512];	/* fd.nameraw, empty if the rule does not print it */
	char path[512];		/* fd.name */
	pid_t session;		/* of the process that caused it */
	int64_t latency_ns;	/* from the record's time to its byte here */
};

/* 0 once it watches, or -errno. @session: as in struct agent. */
int agent_start(struct agent *agent, const char *rules, pid_t session);
void agent_kill(struct agent *agent);				/* as a crash would */
int agent_stop(struct agent *agent);				/* orderly; 0, or 1 if it failed */
bool agent_next_alert(struct agent *agent, struct agent_alert *ret, int timeout_ms);
void agent_alert_print(const struct agent_alert *alert);

#endif /* TESTS_WATCH_H */
