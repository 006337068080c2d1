/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests the process table against a simple model that shares no code with it:
 * tasks in plain arrays, searched from end to end, which make the records.
 * Numbers are few, so they are reused all the time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "enrich/cgroup.h"
#include "enrich/enrich.h"
#include "enrich/proc.h"

#define TIDS	48		/* numbers 1 to 47 */
#define STEPS	60000

struct task {
	bool alive;
	uint32_t tid, tgid, ppid, uid;
	uint64_t start_ns;
	char comm[16], exe[32];
};

struct world {
	struct task task[TIDS];
	uint64_t now_ns, rnd;
	bool lossy;		/* some records never arrive */
	struct enrich *enrich;
	uint64_t sent, lost;
};

static uint32_t rnd(struct world *w, uint32_t n)
{
	w->rnd ^= w->rnd << 13;
	w->rnd ^= w->rnd >> 7;
	w->rnd ^= w->rnd << 17;
	return (w->rnd >> 11) % n;
}

union record {
	struct ev_header hdr;
	struct ev_execve execve;
	struct ev_clone clone;
	struct ev_procexit procexit;
	struct ev_setid setid;
	struct ev_dup dup;
	struct ev_task task;
	char bytes[2048];
};

static void begin(struct world *w, union record *r, enum ev_type type, size_t size,
		  const struct task *by)
{
	memset(r, 0, sizeof(*r));
	w->now_ns += 1000 + rnd(w, 1000000);
	r->hdr.type = type;
	r->hdr.fixed_len = size;
	r->hdr.len = size;
	r->hdr.ts_ns = w->now_ns;
	r->hdr.tid = by->tid;
	r->hdr.tgid = by->tgid;
	r->hdr.start_ns = by->start_ns;
}

static void put(union record *r, struct ev_part *part, const char *s, size_t n)
{
	*part = (struct ev_part){ .off = r->hdr.len, .len = n, .full = n, .head = n };
	memcpy(r->bytes + r->hdr.len, s, n);
	r->hdr.len += n;
}

static unsigned int count(const struct world *w, uint32_t tgid)
{
	unsigned int n = 0;

	for (int i = 1; i < TIDS; i++)
		n += w->task[i].alive && (!tgid || w->task[i].tgid == tgid);
	return n;
}

static const struct process *process_of(const struct event *ev)
{
	return ev->proc ? ev->proc->process : NULL;
}

/* Compares what the table has of the acting thread with the model. */
static void check_actor(struct world *w, const struct event *ev, const struct task *t)
{
	const struct process *p = process_of(ev), *parent;
	const struct task *pt;

	assert_non_null(p);
	assert_int_equal(ev->proc->tid, t->tid);
	assert_int_equal(ev->proc->start_ns, t->start_ns);
	assert_int_equal(p->tgid, t->tgid);
	if (w->lossy)
		return;
	assert_int_equal(ev->proc->cred.euid, t->uid);
	assert_string_equal(ev->proc->comm.s, t->comm);
	assert_non_null(p->image);
	assert_int_equal(p->image->exe.n, strlen(t->exe));
	assert_memory_equal(p->image->exe.p, t->exe, p->image->exe.n);
	assert_int_equal(p->ppid, t->ppid);
	parent = process_parent(p);
	pt = &w->task[t->ppid];
	if (!t->ppid || !count(w, t->ppid)) {
		assert_null(parent);
		return;
	}
	assert_non_null(parent);
	assert_int_equal(parent->tgid, t->ppid);
	assert_int_equal(parent->start_ns, pt->start_ns);
}

/* Applies the record; @t is the acting thread, in its state after the event. */
static void send(struct world *w, union record *r, const struct task *t)
{
	struct event ev = { .hdr = &r->hdr, .body = r };
	int ret;

	if (w->lossy && rnd(w, 10) == 0) {
		w->lost++;
		return;
	}
	w->sent++;
	ret = enrich_apply(w->enrich, &ev);
	assert_true(ret == 0 || (ret == ENRICH_STATE && r->hdr.type == EV_task));
	if (t && ret == 0)
		check_actor(w, &ev, t);
	enrich_retire(w->enrich, &ev);
	assert_null(ev.proc);
}

