/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines to a descriptor, written by a thread of its own: whoever puts them
 * never waits for a disk, a terminal or a reader that has stopped, unless it
 * asks to. Lines gather while a write is under way, up to a bound.
 */
#ifndef DELIVER_WRITER_H
#define DELIVER_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include "lib/str.h"

struct writer;

struct writer_config {
	int fd;			/* not closed; to stay open */
	size_t room;		/* bytes that may gather beside those being written */
	bool wait;		/* put waits for room; else it refuses */
	bool (*give_up)(void *ctx);	/* with wait: called while waiting; true ends it. NULL: never */
	void *ctx;
	int wake;		/* an eventfd that is told when the descriptor fails; -1: none */
};

struct writer_stats {
	uint64_t written;	/* lines, whole */
	uint64_t lost;		/* the descriptor failed, or they were left at the end */
	int error;		/* -errno of the first write that failed; 0: none did */
};

/* Return: 0 or -errno. To be ended with writer_free(). */
int writer_new(struct writer **ret, const struct writer_config *config);

/* Stops it; writer_drain() comes before. NULL is fine. */
void writer_free(struct writer *writer);

/**
 * writer_put() - one line, with its newline
 * @line:	copied
 * Return: 0, -EAGAIN without room, -ECANCELED if waiting was given up, or -EMSGSIZE if it
 * could never fit.
 */
int writer_put(struct writer *writer, struct str line);

/* Is an eighth of the room free? After a loss nothing is put before that, or losses alternate. */
bool writer_recovered(struct writer *writer);

/**
 * writer_go() - what has gathered shall leave
 * Return: 0, or -errno of a write that failed since it was last asked.
 */
int writer_go(struct writer *writer);

/**
 * writer_drain() - wait until everything has left
 * @timeout_ms:	of a writer that does not wait; else give_up() decides
 * Return: 0, -ETIMEDOUT, or as writer_go().
 */
int writer_drain(struct writer *writer, unsigned int timeout_ms);

/* Give up: what has not left by now counts as lost, though a write under way goes on. */
void writer_stop(struct writer *writer);

void writer_stats(struct writer *writer, struct writer_stats *ret);

#endif /* DELIVER_WRITER_H */
