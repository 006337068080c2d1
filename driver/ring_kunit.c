// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests the ring with KUnit, on a CPU's own ring memory, with a consumer that writes false
 * tails.
 */
#include <kunit/test.h>
#include <linux/string.h>
#include "fill.h"
#include "ring.h"

#define SIZE	SAKER_RING_MIN

static int ring_test_init(struct kunit *test)
{
	struct saker_ring *r = saker_ring_new(0, SIZE, 7);

	KUNIT_ASSERT_NOT_NULL(test, r);
	test->priv = r;
	return 0;
}

static void ring_test_exit(struct kunit *test)
{
	saker_ring_free(test->priv);
}

/* Reserve and publish one record. Return: 0 or the error of the reservation. */
static int put(struct saker_ring *r, u32 len, enum saker_ring_class class)
{
	void *p;

	saker_ring_enter(r);
	p = saker_ring_reserve(r, len, len, class);
	saker_ring_leave(r, 1);
	return PTR_ERR_OR_ZERO(p);
}

static void consume(struct saker_ring *r, u64 bytes)
{
	r->consumer->tail += bytes;
}

/* Write records until the class finds no room. */
static u32 fill(struct saker_ring *r, enum saker_ring_class class)
{
	u32 n = 0;

	while (!put(r, 1024, class))
		n++;
	return n;
}

static void it_describes_itself(struct kunit *test)
{
	struct saker_ring *r = test->priv;

	KUNIT_EXPECT_EQ(test, r->producer->magic, SAKER_RING_MAGIC);
	KUNIT_EXPECT_EQ(test, r->producer->size, SIZE);
	KUNIT_EXPECT_EQ(test, r->producer->ring_generation, 7ull);
	KUNIT_EXPECT_EQ(test, r->producer->head, 0ull);
}

static void a_record_across_the_end_is_contiguous(struct kunit *test)
{
	struct saker_ring *r = test->priv;
	char *p;

	r->head = SIZE - 8;
	r->tail = SIZE - 8;
	r->producer->head = SIZE - 8;
	r->consumer->tail = SIZE - 8;
	saker_ring_enter(r);
	p = saker_ring_reserve(r, 64, 64, SAKER_RING_ORDINARY);
	KUNIT_ASSERT_FALSE(test, IS_ERR(p));
	memset(p, 0x5a, 64);
	saker_ring_leave(r, 1);
	KUNIT_EXPECT_EQ(test, (int)r->data[0], 0x5a);
	KUNIT_EXPECT_EQ(test, (int)r->data[55], 0x5a);
	KUNIT_EXPECT_EQ(test, (int)r->data[56], 0);
	KUNIT_EXPECT_EQ(test, r->producer->head, SIZE + 56);
}

static void only_the_outermost_publishes(struct kunit *test)
{
	struct saker_ring *r = test->priv;
	void *outer, *inner;

	saker_ring_enter(r);
	KUNIT_EXPECT_EQ(test, r->producer->busy, 1ull);
	outer = saker_ring_reserve(r, 128, 128, SAKER_RING_ORDINARY);
	saker_ring_enter(r);
	inner = saker_ring_reserve(r, 128, 128, SAKER_RING_ORDINARY);
	KUNIT_EXPECT_PTR_EQ(test, inner, outer + 128);
	KUNIT_EXPECT_FALSE(test, saker_ring_leave(r, 2));
	KUNIT_EXPECT_EQ(test, r->producer->head, 0ull);
	KUNIT_EXPECT_EQ(test, r->producer->busy, 1ull);
	KUNIT_EXPECT_TRUE(test, saker_ring_leave(r, 2));
	KUNIT_EXPECT_EQ(test, r->producer->head, 256ull);
	KUNIT_EXPECT_EQ(test, r->producer->seq, 2ull);
	KUNIT_EXPECT_EQ(test, r->producer->busy, 0ull);
}

static void what_is_not_used_is_given_back(struct kunit *test)
{
	struct saker_ring *r = test->priv;
	void *p;

	saker_ring_enter(r);
	p = saker_ring_reserve(r, 8192, 8192, SAKER_RING_ORDINARY);
	KUNIT_EXPECT_EQ(test, saker_ring_trim(r, r->head, 8192, 104), 104u);
	saker_ring_leave(r, 1);
	KUNIT_EXPECT_EQ(test, r->producer->head, 104ull);
	saker_ring_enter(r);
	p = saker_ring_reserve(r, 8192, 8192, SAKER_RING_ORDINARY);
	KUNIT_EXPECT_EQ(test, saker_ring_trim(r, r->head, 8192, 0), 0u);
	KUNIT_EXPECT_FALSE(test, saker_ring_leave(r, 1));
	KUNIT_EXPECT_EQ(test, r->producer->head, 104ull);
}

static void nothing_is_given_back_below_a_nested_record(struct kunit *test)
{
	struct saker_ring *r = test->priv;
	u64 outer, inner;

	saker_ring_enter(r);
	saker_ring_reserve(r, 512, 512, SAKER_RING_ORDINARY);
	outer = r->head;
	saker_ring_enter(r);
	saker_ring_reserve(r, 128, 128, SAKER_RING_ORDINARY);
	inner = r->head;
	KUNIT_EXPECT_EQ(test, saker_ring_trim(r, inner, 128, 104), 104u);
	saker_ring_leave(r, 1);
	KUNIT_EXPECT_EQ(test, saker_ring_trim(r, outer, 512, 96), 512u);
	saker_ring_leave(r, 2);
	KUNIT_EXPECT_EQ(test, r->producer->head, 616ull);
}

