/* SPDX-License-Identifier: Apache-2.0 */
/* Names of character devices by number, from the kernel's list (admin-guide/devices.txt). */
#include "field/devname.h"

static const struct {
	uint32_t major, minor, last;	/* minor numbers first to last */
	const char *name;
	bool numbered;			/* the name is followed by the index in the range */
} devices[] = {
	{ 1, 1, 1, "/dev/mem", false }, { 1, 3, 3, "/dev/null", false },
	{ 1, 4, 4, "/dev/port", false }, { 1, 5, 5, "/dev/zero", false },
	{ 1, 7, 7, "/dev/full", false }, { 1, 8, 8, "/dev/random", false },
	{ 1, 9, 9, "/dev/urandom", false }, { 1, 11, 11, "/dev/kmsg", false },
	{ 4, 0, 63, "/dev/tty", true }, { 4, 64, 255, "/dev/ttyS", true },
	{ 5, 0, 0, "/dev/tty", false }, { 5, 1, 1, "/dev/console", false },
	{ 5, 2, 2, "/dev/ptmx", false }, { 136, 0, 0xfffff, "/dev/pts/", true },
	{ 204, 64, 67, "/dev/ttyAMA", true }, { 229, 0, 0xfffff, "/dev/hvc", true },
};

bool devname_put(struct buf *b, uint32_t rdev)
{
	const uint32_t major = rdev >> 8 & 0xfff;
	const uint32_t minor = (rdev & 0xff) | (rdev >> 12 & 0xfff00);

	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		if (devices[i].major != major || minor < devices[i].minor ||
		    minor > devices[i].last)
			continue;
		buf_text(b, devices[i].name);
		if (devices[i].numbered)
			buf_u64(b, minor - devices[i].minor);
		return true;
	}
	return false;
}
