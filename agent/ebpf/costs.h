/* SPDX-License-Identifier: Apache-2.0 */
/* Limits of the eBPF driver compared with the module, on this kernel and in this process. */
#ifndef EBPF_COSTS_H
#define EBPF_COSTS_H

/* As struct source_plugin's costs(). */
void ebpf_costs(void (*tell)(void *ctx, const char *text), void *ctx);

#endif /* EBPF_COSTS_H */
