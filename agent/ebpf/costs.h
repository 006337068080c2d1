/* SPDX-License-Identifier: Apache-2.0 */
/* What is given up where the eBPF driver runs instead of the module: on this kernel, by this process. */
#ifndef EBPF_COSTS_H
#define EBPF_COSTS_H

/* As struct source_plugin's costs(). */
void ebpf_costs(void (*tell)(void *ctx, const char *text), void *ctx);

#endif /* EBPF_COSTS_H */
