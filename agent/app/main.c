/* SPDX-License-Identifier: Apache-2.0 */
/* saker(8): where the process begins. Commands are in command.c, the product in loop.c. */
#include "app/command.h"

int main(int argc, char **argv)
{
	return command_main(argc, argv);
}
