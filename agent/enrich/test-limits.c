/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests every limit of the tables and of what is read from the host: at the
 * limit, and one beyond it. The host is a directory of files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include "enrich/cgroup.h"
#include "enrich/names.h"
#include "enrich/test-host.h"
#include "lib/clock.h"

/* -- reading /proc -- */

static void test_proc_is_read_1001_times_at_once_and_500_times_a_second(void **state)
{
	struct host h;
	uint32_t pid = 100;

	(void)state;
	host_begin(&h);
	host_watch(&h);
	for (int i = 0; i < 1001; i++)
		event_of(h.enrich, pid++, T0);
	assert_int_equal(stats_of(h.enrich).postponed, 0);
	for (int i = 0; i < 10; i++)
		event_of(h.enrich, pid++, T0);
	assert_int_equal(stats_of(h.enrich).postponed, 10);
	for (int i = 0; i < 510; i++)
		event_of(h.enrich, pid++, T0 + SECOND);
	assert_int_equal(stats_of(h.enrich).postponed, 20);
	host_end(&h);
}

static void test_a_task_without_budget_is_read_when_there_is_some(void **state)
{
	struct host h;

	(void)state;
	host_begin(&h);
	host_watch(&h);
	put_task(&h, 7, 0);
	for (uint32_t pid = 100; pid < 1101; pid++)
		event_of(h.enrich, pid, T0);
	assert_false(event_of(h.enrich, 7, T0));
	assert_false(event_of(h.enrich, 7, T0 + 99 * MS));	/* not every event causes a read */
	assert_true(event_of(h.enrich, 7, T0 + 100 * MS));
	assert_int_equal(stats_of(h.enrich).recovered, 1);
	host_end(&h);
}

/* Reads at once, then after 1, 2 and 4 seconds; what appears after the fourth time is not found. */
static void test_a_task_that_cannot_be_read_is_tried_four_times(void **state)
{
	static const uint64_t tries_s[] = { 0, 1, 3, 7, 15, 1000 };
	struct host h;

	(void)state;
	for (uint32_t missing = 1; missing <= 4; missing++) {	/* attempts before it can be read */
		host_begin(&h);
		host_watch(&h);
		for (uint32_t i = 0; i < missing; i++)
			assert_false(event_of(h.enrich, 7, T0 + tries_s[i] * SECOND));
		put_task(&h, 7, 0);
		assert_false(event_of(h.enrich, 7, T0 + tries_s[missing] * SECOND - 1));
		assert_int_equal(event_of(h.enrich, 7, T0 + tries_s[missing] * SECOND), missing < 4);
		assert_int_equal(event_of(h.enrich, 7, T0 + 1000 * SECOND), missing < 4);
		host_end(&h);
	}
}

static void test_32_unknown_parents_are_read_at_a_time_and_the_others_later(void **state)
{
	struct host h;

	(void)state;
	host_begin(&h);
	host_watch(&h);
	for (uint32_t pid = 10; pid < 60; pid++)
		put_task(&h, pid, pid > 10 ? pid - 1 : 0);
	assert_true(event_of(h.enrich, 59, T0));
	assert_int_equal(stats_of(h.enrich).processes, 1 + 32);
	assert_true(event_of(h.enrich, 59 - 32, T0));
	assert_int_equal(stats_of(h.enrich).processes, 50);
	host_end(&h);
}

static const struct proc *read_7(struct host *h)
{
	host_watch(h);
	assert_true(event_of(h->enrich, 7, T0));
	return enrich_thread(h->enrich, 0, 7, 0);
}

/* Its line of groups is before those of its capabilities. */
static void test_a_task_in_65536_groups_is_read_to_its_end(void **state)
{
	char *text = NULL;
	struct host h;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	(void)state;
	host_begin(&h);
	put_task(&h, 7, 0);
	fputs("Uid:\t5\t6\t5\t5\nGroups:\t", f);
	for (unsigned int i = 0; i < 65536; i++)
		fprintf(f, "%u ", 1000000000 + i);
	fputs("\nCapEff:\t00000000000000ff\n", f);
	fclose(f);
	write_file(&h, "proc/7/status", text, n);
	assert_int_equal(read_7(&h)->cred.euid, 6);
	assert_int_equal(enrich_thread(h.enrich, 0, 7, 0)->cred.cap_effective, 0xff);
	free(text);
	host_end(&h);
}

