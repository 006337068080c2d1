/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saker-driver(8): loads the module at boot; unloads it, and removes what the eBPF driver left. The
 * work is in loader.c.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "lib/exit.h"
#include "driver/loader.h"
#include "lib/log.h"
#include "lib/output.h"
#include "source/plugin.h"

static const char help[] =
	"usage: saker-driver load [--force] | unload\n"
	"\n"
	"Loads the kernel module, because the agent has no right to load modules. It does not\n"
	"load the module if a probe finds a reason against it (saker doctor prints the probes).\n"
	"The result is written to " VERDICT_PATH ". saker-driver.service runs it at boot.\n"
	"\n"
	"  load     load the module; refused after a crash by the module, and with\n"
	"           saker.disabled on the kernel's command line\n"
	"  unload   unload the module, and remove what the eBPF driver keeps for the next agent\n"
	"  --force  load the module also after a crash, and with saker.disabled\n"
	"\n"
	"Exit status: 0 done, 1 the module is not loaded, 2 wrong usage, 3 could not run or finish.\n";

static int usage(const char *what, const char *word)
{
	log_line("%s%s%s; `saker-driver --help` lists the options", what, word ? ": " : "", word ? word : "");
	return EXIT_USAGE;
}

static int only_root(void)
{
	log_line("only root can load and unload modules");
	return EXIT_CANNOT;
}

static int load(bool force)
{
	const struct loader_config config = { .force = force };
	struct messages said = { 0 };
	struct error err = { 0 };
	struct verdict verdict;
	int r = loader_load(&verdict, &config, &said, &err);

	log_messages(&said);
	if (verdict.loaded)
		log_at(LOG_INFO, "the module is loaded");
	else if (verdict.known)
		log_at(LOG_WARNING, "the module is not loaded: %s%s%s", verdict.reason,
			 *verdict.todo ? "; " : "", verdict.todo);
	if (r < 0) {
		log_line("%s", err.text);
		return EXIT_CANNOT;
	}
	return verdict.loaded ? EXIT_DONE : EXIT_NO;
}

/* If the plugin is not installed, there is nothing of the eBPF driver to remove. */
static int unload_ebpf(void)
{
	const struct plugin *plugin;
	char error[512];
	int r;

	if (plugin_open(&plugin, "source", "ebpf", error, sizeof(error)))
		return 0;
	r = ((const struct source_plugin *)plugin->ops)->unload();
	if (r < 0)
		log_line("the eBPF driver stays: %s",
			 r == -EBUSY ? "an agent holds it; stop it first (`systemctl stop saker`)" :
				       strerror(-r));
	return r;
}

static int unload(void)
{
	const struct loader_config config = { .force = false };
	struct error err = { 0 };
	int ebpf = unload_ebpf();

	if (loader_unload(&config, &err) == 0)
		return ebpf ? EXIT_NO : EXIT_DONE;
	log_line("the module was not unloaded: %s", err.text);
	return EXIT_NO;
}

static int loader_main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	bool force = argc == 3 && !strcmp(argv[2], "--force");

	if (!strcmp(verb, "--help") || !strcmp(verb, "-h") || !strcmp(verb, "help")) {
		fputs(help, stdout);
		return EXIT_DONE;
	}
	if (!strcmp(verb, "--version")) {
		printf("saker-driver %s\n", SAKER_VERSION);
		return EXIT_DONE;
	}
	if (!strcmp(verb, "load") && (argc == 2 || force))
		return geteuid() ? only_root() : load(force);
	if (!strcmp(verb, "unload") && argc == 2)
		return geteuid() ? only_root() : unload();
	if (!strcmp(verb, "load") || !strcmp(verb, "unload"))
		return usage("unknown option", argv[2]);
	return *verb ? usage("unknown command", verb) : usage("load or unload?", NULL);
}

int main(int argc, char **argv)
{
	struct error err = { 0 };
	struct output out;
	int status;

	output_begin(&out);
	status = loader_main(argc, argv);
	if (output_end(&out, &err) == 0)
		return status;
	log_line("%s", err.text);
	return EXIT_CANNOT;
}
