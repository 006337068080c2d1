/* SPDX-License-Identifier: Apache-2.0 */
/* Finds out which operations io_uring has on this kernel, by its own list of them. */
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "lib/fd.h"
#include "source/coverage.h"

#ifndef SYS_io_uring_setup
#define SYS_io_uring_setup	425
#define SYS_io_uring_register	427
#endif

#define DISABLED	"/proc/sys/kernel/io_uring_disabled"
#define OPS		64
#define REGISTER_PROBE	8
#define SUPPORTED	1

/* As linux/io_uring.h, which hosts with old headers lack. */
struct probe {
	uint8_t last_op, ops_len;
	uint16_t reserved;
	uint32_t reserved2[3];
	struct { uint8_t op, reserved; uint16_t flags; uint32_t reserved2; } ops[OPS];
};

/* 2: for all processes. */
static bool is_off(void)
{
	char text[8];

	return fd_read_file(DISABLED, text, sizeof(text)) > 0 && *text == '2';
}

static int uring_open(void)
{
	uint32_t params[30] = { 0 };
	const long fd = syscall(SYS_io_uring_setup, 1, params);

	return fd < 0 ? -errno : (int)fd;
}

uint64_t coverage_uring(void)
{
	struct probe probe = { 0 };
	int fd = uring_open();
	uint64_t ops = 0;

	if (fd == -ENOSYS || (fd < 0 && is_off()))
		return 0;
	if (fd < 0)
		return UINT64_MAX;
	if (syscall(SYS_io_uring_register, fd, REGISTER_PROBE, &probe, OPS)) {
		fd_close(fd);
		return UINT64_MAX;
	}
	for (unsigned int i = 0; i < probe.ops_len && i < OPS; i++)
		if (probe.ops[i].flags & SUPPORTED)
			ops |= 1ull << i;
	fd_close(fd);
	return ops;
}