/* With more, both ends are kept, if "stat" has the addresses of the arguments. */
static void test_32768_bytes_of_arguments_are_read(void **state)
{
	static const char stat[] = "7 (seven) S 0 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1 0 0 0 0 0 0 0 0 0 0 0 "
				   "0 0 0 0 0 0 0 0 0 0 0 0 0 0";
	static char text[32768 + 8], line[256];
	struct host h;

	(void)state;
	for (unsigned int measured = 0; measured < 2; measured++) {
		for (size_t n = 32767; n <= 32770; n++) {	/* of 32,770 the 32,769th is a NUL */
			const struct exec_image *image;

			host_begin(&h);
			put_task(&h, 7, 0);
			memset(text, 'm', n);
			memcpy(text, "a", 2);
			text[20000] = '\0';
			memcpy(text + n - 2, "\0z", 3);
			write_file(&h, "proc/7/cmdline", text, n + 1);
			if (measured) {
				snprintf(line, sizeof(line), "%s 4096 %zu\n", stat, 4096 + n + 1);
				write_file(&h, "proc/7/stat", line, strlen(line));
			}
			image = read_7(&h)->process->image;
			assert_int_equal(image->argv_cut, n > 32768);
			assert_true(str_eq(image->arg0, STR("a")));
			assert_int_equal(str_ends(image->args, STR(" z")), n <= 32768 || measured);
			if (n > 32768 && !measured)		/* what is whole */
				assert_int_equal(image->argv.n, n == 32769 ? 32768 : 20001);
			if (n > 32768)
				assert_int_equal(image->argv_full, measured ? n : UINT32_MAX);
			host_end(&h);
		}
	}
}

/* -- accounts -- */

static const char *name_of(const struct enrich *enrich, uint32_t uid)
{
	static char text[64];
	const struct user *user = enrich_user(enrich, 0, uid);

	if (!user)
		return "";
	snprintf(text, sizeof(text), STR_FMT, STR_ARG(user->name));
	return text;
}

static void put_passwd(const struct host *h, const char *text)
{
	write_file(h, "etc/passwd", text, strlen(text));
}

static void test_names_follow_their_file(void **state)
{
	struct host h;

	(void)state;
	host_begin(&h);
	put_passwd(&h, "root:x:0:0::/:/s\ntoor:x:0:0::/:/s\nann:x:5:5::/:/s\nbob:x:6:6::/:/s\n");
	write_file(&h, "etc/group", "wheel:x:0:\nstaff:x:5:\n", 22);
	host_watch(&h);
	event_of(h.enrich, 7, T0);
	assert_string_equal(name_of(h.enrich, 0), "root");	/* the first of two, as getpwuid() */
	assert_string_equal(name_of(h.enrich, 5), "ann");
	put_passwd(&h, "root:x:0:0::/:/s\neve:x:5:5::/:/s\n");
	write_file(&h, "etc/group", "wheel:x:0:\n", 11);
	event_of(h.enrich, 7, T0 + 5 * SECOND - 1);
	assert_string_equal(name_of(h.enrich, 5), "ann");
	event_of(h.enrich, 7, T0 + 5 * SECOND);
	assert_string_equal(name_of(h.enrich, 5), "eve");
	assert_string_equal(name_of(h.enrich, 6), "");		/* bob is deleted */
	assert_null(enrich_group(h.enrich, 0, 5));
	assert_non_null(enrich_group(h.enrich, 0, 0));
	assert_int_equal(stats_of(h.enrich).users, 2);
	host_end(&h);
}

static void test_16384_lines_and_1_mib_of_an_account_file_are_read(void **state)
{
	static char text[(1 << 20) + 64];
	const char last[] = "late:x:7:7::/:/s\n";
	struct host h;

	(void)state;
	for (size_t beyond = 0; beyond < 2; beyond++) {
		host_begin(&h);
		memset(text, '\n', 16383 + beyond);
		strcpy(text + 16383 + beyond, last);
		put_passwd(&h, text);
		memset(text, '#', (1 << 20));
		strcpy(text + (1 << 20) - strlen("\ng:x:5:\n") + beyond, "\ng:x:5:\n");
		write_file(&h, "etc/group", text, strlen(text));
		host_watch(&h);
		event_of(h.enrich, 7, T0);
		assert_string_equal(name_of(h.enrich, 7), beyond ? "" : "late");
		assert_int_equal(enrich_group(h.enrich, 0, 5) != NULL, !beyond);
		host_end(&h);
	}
}

