// SPDX-License-Identifier: Apache-2.0
/*
 * Tests that a record has the path that the kernel used while another thread rewrites it.
 *
 *   race_file [--driver kmod|ebpf] [CALLS [KIND]]	10,000 of each kind if not given
 *
 * One thread makes calls that change names and attributes of files and mounts, another one rewrites
 * the last letter of the path meanwhile, so that it is one of two: both can be used. The oracle is
 * what has become of the two. So every call reaches its hook, and its record must have that path from
 * the kernel. Exit status 1 if one is wrong; it prints how often the path as given was the other
 * one, or it would prove nothing.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lib/race.h"

#define DIR_ "/tmp/race-file/"

/* The path that is rewritten, and another one that some calls have. */
static char path[] = DIR_ "A";
static const char *const both[2] = { DIR_ "A", DIR_ "B" };
static const char other[] = DIR_ "other";

/* Likewise, the root of a mount. */
static char place[] = DIR_ "mounts/A";
static const char *const places[2] = { DIR_ "mounts/A", DIR_ "mounts/B" };

static unsigned int calls = 10000;

static long stat_of(unsigned int n, struct stat *st)
{
	return syscall(SYS_newfstatat, AT_FDCWD, both[n], st, AT_SYMLINK_NOFOLLOW);
}

static bool exists(unsigned int n)
{
	struct stat st;

	return stat_of(n, &st) == 0;
}

/* Which of the two now exists, or does no longer; 2: both or neither. */
static unsigned char made(void)
{
	return exists(0) == exists(1) ? 2 : exists(1);
}

static unsigned char gone(void)
{
	return exists(0) == exists(1) ? 2 : exists(0);
}

static void files(void)
{
	for (unsigned int n = 0; n < 2; n++)
		close(open(both[n], O_CREAT | O_RDWR | O_CLOEXEC, 0600));
}

/* What the calls leave is removed by others, that are not selected. */
static void nothing(void)
{
	for (unsigned int n = 0; n < 2; n++) {
		syscall(SYS_unlinkat, AT_FDCWD, both[n], 0);
		syscall(SYS_unlinkat, AT_FDCWD, both[n], AT_REMOVEDIR);
	}
	syscall(SYS_unlinkat, AT_FDCWD, other, 0);
}

static void directories(void)
{
	nothing();
	for (unsigned int n = 0; n < 2; n++)
		syscall(SYS_mkdirat, AT_FDCWD, both[n], 0700);
}

static void other_alone(void)
{
	nothing();
	close(open(other, O_CREAT | O_RDWR | O_CLOEXEC, 0600));
}

static void plain(void)
{
	nothing();
	files();
}

#define MADE	77	/* seconds: no file here is so old */

static bool has_attribute(unsigned int n)
{
	return syscall(SYS_lgetxattr, both[n], "trusted.race", NULL, 0) >= 0;
}

static unsigned char changed(void)
{
	struct stat st[2];
	bool is[2];

	for (unsigned int n = 0; n < 2; n++) {
		if (stat_of(n, &st[n]))
			return 2;
		is[n] = (st[n].st_mode & 07777) != 0600 || st[n].st_uid || st[n].st_size ||
			st[n].st_mtime == MADE || has_attribute(n);
	}
	return is[0] == is[1] ? 2 : is[1];
}

static unsigned char content(void)
{
	char is[sizeof(path)];
	const long n = syscall(SYS_readlinkat, AT_FDCWD, other, is, sizeof(is));

	if (n != sizeof(path) - 1)
		return 2;
	return !memcmp(is, both[0], n) ? 0 : !memcmp(is, both[1], n) ? 1 : 2;
}

/* What the mounts are to forbid after the call: other than either does now. */
static unsigned long forbid;

static unsigned long forbidden(unsigned int n)
{
	struct statfs st = { 0 };

	syscall(SYS_statfs, places[n], &st);
	return st.f_flags & (MS_NOSUID | MS_NODEV);
}

