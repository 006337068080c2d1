/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of drivers as a table: what a machine has, what is taken, and the
 * reason for each that is skipped. Choosing without opening gives the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include "driver/choice.h"
#include "driver/test-tree.h"
#include "decode/event.h"
#include "source/plugin.h"

struct situation {
	const char *what;
	bool loaded;			/* the module */
	int kmod;			/* what opening it gives */
	bool installed;			/* the plugin */
	int probe, ebpf;		/* what its probe and its opening give */
	struct tree_file files[3];

	int r;
	const char *driver;		/* that is taken; NULL: none */
	const char *kmod_reason, *ebpf_reason;	/* NULL: not skipped */
};

#define LOCKDOWN { "sys/kernel/security/lockdown", "none [integrity] confidentiality\n" }
#define VERDICT	"run/saker/driver.json"
#define TRIED	"{\"boot_id\":\"" TREE_BOOT "\",\"loaded\":false,\"tried\":true,\"time\":1," \
		"\"reason\":\"modprobe: Key was rejected by service\",\"todo\":\"enrol\"}\n"
#define OLD	"{\"boot_id\":\"other\",\"loaded\":false,\"tried\":true,\"reason\":\"old\"}\n"
#define NOT_TRIED "{\"boot_id\":\"" TREE_BOOT "\",\"loaded\":false,\"tried\":false," \
		"\"reason\":\"no saker.ko was built\"}\n"
#define COULD	"not loaded, but could be"

