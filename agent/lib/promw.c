/* SPDX-License-Identifier: Apache-2.0 */
/* The format's own escapes: in help \\ and \n, in the value of a label \" too. */
#include "lib/promw.h"
#include "lib/clock.h"
#include "lib/utf8.h"

const char *promw_type_name(enum promw_type type)
{
	return type == PROMW_COUNTER ? "counter" : "gauge";
}

/* What stands for the character at the start of @s, of @n bytes; NULL: itself. */
static const char *escape_of(const char *s, size_t n, bool quotes)
{
	if (!n)
		return "\xef\xbf\xbd";
	switch (*s) {
	case '\n':
		return "\\n";
	case '\\':
		return "\\\\";
	case '"':
		return quotes ? "\\\"" : NULL;
	}
	return NULL;
}

static void put_escaped(FILE *out, struct str s, bool quotes)
{
	size_t done = 0, i = 0;

	while (i < s.n) {
		size_t n = utf8_next((struct str){ s.p + i, s.n - i }, NULL);
		const char *escape = escape_of(s.p + i, n, quotes);

		if (escape) {
			fwrite(s.p + done, 1, i - done, out);
			fputs(escape, out);
			done = i + (n ? n : 1);
		}
		i += n ? n : 1;
	}
	if (done < s.n)
		fwrite(s.p + done, 1, s.n - done, out);
}

void promw_family(struct promw *w, const char *name, enum promw_type type, const char *help)
{
	w->name = name;
	w->type = type;
	w->help = help;
	w->announced = false;
}

static void begin_sample(struct promw *w)
{
	if (!w->announced) {
		fprintf(w->out, "# HELP %s ", w->name);
		put_escaped(w->out, str_of(w->help), false);
		fprintf(w->out, "\n# TYPE %s %s\n", w->name, promw_type_name(w->type));
		w->announced = true;
	}
	fputs(w->name, w->out);
}

void promw_label(struct promw *w, const char *name, struct str value)
{
	if (!w->labels)
		begin_sample(w);
	fprintf(w->out, "%c%s=\"", w->labels ? ',' : '{', name);
	put_escaped(w->out, value, true);
	fputc('"', w->out);
	w->labels = true;
}

/* Return: where its number goes. */
static FILE *end_labels(struct promw *w)
{
	if (!w->labels)
		begin_sample(w);
	fputs(w->labels ? "} " : " ", w->out);
	w->labels = false;
	return w->out;
}

void promw_u64(struct promw *w, uint64_t v)
{
	fprintf(end_labels(w), "%llu\n", (unsigned long long)v);
}

void promw_seconds(struct promw *w, uint64_t ns)
{
	fprintf(end_labels(w), "%llu.%09llu\n", (unsigned long long)(ns / NS_PER_S),
		(unsigned long long)(ns % NS_PER_S));
}
