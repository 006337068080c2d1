// SPDX-License-Identifier: Apache-2.0
/*
 * Tests of system calls of each ABI: 64-bit, 32-bit, x32 and io_uring. One call has the same
 * record under each; a number that no call has is counted and recorded, and does no harm.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/io_uring.h>
#include <linux/net.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "facts.h"

static void called(long res, const long a[6])
{
	EXPECT(syscall, .res = N(res), .a0 = N(a[0]), .a1 = N(a[1]), .a2 = N(a[2]), .a3 = N(a[3]),
	       .a4 = N(a[4]), .a5 = N(a[5]));
}

static void six_arguments(void)
{
	const long a[6] = { 0x1111111111111111, 0x2222222222222222, 0x3333333333333333,
			    0x4444444444444444, 0x5555555555555555, 0x6666666666666666 };

	called(sysv(EV_ABI_64, SYS_getppid, a), a);
	called(sysv(EV_ABI_64, SYS_madvise, a), a);
	MUST(last.res < 0);
}

/* Numbers that no call has: recorded as the number of all invalid ones, or as themselves. */
static void bad_numbers(void)
{
	const long a[6] = { 1, 2, 3, 4, 5, 6 },
		   numbers[] = { 547, 548, 600, 0x3fffffff, 0x7fffffff, -1 };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		long res = sysv(EV_ABI_64, numbers[i], a);

		MUST(res == -ENOSYS);
		if (numbers[i] >= SAKER_NR_MAX || numbers[i] < 0)
			last.nr = SAKER_NR_BAD;
		called(res, a);
	}
}

static bool *handled;	/* shared with the process that sends the signal */

static void on_signal(int sig)
{
	(void)sig;
	*handled = true;
}

/* Waits until the process sleeps, which here it does only in its read. */
static void until_it_sleeps(pid_t pid)
{
	char path[32], state = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	while (state != 'S') {
		usleep(1000);
		f = fopen(path, "re");
		if (!f || fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
			_exit(1);
		fclose(f);
	}
}

/* Interrupts the read of its parent, waits until it is restarted, and ends it by a byte. */
static void interrupt_read(int fd)
{
	pid_t reader = getppid();

	until_it_sleeps(reader);
	kill(reader, SIGALRM);
	while (!*(volatile bool *)handled)
		usleep(1000);
	until_it_sleeps(reader);
	_exit(write(fd, "x", 1) != 1);
}

static void restarted(void)
{
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	char byte;
	int p[2];
	long res;

	handled = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	MUST(handled != MAP_FAILED);
	MUST(pipe(p) == 0 && sigaction(SIGALRM, &sa, NULL) == 0);
	if (!fork())
		interrupt_read(p[1]);
	res = sys(SYS_read, p[0], &byte, 1);
	MUST(res == 1 && *handled);
	/* Two records: -ERESTARTSYS, marked; the byte. The first is compared. */
	last.res = -512;
	last.flags = EV_F_RESTARTED | EV_F_FAILED;
	WANT(read, 2, .res = N(-512), .fd = N(p[0]), .size = N(1), .pos = N(-1),
	     .path = B(NULL, 0, EV_PROV_UNREADABLE));
}

static void denied(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_open, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(*code), code };
	long res;

	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	MUST(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) == 0);
	res = sys(SYS_open, "/etc/passwd", O_RDONLY, 0);
	MUST(res == -EPERM);
	EXPECT(open, .res = N(res), .dirfd = N(AT_FDCWD), .name = U("/etc/passwd"));
}

static void check_open(long fd, int flags, const char *name, const char *path)
{
	struct stat st;

	MUST(fd >= 0 && fstat(fd, &st) == 0);
	EXPECT(open, .res = N(fd), .dirfd = N(AT_FDCWD), .flags = N(flags),
	       .dev = N(dev_of(st.st_dev)), .ino = N(st.st_ino), .kind = N(fd_kind(fd)),
	       .file_flags = N(fcntl(fd, F_GETFL)), .path = S(path), .name = U(name));
}

static void ia32_open(void)
{
	long fd = sys32(5 /* open */, low("/dev/null", 9), O_RDWR, 0);

	if (fd == -ENOSYS)
		t_skip("no 32-bit calls on this kernel");
	check_open(fd, O_RDWR, "/dev/null", "/dev/null");
}

