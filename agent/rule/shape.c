/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Implements shape.h. A predicate that is evaluated here does not count as evaluated
 * for the event: what an alert shows must not depend on earlier events of the same
 * shape.
 */
#include "rule/shape.h"
#include "decode/event.h"
#include "lib/hash.h"

uint32_t shapes_pass(struct shapes *shapes, const struct question *questions, uint32_t at,
		     struct vm *vm, const struct event *ev)
{
	struct shape *shape;
	uint64_t key;

	if (!field_shape(ev, &key))
		return at;
	shape = &shapes->items[hash_mix(0, key) % SHAPES];
	if (shape->known && shape->key == key && shape->type == ev->type)
		return shape->question;
	while (questions[at].by_shape) {
		enum answer a = vm_try(vm, questions[at].pred);

		if (a == ANSWER_UNDECIDED)
			return at;
		at = a == ANSWER_TRUE ? questions[at].yes : questions[at].no;
	}
	*shape = (struct shape){ .key = key, .type = ev->type, .known = true, .question = at };
	return at;
}

static bool reads_sign(const struct pred *pred)
{
	return pred->matcher == MATCH_NUMBER && (pred->op == OP_GE || pred->op == OP_LT) &&
	       pred->values->type == VALUE_S64 && !pred->values->i;
}

bool shape_decides(const struct program *p, const struct pred *pred)
{
	const struct operand *op = p->slots[pred->slot].op;

	if (op->kind != OPERAND_FIELD || pred->matcher == MATCH_SLOT)
		return false;
	return op->field->flags & FIELD_SHAPE ||
	       (op->field->flags & FIELD_SHAPE_SIGN && reads_sign(pred));
}
