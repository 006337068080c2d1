/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes slots: one for each distinct field reference or transformed value of a program.
 * The serialised form of a slot is its key in a dictionary, whose number is the slot's.
 */
#include <errno.h>
#include <stdlib.h>
#include "filter/fieldref.h"
#include "filter/program.h"
#include "lib/grow.h"

struct bytes {			/* a key that is being written */
	unsigned char *p;
	size_t n, room;
	bool failed;
};

static void put(struct bytes *b, const void *data, size_t n)
{
	if (b->n + n > b->room) {
		size_t room = (b->n + n) * 2 + 64;
		unsigned char *p = realloc(b->p, room);

		if (!p) {
			b->failed = true;
			return;
		}
		b->p = p;
		b->room = room;
	}
	if (n)
		memcpy(b->p + b->n, data, n);
	b->n += n;
}

static void put_str(struct bytes *b, struct str s)
{
	put(b, &s.n, sizeof(s.n));
	put(b, s.p, s.n);
}

static bool has_given(const struct operand *op)
{
	if (op->kind == OPERAND_FIELD)
		return op->field->given;
	for (uint32_t i = 0; i < op->nargs; i++) {
		if (has_given(op->args[i]))
			return true;
	}
	return false;
}

static int slot_add(struct program *p, struct str name, uint32_t *ret)
{
	int64_t id;

	if (GROW(p->slots, p->nslots, p->slot_room, 64) < 0)
		return -ENOMEM;
	name = arena_str(p->arena, name);
	if (!name.p)
		return -ENOMEM;
	id = dict_add(&p->slot_names, name);
	if (id < 0)
		return (int)id;
	*ret = p->nslots++;
	p->slots[*ret] = (struct slot){ .dict_of = *ret };
	return 0;
}

static int args_intern(struct program *p, const struct operand *op, bool given, uint32_t **ret)
{
	uint32_t *args = arena_alloc(p->arena, (op->nargs + 1) * sizeof(*args));

	if (!args)
		return -ENOMEM;
	for (uint32_t i = 0; i < op->nargs; i++) {
		int r = slot_intern(p, op->args[i], given, &args[i]);

		if (r < 0)
			return r;
	}
	*ret = args;
	return 0;
}

static void slot_name(struct bytes *b, const struct operand *op, bool given, const uint32_t *args)
{
	unsigned char head[] = { (unsigned char)op->kind, given, op->arg.present,
				 (unsigned char)op->xform };

	put(b, head, sizeof(head));
	put(b, &op->field, sizeof(op->field));
	put_str(b, op->arg.key);
	if (op->kind == OPERAND_CONST)
		put_str(b, op->constant.s);
	if (op->nargs)
		put(b, args, op->nargs * sizeof(*args));
}

int slot_intern(struct program *p, const struct operand *op, bool given, uint32_t *ret)
{
	struct bytes name = { 0 };
	uint32_t *args = NULL;
	uint32_t id;
	int r;

	given = given && has_given(op);
	r = args_intern(p, op, given, &args);
	if (r < 0)
		return r;
	slot_name(&name, op, given, args);
	if (name.failed) {
		free(name.p);
		return -ENOMEM;
	}
	id = dict_find(&p->slot_names, (struct str){ (char *)name.p, name.n });
	if (id) {
		*ret = id - 1;
	} else {
		r = slot_add(p, (struct str){ (char *)name.p, name.n }, ret);
		if (r == 0) {
			p->slots[*ret].op = op;
			p->slots[*ret].type = (uint8_t)op->type;
			p->slots[*ret].given = given;
			if (op->kind == OPERAND_FIELD) {
				p->slots[*ret].own_path = given &&
							  op->field->flags & FIELD_OWN_PATH;
				p->slots[*ret].extract = given ? op->field->given :
								 op->field->extract;
			}
			p->slots[*ret].args = args;
		}
	}
	free(name.p);
	if (r == 0 && given) {
		uint32_t twin;

		r = slot_intern(p, op, false, &twin);
		if (r == 0)
			p->slots[*ret].dict_of = twin;
	}
	return r;
}
