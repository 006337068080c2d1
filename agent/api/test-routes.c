/* SPDX-License-Identifier: Apache-2.0 */
/* Tests replies of the local API that need no running loop: the coverage of the agent's driver. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include "api/routes.h"

/* A driver with two hooks, of which one is missing. */
static int some_info(struct source *source, struct control_info *ret)
{
	static const struct control_hook hooks[] = {
		{ "sys_exit", "tp_btf", "armed" }, { "module_load", "tp_btf", "missing: a test" },
	};

	(void)source;
	*ret = (struct control_info){ .state = SAKER_STATE_ARMED, .nhooks = 2,
				      .hooks = malloc(sizeof(hooks)) };
	if (!ret->hooks)
		return -ENOMEM;
	memcpy(ret->hooks, hooks, sizeof(hooks));
	return 0;
}

/* Return: the HTTP status. */
static unsigned int get_coverage(struct api_reply *reply, bool live)
{
	static const struct source_ops ops = { .info = some_info };
	struct source source = { .ops = &ops, .name = "ebpf", .live = live };
	struct routes_ctx ctx = {
		.sources.source = &source,
		.covered = { .limits = COVER_SKIPS, .kernel.abis = 1u << EV_ABI_64 },
	};
	const struct api_route *route = routes;
	uint64_t ticket;

	while (strcmp(route->path, "/coverage"))
		route++;
	assert_string_equal(route->method, "GET");
	assert_int_equal(route->who, API_ROOT);
	*reply = (struct api_reply){ .status = 0 };
	assert_int_equal(route->handle(&ctx, STR(""), reply, &ticket), 0);
	return reply->status ? reply->status : 200;
}

static const json_t *event_of(const json_t *doc, const char *name)
{
	const json_t *event;
	size_t i;

	json_array_foreach(json_object_get(doc, "events"), i, event)
		if (!strcmp(json_string_value(json_object_get(event, "event")), name))
			return event;
	return NULL;
}

static void test_the_coverage_is_that_of_the_agents_driver(void **state)
{
	const json_t *ways, *seen;
	struct api_reply reply;
	struct utsname uts;
	json_t *doc;

	(void)state;
	assert_int_equal(get_coverage(&reply, true), 200);
	doc = json_loadb(reply.body, reply.len, 0, NULL);
	assert_non_null(doc);
	assert_int_equal(uname(&uts), 0);
	assert_string_equal(json_string_value(json_object_get(doc, "kernel")), uts.release);
	assert_string_equal(json_string_value(json_object_get(doc, "driver")), "ebpf");
	assert_true(json_is_true(json_object_get(doc, "running")));
	assert_int_equal(json_array_size(json_object_get(doc, "abis")), 1);
	assert_true(json_is_false(json_object_get(event_of(doc, "module_load"), "recorded")));
	seen = json_array_get(json_object_get(event_of(doc, "dup"), "seen"), 0);
	assert_string_equal(json_string_value(json_object_get(seen, "state")), "armed");
	ways = json_object_get(seen, "ways");
	assert_true(json_is_true(json_object_get(ways, "64-bit")));
	assert_true(json_is_null(json_object_get(ways, "x32")));
	json_decref(doc);
	free(reply.body);
}

static void test_a_replay_has_no_coverage(void **state)
{
	struct api_reply reply;

	(void)state;
	assert_int_equal(get_coverage(&reply, false), 404);
	assert_non_null(strstr(reply.body, "no driver"));
	free(reply.body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_coverage_is_that_of_the_agents_driver),
		cmocka_unit_test(test_a_replay_has_no_coverage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