static void the_last_eighth_is_reserved(struct kunit *test)
{
	struct saker_ring *r = test->priv;

	KUNIT_EXPECT_EQ(test, fill(r, SAKER_RING_ORDINARY), (u32)(SIZE / 8 * 7 / 1024));
	KUNIT_EXPECT_EQ(test, put(r, 1024, SAKER_RING_RESERVED), 0);
	KUNIT_EXPECT_EQ(test, fill(r, SAKER_RING_RESERVED), (u32)(SIZE / 8 / 1024 - 1));
	KUNIT_EXPECT_EQ(test, put(r, 1024, SAKER_RING_RESERVED), SAKER_DROP(ring_full));
	KUNIT_EXPECT_EQ(test, r->producer->head, SIZE);
}

static void each_loss_has_its_reason(struct kunit *test)
{
	struct saker_ring *r = test->priv;

	while (!put(r, 1024, SAKER_RING_ORDINARY) && r->head < SIZE / 8 * 7)
		;
	KUNIT_EXPECT_EQ(test, put(r, 1024, SAKER_RING_ORDINARY), SAKER_DROP(headroom));
	KUNIT_EXPECT_EQ(test, put(r, 1024, SAKER_RING_ORDINARY), SAKER_DROP(hysteresis));
	KUNIT_EXPECT_EQ(test, put(r, SIZE / 8 + 8, SAKER_RING_RESERVED), SAKER_DROP(too_big));
}

static void it_resumes_when_an_eighth_is_free_again(struct kunit *test)
{
	struct saker_ring *r = test->priv;

	fill(r, SAKER_RING_ORDINARY);
	consume(r, SIZE / 8 - 1024);
	KUNIT_EXPECT_EQ(test, put(r, 1024, SAKER_RING_ORDINARY), SAKER_DROP(hysteresis));
	consume(r, 1024);
	KUNIT_EXPECT_EQ(test, put(r, 1024, SAKER_RING_ORDINARY), 0);
	KUNIT_EXPECT_EQ(test, put(r, 1024, SAKER_RING_ORDINARY), 0);
}

static void a_lying_tail_is_refused_and_counted(struct kunit *test)
{
	struct saker_ring *r = test->priv;
	static const u64 lies[] = { SIZE * 2, ~0ull, 1024 + 4, 1 };
	unsigned int i;

	fill(r, SAKER_RING_RESERVED);
	r->consumer->tail = 2048;
	put(r, 1024, SAKER_RING_RESERVED);
	KUNIT_EXPECT_EQ(test, r->tail, 2048ull);
	for (i = 0; i < ARRAY_SIZE(lies); i++) {
		u64 before = r->producer->bad_tail;

		r->consumer->tail = lies[i];
		put(r, 8192, SAKER_RING_RESERVED);
		KUNIT_EXPECT_EQ(test, r->tail, 2048ull);
		KUNIT_EXPECT_EQ(test, r->producer->bad_tail, before + 1);
	}
	saker_ring_sanitize(r);
	KUNIT_EXPECT_EQ(test, r->consumer->tail, 2048ull);
}

static void a_sleeper_is_woken_for_what_it_waits_for(struct kunit *test)
{
	struct saker_ring *r = test->priv;

	KUNIT_EXPECT_FALSE(test, saker_ring_wake_due(r));
	put(r, 1024, SAKER_RING_ORDINARY);
	KUNIT_EXPECT_FALSE(test, saker_ring_wake_due(r));
	r->consumer->wake = SAKER_WAKE_ANY;
	KUNIT_EXPECT_TRUE(test, saker_ring_wake_due(r));
	r->consumer->wake = SAKER_WAKE_WATERMARK;
	r->urgent = r->head;
	KUNIT_EXPECT_TRUE(test, saker_ring_wake_due(r));
	consume(r, 1024);
	KUNIT_EXPECT_FALSE(test, saker_ring_wake_due(r));
	while (r->head < 1024 + SIZE / 8)
		put(r, 1024, SAKER_RING_ORDINARY);
	KUNIT_EXPECT_TRUE(test, saker_ring_wake_due(r));
}

static struct kunit_case ring_cases[] = {
	KUNIT_CASE(it_describes_itself),
	KUNIT_CASE(a_record_across_the_end_is_contiguous),
	KUNIT_CASE(only_the_outermost_publishes),
	KUNIT_CASE(what_is_not_used_is_given_back),
	KUNIT_CASE(nothing_is_given_back_below_a_nested_record),
	KUNIT_CASE(the_last_eighth_is_reserved),
	KUNIT_CASE(each_loss_has_its_reason),
	KUNIT_CASE(it_resumes_when_an_eighth_is_free_again),
	KUNIT_CASE(a_lying_tail_is_refused_and_counted),
	KUNIT_CASE(a_sleeper_is_woken_for_what_it_waits_for),
	{}
};

static struct kunit_suite ring_suite = {
	.name = "saker_ring",
	.init = ring_test_init,
	.exit = ring_test_exit,
	.test_cases = ring_cases,
};

kunit_test_suite(ring_suite);
