/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes an alert as a JSON line. Keys are in byte order, as in Falco's lines; the event's
 * time is one of the output fields.
 */
#include "alert/format.h"
#include "alert/raise.h"
#include "deliver/line.h"
#include "deliver/when.h"
#include "lib/jsonw.h"
#include "lib/text.h"

#define PREFIX_MAX	96

/*
 * How much of a line is kept: the first row whose line fits. A process chooses the lengths of many
 * fields, and must not be able to make an alert that fits into no line.
 */
struct limits {
	size_t output, field;	/* bytes of a text */
	uint32_t items;		/* elements of a list */
	bool checks;
};

static const struct limits whole = { SIZE_MAX, SIZE_MAX, UINT32_MAX, true };

static const struct limits shorter[] = {
	{ 4096, 256, UINT32_MAX, false },
	{ 512, 64, 8, false },
	{ 128, 8, 2, false },
};

struct json_line {
	struct jsonw w;
	const struct alert *alert;
	const struct line_config *config;
	const struct limits *limits;
};

static struct str cut_to(struct str s, size_t max)
{
	s.n = utf8_cut(s, max);
	return s;
}

static void put_value(struct json_line *j, const struct value *v, uint64_t flags)
{
	char text[128];
	struct buf b = BUF_ON(text);

	if (v->count) {
		jsonw_begin(&j->w, '[');
		for (uint32_t i = 0; i < v->count && i < j->limits->items; i++)
			put_value(j, &v->list[i], flags);
		jsonw_end(&j->w, ']');
		return;
	}
	switch (v->type) {
	case VALUE_STR:
		jsonw_str(&j->w, cut_to(v->s, j->limits->field));
		return;
	case VALUE_BOOL:
		jsonw_bool(&j->w, v->u);
		return;
	case VALUE_DOUBLE:
		jsonw_double(&j->w, v->d);
		return;
	case VALUE_IP:
	case VALUE_NET:
		format_value(&b, v, flags);
		jsonw_str(&j->w, buf_as_str(&b));
		return;
	default:
		break;
	}
	if (flags & (FIELD_OCT | FIELD_HEX)) {
		format_value(&b, v, flags);
		jsonw_str(&j->w, buf_as_str(&b));
	} else if (v->type == VALUE_U64 || v->type == VALUE_PORT) {
		jsonw_u64(&j->w, v->u);
	} else {
		jsonw_s64(&j->w, v->i);
	}
}

static void put_field(struct json_line *j, const struct alert_field *f)
{
	jsonw_key(&j->w, f->name);
	if (f->missing)
		jsonw_null(&j->w);
	else
		put_value(j, &f->value, f->field_flags);
}

/* The fields are sorted; the event's time is inserted at its sorted position. */
static void put_fields(struct json_line *j)
{
	const struct alert *alert = j->alert;
	const struct alert_field time = {
		.name = format_time_field(j->config->iso8601),
		.value = { .type = VALUE_S64, .i = alert->time_ns },
	};
	bool done = str_eq(alert->source, STR("internal"));

	jsonw_begin(&j->w, '{');
	for (uint32_t i = 0; i < alert->nfields; i++) {
		int order = str_cmp(alert->fields[i].name, time.name);

		if (!done && order >= 0) {
			put_field(j, &time);
			done = true;
			if (order == 0)
				continue;
		}
		put_field(j, &alert->fields[i]);
	}
	if (!done)
		put_field(j, &time);
	jsonw_end(&j->w, '}');
}

static void put_output(struct json_line *j)
{
	char text[PREFIX_MAX];
	struct buf prefix = BUF_ON(text);
	struct str s = cut_to(j->alert->output, j->limits->output);

	put_prefix(&prefix, j->alert, j->config);
	if (j->w.comma)
		buf_char(j->w.b, ',');
	buf_text(j->w.b, "\"output\":\"");
	text_put(j->w.b, buf_as_str(&prefix), TEXT_JSON);
	text_put(j->w.b, s, TEXT_JSON);
	if (s.n < j->alert->output.n)
		buf_text(j->w.b, " [cut]");
	buf_char(j->w.b, '"');
	j->w.comma = true;
}

