/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saker stats: what the driver saw, recorded, left out and lost, summed over
 * all CPUs, asked of the module itself. Works beside a running agent and
 * without one. While things happen the numbers are a look from outside; exact
 * sums travel in the stream. What rules cost only the agent knows (stats_rules.c).
 */
#include "app/stats.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "app/command.h"
#include "app/log.h"
#include "decode/schema.h"
#include "source/control.h"

struct sums {
	struct ev_tally type[EV_TYPE_MAX];
	uint32_t ncpus;
};

static int add(void *ctx, const struct control_tally *tally)
{
	struct sums *sums = ctx;

	sums->ncpus++;
	for (uint32_t i = 0; i < tally->nrows; i++) {
		struct ev_tally row, *sum;

		memcpy(&row, &tally->rows[i], sizeof(row));
		if (row.type >= EV_TYPE_MAX)
			continue;
		sum = &sums->type[row.type];
		sum->hits += row.hits;
		sum->emitted += row.emitted;
		sum->filtered += row.filtered;
		for (unsigned int d = 0; d < EV_DROP_COUNT; d++)
			sum->dropped[d] += row.dropped[d];
	}
	return 0;
}

static const char *state_name(uint32_t state)
{
	static const char *const names[] = { "idle", "armed", "orphan", "disarmed" };

	return state < sizeof(names) / sizeof(*names) ? names[state] : "unknown";
}

static uint64_t dropped(const struct ev_tally *t)
{
	uint64_t sum = 0;

	for (unsigned int d = 0; d < EV_DROP_COUNT; d++)
		sum += t->dropped[d];
	return sum;
}

static void print_reasons(const struct ev_tally *t)
{
	for (unsigned int d = 0; d < EV_DROP_COUNT; d++)
		if (t->dropped[d])
			printf("  %s %llu", schema_drop_name(d), (unsigned long long)t->dropped[d]);
}

static void print_text(const struct control_info *info, const struct sums *sums)
{
	printf("module %s, ABI %u.%u, %s", info->release, info->abi >> 16, info->abi & 0xffff,
	       state_name(info->state));
	if (info->holder_pid)
		printf(", held by %s (%u)", info->holder_comm, info->holder_pid);
	printf("\n%u rings of %llu KiB; selection %llu; %llu hits of the agent itself left out\n",
	       info->nrings, (unsigned long long)info->ring_size >> 10,
	       (unsigned long long)info->generation, (unsigned long long)info->self);
	if (info->denied)
		printf("%llu setters without the right to it were refused\n",
		       (unsigned long long)info->denied);
	if (info->unpaired)
		printf("%llu objects were gone before their call ended\n",
		       (unsigned long long)info->unpaired);
	for (uint32_t i = 0; i < info->nhooks; i++)
		printf("hook %-28s %-10s %s\n", info->hooks[i].name, info->hooks[i].kind,
		       info->hooks[i].state);
	printf("\n%-18s %14s %14s %14s %14s\n", "event", "hits", "recorded", "filtered", "lost");
	for (unsigned int type = 0; type < EV_TYPE_MAX; type++) {
		const struct ev_tally *t = &sums->type[type];
		const struct schema_event *e = schema_event(type);

		if (!t->hits)
			continue;
		printf("%-18s %14llu %14llu %14llu %14llu", e ? e->name : "unknown",
		       (unsigned long long)t->hits, (unsigned long long)t->emitted,
		       (unsigned long long)t->filtered, (unsigned long long)dropped(t));
		print_reasons(t);
		putchar('\n');
	}
}

static void print_string(const char *text)
{
	char mem[1024];
	struct buf b = BUF_ON(mem);

	buf_json(&b, str_of(text));
	fwrite(b.p, 1, b.n, stdout);
}

static void print_json_head(const struct control_info *info)
{
	printf("{\"module\":");
	print_string(info->release);
	printf(",\"abi\":\"%u.%u\",\"state\":\"%s\"", info->abi >> 16, info->abi & 0xffff,
	       state_name(info->state));
	if (info->holder_pid) {
		printf(",\"holder\":{\"pid\":%u,\"comm\":", info->holder_pid);
		print_string(info->holder_comm);
		putchar('}');
	}
	printf(",\"rings\":%u,\"ring_size\":%llu,\"generation\":%llu,\"orphan_s\":%u,"
	       "\"watermark\":%u,\"self\":%llu,\"denied\":%llu,\"unpaired\":%llu,\"hooks\":[",
	       info->nrings, (unsigned long long)info->ring_size,
	       (unsigned long long)info->generation, info->orphan_s, info->watermark,
	       (unsigned long long)info->self, (unsigned long long)info->denied,
	       (unsigned long long)info->unpaired);
	for (uint32_t i = 0; i < info->nhooks; i++) {
		printf("%s{\"name\":", i ? "," : "");
		print_string(info->hooks[i].name);
		printf(",\"kind\":");
		print_string(info->hooks[i].kind);
		printf(",\"state\":");
		print_string(info->hooks[i].state);
		putchar('}');
	}
}

static void print_json_event(unsigned int type, const struct ev_tally *t, bool first)
{
	const struct schema_event *e = schema_event(type);
	const char *sep = "";

	printf("%s{\"event\":\"%s\",\"hits\":%llu,\"emitted\":%llu,\"filtered\":%llu,"
	       "\"dropped\":%llu,\"reasons\":{", first ? "" : ",", e ? e->name : "unknown",
	       (unsigned long long)t->hits, (unsigned long long)t->emitted,
	       (unsigned long long)t->filtered, (unsigned long long)dropped(t));
	for (unsigned int d = 0; d < EV_DROP_COUNT; d++) {
		if (!t->dropped[d])
			continue;
		printf("%s\"%s\":%llu", sep, schema_drop_name(d),
		       (unsigned long long)t->dropped[d]);
		sep = ",";
	}
	printf("}}");
}

static void print_json(const struct control_info *info, const struct sums *sums)
{
	bool first = true;

	print_json_head(info);
	printf("],\"cpus\":%u,\"events\":[", sums->ncpus);
	for (unsigned int type = 0; type < EV_TYPE_MAX; type++) {
		if (!sums->type[type].hits)
			continue;
		print_json_event(type, &sums->type[type], first);
		first = false;
	}
	printf("]}\n");
}

int cmd_stats(const struct args *args)
{
	_cleanup_(control_freep) struct control *control = NULL;
	struct control_info info;
	struct sums sums = { 0 };
	int r;

	if (args->by_rule)
		return stats_rules(args);
	r = control_new(&control);
	if (r == -ENODEV) {
		log_line("the kernel module is not loaded: run `modprobe saker`");
		return EXIT_CANNOT;
	}
	if (r == 0)
		r = control_get_info(control, &info);
	if (r < 0) {
		log_line(r == -EPERM ? "the module answers only root" : "asking the module: %s",
			 strerror(-r));
		return EXIT_CANNOT;
	}
	r = control_get_stats(control, add, &sums);
	if (r < 0)
		log_line("asking the module for its counters: %s", strerror(-r));
	else if (args->json)
		print_json(&info, &sums);
	else
		print_text(&info, &sums);
	control_info_uninit(&info);
	return r < 0 ? EXIT_CANNOT : EXIT_DONE;
}
