/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Extractors of proc.*, thread.* and user.* that exist only for the process that caused the
 * event. An unknown value is missing; zero is a value only if it means something.
 */
#include <saker/flags.h>
#include "decode/print.h"
#include "enrich/cgroup.h"
#include "enrich/names.h"
#include "enrich/proc.h"
#include "field/extract.h"
#include "field/fdinfo.h"
#include "field/get.h"

#define NOBODY		UINT32_MAX	/* an id that is not set */

/* Declare the process or its image; return FIELD_MISSING if it is unknown. */
#define PROCESS(p)							\
	const struct process *p = ev->proc ? ev->proc->process : NULL;	\
	(void)arg;							\
	if (!p)								\
		return FIELD_MISSING
#define IMAGE(im)							\
	const struct exec_image *im = ev->proc ? ev->proc->process->image : NULL; \
	(void)arg;							\
	if (!im)							\
		return FIELD_MISSING

/* -- numbers of the process -- */

/* A number that is missing if it is zero or unknown. */
#define NUMBER(name, expr)						\
	EXTRACT(name)							\
	{								\
		PROCESS(p);						\
		return (expr) ? get_s64(ret, (expr)) : FIELD_MISSING;	\
	}

NUMBER(proc_ppid, p->ppid)
NUMBER(proc_sid, p->sid)
NUMBER(proc_pgid, p->pgid)
NUMBER(proc_vpgid, p->vpgid)
NUMBER(thread_vtid, ev->proc->vtid)

EXTRACT(proc_tty)
{
	PROCESS(p);
	return p->ids_known ? get_u64(ret, p->tty) : FIELD_MISSING;
}

EXTRACT(proc_nthreads)
{
	PROCESS(p);
	return get_u64(ret, p->nthreads);
}

EXTRACT(proc_nchilds)
{
	PROCESS(p);
	return get_u64(ret, p->nthreads ? p->nthreads - 1 : 0);
}

EXTRACT(proc_is_sid_leader)
{
	PROCESS(p);
	return p->ids_known ? get_bool(ret, p->sid == p->tgid) : FIELD_MISSING;
}

EXTRACT(proc_is_pgid_leader)
{
	PROCESS(p);
	return p->ids_known ? get_bool(ret, p->pgid == p->tgid) : FIELD_MISSING;
}

EXTRACT(proc_is_vpgid_leader)
{
	PROCESS(p);
	return p->ids_known ? get_bool(ret, p->vpgid == p->vpid) : FIELD_MISSING;
}

EXTRACT(proc_pidns_init_start_ts)
{
	PROCESS(p);
	return p->pidns_start_ns ? get_u64(ret, get_wall_ns(ev, p->pidns_start_ns)) : FIELD_MISSING;
}

/* The oldest of the process and its ancestors whose name ends like that of a shell. */
EXTRACT(proc_loginshellid)
{
	uint32_t found = 0;
	PROCESS(p);

	for (int i = 0; p && i < PROC_ANCESTORS_MAX; i++, p = process_parent(p))
		if (str_ends(comm_str(&p->comm), STR("sh")))
			found = p->tgid;
	return found ? get_s64(ret, found) : FIELD_MISSING;
}

/* -- the thread -- */

EXTRACT(thread_tid)
{
	(void)arg;
	return ev->hdr->tid ? get_s64(ret, ev->hdr->tid) : FIELD_MISSING;
}

EXTRACT(thread_ismain)
{
	(void)arg;
	return ev->hdr->tid ? get_bool(ret, ev->hdr->tid == ev->hdr->tgid) : FIELD_MISSING;
}

EXTRACT(thread_nametid)
{
	PROCESS(p);
	return get_made(ret, arena_printf(ev->arena, STR_FMT "%u",
					  STR_ARG(comm_str(&ev->proc->comm)), ev->proc->tid));
}

