/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes regular expressions for the random rules, some of them random, and
 * evaluates them with the C library. Each is compiled once: compiling takes
 * most of the time.
 */
#ifndef RULE_TEST_REGEXES_H
#define RULE_TEST_REGEXES_H

#include "rule/test-chance.h"

static const char *const regexes[] = { "a.*", "[a-c]+", "(ab|b)*", "/etc(/.*)?", ".", "a{1,2}b?c?",
				       "[[:upper:]]+", ".*b$", "/etc.*x.*", "a.?b", ".*b[a-c]c", "(a|b)c" };
static const char *const atoms[] = { "a", "b", "c", "A", "/", ".", "[ab]", "[^a]", "etc", "bash", "(ab)",
				     "(a|bc)", "(a.|b)", "[[:alpha:]]" };
static const char *const repeats[] = { "", "", "", "*", "+", "?", "{1,2}", "{2}" };

static struct expression {
	char text[24];
	regex_t re;
	bool compiled;
} expressions[24];

static void compose_expression(struct expression *e)
{
	size_t n = 0;

	if (e->compiled)
		regfree(&e->re);
	e->compiled = false;
	if (!chance(3)) {
		strcpy(e->text, PICK(regexes));
		return;
	}
	for (unsigned int i = 1 + chance(3); i; i--) {
		const char *atom = PICK(atoms), *repeat = PICK(repeats);

		if (n + strlen(atom) + strlen(repeat) < sizeof(e->text))
			n += (size_t)sprintf(e->text + n, "%s%s", atom, repeat);
	}
}

static void compose_expressions(void)
{
	for (size_t i = 0; i < sizeof(expressions) / sizeof(expressions[0]); i++)
		compose_expression(&expressions[i]);
}

static uint64_t regexes_compared;

/* @pattern is one of the expressions; it must match the whole of @s. */
static bool regex_holds(const char *s, const char *pattern)
{
	struct expression *e = expressions;
	char whole[64];

	while (strcmp(e->text, pattern))
		e++;
	snprintf(whole, sizeof(whole), "^(%s)$", pattern);
	if (!e->compiled)
		assert_int_equal(regcomp(&e->re, whole, REG_EXTENDED | REG_NOSUB), 0);
	e->compiled = true;
	regexes_compared++;
	return regexec(&e->re, s, 0, NULL, 0) == 0;
}

#endif /* RULE_TEST_REGEXES_H */
