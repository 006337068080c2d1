/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads rule files and compiles them. With @spare an own file with errors is skipped and the
 * others are loaded again without it, until there are no errors.
 */
#include "ruleset/rules.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include "alert/raise.h"
#include "ruleset/links.h"
#include "lib/cleanup.h"
#include "lib/buf.h"
#include "lib/text.h"
#include "lib/fd.h"
#include "lib/guess.h"

#define FILE_MAX	(16u << 20)	/* bytes of one rule file */

DEFINE_CLEANUP(struct ruleset_loader *, ruleset_loader_free)

struct reading {
	struct ruleset_loader *loader;
	FILE *out;			/* errors are printed to it */
};

/*
 * Checked before the file is opened: opening a device can have effects, and opening a FIFO waits
 * for a writer. A pipe (/dev/stdin, /dev/fd/63) is allowed: it ends when its writer does.
 */
static int may_read(const char *path)
{
	struct statfs fs;
	struct stat st;

	if (stat(path, &st))
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (S_ISFIFO(st.st_mode) && !statfs(path, &fs) && fs.f_type == PIPEFS_MAGIC)
		return 0;
	return S_ISREG(st.st_mode) ? 0 : -ENOTSUP;
}

static int read_file(struct ruleset_loader *loader, const char *path)
{
	_cleanup_(fd_closep) int fd = -1;
	_cleanup_(freep) char *bytes = NULL;
	int r = may_read(path);
	ssize_t n;

	if (r < 0)
		return r;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -errno;
	bytes = malloc(FILE_MAX + 1);
	if (!bytes)
		return -ENOMEM;
	n = fd_read_full(fd, bytes, FILE_MAX + 1);
	if (n < 0)
		return (int)n;
	if (n > (ssize_t)FILE_MAX)
		return -EFBIG;
	return ruleset_loader_add_source(loader, str_of(path), (struct str){ bytes, (size_t)n },
					 STR("file"), (struct str){ 0 });
}

static void complain(const struct reading *rd, const char *what, const char *path, int r)
{
	fprintf(rd->out, "saker: %s%s: %s\n", what, path,
		r == -ENOTSUP ? "a FIFO, a device or a socket; rules are read from files, directories "
				"and pipes (-r /dev/stdin)" : strerror(-r));
}

/*
 * Reads all files that are not skipped, so that every one that cannot be read is reported. With
 * @spare, an own file that cannot be read is skipped. Return: 0, or the -errno of the first other.
 */
static int read_all(struct reading *rd, struct rule_files *files, bool spare)
{
	int ret = 0;

	for (unsigned int i = 0; i < files->n; i++) {
		struct rule_file *file = &files->v[i];
		int r = file->skipped ? 0 : read_file(rd->loader, file->path);

		if (r == 0)
			continue;
		complain(rd, "reading rules from ", file->path, r);
		if (r == -ENOMEM)
			return r;
		if (!spare || file->shipped)
			ret = ret ? ret : r;
		file->skipped = true;
	}
	return ret;
}

static bool has_shipped(const struct rule_files *files)
{
	for (unsigned int i = 0; i < files->n; i++)
		if (files->v[i].shipped)
			return true;
	return false;
}

/* For an item that changes one which no file has. NULL: the shipped rules were read. */
static const char *orphan_hint(const struct rule_files *files)
{
	if (has_shipped(files))
		return NULL;
	for (unsigned int i = 0; i < files->n; i++)
		if (files->v[i].replaces)
			return "an own file replaces the shipped file of the same name: rename it";
	return "give the file that defines it before this one; for the rules that come with Saker: "
	       "saker check -r " RULES_OWN " FILE";
}

static bool has_read(const struct rule_files *files)
{
	for (unsigned int i = 0; i < files->n; i++)
		if (!files->v[i].skipped)
			return true;
	return false;
}

/* @unread: not NULL: a file that cannot be read is no failure if others can be; set to its -errno. */
static int read_to(struct ruleset_loader **ret, struct rule_files *files, bool spare, bool host,
		   int *unread, FILE *out)
{
	struct rules_options options = { .output_check = alert_output_check,
					 .output_refs = alert_output_refs };
	_cleanup_(ruleset_loader_freep) struct ruleset_loader *loader = NULL;
	struct reading rd = { .out = out };
	struct links *links = NULL;
	int r = host ? links_new(&links) : 0;

	options.orphan_hint = orphan_hint(files);
	if (links) {
		options.link = links_resolve;
		options.ctx = links;
		options.ctx_free = links_free;
	}
	if (r < 0) {
		complain(&rd, "opening ", "/, to follow links", r);
		return r;
	}
	loader = rd.loader = ruleset_loader_new(&options);
	if (!loader) {
		links_free(links);
		complain(&rd, "loading rules", "", -ENOMEM);
		return -ENOMEM;
	}
	r = read_all(&rd, files, spare);
	if (unread && r != -ENOMEM && has_read(files)) {
		*unread = r;
		r = 0;
	}
	if (r == 0)
		*ret = TAKE_PTR(loader);
	return r;
}

