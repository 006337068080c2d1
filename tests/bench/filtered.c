/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which share of the opens of a capture the prefilter of a rule set excludes.
 *
 *   bench-filtered [-v] -r FILE... CAPTURE
 *
 * Prints how many opens there are and how many of them are excluded, on the host and in
 * containers. -v prints those that pass, too: access mode, path.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "decode/event.h"
#include "enrich/cgroup.h"
#include "enrich/enrich.h"
#include "enrich/proc.h"
#include "lib/arena.h"
#include "rule/load.h"
#include "rule/prefilter.h"
#include "rule/test-opened.h"
#include "ruleset/rules.h"
#include "source/source_replay.h"

enum { HOST, CONTAINER, PLACES };

struct count {
	uint64_t opens, failed, excluded;
};

struct replay {
	const struct saker_prefilter *program;
	struct enrich *enrich;
	struct arena *arena;
	struct count count[PLACES];
	bool verbose;
};

static void die(const char *what, int error)
{
	fprintf(stderr, "bench-filtered: %s: %s\n", what, strerror(-error));
	exit(2);
}

static void one_open(struct replay *rp, const struct event *ev)
{
	const struct ev_open *e = ev->open;
	const struct exec_image *image = ev->proc ? ev->proc->process->image : NULL;
	struct count *c = &rp->count[ev->cgroup && ev->cgroup->container.id.p ? CONTAINER : HOST];
	struct recorded_open o = {
		.flags = e->flags, .mode = e->mode, .kind = e->kind, .failed = e->res < 0,
		.at_fd = e->dirfd != AT_FDCWD, .path = event_part(ev, &e->path),
		.name = event_part(ev, &e->name), .cwd = image ? image->cwd : (struct str){ 0 },
	};
	const bool passes = ev->type == EVT_SYS_openat2 || opened_passes(rp->program, &o);

	c->opens++;
	c->failed += o.failed;
	c->excluded += !passes;
	if (passes && rp->verbose)
		printf("%u%s " STR_FMT "\n", o.flags & 3, o.failed ? " failed" : "",
		       STR_ARG(o.path.n ? o.path : o.name));
}

static void one_record(struct replay *rp, const struct ev_header *hdr)
{
	union event_scratch scratch;
	struct event ev;

	if (event_decode(&ev, &scratch, hdr, hdr->len))
		return;
	ev.arena = rp->arena;
	if (enrich_apply(rp->enrich, &ev) != ENRICH_STATE && hdr->type == EV_open)
		one_open(rp, &ev);
	enrich_retire(rp->enrich, &ev);
	arena_reset(rp->arena);
}

static void replay(struct replay *rp, const char *path)
{
	const struct enrich_config config = { 0 };
	struct error error = { 0 };
	struct source *source;
	struct record rec;
	int r = source_replay_new(&source, path, &error);

	if (r < 0)
		die(error.text, r);
	rp->arena = arena_new(0, 0);
	if (!rp->arena || enrich_new(&rp->enrich, &config) < 0)
		die("tables", -ENOMEM);
	while ((r = source_next(source, &rec)) == 0) {
		one_record(rp, rec.p);
		source_release(source, &rec);
	}
	if (r < 0)
		die(path, r);
	source_close(source);
	enrich_free(rp->enrich);
	arena_free(rp->arena);
}

static void print(const char *where, struct count c)
{
	printf("%-9s  %8llu opens, %8llu of them failed, %8llu excluded: %.1f %%\n", where,
	       (unsigned long long)c.opens, (unsigned long long)c.failed,
	       (unsigned long long)c.excluded,
	       c.opens ? 100.0 * (double)c.excluded / (double)c.opens : 0);
}

int main(int argc, char **argv)
{
	const char *rules[16];
	struct ruleset_loader *loader;
	struct replay rp = { 0 };
	struct prefilter *prefilter;
	struct ruleset *set;
	unsigned int n = 0;
	int opt, r;

	while ((opt = getopt(argc, argv, "r:v")) != -1)
		if (opt == 'v')
			rp.verbose = true;
		else if (opt == 'r' && n < sizeof(rules) / sizeof(*rules))
			rules[n++] = optarg;
		else
			return 2;
	if (optind + 1 != argc || !n) {
		fputs("usage: bench-filtered [-v] -r FILE... CAPTURE\n", stderr);
		return 2;
	}
	r = rules_describe(&loader, &set, rules, n, stderr);
	if (r == 0)
		r = prefilter_new(&prefilter, set);
	if (r < 0)
		die("the rules", r);
	rp.program = prefilter_program(prefilter);
	replay(&rp, argv[optind]);
	print("host", rp.count[HOST]);
	print("container", rp.count[CONTAINER]);
	return 0;
}
