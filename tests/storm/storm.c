// SPDX-License-Identifier: Apache-2.0
/*
 * The storm: does every hit end in exactly one counter, whatever happens?
 *
 *   storm [-t SECONDS] [-r RING_KIB] [-H]
 *   storm -w SECONDS		only the load, no sensor: others load and unload it
 *
 * Threads count their own calls. The rings are too small, the consumer is
 * stopped and killed -9 at random and comes back; with -H a CPU goes and comes
 * too. In the end, for each type: own count == records + gap counts, exactly;
 * numbers without a break; sums that add up; and the module's own statistics
 * the same once more. TAP; exit status 1 if anything differs.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storm.h"

struct storm *storm;
static unsigned int number, failures, stops, kills, plugs;
static unsigned int seed = 20;
static uint64_t forks; /* of the whole machine, by the kernel's own count */

static void check(bool ok, const char *what, const char *detail)
{
	printf("%s %u - %s%s%s\n", ok ? "ok" : "not ok", ++number, what, *detail ? " # " : "",
	       detail);
	failures += !ok;
}

static uint64_t now_ms(void)
{
	return sk_now() / 1000000;
}

static bool wait_for(volatile uint32_t *what, uint32_t value)
{
	for (uint64_t end = now_ms() + 60000; *what < value && now_ms() < end && !storm->failed;)
		usleep(1000);
	return *what >= value && !storm->failed;
}

static void stop_or_kill(pid_t *consumer)
{
	if (rand_r(&seed) % 2) {
		kill(*consumer, SIGSTOP);
		usleep(rand_r(&seed) % 400000);
		kill(*consumer, SIGCONT);
		stops++;
		return;
	}
	kill(*consumer, SIGKILL);
	waitpid(*consumer, NULL, 0);
	usleep(rand_r(&seed) % 300000);
	*consumer = consumer_start(storm->ring_size);
	wait_for(&storm->attached, 1);
	kills++;
}

static void plug(int online)
{
	if (online < 0)
		return;
	plugs += pwrite(online, plugs % 2 ? "1" : "0", 1, 0) == 1;
}

/*
 * Forks are counted by the kernel too, with those of its own threads, which may
 * come at any time: that count is the truth for clone. The descriptor is open
 * before the sensor looks.
 */
static uint64_t forks_now(void)
{
	static int fd = -1;
	static char buf[65536];
	ssize_t n;
	char *p;

	if (fd < 0)
		fd = open("/proc/stat", O_RDONLY | O_CLOEXEC);
	n = pread(fd, buf, sizeof(buf) - 1, 0);
	buf[n > 0 ? n : 0] = 0;
	p = strstr(buf, "\nprocesses ");
	return p ? strtoull(p + 11, NULL, 10) : 0;
}

static void rage(pid_t *consumer, unsigned int seconds, bool hotplug)
{
	int online =
		hotplug ? open("/sys/devices/system/cpu/cpu1/online", O_WRONLY | O_CLOEXEC) : -1;
	uint64_t end;

	forks = forks_now();
	storm->go = 1;
	for (end = now_ms() + seconds * 1000ull; now_ms() < end && !storm->failed;) {
		usleep(rand_r(&seed) % 400000);
		stop_or_kill(consumer);
		plug(online);
	}
	if (plugs % 2)
		plug(online);
	storm->stop = 1;
}

static uint64_t sum_own(unsigned int type)
{
	uint64_t n = type == EV_clone ? storm->controller_forks : 0;

	for (int i = 0; i < WORKERS * THREADS; i++)
		n += storm->own[i][type];
	return n;
}

/* Over all CPUs, of the copy in force, one field of struct told. */
static uint64_t sum_told(size_t offset)
{
	uint64_t n = 0;

	for (int c = 0; c < SK_CPUS; c++)
		n += *(uint64_t *)((char *)&storm->told[c].copy[storm->told[c].current] + offset);
	return n;
}
#define SUM(field) sum_told(offsetof(struct told, field))

