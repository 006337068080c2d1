/* SPDX-License-Identifier: Apache-2.0 */
/* Source for the eBPF driver, with the rings and the merge that the module's source uses. */
#ifndef EBPF_SOURCE_EBPF_H
#define EBPF_SOURCE_EBPF_H

#include "source/source.h"

/* As struct source_plugin's open(). */
int source_ebpf_new(struct source **ret, const struct source_live_config *config, char *error,
		    size_t size);

#endif /* EBPF_SOURCE_EBPF_H */