static void send_exec(struct world *w, struct task *t, const char *name)
{
	union record r;
	char path[32];

	snprintf(path, sizeof(path), "/bin/%s", name);
	begin(w, &r, EV_execve, sizeof(r.execve), t);
	r.execve.ppid = t->ppid;
	r.execve.vtid = r.execve.vpid = t->tid;
	r.execve.euid = r.execve.uid = t->uid;
	snprintf(r.execve.comm.s, sizeof(r.execve.comm.s), "%s", name);
	put(&r, &r.execve.exe, path, strlen(path));
	put(&r, &r.execve.argv, "x\0one\0two", 9);
	strcpy(t->comm, name);
	strcpy(t->exe, path);
	send(w, &r, t);
}

static void send_clone(struct world *w, const struct task *by, const struct task *child)
{
	union record r;

	begin(w, &r, EV_clone, sizeof(r.clone), by);
	r.clone.res = child->tid;
	r.clone.child_tid = r.clone.child_vtid = child->tid;
	r.clone.child_tgid = r.clone.child_vpid = child->tgid;
	r.clone.child_ppid = child->ppid;
	r.clone.child_start_ns = child->start_ns;
	memcpy(r.clone.comm.s, child->comm, 16);
	send(w, &r, by);
}

static void send_other(struct world *w, const struct task *t)
{
	union record r;

	begin(w, &r, EV_dup, sizeof(r.dup), t);
	send(w, &r, t);
}

static struct task *pick(struct world *w)
{
	for (;;) {
		struct task *t = &w->task[1 + rnd(w, TIDS - 1)];

		if (t->alive)
			return t;
	}
}

/* fork, vfork with an exec before the parent's record, or a new thread */
static void do_clone(struct world *w, struct task *by)
{
	uint32_t tid = 1 + rnd(w, TIDS - 1), how = rnd(w, 4);
	struct task *t = &w->task[tid];

	/* A number stays taken while its group lives, as in the kernel. */
	if (t->alive || count(w, tid))
		return;
	*t = *by;
	t->tid = tid;
	w->now_ns += 20000;
	t->start_ns = w->now_ns;
	if (how == 0) {
		t->tgid = by->tgid;
	} else {
		t->tgid = tid;
		t->ppid = by->tgid;
	}
	if (how == 1)
		send_exec(w, t, "early");
	if (how == 2 && w->lossy)
		send_other(w, t);
	if (how == 1) {
		struct task old = *t;

		memcpy(old.comm, by->comm, 16);
		send_clone(w, by, &old);
	} else {
		send_clone(w, by, t);
	}
	if (rnd(w, 8) == 0)
		send_clone(w, by, t);	/* recorded twice */
	send_other(w, t);
}

static void task_exit(struct world *w, struct task *t, bool leader_waits)
{
	uint32_t tgid = t->tgid, reaper = 1;
	union record r;

	begin(w, &r, EV_procexit, sizeof(r.procexit), t);
	t->alive = false;
	r.procexit.group_dead = !leader_waits && !count(w, tgid);
	r.procexit.reaper = reaper;
	if (r.procexit.group_dead)
		for (int i = 1; i < TIDS; i++)
			if (w->task[i].alive && w->task[i].ppid == tgid)
				w->task[i].ppid = reaper;
	t->alive = true;
	if (r.procexit.group_dead && t->ppid == tgid)
		t->ppid = reaper;
	send(w, &r, NULL);
	t->alive = false;
}

/* An exec by any thread: the others end, it takes the first one's number and start. */
static void do_exec(struct world *w, struct task *by)
{
	static const char *const names[] = { "sh", "cat", "make", "cc1", "sleep" };
	struct task copy = *by, *leader = &w->task[by->tgid];
	uint64_t start_ns = leader->start_ns;

	for (int i = 1; i < TIDS; i++)
		if (w->task[i].alive && w->task[i].tgid == copy.tgid && &w->task[i] != by)
			task_exit(w, &w->task[i], true);
	by->alive = false;
	*leader = copy;
	leader->alive = true;
	leader->tid = copy.tgid;
	leader->start_ns = start_ns;
	send_exec(w, leader, names[rnd(w, 5)]);
}

