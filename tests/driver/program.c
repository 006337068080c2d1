// SPDX-License-Identifier: Apache-2.0
/*
 * Runs as the program that a test executes: one with a known name and a known
 * end.
 *
 *   --be-exit N        exit status N
 *   --be-signal N      end by signal N
 *   --be-sleep         wait to be killed
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "program.h"

int be(int argc, char **argv)
{
	int n = argc > 2 ? atoi(argv[2]) : 0;

	if (!strcmp(argv[1], "--be-signal"))
		raise(n);
	while (!strcmp(argv[1], "--be-sleep"))
		pause();
	_exit(n);
}

void umask_and_home(void)
{
	umask(0);
	if (chdir("/test"))
		_exit(97);
}
