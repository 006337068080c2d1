/* SPDX-License-Identifier: Apache-2.0 */
/* Looks up what related.def says of fields. */
#include "field/related.h"

#define FIELD_ROLE(role, name)
#define FIELD_INSTEAD(name, kind, right)
#define FIELD_OFTEN(wrong, right)

static const char *const roles[] = {
#undef FIELD_ROLE
#define FIELD_ROLE(role, name)	[FIELD_ROLE_##role] = name,
#include "field/related.def"
#undef FIELD_ROLE
#define FIELD_ROLE(role, name)
};

static const struct { const char *name; enum instead_kind kind; const char *right; } insteads[] = {
#undef FIELD_INSTEAD
#define FIELD_INSTEAD(name, kind, right)	{ name, INSTEAD_##kind, right },
#include "field/related.def"
#undef FIELD_INSTEAD
#define FIELD_INSTEAD(name, kind, right)
};

static const struct { const char *wrong, *right; } often[] = {
#undef FIELD_OFTEN
#define FIELD_OFTEN(wrong, right)	{ wrong, right },
#include "field/related.def"
};

const struct field_def *field_role(enum field_role role)
{
	return field_find(str_of(roles[role]));
}

const char *field_instead(const struct field_def *def, enum instead_kind kind)
{
	for (size_t i = 0; i < sizeof(insteads) / sizeof(insteads[0]); i++) {
		if (insteads[i].kind == kind && str_eq(str_of(insteads[i].name), str_of(def->name)))
			return insteads[i].right;
	}
	return NULL;
}

const char *field_often(struct str wrong)
{
	for (size_t i = 0; i < sizeof(often) / sizeof(often[0]); i++) {
		if (str_eq(wrong, str_of(often[i].wrong)))
			return often[i].right;
	}
	return NULL;
}