static void do_setid(struct world *w, struct task *t)
{
	union record r;

	begin(w, &r, EV_setid, sizeof(r.setid), t);
	t->uid = rnd(w, 2000);
	r.setid.uid = r.setid.euid = t->uid;
	send(w, &r, t);
}

static void world_begin(struct world *w, bool lossy, uint64_t seed)
{
	const struct enrich_config config = { .key = { seed, 42 } };
	struct task init = { .alive = true, .tid = 1, .tgid = 1, .start_ns = 1000 };

	memset(w, 0, sizeof(*w));
	w->rnd = seed;
	w->now_ns = 1000000;
	w->lossy = false;
	assert_int_equal(enrich_new(&w->enrich, &config), 0);
	w->task[1] = init;
	send_exec(w, &w->task[1], "init");
	w->lossy = lossy;
}

static void world_run(struct world *w)
{
	for (int i = 0; i < STEPS; i++) {
		struct task *t = pick(w);

		switch (rnd(w, 8)) {
		case 0: case 1: case 2:
			do_clone(w, t);
			break;
		case 3:
			do_exec(w, t);
			break;
		case 4: case 5:
			if (t->tgid != 1)
				task_exit(w, t, false);
			break;
		case 6:
			do_setid(w, t);
			break;
		default:
			send_other(w, t);
		}
	}
}

static void test_the_table_agrees_with_the_world(void **state)
{
	struct enrich_stats stats;
	struct world w;

	(void)state;
	for (uint64_t seed = 1; seed <= 5; seed++) {
		world_begin(&w, false, seed * 7919);
		world_run(&w);
		for (int i = 1; i < TIDS; i++)
			if (w.task[i].alive)
				send_other(&w, &w.task[i]);
		enrich_stats(w.enrich, &stats);
		assert_int_equal(stats.threads, count(&w, 0));
		assert_int_equal(stats.reused, 0);
		assert_int_equal(stats.late, 0);
		enrich_free(w.enrich);
	}
}

static void test_lost_records_never_mix_up_tasks(void **state)
{
	struct enrich_stats stats;
	struct world w;

	(void)state;
	for (uint64_t seed = 1; seed <= 5; seed++) {
		world_begin(&w, true, seed * 104729);
		world_run(&w);
		assert_true(w.lost > 1000);
		enrich_stats(w.enrich, &stats);
		assert_true(stats.reused > 0);
		assert_true(stats.threads < TIDS);
		enrich_free(w.enrich);
	}
}

static void test_a_full_table_forgets_the_longest_idle(void **state)
{
	const struct enrich_config config = { .max_threads = 64, .key = { 3, 4 } };
	struct enrich_stats stats;
	struct world w = { .rnd = 99, .now_ns = 1000000, .lossy = true };
	struct task t = { .alive = true };
	union record r;

	(void)state;
	assert_int_equal(enrich_new(&w.enrich, &config), 0);
	for (uint32_t i = 1; i <= 1000; i++) {
		struct event ev = { .hdr = &r.hdr, .body = &r };

		t.tid = t.tgid = i;
		t.start_ns = w.now_ns;
		begin(&w, &r, EV_dup, sizeof(r.dup), &t);
		w.now_ns += 2000000000ull;
		assert_int_equal(enrich_apply(w.enrich, &ev), 0);
		assert_non_null(ev.proc);
		enrich_retire(w.enrich, &ev);
	}
	enrich_stats(w.enrich, &stats);
	assert_int_equal(stats.threads, 64);
	assert_int_equal(stats.evicted, 1000 - 64);
	enrich_free(w.enrich);
}

