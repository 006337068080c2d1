/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The evaluator's state: what has been read and decided of the present event.
 * One per thread; the program is shared. Beginning an event clears nothing:
 * entries carry the number of the event they belong to.
 */
#ifndef FILTER_VM_H
#define FILTER_VM_H

#include "filter/program.h"

struct event;
struct vm;

enum answer {
	ANSWER_FALSE, ANSWER_TRUE,
	ANSWER_UNDECIDED,	/* the value is pending, or a budget ran out */
	ANSWER_UNKNOWN,		/* nobody has asked yet */
};

struct vm *vm_new(const struct program *p);
void vm_free(struct vm *vm);

/* @ev is borrowed until the next call. */
void vm_begin(struct vm *vm, const struct event *ev);

/**
 * vm_run() - evaluate one condition
 * Return: ANSWER_FALSE, ANSWER_TRUE, or ANSWER_UNDECIDED: what could not be
 * decided was taken as if it were in favour, and made the difference.
 */
enum answer vm_run(struct vm *vm, uint32_t entry);

/* One predicate's answer, asked now unless it was before. Never ANSWER_UNKNOWN. */
enum answer vm_ask(struct vm *vm, uint32_t pred);

/* The same, but it does not count as asked. */
enum answer vm_try(struct vm *vm, uint32_t pred);

/* A predicate's answer for this event, if it was asked. */
enum answer vm_answer(const struct vm *vm, uint32_t pred);

/*
 * What the predicate read. Return: 0, FIELD_MISSING, FIELD_PENDING, or -errno. With
 * @given the path as given, FIELD_MISSING if the predicate has no such slot.
 */
int vm_value(struct vm *vm, uint32_t pred, bool given, struct value *ret);

/* Whether an answer that is true holds only for the path as given. */
bool vm_given_decided(struct vm *vm, uint32_t pred);

/* The slot's present value, valid until the next event, or why there is none, as vm_value(). */
int vm_slot(struct vm *vm, uint32_t slot, const struct value **ret);

/* Whether two slots have one and the same value, or none for the same reason. */
bool vm_same(struct vm *vm, uint32_t a, uint32_t b);

/* Number of the slot's present value in its dictionary; 0 if it is no constant of any rule. */
int vm_symbol(struct vm *vm, uint32_t slot, uint32_t *ret);

/* Applies a transformer to values that are there. Results as of a field_extract_fn. */
int xform_apply(const struct operand *op, const struct value *args, struct arena *arena,
		struct value *ret);

#endif /* FILTER_VM_H */
