/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that a search in a path with cached directories finds the same as one
 * without: few names, so that directories repeat and lie in each other, and
 * enough of them that they replace each other.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include "rule/head.h"

#define NEEDLES	24
#define SLOTS	2

static uint64_t seed = 1;

static unsigned int chance(unsigned int n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned int)(seed >> 33) % n;
}

/* Many have the same last eight bytes: they share one place. */
static struct str random_path(char *room, size_t size)
{
	static const char *const names[] = { "a", "ab", "b", "etc", "usr", "lib", "x-usr-lib-etc", "" };
	size_t n = 0;

	for (unsigned int i = chance(chance(8) ? 5 : 20); i; i--)
		n += (size_t)snprintf(room + n, size - n, "/%s", names[chance(8)]);
	if (chance(3))
		n += (size_t)snprintf(room + n, size - n, "/x-usr-lib-etc/lib/%s", names[chance(8)]);
	if (!chance(6))
		n += (size_t)snprintf(room + n, size - n, "/file%u.so", chance(1000));
	return (struct str){ room, n };
}

struct found {
	unsigned int times[SLOTS * CLUE_KINDS * NEEDLES];
};

static bool mark(void *ctx, uint32_t clue)
{
	((struct found *)ctx)->times[clue]++;
	return false;
}

static void make_slot(struct slot_needles *slot, uint32_t number, unsigned int n)
{
	static const char *const parts[] = { "/a", "/ab/", "b", "etc/", "/usr/lib", "x-usr", "lib/ab", ".so" };
	struct needle list[NEEDLES];
	char rooms[NEEDLES][32];

	for (unsigned int kind = CLUE_FRONT; kind <= CLUE_FOLDED; kind++) {
		for (uint32_t i = 0; i < n; i++) {
			snprintf(rooms[i], sizeof(rooms[i]), "%s%s", parts[chance(8)],
				 chance(2) ? parts[chance(8)] : "");
			list[i] = (struct needle){ str_of(rooms[i]),
						   (number * CLUE_KINDS + kind) * NEEDLES + i,
						   kind == CLUE_FRONT && !chance(3) };
		}
		slot->texts[kind] = needles_new(list, n, kind == CLUE_FRONT ? NEEDLES_FRONT :
						kind == CLUE_END ? NEEDLES_END : NEEDLES_INSIDE,
						kind == CLUE_FOLDED);
		assert_non_null(slot->texts[kind]);
	}
}

static bool check_path(struct heads *heads, uint32_t number, const struct slot_needles *slot,
		       struct str path)
{
	const struct head *head = heads_find(heads, number, slot, path);
	struct found want = { { 0 } }, got = { { 0 } };

	if (!head)
		return false;
	assert_true(head->n <= path.n && path.p[head->n - 1] == '/');
	assert_null(memchr(path.p + head->n, '/', path.n - head->n));
	for (uint32_t i = 0; i < head->nclues; i++)
		mark(&got, head->clues[i]);
	for (unsigned int kind = CLUE_FRONT; kind <= CLUE_FOLDED; kind++) {
		needles_find(slot->texts[kind], path, mark, &want);
		if (head->at[kind] != NEEDLES_LOST)
			needles_rest(slot->texts[kind], head->at[kind], path, head->n, mark, &got);
	}
	assert_memory_equal(&got, &want, sizeof(got));
	return true;
}

static void make_slots(struct slot_needles *slots, unsigned int most)
{
	memset(slots, 0, SLOTS * sizeof(*slots));
	for (uint32_t i = 0; i < SLOTS; i++)
		make_slot(&slots[i], i, 1 + chance(most));
}

static void free_slots(struct slot_needles *slots)
{
	for (uint32_t i = 0; i < SLOTS; i++) {
		for (unsigned int kind = 0; kind < CLUE_KINDS; kind++)
			needles_free(slots[i].texts[kind]);
	}
}

static void test_a_path_shows_what_its_directory_and_the_rest_show(void **state)
{
	unsigned int kept = 0, not = 0;

	(void)state;
	for (unsigned int turn = 0; turn < 60; turn++) {
		struct heads *heads = heads_new();
		struct slot_needles slots[SLOTS];

		assert_non_null(heads);
		make_slots(slots, chance(3) ? 3 : NEEDLES);
		for (unsigned int i = 0; i < 1000; i++) {
			uint32_t number = chance(SLOTS);
			char room[512];

			if (check_path(heads, number, &slots[number], random_path(room, sizeof(room))))
				kept++;
			else
				not++;
		}
		free_slots(slots);
		heads_free(heads);
	}
	assert_true(kept > 20000 && not > 1000);
}

/* Some of many slots must share a place. */
static void test_a_directory_is_known_for_one_slot(void **state)
{
	struct heads *heads = heads_new();
	struct slot_needles slots[SLOTS];

	(void)state;
	make_slots(slots, 3);
	for (uint32_t i = 0; i < 4096; i++)
		assert_true(check_path(heads, i, &slots[i % SLOTS], STR("/usr/lib/ab/etc/b.so")));
	free_slots(slots);
	heads_free(heads);
}

static void test_what_is_too_long_is_not_kept(void **state)
{
	struct heads *heads = heads_new();
	struct slot_needles slot = { 0 };
	char path[HEAD_BYTES + 3];

	(void)state;
	memset(path, 'a', sizeof(path));
	path[HEAD_BYTES - 1] = '/';
	assert_non_null(heads_find(heads, 0, &slot, (struct str){ path, sizeof(path) }));
	path[HEAD_BYTES] = '/';
	assert_null(heads_find(heads, 0, &slot, (struct str){ path, sizeof(path) }));
	assert_null(heads_find(heads, 0, &slot, STR("file")));
	assert_null(heads_find(heads, 0, &slot, STR("")));
	heads_free(heads);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_path_shows_what_its_directory_and_the_rest_show),
		cmocka_unit_test(test_a_directory_is_known_for_one_slot),
		cmocka_unit_test(test_what_is_too_long_is_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
