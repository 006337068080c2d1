/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a rule set from rule files. The caller reads the files and gives their
 * bytes and names. All files are read before any name is looked up; the errors
 * of all files are collected in one run; one error fails the load.
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
	uint32_t rules;			/* in the set */
	uint32_t cannot_fire;		/* whose condition no event can pass */
	uint32_t lacking;		/* of the others, those that lack some field */
};

struct rules_options {			/* zeroed: the defaults */
	const struct field_set *fields;	/* NULL: all of fields.def; else for tests */
	bool match_all;

	/*
	 * Resolves a path by the host's links (/bin/sh: /usr/bin/sh); called once for each constant
	 * that a path is compared with. NULL: constants are used as written. Return: false if the
	 * path stays the same; else *ret, which is copied at once.
	 */
	bool (*link)(void *ctx, struct str path, struct str *ret);

	/*
	 * Checks an output text from *@at on; a callback, because the output's compiler is in a
	 * layer above. NULL: not checked. Return: false with *@err set, *@start at the wrong %, and
	 * *@at after it, where the next search begins.
	 */
	bool (*output_check)(void *ctx, struct str output, size_t *start, size_t *at,
			     struct arena *arena, struct filter_error *err);
	const char *macro_hint;		/* static; for a macro that does not exist; NULL: a guess */
	const char *orphan_hint;	/* static; for a change of an item that no file defines */

	/*
	 * The fields of a valid output. NULL: not checked. Return: 0 with *@ret in @arena, or
	 * -errno.
	 */
	int (*output_refs)(void *ctx, struct str output, struct arena *arena,
			   struct output_ref **ret, uint32_t *n);
	void *ctx;
	void (*ctx_free)(void *ctx);	/* when the loader is freed; NULL: @ctx is borrowed */
};

/* Return: NULL without memory. */
struct ruleset_loader *ruleset_loader_new(const struct rules_options *options);
void ruleset_loader_free(struct ruleset_loader *loader);	/* NULL is fine */

/**
 * ruleset_loader_add_source() - read one file
 * @bytes:	copied
 * @origin:	where it comes from: "file", "oci", ...; kept for reports
 * @digest:	of the bytes; kept for reports
 *
 * Return: 0, also if the file has errors (they are in the diagnostics), or -ENOMEM.
 */
int ruleset_loader_add_source(struct ruleset_loader *loader, struct str name, struct str bytes,
			      struct str origin, struct str digest);

/*
 * The set is for describing rules, not for evaluating them: it contains disabled
 * rules too, marked.
 */
void ruleset_loader_describe(struct ruleset_loader *loader);

/*
 * The set is for `saker check`: after an error the rules that have none are compiled all the same,
 * so that ruleset_lint() finds everything at once.
 */
void ruleset_loader_check(struct ruleset_loader *loader);

/**
 * ruleset_loader_finish() - compile what was read; once
 * @ret:	set on 0 only; the caller owns a reference
 * Return: 0, -EINVAL if there is an error in the diagnostics, or -ENOMEM.
 */
int ruleset_loader_finish(struct ruleset_loader *loader, struct ruleset **ret);

/* Of the finished set, without the rules that have errors; all 0 before. */
struct rules_summary ruleset_loader_summary(const struct ruleset_loader *loader);

/*
 * Why the driver in use never records an event on this kernel; NULL: it does, or that is not known.
 * Borrowed. Called only for events that a condition names.
 */
typedef const char *rules_unseen_fn(void *ctx, unsigned int event);

/* For the warnings of lint.h, which without it do not depend on the driver. */
void ruleset_loader_driver(struct ruleset_loader *loader, rules_unseen_fn *unseen, void *ctx);

/* Valid until the loader is freed. */
const struct diag_list *ruleset_loader_diags(const struct ruleset_loader *loader);

#endif /* RULE_LOAD_H */