static const struct situation situations[] = {
	{ .what = "the module is loaded", .loaded = true, .installed = true, .r = 0, .driver = "kmod" },
	{ .what = "the same without the plugin", .loaded = true, .installed = false, .r = 0, .driver = "kmod" },
	{ .what = "nobody loaded it", .loaded = false, .installed = true, .r = 0, .driver = "ebpf",
	  .kmod_reason = COULD },
	{ .what = "nobody loaded it, no plugin", .loaded = false, .installed = false, .r = -ENODEV,
	  .kmod_reason = COULD, .ebpf_reason = "not installed" },
	{ .what = "loading is impossible", .loaded = false, .installed = true, .files = { LOCKDOWN }, .r = 0,
	  .driver = "ebpf", .kmod_reason = "lockdown is integrity" },
	{ .what = "no loadable modules", .loaded = false, .installed = true, .files = { { "proc/modules", NULL } },
	  .r = 0, .driver = "ebpf", .kmod_reason = "this kernel has no loadable modules" },
	{ .what = "modules_disabled", .loaded = false, .installed = true,
	  .files = { { "proc/sys/kernel/modules_disabled", "1\n" } }, .r = 0, .driver = "ebpf",
	  .kmod_reason = "kernel.modules_disabled is set" },
	{ .what = "not built", .loaded = false, .installed = true, .files = { { TREE_MODULE, NULL } }, .r = 0,
	  .driver = "ebpf", .kmod_reason = "no saker.ko was built" },
	{ .what = "unsigned under Secure Boot", .loaded = false, .installed = true,
	  .files = { { TREE_EFI, "\6\7\7\7\1" }, LOCKDOWN }, .r = 0, .driver = "ebpf",
	  .kmod_reason = "Secure Boot is on, and" },
	{ .what = "unsigned under enforcement", .loaded = false, .installed = true,
	  .files = { { "sys/module/module/parameters/sig_enforce", "Y\n" } }, .r = 0, .driver = "ebpf",
	  .kmod_reason = "loads only signed modules" },
	{ .what = "saker.disabled", .loaded = false, .installed = true,
	  .files = { { "proc/cmdline", "saker.disabled" } }, .r = 0, .driver = "ebpf",
	  .kmod_reason = "saker.disabled is on" },
	{ .what = "blamed for a crash", .loaded = false, .installed = true,
	  .files = { { "var/lib/saker/driver.mark", "boot other\nphase blamed\nwhy it was Thursday\n" } }, .r = 0,
	  .driver = "ebpf", .kmod_reason = "it was Thursday" },
	{ .what = "the same, but loaded by hand", .loaded = true, .installed = true,
	  .files = { { "var/lib/saker/driver.mark", "boot other\nphase blamed\nwhy it was Thursday\n" } }, .r = 0,
	  .driver = "kmod" },
	{ .what = "no bpf()", .loaded = false, .installed = true,
	  .files = { { "proc/sys/kernel/unprivileged_bpf_disabled", NULL } }, .r = -ENODEV, .kmod_reason = COULD,
	  .ebpf_reason = "this kernel has no bpf()" },
	{ .what = "loading failed", .loaded = false, .installed = true, .files = { { VERDICT, TRIED } }, .r = 0,
	  .driver = "ebpf", .kmod_reason = "Key was rejected" },
	{ .what = "loading failed, and is impossible by now", .loaded = false, .installed = true,
	  .files = { { VERDICT, TRIED }, LOCKDOWN }, .r = 0, .driver = "ebpf",
	  .kmod_reason = "lockdown is integrity" },
	{ .what = "loading failed in another boot", .loaded = false, .installed = true,
	  .files = { { VERDICT, OLD } }, .r = 0, .driver = "ebpf", .kmod_reason = COULD },
	{ .what = "the obstacle was removed", .loaded = false, .installed = true,
	  .files = { { VERDICT, NOT_TRIED } }, .r = 0, .driver = "ebpf", .kmod_reason = COULD },
	{ .what = "the verdict cannot be read", .loaded = false, .installed = true, .files = { { VERDICT, "{" } },
	  .r = 0, .driver = "ebpf", .kmod_reason = COULD },
	{ .what = "another agent has the module", .loaded = true, .kmod = -EBUSY, .installed = true, .r = -EBUSY,
	  .kmod_reason = "kmod says" },
	{ .what = "the module is another version's", .loaded = true, .kmod = -EPROTO, .installed = true, .r = 0,
	  .driver = "ebpf", .kmod_reason = "kmod says" },
	{ .what = "neither the module nor eBPF is available", .loaded = true, .kmod = -ENOMEM, .installed = true,
	  .ebpf = -EACCES, .r = -ENODEV, .kmod_reason = "kmod says", .ebpf_reason = "ebpf says" },
	{ .what = "the verifier refuses", .loaded = false, .installed = true, .ebpf = -EACCES, .r = -ENODEV,
	  .kmod_reason = COULD, .ebpf_reason = "ebpf says" },
	{ .what = "another agent has eBPF", .loaded = false, .installed = true, .ebpf = -EBUSY, .r = -EBUSY,
	  .kmod_reason = COULD, .ebpf_reason = "ebpf says" },
	{ .what = "the plugin knows it cannot", .loaded = false, .installed = true, .probe = -EOPNOTSUPP,
	  .r = -ENODEV, .kmod_reason = COULD, .ebpf_reason = "cannot run here: no fentry" },
	{ .what = "no BTF", .loaded = false, .installed = true, .files = { { "sys/kernel/btf/vmlinux", NULL } },
	  .r = -ENODEV, .kmod_reason = COULD, .ebpf_reason = "no BTF" },
	{ .what = "not root, module loaded", .loaded = true, .installed = true,
	  .files = { { "proc/self/status", TREE_USER } }, .r = -ENODEV,
	  .kmod_reason = "not root: user 1000 lacks CAP_SYS_ADMIN",
	  .ebpf_reason = "not root: user 1000 lacks CAP_BPF" },
	{ .what = "root without CAP_SYS_ADMIN", .loaded = true, .installed = true,
	  .files = { { "proc/self/status", TREE_NO_ADMIN } }, .r = 0, .driver = "ebpf",
	  .kmod_reason = "a capability is missing: root lacks CAP_SYS_ADMIN" },
	{ .what = "confidentiality", .loaded = false, .installed = true,
	  .files = { { "sys/kernel/security/lockdown", "none integrity [confidentiality]\n" } }, .r = -ENODEV,
	  .kmod_reason = "lockdown is confidentiality, and", .ebpf_reason = "eBPF may not read" },
	{ .what = "in a user namespace", .loaded = true, .installed = true,
	  .files = { { "proc/self/uid_map", "0 100000 65536\n" } }, .r = -ENODEV,
	  .kmod_reason = "its own user namespace", .ebpf_reason = "its own user namespace" },
};

