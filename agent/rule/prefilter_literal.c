/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turns one check into clauses of the prefilter. A check of the way to open is evaluated for
 * each way by the engine itself. A check of a path is turned into names: a whole name where a
 * slash precedes it, otherwise its last bytes. Every other check excludes nothing.
 */
#include "rule/prefilter_literal.h"
#include <errno.h>
#include <fcntl.h>
#include "decode/event.h"
#include "filter/vm.h"
#include "rule/shape.h"

#define END_MAX		8u	/* bytes of a name's end that are compared */

int literals_init(struct literals *l, const struct program *p, struct arena *arena)
{
	*l = (struct literals){ .p = p, .arena = arena, .vm = vm_new(p) };
	return l->vm ? 0 : -ENOMEM;
}

void literals_uninit(struct literals *l)
{
	vm_free(l->vm);
	dict_uninit(&l->names);
}

bool literal_is_open(const uint64_t types[TYPE_WORDS])
{
	for (evt_type_t t = 0; t < EVT_SYS_COUNT; t++)
		if (types[t / 64] >> (t % 64) & 1 && evt_type_event(t) == EV_open)
			return true;
	return false;
}

/* -- the way to open -- */

/* The flags of an open of this shape. */
static uint32_t flags_of(uint32_t shape)
{
	return (shape & SAKER_PF_ACCESS) | (shape & SAKER_PF_NEW ? O_CREAT : 0) |
	       (shape & SAKER_PF_PATH ? O_PATH : 0);
}

static bool kind_fits(uint32_t shape, unsigned int kind)
{
	if (shape & SAKER_PF_FAILED)
		return kind == EV_FD_NONE;
	if (shape & SAKER_PF_FILE)
		return kind == EV_FD_FILE || shape & SAKER_PF_DIR;
	return !(shape & SAKER_PF_DIR) || kind == EV_FD_DIR;
}

static void try_shape(struct literals *l, struct shape_pred *sp, uint32_t shape)
{
	const uint64_t bit = 1ull << (shape % 64);
	struct ev_open rec = {
		.hdr = { .type = EV_open, .fixed_len = sizeof(rec), .len = sizeof(rec) },
		.dirfd = AT_FDCWD, .res = shape & SAKER_PF_FAILED ? -ENOENT : 3,
		.flags = flags_of(shape), .mode = shape & SAKER_PF_EXEC ? 0755 : 0,
	};
	struct event ev = { .hdr = &rec.hdr, .open = &rec, .type = EVT_SYS_openat };

	for (unsigned int kind = EV_FD_NONE; kind <= EV_FD_ANON; kind++) {
		enum answer a;

		if (!kind_fits(shape, kind))
			continue;
		rec.kind = kind;
		vm_begin(l->vm, &ev);
		a = vm_try(l->vm, sp->pred);
		if (a != ANSWER_FALSE)
			sp->yes[shape / 64] |= bit;
		if (a != ANSWER_TRUE)
			sp->no[shape / 64] |= bit;
	}
}

/* NULL: there are too many. */
static const struct shape_pred *shape_pred(struct literals *l, uint32_t pred)
{
	struct shape_pred *sp;

	for (uint32_t i = 0; i < l->nshapes; i++)
		if (l->shapes[i].pred == pred)
			return &l->shapes[i];
	if (l->nshapes == SHAPE_PREDS_MAX)
		return NULL;
	sp = &l->shapes[l->nshapes++];
	sp->pred = pred;
	for (uint32_t shape = 0; shape < SAKER_PF_SHAPES; shape++)
		try_shape(l, sp, shape);
	return sp;
}

/* -- names -- */

static int name_add(struct literals *l, struct names *names, char kind, struct str text)
{
	const struct str key = arena_printf(l->arena, "%c" STR_FMT, kind, STR_ARG(text));
	uint32_t *id = arena_alloc(l->arena, sizeof(*id));
	struct names one = { .ids = id, .n = 1 };
	int64_t number;

	if (!key.p || !id)
		return -ENOMEM;
	number = dict_add(&l->names, key);
	if (number < 0)
		return (int)number;
	*id = (uint32_t)number;
	return names_union(names, &one, l->arena);
}

static struct str base_of(struct str path)
{
	const char *slash = path.n ? memrchr(path.p, '/', path.n) : NULL;
	size_t n = slash ? (size_t)(slash - path.p) + 1 : 0;

	return (struct str){ path.p + n, path.n - n };
}

/* "/a" of "/a/b"; absent if nothing is before the last slash, or there is none. */
static struct str dir_of(struct str path)
{
	const size_t n = path.n - base_of(path).n;

	return n > 1 ? (struct str){ path.p, n - 1 } : (struct str){ 0 };
}

static bool is_name(struct str s)
{
	return s.n && s.n <= 255 && !str_eq(s, STR(".")) && !str_eq(s, STR(".."));
}

/* Adds one name. If @name cannot be the name of a file, none fits, or any if that is not certain. */
static int name_or_any(struct literals *l, struct names *names, struct str name)
{
	if (!is_name(name)) {
		*names = (struct names){ .any = true };
		return 0;
	}
	return name_add(l, names, '=', name);
}

/* A path is equal to @path. */
static int path_is(struct literals *l, struct clause *c, uint64_t flags, struct str path)
{
	int r = 0;

	if (flags & FIELD_DIRECTORY)
		return name_or_any(l, &c->parent, base_of(path));
	r = name_or_any(l, &c->leaf, base_of(path));
	if (r == 0)
		r = name_or_any(l, &c->parent, base_of(dir_of(path)));
	return r;
}

