/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that a capture returns every byte in order, that a killed writer loses at most the last
 * frame, that a capture without its end mark is reported as cut off, that damaged files are refused,
 * and that posted records come in between.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>
#include <cmocka.h>
#include "decode/schema.h"
#include "lib/clock.h"
#include "source/capture.h"
#include "source/major1.h"
#include "source/source_replay.h"

#define RECORDS	20000u

static char path[] = "/tmp/saker-test-capture-XXXXXX";
static int input;		/* flags of standard input, which no error may close */

struct rec {
	struct ev_header hdr;
	uint64_t body[64];
};

static const struct ev_header *make(struct rec *rec, unsigned int i)
{
	memset(rec, 0, sizeof(*rec));
	rec->hdr.len = (uint32_t)sizeof(rec->hdr) + 8 * (i * 2654435761u >> 26);
	rec->hdr.fixed_len = sizeof(rec->hdr);
	rec->hdr.type = EV_syscall;
	rec->hdr.seq = i;
	for (unsigned int k = 0; k < 64; k++)
		rec->body[k] = i * 0x9e3779b97f4a7c15ull * (k + 1);
	return &rec->hdr;
}

static struct ev_place place_of(unsigned int i)
{
	return (struct ev_place){ .origin = i % 3, .cpu = (uint16_t)(i % 65536) };
}

static void write_capture(void)
{
	struct capture *c = NULL;
	struct rec rec;

	assert_int_equal(capture_new(&c, path, NULL), 0);
	for (unsigned int i = 1; i <= RECORDS; i++) {
		assert_int_equal(capture_write(c, make(&rec, i), place_of(i)), 0);
		if (i % 7001 == 0)
			assert_int_equal(capture_flush(c), 0);
	}
	assert_int_equal(capture_end(c), 0);
	assert_int_equal(capture_records(c), RECORDS);
	capture_free(c);
}

/* Reads to the end. Return: how it ended; *n: records, each as it was written. */
static int read_capture(unsigned int *n)
{
	struct source *source = NULL;
	struct error err = { 0 };
	struct record rec;
	struct rec want;
	int r = source_replay_new(&source, path, &err);

	*n = 0;
	if (r < 0) {
		assert_int_equal(err.code, r);
		assert_non_null(strstr(err.text, path));
		return r;
	}
	while (!(r = source_next(source, &rec))) {
		make(&want, ++*n);
		assert_int_equal(rec.n, want.hdr.len);
		assert_memory_equal(rec.p, &want, rec.n);
		assert_int_equal(rec.place.origin, place_of(*n).origin);
		assert_int_equal(rec.place.cpu, place_of(*n).cpu);
		source_release(source, &rec);
	}
	if (r < 0) {		/* the reason names the file and what is missing */
		assert_int_equal(source->error.code, r);
		assert_non_null(strstr(source->error.text, path));
		assert_non_null(strstr(source->error.text, "missing"));
	}
	source_close(source);
	return r;
}

