/* SPDX-License-Identifier: Apache-2.0 */
/* Which fields the driver tests have seen filled, and with how many known values. */
#ifndef FIELDS_H
#define FIELDS_H

#include "run.h"

/* A record that equals what a test expected. */
void fields_note(const struct want *w, const struct ev_header *h);

/* Whether the driver has this function hook on this kernel. */
bool fields_hooked(struct sk *sk, const char *hook);

/* A test was skipped: notes which fields it could not fill, as the kernel lacks their call. */
void fields_lack(void);

/*
 * Prints the fields never seen filled, or with fewer than two known values. Returns how many of
 * them should have been. @whole: all tests ran; without one, the second value may be missing.
 */
int fields_report(const struct sk_info *info, bool ebpf, bool whole);

/* Selects each event alone; returns how many hooks are armed, or not, against coverage.def. */
int hooks_report(struct sk *sk);

#endif
