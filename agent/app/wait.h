/* SPDX-License-Identifier: Apache-2.0 */
/* Decides when the loop sleeps, what wakes it, and when it ends. */
#ifndef APP_WAIT_H
#define APP_WAIT_H

#include "app/loop.h"

/* Blocks the signals that end the loop, and SIGHUP unless it is to stay ignored. */
void wait_block_signals(const struct loop *loop);

/**
 * loop_wait() - wait, because the source has no record
 * @why:	the result of source_next()
 *
 * Return: 0 to go on, LOOP_DONE, or -errno.
 */
int loop_wait(struct loop *loop, int why);

/*
 * Called after each record, so that a busy source does not delay signals, timers and output.
 * Returns as loop_wait().
 */
int loop_look_up(struct loop *loop);

/* Writes buffered output. Return: 0 or -errno. */
int loop_quiet(struct loop *loop);

#endif /* APP_WAIT_H */
