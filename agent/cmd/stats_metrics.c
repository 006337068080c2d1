/* SPDX-License-Identifier: Apache-2.0 */
/* saker stats --metrics: prints the agent's metrics in Prometheus' text format. */
#include <stdio.h>
#include <stdlib.h>
#include "api/client.h"
#include "lib/log.h"
#include "cmd/stats.h"

int stats_metrics(const struct args *args)
{
	struct client_reply reply;
	struct error err = { 0 };

	if (args->json || args->by_rule) {
		log_line("--metrics cannot be combined with --json or --rules");
		return EXIT_USAGE;
	}
	if (client_request(&reply, args->socket, "GET", "/metrics", &err) < 0) {
		log_line("%s", err.text);
		return EXIT_CANNOT;
	}
	if (reply.status == 200)
		fwrite(reply.body.p, 1, reply.body.n, stdout);
	else
		log_line("the agent replied %d: " STR_FMT, reply.status, STR_ARG(reply.body));
	free(reply.all);
	return reply.status == 200 ? EXIT_DONE : EXIT_CANNOT;
}
