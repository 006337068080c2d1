/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads and unloads the module. The order matters: run the probes; write to disk
 * that loading begins; load; write that it is done; write the verdict. After a crash
 * in between, the next boot finds the last step on disk.
 */
#include "driver/loader.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>
#include "driver/child.h"
#include "driver/crash.h"
#include "driver/mark.h"
#include "driver/probe.h"
#include "lib/fd.h"

struct load {
	const struct loader_config *config;
	struct host host;
	struct mark before;		/* as it was found */
	struct verdict verdict;
};

static const char *program(const char *given, const char *const *usual)
{
	if (given)
		return given;
	while (usual[1] && access(*usual, X_OK))
		usual++;
	return *usual;
}

static const char *modprobe(const struct loader_config *config)
{
	static const char *const usual[] = { "/usr/sbin/modprobe", "/sbin/modprobe", NULL };

	return program(config->modprobe, usual);
}

/* Not modprobe -r, which needs the module's file in /lib/modules. */
static const char *rmmod(const struct loader_config *config)
{
	static const char *const usual[] = { "/usr/sbin/rmmod", "/sbin/rmmod", NULL };

	return program(config->rmmod, usual);
}

static bool is_loaded(const struct host *host)
{
	char text[16];

	return host_text(host, "sys/module/saker/initstate", text, sizeof(text)) > 0 &&
	       !strcmp(text, "live");
}

/* -- messages of the kernel and of modprobe -- */

struct said {
	char program[160];		/* the last line of modprobe */
	char kernel[200];		/* the last of the kernel about it */
};

/* "modprobe: ERROR: could not insert 'saker': Key was rejected by service" */
static bool read_program(void *ctx, struct str line)
{
	static const char *const heads[] = { "modprobe: ERROR: ", "modprobe: FATAL: ", "modprobe: ",
					     "rmmod: ERROR: ", "rmmod: " };
	struct said *said = ctx;

	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++) {
		struct str head = str_of(heads[i]);

		if (str_starts(line, head)) {
			line.p += head.n;
			line.n -= head.n;
			break;
		}
	}
	snprintf(said->program, sizeof(said->program), STR_FMT, STR_ARG(line));
	return true;
}

/* At the end of the kernel's log, so that what follows is about loading. -1: it may not be read. */
static int listen_to_kernel(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0 && lseek(fd, 0, SEEK_END) < 0)
		fd = fd_close(fd);
	return fd;
}

/* Messages about the module, without those that the kernel logs for every out-of-tree module. */
static bool is_reason(const char *text)
{
	return (strstr(text, "saker") || strstr(text, "Lockdown: ")) && !strstr(text, "taint");
}

/* "6,1234,5678901,-;saker: disabled by parameter\n" */
static void read_kernel(int fd, struct said *said)
{
	char record[1024];
	ssize_t n;

	while (fd >= 0 && (n = read(fd, record, sizeof(record) - 1)) > 0) {
		char *text;

		record[n] = '\0';
		text = strchr(record, ';');
		if (!text)
			continue;
		text[strcspn(text, "\n")] = '\0';
		if (is_reason(text))
			snprintf(said->kernel, sizeof(said->kernel), "%.190s", text + 1);
	}
}

