/* SPDX-License-Identifier: Apache-2.0 */
/* The driver's selection: the events that rules can match, and those that the tables need. */
#ifndef RULESET_SELECT_H
#define RULESET_SELECT_H

#include <stdbool.h>
#include <stdint.h>
#include <saker/device.h>
#include "rule/rule.h"

/**
 * select_make() - the selection for a set of event types
 * @types:	one bit per evt_type_t, from ruleset_evt_types(); NULL: all calls with an event in
 *		the schema, but no generically recorded calls
 * @needs:	FIELD_NEEDS_... of the fields that are read
 */
void select_make(struct saker_selection *ret, const uint64_t types[TYPE_WORDS], uint64_t needs);

/*
 * The same for all events that a rule set can match. @needs: FIELD_NEEDS_... of its outputs, in
 * addition to those of its conditions.
 */
void select_for_rules(struct saker_selection *ret, const struct ruleset *set, uint64_t needs);

/* Bytes kept of what is read, written, sent and received, while a field reads them. */
#define SNAPLEN_DEFAULT		80u
#define SNAPLEN_MAX		SAKER_DATA_MAX

/* Keep @snaplen bytes, if data are kept at all. */
static inline void select_snaplen(struct saker_selection *sel, uint32_t snaplen)
{
	if (sel->data_max)
		sel->data_max = snaplen;
}

/*
 * Also record messages to and from port 53, with their data. @sel is complete but for this; of
 * calls that it does not contain, only such messages are recorded.
 */
void select_dns(struct saker_selection *sel);

#endif /* RULESET_SELECT_H */