static void test_every_byte_comes_back_in_order(void **state)
{
	struct stat st;
	unsigned int n;

	(void)state;
	write_capture();
	assert_int_equal(read_capture(&n), SOURCE_END);
	assert_int_equal(n, RECORDS);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void test_the_header_has_host_and_time(void **state)
{
	char host[sizeof(((struct capture_header *)NULL)->hostname)] = "", boot_id[64] = "";
	struct capture_header h;
	struct capture *c = NULL;
	int64_t before = clock_realtime_ns();
	FILE *in;

	(void)state;
	assert_int_equal(capture_new(&c, path, NULL), 0);
	assert_int_equal(capture_bytes(c), sizeof(h));
	capture_free(c);
	in = fopen(path, "r");
	assert_int_equal(fread(&h, 1, sizeof(h), in), sizeof(h));
	assert_int_equal(fgetc(in), EOF);
	fclose(in);
	in = fopen("/proc/sys/kernel/random/boot_id", "r");
	assert_int_equal(fscanf(in, "%63s", boot_id), 1);
	fclose(in);
	assert_int_equal(gethostname(host, sizeof(host) - 1), 0);
	assert_memory_equal(h.magic, CAPTURE_MAGIC, sizeof(h.magic));
	assert_int_equal(h.version, CAPTURE_VERSION);
	assert_int_equal(h.header_len, sizeof(h));
	assert_int_equal(h.selection_len, 0);
	assert_int_equal(h.flags, CAPTURE_F_MARKED);
	assert_int_equal(h.fingerprint, schema_fingerprint());
	assert_true(h.started_ns >= before && h.started_ns <= clock_realtime_ns());
	assert_string_equal(h.boot_id, boot_id);
	assert_string_equal(h.hostname, host);
	assert_string_equal(h.writer, SAKER_VERSION);
}

static void test_a_killed_writer_costs_at_most_the_last_frame(void **state)
{
	struct stat st;
	unsigned int n, before = RECORDS;
	int r;

	(void)state;
	write_capture();
	assert_int_equal(stat(path, &st), 0);
	for (off_t size = st.st_size - 1; size > 0; size -= 1 + size / 97) {
		assert_int_equal(truncate(path, size), 0);
		r = read_capture(&n);
		if (size < (off_t)sizeof(struct capture_header))
			assert_int_equal(r, -EBADMSG);
		else
			assert_int_equal(r, -ENODATA);	/* also at the end of a frame */
		assert_true(n <= before);
		before = n;
	}
	assert_int_equal(before, 0);
}

/* Neither kill -9 between two frames nor a failure of record writes the end mark. */
static void test_a_capture_that_was_not_ended_is_cut_off(void **state)
{
	struct capture *c = NULL;
	unsigned int n;
	struct rec rec;

	(void)state;
	for (unsigned int records = 0; records < 3; records++) {
		assert_int_equal(capture_new(&c, path, NULL), 0);
		for (unsigned int i = 1; i <= records; i++)
			assert_int_equal(capture_write(c, make(&rec, i), place_of(i)), 0);
		assert_int_equal(capture_flush(c), 0);
		assert_int_equal(read_capture(&n), -ENODATA);
		assert_int_equal(n, records);
		assert_int_equal(capture_end(c), 0);
		capture_free(c);
		assert_int_equal(read_capture(&n), SOURCE_END);
		assert_int_equal(n, records);
	}
}

static void test_every_damaged_file_is_refused(void **state)
{
	static unsigned char good[1 << 20];
	uint64_t seed = 12345;
	ssize_t size;
	int fd;

	(void)state;
	write_capture();
	fd = open(path, O_RDWR);
	size = read(fd, good, sizeof(good));
	assert_true(size > 1000);
	for (int round = 0; round < 300; round++) {
		struct source *source = NULL;
		struct error err = { 0 };
		struct record rec;
		off_t at;

		seed = seed * 6364136223846793005ull + 1442695040888963407ull;
		at = (off_t)((seed >> 33) % (uint64_t)(round % 2 ? size : 400));
		assert_int_equal(pwrite(fd, &seed, 4, at), 4);
		if (!source_replay_new(&source, path, &err)) {
			while (!source_next(source, &rec))
				source_release(source, &rec);
			source_close(source);
		}
		assert_int_equal(pwrite(fd, good, (size_t)size, 0), size);
		assert_int_equal(ftruncate(fd, size), 0);
	}
	close(fd);
}

static void test_only_a_capture_is_replaced(void **state)
{
	static const char mine[] = "my only copy\n";
	struct capture *c = NULL;
	char text[64];
	int fd;

	(void)state;
	fd = open(path, O_WRONLY | O_TRUNC);
	assert_int_equal(write(fd, mine, strlen(mine)), strlen(mine));
	close(fd);
	assert_int_equal(capture_new(&c, path, NULL), -EEXIST);
	assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), input);
	fd = open(path, O_RDONLY);
	assert_int_equal(read(fd, text, sizeof(text)), strlen(mine));
	close(fd);
	assert_int_equal(truncate(path, 0), 0);
	for (int i = 0; i < 2; i++) {		/* an empty file, then a capture */
		assert_int_equal(capture_new(&c, path, NULL), 0);
		capture_free(c);
	}
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(capture_new(&c, path, NULL), -ENXIO);		/* no reader; it does not wait */
	unlink(path);
	assert_int_equal(capture_new(&c, path, NULL), 0);
	capture_free(c);
	assert_int_equal(capture_new(&c, "/dev/null", NULL), 0);
	capture_free(c);
}

