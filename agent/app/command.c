/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses the command line in one pass over argv, driven by the tables of options and commands. The
 * first mistake is printed, with a guess and a hint to --help.
 */
#include "app/command.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "api/api.h"
#include "app/confine.h"
#include "lib/buf.h"
#include "lib/log.h"
#include "lib/guess.h"
#include "ruleset/select.h"

struct option_def {
	uint32_t id;			/* enum opt */
	char letter;			/* 0: none */
	const char *name;
	const char *arg;		/* NULL: takes none */
	const char *help;
};

/* Continues the help of an option in the next line, in its column. */
#define NEXT	"\n                           "

static const struct option_def options[] = {
	{ OPT_RULES, 'r', "rules", "FILE|DIR",
	  "rule file, directory of .yaml and .yml files, or -" NEXT
	  "for standard input; may be repeated; without it the" NEXT
	  "rules that come with Saker, then those in" NEXT
	  "/etc/saker/rules.d" },
	{ OPT_DRIVER, 0, "driver", "DRIVER",
	  "auto (the default: the kernel module if it is" NEXT
	  "loaded, else eBPF), kmod, ebpf, or replay:FILE to" NEXT
	  "read the events of a capture" },
	{ OPT_JSON, 0, "json", NULL, "print JSON" },
	{ OPT_JSON_LINES, 0, "json", NULL, "print JSON, one object per line" },
	{ OPT_CHECKS, 0, "checks", NULL,
	  "print JSON alerts with the values that the condition" NEXT
	  "read; why and except need them" },
	{ OPT_FOR, 0, "for", "SECONDS", "stop after this time" },
	{ OPT_PICK, 0, "pick", "N", "print this exception of the list; 1 is the narrowest" },
	{ OPT_APPEND, 0, "append-output", "TEXT",
	  "append this text to every alert; it may contain" NEXT
	  "fields as %name" },
	{ OPT_SUGGESTED, 0, "suggested-output", NULL,
	  "append container, image and pod to every alert, in" NEXT
	  "the form of Falco" },
	{ OPT_DIFF, 0, "diff", NULL,
	  "also print, by kind, how many places have another" NEXT
	  "meaning in Falco 0.45" },
	{ OPT_DETAILS, 0, "details", NULL,
	  "also print each place that has another meaning in" NEXT
	  "Falco 0.45" },
	{ OPT_BY_RULE, 0, "rules", NULL,
	  "print the cost and the matches of each rule of the" NEXT
	  "running agent" },
	{ OPT_METRICS, 0, "metrics", NULL,
	  "print all metrics of the running agent, as" NEXT
	  "Prometheus reads them" },
	{ OPT_COVERAGE, 0, "coverage", NULL,
	  "for events: print which hooks record each event on" NEXT
	  "this kernel, and its gaps; for the driver in use," NEXT
	  "else for the one that run would choose" },
	{ OPT_BLIND, 0, "blind", NULL,
	  "like --coverage, but only events that are not" NEXT
	  "recorded in every case" },
	{ OPT_OF_DRIVER, 0, "driver", "DRIVER",
	  "with --coverage or --blind: for this driver (kmod," NEXT
	  "module or ebpf), also if another one is in use" },
	{ OPT_FIELDS, 'F', "fields", "FIELD,...",
	  "print only these fields of each event; with --json" NEXT
	  "as typed values; `saker list fields` lists the" NEXT
	  "fields" },
	{ OPT_RAW, 0, "raw", NULL,
	  "print every recorded field of each event, and the" NEXT
	  "origin of its value" },
	{ OPT_SOCKET, 0, "socket", "PATH",
	  "socket of the agent's local API; the default is" NEXT
	  API_SOCKET },
	{ OPT_NO_CONFINE, 0, "no-confine", NULL,
	  "keep all capabilities and filter no system calls," NEXT
	  "to debug the agent" },
	{ OPT_NO_PREFILTER, 0, "no-prefilter", NULL,
	  "also record events that no rule can match" },
	{ OPT_SNAPLEN, 0, "snaplen", "N",
	  "record N bytes of the data of each read, write, send" NEXT
	  "and receive, if a condition or the output needs" NEXT
	  "them; the default is 80, the maximum 4,080" },
	{ OPT_DNS, 0, "dns", NULL,
	  "also record the data sent to port 53 and received" NEXT
	  "from there, even if no rule needs them" },
	{ OPT_HELP, 'h', "help", NULL, "print this help" },
};

