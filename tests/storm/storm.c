// SPDX-License-Identifier: Apache-2.0
/*
 * Tests under overload that every hit is counted by exactly one counter.
 *
 *   storm [--driver kmod|ebpf] [-t SECONDS] [-r RING_KIB] [-n THREADS] [-H] [-T]
 *   storm -w SECONDS		only the load, no sensor: others load and unload it
 *
 * Threads (-n for each worker) count their own calls. The rings are too small,
 * the consumer is stopped and killed -9 at random and comes back; with -H a CPU
 * goes and comes too, with -T threads lose their CPU often (torture.c). In the
 * end, for each type: own count == records + gap counts, exactly; numbers
 * without a break; sums that add up; and the driver's own statistics the same
 * once more. TAP; exit status 1 if anything differs.
 *
 * How fast the machine is does not matter: the first stop lasts until a ring
 * has overflowed, and it rages on until the consumer was killed, too.
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

/* Where the machine is emulated, programs are verified for a minute before they are loaded. */
#define PATIENCE_MS 240000

struct storm *storm;
static unsigned int number, failures, stops, kills, plugs;
static unsigned int seed = 20;
static struct sk getters;
static struct tasks { uint64_t forks, threads; } tasks;

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
	for (uint64_t end = now_ms() + PATIENCE_MS; *what < value && now_ms() < end && !storm->failed;)
		usleep(1000);
	return *what >= value && !storm->failed;
}

static bool overflowed(void)
{
	static struct sk_stats stats;
	uint64_t n = 0;

	sk_stats(&getters, &stats);
	for (int c = 0; c < SK_CPUS; c++)
		n += stats.tally[c][EV_open].dropped[EV_DROP_hysteresis];
	return n;
}

static void stop(pid_t consumer, unsigned int us)
{
	uint64_t end = now_ms() + 60000;

	kill(consumer, SIGSTOP);
	usleep(us);
	while (!stops && !overflowed() && now_ms() < end)
		usleep(10000);
	kill(consumer, SIGCONT);
	stops++;
}

