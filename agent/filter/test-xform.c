/* SPDX-License-Identifier: Apache-2.0 */
/* Tests what each transformer makes of its arguments, and of those it cannot take, or are cut. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "decode/event.h"
#include "filter/fieldref.h"
#include "filter/vm.h"

#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))
#define TEXT(text)	(struct value){ .type = VALUE_STR, .s = STR(text) }
#define LIST(...)	list_of((const struct value[]){ __VA_ARGS__ },		\
				sizeof((const struct value[]){ __VA_ARGS__ }) / sizeof(struct value))

static struct arena *arena;

static int setup(void **state)
{
	(void)state;
	arena = arena_new(0, 0);
	return !arena;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static struct value list_of(const struct value *elements, size_t n)
{
	struct value *list = arena_alloc(arena, n * sizeof(*list));

	memcpy(list, elements, n * sizeof(*list));
	return (struct value){ .type = list[0].type, .count = (uint32_t)n, .list = list };
}

static int apply(enum xform xform, const struct value *args, uint32_t n, struct value *ret)
{
	const struct operand op = { .kind = OPERAND_XFORM, .xform = xform, .nargs = n };

	memset(ret, 0xff, sizeof(*ret));
	return xform_apply(&op, args, arena, ret);
}

static void text_is(const struct value *v, struct str should)
{
	assert_int_equal(v->type, VALUE_STR);
	assert_int_equal(v->count, 0);
	assert_false(v->cut);
	assert_false(v->no_front);
	if (!str_eq(v->s, should))
		fail_msg("'%.*s', not '%.*s'", STR_ARG(v->s), STR_ARG(should));
}

static void gives(enum xform xform, struct value arg, struct str should)
{
	struct value v;

	assert_int_equal(apply(xform, &arg, 1, &v), 0);
	text_is(&v, should);
}

static void test_letters_of_ascii_change_their_case(void **state)
{
	(void)state;
	gives(XFORM_TOLOWER, TEXT("@AMZ[`amz{\xc4\0Q"), STR("@amz[`amz{\xc4\0q"));
	gives(XFORM_TOUPPER, TEXT("@AMZ[`amz{\xe4\0q"), STR("@AMZ[`AMZ{\xe4\0Q"));
	gives(XFORM_TOLOWER, TEXT(""), STR(""));
}

static void test_base64_is_decoded_or_has_no_value(void **state)
{
	static const char *const wrong[] = { "@", "[", "`", "{", ":", ".", ",", "*", "A=A", "A A", "\x80" };
	struct value v;

	(void)state;
	gives(XFORM_B64, TEXT("YWJj"), STR("abc"));
	gives(XFORM_B64, TEXT("YWI="), STR("ab"));
	gives(XFORM_B64, TEXT("YQ=="), STR("a"));
	gives(XFORM_B64, TEXT("YQ"), STR("a"));
	gives(XFORM_B64, TEXT("Y"), STR(""));
	gives(XFORM_B64, TEXT("===="), STR(""));
	gives(XFORM_B64, TEXT(""), STR(""));
	gives(XFORM_B64, TEXT("-_+/"), STR("\xfb\xff\xbf"));
	gives(XFORM_B64, TEXT("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
	      STR("\x00\x10\x83\x10\x51\x87\x20\x92\x8b\x30\xd3\x8f\x41\x14\x93\x51\x55\x97\x61\x96\x9b\x71\xd7\x9f"
		  "\x82\x18\xa3\x92\x59\xa7\xa2\x9a\xab\xb2\xdb\xaf\xc3\x1c\xb3\xd3\x5d\xb7\xe3\x9e\xbb\xf3\xdf\xbf"));
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_int_equal(apply(XFORM_B64, &(struct value){ .type = VALUE_STR, .s = str_of(wrong[i]) }, 1, &v),
				 FIELD_MISSING);
}

static void test_the_last_component_is_behind_the_last_slash(void **state)
{
	(void)state;
	gives(XFORM_BASENAME, TEXT("/usr/bin/cat"), STR("cat"));
	gives(XFORM_BASENAME, TEXT("/cat"), STR("cat"));
	gives(XFORM_BASENAME, TEXT("cat"), STR("cat"));
	gives(XFORM_BASENAME, TEXT("bin/"), STR(""));
	gives(XFORM_BASENAME, TEXT("/"), STR(""));
	gives(XFORM_BASENAME, TEXT(""), STR(""));
}

static void test_the_length_is_of_bytes_or_of_values(void **state)
{
	const struct value number = { .type = VALUE_U64, .u = 7 };
	const struct { struct value arg; uint64_t n; } row[] = {
		{ TEXT(""), 0 }, { TEXT("a\0b"), 3 }, { LIST(TEXT("abc")), 1 }, { LIST(TEXT("abc"), TEXT("")), 2 },
		{ LIST(number, number, number), 3 },
	};
	struct value v;

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		assert_int_equal(apply(XFORM_LEN, &row[i].arg, 1, &v), 0);
		assert_int_equal(v.type, VALUE_U64);
		assert_int_equal(v.count, 0);
		assert_int_equal(v.u, row[i].n);
	}
	assert_int_equal(apply(XFORM_LEN, &number, 1, &v), FIELD_MISSING);
}

static void test_values_are_joined_with_a_text_between_them(void **state)
{
	const struct value args[][2] = {
		{ TEXT(", "), LIST(TEXT("a"), TEXT("b"), TEXT("c")) },
		{ TEXT(""), LIST(TEXT("a"), TEXT("b"), TEXT("c")) },
		{ TEXT("-"), LIST(TEXT(""), TEXT(""), TEXT("")) }, { TEXT("-"), TEXT("alone") },
		{ TEXT("-"), LIST(TEXT("alone")) }, { TEXT("-"), TEXT("") },
	};
	const struct str should[] = { STR("a, b, c"), STR("abc"), STR("--"), STR("alone"), STR("alone"), STR("") };
	const struct value three[] = { TEXT("one"), TEXT(""), TEXT("two") };
	struct value v;

	(void)state;
	for (size_t i = 0; i < COUNT(args); i++) {
		assert_int_equal(apply(XFORM_JOIN, args[i], 2, &v), 0);
		text_is(&v, should[i]);
	}
	assert_int_equal(apply(XFORM_CONCAT, three, 3, &v), 0);
	text_is(&v, STR("onetwo"));
	gives(XFORM_CONCAT, TEXT("alone"), STR("alone"));
	gives(XFORM_CONCAT, TEXT(""), STR(""));
}

static void test_what_a_transformer_cannot_take_has_no_value(void **state)
{
	const struct value text = TEXT("a"), list = LIST(text, text), number = { .type = VALUE_U64, .u = 7 };
	const struct value mixed = LIST(text, number), empty = TEXT("a:");
	const struct { enum xform xform; uint32_t n; struct value args[2]; int r; } row[] = {
		{ XFORM_TOLOWER, 1, { list }, FIELD_MISSING }, { XFORM_TOLOWER, 1, { number }, FIELD_MISSING },
		{ XFORM_TOUPPER, 1, { list }, FIELD_MISSING }, { XFORM_B64, 1, { list }, FIELD_MISSING },
		{ XFORM_BASENAME, 1, { number }, FIELD_MISSING }, { XFORM_CONCAT, 2, { text, list }, FIELD_MISSING },
		{ XFORM_JOIN, 2, { list, list }, FIELD_MISSING }, { XFORM_JOIN, 2, { text, mixed }, FIELD_MISSING },
		{ XFORM_JOIN, 2, { text, number }, FIELD_MISSING }, { XFORM_JOIN, 2, { text, list }, 0 },
		{ XFORM_GETOPT, 2, { list, list }, FIELD_MISSING }, { XFORM_GETOPT, 2, { mixed, text }, FIELD_MISSING },
		{ XFORM_GETOPT, 2, { text, empty }, FIELD_MISSING }, { XFORM_VAL, 1, { number }, 0 },
		{ XFORM_VAL, 1, { mixed }, 0 }, { XFORM_COUNT, 1, { text }, FIELD_MISSING },
	};
	struct value v;

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++)
		if (apply(row[i].xform, row[i].args, row[i].n, &v) != row[i].r)
			fail_msg("row %zu", i);
	assert_int_equal(apply(XFORM_VAL, &number, 1, &v), 0);
	assert_memory_equal(&v, &number, sizeof(v));
}

/* -- getopt -- */