static void other_flags(void)
{
	for (forbid = 0; forbid == forbidden(0) || forbid == forbidden(1);)
		forbid += MS_NOSUID;
}

static unsigned char remounted(void)
{
	return (forbidden(0) == forbid) == (forbidden(1) == forbid) ? 2 : forbidden(1) == forbid;
}

static void places_make(void)
{
	unshare(CLONE_NEWNS);
	mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	mkdir(DIR_ "mounts", 0755);
	for (unsigned int n = 0; n < 2; n++) {
		mkdir(places[n], 0755);
		mount(places[n], places[n], NULL, MS_BIND, NULL);
	}
}

static long do_unlink(void) { return syscall(SYS_unlink, path); }
static long do_rmdir(void) { return syscall(SYS_rmdir, path); }
static long do_rename_from(void) { return syscall(SYS_rename, path, other); }
static long do_rename_to(void) { return syscall(SYS_rename, other, path); }
static long do_link(void) { return syscall(SYS_link, other, path); }
static long do_symlink(void) { return syscall(SYS_symlink, "x", path); }
static long do_symlink_to(void) { return syscall(SYS_symlink, path, other); }
static long do_mkdir(void) { return syscall(SYS_mkdir, path, 0700); }
static long do_mknod(void) { return syscall(SYS_mknod, path, S_IFIFO | 0600, 0); }
static long do_chmod(void) { return syscall(SYS_chmod, path, 0640); }
static long do_chown(void) { return syscall(SYS_chown, path, 7, -1); }
static long do_truncate(void) { return syscall(SYS_truncate, path, 5); }
static long do_utime(void)
{
	const struct timespec when[2] = { { .tv_sec = MADE }, { .tv_sec = MADE } };

	return syscall(SYS_utimensat, AT_FDCWD, path, when, 0);
}

static long do_setxattr(void)
{
	return syscall(SYS_setxattr, path, "trusted.race", "x", 1, 0);
}

static long do_mount(void)
{
	return syscall(SYS_mount, NULL, place, NULL, MS_REMOUNT | MS_BIND | forbid, NULL);
}

#define AT(names, ev, seen, given)	\
	names, EV_##ev, offsetof(struct ev_##ev, seen), offsetof(struct ev_##ev, given), EV_FIELD(ev, seen)
#define IN(ev, seen, given)	AT(both, ev, seen, given)

static const struct kind {
	const char *name;
	short nr;
	void (*before)(void);
	long (*call)(void);
	unsigned char (*oracle)(void); /* which of the two the kernel used */
	const char *const *names;
	unsigned int type, seen, given, field; /* where the record has it */
} kinds[] = {
	{ "unlink", SYS_unlink, plain, do_unlink, gone, IN(unlink, file, path) },
	{ "rmdir", SYS_rmdir, directories, do_rmdir, gone, IN(rmdir, file, path) },
	{ "rename from", SYS_rename, plain, do_rename_from, gone, IN(rename, oldfile, oldpath) },
	{ "rename to", SYS_rename, other_alone, do_rename_to, made, IN(rename, newfile, newpath) },
	{ "link", SYS_link, other_alone, do_link, made, IN(link, newfile, newpath) },
	{ "symlink", SYS_symlink, nothing, do_symlink, made, IN(symlink, file, linkpath) },
	{ "symlink to", SYS_symlink, nothing, do_symlink_to, content, IN(symlink, target, target) },
	{ "mkdir", SYS_mkdir, nothing, do_mkdir, made, IN(mkdir, file, path) },
	{ "mknod", SYS_mknod, nothing, do_mknod, made, IN(mknod, file, path) },
	{ "chmod", SYS_chmod, plain, do_chmod, changed, IN(chmod, file, filename) },
	{ "chown", SYS_chown, plain, do_chown, changed, IN(chown, file, path) },
	{ "truncate", SYS_truncate, plain, do_truncate, changed, IN(truncate, file, path) },
	{ "utime", SYS_utimensat, plain, do_utime, changed, IN(utime, file, path) },
	{ "setxattr", SYS_setxattr, plain, do_setxattr, changed, IN(setxattr, file, path) },
	{ "mount", SYS_mount, other_flags, do_mount, remounted, AT(places, mount, target, dir) },
};