#define NOPTIONS	(sizeof(options) / sizeof(*options))

const struct command commands[] = {
	{ "run", "", "evaluate rules and write alerts to standard output",
	  OPT_RULES | OPT_DRIVER | OPT_JSON_LINES | OPT_CHECKS | OPT_FOR | OPT_SOCKET |
	  OPT_APPEND | OPT_SUGGESTED | OPT_NO_CONFINE | OPT_NO_PREFILTER | OPT_SNAPLEN |
	  OPT_DNS, 0, 0,
	  cmd_run,
	  "  saker run\n"
	  "  saker run -r /etc/saker/rules.d -r more_rules.yaml --json --for 60\n"
	  "  saker run -r my_rules.yaml --driver replay:yesterday.cap\n" },
	{ "check", "[FILE|DIR]...", "validate rules, and print every mistake with its place",
	  OPT_RULES | OPT_JSON | OPT_DIFF | OPT_DETAILS | OPERANDS_RULES, 0, ARGS_MAX, cmd_check,
	  "  saker check my_rules.yaml\n"
	  "  saker check falco_rules.yaml my_rules.yaml --diff\n"
	  "  saker check falco_rules.yaml --details\n" },
	{ "explain", "[RULE]", "print the compiled form of a rule, or of all rules",
	  OPT_RULES | OPT_JSON, 0, 1, cmd_explain,
	  "  saker explain -r rules.yaml 'Reverse shell'\n"
	  "  saker explain -r rules.yaml --json | jq '.rules[].details.condition_fields'\n" },
	{ "why", "[FILE|ALERT]",
	  "print why an alert was raised: each check, and the value it read\n\n"
	  "Alerts are JSON lines, as `saker run --checks` writes them. They are read from\n"
	  "FILE, or from standard input if there is no argument; a single alert may also be\n"
	  "the argument.",
	  OPT_RULES | OPT_JSON, 0, 1, cmd_why,
	  "  saker run --checks | tee alerts.json\n"
	  "  tail -n 1 alerts.json | saker why\n"
	  "  saker why -r my_rules.yaml alerts.json\n" },
	{ "except", "FILE|ALERT [FILE]",
	  "propose an exception that suppresses an alert\n\n"
	  "Prints the narrowest exception as rules to append, and a list of wider ones. The\n"
	  "second FILE has other alerts; the list then shows how many of them each\n"
	  "exception would have suppressed.",
	  OPT_RULES | OPT_JSON | OPT_PICK, 1, 2, cmd_except,
	  "  tail -n 1 alerts.json | saker except - alerts.json\n"
	  "  tail -n 1 alerts.json | saker except --pick 2 - >>my_rules.yaml\n" },
	{ "trace", "[CONDITION]",
	  "print events, one per line; with a condition only those that match\n\n"
	  "Without a condition it does not print system calls that have no event of their\n"
	  "own, and calls that programs make all the time, such as read, write, close, mmap\n"
	  "and ioctl.",
	  OPT_DRIVER | OPT_JSON_LINES | OPT_FOR | OPT_FIELDS | OPT_RAW | OPT_NO_CONFINE |
	  OPT_SNAPLEN | OPT_DNS, 0, 1, cmd_trace,
	  "  saker trace 'evt.type in (open, openat) and fd.name startswith /etc'\n"
	  "  saker trace -F evt.time,proc.name,proc.pname,proc.cmdline 'evt.type = execve'\n"
	  "  saker trace --driver replay:yesterday.cap\n" },
	{ "record", "FILE",
	  "write events, and the state that rules need, to a capture file\n\n"
	  "The capture has the events that `saker trace` prints without a condition.",
	  OPT_DRIVER | OPT_FOR | OPT_NO_CONFINE | OPT_DNS, 1, 1, cmd_record,
	  "  saker record --for 60 today.cap\n" },
	{ "stats", "", "print how many events were recorded and dropped, and what rules cost",
	  OPT_JSON | OPT_BY_RULE | OPT_METRICS | OPT_SOCKET, 0, 0, cmd_stats,
	  "  saker stats --json\n"
	  "  saker stats --rules | head\n"
	  "  saker stats --metrics | grep lost\n" },
	{ "doctor", "", "print which driver can run here, and why a better one cannot",
	  OPT_JSON, 0, 0, cmd_doctor,
	  "  saker doctor\n"
	  "  saker doctor --json | jq -r '.probes[] | select(.answer == \"stops\") | .text'\n" },
	{ "reload", "", "make the running agent read its rules again, and print the result",
	  OPT_SOCKET, 0, 0, cmd_reload,
	  "  saker reload\n" },
	{ "list", "events|fields|syscalls|rules|metrics [PART]",
	  "list events, fields, system calls, rules or metrics of this version",
	  OPT_JSON | OPT_RULES | OPT_COVERAGE | OPT_BLIND | OPT_OF_DRIVER, 1, 2, cmd_list,
	  "  saker list fields\n"
	  "  saker list events --coverage\n"
	  "  saker list events --blind openat --driver ebpf\n"
	  "  saker list fields proc.\n"
	  "  saker list rules\n" },
	{ .name = NULL },
};