/* The values of all options, or of one, with commas between. */
static void options(struct value args, const char *spec, const char *one, const char *should)
{
	const struct value both[] = { args, { .type = VALUE_STR, .s = str_of(spec) } };
	const struct operand op = { .kind = OPERAND_XFORM, .xform = XFORM_GETOPT, .nargs = 2,
				    .arg = { .present = one, .key = str_of(one) } };
	char text[256] = "";
	struct value v;
	int r = xform_apply(&op, both, arena, &v);

	assert_int_equal(r, should ? 0 : FIELD_MISSING);
	if (r)
		return;
	assert_int_equal(v.type, VALUE_STR);
	assert_int_equal(!v.count, !!one);
	for (uint32_t i = 0; i < v.count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%.*s", i ? "," : "",
			 STR_ARG(v.list[i].s));
	if (one)
		snprintf(text, sizeof(text), "%.*s", STR_ARG(v.s));
	assert_string_equal(text, should);
}

static void test_options_are_found_as_getopt_finds_them(void **state)
{
	const struct value two[] = { TEXT("-v"), TEXT("-v") };

	(void)state;
	options(TEXT("-p 22 -v host"), "p:v", NULL, "22,v");
	options(TEXT("-p22 -v"), "p:v", NULL, "22,v");
	options(TEXT("  -v   -p  22  "), "vp:", NULL, "v,22");
	options(TEXT("-vp22"), "p:v", NULL, "v,22");
	options(TEXT("-pv"), "p:v", NULL, "v");		/* an argument, and no option */
	options(TEXT("-p -v"), "p:v", NULL, "-v");
	options(TEXT("-p"), "p:v", NULL, "");		/* the argument is missing */
	options(TEXT("-v -- -p 22"), "p:v", NULL, "v");
	options(TEXT("-v --p -v"), "p:v", NULL, "v,v");
	options(TEXT("- -v"), "v", NULL, "v");
	options(TEXT("v host"), "v", NULL, NULL);
	options(TEXT("-x -: -v"), ":v", NULL, "v");
	options(TEXT("-xv"), "v", NULL, "v");
	options(TEXT(""), "v", NULL, NULL);
	options(TEXT("-v"), "", NULL, NULL);
	options(TEXT("-v:"), "v", NULL, "v");
	options(LIST(TEXT("-p"), TEXT("a b"), TEXT("-v")), "p:v", NULL, "a b,v");
	options(LIST(TEXT("-p"), TEXT(""), TEXT("-v")), "p:v", NULL, ",v");
	options(LIST(TEXT("-v"), TEXT("--"), TEXT("-v")), "v", NULL, "v");
	options(LIST(TEXT("-p")), "p:", NULL, "");
	options(LIST(TEXT("-"), TEXT("-v")), "v", NULL, "v");
	options((struct value){ .type = VALUE_STR, .count = 1, .list = two }, "v", NULL, "v");
	options(TEXT("-v"), "v-", NULL, "v");		/* the minus of an option is none itself */
}

