// SPDX-License-Identifier: GPL-2.0-only
/* Tests with KUnit the prefilter: what is refused, and what a path as given says. */
#include <kunit/test.h>
#include <linux/slab.h>
#include "prefilter.h"

#define SLOTS	64

static struct saker_prefilter *program(struct kunit *test)
{
	struct saker_prefilter *p = kunit_kzalloc(test, SAKER_PF_SIZE(SLOTS), GFP_KERNEL);

	p->generation = 1;
	p->size = SAKER_PF_SIZE(SLOTS);
	p->nslots = SLOTS;
	p->nevents = 1;
	return p;
}

static void nonsense_is_refused(struct kunit *test)
{
	struct saker_prefilter *p = program(test);
	unsigned long size = SAKER_PF_SIZE(SLOTS);
	static const u32 slots[] = { 0, 1, 63, 65, 128, 0x80000000, ~0u };
	const char *why;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, saker_pf_check(p, size, &why), 0);
	KUNIT_EXPECT_EQ(test, saker_pf_check(p, size - 1, &why), -1);
	KUNIT_EXPECT_EQ(test, saker_pf_check(p, 8, &why), -1);
	for (i = 0; i < ARRAY_SIZE(slots); i++) {
		p->nslots = slots[i];
		KUNIT_EXPECT_EQ(test, saker_pf_check(p, size, &why), -1);
	}
	p->nslots = SLOTS;
	p->nends = SAKER_PF_ENDS + 1;
	KUNIT_EXPECT_EQ(test, saker_pf_check(p, size, &why), -1);
	p->nends = 1;
	KUNIT_EXPECT_EQ(test, saker_pf_check(p, size, &why), -1);
	p->end[0].bits = 64;
	KUNIT_EXPECT_EQ(test, saker_pf_check(p, size, &why), 0);
	p->end[0].bits = 65;
	KUNIT_EXPECT_EQ(test, saker_pf_check(p, size, &why), -1);
	p->end[0].bits = 8;
	p->generation = 0;
	KUNIT_EXPECT_EQ(test, saker_pf_check(p, size, &why), -1);
}

static void tests_of_other_events_are_within_the_program(struct kunit *test)
{
	struct saker_prefilter *p = program(test);
	unsigned long size = SAKER_PF_SIZE(SLOTS);
	const char *why;

	p->nevents = 0;
	KUNIT_EXPECT_EQ(test, saker_pf_check(p, size, &why), -1);
	p->nevents = SAKER_PF_EVENTS + 1;
	KUNIT_EXPECT_EQ(test, saker_pf_check(p, size, &why), -1);
	p->nevents = 2;
	p->of_type[255] = 2;
	KUNIT_EXPECT_EQ(test, saker_pf_check(p, size, &why), -1);
	p->of_type[255] = 1;
	p->event[1].first = SAKER_PF_TESTS - 1;
	p->event[1].n = 1;
	KUNIT_EXPECT_EQ(test, saker_pf_check(p, size, &why), 0);
	p->event[1].n = 2;
	KUNIT_EXPECT_EQ(test, saker_pf_check(p, size, &why), -1);
	p->event[1].first = 0;
	p->event[1].n = SAKER_PF_EVENT_TESTS + 1;
	KUNIT_EXPECT_EQ(test, saker_pf_check(p, size, &why), -1);
	p->event[1].first = ~0u;
	p->event[1].n = 1;
	KUNIT_EXPECT_EQ(test, saker_pf_check(p, size, &why), -1);
	p->event[1].first = 0;
	p->test[0].source = SAKER_PF_SOURCES;
	KUNIT_EXPECT_EQ(test, saker_pf_check(p, size, &why), -1);
	p->test[0].source = 0;
	p->test[SAKER_PF_TESTS - 1].reserved = 1;
	KUNIT_EXPECT_EQ(test, saker_pf_check(p, size, &why), -1);
}

