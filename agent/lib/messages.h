/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collects messages of a library, each with a priority, for the program that called it:
 * it decides whether they are logged (log_messages()). What prevents the work is an
 * error (lib/error.h); messages are what the user should know beside the result.
 */
#ifndef LIB_MESSAGES_H
#define LIB_MESSAGES_H

#include <stdbool.h>

struct message {
	int priority;			/* of syslog.h */
	char *text;			/* one line, without a full stop */
};

struct messages {			/* begins as { 0 } */
	struct message *v;
	unsigned int n;
	bool incomplete;		/* there was no memory for one */
};

/* @said: NULL is fine. */
void message_add(struct messages *said, int priority, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

void messages_uninit(struct messages *said);

#endif /* LIB_MESSAGES_H */
