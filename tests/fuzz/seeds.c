/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the seeds of the fuzz targets: conditions and events of the golden
 * files, and the records of real captures.
 *
 *   seeds DIR CONDITIONS.t... -- EVENTS.t... -- FILE.cap...
 *
 * Makes DIR/TARGET/NUMBER.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <saker/event.h>
#include "lib/str.h"
#include "record_text.h"
#include "source/source_replay.h"

#define RECORDS_A_SEED	12u

static unsigned int number;

static FILE *seed(const char *dir, const char *target)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, target);
	mkdir(path, 0777);
	snprintf(path, sizeof(path), "%s/%s/%u", dir, target, ++number);
	f = fopen(path, "w");
	if (!f) {
		perror(path);
		exit(1);
	}
	return f;
}

static FILE *lines_of(const char *path)
{
	FILE *f = fopen(path, "r");

	if (!f) {
		perror(path);
		exit(1);
	}
	return f;
}

/*
 * Writes one seed for each condition: a line up to " ;". Return: those without errors, one per
 * line.
 */
static char *conditions(const char *dir, char **files)
{
	char *good = NULL, *line = NULL;
	size_t ngood = 0, room = 0;
	FILE *all = open_memstream(&good, &ngood);

	for (; *files; files++) {
		FILE *in = lines_of(*files);

		while (getline(&line, &room, in) > 0) {
			char *end = strstr(line, " ; ");
			FILE *f;

			if (*line == '#' || !end)
				continue;
			f = seed(dir, "condition");
			fwrite(line, 1, (size_t)(end - line), f);
			fclose(f);
			if (!strncmp(end, " ; ok", 5))
				fprintf(all, "%.*s\n", (int)(end - line), line);
		}
		fclose(in);
	}
	fclose(all);
	free(line);
	return good;
}

/* A few records, preceded by what the target reads first. */
static void with_records(const char *dir, const char *target, struct str head, struct str records)
{
	FILE *f = seed(dir, target);

	fwrite(head.p, 1, head.n, f);
	fwrite(records.p, 1, records.n, f);
	fclose(f);
}

static void use_records(const char *dir, struct str records, const char **condition)
{
	static const char output[] = "*%proc.cmdline %20fd.name %evt.args %proc.aname[2] %evt.time";
	const char *end = *condition;
	char head[8192];
	int n;

	for (int i = 0; i < 8 && *end; i++)
		end += strcspn(end, "\n") + 1;
	n = snprintf(head, sizeof(head), "%.*sevt.type exists", (int)(end - *condition), *condition);
	if (n < (int)sizeof(head))
		with_records(dir, "evaluator", (struct str){ head, (size_t)n + 1 }, records);
	with_records(dir, "output", (struct str){ output, sizeof(output) }, records);
	with_records(dir, "record", STR(""), records);
	with_records(dir, "stages", STR(""), records);
	with_records(dir, "capture", STR("\1"), records);
	*condition = *end ? end : *condition;
}

static void events(const char *dir, char **files, const char *condition)
{
	static struct record_text rec;
	char *records = NULL, *line = NULL;
	size_t n = 0, room = 0;

	for (; *files; files++) {
		FILE *in = lines_of(*files), *out = open_memstream(&records, &n);
		unsigned int in_seed = 0;

		while (getline(&line, &room, in) > 0) {
			char *end = strstr(line, " => ");
			struct str text = { line, end ? (size_t)(end - line) : strcspn(line, "\n") };

			if (*line == '#' || *line == '@' || record_from_text(&rec, text, 1000) < 0)
				continue;
			fwrite(&rec, 1, rec.hdr.len, out);
			if (++in_seed % RECORDS_A_SEED)
				continue;
			fclose(out);
			use_records(dir, (struct str){ records, n }, &condition);
			free(records);
			out = open_memstream(&records, &n);
		}
		fclose(out);
		free(records);
		fclose(in);
	}
	free(line);
}

static struct source *replay(const char *path)
{
	struct source *source;
	struct error err = { 0 };

	if (source_replay_new(&source, path, &err) < 0) {
		fprintf(stderr, "seeds: %s\n", err.text);
		exit(1);
	}
	return source;
}

static void captures(const char *dir, char **files, const char *condition)
{
	for (; *files; files++) {
		struct source *source = replay(*files);
		char *records = NULL;
		size_t n = 0;
		FILE *out = open_memstream(&records, &n);
		struct record rec;
		unsigned int in_seed = 0;

		while (source_next(source, &rec) == 0) {
			fwrite(rec.p, 1, rec.n, out);
			source_release(source, &rec);
			if (++in_seed % RECORDS_A_SEED)
				continue;
			fclose(out);
			use_records(dir, (struct str){ records, n }, &condition);
			free(records);
			out = open_memstream(&records, &n);
		}
		fclose(out);
		free(records);
		source_close(source);
	}
}

/* Cuts the list at its first "--". Return: the rest after it, NULL if there is none. */
static char **list_cut(char **list)
{
	for (; *list; list++) {
		if (!strcmp(*list, "--")) {
			*list = NULL;
			return list + 1;
		}
	}
	return NULL;
}

int main(int argc, char **argv)
{
	char **event_files = argc > 2 ? list_cut(argv + 2) : NULL, *good;
	char **capture_files = event_files ? list_cut(event_files) : NULL;

	if (!capture_files) {
		fprintf(stderr, "usage: seeds DIR CONDITIONS.t... -- EVENTS.t... -- FILE.cap...\n");
		return 2;
	}
	good = conditions(argv[1], argv + 2);
	events(argv[1], event_files, good);
	captures(argv[1], capture_files, good);
	free(good);
	return 0;
}
