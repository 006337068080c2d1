// SPDX-License-Identifier: Apache-2.0
/*
 * Modules, mounts and control groups: what changes the machine. Each
 * change is two records: the attempt (a system call) and the fact (a tracepoint in
 * the kernel's own path). The fact comes first.
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
	EXPECT(init_module, .res = N(res), .fd = N(-1), .image_len = N(sizeof(junk)),
	       .params = U("a=1 b=2"));
	res = sys(SYS_init_module, unmapped(), 64, unmapped());
	MUST(res < 0);
	EXPECT(init_module, .res = N(res), .fd = N(-1), .image_len = N(64), .params = UNREADABLE);
}

static void module_file_junk(void)
{
	long res;
	int fd;

	put_file("/tmp/junk.ko",
		 "no module at all, but long enough to be read as one by the kernel", 0644);
	fd = open("/tmp/junk.ko", O_RDONLY);
	res = sys(SYS_finit_module, fd, "x=y", 3);
	MUST(res < 0);
	EXPECT(init_module, .res = N(res), .fd = N(fd), .flags = N(3), .path = S("/tmp/junk.ko"),
	       .params = U("x=y"));
	res = sys(SYS_finit_module, 7777, "", 0);
	MUST(res == -EBADF);
	EXPECT(init_module, .res = N(res), .fd = N(7777), .path = B(NULL, 0, EV_PROV_UNREADABLE),
	       .params = U(""));
}

#define MODULE	     "saker_floor"
#define OTHER_MODULE "other_floor" /* as long */
enum { IGNORE_VERMAGIC = 2 };

/* The bits that a loaded module's letters stand for. */
static uint64_t taints_of(const char *name)
{
	static const struct {
		char letter;
		uint64_t bit;
	} taints[] = { { 'P', 0x1 }, { 'F', 0x2 }, { 'O', 0x1000 }, { 'E', 0x2000 } };
	char path[96], letters[16] = "";
	uint64_t bits = 0;
	int fd;

	snprintf(path, sizeof(path), "/sys/module/%s/taint", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	MUST(fd >= 0 && read(fd, letters, sizeof(letters) - 1) > 0);
	close(fd);
	for (size_t i = 0; i < sizeof(taints) / sizeof(*taints); i++)
		bits |= strchr(letters, taints[i].letter) ? taints[i].bit : 0;
	return bits;
}

/* Expects the load to succeed; returns false if the kernel refuses the flags. */
static bool load(const char *path, const char *name, uint32_t flags)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint64_t t0 = sk_now();
	long res;

	MUST(fd >= 0);
	syscall(SYS_delete_module, name, 0);
	res = sys(SYS_finit_module, fd, "", flags);
	if (res == -ENOEXEC && flags)
		return false;
	MUST(res == 0);
	EXPECT(init_module, .res = N(0), .fd = N(fd), .flags = N(flags), .path = S(path),
	       .params = U(""));
	last.syscall = false;
	last.t0 = t0;
	EXPECT(module_load, .taints = N(taints_of(name)), .name = S(name));
	syscall(SYS_delete_module, name, 0);
	close(fd);
	return true;
}

static void module_real(void)
{
	if (access("/test/" MODULE ".ko", F_OK))
		t_skip("no second module was brought along");
	load("/test/" MODULE ".ko", MODULE, 0);
}

