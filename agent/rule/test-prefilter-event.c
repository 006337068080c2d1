/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests the prefilter's tests of events other than opens, by the functions that the drivers run: a
 * call that a rule of the set matches must pass, at its hook and at its exit. SAKER_RANDOM_SETS,
 * SAKER_RANDOM_CALLS and SAKER_RANDOM_SEED set how many random rule sets, how many random calls for
 * each, and the seed.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "decode/event.h"
#include "decode/schema.h"
#include "rule/engine.h"
#include "rule/prefilter.h"
#include "rule/test-call.h"
#include "rule/test-chance.h"
#include "rule/test-load.h"

/* -- random conditions -- */

static const char *const types[] = {
	"ptrace", "unshare", "socket", "chmod", "fchmodat", "fchmod", "kill", "tgkill", "mount", "connect",
	"setns", "prctl", "dup2", "rename", "renameat2", "setuid", "execve", "bpf", "seccomp", "mkdir",
	"accept4", "shutdown", "io_uring_setup", "unlinkat",
};

#define NTYPES	((unsigned int)(sizeof(types) / sizeof(types[0])))

/* Of these types or of any (NULL), which may lack the argument. */
static const struct {
	const char *types, *text;
} checks[] = {
	{ NULL, "evt.failed = true" }, { NULL, "evt.failed = false" }, { NULL, "evt.res = SUCCESS" },
	{ NULL, "evt.res = EPERM" }, { NULL, "evt.res != SUCCESS" }, { NULL, "evt.rawres >= 0" },
	{ NULL, "evt.res in (EACCES, EINPROGRESS)" }, { NULL, "evt.rawres < 0" },
	{ NULL, "evt.rawres > 0" }, { NULL, "evt.rawres = -13" }, { NULL, "evt.res startswith E" },
	{ NULL, "evt.res = EINPROGRESS" }, { NULL, "evt.res exists" },
	{ NULL, "evt.arg[1] = AF_UNIX" }, { NULL, "evt.arg[3] = SIGTERM" },
	{ NULL, "evt.type = chmod" }, { NULL, "evt.type != fchmodat" }, { NULL, "proc.name = cat" },
	{ NULL, "evt.type in (kill, connect)" }, { NULL, "evt.args contains a" },
	{ NULL, "evt.count.error = 1" }, { NULL, "syscall.type = fchmodat2" },
	{ NULL, "evt.arg.path exists" }, { NULL, "evt.arg.pid = 1" },
	{ "ptrace", "evt.arg.request in (PTRACE_ATTACH, PTRACE_SEIZE)" },
	{ "ptrace", "evt.arg.request = PTRACE_TRACEME" }, { "ptrace", "evt.arg.addr = 0" },
	{ "ptrace", "evt.arg.request != PTRACE_PEEKTEXT" }, { "ptrace", "evt.rawarg.data in (1, 2, 3)" },
	{ "unshare", "evt.arg.flags contains CLONE_NEWUSER" },
	{ "unshare", "evt.arg.flags contains CLONE_NEW" }, { "unshare", "evt.arg.flags contains NEWN" },
	{ "unshare", "evt.arg.flags icontains newns" }, { "unshare", "evt.arg.flags = CLONE_NEWNS" },
	{ "unshare mount", "evt.arg.flags contains '|'" }, { "unshare", "evt.arg.flags contains 0x" },
	{ "unshare", "evt.arg.flags in (CLONE_NEWNS, CLONE_NEWPID)" },
	{ "unshare", "evt.arg.flags in (CLONE_NEWUTS, 'CLONE_NEWNS|CLONE_NEWPID')" },
	{ "chmod fchmodat fchmod", "evt.arg.flags = 0" }, { "socket", "evt.arg.type = val(evt.arg.proto)" },
	{ "unshare", "evt.arg.flags endswith USER" }, { "unshare", "evt.arg.flags glob '*NEW*'" },
	{ "mount", "evt.arg.flags contains MS_" }, { "mount", "evt.arg.flags startswith MS_B" },
	{ "unlinkat", "evt.arg.flags contains REMOVEDIR" }, { "unlinkat", "evt.arg.flags = 0" },
	{ "socket", "evt.arg.domain = AF_PACKET" }, { "socket", "evt.arg.domain in (AF_INET, AF_INET6)" },
	{ "socket", "evt.arg.type = 3" }, { "socket", "evt.arg.type in (1, 2, 3)" },
	{ "socket", "toupper(evt.arg.domain) = AF_UNIX" }, { "socket", "evt.arg.proto = 1" },
	{ "chmod fchmodat fchmod mkdir", "evt.arg.mode contains S_ISUID" },
	{ "chmod fchmodat fchmod", "evt.arg.mode contains S_IX" }, { "mkdir", "evt.arg.mode = 0755" },
	{ "chmod fchmodat fchmod", "evt.arg.mode contains ISGID" }, { "kill tgkill", "evt.rawarg.sig > 8" },
	{ "kill tgkill", "evt.arg.sig = SIGKILL" }, { "kill tgkill", "evt.rawarg.sig = 9" },
	{ "kill tgkill", "evt.arg.sig in (SIGKILL, SIGSTOP)" }, { "prctl", "evt.arg.option = PR_SET_NAME" },
	{ "prctl", "evt.arg.option startswith PR_SET" }, { "bpf", "evt.arg.cmd = BPF_PROG_LOAD" },
	{ "bpf", "evt.arg.size in (16, 32, 48)" }, { "seccomp", "evt.arg.op exists" },
	{ "seccomp", "evt.arg.op = 1" }, { "seccomp", "evt.arg.flags contains TSYNC" },
	{ "setns", "evt.arg.nstype contains CLONE_NEWNET" }, { "setns", "evt.arg.nstype = 0" },
	{ "shutdown", "evt.arg.how in (SHUT_RD, 1)" }, { "io_uring_setup", "evt.arg.entries = 8" },
	{ "io_uring_setup", "evt.arg.entries < 100" }, { "connect", "fd.typechar = 4" },
	{ "connect", "fd.typechar in (4, 6)" }, { "connect", "fd.type = unix" },
	{ "connect", "fd.type in (ipv4, ipv6)" }, { "connect", "fd.typechar != u" },
	{ "connect", "fd.sport = 53" }, { "connect", "fd.num >= 0" }, { "dup2", "fd.num in (0, 1, 2)" },
};

