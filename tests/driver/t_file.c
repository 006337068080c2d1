// SPDX-License-Identifier: Apache-2.0
/*
 * Names and handles of files: each call with success and with a failure, by a path, relative to
 * the descriptor of a directory, and once as a 32-bit program makes it.
 */
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "facts.h"
#include "lib/fuse.h"

#define NO_DIR	B(NULL, 0, EV_PROV_UNREADABLE) /* no such descriptor */
#define BAD_FD	7777
#define AT	.dirfd = N(AT_FDCWD)
#define LOW(s)	low(s, sizeof(s))
#define ATS	.olddirfd = N(AT_FDCWD), .newdirfd = N(AT_FDCWD)
#define LONG_50	"llllllllllllllllllllllllllllllllllllllllllllllllll"
#define LONG_200 LONG_50 LONG_50 LONG_50 LONG_50

static void unlinked(void)
{
	int dir[2];
	long res;

	files_make(dir);
	res = sys(SYS_unlink, FILES "/one/file");
	MUST(res == 0);
	EXPECT(unlink, AT, .path = U(FILES "/one/file"), .file = SEEN(FILES "/one/file"));
	res = sys(SYS_unlink, FILES "/one/file");
	MUST(res == -ENOENT);
	EXPECT(unlink, .res = N(res), AT, .path = U(FILES "/one/file"));
	res = sys(SYS_unlink, unmapped());
	MUST(res == -EFAULT);
	EXPECT(unlink, .res = N(res), AT, .path = UNREADABLE);
	res = sys(SYS_unlinkat, dir[1], "file", 0);
	MUST(res == 0);
	EXPECT(unlink, .dirfd = N(dir[1]), .path = U("file"), .dir = S(FILES "/two"),
	       .file = SEEN(FILES "/two/file"));
	res = sys(SYS_unlinkat, dir[0], "../two", AT_REMOVEDIR);
	MUST(res == 0);
	EXPECT(unlink, .dirfd = N(dir[0]), .flags = N(AT_REMOVEDIR), .path = U("../two"),
	       .dir = S(FILES "/one"), .file = SEEN(FILES "/two"));
	res = sys(SYS_unlinkat, BAD_FD, "x", 0x40);
	MUST(res == -EINVAL);
	EXPECT(unlink, .res = N(res), .dirfd = N(BAD_FD), .flags = N(0x40), .path = U("x"),
	       .dir = NO_DIR);
	res = sys(SYS_unlinkat, AT_FDCWD, "x", 0);
	MUST(res == -ENOENT);
	EXPECT(unlink, .res = N(res), AT, .path = U("x"));
}

/*
 * The server of a file system refuses a change as out of date, and the kernel looks the path up
 * again in the same call: now the directory is a symbolic link to another one.
 */
static void stale_begins(struct fuse *fuse)
{
	mkdir("/tmp/other", 0755);
	put_file("/tmp/other/leaf", "x", 0600);
	mkdir("/tmp/stale", 0755);
	if (fuse_mount(fuse, "/tmp/stale", "/tmp/other/leaf", "/tmp/other") < 0)
		t_skip("FUSE cannot be mounted here");
	fuse->will->changes_stale = 1;
}

#define STALE	"/tmp/stale/file/"

static void unlinked_stale(void)
{
	struct fuse fuse;

	stale_begins(&fuse);
	MUST(sys(SYS_unlink, STALE "leaf") == 0);
	MUST(access("/tmp/other/leaf", F_OK) != 0);
	EXPECT(unlink, AT, .path = U(STALE "leaf"), .file = SEEN("/tmp/other/leaf"));
	fuse_unmount(&fuse);
}

static void renamed_stale(void)
{
	struct fuse fuse;

	stale_begins(&fuse);
	MUST(sys(SYS_rename, STALE "leaf", STALE LONG_200) == 0);
	MUST(access("/tmp/other/" LONG_200, F_OK) == 0);
	EXPECT(rename, ATS, .oldpath = U(STALE "leaf"), .newpath = U(STALE LONG_200),
	       .oldfile = SEEN("/tmp/other/leaf"), .newfile = SEEN("/tmp/other/" LONG_200));
	fuse_unmount(&fuse);
	unlink("/tmp/other/" LONG_200);
}

static void mkdir_stale(void)
{
	struct fuse fuse;

	stale_begins(&fuse);
	MUST(sys(SYS_mkdir, STALE "new", 0700) == 0);
	MUST(access("/tmp/other/new", F_OK) == 0);
	EXPECT(mkdir, AT, .mode = N(0700), .path = U(STALE "new"), .file = SEEN("/tmp/other/new"));
	fuse_unmount(&fuse);
	rmdir("/tmp/other/new");
}

