/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a task from /proc into the record that a driver's snapshot would make.
 * The task's directory is opened once and everything is read below it, so all
 * values belong to one task, even if its number is reused meanwhile.
 *
 * Nothing here may wait for the task or for the server of a file system that the task uses. Its
 * memory is not read ("mem": a page can be one of such a file). Its arguments are read with a
 * deadline: the kernel reads them from anonymous pages only, but it takes the lock of the memory
 * map first, and a page fault can hold that without limit. Attributes of its program are those
 * that the kernel has.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <saker/flags.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>
#include "enrich/post.h"
#include "lib/fd.h"
#include "lib/timed_read.h"

#define TICK_NS		10000000ull
#define ARGV_MAX	32768u	/* bytes of arguments that are kept: of more, both ends */
#define ARGV_READ	(ARGV_MAX + 2)
#define STAT_ARG_START	48	/* as proc(5) counts; the end follows */

static int open_at(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	return fd < 0 ? -errno : fd;
}

/* Up to @size - 1 bytes and a NUL. Only of files whose read takes no lock of the task's memory. */
static ssize_t read_at(int dir, const char *name, char *buf, size_t size)
{
	int fd = open_at(dir, name);
	size_t n = 0;
	ssize_t r;

	if (fd < 0)
		return fd;
	while (n < size - 1) {
		r = read(fd, buf + n, size - 1 - n);
		if (r <= 0)
			break;
		n += r;
	}
	close(fd);
	buf[n] = '\0';
	return n;
}

static void link_part(struct post *p, struct ev_part *part, int dir, const char *name)
{
	char buf[4096];
	ssize_t n = readlinkat(dir, name, buf, sizeof(buf));

	if (n > 0)
		post_part(p, part, (struct str){ buf, n });
}

/* The fields of "stat" after the name, which may contain any byte but ends at the last ')'. */
static int parse_stat(struct post *p, const struct ev_header *who, char *text)
{
	char *open = strchr(text, '('), *close = strrchr(text, ')');
	struct ev_task *t = &p->task;
	unsigned int ppid, pgid, sid;
	uint64_t ticks;
	char state;
	int tty;
	size_t n;

	if (!open || !close || close < open)
		return -ESRCH;
	n = close - open - 1;
	memcpy(t->comm.s, open + 1, n < sizeof(t->comm.s) - 1 ? n : sizeof(t->comm.s) - 1);
	if (sscanf(close + 1, " %c %u %u %u %d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d "
		   "%*d %*d %" SCNu64, &state, &ppid, &pgid, &sid, &tty, &ticks) != 6)
		return -ESRCH;
	if (state == 'Z' || state == 'X' || state == 'x')
		return -ESRCH;
	if (who->start_ns && who->start_ns / TICK_NS != ticks)
		return -ESRCH;
	t->ppid = ppid;
	t->pgid = pgid;
	t->sid = sid;
	t->tty = tty;
	t->hdr.start_ns = who->start_ns ? who->start_ns : ticks * TICK_NS;
	return 0;
}

static uint32_t last_number(const char *s)
{
	uint32_t v = 0;
	char *end;

	while (*s && *s != '\n') {
		v = strtoul(s, &end, 10);
		if (end == s)
			break;
		s = end;
	}
	return v;
}

static void parse_status(struct ev_task *t, const char *line)
{
	if (sscanf(line, "Uid: %u %u", &t->uid, &t->euid) == 2 ||
	    sscanf(line, "Gid: %u %u", &t->gid, &t->egid) == 2)
		return;
	if (!strncmp(line, "CapInh:", 7))
		t->cap_inheritable = strtoull(line + 7, NULL, 16);
	else if (!strncmp(line, "CapPrm:", 7))
		t->cap_permitted = strtoull(line + 7, NULL, 16);
	else if (!strncmp(line, "CapEff:", 7))
		t->cap_effective = strtoull(line + 7, NULL, 16);
	else if (!strncmp(line, "NStgid:", 7))
		t->vpid = last_number(line + 7);
	else if (!strncmp(line, "NSpid:", 6))
		t->vtid = last_number(line + 6);
	else if (!strncmp(line, "NSpgid:", 7))
		t->vpgid = last_number(line + 7);
}

