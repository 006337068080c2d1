// SPDX-License-Identifier: Apache-2.0
/* Draws the arguments of calls: memory, descriptors and numbers, most of them valid, some as bad as can be. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/uring.h"
#include "zoo.h"

#define COUNT(array)  (sizeof(array) / sizeof(*(array)))
#define MEMORY_AT     ((void *)0x10000000)
#define REMOVABLE_AT  0x20000000 /* nothing lies behind it for two gigabytes */
#define REMOVABLE_LEN 65536

static const char *const paths[] = {
	"a", "b", "c", "/a", "/b", "/d/a", "/d/b", "/d", "/e", "./d/../a", "/d/l", "l", "/prog", "/tiny",
	"/script", "/null", "/fifo", "/sock", "/m", "/m/x", "/proc/self/exe", "/proc/self/fd/3",
	"/proc/self/ns/mnt", "/proc/self/mem", "/proc/1/root/a", "", ".", "..", "/gone/x", "odd\n\xff\x1b[31m",
};

static const char *const words[] = {
	"tmpfs", "proc", "overlay", "saker", "user", "keyring", "source", "size", "user.zoo", "trusted.x",
	"security.capability", "system.posix_acl_access", "", "a word\nof two lines", "\xff\xfe",
	"lowerdir=/d,upperdir=/e",
};

/* Below 4 GiB: 32-bit calls have pointers of 32 bits. */
static struct memory {
	char path[COUNT(paths)][64], word[COUNT(words)][64];
	char longest[4200], too_long[8192];
	struct sockaddr_storage address[8];
	struct timespec time[4];
	struct iovec vec[8];
	struct msghdr message[4];
	struct mmsghdr messages[4];
	char control[256];
	char buffer[65536];
	char last[4096]; /* no memory follows it */
} *memory;

static int fds[64], dirs[5];
static unsigned int nfds;

static void add(int fd)
{
	if (fd >= 0 && nfds < COUNT(fds))
		fds[nfds++] = fd;
}

