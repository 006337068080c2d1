/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the clues of a predicate: texts, values and networks without which it cannot be true. */
#include "rule/clue.h"
#include <errno.h>
#include <stdlib.h>
#include "filter/nets.h"
#include "lib/arena.h"
#include "lib/grow.h"

#define GLOB_SPECIAL	"*?[\\"

static int show(struct clues *c, uint32_t number)
{
	if (GROW(c->shown, c->nshown, c->shown_room, 1024) < 0)
		return -ENOMEM;
	c->shown[c->nshown++] = number;
	return 0;
}

static int other_add(struct clues *c, const struct clue *clue, struct str name)
{
	int64_t id;

	if (GROW(c->others, c->n - c->nvalues, c->room, 256) < 0)
		return -ENOMEM;
	name = arena_str(c->arena, name);
	id = name.p ? dict_add(&c->names, name) : -ENOMEM;
	if (id < 0)
		return (int)id;
	c->others[id - 1] = *clue;
	c->others[id - 1].text = (struct str){ name.p + 5, name.n - 5 };
	c->n++;
	return 0;
}

/* A text or network, numbered at its first use. */
static int show_other(struct clues *c, uint32_t slot, enum clue_kind kind, struct str text)
{
	const struct clue clue = { .slot = slot, .kind = kind };
	char *p = malloc(5 + text.n);
	struct str name = { p, 5 + text.n };
	uint32_t id;
	int r = 0;

	if (!p)
		return -ENOMEM;
	memcpy(p, &slot, 4);
	p[4] = (char)kind;
	memcpy(p + 5, text.p, text.n);
	for (size_t i = 5; kind == CLUE_FOLDED && i < name.n; i++)
		p[i] = p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] | 0x20) : p[i];
	id = dict_find(&c->names, name);
	if (!id) {
		r = other_add(c, &clue, name);
		id = c->n - c->nvalues;
	}
	free(p);
	return r < 0 ? r : show(c, c->nvalues + id - 1);
}

/* The longest literal part of a pattern. */
static struct str glob_piece(struct str glob, enum clue_kind *kind)
{
	struct str best = { "", 0 };
	size_t start = 0;

	*kind = CLUE_INSIDE;
	for (size_t i = 0; i <= glob.n; i++) {
		if (i < glob.n && !memchr(GLOB_SPECIAL, glob.p[i], sizeof(GLOB_SPECIAL) - 1))
			continue;
		if (i - start > best.n) {
			best = (struct str){ glob.p + start, i - start };
			*kind = start == 0 ? CLUE_FRONT : i == glob.n ? CLUE_END : CLUE_INSIDE;
		}
		start = i + 1;
		if (i < glob.n && (glob.p[i] == '[' || glob.p[i] == '\\'))
			break;		/* what follows may be escaped or in a set */
	}
	return best;
}

/* A path prefix up to its first pattern, without a slash at its end. */
static struct str path_piece(struct str path)
{
	size_t n = 0;

	while (path.n && path.p[path.n - 1] == '/')
		path.n--;
	while (n < path.n && !memchr(GLOB_SPECIAL, path.p[n], sizeof(GLOB_SPECIAL) - 1))
		n++;
	return (struct str){ path.p, n };
}

/* The text that must occur for one constant of a predicate. Empty: none. */
static struct str piece_of(const struct pred *pred, uint32_t i, enum clue_kind *kind)
{
	struct str s = pred->check->values[i].s;

	if (pred->matcher == MATCH_PATHS) {
		*kind = CLUE_FRONT;
		return path_piece(s);
	}
	switch ((enum op)pred->op) {
	case OP_STARTSWITH:
	case OP_BSTARTSWITH:
		*kind = CLUE_FRONT;
		return s;
	case OP_ENDSWITH:
		*kind = CLUE_END;
		return s;
	case OP_CONTAINS:
	case OP_BCONTAINS:
		*kind = CLUE_INSIDE;
		return s;
	case OP_ICONTAINS:
		*kind = CLUE_FOLDED;
		return s;
	case OP_GLOB:
		return glob_piece(s, kind);
	case OP_IGLOB:
		s = glob_piece(s, kind);
		*kind = CLUE_FOLDED;
		return s;
	case OP_REGEX:
		*kind = CLUE_INSIDE;
		return regex_piece(pred->regexes[i]);
	default:
		return (struct str){ "", 0 };
	}
}

/*
 * Any of the constants may be the one that matches, so each needs a clue; of "allof" one is enough.
 */
static int show_texts(struct clues *c, const struct pred *pred)
{
	uint32_t begin = c->nshown, best = 0;
	enum clue_kind kind;
	size_t longest = 0;

	for (uint32_t i = 0; i < pred->n; i++) {
		struct str s = piece_of(pred, i, &kind);

		if (s.n > longest) {
			longest = s.n;
			best = i;
		}
		if (pred->modifier == MODIFIER_ALLOF)
			continue;
		if (!s.n) {
			c->nshown = begin;
			return 0;
		}
		if (show_other(c, pred->slot, kind, s) < 0)
			return -ENOMEM;
	}
	if (pred->modifier == MODIFIER_ALLOF && longest) {
		struct str s = piece_of(pred, best, &kind);

		return show_other(c, pred->slot, kind, s);
	}
	return 0;
}

