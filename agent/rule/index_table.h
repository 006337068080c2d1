/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Declares the tables of the index: index_build.c makes them, index.c and
 * index_explain.c read them.
 */
#ifndef RULE_INDEX_TABLE_H
#define RULE_INDEX_TABLE_H

#include "filter/needles.h"
#include "filter/nets.h"
#include "rule/clue.h"
#include "rule/index.h"

#define LIST_NONE	UINT32_MAX

/* A leaf's number, or the next predicate to evaluate. */
struct question {
	uint32_t pred;		/* PRED_NONE: yes is the leaf */
	uint32_t yes, no;	/* questions */
	bool by_shape;		/* the event's type and shape decide it */
};

struct rule_list {			/* of rules, ascending */
	uint32_t start, n;	/* in index->rules */
};

/* A search for clues in one slot. */
struct probe {
	uint32_t slot;
	uint32_t given;		/* slot of the path as given, or SLOT_NONE */
	uint32_t kinds;		/* bit per enum clue_kind */
	bool by_symbol;		/* by the value's number in the slot's dictionary */
	bool by_value;		/* by its content: any kind but CLUE_VALUE */
	bool is_path;		/* and its values are paths */
	uint32_t all;		/* list: the rules of this search, if its value is not known */
};

struct index_leaf {
	uint32_t plain;		/* list: rules without a key */
	uint32_t nprobes;
	struct probe *probes;
	uint32_t mask;
	struct entry {
		uint32_t clue;	/* 0: free; no clue has this number */
		uint32_t list;
	} *table;		/* open addressing */
};

struct class {			/* event types that no check distinguishes */
	uint32_t first;		/* question */
	uint32_t open;		/* leaf if a question is undecided */
	struct rule_list members;	/* every rule that can match some of them */
};

struct slot_needles {		/* texts and networks to find in a slot's values, by kind */
	struct needles *texts[CLUE_KINDS];	/* CLUE_FRONT to CLUE_FOLDED */
	struct nets nets;	/* their clues */
};

struct index {
	struct clues clues;
	struct slot_needles *slots;
	uint32_t nslots;
	struct class *classes;
	struct question *questions;
	struct index_leaf *leaves;
	struct rule_list *lists;
	uint32_t *rules;
	uint32_t nrules;
	uint32_t nclasses, nquestions, nleaves, nlists, nnumbers;
	uint32_t question_room, leaf_room, list_room, number_room;
	struct arena *arena;	/* probes and tables */
	uint16_t class_of[EVT_TYPE_COUNT + 1];
};

static inline uint32_t entry_home(uint32_t clue, uint32_t mask)
{
	return (clue * 0x9e3779b1u >> 7) & mask;
}

#endif /* RULE_INDEX_TABLE_H */
