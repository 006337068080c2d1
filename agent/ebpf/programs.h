/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Describes the programs of driver/bpf, one row each. The names are those in the object, in the pin
 * directory, and in `saker stats`.
 */
#ifndef EBPF_PROGRAMS_H
#define EBPF_PROGRAMS_H

#include <stdbool.h>
#include <stdint.h>
#include <saker/device.h>

enum program_role {
	PROGRAM_HOOK,		/* attached while the selection needs it */
	PROGRAM_FILLER,		/* jumped to from sys_exit, by event type */
	PROGRAM_ROWS,		/* likewise, for each event type without a filler of its own */
	PROGRAM_TOOL,		/* run by the agent */
};

struct program {
	const char *name;
	enum program_role role;
	bool function;		/* a hook at a function's entry, not at a tracepoint */
	const char *instead;	/* only where the kernel allows no earlier row's program at this function */
	bool kprobe;		/* a kprobe, and not fentry */
	bool second;		/* does the work of the previous row where the kernel skipped that */
	unsigned int seen;	/* for a second program: enum bpf_seen */
	bool optional;		/* a kernel may lack the hook: then fields are missing, or no such events exist */
	const char *needs;	/* name that the kernel's BTF must have for it, or NULL */
	/* For hooks: whether a selection needs it; NULL: if it contains one of the events. */
	bool (*needed)(const struct saker_selection *sel);
	unsigned int event[2];
	bool at_exit;		/* runs at a system call's exit */
	unsigned int type;	/* for fillers: the event type it records */
};

extern const struct program programs[];
extern const unsigned int nprograms;

bool program_needed(const struct program *p, const struct saker_selection *sel);

unsigned int program_index(const char *name);	/* the name must exist */

/* The compiled programs, included by images.S. */
struct program_image {
	const char *name;
	const char *begin, *end;
};

/* Tried in this order: the newer form first. */
extern const struct program_image program_images[2];

/* A hash that identifies a build of the programs. Never 0. */
uint32_t program_build(void);

#endif /* EBPF_PROGRAMS_H */
