/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An alert is a value: everything about it is in it, nothing points back to
 * the event. Whatever may raise one (a rule, a broken sum, a failed output)
 * fills a struct alert and calls alert_raise(); each output formats from it.
 */
#ifndef ALERT_ALERT_H
#define ALERT_ALERT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "field/value.h"
#include "lib/str.h"

enum priority {				/* as the rule language names them, most severe first */
	PRIORITY_EMERGENCY, PRIORITY_ALERT, PRIORITY_CRITICAL, PRIORITY_ERROR,
	PRIORITY_WARNING, PRIORITY_NOTICE, PRIORITY_INFORMATIONAL, PRIORITY_DEBUG,
};

struct alert_field {			/* one output field; sorted by name */
	struct str name;		/* as written: proc.aname[2] */
	bool missing;
	uint64_t field_flags;		/* FIELD_OCT, FIELD_HEX, FIELD_ONCE, FIELD_CLOCK */
	struct value value;
};

struct alert_check {			/* what one check of the condition read; at most 4 KiB in all */
	uint32_t check;			/* its number in the canonical condition */
	uint8_t verdict;		/* of the check itself: enum alert_verdict */
	bool has_value;
	bool given;			/* the value is the path as given, not as resolved */
	bool cut;			/* the value is longer, or left out, for want of room */
	struct str field;		/* whose value: as the condition names it */
	struct value value;
};

enum alert_verdict { ALERT_FALSE, ALERT_TRUE, ALERT_MISSING, ALERT_UNDECIDED, ALERT_VERDICTS };

struct alert {
	uint8_t id[16];			/* time-ordered (UUIDv7); downstream's idempotency key */
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
	uint64_t rule_digest;		/* of the condition the checks are numbered in */

	struct {			/* who did it */
		uint32_t pid;
		uint32_t tid;
		uint64_t start_ns;
		uint64_t cgroup_id;
		struct str container_id;	/* absent on the host */
		struct str pod_uid;
	} subject;
	uint64_t fingerprint;		/* equal for alerts that say the same thing */
};

/* Where alerts go: the queue's front. One per output process or test. */
struct alert_sink {
	int (*raise)(struct alert_sink *sink, const struct alert *alert);
};

/**
 * alert_raise() - hand an alert to the queue
 * @sink:	takes its own copy (serialised once) before it returns
 * @alert:	borrowed
 * Return: 0, or -errno if it could not be queued; the sink counts that too.
 */
int alert_raise(struct alert_sink *sink, const struct alert *alert);

#endif /* ALERT_ALERT_H */