static void print_help(FILE *out)
{
	fprintf(out, "usage: saker COMMAND [OPTIONS]\n\n");
	for (const struct command *c = commands; c->name; c++)
		fprintf(out, "  %-8s %.*s\n", c->name, (int)strcspn(c->summary, "\n"), c->summary);
	fprintf(out, "\n`saker COMMAND --help` prints the options of a command, `saker --version`\n"
		"the version. The manual page is saker(8).\n"
		"Exit status: 0 done; 1 done, and the answer is no (a rule has an error, no\n"
		"driver can run); 2 wrong usage; 3 could not run or finish.\n");
}

static void print_command_help(FILE *out, const struct command *c)
{
	fprintf(out, "usage: saker %s [OPTIONS]%s%s\n\n%s\n\n", c->name, *c->operands ? " " : "",
		c->operands, c->summary);
	for (size_t i = 0; i < NOPTIONS; i++) {
		const struct option_def *o = &options[i];
		char left[64];

		if (!((c->options | OPT_HELP) & o->id))
			continue;
		snprintf(left, sizeof(left), "%c%c%s--%s%s%s", o->letter ? '-' : ' ',
			 o->letter ? o->letter : ' ', o->letter ? ", " : "  ", o->name,
			 o->arg ? " " : "", o->arg ? o->arg : "");
		fprintf(out, "  %-24s %s\n", left, o->help);
	}
	fprintf(out, "\nexamples:\n%s", c->examples);
}

static int usage(const struct command *c, const char *what, const char *word, const char *guess)
{
	log_line("%s%s%s%s%s%s%s", what, word ? ": " : "", word ? word : "",
		 guess ? "; did you mean " : "", guess ? guess : "", guess ? "?" : "",
		 c ? "" : " (saker --help lists the commands)");
	if (c)
		log_line("`saker %s --help` lists its options", c->name);
	return -EINVAL;
}

/* Searches only the options of this command: two options are called --rules. */
static const struct option_def *option_find(const struct command *c, const char *word, size_t n)
{
	for (size_t i = 0; i < NOPTIONS; i++) {
		const struct option_def *o = &options[i];

		if (!((c->options | OPT_HELP) & o->id))
			continue;
		if (word[1] == '-' ? strlen(o->name) == n - 2 && !memcmp(o->name, word + 2, n - 2) :
				     n == 2 && o->letter == word[1])
			return o;
	}
	return NULL;
}

