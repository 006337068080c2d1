/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds a rule set from the loader's tables: each rule in order, and macros when
 * a rule uses them (lists: lists.c); at the end the program is sealed and indexed.
 */
#include <errno.h>
#include <stdlib.h>
#include "filter/check.h"
#include "filter/parse.h"
#include "filter/pattern.h"
#include "filter/resolve.h"
#include "lib/guess.h"
#include "rule/filled.h"
#include "rule/index.h"
#include "rule/loader.h"

static const char compile_error[] = "LOAD_ERR_COMPILE_CONDITION";
static const char unknown_filter[] = "LOAD_UNKNOWN_FILTER";

int ruleset_loader_add_source(struct ruleset_loader *l, struct str name, struct str bytes,
			      struct str origin, struct str digest)
{
	struct source *source = arena_alloc(l->arena, sizeof(*source));
	struct yaml_error err = { 0 };
	struct yaml *documents;
	int r;

	if (!source)
		return -ENOMEM;
	*source = (struct source){ .name = loader_keep(l, name), .origin = loader_keep(l, origin),
				   .digest = loader_keep(l, digest) };
	if (bytes.n <= YAML_SIZE_MAX)
		source->bytes = arena_str(l->arena, bytes);
	if (bytes.n <= YAML_SIZE_MAX &&
	    (!source->bytes.p || !yaml_lines_init(&source->lines, l->arena, source->bytes)))
		return -ENOMEM;
	loader_push(l, &l->sources, &l->nsources, &source, sizeof(source));
	source->number = l->nsources;
	r = yaml_parse(l->arena, bytes.n > YAML_SIZE_MAX ? bytes : source->bytes, &documents, &err);
	if (r == -EINVAL) {
		struct yaml at = { .kind = YAML_LIST, .start = err.offset, .end = err.offset + 1 };

		loader_error(l, "LOAD_ERR_YAML_PARSE", "rules content", STR(""),
			     (struct place){ source, &at }, STR_FMT, STR_ARG(err.text));
		if (!l->unread.p)
			l->unread = source->name;
	} else if (r == 0) {
		loader_read(l, source, documents);
	}
	return r == -ENOMEM || l->no_memory ? -ENOMEM : 0;
}

void ruleset_loader_describe(struct ruleset_loader *l)
{
	l->describe = true;
}

void ruleset_loader_check(struct ruleset_loader *l)
{
	l->check = true;
}

/* Links of the host as they were resolved, kept as long as the rule set. */
static bool link_path(void *ctx, struct str path, struct str *ret)
{
	struct ruleset_loader *l = ctx;

	if (!l->options.link || !l->options.link(l->options.ctx, path, ret))
		return false;
	*ret = loader_keep(l, *ret);
	return ret->p;
}

static void warn(void *ctx, const struct expr *at, const char *code, uint32_t off, uint32_t len,
		 struct str text)
{
	loader_text_diag(ctx, DIAG_WARNING, code, at->origin, off, len, text, (struct str){ 0 });
}

static struct expr *names_macro(void *ctx, struct str name, const struct expr *at,
				struct filter_error *err, uint32_t *size, uint32_t *depth);

/* The names in a text that cannot be parsed: otherwise they would be reported as not used. */
static void use_words(struct ruleset_loader *l, struct str text)
{
	struct lexer lx = { .text = text };

	while (lx.pos < text.n) {
		const uint32_t n = lex_name(&lx);
		const struct str name = { text.p + lx.pos, n };
		const uint32_t macro = n ? loader_find(&l->macro_names, name) : 0;
		const uint32_t list = n ? loader_find(&l->list_names, name) : 0;

		if (macro)
			l->macros[macro - 1]->used = true;
		if (list)
			l->lists[list - 1]->used = true;
		lx.pos += n ? n : 1;
	}
}

/*
 * Parse, resolve, check. Return: NULL with *@err set, at places in the text, or with a macro that
 * fails in l->broken.
 */
static struct expr *build_expr(struct ruleset_loader *l, struct text *text,
			       struct filter_error *err, uint32_t *size, uint32_t *depth)
{
	const struct names names = { .ctx = l, .macro = names_macro, .list = list_expand,
				     .near_list = list_near };
	const struct checker checker = { .arena = l->set->arena, .ctx = l, .warn = warn,
					 .source = 1u << FIELD_SOURCE_SYSCALL,
					 .link = link_path, .near_list = list_near };
	struct expr *e = filter_parse(l->set->arena, text->s, text, l->options.fields, err);

