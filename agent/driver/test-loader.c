/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loader against machines made of files, with a modprobe that is a script:
 * what it does, what it leaves behind, and what a crash at any point does to the
 * next boot.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <jansson.h>
#include "driver/loader.h"
#include "driver/mark.h"
#include "driver/test-tree.h"

#define PSTORE	"sys/fs/pstore/dmesg-efi_pstore-1"
#define OOPS	"Oops#1 Part1\nRIP: 0010:hook_exit+0x12/0x80 [saker]\n"
#define LIVE	"sys/module/saker/initstate"

struct machine {
	struct tree tree;
	char modprobe[64], rmmod[64], journalctl[64], log[64];
	struct loader_config config;
	unsigned int boots;
};

static void put_script(const struct machine *m, const char *name, const char *body)
{
	char text[1024], full[128];

	snprintf(text, sizeof(text), "#!/bin/sh\nroot=%s\necho \"$(basename \"$0\") $*\" >>%s\n%s\n",
		 m->tree.dir, m->log, body);
	tree_put(&m->tree, name, text);
	snprintf(full, sizeof(full), "%s/%s", m->tree.dir, name);
	assert_int_equal(chmod(full, 0755), 0);
}

/* As modprobe does it, with a kernel that takes what it is given. */
#define WORKS	"mkdir -p $root/sys/module/saker && echo live >$root/sys/module/saker/initstate"

static int machine_make(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));

	m->tree = tree_make();
	snprintf(m->modprobe, sizeof(m->modprobe), "%s/modprobe", m->tree.dir);
	snprintf(m->rmmod, sizeof(m->rmmod), "%s/rmmod", m->tree.dir);
	snprintf(m->journalctl, sizeof(m->journalctl), "%s/journalctl", m->tree.dir);
	snprintf(m->log, sizeof(m->log), "%s/log", m->tree.dir);
	m->config = (struct loader_config){
		.root = m->tree.dir, .modprobe = m->modprobe, .rmmod = m->rmmod,
		.journalctl = m->journalctl,
	};
	put_script(m, "modprobe", WORKS);
	put_script(m, "rmmod", "rm -r $root/sys/module/saker");
	put_script(m, "journalctl", "exit 0");
	*state = m;
	return 0;
}

static int machine_remove(void **state)
{
	struct machine *m = *state;

	tree_remove(&m->tree);
	free(m);
	return 0;
}

/* A reboot without a stop, as after a crash: only the disk is kept. */
static void boot(struct machine *m)
{
	char id[64];

	snprintf(id, sizeof(id), "00000000-0000-0000-0000-%012u\n", ++m->boots);
	tree_put(&m->tree, "proc/sys/kernel/random/boot_id", id);
	tree_put(&m->tree, LIVE, NULL);
	tree_put(&m->tree, "sys/module/saker", NULL);
	tree_put(&m->tree, "run/saker/driver.json", NULL);
}

static struct verdict load(struct machine *m, bool force)
{
	struct verdict found, read;
	struct host host;

	m->config.force = force;
	assert_int_equal(loader_load(&found, &m->config, NULL, NULL), 0);
	assert_int_equal(host_init(&host, m->tree.dir, NULL), 0);
	assert_int_equal(verdict_read(&host, &read), 0);
	host_uninit(&host);
	assert_true(read.known);
	assert_int_equal(read.loaded, found.loaded);
	assert_int_equal(read.tried, found.tried);
	assert_int_equal(read.forced, force);
	assert_string_equal(read.reason, found.reason);
	assert_string_equal(read.todo, found.todo);
	assert_string_equal(read.probe, found.probe);
	return read;
}

static void stop(struct machine *m)
{
	struct error err = { 0 };

	m->config.force = false;
	if (loader_unload(&m->config, &err))
		fail_msg("%s", err.text);
}

static const char *said(struct machine *m)
{
	static char text[4096];
	FILE *f = fopen(m->log, "re");
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

	text[n] = '\0';
	if (f)
		fclose(f);
	return text;
}

static enum mark_phase phase(struct machine *m)
{
	struct mark mark;
	struct host host;

