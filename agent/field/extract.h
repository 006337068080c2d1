/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Declares all extractors and resolvers that fields.def names. They are defined in
 * field_*.c, by class.
 */
#ifndef FIELD_EXTRACT_H
#define FIELD_EXTRACT_H

#include "field/field.h"

/* A row with NULL declares field_NULL, which is never defined: field.c uses NULL for it. */
#define FIELD_DEF(name, type, flags, sources, extract, resolve, doc)			\
	field_extract_fn field_##extract;
#define FIELD_PATH_DEF(name, flags, sources, extract, given, resolve, doc)		\
	field_extract_fn field_##extract, field_##given;
#define field_NULL field_no_extract
#include "field/fields.def"
#undef field_NULL

#define FIELD_DEF(name, type, flags, sources, extract, resolve, doc)			\
	field_resolve_fn field_##resolve;
#define FIELD_PATH_DEF(name, flags, sources, extract, given, resolve, doc)		\
	field_resolve_fn field_##resolve;
#define field_NULL field_no_resolve
#include "field/fields.def"
#undef field_NULL

#endif /* FIELD_EXTRACT_H */
