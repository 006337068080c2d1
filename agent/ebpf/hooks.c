/* SPDX-License-Identifier: Apache-2.0 */
/* Attaches and detaches the hooks of a selection. */
#include "ebpf/hooks.h"
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "ebpf/attach.h"
#include "ebpf/programs.h"
#include "lib/fd.h"

#define FREE_TRIES	200
#define FREE_WAIT_NS	10000000

void hooks_init(struct hooks *h, const struct loaded *loaded, const char *pins)
{
	*h = (struct hooks){ .loaded = loaded, .pins = pins };
	for (unsigned int i = 0; i < EBPF_PROGRAMS_MAX; i++)
		h->event[i] = -1;
}

static int event_of(const struct hooks *h, unsigned int i)
{
	return attach_event_open(h->loaded->program[i], programs[i].needs);
}

void hooks_open(struct hooks *h)
{
	for (unsigned int i = 0; i < nprograms; i++)
		if (programs[i].role == PROGRAM_HOOK && h->loaded->program[i] >= 0 &&
		    h->event[i] < 0)
			h->event[i] = event_of(h, i);
}

void hooks_close(struct hooks *h)
{
	for (unsigned int i = 0; i < EBPF_PROGRAMS_MAX; i++)
		h->event[i] = fd_close(h->event[i]);
}

static void link_path(char *ret, size_t size, const struct hooks *h, const struct program *p)
{
	snprintf(ret, size, "%s/link_%s", h->pins, p->name);
}

static bool is_armed(const struct hooks *h, const struct program *p)
{
	char path[256];

	link_path(path, sizeof(path), h, p);
	return !access(path, F_OK);
}

/* A link whose pin was removed keeps its place until the kernel has freed the pin: tens of ms. */
static int attach_when_free(int prog, int event)
{
	int fd = attach_program(prog, event);

	for (unsigned int i = 0; fd == -EEXIST && i < FREE_TRIES; i++) {
		nanosleep(&(struct timespec){ .tv_nsec = FREE_WAIT_NS }, NULL);
		fd = attach_program(prog, event);
	}
	return fd;
}

static int hook_arm(struct hooks *h, unsigned int i)
{
	char path[256];
	int fd, r = 0;

	if (h->loaded->program[i] < 0)
		return -ENOENT;
	if (h->event[i] < 0)
		h->event[i] = event_of(h, i);
	fd = attach_when_free(h->loaded->program[i], h->event[i]);
	if (fd < 0)
		return fd;
	link_path(path, sizeof(path), h, &programs[i]);
	if (bpf_obj_pin(fd, path))
		r = -errno;
	fd_close(fd);
	return r;
}

/* An error of permission does not mean that the kernel lacks the hook. */
static bool may_lack(const struct program *p, int r)
{
	return p->optional && r != -EPERM && r != -EACCES;
}

int hooks_arm(struct hooks *h, const struct saker_selection *sel, char *error, size_t size)
{
	for (unsigned int i = 0; i < nprograms; i++) {
		const struct program *p = &programs[i];
		int r;

		if (p->role != PROGRAM_HOOK || !program_needed(p, sel) || is_armed(h, p))
			continue;
		r = hook_arm(h, i);
		if (r >= 0 || may_lack(p, r))
			continue;
		snprintf(error, size, "hook %s: %s", p->name,
			 r == -ENOENT ? "this kernel lacks it" : strerror(-r));
		return r;
	}
	return 0;
}

/* Detached, it could not be attached again. While it is not needed, it returns at once. */
static bool must_stay(const struct hooks *h, const struct program *p)
{
	return h->loaded->attaches_once && p->function && !p->kprobe;
}

void hooks_trim(struct hooks *h, const struct saker_selection *sel)
{
	char path[256];

	for (unsigned int i = 0; i < nprograms; i++) {
		if (programs[i].role != PROGRAM_HOOK || must_stay(h, &programs[i]) ||
		    (sel && program_needed(&programs[i], sel)))
			continue;
		link_path(path, sizeof(path), h, &programs[i]);
		unlink(path);
	}
}
