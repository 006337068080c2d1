/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes lines to a descriptor from a thread, so the caller never waits for a disk, a
 * terminal or a reader that has stopped, unless @wait is set. Lines are collected while a
 * write is in progress, up to a limit.
 */
#ifndef DELIVER_WRITER_H
#define DELIVER_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include "lib/str.h"

struct writer;

struct writer_config {
	int fd;			/* not closed; must stay open until the write ends */
	size_t room;		/* bytes of lines waiting, besides those being written */
	bool wait;		/* writer_put() waits for room; else it returns -EAGAIN */
	bool (*give_up)(void *ctx);	/* with wait: called while waiting; true ends the wait */
	void *ctx;
	int wake;		/* an eventfd, written when the descriptor fails; -1: none */
};

struct writer_stats {
	uint64_t written;	/* whole lines */
	uint64_t lost;		/* the descriptor failed, or not written at the end */
	int error;		/* -errno of the first write that failed; 0: none did */
};

/* Return: 0 or -errno. Free it with writer_free(). */
int writer_new(struct writer **ret, const struct writer_config *config);

/* Stops the writer; call writer_drain() first. NULL is fine. */
void writer_free(struct writer *writer);

/**
 * writer_put() - add one line, with its newline
 * @line:	copied
 * Return: 0, -EAGAIN without room, -ECANCELED if give_up() ended the wait, or
 * -EMSGSIZE if the line is longer than the buffer.
 */
int writer_put(struct writer *writer, struct str line);

/*
 * Is an eighth of the buffer free? After a loss no line is added until then, because otherwise lost
 * and written lines would alternate.
 */
bool writer_recovered(struct writer *writer);

/**
 * writer_go() - start writing the collected lines
 * Return: 0, or -errno of a write that failed since the last call.
 */
int writer_go(struct writer *writer);

/**
 * writer_drain() - wait until all lines are written
 * @timeout_ms:	limit for a writer without @wait; with @wait give_up() ends the wait
 * Return: 0, -ETIMEDOUT, or as writer_go().
 */
int writer_drain(struct writer *writer, unsigned int timeout_ms);

/* Ends writing: lines not yet written count as lost, although a write in progress continues. */
void writer_stop(struct writer *writer);

void writer_stats(struct writer *writer, struct writer_stats *ret);

#endif /* DELIVER_WRITER_H */
