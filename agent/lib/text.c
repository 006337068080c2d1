/* SPDX-License-Identifier: Apache-2.0 */
/* Escapes text. Each style is a row of a table: how it writes each class of characters. */
#include "lib/text.h"

enum class {			/* of characters that a style may have to escape */
	CLASS_PLAIN, CLASS_QUOTE, CLASS_BACKSLASH, CLASS_TAB, CLASS_LF, CLASS_C0,
	CLASS_TERMINAL, CLASS_BAD, CLASSES,
};

enum how {
	AS_IS, BACKSLASHED, AS_JSON,	/* \n or \u001b */
	AS_HEX,				/* \xNN, only the first byte: the rest is examined again */
	REPLACED, QUESTION,		/* U+FFFD, '?' */
};

#define QUOTED	[CLASS_QUOTE] = BACKSLASHED, [CLASS_BACKSLASH] = BACKSLASHED
#define CONTROLS(how)	[CLASS_TAB] = how, [CLASS_LF] = how, [CLASS_C0] = how
#define TERMINAL(how)	[CLASS_TERMINAL] = how		/* no controls elsewhere */

static const uint8_t styles[][CLASSES] = {
	[TEXT_JSON] = { QUOTED, CONTROLS(AS_JSON), TERMINAL(AS_JSON), [CLASS_BAD] = REPLACED },
	[TEXT_BYTES] = { [CLASS_BACKSLASH] = AS_HEX, CONTROLS(AS_HEX), TERMINAL(AS_HEX),
			 [CLASS_BAD] = AS_HEX },
	[TEXT_CONDITION] = { QUOTED, CONTROLS(AS_HEX), TERMINAL(AS_HEX), [CLASS_BAD] = AS_HEX },
	[TEXT_SHOWN] = { [CLASS_LF] = QUESTION, [CLASS_C0] = QUESTION, TERMINAL(QUESTION),
			 [CLASS_BAD] = QUESTION },
	[TEXT_HELP] = { [CLASS_BACKSLASH] = BACKSLASHED, [CLASS_LF] = AS_JSON,
			[CLASS_BAD] = REPLACED },
	[TEXT_LABEL] = { QUOTED, [CLASS_LF] = AS_JSON, [CLASS_BAD] = REPLACED },
};

/*
 * DEL and the C1 controls, which a terminal may interpret; characters that end a line or change the
 * direction of writing, which could make the rest of a line look different.
 */
static bool drives_terminal(uint32_t c)
{
	return (c >= 0x7f && c < 0xa0) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

static enum class class_of(uint32_t c)
{
	if (c < 0x20)
		return c == '\t' ? CLASS_TAB : c == '\n' ? CLASS_LF : CLASS_C0;
	if (c == '"')
		return CLASS_QUOTE;
	if (c == '\\')
		return CLASS_BACKSLASH;
	return drives_terminal(c) ? CLASS_TERMINAL : CLASS_PLAIN;
}

struct piece {			/* one character, or an invalid part, as a style writes it */
	char room[8];
	struct str text;	/* in @room, or of the source */
};

static void put_json(struct buf *b, uint32_t c)
{
	static const char shorts[0x20] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r',
	};

	buf_char(b, '\\');
	if (c < sizeof(shorts) && shorts[c]) {
		buf_char(b, shorts[c]);
		return;
	}
	buf_char(b, 'u');
	for (int shift = 12; shift >= 0; shift -= 4)
		buf_char(b, "0123456789abcdef"[c >> shift & 15]);
}

/* Return: how many bytes of @s it consumes. */
static unsigned int piece_of(struct piece *ret, struct str s, enum text_style style)
{
	struct buf b = BUF_ON(ret->room);
	uint32_t c = 0;
	unsigned int n = utf8_next(s, &c);
	enum how how = styles[style][n ? class_of(c) : CLASS_BAD];

	ret->text = (struct str){ s.p, n };
	switch (how) {
	case AS_IS:
		return n;
	case BACKSLASHED:
		buf_char(&b, '\\');
		buf_char(&b, (char)c);
		break;
	case AS_JSON:
		put_json(&b, c);
		break;
	case AS_HEX:
		buf_text(&b, "\\x");
		buf_char(&b, "0123456789abcdef"[(unsigned char)s.p[0] >> 4]);
		buf_char(&b, "0123456789abcdef"[(unsigned char)s.p[0] & 15]);
		n = 1;
		break;
	case REPLACED:
		buf_text(&b, "\xef\xbf\xbd");
		break;
	case QUESTION:
		buf_char(&b, '?');
		break;
	}
	ret->text = buf_as_str(&b);
	return n ? n : utf8_invalid(s);
}

/* Bytes at the start that every style leaves as they are. */
static size_t plain_bytes(struct str s)
{
	size_t i = 0;

	while (i < s.n && s.p[i] >= ' ' && s.p[i] != '"' && s.p[i] != '\\' && s.p[i] != 0x7f)
		i++;
	return i;
}

/* Takes the next part off *@s and returns it escaped. */
static struct str take(struct str *s, struct piece *piece, enum text_style style)
{
	size_t n = plain_bytes(*s);

	if (n)
		piece->text = (struct str){ s->p, n };
	else
		n = piece_of(piece, *s, style);
	s->p += n;
	s->n -= n;
	return piece->text;
}

void text_put(struct buf *b, struct str s, enum text_style style)
{
	struct piece piece;

	while (s.n)
		buf_str(b, take(&s, &piece, style));
}

void text_write(FILE *out, struct str s, enum text_style style)
{
	struct piece piece;

	while (s.n) {
		struct str text = take(&s, &piece, style);

		fwrite(text.p, 1, text.n, out);
	}
}

void buf_escaped(struct buf *b, struct str s)
{
	text_put(b, s, TEXT_BYTES);
}

void buf_json(struct buf *b, struct str s)
{
	buf_char(b, '"');
	text_put(b, s, TEXT_JSON);
	buf_char(b, '"');
}
