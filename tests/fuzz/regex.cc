/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzz target: our regular expressions against RE2. Both must refuse the same expressions and match
 * the same texts; RE2 gets U+FFFD in place of invalid UTF-8. The first byte selects how the rest is
 * read: as an expression, a newline and texts, or as numbers of parts with few letters, so that
 * expressions are often valid and texts often match.
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
	"[[:alpha:]]", "[[:^digit:]]", "\xc3\xa9", "(a|b)", "(a*)*", "\\x61", "{", "{,3}", "}", "\xef\xbf\xbd", "\\_",
	"\\101", "[\\]a]", "[a-]", "[-a]", "\n", "\\/", "(b?)+", "[]a]", "\\-", "\\}" };
static const char *const text_parts[] = { "a", "b", "c", "ab", "\n", ".", "-", "\xc3\xa9", "{", "1", "]",
	"\xff", "\x80", "\xc3", "\xe2\x82", "\xf0\x9f", "\xf0\x9f\x98", "\xc0\xaf", "\xed\xa0\x80", "\xef\xbf\xbd" };

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

/* Strict: RE2 itself also accepts surrogates, which a rule file cannot have. */
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

/* Well-formed sequences by their first bytes, as the Unicode standard lists them. */
static const struct { unsigned char first, last, low, high; size_t n; } forms[] = {
	{ 0x00, 0x7f, 0, 0, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
	{ 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

/* RE2 gets each maximal invalid part as one U+FFFD. */
static std::string sanitised(const std::string &s)
{
	std::string out;

	for (size_t i = 0; i < s.size();) {
		unsigned char c = (unsigned char)s[i];
		size_t good = 0, n = 0;

		for (const auto &f : forms) {
			if (c < f.first || c > f.last)
				continue;
			n = f.n;
			for (good = 1; good < n && i + good < s.size(); good++) {
				unsigned char d = (unsigned char)s[i + good];

				if (d < (good == 1 ? f.low : 0x80) || d > (good == 1 ? f.high : 0xbf))
					break;
			}
		}
		out += n && good == n ? s.substr(i, n) : "\xef\xbf\xbd";
		i += good ? good : 1;
	}
	return out;
}

static void compare(const std::string &regex, const std::string &text)
{
	RE2::Options options;

	if (!is_utf8(regex))
		return;
	options.set_posix_syntax(true);
	options.set_longest_match(true);
	options.set_log_errors(false);
	RE2 theirs(regex, options);
	struct arena *arena = arena_new(0, 0);
	const char *why = nullptr;
	size_t at;
	const struct regex *ours = regex_new(arena, str{ regex.data(), regex.size() }, &why, &at);

	/* The two have different limits of size. */
	bool size = theirs.error_code() == RE2::ErrorPatternTooLarge || (why && std::string(why).find("large") != std::string::npos);

	if (!size && (ours != nullptr) != theirs.ok())
		differ(regex, "", ours ? "ok" : why, theirs.ok() ? "ok" : theirs.error().c_str());
	if (ours && theirs.ok()) {
		bool a = regex_match(ours, str{ text.data(), text.size() });
		bool b = RE2::FullMatch(sanitised(text), theirs);

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
