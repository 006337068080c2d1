/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests how captures are read that no writer of this version makes: of other versions and lengths
 * of the header, with frames and records that cannot be.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>
#include <cmocka.h>
#include "source/capture.h"
#include "source/major1.h"
#include "source/source_replay.h"

static char path[] = "/tmp/saker-test-replay-XXXXXX";

static struct capture_header header(void)
{
	struct capture_header h = { .version = CAPTURE_VERSION, .header_len = sizeof(h) };

	memcpy(h.magic, CAPTURE_MAGIC, sizeof(h.magic));
	return h;
}

/* Writes @n bytes into the file, from @at on or at its end. */
static void put(const void *p, size_t n, bool first)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | (first ? O_TRUNC : O_APPEND));

	assert_true(fd >= 0);
	assert_int_equal(write(fd, p, n), n);
	close(fd);
}

static void put_header(const struct capture_header *h)
{
	put(h, sizeof(*h), true);
}

/* A frame of these bytes. */
static void put_frame_as(struct capture_frame f, const void *raw, size_t n)
{
	const size_t room = ZSTD_compressBound(n);
	void *packed = malloc(room);

	assert_non_null(packed);
	f.packed = (uint32_t)ZSTD_compress(packed, room, raw, n, 1);
	put(&f, sizeof(f), false);
	put(packed, f.packed, false);
	free(packed);
}

static void put_frame(const void *raw, size_t n)
{
	put_frame_as((struct capture_frame){ CAPTURE_FRAME_MAGIC, 1, (uint32_t)n, 0 }, raw, n);
}

/* A record with its place. */
struct placed {
	struct ev_place place;
	struct ev_header hdr;
};

static struct placed record(uint64_t seq)
{
	return (struct placed){ .place = { .origin = 7, .cpu = 300 },
				.hdr = { .len = sizeof(struct ev_header), .fixed_len = sizeof(struct ev_header),
					 .type = EV_open, .seq = seq } };
}

/* What reading gives: @records with rising numbers, then this end; the text of the error in @text. */
static void reads(unsigned int records, int end, const char *text, unsigned int broken)
{
	struct source *source = NULL;
	struct source_stats stats;
	struct error err = { 0 };
	struct record rec;

	assert_int_equal(source_replay_new(&source, path, &err), 0);
	assert_int_equal(source->pollfd, -1);		/* a file is always ready */
	for (unsigned int i = 1; i <= records; i++) {
		assert_int_equal(source_next(source, &rec), 0);
		assert_int_equal(((const struct ev_header *)rec.p)->seq, i);
		assert_int_equal(rec.n, sizeof(struct ev_header));
		assert_int_equal(rec.place.origin, 7);
		assert_int_equal(rec.place.cpu, 300);
		source_release(source, &rec);
	}
	assert_int_equal(source_next(source, &rec), end);
	if (text)
		assert_non_null(strstr(source->error.text, text));
	source_stats(source, &stats);
	assert_int_equal(stats.records, records);
	assert_int_equal(stats.broken, broken);
	source_close(source);
}

static void opens(int r, const char *text)
{
	struct source *source = NULL;
	struct error err = { 0 };

	assert_int_equal(source_replay_new(&source, path, &err), r);
	assert_int_equal(err.code, r);
	if (text)
		assert_non_null(strstr(err.text, text));
	if (source)
		source_close(source);
}

static void test_only_known_versions_are_read(void **state)
{
	struct capture_header h = header();

	(void)state;
	put_header(&h);
	opens(0, NULL);
	h.version = 1;
	put_header(&h);
	opens(0, NULL);
	h.version = 0;
	put_header(&h);
	opens(-EPROTO, "a capture of version 0; this agent reads version 2");
	h.version = 3;
	put_header(&h);
	opens(-EPROTO, "a capture of version 3; this agent reads version 2");
	h = header();
	h.magic[7]++;
	put_header(&h);
	opens(-EBADMSG, "not a capture of Saker");
	h = header();
	h.header_len = CAPTURE_HEADER_MIN - 1;
	put_header(&h);
	opens(-EBADMSG, "not a capture of Saker");
	put(&h, 0, true);
	opens(-EBADMSG, "not a capture of Saker");
	h = header();
	put(&h, CAPTURE_HEADER_MIN + 4, true);	/* it says that there is more */
	opens(-EBADMSG, "not a capture of Saker");
}

