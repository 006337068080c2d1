/* SPDX-License-Identifier: Apache-2.0 */
/* Source for a capture file: returns its records in their order, without delays. */
#ifndef SOURCE_SOURCE_REPLAY_H
#define SOURCE_SOURCE_REPLAY_H

#include "source/capture.h"
#include "source/source.h"

/**
 * source_replay_new() - open a capture
 * @path:	copied, for messages
 * @err:		on failure: what is wrong with the file
 *
 * source_next() returns -ENODATA if the file ends within a frame or without the end mark that its
 * header announces, as when its writer was killed, and -EBADMSG if it is damaged; all records
 * before that place are returned first.
 *
 * Return: 0, -EBADMSG if it is not a capture, or another -errno.
 */
int source_replay_new(struct source **ret, const char *path, struct error *err);

/* Borrowed; all strings end with a NUL. */
const struct capture_header *source_replay_header(const struct source *source);

#endif /* SOURCE_SOURCE_REPLAY_H */
