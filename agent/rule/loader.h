/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Declares the inside of the loader: the items of the files by name, before
 * they are compiled. read.c fills these tables, build.c compiles them.
 */
#ifndef RULE_LOADER_H
#define RULE_LOADER_H

#include "lib/dict.h"
#include "rule/load.h"
#include "rule/yaml.h"

struct source {
	struct str name, bytes, origin, digest;
	struct yaml_lines lines;
	uint32_t errors;	/* in the diagnostics */
	uint32_t warnings;
	uint32_t items;
	uint32_t number;	/* from 1, in the order in which the files were read */
};

struct place {			/* place of a message */
	const struct source *source;
	const struct yaml *node;
};

/* A text joined from places in files: a condition and what was appended to it. */
struct text {
	struct str s;
	size_t space;		/* bytes allocated at s.p */
	struct fragment {
		uint32_t start;
		uint32_t skip;	/* bytes of the node's text before it; if exact */
		uint32_t order;	/* of the item it comes from, among all lists and macros */
		bool exact;	/* the node's own text; else generated from the node */
		struct place place;
	} *fragments;
	uint32_t n, room;
	uint32_t exceptions;	/* of a rule: where the text of its exceptions begins; 0: it has none */
	const char *item_type;
	struct str item_name;
};

enum build_state { BUILD_NEW, BUILD_BUSY, BUILD_DONE, BUILD_FAILED };

struct macro {
	struct str name;
	struct text condition;
	struct place place;
	struct expr *expr;
	uint32_t size, depth;
	enum build_state state;
	bool used;
	bool unused;			/* by any rule; set before the unused ones are built */
	uint32_t first;			/* when it was first defined, and in the file of this number */
	uint32_t first_file;
	struct filter_error err;	/* its own error; empty if only with: */
	struct str unread;		/* the first file that is not YAML */
	struct macro *broken;		/* a macro it uses, or NULL */
	bool reported;
};

struct list_item {		/* in the rule set: words of conditions point here */
	struct str name;
	struct place place;
	struct word *words;
	uint32_t nwords, room;
	struct list list;	/* with the lists it names expanded */
	enum build_state state;
	bool used;
	uint32_t first;		/* when it was first defined, */
	uint32_t last;		/* and last changed */
};

struct exception {
	struct str name;
	struct place place;
	struct str *fields;
	struct str *comps;
	uint32_t nfields;
	struct place fields_at;
	bool scalar;		/* one field, written without brackets */
	struct place *values;	/* a list each, in order */
	uint32_t nvalues;
};

struct rule_item {
	struct str name;
	struct place place;
	struct text condition;
	const struct expr *expr;	/* with its exceptions; NULL if it has an error */
	struct text output;
	struct str desc, source;
	uint8_t priority;
	bool enabled, capture, warn_evttypes, skip_unknown;
	bool ignored;		/* its source does not exist */
	bool wrong;		/* it has an error, or an item that changes it has one */
	uint32_t capture_ms;
	struct str *tags;
	uint32_t ntags;
	struct exception *exceptions;
	uint32_t nexceptions;
};

struct orphan {			/* a change of an item that was not read yet */
	uint32_t diag;			/* its message */
	const struct dict *names;
	struct str name;
};

struct note;

enum fires { FIRES, FIRES_LACKING, FIRES_NEVER };	/* here: lacking some field, or not at all */

struct ruleset_loader {
	struct rules_options options;
	struct ruleset *set;
	struct arena *arena;	/* for what is not needed after loading */
	struct diag_list diags;
	bool no_memory;
	uint32_t list_words;		/* of the lists built so far */
	uint32_t near_tries;		/* words compared with names of lists */
	uint32_t list_level;		/* depth of lists within lists that are being built */
	uint32_t macro_level;		/* levels of trees above the macro that is being built */
	bool finished;
	bool describe;			/* disabled rules are compiled too */
	bool check;			/* errors do not end the search for mistakes */

