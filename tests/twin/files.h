/* SPDX-License-Identifier: GPL-2.0-only */
/* Provides the descriptors of current, which a test changes. */
#ifndef TWIN_FILES_H
#define TWIN_FILES_H

#include <linux/fs.h>

struct twin_files {
	struct files_struct table;	/* eight descriptors, of no other task */
	bool functions_run;		/* saker_hook_functions_run() */
};

extern struct twin_files twin_files;

#endif
