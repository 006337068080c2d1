/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs records through decoding and enrichment. Everything is created anew for each input, so that
 * an input can be reproduced by itself.
 */
#include "stage.h"
#include <stdlib.h>
#include <string.h>
#include "enrich/enrich.h"
#include "lib/arena.h"

struct stage {
	struct enrich *enrich;
	struct arena *arena;
	union event_scratch scratch;
	struct event ev;
	void *rec;			/* of exactly its size, so that the sanitizer finds reads beyond its end */
	uint64_t n;
};

struct stage *stage_new(void)
{
	const struct enrich_config config = { .live = false };
	struct stage *s = calloc(1, sizeof(*s));

	if (!s || enrich_new(&s->enrich, &config) < 0)
		abort();
	s->arena = arena_new(0, 4u << 20);
	if (!s->arena)
		abort();
	return s;
}

void stage_free(struct stage *s)
{
	enrich_free(s->enrich);
	arena_free(s->arena);
	free(s);
}

static const struct event *leave(struct stage *s)
{
	free(s->rec);
	s->rec = NULL;
	return NULL;
}

static struct ev_place place_of(const struct ev_header *hdr)
{
	return (struct ev_place){ .origin = hdr->flags >> 31, .cpu = hdr->flags >> STAGE_CPU_SHIFT & 3 };
}

void stage_account(struct stage *s, struct loss *loss, const void *bytes, size_t n)
{
	int r;

	if (n < sizeof(struct ev_header))
		return;
	s->rec = malloc(n);
	if (!s->rec)
		abort();
	memcpy(s->rec, bytes, n);
	r = event_decode(&s->ev, &s->scratch, s->rec, n);
	s->ev.place = place_of(s->rec);
	loss_check(loss, s->ev.place.cpu, s->rec, r ? NULL : &s->ev);
	leave(s);
}

const struct event *stage_enter(struct stage *s, const void *bytes, size_t n)
{
	s->rec = malloc(n + 1);
	if (!s->rec)
		abort();
	memcpy(s->rec, bytes, n);
	if (event_decode(&s->ev, &s->scratch, s->rec, n))
		return leave(s);
	s->ev.place = place_of(s->ev.hdr);
	s->ev.arena = s->arena;
	s->ev.time_ns = (int64_t)s->ev.hdr->ts_ns;
	if (enrich_apply(s->enrich, &s->ev) == ENRICH_STATE) {
		stage_leave(s);
		return NULL;
	}
	s->ev.num = ++s->n;
	return &s->ev;
}

void stage_leave(struct stage *s)
{
	enrich_retire(s->enrich, &s->ev);
	arena_reset(s->arena);
	leave(s);
}

size_t stage_record_len(const void *bytes, size_t n)
{
	uint32_t len = 0;

	if (n >= sizeof(len))
		memcpy(&len, bytes, sizeof(len));
	return len && len < n ? len : n;
}
