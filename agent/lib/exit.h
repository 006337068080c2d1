/* SPDX-License-Identifier: Apache-2.0 */
/* Defines the exit statuses of the programs. */
#ifndef LIB_EXIT_H
#define LIB_EXIT_H

enum {
	EXIT_DONE = 0,
	EXIT_NO = 1,		/* the answer is no */
	EXIT_USAGE = 2,		/* wrong usage */
	EXIT_CANNOT = 3,	/* could not run, or could not finish */
};

#endif /* LIB_EXIT_H */