static void test_a_file_that_cannot_be_opened_is_named(void **state)
{
	struct source *source = NULL;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(source_replay_new(&source, "/proc/saker/none", &err), -ENOENT);
	assert_non_null(strstr(err.text, "opening the capture /proc/saker/none"));
	err = (struct error){ 0 };
	assert_int_equal(source_replay_new(&source, "/tmp", &err), -EISDIR);
	assert_non_null(strstr(err.text, "opening the capture /tmp"));
	assert_null(source);
}

/* A directory in place of the file: reading it fails, as reading a damaged disk does. */
static void test_a_read_that_fails_names_the_file_and_the_record(void **state)
{
	struct capture_header h = header();
	struct placed rec = record(1);
	struct source *source = NULL;
	struct error err = { 0 };
	struct record got;
	char text[128];
	int fd, dir = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	put_header(&h);
	put_frame(&rec, sizeof(rec));
	assert_true(dir >= 0);
	fd = fcntl(dir, F_DUPFD_CLOEXEC, 0);		/* the next one that is free */
	close(fd);
	assert_int_equal(source_replay_new(&source, path, &err), 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(source_next(source, &got), 0);
	assert_int_equal(dup3(dir, fd, O_CLOEXEC), fd);
	assert_int_equal(source_next(source, &got), -EISDIR);
	snprintf(text, sizeof(text), "reading %s after record 1: Is a directory", path);
	assert_string_equal(source->error.text, text);
	source_close(source);
	close(dir);
}

/* The frames begin where the header says, whatever is before them. */
static void test_a_header_of_any_length_is_passed(void **state)
{
	static const uint32_t lengths[] = { CAPTURE_HEADER_MIN, CAPTURE_HEADER_MIN + 4, sizeof(struct capture_header),
					    sizeof(struct capture_header) + 40, 10000 };
	struct placed rec = record(1);

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct capture_header h = header();
		char zeros[10000] = { 0 };

		h.header_len = lengths[i];
		if (lengths[i] > sizeof(h))
			h.selection_len = lengths[i] - (uint32_t)sizeof(h);
		memcpy(zeros, &h, sizeof(h));
		put(zeros, lengths[i], true);
		put_frame(&rec, sizeof(rec));
		reads(1, SOURCE_END, NULL, 0);
	}
}

