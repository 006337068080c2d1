/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what the prefilter requires of an open for each rule, as text or as JSON. */
#include "lib/text.h"
#include "rule/clause.h"
#include "rule/prefilter.h"

#define NAMES_SHOWN	4u

struct way {			/* to open a regular file, or what else a clause may allow */
	const char *name;
	uint32_t shapes[2];	/* one of them is allowed */
};

static const struct way ways[] = {
	{ "reads", { 0 | SAKER_PF_FILE, 0 | SAKER_PF_FILE } },
	{ "writes", { 1 | SAKER_PF_FILE, 1 | SAKER_PF_FILE } },
	{ "creates", { 1 | SAKER_PF_NEW | SAKER_PF_FILE, 1 | SAKER_PF_NEW | SAKER_PF_FILE } },
	{ "directories", { SAKER_PF_DIR, SAKER_PF_DIR } },
	{ "failures", { SAKER_PF_FAILED, SAKER_PF_FAILED | 1 } },
};

static bool shape_allows(const struct clause *c, uint32_t shape)
{
	return c->shape[shape / 64] >> (shape % 64) & 1;
}

/* The ways that a clause allows. */
static void put_ways(FILE *out, const struct clause *c, const char *quote, const char *between)
{
	const char *comma = "";

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (!shape_allows(c, ways[i].shapes[0]) && !shape_allows(c, ways[i].shapes[1]))
			continue;
		fprintf(out, "%s%s%s%s", comma, quote, ways[i].name, quote);
		comma = between;
	}
}

static void put_names(FILE *out, const struct prefilter *pf, const struct names *names,
		      const char *what)
{
	if (names->any)
		return;
	if (names->n == 1)
		fprintf(out, "; %s is", what);
	else
		fprintf(out, "; %s is one of %u:", what, names->n);
	for (uint32_t i = 0; i < names->n && i < NAMES_SHOWN; i++) {
		const struct str key = prefilter_name(pf, names->ids[i]);

		fprintf(out, "%s %s" STR_FMT, i ? "," : "", *key.p == '~' ? "*" : "",
			(int)key.n - 1, key.p + 1);
	}
	fputs(names->n > NAMES_SHOWN ? ", ..." : "", out);
}

void prefilter_explain(FILE *out, const struct prefilter *pf, uint32_t rule)
{
	const struct clause *c;
	uint32_t bit;

	if (!prefilter_opens(pf, rule))
		return;
	fputs(prefilter_clause(pf, rule, 0, &bit) ?
	      "prefilter: an open is recorded for this rule only if\n" :
	      "prefilter: no open is recorded for this rule: none can match it\n", out);
	for (uint32_t i = 0; (c = prefilter_clause(pf, rule, i, &bit)); i++) {
		fprintf(out, "  clause %u: ", bit);
		put_ways(out, c, "", ", ");
		put_names(out, pf, &c->leaf, "its name");
		put_names(out, pf, &c->parent, "the name of its directory");
		if (c->leaf.any && c->parent.any)
			fputs("; any name", out);
		fputs(c->dots ? "; the path as given contains \"..\"\n" : "\n", out);
	}
}

/* All names, an end of a name as "*END"; null: any name. */
static void put_names_json(FILE *out, const struct prefilter *pf, const struct names *names)
{
	char room[256 * 6 + 3];

	fputs(names->any ? "null" : "[", out);
	for (uint32_t i = 0; i < names->n; i++) {
		const struct str key = prefilter_name(pf, names->ids[i]);
		const bool end = *key.p == '~';
		struct buf b = BUF_ON(room);

		if (i)
			putc(',', out);
		buf_json(&b, (struct str){ key.p + 1, key.n - 1 });
		fprintf(out, "\"%s" STR_FMT, end ? "*" : "", (int)b.n - 1, b.p + 1);
	}
	fputs(names->any ? "" : "]", out);
}

void prefilter_explain_json(FILE *out, const struct prefilter *pf, uint32_t rule)
{
	const struct clause *c;
	uint32_t bit;

	fputs(prefilter_opens(pf, rule) ? "{\"clauses\":[" : "null", out);
	for (uint32_t i = 0; (c = prefilter_clause(pf, rule, i, &bit)); i++) {
		fprintf(out, "%s{\"number\":%u,\"ways\":[", i ? "," : "", bit);
		put_ways(out, c, "\"", ",");
		fputs("],\"names\":", out);
		put_names_json(out, pf, &c->leaf);
		fputs(",\"directories\":", out);
		put_names_json(out, pf, &c->parent);
		fprintf(out, ",\"dots\":%s}", c->dots ? "true" : "false");
	}
	fputs(prefilter_opens(pf, rule) ? "]}" : "", out);
}
