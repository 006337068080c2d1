/* SPDX-License-Identifier: Apache-2.0 */
/* Tests what is said to be seen of an event, for drivers with different hooks and limits. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "decode/schema.h"
#include "lib/str.h"
#include "source/coverage.h"

#define ALL_OPS	UINT64_MAX

static const struct control_hook hooks[] = {
	{ .name = "security_file_open", .kind = "fentry", .state = "armed" },
	{ .name = "security_file_open_kprobe", .kind = "kprobe", .state = "idle" },
	{ .name = "security_socket_connect", .kind = "fentry", .state = "armed" },
	{ .name = "security_path_unlink", .kind = "fentry", .state = "armed" },
	{ .name = "sys_exit", .kind = "tp_btf", .state = "armed" },
	{ .name = "sched_process_exec", .kind = "tp_btf", .state = "armed" },
	{ .name = "sched_process_fork", .kind = "tp_btf", .state = "armed" },
	{ .name = "sched_process_exit", .kind = "tp_btf", .state = "armed" },
	{ .name = "task_rename", .kind = "tp_btf", .state = "idle" },
	{ .name = "module_load", .kind = "tp_btf", .state = "idle" },
	{ .name = "cgroup_mkdir", .kind = "tp_btf", .state = "idle" },
	{ .name = "cgroup_rmdir", .kind = "tp_btf", .state = "idle" },
	{ .name = "cgroup_attach_task", .kind = "tp_btf", .state = "idle" },
};

#define NHOOKS	(sizeof(hooks) / sizeof(*hooks))

struct driver {				/* a driver for one test */
	struct control_hook hooks[NHOOKS];
	struct coverage coverage;
};

/* @missing: the hooks that this kernel lacks, with a space after each */
static void make(struct driver *d, bool kmod, const char *missing, uint32_t limits, uint64_t uring)
{
	const struct control_info info = { .hooks = d->hooks, .nhooks = NHOOKS };
	char word[64];

	memcpy(d->hooks, hooks, sizeof(hooks));
	for (size_t i = 0; i < NHOOKS; i++) {
		snprintf(word, sizeof(word), "%s ", d->hooks[i].name);
		if (strstr(missing, word))
			snprintf(d->hooks[i].state, sizeof(d->hooks[i].state), "missing: a test");
	}
	coverage_init(&d->coverage, kmod, &info, limits,
		      &(struct coverage_kernel){ .abis = COVER_ABIS, .uring = uring });
}

struct wanted {
	const char *text;		/* or a part of it */
	const char *field;		/* NULL: the event */
	struct coverage_gap found;
	char brief[256];
	unsigned int n;
};

static void look(void *ctx, const struct coverage_gap *gap)
{
	struct wanted *w = ctx;

	if (!strstr(gap->text, w->text) ||
	    strcmp(gap->field ? gap->field : "", w->field ? w->field : ""))
		return;
	w->found = *gap;
	snprintf(w->brief, sizeof(w->brief), "%s", gap->brief);
	w->n++;
}

/* The gap of an event with that text, once; with n = 0 if there is none. */
static struct wanted gap(const struct driver *d, unsigned int event, const char *field,
			 const char *text)
{
	struct wanted w = { .text = text, .field = field };

	coverage_gaps(&d->coverage, event, look, &w);
	return w;
}

static bool is_blind(const struct driver *d, unsigned int event, const char *field,
		     const char *text)
{
	const struct wanted w = gap(d, event, field, text);

	assert_in_range(w.n, 0, 1);
	return w.n;
}

static void test_every_event_of_a_driver_has_a_row(void **state)
{
	(void)state;
	for (unsigned int type = EV_execve; type <= EV_setname; type++) {
		bool found = false;

		for (unsigned int i = 0; i < ncoverage_rows; i++)
			found |= coverage_rows[i].event == type;
		assert_true(found == (schema_event(type) != NULL));
	}
}

/* A message has the text of one row, without the row before it. */
static void test_what_a_hook_sees_needs_no_other_row(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < ncoverage_rows; i++) {
		assert_null(strstr(coverage_rows[i].what, "likewise"));
		assert_null(strstr(coverage_rows[i].what, "the same"));
	}
}

static void is_of_schema(void *ctx, const struct coverage_gap *gap)
{
	const struct schema_event *e = ctx;

	if (gap->field && !schema_field(e, str_of(gap->field)))
		fail_msg("%s has no field %s", e->name, gap->field);
}

static void test_every_field_is_one_of_the_event(void **state)
{
	const uint32_t all = ~(COVER_KMOD | COVER_EBPF);
	struct driver d;

	(void)state;
	make(&d, false, "", all, ALL_OPS);
	for (unsigned int type = EV_execve; type <= EV_setname; type++)
		if (schema_event(type))
			coverage_gaps(&d.coverage, type, is_of_schema, (void *)schema_event(type));
}

