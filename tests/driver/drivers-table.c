// SPDX-License-Identifier: Apache-2.0
/*
 * Prints differences.def for scripts/drivers-render: as the rows of docs/drivers.md,
 * or with "tests" only which tests it names, with "fields" the event and field of each row.
 */
#include "parity.h"

static const char *kernel(char buf[16], uint32_t k)
{
	snprintf(buf, 16, "%u.%u", k >> 16, k & 0xffff);
	return buf;
}

static void print_kernels(const struct difference *d)
{
	char buf[16];

	if (!d->from && !d->below)
		printf("all");
	if (d->from)
		printf("from %s%s", kernel(buf, d->from), d->below ? ", " : "");
	if (d->below)
		printf("before %s", kernel(buf, d->below));
}

static void print_row(const struct difference *d)
{
	if (d->aspect && !strcmp(d->aspect, "record"))
		printf("| `%s`: one driver has no record | ", d->event);
	else if (d->aspect)
		printf("| `%s`: `%s` | ", d->event, d->aspect);
	else
		printf("| %s | ", d->event);
	print_kernels(d);
	printf(d->aspect ? " | %s | driver test “%s” |\n" : " | %s | `%s` |\n", d->why, d->test);
}

int main(int argc, char **argv)
{
	for (unsigned int i = 0; i < ndifferences; i++) {
		if (argc > 1 && !strcmp(argv[1], "fields")) {
			if (differences[i].aspect)
				printf("%s %s\n", differences[i].event, differences[i].aspect);
		} else if (argc > 1)
			puts(differences[i].test);
		else
			print_row(&differences[i]);
	}
	return 0;
}
