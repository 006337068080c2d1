/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Simulates a machine by a directory of files. By default its kernel loads
 * modules, saker.ko is built for it, nothing prevents any driver, and the
 * process is root.
 */
#ifndef DRIVER_TEST_TREE_H
#define DRIVER_TEST_TREE_H

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TREE_RELEASE	"6.1.0-test"
#define TREE_BOOT	"11111111-2222-3333-4444-555555555555"
#define TREE_MODULE	"lib/modules/" TREE_RELEASE "/updates/dkms/saker.ko"
#define TREE_EFI	"sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define TREE_SIGNED	"\x7f" "ELF~Module signature appended~\n"
#define TREE_ROOT	"Name:\tsaker\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n"
#define TREE_USER	"Name:\tsaker\nUid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000\n"
#define TREE_NO_ADMIN	"Name:\tsaker\nUid:\t0\t0\t0\t0\nCapEff:\t000000c0000008ff\n"
#define TREE_NO_CAPS	"Name:\tsaker\nUid:\t0\t0\t0\t0\nCapEff:\t00000000000008ff\n"
#define TREE_ADMIN	"Name:\tsaker\nUid:\t0\t0\t0\t0\nCapEff:\t0000000000200000\n"
#define TREE_PERFMON	"Name:\tsaker\nUid:\t0\t0\t0\t0\nCapEff:\t0000004000000000\n"
#define TREE_BPF	"Name:\tsaker\nUid:\t0\t0\t0\t0\nCapEff:\t0000008000000000\n"

struct tree_file {
	const char *path;		/* NULL ends a list */
	const char *text;		/* NULL: it is not there */
};

struct tree {
	char dir[32];
};

static void tree_put_bytes(const struct tree *t, const char *path, const void *p, size_t n)
{
	char full[512];
	FILE *f;

	snprintf(full, sizeof(full), "%s/%s", t->dir, path);
	for (char *at = full + 1; (at = strchr(at, '/')); at++) {
		*at = '\0';
		mkdir(full, 0755);
		*at = '/';
	}
	f = fopen(full, "we");
	if (!f || fwrite(p, 1, n, f) != n || fclose(f))
		abort();
}

static void tree_put(const struct tree *t, const char *path, const char *text)
{
	char full[512];

	if (text && !strncmp(text, "-> ", 3)) {
		snprintf(full, sizeof(full), "%s/%s", t->dir, path);
		tree_put_bytes(t, path, "", 0);		/* its directories */
		if (remove(full) || symlink(text + 3, full))
			abort();
		return;
	}
	if (text) {
		tree_put_bytes(t, path, text, strlen(text));
		return;
	}
	snprintf(full, sizeof(full), "%s/%s", t->dir, path);
	if (remove(full) && errno != ENOENT)
		abort();
}

static struct tree tree_make(void)
{
	static const struct tree_file files[] = {
		{ "proc/sys/kernel/osrelease", TREE_RELEASE "\n" },
		{ "proc/sys/kernel/random/boot_id", TREE_BOOT "\n" },
		{ "proc/sys/kernel/modules_disabled", "0\n" },
		{ "proc/sys/kernel/unprivileged_bpf_disabled", "2\n" },
		{ "proc/sys/kernel/version", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-3 (2026-10-29)\n" },
		{ "proc/cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/sda1 quiet\n" },
		{ "proc/modules", "" },
		{ "proc/self/status", TREE_ROOT },
		{ "proc/self/ns/pid", "-> pid:[4026531836]" },
		{ "proc/sys/kernel/seccomp/actions_avail", "kill_process trap errno allow\n" },
		{ "proc/self/uid_map", "         0          0 4294967295\n" },
		{ "sys/kernel/btf/vmlinux", "" },
		{ "sys/kernel/security/lockdown", "[none] integrity confidentiality\n" },
		{ "sys/module/module/parameters/sig_enforce", "N\n" },
		{ "lib/modules/" TREE_RELEASE "/modules.dep",
		  "kernel/fs/ext4/ext4.ko: kernel/fs/jbd2/jbd2.ko\nupdates/dkms/saker.ko:\n"
		  "kernel/x/nosaker.ko: kernel/x/saker.ko\n" },
		{ TREE_MODULE, "\x7f" "ELF" },
		{ "run/nothing", "" },
		{ "var/lib/nothing", "" },
		{ NULL, NULL },
	};
	struct tree t = { .dir = "/tmp/test-tree-XXXXXX" };

	if (!mkdtemp(t.dir))
		abort();
	for (const struct tree_file *f = files; f->path; f++)
		tree_put(&t, f->path, f->text);
	return t;
}

static int tree_remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static void tree_remove(const struct tree *t)
{
	nftw(t->dir, tree_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif /* DRIVER_TEST_TREE_H */
