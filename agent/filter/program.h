/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Declares the compiled program of all conditions of a rule set. Three tables:
 * slots (where a value comes from), predicates (one comparison of a slot),
 * instructions (evaluate a predicate, continue by its result). Equal checks of
 * several rules share one slot and one predicate, so each is read and evaluated
 * at most once per event. Immutable once sealed.
 */
#ifndef FILTER_PROGRAM_H
#define FILTER_PROGRAM_H

#include <stdint.h>
#include "decode/type.h"
#include "filter/ast.h"
#include "filter/regex.h"
#include "lib/dict.h"

#define SLOT_NONE	UINT32_MAX
#define PRED_NONE	UINT32_MAX
#define TYPE_WORDS	(EVT_TYPE_COUNT / 64 + 1)	/* the last bit: unknown types */

struct slot {
	field_extract_fn *extract;	/* NULL: op is not a field, or a field without data */
	const struct operand *op;
	bool given;		/* paths as given, not as resolved */
	bool own_path;		/* given, and a field that is FIELD_OWN_PATH */
	uint8_t type;		/* enum value_type, of op */
	uint32_t dict_of;	/* slot whose dictionary numbers the values: itself, or the resolved twin */
	uint32_t *args;		/* slots of a transformer's arguments */
	struct dict dict;	/* every constant this slot is compared with for equality */
};

enum matcher {
	MATCH_NEVER,		/* constant: false whatever the value is */
	MATCH_TYPES,		/* the event's type is in a set */
	MATCH_EXISTS,
	MATCH_FLAG,		/* a boolean is true */
	MATCH_SYMBOLS,		/* the value is one of a set */
	MATCH_NUMBER,		/* op with one number of the value's own type */
	MATCH_NEEDLES,		/* op with any of many texts, found in one pass */
	MATCH_EACH,		/* op with each of several patterns, results counted by the modifier */
	MATCH_PATHS,		/* a path prefix */
	MATCH_NETS,
	MATCH_SLOT,		/* op with another slot */
};

enum quantor { QUANTOR_ONE, QUANTOR_ANY, QUANTOR_ALL };	/* of a slot with several values */

struct symbols {		/* a set of dictionary numbers */
	uint32_t *ids;		/* ascending */
	uint32_t n;
	uint32_t nbits;		/* of bits, 0 if the set is searched in ids */
	uint64_t *bits;
};

struct pred {
	uint8_t matcher;	/* enum matcher */
	uint8_t op;		/* enum op */
	uint8_t modifier;	/* enum modifier, of MATCH_EACH */
	uint8_t quantor;	/* enum quantor */
	bool invert;		/* of an existing value */
	uint8_t cost;		/* of reading and comparing; 1 is a flag of the event */
	uint32_t slot;
	uint32_t given;		/* its twin with paths as given: true if it holds for either */
	uint32_t rhs;		/* slot, of MATCH_SLOT */
	uint32_t n;
	union {
		struct symbols symbols;
		uint64_t *types;
		const struct value *values;	/* MATCH_EACH */
		const struct netset *nets;
		const struct paths *paths;
		const struct needles *needles;
	};
	const struct regex **regexes;	/* of MATCH_EACH with OP_REGEX */
	const struct check *check;	/* one of the checks it was compiled from, for printing */
};

struct insn {
	uint32_t pred;		/* times two, plus one if the result is negated */
	uint32_t check;		/* number in the canonical condition */
	uint32_t yes, no;	/* next instruction, always a later one; or a verdict */
};

#define VERDICT_TRUE	UINT32_MAX
#define VERDICT_FALSE	(UINT32_MAX - 1)

/* A condition after normalising: negations at the leaves, and in and, or in or merged. */
struct node {
	enum node_kind { NODE_FALSE, NODE_TRUE, NODE_LITERAL, NODE_AND, NODE_OR } kind;
	float cost;		/* of evaluating it, as pred.cost */
	float chance;		/* estimated probability that it is true */
	union {
		struct {
			uint32_t pred;
			uint32_t check;
			bool negate;
		};
		struct {
			struct node **kids;
			uint32_t nkids;
		};
	};
};

struct leaf {			/* a check of the canonical condition, by its number */
	uint32_t pred;		/* PRED_NONE if it was decided at load */
	bool negate;
	bool constant;		/* what was decided */
	const struct check *check;
};

struct condition {		/* one rule's part of the program */
	struct node *node;
	uint32_t entry;		/* first instruction, or a verdict */
	uint32_t end;		/* after the last */
	struct leaf *leaves;
	uint32_t nleaves;
	uint64_t types[TYPE_WORDS];	/* events it can be true for */
};

struct program {
	struct arena *arena;
	struct slot *slots;
	struct pred *preds;
	struct insn *insns;
	uint32_t nslots, npreds, ninsns;
	uint32_t slot_room, pred_room, insn_room;
	struct dict slot_names, pred_names;	/* existing parts by their serialised form */
};

void program_init(struct program *p, struct arena *arena);
void program_uninit(struct program *p);

/**
 * program_add() - compile one resolved and checked condition
 * @ret:	owned by the program's arena
 * Return: 0, -E2BIG if the program grows too large, or -ENOMEM.
 */
int program_add(struct program *p, struct expr *e, struct condition *ret);

/* After the last condition: makes the sets ready for evaluation. 0, -ENOMEM, or -EINVAL from verify. */
int program_seal(struct program *p);

/* Passes of the above. */
int slot_intern(struct program *p, const struct operand *op, bool given, uint32_t *ret);
int pred_intern(struct program *p, struct check *check, bool may_be_given, uint32_t *ret);
int normalise(struct program *p, struct expr *e, struct condition *ret);
void node_types(const struct program *p, const struct node *node, uint64_t types[TYPE_WORDS]);
bool program_verify(const struct program *p);
bool condition_verify(const struct program *p, const struct condition *c);

static inline bool symbols_has(const struct symbols *set, uint32_t id)
{
	uint32_t low = 0, high = set->n;

	if (set->nbits)
		return id < set->nbits && set->bits[id / 64] >> (id % 64) & 1;
	if (set->n <= 8) {
		for (uint32_t i = 0; i < set->n; i++) {
			if (set->ids[i] == id)
				return true;
		}
		return false;
	}
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (set->ids[mid] == id)
			return true;
		if (set->ids[mid] < id)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

static inline uint32_t type_bit_of(evt_type_t type)
{
	return type < EVT_TYPE_COUNT ? type : EVT_TYPE_COUNT;
}

#endif /* FILTER_PROGRAM_H */
