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
#include "ebpf/status.h"
#include "lib/fd.h"

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

bool hook_is_listed(const struct program *p, bool loaded)
{
	return p->role == PROGRAM_HOOK && (loaded || !(p->second || p->instead));
}

static const char *kind_of(const struct program *p, const struct hook_found *found)
{
	if (found->perf)
		return "perf";
	if (p->kprobe)
		return "kprobe";
	return p->function ? "fentry" : "tp_btf";
}

void hook_describe(struct control_hook *ret, const struct program *p,
		   const struct hook_found *found)
{
	const char *state = "missing: this kernel has no such tracepoint";

	if (found->off)
		state = "missing: kernel.ftrace_enabled is 0, which turns function hooks off";
	else if (found->attached && found->needed)
		state = "armed";
	else if (found->attached)
		state = "idle: it stays attached, because this kernel attaches it only once";
	else if (found->loaded && found->needed)
		state = "missing: the kernel refused to attach it";
	else if (found->loaded)
		state = "idle";
	else if (p->function)
		state = "missing: this kernel allows no program here";
	snprintf(ret->name, sizeof(ret->name), "%s", p->name);
	snprintf(ret->kind, sizeof(ret->kind), "%s", kind_of(p, found));
	snprintf(ret->state, sizeof(ret->state), "%s", state);
}

/* By the selection in force; none is after an orderly stop. */
static bool hook_is_needed(const struct bpf_control *c, const struct program *p)
{
	return p->role == PROGRAM_HOOK && c->current < BPF_NONE &&
	       program_needed(p, &c->selection[c->current]);
}

/*
 * Links of functions are no permanent users of ftrace, unlike the module's hooks, so the kernel
 * lets the sysctl turn them off. Without ftrace, or if it cannot be read, they are on.
 */
static bool functions_are_off(void)
{
	char value[4];

	return fd_read_file("/proc/sys/kernel/ftrace_enabled", value, sizeof(value)) > 0 &&
	       value[0] == '0';
}

/* @off: function hooks are turned off. */
static struct hook_found hook_find(const struct area *a, unsigned int i, const char *pins, bool off)
{
	const struct program *p = &programs[i];
	const int prog = a->loaded.program[i];
	char path[256];

	snprintf(path, sizeof(path), "%s/link_%s", pins ? pins : EBPF_PINS, p->name);
	return (struct hook_found){
		.loaded = prog >= 0,
		.attached = !access(path, F_OK),
		.needed = hook_is_needed(a->control, p),
		.perf = prog >= 0 && attach_type(prog) == BPF_PROG_TYPE_TRACEPOINT,
		.off = off && prog >= 0 && p->function,
	};
}

static int hooks_info(struct control_info *ret, const struct area *a, const char *pins)
{
	const bool off = functions_are_off();

	ret->hooks = calloc(nprograms, sizeof(*ret->hooks));
	if (!ret->hooks)
		return -ENOMEM;
	for (unsigned int i = 0; i < nprograms; i++) {
		const struct hook_found found = hook_find(a, i, pins, off);

		if (hook_is_listed(&programs[i], found.loaded))
			hook_describe(&ret->hooks[ret->nhooks++], &programs[i], &found);
	}
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
		.load = { .ns = c->load_ns, .at_ns = c->ring_generation, .locked = c->locked,
			  .verified = c->verified, .programs = (uint32_t)c->programs },
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
