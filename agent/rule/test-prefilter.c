/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests the prefilter by the functions that the drivers run: an open that a rule of the set
 * matches must pass. Random rules and random opens; SAKER_RANDOM_SETS, SAKER_RANDOM_OPENS and
 * SAKER_RANDOM_SEED set how many rule sets, how many opens for each, and the seed.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include "decode/event.h"
#include "enrich/proc.h"
#include "rule/engine.h"
#include "rule/prefilter.h"
#include "rule/test-chance.h"
#include "rule/test-load.h"
#include "rule/test-opened.h"

/* -- random conditions -- */

static const char *const parts[] = {
	"etc", "passwd", "shadow", "pam.d", ".ssh", "a", "b", "libc.so.6", "key.pem", "environ",
	"release_agent", "a-name-that-is-longer-than-16-bytes.conf", "sudoers.d", "x", "proc", "ab",
	"another-name-that-is-longer-than-16-bytes.conf", "12345678", "123456789",
};

static void add(char *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(char *text, const char *format, ...)
{
	const size_t n = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + n, 8192 - n, format, args);
	va_end(args);
}

static void add_path(char *text, unsigned int components)
{
	for (unsigned int i = 0; i < components; i++)
		add(text, "/%s", PICK(parts));
}

static void add_values(char *text, const char *field)
{
	const unsigned int n = 1 + chance(4);

	add(text, "(");
	for (unsigned int i = 0; i < n; i++) {
		add(text, i ? ", " : "");
		if (!strcmp(field, "fd.filename"))
			add(text, "%s", PICK(parts));
		else
			add_path(text, 1 + chance(3));
	}
	add(text, ")");
}

static void add_path_check(char *text)
{
	static const char *const fields[] = { "fd.name", "fd.directory", "fd.filename" };
	static const char *const starts[] = { "*", "/*/", "/etc/*", "*/", "/?tc/", "[a-e]*", "" };
	static const char *const globs[] = { "*/[ap]asswd", "*/\\\\passwd", "*/passw[d]", "*/pass?d" };
	static const char *const ends[] = { "d", "wd", "asswd", ".pem", "_agent", "d/a", "c/", "/",
					    "-longer-than-16-bytes.conf", "release_agent", "12345678" };
	const char *field = PICK(fields);

	switch (chance(9)) {
	case 0:
		add(text, "%s in ", field);
		add_values(text, field);
		break;
	case 1:
		add(text, "%s = ", field);
		if (strcmp(field, "fd.filename"))
			add_path(text, 1 + chance(3));
		else
			add(text, "%s", PICK(parts));
		break;
	case 2:
		add(text, "%s endswith %s%s", field, chance(2) ? "/" : "", PICK(parts));
		break;
	case 3:
		add(text, "%s endswith %s", field, PICK(ends));
		break;
	case 4:
		if (chance(2))
			add(text, "%s glob '%s%s'", field, PICK(starts), PICK(parts));
		else
			add(text, "%s glob '%s'", field, PICK(globs));
		break;
	case 5:
		add(text, "%s startswith /%s", field, PICK(parts));
		break;
	case 6:
		add(text, "%s contains %s", field, PICK(parts));
		break;
	case 7:
		add(text, "fd.name pmatch ");
		add_values(text, "fd.name");
		break;
	default:
		add(text, "%s != /etc/passwd", field);
	}
}

static void add_check(char *text)
{
	static const char *const others[] = {
		"evt.is_open_read = true", "evt.is_open_write = true", "evt.is_open_create = true",
		"evt.is_open_exec = true", "evt.is_open_read = false", "fd.typechar = 'f'",
		"fd.num >= 0", "fd.num < 0", "evt.failed = true", "fd.type in (file, directory)",
		"evt.type in (open, openat)", "evt.type = openat2", "evt.type != creat",
		"fd.typechar = 'd'", "fd.nameraw contains '../'", "fd.nameraw glob '*../*../*'",
		"fd.nameraw contains '..' ", "fd.nameraw startswith '../'", "proc.name = cat",
		"fd.nameraw contains etc", "evt.rawres >= 0", "fd.name exists",
		"evt.arg.flags contains O_TRUNC", "fd.type != directory", "fd.nameraw = '../a'",
		"fd.type exists", "fd.num > 2",
	};

	if (chance(5) < 3)
		add_path_check(text);
	else
		add(text, "%s", PICK(others));
}

