/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Choosing a driver. A table: each row opens its source or says what is wrong;
 * "auto" takes the first that this machine can have.
 */
#include "app/driver.h"
#include <errno.h>
#include <string.h>
#include "app/command.h"
#include "app/log.h"
#include "lib/guess.h"
#include "source/source_kmod.h"
#include "source/source_replay.h"

static int open_kmod(struct source **ret, const struct saker_selection *sel, const char *why)
{
	const struct source_live_config config = { .selection = sel, .snapshot = true };
	char error[512] = "";
	int r = source_kmod_new(ret, &config, error, sizeof(error));

	if (r < 0)
		log_line("driver kmod: %s", error);
	else
		log_line("driver kmod: %s", why);
	return r;
}

static int open_auto(struct source **ret, const struct saker_selection *sel)
{
	int r = source_kmod_probe();

	if (r == 0)
		return open_kmod(ret, sel, "chosen because the module is loaded");
	log_line("no driver: the kernel module is not loaded; "
		 "run `modprobe saker`, or replay a capture with --driver replay:FILE");
	return r;
}

static int open_replay(struct source **ret, const char *path)
{
	char error[512] = "";
	int r = source_replay_new(ret, path, error, sizeof(error));

	if (r < 0) {
		log_line("%s", error);
		return r;
	}
	log_line("driver replay: %s, captured on %s", path, source_replay_header(*ret)->hostname);
	return 0;
}

int driver_open(struct source **ret, const char *choice, const struct saker_selection *sel)
{
	struct guess guess = guess_init(str_of(choice));

	if (!strcmp(choice, "auto"))
		return open_auto(ret, sel);
	if (!strcmp(choice, "kmod"))
		return open_kmod(ret, sel, "chosen by --driver");
	if (!strncmp(choice, "replay:", 7))
		return open_replay(ret, choice + 7);
	guess_try(&guess, "auto");
	guess_try(&guess, "kmod");
	guess_try(&guess, "replay");
	log_line("no driver %s%s%s%s: there are auto, kmod and replay:FILE", choice,
		 guess.best ? "; did you mean " : "", guess.best ? guess.best : "",
		 guess.best ? "?" : "");
	return -EINVAL;
}

int driver_exit_status(int r)
{
	return r == -EINVAL ? EXIT_USAGE : EXIT_CANNOT;
}
