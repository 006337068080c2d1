/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Implements needles.h. A trie whose nodes are numbered level by level, so the children
 * of a node are consecutive: a node is the number of its first child, a byte, and the
 * needle that ends there. For needles anywhere in a text it is an Aho-Corasick
 * automaton: each node has the node of its longest proper suffix that starts a needle.
 * Most positions of a text start no needle: while none has started, only one pair of
 * bytes per stride is compared.
 */
#include "filter/needles.h"
#include <stdlib.h>

#define NODES_MAX	(1u << 28)
#define NO_ID		UINT32_MAX
#define STRIDE_MAX	4

struct node {
	uint32_t first;		/* of its children; they end where those of the next node begin */
	uint32_t id;		/* the needle that ends here, or NO_ID */
	uint32_t whole;		/* the same, if the text must end here too */
	uint32_t fail;		/* the node of its longest proper end; the root's is itself */
	uint32_t shorter;	/* the next needle that ends here too; 0 if there is none */
};

/* From byte @from on; the bytes before it led to node @at. */
typedef bool find_fn(const struct needles *set, uint32_t at, struct str text, size_t from,
		     needles_hit_fn *hit, void *ctx);

struct needles {
	enum needles_place place;
	find_fn *find;			/* of the place */
	bool fold;
	uint32_t nnodes;
	struct node *nodes;		/* one more than there are, for its first */
	unsigned char *bytes;		/* byte on the way from the parent */
	uint32_t root[256];		/* children of the root by byte, 0 if none */
	uint32_t stride;		/* less than the shortest needle is long; at least 1 */
	uint8_t pairs[65536 / 8];	/* two bytes at the first stride's places of a needle */
};

static unsigned char fold_byte(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : c;
}

/* Byte @i on the way into the trie. */
static unsigned char byte_at(const struct needles *set, struct str s, size_t i)
{
	unsigned char c = (unsigned char)s.p[set->place == NEEDLES_END ? s.n - 1 - i : i];

	return set->fold ? fold_byte(c) : c;
}

static int compare(const void *a, const void *b, void *ctx)
{
	const struct needles *set = ctx;
	struct str x = ((const struct needle *)a)->text, y = ((const struct needle *)b)->text;

	for (size_t i = 0; i < x.n && i < y.n; i++) {
		int d = byte_at(set, x, i) - byte_at(set, y, i);

		if (d)
			return d;
	}
	return (x.n > y.n) - (x.n < y.n);
}

/* Needles that begin alike, up to their node. */
struct range {
	uint32_t low, high, depth;
};

/*
 * Makes the children of node @at from the needles after it. Each needle is in one range of a level,
 * so there are never more nodes than bytes.
 */
static void node_make(struct needles *set, struct range *ranges, const struct needle *list,
		      uint32_t at)
{
	struct range r = ranges[at];
	struct node *node = &set->nodes[at];

	node->first = set->nnodes;
	node->id = node->whole = NO_ID;
	for (; r.low < r.high && list[r.low].text.n == r.depth; r.low++)
		*(list[r.low].whole ? &node->whole : &node->id) = list[r.low].id;
	while (r.low < r.high) {
		unsigned char c = byte_at(set, list[r.low].text, r.depth);
		uint32_t end = r.low + 1;

		while (end < r.high && byte_at(set, list[end].text, r.depth) == c)
			end++;
		set->bytes[set->nnodes] = c;
		ranges[set->nnodes++] = (struct range){ r.low, end, r.depth + 1 };
		r.low = end;
	}
}

static uint32_t child_of(const struct needles *set, uint32_t node, unsigned char c)
{
	uint32_t i = set->nodes[node].first, end = set->nodes[node + 1].first;

	if (!node)
		return set->root[c];
	for (; i < end; i++) {
		if (set->bytes[i] == c)
			return i;
	}
	return 0;
}

/* Parents precede their children, so the suffix node of each parent is set already. */
static void link_ends(struct needles *set)
{
	for (uint32_t parent = 0; parent < set->nnodes; parent++) {
		for (uint32_t i = set->nodes[parent].first; i < set->nodes[parent + 1].first; i++) {
			uint32_t end = set->nodes[parent].fail, to = 0;

			while (parent && !(to = child_of(set, end, set->bytes[i])) && end)
				end = set->nodes[end].fail;
			set->nodes[i].fail = to;
			set->nodes[i].shorter = set->nodes[to].id != NO_ID ?
						to : set->nodes[to].shorter;
		}
	}
}

