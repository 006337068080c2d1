/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of messages: each is formatted where it arises and kept until the program logs it. */
#include "lib/messages.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void message_add(struct messages *said, int priority, const char *fmt, ...)
{
	struct message *v;
	va_list ap;
	int n;

	if (!said)
		return;
	v = realloc(said->v, (said->n + 1) * sizeof(*v));
	if (!v) {
		said->incomplete = true;
		return;
	}
	said->v = v;
	v[said->n] = (struct message){ .priority = priority };
	va_start(ap, fmt);
	n = vasprintf(&v[said->n].text, fmt, ap);
	va_end(ap);
	if (n < 0)
		said->incomplete = true;
	else
		said->n++;
}

void messages_uninit(struct messages *said)
{
	for (unsigned int i = 0; i < said->n; i++)
		free(said->v[i].text);
	free(said->v);
	*said = (struct messages){ .v = NULL };
}
