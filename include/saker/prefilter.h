/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The prefilter: a program that excludes events which no loaded rule can match, before a
 * path is resolved or a record is reserved. The agent derives it from the rules
 * (agent/rule/prefilter.h); module and eBPF driver run it by the functions below, which
 * the agent's tests run too.
 *
 * Most of it is about opens, the most frequent event of those that rules select. For other
 * events it has tests of what is known without a record: result and arguments of the call,
 * and the family of a socket that is connected.
 *
 * A rule becomes one or several clauses, of which one must hold for the rule to match. Each
 * clause has a bit. Each test yields the clauses that are still possible: by how the file
 * is opened, by the name of the file, by the name of its directory, and by whether the path
 * as given contains "..". What is not known excludes nothing. If no clause is left, the
 * open is counted as filtered.
 *
 * A condition holds for the resolved path or for the path as given (a link); so a clause
 * survives a name test if either of the two names passes it.
 */
#ifndef SAKER_PREFILTER_H
#define SAKER_PREFILTER_H

#include <linux/types.h>

#define SAKER_PF_SHAPES		256u
#define SAKER_PF_ENDS		8u	/* tests of a name's last bytes */
#define SAKER_PF_SLOTS		2048u	/* names, at most; a power of two */
#define SAKER_PF_PROBES		8u	/* a name is at most so far from its first slot */
#define SAKER_PF_TAIL		128u	/* bytes of the path as given that are looked at */

/* How a file is opened, as an index of shape[]. */
#define SAKER_PF_ACCESS		0x03u	/* O_ACCMODE of the flags */
#define SAKER_PF_NEW		0x04u	/* O_CREAT or O_TMPFILE */
#define SAKER_PF_PATH		0x08u	/* O_PATH */
#define SAKER_PF_EXEC		0x10u	/* the mode has an execute bit */
#define SAKER_PF_FAILED		0x20u
#define SAKER_PF_FILE		0x40u	/* a regular file; neither of these: any kind */
#define SAKER_PF_DIR		0x80u

/* What a key is of, so that one table has all. */
#define SAKER_PF_LEAF		0x9e3779b97f4a7c15ull
#define SAKER_PF_PARENT		0xc2b2ae3d27d4eb4full
#define SAKER_PF_VALUE	0x165667b19e3779f9ull

/* A name: its last 16 bytes, in two words that end with its end, zeros before it. */
struct saker_pf_name {
	__u64	last;
	__u64	before;
	__u32	len;
	__u32	what;			/* enum saker_pf_what */
};

enum saker_pf_what {
	SAKER_PF_UNKNOWN = 0,		/* it may be any */
	SAKER_PF_NAMED = 1,
	SAKER_PF_ABSENT = 2,		/* there is no such path: it passes no test of a name */
};

struct saker_pf_slot {
	__u64	key;			/* saker_pf_key(); 0: free */
	__u64	clauses;
};

struct saker_pf_end {
	__u64	last;			/* the bytes, at the end of the word */
	__u64	clauses;
	__u32	bits;			/* 8 for each byte, 8 to 64 */
	__u32	reserved;
};

/* -- events other than opens -- */

#define SAKER_PF_EVENTS		64u	/* events with tests, at most; number 0 is none */
#define SAKER_PF_TESTS		256u	/* of all of them */
#define SAKER_PF_EVENT_TESTS	4u	/* of one */
#define SAKER_PF_VALUES		256u	/* a larger value is not tested: it passes */

/* What the call returned. */
enum saker_pf_result {
	SAKER_PF_SUCCESS, SAKER_PF_IN_PROGRESS, SAKER_PF_FAILURE, SAKER_PF_RESULTS,
};

/* What a test reads: a field of the event's row that is an argument, or one of these. */
enum saker_pf_source {
	SAKER_PF_FIELDS = 16,
	SAKER_PF_FAMILY = SAKER_PF_FIELDS,	/* connect: of the socket, and of the address */
	SAKER_PF_SOURCES,
};

