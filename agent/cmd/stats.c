/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saker stats: prints the events that the driver saw, recorded, filtered and dropped. Why
 * that driver was chosen is read from the agent; so are the cost of rules (stats_rules.c)
 * and the metrics (stats_metrics.c).
 */
#include "cmd/stats.h"
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include "api/client.h"
#include "lib/log.h"
#include "lib/text.h"
#include "metrics/tallies.h"
#include "decode/schema.h"

static void print_reasons(const struct ev_tally *t)
{
	for (unsigned int d = 0; d < EV_DROP_COUNT; d++)
		if (t->dropped[d])
			printf("  %s %llu (%s)", schema_drop_name(d),
			       (unsigned long long)t->dropped[d], schema_drop_doc(d));
}

/* Prints the agent's choice of a driver, if an agent runs. */
static void print_choice(const json_t *choice)
{
	const char *driver = json_string_value(json_object_get(choice, "driver"));
	const char *why = json_string_value(json_object_get(choice, "why"));
	const json_t *no;
	size_t i;

	if (driver && why)
		printf("driver %s: chosen because %s\n", driver, why);
	json_array_foreach(json_object_get(choice, "skipped"), i, no)
		printf("driver %s skipped: %s\n",
		       json_string_value(json_object_get(no, "driver")),
		       json_string_value(json_object_get(no, "reason")));
}

/* @choice: the running agent's; NULL: no agent answers. */
static void print_text(const struct tallies *tallies, const json_t *choice)
{
	const struct control_info *info = &tallies->info;

	printf("driver %s %s, ABI %u.%u, %s", tallies->driver, info->release, info->abi >> 16,
	       info->abi & 0xffff, tallies_state_name(info->state));
	if (info->holder_pid)
		printf(", held by %s (%u)", info->holder_comm, info->holder_pid);
	putchar('\n');
	print_choice(choice);
	printf("%u rings of %llu KiB; selection %llu; %llu events of the agent itself not recorded\n",
	       info->nrings, (unsigned long long)info->ring_size >> 10,
	       (unsigned long long)info->generation, (unsigned long long)info->self);
	if (info->load.ns)
		printf("%u programs loaded in %llu ms; %llu KiB of locked memory; %llu instructions verified\n",
		       info->load.programs, (unsigned long long)info->load.ns / 1000000,
		       (unsigned long long)info->load.locked >> 10,
		       (unsigned long long)info->load.verified);
	if (info->denied)
		printf("%llu attempts to control the driver without permission were refused\n",
		       (unsigned long long)info->denied);
	if (info->unpaired)
		printf("%llu calls whose function hook and end could not be joined\n",
		       (unsigned long long)info->unpaired);
	for (uint32_t i = 0; i < info->nhooks; i++)
		printf("hook %-28s %-10s %s\n", info->hooks[i].name, info->hooks[i].kind,
		       info->hooks[i].state);
	printf("\n%-18s %14s %14s %14s %14s\n", "event", "hits", "recorded", "filtered", "dropped");
	for (unsigned int type = 0; type < EV_TYPE_MAX; type++) {
		const struct ev_tally *t = &tallies->type[type];
		const struct schema_event *e = schema_event(type);

		if (!t->hits)
			continue;
		printf("%-18s %14llu %14llu %14llu %14llu", e ? e->name : "unknown",
		       (unsigned long long)t->hits, (unsigned long long)t->emitted,
		       (unsigned long long)t->filtered, (unsigned long long)tally_lost(t));
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

static void print_json_head(const struct tallies *tallies, const json_t *choice)
{
	const struct control_info *info = &tallies->info;

	printf("{\"driver\":\"%s\",\"release\":", tallies->driver);
	print_string(info->release);
	if (choice) {
		printf(",\"choice\":");
		json_dumpf(choice, stdout, JSON_COMPACT);
	}
	printf(",\"abi\":\"%u.%u\",\"state\":\"%s\"", info->abi >> 16, info->abi & 0xffff,
	       tallies_state_name(info->state));
	if (info->holder_pid) {
		printf(",\"holder\":{\"pid\":%u,\"comm\":", info->holder_pid);
		print_string(info->holder_comm);
		putchar('}');
	}
	if (info->load.ns)
		printf(",\"load\":{\"programs\":%u,\"ns\":%llu,\"locked\":%llu,\"verified\":%llu}",
		       info->load.programs, (unsigned long long)info->load.ns,
		       (unsigned long long)info->load.locked,
		       (unsigned long long)info->load.verified);
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
	       (unsigned long long)t->filtered, (unsigned long long)tally_lost(t));
	for (unsigned int d = 0; d < EV_DROP_COUNT; d++) {
		if (!t->dropped[d])
			continue;
		printf("%s\"%s\":%llu", sep, schema_drop_name(d),
		       (unsigned long long)t->dropped[d]);
		sep = ",";
	}
	printf("}}");
}

static void print_json(const struct tallies *tallies, const json_t *choice)
{
	bool first = true;

	print_json_head(tallies, choice);
	printf("],\"cpus\":%u,\"events\":[", tallies->ncpus);
	for (unsigned int type = 0; type < EV_TYPE_MAX; type++) {
		if (!tallies->type[type].hits)
			continue;
		print_json_event(type, &tallies->type[type], first);
		first = false;
	}
	printf("]}\n");
}

/* -- queries -- */

/* Without @socket no agent need run. Return: 0, or -errno after the error was logged. */
static int read_choice(json_t **ret, const char *socket)
{
	struct client_reply reply;
	struct error err = { 0 };
	int r = client_request(&reply, socket, "GET", "/driver", &err);

	*ret = NULL;
	if (r == 0 && reply.status == 200)
		*ret = json_loadb(reply.body.p, reply.body.n, 0, NULL);
	free(reply.all);
	if (r < 0 && socket)
		log_line("%s", err.text);
	return socket ? r : 0;
}

static int complain(int r, const char *error)
{
	if (r == -ENODEV)
		log_line("no driver runs: the kernel module is not loaded%s%s (saker doctor)",
			 *error ? ", and " : "", error);
	else if (r == -EPROTO)
		log_line("the driver in the kernel is from another build of Saker than this "
			 "command; use the saker of that build, or start the agent of this build, "
			 "which replaces the driver");
	else
		log_line(r == -EPERM || r == -EACCES ? "only root may query the driver" : "querying the driver: %s",
			 strerror(-r));
	return EXIT_CANNOT;
}

int cmd_stats(const struct args *args)
{
	struct tallies tallies;
	char error[512] = "";
	json_t *choice;
	int r;

	if (args->metrics)
		return stats_metrics(args);
	if (args->by_rule)
		return stats_rules(args);
	if (read_choice(&choice, args->socket) < 0)
		return EXIT_CANNOT;
	r = tallies_query(&tallies, error, sizeof(error));
	if (r < 0) {
		json_decref(choice);
		return complain(r, error);
	}
	if (args->json)
		print_json(&tallies, choice);
	else
		print_text(&tallies, choice);
	json_decref(choice);
	tallies_uninit(&tallies);
	return EXIT_DONE;
}