static void kill_and_return(pid_t *consumer)
{
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

static char *slurp(int *fd, const char *path)
{
	static char buf[65536];
	ssize_t n;

	if (!*fd)
		*fd = open(path, O_RDONLY | O_CLOEXEC);
	n = pread(*fd, buf, sizeof(buf) - 1, 0);
	buf[n > 0 ? n : 0] = 0;
	return buf;
}

static uint64_t forks_now(void)
{
	static int fd;
	char *p = strstr(slurp(&fd, "/proc/stat"), "\nprocesses ");

	return p ? strtoull(p + 11, NULL, 10) : 0;
}

/*
 * The kernel makes and ends threads of its own at any time, and each has its
 * record. So the expected number of clones is the kernel's count of forks, and of exits
 * that count less the tasks still alive. The files are open before the sensor looks.
 */
static struct tasks tasks_now(void)
{
	static int fd;
	struct tasks t;

	do {
		char *p;

		t.forks = forks_now();
		p = strchr(slurp(&fd, "/proc/loadavg"), '/');
		t.threads = p ? strtoull(p + 1, NULL, 10) : 0;
	} while (t.forks != forks_now());
	return t;
}

/* From the first count to here. */
static void tasks_end(void)
{
	struct tasks now = tasks_now();

	tasks.forks = now.forks - tasks.forks;
	tasks.threads = now.threads - tasks.threads;
}

static void rage(pid_t *consumer, unsigned int seconds, bool hotplug)
{
	int online =
		hotplug ? open("/sys/devices/system/cpu/cpu1/online", O_WRONLY | O_CLOEXEC) : -1;
	uint64_t end;

	tasks = tasks_now();
	storm->go = 1;
	stop(*consumer, 0);
	for (end = now_ms() + seconds * 1000ull; (now_ms() < end || !kills) && !storm->failed;) {
		usleep(rand_r(&seed) % 400000);
		if (rand_r(&seed) % 2)
			stop(*consumer, rand_r(&seed) % 400000);
		else
			kill_and_return(consumer);
		plug(online);
	}
	if (plugs % 2)
		plug(online);
	storm->stop = 1;
}

static uint64_t sum_own(unsigned int type)
{
	uint64_t n = type == EV_clone ? storm->controller_forks : 0;

	for (int i = 0; i < ROWS; i++)
		n += storm->row[i].own[type];
	return n;
}

/* The expected count: of tasks the kernel's count, without the end of a killed consumer. */
static uint64_t truth(unsigned int type)
{
	if (type == EV_clone)
		return tasks.forks;
	return type == EV_procexit ? tasks.forks - tasks.threads - kills : sum_own(type);
}

/* Over all CPUs, of the copy in force, the member of the counts at this offset. */
static uint64_t sum_told(size_t offset)
{
	uint64_t n = 0;

	for (int c = 0; c < SK_CPUS; c++)
		n += *(uint64_t *)((char *)&storm->told[c].copy[storm->told[c].current] + offset);
	return n;
}
#define SUM(field) sum_told(offsetof(struct told, field))

static uint64_t missing; /* hits of all types that no program saw */

static bool may_skip(void)
{
	return storm->driver == &sk_ebpf && sk_kernel() >= SK_SKIPS;
}

/* Equal; where the kernel skips programs, what is less is counted instead. */
static bool nearly(uint64_t have, uint64_t own)
{
	if (!may_skip() || have > own)
		return have == own;
	missing += own - have;
	return true;
}

static void compare_type(unsigned int type)
{
	uint64_t own = truth(type), records = SUM(record[type]), lost = SUM(lost[type]);
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
	check(own && nearly(records + lost, own), what, text);
	snprintf(what, sizeof(what), "%s: the driver's statistics agree", sk_events[type].name);
	snprintf(text, sizeof(text), "hits %llu emitted %llu filtered %llu dropped %llu",
		 (unsigned long long)hits, (unsigned long long)emitted,
		 (unsigned long long)filtered, (unsigned long long)dropped);
	check(hits == records + lost && emitted == records && dropped == lost &&
		      hits == emitted + filtered + dropped,
	      what, text);
}

/* The kernel's counts are no more than ours, and a few of its own. */
static bool near(unsigned int type)
{
	return truth(type) >= sum_own(type) && truth(type) < sum_own(type) + 100;
}

static void report_torture(void)
{
	uint64_t preempted = 0, signals = 0;
	char text[256];

	for (int i = 0; i < ROWS; i++) {
		preempted += storm->row[i].preempted;
		signals += storm->row[i].signals;
	}
	snprintf(text, sizeof(text), "preempted %llu times, moved %llu, signals %llu",
		 (unsigned long long)preempted, (unsigned long long)torture_moves(),
		 (unsigned long long)signals);
	check(preempted > 500 && torture_moves() > 500 && signals > 500,
	      "no thread could keep its CPU", text);
}

static void report(bool hotplug)
{
	static const unsigned int types[] = { EV_open,	EV_connect, EV_dup,	EV_syscall,
					      EV_setid, EV_clone,   EV_procexit };
	char text[256] = "";

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		compare_type(types[i]);
	check(near(EV_clone) && near(EV_procexit),
	      "the kernel's count of tasks is ours and a few of its own", "");
	snprintf(text, sizeof(text), "%llu, reported %llu", (unsigned long long)missing,
		 (unsigned long long)SUM(lost[EV_OTHER]));
	check(may_skip() ? missing <= SUM(lost[EV_OTHER]) : !SUM(lost[EV_OTHER]),
	      "no loss went under another name", may_skip() ? text : "");
	check(!SUM(breaks), "the numbers of each CPU have no break", "");
	snprintf(text, sizeof(text), "%llu records", (unsigned long long)SUM(counters));
	check(!SUM(bad_sums) && SUM(counters), "counter records add up at their place", text);
	check(!SUM(foreign), "no other process made records", "");
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
	if (storm->torture)
		report_torture();
}

/* With pauses, so that the process which loads and unloads gets the CPU. */
static void load_only(unsigned int seconds)
{
	setpriority(PRIO_PROCESS, 0, 19);
	storm->worker[0] = worker_start(0);
	storm->go = 1;
	sleep(seconds);
	kill(storm->worker[0], SIGKILL);
}

static int run(unsigned int seconds, unsigned int kib, bool hotplug)
{
	pid_t consumer;

	for (unsigned int i = 0; i < WORKERS; i++)
		storm->worker[i] = worker_start(i);
	wait_for(&storm->threads, WORKERS * storm->per_worker);
	if (storm->torture)
		torture_start();
	tasks_now();
	consumer = consumer_start(kib << 10);
	if (!wait_for(&storm->attached, 1) || sk_look(&getters, storm->driver)) {
		printf("Bail out! the consumer could not begin\n");
		return 3;
	}
	rage(&consumer, seconds, hotplug);
	check(wait_for(&storm->parked, WORKERS * storm->per_worker), "all workers came to rest",
	      "");
	tasks_end();
	storm->finish = 1;
	check(wait_for(&storm->finished, 1), "the last consumer read to the end", "");
	report(hotplug);
	printf("1..%u\n", number);
	return failures != 0;
}

int main(int argc, char **argv)
{
	const struct sk_driver *driver = sk_driver_argument(&argc, &argv);
	unsigned int seconds = 20, kib = 128, threads = 2, only = 0;
	bool hotplug = false, torture = false;
	int opt;

	while ((opt = getopt(argc, argv, "t:r:n:w:HT")) != -1)
		switch (opt) {
		case 't':
			seconds = atoi(optarg);
			break;
		case 'r':
			kib = atoi(optarg);
			break;
		case 'n':
			threads = atoi(optarg);
			break;
		case 'w':
			only = atoi(optarg);
			break;
		case 'H':
			hotplug = true;
			break;
		case 'T':
			torture = true;
			break;
		default:
			return 2;
		}
	if (!threads || threads > THREADS_MAX)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	storm = mmap(NULL, sizeof(*storm), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	storm->driver = driver;
	storm->controller = getpid();
	storm->per_worker = threads;
	storm->torture = torture;
	close(open("/tmp/storm", O_RDWR | O_CREAT, 0644));
	if (!only)
		return run(seconds, kib, hotplug);
	load_only(only);
	return 0;
}