	if (!e) {
		use_words(l, text->s);
		return NULL;
	}
	filter_resolve(e, l->set->arena, &names, err, size, depth);
	return filter_check(&checker, e, err) && !l->broken ? e : NULL;
}

/* Macros that rules from tutorials expect to exist. */
static bool is_well_known(struct str name)
{
	static const char *const names[] = {
		"spawned_process", "container", "container_started", "open_read", "open_write",
		"inbound", "outbound", "inbound_outbound", "never_true", "always_true", "bin_dir",
		"etc_dir", "rename", "remove", "modify", "create_symlink", "create_hardlink",
		"proc_name_exists", "shell_procs", "package_mgmt_procs", "interactive",
		"sensitive_files", "kevt", "ka", "kcreate", "consider_all_outbound_conns",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (str_eq(name, str_of(names[i])))
			return true;
	}
	return false;
}

static struct expr *macro_unknown(struct ruleset_loader *l, struct str name, const struct expr *at,
				  struct filter_error *err)
{
	struct guess g = guess_init(name);

	filter_fail(err, l->arena, FILTER_NAME, at->off, at->len,
		    "Undefined macro '" STR_FMT "' used in filter.", STR_ARG(name));
	for (uint32_t i = 0; i < l->nmacros; i++)
		guess_try(&g, l->macros[i]->name.p);
	if (l->options.macro_hint)
		filter_hint(err, l->arena, "%s", l->options.macro_hint);
	else if (str_eq(name, STR("containerized")))
		filter_hint(err, l->arena, "did you mean container?");
	else if (g.best)
		filter_hint(err, l->arena, "did you mean %s?", g.best);
	else if (is_well_known(name))
		filter_hint(err, l->arena, "the default rules of Falco define it: load their file "
			    "before this one");
	return NULL;
}

static void report(struct ruleset_loader *l, const struct text *text,
		   const struct filter_error *err, bool skip)
{
	for (; err && filter_failed(err); err = err->more) {
		if (err->kind == FILTER_NOMEM) {
			l->no_memory = true;
			return;
		}
		loader_text_diag(l, skip ? DIAG_WARNING : DIAG_ERROR,
				 skip ? unknown_filter : compile_error, text, err->off, err->len,
				 skip ? loader_skipped(l, err->text) : err->text, err->hint);
	}
}

/* An error in a macro is reported once, at its place, for the first rule that uses it. */
static void report_macro(struct ruleset_loader *l, struct macro *m, bool skip)
{
	for (; m && (skip || !m->reported); m = m->broken) {
		m->reported |= !skip;
		report(l, &m->condition, &m->err, skip);
	}
}

/* Whether the only errors are unknown fields and event types. */
static bool only_unknown(const struct filter_error *err, const struct macro *broken)
{
	for (; broken; broken = broken->broken) {
		if (!only_unknown(&broken->err, NULL))
			return false;
	}
	for (; err; err = err->more) {
		if (err->text.p && err->kind != FILTER_UNKNOWN)
			return false;
	}
	return true;
}

static void build_macro(struct ruleset_loader *l, struct macro *m)
{
	struct macro *above = l->broken;

	l->broken = NULL;
	m->state = BUILD_BUSY;
	m->expr = build_expr(l, &m->condition, &m->err, &m->size, &m->depth);
	m->state = m->expr ? BUILD_DONE : BUILD_FAILED;
	m->broken = l->broken;
	l->broken = above;
}

static struct expr *names_macro(void *ctx, struct str name, const struct expr *at,
				struct filter_error *err, uint32_t *size, uint32_t *depth)
{
	struct ruleset_loader *l = ctx;
	uint32_t id = loader_find(&l->macro_names, name);
	struct macro *m = id ? l->macros[id - 1] : NULL;

