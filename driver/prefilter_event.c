// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the prefilter for events that are not opens: by result and arguments of a call, and by
 * the family of a socket that is connected.
 */
#include <linux/net.h>
#include <net/sock.h>
#include "compat/compiler.h"
#include "prefilter.h"

/* A call that is tested. */
struct pf_call {
	const struct saker_fill *f;	/* with abi, nr and regs */
	u32 type;
	bool families_known;
	u32 families[2];		/* of a socket, and of the address it is connected to */
};

static u64 call_passes(const struct saker_prefilter *p, const struct saker_pf_test *t, u32 number,
		       const struct pf_call *c)
{
	u64 value;

	if (t->source == SAKER_PF_FAMILY)
		return !c->families_known ? ~0ull :
		       saker_pf_value(p, t, number, c->families[0]) |
		       saker_pf_value(p, t, number, c->families[1]);
	if (!saker_row_argument(c->f, c->type, t->source, &value))
		return ~0ull;
	return saker_pf_value(p, t, number, value);
}

SAKER_PF_VALUES_LEFT(values_left, const struct pf_call *, call_passes)

static bool excludes(const struct saker_prefilter *p, const struct pf_call *c, bool returned)
{
	u32 number = p->of_type[c->type];
	u64 left = saker_pf_of_result(&p->event[number], returned, c->f->ret);

	return !values_left(p, number, left, c);
}

bool saker_prefilter_event(struct saker_prefilter_state *s, struct saker_fill *f, u32 type)
{
	const struct pf_call c = { .f = f, .type = type };

	if (type == EV_connect && saker_mark_take(saker_mark_of(s)) == SAKER_MARK_CONNECT)
		return true;
	return excludes(&s->program, &c, !(f->flags & EV_F_ENTRY));
}

bool saker_prefilter_objects(struct saker_prefilter_state *s, struct pt_regs *regs,
			     unsigned int abi, unsigned int nr, u32 type)
{
	struct saker_fill f saker_uninitialized;
	const struct pf_call c = { .f = &f, .type = type };

	f.regs = regs;
	f.abi = abi;
	f.nr = nr;
	return excludes(&s->program, &c, false);
}

bool saker_prefilter_socket(struct saker_prefilter_state *s, const struct saker_connect *connect)
{
	struct saker_fill f saker_uninitialized;
	struct pf_call c = { .f = &f, .type = EV_connect };
	unsigned long *mark = saker_mark_of(s);

	if (connect->len >= sizeof(sa_family_t) && connect->sock->sk) {
		c.families_known = true;
		c.families[0] = READ_ONCE(connect->sock->sk->sk_family);
		c.families[1] = *(const sa_family_t *)connect->addr;
	}
	if (excludes(&s->program, &c, false)) {
		WRITE_ONCE(*mark, saker_mark_value() | SAKER_MARK_CONNECT_BIT);
		return true;
	}
	if (unlikely(saker_mark_get(mark)))
		WRITE_ONCE(*mark, 0);
	return false;
}
