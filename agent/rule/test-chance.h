/* SPDX-License-Identifier: Apache-2.0 */
/* Generates repeatable random numbers: a seed gives the same test again. */
#ifndef RULE_TEST_CHANCE_H
#define RULE_TEST_CHANCE_H

static uint64_t seed = 1;

static unsigned int chance(unsigned int n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned int)(seed >> 33) % n;
}

#define PICK(array)	((array)[chance(sizeof(array) / sizeof((array)[0]))])

#endif /* RULE_TEST_CHANCE_H */
