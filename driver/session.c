// SPDX-License-Identifier: GPL-2.0-only
/*
 * Implements the session: the states of consumer, selection and rings. lock.h has
 * the order of locks.
 */
#include <linux/capability.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/netlink.h>
#include <linux/pid.h>
#include <linux/random.h>
#include <linux/ratelimit.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include "compat/time.h"
#include "health.h"
#include "hook.h"
#include "pending.h"
#include "prefilter.h"
#include "ring.h"
#include "rings.h"
#include "select.h"
#include "session.h"
#include "stats.h"
#include "stream.h"
#include "wake.h"

#define ORPHAN_S_DEFAULT	60
#define ORPHAN_S_MAX		86400
#define WATERMARK_MAX		16

/* Guards everything that a change of consumer or selection modifies. */
DEFINE_MUTEX(saker_session_lock);
struct pid *saker_consumer_pid __read_mostly;

static struct {
	u32 state;
	u64 cookie;			/* 0: no consumer */
	struct file *file;		/* the consumer's open device; NULL: no consumer */
	u64 denied;
	u64 generation;			/* of the last selection, in force or not */
	u64 left_ns;			/* when the last consumer left */
	u64 disarmed_ns;		/* since when no hook is armed, if one was before */
	u32 orphan_s;
	unsigned long orphan_until;	/* jiffies */
	char comm[TASK_COMM_LEN];
} session = {
	.orphan_s = ORPHAN_S_DEFAULT,
};

static void orphan_timeout(struct work_struct *work);
static DECLARE_DELAYED_WORK(orphan_work, orphan_timeout);

static const struct saker_selection *session_selection(void)
{
	return rcu_dereference_protected(saker_selection, lockdep_is_held(&saker_session_lock));
}

/* Make a record of the consumer's change due on each CPU, and send it to the health group. */
static void record_consumer(u32 change, const char *why)
{
	struct saker_consumer_change c = {
		.change = change,
		.pid = pid_nr(saker_consumer_pid),
		.since_ns = session.left_ns,
	};

	lockdep_assert_held(&saker_session_lock);
	BUILD_BUG_ON(sizeof(c.comm) != sizeof(session.comm));
	memcpy(c.comm, session.comm, sizeof(c.comm));
	/* Before the first selection the rings stay empty, so that they can be resized. */
	saker_rings_consumer(&c);
	if (session.generation)
		saker_rings_flush(SAKER_DUE_COUNTERS);
	saker_health(why);
}

static void session_disarm(u32 state)
{
	lockdep_assert_held(&saker_session_lock);
	session.state = state;
	saker_hook_trim(NULL);
	saker_selection_replace(NULL);
	saker_prefilter_unload();
	saker_pending_trim(NULL);
	session.disarmed_ns = saker_boottime_ns();
}

static void orphan_timeout(struct work_struct *work)
{
	mutex_lock(&saker_session_lock);
	if (session.state == SAKER_STATE_ORPHAN && time_after_eq(jiffies, session.orphan_until)) {
		session_disarm(SAKER_STATE_DISARMED);
		record_consumer(SAKER_consumer_change_disarmed,
				"disarmed: no consumer came back in time");
	}
	mutex_unlock(&saker_session_lock);
}

int saker_session_attach(struct file *file, u64 *cookie)
{
	int ret = -EBUSY;

	mutex_lock(&saker_session_lock);
	if (session.cookie)
		goto out;
	ret = saker_rings_make();
	if (ret)
		goto out;
	do
		session.cookie = get_random_u64();
	while (!session.cookie);
	*cookie = session.cookie;
	session.file = file;
	WRITE_ONCE(saker_consumer_pid, get_pid(task_tgid(current)));
	get_task_comm(session.comm, current);
	if (session.state == SAKER_STATE_ORPHAN)
		session.state = SAKER_STATE_ARMED;
	saker_rings_sanitize();
	record_consumer(SAKER_consumer_change_attached, "attached");
out:
	mutex_unlock(&saker_session_lock);
	return ret;
}

void saker_session_detach(void)
{
	struct pid *pid;
	bool died;

	mutex_lock(&saker_session_lock);
	died = session.state == SAKER_STATE_ARMED;
	session.left_ns = saker_boottime_ns();
	session.cookie = 0;
	session.file = NULL;
	if (died) {
		session.state = SAKER_STATE_ORPHAN;
		session.orphan_until = jiffies + session.orphan_s * HZ;
		mod_delayed_work(system_wq, &orphan_work, session.orphan_s * HZ);
	}
	record_consumer(died ? SAKER_consumer_change_died : SAKER_consumer_change_stopped,
			died ? "orphan" : "stopped");
	/* Last: until here, hits by the consumer itself are not recorded. */
	pid = saker_consumer_pid;
	WRITE_ONCE(saker_consumer_pid, NULL);
	mutex_unlock(&saker_session_lock);
	/* A hook that still compares the pointer compares it with the pid of a live process. */
	put_pid(pid);
}

bool saker_session_is_consumer(u64 cookie)
{
	lockdep_assert_held(&saker_session_lock);
	return session.cookie && cookie == session.cookie &&
	       file_ns_capable(session.file, &init_user_ns, CAP_SYS_ADMIN);
}

