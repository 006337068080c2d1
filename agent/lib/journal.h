/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds out whether a descriptor is connected to the journal. systemd sets
 * JOURNAL_STREAM to "device:inode" of the stream of a service's output. On that stream
 * a line may begin with its syslog priority, "<3>", which journald strips and stores
 * (sd-daemon(3)).
 */
#ifndef LIB_JOURNAL_H
#define LIB_JOURNAL_H

#include <stdbool.h>

bool journal_is(int fd);

#endif /* LIB_JOURNAL_H */