/*
 * Reads line by line, because a task can be in 65,536 groups, and the line of these is before those
 * of its capabilities. The rest of a longer line is read as further ones, which no name begins.
 */
static int read_status(struct ev_task *t, int dir, const char *name)
{
	int fd = open_at(dir, name);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	unsigned int n = 0;
	char line[512];

	if (!file) {
		fd_close(fd);
		return -ESRCH;
	}
	for (; fgets(line, sizeof(line), file); n++)
		parse_status(t, line);
	fclose(file);
	return n ? 0 : -ESRCH;
}

static uint32_t read_number(int dir, const char *name, uint32_t other)
{
	char text[32];

	return read_at(dir, name, text, sizeof(text)) > 0 ? strtoul(text, NULL, 10) : other;
}

static uint32_t dev_encode(uint32_t ma, uint32_t mi)
{
	return (mi & 0xff) | ma << 8 | (mi & ~0xffu) << 12;
}

static uint64_t time_ns(const struct statx_timestamp *t)
{
	return (uint64_t)t->tv_sec * 1000000000u + t->tv_nsec;
}

/* -- descriptors 0 to 2 -- */

/* The number of "pipe:[123]" and "socket:[123]". */
static uint64_t link_number(const char *text)
{
	const char *open = strchr(text, '[');

	return open ? strtoull(open + 1, NULL, 10) : 0;
}

/*
 * The name of a socket's protocol, which it has as an attribute. The socket is held meanwhile: were
 * it replaced by a file, reading an attribute could wait for the file's server.
 */
