/* SPDX-License-Identifier: Apache-2.0 */
/* Declares what the tests of exec share: the program that is run, and its expectation. */
#ifndef EXEC_H
#define EXEC_H

#include "t.h"

#define SELF	"/test/driver-test"
#define ENVIRON ((char *[]){ "SECRET=hidden", NULL })

enum {
	EXE_MEMFD = 1, EXE_UNLINKED = 2, EXE_WRITABLE = 4, EXE_UPPER = 8, EXE_LOWER = 0x10,
	EXE_SETUID = 0x20, EXE_SETGID = 0x40, EXE_INTERPRETER = 0x80,
};

#define ARGV(...) ((char *[]){ __VA_ARGS__, NULL })

struct program {
	const char *exe;      /* the file whose code runs */
	const char *path;     /* its path as d_path prints it, if another */
	const char *filename; /* as the kernel was given it */
	const char *comm;     /* NULL: from filename; else not comparable */
	const char *cwd;      /* NULL: where we are */
	char *const *argv;
	uint32_t exe_flags, argv_cut, tty;
	uint64_t exe_caps; /* that its file has; 0: none, so they stay as they are */
	struct val env;
};

/* EXPECT the success of an exec that follows at once; it is given ENVIRON. */
void will_run(const struct program *p);

/* The program of these tests, written to the descriptor @to, which is returned. */
int copy_of_self(int to);

#endif
