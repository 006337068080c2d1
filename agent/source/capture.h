/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Format of capture files. A capture has every record that the loop processed, in that order,
 * including those the agent made, so a replay needs no data of the host.
 *
 *   capture_header | capture_frame, zstd | capture_frame, zstd | ... | capture_frame without bytes
 *
 * A frame holds whole records and can be read by itself: if the writer is killed, only the last
 * frame can be incomplete. The empty frame at the end is the end mark: an orderly end writes it. If
 * the header announces it (CAPTURE_F_MARKED) and it is missing, the last records are missing, also
 * if the file ends with a whole frame. Captures of before have no mark, and readers of before find
 * no record in it. A record is stored as in the ring, after a struct ev_place; a reader
 * with another schema decodes it as it decodes those of another driver version. Version 1 has the
 * records of ABI major 1, which name their place.
 */
#ifndef SOURCE_CAPTURE_H
#define SOURCE_CAPTURE_H

#include <stddef.h>
#include <stdint.h>
#include <saker/device.h>
#include <saker/event.h>
#include "lib/cleanup.h"

#define CAPTURE_MAGIC		"SAKERCAP"
#define CAPTURE_VERSION		2
#define CAPTURE_FRAME_MAGIC	0x4d415246u	/* "FRAM" */
#define CAPTURE_FRAME		(256u << 10)	/* bytes of records in a full frame */
#define CAPTURE_FRAME_MAX	(256u << 20)	/* a larger record gets its own frame */

/* Little-endian, as are all fields of records. */
struct capture_header {
	char magic[8];
	uint32_t version;
	uint32_t header_len;		/* offset of the first frame */
	uint64_t fingerprint;		/* schema_fingerprint() of the writer */
	int64_t started_ns;		/* time of day */
	char boot_id[40];		/* NUL-padded */
	char hostname[256];
	char writer[24];		/* version of the agent */
	uint32_t selection_len;		/* bytes of struct saker_selection behind this; 0: unknown */
	uint32_t flags;			/* CAPTURE_F_* */
};

#define CAPTURE_F_MARKED	1u	/* the last frame is an end mark; captures of before have 0 */

/* What the first captures had: all but the last two. */
#define CAPTURE_HEADER_MIN	offsetof(struct capture_header, selection_len)

struct capture_frame {
	uint32_t magic;
	uint32_t records;
	uint32_t raw;			/* bytes of records */
	uint32_t packed;		/* bytes of zstd that follow; an end mark has 0 of all three */
};

struct capture;

/*
 * Whether a capture can be created there, before anything else is done; creates nothing. Return: as
 * capture_new().
 */
int capture_check(const char *path);

/**
 * capture_new() - create a capture file
 * @path:	created for its owner only; an existing capture is replaced
 * @sel:	what is selected, so that a replay can report what is missing; NULL: unknown
 * Return: 0, -EEXIST if the file exists and is not a capture, or another -errno.
 */
int capture_new(struct capture **ret, const char *path, const struct saker_selection *sel);

/*
 * Without capture_end() the file has the buffered records, but no end mark: a replay reports that
 * it is cut off. NULL is allowed.
 */
void capture_free(struct capture *capture);
DEFINE_CLEANUP(struct capture *, capture_free)

/* Return: 0, or -errno of the first write that failed; nothing is written after it. */
int capture_write(struct capture *capture, const struct ev_header *rec, struct ev_place place);

/* Writes the buffered records, for instance when no more records come. Return: 0 or -errno. */
int capture_flush(struct capture *capture);

/*
 * Writes the buffered records and the end mark; the caller writes nothing after it. Return: 0 or
 * -errno, also of an earlier write.
 */
int capture_end(struct capture *capture);

uint64_t capture_records(const struct capture *capture);	/* in the file: not those buffered */
uint64_t capture_bytes(const struct capture *capture);	/* bytes in the file */

#endif /* SOURCE_CAPTURE_H */
