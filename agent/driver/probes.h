/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of the table of probes: each answers one question about this machine. */
#ifndef DRIVER_PROBES_H
#define DRIVER_PROBES_H

#include <stdbool.h>
#include "driver/finding.h"
#include "driver/host.h"

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

#endif /* DRIVER_PROBES_H */