int rules_read(struct ruleset_loader **ret, const char *const *paths, unsigned int npaths,
	       int *unread, FILE *out)
{
	_cleanup_(rule_files_uninit) struct rule_files files = { .v = NULL };
	int r = rule_files_find(&files, NULL, paths, npaths, out);

	return r < 0 ? r : read_to(ret, &files, false, true, unread, out);
}

int rules_read_files(struct ruleset_loader **ret, struct rule_files *files, FILE *out)
{
	return read_to(ret, files, false, true, NULL, out);
}

static bool has_error(const struct diag_list *diags, const char *path)
{
	for (uint32_t i = 0; i < diags->n; i++)
		if (diags->items[i].level == DIAG_ERROR &&
		    str_eq(diags->items[i].file, str_of(path)))
			return true;
	return false;
}

/*
 * Skips the own files with errors; if none has errors, all own files, because one of them caused
 * the error in a shipped file. Return: whether a file was skipped.
 */
static bool skip_bad(struct rule_files *files, const struct diag_list *diags)
{
	bool any = false, more = false;

	for (unsigned int i = 0; i < files->n; i++)
		any |= !files->v[i].shipped && !files->v[i].skipped &&
		       has_error(diags, files->v[i].path);
	for (unsigned int i = 0; i < files->n; i++) {
		struct rule_file *file = &files->v[i];

		if (file->shipped || file->skipped || (any && !has_error(diags, file->path)))
			continue;
		file->skipped = more = true;
	}
	return more;
}

/* Return: as rules_load_files(), or -EAGAIN if files were skipped and the rest may load. */
static int load_once(struct ruleset **ret, struct rule_files *files, bool spare, bool host,
		     FILE *out)
{
	_cleanup_(ruleset_loader_freep) struct ruleset_loader *loader = NULL;
	struct ruleset *set;
	int r = read_to(&loader, files, spare, host, NULL, out);

	if (r < 0)
		return r;
	r = ruleset_loader_finish(loader, &set);
	diag_list_print(out, ruleset_loader_diags(loader));
	if (r == -ENOMEM)
		fprintf(out, "saker: loading rules: out of memory\n");
	if (r == -EINVAL && spare && skip_bad(files, ruleset_loader_diags(loader)))
		return -EAGAIN;
	if (r < 0)
		return r;
	if (!set->nrules) {
		fprintf(out, "saker: no rule is enabled, so there would be no alerts\n");
		ruleset_unref(set);
		return -EINVAL;
	}
	*ret = set;
	return 0;
}

int rules_load_files(struct ruleset **ret, struct rule_files *files, bool spare, bool host,
		     FILE *out)
{
	int r;

	spare = spare && has_shipped(files);
	do
		r = load_once(ret, files, spare, host, out);
	while (r == -EAGAIN);
	return r;
}

static bool has_own(const struct rule_files *files)
{
	for (unsigned int i = 0; i < files->n; i++)
		if (!files->v[i].shipped)
			return true;
	return false;
}

static void print_skipped(const struct rule_files *files, FILE *out)
{
	const char *before = "saker: skipped because of errors: ", *after = "";

	for (unsigned int i = 0; i < files->n; i++) {
		if (!files->v[i].skipped)
			continue;
		fprintf(out, "%s%s", before, files->v[i].path);
		before = ", ";
		after = "\n";
	}
	fputs(after, out);
}

/* Loads the files once to find those with errors. Other errors are printed when they are used. */
static int skip_unsound(struct rule_files *files, FILE *out)
{
	_cleanup_(freep) char *text = NULL;
	struct ruleset *set = NULL;
	size_t n;
	FILE *errors = open_memstream(&text, &n);

	if (!errors)
		return -ENOMEM;
	if (rules_load_files(&set, files, true, true, errors) == 0)
		ruleset_unref(set);
	fclose(errors);
	print_skipped(files, out);
	return 0;
}

int rules_find_sound(struct rule_files *ret, const struct rules_dirs *dirs,
		     const char *const *paths, unsigned int npaths, FILE *out)
{
	int r = rule_files_find(ret, dirs, paths, npaths, out);

	if (r < 0 || !has_shipped(ret) || !has_own(ret))
		return r;
	r = skip_unsound(ret, out);
	if (r < 0)
		rule_files_uninit(ret);
	return r;
}

