/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line as two tables: the options, and the commands with the options that each accepts.
 * Help, checks and guesses are made from these tables.
 */
#ifndef APP_COMMAND_H
#define APP_COMMAND_H

#include <stdint.h>
#include "cmd/cmd.h"

enum opt {
	OPT_RULES = 1u << 0,
	OPT_DRIVER = 1u << 1,
	OPT_JSON = 1u << 2,
	OPT_FOR = 1u << 3,
	OPT_HELP = 1u << 4,
	OPT_CHECKS = 1u << 5,
	OPT_PICK = 1u << 6,
	OPT_DIFF = 1u << 7,
	OPT_SOCKET = 1u << 8,
	OPT_BY_RULE = 1u << 9,
	OPT_APPEND = 1u << 10,
	OPT_SUGGESTED = 1u << 11,
	OPT_METRICS = 1u << 12,
	OPT_FIELDS = 1u << 14,
	OPT_RAW = 1u << 15,
	OPT_NO_CONFINE = 1u << 16,
	OPT_DETAILS = 1u << 17,
	OPT_COVERAGE = 1u << 18,
	OPT_BLIND = 1u << 19,
	OPT_OF_DRIVER = 1u << 20,
	OPT_NO_PREFILTER = 1u << 21,
	OPT_SNAPLEN = 1u << 22,
	OPT_DNS = 1u << 23,
	OPT_JSON_LINES = 1u << 24,	/* --json of commands that print until they end */
	OPERANDS_RULES = 1u << 13,	/* arguments that are no options are rule files, as after -r */
};

struct command {
	const char *name;
	const char *operands;		/* the synopsis in the help */
	const char *summary;		/* `saker --help` prints its first line only */
	uint32_t options;		/* enum opt */
	unsigned int min_operands, max_operands;
	int (*run)(const struct args *args);	/* Return: the exit status */
	const char *examples;		/* one line per example */
};

/* All commands; the last row has a NULL name. */
extern const struct command commands[];

/**
 * command_main() - parse the command line and run the command
 *
 * Return: the exit status.
 */
int command_main(int argc, char **argv);

/* The commands that run the loop. Return: the exit status. */
int cmd_record(const struct args *args);
int cmd_run(const struct args *args);
int cmd_trace(const struct args *args);

#endif /* APP_COMMAND_H */
