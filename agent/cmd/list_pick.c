/* SPDX-License-Identifier: Apache-2.0 */
/* Which rows saker list prints: those whose name contains the second operand. */
#include <string.h>
#include "cmd/list.h"
#include "lib/log.h"

bool list_has(const struct args *args, struct str name)
{
	struct str part = str_of(args->noperands > 1 ? args->operands[1] : "");

	return !part.n || memmem(name.p, name.n, part.p, part.n);
}

int list_nothing(const struct args *args)
{
	log_line("nothing in %s contains \"%s\"", args->operands[0], args->operands[1]);
	return EXIT_NO;
}