/* -- drivers that behave as the test case describes -- */

static const struct situation *now;
static unsigned int opened;

static int kmod_probe(void)
{
	return now->loaded ? 0 : -ENODEV;
}

static int open_as(int r, const char *name, struct source **ret, char *error, size_t size)
{
	static struct source source;

	opened++;
	snprintf(error, size, "%s says %d", name, r);
	source = (struct source){ .name = name };
	if (r == 0)
		*ret = &source;
	return r;
}

static int kmod_open(struct source **ret, const struct source_live_config *config, char *error,
		     size_t size)
{
	(void)config;
	return open_as(now->kmod, "kmod", ret, error, size);
}

static int ebpf_open(struct source **ret, const struct source_live_config *config, char *error,
		     size_t size)
{
	(void)config;
	return open_as(now->ebpf, "ebpf", ret, error, size);
}

static int ebpf_probe(char *why, size_t size)
{
	snprintf(why, size, "no fentry");
	return now->probe;
}

static const struct source_plugin ebpf = { .open = ebpf_open, .probe = ebpf_probe };

static int ebpf_plugin(const struct source_plugin **ret, char *error, size_t size)
{
	snprintf(error, size, "not installed");
	*ret = &ebpf;
	return now->installed ? 0 : -ENOENT;
}

static const struct host_drivers doubles = { kmod_probe, kmod_open, ebpf_plugin };

/* -- the table -- */

static const char *reason(const struct choice *c, const char *driver)
{
	for (unsigned int i = 0; i < c->nskipped; i++)
		if (!strcmp(c->skipped[i].driver, driver))
			return c->skipped[i].reason;
	return NULL;
}

static void compare(const struct situation *s, const struct choice *c)
{
	const struct {
		const char *driver, *want;
	} both[] = { { "kmod", s->kmod_reason }, { "ebpf", s->ebpf_reason } };

	for (size_t i = 0; i < 2; i++) {
		const char *got = reason(c, both[i].driver);

		if (!got != !both[i].want || (got && !strstr(got, both[i].want)))
			fail_msg("%s: %s skipped: %s", s->what, both[i].driver,
				 got ? got : "no");
	}
	if (!c->driver != !s->driver || (c->driver && strcmp(c->driver, s->driver)))
		fail_msg("%s: chosen: %s", s->what, c->driver ? c->driver : "none");
}

static void try_situation(const struct situation *s)
{
	const struct source_live_config config = { .selection = NULL };
	struct source *source = NULL;
	struct tree t = tree_make();
	struct choice c;
	struct host host;

	for (const struct tree_file *f = s->files; f < s->files + 3 && f->path; f++)
		tree_put(&t, f->path, f->text);
	now = s;
	assert_int_equal(host_init(&host, t.dir, &doubles), 0);
	assert_int_equal(choice_make(&c, &host, &source, &config), s->r);
	compare(s, &c);
	if (s->driver)
		assert_string_equal(source->name, s->driver);
	else
		assert_null(source);

	opened = 0;
	choice_make(&c, &host, NULL, NULL);
	assert_int_equal(opened, 0);
	if (!s->kmod && !s->ebpf)
		compare(s, &c);
	host_uninit(&host);
	tree_remove(&t);
}

static void test_what_is_chosen_and_what_is_skipped(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(situations) / sizeof(*situations); i++)
		try_situation(&situations[i]);
}

