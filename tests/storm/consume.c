// SPDX-License-Identifier: Apache-2.0
/*
 * The smallest consumer: attach, select everything, read for a while, then
 * stop in order or die. Or query the driver without a pause.
 *
 *   consume [--driver kmod|ebpf] MILLISECONDS stop|die|query
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../driver/lib/sk.h"

/* Whether anything is there to answer or not. */
static int ask(const struct sk_driver *driver, uint64_t end)
{
	static struct sk_info info;
	static struct sk_stats stats;
	static struct sk sk;
	uint64_t answers = 0;

	while (sk_now() < end) {
		if (sk_look(&sk, driver)) {
			sk_close(&sk);
			usleep(200);
			continue;
		}
		for (int i = 0; i < 50 && !sk_info(&sk, &info); i++)
			answers++;
		answers += !sk_stats(&sk, &stats);
		sk_close(&sk);
	}
	printf("# consume: %llu answers\n", (unsigned long long)answers);
	return !answers;
}

int main(int argc, char **argv)
{
	const struct sk_driver *driver = sk_driver_argument(&argc, &argv);
	static struct sk sk;
	struct saker_selection *sel = sk_everything();
	uint64_t end, n = 0;
	int err;

	if (argc < 3)
		return 2;
	if (!strcmp(argv[2], "query"))
		return ask(driver, sk_now() + atoi(argv[1]) * 1000000ull);
	err = sk_attach(&sk, driver, 0);
	if (!err) {
		sel->generation = sk_generation(&sk);
		err = sk_select(&sk, sel);
	}
	if (err) {
		printf("# consume: %s (%s)\n", strerror(-err), sk_why);
		return 1;
	}
	for (end = sk_now() + atoi(argv[1]) * 1000000ull; sk_now() < end;) {
		sk_wait(&sk, 5);
		n += sk_drain(&sk, NULL, NULL);
	}
	if (!strcmp(argv[2], "stop"))
		sk_state(&sk, SAKER_STATE_DISARMED);
	return sk_damage || !n;
}