/* "CAP_CHOWN CAP_KILL"; empty if there are none. */
static int get_caps(struct value *ret, const struct event *ev, uint64_t caps)
{
	char text[1024];
	struct buf b = BUF_ON(text);

	for (unsigned int i = 0; i < 64; i++) {
		if (!(caps >> i & 1))
			continue;
		if (b.n)
			buf_char(&b, ' ');
		print_caps(&b, 1ull << i);
	}
	return get_made(ret, arena_str(ev->arena, buf_as_str(&b)));
}

#define CAPS(name)							\
	EXTRACT(thread_##name)						\
	{								\
		PROCESS(p);						\
		if (!ev->proc->cred.known)				\
			return FIELD_MISSING;				\
		return get_caps(ret, ev, ev->proc->cred.name);		\
	}

CAPS(cap_permitted)
CAPS(cap_inheritable)
CAPS(cap_effective)

/* -- the executable -- */

EXTRACT(proc_cmdnargs)
{
	IMAGE(im);
	if (im->argv_cut && !im->argc)
		return FIELD_PENDING;
	return get_u64(ret, im->argc ? im->argc - 1 : 0);
}

EXTRACT(proc_cmdlenargs)
{
	uint64_t n = 0;
	struct str s, rest;
	IMAGE(im);

	if (im->argv_cut && (!im->argc || im->argv_full == ~0u || !im->arg0.p))
		return FIELD_PENDING;
	if (im->argv_cut)	/* without the NULs between them */
		return get_u64(ret, im->argv_full - (im->argc - 1) - im->arg0.n);
	rest = im->argv;
	argv_next(&rest, &s);
	while (argv_next(&rest, &s))
		n += s.n;
	return get_u64(ret, n);
}

EXTRACT(proc_cwd)
{
	IMAGE(im);
	if (!im->cwd.n || ev->proc->process->moved)
		return FIELD_MISSING;
	return get_path(ret, im->cwd, im->cwd_cut);
}

/* The path given to exec, made absolute; with a link such as /bin it is not the resolved path. */
EXTRACT(proc_exepath_given)
{
	IMAGE(im);
	return get_path_given(ret, ev, im->filename, im->cwd);
}

#define EXE_FLAG(name, flag)						\
	EXTRACT(name)							\
	{								\
		IMAGE(im);						\
		return get_bool(ret, im->exe_flags & SAKER_exe_flags_##flag);		\
	}

EXE_FLAG(proc_is_exe_from_memfd, MEMFD)
EXE_FLAG(proc_is_exe_writable, WRITABLE)
EXE_FLAG(proc_is_exe_upper_layer, UPPER_LAYER)
EXE_FLAG(proc_is_exe_lower_layer, LOWER_LAYER)

EXTRACT(proc_exe_ino)
{
	IMAGE(im);
	return im->exe_ino ? get_s64(ret, im->exe_ino) : FIELD_MISSING;
}

EXTRACT(proc_exe_ino_ctime)
{
	IMAGE(im);
	return im->exe_ctime_ns ? get_time(ret, VALUE_ABSTIME, im->exe_ctime_ns) : FIELD_MISSING;
}

EXTRACT(proc_exe_ino_mtime)
{
	IMAGE(im);
	return im->exe_mtime_ns ? get_time(ret, VALUE_ABSTIME, im->exe_mtime_ns) : FIELD_MISSING;
}

EXTRACT(proc_exe_ino_ctime_proc)
{
	IMAGE(im);
	if (!im->exe_ctime_ns || !ev->proc->process->start_ns)
		return FIELD_MISSING;
	return get_time(ret, VALUE_ABSTIME,
			get_ns_between(get_wall_ns(ev, ev->proc->process->start_ns),
				       (int64_t)im->exe_ctime_ns));
}

EXTRACT(proc_exe_ino_ctime_pidns)
{
	uint64_t start_ns;
	int64_t d;
	IMAGE(im);

	start_ns = ev->proc->process->pidns_start_ns;
	if (!im->exe_ctime_ns || !start_ns)
		return FIELD_MISSING;
	d = get_ns_between((int64_t)im->exe_ctime_ns, get_wall_ns(ev, start_ns));
	return d >= 0 ? get_time(ret, VALUE_ABSTIME, d) : FIELD_MISSING;
}

/* -- descriptors 0 to 2, as the exec found them -- */

#define STDIO(name, i)								\
	EXTRACT(proc_##name##_type)						\
	{									\
		IMAGE(im);							\
		return get_fd_type(ret, im->fds[i].kind, &im->fds[i].sock);	\
	}									\
	EXTRACT(proc_##name##_name)						\
	{									\
		IMAGE(im);							\
		return get_fd_name(ret, ev, &im->fds[i], im->fd_path[i],	\
				   im->fd_path_cut[i]);				\
	}

STDIO(stdin, 0)
STDIO(stdout, 1)
STDIO(stderr, 2)

/* -- user and group -- */

/* Names of the host's accounts do not apply in a container, except that 0 is root. */
static bool host_accounts(const struct event *ev)
{
	return ev->enrich && ev->cgroup && !ev->cgroup->container.id.p;
}

static int get_user(struct value *ret, const struct event *ev, uint32_t uid,
		    struct str (*of)(const struct user *))
{
	const struct user *user = ev->enrich && (host_accounts(ev) || !ev->cgroup) ?
				  enrich_user(ev->enrich, ev->place.origin, uid) : NULL;

	return user ? get_str(ret, of(user)) : FIELD_MISSING;
}

static struct str user_name(const struct user *user)
{
	return user->name;
}

static struct str user_home(const struct user *user)
{
	return user->home;
}

static struct str user_shell(const struct user *user)
{
	return user->shell;
}

EXTRACT(user_uid)
{
	PROCESS(p);
	return ev->proc->cred.known ? get_u64(ret, ev->proc->cred.euid) : FIELD_MISSING;
}

EXTRACT(user_name)
{
	int r;
	PROCESS(p);

	if (!ev->proc->cred.known)
		return FIELD_MISSING;
	r = get_user(ret, ev, ev->proc->cred.euid, user_name);
	if (r == FIELD_MISSING && ev->proc->cred.euid == 0)
		return get_str(ret, STR("root"));
	return r;
}

EXTRACT(user_homedir)
{
	PROCESS(p);
	return ev->proc->cred.known ? get_user(ret, ev, ev->proc->cred.euid, user_home) :
				      FIELD_MISSING;
}

EXTRACT(user_shell)
{
	PROCESS(p);
	return ev->proc->cred.known ? get_user(ret, ev, ev->proc->cred.euid, user_shell) :
				      FIELD_MISSING;
}

EXTRACT(user_loginuid)
{
	PROCESS(p);
	if (!p->ids_known)
		return FIELD_MISSING;
	return get_s64(ret, p->loginuid == NOBODY ? -1 : (int64_t)p->loginuid);
}

EXTRACT(user_loginname)
{
	PROCESS(p);
	if (!p->ids_known || p->loginuid == NOBODY)
		return FIELD_MISSING;
	return get_user(ret, ev, p->loginuid, user_name);
}

EXTRACT(group_gid)
{
	PROCESS(p);
	return ev->proc->cred.known ? get_u64(ret, ev->proc->cred.egid) : FIELD_MISSING;
}

EXTRACT(group_name)
{
	const struct user *group = NULL;
	PROCESS(p);

	if (!ev->proc->cred.known)
		return FIELD_MISSING;
	if (ev->enrich && (host_accounts(ev) || !ev->cgroup))
		group = enrich_group(ev->enrich, ev->place.origin, ev->proc->cred.egid);
	if (!group && ev->proc->cred.egid == 0)
		return get_str(ret, STR("root"));
	return group ? get_str(ret, group->name) : FIELD_MISSING;
}