static int show_nets(struct clues *c, const struct pred *pred)
{
	for (uint32_t i = 0; i < pred->n; i++) {
		const struct ip_addr *ip = &pred->check->values[i].ip;
		unsigned char room[NET_KEY];

		if (show_other(c, pred->slot, CLUE_NET, net_key(ip, ip->prefix, room)) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* -- equality -- */

/*
 * Whether a check of a path's part can be found by a clue of the whole path. If the part may be
 * that of the path as given, the path as given must be searched too.
 */
static bool is_part(const struct clues *c, const struct pred *pred)
{
	const struct operand *op = c->p->slots[pred->slot].op;

	return op->kind == OPERAND_FIELD && op->field->flags & (FIELD_DIRECTORY | FIELD_FILENAME) &&
	       c->whole != SLOT_NONE && (pred->given == SLOT_NONE || c->whole_given);
}

/* A path begins with its directory and a slash. */
static int show_directory(struct clues *c, struct str directory)
{
	char *p = malloc(directory.n + 1);
	struct str front = { p, directory.n };
	int r;

	if (!p)
		return -ENOMEM;
	memcpy(p, directory.p, directory.n);
	if (p[front.n - 1] != '/')
		p[front.n++] = '/';
	r = show_other(c, c->whole, CLUE_FRONT, front);
	free(p);
	return r;
}

/* A path ends with its file name: the path is searched anyway, so its parts need not be read. */
static int show_part(struct clues *c, const struct pred *pred, struct str part)
{
	if (c->p->slots[pred->slot].op->field->flags & FIELD_DIRECTORY)
		return show_directory(c, part);
	return show_other(c, c->whole, CLUE_END, part);
}

static int show_symbols(struct clues *c, const struct pred *pred)
{
	const uint32_t slot = c->p->slots[pred->slot].dict_of;
	const struct dict *dict = &c->p->slots[slot].dict;
	bool part = is_part(c, pred);
	int r = 0;

	for (uint32_t i = 0; i < pred->symbols.n; i++)
		part &= dict->keys[pred->symbols.ids[i] - 1].n > 0;
	for (uint32_t i = 0; r == 0 && i < pred->symbols.n; i++) {
		uint32_t id = pred->symbols.ids[i];

		r = part ? show_part(c, pred, dict->keys[id - 1]) :
			   show(c, c->first_value[slot] + id);
	}
	return r;
}

static int show_pred(struct clues *c, const struct pred *pred)
{
	if (pred->invert)
		return 0;
	switch ((enum matcher)pred->matcher) {
	case MATCH_SYMBOLS:
		return show_symbols(c, pred);
	case MATCH_EACH:
	case MATCH_NEEDLES:
	case MATCH_PATHS:
		return c->p->slots[pred->slot].op->type == VALUE_STR ? show_texts(c, pred) : 0;
	case MATCH_NETS:
		return show_nets(c, pred);
	default:
		return 0;
	}
}

static void find_whole(struct clues *c)
{
	const struct slot *slots = c->p->slots;

	for (uint32_t i = 0; i < c->p->nslots; i++) {
		if (slots[i].op->kind == OPERAND_FIELD && !slots[i].given &&
		    slots[i].op->field->flags & FIELD_WHOLE_PATH)
			c->whole = i;
	}
	for (uint32_t i = 0; i < c->p->nslots; i++)
		c->whole_given |= slots[i].given && slots[i].dict_of == c->whole;
}

int clues_init(struct clues *c, const struct program *p)
{
	int r = 0;

	*c = (struct clues){ .p = p, .whole = SLOT_NONE, .arena = arena_new(0, 0) };
	c->first_value = calloc(p->nslots + 1, sizeof(*c->first_value));
	c->starts = calloc(p->npreds + 1, sizeof(*c->starts));
	if (!c->arena || !c->first_value || !c->starts)
		return -ENOMEM;
	for (uint32_t i = 0; i < p->nslots; i++) {
		c->first_value[i] = c->nvalues;
		c->nvalues += p->slots[i].dict.count + 1;
	}
	c->n = c->nvalues;
	find_whole(c);
	for (uint32_t i = 0; r == 0 && i < p->npreds; i++) {
		r = show_pred(c, &p->preds[i]);
		c->starts[i + 1] = c->nshown;
	}
	return r;
}

void clues_uninit(struct clues *c)
{
	free(c->first_value);
	free(c->starts);
	free(c->shown);
	free(c->others);
	dict_uninit(&c->names);
	arena_free(c->arena);
}

struct clue clue_of(const struct clues *c, uint32_t number)
{
	struct clue clue = { .kind = CLUE_VALUE };
	uint32_t low = 0, high = c->p->nslots;

	if (number >= c->nvalues)
		return c->others[number - c->nvalues];
	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (c->first_value[mid] <= number)
			low = mid;
		else
			high = mid;
	}
	clue.slot = low;
	clue.text.n = number - c->first_value[low];
	return clue;
}
