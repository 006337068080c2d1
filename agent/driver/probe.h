/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can stand in the way of a driver, one question each, in one table: the
 * choice, the loader and doctor ask the same ones. A question reads files and
 * changes nothing.
 */
#ifndef DRIVER_PROBE_H
#define DRIVER_PROBE_H

#include <stdint.h>
#include "driver/host.h"

enum probe_way {			/* where it can stand in the way */
	WAY_LOAD = 1u << 0,		/* of loading the module */
	WAY_KMOD = 1u << 1,		/* of using it, once it is loaded */
	WAY_EBPF = 1u << 2,
};

enum probe_answer {
	PROBE_FINE,
	PROBE_NOTE,			/* good to know; it stops nothing */
	PROBE_UNKNOWN,			/* could not be found out; trying will tell */
	PROBE_STOPS,
	PROBE_ANSWERS,
};

struct finding {
	enum probe_answer answer;
	char text[320];			/* what was found, a line without a full stop */
	char todo[320];			/* what to do about it; "" if nothing */
};

struct probe {
	const char *name;		/* stable, for programs */
	uint32_t ways;			/* enum probe_way */
	bool forced;			/* --force of the loader goes past it */
	void (*ask)(const struct host *host, struct finding *ret);
	const char *todo;		/* if it stops, unless the answer knows better */
};

/* Cause before effect: the first that stops is the reason. */
extern const struct probe probes[];
extern const unsigned int nprobes;

/* Asks one. */
void probe_ask(const struct probe *probe, const struct host *host, struct finding *ret);

/**
 * probe_first() - the first that stands in a way
 * @ways:	enum probe_way; probes of none of them are not asked
 * @forced:	those that --force goes past do not count
 * @ret:	what it found
 * Return: the probe, or NULL if none does.
 */
const struct probe *probe_first(const struct host *host, uint32_t ways, bool forced,
				struct finding *ret);

const char *probe_answer_name(enum probe_answer answer);

/* For the functions of the table. */
void finding_say(struct finding *ret, enum probe_answer answer, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void finding_todo(struct finding *ret, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* probe_kernel.c */
void probe_disabled(const struct host *host, struct finding *ret);
void probe_crashed(const struct host *host, struct finding *ret);
void probe_modules(const struct host *host, struct finding *ret);
void probe_modules_disabled(const struct host *host, struct finding *ret);
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

#endif /* DRIVER_PROBE_H */
