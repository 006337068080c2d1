/* SPDX-License-Identifier: Apache-2.0 */
/* Reads one rule of a file into the loader's tables. */
#ifndef RULE_READ_RULE_H
#define RULE_READ_RULE_H

#include "rule/read_key.h"

void rule_read(struct ruleset_loader *l, struct item *item);

#endif /* RULE_READ_RULE_H */