static void test_of_one_option_the_last_value_counts(void **state)
{
	(void)state;
	options(TEXT("-p 22 -v -p 23"), "p:v", "p", "23");
	options(TEXT("-p 22 -v -p 23"), "p:v", "v", "v");
	options(TEXT("-p 22 -v"), "p:v", "x", NULL);
	options(TEXT("-p 22 -v"), "p:v", "pv", NULL);
	options(TEXT("-p 22 -v"), "p:v", "", NULL);
}

static void test_at_most_64_options_are_values(void **state)
{
	const struct value spec = TEXT("v");
	const struct operand op = { .kind = OPERAND_XFORM, .xform = XFORM_GETOPT, .nargs = 2 };
	char text[256] = "-";
	struct value v, args[2] = { { .type = VALUE_STR }, spec };

	(void)state;
	memset(text + 1, 'v', 100);
	args[0].s = str_of(text);
	assert_int_equal(xform_apply(&op, args, arena, &v), 0);
	assert_int_equal(v.count, 64);
	for (int i = 0; i < 80; i++)
		memcpy(text + 3 * i, "-v ", 4);
	args[0].s = str_of(text);
	assert_int_equal(xform_apply(&op, args, arena, &v), 0);
	assert_int_equal(v.count, 64);
}

/* -- cut text -- */