/* What to do about an error that only the attempt shows. */
static const char *remedy(const char *text)
{
	static const struct {
		const char *part, *todo;
	} known[] = {
		{ "ey was rejected", "enrol the key that signed it (`mokutil --import "
		  "/var/lib/dkms/mok.pub`, then reboot), or sign it with one that is enrolled" },
		{ "Required key not available", "enrol the key that signed it (`mokutil --import "
		  "/var/lib/dkms/mok.pub`, then reboot), or sign it with one that is enrolled" },
		{ "xec format error", "it was built for another kernel: `dkms autoinstall` builds it anew" },
		{ "nvalid module format", "it was built for another kernel: `dkms autoinstall` builds it anew" },
		{ "nknown symbol", "it was built for another kernel: `dkms autoinstall` builds it anew" },
		{ "not found in directory", "`depmod`, then `systemctl restart saker-driver`" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strstr(text, known[i].part))
			return known[i].todo;
	return "`dmesg` may say more";
}

/* -- loading -- */

static void skipped(struct load *l, const char *probe, const char *reason, const char *todo)
{
	snprintf(l->verdict.probe, sizeof(l->verdict.probe), "%s", probe);
	snprintf(l->verdict.reason, sizeof(l->verdict.reason), "%s", reason);
	snprintf(l->verdict.todo, sizeof(l->verdict.todo), "%s", todo);
}

/* @why: it is blamed; else NULL. */
static int remember(const struct load *l, enum mark_phase phase, const char *why)
{
	const struct mark *before = &l->before;
	struct mark mark = {
		.phase = phase, .unclean = before->unclean, .forgiven = before->forgiven,
	};

	memcpy(mark.boot_id, l->host.boot_id, sizeof(mark.boot_id));
	if (crash_unclean(&l->host, before))
		mark.unclean++;
	if (phase == MARK_STOPPED || l->config->force)
		mark.unclean = 0;
	if (l->config->force)
		mark.forgiven = l->verdict.time;
	if (why)
		snprintf(mark.why, sizeof(mark.why), "%s", why);
	return mark_write(l->config->root, &mark);
}

static void run_modprobe(struct load *l)
{
	/* Overrides saker.disabled, which modprobe reads from the kernel's command line. */
	const char *const argv[] = {
		modprobe(l->config), "saker", l->config->force ? "disabled=0" : NULL, NULL
	};
	struct said said = { .program = "" };
	_cleanup_(fd_closep) int kmsg = listen_to_kernel();
	int r = child_run(argv, read_program, &said);
	char reason[sizeof(l->verdict.reason)];

	l->verdict.tried = true;
	l->verdict.loaded = r == 0;
	if (r == 0)
		return;
	read_kernel(kmsg, &said);
	if (r < 0)
		snprintf(reason, sizeof(reason), "%s: %s", argv[0], strerror(-r));
	else
		snprintf(reason, sizeof(reason), "modprobe: %s%s%s%s",
			 *said.program ? said.program : "failed without a message",
			 *said.kernel ? " (" : "", said.kernel, *said.kernel ? ")" : "");
	skipped(l, "", reason, remedy(reason));
}

/* A full disk must not prevent the sensor from running. */
static void try_to_load(struct load *l, struct messages *said)
{
	int r = remember(l, MARK_LOADING, NULL);

	if (r < 0)
		message_add(said, LOG_WARNING, "%s: %s; a crash will not be remembered", MARK_PATH,
			    strerror(-r));
	run_modprobe(l);
	if (r < 0)
		return;
	if (l->verdict.loaded)
		remember(l, MARK_LOADED, NULL);
	else
		mark_write(l->config->root, &l->before);
}

/* -- after a boot that did not end in order -- */

struct journal {
	struct crash_scan scan;
	char line[160];			/* that blames; "" if none does */
};

static bool read_journal(void *ctx, struct str line)
{
	struct journal *j = ctx;

	if (!crash_line(&j->scan, line))
		return true;
	snprintf(j->line, sizeof(j->line), STR_FMT, STR_ARG(line));
	return false;
}

/* The journal names boots as the kernel does, but without dashes. */
static const char *journal_boot(const char *boot_id, char ret[37])
{
	char *to = ret;

	for (; *boot_id; boot_id++)
		if (*boot_id != '-')
			*to++ = *boot_id;
	*to = '\0';
	return ret;
}

/* The kernel's log of that boot, where there is a journal on disk. */
static bool journal_blames(struct load *l, char *why, size_t size)
{
	static const char *const usual[] = { "/usr/bin/journalctl", "/bin/journalctl", NULL };
	char boot[37];
	const char *const argv[] = {
		program(l->config->journalctl, usual), "--no-pager", "-q", "-k", "-o", "cat", "-b",
		journal_boot(l->before.boot_id, boot), NULL
	};
	struct journal j = { .line = "" };

	if (!crash_unclean(&l->host, &l->before))
		return false;
	if (child_run(argv, read_journal, &j) < 0 || !*j.line)
		return false;
	snprintf(why, size, "the journal of boot %s has it on the stack of a crash (%s)",
		 l->before.boot_id, j.line);
	return true;
}

/* The evidence may be deleted later, or is readable only once, so the verdict is written to disk. */
static void blame(struct load *l)
{
	char why[256];

	if (crash_judge(&l->host, &l->before, why, sizeof(why)) ||
	    journal_blames(l, why, sizeof(why)))
		remember(l, MARK_BLAMED, why);
}

/* Return: true if loading is not to be tried; the verdict has the reason. */
static bool stopped(struct load *l)
{
	const struct probe *probe;
	struct finding finding;

	if (!l->config->force)
		blame(l);
	probe = probe_first(&l->host, WAY_LOAD, l->config->force, &finding);
	if (probe)
		skipped(l, probe->name, finding.text, finding.todo);
	return probe;
}

int loader_load(struct verdict *ret, const struct loader_config *config, struct messages *said,
		struct error *err)
{
	struct load l = { .config = config };
	int r = host_init(&l.host, config->root, NULL);

	*ret = l.verdict;
	if (r < 0)
		return error_set(err, r, "opening /");
	l.verdict.known = true;
	l.verdict.forced = config->force;
	l.verdict.time = time(NULL);
	mark_read(&l.host, &l.before);	/* one that cannot be read is no reason not to load */
	if (is_loaded(&l.host)) {
		l.verdict.loaded = true;
		remember(&l, MARK_LOADED, NULL);
	} else if (!stopped(&l)) {
		try_to_load(&l, said);
	}
	r = error_at(err, verdict_write(config->root, &l.host, &l.verdict),
		     "writing " VERDICT_PATH);
	host_uninit(&l.host);
	*ret = l.verdict;
	return r;
}

/* -- unloading -- */

int loader_unload(const struct loader_config *config, struct error *err)
{
	const char *const argv[] = { rmmod(config), "saker", NULL };
	struct load l = { .config = config };
	struct said said = { .program = "" };
	int r = host_init(&l.host, config->root, NULL);

	if (r < 0)
		return error_set(err, r, "opening /");
	mark_read(&l.host, &l.before);
	if (is_loaded(&l.host))
		r = child_run(argv, read_program, &said);
	if (r != 0)
		error_say(err, r < 0 ? r : -EBUSY,
			  "%s: %s; stop the agent first (`systemctl stop saker`)", argv[0],
			  r < 0 ? strerror(-r) : said.program);
	else if (l.before.phase == MARK_LOADED)
		remember(&l, MARK_STOPPED, NULL);
	host_uninit(&l.host);
	return r > 0 ? -EBUSY : r;
}
