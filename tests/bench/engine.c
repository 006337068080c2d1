/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an event costs from decode to verdict: a capture is unpacked into memory
 * and replayed against rule sets of growing size. Decoding and the tables are
 * timed in passes of their own, interleaved, of which the fastest counts; what
 * is left is the engine. A table is printed; nothing fails by its numbers.
 *
 *   bench-engine [--rounds N] [--records N] [--rules N]... [--all] [--first] [--naive]
 *                [--types] [--cut BYTES] CAPTURE
 *
 * --records takes the first N only, for tools that make all slow. --cut keeps so many bytes of
 * longer arguments, half of them from each end, as a driver cuts them.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include "decode/event.h"
#include "enrich/enrich.h"
#include "engine_naive.h"
#include "engine_rules.h"
#include "lib/arena.h"
#include "rule/engine.h"
#include "rule/load.h"
#include "source/source_replay.h"

#define SETS_MAX	8
#define RECORDS_WANTED	2000000
#define NAIVE_EVERY	1000	/* the naive evaluator gets one event of so many */

struct bench {
	unsigned char *records;		/* one behind the other, as in a ring */
	size_t n, room;
	uint64_t nrecords, wanted;	/* how many there are, and are to be at most */
	uint32_t cut;			/* bytes of arguments that are kept */
	uint64_t asked[TYPE_WORDS];	/* types that a rule needs */
	double unpack_ns;
	int rounds;
	bool modes[2];			/* first, all */
	bool naive, types;
};

struct set {
	unsigned int nrules;
	bool all;
	struct ruleset *rules;
	struct evaluator *evaluator;
	double load_s;
	long peak_mib;			/* of the process, when it was loaded */
	uint64_t matches;
};

/* Of this thread: what others do on the machine is not counted. */
static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void die(const char *what, int r)
{
	fprintf(stderr, "bench-engine: %s: %s\n", what, strerror(-r));
	exit(3);
}

/* -- the capture -- */

/* The middle of longer arguments is removed; the record keeps its length. */
static void cut_arguments(const struct bench *b, struct ev_header *hdr)
{
	struct ev_part *argv = hdr->type == EV_execve ? &((struct ev_execve *)hdr)->argv :
			       hdr->type == EV_task ? &((struct ev_task *)hdr)->argv : NULL;
	uint32_t half = b->cut / 2;
	char *text;

	if (!argv || argv->len <= b->cut)
		return;
	text = (char *)hdr + argv->off;
	memmove(text + half, text + argv->len - half, half);
	argv->len = 2 * half;
	argv->head = half;
}

static void keep(struct bench *b, const struct record *rec)
{
	if (b->n + rec->n > b->room) {
		b->room = b->room ? b->room * 2 : 64 << 20;
		b->records = realloc(b->records, b->room);
		if (!b->records)
			die("the capture", -ENOMEM);
	}
	memcpy(b->records + b->n, rec->p, rec->n);
	cut_arguments(b, (void *)(b->records + b->n));
	b->n += rec->n;
	b->nrecords++;
}

/* Records that change state are kept, whatever types the rules need. */
static bool is_asked(const struct bench *b, const struct ev_header *hdr)
{
	uint32_t bit = type_bit_of(evt_type_of(hdr));

	return hdr->type < EV_open || hdr->type >= EV_cgroup_mkdir || hdr->type == EV_setid ||
	       b->asked[bit / 64] >> (bit % 64) & 1;
}

static void read_capture(struct bench *b, const char *path)
{
	struct source *source;
	struct record rec;
	struct error error = { 0 };
	double copying = 0, begin = now_ns(), at;
	int r = source_replay_new(&source, path, &error);

	if (r < 0)
		die(error.text, r);
	while (b->nrecords < b->wanted && (r = source_next(source, &rec)) == 0) {
		at = now_ns();
		if (is_asked(b, rec.p))
			keep(b, &rec);
		source_release(source, &rec);
		copying += now_ns() - at;
	}
	if (r < 0)
		die(path, r);
	b->unpack_ns = now_ns() - begin - copying;
	source_close(source);
}

/* -- passes -- */

enum pass { PASS_DECODE, PASS_TABLES, PASS_ENGINE };

static void count_match(void *arg, const struct match *match)
{
	(void)match;
	++*(uint64_t *)arg;
}

struct tally {
	uint64_t events;
	double ns;
};

struct replay {
	struct bench *b;
	enum pass pass;
	struct set *set;
	uint64_t num;
	struct arena *arena;
	struct enrich *enrich;
	int64_t clock_offset;
	struct tally *by_type;		/* or NULL */
};