static void put_check(struct json_line *j, const struct alert_check *c)
{
	struct jsonw *w = &j->w;

	jsonw_begin(w, '{');
	jsonw_key(w, STR("check"));
	jsonw_u64(w, c->check);
	if (c->cut) {
		jsonw_key(w, STR("cut"));
		jsonw_bool(w, true);
	}
	jsonw_key(w, STR("field"));
	jsonw_str(w, c->field);
	if (c->given) {
		jsonw_key(w, STR("given"));
		jsonw_bool(w, true);
	}
	if (c->has_value) {
		jsonw_key(w, STR("value"));
		put_value(j, &c->value, 0);
	}
	jsonw_key(w, STR("verdict"));
	jsonw_str(w, str_of(alert_verdict_name(c->verdict)));
	jsonw_end(w, '}');
}

/* The id in the usual form of a UUID: 8-4-4-4-12 hex digits. */
static void put_id(struct jsonw *w, const uint8_t id[16])
{
	static const char hex[] = "0123456789abcdef";
	char text[36];
	struct buf b = BUF_ON(text);

	for (unsigned int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			buf_char(&b, '-');
		buf_char(&b, hex[id[i] >> 4]);
		buf_char(&b, hex[id[i] & 15]);
	}
	jsonw_key(w, STR("id"));
	jsonw_str(w, buf_as_str(&b));
}

static void put_hash(struct jsonw *w, struct str key, uint64_t hash)
{
	char text[17];
	struct buf b = BUF_ON(text);

	buf_printf(&b, "%016llx", (unsigned long long)hash);
	jsonw_key(w, key);
	jsonw_str(w, buf_as_str(&b));
}

static void put_checks(struct json_line *j)
{
	const struct alert *alert = j->alert;
	struct jsonw *w = &j->w;
	jsonw_key(w, STR("saker"));
	jsonw_begin(w, '{');
	jsonw_key(w, STR("checks"));
	jsonw_begin(w, '[');
	for (uint32_t i = 0; i < alert->nchecks; i++)
		put_check(j, &alert->checks[i]);
	jsonw_end(w, ']');
	put_hash(w, STR("digest"), alert->rule_digest);
	put_hash(w, STR("fingerprint"), alert->fingerprint);
	put_id(w, alert->id);
	jsonw_end(w, '}');
}

static void put_alert(struct json_line *j)
{
	const struct alert *alert = j->alert;
	struct jsonw *w = &j->w;
	char text[64];
	struct buf time = BUF_ON(text);

	jsonw_begin(w, '{');
	jsonw_key(w, STR("hostname"));
	jsonw_str(w, alert->hostname);
	put_output(j);
	jsonw_key(w, STR("output_fields"));
	put_fields(j);
	jsonw_key(w, STR("priority"));
	jsonw_str(w, str_of(alert_priority_name(alert->priority)));
	jsonw_key(w, STR("rule"));
	jsonw_str(w, alert->rule);
	if (j->config->checks && j->limits->checks)
		put_checks(j);
	jsonw_key(w, STR("source"));
	jsonw_str(w, alert->source);
	jsonw_key(w, STR("tags"));
	jsonw_begin(w, '[');
	for (uint32_t i = 0; i < alert->ntags; i++)
		jsonw_str(w, alert->tags[i]);
	jsonw_end(w, ']');
	jsonw_key(w, STR("time"));
	put_time(&time, alert->time_ns, "%Y-%m-%dT%H:%M:%S", true, "Z");
	jsonw_str(w, buf_as_str(&time));
	jsonw_end(w, '}');
}

void line_json(struct buf *b, const struct alert *alert, const struct line_config *config)
{
	struct json_line j = { .alert = alert, .config = config, .limits = &whole };
	const size_t start = b->n;

	for (unsigned int i = 0;; i++) {
		b->n = start;
		b->cut = false;
		j.w = JSONW(b);
		put_alert(&j);
		if (!b->cut || i == sizeof(shorter) / sizeof(shorter[0]))
			return;
		j.limits = &shorter[i];
	}
}

void line_fields_json(struct buf *b, const struct alert *alert)
{
	struct json_line j = { .w = JSONW(b), .alert = alert, .limits = &whole };

	jsonw_begin(&j.w, '{');
	for (uint32_t i = 0; i < alert->nfields; i++)
		put_field(&j, &alert->fields[i]);
	jsonw_end(&j.w, '}');
}