int rules_load_quietly(struct ruleset **ret, struct rule_files *files, FILE *out)
{
	_cleanup_(freep) char *text = NULL;
	size_t n = 0;
	FILE *said = open_memstream(&text, &n);
	int r = said ? rules_load_files(ret, files, false, true, said) : -ENOMEM;

	if (said && fclose(said) == 0 && r < 0)
		fwrite(text, 1, n, out);
	return r;
}

int rules_describe(struct ruleset_loader **ret_loader, struct ruleset **ret,
		   const char *const *paths, unsigned int npaths, FILE *out)
{
	_cleanup_(ruleset_loader_freep) struct ruleset_loader *loader = NULL;
	_cleanup_(rule_files_uninit) struct rule_files files = { .v = NULL };
	int r = rules_find_sound(&files, NULL, paths, npaths, out);

	if (r == 0)
		r = rules_read_files(&loader, &files, out);
	if (r < 0)
		return r;
	ruleset_loader_describe(loader);
	r = ruleset_loader_finish(loader, ret);
	diag_list_print(out, ruleset_loader_diags(loader));
	if (r < 0 && r != -EINVAL)
		fprintf(out, "saker: loading rules: %s\n", strerror(-r));
	if (r == 0)
		*ret_loader = TAKE_PTR(loader);
	return r;
}

const struct rule *rules_find(const struct ruleset *set, struct str name, const char *todo,
			      FILE *out)
{
	const struct rule *rule = ruleset_find(set, name);
	struct guess guess = guess_init(name);
	char text[512];
	struct buf shown = BUF_ON(text);

	if (rule)
		return rule;
	for (uint32_t i = 0; i < set->nrules; i++)
		guess_try(&guess, arena_str(set->arena, set->rules[i].name).p);
	buf_escaped(&shown, name);
	fprintf(out, "saker: no rule \"" STR_FMT "\"; %s%s%s%s\n", STR_ARG(buf_as_str(&shown)), todo,
		guess.best ? "; did you mean \"" : "", guess.best ? guess.best : "",
		guess.best ? "\"?" : "");
	return NULL;
}

#define CONDITION_LINES	5	/* lines of the rule before the condition */
#define CONDITION_INDENT 4

/*
 * Prints the errors of a condition, with lines and columns of the condition, without messages that
 * concern only rules.
 */
static void print_condition(const struct diag_list *list, const char *condition, FILE *out)
{
	for (uint32_t i = 0; i < list->n; i++) {
		struct diag d = list->items[i];
		const char *line = condition;

		if (d.code && !strcmp(d.code, "LOAD_NO_EVTTYPE"))
			continue;
		d.line = d.line > CONDITION_LINES ? d.line - CONDITION_LINES : 1;
		d.col = d.col > CONDITION_INDENT ? d.col - CONDITION_INDENT : 1;
		for (uint32_t k = 1; k < d.line && strchr(line, '\n'); k++)
			line = strchr(line, '\n') + 1;
		d.source = str_of(condition);
		d.offset = (size_t)(line - condition) + d.col - 1;
		diag_print(out, &d);
	}
}

/* The rule as YAML; the condition is a block, so its lines are indented. */
static int write_rule(char **yaml, size_t *n, const char *condition, const char *output)
{
	FILE *out = open_memstream(yaml, n);

	if (!out)
		return -ENOMEM;
	fprintf(out, "- rule: trace\n  desc: trace\n  output: \"%s\"\n  priority: INFO\n"
		"  condition: |-\n", output ? output : "trace");
	do {
		size_t len = strcspn(condition, "\n");

		fprintf(out, "%*s%.*s\n", CONDITION_INDENT, "", (int)len, condition);
		condition += len;
	} while (*condition++);
	return fclose(out) ? -ENOMEM : 0;
}

static const char no_macros[] = "no rule files are read for a condition on the command line, so it "
				"has no macros: write out the condition (`saker explain --json` "
				"prints those of macros)";

int rules_of_condition(struct ruleset **ret, const char *condition, const char *output, FILE *out)
{
	_cleanup_(ruleset_loader_freep) struct ruleset_loader *loader =
		ruleset_loader_new(&(struct rules_options){ .macro_hint = no_macros });
	_cleanup_(freep) char *yaml = NULL;
	size_t n = 0;
	int r = loader ? write_rule(&yaml, &n, condition, output) : -ENOMEM;

	if (r < 0) {
		fprintf(out, "saker: compiling the condition: %s\n", strerror(-r));
		return r;
	}
	r = ruleset_loader_add_source(loader, STR("condition"), (struct str){ yaml, n },
				      STR("command line"), (struct str){ 0 });
	if (r == 0)
		r = ruleset_loader_finish(loader, ret);
	print_condition(ruleset_loader_diags(loader), condition, out);
	return r;
}
