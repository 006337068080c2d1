/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saker trace --fields: the fields become the output of a rule, so they are compiled, read and
 * typed like those of alerts.
 */
#include "app/trace_fields.h"
#include <ctype.h>
#include <errno.h>
#include <syslog.h>
#include "alert/format.h"
#include "app/template.h"
#include "deliver/line.h"
#include "field/field.h"
#include "lib/text.h"

/* The characters of a field's name and argument. None is special in a quoted YAML string. */
static bool is_name(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!isalnum((unsigned char)name.p[i]) && !memchr("._[]-/", name.p[i], 6))
			return false;
	return name.n;
}

static int add(struct trace_fields *f, struct buf *output, struct str name, struct messages *said)
{
	if (!is_name(name)) {
		message_add(said, LOG_ERR, "--fields: \"" STR_FMT "\" is not a field; expected names with "
			    "commas between", STR_ARG(name));
		return -EINVAL;
	}
	if (f->n == TRACE_FIELDS_MAX) {
		message_add(said, LOG_ERR, "--fields: more than %u", TRACE_FIELDS_MAX);
		return -EINVAL;
	}
	f->names[f->n++] = name;
	buf_text(output, f->n > 1 ? " %" : "%");
	buf_str(output, name);
	return 0;
}

int trace_fields_parse(struct trace_fields *f, const char *list, struct messages *said)
{
	struct buf output = { .p = f->output, .size = sizeof(f->output) - 1 };

	do {
		size_t n = strcspn(list, ",");
		int r = add(f, &output, (struct str){ list, n }, said);

		if (r < 0)
			return r;
		list += n;
	} while (*list++);
	f->output[output.n] = '\0';
	if (output.cut) {
		message_add(said, LOG_ERR, "--fields: too long");
		return -EINVAL;
	}
	return template_check("--fields", str_of(f->output), said) ? 0 : -EINVAL;
}

int trace_fields_compile(struct trace_fields *f, struct ruleset *rules)
{
	return alert_templates_new(&f->templates, rules, STR(""));
}

void trace_fields_uninit(struct trace_fields *f)
{
	alert_templates_free(f->templates);
}

/*
 * Times are numbers in alerts, but text here, as a person reads it. Return: whether this is a time.
 */
static bool put_time(struct buf *b, const struct alert_field *field, const struct event *ev)
{
	const struct field_def *def = field_find(field->name);
	const struct field_arg none = { .present = false };
	struct value v;

	if (!def || def->type != VALUE_STR || field->value.type == VALUE_STR ||
	    def->extract(&v, ev, &none) != 0)
		return false;
	text_put(b, v.s, TEXT_JSON);
	return true;
}

static void put_value(struct buf *b, const struct alert *alert, struct str name,
		      const struct event *ev)
{
	char mem[4096];
	struct buf value = BUF_ON(mem);

	for (uint32_t i = 0; i < alert->nfields; i++) {
		const struct alert_field *field = &alert->fields[i];

		if (!str_eq(field->name, name) || field->missing)
			continue;
		if (field->value.type == VALUE_STR && !field->value.count) {
			text_put(b, field->value.s, TEXT_JSON);
			return;
		}
		if (put_time(b, field, ev))
			return;
		format_value(&value, &field->value, field->field_flags);
		text_put(b, buf_as_str(&value), TEXT_JSON);
		return;
	}
	buf_text(b, "<NA>");
}

int trace_fields_print(struct buf *b, const struct trace_fields *f, const struct rule *rule,
		       const struct event *ev, bool json)
{
	struct alert alert;
	int r = alert_build(&alert, f->templates, rule, ev, NULL, 0);

	if (r < 0)
		return r;
	if (json) {
		line_fields_json(b, &alert);
		return 0;
	}
	for (unsigned int i = 0; i < f->n; i++) {
		if (i)
			buf_char(b, '\t');
		put_value(b, &alert, f->names[i], ev);
	}
	return 0;
}
