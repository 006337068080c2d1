/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of loading the module, kept from boot to boot. Each step is on disk
 * before it is taken, because a crash leaves no time to write: a missing later step
 * shows that the machine crashed.
 *
 *	none, stopped -- load --> loading -- done --> loaded -- orderly stop --> stopped
 *	loading -- boot or modprobe ends --> blamed
 *	loaded -- boot ends without a stop, the third in a row; or a dump or the journal
 *	          names the module --> blamed
 *	blamed -- load --force --> loading
 */
#ifndef DRIVER_MARK_H
#define DRIVER_MARK_H

#include <stdint.h>
#include "driver/host.h"

#define MARK_DIR	"/var/lib/saker"
#define MARK_PATH	MARK_DIR "/driver.mark"

enum mark_phase { MARK_NONE, MARK_LOADING, MARK_LOADED, MARK_STOPPED, MARK_BLAMED, MARK_PHASES };

struct mark {
	char boot_id[37];		/* the boot that wrote it */
	enum mark_phase phase;
	uint32_t unclean;		/* boots in a row that ended without a stop */
	int64_t forgiven;		/* seconds since 1970: older evidence does not count */
	char why[256];			/* the reason, if blamed */
};

/* Return: 0, also if there is none (MARK_NONE); -EBADMSG if it is no mark, or -errno. */
int mark_read(const struct host *host, struct mark *ret);

/**
 * mark_write() - replace it, and wait until it is on disk
 * @root:	NULL is "/"
 * Return: 0 or -errno.
 */
int mark_write(const char *root, const struct mark *mark);

#endif /* DRIVER_MARK_H */
