/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Caches which predicates of the index are decided by the shape of an event
 * (field_shape()): opened for writing, a plain file. For each shape an entry has the
 * first predicate that it does not decide; few shapes are common.
 *
 * Events of one type and shape have the same results for all predicates before that
 * one, and the predicates never change while the index exists. So an entry cannot
 * become wrong. Undecided results are not stored.
 */
#ifndef RULE_SHAPE_H
#define RULE_SHAPE_H

#include "rule/index_table.h"

struct event;

#define SHAPES	64u

struct shapes {
	struct shape {
		uint64_t key;		/* field_shape() */
		evt_type_t type;
		bool known;
		uint32_t question;	/* the first that it does not decide */
	} items[SHAPES];
};

/**
 * shapes_pass() - skip the questions that the event's shape answers
 * @at:	the first question
 * Return: the first question that it does not decide.
 */
uint32_t shapes_pass(struct shapes *shapes, const struct question *questions, uint32_t at,
		     struct vm *vm, const struct event *ev);

/* Do type and shape of an event decide the predicate? */
bool shape_decides(const struct program *p, const struct pred *pred);

#endif /* RULE_SHAPE_H */
