/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds rule files: lists directories. Files are not opened here; reading shows whether they
 * can be read.
 */
#include "ruleset/files.h"
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "lib/beside.h"
#include "lib/str.h"

#define IGNORED_MAX	4u	/* named, of a directory; the others are counted */

static int add(struct rule_files *files, const char *dir, const char *name, bool shipped)
{
	struct rule_file *v = realloc(files->v, (files->n + 1) * sizeof(*v));
	const char *slash = dir && !str_ends(str_of(dir), STR("/")) ? "/" : "";
	char *path;

	if (!v)
		return -ENOMEM;
	files->v = v;
	if (asprintf(&path, "%s%s%s", dir ? dir : "", slash, name) < 0)
		return -ENOMEM;
	v[files->n++] = (struct rule_file){ .path = path, .shipped = shipped };
	return 0;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/*
 * Puts the own file @dir/@name in place of the shipped file of that name. Return: 1 if done, 0, or
 * -ENOMEM.
 */
static int replace(struct rule_files *files, const char *dir, const char *name, FILE *out)
{
	for (unsigned int i = 0; i < files->n; i++) {
		struct rule_file *file = &files->v[i];
		char *path;

		if (!file->shipped || strcmp(base_name(file->path), name))
			continue;
		if (asprintf(&path, "%s/%s", dir, name) < 0)
			return -ENOMEM;
		fprintf(out, "saker: %s replaces %s, because it has the same name\n", path,
			file->path);
		free(file->path);
		*file = (struct rule_file){ .path = path, .replaces = true };
		return 1;
	}
	return 0;
}

static int is_visible(const struct dirent *d)
{
	return *d->d_name != '.';
}

static bool is_rule_file(const struct dirent *d)
{
	struct str name = str_of(d->d_name);

	return str_ends(name, STR(".yaml")) || str_ends(name, STR(".yml"));
}

/* Backups of editors and package managers, and what is in the directory for people. */
static bool is_leftover(struct str name)
{
	static const char *const parts[] = { ".dpkg-", ".rpmnew", ".rpmorig", ".rpmsave", ".ucf-" };
	static const char *const ends[] = { "~", ".bak", ".disabled", ".md", ".orig" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (memmem(name.p, name.n, parts[i], strlen(parts[i])))
			return true;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (str_ends(name, str_of(ends[i])))
			return true;
	return str_starts(name, STR("README"));
}

static bool is_ignored(const struct dirent *d)
{
	return d->d_type == DT_DIR || !is_leftover(str_of(d->d_name));
}

static void warn_ignored(const char *dir, const struct dirent *d, FILE *out)
{
	if (d->d_type == DT_DIR)
		fprintf(out, "saker: %s/%s is a directory: its files are not read\n", dir, d->d_name);
	else
		fprintf(out, "saker: %s/%s is not read, because its name does not end with .yaml "
			"or .yml\n", dir, d->d_name);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);	/* not in the order of the locale */
}

enum kind { GIVEN, SHIPPED, OWN };

/* @dir has no slash at its end. */
static int add_named(struct rule_files *files, const char *dir, const char *name, enum kind kind,
		     FILE *out)
{
	int r = kind == OWN ? replace(files, dir, name, out) : 0;

	return r == 0 ? add(files, dir, name, kind == SHIPPED) : r;
}

static int add_dir(struct rule_files *files, const char *dir, enum kind kind, FILE *out)
{
	struct dirent **names;
	unsigned int ignored = 0;
	int n = scandir(dir, &names, is_visible, by_name), r = 0;

	if (n < 0) {
		if (errno == ENOENT && kind != GIVEN)
			return 0;	/* the directory is optional */
		r = -errno;
		fprintf(out, "saker: %s: %s\n", dir, strerror(-r));
		return r;
	}
	for (int i = 0; i < n; i++) {
		if (r >= 0 && is_rule_file(names[i]))
			r = add_named(files, dir, names[i]->d_name, kind, out);
		else if (r >= 0 && is_ignored(names[i]) && ignored++ < IGNORED_MAX)
			warn_ignored(dir, names[i], out);
		free(names[i]);
	}
	free(names);
	if (r >= 0 && ignored > IGNORED_MAX)
		fprintf(out, "saker: %s: %u more files and directories are not read\n", dir,
			ignored - IGNORED_MAX);
	return r < 0 ? r : 0;
}

static int add_standard(struct rule_files *files, const struct rules_dirs *dirs, FILE *out)
{
	int r = add_dir(files, dirs->shipped, SHIPPED, out);

	return r < 0 ? r : add_dir(files, dirs->own, OWN, out);
}

static bool same_dir(const char *a, const char *b)
{
	size_t n = strlen(a);

	while (n > 1 && a[n - 1] == '/')
		n--;
	return n == strlen(b) && !memcmp(a, b, n);
}

static int add_path(struct rule_files *files, const struct rules_dirs *dirs, const char *path,
		    FILE *out)
{
	struct stat st;

	if (!strcmp(path, "-"))
		return add(files, NULL, "/dev/stdin", false);
	if (same_dir(path, dirs->own))
		return add_standard(files, dirs, out);
	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		return add_dir(files, path, GIVEN, out);
	return add(files, NULL, path, false);
}

static int find(struct rule_files *files, const struct rules_dirs *dirs, const char *const *paths,
		unsigned int npaths, FILE *out)
{
	int r = npaths ? 0 : add_standard(files, dirs, out);

	for (unsigned int i = 0; r == 0 && i < npaths; i++)
		r = add_path(files, dirs, paths[i], out);
	if (r < 0 || files->n)
		return r;
	if (npaths)
		fprintf(out, "saker: %s: no rule files; give others with -r FILE|DIR\n", paths[0]);
	else
		fprintf(out, "saker: no rule files in %s and %s; give others with -r FILE|DIR\n",
			dirs->shipped, dirs->own);
	return -ENOENT;
}

int rule_files_find(struct rule_files *ret, const struct rules_dirs *dirs,
		    const char *const *paths, unsigned int npaths, FILE *out)
{
	struct rules_dirs standard = { RULES_SHIPPED, RULES_OWN };
	struct rule_files files = { .v = NULL };
	char built[PATH_MAX];
	uid_t owner;
	int r;

	if (!dirs && beside_program(built, sizeof(built), "rules", &owner) == 0)
		standard.shipped = built;
	r = find(&files, dirs ? dirs : &standard, paths, npaths, out);
	if (r == -ENOMEM)
		fprintf(out, "saker: listing rule files: %s\n", strerror(ENOMEM));
	if (r < 0)
		rule_files_uninit(&files);
	else
		*ret = files;
	return r;
}

void rule_files_uninit(struct rule_files *files)
{
	for (unsigned int i = 0; i < files->n; i++)
		free(files->v[i].path);
	free(files->v);
	*files = (struct rule_files){ .v = NULL };
}
