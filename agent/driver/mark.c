/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and writes the mark: a word and its value on each line; unknown words are ignored. */
#include "driver/mark.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "driver/replace.h"
#include "lib/buf.h"
#include "lib/text.h"

static const char *const phases[MARK_PHASES] = { "none", "loading", "loaded", "stopped", "blamed" };

static void take_line(struct mark *mark, const char *line)
{
	char word[16];
	int n = 0;

	if (sscanf(line, "%15s %n", word, &n) != 1 || !n)
		return;
	line += n;
	if (!strcmp(word, "boot"))
		snprintf(mark->boot_id, sizeof(mark->boot_id), "%s", line);
	else if (!strcmp(word, "unclean"))
		sscanf(line, "%" SCNu32, &mark->unclean);
	else if (!strcmp(word, "forgiven"))
		sscanf(line, "%" SCNd64, &mark->forgiven);
	else if (!strcmp(word, "why"))
		snprintf(mark->why, sizeof(mark->why), "%s", line);
	for (unsigned int i = 0; !strcmp(word, "phase") && i < MARK_PHASES; i++)
		if (!strcmp(line, phases[i]))
			mark->phase = i;
}

int mark_read(const struct host *host, struct mark *ret)
{
	char text[1024], *line, *rest = text;
	ssize_t n = host_text(host, MARK_PATH, text, sizeof(text));

	*ret = (struct mark){ .phase = MARK_NONE };
	if (n < 0)
		return n == -ENOENT ? 0 : (int)n;
	while ((line = strsep(&rest, "\n")))
		take_line(ret, line);
	return ret->phase == MARK_NONE ? -EBADMSG : 0;
}

int mark_write(const char *root, const struct mark *mark)
{
	char text[1024];
	struct buf b = BUF_ON(text);

	buf_printf(&b, "boot %s\nphase %s\nunclean %" PRIu32 "\nforgiven %" PRId64 "\n",
		   mark->boot_id, phases[mark->phase], mark->unclean, mark->forgiven);
	if (mark->why[0]) {
		buf_text(&b, "why ");
		buf_escaped(&b, str_of(mark->why));
		buf_char(&b, '\n');
	}
	return replace_file(root, MARK_PATH, buf_as_str(&b));
}
