/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alerts as lines on a descriptor. Lines gather in a buffer and leave with one
 * write when the loop has nothing else to do, or when the buffer is full.
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
	uint32_t max_line;	/* bytes; longer alerts are cut, and say so. 0: 64 KiB */
};

/* Return: 0 or -ENOMEM. The sink is freed with stdout_sink_free(). */
int stdout_sink_new(struct alert_sink **ret, const struct stdout_config *config);
void stdout_sink_free(struct alert_sink *sink);		/* flushes; NULL is fine */

/**
 * stdout_sink_flush() - write what has gathered
 * Return: 0, -EAGAIN if the reader is slow (call again), or -errno; lines lost are counted.
 */
int stdout_sink_flush(struct alert_sink *sink);

struct stdout_stats {
	uint64_t raised;
	uint64_t written;
	uint64_t lost;		/* the descriptor failed, or no room while it was slow */
};

void stdout_sink_stats(const struct alert_sink *sink, struct stdout_stats *ret);

#endif /* DELIVER_STDOUT_H */
