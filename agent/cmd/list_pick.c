/* SPDX-License-Identifier: Apache-2.0 */
/* Which rows saker list prints: those whose name contains the second operand. */
#include <string.h>
#include "cmd/list.h"
#include "lib/log.h"

struct list_pick list_pick(const struct args *args)
{
	const struct str part = str_of(args->noperands > 1 ? args->operands[1] : "");

	return (struct list_pick){ .part = part, .guess = guess_init(part) };
}

bool list_has(struct list_pick *pick, const char *name)
{
	guess_try(&pick->guess, name);
	return strstr(name, pick->part.p);
}

int list_nothing(const struct args *args, const struct list_pick *pick)
{
	const char *best = pick->guess.best;

	log_line("nothing in %s contains \"%s\"%s%s%s", args->operands[0], args->operands[1],
		 best ? "; did you mean " : "", best ? best : "", best ? "?" : "");
	return EXIT_NO;
}