/* As loop_event() of the agent does it. */
static void one_event(struct replay *rp, const struct ev_header *hdr)
{
	union event_scratch scratch;
	struct event ev;
	double begin = 0;

	if (rp->by_type)
		begin = now_ns();
	if (event_decode(&ev, &scratch, hdr, hdr->len))
		return;
	if (rp->pass == PASS_DECODE) {
		rp->num += ev.type != EVT_TYPE_NONE;
		return;
	}
	if (hdr->type == EV_clock)
		rp->clock_offset = ev.clock->realtime_minus_boottime_ns;
	ev.time_ns = (int64_t)hdr->ts_ns + rp->clock_offset;
	ev.arena = rp->arena;
	if (enrich_apply(rp->enrich, &ev) != ENRICH_STATE) {
		ev.num = ++rp->num;
		if (rp->pass == PASS_ENGINE)
			engine_eval(rp->set->evaluator, &ev, count_match, &rp->set->matches);
	}
	enrich_retire(rp->enrich, &ev);
	arena_reset(rp->arena);
	if (rp->by_type) {
		rp->by_type[type_bit_of(ev.type)].ns += now_ns() - begin;
		rp->by_type[type_bit_of(ev.type)].events++;
	}
}

/* Return: ns an event. */
static double run(struct bench *b, enum pass pass, struct set *set, struct tally *by_type)
{
	struct replay rp = { .b = b, .pass = pass, .set = set, .arena = arena_new(0, 0),
			     .by_type = by_type };
	const struct enrich_config config = { 0 };
	double begin, ns;

	if (!rp.arena || enrich_new(&rp.enrich, &config) < 0)
		die("tables", -ENOMEM);
	if (set)
		set->matches = 0;
	begin = now_ns();
	for (size_t at = 0; at < b->n;) {
		const struct ev_header *hdr = (const void *)(b->records + at);

		one_event(&rp, hdr);
		at += hdr->len;
	}
	ns = now_ns() - begin;
	enrich_free(rp.enrich);
	arena_free(rp.arena);
	return ns / (double)(rp.num ? rp.num : 1);
}

/* -- rule sets -- */

static long peak_mib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss / 1024;
}

static void load(struct set *set)
{
	struct rules_options options = { .match_all = set->all };
	struct ruleset_loader *l = ruleset_loader_new(&options);
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);
	double begin;
	int r;

	rules_print(out, set->nrules, 1);
	fclose(out);
	begin = now_ns();
	r = ruleset_loader_add_source(l, STR("made"), (struct str){ text, n }, STR("bench"),
				      STR(""));
	if (r == 0)
		r = ruleset_loader_finish(l, &set->rules);
	set->load_s = (now_ns() - begin) / 1e9;
	if (r < 0)
		diag_list_print(stderr, ruleset_loader_diags(l));
	if (r < 0)
		die("rules", r);
	set->evaluator = evaluator_new(set->rules);
	if (!set->evaluator)
		die("rules", -ENOMEM);
	ruleset_loader_free(l);
	free(text);
	set->peak_mib = peak_mib();
}

/* -- the naive evaluator -- */

static double run_naive(struct bench *b, const struct set *set, uint64_t *matches)
{
	struct enrich *enrich;
	struct arena *arena = arena_new(0, 0);
	const struct enrich_config config = { 0 };
	double ns = 0, begin;
	uint64_t num = 0, asked = 0;

	if (!arena || enrich_new(&enrich, &config) < 0)
		die("tables", -ENOMEM);
	for (size_t at = 0; at < b->n;) {
		const struct ev_header *hdr = (const void *)(b->records + at);
		union event_scratch scratch;
		struct event ev;

		at += hdr->len;
		if (event_decode(&ev, &scratch, hdr, hdr->len))
			continue;
		ev.arena = arena;
		if (enrich_apply(enrich, &ev) != ENRICH_STATE && ++num % NAIVE_EVERY == 0) {
			begin = now_ns();
			*matches += naive_eval(set->rules, &ev);
			ns += now_ns() - begin;
			asked++;
		}
		enrich_retire(enrich, &ev);
		arena_reset(arena);
	}
	enrich_free(enrich);
	arena_free(arena);
	return ns / (double)(asked ? asked : 1);
}

/* -- output -- */

static void print_mix(struct bench *b, struct set *set)
{
	struct tally *t = calloc(EVT_TYPE_COUNT + 1, sizeof(*t));
	uint64_t sum = 0;

	if (!t)
		die("the mix", -ENOMEM);
	run(b, PASS_ENGINE, set, t);
	for (uint32_t i = 0; i <= EVT_TYPE_COUNT; i++)
		sum += t[i].events;
	printf("\n%u rules, %s, event by event (the clock included, about 50 ns):\n", set->nrules,
	       set->all ? "all" : "first");
	for (uint32_t i = 0; i <= EVT_TYPE_COUNT; i++) {
		struct str name = evt_type_name((evt_type_t)i);

		if (t[i].events)
			printf("  %-20.*s %9llu  %5.1f %%  %6.0f ns%s\n", STR_ARG(name),
			       (unsigned long long)t[i].events,
			       100.0 * (double)t[i].events / (double)sum,
			       t[i].ns / (double)t[i].events,
			       b->asked[i / 64] >> (i % 64) & 1 ? "" : "  (for the tables)");
	}
	free(t);
}

