// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests with KUnit that parts and paths stay inside the reserved room, even if need() returns
 * too little.
 */
#include <kunit/test.h>
#include <linux/namei.h>
#include <linux/path.h>
#include "fill_table.h"
#include "part.h"
#include "path.h"

#define GUARD	0x5555555555555555ull

struct arena {
	struct saker_fill f;
	u64 bytes[1024];
};

static struct arena *arena_new(struct kunit *test, u32 room)
{
	struct arena *a = kunit_kzalloc(test, sizeof(*a), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, a);
	for (i = 0; i < ARRAY_SIZE(a->bytes); i++)
		a->bytes[i] = GUARD;
	memset(a->bytes, 0, sizeof(struct ev_open));
	a->f.rec = (void *)a->bytes;
	a->f.used = sizeof(struct ev_open);
	a->f.room = sizeof(struct ev_open) + room;
	return a;
}

static void guard_is_whole(struct kunit *test, const struct arena *a)
{
	unsigned int i;

	for (i = ALIGN(a->f.room, 8) / 8; i < ARRAY_SIZE(a->bytes); i++)
		KUNIT_ASSERT_EQ(test, a->bytes[i], GUARD);
}

static void a_kernel_part_is_cut_to_the_room(struct kunit *test)
{
	static const char text[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	u32 room, len;

	for (room = 0; room < 64; room += 8) {
		for (len = 0; len < 36; len++) {
			struct arena *a = arena_new(test, room);
			struct ev_open *e = (void *)a->f.rec;

			saker_part_kernel(SAKER_PART(&a->f, open, name), text, len, len);
			guard_is_whole(test, a);
			KUNIT_ASSERT_LE(test, e->name.len, len);
			KUNIT_ASSERT_EQ(test, e->name.full, len);
			KUNIT_ASSERT_EQ(test, 0,
					memcmp((char *)e + e->name.off, text, e->name.len));
			KUNIT_ASSERT_EQ(test, ev_prov(&e->hdr, EV_FIELD(open, name)),
					e->name.len < len ? EV_PROV_TRUNCATED : 0u);
			if (SAKER_NEED(len) <= room)
				KUNIT_ASSERT_EQ(test, e->name.len, len);
		}
	}
}

static void a_path_lands_behind_the_last_part(struct kunit *test)
{
	struct arena *a = arena_new(test, SAKER_NEED_PATH);
	struct ev_open *e = (void *)a->f.rec;
	struct path path;

	if (kern_path("/proc/sys/kernel", LOOKUP_FOLLOW, &path))
		kunit_skip(test, "no /proc");
	saker_part_kernel(SAKER_PART(&a->f, open, name), "abc", 3, 3);
	saker_part_path(SAKER_PART(&a->f, open, path), &path, EV_PROV_KERNEL);
	path_put(&path);
	guard_is_whole(test, a);
	KUNIT_EXPECT_EQ(test, e->path.len, 16u);
	KUNIT_EXPECT_EQ(test, e->path.full, 16u);
	KUNIT_EXPECT_EQ(test, e->path.off, e->name.off + 8);
	KUNIT_EXPECT_EQ(test, memcmp((char *)e + e->path.off, "/proc/sys/kernel", 16), 0);
	KUNIT_EXPECT_EQ(test, a->f.used, e->path.off + 16);
}

static void a_path_too_long_keeps_its_end(struct kunit *test)
{
	struct arena *a = arena_new(test, 24);
	struct ev_open *e = (void *)a->f.rec;
	struct path path;
	unsigned int prov;

	if (kern_path("/proc/sys/kernel", LOOKUP_FOLLOW, &path))
		kunit_skip(test, "no /proc");
	saker_part_path(SAKER_PART(&a->f, open, path), &path, EV_PROV_KERNEL);
	path_put(&path);
	guard_is_whole(test, a);
	prov = ev_prov(&e->hdr, EV_FIELD(open, path));
	KUNIT_EXPECT_TRUE(test, prov == EV_PROV_TRUNCATED || prov == EV_PROV_UNREADABLE);
	if (prov == EV_PROV_TRUNCATED)
		KUNIT_EXPECT_EQ(test, 0,
				memcmp((char *)e + e->path.off + e->path.len - 6, "kernel", 6));
}

static void limits_have_defaults_and_a_ceiling(struct kunit *test)
{
	struct saker_selection *sel = kunit_kzalloc(test, sizeof(*sel), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, sel);
	KUNIT_EXPECT_EQ(test, saker_argv_limit(sel), SAKER_ARGV_MAX);
	KUNIT_EXPECT_EQ(test, saker_env_limit(sel), 0u);
	sel->argv_max = 100;
	sel->env_max = ~0u;
	KUNIT_EXPECT_EQ(test, saker_argv_limit(sel), 100u);
	KUNIT_EXPECT_EQ(test, saker_env_limit(sel), SAKER_ARGV_MAX);
}

/* A hook that emits a type without a filler would call a NULL pointer. */
static void every_event_of_a_hook_has_a_filler(struct kunit *test)
{
	unsigned int type;

	for (type = EV_execve; type <= EV_cgroup_attach; type++) {
		const struct saker_filler *filler = &saker_fillers[type];

		KUNIT_EXPECT_EQ(test, (unsigned int)filler->type, type);
		KUNIT_EXPECT_NOT_NULL(test, filler->fill);
		KUNIT_EXPECT_EQ(test, filler->fixed % 8, 0);
		KUNIT_EXPECT_EQ(test, (filler->parts[0] | filler->parts[1]) % 8, 0u);
		KUNIT_EXPECT_TRUE(test, !filler->more || filler->more == sizeof(struct ev_more));
	}
	KUNIT_EXPECT_NULL(test, saker_fillers[EV_gap].fill);
}

static struct kunit_case part_cases[] = {
	KUNIT_CASE(a_kernel_part_is_cut_to_the_room),
	KUNIT_CASE(a_path_lands_behind_the_last_part),
	KUNIT_CASE(a_path_too_long_keeps_its_end),
	KUNIT_CASE(limits_have_defaults_and_a_ceiling),
	KUNIT_CASE(every_event_of_a_hook_has_a_filler),
	{}
};

static struct kunit_suite part_suite = {
	.name = "saker-part",
	.test_cases = part_cases,
};

kunit_test_suite(part_suite);
