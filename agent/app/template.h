/* SPDX-License-Identifier: Apache-2.0 */
/* Checks output templates that are given on the command line. */
#ifndef APP_TEMPLATE_H
#define APP_TEMPLATE_H

#include <stdbool.h>
#include "lib/messages.h"
#include "lib/str.h"

/* Return: whether @text is a valid template of @option; if not, each mistake is added to @said. */
bool template_check(const char *option, struct str text, struct messages *said);

#endif /* APP_TEMPLATE_H */