static void test_the_module_sees_what_its_hooks_see(void **state)
{
	struct driver d;

	(void)state;
	make(&d, true, "", 0, ALL_OPS);
	assert_int_equal(coverage_seen(&d.coverage, EV_open), COVER_ABIS | COVER_URING);
	assert_int_equal(coverage_ways(&d.coverage, EV_open), COVER_ABIS | COVER_URING);
	assert_int_equal(coverage_seen(&d.coverage, EV_connect), COVER_ABIS | COVER_URING);
	assert_int_equal(coverage_ways(&d.coverage, EV_accept), COVER_ABIS | COVER_URING);
	assert_int_equal(coverage_seen(&d.coverage, EV_accept), COVER_ABIS);
	assert_int_equal(coverage_ways(&d.coverage, EV_mount), COVER_ABIS);
	assert_true(coverage_records(&d.coverage, EV_task, NULL));
	assert_true(coverage_records(&d.coverage, EV_module_load, "name"));
	assert_true(coverage_records(&d.coverage, EV_task, "pidns_start_ns"));
	assert_true(is_blind(&d, EV_accept, NULL, "io_uring: ACCEPT"));
	assert_false(is_blind(&d, EV_open, NULL, "io_uring: "));
	assert_false(is_blind(&d, EV_connect, NULL, "io_uring: "));
	assert_false(is_blind(&d, EV_execve, "argv", "256 arguments"));
	assert_false(is_blind(&d, EV_dup, "path", "64 directories"));
}

static void test_the_ebpf_driver_has_limits_of_its_own(void **state)
{
	struct driver d;

	(void)state;
	make(&d, false, "", 0, ALL_OPS);
	assert_false(coverage_records(&d.coverage, EV_task, NULL));
	assert_false(coverage_records(&d.coverage, EV_task, "pidns_start_ns"));
	assert_int_equal(gap(&d, EV_task, NULL, "/proc").found.kind, COVER_NEVER);
	assert_true(is_blind(&d, EV_execve, "argv", "256 arguments"));
	assert_true(gap(&d, EV_execve, "argv", "256 arguments").found.here);
	assert_true(is_blind(&d, EV_dup, "path", "64 directories"));
	assert_false(is_blind(&d, EV_open, "path", "64 directories"));
	assert_false(is_blind(&d, EV_execve, NULL, "under load"));
}

static void test_a_kprobe_stands_in_for_fentry(void **state)
{
	struct driver d;

	(void)state;
	make(&d, false, "security_file_open ", 0, ALL_OPS);
	assert_int_equal(coverage_seen(&d.coverage, EV_open), COVER_ABIS | COVER_URING);
	assert_true(is_blind(&d, EV_open, "path", "64 directories"));
	assert_false(is_blind(&d, EV_open, NULL, "is missing"));
	assert_true(is_blind(&d, EV_open, "name", "io_uring"));
}

static void test_without_both_an_open_is_seen_at_its_descriptor(void **state)
{
	struct driver d;
	struct wanted w;

	(void)state;
	make(&d, false, "security_file_open security_file_open_kprobe ", 0, ALL_OPS);
	assert_int_equal(coverage_seen(&d.coverage, EV_open), COVER_ABIS);
	assert_true(coverage_records(&d.coverage, EV_open, "path"));
	w = gap(&d, EV_open, NULL, "security_file_open is missing, a test");
	assert_int_equal(w.n, 1);
	assert_string_equal(w.found.cause, "hook");
	assert_int_equal(w.found.kind, COVER_PARTLY);
	assert_string_equal(w.brief, "a hook is missing (a test), so what only that hook sees is not "
			    "recorded");
	w = gap(&d, EV_open, NULL, "io_uring: OPENAT, OPENAT2");
	assert_int_equal(w.n, 1);
	assert_true(w.found.here);
	assert_string_equal(w.brief, "no hook sees what io_uring does for a task");
	assert_int_equal(gap(&d, EV_open, "path", "it is that of the descriptor").n, 2);
	assert_false(is_blind(&d, EV_open, "name", "io_uring"));
}

static void test_a_kernel_without_hooks_of_paths_sees_only_given_names(void **state)
{
	struct driver d;

	(void)state;
	make(&d, true, "", 0, ALL_OPS);
	assert_true(coverage_records(&d.coverage, EV_unlink, "file"));
	make(&d, true, "security_path_unlink ", 0, ALL_OPS);
	assert_false(coverage_records(&d.coverage, EV_unlink, "file"));
	assert_false(coverage_records(&d.coverage, EV_mkdir, "file"));
	assert_true(coverage_records(&d.coverage, EV_unlink, "path"));
	/* With O_PATH only: the hook of opens works. */
	assert_int_equal(gap(&d, EV_open, "path", "it is that of the descriptor").n, 1);
}

