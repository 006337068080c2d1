/* SPDX-License-Identifier: Apache-2.0 */
/* Tests that the table of control groups is bounded in bytes; test-limits.c has its other limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include "enrich/cgroup.h"
#include "enrich/enrich.h"

static struct enrich_stats stats_of(const struct enrich *enrich)
{
	struct enrich_stats stats;

	enrich_stats(enrich, &stats);
	return stats;
}

/* Applies a record of a group with a path of @len bytes. */
static int apply(struct enrich *enrich, enum ev_type type, uint64_t id, uint32_t len)
{
	struct {
		struct ev_cgroup_mkdir mkdir;
		char path[4096];
	} rec = { .mkdir = {
		.hdr = { .type = type, .len = sizeof(rec), .fixed_len = sizeof(rec.mkdir) },
		.id = id, .path = { offsetof(typeof(rec), path), len, len, len },
	} };
	struct event ev = { .hdr = &rec.mkdir.hdr, .cgroup_mkdir = &rec.mkdir };
	int r;

	memset(rec.path, 'p', sizeof(rec.path));
	r = enrich_apply(enrich, &ev);
	enrich_retire(enrich, &ev);
	return r;
}

static void test_groups_take_32_mib_at_most(void **state)
{
	const uint64_t each = sizeof(struct cgroup) + 4096 + 36, most = (32u << 20) / each;
	/* Of the paths of two groups that fill the table exactly, beside the others. */
	const uint32_t rest = (uint32_t)((32u << 20) - (most - 1) * each - 2 * (each - 4096));
	const struct enrich_config config = { .key = { 1, 2 } };
	struct enrich *enrich;

	(void)state;
	assert_int_equal(enrich_new(&enrich, &config), 0);
	for (uint64_t id = 1; id <= most; id++)
		assert_int_equal(apply(enrich, EV_cgroup_mkdir, id, 4096), 0);
	assert_int_equal(stats_of(enrich).cgroup_bytes, most * each);
	assert_int_equal(apply(enrich, EV_cgroup_mkdir, most + 1, 4096), -ENOMEM);
	assert_int_equal(stats_of(enrich).cgroups, most);
	assert_int_equal(stats_of(enrich).no_memory, 1);
	assert_int_equal(apply(enrich, EV_cgroup_mkdir, 7, rest / 2), 0);	/* replaces the old one */
	assert_int_equal(apply(enrich, EV_cgroup_mkdir, most + 1, rest - rest / 2 + 1), -ENOMEM);
	assert_int_equal(apply(enrich, EV_cgroup_mkdir, most + 1, rest - rest / 2), 0);
	assert_int_equal(stats_of(enrich).cgroup_bytes, 32u << 20);
	for (uint64_t id = 8; id <= 8 + 1024; id++)
		apply(enrich, EV_cgroup_rmdir, id, 0);			/* group 8 is forgotten */
	assert_int_equal(apply(enrich, EV_cgroup_mkdir, most + 2, 4096), 0);
	assert_int_equal(stats_of(enrich).cgroups, most + 1);
	enrich_free(enrich);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_groups_take_32_mib_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
