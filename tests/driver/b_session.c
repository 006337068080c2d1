// SPDX-License-Identifier: Apache-2.0
/*
 * Tests the session: a consumer attaches, dies, attaches again, stops in order, or
 * never comes back. Another process opens files the whole time, and each test states
 * in advance which of these opens must be records, which a gap, and which neither.
 */
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "border.h"

enum { ATTACHED = 1, STOPPED = 2, DIED = 3, TIMED_OUT = 4 };	/* consumer_change of flags.def */

static uint32_t state_now(void)
{
	static struct sk_info info;
	struct sk s;

	if (sk_look(&s, sk.driver) || sk_info(&s, &info))
		return 99;
	sk_close(&s);
	return info.state;
}

static bool was_recorded(const struct seen *s, uint32_t change)
{
	for (unsigned int i = 0; i < s->consumers; i++)
		if (s->consumer[i].change == change)
			return true;
	return false;
}

/* An agent dies and returns: no event is dropped, and both changes are records. */
static void reconnect(void)
{
	struct seen s = { 0 };

	attach(1 << 20);
	arm(select_opens());
	look(&s);
	memset(&s, 0, sizeof(s));
	CHECK_IS(stranger(open_times, (void *)100), 0);
	sk_close(&sk);				/* unread, and no word said */
	CHECK_IS(state_now(), SAKER_STATE_ORPHAN);
	CHECK_IS(stranger(open_times, (void *)200), 0);
	attach(0);
	CHECK_IS(state_now(), SAKER_STATE_ARMED);
	CHECK_IS(stranger(open_times, (void *)300), 0);
	look(&s);
	CHECK_IS(s.n[EV_open], 600);
	CHECK_IS(s.gaps + s.breaks + s.bad_sums, 0);
	CHECK(was_recorded(&s, DIED) && was_recorded(&s, ATTACHED));
}

static void orderly_stop(void)
{
	struct seen s = { 0 };

	attach(1 << 20);
	arm(select_opens());
	look(&s);
	CHECK_IS(sk_state(&sk, SAKER_STATE_DISARMED), 0);
	CHECK_IS(state_now(), SAKER_STATE_IDLE);
	sk_close(&sk);
	CHECK_IS(state_now(), SAKER_STATE_IDLE);
	CHECK_IS(stranger(open_times, (void *)100), 0);
	memset(&s, 0, sizeof(s));
	attach(0);
	look(&s);
	CHECK_IS(s.n[EV_open], 0);
	CHECK(was_recorded(&s, STOPPED) && was_recorded(&s, ATTACHED));
	CHECK(!was_recorded(&s, DIED));
}

static void orphan_timeout(void)
{
	struct seen s = { 0 };
	uint64_t left;

	attach(1 << 20);
	arm(select_opens());
	CHECK_IS(sk_orphan(&sk, 1), 0);
	look(&s);
	memset(&s, 0, sizeof(s));
	left = sk_now();
	sk_close(&sk);
	usleep(300000);
	CHECK_IS(state_now(), SAKER_STATE_ORPHAN);
	CHECK_IS(stranger(open_times, (void *)10), 0);		/* recorded */
	sleep(3);
	CHECK_IS(state_now(), SAKER_STATE_DISARMED);
	CHECK_IS(stranger(open_times, (void *)20), 0);		/* not recorded, but the gap has the time */
	attach(0);
	arm(select_opens());
	CHECK_IS(stranger(open_times, (void *)30), 0);
	sk_flush(&sk);
	look(&s);
	CHECK_IS(s.n[EV_open], 40);
	CHECK(was_recorded(&s, TIMED_OUT));
	CHECK(s.reason[EV_DROP_disarmed] > 0);
	CHECK(s.gap.from_ns > left + 900000000ull && s.gap.from_ns < left + 2900000000ull);
	CHECK(s.gap.to_ns > s.gap.from_ns && s.gap.to_ns <= sk_now());
	CHECK_IS(s.breaks + s.bad_sums, 0);
	CHECK_IS(sk_orphan(&sk, 60), 0);
}

