/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probes of the module: is it built for this kernel, and will the kernel load it?
 * A signature can be seen; whether its key is trusted shows only when it is loaded.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "driver/probes.h"
#include "lib/cleanup.h"
#include "lib/fd.h"

#define DEP_MAX		(8u << 20)	/* bytes of modules.dep; Debian's has 0.7 million */
#define SIGNED		"~Module signature appended~\n"

/* "updates/dkms/saker.ko.xz: ..." */
static bool is_ours(const char *line, size_t n)
{
	const char *colon = memchr(line, ':', n);
	struct str path = { line, colon ? (size_t)(colon - line) : 0 };
	const char *slash = path.n ? memrchr(path.p, '/', path.n) : NULL;
	struct str name = path;

	if (slash)
		name = (struct str){ slash + 1, path.n - (size_t)(slash + 1 - path.p) };
	return str_eq(name, STR("saker.ko")) || str_starts(name, STR("saker.ko."));
}

/**
 * find_module() - the file that modprobe would load
 * @path:	relative to the host's root
 * Return: 0, -ENOENT, or -errno if modules.dep cannot be read.
 */
static int find_module(const struct host *host, char *path, size_t size)
{
	_cleanup_(freep) char *dep = malloc(DEP_MAX);
	char name[128];
	ssize_t n;

	if (!dep)
		return -ENOMEM;
	snprintf(name, sizeof(name), "lib/modules/%s/modules.dep", host->release);
	n = hostfs_read(&host->fs, name, dep, DEP_MAX);
	if (n < 0)
		return (int)n;
	for (const char *line = dep, *end; line < dep + n; line = end + 1) {
		end = memchr(line, '\n', (size_t)(dep + n - line));
		if (!end)
			end = dep + n;
		if (!is_ours(line, (size_t)(end - line)))
			continue;
		snprintf(path, size, "lib/modules/%s/%.*s", host->release,
			 (int)strcspn(line, ":"), line);
		return host_has(host, path) ? 0 : -ENOENT;
	}
	return -ENOENT;
}

static int is_our_source(void *ctx, const char *name)
{
	(void)ctx;
	return str_starts(str_of(name), STR("saker-"));
}

/* driver/dkms keeps the log of a build that failed. Return: whether there is one. */
static bool build_failed(const struct host *host, struct finding *ret)
{
	char log[160];

	snprintf(log, sizeof(log), "var/lib/saker/dkms/%s/make.log", host->release);
	if (!host_has(host, log))
		return false;
	finding_say(ret, PROBE_STOPS, "the module does not build for %s, see /%s", host->release,
		    log);
	finding_todo(ret, "when the cause is fixed, build it: `dkms autoinstall -k %s`",
		     host->release);
	return true;
}

/*
 * Which of the three is missing: the source (a package), the kernel's headers, or a build by DKMS.
 */
static void how_to_build(const struct host *host, struct finding *ret)
{
	const bool source = host_each(host, "usr/src", is_our_source, NULL) > 0;
	char headers[128];

	snprintf(headers, sizeof(headers), "lib/modules/%s/build", host->release);
	if (!host_has(host, headers))
		finding_todo(ret, "install %sthe kernel's headers (Debian, Ubuntu: linux-headers-%s; "
			     "Fedora, RHEL: kernel-devel-%s), then DKMS builds it",
			     source ? "" : "the package saker-dkms, and ", host->release,
			     host->release);
	else if (!source)
		finding_todo(ret, "install the package saker-dkms, then DKMS builds it");
	else
		finding_todo(ret, "build it: `dkms autoinstall -k %s`", host->release);
}

void probe_built(const struct host *host, struct finding *ret)
{
	char path[512];
	int r = find_module(host, path, sizeof(path));

	if (r == 0) {
		finding_say(ret, PROBE_FINE, "/%s is built for this kernel", path);
		return;
	}
	if (build_failed(host, ret))
		return;
	finding_say(ret, PROBE_STOPS, "no saker.ko was built for the kernel %s", host->release);
	how_to_build(host, ret);
}