int saker_session_authorize(u64 cookie)
{
	/*
	 * Any process can cause refusals at any rate: all are counted, but messages are
	 * rate-limited.
	 */
	static DEFINE_RATELIMIT_STATE(often, HZ, 10);

	lockdep_assert_held(&saker_session_lock);
	if (saker_session_is_consumer(cookie))
		return 0;
	session.denied++;
	if (__ratelimit(&often))
		saker_health("denied: a setter did not show the cookie of the consumer");
	return -EPERM;
}

u64 saker_session_denied(void)
{
	return READ_ONCE(session.denied);
}

int saker_session_select(struct saker_selection *sel, struct netlink_ext_ack *extack)
{
	int ret;

	lockdep_assert_held(&saker_session_lock);
	if (sel->generation <= session.generation) {
		NL_SET_ERR_MSG(extack, "selection: generation not greater than the last one");
		return -ESTALE;
	}
	ret = saker_pending_make();
	if (ret)
		return ret;
	/*
	 * Write what is due under the old selection, so that its counters are exact at this
	 * place.
	 */
	saker_rings_flush(SAKER_DUE_COUNTERS);
	ret = saker_hook_arm(sel, extack);
	if (ret)
		return ret;
	saker_selection_replace(sel);
	saker_prefilter_unload();
	saker_hook_trim(sel);
	saker_pending_trim(sel);
	session.generation = sel->generation;
	if (session.disarmed_ns)
		saker_rings_disarmed(session.disarmed_ns, saker_boottime_ns());
	session.disarmed_ns = 0;
	session.state = SAKER_STATE_ARMED;
	saker_rings_flush(SAKER_DUE_SELECTION);
	return 0;
}

int saker_session_prefilter(const void __user *at, u32 size)
{
	int ret = -ESTALE;

	mutex_lock(&saker_session_lock);
	if (session_selection())
		ret = saker_prefilter_load(at, size, session.generation);
	mutex_unlock(&saker_session_lock);
	return ret;
}

int saker_session_set_state(u32 state, struct netlink_ext_ack *extack)
{
	lockdep_assert_held(&saker_session_lock);
	switch (state) {
	case SAKER_STATE_IDLE:
	case SAKER_STATE_DISARMED:
		if (session_selection())
			session_disarm(SAKER_STATE_IDLE);
		saker_rings_flush(SAKER_DUE_COUNTERS);
		return 0;
	case SAKER_STATE_ARMED:
		if (session_selection())
			return 0;
		NL_SET_ERR_MSG(extack, "state: armed by a selection, and there is none");
		return -EINVAL;
	default:
		NL_SET_ERR_MSG(extack, "state: idle, armed or disarmed");
		return -EINVAL;
	}
}

int saker_session_set_ring_size(u64 size, struct netlink_ext_ack *extack)
{
	lockdep_assert_held(&saker_session_lock);
	if (!is_power_of_2(size) || size < SAKER_RING_MIN || size > SAKER_RING_MAX) {
		NL_SET_ERR_MSG(extack, "ring size: a power of two from 64 KiB to 1 GiB");
		return -EINVAL;
	}
	if (session_selection()) {
		NL_SET_ERR_MSG(extack, "ring size: disarm first");
		return -EBUSY;
	}
	return saker_rings_resize(size, extack);
}

int saker_session_set_orphan(u32 seconds, struct netlink_ext_ack *extack)
{
	lockdep_assert_held(&saker_session_lock);
	if (seconds > ORPHAN_S_MAX) {
		NL_SET_ERR_MSG(extack, "orphan_s: at most a day");
		return -EINVAL;
	}
	session.orphan_s = seconds;
	return 0;
}

int saker_session_set_watermark(u32 shift, struct netlink_ext_ack *extack)
{
	lockdep_assert_held(&saker_session_lock);
	if (!shift || shift > WATERMARK_MAX) {
		NL_SET_ERR_MSG(extack, "watermark: 1/2^n of a ring, n from 1 to 16");
		return -EINVAL;
	}
	saker_rings_set_watermark(shift);
	return 0;
}

void saker_session_info(struct saker_session_info *info)
{
	lockdep_assert_held(&saker_session_lock);
	memset(info, 0, sizeof(*info));
	info->state = session.state;
	info->generation = session.generation;
	info->ring_size = saker_rings_size();
	info->watermark = saker_rings_watermark();
	info->orphan_s = session.orphan_s;
	if (!session.cookie)
		return;
	info->holder_pid = pid_nr(saker_consumer_pid);
	memcpy(info->holder_comm, session.comm, sizeof(info->holder_comm));
}

void saker_session_flush(void)
{
	mutex_lock(&saker_session_lock);
	saker_rings_flush(SAKER_DUE_COUNTERS);
	mutex_unlock(&saker_session_lock);
}

void saker_session_uninit(void)
{
	mutex_lock(&saker_session_lock);
	session_disarm(SAKER_STATE_IDLE);
	mutex_unlock(&saker_session_lock);
	cancel_delayed_work_sync(&orphan_work);
}