static void add_condition(char *text, unsigned int depth)
{
	const unsigned int kids = depth ? 2 + chance(3) : 1, kind = chance(3);

	if (chance(5) == 0)
		add(text, "not ");
	if (!depth) {
		add_check(text);
		return;
	}
	add(text, "(");
	for (unsigned int i = 0; i < kids; i++) {
		add(text, i ? kind ? " and " : " or " : "");
		add_condition(text, chance(depth + 1) ? depth - 1 : 0);
	}
	add(text, ")");
}

/* Ors within ands: more clauses than are kept. */
static void add_product(char *text)
{
	for (unsigned int i = 0; i < 2 + chance(2); i++) {
		add(text, i ? " and (" : "(");
		for (unsigned int k = 0; k < 4; k++) {
			add(text, k ? " or " : "");
			add_check(text);
		}
		add(text, ")");
	}
}

/* As most rules are: the way to open, and names. */
static void add_selective(char *text)
{
	static const char *const ways[] = {
		"evt.is_open_read = true", "evt.is_open_write = true", "evt.is_open_create = true",
		"fd.num < 0", "evt.is_open_exec = true",
	};
	static const char *const fields[] = { "fd.name", "fd.directory", "fd.filename" };

	add(text, "%s and ", PICK(ways));
	for (unsigned int i = 0; i < 2; i++) {
		const char *field = PICK(fields);

		add(text, "%s%s in ", i ? " or " : "(", field);
		add_values(text, field);
	}
	add(text, ")");
	if (!chance(3)) {
		add(text, " and ");
		add_condition(text, 1);
	}
}

static struct ruleset *random_rules(char *text)
{
	const unsigned int n = chance(10) ? 1 + chance(6) : 100 + chance(100), plain = chance(3);
	char *one = calloc(1, 8192);
	size_t used = 0;

	*text = 0;
	for (unsigned int i = 0; i < n; i++) {
		*one = 0;
		if (plain && chance(12))
			add_selective(one);
		else if (!chance(4))
			add_product(one);
		else
			add_condition(one, chance(4));
		used += (size_t)sprintf(text + used, "- rule: R%u\n  desc: d\n  output: o\n  priority: "
					"INFO\n  condition: >\n    evt.type in (open, openat, openat2, "
					"creat) and %s\n", i, one);
	}
	free(one);
	return load_random(text);
}

/* -- random opens -- */

struct opened {
	struct ev_open rec;
	char path[512], name[512];
	char cwd[256];
	struct exec_image image;
	struct process process;
	struct proc proc;
	struct event ev;
};

static void random_name(struct opened *o)
{
	static const char *const odd[] = { "/../", "//", "/./", "/a/..", "/.", "/", "" };
	char *text = o->name;
	const char *base = strrchr(o->path, '/');

	*text = 0;
	switch (chance(7)) {
	case 0: case 1:
		add(text, "%s", o->path);
		break;
	case 2:
		add(text, "%s", base + 1);
		break;
	case 3:
		add_path(text, 1 + chance(3));
		break;
	case 4:
		add(text, "../../..");
		add_path(text, chance(4));
		break;
	case 5:
		add(text, "%s", PICK(parts));
		add_path(text, chance(3));
		break;
	default:
		for (unsigned int i = chance(40); i; i--)
			add_path(text, chance(2));
		add(text, "%s%s", PICK(odd), PICK(parts));
		add(text, "%s", chance(3) ? "" : PICK(odd));
	}
}

static struct ev_part part_at(size_t off, const char *text)
{
	const uint32_t n = (uint32_t)strlen(text);

	return (struct ev_part){ .off = (uint32_t)off, .len = n, .full = n, .head = n };
}

