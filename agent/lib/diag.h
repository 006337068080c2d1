/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collects the problems of a file, with position and a suggestion, and prints them in
 * the form of a compiler:
 *
 *	rules.yaml:12:17: error: unknown field proc.nmae
 *	  condition: proc.nmae = bash
 *	             ^~~~~~~~~
 *	  did you mean proc.name?
 */
#ifndef LIB_DIAG_H
#define LIB_DIAG_H

#include <stdint.h>
#include <stdio.h>
#include "lib/arena.h"
#include "lib/str.h"

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

struct diag {
	enum diag_level level;
	const char *code;	/* stable name: LOAD_ERR_VALIDATE. Static; NULL if there is none */
	const char *item_type;	/* "rule", "macro condition", ... Static; NULL if it is no part */
	struct str item_name;
	struct str file;
	struct str source;	/* the whole file, for the line and the caret */
	size_t offset;		/* of the place in source */
	uint32_t file_number;	/* from 1, in the order in which files were read; 0: of no file */
	uint32_t line;		/* from 1; 0 if the problem has no place */
	uint32_t col;		/* from 1, in bytes */
	uint32_t len;		/* bytes to underline, at least 1 */
	struct str text;
	struct str hint;	/* absent if there is no guess */
	uint32_t number;	/* in the order of diag_add(), which sets it */
};

#define DIAG_MAX 1000		/* of a list: more are counted, not kept */

struct diag_list {
	struct arena *arena;	/* texts are copied there */
	struct diag *items;
	uint32_t n;
	uint32_t room;
	uint32_t errors;	/* counted beyond DIAG_MAX too */
	uint32_t warnings;
	uint32_t notes;
};

void diag_list_uninit(struct diag_list *list);

/* Adds a copy: text and hint go into the arena, the rest stays borrowed. 0 or -ENOMEM. */
int diag_add(struct diag_list *list, const struct diag *diag);

/* By file, then by place; what has the same place keeps its order. */
void diag_list_sort(struct diag_list *list);

/* As a compiler would; control characters of the file are never printed raw. */
void diag_print(FILE *out, const struct diag *diag);

/* Of several warnings with one text the first, and how many others there are. */
void diag_list_print(FILE *out, const struct diag_list *list);

/* How many there are beyond those that were kept; nothing if none. */
void diag_list_more(FILE *out, const struct diag_list *list);

#endif /* LIB_DIAG_H */
