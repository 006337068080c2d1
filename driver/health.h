/* SPDX-License-Identifier: GPL-2.0-only */
/* Telling whoever listens that the sensor's own state changed. */
#ifndef SAKER_HEALTH_H
#define SAKER_HEALTH_H

/**
 * saker_health() - multicast to the health group
 * @what:	the first word names the event: attached, stopped, orphan, disarmed, denied, cpu
 *
 * May sleep. Nobody listening is no error, and no memory neither: this is a
 * courtesy, the truth is in the counters.
 */
void saker_health(const char *what);

#endif /* SAKER_HEALTH_H */
