/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What it costs to find networks: docs/decisions/0008. Four ways, on 1 to 100,000
 * networks of both families, in two mixes: prefixes of few lengths, as people write
 * them, and of all lengths, as feeds of addresses have them. Half of the addresses
 * lie in a network. Each way is taken in turns with the others, the smallest counts,
 * and all have to find the same.
 *
 *   bench-nets [TURNS]
 */
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "filter/constant.h"
#include "filter/nets.h"
#include "filter/netset.h"
#include "lib/arena.h"
#include "lib/dict.h"

#define ASKED	65536		/* addresses */
#define BOUND	100000000u	/* comparisons one by one; beyond it fewer addresses are looked up */

struct task {
	struct value *nets;
	struct ip_addr *asked;
	uint32_t n, nasked;
};

/* -- a dictionary of networks, with a look-up for each prefix length -- */

struct lengths {
	struct dict dict;	/* what net_key() makes of each network */
	struct length {
		uint8_t family, prefix;
	} length[33 + 129];	/* longest first */
	uint32_t n;
};

static void length_add(struct lengths *l, uint8_t family, uint8_t prefix)
{
	uint32_t at = 0;

	for (; at < l->n && l->length[at].prefix >= prefix; at++)
		if (l->length[at].prefix == prefix && l->length[at].family == family)
			return;
	memmove(&l->length[at + 1], &l->length[at], (l->n - at) * sizeof(*l->length));
	l->length[at] = (struct length){ family, prefix };
	l->n++;
}

/* How many networks hold the address; with @any at most one is looked for. */
static uint32_t lengths_count(const struct lengths *l, const struct ip_addr *ip, bool any)
{
	unsigned char room[NET_KEY];
	uint32_t n = 0;

	for (uint32_t i = 0; i < l->n && !(any && n); i++)
		if (l->length[i].family == ip->family)
			n += dict_find(&l->dict, net_key(ip, l->length[i].prefix, room)) != 0;
	return n;
}

/* -- the ways -- */

struct ways {
	struct arena *arena;
	struct lengths lengths;
	const struct netset *set;
	struct nets trie;
	size_t bytes[4];
	double build_ms[4];
};

static uint32_t ask_each(const struct ways *w, const struct task *t, uint32_t i)
{
	(void)w;
	for (uint32_t k = 0; k < t->n; k++)
		if (value_in_net(&t->asked[i], &t->nets[k].ip))
			return 1;
	return 0;
}

static uint32_t ask_set(const struct ways *w, const struct task *t, uint32_t i)
{
	return netset_has(w->set, &t->asked[i]);
}

static uint32_t ask_lengths(const struct ways *w, const struct task *t, uint32_t i)
{
	return lengths_count(&w->lengths, &t->asked[i], true);
}

static bool is_one(void *ctx, uint32_t id)
{
	(void)ctx;
	(void)id;
	return true;
}

static uint32_t ask_trie(const struct ways *w, const struct task *t, uint32_t i)
{
	return nets_find(&w->trie, &t->asked[i], is_one, NULL);
}

static uint32_t all_lengths(const struct ways *w, const struct task *t, uint32_t i)
{
	return lengths_count(&w->lengths, &t->asked[i], false);
}

static bool count(void *ctx, uint32_t id)
{
	(void)id;
	++*(uint32_t *)ctx;
	return false;
}

static uint32_t all_trie(const struct ways *w, const struct task *t, uint32_t i)
{
	uint32_t n = 0;

	nets_find(&w->trie, &t->asked[i], count, &n);
	return n;
}

enum { EACH, SET, LENGTHS, TRIE };

static const struct way {
	const char *name;
	unsigned int build;
	bool all;		/* answers how many, not whether any */
	uint32_t (*ask)(const struct ways *w, const struct task *t, uint32_t i);
} ways[] = {
	{ .name = "any: one by one", .build = EACH, .all = false, .ask = ask_each },
	{ .name = "any: ranges in order", .build = SET, .all = false, .ask = ask_set },
	{ .name = "any: by length of prefix", .build = LENGTHS, .all = false, .ask = ask_lengths },
	{ .name = "any: trie", .build = TRIE, .all = false, .ask = ask_trie },
	{ .name = "all: by length of prefix", .build = LENGTHS, .all = true, .ask = all_lengths },
	{ .name = "all: trie", .build = TRIE, .all = true, .ask = all_trie },
};
enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* The networks' keys, each once; @ids: their numbers from 1 on. */
static uint32_t keys_of(struct ways *w, const struct task *t, struct str *keys, uint32_t *ids)
{
	unsigned char room[NET_KEY];
	struct dict known = { 0 };
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->n; i++) {
		struct str key = net_key(&t->nets[i].ip, t->nets[i].ip.prefix, room);

		if (dict_find(&known, key))
			continue;
		keys[n] = arena_str(w->arena, key);
		ids[n] = (uint32_t)dict_add(&known, keys[n]);
		n++;
	}
	dict_uninit(&known);
	return n;
}

static void build_lengths(struct ways *w, const struct str *keys, uint32_t n)
{
	struct dict *dict = &w->lengths.dict;

	for (uint32_t i = 0; i < n; i++) {
		if (dict_add(dict, keys[i]) < 0)
			abort();
		length_add(&w->lengths, (uint8_t)keys[i].p[0], (uint8_t)keys[i].p[1]);
	}
	w->bytes[LENGTHS] = n * NET_KEY + dict->room * sizeof(*dict->keys) +
			    (dict->mask + 1) * sizeof(*dict->slots);
}

