/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Applies each record to the tables, then sets the event's pointers into them.
 * A thread or group that is not in the tables is read from the host (live only,
 * within a budget), and the result is applied as a record too.
 */
#include "enrich/enrich.h"
#include <errno.h>
#include <stdlib.h>
#include "enrich/begun.h"
#include "enrich/cgroup.h"
#include "enrich/ended.h"
#include "enrich/names.h"
#include "enrich/post.h"
#include "enrich/proc.h"
#include "enrich/proc_table.h"
#include "enrich/sock.h"
#include "enrich/user.h"
#include "lib/clock.h"
#include "lib/rate.h"

#define RECOVER_PER_S		500u	/* reads of /proc a second, on average */
#define RECOVER_BURST		1000u
#define RECOVER_PARENTS		32u	/* parents read for one thread at most */
#define RECOVER_TRIES		4u	/* attempts to read one process */
#define RECOVER_AGAIN_NS	NS_PER_S	/* before the second attempt; doubled each time */
#define RECOVER_POSTPONE_NS	(NS_PER_S / 10)	/* when the budget was spent */
#define ACCOUNTS_EVERY_NS	(5 * NS_PER_S)
#define CGROUP_RETRY_NS		(5 * NS_PER_S)

struct enrich {
	struct enrich_config config;
	struct proc_table procs;
	struct cgroup_table cgroups;
	struct user_table users;
	struct sock_table socks;
	struct ended ended;
	struct begun begun;
	struct hostfs fs;
	struct procfs procfs;
	struct cgroupfs cgroupfs;
	struct accounts accounts;
	uint64_t accounts_ns;		/* when they were last compared with their files */
	struct rate budget;		/* of reading /proc */
	struct {
		uint64_t id, until_ns;
	} cgroup_failed[64];		/* not read again before */
	char *hostname, *boot_id;
	struct enrich_stats stats;
	struct post post;
};

/* -- records made here -- */

static int apply_state(struct enrich *e, const struct event *ev);

/* A post_fn: applies the record, then passes it to the capture. */
static int put_record(void *ctx, const struct ev_header *hdr)
{
	const struct event ev = { .hdr = hdr, .body = hdr };
	struct enrich *e = ctx;
	int r = apply_state(e, &ev);

	if (e->config.post && e->config.post(e->config.post_ctx, hdr) < 0)
		e->stats.post_failed++;
	return r;
}

/* -- creation, destruction -- */

int enrich_new(struct enrich **ret, const struct enrich_config *config)
{
	struct enrich *e = calloc(1, sizeof(*e));
	int r;

	if (!e)
		return -ENOMEM;
	e->config = *config;
	e->fs.root_fd = -1;
	e->post.put = put_record;
	e->post.ctx = e;
	proc_table_init(&e->procs, config->key,
			config->max_threads ? config->max_threads : ENRICH_THREADS,
			config->max_bytes ? config->max_bytes : ENRICH_BYTES);
	cgroup_table_init(&e->cgroups, config->key);
	user_table_init(&e->users, config->key);
	sock_table_init(&e->socks, config->key);
	if (config->live) {
		r = hostfs_init(&e->fs, config->root);
		if (r < 0) {
			enrich_free(e);
			return r;
		}
		cgroupfs_find(&e->fs, &e->cgroupfs);
		r = procfs_init(&e->procfs, &e->fs);
		if (r < 0) {
			enrich_free(e);
			return r;
		}
	}
	*ret = e;
	return 0;
}

void enrich_free(struct enrich *e)
{
	if (!e)
		return;
	proc_table_uninit(&e->procs);
	cgroup_table_uninit(&e->cgroups);
	user_table_uninit(&e->users);
	sock_table_uninit(&e->socks);
	procfs_uninit(&e->procfs);
	if (e->config.live)
		hostfs_uninit(&e->fs);
	free(e->hostname);
	free(e->boot_id);
	free(e);
}

/* -- reading the host -- */

/* May /proc be read once more? */
static bool budget_take(struct enrich *e, const struct ev_header *hdr, uint32_t origin)
{
	return e->config.live && !origin &&
	       rate_take(&e->budget, hdr->ts_ns, NS_PER_S / RECOVER_PER_S, RECOVER_BURST);
}

