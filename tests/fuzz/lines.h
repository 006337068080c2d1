/* SPDX-License-Identifier: Apache-2.0 */
/* An alert as the lines that are written of it. */
#ifndef TESTS_FUZZ_LINES_H
#define TESTS_FUZZ_LINES_H

#include "alert/alert.h"

/* Aborts unless text and JSON are one line each, and the JSON is JSON. */
void lines_check(const struct alert *alert);

#endif /* TESTS_FUZZ_LINES_H */
