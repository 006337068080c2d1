/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes alerts as lines to a descriptor. Lines are collected until the loop is idle or the
 * buffer is full, and are written with one write. A slow reader causes dropped alerts, never
 * dropped events: an alert that does not fit is counted, and an alert with the number of
 * missing ones precedes the next that does.
 */
#ifndef DELIVER_STDOUT_H
#define DELIVER_STDOUT_H

#include <stdbool.h>
#include <stdint.h>
#include "alert/alert.h"

struct stdout_config {
	int fd;			/* not closed */
	bool json;		/* one object per line; else text */
	bool iso8601;		/* date and time, YYYY-MM-DDTHH:MM:SS.nnnnnnnnn+0000 */
	bool utc;		/* time of day in UTC; else in the time zone of TZ */
	bool checks;		/* with json: also the values that the condition's checks read */
	bool journal;		/* lines begin with their syslog priority, "<2>", for journald */
	bool wait;		/* wait for a slow reader, as a replay can */
	bool (*give_up)(void *ctx);	/* with wait: as in struct writer_config */
	void *ctx;
	int wake;		/* an eventfd, written when the descriptor fails; -1: none */
	uint32_t max_line;	/* bytes; longer alerts are cut and end with "[cut]". 0: 64 KiB,
				 * with journal 48 */
	uint32_t room;		/* bytes of buffer, at least one line; 0: 1 MiB */
};

/* Return: 0 or -errno. The sink is freed with stdout_sink_free(). */
int stdout_sink_new(struct alert_sink **ret, const struct stdout_config *config);
void stdout_sink_free(struct alert_sink *sink);		/* NULL is fine */

/**
 * stdout_sink_flush() - start writing the collected lines, without waiting for the write
 * Return: 0, or -errno of a write that failed since the last call; lost lines are counted.
 */
int stdout_sink_flush(struct alert_sink *sink);

/**
 * stdout_sink_end() - wait until all lines are written; lines not written in time count as lost
 * @timeout_ms:	as for writer_drain()
 * Return: 0, -ETIMEDOUT, or -errno of the write.
 */
int stdout_sink_end(struct alert_sink *sink, unsigned int timeout_ms);

struct stdout_stats {
	uint64_t raised;	/* including alerts that report missing ones */
	uint64_t written;
	uint64_t lost;		/* the descriptor failed, or the buffer was full */
	int error;		/* -errno of the first write that failed; 0: none did */
};

void stdout_sink_stats(const struct alert_sink *sink, struct stdout_stats *ret);

#endif /* DELIVER_STDOUT_H */