/* -- control groups -- */

static void test_groups_are_found_33_levels_deep(void **state)
{
	char path[256] = "cg";
	struct host h;

	(void)state;
	host_begin(&h);
	write_file(&h, "proc/1/mounts", "c /cg cgroup2 rw 0 0\n", 21);
	for (int i = 0; i < 36; i++) {
		make_dir(&h, path);
		strcat(path, "/d");
	}
	host_watch(&h);
	assert_int_equal(enrich_scan(h.enrich, false, NULL), 0);
	assert_int_equal(stats_of(h.enrich).cgroups, 33);
	host_end(&h);
}

/* The mount table is the host's; below another root the mount point may be missing. */
static void test_a_mount_that_cannot_be_read_leaves_the_first_group(void **state)
{
	struct host h;

	(void)state;
	for (int there = 0; there < 2; there++) {
		host_begin(&h);
		write_file(&h, "proc/1/mounts", "c /cg cgroup2 rw 0 0\n", 21);
		if (there) {
			make_dir(&h, "cg");
			make_dir(&h, "cg/group");
		}
		host_watch(&h);
		assert_int_equal(enrich_sees_cgroups(h.enrich), there);
		assert_int_equal(enrich_scan(h.enrich, false, NULL), 0);
		assert_int_equal(stats_of(h.enrich).cgroups, there ? 2 : 1);
		host_end(&h);
	}
}

static void test_64_kib_of_the_mount_table_are_read(void **state)
{
	static char text[(64 << 10) + 64];
	const char line[] = "c /cg cgroup2 rw 0 0\n";
	struct host h;

	(void)state;
	for (size_t beyond = 0; beyond < 2; beyond++) {
		const size_t at = (64 << 10) - 1 - (sizeof("c /cg cgroup2 r") - 1) + beyond;

		host_begin(&h);
		make_dir(&h, "cg");
		make_dir(&h, "cg/group");
		memset(text, '#', at);
		text[at - 1] = '\n';
		strcpy(text + at, line);
		write_file(&h, "proc/1/mounts", text, strlen(text));
		host_watch(&h);
		enrich_scan(h.enrich, false, NULL);
		/*
		 * Without a hierarchy there is one group, the root; an incomplete line is no mount.
		 */
		assert_int_equal(stats_of(h.enrich).cgroups, beyond ? 1 : 2);
		host_end(&h);
	}
}

/* An event of task 7 in a group. Return: whether that group is known. */
static bool group_of(const struct host *h, uint64_t id, uint64_t ts_ns)
{
	const struct ev_dup rec = { .hdr = { .type = EV_dup, .len = sizeof(rec), .ts_ns = ts_ns,
					     .fixed_len = sizeof(rec), .tid = 7, .tgid = 7,
					     .cgroup_id = id } };
	struct event ev = { .hdr = &rec.hdr, .dup = &rec };
	bool known;

	assert_int_equal(enrich_apply(h->enrich, &ev), 0);
	known = ev.cgroup;
	enrich_retire(h->enrich, &ev);
	return known;
}

static void test_a_group_that_was_not_found_is_looked_for_after_five_seconds(void **state)
{
	char path[64];
	struct stat st;
	struct host h;

	(void)state;
	host_begin(&h);
	write_file(&h, "proc/1/mounts", "c /cg cgroup2 rw 0 0\n", 21);
	make_dir(&h, "cg");
	make_dir(&h, "cg/g");
	put_task(&h, 7, 0);
	host_watch(&h);
	snprintf(path, sizeof(path), "%s/cg/g", h.dir);
	assert_int_equal(stat(path, &st), 0);
	assert_false(group_of(&h, st.st_ino, T0));
	write_file(&h, "proc/7/cgroup", "0::/g\n", 6);
	assert_false(group_of(&h, st.st_ino, T0 + 5 * SECOND - 1));
	assert_true(group_of(&h, st.st_ino, T0 + 5 * SECOND));
	/* A group that is found is known to the event for which it was looked up. */
	make_dir(&h, "cg/h");
	write_file(&h, "proc/7/cgroup", "0::/h\n", 6);
	snprintf(path, sizeof(path), "%s/cg/h", h.dir);
	assert_int_equal(stat(path, &st), 0);
	assert_true(group_of(&h, st.st_ino, T0 + 6 * SECOND));
	host_end(&h);
}

/* -- tables that records fill -- */

