/* SPDX-License-Identifier: Apache-2.0 */
/* See attach.h. */
#include "ebpf/attach.h"
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "lib/fd.h"

#define TRACEFS		"/sys/kernel/tracing"
#define EVENT_ID	TRACEFS "/events/raw_syscalls/sys_exit/id"

int attach_type(int prog)
{
	struct bpf_prog_info info = { 0 };
	uint32_t size = sizeof(info);

	return bpf_obj_get_info_by_fd(prog, &info, &size) ? -errno : (int)info.type;
}

/* The number by which perf knows sys_exit, or -errno. */
static int event_id(void)
{
	char text[16];
	ssize_t n;

	/* tracefs is mounted by systemd; where nobody did, we do. */
	if (access(EVENT_ID, R_OK) &&
	    mount("tracefs", TRACEFS, "tracefs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
		return -errno;
	n = fd_read_file(EVENT_ID, text, sizeof(text));
	return n < 0 ? (int)n : atoi(text);
}

/* An event of one processor is enough: a program is run on all. It counts nothing itself. */
static int event_open(void)
{
	const int id = event_id();
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = (uint64_t)id,
		.disabled = 1,
	};
	const long ncpus = sysconf(_SC_NPROCESSORS_CONF);
	long fd = -1;

	if (id < 0)
		return id;
	for (int cpu = 0; cpu < ncpus && fd < 0; cpu++)
		fd = syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : (int)fd;
}

bool attach_perf_may(void)
{
	int event = event_open();

	fd_close(event);
	return event >= 0;
}

/* The link holds the event. */
static int attach_event(int prog)
{
	int event = event_open(), link;

	if (event < 0)
		return event;
	link = bpf_link_create(prog, event, BPF_PERF_EVENT, NULL);
	if (link < 0)
		link = -errno;
	fd_close(event);
	return link;
}

int attach_program(int prog)
{
	int type = attach_type(prog), link;

	if (type < 0)
		return type;
	if (type == BPF_PROG_TYPE_TRACEPOINT)
		return attach_event(prog);
	link = bpf_raw_tracepoint_open(NULL, prog);
	return link < 0 ? -errno : link;
}
