/* SPDX-License-Identifier: Apache-2.0 */
/* Runs records through the agent, without a host, for several fuzz targets. */
#ifndef TESTS_FUZZ_STAGE_H
#define TESTS_FUZZ_STAGE_H

#include <stddef.h>
#include "decode/event.h"
#include "source/loss.h"

/* Bits of ev_header.flags that no driver sets: here they are the place of the record. */
#define STAGE_F_ORIGIN	0x80000000u
#define STAGE_CPU_SHIFT	28

struct stage;

struct stage *stage_new(void);
void stage_free(struct stage *stage);

/**
 * stage_enter() - process a record
 * @bytes:	any; copied to a place that a ring could have
 * Return: the event if rules may evaluate it, valid until stage_leave(); else NULL.
 */
const struct event *stage_enter(struct stage *stage, const void *bytes, size_t n);
void stage_leave(struct stage *stage);

/* Accounts for a record's sequence number, as the loop does before enrichment. */
void stage_account(struct stage *stage, struct loss *loss, const void *bytes, size_t n);

/* The length in the header of the record at @bytes, at most @n, and at least one if @n is not 0. */
size_t stage_record_len(const void *bytes, size_t n);

#endif /* TESTS_FUZZ_STAGE_H */
