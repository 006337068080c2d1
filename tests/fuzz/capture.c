/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzz target: any bytes as a capture file, and, as mutations do not get through compression, as
 * the records of a frame. The first byte selects one of the two, the version, and whether an end mark
 * is announced and written.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>
#include "decode/event.h"
#include "lib/fd.h"
#include "source/capture.h"
#include "source/source_replay.h"
#include "stage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Version 2 has a place before each record. Return: the number of bytes at @out. */
static size_t with_places(uint8_t *out, const uint8_t *data, size_t size)
{
	const struct ev_place place = { .cpu = 1 };
	size_t n = 0;

	while (size) {
		size_t len = stage_record_len(data, size);

		memcpy(out + n, &place, sizeof(place));
		memcpy(out + n + sizeof(place), data, len);
		n += sizeof(place) + len;
		data += len;
		size -= len;
	}
	return n & ~(size_t)7;
}

/* What the bits of the first byte mean. */
enum {
	IN_FRAME = 1,
	VERSION_1 = 2,
	MARK_ANNOUNCED = 4,
	MARK_WRITTEN = 8,
};

static void write_framed(int fd, uint8_t how, const uint8_t *data, size_t size)
{
	struct capture_header header = {
		.version = how & VERSION_1 ? 1 : CAPTURE_VERSION, .header_len = sizeof(header),
		.flags = how & MARK_ANNOUNCED ? CAPTURE_F_MARKED : 0,
	};
	const struct capture_frame mark = { .magic = CAPTURE_FRAME_MAGIC };
	struct capture_frame frame = { CAPTURE_FRAME_MAGIC, 1, (uint32_t)size, 0 };
	size_t room = ZSTD_compressBound(size);
	void *packed = malloc(room);

	if (!packed)
		abort();
	memcpy(header.magic, CAPTURE_MAGIC, sizeof(header.magic));
	frame.packed = (uint32_t)ZSTD_compress(packed, room, data, size, 1);
	if (fd_write_all(fd, &header, sizeof(header)) || fd_write_all(fd, &frame, sizeof(frame)) ||
	    fd_write_all(fd, packed, frame.packed) ||
	    (how & MARK_WRITTEN && fd_write_all(fd, &mark, sizeof(mark))))
		abort();
	free(packed);
}

static void write_records(int fd, uint8_t how, const uint8_t *data, size_t size)
{
	uint8_t *framed = how & VERSION_1 ? NULL : malloc(size * (1 + sizeof(struct ev_place)) + 1);

	if (how & VERSION_1) {
		write_framed(fd, how, data, size);
		return;
	}
	if (!framed)
		abort();
	write_framed(fd, how, framed, with_places(framed, data, size));
	free(framed);
}

static void replay(int fd)
{
	union event_scratch scratch;
	struct source_stats stats;
	struct source *source;
	struct record rec;
	struct event ev;
	struct error err = { 0 };
	char path[32];
	int r;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (source_replay_new(&source, path, &err) < 0) {
		if (!*err.text)
			abort();
		return;
	}
	while ((r = source_next(source, &rec)) == 0) {
		event_decode(&ev, &scratch, rec.p, rec.n);
		source_release(source, &rec);
	}
	if (r < 0 && !*source->error.text)
		abort();
	source_stats(source, &stats);
	source_close(source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0)
		abort();
	if (size && data[0] & IN_FRAME)
		write_records(fd, data[0], data + 1, (size - 1) & ~(size_t)7);
	else if (size && fd_write_all(fd, data + 1, size - 1))
		abort();
	replay(fd);
	close(fd);
	return 0;
}
