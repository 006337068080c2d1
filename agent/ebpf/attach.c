/* SPDX-License-Identifier: Apache-2.0 */
/* Attaches programs: to tracing hooks directly, to others by perf events. */
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
#define KPROBE_TYPE	"/sys/bus/event_source/devices/kprobe/type"

int attach_type(int prog)
{
	struct bpf_prog_info info = { 0 };
	uint32_t size = sizeof(info);

	return bpf_obj_get_info_by_fd(prog, &info, &size) ? -errno : (int)info.type;
}

static int number_in(const char *path)
{
	char text[16];
	ssize_t n = fd_read_file(path, text, sizeof(text));

	return n < 0 ? (int)n : atoi(text);
}

/* An event of one CPU is enough: the program is run on all. The event itself counts nothing. */
static int event_open(struct perf_event_attr *attr)
{
	const long ncpus = sysconf(_SC_NPROCESSORS_CONF);
	long fd = -1;

	attr->size = sizeof(*attr);
	attr->disabled = 1;
	for (int cpu = 0; cpu < ncpus && fd < 0; cpu++)
		fd = syscall(SYS_perf_event_open, attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : (int)fd;
}

static int sys_exit_open(void)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT };
	int id;

	/* systemd mounts tracefs; where it is not mounted, mount it. */
	if (access(EVENT_ID, R_OK) &&
	    mount("tracefs", TRACEFS, "tracefs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
		return -errno;
	id = number_in(EVENT_ID);
	if (id < 0)
		return id;
	attr.config = (uint64_t)id;
	return event_open(&attr);
}

/* perf_event_open(2): a kprobe that exists as long as this event. */
static int entry_open(const char *function)
{
	struct perf_event_attr attr = { .config1 = (uintptr_t)function };
	int type = number_in(KPROBE_TYPE);

	if (type < 0)
		return type;
	attr.type = (uint32_t)type;
	return event_open(&attr);
}

bool attach_perf_may(void)
{
	int event = sys_exit_open();

	fd_close(event);
	return event >= 0;
}

int attach_event_open(int prog, const char *function)
{
	switch (attach_type(prog)) {
	case BPF_PROG_TYPE_TRACEPOINT:
		return sys_exit_open();
	case BPF_PROG_TYPE_KPROBE:
		return entry_open(function);
	}
	return -1;
}

int attach_program(int prog, int event)
{
	int type = attach_type(prog), link;

	if (type < 0)
		return type;
	if (type != BPF_PROG_TYPE_TRACEPOINT && type != BPF_PROG_TYPE_KPROBE)
		link = bpf_raw_tracepoint_open(NULL, prog);
	else if (event < 0)
		return event;
	else
		link = bpf_link_create(prog, event, BPF_PERF_EVENT, NULL);
	return link < 0 ? -errno : link;
}
