// SPDX-License-Identifier: Apache-2.0
/*
 * Mounts, roots and working directories: each call with success and with a failure, in a mount
 * namespace of the test's own, and once as a 32-bit program makes it.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "facts.h"

#define TOP	"/tmp/mounts"
#define NO_FILE B(NULL, 0, EV_PROV_UNREADABLE) /* no such descriptor */
#define BAD_FD	7777
#define AT	.dirfd = N(AT_FDCWD)
#define ATS	.from_dirfd = N(AT_FDCWD), .to_dirfd = N(AT_FDCWD)
#define LOW(s)	low(s, sizeof(s))

/* uapi/linux/mount.h, which an old C library does not have or declares otherwise */
enum { CLOEXEC = 1, TREE_CLONE = 1, TREE_CLOEXEC = 0x80000, FROM_EMPTY = 4, TO_EMPTY = 0x40 };
enum { SET_FLAG, SET_STRING, CREATE = 6 };
enum { ATTR_NOSUID = 2, ATTR_NODEV = 4, ATTR_NOEXEC = 8 };
enum { OPEN_TREE = 428, MOVE_MOUNT, FSOPEN, FSCONFIG, FSMOUNT, FSPICK };
enum { MOUNT_SETATTR = 442, QUOTACTL_FD = 443, OPEN_TREE_ATTR = 467, FCHROOT = 472 };

struct attr {
	uint64_t set, clr, propagation, userns_fd;
};