static void ia32_dup(void)
{
	static struct ev_fd f;
	int fd = open("/dev/null", O_RDONLY);
	long res = sys32(41 /* dup */, fd);

	MUST(res >= 0);
	f = fd_of(res);
	EXPECT(dup, .res = N(res), .oldfd = N(fd), .newfd = N(-1), .file = OBJ(&f),
	       .path = S("/dev/null"));
	res = sys32(221 /* fcntl64 */, fd, F_DUPFD, 50);
	MUST(res >= 50);
	EXPECT(dup, .res = N(res), .oldfd = N(fd), .newfd = N(-1), .flags = N(50), .cmd = N(F_DUPFD),
	       .arg = N(50), .file = OBJ(&f), .path = S("/dev/null"));
}

static void ia32_generic(void)
{
	const long a[6] = {
		0x11111111, 0x22222222, 0x33333333, 0x44444444, 0x55555555, 0x66666666
	};

	called(sysv(EV_ABI_IA32, 64 /* getppid */, a), a);
}

static void ia32_setuid(void)
{
	long res = sys32(213 /* setuid32 */, 1234);

	MUST(res == 0);
	EXPECT(setid, .arg_real = N(1234), .arg_effective = N(~0u), .arg_saved = N(~0u),
	       .uid = N(1234), .euid = N(1234), .suid = N(1234), .fsuid = N(1234));
}

static void ia32_socketcall(void)
{
	struct sockaddr_storage a;
	static struct ev_tuple t;
	socklen_t len;
	int l = listener(AF_INET, &a, &len), s = socket(AF_INET, SOCK_STREAM, 0);
	uint32_t args[3] = { s, (uint32_t)(long)low(&a, len), len };
	long res = sys32(102 /* socketcall */, SYS_CONNECT, low(args, sizeof(args)));

	(void)l;
	MUST(res == 0);
	t = tuple_of(s, EV_ROLE_CLIENT);
	EXPECT(connect, .fd = NP(s, EV_PROV_USER), .addrlen = NP(len, EV_PROV_USER),
	       .tuple = OBJ(&t));
}

static void ia32_exec_fails(void)
{
	uint32_t argv[3] = { (uint32_t)(long)low("a", 1), (uint32_t)(long)low("bc", 2), 0 };
	long res = sys32(11 /* execve */, low("/no/such", 8), low(argv, sizeof(argv)), 0);

	MUST(res == -ENOENT);
#define LATER ANY("compared by the exec tests")
	EXPECT(execve, .res = N(res), .filename = U("/no/such"),
	       .argv = B("a\0bc", 4, EV_PROV_USER), .cwd = S("/test"), .ppid = LATER, .pgid = LATER,
	       .sid = LATER, .vtid = LATER, .vpid = LATER, .vpgid = LATER, .loginuid = LATER,
	       .sessionid = LATER, .tty = LATER, .pidns = LATER, .cap_permitted = LATER,
	       .cap_effective = LATER, .pidns_start_ns = LATER, .exe_ino = LATER,
	       .exe_ctime_ns = LATER, .exe_mtime_ns = LATER, .exe_dev = LATER, .exe_flags = LATER,
	       .comm = LATER, .stdin_fd = LATER, .stdout_fd = LATER, .stderr_fd = LATER,
	       .exe = LATER);
}

static void x32_open(void)
{
	long fd = sysx32(2, low("/dev/null", 9), O_RDWR, 0);

	if (fd == -ENOSYS)
		t_skip("this kernel has no x32; boot it with syscall.x32=y");
	check_open(fd, O_RDWR, "/dev/null", "/dev/null");
}

static void x32_generic(void)
{
	const long a[6] = { 1, 2, 3, 4, 5, 6 };

	called(sysv(EV_ABI_X32, SYS_getppid, a), a);
}

static struct io_uring_params ring_params;
static int ring_fd;
static unsigned char *ring_sq, *ring_cq;
static struct io_uring_sqe *ring_sqe;

static void ring_open(void)
{
	ring_fd = syscall(SYS_io_uring_setup, 4, &ring_params);
	t_need("io_uring", ring_fd < 0, "io_uring_setup");
	ring_sq = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring_fd, IORING_OFF_SQ_RING);
	ring_cq = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring_fd, IORING_OFF_CQ_RING);
	ring_sqe = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring_fd, IORING_OFF_SQES);
	MUST(ring_sq != MAP_FAILED && ring_cq != MAP_FAILED && ring_sqe != MAP_FAILED);
}

