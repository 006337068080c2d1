/* SPDX-License-Identifier: Apache-2.0 */
/* A capture file as a source: the same records, in the same order, as fast as they are read. */
#ifndef SOURCE_SOURCE_REPLAY_H
#define SOURCE_SOURCE_REPLAY_H

#include "source/capture.h"
#include "source/source.h"

/**
 * source_replay_new() - open a capture
 * @error:	on failure: what is wrong with the file
 * Return: 0, -EBADMSG if it is no capture, or another -errno.
 */
int source_replay_new(struct source **ret, const char *path, char *error, size_t size);

/* Borrowed; all strings end with a NUL. */
const struct capture_header *source_replay_header(const struct source *source);

/* Did the file end within a frame, as when its writer was killed? Valid after SOURCE_END. */
bool source_replay_cut(const struct source *source);

#endif /* SOURCE_SOURCE_REPLAY_H */