static int apply_cgroup(struct enrich *enrich, enum ev_type type, uint64_t id)
{
	const struct ev_cgroup_mkdir rec = {
		.hdr = { .type = type, .len = sizeof(rec), .fixed_len = sizeof(rec) }, .id = id,
	};
	struct event ev = { .hdr = &rec.hdr, .cgroup_mkdir = &rec };
	int r = enrich_apply(enrich, &ev);

	enrich_retire(enrich, &ev);
	return r;
}

static int apply_user(struct enrich *enrich, enum ev_type type, uint32_t id)
{
	struct {
		union {
			struct ev_header hdr;
			struct ev_user user;
			struct ev_group group;
		};
		char name[8];
	} rec = { .hdr = { .type = type } };
	struct event ev = { .hdr = &rec.hdr, .body = &rec };
	const struct ev_part name = { offsetof(typeof(rec), name), 4, 4, 4 };
	int r;

	if (type == EV_user) {
		rec.user.uid = id;
		rec.user.name = name;
	} else {
		rec.group.gid = id;
		rec.group.name = name;
	}
	r = enrich_apply(enrich, &ev);
	enrich_retire(enrich, &ev);
	return r;
}

static struct enrich *replayed(uint32_t max_threads, size_t max_bytes)
{
	const struct enrich_config config = {
		.max_threads = max_threads, .max_bytes = max_bytes, .key = { 1, 2 },
	};
	struct enrich *enrich;

	assert_int_equal(enrich_new(&enrich, &config), 0);
	return enrich;
}

static void test_65536_groups_are_known_and_1024_after_they_are_gone(void **state)
{
	struct enrich *enrich = replayed(0, 0);

	(void)state;
	for (uint64_t id = 1; id <= 65536; id++)
		assert_int_equal(apply_cgroup(enrich, EV_cgroup_mkdir, id), 0);
	assert_int_equal(apply_cgroup(enrich, EV_cgroup_mkdir, 65537), -ENOMEM);
	assert_int_equal(apply_cgroup(enrich, EV_cgroup_mkdir, 5), 0);	/* known: posted again */
	assert_int_equal(stats_of(enrich).no_memory, 1);
	for (uint64_t id = 1; id <= 1024; id++)
		apply_cgroup(enrich, EV_cgroup_rmdir, id);
	assert_int_equal(stats_of(enrich).cgroups, 65536);
	apply_cgroup(enrich, EV_cgroup_rmdir, 1025);
	assert_int_equal(stats_of(enrich).cgroups, 65535);
	enrich_free(enrich);
}

static void test_16384_users_and_16384_groups_are_known(void **state)
{
	static const enum ev_type types[] = { EV_user, EV_group };
	struct enrich *enrich = replayed(0, 0);

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		for (uint32_t id = 0; id < 16384; id++)
			assert_int_equal(apply_user(enrich, types[i], id), ENRICH_STATE);
		assert_int_equal(apply_user(enrich, types[i], 16384), -ENOMEM);
		assert_int_equal(apply_user(enrich, types[i], 5), ENRICH_STATE);
	}
	assert_int_equal(stats_of(enrich).users, 16384);
	enrich_free(enrich);
}

/* Process 1 makes a thread, or a process with @argv bytes of arguments. */
static void apply_task(struct enrich *enrich, uint32_t tid, bool thread, uint32_t argv)
{
	static struct {
		struct ev_task task;
		char argv[65536];
	} rec;
	struct event ev = { .hdr = &rec.task.hdr, .task = &rec.task };

	rec.task = (struct ev_task){
		.hdr = { .type = EV_task, .len = sizeof(rec), .fixed_len = sizeof(rec.task),
			 .ts_ns = T0 + tid, .tid = tid, .tgid = thread ? 1 : tid },
		.ppid = thread ? 0 : 1,
	};
	if (argv)
		rec.task.argv = (struct ev_part){ sizeof(rec.task), argv, argv, argv };
	assert_int_equal(enrich_apply(enrich, &ev), ENRICH_STATE);
	enrich_retire(enrich, &ev);
}

static void test_131072_threads_are_known(void **state)
{
	struct enrich *enrich = replayed(0, SIZE_MAX);

	(void)state;
	for (uint32_t tid = 1; tid <= 131072; tid++)
		apply_task(enrich, tid, true, 0);
	assert_int_equal(stats_of(enrich).threads, 131072);
	assert_int_equal(stats_of(enrich).evicted, 0);
	apply_task(enrich, 131073, true, 0);
	assert_int_equal(stats_of(enrich).threads, 131072);
	assert_int_equal(stats_of(enrich).evicted, 1);
	enrich_free(enrich);
}

