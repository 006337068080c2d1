/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests the page for Prometheus: it has each metric of the table once, with type and
 * documentation, and nothing else; without a driver it has none of a driver.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "metrics/metrics.h"

static const struct choice choice = {
	.driver = "ebpf", .why = "eBPF works here", .nskipped = 1,
	.skipped = { { .driver = "kmod", .reason = "no \"C:\\saker.ko\"\nwas built" } },
};
static const struct choice no_choice = { .driver = NULL };

static struct control_hook hooks[] = {
	{ .name = "sys_exit", .kind = "tp_btf", .state = "armed" },
	{ .name = "security_file_open", .kind = "fentry", .state = "missing: this kernel allows no program here" },
};

static struct str tags[] = { STR_INIT("T1059"), STR_INIT("a-b"), STR_INIT("a.b"), STR_INIT("pci_1.2") };

static const struct rule rules[] = {
	{ .name = STR_INIT("a \"quoted\" name"), .source = STR_INIT("syscall"), .priority = 4,
	  .tags = tags, .ntags = 4 },
	{ .name = STR_INIT("second"), .source = STR_INIT("syscall"), .priority = 0 },
};

static const struct rule_counters counters[] = {
	{ .evaluated = 5000, .matched = 7, .undecided = 2, .sampled = 4, .sampled_ns = 1600 },
	{ .evaluated = 9 },
};

/* Sources with every possible metric. */
static const struct metrics full = {
	.choice = &choice,
	.driver = {
		.driver = "ebpf",
		.info = {
			.abi = 1u << 16 | 4, .state = SAKER_STATE_ARMED, .release = "0.1.0",
			.generation = 3, .ring_size = 4096, .hooks = hooks, .nhooks = 2,
			.denied = 6,
		},
		.type = {
			[EV_open] = { .hits = 12, .emitted = 5, .filtered = 1,
				      .dropped = { [EV_DROP_ring_full] = 4, [EV_DROP_nested] = 2 } },
			[EV_TYPE_MAX - 1] = { .hits = 1, .emitted = 1 },
		},
	},
	.answered = 1, .rings = 2, .rings_bytes = 8192, .recorded_or_lost = 12, .lost = 6,
	.reloads = { .taken = 2, .refused = 1 },
	.rules = rules, .counters = counters, .nrules = 2, .generation = 3,
	.hostname = STR_INIT("host"), .kernel = "6.1.0-56-amd64",
	.start_ns = 1700000000123456789, .cpu_ns = 1500000000, .rss_bytes = 4096000,
};

static char *print(const struct metrics *m)
{
	char *text;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	assert_non_null(out);
	metrics_print(out, m);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(strlen(text), n);
	return text;
}

static const struct metric_def *find(struct str name)
{
	for (unsigned int i = 0; i < metric_count; i++)
		if (str_eq(name, str_of(metric_table[i].name)))
			return &metric_table[i];
	return NULL;
}

/* -- the text of families -- */

static void assert_family(const char *page, const char *name, const char *samples)
{
	const struct metric_def *def = find(str_of(name));
	char *want;

	assert_non_null(def);
	assert_true(asprintf(&want, "# HELP %s %s\n# TYPE %s %s\n%s", name, def->doc, name,
			     promw_type_name(def->type), samples) > 0);
	if (!strstr(page, want))
		fail_msg("not on the page:\n%s", want);
	free(want);
}

