/* SPDX-License-Identifier: Apache-2.0 */
/* Implements covered.h: queries the driver that records, or examines the kernel for another. */
#include "coverage/covered.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "driver/driver.h"
#include "coverage/foreseen.h"
#include "metrics/tallies.h"
#include "source/plugin.h"

static bool is_kmod(const char *driver)
{
	return !strcmp(driver, "kmod");
}

static void apply(struct covered *c, const struct covered_base *base)
{
	coverage_init(&c->coverage, is_kmod(c->driver), &c->info, base->limits, &base->kernel);
}

static int finish(struct covered *c, char *error, size_t size)
{
	struct covered_base base = { .limits = 0 };
	const struct source_plugin *ebpf;
	int r = is_kmod(c->driver) ? 0 : drivers.ebpf(&ebpf, error, size);

	if (r < 0)
		return r;
	if (!is_kmod(c->driver))
		base.limits = ebpf->limits(&c->info);
	coverage_look(&base.kernel);
	apply(c, &base);
	return 0;
}

static int foresee_ebpf(struct covered *c, const struct host_drivers *of, char *error, size_t size)
{
	const struct source_plugin *ebpf;
	int r = of->ebpf(&ebpf, error, size);

	if (r == 0)
		r = ebpf->foresee(&c->info);
	if (r < 0 && !*error)
		snprintf(error, size, "examining the kernel for the driver ebpf: %s%s", strerror(-r),
			 r == -EPERM ? "; only root may do it" : "");
	return r;
}

static int query_kmod(struct covered *c, char *error, size_t size)
{
	_cleanup_(control_freep) struct control *control = NULL;
	int r = control_new(&control);

	if (r == 0)
		r = control_get_info(control, &c->info);
	if (r < 0)
		snprintf(error, size, "querying the kernel module: %s", strerror(-r));
	return r;
}

/* -- the driver that would be chosen -- */

int covered_choice(struct covered *ret, const struct host *host, const struct choice *choice,
		   char *error, size_t size)
{
	int r;

	*ret = (struct covered){ .driver = choice->driver };
	*error = '\0';
	snprintf(ret->why, sizeof(ret->why), "%s", choice->why);
	r = is_kmod(ret->driver) ? query_kmod(ret, error, size) :
				   foresee_ebpf(ret, host->drivers, error, size);
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

/* -- a named driver -- */

/* The module lists its hooks once it is loaded. */
static int foresee_kmod(struct covered *c, char *error, size_t size)
{
	int r = drivers.kmod_probe();

	if (r == 0) {
		snprintf(c->why, sizeof(c->why), "the module is loaded, and is not in use");
		return query_kmod(c, error, size);
	}
	snprintf(c->why, sizeof(c->why), "the module is not loaded; its hooks follow from the kernel's symbols");
	r = foreseen_kmod(&c->info);
	if (r < 0)
		snprintf(error, size, r == -ENODATA ? "the module is not loaded, and /proc/kallsyms of this "
			 "kernel does not show which hooks it would have" :
			 "reading /proc/kallsyms: %s", strerror(-r));
	return r == -ENODATA ? -ENODEV : r;
}

static int foresee(struct covered *ret, const char *driver, char *error, size_t size)
{
	int r;

	*ret = (struct covered){ .driver = driver, .named = true };
	if (is_kmod(driver)) {
		r = foresee_kmod(ret, error, size);
	} else {
		snprintf(ret->why, sizeof(ret->why), "it is not in use");
		r = foresee_ebpf(ret, &drivers, error, size);
	}
	if (r == 0)
		r = finish(ret, error, size);
	if (r < 0)
		covered_uninit(ret);
	return r;
}

/* -- the driver that records -- */

static bool records(const struct tallies *t)
{
	return t->info.state == SAKER_STATE_ARMED || t->info.state == SAKER_STATE_ORPHAN;
}

/* Return: -ENODEV if no driver records. */
static int find_running(struct covered *ret, char *error, size_t size)
{
	struct tallies tallies;
	int r = tallies_query(&tallies, error, size);

	*error = '\0';
	if (r == -EPERM || r == -EACCES)
		snprintf(error, size, "only root may query the driver");
	else if (r < 0 && r != -ENODEV)
		snprintf(error, size, r == -EPROTO ? "the driver in the kernel is from another build "
			 "of Saker than this command; use the saker of that build" :
			 "querying the driver: %s", strerror(-r));
	if (r < 0)
		return r == -EACCES ? -EPERM : r;
	if (!records(&tallies)) {
		tallies_uninit(&tallies);
		return -ENODEV;
	}
	*ret = (struct covered){ .driver = tallies.driver, .running = true, .info = tallies.info };
	return 0;
}

int covered_find(struct covered *ret, const char *driver, char *error, size_t size)
{
	int r;

	*ret = (struct covered){ .driver = NULL };
	r = find_running(ret, error, size);
	if (r == 0 && driver && strcmp(driver, ret->driver)) {
		covered_uninit(ret);
		r = -ENODEV;
	}
	if (driver && r == -EPROTO)
		r = -ENODEV;		/* the driver in use is of another build, whose hooks are unknown */
	if (r == -ENODEV)
		return driver ? foresee(ret, driver, error, size) : choose(ret, error, size);
	if (r == 0)
		r = finish(ret, error, size);
	if (r < 0)
		covered_uninit(ret);
	return r;
}

/* -- the driver of a running agent -- */

void covered_base_find(struct covered_base *ret, struct source *source)
{
	const struct source_plugin *ebpf;
	struct control_info info;
	char error[512];

	*ret = (struct covered_base){ .limits = 0 };
	if (!source->live || source_info(source, &info) < 0)
		return;
	coverage_look(&ret->kernel);
	if (!is_kmod(source->name) && drivers.ebpf(&ebpf, error, sizeof(error)) == 0)
		ret->limits = ebpf->limits(&info);
	control_info_uninit(&info);
}

int covered_source(struct covered *ret, struct source *source, const struct covered_base *base)
{
	int r;

	*ret = (struct covered){ .driver = source->name, .running = true };
	r = source->live ? source_info(source, &ret->info) : -ENODEV;
	if (r == 0)
		apply(ret, base);
	return r;
}

void covered_uninit(struct covered *covered)
{
	control_info_uninit(&covered->info);
}
