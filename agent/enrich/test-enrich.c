/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests what the agent reads from the host: it becomes records, these records
 * alone give a second agent the same state, and hostile files do no harm.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "enrich/cgroup.h"
#include "enrich/enrich.h"
#include "enrich/names.h"
#include "enrich/proc.h"
#include "lib/arena.h"
#include "lib/clock.h"

/* -- containers -- */

#define HEX	"3ad7b26ded6d8e7b23da7d48fe889434573036c27ae5a74837233de441c3601e"
#define POD	"3e41dc6b_08a8_44db_bc2a_3724b18ab19a"

static const struct {
	const char *path;
	const char *type;	/* NULL: the host */
	const char *id;
	bool pod;
} paths[] = {
	{ .path = "/", .pod = false },
	{ .path = "", .pod = false },
	{ .path = "/user.slice/user-1000.slice/session-3.scope", .pod = false },
	{ .path = "/system.slice/docker.service", .pod = false },
	{ .path = "/system.slice/docker-" HEX ".scope", .type = "docker", .id = "3ad7b26ded6d", .pod = false },
	{ .path = "/docker/" HEX, .type = "docker", .id = "3ad7b26ded6d", .pod = false },
	{ .path = "/docker/" HEX "/system.slice/cron.service", .type = "docker", .id = "3ad7b26ded6d", .pod = false },
	{ .path = "/machine.slice/libpod-" HEX ".scope/container", .type = "podman", .id = "3ad7b26ded6d",
	  .pod = false },
	{ .path = "/machine.slice/libpod-conmon-" HEX ".scope", .pod = false },
	{ .path = "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" POD ".slice/"
	  "cri-containerd-" HEX ".scope", .type = "containerd", .id = "3ad7b26ded6d", .pod = true },
	{ .path = "/kubepods.slice/kubepods-pod" POD ".slice/crio-" HEX ".scope", .type = "cri-o",
	  .id = "3ad7b26ded6d", .pod = true },
	{ .path = "/kubepods.slice/kubepods-pod" POD ".slice/crio-conmon-" HEX ".scope", .pod = false },
	{ .path = "/kubepods/besteffort/pod3e41dc6b-08a8-44db-bc2a-3724b18ab19a/" HEX, .type = "containerd",
	  .id = "3ad7b26ded6d", .pod = true },
	{ .path = "/kubepods-pod" POD ".slice:cri-containerd:" HEX, .type = "containerd", .id = "3ad7b26ded6d",
	  .pod = false },
	{ .path = "/lxc.payload.web", .type = "lxc", .id = "web", .pod = false },
	{ .path = "/lxc.payload.web/init.scope", .type = "lxc", .id = "web", .pod = false },
	{ .path = "/lxc/web", .type = "lxc", .id = "web", .pod = false },
	{ .path = "/lxc.monitor.web", .pod = false },
	{ .path = "/system.slice/docker-3AD7B26DED6D8E7B23DA7D48FE889434573036C27AE5A74837233DE441C3601E"
	  ".scope", .pod = false },
	{ .path = "/x/docker-" HEX "0.scope", .pod = false },
};

static void test_paths_of_control_groups_name_containers(void **state)
{
	char uid[36];

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct container c;
		bool found = container_of_path(&c, str_of(paths[i].path), uid);

		assert_int_equal(found, paths[i].type != NULL);
		if (!found) {
			assert_null(c.id.p);
			continue;
		}
		assert_true(str_eq(c.type, str_of(paths[i].type)));
		assert_true(str_eq(c.id, str_of(paths[i].id)));
		assert_int_equal(c.pod_uid.p != NULL, paths[i].pod);
		if (paths[i].pod)
			assert_true(str_eq(c.pod_uid,
					   STR("3e41dc6b-08a8-44db-bc2a-3724b18ab19a")));
	}
}

static void test_paths_of_control_groups_name_units(void **state)
{
	static const char *const cases[][2] = {
		{ "/system.slice/cron.service", "cron.service" },
		{ "/user.slice/user-1000.slice/session-3.scope", "session-3.scope" },
		{ "/user.slice/user-1000.slice/user@1000.service/app.slice/a.scope", "a.scope" },
		{ "/system.slice/docker.service/payload", "docker.service" },
		{ "/machine.slice", "machine.slice" },
		{ "/", NULL }, { "", NULL }, { "/docker/0", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str unit = unit_of_path(str_of(cases[i][0]));

		assert_int_equal(unit.p != NULL, cases[i][1] != NULL);
		if (cases[i][1])
			assert_true(str_eq(unit, str_of(cases[i][1])));
	}
}

/* -- a second agent, filled by the records that the first one posted -- */

struct pair {
	struct enrich *live, *replay;
	uint64_t posted;
};

static int on_post(void *ctx, const struct ev_header *rec)
{
	struct pair *pair = ctx;
	union event_scratch scratch;
	struct event ev;

	pair->posted++;
	assert_true(rec->flags & EV_F_FROM_USER);
	assert_int_equal(event_decode(&ev, &scratch, rec, rec->len), 0);
	assert_int_equal(enrich_apply(pair->replay, &ev), ENRICH_STATE);
	enrich_retire(pair->replay, &ev);
	return 0;
}

static void pair_make(struct pair *pair, const char *root)
{
	struct enrich_config config = { .root = root, .live = true, .key = { 1, 2 },
					.post = on_post, .post_ctx = pair };
	const struct enrich_config replay = { .key = { 3, 4 } };

	pair->posted = 0;
	assert_int_equal(enrich_new(&pair->live, &config), 0);
	assert_int_equal(enrich_new(&pair->replay, &replay), 0);
}

static void pair_free(struct pair *pair)
{
	enrich_free(pair->live);
	enrich_free(pair->replay);
}

/*
 * As the kernel would record this process; the start time is exact only to a tick, as from /proc.
 */
static void own_header(struct ev_header *hdr)
{
	char text[4096];
	int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, text, sizeof(text) - 1);
	unsigned long long ticks = 0;
	char *p;

	close(fd);
	assert_true(n > 0);
	text[n] = '\0';
	p = strrchr(text, ')');
	assert_int_equal(sscanf(p + 2, "%*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s "
				       "%*s %*s %*s %*s %*s %llu", &ticks), 1);
	hdr->tid = hdr->tgid = getpid();
	hdr->start_ns = ticks * 10000000 + 1234567;
}