	assert_int_equal(host_init(&host, m->tree.dir, NULL), 0);
	assert_int_equal(mark_read(&host, &mark), 0);
	host_uninit(&host);
	return mark.phase;
}

#define assert_says(text, part)						\
	do {								\
		if (!strstr(text, part))				\
			fail_msg("'%s' does not say '%s'", text, part);	\
	} while (0)

static void test_it_is_loaded_once(void **state)
{
	struct machine *m = *state;
	struct verdict v = load(m, false);

	assert_true(v.loaded);
	assert_true(v.tried);
	assert_string_equal(v.reason, "");
	assert_string_equal(said(m), "modprobe saker\n");
	assert_int_equal(phase(m), MARK_LOADED);
	v = load(m, false);
	assert_true(v.loaded);
	assert_false(v.tried);
	assert_string_equal(said(m), "modprobe saker\n");
	stop(m);
	assert_string_equal(said(m), "modprobe saker\nrmmod saker\n");
	assert_int_equal(phase(m), MARK_STOPPED);
}

static void test_a_driver_that_a_probe_stops_is_not_tried(void **state)
{
	struct machine *m = *state;
	struct verdict v;

	tree_put(&m->tree, "proc/sys/kernel/modules_disabled", "1\n");
	v = load(m, false);
	assert_false(v.loaded);
	assert_false(v.tried);
	assert_string_equal(v.probe, "modules_disabled");
	assert_says(v.reason, "kernel.modules_disabled is set");
	assert_says(v.todo, "next boot");
	assert_string_equal(said(m), "");
	assert_int_equal(phase(m), MARK_NONE);
	assert_false(load(m, true).tried);	/* --force does not help against what is impossible */
}

static void test_disabled_holds_without_force(void **state)
{
	struct machine *m = *state;

	tree_put(&m->tree, "proc/cmdline", "saker.disabled\n");
	assert_string_equal(load(m, false).probe, "disabled");
	assert_string_equal(said(m), "");
	assert_true(load(m, true).loaded);
	assert_string_equal(said(m), "modprobe saker disabled=0\n");
}

static void test_the_reason_is_the_message_of_modprobe(void **state)
{
	static const struct {
		const char *script, *reason, *todo;
	} cases[] = {
		{ .script = "echo \"modprobe: ERROR: could not insert 'saker': Key was rejected by service\" >&2; "
			    "exit 1",
		  .reason = "modprobe: could not insert 'saker': Key was rejected by service", .todo = "mokutil" },
		{ .script = "echo \"modprobe: FATAL: Module saker not found in directory /lib/modules\" >&2; exit 1",
		  .reason = "modprobe: Module saker not found in directory", .todo = "depmod" },
		{ .script = "echo \"modprobe: ERROR: could not insert 'saker': Exec format error\" >&2; exit 1",
		  .reason = "Exec format error", .todo = "dkms" },
		{ .script = "exit 1", .reason = "modprobe: failed without a message", .todo = "dmesg" },
		{ .script = "kill -9 $$", .reason = "modprobe: failed without a message", .todo = "dmesg" },
	};
	struct machine *m = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct verdict v;

		put_script(m, "modprobe", cases[i].script);
		v = load(m, false);
		assert_false(v.loaded);
		assert_true(v.tried);
		assert_says(v.reason, cases[i].reason);
		assert_says(v.todo, cases[i].todo);
	}
	m->config.modprobe = "/nowhere/modprobe";
	assert_says(load(m, false).reason, "/nowhere/modprobe: No such file");
	m->config.modprobe = m->modprobe;
	put_script(m, "modprobe", WORKS);
	assert_true(load(m, false).loaded);	/* a failure is no crash */
}

static void test_a_crash_while_loading_is_not_repeated(void **state)
{
	struct machine *m = *state;

	/* The mark as modprobe finds it is what a crash would leave. */
	put_script(m, "modprobe", "cp $root/var/lib/saker/driver.mark $root/kept\n" WORKS);
	load(m, false);
	put_script(m, "modprobe", "cp $root/kept $root/var/lib/saker/driver.mark\n");
	system(m->modprobe);
	put_script(m, "modprobe", WORKS);
	boot(m);
	assert_string_equal(load(m, false).probe, "crashed");
	boot(m);
	assert_string_equal(load(m, false).probe, "crashed");
	assert_int_equal(phase(m), MARK_BLAMED);
	assert_true(load(m, true).loaded);
	stop(m);
	boot(m);
	assert_true(load(m, false).loaded);
}