static void unlinked_32(void)
{
	int dir[2];
	long res;

	files_make(dir);
	res = sys32(10, LOW(FILES "/one/file"));
	need32(res);
	MUST(res == 0);
	EXPECT(unlink, AT, .path = U(FILES "/one/file"), .file = SEEN(FILES "/one/file"));
	res = sys32(301, dir[1], LOW("file"), 0);
	MUST(res == 0);
	EXPECT(unlink, .dirfd = N(dir[1]), .path = U("file"), .dir = S(FILES "/two"),
	       .file = SEEN(FILES "/two/file"));
	res = sys32(301, AT_FDCWD, LOW("no"), 0);
	EXPECT(unlink, .res = N(res), AT, .path = U("no"));
}

static void rmdir_done(void)
{
	int dir[2];
	long res;

	files_make(dir);
	unlink(FILES "/one/file");
	res = sys(SYS_rmdir, FILES "/one");
	MUST(res == 0);
	EXPECT(rmdir, .path = U(FILES "/one"), .file = SEEN(FILES "/one"));
	res = sys(SYS_rmdir, FILES "/two");
	MUST(res == -ENOTEMPTY);
	EXPECT(rmdir, .res = N(res), .path = U(FILES "/two"), .file = SEEN(FILES "/two"));
	res = sys32(40, LOW(FILES "/one"));
	need32(res);
	EXPECT(rmdir, .res = N(res), .path = U(FILES "/one"));
}

static void renamed(void)
{
	int dir[2];
	long res;

	files_make(dir);
	res = sys(SYS_rename, FILES "/one/file", FILES "/new");
	MUST(res == 0);
	EXPECT(rename, ATS, .oldpath = U(FILES "/one/file"), .newpath = U(FILES "/new"),
	       .oldfile = SEEN(FILES "/one/file"), .newfile = SEEN(FILES "/new"));
	res = sys(SYS_rename, FILES "/no", unmapped());
	EXPECT(rename, .res = N(res), ATS, .oldpath = U(FILES "/no"), .newpath = UNREADABLE);
	res = sys(SYS_renameat, dir[1], "file", dir[0], "moved");
	MUST(res == 0);
	EXPECT(rename, .olddirfd = N(dir[1]), .newdirfd = N(dir[0]), .oldpath = U("file"),
	       .newpath = U("moved"), .olddir = S(FILES "/two"), .newdir = S(FILES "/one"),
	       .oldfile = SEEN(FILES "/two/file"), .newfile = SEEN(FILES "/one/moved"));
	res = sys(SYS_renameat2, dir[0], "moved", dir[1], "back", 1);
	MUST(res == 0);
	EXPECT(rename, .olddirfd = N(dir[0]), .newdirfd = N(dir[1]), .flags = N(1),
	       .oldpath = U("moved"), .newpath = U("back"), .olddir = S(FILES "/one"),
	       .newdir = S(FILES "/two"), .oldfile = SEEN(FILES "/one/moved"),
	       .newfile = SEEN(FILES "/two/back"));
	res = sys(SYS_renameat2, BAD_FD, "a", AT_FDCWD, "b", 2);
	MUST(res == -EBADF);
	EXPECT(rename, .res = N(res), .olddirfd = N(BAD_FD), .newdirfd = N(AT_FDCWD), .flags = N(2),
	       .oldpath = U("a"), .newpath = U("b"), .olddir = NO_DIR);
	res = sys32(38, LOW(FILES "/new"), LOW(FILES "/newer"));
	need32(res);
	MUST(res == 0);
	EXPECT(rename, ATS, .oldpath = U(FILES "/new"), .newpath = U(FILES "/newer"),
	       .oldfile = SEEN(FILES "/new"), .newfile = SEEN(FILES "/newer"));
}

/* Both paths share the room of a slot; what does not fit goes elsewhere. */
static void renamed_far(void)
{
	static const char *const path[] = { FILES "/" LONG_200, FILES "/one/" LONG_200,
		FILES "/deep/" LONG_200 "/a", FILES "/deep/" LONG_200 "/" LONG_200 };
	int dir[2];
	long res;

	files_make(dir);
	mkdir(FILES "/deep", 0755);
	mkdir(FILES "/deep/" LONG_200, 0755);
	MUST(rename(FILES "/one/file", path[0]) == 0);
	for (int i = 1; i < 4; i++) {
		res = sys(SYS_rename, path[i - 1], path[i]);
		MUST(res == 0);
		EXPECT(rename, ATS, .oldpath = U(path[i - 1]), .newpath = U(path[i]),
		       .oldfile = SEEN(path[i - 1]), .newfile = SEEN(path[i]));
	}
}