static void compare_type(unsigned int type)
{
	uint64_t own = type == EV_clone ? forks : sum_own(type), records = SUM(record[type]),
		 lost = SUM(lost[type]);
	/* Workers of the kernel end when a CPU goes: told by their status, or lost among ours. */
	uint64_t others = type == EV_procexit ? SUM(kernel_exits) : 0, extra = records + lost - own;
	uint64_t hits = 0, emitted = 0, filtered = 0, dropped = 0;
	char what[80], text[256];

	for (int c = 0; c < SK_CPUS; c++) {
		const struct ev_tally *t = &storm->stats.tally[c][type];

		hits += t->hits;
		emitted += t->emitted;
		filtered += t->filtered;
		for (int d = 0; d < EV_DROP_COUNT; d++)
			dropped += t->dropped[d];
	}
	snprintf(what, sizeof(what), "%s: own count is records and gaps", sk_events[type].name);
	snprintf(text, sizeof(text), "own %llu = records %llu + gaps %llu", (unsigned long long)own,
		 (unsigned long long)records, (unsigned long long)lost);
	check(extra <= others && own, what, text);
	snprintf(what, sizeof(what), "%s: the module's statistics agree", sk_events[type].name);
	snprintf(text, sizeof(text), "hits %llu emitted %llu filtered %llu dropped %llu",
		 (unsigned long long)hits, (unsigned long long)emitted,
		 (unsigned long long)filtered, (unsigned long long)dropped);
	check(hits == own + extra + others && emitted == records + others && dropped == lost &&
		      hits == emitted + filtered + dropped,
	      what, text);
}

static void report(bool hotplug)
{
	static const unsigned int types[] = { EV_open,	EV_connect, EV_dup,	EV_syscall,
					      EV_setid, EV_clone,   EV_procexit };
	char text[256] = "";

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		compare_type(types[i]);
	check(forks >= sum_own(EV_clone) && forks < sum_own(EV_clone) + 100,
	      "the kernel's count of forks is ours and a few of its own", "");
	check(!SUM(lost[EV_OTHER]), "no loss went under another name", "");
	check(!SUM(breaks), "the numbers of each CPU have no break", "");
	snprintf(text, sizeof(text), "%llu records", (unsigned long long)SUM(counters));
	check(!SUM(bad_sums) && SUM(counters), "counter records add up at their place", text);
	check(!SUM(foreign), "nobody else made records", "");
	check(!storm->damage && !storm->bad_tail, "no record was damaged, no tail refused", "");
	check(!SUM(backwards), "the records of each CPU are in order of time", "");
	text[0] = 0;
	for (int d = 0; d < EV_DROP_COUNT; d++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s %llu ",
			 sk_drop_name[d], (unsigned long long)SUM(reason[d]));
	check(SUM(gaps) && SUM(reason[EV_DROP_ring_full]) + SUM(reason[EV_DROP_headroom]) &&
		      SUM(reason[EV_DROP_hysteresis]),
	      "the rings did overflow", text);
	snprintf(text, sizeof(text), "stopped %u times, killed %u times", stops, kills);
	check(stops && kills, "the consumer was stopped, killed and came back", text);
	snprintf(text, sizeof(text), "%u times", plugs);
	if (hotplug)
		check(plugs > 1, "a CPU went and came", text);
}

/* Politely: who loads and unloads shall come to its turn. */
static void load_only(unsigned int seconds)
{
	setpriority(PRIO_PROCESS, 0, 19);
	storm->worker[0] = worker_start(0);
	storm->go = 1;
	sleep(seconds);
	kill(storm->worker[0], SIGKILL);
}

int main(int argc, char **argv)
{
	unsigned int seconds = 20, kib = 128, only = 0;
	bool hotplug = false;
	pid_t consumer;
	int opt;

	while ((opt = getopt(argc, argv, "t:r:w:H")) != -1)
		switch (opt) {
		case 't':
			seconds = atoi(optarg);
			break;
		case 'r':
			kib = atoi(optarg);
			break;
		case 'w':
			only = atoi(optarg);
			break;
		case 'H':
			hotplug = true;
			break;
		default:
			return 2;
		}
	setvbuf(stdout, NULL, _IOLBF, 0);
	storm = mmap(NULL, sizeof(*storm), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	storm->controller = getpid();
	close(open("/tmp/storm", O_RDWR | O_CREAT, 0644));
	if (only) {
		load_only(only);
		return 0;
	}
	for (unsigned int i = 0; i < WORKERS; i++)
		storm->worker[i] = worker_start(i);
	wait_for(&storm->threads, WORKERS * THREADS);
	consumer = consumer_start(kib << 10);
	if (!wait_for(&storm->attached, 1)) {
		printf("Bail out! the consumer could not begin\n");
		return 3;
	}
	rage(&consumer, seconds, hotplug);
	check(wait_for(&storm->parked, WORKERS * THREADS), "all workers came to rest", "");
	forks = forks_now() - forks;
	storm->finish = 1;
	check(wait_for(&storm->finished, 1), "the last consumer read to the end", "");
	report(hotplug);
	printf("1..%u\n", number);
	return failures != 0;
}