struct saker_pf_test {
	/* The value passes if it has one of these bits; 0: if the slots have it. */
	__u64	bits;
	__u64	any;			/* clauses that do not depend on it */
	__u32	source;			/* enum saker_pf_source */
	__u32	reserved;
};

/* An event has clauses of its own, numbered from 0. */
struct saker_pf_event {
	__u64	result[SAKER_PF_RESULTS];	/* clauses that are possible */
	__u32	first, n;			/* its tests */
};

struct saker_prefilter {
	__u64	generation;		/* of the selection it belongs to */
	__u32	size;			/* bytes, with the slots */
	__u32	nslots;			/* a power of two */
	__u32	nends;
	__u32	nevents;		/* with number 0 */
	/* Clauses that do not depend on the name of the file, of its directory, on "..". */
	__u64	any_leaf, any_parent, any_dots;
	__u64	shape[SAKER_PF_SHAPES];
	struct saker_pf_end end[SAKER_PF_ENDS];
	__u8	of_type[256];		/* by enum ev_type: number in event[]; 0: all pass */
	struct saker_pf_event event[SAKER_PF_EVENTS];
	struct saker_pf_test test[SAKER_PF_TESTS];
	struct saker_pf_slot slot[];
};

/* BPF: an index that the verifier knows the bound of. */
#ifndef SAKER_PF_BOUNDED
#define SAKER_PF_BOUNDED(v, mask)	((v) & (mask))
#endif

#define SAKER_PF_INLINE	static inline __attribute__((__always_inline__, __unused__))

/**
 * saker_pf_shape() - the index in shape[]
 * @flags:	of the call, as the record has them; creat has O_CREAT | O_WRONLY | O_TRUNC
 * @kind:	SAKER_PF_FILE, SAKER_PF_DIR or 0
 */
SAKER_PF_INLINE __u32 saker_pf_shape(__u32 flags, __u32 mode, int failed, __u32 kind)
{
	__u32 shape = (flags & 3) | kind;

	if (flags & 0100 || (flags & 020200000) == 020200000)	/* O_CREAT, O_TMPFILE */
		shape |= SAKER_PF_NEW | (mode & 0111 ? SAKER_PF_EXEC : 0);
	if (flags & 010000000)
		shape |= SAKER_PF_PATH;
	return failed ? shape | SAKER_PF_FAILED : shape;
}

/* A name whose last 16 bytes, or what there are of them, are in two words. */
SAKER_PF_INLINE void saker_pf_name_set(struct saker_pf_name *n, __u64 last, __u64 before, __u32 len)
{
	n->len = len;
	n->what = SAKER_PF_NAMED;
	n->last = len >= 8 ? last : len ? last >> (64 - 8 * len) << (64 - 8 * len) : 0;
	n->before = len >= 16 ? before :
		    len > 8 ? before >> (128 - 8 * len) << (128 - 8 * len) : 0;
}

/* Never 0. Two names may have one key: that lets an open pass. */
SAKER_PF_INLINE __u64 saker_pf_key(const struct saker_pf_name *n, __u64 which)
{
	__u64 h = (n->last ^ which) * 0xff51afd7ed558ccdull;

	h = (h ^ h >> 32 ^ n->before) * 0xc4ceb9fe1a85ec53ull;
	h = (h ^ h >> 29 ^ n->len) * 0x9fb21c651e98df25ull;
	return (h ^ h >> 32) | 1;
}

SAKER_PF_INLINE __u64 saker_pf_find(const struct saker_prefilter *p, __u64 key)
{
	__u32 i, at, mask = p->nslots - 1;

	for (i = 0; i < SAKER_PF_PROBES; i++) {
		at = SAKER_PF_BOUNDED(((__u32)(key >> 40) + i) & mask, SAKER_PF_SLOTS - 1);
		if (p->slot[at].key == key)
			return p->slot[at].clauses;
		if (!p->slot[at].key)
			break;
	}
	return 0;
}

