/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An agent under watch: started as a user would, its alerts read from a pipe
 * and stamped on arrival.
 */
#define _GNU_SOURCE
#include "watch.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SESSION_WORD	"session="	/* what an alert ends in: whose it is */
#define READY_MS	60000	/* emulated machines are slow */
#define POLL_MS		100
#define NOTIFY_PATH	"/tmp/saker-watch.notify"

/* A socket as systemd gives its services: READY=1 arrives when hooks are armed and state is known. */
static int notify_open(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX, .sun_path = NOTIFY_PATH };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	unlink(NOTIFY_PATH);
	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0)
		return -errno;
	return fd;
}

/* Return: -ECHILD if the agent @pid ended; its parent has still to wait for it. */
static int notify_wait_ready(int fd, pid_t pid)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	for (int waited = 0; waited < READY_MS; waited += POLL_MS) {
		siginfo_t ended = { 0 };
		char buf[512];
		ssize_t n = poll(&p, 1, POLL_MS) > 0 ? recv(fd, buf, sizeof(buf) - 1, 0) : 0;

		if (n > 0) {
			buf[n] = '\0';
			if (strstr(buf, "READY=1"))
				return 0;
		}
		if (waitid(P_PID, (id_t)pid, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
		    ended.si_pid)
			return -ECHILD;
	}
	return -ETIMEDOUT;
}

int agent_start(struct agent *agent, const char *rules, pid_t session)
{
	int pipefd[2], notify = notify_open(), r;

	if (notify < 0)
		return notify;
	if (pipe2(pipefd, 0) < 0)
		return -errno;
	*agent = (struct agent){ .out = pipefd[0], .session = session };
	agent->pid = fork();
	if (agent->pid == 0) {
		dup2(pipefd[1], 1);
		close(pipefd[0]);
		close(pipefd[1]);
		setenv("NOTIFY_SOCKET", NOTIFY_PATH, 1);
		execlp("saker", "saker", "run", "-r", rules, "--json",
		       "--append-output", SESSION_WORD "%proc.sid", NULL);
		_exit(127);
	}
	close(pipefd[1]);
	r = notify_wait_ready(notify, agent->pid);
	close(notify);
	unlink(NOTIFY_PATH);
	if (r < 0)
		agent_kill(agent);
	return r;
}

void agent_kill(struct agent *agent)
{
	kill(agent->pid, SIGKILL);
	waitpid(agent->pid, NULL, 0);
	close(agent->out);
}

int agent_stop(struct agent *agent)
{
	int status = 0;

	kill(agent->pid, SIGTERM);
	while (read(agent->out, agent->buf, sizeof(agent->buf)) > 0)
		;
	waitpid(agent->pid, &status, 0);
	close(agent->out);
	if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		printf("FAILED: the agent ended with status %#x\n", status);
		return 1;
	}
	return 0;
}

/* "2026-11-21T22:30:27.123456789Z" as nanoseconds since 1970; 0 if it is not one. */
static int64_t iso8601_ns(const char *text)
{
	struct tm tm = { 0 };
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	long ns = 0;

	if (!rest)
		return 0;
	if (*rest == '.')
		ns = strtol(rest + 1, NULL, 10);
	return (int64_t)timegm(&tm) * 1000000000 + ns;
}

static void text_copy(char *to, size_t size, json_t *from)
{
	const char *s = json_string_value(from);

	snprintf(to, size, "%s", s ? s : "");
}

static bool alert_parse(struct agent_alert *ret, const char *line, int64_t now_ns)
{
	json_t *root = json_loads(line, 0, NULL), *fields;
	const char *when;
	char *word;

	if (!root)
		return false;
	fields = json_object_get(root, "output_fields");
	text_copy(ret->rule, sizeof(ret->rule), json_object_get(root, "rule"));
	text_copy(ret->priority, sizeof(ret->priority), json_object_get(root, "priority"));
	text_copy(ret->output, sizeof(ret->output), json_object_get(root, "output"));
	text_copy(ret->asked, sizeof(ret->asked), json_object_get(fields, "fd.nameraw"));
	text_copy(ret->path, sizeof(ret->path), json_object_get(fields, "fd.name"));
	ret->session = (pid_t)json_integer_value(json_object_get(fields, "proc.sid"));
	word = strstr(ret->output, " " SESSION_WORD);
	if (word)
		*word = '\0';
	when = json_string_value(json_object_get(root, "time"));
	ret->latency_ns = when ? now_ns - iso8601_ns(when) : 0;
	json_decref(root);
	return true;
}

static bool line_take(struct agent *agent, struct agent_alert *ret, int64_t now_ns)
{
	char *end = memchr(agent->buf, '\n', agent->used);
	bool ok;

	if (!end)
		return false;
	*end = '\0';
	ok = alert_parse(ret, agent->buf, now_ns);
	agent->used -= (size_t)(end + 1 - agent->buf);
	memmove(agent->buf, end + 1, agent->used);
	return ok;
}

static int64_t clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

bool agent_next_alert(struct agent *agent, struct agent_alert *ret, int timeout_ms)
{
	int64_t deadline = clock_ns(CLOCK_MONOTONIC) + (int64_t)timeout_ms * 1000000;

	for (;;) {
		struct pollfd p = { .fd = agent->out, .events = POLLIN };
		int64_t left = deadline - clock_ns(CLOCK_MONOTONIC);
		ssize_t n;

		if (line_take(agent, ret, clock_ns(CLOCK_REALTIME))) {
			if (!agent->session || ret->session == agent->session)
				return true;
			agent->foreign++;
			continue;
		}
		if (left <= 0 || poll(&p, 1, (int)(left / 1000000) + 1) <= 0)
			return false;
		n = read(agent->out, agent->buf + agent->used, sizeof(agent->buf) - agent->used);
		if (n <= 0)
			return false;
		agent->used += (size_t)n;
	}
}

void agent_alert_print(const struct agent_alert *alert)
{
	printf("   ALERT %s: %s\n   %s\n", alert->priority, alert->rule, alert->output);
	if (alert->asked[0])
		printf("   requested %s, opened %s\n", alert->asked, alert->path);
	printf("   %.2f ms from the system call to this line\n", (double)alert->latency_ns / 1e6);
}