/* Return: 0, -EAGAIN if the budget is spent, or another -errno. */
static int recover_task(struct enrich *e, const struct ev_header *who, uint32_t origin)
{
	int r;

	if (!budget_take(e, who, origin)) {
		e->stats.postponed += e->config.live && !origin;
		return -EAGAIN;
	}
	r = procfs_task(&e->procfs, &e->post, who);
	if (r == 0)
		r = post_send(&e->post);
	if (r == 0)
		e->stats.recovered++;
	return r;
}

/* Reads the parents that are not known, up to the first that is. Return: as recover_task(). */
static int recover_parents(struct enrich *e, const struct ev_header *hdr, uint32_t origin,
			   const struct process *process)
{
	struct ev_header who = *hdr;
	int r;

	for (unsigned int i = 0; process && i < RECOVER_PARENTS; i++) {
		if (!process->ppid || process_parent(process))
			return 0;
		who.tid = process->ppid;
		who.tgid = process->ppid;
		who.start_ns = 0;
		who.cgroup_id = 0;
		r = recover_task(e, &who, origin);
		if (r < 0)
			return r;
		process = process_parent(process);
	}
	return 0;
}

/* When to try again after a read that failed. */
static void recover_later(struct process *process, const struct ev_header *hdr, int r)
{
	if (r == -EAGAIN)
		process->recover_ns = hdr->ts_ns + RECOVER_POSTPONE_NS;
	else
		process->recover_ns = hdr->ts_ns + (RECOVER_AGAIN_NS << process->recover_tries++);
}

static int find_proc(struct enrich *e, const struct ev_header *hdr, uint32_t origin,
		     struct proc **ret)
{
	int r = proc_find(&e->procs, hdr, origin, ret), failed = 0;

	if (r != PROC_UNKNOWN)
		return r;
	if (hdr->type != EV_procexit) {
		failed = recover_task(e, hdr, origin);
		if (failed == 0)
			r = proc_find(&e->procs, hdr, origin, ret);
		if (failed == 0 && r == 0)
			failed = recover_parents(e, hdr, origin, (*ret)->process);
	}
	if (r == PROC_UNKNOWN) {
		e->stats.unrecovered++;
		/* Only its last record would remove it, which may have come already (ended.h). */
		if (hdr->type == EV_procexit)
			return r;
		r = proc_stub(&e->procs, hdr, origin, ret);
	}
	if (r == 0 && failed < 0)
		recover_later((*ret)->process, hdr, failed);
	return r;
}

static bool is_complete(const struct process *process)
{
	return process->image && (process->parent || !process->ppid);
}

/* Reads a process again that is only partly known: a few times, at growing intervals. */
static void complete_proc(struct enrich *e, const struct ev_header *hdr, uint32_t origin,
			  struct process *process)
{
	struct ev_header who = *hdr;
	int r = 0;

	if (!e->config.live || origin || hdr->type == EV_procexit ||
	    process->recover_tries >= RECOVER_TRIES || hdr->ts_ns < process->recover_ns)
		return;
	if (!process->image) {
		who.tid = process->tgid;
		who.start_ns = process->start_ns;
		r = recover_task(e, &who, origin);
	}
	if (r == 0 && !process->gone)
		r = recover_parents(e, hdr, origin, process);
	if (!process->gone && !process->parent && process->ppid)
		process_adopt(process, process->ppid);
	if (!is_complete(process))
		recover_later(process, hdr, r);
}

static const struct cgroup *find_cgroup(struct enrich *e, const struct ev_header *hdr,
					uint32_t origin, uint64_t id)
{
	const struct cgroup *cg = cgroup_find(&e->cgroups, origin, id);
	unsigned int slot = id % (sizeof(e->cgroup_failed) / sizeof(e->cgroup_failed[0]));

	if (cg || !id)
		return cg;
	if (e->cgroup_failed[slot].id == id && e->cgroup_failed[slot].until_ns > hdr->ts_ns)
		return NULL;
	if (budget_take(e, hdr, origin) &&
	    cgroupfs_of_thread(&e->fs, &e->cgroupfs, &e->post, hdr->tid, id, hdr->ts_ns) == 0 &&
	    post_send(&e->post) == 0)
		return cgroup_find(&e->cgroups, origin, id);
	e->cgroup_failed[slot].id = id;
	e->cgroup_failed[slot].until_ns = hdr->ts_ns + CGROUP_RETRY_NS;
	return NULL;
}