static void test_posted_records_come_first_and_are_marked(void **state)
{
	struct source *source = NULL;
	struct ev_clock clock = { .hdr = { .len = sizeof(clock), .fixed_len = sizeof(clock),
					   .type = EV_clock } };
	struct ev_header broken = { .len = 12 };
	struct source_stats stats;
	struct record rec;
	struct error err = { 0 };

	(void)state;
	write_capture();
	assert_int_equal(source_replay_new(&source, path, &err), 0);
	assert_int_equal(source_next(source, &rec), 0);
	source_release(source, &rec);
	assert_int_equal(source_post(source, &clock.hdr), 0);
	assert_int_equal(source_post(source, &clock.hdr), 0);
	assert_int_equal(source_post(source, &broken), -EINVAL);
	assert_int_equal(source_sleep(source), SOURCE_BLOCKED);
	assert_int_equal(source_next(source, &rec), 0);
	assert_int_equal(((const struct ev_header *)rec.p)->type, EV_clock);
	assert_true(((const struct ev_header *)rec.p)->flags & EV_F_FROM_USER);
	assert_true(((const struct ev_header *)rec.p)->ts_ns);
	source_release(source, &rec);
	source_stats(source, &stats);
	assert_int_equal(stats.posted, 1);
	assert_int_equal(stats.records, 2);
	source_close(source);		/* one is still in the queue */
}

/* A header, and one frame of which the packed bytes are missing. Return: what reading it gives. */
static int read_frame_of(uint32_t raw, uint32_t packed)
{
	struct capture_header h = { .version = CAPTURE_VERSION, .header_len = sizeof(h) };
	const struct capture_frame f = { CAPTURE_FRAME_MAGIC, 1, raw, packed };
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	unsigned int n;

	memcpy(h.magic, CAPTURE_MAGIC, sizeof(h.magic));
	assert_int_equal(write(fd, &h, sizeof(h)), sizeof(h));
	assert_int_equal(write(fd, &f, sizeof(f)), sizeof(f));
	close(fd);
	return read_capture(&n);
}

static void test_a_frame_has_256_mib_at_most(void **state)
{
	const uint32_t most = 256u << 20;

	(void)state;
	assert_int_equal(read_frame_of(most, 10), -ENODATA);
	assert_int_equal(read_frame_of(most + 8, 10), -EBADMSG);
	assert_int_equal(read_frame_of(8, (uint32_t)ZSTD_compressBound(most)), -ENODATA);
	assert_int_equal(read_frame_of(8, (uint32_t)ZSTD_compressBound(most) + 1), -EBADMSG);
}

/* Of 256 KiB in records that take 1 KiB with their place; a larger one has a frame of its own. */
static void test_a_frame_is_written_when_it_is_full(void **state)
{
	static struct { struct ev_header hdr; char bytes[300 << 10]; } rec;
	uint64_t empty, full;
	struct capture *c;

	(void)state;
	assert_int_equal(capture_new(&c, path, NULL), 0);
	empty = capture_bytes(c);
	rec.hdr = (struct ev_header){ .len = 1024 - sizeof(struct ev_place), .fixed_len = sizeof(rec.hdr) };
	for (int i = 0; i < 256; i++)
		assert_int_equal(capture_write(c, &rec.hdr, (struct ev_place){ 0 }), 0);
	assert_int_equal(capture_bytes(c), empty);
	assert_int_equal(capture_write(c, &rec.hdr, (struct ev_place){ 0 }), 0);
	full = capture_bytes(c);
	assert_true(full > empty);
	rec.hdr.len = sizeof(rec);
	assert_int_equal(capture_write(c, &rec.hdr, (struct ev_place){ 0 }), 0);
	assert_int_equal(capture_flush(c), 0);
	assert_int_equal(capture_records(c), 258);
	rec.hdr.len = (256u << 20) + 8;
	assert_int_equal(capture_write(c, &rec.hdr, (struct ev_place){ 0 }), -EFBIG);
	capture_free(c);
}

static const struct saker_selection opens = { .argv_max = 7, .action[EV_ABI_64][257] = 1 };

static void test_a_capture_has_the_selection_it_was_recorded_with(void **state)
{
	struct capture_header h = { .version = CAPTURE_VERSION, .header_len = CAPTURE_HEADER_MIN };
	struct source *source;
	struct error err = { 0 };
	struct capture *c;
	struct record rec;
	int fd;

	(void)state;
	assert_int_equal(capture_new(&c, path, &opens), 0);
	assert_int_equal(capture_end(c), 0);
	capture_free(c);
	assert_int_equal(source_replay_new(&source, path, &err), 0);
	assert_non_null(source->holds);
	assert_memory_equal(source->holds, &opens, sizeof(opens));
	assert_int_equal(source_next(source, &rec), SOURCE_END);
	source_close(source);

	/* The first captures' header was shorter; it is not known what they hold. */
	memcpy(h.magic, CAPTURE_MAGIC, sizeof(h.magic));
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	assert_int_equal(write(fd, &h, CAPTURE_HEADER_MIN), CAPTURE_HEADER_MIN);
	close(fd);
	assert_int_equal(source_replay_new(&source, path, &err), 0);
	assert_null(source->holds);
	assert_int_equal(source_next(source, &rec), SOURCE_END);
	source_close(source);
}