static void test_the_driver_and_skipped_drivers_are_metrics(void **state)
{
	char *page = print(&full);

	(void)state;
	assert_family(page, "saker_driver_info",
		      "saker_driver_info{driver=\"ebpf\",why=\"eBPF works here\"} 1\n# ");
	assert_family(page, "saker_driver_skipped_info",
		      "saker_driver_skipped_info{driver=\"kmod\","
		      "reason=\"no \\\"C:\\\\saker.ko\\\"\\nwas built\"} 1\n# ");
	assert_family(page, "saker_driver_build_info",
		      "saker_driver_build_info{release=\"0.1.0\",abi=\"1.4\"} 1\n# ");
	assert_family(page, "saker_driver_state",
		      "saker_driver_state{state=\"idle\"} 0\n"
		      "saker_driver_state{state=\"armed\"} 1\n"
		      "saker_driver_state{state=\"orphan\"} 0\n"
		      "saker_driver_state{state=\"disarmed\"} 0\n# ");
	assert_family(page, "saker_hook_info",
		      "saker_hook_info{hook=\"sys_exit\",kind=\"tp_btf\",state=\"armed\"} 1\n"
		      "saker_hook_info{hook=\"security_file_open\",kind=\"fentry\","
		      "state=\"missing: this kernel allows no program here\"} 1\n# ");
	assert_family(page, "saker_setters_denied_total", "saker_setters_denied_total 6\n# ");
	assert_family(page, "saker_ring_size_bytes", "saker_ring_size_bytes 4096\n# ");
	free(page);
}

static void test_events_are_counted_by_type_and_reason(void **state)
{
	char *page = print(&full);

	(void)state;
	assert_family(page, "saker_event_hits_total",
		      "saker_event_hits_total{event=\"open\"} 12\n"
		      "saker_event_hits_total{event=\"255\"} 1\n# ");
	assert_family(page, "saker_events_recorded_total",
		      "saker_events_recorded_total{event=\"open\"} 5\n"
		      "saker_events_recorded_total{event=\"255\"} 1\n# ");
	assert_family(page, "saker_events_filtered_total",
		      "saker_events_filtered_total{event=\"open\"} 1\n"
		      "saker_events_filtered_total{event=\"255\"} 0\n# ");
	assert_family(page, "saker_events_lost_total",
		      "saker_events_lost_total{event=\"open\",reason=\"ring_full\"} 4\n"
		      "saker_events_lost_total{event=\"open\",reason=\"nested\"} 2\n# ");
	assert_family(page, "falcosecurity_scap_n_drops_total",
		      "falcosecurity_scap_n_drops_total 6\n# ");
	free(page);
}

/* Tags become names of labels, of which there may be no two alike. */
static void test_rules_have_falcos_labels(void **state)
{
	char *page = print(&full);

	(void)state;
	assert_family(page, "falcosecurity_falco_rules_matches_total",
		      "falcosecurity_falco_rules_matches_total{priority=\"4\","
		      "rule_name=\"a \\\"quoted\\\" name\",source=\"syscall\",tag_T1059=\"true\","
		      "tag_a_b=\"true\",tag_pci_1_2=\"true\"} 7\n"
		      "falcosecurity_falco_rules_matches_total{priority=\"0\",rule_name=\"second\","
		      "source=\"syscall\"} 0\n# ");
	assert_family(page, "saker_rule_sampled_seconds_total",
		      "saker_rule_sampled_seconds_total{rule_name=\"a \\\"quoted\\\" name\"} 0.000001600\n"
		      "saker_rule_sampled_seconds_total{rule_name=\"second\"} 0.000000000\n# ");
	assert_family(page, "saker_rule_undecided_total",
		      "saker_rule_undecided_total{rule_name=\"a \\\"quoted\\\" name\"} 2\n"
		      "saker_rule_undecided_total{rule_name=\"second\"} 0\n# ");
	assert_family(page, "saker_reloads_total",
		      "saker_reloads_total{result=\"taken\"} 2\n"
		      "saker_reloads_total{result=\"refused\"} 1\n# ");
	assert_family(page, "falcosecurity_falco_start_timestamp_nanoseconds",
		      "falcosecurity_falco_start_timestamp_nanoseconds 1700000000123456789\n# ");
	assert_family(page, "saker_cpu_seconds_total", "saker_cpu_seconds_total 1.500000000\n# ");
	free(page);
}

/* -- the page as a whole -- */

