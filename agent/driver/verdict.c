/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and writes `/run/saker/driver.json`. Unknown keys are ignored, missing ones are empty. */
#include "driver/verdict.h"
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include "driver/replace.h"
#include "lib/jsonw.h"

#define VERDICT_MAX	(16u << 10)	/* bytes */

static void take_text(const json_t *doc, const char *key, char *ret, size_t size)
{
	const char *text = json_string_value(json_object_get(doc, key));

	snprintf(ret, size, "%s", text ? text : "");
}

int verdict_read(const struct host *host, struct verdict *ret)
{
	char text[VERDICT_MAX], boot[37];
	ssize_t n = host_text(host, VERDICT_PATH, text, sizeof(text));
	json_t *doc;

	*ret = (struct verdict){ 0 };
	if (n < 0)
		return n == -ENOENT ? 0 : (int)n;
	doc = json_loadb(text, (size_t)n, 0, NULL);
	if (!json_is_object(doc)) {
		json_decref(doc);
		return -EBADMSG;
	}
	take_text(doc, "boot_id", boot, sizeof(boot));
	ret->known = !strcmp(boot, host->boot_id);
	ret->loaded = json_is_true(json_object_get(doc, "loaded"));
	ret->tried = json_is_true(json_object_get(doc, "tried"));
	ret->forced = json_is_true(json_object_get(doc, "forced"));
	ret->time = json_integer_value(json_object_get(doc, "time"));
	take_text(doc, "probe", ret->probe, sizeof(ret->probe));
	take_text(doc, "reason", ret->reason, sizeof(ret->reason));
	take_text(doc, "todo", ret->todo, sizeof(ret->todo));
	json_decref(doc);
	return 0;
}

int verdict_write(const char *root, const struct host *host, const struct verdict *verdict)
{
	char text[VERDICT_MAX];
	struct buf b = BUF_ON(text);
	struct jsonw w = JSONW(&b);

	jsonw_begin(&w, '{');
	jsonw_key(&w, STR("boot_id"));
	jsonw_str(&w, str_of(host->boot_id));
	jsonw_key(&w, STR("kernel"));
	jsonw_str(&w, str_of(host->release));
	jsonw_key(&w, STR("time"));
	jsonw_s64(&w, verdict->time);
	jsonw_key(&w, STR("loaded"));
	jsonw_bool(&w, verdict->loaded);
	jsonw_key(&w, STR("tried"));
	jsonw_bool(&w, verdict->tried);
	jsonw_key(&w, STR("forced"));
	jsonw_bool(&w, verdict->forced);
	jsonw_key(&w, STR("probe"));
	jsonw_str(&w, str_of(verdict->probe));
	jsonw_key(&w, STR("reason"));
	jsonw_str(&w, str_of(verdict->reason));
	jsonw_key(&w, STR("todo"));
	jsonw_str(&w, str_of(verdict->todo));
	jsonw_end(&w, '}');
	buf_char(&b, '\n');
	return replace_file(root, VERDICT_PATH, buf_as_str(&b));
}
