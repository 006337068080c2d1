/* SPDX-License-Identifier: Apache-2.0 */
/* Threads beside the loop: they take no signals, which are for the thread that waits for them. */
#ifndef LIB_THREAD_H
#define LIB_THREAD_H

#include <pthread.h>

/* Return: 0 or -errno. To be joined or detached. */
int thread_start(pthread_t *ret, void *(*fn)(void *arg), void *arg);

#endif /* LIB_THREAD_H */
