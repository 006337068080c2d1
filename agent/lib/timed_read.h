/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads files that may block without limit, each with a deadline.
 *
 * A read that waits for a lock of another process cannot be made non-blocking. So threads read. If
 * a read is late, the caller does not wait for its thread any longer; the thread is used again when
 * the kernel returns. There is a fixed number of threads; while all are late, no reads are made.
 * The time counts from when the thread begins to read: on a busy machine it may wait for a CPU.
 */
#ifndef LIB_TIMED_READ_H
#define LIB_TIMED_READ_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define TIMED_READ_THREADS	4u
#define TIMED_READ_NS		250000000ull

struct timed_read;

/* @max: bytes of one read at most. Return: 0 or -errno. */
int timed_read_new(struct timed_read **ret, size_t max);

/* Does not wait for a read that is late. NULL is fine. */
void timed_read_free(struct timed_read *tr);

/**
 * timed_read() - up to @size bytes, fewer only at the end; one caller at a time
 * @fd:	closed here, or by the thread that is late
 * Return: bytes read, -errno, -ETIMEDOUT, or -EBUSY: all threads are late.
 */
ssize_t timed_read(struct timed_read *tr, int fd, char *buf, size_t size, uint64_t from);

#endif /* LIB_TIMED_READ_H */