static void add(char *text, const char *word)
{
	strncat(text, word, 16383 - strlen(text));
}

#define NCHECKS	((unsigned int)(sizeof(checks) / sizeof(checks[0])))

/*
 * A check of this type of call. If not @tight, sometimes of any other: with such a check most rules
 * match any hit of the event, and then the prefilter has no test of it.
 */
static const char *pick_check(const char *of, bool tight)
{
	for (unsigned int i = 0; i < 500; i++) {
		const size_t n = chance(NCHECKS);

		if ((!tight && !chance(6)) || (checks[n].types && strstr(checks[n].types, of)) ||
		    (!checks[n].types && n < 12 && !chance(4)))
			return checks[n].text;
	}
	return checks[0].text;
}

static void add_condition(char *text, unsigned int depth, const char *of, bool tight)
{
	const unsigned int kids = depth ? 2 + chance(3) : 1, any = !chance(3);

	if (!chance(tight ? 12 : 5))
		add(text, "not ");
	if (!depth) {
		add(text, pick_check(of, tight));
		return;
	}
	add(text, "(");
	for (unsigned int i = 0; i < kids; i++) {
		add(text, i ? any ? " or " : " and " : "");
		add_condition(text, chance(depth + 1) ? depth - 1 : 0, of, tight);
	}
	add(text, ")");
}

/* Ors within ands: more clauses than are kept. */
static void add_product(char *text, const char *of)
{
	for (unsigned int i = 0; i < 2 + chance(2); i++) {
		add(text, i ? " and (" : "(");
		for (unsigned int k = 0; k < 2 + chance(4); k++) {
			add(text, k ? " or " : "");
			add(text, pick_check(of, true));
		}
		add(text, ")");
	}
}