/* The same file with another name in it, and loaded by force, which is another taint. */
static void module_other(void)
{
	static char bytes[4 << 20];
	int from = open("/test/" MODULE ".ko", O_RDONLY | O_CLOEXEC), to;
	char *p = bytes;
	ssize_t n;

	if (from < 0)
		t_skip("no second module was brought along");
	n = read(from, bytes, sizeof(bytes));
	close(from);
	MUST(n > 0 && n < (ssize_t)sizeof(bytes));
	while ((p = memmem(p, bytes + n - p, MODULE, strlen(MODULE))))
		memcpy(p, OTHER_MODULE, strlen(MODULE));
	to = open("/tmp/other.ko", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	MUST(to >= 0 && write(to, bytes, n) == n);
	close(to);
	load("/tmp/other.ko", OTHER_MODULE, 0);
	if (!load("/tmp/other.ko", OTHER_MODULE, IGNORE_VERMAGIC))
		t_skip("this kernel loads no module by force");
}

static void mount_made(void)
{
	long res;

	mkdir("/tmp/mnt", 0755);
	res = sys(SYS_mount, "nothing", "/tmp/mnt", "tmpfs", MS_NOSUID | MS_NODEV, "size=64k");
	MUST(res == 0);
	EXPECT(mount, .res = N(0), .flags = N(MS_NOSUID | MS_NODEV), .dev = SEEN_OR_U("nothing"),
	       .dir = U("/tmp/mnt"), .type = U("tmpfs"), .target = SEEN("/tmp/mnt"));
	mkdir("/tmp/mnt/below", 0755);
	res = sys(SYS_mount, "/tmp", "/tmp/mnt/../mnt/below/.", "none", MS_BIND, NULL);
	MUST(res == 0);
	EXPECT(mount, .res = N(0), .flags = N(MS_BIND), .dev = SEEN_OR_U("/tmp"),
	       .dir = U("/tmp/mnt/../mnt/below/."), .type = U("none"), .target = SEEN("/tmp/mnt/below"));
	umount("/tmp/mnt/below");
	res = sys(SYS_mount, NULL, "/tmp/mnt", NULL, MS_REMOUNT | MS_RDONLY, NULL);
	EXPECT(mount, .res = N(res), .flags = N(MS_REMOUNT | MS_RDONLY),
	       .dev = ANY("NULL is no error here"), .dir = U("/tmp/mnt"),
	       .type = ANY("NULL is no error here"), .target = SEEN("/tmp/mnt"));
	umount("/tmp/mnt");
}

static void mount_refused(void)
{
	long res = sys(SYS_mount, "/dev/nothing", "/no/such/place", "ext2", 0, NULL);

	MUST(res == -ENOENT);
	EXPECT(mount, .res = N(res), .dev = U("/dev/nothing"), .dir = U("/no/such/place"),
	       .type = U("ext2"));
	res = sys(SYS_mount, unmapped(), unmapped(), unmapped(), 0, NULL);
	MUST(res == -EFAULT);
	EXPECT(mount, .res = N(res), .dev = UNREADABLE, .dir = UNREADABLE, .type = UNREADABLE);
}

#define ROOT "/sys/fs/cgroup"

/* Enter, look, leave, remove: the same on both kinds of hierarchy. */
static void live_in(const char *root, const char *group, uint64_t id, uint32_t hierarchy)
{
	char procs[64];
	int fd;

	snprintf(procs, sizeof(procs), "%s%s/cgroup.procs", root, group);
	fd = open(procs, O_WRONLY);
	before();
	MUST(write(fd, "0", 1) == 1);
	after();
	if (!hierarchy) {
		/* The record is made by the task that was moved: /proc shows it, too. */
		MUST(task(getpid()).cgroup == id);
		last.who.cgroup = id;
	}
	EXPECT(cgroup_attach, .id = N(id), .hierarchy = N(hierarchy), .threadgroup = N(1),
	       .moved_tid = N(me.tid), .moved_tgid = N(me.tgid), .path = S(group),
	       .moved_start_ns =
		       IN(me.start_ticks * 10000000, me.start_ticks * 10000000 + 9999999));
	close(fd);
}

/* By its one thread, not as a process: by the first version's second file. */
static void leave_alone(const char *root, uint64_t id, uint32_t hierarchy)
{
	char tasks[64];
	int fd;

	snprintf(tasks, sizeof(tasks), "%s/tasks", root);
	fd = open(tasks, O_WRONLY);
	before();
	MUST(write(fd, "0", 1) == 1);
	after();
	EXPECT(cgroup_attach, .id = N(id), .hierarchy = N(hierarchy), .moved_tid = N(me.tid),
	       .moved_tgid = N(me.tgid), .path = S("/"),
	       .moved_start_ns =
		       IN(me.start_ticks * 10000000, me.start_ticks * 10000000 + 9999999));
	close(fd);
}

static void leave(const char *root)
{
	char procs[64];
	int fd;

	snprintf(procs, sizeof(procs), "%s/cgroup.procs", root);
	fd = open(procs, O_WRONLY);
	MUST(write(fd, "0", 1) == 1);
	close(fd);
	last.who.cgroup = me.cgroup;
}

static void cgroup_life(void)
{
	uint64_t id;

	if (pids_are_v1())
		t_skip("this host's containers live in control groups of the first version");
	rmdir(ROOT "/outer/inner");
	rmdir(ROOT "/outer");
	MUST(mkdir(ROOT "/outer", 0755) == 0);
	before();
	MUST(mkdir(ROOT "/outer/inner", 0755) == 0);
	after();
	id = cgroup_of("/outer/inner");
	EXPECT(cgroup_mkdir, .id = N(id), .level = N(2), .path = S("/outer/inner"));
	live_in(ROOT, "/outer/inner", id, 0);
	close(sys(SYS_open, "/dev/null", O_RDONLY, 0));
	last.who.cgroup = id;
	EXPECT(open, .res = ANY("compared by the open tests"), .dirfd = N(AT_FDCWD), .dev = SOME,
	       .ino = SOME, .kind = SOME, .file_flags = ANY("compared by the open tests"),
	       .path = S("/dev/null"), .name = U("/dev/null"));
	leave(ROOT);
	before();
	MUST(rmdir(ROOT "/outer/inner") == 0);
	after();
	EXPECT(cgroup_rmdir, .id = N(id), .level = N(2), .path = S("/outer/inner"));
	rmdir(ROOT "/outer");
}

/* A hierarchy of the first version has a number of its own. */
static void cgroup_v1(void)
{
	struct stat st, root;
	unsigned long number;

	mkdir("/tmp/v1", 0755);
	if (mount("none", "/tmp/v1", "cgroup", 0, "none,name=saker"))
		t_skip("no control groups of the first version");
	number = word_of("/proc/self/cgroup", "%lu:name=saker");
	before();
	MUST(mkdir("/tmp/v1/group", 0755) == 0);
	after();
	MUST(stat("/tmp/v1/group", &st) == 0);
	EXPECT(cgroup_mkdir, .id = N(st.st_ino), .hierarchy = N(number), .level = N(1),
	       .path = S("/group"));
	live_in("/tmp/v1", "/group", st.st_ino, number);
	MUST(stat("/tmp/v1", &root) == 0);
	leave_alone("/tmp/v1", root.st_ino, number);
	before();
	MUST(rmdir("/tmp/v1/group") == 0);
	after();
	EXPECT(cgroup_rmdir, .id = N(st.st_ino), .hierarchy = N(number), .level = N(1),
	       .path = S("/group"));
	umount("/tmp/v1");
}

static bool pids_are_bound(void)
{
	char buf[4096] = "";
	int fd = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC);

	MUST(read(fd, buf, sizeof(buf) - 1) > 0);
	close(fd);
	return strstr(buf, ":pids:") != NULL;
}