/* Two bytes as the machine reads them at once. */
static inline unsigned int pair_of(const unsigned char *p)
{
	uint16_t pair;

	memcpy(&pair, p, sizeof(pair));
	return pair;
}

static void mark_pair(struct needles *set, unsigned int a, unsigned int b)
{
	const unsigned char bytes[2] = { (unsigned char)a, (unsigned char)b };

	set->pairs[pair_of(bytes) / 8] |= (uint8_t)(1u << pair_of(bytes) % 8);
}

/* In both cases, so that a text need not be folded to be skipped. */
static void mark_pairs(struct needles *set, unsigned char a, unsigned char b)
{
	bool a_letter = set->fold && a >= 'a' && a <= 'z';
	bool b_letter = set->fold && b >= 'a' && b <= 'z';

	for (unsigned int i = 0; i <= a_letter; i++) {
		for (unsigned int j = 0; j <= b_letter; j++)
			mark_pair(set, a - (i ? 32u : 0), b - (j ? 32u : 0));
	}
}

/* A needle of one byte may be followed by any. */
static void mark_needle(struct needles *set, struct str needle)
{
	for (size_t i = 0; i < set->stride && i + 1 < needle.n; i++)
		mark_pairs(set, byte_at(set, needle, i), byte_at(set, needle, i + 1));
	for (unsigned int b = 0; needle.n == 1 && b < 256; b++)
		mark_pairs(set, byte_at(set, needle, 0), (unsigned char)b);
}

static void find_starts(struct needles *set, const struct needle *list, uint32_t n)
{
	size_t shortest = STRIDE_MAX + 1;

	for (uint32_t i = set->nodes[0].first; i < set->nodes[1].first; i++)
		set->root[set->bytes[i]] = i;
	for (uint32_t i = 0; i < n; i++)
		shortest = list[i].text.n < shortest ? list[i].text.n : shortest;
	set->stride = shortest > 1 ? (uint32_t)shortest - 1 : 1;
	for (uint32_t i = 0; i < n; i++)
		mark_needle(set, list[i].text);
}

static inline unsigned char byte_of(const struct needles *set, const char *p)
{
	return set->fold ? fold_byte((unsigned char)*p) : (unsigned char)*p;
}

/* Down as far as there are children; @step is 1, or -1 from the end. Return: the last node, or NEEDLES_LOST. */
static inline uint32_t walk(const struct needles *set, uint32_t at, const char *p, size_t n,
			    ptrdiff_t step, needles_hit_fn *hit, void *ctx, bool *stopped)
{
	const unsigned char *bytes = set->bytes;

	for (; n; n--, p += step) {
		unsigned char c = byte_of(set, p);
		uint32_t i = at ? set->nodes[at].first : set->root[c];
		uint32_t end = set->nodes[at + 1].first;

		if (!i)
			return NEEDLES_LOST;
		while (i < end && bytes[i] != c)
			i++;
		if (i == end)
			return NEEDLES_LOST;
		at = i;
		*stopped = set->nodes[at].id != NO_ID && hit(ctx, set->nodes[at].id);
		if (*stopped)
			return NEEDLES_LOST;
	}
	return at;
}

/* The first place from @i on where a needle may begin. */
static size_t skip(const struct needles *set, const unsigned char *p, size_t i, size_t n)
{
	const uint32_t stride = set->stride;
	size_t j = i;

	for (; j + 1 < n; j += stride) {
		unsigned int pair = pair_of(p + j);

		if (set->pairs[pair / 8] >> (pair % 8) & 1)
			return j - i < stride ? i : j + 1 - stride;
	}
	return stride > 1 ? n : j;		/* the last byte alone may be one */
}

static bool report_hits(const struct needles *set, uint32_t at, needles_hit_fn *hit, void *ctx)
{
	if (set->nodes[at].id == NO_ID)
		at = set->nodes[at].shorter;
	for (; at; at = set->nodes[at].shorter) {
		if (hit(ctx, set->nodes[at].id))
			return true;
	}
	return false;
}

/* One byte further, to the node of the longest end that begins a needle. */
static inline uint32_t step_inside(const struct needles *set, uint32_t at, unsigned char c)
{
	uint32_t to;

	while (!(to = child_of(set, at, c)) && at)
		at = set->nodes[at].fail;
	return to;
}

/*
 * With @more, more bytes follow: then the final node is exact. The pairs of bytes do not show a
 * needle that begins in the last bytes; these are not skipped.
 */
