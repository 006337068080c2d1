// SPDX-License-Identifier: GPL-2.0-only
/* v7: tracepoint.h guards probes by tracepoint_srcu, a fast SRCU, not by preemption. */
#include <linux/tracepoint.h>
void probe(void) { guard(srcu_fast_notrace)(&tracepoint_srcu); }