/* As most rules are: a few types of event, and what they must have. */
static void add_rule(char *text, const char *of, bool tight)
{
	const unsigned int other = tight || chance(4) ? 0 : chance(3);

	add(text, "evt.type in (");
	add(text, of);
	for (unsigned int k = 0; k < other; k++) {
		add(text, ", ");
		add(text, PICK(types));
	}
	add(text, ") and ");
	if (tight && !chance(3)) {
		add_product(text, of);
		return;
	}
	add_condition(text, chance(3), of, tight);
	for (unsigned int k = chance(4); k; k--) {
		add(text, " and ");
		add_condition(text, chance(2), of, tight);
	}
}

/* Of many rules some are about few types, so that one has more clauses than are kept. */
static struct ruleset *random_rules(char *text, struct call *c)
{
	const unsigned int n = chance(12) ? 1 + chance(12) : 80 + chance(80), all = NTYPES;
	const unsigned int ntypes = chance(3) ? 1 + chance(6) : 1, first = chance(all - ntypes + 1);
	const bool tight = chance(3);
	char one[16384];
	size_t used = 0;

	c->first = first;
	c->ntypes = ntypes;
	for (unsigned int i = 0; i < n; i++) {
		*one = 0;
		add_rule(one, types[first + chance(ntypes)], tight);
		used += (size_t)sprintf(text + used, "- rule: R%u\n  desc: d\n  output: o\n  priority: "
					"INFO\n  condition: %s\n", i, one);
	}
	return load_random(text);
}

/* -- random calls -- */

static uint64_t random_value(void)
{
	switch (chance(6)) {
	case 0: case 1:
		return chance(20);
	case 2:
		return chance(300);
	case 3:
		return 1ull << chance(33);
	case 4:
		return 1ull << chance(33) | 1ull << chance(33) | 1ull << chance(16);
	default:
		return (uint64_t)chance(1u << 30) << chance(33);
	}
}

static void random_connect(struct call *c)
{
	static const uint16_t families[] = { AF_UNSPEC, AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, 300 };
	struct ev_tuple *t = &c->rec.all.connect.tuple;

	c->families[0] = PICK(families);
	c->families[1] = chance(4) ? c->families[0] : PICK(families);
	t->family = (uint16_t)c->families[chance(2)];
	t->ino = 7;
	t->rport = (uint16_t)(chance(2) ? 53 : chance(65536));
	t->role = EV_ROLE_CLIENT;
	c->rec.all.connect.fd = (int)chance(5) - 1;
	if (t->family == AF_INET6 && chance(2))
		memset(t->raddr + 10, 0xff, 2);
	if (t->family == AF_INET6 && chance(2))
		memset(t->laddr + 10, 0xff, 2);
}

