/* SPDX-License-Identifier: Apache-2.0 */
/* Reads state and counters of the eBPF driver from its pins, beside its consumer. */
#include "ebpf/session.h"
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "ebpf/area.h"
#include "ebpf/attach.h"
#include "ebpf/programs.h"

/* Opens what is pinned; -ENODEV if nothing is. */
static int look(struct area *a, const char *pins)
{
	int r;

	area_init(a);
	r = area_find(a, pins ? pins : EBPF_PINS);
	if (r < 0)
		area_uninit(a);
	return r == -ENOENT ? -ENODEV : r;
}

static const char *kind_of(const struct program *p, int prog)
{
	if (prog >= 0 && attach_type(prog) == BPF_PROG_TYPE_TRACEPOINT)
		return "perf";
	if (p->instead)
		return "kprobe";
	return p->function ? "fentry" : "tp_btf";
}

static void hook_info(struct control_hook *h, const struct program *p, int prog, const char *pins)
{
	const char *state = "missing: this kernel has no such tracepoint";
	char path[256];

	snprintf(path, sizeof(path), "%s/link_%s", pins ? pins : EBPF_PINS, p->name);
	snprintf(h->name, sizeof(h->name), "%s", p->name);
	snprintf(h->kind, sizeof(h->kind), "%s", kind_of(p, prog));
	if (!access(path, F_OK))
		state = "armed";
	else if (prog >= 0)
		state = "idle";
	else if (p->function)
		state = "missing: this kernel allows no program here";
	snprintf(h->state, sizeof(h->state), "%s", state);
}

static int hooks_info(struct control_info *ret, const struct area *a, const char *pins)
{
	ret->hooks = calloc(nprograms, sizeof(*ret->hooks));
	if (!ret->hooks)
		return -ENOMEM;
	/* An auxiliary hook is listed only where it does something. */
	for (unsigned int i = 0; i < nprograms; i++)
		if (programs[i].role == PROGRAM_HOOK && (a->loaded.program[i] >= 0 ||
		    !(programs[i].second || programs[i].instead)))
			hook_info(&ret->hooks[ret->nhooks++], &programs[i],
				  a->loaded.program[i], pins);
	return 0;
}

static int rings_info(struct control_info *ret, const struct area *a)
{
	ret->rings = calloc(a->nrings, sizeof(*ret->rings));
	if (!ret->rings)
		return -ENOMEM;
	for (unsigned int i = 0; i < a->nrings; i++) {
		ret->rings[i] = (struct saker_ring_info){ .cpu = i, .data_size = a->rings[i].size };
		ret->self += a->state[i]->self;
	}
	ret->nrings = a->nrings;
	return 0;
}

int area_info(const struct area *a, const char *pins, struct control_info *ret)
{
	const struct bpf_control *c = a->control;
	int r;

	*ret = (struct control_info){
		.abi = SAKER_ABI_MAJOR << 16 | SAKER_ABI_MINOR,
		.state = area_orphan_over(a) ? (uint32_t)SAKER_STATE_DISARMED : c->state,
		.generation = c->generation,
		.ring_size = c->ring_size,
		.orphan_s = (uint32_t)(c->orphan_ns / 1000000000),
		.watermark = 3,
		.holder_pid = c->consumer_tgid,
		.unpaired = c->unpaired,
	};
	snprintf(ret->release, sizeof(ret->release), "%s", SAKER_VERSION);
	if (ret->holder_pid)
		snprintf(ret->holder_comm, sizeof(ret->holder_comm), "%.15s", c->consumer_comm.s);
	r = rings_info(ret, a);
	if (r == 0)
		r = hooks_info(ret, a, pins);
	if (r < 0)
		control_info_uninit(ret);
	return r;
}

int ebpf_get_info(struct control_info *ret, const char *pins)
{
	struct area a;
	int r = look(&a, pins);

	if (r < 0)
		return r;
	r = area_info(&a, pins, ret);
	area_uninit(&a);
	return r;
}

static unsigned int rows_make(struct ev_tally *row, const struct bpf_state *s)
{
	unsigned int n = 0;

	for (unsigned int type = 0; type < EV_TYPE_MAX; type++) {
		const struct bpf_tally *t = &s->tally[type];

		if (!t->hits)
			continue;
		row[n] = (struct ev_tally){ .type = type, .hits = t->hits, .emitted = t->emitted,
					    .filtered = t->filtered };
		memcpy(row[n].dropped, t->dropped, sizeof(row[n].dropped));
		n++;
	}
	return n;
}

int area_tallies(const struct area *a, control_tally_fn *fn, void *ctx)
{
	struct ev_tally rows[EV_TYPE_MAX];
	int r = 0;

	for (unsigned int i = 0; i < a->nrings && r == 0; i++) {
		const struct control_tally tally = {
			.cpu = i,
			.seq = a->state[i]->seq,
			.rows = rows,
			.nrows = rows_make(rows, a->state[i]),
		};

		r = fn(ctx, &tally);
	}
	return r;
}

int ebpf_get_stats(control_tally_fn *fn, void *ctx, const char *pins)
{
	struct area a;
	int r = look(&a, pins);

	if (r < 0)
		return r;
	r = area_tallies(&a, fn, ctx);
	area_uninit(&a);
	return r;
}