static ssize_t protocol_name(int dir, const char *name, char *buf, size_t size)
{
	int fd = openat(dir, name, O_PATH | O_CLOEXEC);
	ssize_t n = -1;
	char path[32];

	if (fd < 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = readlink(path, buf, size);
	if (n > 0 && str_starts((struct str){ buf, n }, STR("socket:[")))
		n = getxattr(path, "system.sockprotoname", buf, size);
	else
		n = -1;
	close(fd);
	return n;
}

/* /proc shows no addresses of a socket. */
static void read_protocol(struct ev_tuple *t, int dir, const char *name)
{
	static const struct { const char *name; uint16_t family, type, protocol; } table[] = {
		{ "TCP", AF_INET, SOCK_STREAM, IPPROTO_TCP },
		{ "TCPv6", AF_INET6, SOCK_STREAM, IPPROTO_TCP },
		{ "UDP", AF_INET, SOCK_DGRAM, IPPROTO_UDP },
		{ "UDPv6", AF_INET6, SOCK_DGRAM, IPPROTO_UDP },
		{ "UNIX", AF_UNIX, SOCK_DGRAM, 0 }, { "UNIX-STREAM", AF_UNIX, SOCK_STREAM, 0 },
		{ "NETLINK", AF_NETLINK, SOCK_RAW, 0 },
	};
	char text[32];
	ssize_t n = protocol_name(dir, name, text, sizeof(text) - 1);

	if (n <= 0)
		return;
	text[n] = '\0';
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (!strcmp(table[i].name, text)) {
			t->family = table[i].family;
			t->type = table[i].type;
			t->protocol = table[i].protocol;
		}
}

/*
 * The kind follows from the link's text. Attributes are not read, because the server of a file
 * system could delay the answer. So a directory, a device or a FIFO is a file here.
 */
static void read_std(struct post *p, int dir, const char *name, struct ev_fd *fd,
		     struct ev_part *path)
{
	const struct str deleted = STR(" (deleted)");
	char text[4096];
	ssize_t n = readlinkat(dir, name, text, sizeof(text) - 1);
	struct str s = { text, n > 0 ? (size_t)n : 0 };

	if (n <= 0)
		return;
	text[n] = '\0';
	fd->ino = text[0] != '/' ? link_number(text) : 0;
	if (str_starts(s, STR("pipe:["))) {
		fd->kind = EV_FD_PIPE;
	} else if (str_starts(s, STR("socket:["))) {
		fd->kind = EV_FD_SOCKET;
		fd->sock.ino = fd->ino;
		read_protocol(&fd->sock, dir, name);
	} else if (text[0] != '/') {
		fd->kind = EV_FD_ANON;
	} else {
		fd->kind = str_starts(s, STR("/memfd:")) && str_ends(s, deleted) ? EV_FD_MEMFD :
										 EV_FD_FILE;
		post_part(p, path, s);
	}
}

static void read_exe(struct post *p, int dir)
{
	struct ev_task *t = &p->task;
	const struct str memfd = STR("/memfd:");
	struct statx st;

	link_part(p, &t->exe, dir, "exe");
	if (t->exe.len && str_starts((struct str){ (char *)t + t->exe.off, t->exe.len }, memfd))
		t->exe_flags |= SAKER_exe_flags_MEMFD;
	if (!t->exe.len ||
	    statx(dir, "exe", AT_STATX_DONT_SYNC, STATX_BASIC_STATS, &st) < 0)
		return;
	t->exe_ino = st.stx_ino;
	t->exe_dev = dev_encode(st.stx_dev_major, st.stx_dev_minor);
	t->exe_ctime_ns = time_ns(&st.stx_ctime);
	t->exe_mtime_ns = time_ns(&st.stx_mtime);
	if (!st.stx_nlink)
		t->exe_flags |= SAKER_exe_flags_UNLINKED;
}

static void read_pidns(struct ev_task *t, int dir)
{
	char text[64];
	ssize_t n = readlinkat(dir, "ns/pid", text, sizeof(text) - 1);
	unsigned int ino;

	if (n <= 0)
		return;
	text[n] = '\0';
	if (sscanf(text, "pid:[%u]", &ino) == 1)
		t->pidns = ino;
}

/* Number @i of "stat", counted as proc(5) does; @text follows the name, from field 3 on. */
static uint64_t stat_number(const char *text, unsigned int i)
{
	for (unsigned int at = 3; at < i && text; at++) {
		text = strchr(text + 1, ' ');
	}
	return text ? strtoull(text, NULL, 10) : 0;
}

static ssize_t read_cmdline(const struct procfs *fs, int dir, char *buf, size_t size,
			    uint64_t from)
{
	int fd = open_at(dir, "cmdline");

	return fd < 0 ? fd : timed_read(fs->reader, fd, buf, size, from);
}

/* The record has arguments, but none of their bytes: checks on them are undecided. */
static void argv_unread(struct procfs *fs, struct post *p)
{
	struct ev_task *t = &p->task;

	fs->unread++;
	post_part(p, &t->argv, STR(""));
	t->argv.full = UINT32_MAX;
	post_prov(p, EV_FIELD(task, argv), EV_PROV_UNREADABLE);
}

/*
 * Reads the arguments; of long ones both ends. Their length follows from their first and last
 * address in "stat". If the process has moved them, only the first part is read.
 */
static void read_argv(struct procfs *fs, struct post *p, int dir, uint64_t full)
{
	struct ev_task *t = &p->task;
	const size_t half = ARGV_MAX / 2;
	char text[ARGV_READ];
	ssize_t n = read_cmdline(fs, dir, text, sizeof(text), 0), tail = 0;

	if (n == -ETIMEDOUT || n == -EBUSY)
		argv_unread(fs, p);
	if (n <= 0)
		return;
	if ((size_t)n <= ARGV_MAX + 1 && !text[n - 1])
		n--;			/* after the last one */
	if ((size_t)n > ARGV_MAX && full > ARGV_MAX)
		tail = read_cmdline(fs, dir, text + half, half, full - half);
	if ((size_t)tail == half) {
		post_part(p, &t->argv, (struct str){ text, ARGV_MAX });
		t->argv.full = full < UINT32_MAX ? (uint32_t)full : UINT32_MAX;
		t->argv.head = half;
	} else if ((size_t)n > ARGV_MAX) {
		post_part(p, &t->argv, (struct str){ text, tail > 0 ? half : ARGV_MAX });
		t->argv.full = UINT32_MAX;
	} else {
		post_part(p, &t->argv, (struct str){ text, (size_t)n });
		return;
	}
	post_prov(p, EV_FIELD(task, argv), EV_PROV_TRUNCATED);
}

static int read_task(struct procfs *fs, struct post *p, const struct ev_header *who, int dir)
{
	struct ev_task *t = &p->task;
	bool thread = who->tid != who->tgid;
	uint64_t argv_start, argv_end;
	char text[2048], name[48];	/* "stat" has 52 numbers and a name */
	int r;

	snprintf(name, sizeof(name), thread ? "task/%u/stat" : "stat", who->tid);
	if (read_at(dir, name, text, sizeof(text)) <= 0)
		return -ESRCH;
	r = parse_stat(p, who, text);
	if (r < 0)
		return r;
	argv_start = stat_number(strrchr(text, ')') + 1, STAT_ARG_START);
	argv_end = stat_number(strrchr(text, ')') + 1, STAT_ARG_START + 1);
	snprintf(name, sizeof(name), thread ? "task/%u/status" : "status", who->tid);
	r = read_status(t, dir, name);
	if (r < 0)
		return r;
	if (!thread) {
		t->group_start_ns = t->hdr.start_ns;
		/* The event that needs the task has its exact start; /proc has whole ticks. */
		if (who->start_ns)
			t->hdr.prov &= ~(0xfull << EV_FIELD(task, group_start_ns) * 4);
	}
	t->loginuid = read_number(dir, "loginuid", UINT32_MAX);
	t->sessionid = read_number(dir, "sessionid", UINT32_MAX);
	read_pidns(t, dir);
	read_exe(p, dir);
	read_argv(fs, p, dir, argv_end > argv_start ? argv_end - argv_start - 1 : 0);
	link_part(p, &t->cwd, dir, "cwd");
	read_std(p, dir, "fd/0", &t->stdin_fd, &t->stdin_path);
	read_std(p, dir, "fd/1", &t->stdout_fd, &t->stdout_path);
	read_std(p, dir, "fd/2", &t->stderr_fd, &t->stderr_path);
	return 0;
}

int procfs_init(struct procfs *ret, const struct hostfs *host)
{
	*ret = (struct procfs){ .host = host };
	return timed_read_new(&ret->reader, ARGV_READ);
}

void procfs_uninit(struct procfs *fs)
{
	timed_read_free(fs->reader);
	fs->reader = NULL;
}

int procfs_task(struct procfs *fs, struct post *p, const struct ev_header *who)
{
	char path[32];
	int dir, r;

	snprintf(path, sizeof(path), "proc/%u", who->tgid);
	dir = hostfs_open(fs->host, path, O_RDONLY | O_DIRECTORY);
	if (dir < 0)
		return -ESRCH;
	post_begin(p, EV_task, who->ts_ns);
	p->hdr.tid = who->tid;
	p->hdr.tgid = who->tgid;
	p->hdr.cgroup_id = who->cgroup_id;
	r = read_task(fs, p, who, dir);
	close(dir);
	return r;
}

int procfs_scan(struct procfs *fs, struct post *p, uint64_t ts_ns)
{
	int fd = hostfs_open(fs->host, "proc", O_RDONLY | O_DIRECTORY);
	struct dirent *d;
	DIR *dir;

	if (fd < 0)
		return fd;
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return -ENOMEM;
	}
	while ((d = readdir(dir))) {
		struct ev_header who = { .ts_ns = ts_ns };

		who.tid = strtoul(d->d_name, NULL, 10);
		who.tgid = who.tid;
		if (!who.tid || procfs_task(fs, p, &who) < 0)
			continue;
		p->hdr.flags |= EV_F_SNAPSHOT;
		post_send(p);
	}
	closedir(dir);
	return 0;
}
