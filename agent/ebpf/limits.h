/* SPDX-License-Identifier: Apache-2.0 */
/* What the eBPF driver sees on this kernel, before it is loaded and after. */
#ifndef EBPF_LIMITS_H
#define EBPF_LIMITS_H

#include <stdint.h>

struct control_info;

/* As the functions of struct source_plugin. */
int ebpf_foresee(struct control_info *ret);
uint32_t ebpf_limits(const struct control_info *info);

#endif /* EBPF_LIMITS_H */