static void random_open(struct opened *o)
{
	static const evt_type_t types[] = { EVT_SYS_open, EVT_SYS_openat, EVT_SYS_openat2,
					    EVT_SYS_creat };
	static const uint32_t flags[] = { O_CREAT, O_TRUNC, O_PATH, O_DIRECTORY, O_TMPFILE, O_CLOEXEC,
					  O_APPEND, O_TMPFILE & ~O_DIRECTORY };
	const bool failed = !chance(4), unread = !chance(20);

	o->rec = (struct ev_open){ .hdr = { .type = EV_open, .nr = 257 } };
	o->rec.res = failed ? -ENOENT : (int)chance(5);
	o->rec.flags = chance(4);
	while (!chance(3))
		o->rec.flags |= PICK(flags);
	o->rec.mode = o->rec.flags & (O_CREAT | O_TMPFILE) ? (chance(2) ? 0644 : 0755) : 0;
	o->rec.kind = failed ? EV_FD_NONE : chance(2) ? EV_FD_FILE : chance(EV_FD_ANON + 1);
	o->rec.dirfd = chance(4) ? AT_FDCWD : 5;
	o->ev.type = PICK(types);
	if (o->ev.type == EVT_SYS_creat)
		o->rec.flags = O_CREAT | O_WRONLY | O_TRUNC;
	if (o->ev.type == EVT_SYS_open || o->ev.type == EVT_SYS_creat)
		o->rec.dirfd = AT_FDCWD;
	*o->path = *o->cwd = 0;
	add_path(o->path, 1 + chance(4));
	add_path(o->cwd, chance(4));
	add(o->cwd, "/");
	o->image.cwd = str_of(o->cwd);
	o->process.moved = !chance(10);
	random_name(o);
	if (!failed && !unread)
		o->rec.path = part_at(offsetof(struct opened, path), o->path);
	o->rec.name = part_at(offsetof(struct opened, name), o->name);
	o->ev.num++;
}

static bool passes(const struct saker_prefilter *p, const struct opened *o)
{
	struct recorded_open r = {
		.flags = o->rec.flags, .mode = o->rec.mode, .kind = o->rec.kind,
		.failed = o->rec.res < 0, .at_fd = o->rec.dirfd != AT_FDCWD,
		.path = str_of(o->path), .name = str_of(o->name), .cwd = str_of(o->cwd),
	};

	return opened_passes(p, &r);
}

static void ignore(void *arg, const struct match *match)
{
	*(const struct rule **)arg = match->rule;
}

static uint64_t number_of(const char *variable, uint64_t otherwise)
{
	const char *env = getenv(variable);

	return env ? strtoull(env, NULL, 10) : otherwise;
}

static void test_an_open_that_a_rule_matches_passes(void **state)
{
	const uint64_t sets = number_of("SAKER_RANDOM_SETS", 150);
	const uint64_t opens = number_of("SAKER_RANDOM_OPENS", 400);
	uint64_t matches = 0, filtered = 0, all = 0;
	char *text = malloc(2u << 20);
	struct opened *o = calloc(1, sizeof(*o));

	(void)state;
	seed = number_of("SAKER_RANDOM_SEED", 1);
	o->process.image = &o->image;
	o->proc.process = &o->process;
	o->ev = (struct event){ .hdr = &o->rec.hdr, .open = &o->rec, .proc = &o->proc,
				.arena = arena_new(0, 0) };
	for (uint64_t i = 0; i < sets; i++) {
		struct ruleset *set = random_rules(text);
		struct evaluator *e = evaluator_new(set);
		const struct rule *rule = NULL;
		struct prefilter *pf;

		assert_int_equal(prefilter_new(&pf, set), 0);
		for (uint64_t k = 0; k < opens; k++, all++) {
			random_open(o);
			if (passes(prefilter_program(pf), o)) {
				if (chance(8))
					continue;
				matches += engine_eval(e, &o->ev, ignore, &rule) > 0;
			} else if (filtered++, engine_eval(e, &o->ev, ignore, &rule)) {
				fail_msg(STR_FMT "\nmatches an open of %s (given as %s, in %s, flags %o, "
					 "kind %u, %lld), which is filtered", STR_ARG(rule->written),
					 o->path, o->name, o->cwd, o->rec.flags, o->rec.kind,
					 (long long)o->rec.res);
			}
			arena_reset(o->ev.arena);
		}
		prefilter_free(pf);
		evaluator_free(e);
		ruleset_unref(set);
	}
	print_message("%llu opens, %llu filtered, some of the others match: %llu\n",
		      (unsigned long long)all, (unsigned long long)filtered,
		      (unsigned long long)matches);
	assert_true(filtered * 6 > all && matches * 50 > all);
	arena_free(o->ev.arena);
	free(o);
	free(text);
}

/* -- single checks -- */

#define READ	"evt.is_open_read = true and "