static void linked(void)
{
	int dir[2];
	long res;

	files_make(dir);
	res = sys(SYS_link, FILES "/one/file", FILES "/second");
	MUST(res == 0);
	EXPECT(link, ATS, .oldpath = U(FILES "/one/file"), .newpath = U(FILES "/second"),
	       .oldfile = SEEN(FILES "/one/file"), .newfile = SEEN(FILES "/second"));
	res = sys(SYS_link, FILES "/one/file", FILES "/second");
	MUST(res == -EEXIST);
	EXPECT(link, .res = N(res), ATS, .oldpath = U(FILES "/one/file"), .newpath = U(FILES "/second"));
	res = sys(SYS_linkat, dir[1], "file", dir[0], "third", AT_SYMLINK_FOLLOW);
	MUST(res == 0);
	EXPECT(link, .olddirfd = N(dir[1]), .newdirfd = N(dir[0]), .flags = N(AT_SYMLINK_FOLLOW),
	       .oldpath = U("file"), .newpath = U("third"), .olddir = S(FILES "/two"),
	       .newdir = S(FILES "/one"), .oldfile = SEEN(FILES "/two/file"),
	       .newfile = SEEN(FILES "/one/third"));
	res = sys(SYS_linkat, dir[0], "file", dir[1], "fourth", 0x10);
	MUST(res == -EINVAL);
	EXPECT(link, .res = N(res), .olddirfd = N(dir[0]), .newdirfd = N(dir[1]), .flags = N(0x10),
	       .oldpath = U("file"), .newpath = U("fourth"), .olddir = S(FILES "/one"),
	       .newdir = S(FILES "/two"));
	res = sys32(9, LOW(FILES "/one/file"), LOW(FILES "/fifth"));
	need32(res);
	MUST(res == 0);
	EXPECT(link, ATS, .oldpath = U(FILES "/one/file"), .newpath = U(FILES "/fifth"),
	       .oldfile = SEEN(FILES "/one/file"), .newfile = SEEN(FILES "/fifth"));
}

static void symlinked(void)
{
	int dir[2];
	long res;

	files_make(dir);
	res = sys(SYS_symlink, "/etc/shadow", FILES "/link");
	MUST(res == 0);
	EXPECT(symlink, .linkdirfd = N(AT_FDCWD), .target = SEEN_OR_U("/etc/shadow"),
	       .linkpath = U(FILES "/link"), .file = SEEN(FILES "/link"));
	res = sys(SYS_symlink, "../x", FILES "/link");
	MUST(res == -EEXIST);
	EXPECT(symlink, .res = N(res), .linkdirfd = N(AT_FDCWD), .target = U("../x"),
	       .linkpath = U(FILES "/link"));
	for (int i = 0; i < 2; i++) {
		res = sys(SYS_symlinkat, "word", dir[i], "here");
		MUST(res == 0);
		EXPECT(symlink, .linkdirfd = N(dir[i]), .target = SEEN_OR_U("word"), .linkpath = U("here"),
		       .linkdir = S(i ? FILES "/two" : FILES "/one"),
		       .file = SEEN(i ? FILES "/two/here" : FILES "/one/here"));
	}
	res = sys32(83, LOW("a"), LOW(FILES "/a"));
	need32(res);
	MUST(res == 0);
	EXPECT(symlink, .linkdirfd = N(AT_FDCWD), .target = SEEN_OR_U("a"), .linkpath = U(FILES "/a"),
	       .file = SEEN(FILES "/a"));
}

static void mkdir_done(void)
{
	int dir[2];
	long res;

	files_make(dir);
	res = sys(SYS_mkdir, FILES "/three", 0700);
	MUST(res == 0);
	EXPECT(mkdir, AT, .mode = N(0700), .path = U(FILES "/three"), .file = SEEN(FILES "/three"));
	res = sys(SYS_mkdir, FILES "/three", 0755);
	MUST(res == -EEXIST);
	EXPECT(mkdir, .res = N(res), AT, .mode = N(0755), .path = U(FILES "/three"));
	for (int i = 0; i < 2; i++) {
		res = sys(SYS_mkdirat, dir[i], "new", 01777);
		MUST(res == 0);
		EXPECT(mkdir, .dirfd = N(dir[i]), .mode = N(01777), .path = U("new"),
		       .dir = S(i ? FILES "/two" : FILES "/one"),
		       .file = SEEN(i ? FILES "/two/new" : FILES "/one/new"));
	}
	res = sys32(39, LOW(FILES "/four"), 0711);
	need32(res);
	MUST(res == 0);
	EXPECT(mkdir, AT, .mode = N(0711), .path = U(FILES "/four"), .file = SEEN(FILES "/four"));
}

