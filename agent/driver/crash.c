/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Searches crash dumps and the journal for the module. Dumps are in pstore, and where
 * systemd-pstore and kdump move them. They stay there, so dumps from before the last
 * load --force do not count.
 */
#include "driver/crash.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "lib/cleanup.h"

#define DUMP_MAX	(1u << 20)	/* bytes of a dump that are read */
#define DUMPS_MAX	256u		/* files, in all places */
#define DEPTH_MAX	3u		/* directories below a place */

static bool contains(struct str s, const char *needle)
{
	return memmem(s.p, s.n, needle, strlen(needle));
}

static bool contains_any(struct str s, const char *const *needles)
{
	for (; *needles; needles++)
		if (contains(s, *needles))
			return true;
	return false;
}

bool crash_line(struct crash_scan *scan, struct str line)
{
	static const char *const dying[] = {
		"BUG: ", "Oops: ", "kernel BUG at ", "general protection fault",
		"Kernel panic", "stack-protector: ", "double fault", NULL
	};
	static const char *const head[] = { "Oops#", "Panic#", NULL };
	static const char *const ours[] = { " [saker]", " [saker ", NULL };	/* with a build id */
	static const char *const living[] = {
		"WARNING: ", "---[ end trace", "[ cut here ]", "INFO: ", NULL
	};

	if (contains_any(line, dying) || (scan->dump && contains_any(line, head)))
		scan->dying = true;
	else if (contains_any(line, living))
		scan->dying = false;
	/* "? f+0x1/0x2 [saker]" is only a guess of the unwinder. */
	return scan->dying && contains_any(line, ours) && contains(line, "+0x") &&
	       !contains(line, "? ");
}

/* -- dumps -- */

struct search {
	const struct host *host;
	const char *prefix;		/* of the names of dumps */
	int64_t since;
	char path[256];			/* where it is */
	unsigned int depth, files;
	char *text;			/* DUMP_MAX bytes */
	struct str line;		/* in it: what blames */
};

/* A dump may be split over several files, in any order, so each file is read as a dump of its own. */
static bool blames(struct search *s, size_t n)
{
	struct crash_scan scan = { .dump = true, .dying = true };
	struct str rest = { s->text, n };

	while (rest.n) {
		const char *end = memchr(rest.p, '\n', rest.n);
		struct str line = { rest.p, end ? (size_t)(end - rest.p) : rest.n };

		if (crash_line(&scan, line)) {
			s->line = line;
			return true;
		}
		rest.n -= line.n + (end ? 1 : 0);
		rest.p += line.n + (end ? 1 : 0);
	}
	return false;
}

static int look_in(struct search *s);

/* Return: 1 if it blames the module. */
static int look_at(void *ctx, const char *name)
{
	struct search *s = ctx;
	size_t len = strlen(s->path);
	struct stat st;
	ssize_t n;
	int r = 0;

	if (++s->files > DUMPS_MAX)
		return 0;
	if (len + strlen(name) + 2 > sizeof(s->path))
		return 0;
	sprintf(s->path + len, "/%s", name);
	if (!strncmp(name, s->prefix, strlen(s->prefix))) {
		n = hostfs_read_stat(&s->host->fs, s->path, s->text, DUMP_MAX, &st);
		r = n > 0 && st.st_mtime >= s->since && blames(s, (size_t)n);
	}
	if (r == 0 && s->depth < DEPTH_MAX)
		r = look_in(s);
	if (r == 0)
		s->path[len] = '\0';
	return r;
}

static int look_in(struct search *s)
{
	int r;

	s->depth++;
	r = host_each(s->host, s->path, look_at, s);
	s->depth--;
	return r > 0 ? r : 0;
}

static bool find_dump(const struct host *host, int64_t since, char *why, size_t size)
{
	static const struct {
		const char *dir, *prefix;
	} places[] = {
		{ "/sys/fs/pstore", "dmesg" },
		{ "/var/lib/systemd/pstore", "dmesg" },
		{ "/var/crash", "dmesg" },		/* kdump-tools */
		{ "/var/crash", "vmcore-dmesg" },	/* kexec-tools */
	};
	_cleanup_(freep) char *text = malloc(DUMP_MAX);

	for (size_t i = 0; text && i < sizeof(places) / sizeof(*places); i++) {
		struct search s = { .host = host, .prefix = places[i].prefix, .since = since,
				    .text = text };

		strcpy(s.path, places[i].dir);
		if (look_in(&s)) {
			while (s.line.n && (*s.line.p == ' ' || *s.line.p == '\t')) {
				s.line.p++;
				s.line.n--;
			}
			snprintf(why, size, "the crash dump %s has it on its stack (" STR_FMT ")",
				 s.path, STR_ARG(s.line));
			return true;
		}
	}
	return false;
}

/* -- the judgement -- */

bool crash_unclean(const struct host *host, const struct mark *mark)
{
	return mark->phase == MARK_LOADED && strcmp(mark->boot_id, host->boot_id) != 0;
}

static bool was_loading(const struct host *host, const struct mark *mark)
{
	return mark->phase == MARK_LOADING && !host_has(host, "sys/module/saker");
}

bool crash_judge(const struct host *host, const struct mark *mark, char *why, size_t size)
{
	if (mark->phase == MARK_BLAMED) {
		snprintf(why, size, "%s", mark->why);
		return true;
	}
	if (was_loading(host, mark)) {
		snprintf(why, size, "loading it was started and did not end (boot %s)", mark->boot_id);
		return true;
	}
	if (crash_unclean(host, mark) && mark->unclean + 1 >= CRASH_UNCLEAN_MAX) {
		snprintf(why, size, "%u boots in a row ended without an orderly stop while it was "
			 "loaded", mark->unclean + 1);
		return true;
	}
	return find_dump(host, mark->forgiven, why, size);
}
