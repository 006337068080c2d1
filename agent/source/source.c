/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Implements what all sources share: the queue of records made by the agent, and calls of the
 * source's functions.
 */
#include "source/source.h"
#include <errno.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include "lib/clock.h"

struct source_posted {
	struct source_posted *next;
	alignas(8) unsigned char rec[];
};

int source_post(struct source *source, const struct ev_header *rec)
{
	struct source_posted *p;
	struct ev_header *hdr;

	if (rec->len < sizeof(*rec) || rec->len % 8)
		return -EINVAL;
	p = malloc(sizeof(*p) + rec->len);
	if (!p)
		return -ENOMEM;
	memcpy(p->rec, rec, rec->len);
	hdr = (struct ev_header *)p->rec;
	hdr->flags |= EV_F_FROM_USER;
	if (!hdr->ts_ns)
		hdr->ts_ns = clock_boottime_ns();
	p->next = NULL;
	if (source->last)
		source->last->next = p;
	else
		source->first = p;
	source->last = p;
	return 0;
}

int source_next(struct source *source, struct record *ret)
{
	struct source_posted *p = source->first;

	if (!p)
		return source->ops->next(source, ret);
	source->first = p->next;
	if (!source->first)
		source->last = NULL;
	source->nposted++;
	*ret = (struct record){
		.p = p->rec,
		.n = ((const struct ev_header *)p->rec)->len,
		.posted = p,
	};
	return 0;
}

void source_release(struct source *source, const struct record *rec)
{
	if (rec->posted)
		free(rec->posted);
	else
		source->ops->release(source, rec);
}

int source_sleep(struct source *source)
{
	if (source->first)
		return SOURCE_BLOCKED;
	return source->ops->sleep ? source->ops->sleep(source) : 0;
}

void source_rest(struct source *source)
{
	if (source->ops->rest)
		source->ops->rest(source);
}

void source_awake(struct source *source)
{
	if (source->ops->awake)
		source->ops->awake(source);
}

int source_select(struct source *source, const struct saker_selection *selection, char *error,
		  size_t size)
{
	return source->ops->select ? source->ops->select(source, selection, error, size) : 0;
}

int source_prefilter(struct source *source, const struct saker_prefilter *program)
{
	return source->ops->prefilter ? source->ops->prefilter(source, program) : -EOPNOTSUPP;
}

int source_stop(struct source *source)
{
	return source->ops->stop ? source->ops->stop(source) : 0;
}

void source_stats(const struct source *source, struct source_stats *ret)
{
	*ret = (struct source_stats){ 0 };
	source->ops->stats(source, ret);
	ret->posted = source->nposted;
	ret->records += source->nposted;
}

int source_info(struct source *source, struct control_info *ret)
{
	return source->ops->info ? source->ops->info(source, ret) : -ENODEV;
}

int source_tallies(struct source *source, control_tally_fn *fn, void *ctx)
{
	return source->ops->tallies ? source->ops->tallies(source, fn, ctx) : -ENODEV;
}

void source_close(struct source *source)
{
	if (!source)
		return;
	while (source->first) {
		struct source_posted *p = source->first;

		source->first = p->next;
		free(p);
	}
	source->ops->close(source);
}
