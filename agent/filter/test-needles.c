/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares needles and networks with simple versions that try each one: small alphabets
 * and short texts, so that needles overlap, repeat and contain each other.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include "filter/constant.h"
#include "filter/grams.h"
#include "filter/needles.h"
#include "filter/nets.h"
#include "filter/netset.h"
#include "filter/pattern.h"
#include "lib/arena.h"

#define NEEDLES	40
#define TURNS	3000

static uint64_t seed = 1;

static unsigned int chance(unsigned int n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned int)(seed >> 33) % n;
}

static struct str random_text(char *room, unsigned int least, unsigned int most)
{
	static const char letters[] = "abABc/\0z";
	unsigned int n = least + chance(most - least + 1);

	for (unsigned int i = 0; i < n; i++)
		room[i] = letters[chance(chance(2) ? 4 : 8)];
	return (struct str){ room, n };
}

static bool is_found(enum needles_place place, bool fold, struct str text, struct str needle)
{
	struct str part = text;

	if (fold && place == NEEDLES_INSIDE)
		return str_icontains(text, needle);
	if (place == NEEDLES_INSIDE)
		return str_contains(text, needle);
	if (text.n < needle.n)
		return false;
	part.n = needle.n;
	part.p += place == NEEDLES_END ? text.n - needle.n : 0;
	return fold ? str_icontains(part, needle) : str_eq(part, needle);
}

static bool mark(void *ctx, uint32_t id)
{
	((bool *)ctx)[id] = true;
	return false;
}

static bool stop(void *ctx, uint32_t id)
{
	*(uint32_t *)ctx = id;
	return true;
}

/* A text gives the same result wherever it is split. */
static void check_cut(const struct needles *set, struct str text, const bool *want)
{
	bool hits[NEEDLES] = { false };
	size_t n = chance((unsigned int)text.n + 1);
	uint32_t at = needles_head(set, (struct str){ text.p, n }, mark, hits);

	if (at != NEEDLES_LOST)
		assert_false(needles_rest(set, at, text, n, mark, hits));
	assert_memory_equal(hits, want, sizeof(hits));
}

static void one_set(enum needles_place place, bool fold)
{
	char rooms[NEEDLES][8], text_room[64];
	struct needle list[NEEDLES];
	struct str texts[NEEDLES];
	bool whole[NEEDLES];
	uint32_t n = 1 + chance(NEEDLES);
	struct needles *set;

	for (uint32_t i = 0; i < n; i++) {
		texts[i] = random_text(rooms[i], 1, 1 + chance(7));
		whole[i] = place == NEEDLES_FRONT && !chance(3);
		list[i] = (struct needle){ texts[i], i, whole[i] };
	}
	set = needles_new(list, n, place, fold);
	assert_non_null(set);
	for (unsigned int turn = 0; turn < 8; turn++) {
		struct str text = random_text(text_room, 0, 64);
		bool hits[NEEDLES] = { false }, any = false;
		uint32_t first = UINT32_MAX;

		assert_false(needles_find(set, text, mark, hits));
		check_cut(set, text, hits);
		for (uint32_t i = 0; i < n; i++) {
			bool hit = false;

			/* Of equal needles one is reported. */
			for (uint32_t k = 0; k < n; k++)
				hit |= hits[k] && texts[k].n == texts[i].n && whole[k] == whole[i] &&
				       is_found(NEEDLES_FRONT, fold, texts[k], texts[i]);
			any |= hit;
			assert_int_equal(hit, is_found(place, fold, text, texts[i]) &&
					      (!whole[i] || text.n == texts[i].n));
		}
		assert_int_equal(needles_find(set, text, stop, &first), any);
		if (any)
			assert_true(is_found(place, fold, text, texts[first]));
	}
	needles_free(set);
}

static void test_needles_are_those_found_one_by_one(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < TURNS; i++)
		one_set((enum needles_place)chance(3), chance(2));
}

static struct ip_addr random_ip(void)
{
	struct ip_addr ip = { .family = chance(2) ? 4 : 6 };

	ip.prefix = (uint8_t)chance(ip.family == 4 ? 33 : 129);
	for (unsigned int i = 0; i < (ip.family == 4 ? 4u : 16u); i++)
		ip.b[i] = chance(2) ? 0 : (uint8_t)(1u << chance(8));
	return ip;
}