static void mknod_done(void)
{
	const dev_t null = makedev(1, 3), sda = makedev(8, 300);
	int dir[2];
	long res;

	files_make(dir);
	res = sys(SYS_mknod, FILES "/null", S_IFCHR | 0666, null);
	MUST(res == 0);
	EXPECT(mknod, AT, .mode = N(S_IFCHR | 0666), .dev = N(dev_of(null)), .path = U(FILES "/null"),
	       .file = SEEN(FILES "/null"));
	res = sys(SYS_mknod, FILES "/null", S_IFIFO | 0600, 0);
	MUST(res == -EEXIST);
	EXPECT(mknod, .res = N(res), AT, .mode = N(S_IFIFO | 0600), .path = U(FILES "/null"));
	for (int i = 0; i < 2; i++) {
		res = sys(SYS_mknodat, dir[i], "disk", S_IFBLK | 0640, sda);
		MUST(res == 0);
		EXPECT(mknod, .dirfd = N(dir[i]), .mode = N(S_IFBLK | 0640), .dev = N(dev_of(sda)),
		       .path = U("disk"), .dir = S(i ? FILES "/two" : FILES "/one"),
		       .file = SEEN(i ? FILES "/two/disk" : FILES "/one/disk"));
	}
	res = sys32(14, LOW(FILES "/fifo"), S_IFIFO | 0622, 0);
	need32(res);
	MUST(res == 0);
	EXPECT(mknod, AT, .mode = N(S_IFIFO | 0622), .path = U(FILES "/fifo"),
	       .file = SEEN(FILES "/fifo"));
}

union handle {
	struct file_handle h;
	char bytes[sizeof(struct file_handle) + MAX_HANDLE_SZ];
};

static void opened_by_handle(void)
{
	union handle handle[2];
	int dir[2], id;
	struct stat st;
	long res;

	files_make(dir);
	for (int i = 0; i < 2; i++) {
		handle[i].h.handle_bytes = MAX_HANDLE_SZ;
		res = sys(SYS_name_to_handle_at, dir[i], "file", &handle[i], &id, 0);
		MUST(res == 0);
		EXPECT(name_to_handle_at, .dirfd = N(dir[i]), .path = U("file"),
		       .dir = S(i ? FILES "/two" : FILES "/one"));
	}
	for (int i = 0; i < 2; i++) {
		const unsigned int flags = i ? O_RDONLY : O_WRONLY | O_CLOEXEC;

		res = sys(SYS_open_by_handle_at, dir[i], &handle[i], flags);
		MUST(res >= 0 && fstat(res, &st) == 0);
		EXPECT(open_by_handle_at, .res = N(res), .mountfd = N(dir[i]), .flags = N(flags),
		       .dev = N(dev_of(st.st_dev)), .ino = N(st.st_ino), .path = S(path_of(res)));
	}
	res = sys(SYS_open_by_handle_at, AT_FDCWD, unmapped(), O_RDONLY);
	MUST(res == -EFAULT);
	EXPECT(open_by_handle_at, .res = N(res), .mountfd = N(AT_FDCWD));
	res = sys32(342, dir[0], LOW("none"), O_RDWR);
	need32(res);
	MUST(res < 0);
	EXPECT(open_by_handle_at, .res = N(res), .mountfd = N(dir[0]), .flags = N(O_RDWR));
}

