// SPDX-License-Identifier: Apache-2.0
/*
 * Modules, mounts and control groups: what changes the machine. The one idea:
 * the attempt (a system call) and the fact (a tracepoint in the kernel's own
 * path) are two records, and the fact comes first.
 */
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "facts.h"

static void module_junk(void)
{
	static char junk[64] = "no module at all";
	long res = sys(SYS_init_module, junk, sizeof(junk), "a=1 b=2");

	MUST(res < 0);
	EXPECT(init_module, .res = N(res), .fd = N(-1), .image_len = N(sizeof(junk)), .params = U("a=1 b=2"));
	res = sys(SYS_init_module, unmapped(), 64, unmapped());
	MUST(res < 0);
	EXPECT(init_module, .res = N(res), .fd = N(-1), .image_len = N(64), .params = UNREADABLE);
}

static void module_file_junk(void)
{
	long res;
	int fd;

	put_file("/tmp/junk.ko", "no module at all, but long enough to be read as one by the kernel", 0644);
	fd = open("/tmp/junk.ko", O_RDONLY);
	res = sys(SYS_finit_module, fd, "x=y", 3);
	MUST(res < 0);
	EXPECT(init_module, .res = N(res), .fd = N(fd), .flags = N(3), .path = S("/tmp/junk.ko"), .params = U("x=y"));
	res = sys(SYS_finit_module, 7777, "", 0);
	MUST(res == -EBADF);
	EXPECT(init_module, .res = N(res), .fd = N(7777), .params = U(""));
}

static void module_real(void)
{
	int fd = open("/test/saker_floor.ko", O_RDONLY);
	long res;
	uint64_t t0 = sk_now();

	if (fd < 0)
		t_skip("no second module was brought along");
	syscall(SYS_delete_module, "saker_floor", 0);
	res = sys(SYS_finit_module, fd, "", 0);
	MUST(res == 0);
	EXPECT(init_module, .res = N(0), .fd = N(fd), .path = S("/test/saker_floor.ko"), .params = U(""));
	last.syscall = false;
	last.t0 = t0;
	EXPECT(module_load, .taints = SOME, .name = S("saker_floor"));
	syscall(SYS_delete_module, "saker_floor", 0);
}

static void mount_made(void)
{
	long res;

	mkdir("/tmp/mnt", 0755);
	res = sys(SYS_mount, "nothing", "/tmp/mnt", "tmpfs", MS_NOSUID | MS_NODEV, "size=64k");
	MUST(res == 0);
	EXPECT(mount, .res = N(0), .flags = N(MS_NOSUID | MS_NODEV), .dev = U("nothing"), .dir = U("/tmp/mnt"), .type = U("tmpfs"));
	res = sys(SYS_mount, NULL, "/tmp/mnt", NULL, MS_REMOUNT | MS_RDONLY, NULL);
	EXPECT(mount, .res = N(res), .flags = N(MS_REMOUNT | MS_RDONLY), .dev = ANY("NULL is no error here"),
	       .dir = U("/tmp/mnt"), .type = ANY("NULL is no error here"));
	umount("/tmp/mnt");
}

static void mount_refused(void)
{
	long res = sys(SYS_mount, "/dev/nothing", "/no/such/place", "ext2", 0, NULL);

	MUST(res == -ENOENT);
	EXPECT(mount, .res = N(res), .dev = U("/dev/nothing"), .dir = U("/no/such/place"), .type = U("ext2"));
	res = sys(SYS_mount, unmapped(), unmapped(), unmapped(), 0, NULL);
	MUST(res == -EFAULT);
	EXPECT(mount, .res = N(res), .dev = UNREADABLE, .dir = UNREADABLE, .type = UNREADABLE);
}

#define ROOT	"/sys/fs/cgroup"

static void cgroup_life(void)
{
	uint64_t id, home = me.cgroup;
	struct who self;
	int procs;

	rmdir(ROOT "/outer/inner");
	rmdir(ROOT "/outer");
	MUST(mkdir(ROOT "/outer", 0755) == 0);
	before();
	MUST(mkdir(ROOT "/outer/inner", 0755) == 0);
	after();
	id = cgroup_of("/outer/inner");
	EXPECT(cgroup_mkdir, .id = N(id), .level = N(2), .path = S("/outer/inner"));

	procs = open(ROOT "/outer/inner/cgroup.procs", O_WRONLY);
	before();
	MUST(write(procs, "0", 1) == 1);
	after();
	/* The record of the move is by one who has moved, or is about to: either is true. */
	self = task(getpid());
	MUST(self.cgroup == id);
	last.who.cgroup = id;
	EXPECT(cgroup_attach, .id = N(id), .threadgroup = N(1), .moved_tid = N(me.tid), .moved_tgid = N(me.tgid),
	       .moved_start_ns = IN(me.start_ticks * 10000000, me.start_ticks * 10000000 + 9999999), .path = S("/outer/inner"));
	close(sys(SYS_open, "/dev/null", O_RDONLY, 0));
	last.who.cgroup = id;
	EXPECT(open, .res = ANY("compared by the open tests"), .dirfd = N(AT_FDCWD), .dev = SOME, .ino = SOME, .kind = SOME,
	       .file_flags = ANY("compared by the open tests"), .path = S("/dev/null"), .name = U("/dev/null"));

	procs = open(ROOT "/cgroup.procs", O_WRONLY);
	MUST(write(procs, "0", 1) == 1);
	last.who.cgroup = home;
	before();
	MUST(rmdir(ROOT "/outer/inner") == 0);
	after();
	EXPECT(cgroup_rmdir, .id = N(id), .level = N(2), .path = S("/outer/inner"));
	rmdir(ROOT "/outer");
}

TESTS(module,
	{ "init_module of junk is told with its parameters", module_junk, "module", 0, 0, 0 },
	{ "finit_module of junk is told with its file", module_file_junk, "module", 0, 0, 0 },
	{ "a module that is loaded is told as asked and as done", module_real, "module", 0, 0, 0 },
	{ "mount tells source, target and type", mount_made, "module", 0, 0, 0 },
	{ "mount that is refused is told", mount_refused, "module", 0, 0, 0 },
);

TESTS(cgroup,
	{ "a control group is told when made, entered and removed, and stamps its tasks", cgroup_life, "cgroup", 0, 0, 0 },
);
