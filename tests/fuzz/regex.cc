/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our regular expressions against RE2: the same are refused, and the same
 * texts match. The first byte chooses how the rest is read: as an expression,
 * a newline and texts, or as numbers of parts, of few letters, so that the
 * expression is often valid and the texts often fit.
 */
#include <cstdint>
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
unsigned int utf8_next(struct str s, uint32_t *ret);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
}

static const char *const regex_parts[] = { "a", "b", "c", "ab", ".", "(", ")", "|", "*", "+", "?",
	"[ab]", "[^a]", "[a-c]", "{2}", "{1,2}", "{0,}", "^", "$", "\\.", "\\n", "-", "]", "[",
	"[[:alpha:]]", "[[:^digit:]]", "\xc3\xa9", "(a|b)", "(a*)*", "\\x61", "{", "{,3}", "}", "\\_",
	"\\101", "[\\]a]", "[a-]", "[-a]", "\n", "\\/", "(b?)+", "[]a]", "\\-", "\\}" };
static const char *const text_parts[] = { "a", "b", "c", "ab", "\n", ".", "-", "\xc3\xa9", "{", "1", "]" };

template <size_t N>
static std::string assemble(const char *const (&parts)[N], const uint8_t *data, size_t size)
{
	std::string s;

	for (size_t i = 0; i < size; i++)
		s += parts[data[i] % N];
	return s;
}

static void differ(const std::string &regex, const std::string &text, const char *ours, const char *theirs)
{
	fprintf(stderr, "%s on \"%s\": we say %s, RE2 says %s\n", regex.c_str(), text.c_str(), ours, theirs);
	abort();
}

/* Strictly: RE2 itself also takes surrogates, which no file of rules can hold. */
static bool is_utf8(const std::string &s)
{
	struct str rest = { s.data(), s.size() };

	while (rest.n) {
		uint32_t c;
		unsigned int n = utf8_next(rest, &c);

		if (!n)
			return false;
		rest.p += n;
		rest.n -= n;
	}
	return true;
}

static void compare(const std::string &regex, const std::string &text)
{
	RE2::Options options;

	if (!is_utf8(regex) || !is_utf8(text))
		return;
	options.set_posix_syntax(true);
	options.set_longest_match(true);
	options.set_log_errors(false);
	RE2 theirs(regex, options);
	struct arena *arena = arena_new(0, 0);
	const char *why = nullptr;
	size_t at;
	const struct regex *ours = regex_new(arena, str{ regex.data(), regex.size() }, &why, &at);

	/* Where each stops for size is its own affair. */
	bool size = theirs.error_code() == RE2::ErrorPatternTooLarge || (why && std::string(why).find("large") != std::string::npos);

	if (!size && (ours != nullptr) != theirs.ok())
		differ(regex, "", ours ? "ok" : why, theirs.ok() ? "ok" : theirs.error().c_str());
	if (ours && theirs.ok()) {
		bool a = regex_match(ours, str{ text.data(), text.size() });
		bool b = RE2::FullMatch(text, theirs);

		if (a != b)
			differ(regex, text, a ? "yes" : "no", b ? "yes" : "no");
	}
	arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2 || size > 200)
		return 0;
	if (data[0] & 1) {
		std::string all(reinterpret_cast<const char *>(data + 1), size - 1);
		size_t end = all.find('\n');

		compare(all.substr(0, end), end == std::string::npos ? "" : all.substr(end + 1));
		return 0;
	}
	size_t n = 1 + data[1] % 9;
	if (n > size - 2)
		n = size - 2;
	compare(assemble(regex_parts, data + 2, n), assemble(text_parts, data + 2 + n, size - 2 - n));
	return 0;
}