SAKER_PF_INLINE __u64 saker_pf_ends(const struct saker_prefilter *p, const struct saker_pf_name *n)
{
	__u64 clauses = 0;
	__u32 i;

	for (i = 0; i < SAKER_PF_ENDS && i < p->nends; i++)
		if (((n->last ^ p->end[i].last) >> SAKER_PF_BOUNDED(64 - p->end[i].bits, 63)) == 0)
			clauses |= p->end[i].clauses;
	return clauses;
}

SAKER_PF_INLINE __u64 saker_pf_leaf(const struct saker_prefilter *p, const struct saker_pf_name *n)
{
	if (n->what == SAKER_PF_ABSENT)
		return 0;
	if (n->what == SAKER_PF_UNKNOWN)
		return ~0ull;
	return saker_pf_find(p, saker_pf_key(n, SAKER_PF_LEAF)) | saker_pf_ends(p, n);
}

SAKER_PF_INLINE __u64 saker_pf_parent(const struct saker_prefilter *p,
				      const struct saker_pf_name *n)
{
	if (n->what == SAKER_PF_ABSENT)
		return 0;
	if (n->what == SAKER_PF_UNKNOWN)
		return ~0ull;
	return saker_pf_find(p, saker_pf_key(n, SAKER_PF_PARENT));
}

/* -- the path as given -- */

/*
 * A bit for each byte of a word that is @c, lowest byte first. In exact arithmetic, byte by
 * byte: the sum of a byte's low bits never reaches the next byte.
 */
SAKER_PF_INLINE __u64 saker_pf_bytes(__u64 word, __u64 c)
{
	__u64 x = word ^ (c * 0x0101010101010101ull), low = 0x7f7f7f7f7f7f7f7full;

	x = ~(((x & low) + low) | x | low);
	return (x * 0x0002040810204081ull) >> 56;
}

/* The zeros above the highest bit of eight. Without branches, and without clz, which BPF lacks. */
SAKER_PF_INLINE __u32 saker_pf_zeros(__u32 bits)
{
	bits |= bits >> 1;
	bits |= bits >> 2;
	bits = ~(bits | bits >> 4) & 0xff;
	bits -= (bits >> 1) & 0x55;
	bits = (bits & 0x33) + ((bits >> 2) & 0x33);
	return (bits + (bits >> 4)) & 0xf;
}

/* Is a name one of "", "." and ".."? */
SAKER_PF_INLINE int saker_pf_is_dots(const struct saker_pf_name *n)
{
	return !n->len || (n->len == 1 && n->last == 0x2eull << 56) ||
	       (n->len == 2 && n->last == 0x2e2eull << 48);
}

/*
 * The path as given ends at buf[end]. It is read backwards, at most SAKER_PF_TAIL bytes; 16 bytes
 * before its first must be readable, and zero. BPF: buf has SAKER_PF_GIVEN bytes.
 */
#define SAKER_PF_GIVEN		(256u + 8u)

#ifndef SAKER_PF_LOAD
struct saker_pf_unaligned {
	__u64	word;
} __attribute__((packed));
#define SAKER_PF_LOAD(p)	(((const struct saker_pf_unaligned *)(p))->word)
#endif

/* The word that ends @distance bytes before the end. */
SAKER_PF_INLINE __u64 saker_pf_word(const char *buf, __u32 end, __u32 distance)
{
	return SAKER_PF_LOAD(buf + SAKER_PF_BOUNDED(end - 8 - distance, SAKER_PF_GIVEN - 9));
}

/* The name of @len bytes that ends @distance bytes before the end; "", "." and ".." are unknown. */
SAKER_PF_INLINE void saker_pf_cut(struct saker_pf_name *n, const char *buf, __u32 end,
				  __u32 distance, __u32 len)
{
	saker_pf_name_set(n, saker_pf_word(buf, end, distance),
			  len > 8 ? saker_pf_word(buf, end, distance + 8) : 0, len);
	if (saker_pf_is_dots(n))
		n->what = SAKER_PF_UNKNOWN;
}