static void test_an_event_without_its_hook_is_never_recorded(void **state)
{
	struct driver d;

	(void)state;
	make(&d, true, "module_load ", 0, ALL_OPS);
	assert_false(coverage_records(&d.coverage, EV_module_load, NULL));
	assert_int_equal(gap(&d, EV_module_load, NULL, "module_load is missing").found.kind,
			 COVER_NEVER);
	assert_int_equal(coverage_ways(&d.coverage, EV_module_load), COVER_ABIS);
	assert_int_equal(coverage_seen(&d.coverage, EV_module_load), 0);
}

static void test_limits_of_the_kernel(void **state)
{
	struct driver d;

	(void)state;
	make(&d, false, "", COVER_SKIPS | COVER_SKIPS_EXITS | COVER_NO_TAKEOVER, ALL_OPS);
	assert_true(is_blind(&d, EV_execve, NULL, "under load"));
	assert_true(is_blind(&d, EV_clone, NULL, "under load"));
	assert_true(is_blind(&d, EV_procexit, NULL, "under load"));
	assert_true(is_blind(&d, EV_syscall, NULL, "one call in two hundred"));
	assert_true(is_blind(&d, EV_open, "path", "a thousand opens"));
}

static void test_only_operations_that_the_kernel_has_are_blind(void **state)
{
	struct driver d;

	(void)state;
	make(&d, true, "", 0, 1ull << 35);		/* RENAMEAT alone */
	assert_true(is_blind(&d, EV_rename, NULL, "io_uring: RENAMEAT"));
	assert_false(is_blind(&d, EV_rename, NULL, "io_uring: RENAMEAT,"));
	assert_false(is_blind(&d, EV_accept, NULL, "io_uring"));
	make(&d, true, "", 0, 0);			/* io_uring is off */
	assert_int_equal(coverage_ways(&d.coverage, EV_open), COVER_ABIS);
	assert_false(is_blind(&d, EV_rename, NULL, "io_uring"));
}

static void test_an_abi_that_the_kernel_lacks_is_no_way(void **state)
{
	const uint32_t none = 1u << EV_ABI_X32;
	struct driver d;

	(void)state;
	make(&d, true, "", 0, ALL_OPS);
	d.coverage.kernel.abis &= ~none;
	for (unsigned int i = 0; i < ncoverage_rows; i++) {
		assert_false(coverage_row_ways(&d.coverage, &coverage_rows[i]) & none);
		assert_false(coverage_ways(&d.coverage, coverage_rows[i].event) & none);
	}
	assert_int_equal(coverage_ways(&d.coverage, EV_open), (COVER_ABIS & ~none) | COVER_URING);
	make(&d, true, "", 0, 0);
	assert_int_equal(coverage_ways(&d.coverage, EV_procexit), COVER_ABIS);
}

static int abis_with_a_filter(void)
{
	struct sock_filter allow[] = { BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
	const struct sock_fprog filter = { .len = 1, .filter = allow };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0))
		return 99;
	return (int)coverage_abis();
}

/* A filter of system calls answers instead of the kernel, so the answer means nothing. */
static void test_with_a_filter_every_abi_is_assumed(void **state)
{
	pid_t pid;
	int status;

	(void)state;
	assert_true(coverage_abis() & 1u << EV_ABI_64);
	pid = fork();
	if (!pid)
		_exit(abis_with_a_filter());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 99) {
		print_message("this kernel has no filters of system calls\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), COVER_ABIS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_event_of_a_driver_has_a_row),
		cmocka_unit_test(test_what_a_hook_sees_needs_no_other_row),
		cmocka_unit_test(test_every_field_is_one_of_the_event),
		cmocka_unit_test(test_the_module_sees_what_its_hooks_see),
		cmocka_unit_test(test_the_ebpf_driver_has_limits_of_its_own),
		cmocka_unit_test(test_a_kprobe_stands_in_for_fentry),
		cmocka_unit_test(test_without_both_an_open_is_seen_at_its_descriptor),
		cmocka_unit_test(test_a_kernel_without_hooks_of_paths_sees_only_given_names),
		cmocka_unit_test(test_an_event_without_its_hook_is_never_recorded),
		cmocka_unit_test(test_limits_of_the_kernel),
		cmocka_unit_test(test_only_operations_that_the_kernel_has_are_blind),
		cmocka_unit_test(test_an_abi_that_the_kernel_lacks_is_no_way),
		cmocka_unit_test(test_with_a_filter_every_abi_is_assumed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
