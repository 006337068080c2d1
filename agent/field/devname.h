/* SPDX-License-Identifier: Apache-2.0 */
/* The standard names of character devices, for descriptors whose path was not recorded. */
#ifndef FIELD_DEVNAME_H
#define FIELD_DEVNAME_H

#include <stdbool.h>
#include <stdint.h>
#include "lib/buf.h"

/*
 * "/dev/null" for the device with this number (ev_fd.rdev). The kernel fixes the number; the opened
 * node may have another path. Return: false if the device has no standard name.
 */
bool devname_put(struct buf *b, uint32_t rdev);

#endif /* FIELD_DEVNAME_H */
