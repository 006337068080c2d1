/* SPDX-License-Identifier: GPL-2.0-only */
/* Makes random paths, and cuts them into names one byte at a time, for tests of the prefilter. */
#ifndef TWIN_GIVEN_H
#define TWIN_GIVEN_H

#include "kernel.h"

#define TAIL	128u	/* SAKER_PF_TAIL */

static u64 seed = 88172645463325252ull;

static inline u64 rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	return seed ^= seed << 17;
}

struct given {
	char buf[SAKER_PF_GIVEN];	/* 16 zeros, and the end of the path */
	struct saker_pf_given g;
	const char *path;		/* its first byte */
	u32 len;
};

/* @len bytes in front of which may be others. */
static inline void given_set(struct given *o, const char *path, u32 len, bool longer, bool at_fd)
{
	memset(o, 0, sizeof(*o));
	memcpy(o->buf + 16, path, len);
	o->path = o->buf + 16;
	o->len = len;
	o->g = (struct saker_pf_given){ .end = 16 + len, .len = len, .longer = longer,
					.at_fd = at_fd };
}

/* A path of few different bytes. */
static inline void given_random(struct given *o)
{
	static const char some[] = "ab..////.\xaf\xae/";
	const u32 kinds = rnd() % 4 ? 12 : 4;
	char path[TAIL];
	u32 len = rnd() % (rnd() % 2 ? TAIL + 1 : 24);

	for (u32 i = 0; i < len; i++)
		path[i] = rnd() % 8 ? some[rnd() % kinds] : 'x';
	given_set(o, path, len, len == TAIL, rnd() % 4 == 0);
}

/* From the end to the last slash at @from or before. */
static inline u32 slash_of(const struct given *o, u32 from)
{
	for (u32 at = from; at < o->len; at++)
		if (o->path[o->len - 1 - at] == '/')
			return at;
	return TAIL;
}

/* As saker_pf_cut(): a name of bytes. */
static inline struct saker_pf_name name_of(const char *p, u32 len)
{
	struct saker_pf_name n = { .len = len, .what = SAKER_PF_NAMED };
	u8 bytes[16] = { 0 };
	u32 kept = min(len, 16u);

	memcpy(bytes + 16 - kept, p + len - kept, kept);
	memcpy(&n.before, bytes, 8);
	memcpy(&n.last, bytes + 8, 8);
	if (!len || (len < 3 && !memcmp(p, "..", len)))
		n.what = SAKER_PF_UNKNOWN;
	return n;
}

static inline void name_is(const struct saker_pf_name *n, const struct saker_pf_name *should)
{
	assert_int_equal(n->what, should->what);
	if (should->what != SAKER_PF_NAMED)
		return;
	assert_int_equal(n->len, should->len);
	assert_int_equal(n->last, should->last);
	assert_int_equal(n->before, should->before);
}

static inline struct saker_pf_name leaf_of(const struct given *o)
{
	u32 slash = slash_of(o, 0);

	if (o->g.at_fd && !o->g.longer && o->len && *o->path != '/')
		return (struct saker_pf_name){ .what = SAKER_PF_ABSENT };
	if (slash < TAIL)
		return name_of(o->path + o->len - slash, slash);
	if (!o->g.longer)
		return name_of(o->path, o->len);
	return (struct saker_pf_name){ .what = SAKER_PF_UNKNOWN };
}

static inline struct saker_pf_name parent_of(const struct given *o)
{
	struct saker_pf_name leaf = leaf_of(o);
	u32 from = slash_of(o, 0) + 1, second = slash_of(o, from);

	if (leaf.what != SAKER_PF_NAMED)
		return leaf;
	if (second < TAIL)
		return name_of(o->path + o->len - second, second - from);
	if (!o->g.longer)
		return name_of(o->path, o->len - from);
	return (struct saker_pf_name){ .what = SAKER_PF_UNKNOWN };
}

static inline bool is_single(const struct given *o)
{
	return leaf_of(o).what == SAKER_PF_NAMED && slash_of(o, 0) == TAIL;
}

static inline bool has_two_dots(const struct given *o)
{
	return memmem(o->path, o->len, "..", 2);
}

#endif
