/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints problems of files. The file may contain any bytes: tabs are kept so that the
 * caret is in the right column, other control characters become '?'.
 */
#include "lib/diag.h"
#include <errno.h>
#include <stdlib.h>
#include "lib/grow.h"
#include "lib/text.h"

#define LINE_SHOWN 160		/* bytes of a source line; the caret is always among them */

void diag_list_uninit(struct diag_list *list)
{
	free(list->items);
	*list = (struct diag_list){ 0 };
}

int diag_add(struct diag_list *list, const struct diag *diag)
{
	uint32_t *counts[] = { [DIAG_ERROR] = &list->errors, [DIAG_WARNING] = &list->warnings,
			       [DIAG_NOTE] = &list->notes };
	struct diag *d;

	++*counts[diag->level];
	if (list->n >= DIAG_MAX)
		return 0;
	if (GROW(list->items, list->n, list->room, 16) < 0)
		return -ENOMEM;
	d = &list->items[list->n];
	*d = *diag;
	d->text = arena_str(list->arena, diag->text);
	d->hint = diag->hint.p ? arena_str(list->arena, diag->hint) : (struct str){ 0 };
	if (!d->text.p)
		return -ENOMEM;
	d->number = list->n++;
	return 0;
}

static int by_place(const void *a, const void *b)
{
	const struct diag *x = a, *y = b;

	if (x->file_number != y->file_number)
		return x->file_number < y->file_number ? -1 : 1;
	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

void diag_list_sort(struct diag_list *list)
{
	if (list->n)
		qsort(list->items, list->n, sizeof(*list->items), by_place);
}

/* Below each byte before the mark a blank, or a tab where the line has one. */
static void put_caret(FILE *out, struct str line, size_t at, size_t len)
{
	for (size_t i = 0; i < at; i++) {
		if (utf8_continues(line.p[i]))
			continue;	/* inside a character: it has one column */
		putc(line.p[i] == '\t' ? '\t' : ' ', out);
	}
	putc('^', out);
	for (size_t i = 1; i < len && at + i < line.n; i++) {
		if (!utf8_continues(line.p[at + i]))
			putc('~', out);
	}
	putc('\n', out);
}

static void put_source(FILE *out, const struct diag *d)
{
	size_t start = d->offset, end = d->offset;
	struct str line;
	size_t at;

	if (d->offset > d->source.n)
		return;
	while (start > 0 && d->source.p[start - 1] != '\n')
		start--;
	while (end < d->source.n && d->source.p[end] != '\n' && d->source.p[end] != '\r')
		end++;
	at = d->offset - start;
	line = (struct str){ d->source.p + start, end - start };
	if (line.n > LINE_SHOWN) {
		size_t skip = utf8_cut(line, at > LINE_SHOWN / 2 ? at - LINE_SHOWN / 2 : 0);

		line = (struct str){ line.p + skip, line.n - skip };
		at -= skip;
		line.n = utf8_cut(line, LINE_SHOWN);
	}
	fputs("  ", out);
	text_write(out, line, TEXT_SHOWN);
	fputs("\n  ", out);
	put_caret(out, line, at < line.n ? at : line.n, d->len);
}

void diag_print(FILE *out, const struct diag *d)
{
	static const char *const levels[] = { [DIAG_ERROR] = "error", [DIAG_WARNING] = "warning",
					      [DIAG_NOTE] = "note" };

	text_write(out, d->file, TEXT_SHOWN);
	if (d->line)
		fprintf(out, ":%u:%u", d->line, d->col);
	fprintf(out, ": %s: ", levels[d->level]);
	text_write(out, d->text, TEXT_SHOWN);
	if (d->level == DIAG_WARNING && d->code)
		fprintf(out, " [%s]", d->code);
	putc('\n', out);
	if (d->line && d->source.p)
		put_source(out, d);
	if (d->hint.n) {
		fputs("  ", out);
		text_write(out, d->hint, TEXT_SHOWN);
		putc('\n', out);
	}
}

static bool is_kind(const struct diag *a, const struct diag *b)
{
	return a->level == DIAG_WARNING && b->level == DIAG_WARNING && a->code == b->code &&
	       str_eq(a->text, b->text);
}

void diag_list_print(FILE *out, const struct diag_list *list)
{
	for (uint32_t i = 0; i < list->n; i++) {
		uint32_t first = 0, others = 0;

		while (first < i && !is_kind(&list->items[first], &list->items[i]))
			first++;
		if (first < i)
			continue;
		diag_print(out, &list->items[i]);
		for (uint32_t k = i + 1; k < list->n; k++)
			others += is_kind(&list->items[i], &list->items[k]);
		if (others)
			fprintf(out, "  the same at %u more place%s; saker check prints all\n", others,
				others == 1 ? "" : "s");
	}
	diag_list_more(out, list);
}

void diag_list_more(FILE *out, const struct diag_list *list)
{
	if (list->errors + list->warnings + list->notes > list->n)
		fprintf(out, "and %u more problems\n",
			list->errors + list->warnings + list->notes - list->n);
}