/* Posts a record without a name for a user or group that is no longer in its file. */
static void forget_accounts(struct enrich *e, enum ev_type type, uint64_t ts_ns)
{
	struct map *map = type == EV_user ? &e->users.users : &e->users.groups;
	uint32_t *ids, n = users_stale(&e->users, map, &ids);

	for (uint32_t i = 0; i < n; i++) {
		post_begin(&e->post, type, ts_ns);
		if (type == EV_user)
			e->post.user.uid = ids[i];
		else
			e->post.group.gid = ids[i];
		post_send(&e->post);
	}
	free(ids);
}

/*
 * Reads names again when their files change: checked at the start, and every few seconds while
 * events arrive.
 */
static void accounts_follow(struct enrich *e, uint64_t ts_ns)
{
	unsigned int changed;

	e->accounts_ns = ts_ns;
	e->users.generation++;
	changed = accounts_read(&e->fs, &e->accounts, &e->post, ts_ns);
	if (changed & ACCOUNTS_PASSWD)
		forget_accounts(e, EV_user, ts_ns);
	if (changed & ACCOUNTS_GROUP)
		forget_accounts(e, EV_group, ts_ns);
}

int enrich_scan(struct enrich *e, bool tasks, struct error *err)
{
	uint64_t now = clock_boottime_ns();
	int r, ret = 0;

	if (!e->config.live)
		return 0;
	hostname_read(&e->fs, &e->post, now);
	accounts_follow(e, now);
	r = cgroupfs_scan(&e->fs, &e->cgroupfs, &e->post, now);
	if (error_at(err, r, "reading control groups") < 0)
		ret = r;
	if (tasks) {
		r = procfs_scan(&e->procfs, &e->post, now);
		if (error_at(err, r, "reading tasks from /proc") < 0)
			ret = r;
	}
	proc_reap(&e->procs);
	return ret;
}

bool enrich_sees_cgroups(const struct enrich *e)
{
	return e->cgroupfs.found;
}

/* -- records -- */

static int host_recorded(struct enrich *e, const struct event *ev)
{
	struct str name = event_part(ev, &ev->host->hostname);
	struct str boot = event_part(ev, &ev->host->boot_id);
	char *s = strndup(boot.p ? boot.p : "", boot.n);

	if (!s)
		return -ENOMEM;
	free(e->boot_id);
	e->boot_id = s;
	s = strndup(name.p ? name.p : "", name.n);
	if (!s)
		return -ENOMEM;
	free(e->hostname);
	e->hostname = s;
	return 0;
}

/* Records that only carry state. */
static int apply_state(struct enrich *e, const struct event *ev)
{
	struct proc *proc;
	int r;

	switch (ev->hdr->type) {
	case EV_task:
		r = proc_task(&e->procs, ev, &proc);
		return r < 0 ? r : 0;
	case EV_cgroup_mkdir:
		return cgroup_made(&e->cgroups, ev);
	case EV_user:
	case EV_group:
		return user_recorded(&e->users, ev);
	case EV_host:
		return host_recorded(e, ev);
	default:
		return 0;
	}
}

static bool only_state(const struct ev_header *hdr)
{
	if (hdr->type < EV_execve || hdr->type == EV_task || hdr->type == EV_user ||
	    hdr->type == EV_group || hdr->type == EV_host || hdr->type == EV_rules)
		return true;
	return hdr->type == EV_cgroup_mkdir && (hdr->flags & EV_F_FROM_USER);
}

/* By number: captures of before the event have these calls as "syscall". */
static bool is_chdir(const struct ev_header *hdr)
{
	const enum ev_abi abi = (enum ev_abi)(hdr->flags & EV_F_ABI_MASK);

	return hdr->type == EV_chdir || ((hdr->flags & EV_F_SYSCALL) && abi < EV_ABI_COUNT &&
					 (hdr->nr == evt_type_nr(EVT_SYS_chdir, abi) ||
					  hdr->nr == evt_type_nr(EVT_SYS_fchdir, abi)));
}

/* What an event changes in the tables, by the thread that made it. */
static int apply_event(struct enrich *e, const struct event *ev, struct proc *proc)
{
	switch (ev->hdr->type) {
	case EV_clone:
		return proc_clone(&e->procs, ev, proc);
	case EV_setname:
		proc_setname(&e->procs, ev);
		return 0;
	case EV_setid:
		if (proc)
			proc_setid(proc, ev->setid);
		return 0;
	case EV_connect:
		return sock_record(&e->socks, ev->place.origin, &ev->connect->tuple);
	case EV_accept:
		return sock_record(&e->socks, ev->place.origin, &ev->accept->tuple);
	case EV_chdir: case EV_syscall:
		if (proc && ev->syscall->res == 0 && is_chdir(ev->hdr))
			proc->process->moved = true;
		return 0;
	case EV_cgroup_mkdir:
		return cgroup_made(&e->cgroups, ev);
	case EV_cgroup_rmdir:
		cgroup_removed(&e->cgroups, ev);
		return 0;
	default:
		return 0;
	}
}

