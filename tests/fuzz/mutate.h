/* SPDX-License-Identifier: Apache-2.0 */
/* Mutates inputs that are streams of records; see mutate.c. */
#ifndef TESTS_FUZZ_MUTATE_H
#define TESTS_FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/* Defined by each target: the number of bytes that precede its first record, at most @size. */
size_t mutate_head(const uint8_t *data, size_t size);

#endif /* TESTS_FUZZ_MUTATE_H */
