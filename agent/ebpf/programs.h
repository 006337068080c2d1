/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the programs of driver/bpf are for: one row each. Their names are their
 * names in the object, in the pin directory, and in what `saker stats` lists.
 */
#ifndef EBPF_PROGRAMS_H
#define EBPF_PROGRAMS_H

#include <stdbool.h>
#include <stdint.h>
#include <saker/device.h>

enum program_role {
	PROGRAM_HOOK,		/* attached while the selection needs it */
	PROGRAM_FILLER,		/* jumped to from sys_exit, by event type */
	PROGRAM_TOOL,		/* run by us */
};

struct program {
	const char *name;
	enum program_role role;
	bool function;		/* a hook at a function's entry, not at a tracepoint */
	bool instead;		/* by kprobe, where the kernel takes no row before it at the entry */
	bool second;		/* does what the row before it did, where the kernel skipped that */
	unsigned int seen;	/* seconds: enum bpf_seen */
	bool optional;		/* a kernel may lack it: fields are poorer, or nothing of the kind happens */
	const char *needs;	/* what the kernel's BTF must have for it, or NULL */
	bool (*needed)(const struct saker_selection *sel);	/* hooks */
	bool at_exit;		/* runs at a system call's exit */
	unsigned int type;	/* fillers: the event it records */
};

extern const struct program programs[];
extern const unsigned int nprograms;

unsigned int program_index(const char *name);	/* one that there is */

/* The compiled programs, laid down by images.S. */
struct program_image {
	const char *name;
	const char *begin, *end;
};

/* To be tried in this order: the newer form first. */
extern const struct program_image program_images[2];

/* Tells one build of the programs from another. Never 0. */
uint32_t program_build(void);

#endif /* EBPF_PROGRAMS_H */
