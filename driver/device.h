/* SPDX-License-Identifier: GPL-2.0-only */
/* The device file /dev/saker: the process that holds it open may change the configuration. */
#ifndef SAKER_DRIVER_DEVICE_H
#define SAKER_DRIVER_DEVICE_H

int __must_check saker_device_init(void);
void saker_device_uninit(void);

#endif /* SAKER_DRIVER_DEVICE_H */