/* Distance from the end to the next slash at @from or before; SAKER_PF_TAIL if there is none. */
SAKER_PF_INLINE __u32 saker_pf_slash(const char *buf, __u32 end, __u32 len, __u32 from)
{
	__u32 i, at, slashes, mask = 0xff >> from % 8;

	for (i = 0; i < SAKER_PF_TAIL / 8; i++) {
		at = i * 8 + (from & ~7u);
		if (at >= len || at >= SAKER_PF_TAIL)
			break;
		slashes = saker_pf_bytes(saker_pf_word(buf, end, at), '/') & mask;
		if (slashes) {
			at += saker_pf_zeros(slashes);
			return at < len ? at : SAKER_PF_TAIL;
		}
		mask = 0xff;
	}
	return SAKER_PF_TAIL;
}

/* Are there two dots in a row? @len: at most SAKER_PF_TAIL. */
SAKER_PF_INLINE __u32 saker_pf_two_dots(const char *buf, __u32 end, __u32 len)
{
	__u32 i, dots, later = 0;

	for (i = 0; i < SAKER_PF_TAIL && i < len; i += 8) {
		dots = saker_pf_bytes(saker_pf_word(buf, end, i), '.');
		if (dots & (dots >> 1 | later << 7))
			return 1;
		later = dots & 1;
	}
	return 0;
}

/* BPF: functions that the verifier walks once. */
#ifndef SAKER_PF_SLASH
#define SAKER_PF_SLASH(g, buf, from)	saker_pf_slash(buf, (g)->end, (g)->len, from)
#define SAKER_PF_TWO_DOTS(g, buf)	saker_pf_two_dots(buf, (g)->end, (g)->len)
#endif

/* A path as given, which ends at buf[end]; see SAKER_PF_GIVEN. */
struct saker_pf_given {
	__u32	end;
	__u32	len;		/* of the path, or SAKER_PF_TAIL if it is longer */
	__u32	longer;
	/*
	 * The call has a directory's descriptor: then the agent does not resolve a relative path,
	 * so there is no path as given.
	 */
	__u32	at_fd;
	__u32	slash;		/* from its end to the last slash, once that was looked for */
	__u32	leaf;		/* enum saker_pf_what */
	__u32	room;		/* BPF: where it is */
	__u32	reserved;
	struct saker_pf_name name;	/* the name that is tested */
};

/* Is it one name, relative to the working directory? Then that is its parent. */
SAKER_PF_INLINE int saker_pf_is_single(const struct saker_pf_given *g)
{
	return g->slash >= SAKER_PF_TAIL && g->leaf == SAKER_PF_NAMED;
}

/* To g->name: its last name. */
SAKER_PF_INLINE void saker_pf_given_leaf(struct saker_pf_given *g, const char *buf)
{
	g->name.what = SAKER_PF_UNKNOWN;
	g->slash = SAKER_PF_SLASH(g, buf, 0);
	if (g->at_fd && !g->longer && g->len &&
	    buf[SAKER_PF_BOUNDED(g->end - g->len, SAKER_PF_GIVEN - 9)] != '/')
		g->name.what = SAKER_PF_ABSENT;
	else if (g->slash < SAKER_PF_TAIL)
		saker_pf_cut(&g->name, buf, g->end, 0, g->slash);
	else if (!g->longer)
		saker_pf_cut(&g->name, buf, g->end, 0, g->len);
	g->leaf = g->name.what;
}

/* To g->name: the name before it, after saker_pf_given_leaf(); not if saker_pf_is_single(). */
SAKER_PF_INLINE void saker_pf_given_parent(struct saker_pf_given *g, const char *buf)
{
	__u32 from = g->slash + 1, second;

	g->name.what = g->leaf == SAKER_PF_ABSENT ? SAKER_PF_ABSENT : SAKER_PF_UNKNOWN;
	if (g->leaf != SAKER_PF_NAMED)
		return;
	second = SAKER_PF_SLASH(g, buf, from);
	if (second < SAKER_PF_TAIL)
		saker_pf_cut(&g->name, buf, g->end, from, second - from);
	else if (!g->longer)
		saker_pf_cut(&g->name, buf, g->end, from, g->len - from);
}