/* Come back within the time: the clock of the orphan is stopped. */
static void orphan_saved(void)
{
	struct seen s = { 0 };

	attach(1 << 20);
	arm(select_opens());
	CHECK_IS(sk_orphan(&sk, 1), 0);
	look(&s);
	sk_close(&sk);
	usleep(200000);
	attach(0);
	sleep(2);
	CHECK_IS(state_now(), SAKER_STATE_ARMED);
	memset(&s, 0, sizeof(s));
	CHECK_IS(stranger(open_times, (void *)5), 0);
	look(&s);
	CHECK_IS(s.n[EV_open], 5);
}

static void wake_by(uint32_t wake)
{
	struct seen s = { 0 };

	sk_flush(&sk);
	look(&s);
	sk_wait(&sk, 0);			/* a bell that was rung for what was just read */
	for (unsigned int i = 0; i < sk.nrings; i++)
		sk.ring[i].c->wake = wake;
	__sync_synchronize();
}

static int exec_once(void *arg)
{
	(void)arg;
	execl("/bin/true", "true", NULL);
	return 1;
}

static int open_soon(void *arg)
{
	usleep(200000);
	return open_times(arg);
}

static void wake_up(void)
{
	struct saker_selection *sel = select_opens();
	pid_t pid;

	sel->event[EV_execve] = 1;
	attach(1 << 20);
	arm(sel);
	wake_by(SAKER_WAKE_ANY);
	CHECK_IS(sk_wait(&sk, 300), 0);		/* no wake-up */
	fflush(stdout);
	pid = fork();
	if (!pid) {
		sk_disown(&sk);
		_exit(open_soon((void *)1));
	}
	CHECK_IS(sk_wait(&sk, 5000), 1);		/* one record wakes who sleeps */
	(void)pid;
	usleep(100000);
	wake_by(SAKER_WAKE_WATERMARK);
	CHECK_IS(stranger(open_times, (void *)3), 0);
	CHECK_IS(sk_wait(&sk, 300), 0);		/* three records do not wake who is busy */
	CHECK_IS(stranger(open_times, (void *)1500), 0);
	CHECK_IS(sk_wait(&sk, 0), 1);		/* a filling ring does */
	wake_by(SAKER_WAKE_WATERMARK);
	CHECK_IS(sk_wait(&sk, 300), 0);
	CHECK_IS(stranger(exec_once, NULL), 0);
	CHECK_IS(sk_wait(&sk, 0), 1);		/* and so does one exec */
	wake_by(SAKER_WAKE_FULL);
	CHECK_IS(stranger(exec_once, NULL), 0);
	CHECK_IS(sk_wait(&sk, 300), 0);		/* but not one who was woken just before */
	CHECK_IS(stranger(open_times, (void *)1500), 0);
	CHECK_IS(sk_wait(&sk, 0), 1);
}

static void self_excluded(void)
{
	static struct sk_info before, after;
	struct seen s = { 0 };

	attach(1 << 20);
	arm(select_opens());
	look(&s);
	memset(&s, 0, sizeof(s));
	CHECK_IS(sk_info(&sk, &before), 0);
	open_times((void *)25);
	CHECK_IS(sk_info(&sk, &after), 0);
	look(&s);
	CHECK_IS(s.n[EV_open], 0);
	CHECK_IS(after.self - before.self, 25);
}

static int open_both(void *arg)
{
	(void)arg;
	for (int i = 0; i < 10; i++) {
		syscall(SYS_close, syscall(SYS_open, "/tmp", 0, 0));
		syscall(SYS_open, "/no/such", 0, 0);
	}
	return 0;
}