static int ring_do(struct io_uring_sqe sqe)
{
	unsigned int *tail = (void *)(ring_sq + ring_params.sq_off.tail);
	unsigned int *array = (void *)(ring_sq + ring_params.sq_off.array);
	unsigned int *head = (void *)(ring_cq + ring_params.cq_off.head);
	struct io_uring_cqe *cqes = (void *)(ring_cq + ring_params.cq_off.cqes);
	int res;

	ring_sqe[*tail & 3] = sqe;
	array[*tail & 3] = *tail & 3;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	MUST(syscall(SYS_io_uring_enter, ring_fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) == 1);
	res = cqes[*head & 7].res;
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return res;
}

/* The object is known, the number of the call and its arguments are not: they lie in the ring's memory. */
static void opened_by_ring(int fd)
{
	struct stat st;

	MUST(fd >= 0 && fstat(fd, &st) == 0);
	last.flags = EV_F_IO_URING;
	EXPECT(open, .res = ANY("the number is not known yet when the object is"),
	       .dirfd = ANY("not known"), .flags = ANY("of the file, if at all"),
	       .mode = ANY("not known"), .dev = N(dev_of(st.st_dev)), .ino = N(st.st_ino),
	       .kind = N(EV_FD_FILE), .resolve = ANY("not known"),
	       .file_flags = NM(fcntl(fd, F_GETFL),
				~O_NONBLOCK) /* set for the attempt, cleared after it */,
	       .path = S("/tmp/by-ring"), .name = ANY("not known"));
	last.flags = 0;
}

static const struct io_uring_sqe open_request = { .opcode = IORING_OP_OPENAT,
						  .fd = AT_FDCWD,
						  .addr = (long)"/tmp/by-ring",
						  .open_flags = O_RDONLY };

static void uring_open(void)
{
	int fd;

	put_file("/tmp/by-ring", "x", 0644);
	ring_open();
	before();
	fd = ring_do(open_request);
	after();
	opened_by_ring(fd);
}

/* As opened_by_ring(): of the connection the ends are known as they are before it is made. */
static void connected_by_ring(int sock, const struct sockaddr_storage *to, socklen_t len)
{
	static struct ev_tuple t;
	struct stat st;

	MUST(fstat(sock, &st) == 0);
	t = (struct ev_tuple){ .family = AF_INET, .type = SOCK_STREAM, .protocol = IPPROTO_TCP,
			       .state = 7 /* TCP_CLOSE */, .role = EV_ROLE_CLIENT, .ino = st.st_ino,
			       .rport = ntohs(((const struct sockaddr_in *)to)->sin_port) };
	memcpy(t.raddr, &((const struct sockaddr_in *)to)->sin_addr, 4);
	last.flags = EV_F_IO_URING;
	EXPECT(connect, .res = ANY("the result is not known yet when the address is"),
	       .fd = ANY("not known"), .addrlen = N(len), .tuple = OBJ(&t));
	last.flags = 0;
}

static struct io_uring_sqe connect_request(int sock, const struct sockaddr_storage *to,
					   socklen_t len)
{
	return (struct io_uring_sqe){ .opcode = IORING_OP_CONNECT, .fd = sock,
				      .addr = (unsigned long)to, .off = len };
}

static void uring_connect(void)
{
	struct sockaddr_storage a;
	socklen_t len;
	int l = listener(AF_INET, &a, &len), s = socket(AF_INET, SOCK_STREAM, 0), res;

	(void)l;
	ring_open();
	before();
	res = ring_do(connect_request(s, &a, len));
	after();
	MUST(res == 0);
	connected_by_ring(s, &a, len);
}

