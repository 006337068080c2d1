/* SPDX-License-Identifier: Apache-2.0 */
/* Main function of saker(8). The commands are in command.c, the event loop in loop.c. */
#include "app/command.h"

int main(int argc, char **argv)
{
	return command_main(argc, argv);
}
