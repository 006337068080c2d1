/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses YAML into a tree in which every node has its place in the bytes. The
 * limits on depth, nodes and size are set here, libyaml has none. An alias is
 * the node it names, not a copy, so aliases cannot multiply a file.
 */
#ifndef RULE_YAML_H
#define RULE_YAML_H

#include <stdint.h>
#include "lib/arena.h"
#include "lib/str.h"

#define YAML_SIZE_MAX	(64u << 20)
#define YAML_DEPTH_MAX	64u
#define YAML_NODES_MAX	(1u << 20)

enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP };
enum yaml_style { YAML_PLAIN, YAML_SINGLE, YAML_DOUBLE, YAML_BLOCK };

struct yaml {
	enum yaml_kind kind;
	enum yaml_style style;
	uint32_t n;		/* items of a list; keys and values of a map, twice its pairs */
	uint32_t room;
	size_t start, end;	/* in the file */
	struct str text;
	struct yaml **items;
};

struct yaml_error {
	size_t offset;
	struct str text;
};

/**
 * yaml_parse() - all documents of a file
 * @ret:	a list with one item a document, in @arena
 * Return: 0, -EINVAL with *@err set, or -ENOMEM.
 */
int yaml_parse(struct arena *arena, struct str source, struct yaml **ret, struct yaml_error *err);

/* The value of a key; NULL if there is none. */
struct yaml *yaml_get(const struct yaml *map, const char *key);

/* Place in the file of the byte at @at of a text node's value. */
size_t yaml_locate(const struct yaml *node, struct str source, size_t at);

/* The start of each line of a file, to convert offsets to lines. */
struct yaml_lines {
	uint32_t *starts;
	uint32_t n;
};

/* Return: false without memory. */
bool yaml_lines_init(struct yaml_lines *lines, struct arena *arena, struct str source);

/* Line and column, both from 1, of an offset in the file. */
void yaml_line(const struct yaml_lines *lines, size_t offset, uint32_t *line, uint32_t *col);

#endif /* RULE_YAML_H */
