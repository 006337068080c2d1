/* SPDX-License-Identifier: Apache-2.0 */
/* Parses constants: one parser for each type, which takes the whole text or refuses it. */
#include "filter/constant.h"
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>

static const struct { const char *name; uint16_t port; } ports[] = {
#define PORT(name, port)	{ name, port },
#include "filter/ports.def"
#undef PORT
};

static int parse_u64(struct str s, uint64_t *ret)
{
	unsigned int base = 10;
	uint64_t v = 0;

	if (s.n > 2 && s.p[0] == '0' && (s.p[1] == 'x' || s.p[1] == 'X')) {
		base = 16;
		s.p += 2;
		s.n -= 2;
	}
	if (!s.n)
		return -EINVAL;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		unsigned int digit = c - '0';

		if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			digit = (c | 0x20u) - 'a' + 10;
		else if (c < '0' || c > '9')
			return -EINVAL;
		if (digit >= base || v > (UINT64_MAX - digit) / base)
			return -EINVAL;
		v = v * base + digit;
	}
	*ret = v;
	return 0;
}

static int parse_s64(struct str s, int64_t *ret)
{
	bool minus = s.n && s.p[0] == '-';
	uint64_t v;

	if (s.n && (s.p[0] == '-' || s.p[0] == '+')) {
		s.p++;
		s.n--;
	}
	if (parse_u64(s, &v) < 0 || v > (uint64_t)INT64_MAX + minus)
		return -EINVAL;
	*ret = minus ? (int64_t)(0 - v) : (int64_t)v;
	return 0;
}

/* Nanoseconds, or a decimal number with a unit: the d of a hexadecimal one is a digit. */
static int parse_duration(struct str s, int64_t *ret)
{
	static const struct { struct str unit; int64_t ns; } units[] = {
		{ STR("ns"), 1 }, { STR("us"), 1000 }, { STR("ms"), 1000000 },
		{ STR("s"), 1000000000 }, { STR("m"), 60000000000 }, { STR("h"), 3600000000000 },
		{ STR("d"), 86400000000000 },
	};

	const bool hex = s.n && (memchr(s.p, 'x', s.n) || memchr(s.p, 'X', s.n));

	for (size_t i = 0; !hex && i < sizeof(units) / sizeof(units[0]); i++) {
		struct str number = { s.p, s.n - units[i].unit.n };

		if (s.n <= units[i].unit.n || !str_ends(s, units[i].unit) ||
		    parse_s64(number, ret) < 0)
			continue;
		return __builtin_mul_overflow(*ret, units[i].ns, ret) ? -EINVAL : 0;
	}
	return parse_s64(s, ret);
}

static int parse_ip(struct str s, struct ip_addr *ret)
{
	char text[INET6_ADDRSTRLEN + 1];

	if (!s.n || s.n >= sizeof(text) || memchr(s.p, 0, s.n))
		return -EINVAL;
	memcpy(text, s.p, s.n);
	text[s.n] = 0;
	*ret = (struct ip_addr){ .family = 4, .prefix = 32 };
	if (inet_pton(AF_INET, text, ret->b) == 1)
		return 0;
	*ret = (struct ip_addr){ .family = 6, .prefix = 128 };
	return inet_pton(AF_INET6, text, ret->b) == 1 ? 0 : -EINVAL;
}

static int parse_net(struct str s, struct ip_addr *ret)
{
	const char *slash = s.n ? memchr(s.p, '/', s.n) : NULL;
	uint64_t prefix;
	size_t n;

	if (!slash)
		return -EINVAL;
	n = (size_t)(slash - s.p);
	if (parse_ip((struct str){ s.p, n }, ret) < 0 ||
	    parse_u64((struct str){ slash + 1, s.n - n - 1 }, &prefix) < 0 || prefix > ret->prefix)
		return -EINVAL;
	ret->prefix = (uint8_t)prefix;
	for (size_t bit = prefix; bit < 128; bit++)
		ret->b[bit / 8] &= (uint8_t)~(0x80u >> bit % 8);
	return 0;
}

static int parse_port(struct str s, uint64_t *ret)
{
	if (parse_u64(s, ret) == 0)
		return *ret <= UINT16_MAX ? 0 : -EINVAL;
	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		if (str_eq(s, str_of(ports[i].name))) {
			*ret = ports[i].port;
			return 0;
		}
	}
	return -EINVAL;
}

int constant_parse(struct value *ret, enum value_type type, struct str text)
{
	int64_t i;

	*ret = (struct value){ .type = type };
	switch (type) {
	case VALUE_STR:
		ret->s = text;
		return 0;
	case VALUE_S64:
	case VALUE_ABSTIME:
		return parse_s64(text, &ret->i);
	case VALUE_RELTIME:
		return parse_duration(text, &ret->i);
	case VALUE_U64:
		return parse_u64(text, &ret->u);
	case VALUE_BOOL:
		ret->u = str_eq(text, STR("true"));
		return ret->u || str_eq(text, STR("false")) ? 0 : -EINVAL;
	case VALUE_IP:
		return parse_ip(text, &ret->ip);
	case VALUE_NET:
		return parse_net(text, &ret->ip);
	case VALUE_PORT:
		return parse_port(text, &ret->u);
	case VALUE_DOUBLE:
		if (parse_s64(text, &i) < 0)
			return -EINVAL;
		ret->d = (double)i;
		return 0;
	}
	return -EINVAL;
}

int constant_hex(struct str text, unsigned char *out)
{
	if (!text.n || text.n % 2)
		return -EINVAL;
	for (size_t i = 0; i < text.n; i += 2) {
		char both[] = { '0', 'x', text.p[i], text.p[i + 1] };
		uint64_t v;

		if (parse_u64((struct str){ both, 4 }, &v) < 0)
			return -EINVAL;
		out[i / 2] = (unsigned char)v;
	}
	return 0;
}

bool value_is_number(enum value_type type)
{
	switch (type) {
	case VALUE_S64:
	case VALUE_U64:
	case VALUE_PORT:
	case VALUE_ABSTIME:
	case VALUE_RELTIME:
	case VALUE_DOUBLE:
		return true;
	default:
		return false;
	}
}

bool value_types_agree(enum value_type a, enum value_type b)
{
	return a == b || (value_is_number(a) && value_is_number(b));
}

/* The bits in which one half of two addresses differs, the first bit highest. */
static uint64_t difference(const struct ip_addr *a, const struct ip_addr *b, size_t half)
{
	uint64_t x, y;

	memcpy(&x, a->b + 8 * half, sizeof(x));
	memcpy(&y, b->b + 8 * half, sizeof(y));
	return be64toh(x ^ y);
}

bool value_in_net(const struct ip_addr *ip, const struct ip_addr *net)
{
	if (ip->family != net->family)
		return false;
	if (net->prefix <= 64)
		return !net->prefix || !(difference(ip, net, 0) >> (64 - net->prefix));
	return !difference(ip, net, 0) && !(difference(ip, net, 1) >> (128 - net->prefix));
}
