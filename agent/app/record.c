/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saker record: writes all records to a capture file, with the state that enrichment needs, so that
 * a replay on any machine gives the same alerts.
 */
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include "app/command.h"
#include "app/confine.h"
#include "driver/driver.h"
#include "lib/buf.h"
#include "lib/log.h"
#include "app/loop.h"
#include "ruleset/lacks.h"
#include "ruleset/select.h"

static int ignore_match(void *ctx, const struct match *match)
{
	(void)ctx;
	(void)match;
	return 0;
}

static int cannot_create(struct error *err, int r)
{
	return r == -EEXIST ?
	       error_say(err, r, "this file exists and is not a capture; it was not changed") :
	       error_set(err, r, "creating the capture");
}

static int make(struct loop *l, const char *path, const struct saker_selection *sel)
{
	struct enrich_config config = {
		.live = l->source->live, .post = loop_post, .post_ctx = l,
	};
	struct error *err = &l->error;
	struct messages said = { 0 };
	int r = capture_new(&l->capture, path, sel);

	if (r < 0)
		return cannot_create(err, r);
	if (config.live && getrandom(config.key, sizeof(config.key), 0) < 0)
		return error_set(err, -errno, "reading random bytes");
	if ((r = error_at(err, loss_new(&l->loss, NULL, NULL), "counting drops")) < 0 ||
	    (r = error_at(err, enrich_new(&l->enrich, &config),
			  "making the tables of processes and users")) < 0 ||
	    (r = loop_init(l)) < 0)
		return r;
	r = loop_scan(l, &said);
	log_messages(&said);
	return r;
}

/* A replay finds nothing of this, whatever its rules are. */
static void say_left_out(const char *path, const struct saker_selection *sel)
{
	struct saker_selection all;
	uint64_t types[TYPE_WORDS];
	struct lacks lacks;
	char text[512];
	struct buf b = BUF_ON(text);

	memset(types, 0xff, sizeof(types));
	select_make(&all, types, FIELD_NEEDS);
	lacks_find(&lacks, sel, &all);
	lacks_types_text(&b, lacks.types);
	log_at(LOG_INFO, "%s will not have the environment of programs, data that are read and written, and "
	       "these system calls: " STR_FMT, path, STR_ARG(buf_as_str(&b)));
}

static void say_size(const struct loop *l, const char *path)
{
	struct loss_stats loss;

	loss_stats(l->loss, &loss);
	log_at(LOG_INFO, "%s: %llu records in %llu bytes, %llu events dropped", path,
		 (unsigned long long)capture_records(l->capture),
		 (unsigned long long)capture_bytes(l->capture), (unsigned long long)loss.lost);
}

/* Only a capture that has everything gets an end mark. Return: @r, or -errno with the error set. */
static int end_capture(struct loop *l, int r)
{
	if (r == 0)
		return error_at(&l->error, capture_end(l->capture), "writing the capture");
	if (l->capture)
		capture_flush(l->capture);
	return r;
}

static void loop_free_parts(struct loop *l)
{
	loop_uninit(l);
	enrich_free(l->enrich);
	loss_free(l->loss);
	source_close(l->source);
	capture_free(l->capture);
}

int cmd_record(const struct args *args)
{
	struct confine confine = CONFINE_INIT;
	struct loop l = LOOP_INIT;
	const char *path = args->operands[0];
	struct saker_selection sel;
	struct messages said = { 0 };
	struct choice choice;
	int r;

	select_make(&sel, NULL, FIELD_NEEDS_STD_PATHS);
	if (args->dns)
		select_dns(&sel);
	l.on_match = ignore_match;
	l.for_s = args->for_s;
	r = capture_check(path);
	if (r < 0) {
		cannot_create(&l.error, r);
		log_line("%s: %s", path, l.error.text);
		return EXIT_CANNOT;
	}
	r = loop_open(&l, &choice, args->driver, &sel, &said);
	log_messages(&said);
	if (r < 0)
		return driver_exit_status(r);
	if (args->confine)
		confine_rights(l.source->name);
	r = make(&l, path, l.source->live ? &sel : l.source->holds);
	if (r == 0 && l.source->live)
		say_left_out(path, &sel);
	if (r == 0 && args->confine)
		confine_calls(&confine, l.source->name, l.epoll);
	if (r == 0)
		r = loop_run(&l);
	else
		source_stop(l.source);		/* the rings are not read */
	r = end_capture(&l, r);
	if (r < 0)
		log_line("%s: %s", path, l.error.text);
	if (l.capture)
		say_size(&l, path);
	loop_free_parts(&l);
	return r < 0 ? EXIT_CANNOT : EXIT_DONE;
}
