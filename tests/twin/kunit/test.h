/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * As much of KUnit as the driver's tests need. A failed expectation is counted
 * and printed; a failed assertion is the end, as nothing after it makes sense.
 */
#ifndef TWIN_KUNIT_TEST_H
#define TWIN_KUNIT_TEST_H

#include "kernel.h"

struct kunit {
	void *priv;
	unsigned int failures;
	void *allocated[64];
	unsigned int nallocated;
};

struct kunit_case {
	void (*run)(struct kunit *test);
	const char *name;
};

struct kunit_suite {
	const char *name;
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases;
};

#define KUNIT_CASE(f)		{ .run = f, .name = #f }
#define kunit_test_suite(s)	const struct kunit_suite *const twin_##s = &s

/* Fails if a test of the suite does. */
void kunit_run(const struct kunit_suite *suite);
void twin_failed(struct kunit *test, const char *file, int line, const char *what, bool fatal);
void *kunit_kzalloc(struct kunit *test, size_t size, int flags);

#define TWIN_EXPECT(test, good, fatal)								\
	do {											\
		if (!(good))									\
			twin_failed(test, __FILE__, __LINE__, #good, fatal);			\
	} while (0)

#define KUNIT_EXPECT_EQ(test, a, b)	TWIN_EXPECT(test, (a) == (b), false)
#define KUNIT_EXPECT_NE(test, a, b)	TWIN_EXPECT(test, (a) != (b), false)
#define KUNIT_EXPECT_LE(test, a, b)	TWIN_EXPECT(test, (a) <= (b), false)
#define KUNIT_EXPECT_LT(test, a, b)	TWIN_EXPECT(test, (a) < (b), false)
#define KUNIT_EXPECT_GE(test, a, b)	TWIN_EXPECT(test, (a) >= (b), false)
#define KUNIT_EXPECT_TRUE(test, a)	TWIN_EXPECT(test, a, false)
#define KUNIT_EXPECT_FALSE(test, a)	TWIN_EXPECT(test, !(a), false)
#define KUNIT_EXPECT_NULL(test, p)	TWIN_EXPECT(test, (p) == NULL, false)
#define KUNIT_EXPECT_NOT_NULL(test, p)	TWIN_EXPECT(test, (p) != NULL, false)
#define KUNIT_EXPECT_PTR_EQ(test, a, b)	TWIN_EXPECT(test, (void *)(a) == (void *)(b), false)
#define KUNIT_ASSERT_NOT_NULL(test, p)	TWIN_EXPECT(test, (p) != NULL, true)
#define KUNIT_ASSERT_FALSE(test, a)	TWIN_EXPECT(test, !(a), true)
#define KUNIT_ASSERT_EQ(test, a, b)	TWIN_EXPECT(test, (a) == (b), true)
#define KUNIT_ASSERT_GE(test, a, b)	TWIN_EXPECT(test, (a) >= (b), true)
#define kunit_info(test, ...)		((void)(test))

#endif