static void print_set(struct bench *b, struct set *set, double engine_ns, double tables_ns)
{
	uint64_t naive_matches = 0;

	printf("%6u %-5s  %7.3f s  %4ld MiB  %8.1f  %8.1f  %9llu", set->nrules,
	       set->all ? "all" : "first", set->load_s, set->peak_mib, engine_ns,
	       engine_ns - tables_ns, (unsigned long long)set->matches);
	if (b->naive)
		printf("  %10.0f", run_naive(b, set, &naive_matches));
	putchar('\n');
}

static void measure(struct bench *b, struct set *sets, unsigned int nsets)
{
	double decode = 1e18, tables = 1e18, engine[SETS_MAX * 2], ns;

	for (unsigned int i = 0; i < nsets; i++)
		engine[i] = 1e18;
	for (int round = 0; round < b->rounds; round++) {
		ns = run(b, PASS_DECODE, NULL, NULL);
		decode = ns < decode ? ns : decode;
		ns = run(b, PASS_TABLES, NULL, NULL);
		tables = ns < tables ? ns : tables;
		for (unsigned int i = 0; i < nsets; i++) {
			ns = run(b, PASS_ENGINE, &sets[i], NULL);
			engine[i] = ns < engine[i] ? ns : engine[i];
		}
	}
	printf("%llu records%s, %.1f MiB; ns each: read and unpack %.0f, decode %.1f, "
	       "decode and tables %.1f\n\n", (unsigned long long)b->nrecords,
	       b->nrecords < RECORDS_WANTED ? " (too few to trust)" : "",
	       (double)b->n / (1 << 20), b->unpack_ns / (double)b->nrecords, decode, tables);
	printf(" rules mode        load      peak   verdict    engine    matches%s\n",
	       b->naive ? "       naive" : "");
	for (unsigned int i = 0; i < nsets; i++)
		print_set(b, &sets[i], engine[i], tables);
	puts("\npeak: memory of the process when the rules were loaded, the sets above included;\n"
	     "verdict: ns an event from decode to verdict; engine: without decode and tables");
}

static void parse_args(struct bench *b, unsigned int *sizes, unsigned int *nsizes, int argc,
		       char **argv)
{
	static const struct option options[] = {
		{ "rounds", required_argument, NULL, 'n' }, { "rules", required_argument, NULL, 'r' },
		{ "records", required_argument, NULL, 'R' }, { "cut", required_argument, NULL, 'c' },
		{ "all", no_argument, NULL, 'a' }, { "first", no_argument, NULL, 'f' },
		{ "naive", no_argument, NULL, 'N' }, { "types", no_argument, NULL, 't' }, { 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'n')
			b->rounds = atoi(optarg);
		else if (c == 'R')
			b->wanted = strtoull(optarg, NULL, 0);
		else if (c == 'c')
			b->cut = (uint32_t)atoi(optarg);
		else if (c == 'r' && *nsizes < SETS_MAX)
			sizes[(*nsizes)++] = (unsigned int)atoi(optarg);
		else if (c == 'a' || c == 'f')
			b->modes[c == 'a'] = true;
		else if (c == 'N')
			b->naive = true;
		else if (c == 't')
			b->types = true;
		else
			exit(2);
	}
	if (optind + 1 != argc || b->rounds < 1) {
		fputs("usage: bench-engine [--rounds N] [--records N] [--rules N]... [--all] [--first] "
		      "[--naive] [--types] [--cut BYTES] CAPTURE\n", stderr);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	struct bench b = { .rounds = 3, .wanted = UINT64_MAX, .cut = UINT32_MAX };
	struct set sets[SETS_MAX * 2] = { 0 };
	unsigned int sizes[SETS_MAX], nsizes = 0, nsets = 0;

	parse_args(&b, sizes, &nsizes, argc, argv);
	for (unsigned int i = 0; i < nsizes; i++) {
		for (int all = 0; all < 2; all++) {
			struct set *set = &sets[nsets];
			uint64_t types[TYPE_WORDS];

			if (!b.modes[all] && (b.modes[!all] || all))
				continue;
			*set = (struct set){ .nrules = sizes[i], .all = all };
			load(set);
			nsets++;
			ruleset_evt_types(set->rules, types);
			for (size_t w = 0; w < TYPE_WORDS; w++)
				b.asked[w] |= types[w];
		}
	}
	read_capture(&b, argv[optind]);
	measure(&b, sets, nsets);
	for (unsigned int i = 0; b.types && i < nsets; i++)
		print_mix(&b, &sets[i]);
	for (unsigned int i = 0; i < nsets; i++) {
		evaluator_free(sets[i].evaluator);
		ruleset_unref(sets[i].rules);
	}
	free(b.records);
	return 0;
}
