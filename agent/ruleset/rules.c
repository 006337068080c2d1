/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading rule files. Directories are read by name, as every tool with a
 * .d directory does; anything in them that is no rule file is left alone.
 */
#include "ruleset/rules.h"
#include <dirent.h>
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
#include "lib/log.h"
#include "lib/cleanup.h"
#include "lib/buf.h"
#include "lib/text.h"
#include "lib/fd.h"
#include "lib/guess.h"

#define FILE_MAX	(16u << 20)	/* bytes of one rule file */

DEFINE_CLEANUP(struct ruleset_loader *, ruleset_loader_free)

struct reading {
	struct ruleset_loader *loader;
	FILE *out;			/* what is wrong goes there */
	unsigned int nfiles;
};

static void free_names(struct dirent ***names)
{
	free(*names);
}

/*
 * Asked before it is opened: that alone makes a device do things, and waits for whoever may write
 * to a FIFO. A pipe (/dev/stdin, /dev/fd/63) has its writer, and ends with it.
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

static int is_rule_file(const struct dirent *d)
{
	struct str name = str_of(d->d_name);

	return *d->d_name != '.' && (str_ends(name, STR(".yaml")) || str_ends(name, STR(".yml")));
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);	/* not as the locale would have it */
}

static void complain(const struct reading *rd, const char *path, int r)
{
	fprintf(rd->out, "saker: %s: %s\n", path,
		r == -ENOTSUP ? "a FIFO, a device or a socket; rules are read from files, directories "
				"and pipes (-r /dev/stdin)" : strerror(-r));
}

static int read_dir(struct reading *rd, const char *path)
{
	_cleanup_(free_names) struct dirent **names = NULL;
	int n = scandir(path, &names, is_rule_file, by_name), r = 0;

	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++) {
		char file[4096];

		snprintf(file, sizeof(file), "%s%s%s", path,
			 str_ends(str_of(path), STR("/")) ? "" : "/", names[i]->d_name);
		free(names[i]);
		if (r < 0)
			continue;
		r = read_file(rd->loader, file);
		if (r < 0)
			complain(rd, file, r);
		rd->nfiles++;
	}
	return r;
}

static int read_path(struct reading *rd, const char *path)
{
	int r = read_file(rd->loader, path);

	if (r == -EISDIR)
		return read_dir(rd, path);
	if (r < 0)
		complain(rd, path, r);
	rd->nfiles++;
	return r;
}

static int read_all(struct reading *rd, const char *const *paths, unsigned int npaths)
{
	static const char *const standard[] = { RULES_DIR };

	if (!npaths) {
		paths = standard;
		npaths = 1;
	}
	for (unsigned int i = 0; i < npaths; i++) {
		int r = read_path(rd, paths[i]);

		if (r < 0)
			return r;
	}
	if (rd->nfiles)
		return 0;
	fprintf(rd->out, "saker: %s: no rule files; -r FILE|DIR names others\n", paths[0]);
	return -ENOENT;
}

static int read_to(struct ruleset_loader **ret, const char *const *paths, unsigned int npaths,
		   bool host, FILE *out)
{
	struct rules_options options = { .output_check = alert_output_check };
	_cleanup_(ruleset_loader_freep) struct ruleset_loader *loader = NULL;
	struct reading rd = { .out = out };
	struct links *links = NULL;
	int r = host ? links_new(&links) : 0;

	if (links) {
		options.link = links_resolve;
		options.ctx = links;
		options.ctx_free = links_free;
	}
	if (r < 0) {
		complain(&rd, "/, to follow links", r);
		return r;
	}
	loader = rd.loader = ruleset_loader_new(&options);
	if (!loader) {
		links_free(links);
		complain(&rd, "loading rules", -ENOMEM);
		return -ENOMEM;
	}
	r = read_all(&rd, paths, npaths);
	if (r == 0)
		*ret = TAKE_PTR(loader);
	return r;
}

int rules_read(struct ruleset_loader **ret, const char *const *paths, unsigned int npaths)
{
	return read_to(ret, paths, npaths, true, stderr);
}

