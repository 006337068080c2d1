/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Declares what driver tests use. A test runs in a child of its own: it makes one
 * system call with sys(), then states with EXPECT() what the record must contain.
 *
 *	long fd = sys(SYS_open, "/tmp/x", O_RDONLY, 0);
 *	EXPECT(open, .res = N(fd), .dirfd = N(AT_FDCWD), .path = S("/tmp/x"), ...);
 *
 * EXPECT takes every field of the event, made from events.def, and a field that is
 * not named must be zero, absent and "whole, from the kernel". So no field is left
 * uncompared by mistake, and a field that is appended to the schema fails the
 * tests until they state its value.
 *
 * Expectations are in memory shared with the parent, which alone reads the rings:
 * it requires exactly one record of that type by that thread between the clock
 * reads around the call, and compares header, values and provenance.
 */
#ifndef T_H
#define T_H

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#include "lib/sk.h"

enum how {
	HOW_IS = 0, /* number, part, comm, fd or tuple, as the field is stored */
	HOW_ANY,    /* not comparable; the reason is in p */
	HOW_NOT_ZERO,
	HOW_RANGE, /* v <= x <= v2 */
};

struct val {
	uint64_t v, v2, mask; /* mask 0: all bits */
	const void *p;
	uint32_t len, how;
	uint32_t prov;
	uint32_t cut; /* may be cut to no less than this; 0: must be whole */
};

#define N(x)	      ((struct val){ .v = (uint64_t)(x) })
#define NM(x, m)      ((struct val){ .v = (uint64_t)(x), .mask = (m) })
#define NP(x, pr)     ((struct val){ .v = (uint64_t)(x), .prov = (pr) })
#define IN(a, b)      ((struct val){ .v = (a), .v2 = (b), .how = HOW_RANGE })
#define SOME	      ((struct val){ .how = HOW_NOT_ZERO })
#define ANY(reason)   ((struct val){ .how = HOW_ANY, .p = (reason), .len = sizeof(reason) })
#define B(ptr, n, pr) ((struct val){ .p = (ptr), .len = (n), .prov = (pr) })
#define S(s)	      B(s, strlen(s), EV_PROV_KERNEL)
#define U(s)	      B(s, strlen(s), EV_PROV_USER)
#define CUT(ptr, n, pr, least) \
	((struct val){ .p = (ptr), .len = (n), .prov = (pr), .cut = (least) })
#define UNREADABLE ((struct val){ .prov = EV_PROV_USER | EV_PROV_UNREADABLE })
#define OBJ(ptr)   ((struct val){ .p = (ptr), .len = sizeof(*(ptr)) })

#define EVENT(id, ev, name, traits, doc)      struct want_##ev {
#define FIELD(ev, type, field, kind, source, doc) struct val field;
#define END(ev) \
	}       \
	;
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END

/* Whose record it is. */
struct who {
	uint32_t tid, tgid;
	uint64_t start_ticks; /* field 22 of /proc/PID/stat; 0: not compared */
	uint64_t start_ns;    /* exact, from another record; 0: not known */
	uint64_t cgroup;
};

/* The last call made by sys() and similar functions, or set by hand for what has no return. */
struct call {
	uint64_t t0, t1;
	long nr, res;
	uint32_t abi;
	bool syscall;	/* the record comes from a system call's exit */
	uint32_t flags; /* further EV_F_* that must be set */
	struct who who;
};
extern _Thread_local struct call last;
extern struct who me; /* of the test's first thread */
extern bool on_ebpf;  /* the eBPF driver looks on: only for what differences.def lists */
extern bool hooked;   /* function hooks see the files of a call: not on each kernel */
extern bool hooked_kexec, hooked_kexec32; /* those of kexec_load(): not on a kernel without it */
extern bool hooked_utime; /* also of utime: from 5.9 on */
extern bool hooked_xattr; /* also of attributes, which need no CONFIG_SECURITY_PATH */

