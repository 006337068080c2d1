// SPDX-License-Identifier: Apache-2.0
/*
 * Implements the child's side of a driver test: calls with clock reads around
 * them, and values from /proc. The child reads no record.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "lib/raw.h"
#include "run.h"
#include "t.h"

_Thread_local struct call last;
struct who me;
bool on_ebpf;
bool hooked, hooked_kexec, hooked_kexec32, hooked_utime, hooked_xattr;

long sysv(unsigned int abi, long nr, const long a[6])
{
	last.abi = abi;
	last.nr = nr;
	last.syscall = true;
	last.flags = 0;
	last.t0 = sk_now();
	last.res = abi == EV_ABI_IA32 ? raw32(nr, a) :
		   raw64(abi == EV_ABI_X32 ? nr | RAW_X32 : nr, a);
	last.t1 = sk_now();
	return last.res;
}

void before(void)
{
	last.syscall = false;
	last.flags = 0;
	last.abi = EV_ABI_64;
	last.res = 0;
	last.t0 = sk_now();
	last.t1 = ~0ull;
}

void after(void)
{
	last.t1 = sk_now();
}

void by(const struct who *who)
{
	last.who = *who;
}

static int slurp(const char *path, char *buf, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, room - 1);

	if (fd >= 0)
		close(fd);
	buf[n < 0 ? 0 : n] = 0;
	return n < 0 ? -1 : (int)n;
}

long word_of(const char *file, const char *format)
{
	char buf[8192];
	unsigned long v = 0;
	const char *at = buf;
	char key[64];
	size_t n = strcspn(format, "%");

	MUST(slurp(file, buf, sizeof(buf)) > 0);
	snprintf(key, sizeof(key), "%.*s", (int)n, format);
	if (n)
		MUST((at = strstr(buf, key)) != NULL);
	MUST(sscanf(at + n, format + n, &v) == 1);
	return v;
}

static uint64_t cgroup_below(const char *root, const char *path)
{
	char full[4200];
	struct stat st;

	snprintf(full, sizeof(full), "%s%s", root, path);
	MUST(stat(full, &st) == 0);
	return st.st_ino;
}

uint64_t cgroup_of(const char *path)
{
	return cgroup_below("/sys/fs/cgroup", path);
}

bool pids_are_v1(void)
{
	return !access(PIDS_V1, F_OK);
}

/* Where the pids controller is in a hierarchy of its own, its group names the container. */
static uint64_t cgroup_in(char *list)
{
	char *p = strstr(list, pids_are_v1() ? ":pids:" : "0::");

	MUST(p != NULL);
	p[strcspn(p, "\n")] = 0;
	p = strstr(p, ":/") + 1;
	return pids_are_v1() ? cgroup_below(PIDS_V1, p) : cgroup_of(p);
}

struct who task(pid_t tid)
{
	char path[64], buf[4096], *p;
	struct who w = { .tid = tid };

	snprintf(path, sizeof(path), "/proc/%d/status", tid);
	w.tgid = word_of(path, "Tgid:\t%lu");
	snprintf(path, sizeof(path), "/proc/%d/stat", tid);
	MUST(slurp(path, buf, sizeof(buf)) > 0);
	p = strrchr(buf, ')');		/* field 2 ends; field 22 is the 20th from here */
	for (int i = 0; i < 20 && p; i++)
		p = strchr(p + 1, ' ');
	MUST(p != NULL);
	w.start_ticks = strtoull(p + 1, NULL, 10);
	snprintf(path, sizeof(path), "/proc/%d/cgroup", tid);
	MUST(slurp(path, buf, sizeof(buf)) > 0);
	w.cgroup = cgroup_in(buf);
	return w;
}

uint32_t dev_of(uint64_t dev)
{
	uint32_t ma = major(dev), mi = minor(dev);

	return (mi & 0xff) | (ma << 8) | ((mi & ~0xffu) << 12);
}

char *low(const void *data, size_t len)
{
	char *p = mmap(NULL, len + 1, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	MUST(p != MAP_FAILED);
	memcpy(p, data, len);
	return p;
}

void *unmapped(void)
{
	char *p = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	MUST(p != MAP_FAILED);
	return p;
}

int put_file(const char *path, const char *content, int mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	MUST(fd >= 0 && write(fd, content, strlen(content)) == (ssize_t)strlen(content));
	fchmod(fd, mode);
	close(fd);
	return 0;
}

/* Copy an expectation, and the bytes it points to, where the parent can read them. */
void t_want(unsigned int type, unsigned int count, const char *file, int line, const struct val *v, unsigned int n)
{
	unsigned int at = __atomic_fetch_add(&shared->nwants, 1, __ATOMIC_SEQ_CST);
	struct want *w = &shared->want[at];

	if (at >= MAX_WANTS)
		t_must(0, "room for one more expectation", file, line);
	w->type = type;
	w->count = count;
	w->file = file;
	w->line = line;
	w->call = last;
	if (!w->call.who.tid)
		w->call.who = me;
	w->nvals = n;
	for (unsigned int i = 0; i < n; i++) {
		uint32_t to;

		w->val[i] = v[i];
		if (!v[i].p)
			continue;
		to = __atomic_fetch_add(&shared->used, (v[i].len + 7) & ~7u, __ATOMIC_SEQ_CST);
		if (to + v[i].len > sizeof(shared->bytes))
			t_must(0, "room for the bytes of an expectation", file, line);
		memcpy(shared->bytes + to, v[i].p, v[i].len);
		w->val[i].p = shared->bytes + to;
	}
	w->ready = true;
}

void t_must(int ok, const char *what, const char *file, int line)
{
	int err = errno;

	if (ok)
		return;
	snprintf(shared->broken, sizeof(shared->broken), "%s:%d: the test itself failed: %s (errno %d: %s)",
		 file, line, what, err, strerror(err));
	_exit(99);
}

void t_skip(const char *why)
{
	snprintf(shared->skipped, sizeof(shared->skipped), "%s", why);
	_exit(98);
}

void t_need(const char *call, bool lacking, const char *fields)
{
	char why[64];

	if (!lacking)
		return;
	snprintf(shared->lacking, sizeof(shared->lacking), "%s", fields);
	snprintf(why, sizeof(why), "this kernel has no %s", call);
	t_skip(why);
}