/* The path, or the last part of it, ends with @end. */
static int path_ends(struct literals *l, struct clause *c, uint64_t flags, struct str end)
{
	struct names *names = flags & FIELD_DIRECTORY ? &c->parent : &c->leaf;
	struct names *others = flags & FIELD_DIRECTORY ? &c->leaf : &c->parent;
	const struct str name = base_of(end);

	*others = (struct names){ .any = true };
	if (name.n < end.n)
		return name_or_any(l, names, name);
	if (!end.n || flags & FIELD_DIRECTORY) {
		*names = (struct names){ .any = true };
		return 0;
	}
	if (end.n > END_MAX)
		end = (struct str){ end.p + end.n - END_MAX, END_MAX };
	return name_add(l, names, '~', end);
}

/* The text behind the last character with a meaning. False: sets and escapes are not read. */
static bool glob_end(struct str glob, struct str *ret)
{
	size_t n = glob.n;

	for (size_t i = 0; i < glob.n; i++)
		if (glob.p[i] == '[' || glob.p[i] == '\\')
			return false;
	while (n && glob.p[n - 1] != '*' && glob.p[n - 1] != '?')
		n--;
	*ret = (struct str){ glob.p + n, glob.n - n };
	return true;
}

static int path_glob(struct literals *l, struct clause *c, uint64_t flags, struct str glob)
{
	struct str end = { 0 };

	if (!glob_end(glob, &end))
		end.n = 0;
	else if (end.n == glob.n)
		return path_is(l, c, flags, glob);
	return path_ends(l, c, flags, end);
}

/* Adds what one value of a check allows; the check allows what any of its values does. */
static int path_value(struct literals *l, struct clause *c, uint64_t flags, enum op op,
		      struct str value)
{
	switch (op) {
	case OP_EQ: case OP_IN:
		return path_is(l, c, flags, value);
	case OP_ENDSWITH:
		return path_ends(l, c, flags, value);
	case OP_GLOB:
		return path_glob(l, c, flags, value);
	default:
		return path_ends(l, c, flags, (struct str){ 0 });
	}
}

static bool is_path_check(const struct pred *pred, uint64_t flags)
{
	return flags & FIELD_OWN_PATH &&
	       flags & (FIELD_WHOLE_PATH | FIELD_DIRECTORY | FIELD_FILENAME) && !pred->invert &&
	       (pred->matcher == MATCH_SYMBOLS || pred->matcher == MATCH_EACH ||
		pred->matcher == MATCH_NEEDLES);
}

static int path_clause(struct literals *l, const struct pred *pred, uint64_t flags,
		       struct clause *ret)
{
	const struct check *check = pred->check;
	int r = 0;

	ret->leaf.any = ret->parent.any = false;
	for (uint32_t i = 0; r == 0 && i < check->nvalues; i++)
		r = path_value(l, ret, flags, check->op, check->values[i].s);
	if (flags & FIELD_FILENAME || !check->nvalues)
		ret->parent = (struct names){ .any = true };
	if (flags & FIELD_DIRECTORY || !check->nvalues)
		ret->leaf = (struct names){ .any = true };
	return r;
}

/* Must the path as given contain ".."? In a glob without sets and escapes dots are dots. */
static bool needs_dots(const struct pred *pred, uint64_t flags)
{
	const struct check *check = pred->check;
	struct str ignored;

	if (!(flags & FIELD_AS_GIVEN) || pred->invert ||
	    (check->op != OP_CONTAINS && check->op != OP_GLOB && check->op != OP_STARTSWITH &&
	     check->op != OP_ENDSWITH && check->op != OP_EQ && check->op != OP_IN))
		return false;
	for (uint32_t i = 0; i < check->nvalues; i++) {
		const struct str s = check->values[i].s;

		if (!s.n || !memmem(s.p, s.n, "..", 2) ||
		    (check->op == OP_GLOB && !glob_end(s, &ignored)))
			return false;
	}
	return check->nvalues && check->lhs->type == VALUE_STR && !check->rhs;
}

/* -- a literal -- */

static int shape_clause(struct literals *l, const struct node *literal, struct clause *ret)
{
	const struct shape_pred *sp = shape_pred(l, literal->pred);

	if (sp)
		memcpy(ret->shape, literal->negate ? sp->no : sp->yes, sizeof(ret->shape));
	return 0;
}

static bool types_hold(const struct pred *pred, bool negate)
{
	uint64_t types[TYPE_WORDS];

	for (size_t i = 0; i < TYPE_WORDS; i++)
		types[i] = negate ? ~pred->types[i] : pred->types[i];
	return literal_is_open(types);
}

int literal_clauses(struct literals *l, const struct node *literal, struct clauses *ret)
{
	const struct pred *pred = &l->p->preds[literal->pred];
	const struct operand *op;
	uint64_t flags;
	int r = 0;

	ret->n = 1;
	clause_init(&ret->v[0]);
	if (pred->matcher == MATCH_TYPES) {
		ret->n = types_hold(pred, literal->negate);
		return 0;
	}
	op = l->p->slots[pred->slot].op;
	flags = op->kind == OPERAND_FIELD ? op->field->flags : 0;
	if (shape_decides(l->p, pred))
		r = shape_clause(l, literal, &ret->v[0]);
	else if (literal->negate)
		return 0;
	else if (is_path_check(pred, flags))
		r = path_clause(l, pred, flags, &ret->v[0]);
	else
		ret->v[0].dots = needs_dots(pred, flags);
	return r;
}
