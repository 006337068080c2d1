/* SPDX-License-Identifier: Apache-2.0 */
/* Checks output templates that are given on the command line. */
#ifndef APP_TEMPLATE_H
#define APP_TEMPLATE_H

#include <stdbool.h>
#include "lib/str.h"

/* Return: whether @text is a valid template; if not, each mistake was logged for @option. */
bool template_check(const char *option, struct str text);

#endif /* APP_TEMPLATE_H */
