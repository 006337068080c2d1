/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Defines macros that older kernels lack. Each is a macro in the kernels that have it, so that
 * none is defined twice. A flag that a kernel does not know is 0: no task has it.
 */
#ifndef SAKER_COMPAT_NAMES_H
#define SAKER_COMPAT_NAMES_H

#include <linux/build_bug.h>
#include <linux/lockdep.h>
#include <linux/preempt.h>
#include <linux/sched.h>

#ifndef static_assert				/* v5.1 */
#define static_assert(expr)	\
	extern const char saker_static_assert[(expr) ? 1 : -1] __maybe_unused
#endif

#ifndef lockdep_assert_preemption_disabled	/* v5.9 */
#define lockdep_assert_preemption_disabled()	\
	WARN_ON_ONCE(IS_ENABLED(CONFIG_PROVE_LOCKING) && preemptible())
#endif

#ifndef PF_IO_WORKER				/* v5.6 */
#define PF_IO_WORKER		0
#endif

#ifndef CLONE_PIDFD				/* v5.2 */
#define CLONE_PIDFD		0
#endif

#ifndef CLONE_CLEAR_SIGHAND			/* v5.5 */
#define CLONE_CLEAR_SIGHAND	0
#endif

#ifndef CLONE_INTO_CGROUP			/* v5.7 */
#define CLONE_INTO_CGROUP	0
#endif

#endif /* SAKER_COMPAT_NAMES_H */
