/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads capture files, frame by frame. The content is not trusted: sizes are limited before memory
 * is allocated, records are read only within their frame, and event_decode() checks their content.
 */
#include "source/source_replay.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>
#include "lib/fd.h"
#include "source/major1.h"

struct replay {
	struct source source;
	struct capture_header header;
	struct saker_selection selection;	/* it was recorded with, if the header has one */
	int fd;
	char *path;
	ZSTD_DCtx *zstd;
	unsigned char *raw, *packed;
	size_t raw_room, packed_room;
	size_t nraw, at;
	struct major1 old;		/* the last record of a capture of version 1, translated */
	uint64_t records, broken;
	bool marked;			/* the last frame was an end mark */
};

static int room_for(unsigned char **p, size_t *room, size_t want)
{
	unsigned char *bigger;

	if (want <= *room)
		return 0;
	bigger = realloc(*p, want);	/* alignment for any type */
	if (!bigger)
		return -ENOMEM;
	*p = bigger;
	*room = want;
	return 0;
}

/*
 * Reads exactly @n bytes. Return: 0, SOURCE_END if the file ends here, -ENODATA if within them, or
 * -errno.
 */
static int read_exactly(struct replay *rp, void *p, size_t n)
{
	ssize_t got = fd_read_full(rp->fd, p, n);

	if (got < 0)
		return (int)got;
	return (size_t)got == n ? 0 : got ? -ENODATA : SOURCE_END;
}

static bool is_mark(const struct capture_frame *f)
{
	return !f->records && !f->raw && !f->packed;
}

static int read_frame(struct replay *rp)
{
	struct capture_frame f;
	size_t n;
	int r = read_exactly(rp, &f, sizeof(f));

	if (r == SOURCE_END && rp->header.flags & CAPTURE_F_MARKED && !rp->marked)
		return -ENODATA;
	if (r)
		return r;
	if (f.magic != CAPTURE_FRAME_MAGIC || f.raw > CAPTURE_FRAME_MAX || f.raw % 8 ||
	    f.packed > ZSTD_compressBound(CAPTURE_FRAME_MAX))
		return -EBADMSG;
	r = room_for(&rp->packed, &rp->packed_room, f.packed);
	if (r < 0)
		return r;
	r = read_exactly(rp, rp->packed, f.packed);
	if (r)
		return r < 0 ? r : -ENODATA;
	r = room_for(&rp->raw, &rp->raw_room, f.raw);
	if (r < 0)
		return r;
	n = ZSTD_decompressDCtx(rp->zstd, rp->raw, f.raw, rp->packed, f.packed);
	if (ZSTD_isError(n) || n != f.raw)
		return -EBADMSG;
	rp->nraw = n;
	rp->at = 0;
	rp->marked = is_mark(&f);
	return 0;
}

/* Says where the file is damaged, and that alerts of later records are missing. */
static int stop(struct replay *rp, int r)
{
	struct error *err = &rp->source.error;
	unsigned long long n = rp->records;

	if (r == -EBADMSG)
		return error_say(err, r, "%s: damaged after record %llu: all later records are "
				 "missing", rp->path, n);
	if (r == -ENODATA)
		return error_say(err, r, "%s: cut off after record %llu, as when its writer is "
				 "killed or not finished, or its disk is full: the last records "
				 "are missing",
				 rp->path, n);
	return error_set(err, r, "reading %s after record %llu", rp->path, n);
}

/* Frames and records are multiples of it: where a frame has not ended, there is room for a place. */
static_assert(sizeof(struct ev_place) == 8, "the place of a record");

static int replay_next(struct source *source, struct record *ret)
{
	struct replay *rp = (struct replay *)source;
	const bool old = rp->header.version == 1;
	const struct ev_header *hdr;
	struct ev_place place;
	size_t left;
	int r;

	while (rp->at == rp->nraw) {
		r = read_frame(rp);
		if (r)
			return r < 0 ? stop(rp, r) : r;
	}
	memcpy(&place, rp->raw + rp->at, sizeof(place));
	rp->at += old ? 0 : sizeof(place);
	hdr = (const struct ev_header *)(const void *)(rp->raw + rp->at);
	left = rp->nraw - rp->at;
	if (left < sizeof(*hdr) || hdr->len < sizeof(*hdr) || hdr->len % 8 || hdr->len > left) {
		rp->broken++;
		return stop(rp, -EBADMSG);
	}
	rp->records++;
	rp->at += hdr->len;
	if (old) {
		place = major1_place(hdr, hdr->len);
		r = major1_record(&rp->old, hdr, hdr->len);
		if (r < 0)
			return stop(rp, r);
		hdr = rp->old.rec;
	}
	*ret = (struct record){ .p = hdr, .n = hdr->len, .place = place };
	return 0;
}