static const struct {
	const char *condition, *path, *name;
	bool pass;
	uint32_t flags, kind;		/* kind 0: a regular file */
	bool at_fd, failed;
} table[] = {
#define CASE(condition_, path_, name_, pass_, ...)	\
	{ .condition = condition_, .path = path_, .name = name_, .pass = pass_, \
	  ##__VA_ARGS__ },
	CASE("fd.name = /etc/shadow", "/etc/shadow", "/etc/shadow", true)
	CASE("fd.name = /etc/shadow", "/etc/passwd", "/etc/passwd", false)
	CASE("fd.name = /etc/shadow", "/usr/shadow", "/usr/shadow", false)
	CASE("fd.name = /etc/shadow", "/etc/passwd", "/etc/shadow", true)
	CASE("fd.name = /etc/shadow", "/etc/shadow", "/tmp/link", true)
	CASE("fd.name = /etc/shadow", "/etc/passwd", "/etc/../etc/shadow", true)
	CASE("fd.name = /etc/shadow", "/usr/passwd", "shadow", false)
	CASE("fd.name = /etc/shadow", "/etc/passwd", "x/./../etc//shadow", true)
	CASE("fd.name = /etc/shadow", "/etc/passwd", "/etc/shadow/", true)
	CASE("fd.name = /etc/shadow", "/etc/passwd", "etc/shadow", false, .at_fd = true)
	CASE("fd.name = /etc/shadow", "/etc/passwd", "/etc/shadow", true, .at_fd = true)
	CASE("not fd.name = /etc/shadow", "/etc/passwd", "/etc/passwd", true)
	CASE("fd.name != /etc/shadow", "/etc/passwd", "/etc/passwd", true)
	CASE("fd.filename in (a, b)", "/x/b", "/x/b", true)
	CASE("fd.filename in (a, b)", "/x/c", "/x/c", false)
	CASE("fd.directory = /etc/pam.d", "/etc/pam.d/sshd", "/etc/pam.d/sshd", true)
	CASE("fd.directory = /etc/pam.d", "/etc/ssh/sshd", "/etc/ssh/sshd", false)
	CASE("fd.directory = /etc/pam.d", "/etc/ssh/sshd", "sshd", false)
	CASE("fd.directory = /home/user", "/etc/ssh/sshd", "sshd", true)
	CASE("fd.directory = /home", "/x", ".", true, .failed = true)
	CASE("fd.directory = /", "/sshd", "/sshd", true)
	CASE("fd.name endswith .pem", "/x/key.pem", "/x/key.pem", true)
	CASE("fd.name endswith .pem", "/x/key.pen", "/x/key.pen", false)
	CASE("fd.name endswith /b/key.pem", "/a/key.pem", "/a/key.pem", true)
	CASE("fd.name endswith /b/key.pem", "/a/b.key.pem", "/a/b.key.pem", false)
	CASE("fd.name endswith release_agent", "/a/release_agent", "/a/release_agent", true)
	CASE("fd.name endswith release_agent", "/a/my_release_agent", "/a/my_release_agent", true)
	CASE("fd.name endswith release_agent", "/a/agent", "/a/agent", false)
	CASE("fd.name glob '/proc/*/environ'", "/proc/1/environ", "/proc/1/environ", true)
	CASE("fd.name glob '/proc/*/environ'", "/proc/1/maps", "/proc/1/maps", false)
	CASE("fd.name glob '*/[ap]asswd'", "/etc/passwd", "/etc/passwd", true)
	CASE("fd.name glob '*/\\\\passwd'", "/etc/passwd", "/etc/passwd", true)
	CASE("fd.name glob '*/pass?d'", "/etc/passwd", "/etc/passwd", true)
	CASE("fd.name glob '*/pass?d'", "/etc/shadow", "/etc/shadow", false)
	CASE("fd.name startswith /etc", "/usr/x", "/usr/x", true)
	CASE("fd.name contains id_rsa", "/usr/x", "/usr/x", true)
	CASE("toupper(fd.name) = /ETC/PASSWD", "/etc/passwd", "/etc/passwd", true)
	CASE("fd.nameraw contains '../'", "/etc/passwd", "/etc/passwd", false)
	CASE("fd.nameraw contains '../'", "/etc/passwd", "../etc/passwd", true)
	CASE("fd.nameraw contains '../'", "/etc/a.b.c", "/etc/a.b.c", false)
	CASE("fd.nameraw glob '*../*../*'", "/etc/passwd", "/etc/passwd", false)
	CASE("fd.nameraw contains etc", "/usr/x", "/usr/x", true)
	CASE("proc.name = cat", "/usr/x", "/usr/x", true)
	CASE(READ "proc.name = cat", "/usr/x", "/usr/x", true)
	CASE(READ "proc.name = cat", "/usr/x", "/usr/x", false, .flags = O_WRONLY)
	CASE(READ "proc.name = cat", "/usr/x", "/usr/x", false, .flags = O_PATH)
	CASE("not evt.is_open_read = true", "/usr/x", "/usr/x", false)
	CASE("fd.typechar = 'f'", "/usr/x", "/usr/x", false, .kind = EV_FD_DIR)
	CASE("fd.typechar = 'f'", "/usr/x", "/usr/x", true, .kind = EV_FD_BLK)
	CASE("fd.num >= 0", "/usr/x", "/usr/x", false, .failed = true)
	CASE("fd.num < 0", "/usr/x", "/usr/x", true, .failed = true)
	CASE("fd.name = /etc/shadow", "/etc/shadow", "/tmp/x", false, .failed = true)
	CASE("fd.name = /etc/shadow", "/tmp/x", "/etc/shadow", true, .failed = true)
	CASE("evt.type = creat", "/usr/x", "/usr/x", true)
	CASE("evt.type != openat and evt.type = unlink", "/usr/x", "/usr/x", false)
	CASE("fd.name = /a/b or fd.name = /c/d", "/c/d", "/c/d", true)
	CASE("fd.name = /a/b or fd.name = /c/d", "/c/e", "/c/e", false)
	CASE("fd.name = /a/b or proc.name = x", "/c/e", "/c/e", true)
	CASE("fd.name = /a/b and fd.name = /c/d", "/c/d", "/a/b", true)
};

static void test_checks_exclude_what_they_can(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char text[1024], cwd[] = "/home/user/";
		struct opened *o = calloc(1, sizeof(*o));
		struct ruleset *set;
		struct prefilter *pf;

		snprintf(text, sizeof(text), "- rule: R\n  desc: d\n  output: o\n  priority: INFO\n"
			 "  condition: >\n    evt.type in (open, openat, creat) and (%s)\n",
			 table[i].condition);
		set = load_random(text);
		assert_int_equal(prefilter_new(&pf, set), 0);
		o->rec = (struct ev_open){
			.flags = table[i].flags, .dirfd = table[i].at_fd ? 4 : AT_FDCWD,
			.kind = table[i].failed ? EV_FD_NONE :
				table[i].kind ? table[i].kind : EV_FD_FILE,
			.res = table[i].failed ? -EACCES : 3,
		};
		snprintf(o->path, sizeof(o->path), "%s", table[i].path);
		snprintf(o->name, sizeof(o->name), "%s", table[i].name);
		snprintf(o->cwd, sizeof(o->cwd), "%s", cwd);
		if (passes(prefilter_program(pf), o) != table[i].pass)
			fail_msg("%s: an open of %s, given as %s, %s", table[i].condition,
				 table[i].path, table[i].name,
				 table[i].pass ? "is filtered" : "passes");
		prefilter_free(pf);
		ruleset_unref(set);
		free(o);
	}
}

