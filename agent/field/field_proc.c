/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Extractors of proc.* that exist for a process, its parent, its ancestors and its leaders.
 * A getter reads a value of one process, a selector chooses the process; the rows at the end
 * combine them. The rest of proc.* is in field_proc_self.c.
 */
#include "enrich/proc.h"
#include "field/extract.h"
#include "field/get.h"

typedef int getter_fn(struct value *ret, const struct event *ev, const struct process *p);

/* -- selectors -- */

static const struct process *self(const struct event *ev)
{
	return ev->proc ? ev->proc->process : NULL;
}

static const struct process *parent(const struct event *ev)
{
	return ev->proc ? process_parent(ev->proc->process) : NULL;
}

static const struct process *leader(const struct event *ev, uint32_t id)
{
	const struct process *p = self(ev);

	return p && id ? process_find(p->table, p->origin, id) : NULL;
}

static const struct process *session(const struct event *ev)
{
	return ev->proc ? leader(ev, ev->proc->process->sid) : NULL;
}

static const struct process *group(const struct event *ev)
{
	return ev->proc ? leader(ev, ev->proc->process->pgid) : NULL;
}

static int get_from(struct value *ret, const struct event *ev, const struct process *p,
		    getter_fn *get)
{
	return p ? get(ret, ev, p) : FIELD_MISSING;
}

/* All ancestors, from the parent up, without those that have no value. */
static int get_ancestors(struct value *ret, const struct event *ev, getter_fn *get)
{
	const struct process *p;
	struct value *list;
	uint32_t n = 0, max = 0;
	bool cut = false, no_front = false;
	int r;

	for (p = parent(ev); p && max < PROC_ANCESTORS_MAX; p = process_parent(p))
		max++;
	if (!max)
		return FIELD_MISSING;
	list = arena_alloc(ev->arena, max * sizeof(*list));
	if (!list)
		return -ENOMEM;
	for (p = parent(ev); p && max; p = process_parent(p), max--) {
		r = get(&list[n], ev, p);
		if (r < 0)
			return r;
		cut |= r == 0 && list[n].cut;
		no_front |= r == 0 && list[n].no_front;
		n += r == 0;
	}
	if (!n)
		return FIELD_MISSING;
	*ret = (struct value){ .type = list[0].type, .count = n, .cut = cut,
				.no_front = no_front, .list = list };
	return 0;
}

static int get_ancestor(struct value *ret, const struct event *ev, const struct field_arg *arg,
			getter_fn *get)
{
	if (!ev->proc)
		return FIELD_MISSING;
	if (arg && arg->present)
		return get_from(ret, ev, process_ancestor(self(ev), arg->index), get);
	return get_ancestors(ret, ev, get);
}

/* -- getters -- */

/*
 * The same for all threads of a process: the name at its exec, which a fork inherits. A name set by
 * prctl() is not used, because any process can choose it.
 */
static int get_name(struct value *ret, const struct event *ev, const struct process *p)
{
	struct str s = comm_str(p->image ? &p->image->comm : &p->comm);

	(void)ev;
	return s.n ? get_str(ret, s) : FIELD_MISSING;
}

/* The present one, of the thread that acts. */
EXTRACT(proc_comm)
{
	(void)arg;
	if (!ev->proc || !ev->proc->comm.s[0])
		return FIELD_MISSING;
	return get_str(ret, comm_str(&ev->proc->comm));
}

static int get_exe(struct value *ret, const struct event *ev, const struct process *p)
{
	if (!p->image)
		return FIELD_MISSING;
	return p->image->arg0.p ? get_str(ret, p->image->arg0) : get_name(ret, ev, p);
}

static int get_exepath(struct value *ret, const struct event *ev, const struct process *p)
{
	(void)ev;
	return p->image && p->image->exe.n ? get_path(ret, p->image->exe, p->image->exe_cut) :
					    FIELD_MISSING;
}

static int get_args(struct value *ret, const struct event *ev, const struct process *p)
{
	(void)ev;
	return p->image ? get_cut_str(ret, p->image->args, p->image->argv_cut) : FIELD_MISSING;
}

static int get_cmdline(struct value *ret, const struct event *ev, const struct process *p)
{
	(void)ev;
	return p->image ? get_cut_str(ret, p->image->cmdline, p->image->argv_cut) : FIELD_MISSING;
}

static int get_exeline(struct value *ret, const struct event *ev, const struct process *p)
{
	int r;

	if (!p->image)
		return FIELD_MISSING;
	r = get_made(ret, arena_printf(ev->arena, STR_FMT "%s" STR_FMT,
				       STR_ARG(p->image->arg0), p->image->args.n ? " " : "",
				       STR_ARG(p->image->args)));
	if (r == 0)
		ret->cut = p->image->argv_cut;
	return r;
}

static int get_pid(struct value *ret, const struct event *ev, const struct process *p)
{
	(void)ev;
	return get_s64(ret, p->tgid);
}

static int get_vpid(struct value *ret, const struct event *ev, const struct process *p)
{
	(void)ev;
	return p->vpid ? get_s64(ret, p->vpid) : FIELD_MISSING;
}

