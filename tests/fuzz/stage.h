/* SPDX-License-Identifier: Apache-2.0 */
/* The agent's way from a record to the rules, without a host: what several fuzz targets stand on. */
#ifndef TESTS_FUZZ_STAGE_H
#define TESTS_FUZZ_STAGE_H

#include <stddef.h>
#include "decode/event.h"
#include "source/loss.h"

struct stage;

struct stage *stage_new(void);
void stage_free(struct stage *stage);

/**
 * stage_enter() - a record comes in
 * @bytes:	any; they are copied to where a record may lie
 * Return: the event if rules may see it, until stage_leave(); else NULL.
 */
const struct event *stage_enter(struct stage *stage, const void *bytes, size_t n);
void stage_leave(struct stage *stage);

/* Shows a record to the accounts of losses, as the loop does before the tables see it. */
void stage_account(struct stage *stage, struct loss *loss, const void *bytes, size_t n);

/* How many bytes the record at @bytes says that it has, at most @n, at least one if @n is. */
size_t stage_record_len(const void *bytes, size_t n);

#endif /* TESTS_FUZZ_STAGE_H */
