/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes capture files: records are collected in one buffer, which is written as one compressed
 * frame.
 */
#include "source/capture.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>
#include "decode/schema.h"
#include "lib/clock.h"
#include "lib/fd.h"

#define CAPTURE_LEVEL	1	/* the loop waits for each write */

struct capture {
	int fd;
	int error;
	ZSTD_CCtx *zstd;
	unsigned char *raw;		/* records of the current frame */
	size_t nraw, room;
	uint32_t frame_records;
	unsigned char *packed;
	size_t packed_room;
	uint64_t records, bytes;
};

static int write_header(struct capture *c, const struct saker_selection *sel)
{
	struct capture_header h = {
		.magic = CAPTURE_MAGIC,
		.version = CAPTURE_VERSION,
		.header_len = sizeof(h) + (sel ? sizeof(*sel) : 0),
		.selection_len = sel ? sizeof(*sel) : 0,
		.fingerprint = schema_fingerprint(),
		.started_ns = clock_realtime_ns(),
		.writer = SAKER_VERSION,
		.flags = CAPTURE_F_MARKED,
	};
	char boot_id[sizeof(h.boot_id)] = "";
	ssize_t n = fd_read_file("/proc/sys/kernel/random/boot_id", boot_id, sizeof(boot_id));
	int r;

	while (n > 0 && boot_id[n - 1] == '\n')
		boot_id[--n] = '\0';
	memcpy(h.boot_id, boot_id, sizeof(h.boot_id));
	if (gethostname(h.hostname, sizeof(h.hostname) - 1))
		h.hostname[0] = '\0';
	c->bytes = h.header_len;
	r = fd_write_all(c->fd, &h, sizeof(h));
	return r < 0 || !sel ? r : fd_write_all(c->fd, sel, sizeof(*sel));
}

/*
 * Return: 0 if the file is empty, a capture, a device or a pipe; an error for any other content,
 * which would be overwritten.
 */
static int may_replace(const char *path)
{
	_cleanup_(fd_closep) int fd = -1;
	char magic[sizeof(CAPTURE_MAGIC) - 1];
	struct stat st;
	ssize_t n;

	if (lstat(path, &st) || !S_ISREG(st.st_mode) || !st.st_size)
		return 0;		/* open() then fails with the reason */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	n = fd < 0 ? -errno : fd_read_full(fd, magic, sizeof(magic));
	if (n < 0)
		return (int)n;
	return memcmp(magic, CAPTURE_MAGIC, (size_t)n) ? -EEXIST : 0;	/* or the first bytes of one */
}

int capture_check(const char *path)
{
	char dir[PATH_MAX] = ".";
	const char *slash = strrchr(path, '/');
	struct stat st;
	int r = may_replace(path);

	if (r < 0)
		return r;
	if (!stat(path, &st))
		return S_ISDIR(st.st_mode) ? -EISDIR : access(path, W_OK) ? -errno : 0;
	if (slash && (size_t)(slash - path) >= sizeof(dir))
		return -ENAMETOOLONG;
	if (slash)
		snprintf(dir, sizeof(dir), "%.*s", slash == path ? 1 : (int)(slash - path), path);
	if (stat(dir, &st))
		return -errno;
	if (!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	return access(dir, W_OK | X_OK) ? -errno : 0;
}

int capture_new(struct capture **ret, const char *path, const struct saker_selection *sel)
{
	_cleanup_(capture_freep) struct capture *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return -ENOMEM;
	c->room = CAPTURE_FRAME;
	c->raw = malloc(c->room);
	c->zstd = ZSTD_createCCtx();
	c->fd = -1;
	r = may_replace(path);
	if (r < 0)
		return r;
	/* A pipe without a reader is an error (ENXIO); to wait for one would stop all else. */
	c->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
		     0600);
	if (c->fd < 0 || fcntl(c->fd, F_SETFL, 0) < 0)
		return -errno;
	if (!c->raw || !c->zstd)
		return -ENOMEM;
	ZSTD_CCtx_setParameter(c->zstd, ZSTD_c_compressionLevel, CAPTURE_LEVEL);
	ZSTD_CCtx_setParameter(c->zstd, ZSTD_c_checksumFlag, 1);
	r = write_header(c, sel);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(c);
	return 0;
}

void capture_free(struct capture *c)
{
	if (!c)
		return;
	capture_flush(c);
	fd_close(c->fd);
	ZSTD_freeCCtx(c->zstd);
	free(c->raw);
	free(c->packed);
	free(c);
}

static int grow(unsigned char **p, size_t *room, size_t want)
{
	unsigned char *bigger;

	if (want <= *room)
		return 0;
	bigger = realloc(*p, want);
	if (!bigger)
		return -ENOMEM;
	*p = bigger;
	*room = want;
	return 0;
}

/* Writes @n bytes from c->packed. What a write that failed left is cut off; a pipe cannot be cut. */
static int append(struct capture *c, size_t n)
{
	int r = fd_write_all(c->fd, c->packed, n), ignored;

	if (r < 0) {
		ignored = ftruncate(c->fd, (off_t)c->bytes);
		(void)ignored;
		return r;
	}
	c->bytes += n;
	return 0;
}

/*
 * One write for the header and the compressed records, so that a crash rarely leaves a part of a
 * frame.
 */
static int write_frame(struct capture *c)
{
	struct capture_frame frame = {
		.magic = CAPTURE_FRAME_MAGIC,
		.records = c->frame_records,
		.raw = (uint32_t)c->nraw,
	};
	size_t n;
	int r = grow(&c->packed, &c->packed_room, sizeof(frame) + ZSTD_compressBound(c->nraw));

	if (r < 0)
		return r;
	n = ZSTD_compress2(c->zstd, c->packed + sizeof(frame), c->packed_room - sizeof(frame),
			   c->raw, c->nraw);
	if (ZSTD_isError(n))
		return -EIO;
	frame.packed = (uint32_t)n;
	memcpy(c->packed, &frame, sizeof(frame));
	r = append(c, sizeof(frame) + n);
	if (r < 0)
		return r;
	c->records += c->frame_records;
	c->nraw = c->frame_records = 0;
	return 0;
}

int capture_flush(struct capture *c)
{
	if (!c->error && c->nraw)
		c->error = write_frame(c);
	return c->error;
}

int capture_end(struct capture *c)
{
	const struct capture_frame mark = { .magic = CAPTURE_FRAME_MAGIC };

	capture_flush(c);
	if (!c->error)
		c->error = grow(&c->packed, &c->packed_room, sizeof(mark));
	if (c->error)
		return c->error;
	memcpy(c->packed, &mark, sizeof(mark));
	c->error = append(c, sizeof(mark));
	return c->error;
}

int capture_write(struct capture *c, const struct ev_header *rec, struct ev_place place)
{
	const size_t n = sizeof(place) + rec->len;

	if (c->nraw && c->nraw + n > CAPTURE_FRAME)
		capture_flush(c);
	if (!c->error && n > CAPTURE_FRAME_MAX)
		c->error = -EFBIG;
	if (!c->error)
		c->error = grow(&c->raw, &c->room, c->nraw + n);
	if (c->error)
		return c->error;
	memcpy(c->raw + c->nraw, &place, sizeof(place));
	memcpy(c->raw + c->nraw + sizeof(place), rec, rec->len);
	c->nraw += n;
	c->frame_records++;
	return 0;
}

uint64_t capture_records(const struct capture *c)
{
	return c->records;
}

uint64_t capture_bytes(const struct capture *c)
{
	return c->bytes;
}