/* Captures of before have a selection of 64 types. */
static void test_a_selection_of_major_1_is_read(void **state)
{
	struct capture_header h = { .version = CAPTURE_VERSION,
		.header_len = sizeof(h) + sizeof(struct major1_selection),
		.selection_len = sizeof(struct major1_selection) };
	struct saker_selection want = opens;
	struct major1_selection old;
	struct source *source;
	struct error err = { 0 };
	int fd;

	(void)state;
	want.event[EV_clone] = want.event[MAJOR1_TYPE_MAX - 1] = 1;
	major1_selection_from(&old, &want);
	memcpy(h.magic, CAPTURE_MAGIC, sizeof(h.magic));
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, &h, sizeof(h)), sizeof(h));
	assert_int_equal(write(fd, &old, sizeof(old)), sizeof(old));
	close(fd);
	assert_int_equal(source_replay_new(&source, path, &err), 0);
	assert_non_null(source->holds);
	assert_memory_equal(source->holds, &want, sizeof(want));
	source_close(source);
}

static void test_a_file_that_cannot_be_examined_is_not_replaced(void **state)
{
	char dir[] = "/tmp/saker-test-capture-XXXXXX", file[64];
	struct capture *c = NULL;
	struct stat st;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chmod(dir, 0755), 0);
	snprintf(file, sizeof(file), "%s/mine", dir);
	fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, "mine", 4), 4);
	assert_int_equal(fchmod(fd, 0222), 0);
	close(fd);
	setfsuid(65534);		/* so that root may not read it either */
	assert_int_equal(capture_new(&c, file, NULL), -EACCES);
	setfsuid(geteuid());
	assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), input);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_size, 4);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(rmdir(dir), 0);
}

/* Before anything is recorded: what opening the file would say. */
static void test_a_path_is_checked_before_the_recording(void **state)
{
	static char too_long[PATH_MAX + 100];
	const struct { const char *path; int r; } row[] = {
		{ "/dev/null", 0 }, { "/tmp", -EISDIR }, { "/tmp/saker-none/new", -ENOENT }, { "/tmp/saker-new", 0 },
		{ "/proc/self/status/new", -ENOTDIR }, { "/etc/passwd", -EEXIST },
		{ "/saker-new", access("/", W_OK | X_OK) ? -errno : 0 }, { "saker-new", 0 },
		{ too_long, -ENAMETOOLONG },
	};
	const int before = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	memset(too_long, 'x', PATH_MAX + 90);
	too_long[0] = too_long[PATH_MAX + 50] = '/';
	assert_int_equal(chdir("/tmp"), 0);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_int_equal(capture_check(row[i].path), row[i].r);
	assert_int_equal(fchdir(before), 0);
	close(before);
}

/* A frame of zstd: a magic number, then a byte of flags; the third bit says that a checksum follows. */
static void test_a_frame_has_a_checksum(void **state)
{
	struct { struct capture_header head; struct capture_frame frame; unsigned char packed[8]; } file;
	struct capture *c = NULL;
	struct rec rec;
	int fd;

	(void)state;
	assert_int_equal(capture_new(&c, path, NULL), 0);
	assert_int_equal(capture_write(c, make(&rec, 1), place_of(1)), 0);
	capture_free(c);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(read(fd, &file, sizeof(file)), sizeof(file));
	close(fd);
	assert_int_equal(file.frame.magic, CAPTURE_FRAME_MAGIC);
	assert_int_equal(file.frame.records, 1);
	assert_int_equal(file.frame.raw, sizeof(struct ev_place) + rec.hdr.len);
	assert_memory_equal(file.packed, "\x28\xb5\x2f\xfd", 4);
	assert_true(file.packed[4] & 4);
}

static void test_records_and_bytes_are_counted(void **state)
{
	struct capture *c = NULL;
	struct stat st;
	struct rec rec;

	(void)state;
	assert_int_equal(capture_new(&c, path, &opens), 0);
	assert_int_equal(capture_bytes(c), sizeof(struct capture_header) + sizeof(opens));
	for (unsigned int i = 1; i <= 3; i++) {
		assert_int_equal(capture_write(c, make(&rec, i), place_of(i)), 0);
		assert_int_equal(capture_records(c), i - 1);	/* the last one is not in the file */
		for (unsigned int again = 0; again < 2; again++) {	/* the second has nothing to write */
			assert_int_equal(capture_flush(c), 0);
			assert_int_equal(stat(path, &st), 0);
			assert_int_equal(capture_bytes(c), st.st_size);
			assert_int_equal(capture_records(c), i);
		}
	}
	assert_int_equal(capture_end(c), 0);
	assert_int_equal(capture_records(c), 3);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(capture_bytes(c), st.st_size);
	capture_free(c);
}