static void test_exit_rule_still_sees_the_process(void **state)
{
	struct world w;
	struct event ev;
	union record r;

	(void)state;
	world_begin(&w, false, 5);
	w.task[7] = (struct task){ .alive = true, .tid = 7, .tgid = 7, .ppid = 1, .start_ns = 5000 };
	send_exec(&w, &w.task[7], "child");
	begin(&w, &r, EV_procexit, sizeof(r.procexit), &w.task[7]);
	r.procexit.group_dead = 1;
	ev = (struct event){ .hdr = &r.hdr, .body = &r };
	assert_int_equal(enrich_apply(w.enrich, &ev), 0);
	assert_non_null(ev.proc);
	assert_string_equal(ev.proc->comm.s, "child");
	assert_int_equal(process_ancestor(ev.proc->process, 1)->tgid, 1);
	assert_null(process_ancestor(ev.proc->process, 2));
	enrich_retire(w.enrich, &ev);
	assert_null(ev.proc);
	enrich_free(w.enrich);
}

static void test_a_snapshot_does_not_replace_what_was_seen(void **state)
{
	struct event ev;
	struct world w;
	union record r;

	(void)state;
	world_begin(&w, false, 6);
	begin(&w, &r, EV_task, sizeof(r.task), &w.task[1]);
	r.task.group_start_ns = w.task[1].start_ns;
	r.task.euid = 77;
	r.task.sid = 1;
	strcpy(r.task.comm.s, "renamed");
	put(&r, &r.task.exe, "/other", 6);
	ev = (struct event){ .hdr = &r.hdr, .body = &r };
	assert_int_equal(enrich_apply(w.enrich, &ev), ENRICH_STATE);
	send_other(&w, &w.task[1]);	/* checks comm, exe and uid */
	enrich_free(w.enrich);
}

/* What a thread calls itself changes its present name only, and only that thread's. */
static void test_a_rename_leaves_the_name_of_the_exec(void **state)
{
	struct ev_setname rec = { .hdr = { .len = sizeof(rec), .fixed_len = sizeof(rec),
					   .type = EV_setname } };
	struct event ev = { .hdr = &rec.hdr, .setname = &rec };
	struct world w;

	(void)state;
	world_begin(&w, false, 7);
	rec.hdr.ts_ns = w.now_ns + 1;
	rec.hdr.tid = rec.hdr.tgid = rec.target_tid = rec.target_tgid = 1;
	rec.hdr.start_ns = rec.target_start_ns = w.task[1].start_ns;
	strcpy(rec.comm.s, "sshd");
	assert_int_equal(enrich_apply(w.enrich, &ev), 0);
	assert_string_equal(ev.proc->comm.s, "sshd");
	assert_string_equal(ev.proc->process->comm.s, "sshd");
	assert_string_equal(ev.proc->process->image->comm.s, "init");
	enrich_retire(w.enrich, &ev);

	rec.target_start_ns--;		/* another thread, that had this number before */
	strcpy(rec.comm.s, "late");
	assert_int_equal(enrich_apply(w.enrich, &ev), 0);
	assert_string_equal(ev.proc->comm.s, "sshd");
	enrich_retire(w.enrich, &ev);
	enrich_free(w.enrich);
}

/* A clone by thread @by of a child that has the numbers and the start given. */
static void apply_clone(struct enrich *enrich, union record *r, struct event *ev, uint64_t now_ns,
			const struct task *by, const struct task *child)
{
	memset(r, 0, sizeof(*r));
	r->hdr = (struct ev_header){
		.len = sizeof(r->clone), .fixed_len = sizeof(r->clone), .type = EV_clone,
		.ts_ns = now_ns, .tid = by->tid, .tgid = by->tgid, .start_ns = by->start_ns,
	};
	r->clone.res = child->tid;
	r->clone.child_tid = child->tid;
	r->clone.child_tgid = child->tgid;
	r->clone.child_ppid = by->tgid;
	r->clone.child_start_ns = child->start_ns;
	*ev = (struct event){ .hdr = &r->hdr, .body = r };
	assert_int_equal(enrich_apply(enrich, ev), 0);
}

