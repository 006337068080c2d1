/* SPDX-License-Identifier: Apache-2.0 */
/* Templates of outputs that the command line gives. */
#ifndef APP_TEMPLATE_H
#define APP_TEMPLATE_H

#include <stdbool.h>
#include "lib/str.h"

/* Return: whether @text is a template of an output; if not, each mistake was logged for @option. */
bool template_check(const char *option, struct str text);

#endif /* APP_TEMPLATE_H */