/* -- many names -- */

#define MANY	4000u

static void test_names_for_which_there_is_no_room_pass(void **state)
{
	char *text = calloc(1, 1u << 20);
	struct opened *o = calloc(1, sizeof(*o));
	size_t n = 0;
	struct ruleset *set;
	struct prefilter *pf;

	(void)state;
	for (unsigned int i = 0; i < MANY; i++)
		n += i % 500 ? (size_t)sprintf(text + n, ", n%u", i) :
			       (size_t)sprintf(text + n, "%s- rule: R%u\n  desc: d\n  output: o\n"
					       "  priority: INFO\n  condition: evt.type = openat and "
					       "fd.filename in (n%u", i ? ")\n" : "", i, i);
	sprintf(text + n, ")\n");
	set = load_random(text);
	assert_int_equal(prefilter_new(&pf, set), 0);
	o->rec = (struct ev_open){ .kind = EV_FD_FILE, .dirfd = AT_FDCWD };
	for (unsigned int i = 0; i < MANY; i++) {
		snprintf(o->path, sizeof(o->path), "/n%u", i);
		snprintf(o->name, sizeof(o->name), "/x/link");
		if (!passes(prefilter_program(pf), o))
			fail_msg("%s is filtered", o->path);
	}
	prefilter_free(pf);
	ruleset_unref(set);
	free(o);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_checks_exclude_what_they_can),
		cmocka_unit_test(test_an_open_that_a_rule_matches_passes),
		cmocka_unit_test(test_names_for_which_there_is_no_room_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
