/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares the records that two drivers made of one test run. Each difference
 * must be listed in differences.def, and each listed difference must occur.
 */
#ifndef PARITY_H
#define PARITY_H

#include "run.h"

#define PARITY_ROWS_MAX 12 /* more would be another driver */

struct parity {
	FILE *out;
	uint32_t kernel; /* KERNEL(6, 1): the one that runs */
	const char *test;
	uint64_t pairs, fields;
	uint64_t skipped; /* hits for which the kernel skipped the eBPF driver, from its own count */
	bool ran[PARITY_ROWS_MAX]; /* the test that shows the row */
	uint64_t shown[PARITY_ROWS_MAX];
};

void parity_test(struct parity *p, const char *name); /* the following records belong to this test */
/* Records made in [from, to]. Returns how many differences the table does not have. */
int parity_compare(struct parity *p, const struct store *kmod, const struct store *ebpf,
		   uint64_t from, uint64_t to);
/* A line for each row that should have shown; adds to *number, returns how many did not. */
int parity_report(const struct parity *p, unsigned int *number);

/* The table, for other files. */
struct difference {
	const char *event, *aspect; /* NULL: not in records */
	uint32_t from, below;	    /* kernels, as KERNEL(); 0: all */
	const char *test, *why;
};
extern const struct difference differences[];
extern const unsigned int ndifferences;

#endif