static int get_start(struct value *ret, const struct event *ev, const struct process *p)
{
	if (!p->start_ns)
		return FIELD_MISSING;
	return get_time(ret, VALUE_RELTIME, get_wall_ns(ev, p->start_ns));
}

static int get_duration(struct value *ret, const struct event *ev, const struct process *p)
{
	if (!p->start_ns || p->start_ns > ev->hdr->ts_ns)
		return FIELD_MISSING;
	return get_time(ret, VALUE_RELTIME, ev->hdr->ts_ns - p->start_ns);
}

static int get_env(struct value *ret, const struct event *ev, const struct process *p)
{
	struct str env;
	char *s;

	if (!p->image || !p->image->env.p)
		return FIELD_MISSING;
	env = p->image->env;
	if (env.n && env.p[env.n - 1] == '\0')
		env.n--;
	s = arena_alloc(ev->arena, env.n + 1);
	if (!s)
		return -ENOMEM;
	for (size_t i = 0; i < env.n; i++)
		s[i] = env.p[i] ? env.p[i] : ' ';
	return get_cut_str(ret, (struct str){ s, env.n }, p->image->env_cut);
}

/* The value of NAME=value in a process's environment. */
static int get_variable(struct value *ret, const struct process *p, struct str name)
{
	struct str s, rest;

	if (!p->image)
		return FIELD_MISSING;
	rest = p->image->env;
	while (argv_next(&rest, &s))
		if (s.n > name.n && s.p[name.n] == '=' && str_starts(s, name))
			return get_str(ret, (struct str){ s.p + name.n + 1, s.n - name.n - 1 });
	return p->image->env_cut ? FIELD_PENDING : FIELD_MISSING;
}

/* An element that may be in the middle that was not captured leaves the check open. */
static int get_element(struct value *ret, int r, struct str s)
{
	if (r == ARGV_LEFT_OUT)
		return FIELD_PENDING;
	return r == 0 ? get_str(ret, s) : FIELD_MISSING;
}

/* -- fields with an argument -- */

EXTRACT(proc_args)
{
	const struct process *p = self(ev);
	struct str s = { 0 };

	if (!arg || !arg->present)
		return get_from(ret, ev, p, get_args);
	if (!p || !p->image)
		return FIELD_MISSING;
	return get_element(ret, image_arg(p->image, arg->index + 1, &s), s);
}

EXTRACT(proc_env)
{
	const struct process *p = self(ev);
	struct str s = { 0 };

	if (!p || !arg || !arg->present)
		return get_from(ret, ev, p, get_env);
	if (arg->is_index)
		return p->image ? get_element(ret, image_env(p->image, arg->index, &s), s) :
				  FIELD_MISSING;
	return get_variable(ret, p, arg->key);
}

EXTRACT(proc_aenv)
{
	const struct process *p;

	if (!arg || !arg->present || arg->is_index)
		return get_ancestor(ret, ev, arg, get_env);
	p = parent(ev);
	for (int i = 0; p && i < 20; i++, p = process_parent(p)) {
		int r = get_variable(ret, p, arg->key);

		if (r != FIELD_MISSING)
			return r;
	}
	return FIELD_MISSING;
}

/* -- selectors and getters combined -- */

#define PLAIN(name, which, get)						\
	EXTRACT(name) { (void)arg; return get_from(ret, ev, which(ev), get); }
#define ANCESTOR(name, get)						\
	EXTRACT(name) { return get_ancestor(ret, ev, arg, get); }

PLAIN(proc_exe, self, get_exe)
PLAIN(proc_pexe, parent, get_exe)
ANCESTOR(proc_aexe, get_exe)
PLAIN(proc_exepath, self, get_exepath)
PLAIN(proc_pexepath, parent, get_exepath)
ANCESTOR(proc_aexepath, get_exepath)
PLAIN(proc_name, self, get_name)
PLAIN(proc_pname, parent, get_name)
ANCESTOR(proc_aname, get_name)
ANCESTOR(proc_aargs, get_args)
PLAIN(proc_cmdline, self, get_cmdline)
PLAIN(proc_pcmdline, parent, get_cmdline)
ANCESTOR(proc_acmdline, get_cmdline)
PLAIN(proc_exeline, self, get_exeline)
PLAIN(proc_pid, self, get_pid)
ANCESTOR(proc_apid, get_pid)
PLAIN(proc_vpid, self, get_vpid)
PLAIN(proc_pvpid, parent, get_vpid)
PLAIN(proc_sname, session, get_name)
PLAIN(proc_sid_exe, session, get_exe)
PLAIN(proc_sid_exepath, session, get_exepath)
PLAIN(proc_pgid_name, group, get_name)
PLAIN(proc_pgid_exe, group, get_exe)
PLAIN(proc_pgid_exepath, group, get_exepath)
PLAIN(proc_duration, self, get_duration)
PLAIN(proc_ppid_duration, parent, get_duration)
PLAIN(proc_pid_ts, self, get_start)
PLAIN(proc_ppid_ts, parent, get_start)
