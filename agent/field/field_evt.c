/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Extractors of evt.* for the type, time and result of an event. Its arguments are in
 * field_args.c.
 */
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include "decode/print.h"
#include "decode/type.h"
#include "enrich/enrich.h"
#include "field/extract.h"
#include "field/get.h"

#define NS	1000000000ll

EXTRACT(evt_num)
{
	(void)arg;
	return get_u64(ret, ev->num);
}

/* -- time -- */

/* Formats with strftime(), then appends nanoseconds and @behind. */
static int get_clock(struct value *ret, const struct event *ev, const char *format, bool utc,
		     bool ns, const char *behind)
{
	time_t s = ev->time_ns / NS;
	long rest = ev->time_ns % NS;
	char text[64], frac[16] = "";
	struct tm tm;

	if (rest < 0) {
		rest += NS;
		s--;
	}
	if (!(utc ? gmtime_r(&s, &tm) : localtime_r(&s, &tm)) ||
	    !strftime(text, sizeof(text), format, &tm))
		return FIELD_MISSING;
	if (ns)
		snprintf(frac, sizeof(frac), ".%09ld", rest);
	return get_made(ret, arena_printf(ev->arena, "%s%s%s", text, frac, behind));
}

#define CLOCK(name, format, utc, ns, behind)					\
	EXTRACT(evt_##name)							\
	{									\
		(void)arg;							\
		return get_clock(ret, ev, format, utc, ns, behind);		\
	}

CLOCK(time, "%H:%M:%S", false, true, "")
CLOCK(time_s, "%H:%M:%S", false, false, "")
CLOCK(time_iso8601, "%Y-%m-%dT%H:%M:%S", true, true, "+0000")
CLOCK(datetime, "%Y-%m-%d %H:%M:%S", false, true, "")
CLOCK(datetime_s, "%Y-%m-%d %H:%M:%S", false, false, "")

#define RAWTIME(name, expr)							\
	EXTRACT(evt_##name)							\
	{									\
		(void)arg;							\
		return get_time(ret, VALUE_ABSTIME, expr);			\
	}

RAWTIME(rawtime, ev->time_ns)
RAWTIME(rawtime_s, ev->time_ns / NS)
RAWTIME(rawtime_ns, ev->time_ns % NS)

/* -- type and number -- */

EXTRACT(evt_source)
{
	(void)ev;
	(void)arg;
	return get_str(ret, STR("syscall"));
}

EXTRACT(evt_is_async)
{
	(void)arg;
	return get_bool(ret, ev->hdr->flags & EV_F_FROM_USER);
}

EXTRACT(evt_hostname)
{
	(void)arg;
	return ev->enrich ? get_str(ret, enrich_hostname(ev->enrich)) : FIELD_MISSING;
}

EXTRACT(evt_dir)
{
	(void)ev;
	(void)arg;
	return get_str(ret, STR("<"));
}

EXTRACT(evt_type)
{
	(void)arg;
	return get_str(ret, evt_type_name(evt_type_shown(ev->type)));
}

EXTRACT(syscall_type)
{
	(void)arg;
	return ev->type < EVT_SYS_COUNT ? get_str(ret, evt_type_name(ev->type)) : FIELD_MISSING;
}

int field_resolve_type(struct field_arg *arg)
{
	evt_type_t type = evt_type_find(arg->key);

	arg->resolved = evt_type_shown(type);
	return type == EVT_TYPE_NONE ? -EINVAL : 0;
}

EXTRACT(evt_type_is)
{
	return get_u64(ret, arg && evt_type_shown(ev->type) == arg->resolved);
}

EXTRACT(evt_cpu)
{
	(void)arg;
	return get_s64(ret, ev->place.cpu);
}

EXTRACT(evt_count)
{
	(void)ev;
	(void)arg;
	return get_u64(ret, 1);
}

/* -- category -- */

enum { KIND_READ = 1, KIND_WRITE = 2, KIND_WAIT = 4 };

static const struct {
	uint16_t type;
	uint16_t kind;
} io_calls[] = {
	{ EVT_SYS_read, KIND_READ }, { EVT_SYS_pread64, KIND_READ }, { EVT_SYS_readv, KIND_READ },
	{ EVT_SYS_preadv, KIND_READ }, { EVT_SYS_recvfrom, KIND_READ },
	{ EVT_SYS_recvmsg, KIND_READ }, { EVT_SYS_recvmmsg, KIND_READ },
	{ EVT_SYS_write, KIND_WRITE }, { EVT_SYS_pwrite64, KIND_WRITE },
	{ EVT_SYS_writev, KIND_WRITE }, { EVT_SYS_pwritev, KIND_WRITE },
	{ EVT_SYS_sendto, KIND_WRITE }, { EVT_SYS_sendmsg, KIND_WRITE },
	{ EVT_SYS_sendmmsg, KIND_WRITE }, { EVT_SYS_sendfile, KIND_WRITE },
	{ EVT_SYS_poll, KIND_WAIT }, { EVT_SYS_ppoll, KIND_WAIT }, { EVT_SYS_select, KIND_WAIT },
	{ EVT_SYS_epoll_wait, KIND_WAIT },
};

static unsigned int io_kind(evt_type_t type)
{
	for (size_t i = 0; i < sizeof(io_calls) / sizeof(io_calls[0]); i++)
		if (io_calls[i].type == type)
			return io_calls[i].kind;
	return 0;
}

bool field_does_io(evt_type_t type, enum field_on on)
{
	const unsigned int kind = io_kind(type);

	switch (on) {
	case ON_IO:
		return kind & (KIND_READ | KIND_WRITE);
	case ON_READ:
		return kind & KIND_READ;
	case ON_WRITE:
		return kind & KIND_WRITE;
	default:
		return kind & KIND_WAIT;
	}
}

#define IO_KIND(name, on)							\
	EXTRACT(evt_##name) { (void)arg; return get_bool(ret, field_does_io(ev->type, on)); }

IO_KIND(is_io, ON_IO)
IO_KIND(is_io_read, ON_READ)
IO_KIND(is_io_write, ON_WRITE)
IO_KIND(is_wait, ON_WAIT)

EXTRACT(evt_io_dir)
{
	unsigned int kind = io_kind(ev->type);

	(void)arg;
	if (!(kind & (KIND_READ | KIND_WRITE)))
		return FIELD_MISSING;
	return get_str(ret, kind & KIND_READ ? STR("r") : STR("w"));
}

static const char *category(const struct event *ev)
{
	static const char *const categories[EV_TYPE_MAX] = {
		[EV_execve] = "process", [EV_clone] = "process", [EV_procexit] = "process",
		[EV_open] = "file", [EV_connect] = "net", [EV_accept] = "net",
		[EV_dup] = "IO", [EV_ptrace] = "process", [EV_process_vm_writev] = "ipc",
		[EV_memfd_create] = "memory", [EV_setid] = "user", [EV_init_module] = "other",
		[EV_module_load] = "other", [EV_mount] = "file",
		[EV_umount] = "file", [EV_pivot_root] = "file", [EV_chroot] = "process",
		[EV_chdir] = "file", [EV_move_mount] = "file", [EV_open_tree] = "file",
		[EV_fsopen] = "system", [EV_fsmount] = "system", [EV_fspick] = "system",
		[EV_fsconfig] = "system", [EV_mount_setattr] = "file", [EV_swapon] = "system",
		[EV_quotactl] = "user",
		[EV_unlink] = "file", [EV_rmdir] = "file", [EV_rename] = "file", [EV_link] = "file",
		[EV_symlink] = "file", [EV_mkdir] = "file", [EV_mknod] = "other",
		[EV_chmod] = "file", [EV_chown] = "file", [EV_truncate] = "file",
		[EV_utime] = "file", [EV_setxattr] = "file", [EV_removexattr] = "file",
		[EV_open_by_handle_at] = "file", [EV_copy_file_range] = "file",
		[EV_name_to_handle_at] = "file",
		[EV_socket] = "net", [EV_bind] = "net", [EV_listen] = "net",
		[EV_socketpair] = "ipc", [EV_shutdown] = "net",
		[EV_kill] = "signal", [EV_pidfd_open] = "process", [EV_pidfd_getfd] = "process",
		[EV_pidfd_send_signal] = "signal", [EV_setns] = "process", [EV_unshare] = "process",
		[EV_prctl] = "process", [EV_capset] = "process", [EV_setpgid] = "process",
		[EV_setsid] = "process", [EV_process_vm_readv] = "ipc",
		[EV_process_madvise] = "memory",
		[EV_userfaultfd] = "file", [EV_io_uring_setup] = "IO", [EV_io_uring_register] = "IO",
		[EV_fanotify_init] = "ipc", [EV_inotify_init] = "ipc", [EV_mprotect] = "memory",
		[EV_eventfd] = "ipc", [EV_timerfd_create] = "time", [EV_signalfd] = "signal",
		[EV_pipe] = "ipc", [EV_splice] = "IO", [EV_clock_settime] = "time",
		[EV_setsockopt] = "net", [EV_ioctl] = "IO", [EV_close] = "IO",
		[EV_close_range] = "IO", [EV_mmap] = "memory", [EV_read] = "IO",
		[EV_write] = "IO",
		[EV_stat] = "file", [EV_access] = "file", [EV_lseek] = "file",
		[EV_getdents] = "file", [EV_flock] = "file", [EV_brk] = "memory",
		[EV_munmap] = "memory", [EV_mlock] = "memory", [EV_mlockall] = "memory",
		[EV_epoll_create] = "wait", [EV_getid] = "user", [EV_semget] = "process",
		[EV_semctl] = "process", [EV_futex] = "ipc", [EV_io_uring_enter] = "IO",
		[EV_getresid] = "user", [EV_prlimit] = "process", [EV_getrlimit] = "process",
		[EV_setrlimit] = "process", [EV_getcwd] = "file", [EV_nanosleep] = "sleep",
		[EV_semop] = "process",
		[EV_getsockname] = "net", [EV_getpeername] = "net", [EV_getsockopt] = "net",
	};
	const char *s = ev->hdr->type < EV_TYPE_MAX ? categories[ev->hdr->type] : NULL;

	if (!s && io_kind(ev->type))
		s = io_kind(ev->type) & KIND_WAIT ? "wait" : "IO";
	return s ? s : "other";
}

EXTRACT(evt_category)
{
	(void)arg;
	return get_str(ret, str_of(category(ev)));
}

/* -- result -- */

/* The result is the first field of an event that has one. */
int event_res(const struct event *ev, int64_t *ret)
{
	static const bool has[EV_TYPE_MAX] = {
#define EVENT(id, ev, name, traits, doc)		[EV_##ev] = 0
#define FIELD(ev, type, field, kind, source, doc)	|| SOURCE_OF(source) == SOURCE_RESULT
#define END(ev)						,
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END
	};

	if (ev->hdr->type >= EV_TYPE_MAX || !has[ev->hdr->type])
		return FIELD_MISSING;
	if ((ev_prov(ev->hdr, 0) & EV_PROV_STATE_MASK) == EV_PROV_PENDING)
		return FIELD_PENDING;
	*ret = ev->syscall->res;
	return 0;
}

/* A result may be a large unsigned number; only -4095 to -1 are errors. */
static bool is_error(int64_t res)
{
	return res < 0 && res >= -4095;
}

EXTRACT(evt_res)
{
	const char *name;
	int64_t res;
	int r = event_res(ev, &res);

	(void)arg;
	if (r)
		return r;
	if (!is_error(res))
		return get_str(ret, STR("SUCCESS"));
	name = print_errno_name(-(int)res);
	if (name)
		return get_str(ret, str_of(name));
	return get_made(ret, arena_printf(ev->arena, "%lld", (long long)res));
}

/* What was read or written; NULL if the event has none. */
static const struct ev_part *data_part(const struct event *ev)
{
	switch (ev->hdr->type) {
	case EV_read: return &ev->read->data;
	case EV_write: return &ev->write->data;
	case EV_send: return &ev->send->data;
	case EV_recv: return &ev->recv->data;
	}
	return NULL;
}

/*
 * The bytes that were kept are the value, also if there were more: nearly all reads are longer, so
 * a check that is undecided beyond these bytes would match nearly all of them.
 */
EXTRACT(evt_buffer)
{
	const struct ev_part *part = data_part(ev);

	(void)arg;
	if (!part || !part->off)
		return FIELD_MISSING;
	return get_str(ret, event_part(ev, part));
}

EXTRACT(evt_buflen)
{
	const struct ev_part *part = data_part(ev);

	(void)arg;
	return part && part->off ? get_u64(ret, part->len) : FIELD_MISSING;
}

EXTRACT(evt_rawres)
{
	int64_t res;
	int r = event_res(ev, &res);

	(void)arg;
	return r ? r : get_s64(ret, res);
}

EXTRACT(evt_failed)
{
	int64_t res;
	int r = event_res(ev, &res);

	(void)arg;
	return r == FIELD_PENDING ? r : get_bool(ret, !r && is_error(res));
}

/* 1, or missing, so a sum over events counts errors. */
static int get_error_of(struct value *ret, const struct event *ev, bool of_kind)
{
	int64_t res;

	if (!of_kind || event_res(ev, &res) || !is_error(res))
		return FIELD_MISSING;
	return get_u64(ret, 1);
}

static bool is_of(const struct event *ev, const char *kind)
{
	return !strcmp(category(ev), kind);
}

#define ERROR_OF(name, kind)							\
	EXTRACT(evt_count_error##name) { (void)arg; return get_error_of(ret, ev, kind); }

ERROR_OF(, true)
ERROR_OF(_file, is_of(ev, "file"))
ERROR_OF(_net, is_of(ev, "net"))
ERROR_OF(_memory, is_of(ev, "memory"))
ERROR_OF(_other, !is_of(ev, "file") && !is_of(ev, "net") && !is_of(ev, "memory"))

/* -- opens -- */

static int get_open(struct value *ret, const struct event *ev, bool yes)
{
	return get_bool(ret, ev->hdr->type == EV_open && yes);
}

/* O_PATH opens a file neither for reading nor for writing, and the kernel ignores O_CREAT. */
static bool opens_path(const struct event *ev)
{
	return ev->hdr->type == EV_open && ev->type != EVT_SYS_creat &&
	       (ev->open->flags & O_PATH);
}

/* Which of O_RDONLY, O_WRONLY and O_RDWR; -1: none of them. */
static int open_mode(const struct event *ev)
{
	if (ev->hdr->type != EV_open || opens_path(ev))
		return -1;
	return ev->type == EVT_SYS_creat ? O_WRONLY : (int)(ev->open->flags & O_ACCMODE);
}

static bool opens_new(const struct event *ev)
{
	return ev->hdr->type == EV_open && !opens_path(ev) &&
	       (ev->type == EVT_SYS_creat || (ev->open->flags & O_CREAT) ||
		(ev->open->flags & O_TMPFILE) == O_TMPFILE);
}

EXTRACT(evt_is_open_read)
{
	(void)arg;
	return get_open(ret, ev, open_mode(ev) == O_RDONLY || open_mode(ev) == O_RDWR);
}

EXTRACT(evt_is_open_write)
{
	(void)arg;
	return get_open(ret, ev, open_mode(ev) == O_WRONLY || open_mode(ev) == O_RDWR);
}

EXTRACT(evt_is_open_exec)
{
	(void)arg;
	return get_open(ret, ev, opens_new(ev) && (ev->open->mode & 0111));
}

/* True if O_CREAT was set and the open succeeded: the record does not show if the file existed. */
EXTRACT(evt_is_open_create)
{
	(void)arg;
	return get_open(ret, ev, opens_new(ev) && ev->open->res >= 0);
}
