/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the state of the host at the start: control groups, accounts, its name.
 * Each finding is a record; the contents of the files are not trusted.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "enrich/cgroup.h"
#include "enrich/post.h"
#include "lib/fd.h"

#define MOUNTS_MAX	(64u << 10)	/* bytes of the mount table that are read */
#define CGROUP_DEPTH	32
#define ACCOUNTS_MAX	(1u << 20)	/* bytes of passwd or group that are read */
#define ACCOUNTS_LINES	16384

/* -- control groups -- */

/* The number of the hierarchy with the pids controller, from /proc/cgroups; 0: unified. */
static uint32_t pids_hierarchy(const struct hostfs *fs)
{
	char text[4096], *line, *save = NULL;
	ssize_t n = hostfs_read(fs, "proc/cgroups", text, sizeof(text) - 1);
	unsigned int hierarchy;

	if (n <= 0)
		return 0;
	text[n] = '\0';
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (sscanf(line, "pids %u", &hierarchy) == 1)
			return hierarchy;
	return 0;
}

/* Whether @word is in a list of words separated by commas. */
static bool has_option(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (; list; list = strchr(list, ',')) {
		list += *list == ',';
		if (!strncmp(list, word, n) && (!list[n] || list[n] == ','))
			return true;
	}
	return false;
}

static bool is_wanted_mount(const char *type, const char *options, uint32_t hierarchy)
{
	if (!hierarchy)
		return !strcmp(type, "cgroup2");
	return !strcmp(type, "cgroup") && has_option(options, "pids");
}

/* A mount of the host may be none of our root's. */
static bool can_be_read(const struct hostfs *fs, const char *dir)
{
	int fd = hostfs_open(fs, dir, O_RDONLY | O_DIRECTORY);

	fd_close(fd);
	return fd >= 0;
}

void cgroupfs_find(const struct hostfs *fs, struct cgroupfs *ret)
{
	char *text = malloc(MOUNTS_MAX), *line, *save = NULL;
	char dir[256], type[32], options[256];
	ssize_t n = -1;

	*ret = (struct cgroupfs){ .hierarchy = pids_hierarchy(fs) };
	if (text)
		n = hostfs_read(fs, "proc/1/mounts", text, MOUNTS_MAX - 1);
	if (n > 0) {
		text[n] = '\0';
		line = strtok_r(text, "\n", &save);
	} else {
		line = NULL;
	}
	for (; line && !ret->found; line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "%*s %255s %31s %255s", dir, type, options) != 3 ||
		    strlen(dir) >= sizeof(ret->dir) ||
		    !is_wanted_mount(type, options, ret->hierarchy))
			continue;
		strcpy(ret->dir, dir);
		ret->found = can_be_read(fs, dir);
	}
	free(text);
}

static void cgroup_record(struct post *p, const struct cgroupfs *cgfs, uint64_t id,
			  struct str path, uint64_t ts_ns)
{
	uint32_t level = 0;

	for (size_t i = 0; i < path.n; i++)
		level += path.p[i] == '/' && i + 1 < path.n;
	post_begin(p, EV_cgroup_mkdir, ts_ns);
	p->cgroup_mkdir.id = id;
	p->cgroup_mkdir.hierarchy = cgfs->hierarchy;
	p->cgroup_mkdir.level = level;
	post_part(p, &p->cgroup_mkdir.path, path);
}

struct cgroup_walk {
	const struct cgroupfs *cgfs;
	struct post *p;
	uint64_t ts_ns;
	uint32_t left;		/* groups that may still be posted */
	size_t n;
	char path[4096];	/* of the current group, without a slash at its end */
};

/* Posts a group and those below it. Its number is the inode number of its directory. Takes @fd. */
static void cgroup_walk(struct cgroup_walk *w, int fd, unsigned int depth)
{
	size_t n = w->n, len;
	struct dirent *d;
	struct stat st;
	DIR *dir;
	int sub;

	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return;
	}
	if (fstat(fd, &st) == 0 && w->left) {
		w->left--;
		cgroup_record(w->p, w->cgfs, st.st_ino,
			      n ? (struct str){ w->path, n } : STR("/"), w->ts_ns);
		w->p->hdr.flags |= EV_F_SNAPSHOT;
		post_send(w->p);
	}
	while (depth < CGROUP_DEPTH && w->left && (d = readdir(dir))) {
		len = strlen(d->d_name);
		if (d->d_type != DT_DIR || d->d_name[0] == '.' ||
		    n + 1 + len >= sizeof(w->path))
			continue;
		sub = openat(fd, d->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (sub < 0)
			continue;
		w->path[n] = '/';
		memcpy(w->path + n + 1, d->d_name, len);
		w->n = n + 1 + len;
		cgroup_walk(w, sub, depth + 1);
		w->n = n;
	}
	closedir(dir);
}