static void test_processes_take_128_mib_however_long_their_arguments_are(void **state)
{
	struct enrich *enrich = replayed(0, 0);
	const uint64_t mib = 1 << 20;
	struct enrich_stats stats;

	(void)state;
	for (uint32_t tid = 1; tid <= 3000; tid++)	/* 32 KiB twice: as given, and joined */
		apply_task(enrich, tid, false, 32768);
	stats = stats_of(enrich);
	assert_true(stats.process_bytes <= 128 * mib + 66000);
	assert_true(stats.process_bytes > 127 * mib);
	assert_int_equal(stats.processes + stats.evicted, 3000);
	for (uint32_t tid = 1; tid <= 5000; tid++)	/* what replaces them is small */
		apply_task(enrich, 10000 + tid, false, 10);
	assert_true(stats_of(enrich).process_bytes <= 128 * mib);
	enrich_free(enrich);
}

/*
 * Time for 2,000 more threads of one process; the least of five runs, so that other load does not
 * count.
 */
static uint64_t time_of_more(struct enrich *enrich, uint32_t *tid)
{
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < 5; i++) {
		uint64_t began = clock_boottime_ns(), took;

		for (int j = 0; j < 2000; j++)
			apply_task(enrich, ++*tid, true, 0);
		took = clock_boottime_ns() - began;
		best = took < best ? took : best;
	}
	return best;
}

static void test_a_full_table_costs_no_more_than_one_with_room(void **state)
{
	struct enrich *enrich = replayed(65536, 0);
	uint64_t with_room, full;
	uint32_t tid = 1;

	(void)state;
	with_room = time_of_more(enrich, &tid);
	while (stats_of(enrich).evicted == 0)
		apply_task(enrich, ++tid, true, 0);
	full = time_of_more(enrich, &tid);
	assert_true(full < with_room * 20);
	enrich_free(enrich);
}

static void test_512_ancestors_are_walked(void **state)
{
	struct enrich *enrich = replayed(0, 0);
	const struct process *p = NULL;

	(void)state;
	for (uint32_t tid = 1; tid <= 600; tid++) {
		struct ev_task rec = { .hdr = { .type = EV_task, .len = sizeof(rec), .tid = tid,
						.fixed_len = sizeof(rec), .tgid = tid },
				       .ppid = tid - 1 };
		struct event ev = { .hdr = &rec.hdr, .task = &rec };

		assert_int_equal(enrich_apply(enrich, &ev), ENRICH_STATE);
		enrich_retire(enrich, &ev);
	}
	p = enrich_thread(enrich, 0, 600, 0)->process;
	assert_int_equal(process_ancestor(p, 512)->tgid, 600 - 512);
	assert_null(process_ancestor(p, 513));
	enrich_free(enrich);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_proc_is_read_1001_times_at_once_and_500_times_a_second),
		cmocka_unit_test(test_a_task_without_budget_is_read_when_there_is_some),
		cmocka_unit_test(test_a_task_that_cannot_be_read_is_tried_four_times),
		cmocka_unit_test(test_32_unknown_parents_are_read_at_a_time_and_the_others_later),
		cmocka_unit_test(test_a_task_in_65536_groups_is_read_to_its_end),
		cmocka_unit_test(test_32768_bytes_of_arguments_are_read),
		cmocka_unit_test(test_names_follow_their_file),
		cmocka_unit_test(test_16384_lines_and_1_mib_of_an_account_file_are_read),
		cmocka_unit_test(test_groups_are_found_33_levels_deep),
		cmocka_unit_test(test_a_mount_that_cannot_be_read_leaves_the_first_group),
		cmocka_unit_test(test_64_kib_of_the_mount_table_are_read),
		cmocka_unit_test(test_a_group_that_was_not_found_is_looked_for_after_five_seconds),
		cmocka_unit_test(test_65536_groups_are_known_and_1024_after_they_are_gone),
		cmocka_unit_test(test_16384_users_and_16384_groups_are_known),
		cmocka_unit_test(test_131072_threads_are_known),
		cmocka_unit_test(test_processes_take_128_mib_however_long_their_arguments_are),
		cmocka_unit_test(test_a_full_table_costs_no_more_than_one_with_room),
		cmocka_unit_test(test_512_ancestors_are_walked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
