/* SPDX-License-Identifier: Apache-2.0 */
/* Reads alerts line by line; memory is bounded by the longest line, not by the file. */
#include "explain/alerts.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>
#include "lib/cleanup.h"

static struct str trim(struct str s)
{
	while (s.n && strchr(" \t\r\n", s.p[s.n - 1]))
		s.n--;
	while (s.n && (*s.p == ' ' || *s.p == '\t')) {
		s.p++;
		s.n--;
	}
	return s;
}

static int each_line(FILE *in, const char *name, int (*each)(void *ctx, struct str line), void *ctx,
		     struct error *err)
{
	_cleanup_(freep) char *line = NULL;
	size_t size = 0;
	ssize_t n;
	int r = 0;

	while (r == 0 && (n = getline(&line, &size, in)) >= 0) {
		struct str s = trim((struct str){ line, (size_t)n });

		if (s.n && *s.p == '{')
			r = each(ctx, s);
	}
	return r == 0 && ferror(in) ? error_set(err, -errno, "%s", name) : r;
}

int alerts_check(const char *from, struct error *err)
{
	if (!from || *from == '{' || !strcmp(from, "-") || !access(from, R_OK))
		return 0;
	return error_say(err, -errno, "%s: %s; expected a file of alerts in JSON, one alert, or - for "
			 "standard input", from, strerror(errno));
}

int alerts_each(const char *from, int (*each)(void *ctx, struct str line), void *ctx,
		struct error *err)
{
	FILE *in = stdin;
	int r;

	if (from && *from == '{')
		return each(ctx, trim(str_of(from)));
	if (from && strcmp(from, "-"))
		in = fopen(from, "re");
	if (!in)
		return error_set(err, -errno, "%s", from);
	r = each_line(in, from ? from : "standard input", each, ctx, err);
	if (in != stdin)
		fclose(in);
	return r;
}

const char *alerts_todo(bool given)
{
	return given ? "give all rule files that the agent read, each with -r FILE" :
		       "if the agent was started with -r FILE, give the same -r FILE here";
}
