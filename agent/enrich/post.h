/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the records that come from the agent itself. What procfs.c and scan.c
 * read from the host becomes a record here, which post_send() applies to the
 * tables and captures. So these files do not depend on the tables.
 */
#ifndef ENRICH_POST_H
#define ENRICH_POST_H

#include <stdbool.h>
#include <stdint.h>
#include <saker/event.h>
#include "lib/hostfs.h"
#include "lib/str.h"

#define POST_PARTS	57344u	/* bytes for the variable parts of one record; the rest is cut */

typedef int post_fn(void *ctx, const struct ev_header *hdr);

struct timed_read;

/* A record under construction. */
struct post {
	post_fn *put;			/* takes the finished record */
	void *ctx;
	union {
		struct ev_header hdr;
		struct ev_task task;
		struct ev_user user;
		struct ev_group group;
		struct ev_host host;
		struct ev_cgroup_mkdir cgroup_mkdir;
		struct ev_task record;	/* the largest */
	};
	char room[POST_PARTS];
	struct ev_more prov;		/* of the fields from the 17th on */
	bool more;			/* the record has such fields */
};

/* Clears the record and writes its header: from user space, every field from the agent. */
void post_begin(struct post *p, enum ev_type type, uint64_t ts_ns);

/* Adds to the provenance of a field, which is that of the agent. */
void post_prov(struct post *p, unsigned int field, unsigned int prov);

/* Appends bytes; the fixed fields are unchanged. */
void post_part(struct post *p, struct ev_part *part, struct str s);

/* Finishes the record and passes it to put(). Return: what put() returns. */
int post_send(struct post *p);

/* -- what is read from the host -- */

/* Reads /proc. */
struct procfs {
	const struct hostfs *host;
	struct timed_read *reader;
	uint64_t unread;	/* processes whose arguments could not be read in time */
};

/* Return: 0 or -errno. */
int procfs_init(struct procfs *ret, const struct hostfs *host);
void procfs_uninit(struct procfs *fs);

/**
 * procfs_task() - post one task as /proc has it now
 * @who:	tid and tgid; start_ns if known: another thread of that number is skipped
 * Return: 0, or -ESRCH.
 */
int procfs_task(struct procfs *fs, struct post *p, const struct ev_header *who);

/* Posts all processes in /proc. Return: 0 or -errno. */
int procfs_scan(struct procfs *fs, struct post *p, uint64_t ts_ns);

/*
 * The hierarchy of control groups whose numbers the driver records: that of the pids controller if
 * it has a hierarchy of its own, else the unified one.
 */
struct cgroupfs {
	char dir[128];		/* mount point */
	uint32_t hierarchy;
	bool found;
};

void cgroupfs_find(const struct hostfs *fs, struct cgroupfs *ret);

/* Posts all groups. Return: 0 or -errno. */
int cgroupfs_scan(const struct hostfs *fs, const struct cgroupfs *cgfs, struct post *p,
		  uint64_t ts_ns);

/* Posts the group of one thread if its number is @id. Return: 0 or -ESRCH. */
int cgroupfs_of_thread(const struct hostfs *fs, const struct cgroupfs *cgfs, struct post *p,
		       uint32_t tid, uint64_t id, uint64_t ts_ns);

/* The version of a file that was read last. */
struct file_version {
	uint64_t dev, ino;
	int64_t size, mtime_ns, ctime_ns;
};

struct accounts {
	struct file_version passwd, group;
};

enum {
	ACCOUNTS_PASSWD = 1,
	ACCOUNTS_GROUP = 2,
};

/* Posts users and groups if their file changed. Return: which files were read. */
unsigned int accounts_read(const struct hostfs *fs, struct accounts *seen, struct post *p,
		   uint64_t ts_ns);

/* Posts the host's own name. */
void hostname_read(const struct hostfs *fs, struct post *p, uint64_t ts_ns);

#endif /* ENRICH_POST_H */
