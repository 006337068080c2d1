/* SPDX-License-Identifier: Apache-2.0 */
/* Main function of saker(8). The commands are in command.c, the event loop in loop.c. */
#include "app/command.h"
#include "lib/exit.h"
#include "lib/log.h"
#include "lib/output.h"

int main(int argc, char **argv)
{
	struct error err = { 0 };
	struct output out;
	int status;

	output_begin(&out);
	status = command_main(argc, argv);
	if (output_end(&out, &err) == 0)
		return status;
	log_line("%s", err.text);
	return EXIT_CANNOT;
}
