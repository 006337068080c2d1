/* SPDX-License-Identifier: Apache-2.0 */
/* Implements coverage.h: queries the driver that records, or examines the kernel for the eBPF driver. */
#include "cmd/coverage.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "driver/driver.h"
#include "metrics/tallies.h"
#include "source/plugin.h"

static bool is_kmod(const struct covered *c)
{
	return !strcmp(c->driver, "kmod");
}

static int finish(struct covered *c, char *error, size_t size)
{
	const struct source_plugin *ebpf;
	int r = is_kmod(c) ? 0 : drivers.ebpf(&ebpf, error, size);

	if (r < 0)
		return r;
	coverage_init(&c->coverage, is_kmod(c), &c->info, is_kmod(c) ? 0 : ebpf->limits(&c->info),
		      coverage_uring());
	return 0;
}

static int foresee_ebpf(struct covered *c, const struct host *host, char *error, size_t size)
{
	const struct source_plugin *ebpf;
	int r = host->drivers->ebpf(&ebpf, error, size);

	if (r == 0)
		r = ebpf->foresee(&c->info);
	if (r < 0 && !*error)
		snprintf(error, size, "examining the kernel for the driver ebpf: %s", strerror(-r));
	return r;
}

static int foresee_kmod(struct covered *c, char *error, size_t size)
{
	_cleanup_(control_freep) struct control *control = NULL;
	int r = control_new(&control);

	if (r == 0)
		r = control_get_info(control, &c->info);
	if (r < 0)
		snprintf(error, size, "querying the kernel module: %s", strerror(-r));
	return r;
}

int covered_choice(struct covered *ret, const struct host *host, const struct choice *choice,
		   char *error, size_t size)
{
	int r;

	*ret = (struct covered){ .driver = choice->driver };
	snprintf(ret->why, sizeof(ret->why), "%s", choice->why);
	r = is_kmod(ret) ? foresee_kmod(ret, error, size) : foresee_ebpf(ret, host, error, size);
	if (r == 0)
		r = finish(ret, error, size);
	if (r < 0)
		covered_uninit(ret);
	return r;
}

static int choose(struct covered *ret, char *error, size_t size)
{
	struct choice choice;
	struct host host;
	int r = host_init(&host, NULL, &drivers);

	if (r < 0) {
		snprintf(error, size, "examining this machine: opening /: %s", strerror(-r));
		return r;
	}
	r = choice_make(&choice, &host, NULL, NULL);
	if (r < 0)
		snprintf(error, size, "no driver can run here; `saker doctor` shows why");
	else
		r = covered_choice(ret, &host, &choice, error, size);
	host_uninit(&host);
	return r;
}

int covered_find(struct covered *ret, char *error, size_t size)
{
	struct tallies tallies;
	int r = tallies_ask(&tallies, error, size);

	*error = '\0';
	*ret = (struct covered){ .driver = NULL };
	if (r == -EPERM || r == -EACCES) {
		snprintf(error, size, "only root may query the driver");
		return -EPERM;
	}
	if (r == 0 && tallies.info.state != SAKER_STATE_ARMED &&
	    tallies.info.state != SAKER_STATE_ORPHAN) {
		tallies_uninit(&tallies);
		r = -ENODEV;
	}
	if (r == -ENODEV)
		return choose(ret, error, size);
	if (r < 0) {
		snprintf(error, size, r == -EPROTO ? "the driver in the kernel is from another build "
			 "of Saker than this command; use the saker of that build" :
			 "querying the driver: %s", strerror(-r));
		return r;
	}
	*ret = (struct covered){ .driver = tallies.driver, .running = true, .info = tallies.info };
	r = finish(ret, error, size);
	if (r < 0)
		covered_uninit(ret);
	return r;
}

void covered_uninit(struct covered *covered)
{
	control_info_uninit(&covered->info);
}
