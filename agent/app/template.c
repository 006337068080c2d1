/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks an output template of the command line. After a mistake the rest is compiled too, so that
 * all are reported.
 */
#include "app/template.h"
#include <errno.h>
#include <string.h>
#include <syslog.h>
#include "alert/raise.h"

bool template_check(const char *option, struct str text, struct messages *said)
{
	struct filter_error err = { 0 };
	struct arena *arena = arena_new(0, 0);
	size_t start, at = 0;
	bool ok = arena;

	while (arena && err.kind != FILTER_NOMEM) {
		err = (struct filter_error){ 0 };
		if (alert_output_check(NULL, text, &start, &at, arena, &err))
			break;
		ok = false;
		message_add(said, LOG_ERR, "%s: " STR_FMT "%s" STR_FMT, option, STR_ARG(err.text),
			    err.hint.n ? "; " : "", STR_ARG(err.hint));
	}
	if (!arena)
		message_add(said, LOG_ERR, "%s: %s", option, strerror(ENOMEM));
	arena_free(arena);
	return ok;
}