static int finish(struct ruleset **ret, struct ruleset_loader *loader, FILE *out)
{
	int r = ruleset_loader_finish(loader, ret);

	diag_list_print(out, ruleset_loader_diags(loader));
	if (r == -ENOMEM)
		fprintf(out, "saker: loading rules: out of memory\n");
	return r;
}

int rules_load_to(struct ruleset **ret, const char *const *paths, unsigned int npaths, bool host,
		  FILE *out)
{
	_cleanup_(ruleset_loader_freep) struct ruleset_loader *loader = NULL;
	struct ruleset *set;
	int r = read_to(&loader, paths, npaths, host, out);

	if (r == 0)
		r = finish(&set, loader, out);
	if (r < 0)
		return r;
	if (!set->nrules) {
		fprintf(out, "saker: there is no rule that is enabled; "
			"nothing would ever be told\n");
		ruleset_unref(set);
		return -EINVAL;
	}
	*ret = set;
	return 0;
}

int rules_load(struct ruleset **ret, const char *const *paths, unsigned int npaths)
{
	return rules_load_to(ret, paths, npaths, true, stderr);
}

const struct rule *rules_find(const struct ruleset *set, struct str name)
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
	log_line("no rule \"" STR_FMT "\"%s%s%s; `saker list rules` tells all",
		 STR_ARG(buf_as_str(&shown)), guess.best ? "; did you mean \"" : "",
		 guess.best ? guess.best : "", guess.best ? "\"?" : "");
	return NULL;
}

#define CONDITION_HEAD	"- rule: trace\n  desc: trace\n  output: trace\n"			\
			"  priority: INFO\n  condition: |-\n"
#define CONDITION_LINES	5	/* of the head */
#define CONDITION_INDENT 4

/* What is wrong with a condition, at its own lines and columns. */
static void print_condition(const struct diag_list *list, const char *condition)
{
	for (uint32_t i = 0; i < list->n; i++) {
		struct diag d = list->items[i];
		const char *line = condition;

		d.line = d.line > CONDITION_LINES ? d.line - CONDITION_LINES : 1;
		d.col = d.col > CONDITION_INDENT ? d.col - CONDITION_INDENT : 1;
		for (uint32_t k = 1; k < d.line && strchr(line, '\n'); k++)
			line = strchr(line, '\n') + 1;
		d.source = str_of(condition);
		d.offset = (size_t)(line - condition) + d.col - 1;
		diag_print(stderr, &d);
	}
}

/* The condition as a YAML block: its lines are indented. */
int rules_of_condition(struct ruleset **ret, const char *condition)
{
	static const char head[] = CONDITION_HEAD;
	_cleanup_(ruleset_loader_freep) struct ruleset_loader *loader =
		ruleset_loader_new(&(struct rules_options){ 0 });
	_cleanup_(freep) char *yaml = NULL;
	size_t size = sizeof(head) + 5, n;
	int r;

	for (const char *c = condition; *c; c++)
		size += *c == '\n' ? 5 : 1;
	yaml = malloc(size + 1);
	if (!loader || !yaml) {
		log_line("compiling the condition: %s", strerror(ENOMEM));
		return -ENOMEM;
	}
	n = sizeof(head) - 1;
	memcpy(yaml, head, n);
	memset(yaml + n, ' ', CONDITION_INDENT);
	n += CONDITION_INDENT;
	for (const char *c = condition; *c; c++) {
		yaml[n++] = *c;
		if (*c == '\n') {
			memset(yaml + n, ' ', CONDITION_INDENT);
			n += CONDITION_INDENT;
		}
	}
	yaml[n++] = '\n';
	r = ruleset_loader_add_source(loader, STR("condition"), (struct str){ yaml, n },
				      STR("command line"), (struct str){ 0 });
	if (r == 0)
		r = ruleset_loader_finish(loader, ret);
	print_condition(ruleset_loader_diags(loader), condition);
	return r;
}
