/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks whether a driver can run here: one table of probes, used by the choice,
 * the loader and doctor. A probe reads files and changes nothing.
 */
#ifndef DRIVER_PROBE_H
#define DRIVER_PROBE_H

#include <stdint.h>
#include "driver/host.h"

enum probe_way {			/* what a probe can prevent */
	WAY_LOAD = 1u << 0,		/* loading the module */
	WAY_KMOD = 1u << 1,		/* using the module once it is loaded */
	WAY_EBPF = 1u << 2,		/* using the eBPF driver */
	WAY_SELF = 1u << 3,		/* no driver: what the agent itself lacks, of which it warns */
};

enum probe_answer {
	PROBE_FINE,
	PROBE_NOTE,			/* information; prevents nothing */
	PROBE_UNKNOWN,			/* could not be determined; only an attempt shows it */
	PROBE_STOPS,			/* prevents the driver */
	PROBE_ANSWERS,
};

struct finding {
	enum probe_answer answer;
	char text[320];			/* what was found, one line, no full stop */
	char todo[320];			/* what to do about it; "" if nothing */
};

struct probe {
	const char *name;		/* stable, for programs */
	uint32_t ways;			/* enum probe_way */
	bool forced;			/* the loader ignores it with --force */
	void (*ask)(const struct host *host, struct finding *ret);
	const char *todo;		/* what to do if it stops, unless @ask sets another text */
};

/* In order of cause and effect: the first probe that stops is the reason. */
extern const struct probe probes[];
extern const unsigned int nprobes;

/* Runs one probe. */
void probe_ask(const struct probe *probe, const struct host *host, struct finding *ret);

/**
 * probe_first() - the first probe that stops
 * @ways:	enum probe_way; only probes of these are run
 * @forced:	skip the probes that --force ignores
 * @ret:	its finding
 * Return: the probe, or NULL if none stops.
 */
const struct probe *probe_first(const struct host *host, uint32_t ways, bool forced,
				struct finding *ret);

const char *probe_answer_name(enum probe_answer answer);

/* For the functions of the table. */
void finding_say(struct finding *ret, enum probe_answer answer, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void finding_todo(struct finding *ret, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Whether this process is that of root; false if that cannot be read. */
bool probe_is_root(const struct host *host);

/* probe_kernel.c */
void probe_disabled(const struct host *host, struct finding *ret);
void probe_crashed(const struct host *host, struct finding *ret);
void probe_modules(const struct host *host, struct finding *ret);
void probe_modules_disabled(const struct host *host, struct finding *ret);
void probe_realtime(const struct host *host, struct finding *ret);
void probe_bpf(const struct host *host, struct finding *ret);
void probe_confidentiality(const struct host *host, struct finding *ret);
void probe_btf(const struct host *host, struct finding *ret);
void probe_verifier(const struct host *host, struct finding *ret);
void probe_plugin(const struct host *host, struct finding *ret);

/* probe_module.c */
void probe_built(const struct host *host, struct finding *ret);
void probe_secure_boot(const struct host *host, struct finding *ret);
void probe_lockdown(const struct host *host, struct finding *ret);
void probe_sig_enforce(const struct host *host, struct finding *ret);

/* probe_self.c */
void probe_namespace(const struct host *host, struct finding *ret);
void probe_device(const struct host *host, struct finding *ret);
void probe_capability(const struct host *host, struct finding *ret);
void probe_pid_namespace(const struct host *host, struct finding *ret);
void probe_seccomp(const struct host *host, struct finding *ret);

#endif /* DRIVER_PROBE_H */