/* The last argument of EXPECT may be given .field = value for any field. */
#define EXPECT(ev, ...) WANT(ev, 1, __VA_ARGS__)
#define WANT(ev, n, ...)                       \
	t_want(EV_##ev, n, __FILE__, __LINE__, \
	       (const struct val *)&(const struct want_##ev){ __VA_ARGS__ }, EV_NFIELDS(ev))
#define EXPECT_NONE(ev) t_want(EV_##ev, 0, __FILE__, __LINE__, NULL, 0)
/* A condition the test itself must find true, or its expectations mean nothing. */
#define MUST(cond)	t_must(!!(cond), #cond, __FILE__, __LINE__)

void t_want(unsigned int type, unsigned int count, const char *file, int line, const struct val *v,
	    unsigned int n);
void t_must(int ok, const char *what, const char *file, int line);
void t_skip(const char *why); /* only for what the kernel itself has not: ends the test */
/*
 * A call that the test is about, with the result it had: if the kernel lacks it, the test is skipped,
 * and no test has to fill these fields: words as "open.resolve" or, for all of an event's, "fspick".
 */
#define NEED(call, res, fields) t_need(call, (res) == -ENOSYS, fields)
void t_need(const char *call, bool lacking, const char *fields);

/* sys(nr, up to six arguments): native; result as the register has it. */
long sysv(unsigned int abi, long nr, const long a[6]);
#define SYS_ARG1(a)			      (long)(a)
#define SYS_ARG2(a, ...)		      (long)(a), SYS_ARG1(__VA_ARGS__)
#define SYS_ARG3(a, ...)		      (long)(a), SYS_ARG2(__VA_ARGS__)
#define SYS_ARG4(a, ...)		      (long)(a), SYS_ARG3(__VA_ARGS__)
#define SYS_ARG5(a, ...)		      (long)(a), SYS_ARG4(__VA_ARGS__)
#define SYS_ARG6(a, ...)		      (long)(a), SYS_ARG5(__VA_ARGS__)
#define SYS_PICK(a, b, c, d, e, f, name, ...) name
#define SYS_ARGS(...)                                                                       \
	SYS_PICK(__VA_ARGS__, SYS_ARG6, SYS_ARG5, SYS_ARG4, SYS_ARG3, SYS_ARG2, SYS_ARG1, ) \
	(__VA_ARGS__)
#define sys(nr, ...)	sysv(EV_ABI_64, nr, (const long[6]){ SYS_ARGS(__VA_ARGS__) })
#define sys0(nr)	sysv(EV_ABI_64, nr, (const long[6]){ 0 })
#define sys32(nr, ...)	sysv(EV_ABI_IA32, nr, (const long[6]){ SYS_ARGS(__VA_ARGS__) })
#define sysx32(nr, ...) sysv(EV_ABI_X32, nr, (const long[6]){ SYS_ARGS(__VA_ARGS__) })

/* What comes without a system call's exit: from before() to after(). */
void before(void);
void after(void);
/* The same, but seen at that call's exit. */
void by(const struct who *who);	      /* the next expectations are about this task */
struct who task(pid_t tid);	      /* read from /proc, as the initial namespace numbers it */
uint64_t cgroup_of(const char *path); /* below /sys/fs/cgroup, the unified hierarchy */
#define PIDS_V1 "/sys/fs/cgroup/pids"
bool pids_are_v1(void); /* this host has its containers in hierarchies of the first version */
uint32_t dev_of(uint64_t dev);	      /* st_dev as the records have it */
long word_of(const char *file, const char *format); /* one number out of a /proc file */
char *low(const void *data, size_t len);	    /* copy below 4 GiB, for 32-bit calls */
void *unmapped(void);				    /* an address that faults */
int put_file(const char *path, const char *content, int mode);

struct test {
	const char *name; /* a sentence */
	void (*run)(void);
	const char *group;
	uint32_t env_max, argv_max, data_max, sel_flags; /* of the selection */
};
/* A row of TESTS; what it selects beyond the usual follows by name: .env_max = 4096. */
#define TEST(group_, name_, run_, ...) \
	{ .name = name_, .run = run_, .group = #group_, __VA_ARGS__ }
#define GROUP(g)                              \
	extern const struct test g##_tests[]; \
	extern const unsigned int g##_count;
#define TESTS(g, ...)                                    \
	const struct test g##_tests[] = { __VA_ARGS__ }; \
	const unsigned int g##_count = sizeof(g##_tests) / sizeof(*g##_tests)

#endif
