/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An alert as a value: it contains or borrows all its data and has no pointer to the event.
 * Every source of alerts (a rule, a broken sum, a failed output) fills a struct alert and
 * calls alert_raise(); each output formats it.
 */
#ifndef ALERT_ALERT_H
#define ALERT_ALERT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "field/value.h"
#include "lib/str.h"

enum priority {				/* most severe first; names as in rules */
	PRIORITY_EMERGENCY, PRIORITY_ALERT, PRIORITY_CRITICAL, PRIORITY_ERROR,
	PRIORITY_WARNING, PRIORITY_NOTICE, PRIORITY_INFORMATIONAL, PRIORITY_DEBUG,
};

struct alert_field {			/* one output field */
	struct str name;		/* as written in the output: proc.aname[2] */
	bool missing;
	uint64_t field_flags;		/* FIELD_OCT, FIELD_HEX, FIELD_ONCE, FIELD_CLOCK */
	struct value value;
};

struct alert_check {			/* the value that one check read; at most 4 KiB together */
	uint32_t check;			/* number of the check in the canonical condition */
	uint8_t verdict;		/* enum alert_verdict */
	bool has_value;
	bool given;			/* the value is the path as given, not as resolved */
	bool cut;			/* the value is cut, or omitted, because of the limit */
	struct str field;		/* the field of the value, as in the condition */
	struct value value;
};

enum alert_verdict { ALERT_FALSE, ALERT_TRUE, ALERT_MISSING, ALERT_UNDECIDED, ALERT_VERDICTS };

struct alert {
	uint8_t id[16];			/* UUIDv7, ordered by time; equal if the same alert is sent twice */
	int64_t time_ns;		/* of the event, since 1970 */
	uint64_t evt_num;
	struct str hostname;
	struct str boot_id;
	struct str source;		/* "syscall", "internal" */
	struct str rule;
	enum priority priority;
	const struct str *tags;		/* sorted */
	uint32_t ntags;
	struct str output;		/* the formatted text, without time and priority */
	const struct alert_field *fields;
	uint32_t nfields;
	const struct alert_check *checks;
	uint32_t nchecks;
	uint64_t rule_digest;		/* of the condition whose checks are numbered */

	struct {			/* the process that caused the event */
		uint32_t pid;
		uint32_t tid;
		uint64_t start_ns;
		uint64_t cgroup_id;
		struct str container_id;	/* absent on the host */
		struct str pod_uid;
	} subject;
	uint64_t fingerprint;		/* equal for alerts with the same content, see FIELD_ONCE */
};

/* Receives alerts: the entry of an output's queue. */
struct alert_sink {
	int (*raise)(struct alert_sink *sink, const struct alert *alert);
};

/**
 * alert_raise() - pass an alert to a sink
 * @sink:	copies what it needs before it returns
 * @alert:	borrowed
 * Return: 0, or -errno if it could not be queued; the sink counts these.
 */
int alert_raise(struct alert_sink *sink, const struct alert *alert);

#endif /* ALERT_ALERT_H */
