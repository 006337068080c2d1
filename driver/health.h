/* SPDX-License-Identifier: GPL-2.0-only */
/* Sends messages about the sensor's own state to the health group. */
#ifndef SAKER_HEALTH_H
#define SAKER_HEALTH_H

struct genl_family;

/* Before the first message: the family that has the group. */
void saker_health_init(const struct genl_family *family);

/**
 * saker_health() - multicast to the health group
 * @what:	the first word names the event: attached, stopped, orphan, disarmed, denied, cpu
 *
 * May sleep. Neither a group without a listener nor a lack of memory is an error:
 * the counters and the records of the stream are exact, these messages need not be.
 */
void saker_health(const char *what);

#endif /* SAKER_HEALTH_H */
