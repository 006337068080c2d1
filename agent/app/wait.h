/* SPDX-License-Identifier: Apache-2.0 */
/* The loop's waiting: when to sleep, what wakes it, and how it ends. */
#ifndef APP_WAIT_H
#define APP_WAIT_H

#include "app/loop.h"

/**
 * loop_wait() - the source had no record
 * @why:	what source_next() said
 * Return: 0 to go on, LOOP_DONE, or -errno.
 */
int loop_wait(struct loop *loop, int why);

/* Between records of a source that is never quiet: signals, time, output. As loop_wait(). */
int loop_look_up(struct loop *loop);

/* Write what has gathered. 0 or -errno. */
int loop_quiet(struct loop *loop);

#endif /* APP_WAIT_H */
