// SPDX-License-Identifier: Apache-2.0
/*
 * Tests of io_uring: what it does on a task's behalf is the same event as the call, in whatever
 * context it runs. Each request is made in four forms; the kernel has those that may wait done by a
 * worker in each of them.
 */
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "facts.h"
#include "lib/uring.h"

/* io_uring.h of the C library may be older. */
enum { OP_FSETXATTR = 41, OP_FTRUNCATE = 55, OP_BIND = 56, OP_LISTEN = 57, REGISTER_PROBE = 8 };

#define BY_RING "/tmp/ring-names/"
#define ASKED	ANY("in the ring's memory")
#define SOON	ANY("the result is not known yet when the object is")

struct form {
	const char *name;
	unsigned int setup, flags; /* of the ring, of the request */
	bool later;		   /* runs when another request has ended, as task work */
};
static const struct form at_enter = { .name = "at enter" };
static const struct form by_worker = { .name = "by a worker", .flags = IOSQE_ASYNC };
static const struct form by_poller = { .name = "by the polling thread", .setup = IORING_SETUP_SQPOLL };
static const struct form as_task_work = { .name = "as task work", .later = true };

static struct uring ring;
static int sock, trigger;	   /* the socket or file that a request is about; what it waits for */
static struct sockaddr_storage to; /* that it binds or connects to */
static socklen_t to_len;

/* -- who does it -- */

