/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Selects the rules that an event can match: by its type, then by a few
 * predicates that many rules need, then by its clues. It excludes rules and
 * never changes their order.
 */
#ifndef RULE_INDEX_H
#define RULE_INDEX_H

#include "filter/vm.h"
#include "rule/rule.h"

#define INDEX_END	UINT32_MAX

struct index;
struct index_cursor;

int index_new(struct ruleset *set);		/* sets set->index. 0 or -ENOMEM. */
void index_free(struct index *index);

/* Whether any rule can match events of this type. */
bool index_wants(const struct index *index, evt_type_t type);

struct index_cursor *index_cursor_new(const struct index *index);
void index_cursor_free(struct index_cursor *cursor);

/* Numbers of the rules to evaluate for the event that @vm has begun, in load order. */
void index_begin(struct index_cursor *cursor, struct vm *vm, const struct event *ev);
uint32_t index_next(struct index_cursor *cursor);

#endif /* RULE_INDEX_H */