static void random_call(struct call *c)
{
	static const int64_t results[] = { 0, 0, 0, 3, -1, -13, -EINPROGRESS, -2, -512, 0x7f0000001000 };
	const char *type = chance(4) ? types[c->first + chance(c->ntypes)] : PICK(types);
	const struct schema_event *e;
	struct arena *arena = c->ev.arena;

	memset(&c->rec, 0, sizeof(c->rec));
	c->ev = (struct event){ .hdr = &c->rec.hdr, .body = &c->rec, .arena = arena,
				.type = evt_type_find(str_of(type)) };
	e = schema_event(evt_type_event(c->ev.type));
	c->rec.hdr = (struct ev_header){ .type = e->type, .fixed_len = e->size, .len = e->size,
					 .flags = EV_F_SYSCALL };
	for (unsigned int i = 0; i < e->nfields; i++) {
		const uint64_t value = random_value();

		if (e->fields[i].source == SOURCE_ARG)
			memcpy((char *)&c->rec + e->fields[i].offset, &value, e->fields[i].size);
	}
	if (e->type == EV_connect)
		random_connect(c);
	c->rec.all.syscall.res = PICK(results);
	if (c->rec.all.syscall.res < 0)
		c->rec.hdr.flags |= EV_F_FAILED;
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

struct sums {
	uint64_t all, filtered, matches;
};

static void check_calls(struct ruleset *set, struct call *c, uint64_t calls, struct sums *sums)
{
	struct evaluator *e = evaluator_new(set);
	const struct rule *rule = NULL;
	struct prefilter *pf;

	assert_int_equal(prefilter_new(&pf, set), 0);
	for (uint64_t k = 0; k < calls; k++, sums->all++) {
		bool hook, at_exit;

		random_call(c);
		hook = excludes(prefilter_program(pf), c, false);
		at_exit = excludes(prefilter_program(pf), c, true);
		if (!hook && !at_exit) {
			sums->matches += !chance(8) && engine_eval(e, &c->ev, ignore, &rule) > 0;
		} else if (sums->filtered++, engine_eval(e, &c->ev, ignore, &rule)) {
			fail_msg(STR_FMT "\nmatches %s with result %lld, which is filtered at its %s",
				 STR_ARG(rule->written), evt_type_name(c->ev.type).p,
				 (long long)c->rec.all.syscall.res, hook ? "hook" : "exit");
		}
		arena_reset(c->ev.arena);
	}
	prefilter_free(pf);
	evaluator_free(e);
}

static void test_a_call_that_a_rule_matches_passes(void **state)
{
	const uint64_t sets = number_of("SAKER_RANDOM_SETS", 60);
	const uint64_t calls = number_of("SAKER_RANDOM_CALLS", 1000);
	char *text = malloc(4u << 20);
	struct call *c = calloc(1, sizeof(*c));
	struct sums sums = { 0 };

	(void)state;
	seed = number_of("SAKER_RANDOM_SEED", 1);
	c->ev.arena = arena_new(0, 0);
	for (uint64_t i = 0; i < sets; i++) {
		struct ruleset *set = random_rules(text, c);

		check_calls(set, c, calls, &sums);
		ruleset_unref(set);
	}
	print_message("%llu calls, %llu filtered, some of the others match: %llu\n",
		      (unsigned long long)sums.all, (unsigned long long)sums.filtered,
		      (unsigned long long)sums.matches);
	assert_true(sums.filtered * 50 > sums.all && sums.matches * 200 > sums.all);
	arena_free(c->ev.arena);
	free(c);
	free(text);
}

/* -- single checks -- */

static const struct {
	const char *type, *condition;
	int64_t res;
	uint64_t value;			/* of each argument */
	bool pass;
} table[] = {
	{ "ptrace", "evt.res = SUCCESS", 0, 1, true },
	{ "ptrace", "evt.res = SUCCESS", -1, 1, false },
	{ "ptrace", "evt.rawres > 0", -1, 1, false },
	{ "ptrace", "evt.rawres > 0", 0, 1, true },		/* only the sign is tested */
	{ "ptrace", "evt.res = EPERM", -13, 1, true },		/* nor which error */
	{ "ptrace", "evt.res = EPERM", 0, 1, false },
	{ "ptrace", "evt.rawres = -4095", -4095, 1, true },	/* the last one */
	{ "ptrace", "evt.rawres = -4096", -1, 1, false },	/* none */
	{ "ptrace", "evt.arg.request = PTRACE_POKETEXT", 0, 4, true },
	{ "ptrace", "evt.arg.request = PTRACE_POKETEXT", 0, 5, false },
	{ "ptrace", "evt.arg.request = PTRACE_SEIZE", 0, 5, false },
	{ "ptrace", "evt.arg.request = PTRACE_SEIZE", 0, 0x4206, true },
	{ "ptrace", "evt.arg.request = PTRACE_SEIZE", 0, 0x4207, true },
	{ "ptrace", "evt.arg.request != PTRACE_POKETEXT", 0, 4, true },	/* too many values */
	{ "ptrace", "proc.name = x", 0, 4, true },
	{ "ptrace", "evt.arg.request = PTRACE_POKETEXT or proc.name = x", 0, 5, true },
	{ "ptrace", "evt.arg.request = PTRACE_POKETEXT and proc.name = x", 0, 5, false },
	{ "ptrace", "evt.arg.domain = AF_INET", 0, 2, false },	/* it has no such argument */
	{ "ptrace", "not evt.arg.domain = AF_INET", 0, 2, true },
	{ "unshare", "evt.arg.flags contains NEWUSER", 0, 0x10000000, true },
	{ "unshare", "evt.arg.flags contains NEWUSER", 0, 0x20000000, false },
	{ "unshare", "not evt.arg.flags contains NEWUSER", 0, 0x10000000, true },
	{ "kill", "evt.arg.sig in (SIGKILL, SIGTERM)", 0, 15, true },
	{ "kill", "evt.arg.sig in (SIGKILL, SIGTERM)", 0, 1, false },
	{ "kill", "evt.arg.sig = SIGKILL and evt.arg.sig = SIGTERM", 0, 9, false },
	{ "rename", "evt.arg.oldpath = /a", 0, 0, true },
	{ "setuid", "evt.failed = true", 0, 0, true },		/* the agent's tables need it */
	{ "setuid", "evt.failed = false", -1, 0, false },
	{ "execve", "evt.res = SUCCESS", -2, 0, false },
	{ "accept4", "evt.failed = true", 0, 0, true },
};

static void test_checks_exclude_what_they_can(void **state)
{
	struct call *c = calloc(1, sizeof(*c));

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct ruleset *set;
		struct prefilter *pf;
		char text[1024];

		snprintf(text, sizeof(text), "evt.type = %s and (%s)", table[i].type, table[i].condition);
		set = one_rule(text);
		assert_int_equal(prefilter_new(&pf, set), 0);
		make_call(c, table[i].type, table[i].res, table[i].value);
		if (excludes(prefilter_program(pf), c, true) == table[i].pass)
			fail_msg("%s: %s of %llu with result %lld %s", table[i].condition, table[i].type,
				 (unsigned long long)table[i].value, (long long)table[i].res,
				 table[i].pass ? "is filtered" : "passes");
		prefilter_free(pf);
		ruleset_unref(set);
	}
	free(c);
}

