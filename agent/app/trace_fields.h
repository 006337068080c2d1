/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the fields of `saker trace --fields` of each event, as text or as typed JSON. */
#ifndef APP_TRACE_FIELDS_H
#define APP_TRACE_FIELDS_H

#include "alert/raise.h"
#include "lib/buf.h"
#include "lib/messages.h"

#define TRACE_FIELDS_MAX	64

struct trace_fields {
	struct str names[TRACE_FIELDS_MAX];	/* names, in the order of the list */
	unsigned int n;
	char output[4096];		/* output template with these fields */
	struct alert_templates *templates;
};

/**
 * trace_fields_parse() - parse a list such as "proc.name,proc.aname[1],fd.name"
 * @list:	borrowed
 *
 * Return: 0, or -EINVAL if it is not a list of fields; then @said has each mistake.
 */
int trace_fields_parse(struct trace_fields *f, const char *list, struct messages *said);

/* Compiles the fields with a rule set whose only rule has ->output. Return: 0 or -errno. */
int trace_fields_compile(struct trace_fields *f, struct ruleset *rules);
void trace_fields_uninit(struct trace_fields *f);

/**
 * trace_fields_print() - print the fields of one event, without a newline
 * @json:	print an object; else the values with tabs between, <NA> for a missing one
 *
 * Return: 0, or -ENOMEM if the event's arena is used up.
 */
int trace_fields_print(struct buf *b, const struct trace_fields *f, const struct rule *rule,
		       const struct event *ev, bool json);

#endif /* APP_TRACE_FIELDS_H */
