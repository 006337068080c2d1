/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a match to an alert: the one place where a rule and an event become a
 * value. What the alert holds is borrowed from the event's arena, so it is
 * raised before the event is retired.
 *
 *	r = alert_build(&alert, templates, number, &ev, checks, nchecks);
 *	if (r == 0)
 *		r = alert_raise(sink, &alert);
 */
#ifndef ALERT_RAISE_H
#define ALERT_RAISE_H

#include <stdint.h>
#include "alert/alert.h"
#include "decode/event.h"

struct alert_templates;

/* What an alert takes from its rule; borrowed for as long as the templates live. */
struct alert_rule {
	struct str name;
	struct str source;		/* "syscall" */
	enum priority priority;
	struct str output;		/* as written */
	const struct str *tags;
	uint32_t ntags;
};

struct alert_template_error {
	uint32_t offset;		/* in the output text */
	uint32_t len;
	char text[160];
};

/**
 * alert_templates_new() - compile the outputs of a rule set
 * @rules:	copied shallowly: the strings must outlive the templates
 * @bad:	number of the rule at fault, set on -EINVAL
 * Return: 0, -EINVAL with @bad and @err filled in, or -ENOMEM.
 */
int alert_templates_new(struct alert_templates **ret, const struct alert_rule *rules,
			uint32_t nrules, uint32_t *bad, struct alert_template_error *err);
void alert_templates_free(struct alert_templates *templates);	/* NULL is fine */

/**
 * alert_build() - what the rule says about this event
 * @ret:	borrowed from @ev->arena and @templates
 * @number:	the rule, as numbered in alert_templates_new()
 * @checks:	what each check of the condition read; may be NULL
 * Return: 0, or -ENOMEM if the event's arena is used up.
 */
int alert_build(struct alert *ret, const struct alert_templates *templates, uint32_t number,
		const struct event *ev, const struct alert_check *checks, uint32_t nchecks);

struct alert_kv {			/* of an internal alert */
	struct str key;
	struct value value;
};

/**
 * alert_internal() - an alert about Saker itself: a broken sum, a failed output
 * @fields:	sorted by key
 * @tmp:	as many as @fields; lives as long as @ret
 */
void alert_internal(struct alert *ret, struct str rule, enum priority priority, struct str output,
		    int64_t time_ns, struct str hostname, const struct alert_kv *fields,
		    struct alert_field *tmp, uint32_t nfields);

#endif /* ALERT_RAISE_H */
