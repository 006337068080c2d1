/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alerts as lines on a descriptor. Lines gather until the loop has nothing
 * else to do or their room is full, and leave with one write. A reader that is
 * slow costs alerts, never events: what finds no room is counted, and the next
 * alert that does is preceded by one that says how many were lost.
 */
#ifndef DELIVER_STDOUT_H
#define DELIVER_STDOUT_H

#include <stdbool.h>
#include <stdint.h>
#include "alert/alert.h"

struct stdout_config {
	int fd;			/* not closed */
	bool json;		/* one object a line, else text */
	bool iso8601;		/* time as YYYY-MM-DDTHH:MM:SS.nnnnnnnnn+0000 and not of the day */
	bool utc;		/* time of day in UTC; else as TZ says */
	bool checks;		/* with json: what each check of the condition read, too */
	bool journal;		/* lines begin with their syslog priority, "<2>", for journald */
	bool wait;		/* for a slow reader, as a replay can */
	bool (*give_up)(void *ctx);	/* with wait: as in struct writer_config */
	void *ctx;
	int wake;		/* an eventfd that is told when the descriptor fails; -1: none */
	uint32_t max_line;	/* bytes; longer alerts are cut, and say so. 0: 64 KiB */
	uint32_t room;		/* bytes that may gather; 0: 1 MiB. At least one line */
};

/* Return: 0 or -errno. The sink is freed with stdout_sink_free(). */
int stdout_sink_new(struct alert_sink **ret, const struct stdout_config *config);
void stdout_sink_free(struct alert_sink *sink);		/* NULL is fine */

/**
 * stdout_sink_flush() - what has gathered shall leave; does not wait for it
 * Return: 0, or -errno of a write that failed meanwhile; lines lost are counted.
 */
int stdout_sink_flush(struct alert_sink *sink);

/**
 * stdout_sink_end() - wait for what has gathered, and count as lost what does not leave in time
 * @timeout_ms:	as for writer_drain()
 * Return: 0, -ETIMEDOUT, or -errno of the write.
 */
int stdout_sink_end(struct alert_sink *sink, unsigned int timeout_ms);

struct stdout_stats {
	uint64_t raised;	/* with those that tell of losses */
	uint64_t written;
	uint64_t lost;		/* the descriptor failed, or no room while it was slow */
	int error;		/* -errno of the first write that failed; 0: none did */
};

void stdout_sink_stats(const struct alert_sink *sink, struct stdout_stats *ret);

#endif /* DELIVER_STDOUT_H */
