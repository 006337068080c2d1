/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a tree from libyaml's events, with a stack of open nodes instead of
 * recursion. libyaml's marks count lines and characters; a table of line starts
 * turns them into offsets.
 */
#include "rule/yaml.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>
#include "lib/utf8.h"
#include "rule/encoding.h"

struct anchor {
	struct str name;
	struct yaml *node;
	struct anchor *next;
};

struct builder {
	struct arena *arena;
	struct str source;
	struct yaml_error *err;
	size_t *lines;		/* where each begins */
	size_t nlines;
	struct yaml *stack[YAML_DEPTH_MAX + 1];
	uint32_t depth;
	uint32_t nodes;
	struct anchor *anchors;
	uint32_t nanchors;
	yaml_mark_t seen;	/* the last mark that was converted, */
	size_t seen_at;		/* and its offset */
};

/* Length of the line break at @i, as libyaml sees it: CR, LF, both, NEL, LS, PS. */
static size_t line_break(struct str s, size_t i)
{
	const unsigned char *p = (const unsigned char *)s.p + i;
	size_t n = s.n - i;

	if (p[0] == '\r')
		return n > 1 && p[1] == '\n' ? 2 : 1;
	if (p[0] == '\n')
		return 1;
	if (n > 1 && p[0] == 0xc2 && p[1] == 0x85)
		return 2;
	return n > 2 && p[0] == 0xe2 && p[1] == 0x80 && (p[2] == 0xa8 || p[2] == 0xa9) ? 3 : 0;
}

static int find_lines(struct builder *b)
{
	size_t room = 1024;

	b->lines = malloc(room * sizeof(*b->lines));
	if (!b->lines)
		return -ENOMEM;
	b->lines[b->nlines++] = 0;
	for (size_t i = 0; i < b->source.n;) {
		size_t n = line_break(b->source, i);

		i += n ? n : 1;
		if (!n)
			continue;
		if (b->nlines == room) {
			size_t *lines = realloc(b->lines, room * 2 * sizeof(*lines));

			if (!lines)
				return -ENOMEM;
			b->lines = lines;
			room *= 2;
		}
		b->lines[b->nlines++] = i;
	}
	return 0;
}

/*
 * Columns count characters, so the line is walked; from the last mark on, or a long line would take
 * quadratic time.
 */
static size_t offset_of(struct builder *b, const yaml_mark_t *mark)
{
	size_t line = mark->line < b->nlines ? mark->line : b->nlines - 1;
	bool further = mark->line == b->seen.line && mark->column >= b->seen.column;
	size_t at = further ? b->seen_at : b->lines[line];

	for (size_t i = further ? b->seen.column : 0; i < mark->column && at < b->source.n; i++) {
		struct str rest = { b->source.p + at, b->source.n - at };
		unsigned int n = utf8_next(rest, NULL);

		at += n ? n : 1;
	}
	b->seen = *mark;
	b->seen_at = at;
	return at;
}

static int fail(struct builder *b, size_t offset, const char *text)
{
	b->err->offset = offset;
	b->err->text = arena_str(b->arena, str_of(text));
	return b->err->text.p ? -EINVAL : -ENOMEM;
}

static int append(struct builder *b, struct yaml *list, struct yaml *node)
{
	if (list->n == list->room) {
		uint32_t room = list->room ? list->room * 2 : 4;
		struct yaml **items = arena_alloc(b->arena, room * sizeof(*items));

		if (!items)
			return -ENOMEM;
		if (list->n)
			memcpy(items, list->items, list->n * sizeof(*items));
		list->items = items;
		list->room = room;
	}
	list->items[list->n++] = node;
	return 0;
}

static int open_node(struct builder *b, enum yaml_kind kind, const yaml_event_t *event,
		     struct yaml **ret)
{
	struct yaml *node;

	if (++b->nodes > YAML_NODES_MAX)
		return fail(b, offset_of(b, &event->start_mark), "the file has too many items");
	node = arena_alloc(b->arena, sizeof(*node));
	if (!node)
		return -ENOMEM;
	node->kind = kind;
	node->start = offset_of(b, &event->start_mark);
	node->end = offset_of(b, &event->end_mark);
	*ret = node;
	return append(b, b->stack[b->depth], node);
}

static int set_anchor(struct builder *b, const yaml_char_t *name, struct yaml *node)
{
	struct anchor *anchor;

	if (!name)
		return 0;
	if (++b->nanchors > 1000)
		return fail(b, node->start, "the file has too many anchors");
	anchor = arena_alloc(b->arena, sizeof(*anchor));
	if (!anchor)
		return -ENOMEM;
	*anchor = (struct anchor){ .name = arena_str(b->arena, str_of((const char *)name)),
				   .node = node, .next = b->anchors };
	b->anchors = anchor;
	return anchor->name.p ? 0 : -ENOMEM;
}

