/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the prefilter for a recorded open, on what a driver would have known of it. For tests and
 * for tests/bench/filtered.c.
 */
#ifndef RULE_TEST_OPENED_H
#define RULE_TEST_OPENED_H

#include <fcntl.h>
#include <string.h>
#include <saker/event.h>
#include <saker/prefilter.h>
#include "lib/str.h"

struct recorded_open {
	uint32_t flags, mode, kind;
	bool failed, at_fd;
	struct str path;		/* resolved; of a failed open not used */
	struct str name;		/* as given */
	struct str cwd;			/* ends with a slash */
	struct saker_pf_name leaf;
	struct saker_pf_given g;
	char given[SAKER_PF_GIVEN];
};

static inline struct saker_pf_name opened_name(struct str s)
{
	struct saker_pf_name name = { .what = SAKER_PF_UNKNOWN };
	union { unsigned char bytes[16]; uint64_t words[2]; } end = { .words = { 0 } };
	const size_t n = s.n < 16 ? s.n : 16;

	if (!s.n)
		return name;
	memcpy(end.bytes + 16 - n, s.p + s.n - n, n);
	saker_pf_name_set(&name, end.words[1], end.words[0], (uint32_t)s.n);
	return name;
}

/* Where the last name begins; 0: there is no slash, so the name is not known. */
static inline size_t opened_base(struct str path)
{
	const char *slash = path.n ? memrchr(path.p, '/', path.n) : NULL;

	return slash ? (size_t)(slash - path.p) + 1 : 0;
}

static inline struct saker_pf_name opened_last(struct str path)
{
	const size_t at = opened_base(path);

	return opened_name(at ? (struct str){ path.p + at, path.n - at } : (struct str){ 0 });
}

static inline bool opened_read(struct recorded_open *o)
{
	const size_t n = o->name.n, tail = n < SAKER_PF_TAIL ? n : SAKER_PF_TAIL;

	memset(o->given, 0, sizeof(o->given));
	if (tail)
		memcpy(o->given + 16, o->name.p + n - tail, tail);
	o->g = (struct saker_pf_given){ .end = (uint32_t)(16 + tail), .len = (uint32_t)tail,
					.longer = n > tail, .at_fd = o->at_fd };
	return true;
}

static inline void opened_parent(const struct recorded_open *o, struct saker_pf_name *n)
{
	const size_t at = opened_base(o->path);

	if (o->failed)
		*n = (struct saker_pf_name){ .what = SAKER_PF_ABSENT };
	else
		*n = opened_last((struct str){ o->path.p, at ? at - 1 : 0 });
}

static inline void opened_cwd(const struct recorded_open *o, struct saker_pf_name *n)
{
	*n = opened_last((struct str){ o->cwd.p, o->cwd.n ? o->cwd.n - 1 : 0 });
}

SAKER_PF_REST(opened_rest, struct recorded_open *, opened_read, opened_parent, opened_cwd)

static inline bool opened_passes(const struct saker_prefilter *p, struct recorded_open *o)
{
	const uint32_t kind = o->kind == EV_FD_FILE ? SAKER_PF_FILE :
			      o->kind == EV_FD_DIR ? SAKER_PF_DIR : 0;
	const uint64_t left = p->shape[saker_pf_shape(o->flags, o->mode, o->failed, kind)];
	uint64_t passes;

	o->leaf = (struct saker_pf_name){ .what = SAKER_PF_ABSENT };
	if (!o->failed)
		o->leaf = opened_last(o->path);
	passes = saker_pf_leaf_passes(p, left, &o->leaf);
	return saker_pf_is_decided(p, left, passes) ? left : opened_rest(p, left, passes, o);
}

#endif /* RULE_TEST_OPENED_H */