/* A thread of this process, or before 5.12 one of the kernel's own; 0 if there is none. */
static pid_t worker_in(const char *dir, const char *comm)
{
	char path[300], name[32];
	DIR *d = opendir(dir);
	struct dirent *e;
	pid_t found = 0;

	while ((e = readdir(d)) && !found) {
		int fd;

		snprintf(path, sizeof(path), "%s/%s/comm", dir, e->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		memset(name, 0, sizeof(name));
		if (fd >= 0 && read(fd, name, sizeof(name) - 1) > 0 &&
		    !strncmp(name, comm, strlen(comm)))
			found = atoi(e->d_name);
		close(fd);
	}
	closedir(d);
	return found;
}

/* What comes next is by the worker that io_uring has made for this process. */
static struct who by_worker(void)
{
	struct call call = last;
	pid_t tid = worker_in("/proc/self/task", "iou-wrk-");
	struct who worker;

	if (!tid)
		tid = worker_in("/proc", "io_wqe_worker");
	MUST(tid > 0);
	worker = task(tid);
	last = call;
	by(&worker);
	return worker;
}

static void worker_ends(struct who worker)
{
	before();
	if (worker.tgid == me.tgid)
		EXPECT(procexit, .status = ANY("the end of its process or its own"),
		       .sig = ANY("likewise"), .group_dead = ANY("it may be the last"),
		       .reaper = ANY("likewise"));
}

/* The kernel makes the worker without a fork event, and ends it as any task. */
static void uring_worker(void)
{
	struct io_uring_sqe request = open_request;
	struct who worker;
	int fd;

	request.flags = IOSQE_ASYNC;
	put_file("/tmp/by-ring", "x", 0644);
	ring_open();
	before();
	fd = ring_do(request);
	after();
	EXPECT_NONE(clone);
	worker = by_worker();
	opened_by_ring(fd);
	worker_ends(worker);
}

static void uring_worker_connects(void)
{
	struct sockaddr_storage a;
	struct io_uring_sqe request;
	struct who worker;
	socklen_t len;
	int l = listener(AF_INET, &a, &len), s = socket(AF_INET, SOCK_STREAM, 0), res;

	(void)l;
	request = connect_request(s, &a, len);
	request.flags = IOSQE_ASYNC;
	ring_open();
	before();
	res = ring_do(request);
	after();
	MUST(res == 0);
	worker = by_worker();
	connected_by_ring(s, &a, len);
	worker_ends(worker);
}

#define BY_RING "/tmp/ring-names/"

/* What the kernel's worker does with the names in a directory; the request's arguments are not known. */
static struct who ring_does(struct io_uring_sqe request)
{
	struct who worker;
	int res;

	if (!hooked)
		t_skip("no hook sees what io_uring does on this kernel");
	mkdir(BY_RING, 0755);
	mkdir(BY_RING "dir", 0755);
	unlink(BY_RING "dir/new");
	unlink(BY_RING "dir/second");
	unlink(BY_RING "link");
	rmdir(BY_RING "new");
	put_file(BY_RING "file", "x", 0644);
	ring_open();
	request.flags = IOSQE_ASYNC;
	before();
	res = ring_do(request);
	after();
	if (res == -EINVAL)
		t_skip("this kernel's io_uring has no such request");
	MUST(res == 0);
	worker = by_worker();
	last.flags = EV_F_IO_URING;
	return worker;
}

static void ring_did(struct who worker)
{
	last.flags = 0;
	worker_ends(worker);
}

#define ASKED ANY("in the ring's memory")
#define SOON  ANY("the result is not known yet when the file is")

static void uring_unlinks(void)
{
	struct who worker = ring_does((struct io_uring_sqe){ .opcode = IORING_OP_UNLINKAT,
		.fd = AT_FDCWD, .addr = (long)BY_RING "file" });

	EXPECT(unlink, .res = SOON, .dirfd = ASKED, .flags = ASKED, .path = ASKED, .dir = ASKED,
	       .file = S(BY_RING "file"));
	ring_did(worker);
}

static void uring_removes_a_directory(void)
{
	struct who worker = ring_does((struct io_uring_sqe){ .opcode = IORING_OP_UNLINKAT,
		.fd = AT_FDCWD, .addr = (long)BY_RING "dir", .unlink_flags = AT_REMOVEDIR });

	EXPECT(unlink, .res = SOON, .dirfd = ASKED, .flags = ASKED, .path = ASKED, .dir = ASKED,
	       .file = S(BY_RING "dir"));
	ring_did(worker);
}

/* The connection is complete when the hook sees it; only its descriptor is not known. */
static void uring_accepts(void)
{
	struct io_uring_sqe request = { .opcode = IORING_OP_ACCEPT, .flags = IOSQE_ASYNC };
	struct sockaddr_storage a;
	static struct ev_tuple t;
	struct who worker;
	socklen_t len;
	int c = socket(AF_INET, SOCK_STREAM, 0), res;

	if (!hooked)
		t_skip("no hook sees what io_uring does on this kernel");
	request.fd = listener(AF_INET, &a, &len);
	MUST(connect(c, (void *)&a, len) == 0);
	ring_open();
	before();
	res = ring_do(request);
	after();
	MUST(res >= 0);
	t = tuple_of(res, EV_ROLE_SERVER);
	worker = by_worker();
	last.flags = EV_F_IO_URING;
	EXPECT(accept, .res = SOON, .fd = ASKED, .flags = ASKED, .tuple = OBJ(&t));
	ring_did(worker);
}

static void uring_renames(void)
{
	struct who worker = ring_does((struct io_uring_sqe){ .opcode = IORING_OP_RENAMEAT,
		.fd = AT_FDCWD, .addr = (long)BY_RING "file", .len = AT_FDCWD,
		.addr2 = (long)BY_RING "dir/new" });

	EXPECT(rename, .res = SOON, .olddirfd = ASKED, .newdirfd = ASKED, .flags = ASKED,
	       .oldpath = ASKED, .newpath = ASKED, .olddir = ASKED, .newdir = ASKED,
	       .oldfile = S(BY_RING "file"), .newfile = S(BY_RING "dir/new"));
	ring_did(worker);
}

static void uring_links(void)
{
	struct who worker = ring_does((struct io_uring_sqe){ .opcode = IORING_OP_LINKAT,
		.fd = AT_FDCWD, .addr = (long)BY_RING "file", .len = AT_FDCWD,
		.addr2 = (long)BY_RING "dir/second" });

	EXPECT(link, .res = SOON, .olddirfd = ASKED, .newdirfd = ASKED, .flags = ASKED,
	       .oldpath = ASKED, .newpath = ASKED, .olddir = ASKED, .newdir = ASKED,
	       .oldfile = S(BY_RING "file"), .newfile = S(BY_RING "dir/second"));
	ring_did(worker);
}

static void uring_makes_a_symlink(void)
{
	struct who worker = ring_does((struct io_uring_sqe){ .opcode = IORING_OP_SYMLINKAT,
		.fd = AT_FDCWD, .addr = (long)"/etc/shadow", .addr2 = (long)BY_RING "link" });

	EXPECT(symlink, .res = SOON, .linkdirfd = ASKED, .linkpath = ASKED, .linkdir = ASKED,
	       .target = S("/etc/shadow"), .file = S(BY_RING "link"));
	ring_did(worker);
}

static void uring_makes_a_directory(void)
{
	struct who worker = ring_does((struct io_uring_sqe){ .opcode = IORING_OP_MKDIRAT,
		.fd = AT_FDCWD, .addr = (long)BY_RING "new", .len = 0700 });

	EXPECT(mkdir, .res = SOON, .dirfd = ASKED, .mode = ASKED, .path = ASKED, .dir = ASKED,
	       .file = S(BY_RING "new"));
	ring_did(worker);
}

TESTS(call,
	TEST(call, "any call records its six arguments whole", six_arguments),
	TEST(call, "an unknown system-call number is reported as unknown", bad_numbers),
	TEST(call, "a call that is restarted is marked", restarted),
	TEST(call, "a call that seccomp denies produces an event", denied),
);

TESTS(abi,
	TEST(abi, "a 32-bit open is an open", ia32_open),
	TEST(abi, "a 32-bit dup is a dup", ia32_dup),
	TEST(abi, "a 32-bit call records six arguments of 32 bits", ia32_generic),
	TEST(abi, "a 32-bit setuid is a setuid", ia32_setuid),
	TEST(abi, "a connect through socketcall is a connect", ia32_socketcall),
	TEST(abi, "a 32-bit exec that fails records its arguments", ia32_exec_fails),
	TEST(abi, "an x32 open is an open", x32_open),
	TEST(abi, "an x32 call records its arguments", x32_generic),
);

TESTS(uring,
	TEST(uring, "an open by io_uring is an open of the same task", uring_open),
	TEST(uring, "an open by io_uring's worker is an open of the same process, and its end is recorded",
	     uring_worker),
	TEST(uring, "a connect by io_uring is a connect of the same task", uring_connect),
	TEST(uring, "a connect by io_uring's worker is a connect of the same process",
	     uring_worker_connects),
	TEST(uring, "an unlink by io_uring has the path of the file", uring_unlinks),
	TEST(uring, "a directory that io_uring removes has its path", uring_removes_a_directory),
	TEST(uring, "an accept by io_uring has the connection", uring_accepts),
	TEST(uring, "a rename by io_uring has both paths", uring_renames),
	TEST(uring, "a link by io_uring has both paths", uring_links),
	TEST(uring, "a symbolic link by io_uring has its path and content", uring_makes_a_symlink),
	TEST(uring, "a directory that io_uring makes has its path", uring_makes_a_directory),
);