	struct source **sources;
	struct macro **macros;
	struct list_item **lists;
	struct rule_item **rules;
	struct orphan *orphans;
	uint32_t nsources, nmacros, nlists, nrules, norphans;
	struct dict macro_names, list_names, rule_names;	/* number - 1 is the place */
	uint32_t order;			/* of the list or macro that was read last */
	uint32_t engine_wanted[3];	/* the highest version that a file requires; 0.0.0: none does */
	struct place *plugins;		/* entries of required_plugin_versions, well formed */
	uint32_t nplugins;
	uint8_t *fires;			/* enum fires, by the rule's number in the set */
	rules_unseen_fn *unseen;	/* NULL: the driver is not known */
	void *unseen_ctx;
	struct note *unfilled;		/* notes: fields that some events of a check do not have */
	uint32_t nunfilled;
	struct str unread;		/* the first file that is not YAML */
	struct macro *broken;		/* a macro that made the present condition fail */
	bool spare;			/* errors in macros are not reported yet: their level is undecided */
};

/* Add messages; item_type and item_name may be NULL and absent. Texts are printf formats. */
void loader_error(struct ruleset_loader *l, const char *code, const char *item_type,
		  struct str item_name, struct place at, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));
void loader_warn(struct ruleset_loader *l, const char *code, const char *item_type,
		 struct str item_name, struct place at, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));
void loader_hint(struct ruleset_loader *l, const char *fmt, ...)	/* to the last message */
	__attribute__((format(printf, 2, 3)));

/* Adds a message at a place within a joined text. */
void loader_text_diag(struct ruleset_loader *l, enum diag_level level, const char *code,
		      const struct text *text, uint32_t off, uint32_t len, struct str message,
		      struct str hint);

/* The part of a text that @off is in; NULL if the text is empty. */
const struct fragment *text_fragment(const struct text *text, uint32_t off);

/* Appends to a text and keeps the place. */
void text_add(struct ruleset_loader *l, struct text *text, struct str s, struct place place,
	      bool exact);

/* Appends the part of @from between @start and @end, with its places. */
void text_add_part(struct ruleset_loader *l, struct text *text, const struct text *from,
		   size_t start, size_t end);

/* Adds @item to an array that grows by doubling in the loader's arena. */
void loader_push(struct ruleset_loader *l, void *array, uint32_t *n, const void *item, size_t size);

struct str loader_keep(struct ruleset_loader *l, struct str s);	/* a copy in the rule set */

/* Reads one file's items into the tables. */
void loader_read(struct ruleset_loader *l, struct source *source, const struct yaml *documents);

/* The parts of a rule that have a file of their own. */
void exceptions_read(struct ruleset_loader *l, struct rule_item *rule, struct place at,
		     bool append);

/* The text of all exceptions, to follow a condition; empty if there is none. */
void exceptions_text(struct ruleset_loader *l, const struct rule_item *rule, struct text *text);

/* Marks the last message as about the item @name that @names does not have yet. */
void orphan_add(struct ruleset_loader *l, const struct dict *names, struct str name);

/* After all files are read: adds to each such message which file has the item. */
void orphans_explain(struct ruleset_loader *l);

/* The text of an error for which a rule with skip-if-unknown-filter is skipped. */
struct str loader_skipped(struct ruleset_loader *l, struct str text);
/* Whether the output can be compiled, after unknown fields were dropped from it. */
bool output_check(struct ruleset_loader *l, struct rule_item *rule);

/*
 * lists.c: the values of the list of that name; NULL if there is none. The list whose name is
 * nearly @name; NULL: none. @ctx: the loader; for the resolver of conditions.
 */
const struct list *list_expand(void *ctx, struct str name);
const char *list_near(void *ctx, struct str name);

void requirements_engine(struct ruleset_loader *l, struct place at);
void requirements_plugins(struct ruleset_loader *l, struct place at);

/* Name to number, from 1; 0 if there is none. */
uint32_t loader_find(const struct dict *names, struct str name);

#endif /* RULE_LOADER_H */