/* What each action records of ten opens that succeed and ten that fail. */
static void actions(void)
{
	static const struct { uint8_t action; unsigned int records, filtered; } row[] = {
		{ .action = SAKER_ACT_COUNT, .records = 0, .filtered = 20 },
		{ .action = SAKER_ACT_EMIT, .records = 10, .filtered = 10 },
		{ .action = SAKER_ACT_EMIT | SAKER_ACT_EMIT_FAILED, .records = 20, .filtered = 0 },
		{ .action = SAKER_ACT_EMIT_FAILED, .records = 10, .filtered = 10 },
	};
	static struct sk_stats before, after;
	struct saker_selection *sel = select_opens();

	attach(1 << 20);
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct seen s = { 0 };
		uint64_t filtered = 0, hits;

		sel->action[EV_ABI_64][SYS_open] = row[i].action;
		arm(sel);
		look(&s);
		memset(&s, 0, sizeof(s));
		sk_stats(&sk, &before);
		CHECK_IS(stranger(open_both, NULL), 0);
		sk_stats(&sk, &after);
		look(&s);
		for (int c = 0; c < SK_CPUS; c++)
			filtered += after.tally[c][EV_open].filtered - before.tally[c][EV_open].filtered;
		hits = sk_hits(&after, EV_open) - sk_hits(&before, EV_open);
		CHECK_IS(hits, 20);
		CHECK_IS(s.n[EV_open], row[i].records);
		CHECK_IS(filtered, row[i].filtered);
		CHECK_IS(s.breaks, 0);
	}
}

/* The hook at the function that opens a file, in the form that this kernel allows. */
static bool opens_hook_is(const char *state)
{
	static struct sk_info info;
	bool found = false;

	sk_info(&sk, &info);
	for (unsigned int i = 0; i < info.nhooks; i++)
		found |= !strncmp(info.hook[i].name, "security_file_open", 18) &&
			 !strncmp(info.hook[i].state, state, strlen(state));
	return found;
}

/* Rules that need opens no longer, and again; then an agent that stops, and another that starts. */
static void hook_returns(void)
{
	static struct saker_selection execs;
	struct seen s = { 0 };

	attach(1 << 20);
	if (!opens_hook_is("idle"))
		return border_skip("this kernel allows no hook at the function that opens a file");
	execs.event[EV_execve] = 1;
	arm(&execs);
	CHECK(!opens_hook_is("armed"));
	arm(select_opens());
	CHECK(opens_hook_is("armed"));
	arm(&execs);
	CHECK(!opens_hook_is("armed"));
	look(&s);
	memset(&s, 0, sizeof(s));
	CHECK_IS(stranger(open_times, (void *)10), 0);
	look(&s);
	CHECK_IS(s.n[EV_open], 0);
	arm(select_opens());
	CHECK(opens_hook_is("armed"));
	CHECK_IS(sk_state(&sk, SAKER_STATE_DISARMED), 0);
	CHECK(!opens_hook_is("armed"));
	sk_close(&sk);
	attach(0);
	arm(select_opens());
	CHECK(opens_hook_is("armed"));
}

/* The end of a task frees what these hooks noted of its call. */
static void ends_are_needed(void)
{
	static const unsigned int events[] = { EV_open, EV_connect, EV_unlink, EV_rename, EV_bind };

	attach(1 << 20);
	for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++) {
		struct saker_selection sel;

		memset(&sel, 0, sizeof(sel));
		sel.event[events[i]] = 1;
		arm(&sel);
		CHECK(!strcmp(hook_state("sched_process_exit"), "armed"));
		memset(&sel, 0, sizeof(sel));
		sel.event[EV_execve] = 1;
		arm(&sel);
		CHECK(strcmp(hook_state("sched_process_exit"), "armed"));
	}
}

BORDER_TESTS(session,
	TEST("an agent that dies and returns has lost nothing", reconnect),
	TEST("an orderly stop ends all recording", orderly_stop),
	TEST("an agent that does not return is given up in time, and the gap says from when to when",
	     orphan_timeout),
	TEST("an agent that returns in time is not given up", orphan_saved),
	TEST("a hook that was disarmed is armed again, by the same agent and by the next", hook_returns),
	TEST("the end of tasks is hooked for each call of which a hook notes an object", ends_are_needed,
	     .module_only = "its table is freed by each exit"),
	TEST("waking is for any record, a filling ring, or an exec, as asked", wake_up),
	TEST("the consumer's own calls are not recorded but counted", self_excluded),
	TEST("each action records what it says, and the rest is counted as filtered", actions),
);