static void apart(int dir[2])
{
	MUST(unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	mkdir(TOP, 0755);
	MUST(mount("top", TOP, "tmpfs", 0, "size=1m") == 0);
	MUST(mkdir(TOP "/one", 0755) == 0 && mkdir(TOP "/two", 0755) == 0);
	dir[0] = open(TOP "/one", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir[1] = open(TOP "/two", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	MUST(dir[0] >= 0 && dir[1] >= 0);
}


static void unmounted(void)
{
	int dir[2];
	long res;

	apart(dir);
	MUST(mount("a", TOP "/one", "tmpfs", 0, NULL) == 0 && mount("b", TOP "/two", "tmpfs", 0, NULL) == 0);
	res = sys(SYS_umount2, TOP "/one", MNT_DETACH);
	MUST(res == 0);
	EXPECT(umount, .flags = N(MNT_DETACH), .name = U(TOP "/one"), .target = SEEN(TOP "/one"));
	res = sys(SYS_umount2, TOP "/one", UMOUNT_NOFOLLOW);
	MUST(res == -EINVAL);
	EXPECT(umount, .res = N(res), .flags = N(UMOUNT_NOFOLLOW), .name = U(TOP "/one"));
	res = sys32(22, LOW(TOP "/two"));
	need32(res);
	MUST(res == 0);
	EXPECT(umount, .name = U(TOP "/two"), .target = SEEN(TOP "/two"));
}

static void root_pivoted(void)
{
	int dir[2];
	long res;

	apart(dir);
	res = sys(SYS_pivot_root, TOP "/no", TOP "/one");
	MUST(res == -ENOENT);
	EXPECT(pivot_root, .res = N(res), .new_root = U(TOP "/no"), .put_old = U(TOP "/one"));
	res = sys32(217, LOW("x"), LOW("y"));
	need32(res);
	EXPECT(pivot_root, .res = N(res), .new_root = U("x"), .put_old = U("y"));
	res = sys(SYS_pivot_root, TOP "/one/../two", TOP "/one");
	MUST(res == -EINVAL); /* no mount */
	EXPECT(pivot_root, .res = N(res), .new_root = U(TOP "/one/../two"), .put_old = U(TOP "/one"),
	       .newdir = SEEN(TOP "/two"), .olddir = SEEN(TOP "/one"));
	res = sys(SYS_pivot_root, TOP, TOP "/two");
	MUST(res == 0 || res == -EINVAL); /* not if / is the initial ramfs */
	EXPECT(pivot_root, .res = N(res), .new_root = U(TOP), .put_old = U(TOP "/two"),
	       .newdir = SEEN(TOP), .olddir = SEEN(TOP "/two"));
}

static void root_changed(void)
{
	int dir[2];
	long res;

	apart(dir);
	res = sys(SYS_chroot, TOP "/no");
	MUST(res == -ENOENT);
	EXPECT(chroot, .res = N(res), .fd = N(-1), .path = U(TOP "/no"));
	for (int i = 0; i < 2; i++) {
		res = sys(FCHROOT, dir[i], 0x70 + i);
		MUST(res < 0);
		EXPECT(chroot, .res = N(res), .fd = N(dir[i]), .flags = N(0x70 + i), .file = S(path_of(dir[i])));
	}
	res = sys32(61, LOW(TOP "/nothing"));
	EXPECT(chroot, .res = N(res), .fd = N(-1), .path = U(TOP "/nothing"));
	res = sys(SYS_chroot, TOP);
	MUST(res == 0);
	EXPECT(chroot, .fd = N(-1), .path = U(TOP));
}

static void directory_changed(void)
{
	int dir[2];
	long res;

	apart(dir);
	res = sys(SYS_chdir, TOP);
	MUST(res == 0);
	EXPECT(chdir, .fd = N(-1), .path = U(TOP));
	res = sys(SYS_chdir, "no");
	MUST(res == -ENOENT);
	EXPECT(chdir, .res = N(res), .fd = N(-1), .path = U("no"));
	for (int i = 0; i < 2; i++) {
		res = sys(SYS_fchdir, dir[i]);
		MUST(res == 0);
		EXPECT(chdir, .fd = N(dir[i]), .file = S(i ? TOP "/two" : TOP "/one"));
	}
	res = sys(SYS_fchdir, BAD_FD);
	MUST(res == -EBADF);
	EXPECT(chdir, .res = N(res), .fd = N(BAD_FD), .file = NO_FILE);
	res = sys32(12, LOW("../one"));
	need32(res);
	MUST(res == 0);
	EXPECT(chdir, .fd = N(-1), .path = U("../one"));
}

static void tree_moved(void)
{
	int dir[2];
	long tree, res;

	apart(dir);
	MUST(mount("a", TOP "/one", "tmpfs", 0, NULL) == 0);
	tree = sys(OPEN_TREE, AT_FDCWD, TOP "/one", TREE_CLONE | TREE_CLOEXEC);
	NEED("open_tree and move_mount", tree, "open_tree move_mount");
	MUST(tree >= 0);
	EXPECT(open_tree, .res = N(tree), AT, .flags = N(TREE_CLONE | TREE_CLOEXEC), .path = U(TOP "/one"));
	res = sys(MOVE_MOUNT, tree, "", AT_FDCWD, TOP "/two", FROM_EMPTY);
	MUST(res == 0);
	EXPECT(move_mount, .from_dirfd = N(tree), .to_dirfd = N(AT_FDCWD), .flags = N(FROM_EMPTY),
	       .from_path = U(""), .to_path = U(TOP "/two"), .from_dir = S(path_of(tree)),
	       .source = SEEN("/"), .target = SEEN(TOP "/two"));
	res = sys(MOVE_MOUNT, AT_FDCWD, TOP "/one/../two", AT_FDCWD, TOP "/one", 0);
	EXPECT(move_mount, .res = N(res), ATS, .from_path = U(TOP "/one/../two"), .to_path = U(TOP "/one"),
	       .source = SEEN(TOP "/two"), .target = SEEN(TOP "/one"));
	res = sys(MOVE_MOUNT, AT_FDCWD, TOP "/two", dir[0], "no", 0);
	MUST(res < 0);
	EXPECT(move_mount, .res = N(res), .from_dirfd = N(AT_FDCWD), .to_dirfd = N(dir[0]),
	       .from_path = U(TOP "/two"), .to_path = U("no"), .to_dir = S(path_of(dir[0])));
	res = sys(MOVE_MOUNT, dir[1], "no", dir[1], "", TO_EMPTY);
	MUST(res < 0);
	EXPECT(move_mount, .res = N(res), .from_dirfd = N(dir[1]), .to_dirfd = N(dir[1]),
	       .flags = N(TO_EMPTY), .from_path = U("no"), .to_path = U(""),
	       .from_dir = S(path_of(dir[1])), .to_dir = S(path_of(dir[1])));
	res = sys32(MOVE_MOUNT, AT_FDCWD, LOW("a"), AT_FDCWD, LOW("b"), 0x100);
	need32(res);
	EXPECT(move_mount, .res = N(res), ATS, .flags = N(0x100), .from_path = U("a"), .to_path = U("b"));
}

static void tree_opened(void)
{
	int dir[2];
	long res;

	apart(dir);
	for (int i = 0; i < 2; i++) {
		res = sys(OPEN_TREE, dir[i], "no", TREE_CLOEXEC);
		NEED("open_tree and fspick", res, "open_tree fspick");
		MUST(res == -ENOENT);
		EXPECT(open_tree, .res = N(res), .dirfd = N(dir[i]), .flags = N(TREE_CLOEXEC), .path = U("no"),
		       .dir = S(i ? TOP "/two" : TOP "/one"));
		res = sys(FSPICK, dir[i], "no", 2 << i);
		MUST(res < 0);
		EXPECT(fspick, .res = N(res), .dirfd = N(dir[i]), .flags = N(2 << i), .path = U("no"),
		       .dir = S(i ? TOP "/two" : TOP "/one"));
	}
	res = sys(OPEN_TREE_ATTR, AT_FDCWD, TOP "/no", TREE_CLONE, NULL, 0);
	MUST(res < 0);
	EXPECT(open_tree, .res = N(res), AT, .flags = N(TREE_CLONE), .path = U(TOP "/no"));
	res = sys(FSPICK, AT_FDCWD, TOP, CLOEXEC);
	MUST(res >= 0);
	EXPECT(fspick, .res = N(res), AT, .flags = N(CLOEXEC), .path = U(TOP));
	res = sys32(FSPICK, AT_FDCWD, LOW("no"), 0);
	need32(res);
	EXPECT(fspick, .res = N(res), AT, .path = U("no"));
	res = sys32(OPEN_TREE, AT_FDCWD, LOW("no"), 0);
	EXPECT(open_tree, .res = N(res), AT, .path = U("no"));
}

static void context_used(void)
{
	const char key[] = "ro"; /* in memory that is mapped: the call does not read it */
	long fs, res;
	int dir[2];

	apart(dir);
	fs = sys(FSOPEN, "tmpfs", CLOEXEC);
	NEED("fsopen", fs, "fsopen fsconfig fsmount");
	MUST(fs >= 0);
	EXPECT(fsopen, .res = N(fs), .flags = N(CLOEXEC), .type = U("tmpfs"));
	res = sys(FSOPEN, "nothing", 0x20);
	MUST(res < 0);
	EXPECT(fsopen, .res = N(res), .flags = N(0x20), .type = U("nothing"));
	res = sys(FSCONFIG, fs, SET_STRING, "source", "from", 0);
	MUST(res == 0);
	EXPECT(fsconfig, .fd = N(fs), .cmd = N(SET_STRING), .key = U("source"), .value = U("from"));
	res = sys(FSCONFIG, fs, SET_STRING, "size", "64k", 0);
	MUST(res == 0);
	EXPECT(fsconfig, .fd = N(fs), .cmd = N(SET_STRING), .key = U("size"), .value = U("64k"));
	res = sys(FSCONFIG, BAD_FD, SET_FLAG, key, NULL, -3);
	MUST(res < 0);
	EXPECT(fsconfig, .res = N(res), .fd = N(BAD_FD), .aux = N(-3), .key = U("ro"), .value = UNREADABLE);
	res = sys(FSCONFIG, fs, CREATE, NULL, NULL, 0);
	MUST(res == 0);
	EXPECT(fsconfig, .fd = N(fs), .cmd = N(CREATE), .key = UNREADABLE, .value = UNREADABLE);
	res = sys(FSMOUNT, fs, CLOEXEC, ATTR_NOSUID | ATTR_NODEV);
	MUST(res >= 0);
	EXPECT(fsmount, .res = N(res), .fs_fd = N(fs), .flags = N(CLOEXEC), .attr_flags = N(ATTR_NOSUID | ATTR_NODEV));
	res = sys(FSMOUNT, BAD_FD, 0x30, ATTR_NOEXEC);
	MUST(res < 0);
	EXPECT(fsmount, .res = N(res), .fs_fd = N(BAD_FD), .flags = N(0x30), .attr_flags = N(ATTR_NOEXEC));
	res = sys32(FSOPEN, LOW("none"), 0);
	need32(res);
	EXPECT(fsopen, .res = N(res), .type = U("none"));
	res = sys32(FSCONFIG, -1, 5, LOW("k"), 0, 9);
	EXPECT(fsconfig, .res = N(res), .fd = N(-1), .cmd = N(5), .aux = N(9), .key = U("k"), .value = UNREADABLE);
	res = sys32(FSMOUNT, -1, 0, 0);
	EXPECT(fsmount, .res = N(res), .fs_fd = N(-1));
}

/* Before 5.12 there is no such call: it fails, and is recorded all the same. */
static void attributes_set(void)
{
	struct attr one = { .set = ATTR_NOSUID | ATTR_NODEV, .clr = ATTR_NOEXEC, .propagation = MS_SHARED };
	struct attr two = { .set = ATTR_NOEXEC, .clr = ATTR_NOSUID, .propagation = MS_PRIVATE };
	int dir[2];
	long res;

	apart(dir);
	res = sys(MOUNT_SETATTR, AT_FDCWD, TOP, 0, &one, sizeof(one));
	if (res == 0)
		EXPECT(mount_setattr, AT, .attr_set = NP(one.set, EV_PROV_USER),
		       .attr_clr = NP(one.clr, EV_PROV_USER), .propagation = NP(MS_SHARED, EV_PROV_USER),
		       .size = N(sizeof(one)), .path = U(TOP));
	else
		EXPECT(mount_setattr, .res = N(res), AT, .size = N(sizeof(one)), .path = U(TOP));
	res = sys(MOUNT_SETATTR, AT_FDCWD, TOP, AT_RECURSIVE, &two, sizeof(two));
	if (res == 0)
		EXPECT(mount_setattr, AT, .flags = N(AT_RECURSIVE), .attr_set = NP(two.set, EV_PROV_USER),
		       .attr_clr = NP(two.clr, EV_PROV_USER), .propagation = NP(MS_PRIVATE, EV_PROV_USER),
		       .size = N(sizeof(two)), .path = U(TOP));
	for (int i = 0; i < 2; i++) {
		res = sys(MOUNT_SETATTR, dir[i], "no", AT_SYMLINK_NOFOLLOW, &one, 1);
		MUST(res < 0);
		EXPECT(mount_setattr, .res = N(res), .dirfd = N(dir[i]), .flags = N(AT_SYMLINK_NOFOLLOW),
		       .size = N(1), .path = U("no"), .dir = S(i ? TOP "/two" : TOP "/one"));
	}
	res = sys32(MOUNT_SETATTR, AT_FDCWD, LOW("no"), 0, LOW("x"), 7);
	lacks32(res);
	EXPECT(mount_setattr, .res = N(res), AT, .size = N(7), .path = U("no"));
}

static void swap_changed(void)
{
	long res;

	res = sys(SYS_swapon, "/no/swap", 0x8005);
	MUST(res == -ENOENT || res == -ENOSYS);
	EXPECT(swapon, .res = N(res), .flags = N(0x8005), .path = U("/no/swap"));
	res = sys(SYS_swapon, "/dev/null", 0x10000);
	MUST(res < 0);
	EXPECT(swapon, .res = N(res), .flags = N(0x10000), .path = U("/dev/null"));
	res = sys(SYS_swapoff, "/no/swap");
	MUST(res == -ENOENT || res == -EINVAL || res == -ENOSYS);
	EXPECT(swapon, .res = N(res), .path = U("/no/swap"));
	res = sys32(115, LOW("/dev/null"));
	MUST(res < 0);
	lacks32(res);
	EXPECT(swapon, .res = N(res), .path = U("/dev/null"));
}

static void quota_changed(void)
{
	const unsigned int on = 0x80000200, sync = 0x80000101;
	int dir[2];
	long res;

	apart(dir);
	res = sys(SYS_quotactl, on, "/dev/none", 11, "/one/aquota.user");
	MUST(res < 0);
	EXPECT(quotactl, .res = N(res), .cmd = N(on), .id = N(11), .fd = N(-1), .special = U("/dev/none"),
	       .command = N(0x800002), .quotafile = U("/one/aquota.user"));
	for (int i = 0; i < 2; i++) {
		res = sys(QUOTACTL_FD, dir[i], sync, 12, NULL);
		MUST(res < 0);
		EXPECT(quotactl, .res = N(res), .cmd = N(sync), .id = N(12), .fd = N(dir[i]),
		       .file = S(i ? TOP "/two" : TOP "/one"), .command = N(0x800001), .type = N(1));
	}
	res = sys32(131, on | 2, LOW("none"), 13, LOW("b"));
	lacks32(res);
	EXPECT(quotactl, .res = N(res), .cmd = N(on | 2), .id = N(13), .fd = N(-1), .special = U("none"),
	       .command = N(0x800002), .type = N(2), .quotafile = U("b"));
}

TESTS(mount,
	TEST(mount, "umount and umount2 record the path and the flags", unmounted),
	TEST(mount, "pivot_root records both paths", root_pivoted),
	TEST(mount, "chroot and fchroot record path and directory", root_changed),
	TEST(mount, "chdir and fchdir record path and directory", directory_changed),
	TEST(mount, "move_mount records both paths and directories", tree_moved),
	TEST(mount, "open_tree and fspick record path and directory", tree_opened),
	TEST(mount, "fsopen, fsconfig and fsmount record what is mounted", context_used),
	TEST(mount, "mount_setattr records the attributes", attributes_set),
	TEST(mount, "swapon and swapoff record the path", swap_changed),
	TEST(mount, "quotactl records the command and the device", quota_changed),
);