static void test_a_selection_that_is_cut_or_unknown_is_not_used(void **state)
{
	static struct { struct capture_header h; unsigned char sel[sizeof(struct saker_selection) + 8]; } file;
	static const struct { size_t sel, header; bool used; } row[] = {
		{ sizeof(struct saker_selection), sizeof(struct saker_selection), true },
		{ sizeof(struct saker_selection), sizeof(struct saker_selection) + 8, true },
		{ sizeof(struct saker_selection), sizeof(struct saker_selection) - 1, false },
		{ sizeof(struct saker_selection) + 8, sizeof(struct saker_selection) + 8, false },
		{ sizeof(struct major1_selection), sizeof(struct major1_selection), true },
		{ sizeof(struct major1_selection), sizeof(struct major1_selection) - 1, false },
		{ 0, sizeof(struct saker_selection), false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct source *source = NULL;
		struct error err = { 0 };
		struct record rec;

		file.h = header();
		file.h.selection_len = (uint32_t)row[i].sel;
		file.h.header_len = (uint32_t)(sizeof(file.h) + row[i].header);
		memset(file.sel, 1, sizeof(file.sel));
		put(&file, file.h.header_len, true);
		assert_int_equal(source_replay_new(&source, path, &err), 0);
		assert_int_equal(source->holds != NULL, row[i].used);
		assert_int_equal(source_next(source, &rec), SOURCE_END);
		assert_int_equal(source_replay_header(source)->selection_len, row[i].sel);
		source_close(source);
	}
	put(&file, sizeof(file.h) + sizeof(struct major1_selection) - 1, true);
	file.h.selection_len = sizeof(struct major1_selection);
	file.h.header_len = sizeof(file.h) + sizeof(struct major1_selection);
	put(&file, sizeof(file.h) + 8, true);		/* the file ends before */
	opens(-EBADMSG, NULL);
}

static void test_texts_of_the_header_end(void **state)
{
	struct capture_header h = header();
	const struct capture_header *read;
	struct source *source = NULL;
	struct error err = { 0 };

	(void)state;
	memset(h.boot_id, 'b', sizeof(h.boot_id));
	memset(h.hostname, 'h', sizeof(h.hostname));
	memset(h.writer, 'w', sizeof(h.writer));
	put_header(&h);
	assert_int_equal(source_replay_new(&source, path, &err), 0);
	read = source_replay_header(source);
	assert_int_equal(strnlen(read->boot_id, sizeof(h.boot_id)), sizeof(h.boot_id) - 1);
	assert_int_equal(strnlen(read->hostname, sizeof(h.hostname)), sizeof(h.hostname) - 1);
	assert_int_equal(strnlen(read->writer, sizeof(h.writer)), sizeof(h.writer) - 1);
	source_close(source);
}

static void test_frames_of_any_size_follow_each_other(void **state)
{
	struct placed many[500], none;
	struct capture_header h = header();

	(void)state;
	for (unsigned int i = 0; i < 500; i++)
		many[i] = record(i + 1);
	put_header(&h);
	put_frame(&many[0], sizeof(many[0]));
	put_frame(&none, 0);
	put_frame(&many[1], 400 * sizeof(many[0]));
	put_frame(&many[401], sizeof(many[0]));
	put_frame(&many[402], 98 * sizeof(many[0]));
	put_frame(&none, 0);
	reads(500, SOURCE_END, NULL, 0);
}

static void test_a_frame_that_cannot_be_ends_the_reading(void **state)
{
	const uint32_t n = sizeof(struct placed);
	const struct capture_frame row[] = {
		{ CAPTURE_FRAME_MAGIC + 1, 1, n, 0 }, { CAPTURE_FRAME_MAGIC, 1, n - 8, 0 },
		{ CAPTURE_FRAME_MAGIC, 1, n + 8, 0 }, { CAPTURE_FRAME_MAGIC, 1, n + 4, 0 },
		{ CAPTURE_FRAME_MAGIC, 1, 0, 0 }, { CAPTURE_FRAME_MAGIC, 1, CAPTURE_FRAME_MAX + 8, 0 },
	};
	struct placed rec[] = { record(1), record(2) };
	struct capture_header h = header();

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		put_header(&h);
		put_frame(rec, sizeof(rec));
		put_frame_as(row[i], rec, n);
		reads(2, -EBADMSG, "damaged after record 2", 0);
	}
}

static void test_a_file_that_ends_within_a_frame_is_cut_off(void **state)
{
	struct placed rec = record(1);
	struct capture_header h = header();
	const struct capture_frame f = { CAPTURE_FRAME_MAGIC, 1, sizeof(rec), 100 };
	char bytes[99] = { 0 };

	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		put_header(&h);
		put_frame(&rec, sizeof(rec));
		put(&f, i ? sizeof(f) : sizeof(f) - 1, false);
		if (i == 2)
			put(bytes, sizeof(bytes), false);
		reads(1, -ENODATA, "cut off after record 1", 0);
	}
}

/*
 * Only a header that announces the end mark requires it; then it is the last frame. Captures of
 * before announce none, and may have empty frames anywhere.
 */