/* A connect shows which end of a socket is the client, for records of the same socket. */
static void test_connects_pass_if_another_event_shows_the_ends(void **state)
{
	static const char *const others[] = { "evt.type = mkdir", "evt.type = sendto and fd.sport = 1" };

	(void)state;
	for (unsigned int other = 0; other < 2; other++) {
		struct call *c = calloc(1, sizeof(*c));
		struct ruleset *set;
		struct prefilter *pf;
		char text[1024];

		snprintf(text, sizeof(text), "- rule: R\n  desc: d\n  output: o\n  priority: INFO\n"
			 "  condition: evt.type = connect and fd.type = unix\n- rule: S\n  desc: d\n"
			 "  output: o\n  priority: INFO\n  condition: %s\n", others[other]);
		set = load_random(text);
		assert_int_equal(prefilter_new(&pf, set), 0);
		make_call(c, "connect", 0, 0);
		for (uint32_t f = 0; f < 20; f++) {
			const bool inet = f == AF_INET || f == AF_INET6;

			c->families[0] = c->families[1] = f;
			assert_int_equal(excludes(prefilter_program(pf), c, false),
					 f != AF_UNIX && !(inet && other));
		}
		prefilter_free(pf);
		ruleset_unref(set);
		free(c);
	}
}

/* More clauses than an event can have. */
static void test_no_rule_of_many_is_missed(void **state)
{
	char *text = calloc(1, 1u << 16);
	struct call *c = calloc(1, sizeof(*c));
	struct ruleset *set;
	struct prefilter *pf;
	size_t n = 0;

	(void)state;
	for (unsigned int i = 1; i <= 200; i++)
		n += (size_t)sprintf(text + n, "- rule: R%u\n  desc: d\n  output: o\n  priority: INFO\n"
				     "  condition: evt.type = tgkill and evt.rawarg.sig = %u\n", i, i);
	set = load_random(text);
	assert_int_equal(prefilter_new(&pf, set), 0);
	for (unsigned int i = 1; i <= 255; i++) {
		make_call(c, "tgkill", 0, i);
		assert_int_equal(excludes(prefilter_program(pf), c, true), i > 200);
	}
	prefilter_free(pf);
	ruleset_unref(set);
	free(c);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_checks_exclude_what_they_can),
		cmocka_unit_test(test_connects_pass_if_another_event_shows_the_ends),
		cmocka_unit_test(test_no_rule_of_many_is_missed),
		cmocka_unit_test(test_a_call_that_a_rule_matches_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
