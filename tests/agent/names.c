/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process that gives itself another name. It opens a file every tenth of a second, and so do a
 * thread and a child that it makes each time: which names and descriptors does the agent print?
 */
#include <fcntl.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void touch(const char *path)
{
	int fd = open(path, O_RDONLY | O_CREAT, 0600);

	if (fd >= 0)
		close(fd);
}

static void *thread(void *arg)
{
	touch("/tmp/by-thread");
	return arg;
}

int main(void)
{
	pthread_t t;

	prctl(PR_SET_NAME, "sshd");
	for (;;) {
		touch("/tmp/by-main");
		if (pthread_create(&t, NULL, thread, NULL) == 0)
			pthread_join(t, NULL);
		if (fork() == 0) {
			touch("/tmp/by-child");
			_exit(0);
		}
		wait(NULL);
		usleep(100000);
	}
}
