/* SPDX-License-Identifier: Apache-2.0 */
/* Tests what is reported if another version's driver, or a part of one, is pinned. Needs root and bpffs. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "ebpf/load.h"
#include "ebpf/session.h"

static char pins[64];

static long bpf(int cmd, union bpf_attr *attr)
{
	return syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

/* Pins an array with one value of @size bytes as map_@name. Return: 0 or -errno. */
static int pin(const char *name, uint32_t size)
{
	union bpf_attr map = { .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = size,
			       .max_entries = 1, .map_flags = BPF_F_MMAPABLE };
	union bpf_attr at = { 0 };
	char path[128];
	int fd = (int)bpf(BPF_MAP_CREATE, &map);

	if (fd < 0)
		return -errno;
	snprintf(path, sizeof(path), "%s/map_%s", pins, name);
	at.pathname = (uintptr_t)path;
	at.bpf_fd = (uint32_t)fd;
	if (bpf(BPF_OBJ_PIN, &at)) {
		close(fd);
		return -errno;
	}
	return close(fd);
}

static int make_pins(void **state)
{
	int r;

	(void)state;
	snprintf(pins, sizeof(pins), "/sys/fs/bpf/saker-test-%d", (int)getpid());
	r = mkdir(pins, 0700) ? -errno : pin("cpus", 4096);
	if (r == 0)
		return 0;
	print_message("skipped: %s: %s\n", pins, strerror(-r));
	rmdir(pins);
	*pins = '\0';
	return 0;
}

static int remove_pins(void **state)
{
	(void)state;
	if (*pins)
		load_unpin(pins);
	return 0;
}

/* The driver's state as a command finds it. */
static int found(void)
{
	struct control_info info;

	return ebpf_get_info(&info, pins);
}

static void test_a_part_of_a_driver_is_another_versions(void **state)
{
	(void)state;
	if (!*pins)
		skip();
	assert_int_equal(found(), -EPROTO);
}

static void test_a_smaller_control_page_is_another_versions(void **state)
{
	static const char *const maps[] = { "pending", "doorbell", "fillers" };

	(void)state;
	if (!*pins)
		skip();
	assert_int_equal(pin("control", 64), 0);
	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++)
		assert_int_equal(pin(maps[i], 64), 0);
	assert_int_equal(found(), -EPROTO);
}

static void test_without_pins_there_is_no_driver(void **state)
{
	(void)state;
	if (!*pins)
		skip();
	load_unpin(pins);
	assert_int_equal(found(), -ENODEV);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_part_of_a_driver_is_another_versions),
		cmocka_unit_test(test_a_smaller_control_page_is_another_versions),
		cmocka_unit_test(test_without_pins_there_is_no_driver),
	};

	return cmocka_run_group_tests(tests, make_pins, remove_pins);
}