	if (!m)
		return macro_unknown(l, name, at, err);
	m->used = true;
	if (m->state == BUILD_BUSY) {
		filter_fail(err, l->arena, FILTER_NAME, at->off, at->len,
			    "reference loop in macro '" STR_FMT "'", STR_ARG(name));
		return NULL;
	}
	if (m->state == BUILD_NEW) {
		uint32_t above = l->macro_level;

		l->macro_level += *depth;	/* tree levels above this one: all on the stack */
		if (l->macro_level <= EXPR_DEPTH_MAX)
			build_macro(l, m);
		else
			filter_fail(err, l->arena, FILTER_LIMIT, at->off, at->len,
				    "the condition with its macros expanded is too deep");
		l->macro_level = above;
	}
	if (m->state == BUILD_FAILED) {
		if (!l->spare)
			report_macro(l, m, false);
		l->broken = m;
	}
	if (m->state != BUILD_DONE)
		return NULL;
	*size = m->size;
	*depth = m->depth + 1;
	return m->expr;
}

/* The condition with its exceptions: (condition) and not (...). */
static struct text *whole_text(struct ruleset_loader *l, struct rule_item *rule)
{
	struct text exceptions = { 0 }, *whole;
	const struct place none = { NULL, NULL };

	exceptions_text(l, rule, &exceptions);
	if (!exceptions.s.n)
		return &rule->condition;
	whole = arena_alloc(l->arena, sizeof(*whole));
	if (!whole) {
		l->no_memory = true;
		return &rule->condition;
	}
	whole->item_type = rule->condition.item_type;
	whole->item_name = rule->condition.item_name;
	text_add(l, whole, STR("("), none, false);
	text_add_part(l, whole, &rule->condition, 0, rule->condition.s.n);
	text_add(l, whole, STR(") and "), none, false);
	whole->exceptions = (uint32_t)whole->s.n;
	text_add_part(l, whole, &exceptions, 0, exceptions.s.n);
	return whole;
}

static void warn_types(struct ruleset_loader *l, const struct rule_item *item,
		       const struct condition *c)
{
	uint32_t n = 0;

	for (size_t i = 0; i < TYPE_WORDS; i++)
		n += (uint32_t)__builtin_popcountll(c->types[i]);
	if (n > 100 && item->warn_evttypes)
		loader_warn(l, "LOAD_NO_EVTTYPE", "rule", item->name, item->place,
			    "Rule matches too many evt.type values. This has a significant "
			    "performance penalty.");
	if (n > 100 && item->warn_evttypes)
		loader_hint(l, "name the types, as in 'evt.type in (execve, execveat) and ...'; if "
			    "the rule needs them all, 'warn_evttypes: false' ends the warning");
}

static void fill(struct ruleset_loader *l, struct rule_item *item, struct rule *rule,
		 const struct text *text)
{
	uint32_t col;

	*rule = (struct rule){
		.name = item->name, .desc = item->desc, .output = item->output.s,
		.source = item->source, .priority = item->priority, .capture = item->capture,
		.capture_ms = item->capture_ms, .file = item->place.source->name,
		.number = l->set->nrules, .written = text->s, .ntags = item->ntags,
	};
	yaml_line(&item->place.source->lines, item->place.node->start, &rule->line, &col);
	rule->tags = arena_alloc(l->set->arena, (item->ntags + 1) * sizeof(*rule->tags));
	if (!rule->tags)
		l->no_memory = true;
	else if (item->ntags)
		memcpy(rule->tags, item->tags, item->ntags * sizeof(*rule->tags));
}

/* Compiles a rule's condition; an error in it is reported, or the rule is skipped. */
static struct expr *build_condition(struct ruleset_loader *l, struct rule_item *item,
				    struct text *text)
{
	struct filter_error err = { 0 };
	uint32_t size, depth;
	struct expr *e;
	bool skip;

	l->broken = NULL;
	l->spare = item->skip_unknown;
	e = build_expr(l, text, &err, &size, &depth);
	if (e)
		return e;
	skip = item->skip_unknown && only_unknown(&err, l->broken);
	report_macro(l, l->broken, skip);
	report(l, text, &err, skip);
	item->wrong |= !skip;
	return NULL;
}

/* Checks every rule; compiles those that are enabled. */
static void build_rule(struct ruleset_loader *l, struct rule_item *item)
{
	struct text *text = whole_text(l, item);
	struct rule *rule = &l->set->rules[l->set->nrules];
	struct expr *e = build_condition(l, item, text);
	const bool output = output_check(l, item);
	int r;

	item->expr = e;
	item->wrong |= !output && !item->skip_unknown;
	if (!output || !e || (!item->enabled && !l->describe) || l->no_memory)
		return;
	fill(l, item, rule, text);
	rule->disabled = !item->enabled;
	rule->expr = e;
	r = program_add(&l->set->program, e, &rule->condition);
	if (r == -ENOMEM)
		l->no_memory = true;
	if (r < 0 && r != -ENOMEM) {
		loader_error(l, compile_error, "rule", item->name, item->place,
			     "all conditions together are too large");
		l->check = false;	/* the program is not complete */
	}
	if (r == 0) {
		if (item->enabled)
			warn_types(l, item, &rule->condition);
		l->set->nrules++;
	}
}