/* The root of another file system, so that the opened file's device is another one, too. */
static void opened_by_handle_elsewhere(void)
{
	union handle handle;
	struct stat st;
	int dir, id;
	long res;

	mkdir("/tmp/other-files", 0755);
	MUST(mount("other", "/tmp/other-files", "tmpfs", 0, NULL) == 0);
	dir = open("/tmp/other-files", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	handle.h.handle_bytes = MAX_HANDLE_SZ;
	res = sys(SYS_name_to_handle_at, AT_FDCWD, "/tmp/other-files", &handle, &id, AT_SYMLINK_FOLLOW);
	MUST(res == 0);
	EXPECT(name_to_handle_at, AT, .flags = N(AT_SYMLINK_FOLLOW), .path = U("/tmp/other-files"));
	res = sys(SYS_name_to_handle_at, AT_FDCWD, "/no", &handle, &id, AT_EMPTY_PATH);
	MUST(res == -ENOENT);
	EXPECT(name_to_handle_at, .res = N(res), AT, .flags = N(AT_EMPTY_PATH), .path = U("/no"));
	res = sys(SYS_open_by_handle_at, dir, &handle, O_RDONLY | O_DIRECTORY);
	MUST(res >= 0 && fstat(res, &st) == 0);
	EXPECT(open_by_handle_at, .res = N(res), .mountfd = N(dir), .flags = N(O_RDONLY | O_DIRECTORY),
	       .dev = N(dev_of(st.st_dev)), .ino = N(st.st_ino), .path = S("/tmp/other-files"));
	umount2("/tmp/other-files", MNT_DETACH);
	res = sys32(341, AT_FDCWD, LOW("/no"), 0, 0, 0);
	need32(res);
	EXPECT(name_to_handle_at, .res = N(res), AT, .path = U("/no"));
}

#define OWN_PLACES .offin = N(-1), .offout = N(-1)

static void range_copied(void)
{
	int dir[2], a, b;
	loff_t off[2];
	long res;

	files_make(dir);
	a = open(FILES "/one/file", O_RDWR | O_CLOEXEC);
	b = open(FILES "/two/file", O_RDWR | O_CLOEXEC);
	res = sys(SYS_copy_file_range, a, NULL, b, NULL, 4, 0);
	MUST(res == 4);
	EXPECT(copy_file_range, .res = N(4), .len = N(4), .fdin = N(a), .fdout = N(b),
	       .filein = S(FILES "/one/file"), .fileout = S(FILES "/two/file"), OWN_PLACES);
	off[0] = 1;
	off[1] = 30;
	res = sys(SYS_copy_file_range, a, &off[0], b, &off[1], 2, 0);
	MUST(res == 2 && off[0] == 3 && off[1] == 32);
	EXPECT(copy_file_range, .res = N(2), .len = N(2), .fdin = N(a), .fdout = N(b),
	       .filein = S(FILES "/one/file"), .fileout = S(FILES "/two/file"),
	       .offin = NP(3, EV_PROV_USER), .offout = NP(32, EV_PROV_USER));
	res = sys(SYS_copy_file_range, b, NULL, a, NULL, 7, 2);
	MUST(res == -EINVAL);
	EXPECT(copy_file_range, .res = N(res), .len = N(7), .fdin = N(b), .fdout = N(a), .flags = N(2),
	       .filein = S(FILES "/two/file"), .fileout = S(FILES "/one/file"), OWN_PLACES);
	res = sys32(377, BAD_FD, 0, a, 0, 9, 1);
	need32(res);
	MUST(res < 0);
	EXPECT(copy_file_range, .res = N(res), .len = N(9), .fdin = N(BAD_FD), .fdout = N(a),
	       .flags = N(1), .filein = NO_DIR, .fileout = S(FILES "/one/file"), OWN_PLACES);
}

TESTS(file,
	TEST(file, "unlink and unlinkat record the path, its directory and the flags", unlinked),
	TEST(file, "unlink that the kernel repeats has the file that was removed", unlinked_stale),
	TEST(file, "rename that the kernel repeats has the paths of the last attempt", renamed_stale),
	TEST(file, "mkdir that the kernel repeats has the directory that was made", mkdir_stale),
	TEST(file, "unlink and unlinkat of a 32-bit program are recorded", unlinked_32),
	TEST(file, "rmdir records the path", rmdir_done),
	TEST(file, "rename, renameat and renameat2 record both paths and directories", renamed),
	TEST(file, "rename records two paths that are too long for a slot", renamed_far),
	TEST(file, "link and linkat record both paths and directories", linked),
	TEST(file, "symlink and symlinkat record what the link contains and where it is", symlinked),
	TEST(file, "mkdir and mkdirat record path and permissions", mkdir_done),
	TEST(file, "mknod and mknodat record type, permissions and device", mknod_done),
	TEST(file, "name_to_handle_at and open_by_handle_at record path and file", opened_by_handle),
	TEST(file, "open_by_handle_at records the device of another file system", opened_by_handle_elsewhere),
	TEST(file, "copy_file_range records both files", range_copied),
);
