/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waits for records, signals and timers. After work the loop naps for a few milliseconds and then
 * reads the rings again, so a stream of events costs no wake-ups; an urgent record ends the nap,
 * but not the shorter nap after another urgent one. If nothing came during a nap, the loop requests
 * a wake-up at the next record and sleeps without a timeout. An idle agent does not wake up, but
 * for systemd's watchdog if the unit has one: a step of the clock ends a timer that never expires.
 */
#include "app/wait.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
#include "lib/arena.h"
#include "lib/clock.h"
#include "lib/fd.h"
#include "lib/notify.h"

#define NAP_MS		5	/* of a busy loop: latency against wake-ups */
#define REST_MS		2	/* after an urgent record: the next one waits that long at most */
#define BLOCKED_NS	100000	/* a CPU is filling a record: that takes microseconds */
#define STOP_S		10	/* to drain the rings after they were disarmed */
#define GIVE_UP_NS	NS_PER_S	/* for a slow reader of the output, once the loop is to end */
#define LOOK_UP_EVERY	4096	/* records between two looks at signals and output under load */
#define ARENA_CHUNK	(64u << 10)
#define ARENA_LIMIT	(4u << 20)

/* Arms a timer that does not expire, but is cancelled when the clock is set. */
static int clock_watch(struct loop *l)
{
	const struct itimerspec never = { .it_value.tv_sec = (time_t)1 << 40 };

	return timerfd_settime(l->clock.fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never,
			       NULL) ? -errno : 0;
}

static int clock_post(struct loop *l)
{
	const struct ev_clock rec = {
		.hdr = {
			.len = sizeof(rec),
			.fixed_len = sizeof(rec),
			.type = EV_clock,
			.nr = -1,
		},
		.realtime_minus_boottime_ns = clock_offset_ns(),
	};

	return source_post(l->source, &rec.hdr);
}

/* Disarms the hooks first, then the rings are read until they are empty. */
static int begin_stop(struct loop *l)
{
	l->ending = true;
	if (l->stopping || !l->source->live)
		return LOOP_DONE;	/* the second request: end at once */
	l->stopping = true;
	l->stop_by_ns = clock_boottime_ns() + STOP_S * NS_PER_S;
	return error_at(&l->error, source_stop(l->source), "disarming the hooks");
}

/*
 * While the loop waits for a write it reads neither signals nor the timer, so look for pending
 * ones.
 */
static bool end_is_due(const struct loop *l)
{
	struct pollfd timer = { .fd = l->timer.fd, .events = POLLIN };
	sigset_t set;

	if (l->ending || poll(&timer, 1, 0) > 0)
		return true;
	return !sigpending(&set) && (sigismember(&set, SIGINT) || sigismember(&set, SIGTERM) ||
				     (!l->on_hangup && sigismember(&set, SIGHUP)));
}

bool loop_gives_up(void *loop)
{
	struct loop *l = loop;

	if (!end_is_due(l))
		return false;
	if (!l->give_up_ns)
		l->give_up_ns = clock_boottime_ns() + GIVE_UP_NS;
	return clock_boottime_ns() >= l->give_up_ns;
}

static int on_signal(void *ctx)
{
	struct loop *l = ctx;
	struct signalfd_siginfo info;

	if (read(l->signals.fd, &info, sizeof(info)) != sizeof(info))
		return 0;
	return info.ssi_signo == SIGHUP && l->on_hangup ? l->on_hangup(l->ctx) : begin_stop(l);
}

static int on_timer(void *ctx)
{
	struct loop *l = ctx;
	uint64_t expired;

	return read(l->timer.fd, &expired, sizeof(expired)) > 0 ? begin_stop(l) : 0;
}

static int on_clock(void *ctx)
{
	struct loop *l = ctx;
	uint64_t expired;

	if (read(l->clock.fd, &expired, sizeof(expired)) >= 0 || errno != ECANCELED)
		return 0;
	clock_watch(l);
	return clock_post(l);
}

/* Sent by the loop itself, as the watchdog is to notice a loop that hangs. */
static int on_watchdog(void *ctx)
{
	const struct loop *l = ctx;
	uint64_t expired;

	if (read(l->watchdog.fd, &expired, sizeof(expired)) > 0)
		notify_send("WATCHDOG=1");
	return 0;
}

/*
 * The only periodic timer of an idle agent. It expires at whole multiples of its period, like those
 * of other processes, so that one wake-up serves all.
 */
static int watchdog_set(struct loop *l)
{
	const uint64_t every_ns = notify_watchdog_ns();
	const uint64_t first_ns = every_ns ? (clock_boottime_ns() / every_ns + 1) * every_ns : 0;
	const struct itimerspec at = {
		.it_value = { (time_t)(first_ns / NS_PER_S), (long)(first_ns % NS_PER_S) },
		.it_interval = { (time_t)(every_ns / NS_PER_S), (long)(every_ns % NS_PER_S) },
	};

	if (!every_ns)
		return 0;
	l->watchdog = (struct watch){
		timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK), on_watchdog, l,
	};
	if (l->watchdog.fd < 0 || timerfd_settime(l->watchdog.fd, TFD_TIMER_ABSTIME, &at, NULL))
		return -errno;
	return watch_add(l->epoll, &l->watchdog);
}

/* As nohup(1) starts a program. A blocked signal would arrive all the same. */
static bool is_ignored(int number)
{
	struct sigaction action;

	return !sigaction(number, NULL, &action) && action.sa_handler == SIG_IGN;
}

static void signals_of(const struct loop *l, sigset_t *ret)
{
	sigemptyset(ret);
	sigaddset(ret, SIGINT);
	sigaddset(ret, SIGTERM);
	if (l->on_hangup || !is_ignored(SIGHUP))
		sigaddset(ret, SIGHUP);
}

