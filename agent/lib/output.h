/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Standard output of a program that uses stdio: main() learns at the end whether all of it was
 * written, and if not, why. Without it stdio drops what a full disk does not take, and the reason.
 */
#ifndef LIB_OUTPUT_H
#define LIB_OUTPUT_H

#include <stdio.h>
#include "lib/error.h"

struct output {
	FILE *stream;		/* stdout until output_end(); NULL: without memory, it is libc's own */
	FILE *before;
	int error;		/* -errno of the first write that failed */
};

/**
 * output_begin() - make stdout a stream that keeps the reason of a failure
 * @out:	must exist until output_end(), and until exit() if the program does not come there
 *
 * A closed standard descriptor is opened on /dev/null in the wrong direction, so that no other file
 * gets its number, and the program's output with it; writing fails as if it were closed.
 */
void output_begin(struct output *out);

/**
 * output_end() - write what is buffered
 * Return: 0 if all was written or the reader has closed the pipe, as head does; else -errno of the
 * first write that failed, with @err set.
 */
int output_end(struct output *out, struct error *err);

#endif /* LIB_OUTPUT_H */
