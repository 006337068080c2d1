/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our regular expressions against RE2: the same are refused, and the same
 * texts match. Expressions and texts are random, of few letters, so that they
 * often fit. Arguments: how many expressions, and a seed.
 */
#include <cstdio>
#include <cstdlib>
#include <string>
#include <re2/re2.h>
extern "C" {
struct arena;
struct str { const char *p; size_t n; };
struct regex;
struct arena *arena_new(size_t chunk, size_t limit);
void arena_free(struct arena *arena);
const struct regex *regex_new(struct arena *arena, struct str text, const char **why, size_t *at);
bool regex_match(const struct regex *re, struct str text);
}

static unsigned long long seed = 1;

static unsigned int chance(unsigned int n)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned int)(seed >> 33) % n;
}

static std::string random_regex()
{
	static const char *const parts[] = { "a", "b", "c", "ab", ".", "(", ")", "|", "*", "+", "?",
		"[ab]", "[^a]", "[a-c]", "{2}", "{1,2}", "{0,}", "^", "$", "\\.", "\\n", "-", "]", "[",
		"[[:alpha:]]", "[[:^digit:]]", "\xc3\xa9", "(a|b)", "(a*)*", "\\x61", "{", "{,3}", "}", "\\_",
		"\\101", "[\\]a]", "[a-]", "[-a]", "\n", "\\/", "(b?)+", "[]a]", "\\-", "\\}" };
	std::string s;

	for (unsigned int n = chance(9); n > 0; n--)
		s += parts[chance(sizeof(parts) / sizeof(parts[0]))];
	return s;
}

static std::string random_text()
{
	static const char *const parts[] = { "a", "b", "c", "ab", "\n", ".", "-", "\xc3\xa9", "{", "1", "]" };
	std::string s;

	for (unsigned int n = chance(7); n > 0; n--)
		s += parts[chance(sizeof(parts) / sizeof(parts[0]))];
	return s;
}

int main(int argc, char **argv)
{
	unsigned long n = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000, valid = 0, hits = 0, bad = 0;
	RE2::Options options;

	if (argc > 2)
		seed = strtoull(argv[2], NULL, 10);
	options.set_posix_syntax(true);
	options.set_longest_match(true);
	options.set_log_errors(false);
	for (unsigned long i = 0; i < n && bad < 20; i++) {
		std::string text = random_regex();
		RE2 theirs(text, options);
		struct arena *arena = arena_new(0, 0);
		const char *why = NULL;
		size_t at;
		const struct regex *ours = regex_new(arena, str{ text.data(), text.size() }, &why, &at);

		if ((ours != NULL) != theirs.ok()) {
			printf("%s: we say %s, RE2 says %s\n", text.c_str(), ours ? "ok" : why,
			       theirs.ok() ? "ok" : theirs.error().c_str());
			bad++;
		}
		valid += ours != NULL;
		for (int k = 0; k < 20 && ours && theirs.ok(); k++) {
			std::string s = random_text();
			bool a = regex_match(ours, str{ s.data(), s.size() });
			bool b = RE2::FullMatch(s, theirs);

			hits += b;
			if (a != b) {
				printf("%s on \"%s\": we say %d, RE2 says %d\n", text.c_str(),
				       s.c_str(), a, b);
				bad++;
			}
		}
		arena_free(arena);
	}
	printf("%lu valid, %lu matches, %lu differences\n", valid, hits, bad);
	return bad != 0;
}