/* A table without a free slot: a name that is not there ends the search all the same. */
static void a_full_table_is_searched_to_its_end(struct kunit *test)
{
	struct saker_prefilter *p = program(test);
	unsigned int i;

	for (i = 0; i < SLOTS; i++)
		p->slot[i].key = 1 + 2 * i;
	KUNIT_EXPECT_EQ(test, saker_pf_find(p, ~0ull), 0ull);
	p->slot[5].clauses = 9;
	p->slot[5].key = 5ull << 40 | 1;
	KUNIT_EXPECT_EQ(test, saker_pf_find(p, 5ull << 40 | 1), 9ull);
}

struct given {
	const char *path;
	bool at_fd;
	u32 leaf, leaf_len;		/* what, and length */
	u32 parent, parent_len;
	bool dots, single;
};

static const struct given given[] = {
	{ .path = "/etc/passwd", .leaf = SAKER_PF_NAMED, .leaf_len = 6,
	  .parent = SAKER_PF_NAMED, .parent_len = 3 },
	{ .path = "/passwd", .leaf = SAKER_PF_NAMED, .leaf_len = 6, .parent = SAKER_PF_UNKNOWN },
	{ .path = "passwd", .leaf = SAKER_PF_NAMED, .leaf_len = 6, .parent = SAKER_PF_UNKNOWN,
	  .single = true },
	{ .path = "etc/passwd", .leaf = SAKER_PF_NAMED, .leaf_len = 6,
	  .parent = SAKER_PF_NAMED, .parent_len = 3 },
	{ .path = "etc/passwd", .at_fd = true, .leaf = SAKER_PF_ABSENT,
	  .parent = SAKER_PF_ABSENT },
	{ .path = "/etc/passwd", .at_fd = true, .leaf = SAKER_PF_NAMED, .leaf_len = 6,
	  .parent = SAKER_PF_NAMED, .parent_len = 3 },
	{ .path = "/etc//passwd", .leaf = SAKER_PF_NAMED, .leaf_len = 6,
	  .parent = SAKER_PF_UNKNOWN },
	{ .path = "/etc/passwd/", .leaf = SAKER_PF_UNKNOWN, .parent = SAKER_PF_UNKNOWN },
	{ .path = "/etc/.", .leaf = SAKER_PF_UNKNOWN, .parent = SAKER_PF_UNKNOWN },
	{ .path = "/etc/..", .leaf = SAKER_PF_UNKNOWN, .parent = SAKER_PF_UNKNOWN, .dots = true },
	{ .path = "../passwd", .leaf = SAKER_PF_NAMED, .leaf_len = 6,
	  .parent = SAKER_PF_UNKNOWN, .dots = true },
	{ .path = "/a.b.c/.d", .leaf = SAKER_PF_NAMED, .leaf_len = 2,
	  .parent = SAKER_PF_NAMED, .parent_len = 5 },
	{ .path = "/123456..890/a", .leaf = SAKER_PF_NAMED, .leaf_len = 1,
	  .parent = SAKER_PF_NAMED, .parent_len = 11, .dots = true },
	{ .path = "", .leaf = SAKER_PF_UNKNOWN, .parent = SAKER_PF_UNKNOWN },
	{ .path = "/", .leaf = SAKER_PF_UNKNOWN, .parent = SAKER_PF_UNKNOWN },
	{ .path = "..", .leaf = SAKER_PF_UNKNOWN, .parent = SAKER_PF_UNKNOWN, .dots = true },
};

static void given_set(struct saker_pf_given *g, u32 len, bool at_fd)
{
	*g = (struct saker_pf_given){ .end = 16 + len, .len = len, .at_fd = at_fd };
}

