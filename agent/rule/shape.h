/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the questions about an event begin. The first ones are often such that
 * its shape answers them (field_shape()): opened for writing, a plain file. Few
 * shapes are common, so the way past those questions is kept for each.
 *
 * Events of one type and shape have the same values of all that is asked on that
 * way, and the questions never change while the index lives: so an entry cannot
 * become wrong. An answer that is undecided is never kept.
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
		uint32_t question;	/* the first that it does not answer */
	} items[SHAPES];
};

/**
 * shapes_pass() - past the questions that the event's shape answers
 * @at:	the first question
 * Return: the first that is left to ask.
 */
uint32_t shapes_pass(struct shapes *shapes, const struct question *questions, uint32_t at,
		     struct vm *vm, const struct event *ev);

#endif /* RULE_SHAPE_H */
