/* SPDX-License-Identifier: Apache-2.0 */
/* Simulates a host by a directory of files, for tests of what is read from it. */
#ifndef ENRICH_TEST_HOST_H
#define ENRICH_TEST_HOST_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "enrich/enrich.h"
#include "enrich/proc.h"

#define MS	1000000ull
#define SECOND	1000000000ull
#define T0	(100 * SECOND)

struct host {
	char dir[32];
	struct enrich *enrich;
};

static void write_file(const struct host *h, const char *name, const char *text, size_t n)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", h->dir, name);
	f = fopen(path, "we");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	fclose(f);
}

static void make_dir(const struct host *h, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", h->dir, name);
	assert_int_equal(mkdir(path, 0755), 0);
}

/* A task in /proc: only the files that are read. */
static void put_task(const struct host *h, uint32_t pid, uint32_t ppid)
{
	char name[64], text[256];
	int n;

	snprintf(name, sizeof(name), "proc/%u", pid);
	make_dir(h, name);
	n = snprintf(text, sizeof(text), "%u (task%u) S %u %u %u 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1 0\n",
		     pid, pid, ppid, pid, pid);
	snprintf(name, sizeof(name), "proc/%u/stat", pid);
	write_file(h, name, text, (size_t)n);
	snprintf(name, sizeof(name), "proc/%u/status", pid);
	write_file(h, name, "Uid:\t5\t5\t5\t5\n", 14);
}

static void host_begin(struct host *h)
{
	strcpy(h->dir, "/tmp/test-limits-XXXXXX");
	assert_non_null(mkdtemp(h->dir));
	make_dir(h, "etc");
	make_dir(h, "proc");
	make_dir(h, "proc/1");
	h->enrich = NULL;
}

static void host_watch(struct host *h)
{
	const struct enrich_config config = { .root = h->dir, .live = true, .key = { 1, 2 } };

	assert_int_equal(enrich_new(&h->enrich, &config), 0);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void host_end(struct host *h)
{
	enrich_free(h->enrich);
	assert_int_equal(nftw(h->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static struct enrich_stats stats_of(const struct enrich *enrich)
{
	struct enrich_stats stats;

	enrich_stats(enrich, &stats);
	return stats;
}

/* Applies an event of the first thread of @pid. Return: whether its process has been read. */
static bool event_of(struct enrich *enrich, uint32_t pid, uint64_t ts_ns)
{
	const struct ev_dup rec = { .hdr = { .type = EV_dup, .len = sizeof(rec), .ts_ns = ts_ns,
					     .fixed_len = sizeof(rec), .tid = pid, .tgid = pid } };
	struct event ev = { .hdr = &rec.hdr, .dup = &rec };
	bool known;

	assert_int_equal(enrich_apply(enrich, &ev), 0);
	assert_non_null(ev.proc);
	known = ev.proc->process->image;
	enrich_retire(enrich, &ev);
	return known;
}

#endif /* ENRICH_TEST_HOST_H */