static void replay_release(struct source *source, const struct record *rec)
{
	(void)source;
	(void)rec;
}

static void replay_stats(const struct source *source, struct source_stats *ret)
{
	const struct replay *rp = (const struct replay *)source;

	ret->records = rp->records;
	ret->broken = rp->broken;
}

static void replay_close(struct source *source)
{
	struct replay *rp = (struct replay *)source;

	fd_close(rp->fd);
	ZSTD_freeDCtx(rp->zstd);
	free(rp->raw);
	free(rp->packed);
	major1_uninit(&rp->old);
	free(rp->path);
	free(rp);
}

static const struct source_ops replay_ops = {
	.next = replay_next,
	.release = replay_release,
	.stats = replay_stats,
	.close = replay_close,
};

DEFINE_CLEANUP(struct source *, source_close)

/* Behind the rest of the header, if the writer had that, and a known form of selections. */
static int read_selection(struct replay *rp)
{
	struct capture_header *h = &rp->header;
	struct major1_selection old;
	int r;

	if (h->header_len < sizeof(*h))
		return 0;
	r = read_exactly(rp, (char *)h + CAPTURE_HEADER_MIN, sizeof(*h) - CAPTURE_HEADER_MIN);
	if (r == 0 && h->selection_len == sizeof(rp->selection) &&
	    h->header_len >= sizeof(*h) + sizeof(rp->selection)) {
		r = read_exactly(rp, &rp->selection, sizeof(rp->selection));
		rp->source.holds = &rp->selection;
	} else if (r == 0 && h->selection_len == sizeof(old) &&
		   h->header_len >= sizeof(*h) + sizeof(old)) {
		r = read_exactly(rp, &old, sizeof(old));
		major1_selection_to(&rp->selection, &old);
		rp->source.holds = &rp->selection;
	}
	return r ? -EBADMSG : 0;
}

static int read_header(struct replay *rp)
{
	struct capture_header *h = &rp->header;
	int r = read_exactly(rp, h, CAPTURE_HEADER_MIN);

	if (r)
		return r < 0 && r != -ENODATA ? r : -EBADMSG;
	if (memcmp(h->magic, CAPTURE_MAGIC, sizeof(h->magic)) || h->header_len < CAPTURE_HEADER_MIN)
		return -EBADMSG;
	if (h->version != CAPTURE_VERSION && h->version != 1)
		return -EPROTO;
	h->boot_id[sizeof(h->boot_id) - 1] = '\0';
	h->hostname[sizeof(h->hostname) - 1] = '\0';
	h->writer[sizeof(h->writer) - 1] = '\0';
	r = read_selection(rp);
	if (r < 0)
		return r;
	return lseek(rp->fd, h->header_len, SEEK_SET) < 0 ? -errno : 0;
}

static int open_file(struct replay *rp, const char *path)
{
	rp->zstd = ZSTD_createDCtx();
	rp->path = strdup(path);
	if (!rp->zstd || !rp->path)
		return -ENOMEM;
	rp->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	return rp->fd < 0 ? -errno : read_header(rp);
}

int source_replay_new(struct source **ret, const char *path, struct error *err)
{
	_cleanup_(source_closep) struct source *source = NULL;
	struct replay *rp = calloc(1, sizeof(*rp));
	int r;

	if (!rp)
		return error_set(err, -ENOMEM, "opening the capture %s", path);
	source = &rp->source;
	*source = (struct source){ .ops = &replay_ops, .name = "replay", .pollfd = -1 };
	rp->fd = -1;
	r = open_file(rp, path);
	if (r == -EBADMSG)
		return error_say(err, r, "%s: not a capture of Saker", path);
	if (r == -EPROTO)
		return error_say(err, r, "%s: a capture of version %u; this agent reads version %u",
				 path, rp->header.version, CAPTURE_VERSION);
	if (r < 0)
		return error_set(err, r, "opening the capture %s", path);
	*ret = TAKE_PTR(source);
	return 0;
}

const struct capture_header *source_replay_header(const struct source *source)
{
	return &((const struct replay *)source)->header;
}
