/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From files of rules to a rule set. Files are given as bytes with a name: who
 * reads them, and from where, is not the loader's business. All of them are
 * read before any name in them is looked up; all problems of all of them are
 * collected in one run; one error refuses the whole.
 */
#ifndef RULE_LOAD_H
#define RULE_LOAD_H

#include "filter/ast.h"
#include "filter/lex.h"
#include "lib/diag.h"
#include "rule/rule.h"

#define RULES_ENGINE_MINOR	63	/* engine version 0.63.0 of the language */

struct ruleset_loader;

struct output_ref {			/* one field of an output, with its place in the text */
	const struct operand *op;
	uint32_t off, len;
};

struct rules_summary {
	uint32_t rules;			/* that are in the set */
	uint32_t cannot_fire;		/* no event has what their condition reads */
	uint32_t lacking;		/* of the others, those of which some field is missing */
};

struct rules_options {			/* zeroed: the defaults */
	const struct field_set *fields;	/* NULL: all of fields.def; else for tests */
	bool match_all;
	bool use_min_priority;		/* leave out what is less urgent than: */
	uint8_t min_priority;

	/*
	 * A path as the host's own links resolve it (/bin/sh: /usr/bin/sh), asked once for each
	 * constant that a path is compared with. NULL: constants are taken as written.
	 * Return: false if it stays the same; else *ret, which is copied at once.
	 */
	bool (*link)(void *ctx, struct str path, struct str *ret);

	/*
	 * Whether an output text is well formed from *@at on; the output's compiler lies
	 * above this folder. NULL: not checked. Return: false with *@err set, *@start at
	 * the mistake's %, and *@at behind it, where to look for the next.
	 */
	bool (*output_check)(void *ctx, struct str output, size_t *start, size_t *at,
			     struct arena *arena, struct filter_error *err);
	const char *orphan_hint;	/* static, for an item that changes one that no file has */

	/*
	 * The fields of an output that is well formed. NULL: not looked at. Return: 0 with *@ret
	 * in @arena, or -errno.
	 */
	int (*output_refs)(void *ctx, struct str output, struct arena *arena,
			   struct output_ref **ret, uint32_t *n);
	void *ctx;
	void (*ctx_free)(void *ctx);	/* when the loader is freed; NULL: it is borrowed */
};

/* Return: NULL without memory. */
struct ruleset_loader *ruleset_loader_new(const struct rules_options *options);
void ruleset_loader_free(struct ruleset_loader *loader);	/* NULL is fine */

/**
 * ruleset_loader_add_source() - read one file
 * @bytes:	copied
 * @origin:	where it comes from: "file", "oci", ...; kept for the record
 * @digest:	of the bytes; kept for the record
 *
 * Return: 0, also if the file has errors (they are in the diagnostics), or -ENOMEM.
 */
int ruleset_loader_add_source(struct ruleset_loader *loader, struct str name, struct str bytes,
			      struct str origin, struct str digest);

/* Enables or disables, in order: by name with * for any text, or by tag. 0 or -ENOMEM. */
int ruleset_loader_select(struct ruleset_loader *loader, bool enable, bool by_tag,
			  struct str pattern);

/*
 * The set is for describing rules, not for evaluating them: those that are disabled or not urgent
 * enough are in it too, and marked.
 */
void ruleset_loader_describe(struct ruleset_loader *loader);

/**
 * ruleset_loader_finish() - compile what was read; once
 * @ret:	set on 0 only; the caller owns a reference
 * Return: 0, -EINVAL if there is an error in the diagnostics, or -ENOMEM.
 */
int ruleset_loader_finish(struct ruleset_loader *loader, struct ruleset **ret);

/* Of what was finished; all 0 before. */
struct rules_summary ruleset_loader_summary(const struct ruleset_loader *loader);

/* Valid until the loader is freed. */
const struct diag_list *ruleset_loader_diags(const struct ruleset_loader *loader);

#endif /* RULE_LOAD_H */
