/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Source for the kernel module: opens the device, arms the hooks, merges the rings, and requests
 * the snapshot of existing tasks while records already come.
 */
#ifndef SOURCE_SOURCE_KMOD_H
#define SOURCE_SOURCE_KMOD_H

#include <stddef.h>
#include "source/source.h"

/**
 * source_kmod_new() - become the consumer, and arm the hooks
 * @error:	on failure: what is wrong and what to do, in one or two sentences
 * Return: 0; -ENODEV without the module, -EBUSY if there is a consumer, -EPERM, -EPROTO if the ABI
 * of the module differs, or another -errno.
 */
int source_kmod_new(struct source **ret, const struct source_live_config *config,
		    char *error, size_t size);

/* Whether the module is loaded. Return: 0 or -ENODEV. */
int source_kmod_probe(void);

#endif /* SOURCE_SOURCE_KMOD_H */