static void test_the_named_driver_is_used_or_none(void **state)
{
	static const struct situation loaded = { .loaded = true, .installed = true },
		gone = { .installed = true }, bare = { .loaded = true };
	const struct source_live_config config = { .selection = NULL };
	struct source *source = NULL;
	struct tree t = tree_make();
	struct choice c;
	struct host host;

	(void)state;
	assert_int_equal(host_init(&host, t.dir, &doubles), 0);
	now = &loaded;
	assert_int_equal(choice_take(&c, &host, "ebpf", &source, &config), 0);
	assert_string_equal(source->name, "ebpf");
	assert_string_equal(c.driver, "ebpf");
	assert_int_equal(c.nskipped, 0);
	assert_int_equal(choice_take(&c, &host, "efbp", &source, &config), -EINVAL);
	now = &gone;
	assert_int_equal(choice_take(&c, &host, "kmod", &source, &config), -ENODEV);
	assert_non_null(strstr(c.skipped[0].reason, COULD));
	now = &bare;
	assert_int_equal(choice_take(&c, &host, "ebpf", &source, &config), -ENOENT);
	assert_string_equal(c.skipped[0].reason, "not installed");
	host_uninit(&host);
	tree_remove(&t);
}

/* -- reporting it -- */

static int next_nothing(struct source *source, struct record *ret)
{
	(void)source;
	(void)ret;
	return SOURCE_END;
}

static void close_nothing(struct source *source)
{
	(void)source;
}

static void assert_part(const struct event *ev, const struct ev_part *part, const char *want,
			size_t n)
{
	struct str s = event_part(ev, part);

	assert_int_equal(s.n, n);
	assert_memory_equal(s.p, want, n);
}

static void test_the_stream_begins_with_the_choice(void **state)
{
	static const struct source_ops ops = { .next = next_nothing, .close = close_nothing };
	static const char passed[] = "kmod: nothing built\0ebpf: no BTF";
	struct source source = { .ops = &ops };
	struct choice c = {
		.driver = "kmod", .why = "it is there", .nskipped = 2,
		.skipped = { { "kmod", "nothing built", "" }, { "ebpf", "no BTF", "" } },
	};
	union event_scratch scratch;
	struct record rec;
	struct event ev;

	(void)state;
	assert_int_equal(choice_post(&source, &c), 0);
	assert_int_equal(source_next(&source, &rec), 0);
	assert_int_equal(event_decode(&ev, &scratch, rec.p, rec.n), 0);
	assert_int_equal(ev.hdr->type, EV_driver);
	assert_true(ev.hdr->flags & EV_F_FROM_USER);
	assert_int_equal(ev_prov(ev.hdr, EV_FIELD(driver, why)), EV_PROV_AGENT);
	assert_part(&ev, &ev.driver->name, "kmod", 4);
	assert_part(&ev, &ev.driver->why, "it is there", 11);
	assert_part(&ev, &ev.driver->skipped, passed, sizeof(passed));
	source_release(&source, &rec);
	assert_int_equal(source_next(&source, &rec), SOURCE_END);

	/* Of any length it is a record; reasons that do not fit are cut. */
	memset(c.skipped[0].reason, 'x', sizeof(c.skipped[0].reason) - 1);
	for (size_t n = 0; n < sizeof(c.skipped[1].reason); n++) {
		c.skipped[1].reason[n] = '\0';
		assert_int_equal(choice_post(&source, &c), 0);
		assert_int_equal(source_next(&source, &rec), 0);
		assert_int_equal(event_decode(&ev, &scratch, rec.p, rec.n), 0);
		source_release(&source, &rec);
		c.skipped[1].reason[n] = 'y';
	}
	source_close(&source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_chosen_and_what_is_skipped),
		cmocka_unit_test(test_the_named_driver_is_used_or_none),
		cmocka_unit_test(test_the_stream_begins_with_the_choice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
