/* SPDX-License-Identifier: GPL-2.0-only */
/* In which context tracepoints call their probes. */
#ifndef SAKER_COMPAT_TRACEPOINT_H
#define SAKER_COMPAT_TRACEPOINT_H

/* Since v7 all of them run preemptible, under SRCU. */
#ifdef HAVE_TRACEPOINT_PREEMPTIBLE
#define SAKER_TRACEPOINTS_ATOMIC	0
#else
#define SAKER_TRACEPOINTS_ATOMIC	1
#endif

#endif /* SAKER_COMPAT_TRACEPOINT_H */
