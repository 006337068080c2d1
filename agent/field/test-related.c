/* SPDX-License-Identifier: Apache-2.0 */
/* Tests that related.def names fields that exist, and wrong names that do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "field/related.h"

/* Without the argument in brackets. */
static bool exists(const char *name)
{
	return field_find((struct str){ name, strcspn(name, "[") });
}

static void test_every_name_is_that_of_a_field(void **state)
{
	static const char *const names[] = {
#define FIELD_ROLE(role, name)			name,
#define FIELD_INSTEAD(name, kind, right)	name, right,
#define FIELD_OFTEN(wrong, right)		right,
#include "field/related.def"
#undef FIELD_ROLE
#undef FIELD_INSTEAD
#undef FIELD_OFTEN
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!exists(names[i]))
			fail_msg("there is no field %s", names[i]);
	}
}

static void test_a_wrong_name_is_that_of_no_field(void **state)
{
	static const char *const names[] = {
#define FIELD_ROLE(role, name)
#define FIELD_INSTEAD(name, kind, right)
#define FIELD_OFTEN(wrong, right)		wrong,
#include "field/related.def"
#undef FIELD_ROLE
#undef FIELD_INSTEAD
#undef FIELD_OFTEN
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (exists(names[i]))
			fail_msg("%s is a field", names[i]);
		assert_non_null(field_often(str_of(names[i])));
	}
	assert_null(field_often(STR("proc.name")));
}

static void test_the_agent_reads_fields_that_have_data(void **state)
{
	(void)state;
	for (enum field_role role = FIELD_ROLE_PROCESS; role <= FIELD_ROLE_TIME_ISO8601; role++)
		assert_non_null(field_role(role)->extract);
}

static void test_each_kind_of_constant_has_its_field(void **state)
{
	const struct field_def *ip = field_find(STR("fd.sip"));

	(void)state;
	assert_string_equal(field_instead(ip, INSTEAD_NETWORK), "fd.snet");
	assert_string_equal(field_instead(ip, INSTEAD_NAME), "fd.sip.name");
	assert_null(field_instead(ip, INSTEAD_PATH));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_name_is_that_of_a_field),
		cmocka_unit_test(test_a_wrong_name_is_that_of_no_field),
		cmocka_unit_test(test_the_agent_reads_fields_that_have_data),
		cmocka_unit_test(test_each_kind_of_constant_has_its_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
