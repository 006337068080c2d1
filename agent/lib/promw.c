/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the exposition format. Escapes are \\ and \n in help, also \" in label values. */
#include "lib/promw.h"
#include "lib/clock.h"
#include "lib/text.h"

const char *promw_type_name(enum promw_type type)
{
	return type == PROMW_COUNTER ? "counter" : "gauge";
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
		text_write(w->out, str_of(w->help), TEXT_HELP);
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
	text_write(w->out, value, TEXT_LABEL);
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