static void test_a_file_without_the_announced_end_mark_is_cut_off(void **state)
{
	static const struct {
		uint32_t flags;
		const char *frames;	/* "r": one record, "m": an end mark; "e", "p": empty frames that are none */
		int end;
	} row[] = {
		{ 0, "", SOURCE_END }, { 0, "r", SOURCE_END }, { 0, "mr", SOURCE_END },
		{ 0, "rm", SOURCE_END }, { CAPTURE_F_MARKED, "m", SOURCE_END },
		{ CAPTURE_F_MARKED, "rm", SOURCE_END }, { CAPTURE_F_MARKED, "mrm", SOURCE_END },
		{ ~0u, "rm", SOURCE_END }, { ~CAPTURE_F_MARKED, "r", SOURCE_END },
		{ CAPTURE_F_MARKED, "", -ENODATA }, { CAPTURE_F_MARKED, "r", -ENODATA },
		{ CAPTURE_F_MARKED, "rmr", -ENODATA }, { CAPTURE_F_MARKED, "re", -ENODATA },
		{ CAPTURE_F_MARKED, "rp", -ENODATA },
	};
	const struct capture_frame mark = { CAPTURE_FRAME_MAGIC, 0, 0, 0 };
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct capture_header h = header();
		unsigned int records = 0;

		h.flags = row[i].flags;
		put_header(&h);
		for (const char *f = row[i].frames; *f; f++) {
			struct placed rec = record(records + 1);

			records += *f == 'r';
			if (*f == 'm')
				put(&mark, sizeof(mark), false);
			else if (*f == 'p')
				put_frame_as(mark, &rec, 0);	/* with bytes */
			else
				put_frame(&rec, *f == 'r' ? sizeof(rec) : 0);
		}
		snprintf(text, sizeof(text), "cut off after record %u, as when its writer is killed", records);
		reads(records, row[i].end, row[i].end < 0 ? text : NULL, 0);
	}
}

static void test_a_record_that_cannot_be_ends_the_reading(void **state)
{
	static const uint32_t full = sizeof(struct ev_header);
	static const uint32_t lengths[] = { 0, 8, full - 8, full + 4, full + 8, ~7u };
	struct capture_header h = header();

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct placed rec[] = { record(1), record(2) };

		rec[1].hdr.len = lengths[i];
		put_header(&h);
		put_frame(rec, sizeof(rec));
		reads(1, -EBADMSG, "damaged after record 1: all later records are missing", 1);
	}
	/* The frame ends within a place, within a header, or behind a place. */
	for (uint32_t n = 8; n < sizeof(struct placed); n += 8) {
		struct placed rec[] = { record(1), record(2) };

		put_header(&h);
		put_frame(rec, sizeof(rec[0]) + n);
		reads(1, -EBADMSG, "damaged after record 1", 1);
	}
}

static void test_records_of_version_1_have_their_place_in_them(void **state)
{
	struct { struct major1_header a, b; } rec = {
		.a = { .len = sizeof(rec.a), .fixed_len = sizeof(rec.a), .type = EV_open, .seq = 1, .origin = 7,
		       .cpu = 300 },
	};
	struct capture_header h = header();

	(void)state;
	rec.b = rec.a;
	rec.b.seq = 2;
	h.version = 1;
	put_header(&h);
	put_frame(&rec, sizeof(rec));
	reads(2, SOURCE_END, NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_known_versions_are_read),
		cmocka_unit_test(test_a_file_that_cannot_be_opened_is_named),
		cmocka_unit_test(test_a_read_that_fails_names_the_file_and_the_record),
		cmocka_unit_test(test_a_header_of_any_length_is_passed),
		cmocka_unit_test(test_a_selection_that_is_cut_or_unknown_is_not_used),
		cmocka_unit_test(test_texts_of_the_header_end),
		cmocka_unit_test(test_frames_of_any_size_follow_each_other),
		cmocka_unit_test(test_a_frame_that_cannot_be_ends_the_reading),
		cmocka_unit_test(test_a_file_that_ends_within_a_frame_is_cut_off),
		cmocka_unit_test(test_a_file_without_the_announced_end_mark_is_cut_off),
		cmocka_unit_test(test_a_record_that_cannot_be_ends_the_reading),
		cmocka_unit_test(test_records_of_version_1_have_their_place_in_them),
	};
	int fd = mkstemp(path), r;

	close(fd);
	r = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return r;
}
