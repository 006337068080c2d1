/* SPDX-License-Identifier: Apache-2.0 */
/* Refused until the automaton exists: an operator that is parsed must never be ignored. */
#include "filter/regex.h"

bool regex_check(struct str text, struct arena *arena, struct filter_error *err, uint32_t off,
		 uint32_t len)
{
	(void)text;
	return filter_fail(err, arena, FILTER_LIMIT, off, len,
			   "'regex' is not supported yet; use glob, contains or startswith");
}
