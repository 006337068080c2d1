/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the driver that --driver names, and reports it in messages and the stream's first record. */
#include "driver/driver.h"
#include <errno.h>
#include <string.h>
#include <syslog.h>
#include "driver/probe.h"
#include "lib/clock.h"
#include "lib/exit.h"
#include "lib/guess.h"
#include "source/plugin.h"
#include "source/source_kmod.h"
#include "source/source_replay.h"

static int open_ebpf(const struct source_plugin **ret, char *error, size_t size)
{
	const struct plugin *plugin;
	int r = plugin_open(&plugin, "source", "ebpf", error, size);

	if (r == 0)
		*ret = plugin->ops;
	return r;
}

const struct host_drivers drivers = {
	.kmod_probe = source_kmod_probe,
	.kmod_open = source_kmod_new,
	.ebpf = open_ebpf,
};

static int open_replay(struct source **ret, const char *path, struct messages *said)
{
	struct error err = { 0 };
	int r = source_replay_new(ret, path, &err);

	if (r < 0) {
		message_add(said, LOG_ERR, "%s", err.text);
		return r;
	}
	message_add(said, LOG_INFO, "driver replay: %s, captured on %s", path, source_replay_header(*ret)->hostname);
	return 0;
}

static int no_such_driver(const char *name, struct messages *said)
{
	static const char *const names[] = { "auto", "kmod", "ebpf", "replay" };
	struct guess guess = guess_init(str_of(name));

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		guess_try(&guess, names[i]);
	message_add(said, LOG_ERR, "no driver %s: there are auto, kmod, ebpf and replay:FILE%s%s%s", name,
		 guess.best ? "; did you mean " : "", guess.best ? guess.best : "",
		 guess.best ? "?" : "");
	return -EINVAL;
}

/* What makes the agent see less, or keep more rights, than on another machine. */
static void warn_of_self(const struct host *host, struct messages *said)
{
	struct finding finding;

	for (unsigned int i = 0; i < nprobes; i++) {
		if (!(probes[i].ways & WAY_SELF))
			continue;
		probe_run(&probes[i], host, &finding);
		if (finding.answer == PROBE_NOTE)
			message_add(said, LOG_WARNING, "%s; %s", finding.text, finding.todo);
	}
}

/*
 * What loading cost, now or before: the programs stay when an agent ends. Without a hook in the
 * function that every open calls, the eBPF driver misses some. @began_ns: boot time of the start
 */
static void say_ebpf(struct source *source, uint64_t began_ns, struct messages *said)
{
	static const char function[] = "security_file_open";
	struct control_info info;
	bool missing = false;

	if (strcmp(source->name, "ebpf") || source_info(source, &info) < 0)
		return;
	if (info.load.ns)
		message_add(said, LOG_INFO, "driver ebpf: %u programs, %s in %llu ms, %llu KiB of locked memory",
			    info.load.programs, info.load.at_ns < began_ns ? "loaded before" : "loaded",
			    (unsigned long long)info.load.ns / 1000000,
			    (unsigned long long)info.load.locked >> 10);
	for (uint32_t i = 0; i < info.nhooks; i++) {
		const struct control_hook *hook = &info.hooks[i];

		if (strncmp(hook->name, function, sizeof(function) - 1))
			continue;
		missing = !strncmp(hook->state, "missing", 7);
		if (!missing)
			break;
	}
	control_info_uninit(&info);
	if (missing)
		message_add(said, LOG_WARNING, "driver ebpf: limited on this kernel: opens by io_uring are not "
		       "recorded, paths of opens come from the descriptor; see saker doctor");
}

/* Before 5.5 a sysctl turns the module's function hooks off. */
static void say_kmod(struct source *source, struct messages *said)
{
	struct control_info info;

	if (strcmp(source->name, "kmod") || source_info(source, &info) < 0)
		return;
	for (uint32_t i = 0; i < info.nhooks; i++) {
		const struct control_hook *hook = &info.hooks[i];

		if (!strcmp(hook->kind, "function") && !strncmp(hook->state, "missing", 7))
			message_add(said, LOG_WARNING, "driver kmod: hook %s is %s", hook->name, hook->state);
	}
	control_info_uninit(&info);
}

static int open_live(struct source **ret, struct choice *choice, const char *name,
		     const struct saker_selection *sel, struct messages *said)
{
	const struct source_live_config config = { .selection = sel, .snapshot = true };
	const uint64_t began_ns = clock_boottime_ns();
	struct host host;
	int r = host_init(&host, NULL, &drivers);

	if (r < 0) {
		message_add(said, LOG_ERR, "choosing a driver: opening /: %s", strerror(-r));
		return r;
	}
	if (!strcmp(name, "auto"))
		r = choice_make(choice, &host, ret, &config);
	else
		r = choice_take(choice, &host, name, ret, &config);
	if (r == 0)
		warn_of_self(&host, said);
	host_uninit(&host);
	if (r == -EINVAL)
		return no_such_driver(name, said);
	choice_say(choice, said);
	if (r == 0) {
		say_ebpf(*ret, began_ns, said);
		say_kmod(*ret, said);
	}
	if (r == -ENODEV && !strcmp(name, "auto"))
		message_add(said, LOG_ERR, "no driver: `saker doctor` shows what prevents them; "
			 "--driver replay:FILE reads a capture instead");
	return r;
}

bool driver_is_replay(const char *name)
{
	return !strncmp(name, "replay:", 7);
}

int driver_open(struct source **ret, struct choice *choice, const char *name,
		const struct saker_selection *sel, struct messages *said)
{
	int r;

	*choice = (struct choice){ .driver = NULL };
	if (!strcmp(name, "replay:") || !strcmp(name, "replay")) {
		message_add(said, LOG_ERR, "replay needs a file: replay:FILE");
		return -EINVAL;
	}
	if (driver_is_replay(name))
		return open_replay(ret, name + 7, said);
	r = open_live(ret, choice, name, sel, said);
	if (r < 0)
		return r;
	r = choice_post(*ret, choice);
	if (r < 0) {
		message_add(said, LOG_ERR, "recording the choice of driver %s: %s", choice->driver, strerror(-r));
		source_close(*ret);
	}
	return r;
}

int driver_exit_status(int r)
{
	return r == -EINVAL ? EXIT_USAGE : EXIT_CANNOT;
}
