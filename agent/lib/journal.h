/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is a descriptor the journal's? systemd names the stream that it connected to a
 * service's output in JOURNAL_STREAM, as "device:inode". On that stream a line
 * may begin with its syslog priority, "<3>", which journald takes off and
 * stores (sd-daemon(3)).
 */
#ifndef LIB_JOURNAL_H
#define LIB_JOURNAL_H

#include <stdbool.h>

bool journal_is(int fd);

#endif /* LIB_JOURNAL_H */
