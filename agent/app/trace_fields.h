/* SPDX-License-Identifier: Apache-2.0 */
/* trace --fields: the fields that the user chose, of each event, as text or typed as JSON. */
#ifndef APP_TRACE_FIELDS_H
#define APP_TRACE_FIELDS_H

#include "alert/raise.h"
#include "lib/buf.h"

#define TRACE_FIELDS_MAX	64

struct trace_fields {
	struct str names[TRACE_FIELDS_MAX];	/* in the list as it was given */
	unsigned int n;
	char output[4096];		/* the template of a rule that has these fields */
	struct alert_templates *templates;
};

/**
 * trace_fields_parse() - "proc.name,proc.aname[1],fd.name"
 * @list:	borrowed
 * Return: 0, or -EINVAL if it is no list of fields; it was logged.
 */
int trace_fields_parse(struct trace_fields *f, const char *list);

/* With the rule set whose one rule has ->output. Return: 0 or -errno. */
int trace_fields_compile(struct trace_fields *f, struct ruleset *rules);
void trace_fields_uninit(struct trace_fields *f);

/**
 * trace_fields_print() - one event, without newline
 * @json:	an object of the fields; else their values with tabs between, <NA> for none
 * Return: 0, or -ENOMEM if the event's arena is used up.
 */
int trace_fields_print(struct buf *b, const struct trace_fields *f, const struct rule *rule,
		       const struct event *ev, bool json);

#endif /* APP_TRACE_FIELDS_H */
