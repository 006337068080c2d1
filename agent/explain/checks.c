/* SPDX-License-Identifier: Apache-2.0 */
/* Collects the values that checks read, within one byte limit: long values are cut, the rest omitted. */
#include "explain/checks.h"
#include "filter/print.h"
#include "lib/buf.h"
#include "lib/utf8.h"

#define VALUE_BYTES	512	/* of one text */
#define LIST_SHOWN	16	/* elements of a list */

static size_t value_size(const struct value *v)
{
	size_t n = 0;

	if (!v->count)
		return v->type == VALUE_STR ? v->s.n : sizeof(*v);
	for (uint32_t i = 0; i < v->count; i++)
		n += value_size(&v->list[i]);
	return n;
}

static void take_value(struct alert_check *c, const struct match_check *from, size_t *room)
{
	c->value = from->value;
	if (c->value.count > LIST_SHOWN) {
		c->value.count = LIST_SHOWN;
		c->cut = true;
	}
	if (!c->value.count && c->value.type == VALUE_STR && c->value.s.n > VALUE_BYTES) {
		c->value.s.n = utf8_cut(c->value.s, VALUE_BYTES);
		c->cut = true;
	}
	c->has_value = value_size(&c->value) <= *room;
	if (c->has_value)
		*room -= value_size(&c->value);
	else
		c->cut = true;
}

/* The field as written in the condition; most names need no copy. */
static struct str name_of(const struct operand *op, struct buf *names)
{
	size_t start = names->n;

	if (op->kind == OPERAND_FIELD && !op->arg.present)
		return str_of(op->field->name);
	operand_text(names, op);
	return (struct str){ names->p + start, names->n - start };
}

void checks_collect(struct checks *ret, const struct match *match)
{
	struct buf names = BUF_ON(ret->names);
	size_t room = CHECKS_BYTES;
	struct match_check c;
	uint32_t pos = 0;

	ret->n = 0;
	while (ret->n < CHECKS_MAX && match_check(match, &pos, &c)) {
		struct alert_check *a = &ret->check[ret->n++];

		*a = (struct alert_check){
			.check = c.number, .verdict = c.verdict, .given = c.given,
			.field = name_of(c.check->lhs, &names),
		};
		if (c.has_value)
			take_value(a, &c, &room);
	}
}
