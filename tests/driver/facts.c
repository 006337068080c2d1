// SPDX-License-Identifier: Apache-2.0
/*
 * Reads what a descriptor refers to with fstat, fcntl, getsockname and
 * getsockopt, none of which the driver uses; makes files for tests.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "facts.h"

const char *path_of(int fd)
{
	static char ring[4][4200];
	static unsigned int at;
	char *buf = ring[at++ % 4], link[64];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, buf, sizeof(ring[0]) - 1);
	MUST(n > 0);
	buf[n] = 0;
	return buf;
}

uint32_t fd_kind(int fd)
{
	static const struct { const char *link; uint32_t kind; } by_link[] = {
		{ "pipe:", EV_FD_PIPE }, { "/memfd:", EV_FD_MEMFD },
		{ "anon_inode:[eventfd]", EV_FD_EVENT }, { "anon_inode:[eventpoll]", EV_FD_EVENTPOLL },
		{ "anon_inode:inotify", EV_FD_INOTIFY }, { "anon_inode:[signalfd]", EV_FD_SIGNAL },
		{ "anon_inode:[timerfd]", EV_FD_TIMER }, { "anon_inode:[pidfd]", EV_FD_PIDFD },
		{ "anon_inode:[io_uring]", EV_FD_IO_URING }, { "anon_inode:[userfaultfd]", EV_FD_USERFAULT },
		{ "anon_inode:bpf", EV_FD_BPF }, { "pidfd:", EV_FD_PIDFD }, { "anon_inode:", EV_FD_ANON },
	};
	const char *link = path_of(fd);
	struct stat st;

	for (size_t i = 0; i < sizeof(by_link) / sizeof(*by_link); i++)
		if (!strncmp(link, by_link[i].link, strlen(by_link[i].link)))
			return by_link[i].kind;
	MUST(fstat(fd, &st) == 0);
	switch (st.st_mode & S_IFMT) {
	case S_IFREG:  return EV_FD_FILE;
	case S_IFDIR:  return EV_FD_DIR;
	case S_IFCHR:  return EV_FD_CHR;
	case S_IFBLK:  return EV_FD_BLK;
	case S_IFIFO:  return EV_FD_FIFO;
	case S_IFLNK:  return EV_FD_SYMLINK;
	case S_IFSOCK: return EV_FD_SOCKET;
	}
	return EV_FD_ANON;
}

static int option(int sock, int level, int name)
{
	int v = 0;
	socklen_t len = sizeof(v);

	getsockopt(sock, level, name, &v, &len);
	return v;
}

static void side(const struct sockaddr_storage *a, uint8_t addr[16], uint16_t *port)
{
	const struct sockaddr_in *in = (const void *)a;
	const struct sockaddr_in6 *in6 = (const void *)a;

	if (a->ss_family == AF_INET) {
		memcpy(addr, &in->sin_addr, 4);
		*port = ntohs(in->sin_port);
	} else if (a->ss_family == AF_INET6) {
		memcpy(addr, &in6->sin6_addr, 16);
		*port = ntohs(in6->sin6_port);
	}
}

/* unix_state: a unix socket's enum socket_state cannot be read; it follows from its use. */
static uint16_t unix_state(int sock)
{
	struct sockaddr_un peer;
	socklen_t len = sizeof(peer);

	return getpeername(sock, (void *)&peer, &len) ? 1 : 3;	/* SS_UNCONNECTED, SS_CONNECTED */
}

struct ev_tuple tuple_of(int sock, unsigned int role)
{
	struct sockaddr_storage a = { 0 };
	struct tcp_info tcp = { 0 };
	socklen_t len = sizeof(a);
	struct ev_tuple t = { 0 };
	struct stat st;