static int alias(struct builder *b, const yaml_event_t *event)
{
	struct str name = str_of((const char *)event->data.alias.anchor);
	size_t at = offset_of(b, &event->start_mark);

	for (struct anchor *a = b->anchors; a; a = a->next) {
		if (!str_eq(a->name, name))
			continue;
		for (uint32_t i = 0; i <= b->depth; i++) {
			if (b->stack[i] == a->node)
				return fail(b, at, "an alias inside its own anchor");
		}
		if (++b->nodes > YAML_NODES_MAX)
			return fail(b, at, "the file has too many items");
		return append(b, b->stack[b->depth], a->node);
	}
	return fail(b, at, "an alias for an anchor that does not exist");
}

static int scalar(struct builder *b, const yaml_event_t *event)
{
	struct str text = { (const char *)event->data.scalar.value, event->data.scalar.length };
	struct yaml *node;
	int r = open_node(b, YAML_TEXT, event, &node);

	if (r < 0)
		return r;
	node->text = arena_str(b->arena, text);
	switch (event->data.scalar.style) {
	case YAML_SINGLE_QUOTED_SCALAR_STYLE:
		node->style = YAML_SINGLE;
		break;
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
		node->style = YAML_DOUBLE;
		break;
	case YAML_LITERAL_SCALAR_STYLE:
	case YAML_FOLDED_SCALAR_STYLE:
		node->style = YAML_BLOCK;
		break;
	default:
		node->style = YAML_PLAIN;
		break;
	}
	return node->text.p ? set_anchor(b, event->data.scalar.anchor, node) : -ENOMEM;
}

static int descend(struct builder *b, enum yaml_kind kind, const yaml_event_t *event,
		   const yaml_char_t *anchor)
{
	struct yaml *node;
	int r = open_node(b, kind, event, &node);

	if (r < 0)
		return r;
	if (b->depth == YAML_DEPTH_MAX)
		return fail(b, node->start, "the file is nested too deeply");
	b->stack[++b->depth] = node;
	return set_anchor(b, anchor, node);
}

static int take(struct builder *b, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return scalar(b, event);
	case YAML_ALIAS_EVENT:
		return alias(b, event);
	case YAML_SEQUENCE_START_EVENT:
		return descend(b, YAML_LIST, event, event->data.sequence_start.anchor);
	case YAML_MAPPING_START_EVENT:
		return descend(b, YAML_MAP, event, event->data.mapping_start.anchor);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		b->stack[b->depth--]->end = offset_of(b, &event->end_mark);
		return 0;
	default:
		return 0;
	}
}

/* What to do about a problem that libyaml reports; "" if its words suffice. */
static const char *remedy(const struct builder *b, const yaml_parser_t *parser, size_t offset)
{
	static const struct { const char *problem, *text; } table[] = {
		{ "mapping values are not allowed", "; quote a text with \": \" in it, and begin "
		  "the keys of an item in the same column" },
		{ "tab character", "; indent with spaces" },
		{ "expected ',' or ']'", "; within [ ], quote a text that has a bracket in it" },
		{ "expected ',' or '}'", "; within { }, quote a text that has a brace in it" },
		{ "expected key", "; the keys of an item begin in the same column" },
		{ "expected '-' indicator", "; the items begin in the same column, each with a -" },
		{ "expected ':'", "; a key ends with a colon" },
		{ "unexpected end of stream", "; the quote is not closed" },
	};
	const char *problem = parser->problem ? parser->problem : "";

	if (strstr(problem, "cannot start any token"))
		return offset < b->source.n && b->source.p[offset] == '\t' ?
		       "; indent with spaces" : "; quote a text that begins with this character";
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (strstr(problem, table[i].problem))
			return table[i].text;
	}
	return "";
}