static void warn_unused_lists(struct ruleset_loader *l)
{
	for (uint32_t i = 0; i < l->nlists; i++) {
		if (!l->lists[i]->used)
			loader_warn(l, "LOAD_UNUSED_LIST", "list", l->lists[i]->name,
				    l->lists[i]->place,
				    "List not referred to by any other rule/macro");
	}
}

/*
 * Macros that no rule uses are parsed too, to find syntax errors. One that has an error is not
 * reported as unused as well.
 */
static void build_unused_macros(struct ruleset_loader *l)
{
	for (uint32_t i = 0; i < l->nmacros; i++)
		l->macros[i]->unused = !l->macros[i]->used;
	for (uint32_t i = 0; i < l->nmacros; i++) {
		struct macro *m = l->macros[i];

		if (m->state != BUILD_NEW)
			continue;
		l->spare = true;
		build_macro(l, m);
		if (!m->expr && !only_unknown(&m->err, m->broken))
			report_macro(l, m, false);
	}
	for (uint32_t i = 0; i < l->nmacros; i++) {
		const struct macro *m = l->macros[i];

		if (m->unused && !m->reported)
			loader_warn(l, "LOAD_UNUSED_MACRO", "macro", m->name, m->place,
				    "Macro not referred to by any other rule/macro");
	}
}

static void keep_sources(struct ruleset_loader *l)
{
	struct ruleset *set = l->set;

	set->sources = arena_alloc(set->arena, (l->nsources + 1) * sizeof(*set->sources));
	if (!set->sources) {
		l->no_memory = true;
		return;
	}
	for (uint32_t i = 0; i < l->nsources; i++)
		set->sources[set->nsources++] = (struct ruleset_source){
			l->sources[i]->name, l->sources[i]->origin, l->sources[i]->digest,
		};
}

/* Features that are switched on only if a rule reads them. */
static void collect_needs(struct ruleset *set)
{
	for (uint32_t i = 0; i < set->program.nslots; i++) {
		const struct operand *op = set->program.slots[i].op;

		if (op->kind == OPERAND_FIELD)
			set->needs |= field_needs(op->field, &op->arg);
	}
}

static int seal(struct ruleset_loader *l)
{
	struct ruleset *set = l->set;
	int r = program_seal(&set->program);

	for (uint32_t i = 0; r == 0 && i < set->nrules; i++) {
		if (!condition_verify(&set->program, &set->rules[i].condition))
			r = -EINVAL;
	}
	if (r == -EINVAL)
		loader_error(l, compile_error, NULL, STR(""), (struct place){ NULL, NULL },
			     "the compiler made a program that does not verify; please report this");
	return r == 0 ? index_new(set) : r;
}

/* The program of all rules without errors, and what it lacks here. */
static int link_rules(struct ruleset_loader *l)
{
	int r;

	collect_needs(l->set);
	r = seal(l);
	return r == 0 ? filled_lint(l, l->set) : r;
}

int ruleset_loader_finish(struct ruleset_loader *l, struct ruleset **ret)
{
	struct ruleset *set = l->set;
	int r = 0;

	if (l->finished)
		return -EINVAL;
	l->finished = true;
	orphans_explain(l);
	set->rules = arena_alloc(set->arena, (l->nrules + 1) * sizeof(*set->rules));
	if (!set->rules)
		return -ENOMEM;
	for (uint32_t i = 0; i < l->nrules && !l->no_memory; i++) {
		if (!l->rules[i]->ignored)
			build_rule(l, l->rules[i]);
	}
	warn_unused_lists(l);
	build_unused_macros(l);
	keep_sources(l);
	if (l->no_memory)
		return -ENOMEM;
	if (!l->diags.errors || l->check)
		r = link_rules(l);
	diag_list_sort(&l->diags);
	if (r == 0 && l->diags.errors)
		return -EINVAL;
	if (r == 0)
		*ret = ruleset_ref(set);
	return r;
}
