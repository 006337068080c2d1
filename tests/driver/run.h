/* SPDX-License-Identifier: Apache-2.0 */
/* Declares the expectations that child and parent of a driver test share. */
#ifndef RUN_H
#define RUN_H

#include "t.h"

#define MAX_WANTS	96

struct want {
	unsigned int type, count, nvals;
	bool ready;
	const char *file;
	int line;
	struct call call;
	struct val val[EV_FIELD_MAX];
};

struct shared {
	unsigned int nwants, used;
	char broken[512], skipped[256];
	char lacking[128]; /* of t_need() */
	struct want want[MAX_WANTS];
	unsigned char bytes[8 << 20];
};
extern struct shared *shared;

/* Records of one test, copied out of the rings. */
struct store {
	struct ev_header **rec;
	size_t n, room;
	uint64_t next_seq[SK_CPUS];
};
int store_add(void *store, unsigned int cpu, const struct ev_header *h);
void store_clear(struct store *s);

int judge(const struct store *s, bool verbose);	/* how many expectations failed */
extern uint64_t seq_breaks;

#endif
