/* SPDX-License-Identifier: Apache-2.0 */
/* A prefilter that excludes each open by its name, the last test it makes: no file has the name it requires. */
#ifndef BENCH_EXCLUDED_H
#define BENCH_EXCLUDED_H

#include <string.h>

#include "../driver/lib/sk.h"

/* For the selection made last, of which @generation was the number. */
static const struct saker_prefilter *excludes_all(uint64_t generation)
{
	static union {
		struct saker_prefilter p;
		unsigned char bytes[SAKER_PF_SIZE(64)];
	} program;

	memset(&program, 0, sizeof(program));
	program.p.generation = generation;
	program.p.size = sizeof(program);
	program.p.nslots = 64;
	program.p.nevents = 1;
	program.p.any_parent = program.p.any_dots = 1;
	for (unsigned int i = 0; i < SAKER_PF_SHAPES; i++)
		program.p.shape[i] = 1;
	return &program.p;
}

#endif /* BENCH_EXCLUDED_H */
