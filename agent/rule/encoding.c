/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Detects the encoding of a file: wide ones by their byte order mark or NUL
 * bytes, others by bytes that are not UTF-8.
 */
#include "rule/encoding.h"
#include "lib/utf8.h"

#define CONVERT	"; rules are UTF-8, `iconv -f %s -t UTF-8 FILE` converts it"

/* How a file begins: with a mark, or a letter among NULs. A is any byte but NUL. */
static const struct wide { const char *name; const char *pattern; } wides[] = {
	{ "UTF-32LE", "\xff\xfe\0\0" }, { "UTF-32BE", "\0\0\xfe\xff" }, { "UTF-32LE", "A\0\0\0" },
	{ "UTF-32BE", "\0\0\0A" }, { "UTF-16LE", "\xff\xfe" "AA" }, { "UTF-16BE", "\xfe\xff" "AA" },
	{ "UTF-16LE", "\xff\xfe" "A" "\0" }, { "UTF-16BE", "\xfe\xff" "\0A" },
	{ "UTF-16LE", "A\0A\0" }, { "UTF-16BE", "\0A\0A" },
};

static bool begins(struct str bytes, const char *pattern)
{
	for (size_t i = 0; i < 4; i++) {
		if (pattern[i] == 'A' ? !bytes.p[i] : bytes.p[i] != pattern[i])
			return false;
	}
	return true;
}

/* The likely encoding of the bytes that are not UTF-8, from all of them. */
static const char *narrow(struct str bytes)
{
	bool controls = false, characters = false;

	for (size_t i = 0; i < bytes.n;) {
		unsigned int n = utf8_next((struct str){ bytes.p + i, bytes.n - i }, NULL);

		characters |= n > 1;
		controls |= !n && ((unsigned char)bytes.p[i] & 0xe0) == 0x80;
		i += n ? n : 1;
	}
	return characters ? NULL : controls ? "WINDOWS-1252" : "ISO-8859-1";
}

bool encoding_check(struct arena *arena, struct str bytes, size_t *at, struct str *why)
{
	const char *name;
	unsigned int byte;
	struct str rest;

	*at = 0;
	for (size_t i = 0; bytes.n >= 4 && i < sizeof(wides) / sizeof(wides[0]); i++) {
		if (!begins(bytes, wides[i].pattern))
			continue;
		*why = arena_printf(arena, "the file seems to be %s" CONVERT, wides[i].name,
				    wides[i].name);
		return false;
	}
	*at = utf8_bad(bytes);
	if (*at == bytes.n)
		return true;
	byte = (unsigned char)bytes.p[*at];
	name = narrow(bytes);
	rest = (struct str){ bytes.p + *at, bytes.n - *at };
	if (utf8_invalid(rest) == rest.n && byte >= 0xc2 && byte <= 0xf4)
		*why = arena_printf(arena, "the file ends within a character");
	else if (name)
		*why = arena_printf(arena, "the byte 0x%02x is not UTF-8, the file seems to be %s" CONVERT,
				    byte, name, name);
	else
		*why = arena_printf(arena, "the byte 0x%02x is not UTF-8, although the file has other "
				    "characters that are", byte);
	return false;
}
