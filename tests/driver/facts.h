/* SPDX-License-Identifier: Apache-2.0 */
/* Describes a test's own files and sockets, from stat and getsockname, and makes some. */
#ifndef FACTS_H
#define FACTS_H

#include <sys/socket.h>

#include "t.h"

struct ev_fd fd_of(int fd);			/* the file behind descriptor fd */
struct ev_tuple tuple_of(int sock, unsigned int role);
const char *path_of(int fd);			/* /proc/self/fd/N, static per call of four */
uint32_t fd_kind(int fd);
#define FILES "/tmp/files"
/* A tmpfs there with the directories one and two, with a file in each; their descriptors. */
void files_make(int dir[2]);
struct val resident(void); /* KiB of this process in memory, as exact as the kernel keeps it */
/* Of a record that has them: the sizes of this process; it has nothing in swap space. */
#define MEMORY .vm_size = N(word_of("/proc/self/status", "VmSize:\t%lu")), .vm_rss = resident()
void touch(size_t mib); /* map that much and write to it */
struct val ticks(uint64_t start_ticks);	/* the start time of a task, as exact as /proc has it */
struct who waiting_child(void);
void done_with(struct who v);		/* kills it */
bool lacks32(long res); /* is this one 32-bit call, with that result, not in this kernel? */
void need32(long res); /* the result of a 32-bit call: skips the test if this kernel has none */
uint64_t ino_of(const char *path);
uint32_t device_of(const char *path);
/* What a function hook sees; where there is none, a field that only it fills is absent. */
#define SEEN(s)	     (hooked ? S(s) : (struct val){ 0 })
#define SEEN_OR_U(s) (hooked ? S(s) : U(s))
#define SEEN_FILE(path) SEEN_FILE_IF(hooked, path)
#define SEEN_FILE_IF(seen, path) \
	.dev = N((seen) ? device_of(path) : 0), .ino = N((seen) ? ino_of(path) : 0), \
	.file = (seen) ? S(path) : (struct val){ 0 }
struct val comm_of(const char *path);		/* the name that exec would give the task */

/* A listener on 127.0.0.1 or ::1; *addr is where it listens. */
int listener(int family, struct sockaddr_storage *addr, socklen_t *len);

#endif