/* A capture of one record, to a file that cannot get longer than @more bytes from now on. */
static struct capture *capture_on_a_full_disk(const struct rlimit *all, rlim_t more)
{
	struct capture *c = NULL;
	struct rec rec;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(capture_new(&c, path, NULL), 0);
	assert_int_equal(capture_write(c, make(&rec, 1), place_of(1)), 0);
	assert_int_equal(capture_flush(c), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit){ capture_bytes(c) + more, all->rlim_max }), 0);
	return c;
}

/* After a write that failed the file ends with a whole frame, and nothing is added to it, also no end mark. */
static void test_a_capture_that_cannot_grow_has_whole_frames(void **state)
{
	struct capture *c;
	struct rlimit all;
	struct stat st;
	unsigned int n;
	struct rec rec;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &all), 0);
	c = capture_on_a_full_disk(&all, 20);
	assert_int_equal(capture_write(c, make(&rec, 2), place_of(2)), 0);
	assert_int_equal(capture_flush(c), -EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &all), 0);
	assert_int_equal(capture_write(c, make(&rec, 3), place_of(3)), -EFBIG);
	assert_int_equal(capture_flush(c), -EFBIG);
	assert_int_equal(capture_end(c), -EFBIG);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, capture_bytes(c));
	assert_int_equal(capture_records(c), 1);
	capture_free(c);
	assert_int_equal(read_capture(&n), -ENODATA);
	assert_int_equal(n, 1);
}

/* The disk has room for the records, but not for the end mark. */
static void test_an_end_mark_that_cannot_be_written_is_an_error(void **state)
{
	struct capture *c;
	struct rlimit all;
	struct stat st;
	unsigned int n;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &all), 0);
	c = capture_on_a_full_disk(&all, 15);
	assert_int_equal(capture_end(c), -EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &all), 0);
	assert_int_equal(capture_end(c), -EFBIG);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, capture_bytes(c));
	capture_free(c);
	assert_int_equal(read_capture(&n), -ENODATA);
	assert_int_equal(n, 1);
}

static void test_a_file_that_cannot_be_made_is_an_error(void **state)
{
	struct capture *c = NULL;
	char link_to[64];

	(void)state;
	assert_int_equal(capture_new(&c, "/proc/saker/none", NULL), -ENOENT);
	assert_int_equal(capture_new(&c, "/tmp", NULL), -EISDIR);
	assert_int_equal(capture_new(&c, "/dev/full", NULL), -ENOSPC);
	snprintf(link_to, sizeof(link_to), "%s.link", path);
	assert_int_equal(symlink(path, link_to), 0);
	assert_int_equal(capture_new(&c, link_to, NULL), -ELOOP);
	assert_int_equal(unlink(link_to), 0);
	assert_null(c);
	capture_free(NULL);
	assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), input);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_frame_has_256_mib_at_most),
		cmocka_unit_test(test_a_frame_is_written_when_it_is_full),
		cmocka_unit_test(test_a_file_that_cannot_be_examined_is_not_replaced),
		cmocka_unit_test(test_a_path_is_checked_before_the_recording),
		cmocka_unit_test(test_a_frame_has_a_checksum),
		cmocka_unit_test(test_records_and_bytes_are_counted),
		cmocka_unit_test(test_a_capture_that_cannot_grow_has_whole_frames),
		cmocka_unit_test(test_a_capture_that_was_not_ended_is_cut_off),
		cmocka_unit_test(test_an_end_mark_that_cannot_be_written_is_an_error),
		cmocka_unit_test(test_a_file_that_cannot_be_made_is_an_error),
		cmocka_unit_test(test_a_capture_has_the_selection_it_was_recorded_with),
		cmocka_unit_test(test_a_selection_of_major_1_is_read),
		cmocka_unit_test(test_every_byte_comes_back_in_order),
		cmocka_unit_test(test_the_header_has_host_and_time),
		cmocka_unit_test(test_a_killed_writer_costs_at_most_the_last_frame),
		cmocka_unit_test(test_every_damaged_file_is_refused),
		cmocka_unit_test(test_only_a_capture_is_replaced),
		cmocka_unit_test(test_posted_records_come_first_and_are_marked),
	};
	int fd = mkstemp(path), r;

	input = fcntl(STDIN_FILENO, F_GETFD);
	close(fd);
	r = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return r;
}