/* What netset_new() allocates: two addresses a network, one more of each family, and the set. */
static size_t set_bytes(const struct task *t)
{
	size_t bytes = 2 * (4 + 16) + 32;

	for (uint32_t i = 0; i < t->n; i++)
		bytes += t->nets[i].ip.family == 4 ? 2 * 4 : 2 * 16;
	return bytes;
}

static void ways_build(struct ways *w, const struct task *t)
{
	struct str *keys = calloc(t->n, sizeof(*keys));
	uint32_t *ids = calloc(t->n, sizeof(*ids)), n;
	double begin;

	*w = (struct ways){ .arena = arena_new(0, 0) };
	n = keys_of(w, t, keys, ids);
	w->bytes[EACH] = t->n * sizeof(*t->nets);
	begin = now_ms();
	w->set = netset_new(w->arena, t->nets, t->n);
	w->build_ms[SET] = now_ms() - begin;
	w->bytes[SET] = set_bytes(t);
	begin = now_ms();
	build_lengths(w, keys, n);
	w->build_ms[LENGTHS] = now_ms() - begin;
	begin = now_ms();
	if (nets_init(&w->trie, keys, ids, n))
		abort();
	w->build_ms[TRIE] = now_ms() - begin;
	w->bytes[TRIE] = malloc_usable_size(w->trie.nodes);
	free(keys);
	free(ids);
}

static void ways_free(struct ways *w)
{
	dict_uninit(&w->lengths.dict);
	nets_uninit(&w->trie);
	arena_free(w->arena);
}

/* -- the addresses to look up -- */

static uint64_t state = 88172645463325252;

static uint32_t chance(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 32) % below;
}

static void fill(struct ip_addr *ip, unsigned int from)
{
	for (unsigned int i = from; i < (ip->family == 4 ? 32u : 128u); i++)
		ip->b[i / 8] ^= (uint8_t)(chance(2) << (7 - i % 8));
}

static struct ip_addr random_net(bool all_lengths)
{
	static const uint8_t few[2][5] = { { 12, 16, 24, 24, 32 }, { 32, 48, 56, 64, 128 } };
	struct ip_addr ip = { .family = chance(3) ? 4 : 6 };

	ip.prefix = !all_lengths ? few[ip.family == 6][chance(5)] :
		    (uint8_t)(ip.family == 4 ? 12 + chance(21) : 24 + chance(105));
	fill(&ip, 0);
	if (ip.family == 6)
		ip.b[0] = 0x20;
	return ip;
}

static void task_make(struct task *t, uint32_t n, bool all_lengths)
{
	*t = (struct task){ .nets = calloc(n, sizeof(*t->nets)),
			    .asked = calloc(ASKED, sizeof(*t->asked)), .n = n, .nasked = ASKED };
	for (uint32_t i = 0; i < n; i++)
		t->nets[i] = (struct value){ .type = VALUE_NET, .ip = random_net(all_lengths) };
	for (uint32_t i = 0; i < ASKED; i++) {
		t->asked[i] = i % 2 ? t->nets[chance(n)].ip : random_net(all_lengths);
		fill(&t->asked[i], t->asked[i].prefix);
	}
}

static double turn(const struct way *way, const struct ways *w, const struct task *t,
		   uint64_t *found)
{
	uint32_t n = way->build == EACH && t->n > BOUND / t->nasked ? BOUND / t->n : t->nasked;
	double begin = now_ms();

	*found = 0;
	for (uint32_t i = 0; i < n; i++)
		*found += way->ask(w, t, i);
	begin = now_ms() - begin;
	*found = n == t->nasked ? *found : 0;
	return begin * 1e6 / n;
}

static void compare(const struct task *t, const char *mix, unsigned int turns)
{
	double best[WAYS], ns;
	uint64_t found[WAYS];
	struct ways w;

	ways_build(&w, t);
	for (unsigned int i = 0; i < turns; i++) {
		for (unsigned int k = 0; k < WAYS; k++) {
			ns = turn(&ways[k], &w, t, &found[k]);
			best[k] = !i || ns < best[k] ? ns : best[k];
		}
	}
	for (unsigned int k = 0; k < WAYS; k++) {
		if (found[k] && found[k] != found[ways[k].all ? WAYS - 1 : SET])
			printf("the ways do not agree: %s\n", ways[k].name);
		printf("%8u  %-4s  %-24s  %8.2f  %10zu  %10.1f\n", t->n, mix, ways[k].name,
		       w.build_ms[ways[k].build], w.bytes[ways[k].build], best[k]);
	}
	ways_free(&w);
}

int main(int argc, char **argv)
{
	static const uint32_t sizes[] = { 1, 10, 1000, 100000 };
	const unsigned int turns = argc > 1 ? (unsigned int)atoi(argv[1]) : 5;

	printf("networks  mix   way                       build ms       bytes  ns a look-up\n");
	for (unsigned int mix = 0; mix < 2; mix++) {
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			struct task t;

			task_make(&t, sizes[i], mix);
			compare(&t, mix ? "all" : "few", turns);
			free(t.nets);
			free(t.asked);
		}
	}
	return 0;
}