/* A task of that directory of /proc with that name; 0 if there is none. */
static pid_t named(const char *dir, const char *comm, bool whole)
{
	const size_t len = strlen(comm);
	char path[300], name[32];
	DIR *d = opendir(dir);
	struct dirent *e;
	pid_t found = 0;

	while ((e = readdir(d)) && !found) {
		int fd;

		snprintf(path, sizeof(path), "%s/%s/comm", dir, e->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		memset(name, 0, sizeof(name));
		if (fd >= 0 && read(fd, name, sizeof(name) - 1) > 0 && !strncmp(name, comm, len) &&
		    (!whole || name[len] == '\n'))
			found = atoi(e->d_name);
		close(fd);
	}
	closedir(d);
	return found;
}

/* A thread of this process; before 5.12 a worker is one of the kernel's own. */
static pid_t worker_of(pid_t owner)
{
	char name[32];
	pid_t tid;

	snprintf(name, sizeof(name), "iou-wrk-%d", owner);
	tid = named("/proc/self/task", name, true);
	return tid ? tid : named("/proc", "io_wqe_worker", false);
}

static pid_t poller(void)
{
	char name[32];
	pid_t tid;

	snprintf(name, sizeof(name), "iou-sqp-%d", getpid());
	tid = named("/proc/self/task", name, true);
	return tid ? tid : named("/proc", "io_uring-sq", false);
}

/* The expectations that follow are about the task that does such a request. */
static struct who done_by(const struct form *form, bool waits)
{
	const struct call call = last;
	pid_t tid = form->setup & IORING_SETUP_SQPOLL ? poller() : (pid_t)me.tid;
	struct who who;

	if (waits || form->flags & IOSQE_ASYNC)
		tid = worker_of(tid);
	MUST(tid > 0);
	who = task(tid);
	last = call;
	by(&who);
	return who;
}

/* -- requests -- */

static bool has(unsigned int opcode)
{
	struct {
		unsigned char last, ops;
		unsigned short reserved;
		unsigned int reserved2[3];
		struct {
			unsigned char op, reserved;
			unsigned short flags; /* 1: supported */
			unsigned int reserved2;
		} op[256];
	} probe = { 0 };

	return !syscall(SYS_io_uring_register, ring.fd, REGISTER_PROBE, &probe, 256) && probe.op[opcode].flags & 1;
}

static void ring_make(const struct form *form)
{
	const int err = uring_new_with(&ring, 4, form->setup);

	t_need("io_uring", err < 0, "io_uring_setup");
	trigger = eventfd(0, EFD_CLOEXEC);
	MUST(trigger >= 0);
}

static int result(void)
{
	unsigned long long data;
	int res = 0, got;

	while (uring_done(&ring)) {
		got = uring_result(&ring, &data);
		res = data ? got : res;
	}
	return res;
}

static int ring_do(const struct form *form, struct io_uring_sqe request)
{
	const uint64_t one = 1;
	struct io_uring_sqe *s;

	if (form->later) {
		s = uring_request(&ring);
		*s = (struct io_uring_sqe){ .opcode = IORING_OP_POLL_ADD, .fd = trigger, .poll32_events = 1,
					    .flags = IOSQE_IO_LINK };
	}
	s = uring_request(&ring);
	*s = request;
	s->flags |= form->flags;
	s->user_data = 1;
	before();
	if (form->later) {
		MUST(uring_submit(&ring, 2, 0) == 2);
		MUST(write(trigger, &one, sizeof(one)) == sizeof(one));
		MUST(uring_submit(&ring, 0, 2) == 0);
	} else {
		MUST(uring_submit(&ring, 1, 1) == 1);
	}
	after();
	return result();
}

/* -- names -- */

static void names_make(void)
{
	mkdir(BY_RING, 0755);
	mkdir(BY_RING "dir", 0755);
	unlink(BY_RING "dir/new");
	unlink(BY_RING "dir/second");
	unlink(BY_RING "link");
	rmdir(BY_RING "new");
	put_file(BY_RING "file", "x", 0644);
}

static void unlinked(int res)
{
	(void)res;
	EXPECT(unlink, .res = SOON, .dirfd = ASKED, .flags = ASKED, .path = ASKED, .dir = ASKED,
	       .file = S(BY_RING "file"));
}

static void directory_removed(int res)
{
	(void)res;
	EXPECT(unlink, .res = SOON, .dirfd = ASKED, .flags = ASKED, .path = ASKED, .dir = ASKED,
	       .file = S(BY_RING "dir"));
}

static void renamed(int res)
{
	(void)res;
	EXPECT(rename, .res = SOON, .olddirfd = ASKED, .newdirfd = ASKED, .flags = ASKED, .oldpath = ASKED,
	       .newpath = ASKED, .olddir = ASKED, .newdir = ASKED, .oldfile = S(BY_RING "file"),
	       .newfile = S(BY_RING "dir/new"));
}

static void linked(int res)
{
	(void)res;
	EXPECT(link, .res = SOON, .olddirfd = ASKED, .newdirfd = ASKED, .flags = ASKED, .oldpath = ASKED,
	       .newpath = ASKED, .olddir = ASKED, .newdir = ASKED, .oldfile = S(BY_RING "file"),
	       .newfile = S(BY_RING "dir/second"));
}

static void symlinked(int res)
{
	(void)res;
	EXPECT(symlink, .res = SOON, .linkdirfd = ASKED, .linkpath = ASKED, .linkdir = ASKED,
	       .target = S("/etc/shadow"), .file = S(BY_RING "link"));
}

static void directory_made(int res)
{
	(void)res;
	EXPECT(mkdir, .res = SOON, .dirfd = ASKED, .mode = ASKED, .path = ASKED, .dir = ASKED,
	       .file = S(BY_RING "new"));
}

/* -- files and sockets -- */

/* The object is known, the number of the call and its arguments are not: they lie in the ring's memory. */
static void opened(int fd)
{
	struct stat st;

	MUST(fstat(fd, &st) == 0);
	EXPECT(open, .res = SOON, .dirfd = ASKED, .flags = ANY("of the file, if at all"), .mode = ASKED,
	       .dev = N(dev_of(st.st_dev)), .ino = N(st.st_ino), .kind = N(EV_FD_FILE), .resolve = ASKED,
	       .file_flags = NM(fcntl(fd, F_GETFL), ~O_NONBLOCK) /* set for the attempt, cleared after it */,
	       .path = S(BY_RING "file"), .name = ASKED);
	close(fd);
}

static void file_prepare(void)
{
	names_make();
	MUST(chdir("/tmp") == 0); /* setxattr has the path on a mount that the caller uses */
	sock = open(BY_RING "file", O_RDWR | O_CLOEXEC);
	MUST(sock >= 0);
}

static void attribute_set(int res)
{
	(void)res;
	EXPECT(setxattr, .res = SOON, .size = ASKED, .fd = ASKED, .dirfd = ASKED, .flags = ASKED,
	       .at_flags = ASKED, .path = ASKED, .dir = ASKED, .name = S("trusted.ring"),
	       SEEN_FILE(BY_RING "file"));
}

static void truncated(int res)
{
	(void)res;
	EXPECT(truncate, .res = SOON, .length = ASKED, .fd = ASKED, .path = ASKED,
	       SEEN_FILE(BY_RING "file"));
}

static void connect_prepare(void)
{
	listener(AF_INET, &to, &to_len);
	sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/* Of the connection the ends are known as they are before it is made. */
static void connected(int res)
{
	static struct ev_tuple t;
	struct stat st;

	MUST(res == 0 && fstat(sock, &st) == 0);
	t = (struct ev_tuple){ .family = AF_INET, .type = SOCK_STREAM, .protocol = IPPROTO_TCP,
			       .state = 7 /* TCP_CLOSE */, .role = EV_ROLE_CLIENT, .ino = st.st_ino,
			       .rport = ntohs(((const struct sockaddr_in *)&to)->sin_port) };
	memcpy(t.raddr, &((const struct sockaddr_in *)&to)->sin_addr, 4);
	EXPECT(connect, .res = SOON, .fd = ASKED, .addrlen = N(to_len), .tuple = OBJ(&t));
}

static void accept_prepare(void)
{
	int c = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	sock = listener(AF_INET, &to, &to_len);
	MUST(connect(c, (void *)&to, to_len) == 0);
}

/* The connection is complete when the hook sees it; only its descriptor is not known. */
static void accepted(int res)
{
	static struct ev_tuple t;

	t = tuple_of(res, EV_ROLE_SERVER);
	EXPECT(accept, .res = SOON, .fd = ASKED, .flags = ASKED, .tuple = OBJ(&t),
	       .queuelen = NP(0, EV_PROV_UNREADABLE), .queuemax = NP(0, EV_PROV_UNREADABLE));
}

static void bind_prepare(void)
{
	*(struct sockaddr_in *)&to = (struct sockaddr_in){ .sin_family = AF_INET,
							   .sin_addr.s_addr = htonl(0x7f000008) };
	to_len = sizeof(struct sockaddr_in);
	sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/* The address as requested; the port is not chosen yet. */
static void bound(int res)
{
	static struct ev_tuple t;

	(void)res;
	t = tuple_of(sock, EV_ROLE_UNKNOWN);
	t.lport = 0;
	EXPECT(bind, .res = SOON, .fd = ASKED, .addrlen = ASKED, .addr = OBJ(&t));
}

static void listen_prepare(void)
{
	bind_prepare();
	MUST(bind(sock, (void *)&to, to_len) == 0);
}

static void listens(int res)
{
	static struct ev_tuple t;

	(void)res;
	t = tuple_of(sock, EV_ROLE_UNKNOWN);
	t.state = 7 /* TCP_CLOSE: not yet */;
	EXPECT(listen, .res = SOON, .fd = ASKED, .backlog = ASKED, .tuple = OBJ(&t));
}

#define NAMED(s) .fd = AT_FDCWD, .addr = (uintptr_t)(BY_RING s)
#define TO(s)	 .len = AT_FDCWD, .addr2 = (uintptr_t)(BY_RING s)

static const struct operation {
	struct io_uring_sqe request;
	void (*prepare)(void);
	void (*expect)(int result);
	bool waits;  /* a worker does it in each form */
	bool socket; /* descriptor and address are those that prepare() has set; of a file, too */
} operations[] = {
#define NAME(...)   .request = { __VA_ARGS__ }, .prepare = names_make, .waits = true
#define SOCKET(...) .request = { __VA_ARGS__ }, .socket = true
	{ NAME(.opcode = IORING_OP_UNLINKAT, NAMED("file")), .expect = unlinked },
	{ NAME(.opcode = IORING_OP_UNLINKAT, NAMED("dir"), .unlink_flags = AT_REMOVEDIR), .expect = directory_removed },
	{ NAME(.opcode = IORING_OP_RENAMEAT, NAMED("file"), TO("dir/new")), .expect = renamed },
	{ NAME(.opcode = IORING_OP_LINKAT, NAMED("file"), TO("dir/second")), .expect = linked },
	{ NAME(.opcode = IORING_OP_SYMLINKAT, .fd = AT_FDCWD, .addr = (uintptr_t)"/etc/shadow",
	       .addr2 = (uintptr_t)BY_RING "link"), .expect = symlinked },
	{ NAME(.opcode = IORING_OP_MKDIRAT, NAMED("new"), .len = 0700), .expect = directory_made },
	{ .request = { .opcode = IORING_OP_OPENAT, NAMED("file") }, .prepare = names_make, .expect = opened },
	{ SOCKET(.opcode = OP_FSETXATTR, .addr = (uintptr_t)"trusted.ring", .addr2 = (uintptr_t)"x", .len = 1),
	  .prepare = file_prepare, .expect = attribute_set, .waits = true },
	{ SOCKET(.opcode = OP_FTRUNCATE, .off = 3), .prepare = file_prepare, .expect = truncated, .waits = true },
	{ SOCKET(.opcode = IORING_OP_CONNECT), .prepare = connect_prepare, .expect = connected },
	{ SOCKET(.opcode = IORING_OP_ACCEPT), .prepare = accept_prepare, .expect = accepted },
	{ SOCKET(.opcode = OP_BIND), .prepare = bind_prepare, .expect = bound },
	{ SOCKET(.opcode = OP_LISTEN, .len = 3), .prepare = listen_prepare, .expect = listens },
};

static struct io_uring_sqe request_of(const struct operation *o)
{
	struct io_uring_sqe request = o->request;

	if (!o->socket)
		return request;
	request.fd = sock;
	if (request.opcode == IORING_OP_CONNECT || request.opcode == OP_BIND) {
		request.addr = (uintptr_t)&to;
		request.off = to_len;
	}
	return request;
}

/* Return: false if this kernel's io_uring does not have the request, or not in this form. */
static bool operation_done(const struct form *form, const struct operation *o)
{
	int res;

	if (!has(o->request.opcode))
		return false;
	o->prepare();
	res = ring_do(form, request_of(o));
	if (res == -EINVAL && form->setup)
		return false;
	MUST(res >= 0);
	done_by(form, o->waits);
	last.flags = EV_F_IO_URING;
	o->expect(res);
	last.flags = 0;
	return true;
}

/* In a process of its own, so that it has one worker at most, and its name says who does it. */
static bool operation_alone(const struct form *form, const struct operation *o)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		me = task(getpid());
		last.who = me;
		ring_make(form);
		_exit(!operation_done(form, o));
	}
	MUST(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	if (WEXITSTATUS(status) > 1) /* what it must have had, or skips, is noted */
		_exit(WEXITSTATUS(status));
	return WEXITSTATUS(status) == 0;
}

static void all_operations(const struct form *form)
{
	unsigned int done = 0;
	char why[96];

	if (!hooked)
		t_skip("no hook sees what io_uring does on this kernel");
	for (size_t i = 0; i < sizeof(operations) / sizeof(*operations); i++)
		done += operation_alone(form, &operations[i]);
	if (!done) {
		snprintf(why, sizeof(why), "this kernel's io_uring makes no such requests %s", form->name);
		t_skip(why);
	}
}

static void enters(void)
{
	all_operations(&at_enter);
}

static void works(void)
{
	all_operations(&by_worker);
}

static void polls(void)
{
	all_operations(&by_poller);
}

static void comes_later(void)
{
	all_operations(&as_task_work);
}

static const struct operation *operation_of(void (*expect)(int))
{
	for (size_t i = 0; i < sizeof(operations) / sizeof(*operations); i++)
		if (operations[i].expect == expect)
			return &operations[i];
	return NULL;
}

/* Open and connect have hooks of their own, also where those of hooks.def are missing. */
static void one_operation(const struct form *form, void (*expect)(int))
{
	ring_make(form);
	MUST(operation_done(form, operation_of(expect)));
}

static void open_at_enter(void)
{
	one_operation(&at_enter, opened);
}

static void connect_at_enter(void)
{
	one_operation(&at_enter, connected);
}

static void connect_by_worker(void)
{
	one_operation(&by_worker, connected);
}

/* The kernel makes the worker without a fork event, and ends it as any task. */
static void worker_is_no_fork(void)
{
	struct who worker;

	one_operation(&by_worker, opened);
	by(&me);
	EXPECT_NONE(clone);
	worker = done_by(&by_worker, true);
	before();
	by(&worker);
	if (worker.tgid == me.tgid)
		EXPECT(procexit, .status = ANY("the end of its process or its own"), .sig = ANY("likewise"),
		       .group_dead = ANY("it may be the last"), .reaper = ANY("likewise"));
}

TESTS(uring,
	TEST(uring, "an open by io_uring is an open of the same task", open_at_enter),
	TEST(uring, "an open by io_uring's worker is an open of the same process, and its end is recorded",
	     worker_is_no_fork),
	TEST(uring, "a connect by io_uring is a connect of the same task", connect_at_enter),
	TEST(uring, "a connect by io_uring's worker is a connect of the same process", connect_by_worker),
	TEST(uring, "names, files and sockets by io_uring are the events of the calls, at enter", enters),
	TEST(uring, "names, files and sockets by io_uring are the events of the calls, by a worker", works),
	TEST(uring, "names, files and sockets by io_uring are the events of the calls, by its polling thread", polls),
	TEST(uring, "names, files and sockets by io_uring are the events of the calls, as task work", comes_later),
);
