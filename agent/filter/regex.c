/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Matches regular expressions by following all states at once. A set of states is an
 * array of members and an array with the position of each, so it is emptied in one step
 * without clearing; both are on the stack.
 */
#include "filter/regex.h"
#include "filter/regex_parse.h"
#include "lib/utf8.h"

enum state_kind { STATE_MATCH, STATE_SPLIT, STATE_CLASS, STATE_BOL, STATE_EOL };

struct state {
	uint16_t kind;
	uint16_t next, other;		/* other: of a split */
	uint16_t nranges;
	const struct range *ranges;
};

struct regex {
	uint32_t n;
	uint16_t start;
	struct str piece;
	struct state states[];
};

#define PIECE_MAX	64

struct piece {			/* of an expression that is being walked */
	char run[PIECE_MAX], best[PIECE_MAX];
	uint32_t nrun, nbest;
};

struct set {
	uint16_t members[REGEX_SIZE_MAX + 2];
	uint16_t place[REGEX_SIZE_MAX + 2];
	uint16_t n;
};

static uint16_t add_state(struct regex *re, enum state_kind kind, uint16_t next, uint16_t other)
{
	re->states[re->n] = (struct state){ .kind = (uint16_t)kind, .next = next, .other = other };
	return (uint16_t)re->n++;
}

static uint16_t build(struct regex *re, const struct regex_node *node, uint16_t next);

/* x{min,max}: min times x, then nested options; or a loop in place of the last x. */
static uint16_t build_repeat(struct regex *re, const struct regex_node *node, uint16_t next)
{
	uint32_t times = node->min;
	uint16_t entry = next;

	if (node->max == REGEX_NO_MAX) {
		uint16_t split = add_state(re, STATE_SPLIT, 0, next);

		entry = build(re, node->a, split);
		re->states[split].next = entry;
		if (times == 0)
			return split;
		times--;
	} else {
		for (uint32_t i = node->min; i < node->max; i++)
			entry = add_state(re, STATE_SPLIT, build(re, node->a, entry), next);
	}
	for (uint32_t i = 0; i < times; i++)
		entry = build(re, node->a, entry);
	return entry;
}

/* The states of a node, from the last to the first. Return: where it begins. */
static uint16_t build(struct regex *re, const struct regex_node *node, uint16_t next)
{
	uint16_t state;

	switch (node->kind) {
	case REGEX_EMPTY:
		return next;
	case REGEX_CLASS:
		state = add_state(re, STATE_CLASS, next, 0);
		re->states[state].ranges = node->ranges;
		re->states[state].nranges = (uint16_t)node->nranges;
		return state;
	case REGEX_BOL:
		return add_state(re, STATE_BOL, next, 0);
	case REGEX_EOL:
		return add_state(re, STATE_EOL, next, 0);
	case REGEX_CAT:
		return build(re, node->a, build(re, node->b, next));
	case REGEX_ALT:
		state = build(re, node->a, next);
		return add_state(re, STATE_SPLIT, state, build(re, node->b, next));
	case REGEX_REPEAT:
		return build_repeat(re, node, next);
	}
	return next;
}

static void piece_end(struct piece *p)
{
	if (p->nrun > p->nbest) {
		memcpy(p->best, p->run, p->nrun);
		p->nbest = p->nrun;
	}
	p->nrun = 0;
}

/* Collects the literal text that every match contains; anything but plain characters ends it. */
static void piece_walk(struct piece *p, const struct regex_node *node)
{
	switch (node->kind) {
	case REGEX_EMPTY:
	case REGEX_BOL:
	case REGEX_EOL:
		return;
	case REGEX_CAT:
		piece_walk(p, node->a);
		piece_walk(p, node->b);
		return;
	case REGEX_CLASS:
		if (node->nranges == 1 && node->ranges[0].low == node->ranges[0].high &&
		    node->ranges[0].low < 0x80) {
			if (p->nrun == PIECE_MAX)
				piece_end(p);
			p->run[p->nrun++] = (char)node->ranges[0].low;
			return;
		}
		break;
	case REGEX_ALT:
	case REGEX_REPEAT:
		break;
	}
	piece_end(p);
}

