/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds where the questions about an event begin. The first ones are often
 * decided by its shape (field_shape()): opened for writing, a plain file. Few
 * shapes are common, so the way past those questions is kept for each.
 *
 * Events of one type and shape have the same values for all questions on that
 * way, and the questions never change while the index exists: so an entry
 * cannot become wrong. An undecided answer is never kept.
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
