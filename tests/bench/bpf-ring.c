/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a ring costs a program: see bpf-ring.bpf.c. Prints, for each way, the time
 * of one system call that makes a record, and the bytes it took; the ways are
 * taken in turns, and the smallest of the turns counts.
 *
 *   bpf-ring OBJECT [TURNS]
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define CALLS	100000
#define TEXT	"/usr/lib/x86_64-linux-gnu/libc.so.6"

static const char *const ways[] = { "nothing", "reserve", "output", "mapped" };
enum { WAYS = sizeof(ways) / sizeof(*ways) };

struct way {
	struct bpf_object *object;
	struct bpf_link *link;
	double best_ns;
	uint64_t bytes;		/* that one record takes */
};

static char text[] = TEXT;

static int constants(struct bpf_object *object)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, ".rodata");
	struct { uint32_t pid, len; uint64_t text; } values = {
		(uint32_t)syscall(SYS_gettid), sizeof(text), (uint64_t)text,
	};

	return bpf_map__set_initial_value(map, &values, sizeof(values));
}

static int way_open(struct way *w, const char *path, const char *name)
{
	struct bpf_program *p;

	*w = (struct way){ .best_ns = 1e18 };
	w->object = bpf_object__open_file(path, NULL);
	p = w->object ? bpf_object__find_program_by_name(w->object, name) : NULL;
	if (!p || constants(w->object))
		return -1;
	bpf_program__set_autoload(p, true);
	return bpf_object__load(w->object);
}

/* Give back what was recorded: the rings must never be full. */
static void drain(struct way *w)
{
	int fd = bpf_object__find_map_fd_by_name(w->object, "kernel_ring");
	unsigned long *consumer = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	unsigned long *producer = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 4096);

	if (consumer == MAP_FAILED || producer == MAP_FAILED)
		exit(1);
	*consumer = *producer;
	munmap(consumer, 4096);
	munmap(producer, 4096);
}

static double turn(struct way *w, const char *name)
{
	struct bpf_program *p = bpf_object__find_program_by_name(w->object, name);
	struct bpf_link *link = bpf_program__attach(p);
	struct timespec a, b;
	double sum = 0;

	if (!link)
		exit(1);
	/* Fewer calls than the smallest ring has records, then it is emptied. */
	for (int i = 0; i < CALLS / 100; i++) {
		clock_gettime(CLOCK_MONOTONIC, &a);
		for (int k = 0; k < 100; k++)
			syscall(SYS_getppid);
		clock_gettime(CLOCK_MONOTONIC, &b);
		sum += (double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec);
		drain(w);
	}
	bpf_link__destroy(link);
	return sum / CALLS;
}

/* Every call made a record; else the figures mean nothing. */
static void check(struct way *w, int turns)
{
	struct { uint64_t records, refused; } counts;
	uint32_t zero = 0;
	int fd = bpf_object__find_map_fd_by_name(w->object, ".bss");

	if (bpf_map_lookup_elem(fd, &zero, &counts) || counts.refused ||
	    counts.records < (uint64_t)turns * CALLS) {
		fprintf(stderr, "bpf-ring: %llu records, %llu refused\n",
			(unsigned long long)counts.records, (unsigned long long)counts.refused);
		exit(1);
	}
}

int main(int argc, char **argv)
{
	static const uint64_t bytes[WAYS] = { 0, 192 + 2 * 4112 + 8, (192 + sizeof(text) + 8 + 7) & ~7u,
					      (192 + sizeof(text) + 7) & ~7u };
	int turns = argc > 2 ? atoi(argv[2]) : 10;
	struct way way[WAYS];

	if (argc < 2) {
		fprintf(stderr, "usage: bpf-ring OBJECT [TURNS]\n");
		return 2;
	}
	for (int i = 0; i < WAYS; i++)
		if (way_open(&way[i], argv[1], ways[i])) {
			fprintf(stderr, "bpf-ring: %s cannot be loaded\n", ways[i]);
			return 1;
		}
	for (int t = 0; t < turns; t++)
		for (int i = 0; i < WAYS; i++) {
			double ns = turn(&way[i], ways[i]);

			if (ns < way[i].best_ns)
				way[i].best_ns = ns;
		}
	for (int i = 1; i < WAYS; i++)
		check(&way[i], turns);
	printf("| way | ns a call | bytes of ring a record |\n|---|---|---|\n");
	for (int i = 0; i < WAYS; i++)
		printf("| %s | %.0f | %llu |\n", ways[i], way[i].best_ns,
		       (unsigned long long)bytes[i]);
	return 0;
}
