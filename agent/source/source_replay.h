/* SPDX-License-Identifier: Apache-2.0 */
/* A capture file as a source: the same records, in the same order, as fast as they are read. */
#ifndef SOURCE_SOURCE_REPLAY_H
#define SOURCE_SOURCE_REPLAY_H

#include "source/capture.h"
#include "source/source.h"

/**
 * source_replay_new() - open a capture
 * @path:	copied; messages name it
 * @err:	on failure: what is wrong with the file
 *
 * source_next() then fails with -ENODATA where the file ends within a frame, as when its
 * writer was killed, and with -EBADMSG where it is damaged; all before that was read.
 *
 * Return: 0, -EBADMSG if it is no capture, or another -errno.
 */
int source_replay_new(struct source **ret, const char *path, struct error *err);

/* Borrowed; all strings end with a NUL. */
const struct capture_header *source_replay_header(const struct source *source);

#endif /* SOURCE_SOURCE_REPLAY_H */