static void a_path_as_given_is_cut_into_names(struct kunit *test)
{
	char *buf = kunit_kzalloc(test, SAKER_PF_GIVEN, GFP_KERNEL);
	struct saker_pf_given g;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(given); i++) {
		u32 len = strlen(given[i].path);

		memset(buf, 0, SAKER_PF_GIVEN);
		memcpy(buf + 16, given[i].path, len);
		given_set(&g, len, given[i].at_fd);
		saker_pf_given_leaf(&g, buf);
		KUNIT_EXPECT_EQ(test, g.name.what, given[i].leaf);
		KUNIT_EXPECT_EQ(test, !!saker_pf_is_single(&g), given[i].single);
		KUNIT_EXPECT_EQ(test, !!SAKER_PF_TWO_DOTS(&g, buf), given[i].dots);
		if (given[i].leaf == SAKER_PF_NAMED)
			KUNIT_EXPECT_EQ(test, g.name.len, given[i].leaf_len);
		if (given[i].single)
			continue;
		saker_pf_given_parent(&g, buf);
		KUNIT_EXPECT_EQ(test, g.name.what, given[i].parent);
		if (given[i].parent == SAKER_PF_NAMED)
			KUNIT_EXPECT_EQ(test, g.name.len, given[i].parent_len);
	}
}

/* Each length of a name, each place of the slash. */
static void names_are_compared_by_their_ends(struct kunit *test)
{
	char *buf = kunit_kzalloc(test, SAKER_PF_GIVEN, GFP_KERNEL);
	struct saker_pf_name *n;
	struct saker_pf_given g;
	u32 leaf, dir;

	n = &g.name;
	for (leaf = 1; leaf < 60; leaf++)
		for (dir = 1; dir < 60; dir++) {
			memset(buf, 0, SAKER_PF_GIVEN);
			memset(buf + 16, 'a', dir + 1 + leaf);
			buf[16 + dir] = '/';
			given_set(&g, dir + 1 + leaf, false);
			saker_pf_given_leaf(&g, buf);
			KUNIT_EXPECT_EQ(test, n->len, leaf);
			KUNIT_EXPECT_EQ(test, n->last, leaf < 8 ?
					0x6161616161616161ull << (64 - 8 * leaf) :
					0x6161616161616161ull);
			saker_pf_given_parent(&g, buf);
			KUNIT_EXPECT_EQ(test, n->len, dir);
			KUNIT_EXPECT_EQ(test, n->before, dir <= 8 ? 0ull : dir < 16 ?
					0x6161616161616161ull << (128 - 8 * dir) :
					0x6161616161616161ull);
		}
}

/* The last name of "xNAME", "/NAME" and "NAME" for each length of it. */
static void the_name_of_the_file_is_found_in_the_path_as_given(struct kunit *test)
{
	char *buf = kunit_kzalloc(test, SAKER_PF_GIVEN, GFP_KERNEL);
	struct saker_pf_name n;
	struct saker_pf_given g;
	u32 len;

	for (len = 1; len < 40; len++) {
		memset(buf, 0, SAKER_PF_GIVEN);
		memset(buf + 16, 'a', len + 1);
		given_set(&g, len + 1, false);
		saker_pf_cut(&n, buf, 17 + len, 0, len);
		KUNIT_EXPECT_FALSE(test, saker_pf_given_is(&g, buf, &n));
		buf[16] = '/';
		KUNIT_EXPECT_EQ(test, !!saker_pf_given_is(&g, buf, &n), len < 16);
		buf[17] = 'b';
		KUNIT_EXPECT_FALSE(test, saker_pf_given_is(&g, buf, &n));
		buf[17] = 'a';
		buf[16] = 0;
		KUNIT_EXPECT_FALSE(test, saker_pf_given_is(&g, buf, &n));
	}
}

static struct kunit_case prefilter_cases[] = {
	KUNIT_CASE(nonsense_is_refused),
	KUNIT_CASE(tests_of_other_events_are_within_the_program),
	KUNIT_CASE(a_full_table_is_searched_to_its_end),
	KUNIT_CASE(a_path_as_given_is_cut_into_names),
	KUNIT_CASE(names_are_compared_by_their_ends),
	KUNIT_CASE(the_name_of_the_file_is_found_in_the_path_as_given),
	{}
};

static struct kunit_suite prefilter_suite = {
	.name = "saker_prefilter",
	.test_cases = prefilter_cases,
};

kunit_test_suite(prefilter_suite);
