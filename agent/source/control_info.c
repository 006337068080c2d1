/* SPDX-License-Identifier: Apache-2.0 */
/* Frees the information about a driver. Separate from control.c, as it needs no netlink. */
#include <stdlib.h>
#include "source/control.h"

void control_info_uninit(struct control_info *info)
{
	free(info->rings);
	free(info->hooks);
	*info = (struct control_info){ 0 };
}