static void test_what_is_made_of_cut_text_is_cut_or_unknown(void **state)
{
	struct value cut = TEXT("Ab/c"), plain = TEXT("x"), v;
	const struct { enum xform xform; uint32_t n; struct value args[2]; int r; } row[] = {
		{ XFORM_TOLOWER, 1, { cut }, 0 }, { XFORM_TOUPPER, 1, { cut }, 0 }, { XFORM_BASENAME, 1, { cut }, 0 },
		{ XFORM_CONCAT, 2, { plain, cut }, 0 }, { XFORM_JOIN, 2, { plain, cut }, 0 },
		{ XFORM_LEN, 1, { cut }, FIELD_PENDING }, { XFORM_B64, 1, { cut }, 0 },
		{ XFORM_GETOPT, 2, { cut, plain }, FIELD_PENDING }, { XFORM_VAL, 1, { cut }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		for (unsigned int k = 0; k < 4; k++) {
			struct value args[2] = { row[i].args[0], row[i].args[1] };
			struct value *of = &args[row[i].n == 2 && row[i].xform != XFORM_GETOPT];
			const bool is_cut = k & 1, no_front = k == 3;

			of->cut = is_cut;
			of->no_front = no_front;
			if (!is_cut && row[i].r) {
				assert_int_not_equal(apply(row[i].xform, args, row[i].n, &v), FIELD_PENDING);
				continue;
			}
			assert_int_equal(apply(row[i].xform, args, row[i].n, &v), row[i].r);
			if (row[i].r)
				continue;
			assert_int_equal(v.cut, is_cut);
			assert_int_equal(v.no_front, no_front);
		}
	}
}

static void test_a_list_has_the_type_of_its_first_value_and_is_cut_if_one_is(void **state)
{
	const struct operand op = { .kind = OPERAND_LIST, .nargs = 3 };
	struct value args[] = { { .type = VALUE_U64, .u = 1 }, { .type = VALUE_U64, .u = 2 },
				{ .type = VALUE_U64, .u = 3 } }, v;

	(void)state;
	for (unsigned int which = 0; which < 4; which++) {
		for (unsigned int i = 0; i < 3; i++)
			args[i].cut = args[i].no_front = i == which;
		assert_int_equal(xform_apply(&op, args, arena, &v), 0);
		assert_int_equal(v.type, VALUE_U64);
		assert_int_equal(v.count, 3);
		assert_int_equal(v.cut, which < 3);
		assert_int_equal(v.no_front, which < 3);
		for (unsigned int i = 0; i < 3; i++)
			assert_int_equal(v.list[i].u, i + 1);
	}
	assert_int_equal(xform_apply(&(struct operand){ .kind = OPERAND_LIST, .nargs = 1 }, args, arena, &v), 0);
	assert_int_equal(v.type, VALUE_U64);
	assert_int_equal(xform_apply(&(struct operand){ .kind = OPERAND_LIST }, args, arena, &v), 0);
	text_is(&v, STR(""));
}

/* -- operands -- */

static int read_name(struct value *ret, const struct event *ev, const struct field_arg *arg)
{
	(void)ev;
	*ret = (struct value){ .type = VALUE_STR, .s = arg->key };
	return arg->key.n ? 0 : FIELD_PENDING;
}

static void test_an_operand_is_read_with_its_arguments(void **state)
{
	const struct field_def known = { .name = "t.name", .extract = read_name }, no_data = { .name = "t.none" };
	struct operand field = { .kind = OPERAND_FIELD, .field = &known, .arg.key = STR("Some") };
	struct operand none = { .kind = OPERAND_FIELD, .field = &no_data };
	struct operand constant = { .kind = OPERAND_CONST, .constant = TEXT("/X") };
	struct operand *args[] = { &field, &constant };
	struct operand concat = { .kind = OPERAND_XFORM, .xform = XFORM_CONCAT, .args = args, .nargs = 2 };
	struct operand *inner[] = { &concat };
	struct operand lower = { .kind = OPERAND_XFORM, .xform = XFORM_TOLOWER, .args = inner, .nargs = 1 };
	const struct event ev = { .arena = arena };
	struct value v;

	(void)state;
	assert_int_equal(operand_read(&lower, &ev, &v), 0);
	text_is(&v, STR("some/x"));
	assert_int_equal(operand_read(&constant, &ev, &v), 0);
	text_is(&v, STR("/X"));
	assert_int_equal(operand_read(&none, &ev, &v), FIELD_MISSING);
	args[1] = &none;
	assert_int_equal(operand_read(&lower, &ev, &v), FIELD_MISSING);
	field.arg.key = STR("");
	assert_int_equal(operand_read(&lower, &ev, &v), FIELD_PENDING);
}

static void test_without_room_in_the_arena_there_is_an_error(void **state)
{
	const struct value arg = TEXT("abc"), both[] = { arg, arg }, options[] = { TEXT("-a"), arg };
	struct arena *small = arena_new(64, 64);
	struct value v;

	(void)state;
	while (arena_alloc(small, 1))
		;
	for (enum xform xform = 0; xform < XFORM_COUNT; xform++) {
		const bool needs_room = xform != XFORM_BASENAME && xform != XFORM_LEN && xform != XFORM_VAL;
		const struct operand op = { .kind = OPERAND_XFORM, .xform = xform,
					    .nargs = xform == XFORM_JOIN || xform == XFORM_GETOPT ? 2 : 1 };

		assert_int_equal(xform_apply(&op, xform == XFORM_GETOPT ? options : both, small, &v),
				 needs_room ? -ENOMEM : 0);
	}
	arena_free(small);
}

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_letters_of_ascii_change_their_case),
		test(test_base64_is_decoded_or_has_no_value),
		test(test_the_last_component_is_behind_the_last_slash),
		test(test_the_length_is_of_bytes_or_of_values),
		test(test_values_are_joined_with_a_text_between_them),
		test(test_what_a_transformer_cannot_take_has_no_value),
		test(test_options_are_found_as_getopt_finds_them),
		test(test_of_one_option_the_last_value_counts),
		test(test_at_most_64_options_are_values),
		test(test_what_is_made_of_cut_text_is_cut_or_unknown),
		test(test_a_list_has_the_type_of_its_first_value_and_is_cut_if_one_is),
		test(test_an_operand_is_read_with_its_arguments),
		test(test_without_room_in_the_arena_there_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
