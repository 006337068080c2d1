/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the evaluator's state: values read and predicates evaluated for the
 * current event. One per thread; the program is shared. Nothing is cleared
 * between events: each entry has the number of its event.
 */
#ifndef FILTER_VM_H
#define FILTER_VM_H

#include "filter/program.h"

struct event;
struct vm;

enum answer {
	ANSWER_FALSE, ANSWER_TRUE,
	ANSWER_UNDECIDED,	/* the value is pending, or a budget ran out */
	ANSWER_UNKNOWN,		/* not evaluated yet */
};

struct vm *vm_new(const struct program *p);
void vm_free(struct vm *vm);

/* @ev is borrowed until the next call. */
void vm_begin(struct vm *vm, const struct event *ev);

/**
 * vm_run() - evaluate one condition
 * Return: ANSWER_FALSE, ANSWER_TRUE, or ANSWER_UNDECIDED: undecided
 * checks counted as true, and this made the condition true.
 */
enum answer vm_run(struct vm *vm, uint32_t entry);

/* The result of a predicate, evaluated if it was not before. Never ANSWER_UNKNOWN. */
enum answer vm_evaluate(struct vm *vm, uint32_t pred);

/* The same, but it does not count as evaluated. */
enum answer vm_try(struct vm *vm, uint32_t pred);

/* The result of a predicate for this event, if it was evaluated. */
enum answer vm_result(const struct vm *vm, uint32_t pred);

/*
 * The value that the predicate read. Return: 0, FIELD_MISSING, FIELD_PENDING, or -errno. With
 * @given the path as given, FIELD_MISSING if the predicate has no such slot.
 */
int vm_value(struct vm *vm, uint32_t pred, bool given, struct value *ret);

/* Whether a true result holds only for the path as given. */
bool vm_given_decided(struct vm *vm, uint32_t pred);

/* The slot's present value, valid until the next event, or why there is none, as vm_value(). */
int vm_slot(struct vm *vm, uint32_t slot, const struct value **ret);

/* Whether two slots have the same value, or none for the same reason. */
bool vm_same(struct vm *vm, uint32_t a, uint32_t b);

/* Number of the slot's present value in its dictionary; 0 if it is no constant of any rule. */
int vm_symbol(struct vm *vm, uint32_t slot, uint32_t *ret);

/* Applies a transformer to existing values. Returns as a field_extract_fn. */
int xform_apply(const struct operand *op, const struct value *args, struct arena *arena,
		struct value *ret);

#endif /* FILTER_VM_H */