/* For the sanitizer: reads everything the event points to. */
static void assert_readable(const struct event *ev, uint32_t tid)
{
	assert_non_null(ev->proc);
	assert_int_equal(ev->proc->tid, tid);
	assert_non_null(ev->proc->process);
	process_ancestor(ev->proc->process, PROC_ANCESTORS_MAX);
	if (ev->proc->process->image)
		assert_int_not_equal(ev->proc->process->image->refs, 0);
}

static void test_the_thread_of_an_event_is_readable_until_it_is_retired(void **state)
{
	const struct task by = { .tid = 9, .tgid = 9, .start_ns = 500 };
	const struct task thread = { .tid = 10, .tgid = 9, .start_ns = 600 };
	const struct task other = { .tid = 12, .tgid = 12, .start_ns = 700 };
	const struct task children[] = {
		{ .tid = 9, .tgid = 9, .start_ns = 900 },	/* the maker's own number */
		{ .tid = 9, .tgid = 10, .start_ns = 900 },
		{ .tid = 10, .tgid = 10, .start_ns = 900 },
		{ .tid = 10, .tgid = 9, .start_ns = 900 },	/* reused: its exit was dropped */
		{ .tid = 10, .tgid = 12, .start_ns = 900 },
		{ .tid = 12, .tgid = 12, .start_ns = 900 },
		{ .tid = 9, .tgid = 12, .start_ns = 900 },
	};
	const struct task *const makers[] = { &by, &thread };
	const struct enrich_config config = { .key = { 1, 2 } };
	struct enrich *enrich;
	struct event ev;
	union record r;

	(void)state;
	for (size_t m = 0; m < 2; m++) {
		for (size_t i = 0; i < sizeof(children) / sizeof(children[0]); i++) {
			assert_int_equal(enrich_new(&enrich, &config), 0);
			apply_clone(enrich, &r, &ev, 1000, &other, &by);
			enrich_retire(enrich, &ev);
			apply_clone(enrich, &r, &ev, 1001, &by, &thread);
			enrich_retire(enrich, &ev);
			apply_clone(enrich, &r, &ev, 2000, makers[m], &children[i]);
			assert_readable(&ev, makers[m]->tid);
			enrich_retire(enrich, &ev);
			apply_clone(enrich, &r, &ev, 2001, &other, &children[i]);
			enrich_retire(enrich, &ev);
			enrich_free(enrich);
		}
	}
}

/* The maker's threads fill the table, so that making room for its child forgets the maker. */
static void test_a_maker_that_is_forgotten_is_readable_until_its_event_is_retired(void **state)
{
	const struct task by = { .tid = 9, .tgid = 9, .start_ns = 500 };
	const struct enrich_config config = { .max_threads = 16, .key = { 1, 2 } };
	struct enrich_stats stats;
	struct enrich *enrich;
	struct event ev;
	union record r;

	(void)state;
	assert_int_equal(enrich_new(&enrich, &config), 0);
	for (uint32_t i = 0; i < 100; i++) {
		const bool process = i % 20 == 19;
		const struct task child = {
			.tid = 100 + i, .tgid = process ? 100 + i : 9, .start_ns = 1000 + i,
		};

		apply_clone(enrich, &r, &ev, 1000 + i, &by, &child);
		assert_readable(&ev, 9);
		enrich_retire(enrich, &ev);
	}
	enrich_stats(enrich, &stats);
	assert_true(stats.threads <= 16);
	assert_true(stats.evicted >= 100 - 16);
	enrich_free(enrich);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_table_agrees_with_the_world),
		cmocka_unit_test(test_lost_records_never_mix_up_tasks),
		cmocka_unit_test(test_a_full_table_forgets_the_longest_idle),
		cmocka_unit_test(test_exit_rule_still_sees_the_process),
		cmocka_unit_test(test_a_snapshot_does_not_replace_what_was_seen),
		cmocka_unit_test(test_a_rename_leaves_the_name_of_the_exec),
		cmocka_unit_test(test_the_thread_of_an_event_is_readable_until_it_is_retired),
		cmocka_unit_test(
			test_a_maker_that_is_forgotten_is_readable_until_its_event_is_retired),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
