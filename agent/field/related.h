/* SPDX-License-Identifier: Apache-2.0 */
/* Declares what related.def says of single fields. */
#ifndef FIELD_RELATED_H
#define FIELD_RELATED_H

#include "field/field.h"

enum field_role {
#define FIELD_ROLE(role, name)	FIELD_ROLE_##role,
#define FIELD_INSTEAD(name, kind, right)
#define FIELD_OFTEN(wrong, right)
#include "field/related.def"
#undef FIELD_ROLE
#undef FIELD_INSTEAD
#undef FIELD_OFTEN
};

/* The field that the agent reads for this. */
const struct field_def *field_role(enum field_role role);

enum instead_kind { INSTEAD_PATH, INSTEAD_DIGITS, INSTEAD_NAME, INSTEAD_NETWORK };

/* The field that constants of this kind are values of, instead of @def; NULL: none. Static. */
const char *field_instead(const struct field_def *def, enum instead_kind kind);

/* The field that is meant by a name that is often written; NULL: none. Static. */
const char *field_often(struct str wrong);

#endif /* FIELD_RELATED_H */
