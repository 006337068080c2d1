/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel module as a source: opens the device, arms the hooks, merges the
 * rings, and asks for the snapshot of tasks while records already flow.
 */
#ifndef SOURCE_SOURCE_KMOD_H
#define SOURCE_SOURCE_KMOD_H

#include <stddef.h>
#include "source/source.h"

/**
 * source_kmod_new() - become the consumer, and arm the hooks
 * @error:	on failure: what is wrong and what to do, in one sentence or two
 * Return: 0; -ENODEV without the module, -EBUSY if there is a consumer, -EPERM,
 * -EPROTO if module and agent do not understand each other, or another -errno.
 */
int source_kmod_new(struct source **ret, const struct source_live_config *config,
		    char *error, size_t size);

/* Is the module there? 0, or -ENODEV. */
int source_kmod_probe(void);

#endif /* SOURCE_SOURCE_KMOD_H */
