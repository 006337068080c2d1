/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes records from lines of text, so that a test can describe events without a
 * kernel: "openat tid=7 res=3 path=/etc/shadow name=notes".
 *
 *   first word   what rules call it (openat, execve, procexit), or a record
 *                (task, cgroup_mkdir); then fields of the record by name
 *   tid tgid start cgroup cpu origin ts   of the header
 *   flags        by value or names: O_RDONLY|O_CLOEXEC
 *   text         bare or "quoted", with \n \t \" \\ \xNN; '|' for NUL in argv and env;
 *                with ~cut:N behind it, it is the beginning of N bytes
 *   tuple        tcp,10.0.0.1:40000>10.0.0.2:443,client,ino:77
 *   descriptor   file, pipe, memfd, ..., a device (char,1:3), or a tuple
 */
#ifndef TESTS_RULES_RECORD_TEXT_H
#define TESTS_RULES_RECORD_TEXT_H

#include <stddef.h>
#include "lib/str.h"

#define RECORD_TEXT_MAX	16384

struct record_text {
	union {
		struct ev_header hdr;
		char bytes[RECORD_TEXT_MAX];
	};
	struct ev_place place;
	char error[256];
};

/*
 * Makes the record. Without ts it is @ts_ns, without tgid the tid, without start the tgid in ms.
 * Return: 0, or -EINVAL with ->error set.
 */
int record_from_text(struct record_text *rec, struct str line, uint64_t ts_ns);

#endif /* TESTS_RULES_RECORD_TEXT_H */
