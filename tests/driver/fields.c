// SPDX-License-Identifier: Apache-2.0
/*
 * Reports which fields the driver tests have seen: each must have held something, and have been
 * equal to at least two values that the test knew by itself. A field that never did is a
 * failure, unless agent/source/coverage.def lists it as never recorded by this driver, its hook is
 * missing on this kernel, or this file says why not. The hooks of coverage.def are compared
 * with those that the driver arms for each event.
 */
#include <stdlib.h>

#include "fields.h"
#include "lib/number.h"

enum { ALWAYS = 0, CALLS = 0, ABIS = 0, URING = 0 };
enum {
#define LIMIT(name, number, what) COVER_##name = 1 << (number),
#include "source/coverage.def"
};

static const struct {
	unsigned int event;
	const char *hook;
} hooks[] = {
#define SEES(event, hook, ways, what) { EV_##event, hook },
#include "source/coverage.def"
};

static const struct {
	unsigned int event, limits;
	const char *field, *what;
} never[] = {
#define NEVER(event, field, limits, what) { EV_##event, limits, field, what },
#include "source/coverage.def"
};

/* What no driver test can show, or not with two values, and why. An event or field of "*" is all of them. */
static const struct explained {
	const char *event, *field, *why;
} unfilled[] = {
#define UNFILLED(event_, field_, why_)	{ .event = event_, .field = field_, .why = why_ }
	UNFILLED("*", "reserved", "always 0"),
	UNFILLED("*", "reserved2", "always 0"),
	UNFILLED("user", "*", "the agent writes it"),
	UNFILLED("group", "*", "the agent writes it"),
	UNFILLED("host", "*", "the agent writes it"),
	UNFILLED("rules", "*", "the agent writes it"),
	UNFILLED("driver", "*", "the agent writes it"),
	UNFILLED("gap", "*", "the storm forces gaps"),
	UNFILLED("counters", "*", "the storm checks the sums"),
	UNFILLED("consumer", "*", "the border test compares it"),
	UNFILLED("selection", "*", "the border test compares it"),
	UNFILLED("clock", "*", "the border test compares it, or the agent writes it"),
	UNFILLED("snapshot_end", "*", "the border test compares it"),
	UNFILLED("mmap", "vm_swap", "the guests have no swap space"),
	UNFILLED("munmap", "vm_swap", "the guests have no swap space"),
	UNFILLED("brk", "vm_swap", "the guests have no swap space"),
	UNFILLED("task", "*", "the border test compares the snapshot"),
#undef UNFILLED
};

/* A known value, as an interval: a number that is known exactly has equal ends. */
struct known {
	uint64_t low, high;
};

static struct seen {
	bool filled, lacking; /* lacking: a test needed a call that the kernel does not have */
	unsigned int n;	     /* 0, 1, or 2 of: */
	struct known first;
} seen[EV_TYPE_MAX][EV_FIELD_MAX];

/* FNV-1a; 0 only for what is empty. */
static uint64_t hash(const unsigned char *p, uint32_t len)
{
	uint64_t h = 14695981039346656037ull;
	bool any = false;

	for (uint32_t i = 0; i < len; i++) {
		h = (h ^ p[i]) * 1099511628211ull;
		any |= p[i] != 0;
	}
	return any ? h | 1ull << 63 : 0;
}

/* Returns false if the test did not know the value. */
static bool value_known(struct known *k, const struct val *v)
{
	switch (v->how) {
	case HOW_ANY:
		return false;
	case HOW_NOT_ZERO:
		*k = (struct known){ 1, UINT64_MAX };
		break;
	case HOW_RANGE:
		*k = (struct known){ v->v, v->v2 };
		break;
	default:
		k->low = k->high = v->p ? hash(v->p, v->len) : v->mask ? v->v & v->mask : v->v;
	}
	return true;
}

static void note_value(struct seen *s, const struct val *v)
{
	struct known k;

	if (s->n == 2 || !value_known(&k, v))
		return;
	if (!s->n) {
		s->first = k;
		s->n = 1;
	} else if (k.low > s->first.high || k.high < s->first.low) {
		s->n = 2;
	}
}

void fields_note(const struct want *w, const struct ev_header *h)
{
	const struct sk_event *e = &sk_events[h->type];

	for (unsigned int i = 0; i < e->nfields; i++) {
		const unsigned char *at = (const unsigned char *)h + e->field[i].offset;
		struct seen *s = &seen[h->type][i];

		for (unsigned int k = 0; k < e->field[i].size; k++)
			s->filled |= at[k] != 0;
		if (i < w->nvals)
			note_value(s, &w->val[i]);
	}
}

/* word: an event, or EVENT.FIELD */
static void lack(const char *word)
{
	const size_t n = strcspn(word, ".");

	for (unsigned int t = 0; t < EV_TYPE_MAX; t++) {
		if (!sk_events[t].name || strlen(sk_events[t].name) != n || strncmp(sk_events[t].name, word, n))
			continue;
		for (unsigned int i = 0; i < sk_events[t].nfields; i++)
			seen[t][i].lacking |= !word[n] || !strcmp(word + n + 1, sk_events[t].field[i].name);
	}
}

void fields_lack(void)
{
	char *left, *word = strtok_r(shared->lacking, " ", &left);

	for (; word; word = strtok_r(NULL, " ", &left))
		lack(word);
}

static const char *why_unfilled(const char *event, const char *field)
{
	for (size_t i = 0; i < sizeof(unfilled) / sizeof(*unfilled); i++)
		if ((!strcmp(unfilled[i].event, "*") || !strcmp(unfilled[i].event, event)) &&
		    (!strcmp(unfilled[i].field, "*") || !strcmp(unfilled[i].field, field)))
			return unfilled[i].why;
	return NULL;
}