enum sealed { SEALED_NOT, SEALED, SEALED_UNKNOWN };

/* The marker follows the module's last byte, unless the file is compressed. */
static enum sealed signature(const struct host *host, const char *path)
{
	char tail[sizeof(SIGNED) - 1];
	_cleanup_(fd_closep) int fd = -1;
	struct stat st;

	if (!str_ends(str_of(path), STR(".ko")))
		return SEALED_UNKNOWN;
	fd = hostfs_open(&host->fs, path, O_RDONLY | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode))
		return SEALED_UNKNOWN;
	if (st.st_size < (off_t)sizeof(tail) ||
	    pread(fd, tail, sizeof(tail), st.st_size - (off_t)sizeof(tail)) != sizeof(tail))
		return SEALED_NOT;
	return memcmp(tail, SIGNED, sizeof(tail)) ? SEALED_NOT : SEALED;
}

static bool locked_down(const struct host *host)
{
	char text[64];

	return host_text(host, "sys/kernel/security/lockdown", text, sizeof(text)) > 0 &&
	       !strstr(text, "[none]");
}

static bool enforced(const struct host *host)
{
	char text[8];

	return host_text(host, "sys/module/module/parameters/sig_enforce", text, sizeof(text)) > 0 &&
	       *text == 'Y';
}

/* The last byte of the variable, after four bytes of attributes. Return: -1 without UEFI. */
static int secure_boot(const struct host *host)
{
	static const char path[] =
		"sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
	unsigned char var[5];

	return hostfs_read(&host->fs, path, var, sizeof(var)) == sizeof(var) ? var[4] == 1 : -1;
}

/* The kernel loads only signed modules because of @what. */
static void check_signature(const struct host *host, struct finding *ret, const char *what)
{
	char path[512];

	if (find_module(host, path, sizeof(path)) < 0) {
		finding_say(ret, PROBE_NOTE, "%s: the module must be signed", what);
		return;
	}
	switch (signature(host, path)) {
	case SEALED_NOT:
		finding_say(ret, PROBE_STOPS, "%s, and /%s is not signed", what, path);
		break;
	case SEALED:
		finding_say(ret, PROBE_NOTE, "%s; /%s is signed; whether its key is trusted shows "
			    "when it is loaded", what, path);
		break;
	case SEALED_UNKNOWN:
		finding_say(ret, PROBE_UNKNOWN, "%s; whether /%s is signed shows when it is loaded", what,
			    path);
		break;
	}
}

void probe_secure_boot(const struct host *host, struct finding *ret)
{
	int on = secure_boot(host);

	if (on < 0)
		finding_say(ret, PROBE_FINE, "no Secure Boot: not started by UEFI");
	else if (!on)
		finding_say(ret, PROBE_FINE, "Secure Boot is off");
	else if (!locked_down(host) && !enforced(host))
		finding_say(ret, PROBE_NOTE, "Secure Boot is on, but this kernel loads unsigned "
			    "modules nevertheless");
	else
		check_signature(host, ret, "Secure Boot is on");
}

void probe_lockdown(const struct host *host, struct finding *ret)
{
	char text[64], what[96], *mode, *end;

	if (host_text(host, "sys/kernel/security/lockdown", text, sizeof(text)) < 0) {
		finding_say(ret, PROBE_FINE, "this kernel has no lockdown, or does not show it");
		return;
	}
	mode = strchr(text, '[');
	end = mode ? strchr(mode, ']') : NULL;
	if (!locked_down(host) || !end) {
		finding_say(ret, PROBE_FINE, "lockdown is off");
		return;
	}
	*end = '\0';
	snprintf(what, sizeof(what), "lockdown is %s", mode + 1);
	check_signature(host, ret, what);
}

void probe_sig_enforce(const struct host *host, struct finding *ret)
{
	if (enforced(host))
		check_signature(host, ret, "this kernel loads only signed modules "
			      "(module.sig_enforce)");
	else
		finding_say(ret, PROBE_FINE, "the kernel does not require signatures");
}
