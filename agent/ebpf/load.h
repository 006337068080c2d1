/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading the programs, and finding those that are loaded. The one idea: what is
 * loaded is pinned by name, so both end in the same table of descriptors.
 */
#ifndef EBPF_LOAD_H
#define EBPF_LOAD_H

#include <stddef.h>
#include <stdint.h>
#include <saker/bpf.h>

enum ebpf_map { MAP_CPUS, MAP_CONTROL, MAP_PENDING, MAP_DOORBELL, MAP_FILLERS, MAPS };

#define EBPF_PROGRAMS_MAX	32

/* Descriptors, -1 where there is none. */
struct loaded {
	int map[MAPS];
	int program[EBPF_PROGRAMS_MAX];		/* in the order of programs[] */
	unsigned int ncpus;			/* elements of MAP_CPUS */
	uint64_t element;			/* bytes of one */
};

struct load_config {
	const char *pins;
	uint64_t ring_size;
};

/**
 * load_programs() - into the kernel, and under the pin directory
 * @error:	on failure: the kernel's reason in one line
 * Return: 0 or -errno; then nothing is left.
 */
int load_programs(struct loaded *ret, const struct load_config *config, char *error, size_t size);

void load_init(struct loaded *loaded);	/* nothing is open */

/* What is pinned there. Return: 0, -ENOENT if nothing is, or -errno. */
int load_find(struct loaded *ret, const char *pins);

void load_close(struct loaded *loaded);

/* Remove all pins; what nothing holds leaves the kernel. */
void load_unpin(const char *pins);

/* May this process load programs? 0 or -errno. */
int load_may(void);

/* Does the kernel's BTF have what a program needs? @missing: its name if not. 0 or -errno. */
int load_probe(const char **missing);

#endif /* EBPF_LOAD_H */