/*
 * Where containers live in hierarchies of the first version, every task's group
 * in the second is the root: then records carry the group of the pids controller.
 */
static void cgroup_v1_host(void)
{
	struct stat st;
	int fd;

	if (pids_are_v1())
		t_skip("this host is one; every other test here sees its stamp");
	mkdir("/tmp/v1", 0755);
	if (mount("none", "/tmp/v1", "cgroup", 0, "pids"))
		t_skip("this kernel does not give the pids controller to the first version");
	MUST(mkdir("/tmp/v1/box", 0755) == 0 && stat("/tmp/v1/box", &st) == 0);
	fd = open("/tmp/v1/box/cgroup.procs", O_WRONLY);
	MUST(write(fd, "0", 1) == 1);
	close(fd);
	close(sys(SYS_open, "/dev/null", O_RDONLY, 0));
	last.who.cgroup = on_ebpf ? me.cgroup : st.st_ino; /* the hierarchy came after the selection */
	EXPECT(open, .res = ANY("compared by the open tests"), .dirfd = N(AT_FDCWD), .dev = SOME,
	       .ino = SOME, .kind = SOME, .file_flags = ANY("compared by the open tests"),
	       .path = S("/dev/null"), .name = U("/dev/null"));
	leave("/tmp/v1");
	MUST(rmdir("/tmp/v1/box") == 0);
	/* The hierarchy goes with the mount, if the group in it is freed by then. */
	for (int i = 0; i < 50 && pids_are_bound(); i++) {
		MUST(umount("/tmp/v1") == 0);
		usleep(100000);
		if (pids_are_bound())
			MUST(mount("none", "/tmp/v1", "cgroup", 0, "pids") == 0);
	}
	MUST(!pids_are_bound()); /* the tests that follow count on it */
}

TESTS(module,
	TEST(module, "init_module of junk is recorded with its parameters", module_junk),
	TEST(module, "finit_module of junk is recorded with its file", module_file_junk),
	TEST(module, "loading a module produces the request and the kernel's own event",
	     module_real),
	TEST(module, "a module of another name that is loaded by force has another taint",
	     module_other),
	TEST(module, "mount records source, target and type", mount_made),
	TEST(module, "mount that is refused is recorded", mount_refused),
);

TESTS(cgroup,
	TEST(cgroup, "a control group is recorded when made, entered and removed, and stamps its tasks",
	     cgroup_life),
	TEST(cgroup, "a control group of the first version records its hierarchy", cgroup_v1),
	TEST(cgroup, "where groups are of the first version, theirs stamps the tasks",
	     cgroup_v1_host),
);