static struct str piece_of(struct arena *arena, const struct regex_node *node)
{
	struct piece p = { .nrun = 0 };

	piece_walk(&p, node);
	piece_end(&p);
	return arena_str(arena, (struct str){ p.best, p.nbest });
}

const struct regex *regex_new(struct arena *arena, struct str text, const char **why, size_t *at)
{
	struct regex_node *node = regex_parse(arena, text, why, at);
	struct regex *re;

	if (!node)
		return NULL;
	re = arena_alloc(arena, sizeof(*re) + (node->size + 1) * sizeof(re->states[0]));
	if (!re)
		return NULL;
	re->start = build(re, node, add_state(re, STATE_MATCH, 0, 0));
	re->piece = piece_of(arena, node);
	return re->piece.p ? re : NULL;
}

struct str regex_piece(const struct regex *re)
{
	return re->piece;
}

uint32_t regex_size(const struct regex *re)
{
	return re->n;
}

static bool set_has(const struct set *set, uint16_t state)
{
	return set->place[state] < set->n && set->members[set->place[state]] == state;
}

static void set_add(struct set *set, uint16_t state)
{
	set->place[state] = set->n;
	set->members[set->n++] = state;
}

/* Adds a state and all states reachable without input: the members are the stack. */
static void follow(const struct regex *re, struct set *set, uint16_t state, bool bol, bool eol)
{
	uint16_t stack[REGEX_SIZE_MAX + 2];
	uint32_t n = 0;

	if (set_has(set, state))
		return;
	set_add(set, state);
	stack[n++] = state;
	while (n) {
		const struct state *s = &re->states[stack[--n]];
		bool go = s->kind == STATE_SPLIT || (s->kind == STATE_BOL && bol) ||
			  (s->kind == STATE_EOL && eol);

		if (!go)
			continue;
		if (!set_has(set, s->next)) {
			set_add(set, s->next);
			stack[n++] = s->next;
		}
		if (s->kind == STATE_SPLIT && !set_has(set, s->other)) {
			set_add(set, s->other);
			stack[n++] = s->other;
		}
	}
}

static bool in_class(const struct state *s, uint32_t c)
{
	uint32_t low = 0, high = s->nranges;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (c < s->ranges[mid].low)
			high = mid;
		else if (c > s->ranges[mid].high)
			low = mid + 1;
		else
			return true;
	}
	return false;
}

bool regex_match(const struct regex *re, struct str text)
{
	struct set sets[2], *now = &sets[0], *then = &sets[1], *swap;
	size_t i = 0;

	/* place[] counts only where members[] agrees, but must not be read uninitialised. */
	memset(sets[0].place, 0, re->n * sizeof(sets[0].place[0]));
	memset(sets[1].place, 0, re->n * sizeof(sets[1].place[0]));
	now->n = 0;
	follow(re, now, re->start, true, text.n == 0 || text.p[0] == '\n');
	while (i < text.n && now->n) {
		uint32_t c = 0xfffd;
		struct str rest = { text.p + i, text.n - i };
		unsigned int n = utf8_next(rest, &c);
		bool bol = text.p[i] == '\n', eol;

		i += n ? n : utf8_invalid(rest);
		eol = i == text.n || text.p[i] == '\n';
		then->n = 0;
		for (uint16_t k = 0; k < now->n; k++) {
			const struct state *s = &re->states[now->members[k]];

			if (s->kind == STATE_CLASS && in_class(s, c))
				follow(re, then, s->next, bol, eol);
		}
		swap = now;
		now = then;
		then = swap;
	}
	return i == text.n && set_has(now, 0);
}

bool regex_check(struct str text, struct arena *arena, struct filter_error *err, uint32_t off,
		 uint32_t len)
{
	struct arena *scratch = arena_new(0, 0);
	const char *why = NULL;
	size_t at = 0;
	bool ok = scratch && regex_new(scratch, text, &why, &at);

	arena_free(scratch);
	if (ok)
		return true;
	if (!why) {
		err->kind = FILTER_NOMEM;
		return false;
	}
	return filter_fail(err, arena, FILTER_SYNTAX, off, len,
			   "invalid regex pattern: %s, at its byte %zu", why, at + 1);
}