static void test_networks_are_those_found_one_by_one(void **state)
{
	(void)state;
	for (unsigned int turn = 0; turn < TURNS; turn++) {
		unsigned char rooms[12][NET_KEY];
		struct ip_addr list[12];
		struct str keys[12];
		uint32_t ids[12];
		struct nets nets;

		for (unsigned int i = 0; i < 12; i++) {
			list[i] = random_ip();
			keys[i] = net_key(&list[i], list[i].prefix, rooms[i]);
			ids[i] = i + 1;
			for (unsigned int k = 0; k < i; k++)
				if (str_eq(keys[k], keys[i]))
					ids[i] = ids[k];
		}
		assert_int_equal(nets_init(&nets, keys, ids, 12), 0);
		for (unsigned int k = 0; k < 8; k++) {
			const struct ip_addr ip = random_ip();
			bool hits[13] = { false };

			assert_false(nets_find(&nets, &ip, mark, hits));
			for (unsigned int i = 0; i < 12; i++)
				assert_int_equal(hits[ids[i]], value_in_net(&ip, &list[i]));
		}
		nets_uninit(&nets);
	}
}

static void test_a_set_of_networks_holds_what_one_of_them_holds(void **state)
{
	enum { MOST = 40 };
	struct arena *arena = arena_new(0, 0);

	(void)state;
	for (unsigned int turn = 0; turn < TURNS; turn++) {
		struct value list[MOST] = { 0 };
		const unsigned int n = chance(MOST + 1);
		const struct netset *set;

		for (unsigned int i = 0; i < n; i++)
			list[i] = (struct value){ .type = VALUE_NET, .ip = random_ip() };
		set = netset_new(arena, list, n);
		assert_non_null(set);
		for (unsigned int k = 0; k < 16; k++) {
			const struct ip_addr ip = n && chance(2) ? list[chance(n)].ip : random_ip();
			bool any = false;

			for (unsigned int i = 0; i < n; i++)
				any |= value_in_net(&ip, &list[i].ip);
			assert_int_equal(netset_has(set, &ip), any);
		}
		arena_reset(arena);
	}
	arena_free(arena);
}

static void test_a_hostile_text_takes_no_longer(void **state)
{
	enum { N = 2000 };
	static char as[N], text[1 << 20];
	struct needle list[N];
	bool hits[N] = { false };
	struct needles *set;

	(void)state;
	memset(as, 'a', N);
	memset(text, 'a', sizeof(text));
	for (uint32_t i = 0; i < N; i++)
		list[i] = (struct needle){ { as, i + 1 }, i, false };
	as[N - 1] = 'b';
	set = needles_new(list, N, NEEDLES_FRONT, false);
	assert_false(needles_find(set, (struct str){ text, sizeof(text) }, mark, hits));
	assert_true(hits[N - 2] && !hits[N - 1]);
	needles_free(set);
	/* Each place of the text goes back to the longest needle, never to its own beginning. */
	list[0] = (struct needle){ { as, N }, 0, false };
	set = needles_new(list, 1, NEEDLES_INSIDE, false);
	memset(hits, 0, sizeof(hits));
	assert_false(needles_find(set, (struct str){ text, sizeof(text) }, mark, hits));
	assert_false(hits[0]);
	needles_free(set);
}

static void test_a_text_lacks_only_what_it_does_not_contain(void **state)
{
	char text_room[64], part_room[8];
	unsigned int lacking = 0;

	(void)state;
	for (unsigned int turn = 0; turn < TURNS * 10; turn++) {
		struct str text = random_text(text_room, 0, 24);
		struct str part = random_text(part_room, 0, 6);
		struct grams grams = { { 0 } };

		grams_fill(&grams, text);
		if (!grams_lack(&grams, part))
			continue;
		lacking++;
		if (str_icontains(text, part))
			fail_msg("turn %u: a text of %zu bytes lacks a part that it contains", turn,
				 text.n);
	}
	assert_true(lacking > TURNS);
}

static void test_a_text_lacks_a_part_of_which_three_bytes_are_not_in_it(void **state)
{
	struct grams grams = { { 0 } };

	(void)state;
	grams_fill(&grams, STR("/usr/bin/curl --Silent"));
	assert_true(grams_lack(&grams, STR("curl -x")));
	assert_true(grams_lack(&grams, STR("xcurl")));
	assert_false(grams_lack(&grams, STR("curl")));
	assert_false(grams_lack(&grams, STR("CURL --silent")));
	assert_false(grams_lack(&grams, STR("zz")));
	assert_false(grams_lack(&grams, STR("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_text_lacks_only_what_it_does_not_contain),
		cmocka_unit_test(test_a_text_lacks_a_part_of_which_three_bytes_are_not_in_it),
		cmocka_unit_test(test_needles_are_those_found_one_by_one),
		cmocka_unit_test(test_networks_are_those_found_one_by_one),
		cmocka_unit_test(test_a_set_of_networks_holds_what_one_of_them_holds),
		cmocka_unit_test(test_a_hostile_text_takes_no_longer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