/* Is @n, of less than 16 bytes, its last name, behind a slash? */
SAKER_PF_INLINE int saker_pf_given_is(const struct saker_pf_given *g, const char *buf,
				      const struct saker_pf_name *n)
{
	__u64 last = saker_pf_word(buf, g->end, 0) ^ n->last;

	if (n->what != SAKER_PF_NAMED)
		return 0;
	if (n->len < 8)
		return last >> SAKER_PF_BOUNDED(8 * (7 - n->len), 63) == '/';
	return !last && n->len < 16 &&
	       (saker_pf_word(buf, g->end, 8) ^ n->before) >>
		       SAKER_PF_BOUNDED(8 * (15 - n->len), 63) == '/';
}

/* -- the tests of names -- */

/* The clauses that the name of the resolved path passes, if one of @left depends on it. */
SAKER_PF_INLINE __u64 saker_pf_leaf_passes(const struct saker_prefilter *p, __u64 left,
					   const struct saker_pf_name *leaf)
{
	return left & ~p->any_leaf ? p->any_leaf | saker_pf_leaf(p, leaf) : p->any_leaf;
}

/* Is no further test needed? @passes: of saker_pf_leaf_passes() */
SAKER_PF_INLINE int saker_pf_is_decided(const struct saker_prefilter *p, __u64 left, __u64 passes)
{
	return !(left & ~(passes & p->any_parent & p->any_dots));
}

/**
 * SAKER_PF_REST() - define the tests that need the path as given
 * @rest:	u64 rest(p, left, passes, open): the clauses of @left that remain. @open points to
 *		a struct with the members leaf (struct saker_pf_name: of the resolved path), g
 *		(struct saker_pf_given) and given (its bytes)
 * @read:	bool read(open): read the path as given; false: it is unknown
 * @parent:	(open, n): the name of the directory of the resolved path
 * @cwd:	(open, n): that of the working directory
 *
 * What a test needs is fetched only if there is a clause that depends on it. The name of the path
 * as given is not looked up if it is that of the resolved path.
 */
#define SAKER_PF_REST(rest, open_type, read, parent, cwd) \
SAKER_PF_INLINE __u64 rest(const struct saker_prefilter *p, __u64 left, __u64 passes, \
			   open_type open) \
{ \
	struct saker_pf_given *g = &open->g; \
\
	if (!read(open)) \
		return left; \
	if (left & ~passes) { \
		if (!saker_pf_given_is(g, open->given, &open->leaf)) { \
			saker_pf_given_leaf(g, open->given); \
			passes |= saker_pf_leaf(p, &g->name); \
		} \
		left &= passes; \
	} \
	if (left & ~p->any_parent) { \
		parent(open, &g->name); \
		passes = p->any_parent | saker_pf_parent(p, &g->name); \
		if (left & ~passes) { \
			saker_pf_given_leaf(g, open->given); \
			if (saker_pf_is_single(g)) \
				cwd(open, &g->name); \
			else \
				saker_pf_given_parent(g, open->given); \
			passes |= saker_pf_parent(p, &g->name); \
		} \
		left &= passes; \
	} \
	if (left & ~p->any_dots && !g->longer && !SAKER_PF_TWO_DOTS(g, open->given)) \
		left &= p->any_dots; \
	return left; \
}

/* -- tests of the other events -- */

/* In the slots: a value of the event @number that @source yields. */
SAKER_PF_INLINE __u64 saker_pf_value_key(__u32 number, __u32 source, __u64 value)
{
	struct saker_pf_name n = { .last = value, .len = number << 8 | source };

	return saker_pf_key(&n, SAKER_PF_VALUE);
}

/* The clauses that a value passes. */
SAKER_PF_INLINE __u64 saker_pf_value(const struct saker_prefilter *p,
				     const struct saker_pf_test *t, __u32 number, __u64 value)
{
	if (t->bits)
		return value & t->bits ? ~0ull : t->any;
	if (value >= SAKER_PF_VALUES)
		return ~0ull;
	return t->any | saker_pf_find(p, saker_pf_value_key(number, t->source, value));
}

