/* SPDX-License-Identifier: Apache-2.0 */
/* saker reload: makes the running agent read its rules again, and prints the result. */
#include <stdio.h>
#include <stdlib.h>
#include "api/client.h"
#include "cmd/cmd.h"
#include "lib/log.h"

int cmd_reload(const struct args *args)
{
	struct client_reply reply;
	struct error err = { 0 };

	if (client_request(&reply, args->socket, "POST", "/reload", &err) < 0) {
		log_line("%s", err.text);
		return EXIT_CANNOT;
	}
	fwrite(reply.body.p, 1, reply.body.n, reply.status == 200 ? stdout : stderr);
	free(reply.all);
	return reply.status == 200 ? EXIT_DONE : reply.status == 422 ? EXIT_NO : EXIT_CANNOT;
}
