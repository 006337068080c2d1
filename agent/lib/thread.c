/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starts threads with signals blocked. The mask is inherited, so it is set around the start: no
 * signal can arrive in between. SIGSYS stays unblocked: blocked, it would kill the process when
 * a system call is refused (app/confine.c).
 */
#include "lib/thread.h"
#include <signal.h>

int thread_start(pthread_t *ret, void *(*fn)(void *arg), void *arg)
{
	sigset_t all, before;
	int r;

	sigfillset(&all);
	sigdelset(&all, SIGSYS);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(ret, NULL, fn, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -r;
}