static inline uint32_t inside(const struct needles *set, uint32_t at, struct str text, size_t from,
			      bool more, bool *stopped, needles_hit_fn *hit, void *ctx)
{
	const unsigned char *p = (const unsigned char *)text.p;
	size_t resume = from;	/* up to there, one may have begun */

	for (size_t i = from; i < text.n; i++) {
		if (!at && i >= resume) {
			size_t next = skip(set, p, i, text.n);

			resume = next + set->stride;
			if (next >= text.n && !more)
				break;
			if (next >= text.n)
				next = text.n - i > set->stride ? text.n - set->stride : i;
			i = next;
		}
		at = step_inside(set, at, byte_of(set, text.p + i));
		*stopped = at && report_hits(set, at, hit, ctx);
		if (*stopped)
			break;
	}
	return at;
}

static bool find_inside(const struct needles *set, uint32_t at, struct str text, size_t from,
			needles_hit_fn *hit, void *ctx)
{
	bool stopped = false;

	inside(set, at, text, from, false, &stopped, hit, ctx);
	return stopped;
}

static bool find_front(const struct needles *set, uint32_t at, struct str text, size_t from,
		       needles_hit_fn *hit, void *ctx)
{
	bool stopped = false;

	if (at != NEEDLES_LOST)
		at = walk(set, at, text.p + from, text.n - from, 1, hit, ctx, &stopped);
	if (at == NEEDLES_LOST)
		return stopped;
	return set->nodes[at].whole != NO_ID && hit(ctx, set->nodes[at].whole);
}

static bool find_end(const struct needles *set, uint32_t at, struct str text, size_t from,
		     needles_hit_fn *hit, void *ctx)
{
	bool stopped = false;

	(void)at;
	(void)from;
	if (text.n)
		walk(set, 0, text.p + text.n - 1, text.n, -1, hit, ctx, &stopped);
	return stopped;
}

static bool build(struct needles *set, struct needle *list, uint32_t n, size_t room)
{
	struct range *ranges = malloc(room * sizeof(*ranges));

	if (!ranges)
		return false;
	qsort_r(list, n, sizeof(*list), compare, set);
	ranges[0] = (struct range){ 0, n, 0 };
	set->nnodes = 1;
	for (uint32_t at = 0; at < set->nnodes; at++)
		node_make(set, ranges, list, at);
	set->nodes[set->nnodes].first = set->nnodes;
	free(ranges);
	find_starts(set, list, n);
	if (set->place == NEEDLES_INSIDE)
		link_ends(set);
	return true;
}

struct needles *needles_new(struct needle *list, uint32_t n, enum needles_place place, bool fold)
{
	static find_fn *const finds[] = {
		[NEEDLES_FRONT] = find_front, [NEEDLES_END] = find_end,
		[NEEDLES_INSIDE] = find_inside,
	};
	struct needles *set = calloc(1, sizeof(*set));
	size_t room = 2;

	if (!set)
		return NULL;
	set->place = place;
	set->find = finds[place];
	set->fold = fold;
	for (uint32_t i = 0; i < n; i++)
		room += list[i].text.n;
	if (room < NODES_MAX) {
		set->nodes = calloc(room, sizeof(*set->nodes));
		set->bytes = malloc(room);
	}
	if (!set->nodes || !set->bytes || !build(set, list, n, room)) {
		needles_free(set);
		return NULL;
	}
	return set;
}

void needles_free(struct needles *set)
{
	if (!set)
		return;
	free(set->nodes);
	free(set->bytes);
	free(set);
}

bool needles_find(const struct needles *set, struct str text, needles_hit_fn *hit, void *ctx)
{
	return set->find(set, 0, text, 0, hit, ctx);
}

uint32_t needles_head(const struct needles *set, struct str head, needles_hit_fn *hit, void *ctx)
{
	bool stopped = false;

	switch (set->place) {
	case NEEDLES_FRONT:
		return walk(set, 0, head.p, head.n, 1, hit, ctx, &stopped);
	case NEEDLES_INSIDE:
		return inside(set, 0, head, 0, true, &stopped, hit, ctx);
	case NEEDLES_END:
		break;
	}
	return 0;
}

bool needles_rest(const struct needles *set, uint32_t at, struct str text, size_t head,
		  needles_hit_fn *hit, void *ctx)
{
	return set->find(set, at, text, head, hit, ctx);
}
