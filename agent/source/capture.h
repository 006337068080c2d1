/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Capture files: every record that the loop saw, in the order it saw them,
 * the agent's own included, so that a replay needs nothing of the host.
 *
 *   capture_header | capture_frame, zstd | capture_frame, zstd | ...
 *
 * A frame holds whole records and stands alone: whatever ends the writer, all
 * frames but the last can be read. Records are as the ring had them; a reader
 * with another schema understands them as it understands another driver.
 */
#ifndef SOURCE_CAPTURE_H
#define SOURCE_CAPTURE_H

#include <stdint.h>
#include <saker/event.h>
#include "lib/cleanup.h"

#define CAPTURE_MAGIC		"SAKERCAP"
#define CAPTURE_VERSION		1
#define CAPTURE_FRAME_MAGIC	0x4d415246u	/* "FRAM" */
#define CAPTURE_FRAME		(256u << 10)	/* bytes of records: a full frame */
#define CAPTURE_FRAME_MAX	(256u << 20)	/* a larger record has its own */

/* Little-endian, as all that records hold. */
struct capture_header {
	char magic[8];
	uint32_t version;
	uint32_t header_len;		/* where the first frame begins */
	uint64_t fingerprint;		/* schema_fingerprint() of the writer */
	int64_t started_ns;		/* time of day */
	char boot_id[40];		/* NUL-padded */
	char hostname[256];
	char writer[24];		/* version of the agent */
};

struct capture_frame {
	uint32_t magic;
	uint32_t records;
	uint32_t raw;			/* bytes of records */
	uint32_t packed;		/* bytes of zstd that follow */
};

struct capture;

/**
 * capture_new() - begin a file
 * @path:	made anew, for its owner only; an existing capture is replaced
 * Return: 0, -EEXIST if there is a file which is no capture, or another -errno.
 */
int capture_new(struct capture **ret, const char *path);

/* Ends it, too, if capture_end() was not called. NULL is fine. */
void capture_free(struct capture *capture);
DEFINE_CLEANUP(struct capture *, capture_free)

/* Return: 0, or -errno of the first write that failed; after that nothing is written. */
int capture_write(struct capture *capture, const struct ev_header *rec);

/* Write what has gathered, as when the stream is quiet. 0 or -errno. */
int capture_flush(struct capture *capture);

uint64_t capture_records(const struct capture *capture);
uint64_t capture_bytes(const struct capture *capture);	/* in the file */

#endif /* SOURCE_CAPTURE_H */
