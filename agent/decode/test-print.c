/* SPDX-License-Identifier: Apache-2.0 */
/* Tests how values of each kind are printed, and that every flag set of the schema exists. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <sys/socket.h>
#include <cmocka.h>
#include "decode/print.h"

#define assert_text(b, want)						\
	do {								\
		if (!str_eq(buf_as_str(b), str_of(want)))		\
			fail_msg("'" STR_FMT "' is not '%s'",		\
				 STR_ARG(buf_as_str(b)), want);		\
		buf_reset(b);						\
	} while (0)

static void test_flags_are_printed_by_name(void **state)
{
	char mem[256];
	struct buf b = BUF_ON(mem);

	(void)state;
	print_flags(&b, KIND_open_flags, 0, '|');
	assert_text(&b, "O_RDONLY");
	print_flags(&b, KIND_open_flags, 02000101, '|');
	assert_text(&b, "O_WRONLY|O_CREAT|O_CLOEXEC");
	print_flags(&b, KIND_open_flags, 0100, '|');
	assert_text(&b, "O_RDONLY|O_CREAT");
	print_flags(&b, KIND_open_flags, 04010002 | 1 << 28, '|');
	assert_text(&b, "O_RDWR|O_SYNC|0x10000000");
	print_flags(&b, KIND_open_flags, 020200002, '|');
	assert_text(&b, "O_RDWR|O_TMPFILE");
	print_flags(&b, KIND_signal, 9, '|');
	assert_text(&b, "SIGKILL");
	print_flags(&b, KIND_memfd_flags, 0, '|');
	assert_text(&b, "0x0");
}

static void test_errors_and_capabilities_have_names(void **state)
{
	char mem[256];
	struct buf b = BUF_ON(mem);

	(void)state;
	assert_string_equal(print_errno_name(ENOENT), "ENOENT");
	assert_null(print_errno_name(4000));
	assert_null(print_errno_name(-1));
	print_caps(&b, 0);
	assert_text(&b, "0");
	print_caps(&b, 1ull << 21 | 1ull << 63);
	assert_text(&b, "CAP_SYS_ADMIN|63");
	print_caps(&b, (1ull << 41) - 1);
	assert_text(&b, "all");
	print_caps(&b, ((1ull << 42) - 1) | 1ull << 50);
	assert_text(&b, "all|41|50");
	print_caps(&b, 1ull << 40 | 1);
	assert_text(&b, "CAP_CHOWN|CAP_CHECKPOINT_RESTORE");
	assert_string_equal(print_errno_name(530), "EIOCBRETRY");
	assert_null(print_errno_name(531));
	assert_null(print_errno_name(0));
}

static void test_tuples_are_printed_as_connections(void **state)
{
	struct ev_tuple t = {
		.family = AF_INET, .protocol = IPPROTO_TCP, .lport = 1, .rport = 443,
	};
	char mem[256];
	struct buf b = BUF_ON(mem);

	(void)state;
	inet_pton(AF_INET, "10.0.0.1", t.laddr);
	inet_pton(AF_INET, "10.0.0.2", t.raddr);
	print_tuple(&b, &t);
	assert_text(&b, "10.0.0.1:1->10.0.0.2:443/tcp");
	t.family = AF_INET6;
	t.protocol = IPPROTO_UDP;
	inet_pton(AF_INET6, "::1", t.laddr);
	inet_pton(AF_INET6, "fe80::2", t.raddr);
	print_tuple(&b, &t);
	assert_text(&b, "[::1]:1->[fe80::2]:443/udp");
}

static void test_an_open_is_one_line_with_marks(void **state)
{
	struct {
		struct ev_open e;
		char text[24];
	} rec = {
		.e = {
			.hdr = {
				.len = sizeof(rec), .fixed_len = sizeof(rec.e), .type = EV_open,
				.flags = EV_F_SYSCALL, .nr = 257, .tid = 12, .tgid = 11,
			},
			.res = -ENOENT, .dirfd = -100, .flags = 0, .mode = 0644, .dev = 0x801,
			.path = { 0 },
			.name = { sizeof(rec.e), 12, 4096, 12 },
		},
		.text = "/etc/\x1bshadow",
	};
	union event_scratch scratch;
	struct event ev;
	char mem[512];
	struct buf b = BUF_ON(mem);

	(void)state;
	ev_prov_set(&rec.e.hdr, EV_FIELD(open, name), EV_PROV_USER | EV_PROV_TRUNCATED);
	ev_prov_set(&rec.e.hdr, EV_FIELD(open, path), EV_PROV_PENDING);
	assert_int_equal(event_decode(&ev, &scratch, &rec, sizeof(rec)), 0);
	ev.time_ns = 3723000000004;
	ev.place.cpu = 3;
	print_event(&b, &ev);
	assert_text(&b, "01:02:03.000000004 cpu3 11/12 openat res=ENOENT dirfd=AT_FDCWD "
		    "flags=O_RDONLY mode=0644 dev=8:1 ino=0 resolve=0x0 kind=none "
		    "file_flags=O_RDONLY path=~pending name=/etc/\\x1bshadow~user~cut:4096 layer=none");
}

static void test_every_field_has_a_kind_and_a_document(void **state)
{
	(void)state;
	for (unsigned int type = 0; type < EV_TYPE_MAX; type++) {
		const struct schema_event *e = schema_event(type);
		uint16_t end = sizeof(struct ev_header);

		if (!e)
			continue;
		for (unsigned int i = 0; i < e->nfields; i++) {
			const struct schema_field *f = &e->fields[i];
			size_t n;

			assert_true(f->doc[0]);
			assert_int_equal(f->offset, end);
			end = (uint16_t)(f->offset + f->size);
			if (f->kind_id > KIND_TALLY)
				assert_non_null(schema_flags(f->kind_id, &n));
			assert_ptr_equal(schema_field(e, str_of(f->name)), f);
		}
		assert_int_equal(end, e->size);
	}
	assert_int_not_equal(schema_fingerprint(), 0);
}

static void test_an_integer_has_the_sign_of_its_storage(void **state)
{
	static const struct {
		unsigned int storage;
		uint64_t want;
	} row[] = {
		{ SCHEMA_u32, 0xfffffffe }, { SCHEMA_s32, -2ull }, { SCHEMA_u64, 0xfffffffffffffffe },
		{ SCHEMA_s64, 0xfffffffffffffffe }, { SCHEMA_comm, 0 },
	};
	const uint32_t body[] = { 7, 0xfffffffe, 0xffffffff };

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct schema_field f = { .storage_id = (uint8_t)row[i].storage, .offset = 4 };

		assert_true(schema_integer(&f, body) == row[i].want);
	}
}

static void test_what_is_not_in_the_schema_has_no_name(void **state)
{
	size_t n;

	(void)state;
	assert_non_null(schema_drop_name(EV_DROP_COUNT - 1));
	assert_non_null(schema_drop_doc(EV_DROP_COUNT - 1));
	assert_null(schema_drop_name(EV_DROP_COUNT));
	assert_null(schema_drop_doc(EV_DROP_COUNT));
	assert_null(schema_flags(KIND_COUNT, &n));
	assert_int_equal(n, 0);
	assert_false(schema_is_bits(KIND_COUNT));
	assert_null(schema_field(schema_event(EV_open), STR("nam")));
	assert_null(schema_event(EV_TYPE_MAX));
}

static void test_each_reason_of_a_drop_has_its_name_and_text(void **state)
{
	(void)state;
#define DROP(name, doc)									\
	assert_string_equal(schema_drop_name(EV_DROP_##name), #name);			\
	assert_string_equal(schema_drop_doc(EV_DROP_##name), doc);
#include <saker/drops.def>
#undef DROP
}

static void test_each_flag_is_in_the_set_of_its_kind(void **state)
{
	const unsigned int all = 0
#define FLAGSET(name, form)
#define FLAG(set, name, value)	+ 1
#include <saker/flags.def>
#undef FLAGSET
#undef FLAG
		;
	unsigned int sets = 0, found = 0;

	(void)state;
	for (unsigned int kind = 0; kind < KIND_COUNT; kind++) {
		const struct schema_flag *flags;
		size_t n;

		flags = schema_flags(kind, &n);
		assert_int_equal(!flags, !n);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(flags[i].kind_id, kind);
		sets += n > 0;
		found += n;
	}
	assert_int_equal(found, all);
	assert_int_equal(sets, KIND_COUNT - KIND_TALLY - 1);
}

static void hash(uint64_t *h, const char *word)
{
	for (size_t i = 0; i <= strlen(word); i++)
		*h = (*h ^ (unsigned char)word[i]) * 0x100000001b3;
}

/* FNV-1a of all names, storages and kinds: captures hold it, so it must not change by itself. */
static void test_the_fingerprint_is_a_hash_of_all_fields(void **state)
{
	uint64_t h = 0xcbf29ce484222325;

	(void)state;
	for (unsigned int type = 0; type < EV_TYPE_MAX; type++) {
		const struct schema_event *e = schema_event(type);

		if (!e)
			continue;
		h ^= type;
		hash(&h, e->name);
		for (unsigned int i = 0; i < e->nfields; i++) {
			hash(&h, e->fields[i].storage);
			hash(&h, e->fields[i].name);
			hash(&h, e->fields[i].kind);
		}
	}
	assert_true(schema_fingerprint() == h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flags_are_printed_by_name),
		cmocka_unit_test(test_errors_and_capabilities_have_names),
		cmocka_unit_test(test_tuples_are_printed_as_connections),
		cmocka_unit_test(test_an_open_is_one_line_with_marks),
		cmocka_unit_test(test_every_field_has_a_kind_and_a_document),
		cmocka_unit_test(test_an_integer_has_the_sign_of_its_storage),
		cmocka_unit_test(test_what_is_not_in_the_schema_has_no_name),
		cmocka_unit_test(test_each_reason_of_a_drop_has_its_name_and_text),
		cmocka_unit_test(test_each_flag_is_in_the_set_of_its_kind),
		cmocka_unit_test(test_the_fingerprint_is_a_hash_of_all_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