static void test_one_power_cut_is_no_crash_three_in_a_row_are(void **state)
{
	struct machine *m = *state;

	assert_true(load(m, false).loaded);
	boot(m);
	assert_true(load(m, false).loaded);
	boot(m);
	assert_true(load(m, false).loaded);
	stop(m);				/* that boot ended well: the count begins anew */
	boot(m);
	assert_true(load(m, false).loaded);
	for (unsigned int i = 0; i < 2; i++) {
		boot(m);
		assert_true(load(m, false).loaded);
	}
	boot(m);
	assert_says(load(m, false).reason, "3 boots in a row ended without an orderly stop");
	assert_true(load(m, true).loaded);
	boot(m);
	assert_true(load(m, false).loaded);
}

static void test_a_dump_blames_until_forgiven(void **state)
{
	struct machine *m = *state;

	tree_put(&m->tree, PSTORE, OOPS);
	assert_says(load(m, false).reason, "crash dump /sys/fs/pstore/dmesg-efi_pstore-1");
	tree_put(&m->tree, PSTORE, NULL);	/* the dumps were deleted; that does not clear the mark */
	boot(m);
	assert_says(load(m, false).reason, "the module has crashed this machine: the crash dump "
		    "/sys/fs/pstore/dmesg-efi_pstore-1");
	tree_put(&m->tree, PSTORE, OOPS);
	sleep(1);				/* a dump's time has seconds */
	assert_true(load(m, true).loaded);
	stop(m);
	boot(m);
	assert_true(load(m, false).loaded);	/* it is an old one now */
	stop(m);
	sleep(1);
	tree_put(&m->tree, PSTORE, OOPS);	/* and that one is new */
	boot(m);
	assert_string_equal(load(m, false).probe, "crashed");
}

static void test_the_journal_of_a_boot_that_died_is_read(void **state)
{
	struct machine *m = *state;

	assert_true(load(m, false).loaded);
	stop(m);
	boot(m);
	put_script(m, "journalctl", "echo 'BUG: unable to handle page fault'\n"
		   "echo ' fill_open+0x10/0x20 [saker]'");
	assert_true(load(m, false).loaded);	/* the boot before ended in order: the journal is not read */
	boot(m);
	assert_says(load(m, false).reason, "the journal of boot 00000000-0000-0000-0000-000000000001");
	assert_says(said(m), "journalctl --no-pager -q -k -o cat -b 00000000000000000000000000000001\n");
	assert_int_equal(phase(m), MARK_BLAMED);
	put_script(m, "journalctl", "exit 1");
	boot(m);
	assert_string_equal(load(m, false).probe, "crashed");
}

static void test_a_module_in_use_stays(void **state)
{
	struct machine *m = *state;
	struct error err = { 0 };

	assert_true(load(m, false).loaded);
	put_script(m, "rmmod", "echo 'rmmod: ERROR: Module saker is in use' >&2; exit 1");
	assert_int_equal(loader_unload(&m->config, &err), -EBUSY);
	assert_says(err.text, "rmmod: Module saker is in use; stop the agent first");
	assert_int_equal(phase(m), MARK_LOADED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define MACHINE_TEST(f)	cmocka_unit_test_setup_teardown(f, machine_make, machine_remove)
		MACHINE_TEST(test_it_is_loaded_once),
		MACHINE_TEST(test_a_driver_that_a_probe_stops_is_not_tried),
		MACHINE_TEST(test_disabled_holds_without_force),
		MACHINE_TEST(test_the_reason_is_the_message_of_modprobe),
		MACHINE_TEST(test_a_crash_while_loading_is_not_repeated),
		MACHINE_TEST(test_one_power_cut_is_no_crash_three_in_a_row_are),
		MACHINE_TEST(test_a_dump_blames_until_forgiven),
		MACHINE_TEST(test_the_journal_of_a_boot_that_died_is_read),
		MACHINE_TEST(test_a_module_in_use_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