enum { KINDS = sizeof(kinds) / sizeof(*kinds) };
static unsigned int first, end = KINDS; /* of those that are made */

static struct tally {
	uint64_t strange, wrong, user, hit;
} tally[KINDS];

static void *rewrite(void *arg)
{
	volatile char *letter = &path[sizeof(path) - 2], *other_one = &place[sizeof(place) - 2];

	while (!race_stop) {
		*letter = *other_one = 'B';
		*letter = *other_one = 'A';
	}
	return arg;
}

static unsigned char one(unsigned int i)
{
	const struct kind *k = &kinds[first + i / calls];

	k->before();
	return k->call() ? 2 : k->oracle();
}

static bool is_path(const struct ev_header *h, unsigned int offset, const char *name)
{
	const unsigned char *p;
	uint32_t len;

	p = sk_part(h, (const struct ev_part *)((const char *)h + offset), &len);
	return p && len == strlen(name) && !memcmp(p, name, len);
}

static void judge(const struct ev_header *h, unsigned int i, unsigned char used)
{
	const struct kind *k = &kinds[first + i / calls];
	struct tally *t = &tally[first + i / calls];
	bool wrong;

	if (used > 1) {
		t->strange++;
		return;
	}
	wrong = h->type != k->type || !is_path(h, k->seen, k->names[used]);
	t->wrong += wrong;
	t->user += ev_prov(h, k->field) != EV_PROV_KERNEL;
	t->hit += !wrong && !is_path(h, k->given, k->names[used]);
	if (wrong && t->wrong == 1)
		sk_print(stdout, h);
}

static int verdict(const struct race_tally *t, unsigned int total)
{
	struct tally all = { 0 };
	int bad;

	for (unsigned int k = first; k < end; k++) {
		printf("# %s: %llu wrong, %llu not from the kernel, path rewritten after the kernel read it in %llu\n",
		       kinds[k].name, (unsigned long long)tally[k].wrong,
		       (unsigned long long)tally[k].user, (unsigned long long)tally[k].hit);
		all.wrong += tally[k].wrong;
		all.user += tally[k].user;
		all.hit += tally[k].hit;
		all.strange += tally[k].strange;
	}
	bad = race_check(t->records == total && !t->lost, "each call has its record, once", t->records);
	bad += race_check(!all.wrong, "each record has the path that the kernel used", all.wrong);
	bad += race_check(!all.user, "each path is from the kernel", all.user);
	bad += race_check(!all.strange, "each call used one of the two paths", all.strange);
	bad += race_check(all.hit, "the attack hit", all.hit);
	return race_end(bad);
}

static bool choose(const char *name)
{
	for (unsigned int k = 0; k < KINDS; k++)
		if (!strcmp(kinds[k].name, name)) {
			first = k;
			end = k + 1;
			return true;
		}
	return false;
}

int main(int argc, char **argv)
{
	const struct sk_driver *driver = sk_driver_argument(&argc, &argv);
	struct race race = { .ahead = 1024, .attack = { rewrite }, .one = one, .judge = judge };
	struct race_tally t;

	if (argc > 1)
		calls = atoi(argv[1]);
	if (argc > 2 && !choose(argv[2]))
		return 2;
	race.total = (end - first) * calls;
	for (unsigned int k = first, n = 0; k < end; k++)
		if (!n || race.call[n - 1] != kinds[k].nr)
			race.call[n++] = kinds[k].nr;
	mkdir("/tmp/race-file", 0755);
	places_make();
	chdir(DIR_);		/* setxattr has the path on a mount that the caller uses */
	t = race_run(&race, driver);
	return verdict(&t, race.total);
}
