/* SPDX-License-Identifier: Apache-2.0 */
/* Words of a condition as typed values, and values as text again. */
#ifndef FILTER_CONSTANT_H
#define FILTER_CONSTANT_H

#include "field/field.h"
#include "lib/buf.h"

/* @ret borrows from @text. Return: 0, or -EINVAL if the text is no such value. */
int constant_parse(struct value *ret, enum value_type type, struct str text);

/* Hex digits to bytes, which are put at @out (half as many). Return: 0 or -EINVAL. */
int constant_hex(struct str text, unsigned char *out);

/* Whether values of both types can be compared with each other. */
bool value_types_agree(enum value_type a, enum value_type b);
bool value_is_number(enum value_type type);

/* As a condition would write it, without quotes; of a list all values in parentheses. */
void value_print(struct buf *out, const struct value *value, uint64_t field_flags);

/* The address in the network. */
bool value_in_net(const struct ip_addr *ip, const struct ip_addr *net);

#endif /* FILTER_CONSTANT_H */
