/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens the device as the agent does, with options that no command has:
 *
 *   session RING_KB ORPHAN_S      become the consumer, print the module's settings
 *
 * Built a second time with another ABI version, it must be refused with a message that says what to
 * do.
 */
#include <stdio.h>
#include <stdlib.h>
#include "source/control.h"
#include "source/source_kmod.h"

int main(int argc, char **argv)
{
	const struct saker_selection nothing = { .argv_max = 0 };
	struct source_live_config config = { .selection = &nothing };
	struct control_info info;
	struct control *control;
	struct source *source;
	char error[512] = "";

	if (argc != 3)
		return 2;
	config.ring_size = strtoull(argv[1], NULL, 10) << 10;
	config.orphan_s = (uint32_t)strtoul(argv[2], NULL, 10);
	if (source_kmod_new(&source, &config, error, sizeof(error)) < 0) {
		printf("%s\n", error);
		return 1;
	}
	if (control_new(&control) < 0 || control_get_info(control, &info) < 0)
		return 3;
	printf("ring %llu KiB, orphan %u s, generation %llu\n",
	       (unsigned long long)info.ring_size >> 10, info.orphan_s,
	       (unsigned long long)info.generation);
	control_info_uninit(&info);
	control_free(control);
	source_close(source);
	return 0;
}
