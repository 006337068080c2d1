// SPDX-License-Identifier: Apache-2.0
/*
 * Tests of close, close_range and mmap, under each ABI that passes their arguments differently.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "facts.h"

#define NO_FILE B(NULL, 0, EV_PROV_UNREADABLE) /* no such descriptor */

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

static void closed(void)
{
	int a = open("/dev/null", O_RDONLY), b = open("/dev/zero", O_RDONLY);
	long res = sys(SYS_close, a);

	MUST(res == 0);
	EXPECT(close, .fd = N(a));
	MUST(sys(SYS_close, b) == 0);
	EXPECT(close, .fd = N(b));
	res = sys(SYS_close, 7777);
	MUST(res == -EBADF);
	EXPECT(close, .res = N(res), .fd = N(7777));
}

static void closed_range(void)
{
	long res = sys(SYS_close_range, 7000, 7100, 0);

	NEED("close_range", res, "close_range");
	MUST(res == 0);
	EXPECT(close_range, .first = N(7000), .last = N(7100));
	MUST(sys(SYS_close_range, 7001, ~0u, 2 /* CLOSE_RANGE_UNSHARE */) == 0);
	EXPECT(close_range, .first = N(7001), .last = N(~0u), .flags = N(2));
	res = sys(SYS_close_range, 9, 8, 0x7777);
	MUST(res == -EINVAL);
	EXPECT(close_range, .res = N(res), .first = N(9), .last = N(8), .flags = N(0x7777));
}

static int two_pages(const char *path)
{
	static char zeros[8192];
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0700);

	MUST(fd >= 0 && write(fd, zeros, sizeof(zeros)) == sizeof(zeros));
	return fd;
}

static void mapped(void)
{
	int a = two_pages("/tmp/map_a"), b = two_pages("/tmp/map_b");
	long res = sys(SYS_mmap, 0, 8192, PROT_READ | PROT_EXEC, MAP_PRIVATE, a, 4096);

	MUST(res > 0);
	EXPECT(mmap, MEMORY, .res = N(res), .length = N(8192), .prot = N(PROT_READ | PROT_EXEC),
	       .flags = N(MAP_PRIVATE), .fd = N(a), .offset = N(4096), .path = S("/tmp/map_a"));
	touch(32);
	res = sys(SYS_mmap, res, 4096, PROT_WRITE, MAP_SHARED | MAP_FIXED, b, 0);
	MUST(res > 0);
	EXPECT(mmap, MEMORY, .res = N(res), .addr = N(res), .length = N(4096), .prot = N(PROT_WRITE),
	       .flags = N(MAP_SHARED | MAP_FIXED), .fd = N(b), .path = S("/tmp/map_b"));
	res = sys(SYS_mmap, 0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(res > 0);
	EXPECT(mmap, MEMORY, .res = N(res), .length = N(4096), .prot = N(PROT_READ),
	       .flags = N(MAP_PRIVATE | MAP_ANONYMOUS), .fd = N(-1));
	res = sys(SYS_mmap, 0x123, 0, 0, MAP_PRIVATE, 7777, 0x1000);
	MUST(res < 0);
	EXPECT(mmap, MEMORY, .res = N(res), .addr = N(0x123), .flags = N(MAP_PRIVATE), .fd = N(7777),
	       .offset = N(0x1000), .path = NO_FILE);
}

/* The old call has its arguments in memory; the new one counts the offset in pages. */
static void mapped_ia32(void)
{
	int a = two_pages("/tmp/map_c");
	const uint32_t at = 0x20000000, flags = MAP_PRIVATE | MAP_FIXED;
	uint32_t args[] = { at, 4096, PROT_READ | PROT_EXEC, flags, a, 4096 };
	long res = sys32(90 /* mmap */, low(args, sizeof(args)));

	need32(res);
	MUST(res == at);
	EXPECT(mmap, MEMORY, .res = N(res), .addr = NP(at, EV_PROV_USER), .length = NP(4096, EV_PROV_USER),
	       .prot = NP(PROT_READ | PROT_EXEC, EV_PROV_USER), .flags = NP(flags, EV_PROV_USER),
	       .fd = NP(a, EV_PROV_USER), .offset = NP(4096, EV_PROV_USER), .path = S("/tmp/map_c"));
	res = sys32(192 /* mmap2 */, at, 4096, PROT_READ, flags, a, 1);
	MUST(res == at);
	EXPECT(mmap, MEMORY, .res = N(res), .addr = N(at), .length = N(4096), .prot = N(PROT_READ), .flags = N(flags),
	       .fd = N(a), .offset = N(1), .path = S("/tmp/map_c"));
	res = sys32(192, at, 4096, PROT_READ, flags | MAP_ANONYMOUS, -1, 0);
	MUST(res == at);
	EXPECT(mmap, MEMORY, .res = N(res), .addr = N(at), .length = N(4096), .prot = N(PROT_READ),
	       .flags = N(flags | MAP_ANONYMOUS), .fd = N(-1));
}

TESTS(mem,
	TEST(mem, "close() records the descriptor", closed),
	TEST(mem, "close_range() records its range", closed_range),
	TEST(mem, "mmap() records protection and file", mapped),
	TEST(mem, "mmap() of a 32-bit program is recorded, old and new", mapped_ia32),
);