	t.family = option(sock, SOL_SOCKET, SO_DOMAIN);
	t.type = option(sock, SOL_SOCKET, SO_TYPE);
	t.protocol = option(sock, SOL_SOCKET, SO_PROTOCOL);
	t.role = role;
	MUST(fstat(sock, &st) == 0);
	t.ino = st.st_ino;
	getsockname(sock, (void *)&a, &len);
	side(&a, t.laddr, &t.lport);
	memset(&a, 0, sizeof(a));
	len = sizeof(a);
	if (getpeername(sock, (void *)&a, &len) == 0)
		side(&a, t.raddr, &t.rport);
	len = sizeof(tcp);
	if (t.family == AF_UNIX)
		t.state = unix_state(sock);
	else if (t.protocol == IPPROTO_TCP && getsockopt(sock, IPPROTO_TCP, TCP_INFO, &tcp, &len) == 0)
		t.state = tcp.tcpi_state;
	return t;
}

struct ev_fd fd_of(int fd)
{
	struct ev_fd f = { .kind = fd_kind(fd), .flags = fcntl(fd, F_GETFL) };
	struct stat st;

	MUST(fstat(fd, &st) == 0);
	f.dev = dev_of(st.st_dev);
	f.ino = st.st_ino;
	if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode))
		f.rdev = dev_of(st.st_rdev);
	if (S_ISSOCK(st.st_mode))
		f.sock = tuple_of(fd, EV_ROLE_UNKNOWN);
	return f;
}

void files_make(int dir[2])
{
	umount2(FILES, MNT_DETACH);
	mkdir(FILES, 0755);
	MUST(mount("files", FILES, "tmpfs", 0, "size=1m") == 0);
	MUST(mkdir(FILES "/one", 0755) == 0 && mkdir(FILES "/two", 0755) == 0);
	put_file(FILES "/one/file", "first", 0644);
	put_file(FILES "/two/file", "second", 0644);
	dir[0] = open(FILES "/one", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir[1] = open(FILES "/two", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	MUST(dir[0] >= 0 && dir[1] >= 0);
}

/* Each CPU counts some pages by itself. */
#define RESIDENT_SLACK 8192

struct val resident(void)
{
	long kib = word_of("/proc/self/status", "VmRSS:\t%lu");

	return IN(kib > RESIDENT_SLACK ? kib - RESIDENT_SLACK : 0, kib + RESIDENT_SLACK);
}

void touch(size_t mib)
{
	char *p = mmap(NULL, mib << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	MUST(p != MAP_FAILED);
	memset(p, 1, mib << 20);
}

struct val ticks(uint64_t start_ticks)
{
	return IN(start_ticks * 10000000, start_ticks * 10000000 + 9999999);
}

struct who waiting_child(void)
{
	pid_t pid = fork();

	while (!pid)
		pause();
	return task(pid);
}

void done_with(struct who v)
{
	kill(v.tid, SIGKILL);
	waitpid(v.tid, NULL, __WALL);
}

bool lacks32(long res)
{
	const struct call saved = last;

	if (res != -ENOSYS)
		return false;
	if (sys32(20, 0) == -ENOSYS) /* getpid */
		t_skip("this kernel has no 32-bit system calls");
	last = saved;
	return true;
}

void need32(long res)
{
	if (res == -ENOSYS)
		t_skip("this kernel has no 32-bit system calls");
}

uint64_t ino_of(const char *path)
{
	struct stat st;

	MUST(stat(path, &st) == 0);
	return st.st_ino;
}

uint32_t device_of(const char *path)
{
	struct stat st;

	MUST(stat(path, &st) == 0);
	return dev_of(st.st_dev);
}

struct val comm_of(const char *path)
{
	const char *base = strrchr(path, '/');

	return S(base ? base + 1 : path);
}

int listener(int family, struct sockaddr_storage *addr, socklen_t *len)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int s = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (s < 0 && family == AF_INET6)
		t_skip("this kernel has no IPv6");
	MUST(s >= 0);
	memset(addr, 0, sizeof(*addr));
	*len = family == AF_INET ? sizeof(in) : sizeof(in6);
	memcpy(addr, family == AF_INET ? (void *)&in : (void *)&in6, *len);
	if (bind(s, (void *)addr, *len) && family == AF_INET6)
		t_skip("no ::1 here");
	MUST(listen(s, 8) == 0);
	MUST(getsockname(s, (void *)addr, len) == 0);
	return s;
}
