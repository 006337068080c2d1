/* SPDX-License-Identifier: Apache-2.0 */
/* Starts threads that receive no signals; signals are for the loop. */
#ifndef LIB_THREAD_H
#define LIB_THREAD_H

#include <pthread.h>

/* Return: 0 or -errno. To be joined or detached. */
int thread_start(pthread_t *ret, void *(*fn)(void *arg), void *arg);

#endif /* LIB_THREAD_H */