SAKER_PF_INLINE __u32 saker_pf_result(long ret)
{
	if ((unsigned long)ret < -4095ul)
		return SAKER_PF_SUCCESS;
	return ret == -115 ? SAKER_PF_IN_PROGRESS : SAKER_PF_FAILURE;	/* EINPROGRESS */
}

/* The clauses that the result leaves; before it is known, all that some result leaves. */
SAKER_PF_INLINE __u64 saker_pf_of_result(const struct saker_pf_event *e, int known, long ret)
{
	if (known)
		return e->result[saker_pf_result(ret)];
	return e->result[SAKER_PF_SUCCESS] | e->result[SAKER_PF_IN_PROGRESS] |
	       e->result[SAKER_PF_FAILURE];
}

/**
 * SAKER_PF_VALUES_LEFT() - define the tests of an event's values
 * @values:	u64 values(p, number, left, call): the clauses of @left that remain
 * @passes:	u64 passes(p, test, number, call): those that the value passes; unknown: all
 */
#define SAKER_PF_VALUES_LEFT(values, call_type, passes) \
SAKER_PF_INLINE __u64 values(const struct saker_prefilter *p, __u32 number, __u64 left, \
			     call_type call) \
{ \
	const struct saker_pf_event *e = \
		&p->event[SAKER_PF_BOUNDED(number, SAKER_PF_EVENTS - 1)]; \
	const struct saker_pf_test *t; \
	__u32 i; \
\
	for (i = 0; i < SAKER_PF_EVENT_TESTS && i < e->n && left; i++) { \
		t = &p->test[SAKER_PF_BOUNDED(e->first + i, SAKER_PF_TESTS - 1)]; \
		if (left & ~t->any) \
			left &= passes(p, t, number, call); \
	} \
	return left; \
}

/* Bytes behind the header, for a number of slots. */
#define SAKER_PF_SIZE(nslots)	\
	(sizeof(struct saker_prefilter) + (nslots) * sizeof(struct saker_pf_slot))

/**
 * saker_pf_check() - is this a program that may be run
 * @size:	bytes at @p
 * @why:	out: what is wrong with it
 *
 * Return: 0 or -1.
 */
SAKER_PF_INLINE int saker_pf_check(const struct saker_prefilter *p, unsigned long size,
				   const char **why)
{
	__u32 i;

	*why = "prefilter: its size is not that of its bytes";
	if (size < sizeof(*p) || p->size != size)
		return -1;
	*why = "prefilter: wrong number of slots";
	if (!p->nslots || p->nslots > SAKER_PF_SLOTS || p->nslots & (p->nslots - 1) ||
	    SAKER_PF_SIZE(p->nslots) != size)
		return -1;
	*why = "prefilter: generation 0, or a number is too large";
	if (!p->generation || p->nends > SAKER_PF_ENDS || !p->nevents ||
	    p->nevents > SAKER_PF_EVENTS)
		return -1;
	*why = "prefilter: an event or a test that does not exist";
	for (i = 0; i < sizeof(p->of_type); i++)
		if (p->of_type[i] >= p->nevents)
			return -1;
	for (i = 0; i < p->nevents; i++)
		if (p->event[i].n > SAKER_PF_EVENT_TESTS || p->event[i].first > SAKER_PF_TESTS ||
		    p->event[i].first + p->event[i].n > SAKER_PF_TESTS)
			return -1;
	for (i = 0; i < SAKER_PF_TESTS; i++)
		if (p->test[i].source >= SAKER_PF_SOURCES || p->test[i].reserved)
			return -1;
	*why = "prefilter: wrong end of a name";
	for (i = 0; i < SAKER_PF_ENDS; i++)
		if (i < p->nends ? p->end[i].bits % 8 || p->end[i].bits < 8 || p->end[i].bits > 64 :
				   p->end[i].bits || p->end[i].clauses)
			return -1;
	return 0;
}

#endif /* SAKER_PREFILTER_H */
