/* SPDX-License-Identifier: Apache-2.0 */
/* Converts words of a condition to typed values, and values to text. */
#ifndef FILTER_CONSTANT_H
#define FILTER_CONSTANT_H

#include "field/field.h"
#include "lib/buf.h"

/* @ret borrows from @text. Return: 0, or -EINVAL if the text is no such value. */
int constant_parse(struct value *ret, enum value_type type, struct str text);

/* Converts hex digits to bytes at @out (half as many). Return: 0 or -EINVAL. */
int constant_hex(struct str text, unsigned char *out);

/* Whether values of both types can be compared with each other. */
bool value_types_agree(enum value_type a, enum value_type b);
bool value_is_number(enum value_type type);

/* Whether the network contains the address. */
bool value_in_net(const struct ip_addr *ip, const struct ip_addr *net);

#endif /* FILTER_CONSTANT_H */