static void same_process(const struct process *a, const struct process *b)
{
	assert_non_null(a);
	assert_non_null(b);
	assert_int_equal(a->tgid, b->tgid);
	assert_int_equal(a->start_ns, b->start_ns);
	assert_int_equal(a->ppid, b->ppid);
	assert_memory_equal(&a->comm, &b->comm, sizeof(a->comm));
	assert_non_null(a->image);
	assert_non_null(b->image);
	assert_true(str_eq(a->image->exe, b->image->exe));
	assert_true(str_eq(a->image->cmdline, b->image->cmdline));
}

static void test_an_unknown_process_is_read_from_proc(void **state)
{
	struct ev_dup rec = { .hdr = { .type = EV_dup, .len = sizeof(rec),
				       .fixed_len = sizeof(rec) } };
	struct event ev = { .hdr = &rec.hdr, .dup = &rec }, ev2 = ev;
	const struct process *p, *p2;
	struct enrich_stats stats;
	struct pair pair;

	(void)state;
	pair_make(&pair, NULL);
	rec.hdr.ts_ns = clock_boottime_ns();
	own_header(&rec.hdr);
	assert_int_equal(enrich_apply(pair.live, &ev), 0);
	assert_int_equal(enrich_apply(pair.replay, &ev2), 0);
	assert_non_null(ev.proc);
	assert_int_equal(ev.proc->cred.euid, geteuid());
	assert_int_equal(ev.proc->process->ppid, getppid());
	assert_true(pair.posted >= 1);
	for (p = ev.proc->process, p2 = ev2.proc->process; p && p->image;
	     p = process_parent(p), p2 = process_parent(p2))
		same_process(p, p2);
	enrich_stats(pair.live, &stats);
	assert_true(stats.recovered >= 1);
	enrich_retire(pair.live, &ev);
	enrich_retire(pair.replay, &ev2);

	/* Another thread that had this number before is not mistaken for it. */
	rec.hdr.start_ns -= 1000000000;
	assert_int_equal(enrich_apply(pair.live, &ev), 0);
	assert_null(ev.proc);
	pair_free(&pair);
}

static void test_the_scan_is_records(void **state)
{
	struct enrich_stats a, b;
	struct pair pair;

	(void)state;
	pair_make(&pair, NULL);
	enrich_scan(pair.live, true, NULL);
	enrich_stats(pair.live, &a);
	enrich_stats(pair.replay, &b);
	assert_true(a.users > 0);
	assert_true(a.processes > 0);
	assert_int_equal(a.users, b.users);
	assert_int_equal(a.processes, b.processes);
	assert_int_equal(a.cgroups, b.cgroups);
	assert_true(str_eq(enrich_hostname(pair.live), enrich_hostname(pair.replay)));
	assert_true(enrich_hostname(pair.live).n > 0);
	assert_true(str_eq(enrich_boot_id(pair.live), enrich_boot_id(pair.replay)));
	pair_free(&pair);
}

/* -- hostile files -- */

static void put(const char *dir, const char *name, const char *text, size_t n)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "we");
	assert_non_null(f);
	fwrite(text, 1, n, f);
	fclose(f);
}

static void test_broken_account_files_break_nothing(void **state)
{
	static const char passwd[] = "root:x:0:0:r:/root:/bin/sh\n"
				     "short:x:1\n"
				     ":x:2:2:::\n"
				     "big:x:99999999999:1:::\n"
				     "neg:x:-5:1:::\n"
				     "nul\0:x:7:7:g:/h:/s\n"
				     "\n::::::\n"
				     "last:x:8:8:g:/h:/s";
	char dir[] = "/tmp/test-enrich-XXXXXX", path[64];
	struct enrich_stats stats;
	struct pair pair;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/etc", dir);
	mkdir(path, 0755);
	put(dir, "etc/passwd", passwd, sizeof(passwd) - 1);
	pair_make(&pair, dir);
	enrich_scan(pair.live, true, NULL);
	enrich_stats(pair.live, &stats);
	assert_int_equal(stats.users, 3);
	assert_true(str_eq(enrich_user(pair.live, 0, 8)->name, STR("last")));
	assert_null(enrich_user(pair.live, 0, 1));
	pair_free(&pair);
	snprintf(path, sizeof(path), "%s/etc/passwd", dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/etc", dir);
	rmdir(path);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths_of_control_groups_name_containers),
		cmocka_unit_test(test_paths_of_control_groups_name_units),
		cmocka_unit_test(test_an_unknown_process_is_read_from_proc),
		cmocka_unit_test(test_the_scan_is_records),
		cmocka_unit_test(test_broken_account_files_break_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