/* Is the label one of "event,reason,tag_*"? */
static bool has_label(const char *labels, struct str name)
{
	while (*labels) {
		struct str one = { labels, strcspn(labels, ",") };

		if (str_eq(one, name) || (str_eq(one, STR("tag_*")) && str_starts(name, STR("tag_"))))
			return true;
		labels += one.n + !!labels[one.n];
	}
	return false;
}

/* {name="value",...}: each name is in the table and occurs once. */
static void check_labels(const struct metric_def *def, const char *p)
{
	struct str seen[16];
	size_t n = 0;

	if (*p != '{')
		return;
	for (p++; ; p++) {
		struct str name = { p, strcspn(p, "=") };

		assert_true(has_label(def->labels, name));
		for (size_t i = 0; i < n; i++)
			assert_false(str_eq(seen[i], name));
		seen[n++] = name;
		for (p += name.n + 2; *p != '"'; p++)
			p += *p == '\\';
		if (*++p != ',')
			break;
	}
	assert_int_equal(*p, '}');
}

/*
 * Checks that each family is announced once, in the order of the table. Return: the number of
 * families.
 */
static unsigned int check_page(const char *page)
{
	const struct metric_def *def = NULL;
	unsigned int families = 0;
	char type[256];

	for (const char *line = page, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		assert_non_null(end);
		if (!strncmp(line, "# HELP ", 7)) {
			const struct metric_def *next =
				find((struct str){ line + 7, strcspn(line + 7, " ") });

			assert_non_null(next);
			assert_true(!def || next > def);
			def = next;
			families++;
			snprintf(type, sizeof(type), "\n# TYPE %s %s\n%s", def->name,
				 promw_type_name(def->type), def->name);
			assert_memory_equal(end, type, strlen(type));
		} else if (*line != '#') {
			assert_non_null(def);
			assert_memory_equal(line, def->name, strlen(def->name));
			check_labels(def, line + strlen(def->name));
		}
	}
	return families;
}

static void test_the_page_has_exactly_the_metrics_of_the_table(void **state)
{
	char *page = print(&full);

	(void)state;
	assert_int_equal(check_page(page), metric_count);
	free(page);
}

static void test_without_a_driver_there_are_no_driver_metrics(void **state)
{
	struct metrics m = full;
	unsigned int always = 0, with_driver = 0;
	char *page;

	(void)state;
	for (unsigned int i = 0; i < metric_count; i++) {
		always += metric_table[i].when == METRIC_ALWAYS;
		with_driver += metric_table[i].when == METRIC_WITH_DRIVER;
	}
	m.answered = 0;
	page = print(&m);
	assert_int_equal(check_page(page), always + with_driver);
	assert_family(page, "saker_driver_up", "saker_driver_up 0\n# ");
	free(page);
	m.choice = &no_choice;
	page = print(&m);
	assert_int_equal(check_page(page), always);
	free(page);
}

/*
 * Tools expect that counters end in _total and other metrics do not; Falco's names are exceptions.
 */
static void test_names_follow_the_conventions_of_prometheus(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < metric_count; i++) {
		const struct metric_def *def = &metric_table[i];
		struct str name = str_of(def->name);

		assert_int_equal(strspn(name.p, "abcdefghijklmnopqrstuvwxyz_"), name.n);
		if (def->type == PROMW_COUNTER || str_starts(name, STR("saker_")))
			assert_int_equal(str_ends(name, STR("_total")), def->type == PROMW_COUNTER);
		else
			assert_true(str_starts(name, STR("falcosecurity_")));
		assert_ptr_equal(find(name), def);
		assert_true(*def->doc && def->doc[strlen(def->doc) - 1] != '.');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_driver_and_skipped_drivers_are_metrics),
		cmocka_unit_test(test_events_are_counted_by_type_and_reason),
		cmocka_unit_test(test_rules_have_falcos_labels),
		cmocka_unit_test(test_the_page_has_exactly_the_metrics_of_the_table),
		cmocka_unit_test(test_without_a_driver_there_are_no_driver_metrics),
		cmocka_unit_test(test_names_follow_the_conventions_of_prometheus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