int cgroupfs_scan(const struct hostfs *fs, const struct cgroupfs *cgfs, struct post *p,
		  uint64_t ts_ns)
{
	struct cgroup_walk walk = { .cgfs = cgfs, .p = p, .ts_ns = ts_ns,
				    .left = CGROUP_MAX };
	int fd;

	if (!cgfs->found) {
		/* Not mounted, or not where we can read: only the first group is known. */
		cgroup_record(p, cgfs, 1, STR("/"), ts_ns);
		p->hdr.flags |= EV_F_SNAPSHOT;
		return post_send(p);
	}
	fd = hostfs_open(fs, cgfs->dir, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return fd;
	cgroup_walk(&walk, fd, 0);
	return 0;
}

int cgroupfs_of_thread(const struct hostfs *fs, const struct cgroupfs *cgfs, struct post *p,
		       uint32_t tid, uint64_t id, uint64_t ts_ns)
{
	char text[8192], path[4096 + sizeof(cgfs->dir)], *line, *save = NULL, *at = NULL;
	struct stat st;
	ssize_t n;
	int fd;

	if (!cgfs->found)
		return -ESRCH;
	snprintf(path, sizeof(path), "proc/%u/cgroup", tid);
	n = hostfs_read(fs, path, text, sizeof(text) - 1);
	if (n <= 0)
		return -ESRCH;
	text[n] = '\0';
	for (line = strtok_r(text, "\n", &save); line && !at; line = strtok_r(NULL, "\n", &save))
		if (strtoul(line, &at, 10) != cgfs->hierarchy || *at != ':' ||
		    !(at = strchr(at + 1, ':')))
			at = NULL;
	if (!at || strlen(at + 1) >= 4096)
		return -ESRCH;
	snprintf(path, sizeof(path), "%s%s", cgfs->dir, at + 1);
	fd = hostfs_open(fs, path, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return -ESRCH;
	n = fstat(fd, &st);
	close(fd);
	if (n < 0 || st.st_ino != id)
		return -ESRCH;
	cgroup_record(p, cgfs, id, str_of(at + 1), ts_ns);
	return 0;
}

/* -- accounts -- */

/* Cuts a line "a:b:c" into at most @max pieces. */
static unsigned int pieces(struct str line, struct str *ret, unsigned int max)
{
	const char *colon;
	unsigned int n = 0;

	while (n < max) {
		colon = line.n ? memchr(line.p, ':', line.n) : NULL;
		ret[n++] = (struct str){ line.p, colon ? (size_t)(colon - line.p) : line.n };
		if (!colon)
			break;
		line.n -= colon + 1 - line.p;
		line.p = colon + 1;
	}
	return n;
}

static bool number(struct str s, uint32_t *ret)
{
	uint64_t v = 0;

	if (!s.n || s.n > 10)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(s.p[i] - '0');
	}
	*ret = v;
	return v <= UINT32_MAX;
}

static bool passwd_line(struct post *p, struct str line, uint64_t ts_ns)
{
	struct str f[7];
	uint32_t uid, gid;

	if (pieces(line, f, 7) != 7 || !f[0].n || !number(f[2], &uid) || !number(f[3], &gid))
		return false;
	post_begin(p, EV_user, ts_ns);
	p->user.uid = uid;
	p->user.gid = gid;
	post_part(p, &p->user.name, f[0]);
	post_part(p, &p->user.home, f[5]);
	post_part(p, &p->user.shell, f[6]);
	return true;
}

static bool group_line(struct post *p, struct str line, uint64_t ts_ns)
{
	struct str f[4];
	uint32_t gid;

	if (pieces(line, f, 4) < 3 || !f[0].n || !number(f[2], &gid))
		return false;
	post_begin(p, EV_group, ts_ns);
	p->group.gid = gid;
	post_part(p, &p->group.name, f[0]);
	return true;
}

static struct file_version version_of(const struct stat *st)
{
	return (struct file_version){
		.dev = st->st_dev, .ino = st->st_ino, .size = st->st_size,
		.mtime_ns = st->st_mtim.tv_sec * 1000000000ll + st->st_mtim.tv_nsec,
		.ctime_ns = st->st_ctim.tv_sec * 1000000000ll + st->st_ctim.tv_nsec,
	};
}

static bool has_changed(const struct hostfs *fs, const char *path, const struct file_version *seen)
{
	struct file_version now;
	struct stat st;

	if (hostfs_read_stat(fs, path, NULL, 0, &st) < 0)
		return false;
	now = version_of(&st);
	return memcmp(&now, seen, sizeof(now)) != 0;
}

/* The end of the first ACCOUNTS_LINES lines. */
static char *lines_end(char *at, char *end)
{
	char *nl;

	for (int lines = 0; at < end && lines < ACCOUNTS_LINES; at = nl + 1, lines++) {
		nl = memchr(at, '\n', end - at);
		if (!nl)
			return end;
	}
	return at;
}

/*
 * Posts from the last line to the first: a later record replaces an earlier one, so of two accounts
 * with one number the first in the file keeps its name, as for getpwuid().
 */
static void account_lines(char *text, char *end, struct post *p, uint64_t ts_ns,
			  bool (*line_record)(struct post *, struct str, uint64_t))
{
	char *at = lines_end(text, end), *line;

	for (; at > text; at = line) {
		end = at[-1] == '\n' ? at - 1 : at;
		line = memrchr(text, '\n', end - text);
		line = line ? line + 1 : text;
		if (line_record(p, (struct str){ line, end - line }, ts_ns))
			post_send(p);
	}
}

/* @buf has ACCOUNTS_MAX bytes. Return: false if there was nothing new to read. */
static bool account_file(const struct hostfs *fs, const char *path, struct file_version *seen,
			 char *buf, struct post *p, uint64_t ts_ns,
			 bool (*line_record)(struct post *, struct str, uint64_t))
{
	struct stat st;
	ssize_t n = hostfs_read_stat(fs, path, buf, ACCOUNTS_MAX, &st);
	char *end;

	if (n < 0)
		return false;
	*seen = version_of(&st);
	end = buf + n;
	if (n == ACCOUNTS_MAX) {	/* the last line may be incomplete */
		end = memrchr(buf, '\n', n);
		end = end ? end + 1 : buf;
	}
	account_lines(buf, end, p, ts_ns, line_record);
	return true;
}

unsigned int accounts_read(const struct hostfs *fs, struct accounts *seen, struct post *p,
			   uint64_t ts_ns)
{
	bool users = has_changed(fs, "etc/passwd", &seen->passwd);
	bool groups = has_changed(fs, "etc/group", &seen->group);
	char *buf = users || groups ? malloc(ACCOUNTS_MAX) : NULL;
	unsigned int ret = 0;

	if (!buf)
		return 0;
	if (users && account_file(fs, "etc/passwd", &seen->passwd, buf, p, ts_ns, passwd_line))
		ret |= ACCOUNTS_PASSWD;
	if (groups && account_file(fs, "etc/group", &seen->group, buf, p, ts_ns, group_line))
		ret |= ACCOUNTS_GROUP;
	free(buf);
	return ret;
}

/* -- the host -- */

static struct str read_word(const struct hostfs *fs, const char *path, char *buf, size_t size)
{
	ssize_t n = hostfs_read(fs, path, buf, size);

	while (n > 0 && (buf[n - 1] == '\n' || buf[n - 1] == ' '))
		n--;
	return n > 0 ? (struct str){ buf, n } : (struct str){ 0 };
}

void hostname_read(const struct hostfs *fs, struct post *p, uint64_t ts_ns)
{
	char name[256], boot[64], release[256];

	post_begin(p, EV_host, ts_ns);
	post_part(p, &p->host.hostname,
		  read_word(fs, "proc/sys/kernel/hostname", name, sizeof(name)));
	post_part(p, &p->host.boot_id,
		  read_word(fs, "proc/sys/kernel/random/boot_id", boot, sizeof(boot)));
	post_part(p, &p->host.release,
		  read_word(fs, "proc/sys/kernel/osrelease", release, sizeof(release)));
	post_send(p);
}
