/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs the prefilter for events that are not opens, as driver/prefilter_event.c: by result and
 * arguments of a call, and by the family of a socket that is connected.
 */
#ifndef SAKER_BPF_PREFILTER_EVENT_H
#define SAKER_BPF_PREFILTER_EVENT_H

#include "fill_row.h"
#include "prefilter.h"

/* Argument @n of a call, as PF_ARG(). */
static __always_inline __u64 pf_arg(struct pt_regs *r, __u32 abi, __u32 n)
{
	switch (n) {
	case 0: return PF_ARG0(r, abi);
	case 1: return PF_ARG1(r, abi);
	case 2: return PF_ARG2(r, abi);
	case 3: return PF_ARG3(r, abi);
	case 4: return PF_ARG(r, abi, r8, di);
	default: return PF_ARG(r, abi, r9, bp);
	}
}

/* A call of the current task. */
struct pf_call {
	__u32 type, abi, nr;
	__u32 families;			/* see pf_values() */
};

/*
 * As saker_row_argument() of driver/fill_row.c. A number of 64 bits of ia32 is in two registers:
 * it is not read here.
 */
static __always_inline bool pf_argument(const struct pf_call *c, __u32 field, __u64 *value)
{
	const struct row *row = &rows[bounded(c->type, EV_TYPE_MAX - 1)];
	const struct row_field *r = row_field_at(row, field);
	__u64 map = row_map[bounded(call_place(c->abi, c->nr), ROW_CALLS - 1)];
	__u32 n = map >> bounded(field * 4, 63) & ROW_ABSENT;
	__u64 v;

	if (field >= row->n || r->op != ROW_OP_ARG ||
	    (c->abi == EV_ABI_IA32 && (r->width & 8 || number_is(c->abi, c->nr, mmap) ||
				       number_is(c->abi, c->nr, socketcall))))
		return false;
	if (n == ROW_ABSENT)
		v = (__s64)r->number;
	else
		v = pf_arg(current_regs(current_task()), c->abi, n);
	if (c->abi == EV_ABI_IA32 && n != ROW_ABSENT && r->width == 4 && !(map & ROW_WIDE_IDS))
		v = (__u16)v == 0xffff ? ~0u : (__u16)v;
	*value = r->width & 8 ? v : (__u32)v;
	return true;
}

static __always_inline __u64 pf_passes(const struct saker_prefilter *p,
				       const struct saker_pf_test *t, __u32 number,
				       const struct pf_call *c)
{
	__u64 value = c->families & 0xffff, ret;

	if (t->source == SAKER_PF_FAMILY) {
		if (c->families == ~0u)
			return ~0ull;
		ret = saker_pf_value(p, t, number, value);
		return ret | saker_pf_value(p, t, number, c->families >> 16);
	}
	return pf_argument(c, t->source, &value) ? saker_pf_value(p, t, number, value) : ~0ull;
}

SAKER_PF_VALUES_LEFT(pf_values_of, const struct pf_call *, pf_passes)

/*
 * The clauses of @left that the values of a call of the current task leave. A function of its own:
 * it is verified once.
 * @families:	of a socket and of the address it is connected to, 16 bits each; ~0: unknown
 */
__noinline __u64 pf_values(__u32 type, __u32 abi, __u32 nr, __u64 left, __u32 families)
{
	const struct pf_call c = { .type = type, .abi = abi, .nr = nr, .families = families };
	__u32 number = PF_PROGRAM->of_type[bounded(type, EV_TYPE_MAX - 1)];

	return pf_values_of(PF_PROGRAM, number, left, &c);
}

/* Is this call excluded? @returned: with this result; else with any */
static __always_inline bool pf_excludes(const struct saker_selection *sel, __u32 type, __u32 abi,
					__u32 nr, __u32 families, bool returned, long ret)
{
	const struct saker_pf_event *e;
	__u32 number;
	__u64 left;

	number = PF_PROGRAM->of_type[bounded(type, EV_TYPE_MAX - 1)];
	if (!number)
		return false;
	e = &PF_PROGRAM->event[bounded(number, SAKER_PF_EVENTS - 1)];
	left = saker_pf_of_result(e, returned, ret);
	/* An event with code of its own has no arguments that are tested. */
	if (left && e->n && (families != ~0u || rows[bounded(type, EV_TYPE_MAX - 1)].n))
		left = pf_values(type, abi, nr, left, families);
	return !left && pf_is_still_of(sel);
}

/* At a hook: can no rule match this call, with any result? */
static __always_inline bool call_is_excluded(__u32 type, __u32 abi, __u32 nr, __u32 families)
{
	const struct saker_selection *sel = selection();

	return PF_TESTS_EVENTS && pf_is_of(sel) &&
	       pf_excludes(sel, type, abi, nr, families, false, 0);
}

/* At the exit of a call, or at its entry, within a section. */
static __always_inline bool event_is_excluded(struct fill *f, __u32 type)
{
	if (!PF_TESTS_EVENTS || !(f->flags & EV_F_SYSCALL) || !pf_is_of(f->sel))
		return false;
	if (type == EV_connect && pf_mark_take(f->current, f->task) == PF_CONNECT)
		return true;
	return pf_excludes(f->sel, type, f->abi, f->nr, ~0u, !(f->flags & EV_F_ENTRY), f->ret);
}

/* At the exit of a connect: has the hook excluded it? Then the hit is counted. */
static __always_inline bool connect_ends(struct task_struct *task)
{
	__u64 self = bpf_get_current_pid_tgid();

	if (!PF_TESTS_EVENTS || !pf_is_of(selection()) ||
	    pf_mark_get(task, self) != PF_CONNECT || control.left_ns)
		return false;
	*(volatile __u64 *)pf_mark(self) = 0;
	excluded_count(EV_connect);
	return true;
}

#endif /* SAKER_BPF_PREFILTER_EVENT_H */
