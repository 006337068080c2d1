/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports the choice of a driver in three places: messages, the first record of the
 * stream, and the answer of the local API.
 */
#include "driver/choice.h"
#include <syslog.h>
#include "lib/buf.h"

void choice_say(const struct choice *choice, struct messages *said)
{
	const int priority = choice->driver ? LOG_NOTICE : LOG_ERR;

	for (unsigned int i = 0; i < choice->nskipped; i++) {
		const struct choice_skipped *no = &choice->skipped[i];

		message_add(said, priority, "driver %s%s: %s%s%s", no->driver,
			    choice->only ? "" : " skipped", no->reason, *no->todo ? "; " : "", no->todo);
	}
	if (choice->driver)
		message_add(said, LOG_INFO, "driver %s: chosen because %s", choice->driver,
			    choice->why);
}

/* -- the start record -- */

struct start {
	struct ev_driver rec;
	char parts[2048];
};

static void put_part(struct start *s, struct ev_part *part, struct str text)
{
	const size_t room = sizeof(*s) - 8 - s->rec.hdr.len;
	size_t n = text.n < room ? text.n : room;

	*part = (struct ev_part){ .off = s->rec.hdr.len, .len = n, .full = text.n, .head = n };
	memcpy((char *)s + s->rec.hdr.len, text.p, n);
	s->rec.hdr.len += n;
}

int choice_post(struct source *source, const struct choice *choice)
{
	struct start s = { .rec.hdr = {
		.len = sizeof(s.rec),
		.fixed_len = sizeof(s.rec),
		.type = EV_driver,
		.nr = -1,
	} };
	char text[1536];
	struct buf skipped = BUF_ON(text);

	for (unsigned int i = 0; i < EV_NFIELDS(driver); i++)
		ev_prov_set(&s.rec.hdr, i, EV_PROV_AGENT);
	for (unsigned int i = 0; i < choice->nskipped; i++) {
		buf_printf(&skipped, "%s: %s", choice->skipped[i].driver, choice->skipped[i].reason);
		buf_char(&skipped, '\0');
	}
	put_part(&s, &s.rec.name, str_of(choice->driver));
	put_part(&s, &s.rec.why, str_of(choice->why));
	put_part(&s, &s.rec.skipped, buf_as_str(&skipped));
	s.rec.hdr.len = (s.rec.hdr.len + 7u) & ~7u;
	return source_post(source, &s.rec.hdr);
}

/* -- in JSON -- */

void choice_json(struct jsonw *w, const struct choice *choice)
{
	jsonw_begin(w, '{');
	jsonw_key(w, STR("driver"));
	if (choice->driver)
		jsonw_str(w, str_of(choice->driver));
	else
		jsonw_null(w);
	jsonw_key(w, STR("why"));
	jsonw_str(w, str_of(choice->why));
	jsonw_key(w, STR("skipped"));
	jsonw_begin(w, '[');
	for (unsigned int i = 0; i < choice->nskipped; i++) {
		jsonw_begin(w, '{');
		jsonw_key(w, STR("driver"));
		jsonw_str(w, str_of(choice->skipped[i].driver));
		jsonw_key(w, STR("reason"));
		jsonw_str(w, str_of(choice->skipped[i].reason));
		jsonw_key(w, STR("todo"));
		jsonw_str(w, str_of(choice->skipped[i].todo));
		jsonw_end(w, '}');
	}
	jsonw_end(w, ']');
	jsonw_end(w, '}');
}