static int problem(struct builder *b, const yaml_parser_t *parser)
{
	char text[256];
	size_t offset = offset_of(b, &parser->problem_mark);

	if (parser->error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	if (parser->error == YAML_READER_ERROR)
		offset = parser->problem_offset;
	snprintf(text, sizeof(text), "not YAML: %s%s%s%s",
		 parser->problem ? parser->problem : "broken", parser->context ? " " : "",
		 parser->context ? parser->context : "", remedy(b, parser, offset));
	return fail(b, offset, text);
}

static int build(struct builder *b, yaml_parser_t *parser)
{
	for (;;) {
		yaml_event_t event;
		bool end;
		int r;

		if (!yaml_parser_parse(parser, &event))
			return problem(b, parser);
		end = event.type == YAML_STREAM_END_EVENT;
		r = take(b, &event);
		yaml_event_delete(&event);
		if (r < 0 || end)
			return r;
	}
}

int yaml_parse(struct arena *arena, struct str source, struct yaml **ret, struct yaml_error *err)
{
	struct builder b = { .arena = arena, .source = source, .err = err };
	yaml_parser_t parser;
	struct yaml *root;
	size_t skip = str_starts(source, STR("\xef\xbb\xbf")) ? 3 : 0;
	int r;

	if (source.n > YAML_SIZE_MAX)
		return fail(&b, 0, "the file is larger than 64 MiB");
	if (!encoding_check(arena, source, &err->offset, &err->text))
		return err->text.p ? -EINVAL : -ENOMEM;
	root = arena_alloc(arena, sizeof(*root));
	if (!root)
		return -ENOMEM;
	root->kind = YAML_LIST;
	b.stack[0] = root;
	r = find_lines(&b);
	if (r == 0 && !yaml_parser_initialize(&parser))
		r = -ENOMEM;
	if (r == 0) {
		b.lines[0] = skip;
		b.seen_at = skip;
		yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
		yaml_parser_set_input_string(&parser, (const unsigned char *)source.p + skip,
					     source.n - skip);
		r = build(&b, &parser);
		yaml_parser_delete(&parser);
	}
	free(b.lines);
	if (r == 0)
		*ret = root;
	return r;
}

struct yaml *yaml_get(const struct yaml *map, const char *key)
{
	if (map->kind != YAML_MAP)
		return NULL;
	for (uint32_t i = 0; i + 1 < map->n; i += 2) {
		if (map->items[i]->kind == YAML_TEXT && str_eq(map->items[i]->text, str_of(key)))
			return map->items[i + 1];
	}
	return NULL;
}

static bool is_white(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Length of the character of a quoted scalar at @i; an escape is one character. */
static size_t raw_char(const struct yaml *node, struct str s, size_t i)
{
	if (node->style == YAML_SINGLE && s.p[i] == '\'')
		return 2;
	if (node->style != YAML_DOUBLE || s.p[i] != '\\' || i + 1 >= s.n)
		return 1;
	switch (s.p[i + 1]) {
	case 'x':
		return 4;
	case 'u':
		return 6;
	case 'U':
		return 10;
	default:
		return 2;
	}
}

/*
 * Folding changes only white space, so the n-th other character of the value is the n-th other
 * character in the file.
 */
size_t yaml_locate(const struct yaml *node, struct str source, size_t at)
{
	size_t end = node->end < source.n ? node->end : source.n;
	size_t i = node->start;
	size_t skip = 0, left = 0;

	for (size_t k = 0; k < node->text.n; k++)
		*(k < at ? &skip : &left) += !is_white(node->text.p[k]);
	if (node->style == YAML_BLOCK) {	/* after the line with | or > */
		while (i < end && source.p[i] != '\n')
			i++;
	} else if (node->style != YAML_PLAIN) {
		i++;
	}
	for (;;) {
		/* The end of a scalar is on the line of its last word, not on the next one. */
		while (i < end && (skip || left) && is_white(source.p[i]))
			i++;
		if (!skip || i >= end)
			break;
		i += raw_char(node, source, i);
		skip--;
	}
	return i < end ? i : end;
}

/* Start of the line after the one at @at; 0 if there is none. */
static size_t next_line(struct str source, size_t at)
{
	const char *end = at < source.n ? memchr(source.p + at, '\n', source.n - at) : NULL;

	return end ? (size_t)(end - source.p) + 1 : 0;
}

bool yaml_lines_init(struct yaml_lines *lines, struct arena *arena, struct str source)
{
	size_t n = 1;

	for (size_t at = next_line(source, 0); at; at = next_line(source, at))
		n++;
	lines->starts = arena_alloc(arena, n * sizeof(*lines->starts));
	if (!lines->starts)
		return false;
	lines->n = 1;
	for (size_t at = next_line(source, 0); at; at = next_line(source, at))
		lines->starts[lines->n++] = (uint32_t)at;
	return true;
}

void yaml_line(const struct yaml_lines *lines, size_t offset, uint32_t *line, uint32_t *col)
{
	uint32_t low = 0, high = lines->n;

	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (lines->starts[mid] <= offset)
			low = mid;
		else
			high = mid;
	}
	*line = low + 1;
	*col = (uint32_t)(offset - (lines->n ? lines->starts[low] : 0) + 1);
}