static void addresses_make(void)
{
	for (size_t i = 0; i < COUNT(memory->address); i++) {
		struct sockaddr_storage *a = &memory->address[i];

		if (i < 4) {
			*(struct sockaddr_in *)a = (struct sockaddr_in){ .sin_family = AF_INET,
				.sin_port = htons(7000 + i), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
		} else if (i < 6) {
			*(struct sockaddr_in6 *)a = (struct sockaddr_in6){ .sin6_family = AF_INET6,
				.sin6_port = htons(7000 + i), .sin6_addr = IN6ADDR_LOOPBACK_INIT };
		} else {
			struct sockaddr_un *un = (void *)a;

			un->sun_family = AF_UNIX;
			strcpy(un->sun_path + (i == 7), "/sock");
		}
	}
}

static void memory_fill(void)
{
	for (size_t i = 0; i < COUNT(paths); i++)
		strcpy(memory->path[i], paths[i]);
	for (size_t i = 0; i < COUNT(words); i++)
		strcpy(memory->word[i], words[i]);
	memset(memory->longest, '/', 4095);
	memcpy(memory->longest + 4093, "/a", 2);
	memset(memory->too_long, 'x', sizeof(memory->too_long) - 1);
	memset(memory->last, 'y', sizeof(memory->last));
	for (size_t i = 0; i < COUNT(memory->time); i++)
		memory->time[i].tv_nsec = i * 1000000;
	for (size_t i = 0; i < COUNT(memory->vec); i++)
		memory->vec[i] = (struct iovec){ memory->buffer + 512 * i, 64 * i };
	for (size_t i = 0; i < COUNT(memory->message); i++) {
		memory->message[i] = (struct msghdr){ .msg_name = &memory->address[i],
			.msg_namelen = sizeof(struct sockaddr_in), .msg_iov = memory->vec, .msg_iovlen = 1 + i,
			.msg_control = i % 2 ? memory->control : NULL, .msg_controllen = i % 2 ? 64 : 0 };
		memory->messages[i].msg_hdr = memory->message[i];
	}
	addresses_make();
}

static void memory_make(void)
{
	const int fixed = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, rw = PROT_READ | PROT_WRITE;
	const size_t size = (sizeof(*memory) + 4095) & ~4095ul;
	/* The structure ends where the memory ends. */
	char *p = mmap(MEMORY_AT, size, rw, fixed, -1, 0);

	if (p == MAP_FAILED || mmap((void *)REMOVABLE_AT, REMOVABLE_LEN, rw, fixed, -1, 0) == MAP_FAILED)
		abort();
	memory = (void *)(p + size - sizeof(*memory));
	memory_fill();
}

static int bound(int family, int type, unsigned int at)
{
	int s = socket(family, type | SOCK_CLOEXEC, 0);

	bind(s, (void *)&memory->address[at], sizeof(struct sockaddr_in6));
	return s;
}

static void sockets_make(void)
{
	int pair[2], listener = bound(AF_INET, SOCK_STREAM, 0);

	listen(listener, 8);
	add(listener);
	add(bound(AF_INET, SOCK_DGRAM, 1));
	add(bound(AF_INET6, SOCK_DGRAM, 4));
	add(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
	add(socket(AF_UNIX, SOCK_STREAM, 0));
	add(socket(AF_NETLINK, SOCK_RAW, 0));
	add(socket(AF_PACKET, SOCK_DGRAM, 0));
	if (!socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair)) {
		add(pair[0]);
		add(pair[1]);
	}
}

static void descriptors_make(void)
{
	static const char *const open_[] = { "/a", "/d/a", "/tiny", "/fifo", "/null", "/proc/self/ns/mnt",
					     "/proc/self/ns/user", "/proc/self/maps" };
	struct uring u;
	sigset_t none;
	int p[2];

	sigemptyset(&none);
	for (size_t i = 0; i < COUNT(open_); i++)
		add(open(open_[i], i < 4 ? O_RDWR | O_CREAT | O_NONBLOCK : O_RDONLY, 0600));
	dirs[0] = open("/d", O_RDONLY | O_DIRECTORY);
	dirs[1] = open("/e", O_PATH);
	mkdir("/gone", 0755);
	dirs[2] = open("/gone", O_RDONLY | O_DIRECTORY);
	rmdir("/gone");
	dirs[3] = AT_FDCWD;
	dirs[4] = open("/proc/self", O_RDONLY | O_DIRECTORY);
	if (!pipe2(p, O_NONBLOCK)) {
		add(p[0]);
		add(p[1]);
	}
	add(epoll_create1(0));
	add(eventfd(1, EFD_NONBLOCK));
	add(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
	add(inotify_init1(IN_NONBLOCK));
	add(signalfd(-1, &none, SFD_NONBLOCK));
	add(syscall(SYS_memfd_create, "zoo", 0));
	add(syscall(SYS_pidfd_open, getpid(), 0));
	if (!uring_new(&u, 8))
		add(u.fd);
}

void values_make(void)
{
	memory_make();
	descriptors_make();
	sockets_make();
}

static void *bad_pointer(unsigned int n)
{
	static const uintptr_t bad[] = { 0, 1, 0x20100000, 0xffff888000000000, 0xffffffff81000000,
					 0x8000000000000000, 0x7ffffffff000, ~0ul };

	return (void *)bad[n % COUNT(bad)];
}

char *values_path(struct values *v)
{
	return memory->path[rand_r(&v->seed) % COUNT(paths)];
}

int values_fd(struct values *v)
{
	return nfds ? fds[rand_r(&v->seed) % nfds] : -1;
}

static void *text(unsigned int n, bool path)
{
	if (n % 32 == 0)
		return bad_pointer(n / 32);
	if (n % 32 == 1)
		return memory->longest;
	if (n % 32 == 2)
		return memory->too_long;
	if (n % 32 == 3)
		return memory->last + sizeof(memory->last) - n / 32 % 8;
	return path ? memory->path[n / 32 % COUNT(paths)] : memory->word[n / 32 % COUNT(words)];
}

static long number(unsigned int n)
{
	static const long numbers[] = { 0, 1, 2, 3, -1, 0x7fffffff, 0x80000000, 0xffffffff, 1l << 32, -38, 0x5401,
		0x541b, 0x5412, 0xb701, 0xb702, 0x40086602, 0x80086601, 15, 38, 22, 4, 0x40000000, -4096, 620, 1030 };

	return n % 4 ? numbers[n / 4 % COUNT(numbers)] : (long)n << (n % 33);
}

static long size_(unsigned int n)
{
	static const long sizes[] = { 0, 1, 7, 16, 64, 88, 255, 4095, 4096, 4097, 65536, 1 << 20, 0x7fffffff, -1 };

	return sizes[n % COUNT(sizes)];
}

static long flags(unsigned int n)
{
	static const long common[] = { 0, O_RDWR | O_CREAT, O_RDWR | O_CREAT | O_EXCL, O_WRONLY | O_TRUNC,
		O_PATH, O_DIRECTORY, O_NONBLOCK | O_CLOEXEC, O_RDWR | O_TMPFILE, AT_REMOVEDIR, AT_SYMLINK_FOLLOW,
		AT_EMPTY_PATH, CLONE_NEWNS, CLONE_NEWUSER, CLONE_FILES, CLONE_FS, MSG_DONTWAIT, 1, 2, 32 /* remount */,
		4096 /* bind */ };

	return n % 4 ? common[n / 4 % COUNT(common)] : 1l << (n / 4 % 33) | 1l << (n / 256 % 33);
}

static long task(unsigned int n)
{
	switch (n % 8) {
	case 0: return 0;
	case 1: return 1;
	case 2: return -1;
	case 3: return getppid();
	case 4: return n / 8;
	case 5: return n / 8 % 100;
	case 6: return syscall(SYS_gettid);
	default: return getpid();
	}
}

/* A pointer into an array of the memory, or a bad one. */
#define ONE_OF(array) (n % 16 ? (long)&memory->array[n / 16 % COUNT(memory->array)] : (long)bad_pointer(n / 16))

long values_draw(struct values *v, char letter)
{
	static const unsigned char lengths[] = { sizeof(struct sockaddr_in), sizeof(struct sockaddr_in6),
						 sizeof(struct sockaddr_un) };
	const unsigned int n = rand_r(&v->seed);

	switch (letter) {
	case 'p': return (long)text(n, true);
	case 'x':
	case 'z': return (long)text(n, false);
	case 'd': return n % 16 ? dirs[n / 16 % COUNT(dirs)] : values_fd(v);
	case 'f': return n % 16 ? values_fd(v) : number(n / 16);
	case 'b': return n % 16 ? (long)memory->buffer + n / 16 % 60000 : (long)bad_pointer(n / 16);
	case 'y': return REMOVABLE_AT + n % 16 * 4096;
	case 's': return size_(n);
	case 'v': return ONE_OF(vec);
	case 'h': return ONE_OF(message);
	case 'H': return ONE_OF(messages);
	case 'a': return ONE_OF(address);
	case 'l': return n % 8 ? lengths[n / 8 % COUNT(lengths)] : size_(n / 8);
	case 't': return ONE_OF(time);
	case 'P': return task(n);
	case 'g': return n % 66;
	case 'u': return n % 4 ? (long)(n / 4 % 3 * 1000) : number(n / 4);
	case 'm': return n % 8 ? (long)(n / 8 & 07777) : number(n / 8);
	case 'i': return n % 16 ? (long)(n / 16 % 20) : number(n / 16);
	case 'o': return flags(n);
	case 'O': return flags(n) & ~MS_MANDLOCK; /* the kernel prints a warning of its own, once */
	case 'I': return number(n);
	default: return 0;
	}
}

void *values_rewrite(void *arg)
{
	struct values v = { .seed = (uintptr_t)arg };

	for (;;) {
		const unsigned int n = rand_r(&v.seed);
		char *path = values_path(&v);

		path[n % 6] ^= 'a' ^ 'b';
		((unsigned char *)memory->address)[n / 8 % sizeof(memory->address)] ^= 1;
		memory->vec[n / 16 % COUNT(memory->vec)].iov_len ^= 1 << n % 20;
		memory->buffer[n % sizeof(memory->buffer)] = n / 7;
		if (n % 64 == 0)
			dup2(values_fd(&v), values_fd(&v));
		if (n % 1024 == 0) {
			for (size_t i = 0; i < COUNT(paths); i++)
				strcpy(memory->path[i], paths[i]);
			addresses_make();
		}
		if (n % 64 == 0)
			usleep(100);
	}
	return NULL;
}
