/* SPDX-License-Identifier: Apache-2.0 */
/* Values of checks as text. Texts share one bounded memory; what does not fit is cut. */
#include "app/checks.h"
#include <arpa/inet.h>
#include <sys/socket.h>
#include "lib/buf.h"

#define VALUE_TEXT	512	/* bytes of one value */
#define LIST_SHOWN	16	/* elements of a list */

static void put_ip(struct buf *b, const struct ip_addr *ip, bool net)
{
	char text[INET6_ADDRSTRLEN];

	if (!inet_ntop(ip->family == 6 ? AF_INET6 : AF_INET, ip->b, text, sizeof(text)))
		return;
	buf_text(b, text);
	if (net)
		buf_printf(b, "/%u", ip->prefix);
}

static void put_single(struct buf *b, const struct value *v)
{
	switch (v->type) {
	case VALUE_STR:
		buf_str(b, v->s);
		break;
	case VALUE_S64:
	case VALUE_ABSTIME:
	case VALUE_RELTIME:
		buf_s64(b, v->i);
		break;
	case VALUE_U64:
	case VALUE_PORT:
		buf_u64(b, v->u);
		break;
	case VALUE_BOOL:
		buf_text(b, v->u ? "true" : "false");
		break;
	case VALUE_IP:
	case VALUE_NET:
		put_ip(b, &v->ip, v->type == VALUE_NET);
		break;
	case VALUE_DOUBLE:
		buf_printf(b, "%g", v->d);
		break;
	}
}

static void put_value(struct buf *b, const struct value *v)
{
	if (!v->count) {
		put_single(b, v);
		return;
	}
	buf_char(b, '(');
	for (uint32_t i = 0; i < v->count && i < LIST_SHOWN; i++) {
		if (i)
			buf_char(b, ',');
		put_single(b, &v->list[i]);
	}
	if (v->count > LIST_SHOWN)
		buf_text(b, ",...");
	buf_char(b, ')');
}

void checks_collect(struct checks *ret, const struct match *match)
{
	struct buf all = BUF_ON(ret->text);
	struct match_check c;
	uint32_t pos = 0;

	ret->n = 0;
	while (ret->n < CHECKS_MAX && match_check(match, &pos, &c)) {
		struct alert_check *a = &ret->check[ret->n++];
		struct buf one = {
			.p = all.p + all.n,
			.size = all.size - all.n < VALUE_TEXT ? all.size - all.n : VALUE_TEXT,
		};

		*a = (struct alert_check){ .check = c.number, .verdict = c.verdict };
		if (!c.has_value)
			continue;
		put_value(&one, &c.value);
		a->text = buf_as_str(&one);
		all.n += one.n;
	}
}
