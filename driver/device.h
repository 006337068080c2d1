/* SPDX-License-Identifier: GPL-2.0-only */
/* The device file /dev/saker: possession of it is the right to steer. */
#ifndef SAKER_DRIVER_DEVICE_H
#define SAKER_DRIVER_DEVICE_H

int saker_device_init(void);
void saker_device_uninit(void);

#endif /* SAKER_DRIVER_DEVICE_H */