void wait_block_signals(const struct loop *l)
{
	sigset_t set;

	signals_of(l, &set);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static int open_signals(const struct loop *l)
{
	sigset_t set;

	wait_block_signals(l);
	signals_of(l, &set);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);	/* a write past the limit of file sizes fails instead */
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int open_all(struct loop *l)
{
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->signals = (struct watch){ open_signals(l), on_signal, l };
	l->clock = (struct watch){
		timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK), on_clock, l,
	};
	l->timer = (struct watch){
		timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK), on_timer, l,
	};
	l->ring = (struct watch){ .fd = l->source->pollfd };
	return l->epoll < 0 || l->signals.fd < 0 || l->clock.fd < 0 || l->timer.fd < 0 ?
	       -errno : 0;
}

/* Needed only for events of this host: its clock may be set, and its driver wakes the loop. */
static int watch_live(struct loop *l)
{
	int r = clock_watch(l);

	if (r == 0)
		r = watch_add(l->epoll, &l->clock);
	if (error_at(&l->error, r, "watching the clock") < 0)
		return r;
	r = error_at(&l->error, watchdog_set(l), "setting the watchdog's timer");
	if (r == 0 && l->ring.fd >= 0)
		r = error_at(&l->error, watch_add(l->epoll, &l->ring), "watching the driver's rings");
	return r < 0 ? r : error_at(&l->error, clock_post(l), "recording the time of day");
}

int loop_init(struct loop *l)
{
	const struct itimerspec stop = { .it_value.tv_sec = (time_t)l->for_s };
	int r = error_at(&l->error, open_all(l), "opening the loop's signals and timers");

	if (r < 0)
		return r;
	l->arena = arena_new(ARENA_CHUNK, ARENA_LIMIT);
	if (!l->arena)
		return error_set(&l->error, -ENOMEM, "making the memory of an event");
	r = watch_add(l->epoll, &l->signals);
	if (r == 0)
		r = watch_add(l->epoll, &l->timer);
	if (error_at(&l->error, r, "watching signals and timers") < 0)
		return r;
	if (l->for_s && timerfd_settime(l->timer.fd, 0, &stop, NULL))
		return error_set(&l->error, -errno, "setting the timer of --for");
	return l->source->live ? watch_live(l) : 0;
}

void loop_uninit(struct loop *l)
{
	fd_close(l->epoll);
	fd_close(l->signals.fd);
	fd_close(l->clock.fd);
	fd_close(l->timer.fd);
	fd_close(l->watchdog.fd);
	arena_free(l->arena);
}

int loop_quiet(struct loop *l)
{
	return l->on_quiet ? error_at(&l->error, l->on_quiet(l->ctx), "writing the output") : 0;
}

/* Waits for any descriptor. The source's own needs no handler: the loop reads the source next. */
static int nap(struct loop *l, int timeout_ms)
{
	struct epoll_event events[8];
	int n = epoll_wait(l->epoll, events, 8, timeout_ms);

	if (n < 0)
		return errno == EINTR ? 0 : error_set(&l->error, -errno, "waiting for events");
	if (timeout_ms)
		l->stats.wakeups++;
	for (int i = 0; i < n; i++) {
		const struct watch *w = events[i].data.ptr;
		int r = w->ready ? w->ready(w->ctx) : 0;

		if (r)
			return r;
	}
	return 0;
}

/*
 * An urgent record ends a nap. Under a stream of them each would: so for a short time after one,
 * only a filling ring wakes the loop.
 */
static int nap_busy(struct loop *l)
{
	const bool rest = l->urgent;
	int r;

	l->busy = false;
	l->urgent = false;
	if (rest)
		source_rest(l->source);
	r = nap(l, rest ? REST_MS : NAP_MS);
	if (rest)
		source_awake(l->source);
	return r;
}

/*
 * All hooks are armed and all existing tasks are in the tables: rules see complete values from here
 * on.
 */
static void notify_ready(struct loop *l)
{
	if (l->ready)
		return;
	l->ready = true;
	notify_send("READY=1");
}

static int sleep_long(struct loop *l)
{
	int r = source_sleep(l->source);

	if (r)
		return r < 0 ? error_set(&l->error, r, "waiting for the driver") : 0;
	r = nap(l, -1);
	source_awake(l->source);
	return r;
}

static int wait_blocked(struct loop *l)
{
	const struct timespec ts = { .tv_nsec = BLOCKED_NS };

	nanosleep(&ts, NULL);
	return nap(l, 0);
}

int loop_wait(struct loop *l, int why)
{
	int r;

	if (why < 0) {
		error_take(&l->error, &l->source->error);
		return error_at(&l->error, why, "reading events");
	}
	r = loop_quiet(l);
	if (r < 0)
		return r;
	if (why == SOURCE_END)
		return LOOP_DONE;
	if (l->stopping && (why == SOURCE_IDLE || clock_boottime_ns() > l->stop_by_ns))
		return LOOP_DONE;
	if (why == SOURCE_BLOCKED)
		return wait_blocked(l);
	if (l->busy)
		return nap_busy(l);
	notify_ready(l);
	if (l->capture)
		r = error_at(&l->error, capture_flush(l->capture), "writing the capture");
	return r < 0 ? r : sleep_long(l);
}

int loop_look_up(struct loop *l)
{
	int r;

	if (++l->since_look_up < LOOK_UP_EVERY)
		return 0;
	l->since_look_up = 0;
	r = loop_quiet(l);
	if (r < 0)
		return r;
	if (l->stopping && clock_boottime_ns() > l->stop_by_ns)
		return LOOP_DONE;
	return nap(l, 0);
}
