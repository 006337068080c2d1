/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzz target: any bytes as a condition. It gives an error, or a tree whose canonical form compiles
 * to the same canonical form. Build with clang -fsanitize=fuzzer,address,undefined.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include "filter/check.h"
#include "filter/parse.h"
#include "filter/print.h"
#include "filter/resolve.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct list *no_list(void *ctx, struct str name)
{
	(void)ctx;
	(void)name;
	return NULL;
}

static struct expr *no_macro(void *ctx, struct str name, const struct expr *at,
			     struct filter_error *err, uint32_t *size, uint32_t *depth)
{
	(void)name;
	(void)size;
	(void)depth;
	filter_fail(err, ctx, FILTER_NAME, at->off, at->len, "no macros");
	return NULL;
}

/* Return: NULL if it is not a condition. */
static char *canonical(struct str text)
{
	struct arena *arena = arena_new(0, 0);
	const struct names names = { .ctx = arena, .macro = no_macro, .list = no_list };
	const struct checker checker = { .arena = arena };
	struct filter_error err = { 0 };
	uint32_t size, depth;
	char *ret = NULL;
	struct expr *e = filter_parse(arena, text, NULL, NULL, &err);

	if (e)
		filter_resolve(e, arena, &names, &err, &size, &depth);
	if (e && filter_check(&checker, e, &err)) {
		size_t n;
		FILE *out = open_memstream(&ret, &n);

		expr_print(out, e, NULL, NULL);
		fclose(out);
	} else if (!err.text.p || err.off > text.n) {
		abort();
	}
	arena_free(arena);
	return ret;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *first = canonical((struct str){ (const char *)data, size }), *again;

	if (!first)
		return 0;
	again = canonical(str_of(first));
	if (!again || strcmp(first, again) != 0) {
		fprintf(stderr, "first: %s\nagain: %s\n", first, again ? again : "(refused)");
		abort();
	}
	free(first);
	free(again);
	return 0;
}