static int unknown_option(const struct command *c, const char *word)
{
	struct guess guess = guess_init(str_of(word + strspn(word, "-")));
	char meant[64];

	for (size_t i = 0; i < NOPTIONS; i++)
		if ((c->options | OPT_HELP) & options[i].id)
			guess_try(&guess, options[i].name);
	if (!guess.best)
		return usage(c, "unknown option", word, NULL);
	snprintf(meant, sizeof(meant), "--%s", guess.best);
	return usage(c, "unknown option", word, meant);
}

static int take_number(const struct command *c, const char *what, const char *value,
		       unsigned long max, uint32_t *ret)
{
	char *end, text[256];
	unsigned long v;

	errno = 0;
	v = strtoul(value, &end, 10);
	if (errno || *end || *value < '0' || *value > '9' || !v || v > max) {
		snprintf(text, sizeof(text), "%s, from 1 to %lu, not \"%s\"", what, max, value);
		return usage(c, text, NULL, NULL);
	}
	*ret = (uint32_t)v;
	return 0;
}

/* Options without a value. Return: false if it has one. */
static bool take_flag(struct args *args, enum opt id)
{
	switch (id) {
	case OPT_JSON:
	case OPT_JSON_LINES:
		args->json = true;
		break;
	case OPT_CHECKS:
		args->checks = args->json = true;
		break;
	case OPT_BY_RULE:
		args->by_rule = true;
		break;
	case OPT_METRICS:
		args->metrics = true;
		break;
	case OPT_COVERAGE:
		args->coverage = true;
		break;
	case OPT_BLIND:
		args->blind = true;
		break;
	case OPT_RAW:
		args->raw = true;
		break;
	case OPT_NO_CONFINE:
		args->confine = false;
		break;
	case OPT_NO_PREFILTER:
		args->prefilter = false;
		break;
	case OPT_DNS:
		args->dns = true;
		break;
	case OPT_SUGGESTED:
		args->suggested_output = true;
		break;
	case OPT_DETAILS:
		args->details = true;
		/* fall through */
	case OPT_DIFF:
		args->diff = true;
		break;
	default:
		return false;
	}
	return true;
}

static int take_option(const struct command *c, struct args *args, uint32_t id, const char *value)
{
	if (take_flag(args, id))
		return 0;
	switch (id) {
	case OPT_RULES:
		if (args->nrules == ARGS_MAX)
			return usage(c, "too many -r", NULL, NULL);
		args->rules[args->nrules++] = value;
		break;
	case OPT_DRIVER:
		args->driver = value;
		break;
	case OPT_OF_DRIVER:
		args->of_driver = value;
		break;
	case OPT_FIELDS:
		args->fields = value;
		break;
	case OPT_SOCKET:
		args->socket = value;
		break;
	case OPT_APPEND:
		args->append_output = value;
		break;
	case OPT_FOR:
		return take_number(c, "--for takes whole seconds", value, 31536000, &args->for_s);
	case OPT_SNAPLEN:
		return take_number(c, "--snaplen takes a whole number", value, SNAPLEN_MAX, &args->snaplen);
	case OPT_PICK:
		return take_number(c, "--pick takes a whole number", value, 100, &args->pick);
	}
	return 0;
}

/* What the last operand of a command is, if it may have spaces; else NULL. */
static const char *with_spaces(const struct command *c)
{
	static const struct { const char *command, *operand; } those[] = {
		{ "explain", "a name with spaces" },
		{ "list", "a part with spaces" },
		{ "trace", "the condition" },
	};

	for (size_t i = 0; i < sizeof(those) / sizeof(*those); i++)
		if (!strcmp(those[i].command, c->name))
			return those[i].operand;
	return NULL;
}

static bool is_rule_file(const char *word)
{
	const struct str s = str_of(word);

	return str_ends(s, STR(".yaml")) || str_ends(s, STR(".yml")) || strchr(word, '/');
}

