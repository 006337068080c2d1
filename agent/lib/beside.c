/* SPDX-License-Identifier: Apache-2.0 */
/* Finds files by /proc/self/exe, which is independent of the name the program was started by. */
#include "lib/beside.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int beside_program(char *path, size_t size, const char *name, uid_t *owner)
{
	char program[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);
	struct stat st;
	char *slash;

	if (n < 0)
		return -errno;
	program[n] = '\0';
	slash = strrchr(program, '/');
	if (!slash || stat("/proc/self/exe", &st))
		return -ENOENT;
	*slash = '\0';
	if (snprintf(path, size, "%s/%s", program, name) >= (int)size)
		return -ENAMETOOLONG;
	*owner = st.st_uid;
	return access(path, F_OK) ? -errno : 0;
}
