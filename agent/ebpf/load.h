/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads the programs, or finds those that are loaded. Everything loaded is pinned by name, so both
 * give the same table of descriptors.
 */
#ifndef EBPF_LOAD_H
#define EBPF_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <saker/bpf.h>

enum ebpf_map { MAP_CPUS, MAP_CONTROL, MAP_PENDING, MAP_DOORBELL, MAP_FILLERS, MAPS };

#define EBPF_PROGRAMS_MAX	128

struct load_cost {			/* as struct control_load; 0 if found and not loaded */
	uint64_t ns, locked, verified;
	unsigned int programs;
};

/* Descriptors, -1 if not open. */
struct loaded {
	int map[MAPS];
	int program[EBPF_PROGRAMS_MAX];		/* in the order of programs[] */
	unsigned int ncpus;			/* entries of MAP_CPUS */
	uint64_t element;			/* bytes of one entry */
	bool attaches_once;			/* the kernel attaches a function's program only once */
	struct load_cost cost;
};

struct load_config {
	const char *pins;
	uint64_t ring_size;
};

/**
 * load_programs() - load the programs into the kernel, and pin them
 * @error:	on failure: the kernel's reason in one line
 * Return: 0 or -errno; then nothing stays loaded.
 */
int load_programs(struct loaded *ret, const struct load_config *config, char *error, size_t size);

void load_init(struct loaded *loaded);	/* no descriptor is open yet */

/* Opens what is pinned. Return: 0, -ENOENT if nothing is, -EPROTO if only a part is, or -errno. */
int load_find(struct loaded *ret, const char *pins);

void load_close(struct loaded *loaded);

/* Removes all pins; the kernel frees what no process holds. */
void load_unpin(const char *pins);

struct foreseen {			/* in the order of programs[] */
	bool may[EBPF_PROGRAMS_MAX];	/* the program would be loaded */
	bool by_perf;			/* sys_exit would be attached through perf */
};

/* What load_programs() would choose on this kernel; loads nothing that stays. Return: 0 or -errno. */
int load_foresee(struct foreseen *ret);

/* Whether this process may load programs. Return: 0 or -errno. */
int load_may(void);

/*
 * Whether the kernel's BTF has what the programs need. @missing: the name if not. Return: 0 or
 * -errno.
 */
int load_probe(const char **missing);

#endif /* EBPF_LOAD_H */