/* The words from @argv on belong to the last operand, which lacks its quotes; or one is a file. */
static int too_many(const struct command *c, const struct args *args, char **argv)
{
	char text[512] = "";
	struct buf b = { .p = text, .size = sizeof(text) - 1 };

	if (!with_spaces(c) || is_rule_file(*argv)) {
		buf_printf(&b, "-r %s", *argv);
		return usage(c, "one argument too many", *argv,
			     c->options & OPT_RULES ? text : NULL);
	}
	buf_printf(&b, "quote %s: saker %s ", with_spaces(c), c->name);
	for (unsigned int i = 0; i + 1 < args->noperands; i++)
		buf_printf(&b, "%s ", args->operands[i]);
	buf_printf(&b, "\"%s", args->operands[args->noperands - 1]);
	for (; *argv && **argv != '-'; argv++)
		buf_printf(&b, " %s", *argv);
	buf_text(&b, "\"");
	return usage(c, text, NULL, NULL);
}

/* Takes an argument that is not an option. */
static int take_operand(const struct command *c, struct args *args, char **argv)
{
	if (c->options & OPERANDS_RULES)
		return take_option(c, args, OPT_RULES, *argv);
	if (args->noperands == c->max_operands)
		return too_many(c, args, argv);
	args->operands[args->noperands++] = *argv;
	return 0;
}

/* Takes one argument that begins with "-", and its value. Return: arguments used, or -errno. */
static int parse_option(const struct command *c, struct args *args, char **argv, bool *help)
{
	const char *word = argv[0], *equals = strchr(word, '=');
	size_t n = equals && word[1] == '-' ? (size_t)(equals - word) : strlen(word);
	const struct option_def *o = option_find(c, word, n);
	const char *value = word[n] ? word + n + 1 : NULL;
	int used = 1, r;

	if (!o)
		return unknown_option(c, word);
	if (o->id == OPT_HELP) {
		*help = true;
		return 1;
	}
	if (!o->arg && value)
		return usage(c, "takes no value", word, NULL);
	if (o->arg && !value) {
		value = argv[1];
		used = 2;
	}
	if (o->arg && !value)
		return usage(c, "needs a value", word, NULL);
	r = take_option(c, args, o->id, value);
	return r < 0 ? r : used;
}

static int parse(const struct command *c, struct args *args, char **argv, bool *help)
{
	bool only_operands = false;
	int r;

	for (int used = 1; *argv && !*help; argv += used, used = 1) {
		if (!only_operands && !strcmp(*argv, "--")) {
			only_operands = true;
			continue;
		}
		if (!only_operands && argv[0][0] == '-' && argv[0][1])
			r = used = parse_option(c, args, argv, help);
		else
			r = take_operand(c, args, argv);
		if (r < 0)
			return r;
	}
	if (!*help && args->noperands < c->min_operands)
		return usage(c, "missing", c->operands, NULL);
	return 0;
}

static const struct command *command_find(const char *name)
{
	struct guess guess = guess_init(str_of(name));

	for (const struct command *c = commands; c->name; c++) {
		if (!strcmp(c->name, name))
			return c;
		guess_try(&guess, c->name);
	}
	usage(NULL, *name == '-' ? "unknown option" : "unknown command", name, guess.best);
	return NULL;
}

static int help_command(const char *topic)
{
	const struct command *c = topic ? command_find(topic) : NULL;

	if (topic && !c)
		return EXIT_USAGE;
	if (c)
		print_command_help(stdout, c);
	else
		print_help(stdout);
	return EXIT_DONE;
}

int command_main(int argc, char **argv)
{
	struct args args = { .driver = "auto", .confine = CONFINE_BY_DEFAULT,
			     .prefilter = true, .snaplen = SNAPLEN_DEFAULT };
	const struct command *c;
	bool help = false;

	if (argc < 2) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--version")) {
		printf("saker %s\n", SAKER_VERSION);
		return EXIT_DONE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help"))
		return help_command(argc > 2 ? argv[2] : NULL);
	c = command_find(argv[1]);
	if (!c || parse(c, &args, argv + 2, &help) < 0)
		return EXIT_USAGE;
	if (help)
		return help_command(c->name);
	return c->run(&args);
}
