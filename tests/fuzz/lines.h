/* SPDX-License-Identifier: Apache-2.0 */
/* Checks the lines that are printed for an alert. */
#ifndef TESTS_FUZZ_LINES_H
#define TESTS_FUZZ_LINES_H

#include "alert/alert.h"

/* Aborts unless text and JSON are one line each, and the JSON is valid. */
void lines_check(const struct alert *alert);

#endif /* TESTS_FUZZ_LINES_H */