static int find_actor(struct enrich *e, const struct event *ev, struct proc **ret)
{
	const struct ev_header *hdr = ev->hdr;
	int r;

	if (!hdr->tid)
		return PROC_UNKNOWN;	/* not caused by a task */
	if (hdr->type == EV_execve && ev->execve->res >= 0 && !(hdr->flags & EV_F_FAILED)) {
		r = proc_exec(&e->procs, ev, ret);
		if (r == 0)
			recover_parents(e, hdr, ev->place.origin, (*ret)->process);
		return r;
	}
	return find_proc(e, hdr, ev->place.origin, ret);
}

int enrich_apply(struct enrich *e, struct event *ev)
{
	const struct ev_header *hdr = ev->hdr;
	struct proc *proc = NULL;
	uint64_t cgroup_id;
	int r, r2;

	ev->enrich = e;
	ev->proc = NULL;
	ev->cgroup = NULL;
	if (only_state(hdr)) {
		r = apply_state(e, ev);
		return r < 0 ? r : ENRICH_STATE;
	}
	if (hdr->type == EV_procexit)
		ended_apply(&e->ended, ev);
	r = find_actor(e, ev, &proc);
	if (r > 0)
		r = 0;
	cgroup_id = hdr->cgroup_id;
	if (proc) {
		if (cgroup_id)
			proc->process->cgroup_id = cgroup_id;
		else
			cgroup_id = proc->process->cgroup_id;
	}
	if (proc && !is_complete(proc->process))
		complete_proc(e, hdr, ev->place.origin, proc->process);
	if (e->config.live && !ev->place.origin && hdr->ts_ns >= e->accounts_ns + ACCOUNTS_EVERY_NS)
		accounts_follow(e, hdr->ts_ns);
	r2 = apply_event(e, ev, proc);
	ev->proc = proc;
	ev->cgroup = find_cgroup(e, hdr, ev->place.origin, cgroup_id);
	if (begun_apply(&e->begun, ev))
		return ENRICH_STATE;
	return r ? r : r2;
}

void enrich_retire(struct enrich *e, struct event *ev)
{
	if (ev->hdr->type == EV_procexit && ev->proc)
		proc_retire(ev, (struct proc *)ev->proc);
	ev->proc = NULL;
	ev->cgroup = NULL;
	proc_reap(&e->procs);
}

/* -- queries -- */

void enrich_stats(const struct enrich *e, struct enrich_stats *ret)
{
	const struct proc_stats *p = &e->procs.stats;

	*ret = e->stats;
	ret->unread = e->procfs.unread;
	ret->threads = e->procs.threads.count;
	ret->processes = e->procs.processes.count;
	ret->process_bytes = e->procs.bytes;
	ret->cgroups = e->cgroups.map.count;
	ret->cgroup_bytes = e->cgroups.bytes;
	ret->users = e->users.users.count;
	ret->evicted = p->evicted;
	ret->reused = p->reused;
	ret->late = p->late;
	ret->no_memory += p->no_memory + e->cgroups.refused + e->users.refused;
}

struct str enrich_hostname(const struct enrich *e)
{
	return str_of(e->hostname);
}

struct str enrich_boot_id(const struct enrich *e)
{
	return str_of(e->boot_id);
}

const struct user *enrich_user(const struct enrich *e, uint32_t origin, uint32_t uid)
{
	return user_find(&e->users, origin, uid);
}

const struct user *enrich_group(const struct enrich *e, uint32_t origin, uint32_t gid)
{
	return group_find(&e->users, origin, gid);
}

enum ev_role enrich_role(const struct enrich *e, uint32_t origin, uint64_t ino)
{
	return sock_role(&e->socks, origin, ino);
}

const struct proc *enrich_thread(const struct enrich *e, uint32_t origin, uint32_t tid,
				 uint64_t start_ns)
{
	const struct proc *thread = thread_find(&e->procs, origin, tid);

	return !thread || !start_ns ||
	       !start_cmp(thread->start_ns, thread->start_coarse, start_ns, false) ? thread : NULL;
}
