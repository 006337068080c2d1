/* SPDX-License-Identifier: Apache-2.0 */
/* saker check: every problem of every rule file, as a compiler would tell it. */
#include <errno.h>
#include <stdio.h>
#include "app/command.h"
#include "app/rules.h"

int cmd_check(const struct args *args)
{
	struct ruleset *set;
	int r = rules_load(&set, args->rules, args->nrules);

	if (r < 0)
		return r == -EINVAL ? EXIT_NO : EXIT_CANNOT;
	if (args->json)
		printf("{\"ok\":true,\"rules\":%u}\n", set->nrules);
	else
		printf("%u rules, no errors\n", set->nrules);
	ruleset_unref(set);
	return EXIT_DONE;
}