/* Of a hook at a function's entry one of two forms works. */
static bool hook_works(const struct sk_info *info, const char *hook)
{
	const size_t n = strlen(hook);

	for (unsigned int i = 0; i < info->nhooks; i++)
		if (!strncmp(info->hook[i].name, hook, n) && strncmp(info->hook[i].state, "missing", 7))
			return true;
	return false;
}

bool fields_hooked(struct sk *sk, const char *hook)
{
	struct sk_info info = { 0 };

	sk_info(sk, &info);
	return hook_works(&info, hook);
}

/* Whether `saker list events --coverage` has the field as never recorded. */
static const char *why_blind(const struct sk_info *info, bool ebpf, unsigned int event, const char *field)
{
	const unsigned int here = (ebpf ? COVER_EBPF : COVER_KMOD) |
				  (hook_works(info, "security_file_open") ? COVER_HOOKED : COVER_BY_FD) |
				  (hook_works(info, "security_path_unlink") ? 0 : COVER_BY_NAME);
	bool any = false;

	for (size_t i = 0; i < sizeof(never) / sizeof(*never); i++)
		if (never[i].event == event && !(never[i].limits & ~here) &&
		    (!never[i].field || !strcmp(never[i].field, field)))
			return never[i].what;
	for (size_t i = 0; i < sizeof(hooks) / sizeof(*hooks); i++)
		any |= hooks[i].event == event && (!hooks[i].hook || hook_works(info, hooks[i].hook));
	return any ? NULL : "its hook is missing on this kernel";
}

/* Alone: with the calls that are recorded as it. */
static void select_alone(struct saker_selection *sel, unsigned int event)
{
	memset(sel, 0, sizeof(*sel));
	sel->event[event] = 1;
	for (unsigned int i = 0; i < CALL_NUMBERS; i++)
		for (unsigned int abi = 0; abi < EV_ABI_COUNT; abi++)
			if (call_numbers[i].event == event && call_numbers[i].nr[abi] >= 0)
				sel->action[abi][call_numbers[i].nr[abi]] = SAKER_ACT_EMIT | SAKER_ACT_EMIT_FAILED;
}

static bool has_row(unsigned int event, const char *hook)
{
	for (size_t i = 0; i < sizeof(hooks) / sizeof(*hooks); i++)
		if (hooks[i].event == event && hooks[i].hook &&
		    !strncmp(hook, hooks[i].hook, strlen(hooks[i].hook)))
			return true;
	return false;
}

/* An exit also shows that a task with an open under way has died, so it may be armed for others. */
static int compare_hooks(const struct sk_info *info, unsigned int event)
{
	int bad = 0;

	for (unsigned int i = 0; i < info->nhooks; i++) {
		const struct sk_hook *hook = &info->hook[i];
		const bool armed = !strcmp(hook->state, "armed"), row = has_row(event, hook->name);

		if (armed == row || !strncmp(hook->state, "missing", 7) ||
		    (armed && !strncmp(hook->name, "sched_process_exit", 18)))
			continue;
		printf("# %s: hook %s is %s, coverage.def has %s\n", sk_events[event].name, hook->name,
		       hook->state, row ? "it" : "no such row");
		bad++;
	}
	return bad;
}

int hooks_report(struct sk *sk)
{
	static struct saker_selection sel;
	struct sk_info info;
	int bad = 0;

	for (size_t i = 0; i < sizeof(hooks) / sizeof(*hooks); i++) {
		select_alone(&sel, hooks[i].event);
		sel.generation = sk_generation(sk);
		if (hooks[i].event == EV_task)
			continue;
		if (sk_select(sk, &sel) || sk_info(sk, &info)) {
			printf("# %s: not selected: %s\n", sk_events[hooks[i].event].name, sk_why);
			bad++;
			continue;
		}
		bad += compare_hooks(&info, hooks[i].event);
	}
	return bad;
}

/* Did each call of the event fail for the only reason that the kernel does not have it? */
static bool lacks_call(unsigned int event, unsigned int field)
{
	const struct seen *res = &seen[event][0];

	if (seen[event][field].lacking)
		return true;
	return !strcmp(sk_events[event].field[0].name, "res") && res->n == 1 &&
	       res->first.low == (uint64_t)-ENOSYS && res->first.high == (uint64_t)-ENOSYS;
}

int fields_report(const struct sk_info *info, bool ebpf, bool whole)
{
	unsigned int total = 0, filled = 0, known = 0;
	int missed = 0;

	for (unsigned int t = 0; t < EV_TYPE_MAX; t++)
		for (unsigned int i = 0; i < sk_events[t].nfields; i++) {
			const char *event = sk_events[t].name, *field = sk_events[t].field[i].name;
			const struct seen *s = &seen[t][i];
			const char *why;

			if (why_unfilled(event, field) && !s->filled)
				continue;
			total++;
			filled += s->filled;
			known += s->n == 2;
			if (s->filled && s->n == 2)
				continue;
			why = lacks_call(t, i) ? "this kernel has no such call" :
					      why_blind(info, ebpf, t, field);
			printf("# field %s.%s: %s: %s\n", event, field,
			       s->filled ? "compared with one known value only" : "never seen filled",
			       why ? why : "NOT BLIND");
			missed += !why && (whole || !s->filled);
		}
	printf("# fields: %u, seen filled %u, compared with two known values %u\n", total, filled, known);
	return missed;
}
