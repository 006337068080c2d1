/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds alerts: the only place where a rule and an event become an alert. The alert borrows
 * from the rule set and the event's arena, so raise it before the event is retired.
 *
 *	r = alert_build(&alert, templates, rule, &ev, checks, nchecks);
 *	if (r == 0)
 *		r = alert_raise(sink, &alert);
 */
#ifndef ALERT_RAISE_H
#define ALERT_RAISE_H

#include <stdint.h>
#include "alert/alert.h"
#include "decode/event.h"
#include "filter/lex.h"
#include "rule/load.h"
#include "rule/rule.h"

struct alert_templates;

/* The text that Falco's default configuration appends to every output. */
#define ALERT_SUGGESTED									\
	" container_id=%container.id container_name=%container.name"			\
	" container_image_repository=%container.image.repository"			\
	" container_image_tag=%container.image.tag"					\
	" k8s_pod_name=%k8s.pod.name k8s_ns_name=%k8s.ns.name"

/**
 * alert_templates_new() - compile the outputs of a rule set
 * @rules:	a reference is taken
 * @append:	a template added to every output, including the leading space; may be absent
 * Return: 0, -EINVAL if an output is invalid (the loader refuses those), or -ENOMEM.
 */
int alert_templates_new(struct alert_templates **ret, struct ruleset *rules, struct str append);
void alert_templates_free(struct alert_templates *templates);	/* NULL is fine */

/* For rules_options.output_check: checks whether an output can be compiled; else sets the error. */
bool alert_output_check(void *ctx, struct str output, size_t *start, size_t *at,
			struct arena *arena, struct filter_error *err);

/* For rules_options.output_refs. */
int alert_output_refs(void *ctx, struct str output, struct arena *arena, struct output_ref **ret,
		      uint32_t *n);

/* FIELD_NEEDS_...: the data that must be recorded for the fields in the outputs. */
uint64_t alert_templates_needs(const struct alert_templates *templates);

/* The same of one rule, by its number. */
uint64_t alert_template_needs(const struct alert_templates *templates, uint32_t rule);

/**
 * alert_build() - build the alert of a rule that matched an event
 * @ret:	borrowed from @ev->arena and @templates
 * @rule:	a rule of the templates' rule set
 * @checks:	the values that the condition's checks read; may be NULL
 * Return: 0, or -ENOMEM if the event's arena is full.
 */
int alert_build(struct alert *ret, const struct alert_templates *templates,
		const struct rule *rule, const struct event *ev,
		const struct alert_check *checks, uint32_t nchecks);

struct alert_kv {			/* of an internal alert */
	struct str key;
	struct value value;
};

/**
 * alert_internal() - an alert about Saker itself: a broken sum, a failed output
 * @fields:	sorted by key
 * @tmp:	room for as many as @fields; must live as long as @ret
 */
void alert_internal(struct alert *ret, struct str rule, enum priority priority, struct str output,
		    int64_t time_ns, struct str hostname, const struct alert_kv *fields,
		    struct alert_field *tmp, uint32_t nfields);

/* "Warning". Static. */
const char *alert_priority_name(enum priority priority);

/* "true", "false", "missing", "undecided". Static. */
const char *alert_verdict_name(unsigned int verdict);

#endif /* ALERT_RAISE_H */
