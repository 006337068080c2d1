/* SPDX-License-Identifier: Apache-2.0 */
/* What a command is given, and the commands of this folder: one file each, cmd_NAME() in NAME.c. */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <stdbool.h>
#include <stdint.h>
#include "lib/exit.h"

#define ARGS_MAX	256

struct args {
	const char *rules[ARGS_MAX];	/* in the order given */
	unsigned int nrules;
	const char *driver;		/* "auto" */
	bool json;
	bool checks;
	bool diff;
	bool details;			/* of the differences */
	bool coverage;
	bool blind;			/* with coverage: only events with gaps */
	const char *of_driver;		/* with coverage; NULL: the one in use */
	const char *append_output;	/* NULL: nothing */
	bool suggested_output;
	bool by_rule;
	bool metrics;
	const char *fields;		/* names with commas between; NULL: the usual line */
	bool raw;
	bool prefilter;			/* the driver excludes events that no rule can match */
	bool dns;			/* record messages to and from port 53, with their data */
	uint32_t snaplen;		/* bytes of data that are kept while a rule or field reads them */
	bool confine;			/* drop the rights that a running agent does not need */
	const char *socket;		/* of the local API; NULL: where it is by default */
	uint32_t for_s;			/* 0: until a signal */
	uint32_t pick;			/* 0: the first */
	const char *operands[ARGS_MAX];
	unsigned int noperands;
};

/* Each returns the exit status. */
int cmd_check(const struct args *args);
int cmd_doctor(const struct args *args);
int cmd_except(const struct args *args);
int cmd_explain(const struct args *args);
int cmd_list(const struct args *args);
int cmd_reload(const struct args *args);
int cmd_stats(const struct args *args);
int cmd_why(const struct args *args);

#endif /* CMD_CMD_H */
