/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Event types from the two schema files: tables indexed by number to get the type of a
 * record; a linear search by name, used only when rules are loaded.
 */
#include "decode/type.h"
#include <stddef.h>

#define N_SLOTS	548		/* the ABIs of x86 have numbers 0..547 */

struct type_info {
	struct str name;
	uint16_t event;			/* enum ev_type */
	int16_t nr[EV_ABI_COUNT];	/* -1: none */
};

static const struct type_info types[EVT_TYPE_COUNT] = {
#define SYSCALL(sysname, n64, n32, nx32, ev, ...)				\
	[EVT_SYS_##sysname] = { { #sysname, sizeof(#sysname) - 1 }, EV_##ev, { n64, n32, nx32 } },
#include <saker/syscalls.def>
#undef SYSCALL
#define EVENT(id, ev, evname, traits, doc)					\
	[EVT_SYS_COUNT + id] = { { evname, sizeof(evname) - 1 }, EV_##ev, { -1, -1, -1 } },
#define FIELD(ev, type, field, kind, source, doc)
#define END(ev)
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END
};

/*
 * From number to type, one table per ABI. Values are type + 1, 0 if there is no call. Slot N_SLOTS
 * takes the calls that an ABI lacks (number -1).
 */
#define SLOT(nr)	((nr) < 0 ? N_SLOTS : (nr))

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
#ifdef __clang__
#pragma clang diagnostic ignored "-Winitializer-overrides"
#endif
static const uint16_t by_nr[EV_ABI_COUNT][N_SLOTS + 1] = {
	[EV_ABI_64] = {
#define SYSCALL(name, n64, n32, nx32, ev, ...)	[SLOT(n64)] = EVT_SYS_##name + 1,
#include <saker/syscalls.def>
#undef SYSCALL
	},
	[EV_ABI_IA32] = {
#define SYSCALL(name, n64, n32, nx32, ev, ...)	[SLOT(n32)] = EVT_SYS_##name + 1,
#include <saker/syscalls.def>
#undef SYSCALL
	},
	[EV_ABI_X32] = {
#define SYSCALL(name, n64, n32, nx32, ev, ...)	[SLOT(nx32)] = EVT_SYS_##name + 1,
#include <saker/syscalls.def>
#undef SYSCALL
	},
};
#pragma GCC diagnostic pop

/*
 * The call used as an event's type if the record has no usable call number: from a tracepoint, from
 * io_uring, or from ia32's socketcall. The last call of syscalls.def that is recorded as the event,
 * usually the one with the most arguments; the rows after it are the exceptions.
 */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
#ifdef __clang__
#pragma clang diagnostic ignored "-Winitializer-overrides"
#endif
static const evt_type_t primary[EV_TYPE_MAX] = {
#define EVENT(id, ev, name, traits, doc)	[id] = EVT_SYS_COUNT + id,
#define FIELD(ev, type, field, kind, source, doc)
#define END(ev)
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END
#define SYSCALL(name, n64, n32, nx32, ev, ...)	\
	[(n64) < 0 ? EV_OTHER : EV_##ev] = EVT_SYS_##name,
#include <saker/syscalls.def>
#undef SYSCALL
	[EV_OTHER] = 0,
	[EV_syscall] = EVT_SYS_COUNT + EV_syscall,
	[EV_execve] = EVT_SYS_execve,
	[EV_clone] = EVT_SYS_clone,
	[EV_open] = EVT_SYS_openat,
	[EV_chmod] = EVT_SYS_fchmodat,
	[EV_chroot] = EVT_SYS_chroot,
	[EV_open_tree] = EVT_SYS_open_tree,
	[EV_swapon] = EVT_SYS_swapon,
	[EV_quotactl] = EVT_SYS_quotactl,
	[EV_setxattr] = EVT_SYS_setxattr,
	[EV_dup] = EVT_SYS_dup,
	[EV_memfd_create] = EVT_SYS_memfd_create,
	[EV_kill] = EVT_SYS_kill,
	[EV_send] = EVT_SYS_sendto,
	[EV_recv] = EVT_SYS_recvfrom,
	[EV_setid] = EVT_SYS_setresuid,
	[EV_init_module] = EVT_SYS_init_module,
	[EV_stat] = EVT_SYS_stat,
	[EV_access] = EVT_SYS_access,
};

#pragma GCC diagnostic pop

#define ARGS_OF(ev, ...)	{ ARGS_OF_(ev, ##__VA_ARGS__, _, _, _, _, _, _) }
#define ARGS_OF_(ev, a, b, c, d, e, f, ...)				\
	EV_FIELD(ev, a), EV_FIELD(ev, b), EV_FIELD(ev, c),		\
	EV_FIELD(ev, d), EV_FIELD(ev, e), EV_FIELD(ev, f)

static const uint8_t args[EVT_SYS_COUNT][EVT_ARGS] = {
#define SYSCALL(name, n64, n32, nx32, ev, ...)	[EVT_SYS_##name] = ARGS_OF(ev, ##__VA_ARGS__),
#include <saker/syscalls.def>
#undef SYSCALL
};

const uint8_t *evt_type_args(evt_type_t type)
{
	return type < EVT_SYS_COUNT ? args[type] : NULL;
}

static evt_type_t type_of_event(unsigned int event)
{
	return event < EV_TYPE_MAX && primary[event] ? primary[event] : EVT_TYPE_NONE;
}

evt_type_t evt_type_of(const struct ev_header *hdr)
{
	unsigned int abi = hdr->flags & EV_F_ABI_MASK;
	unsigned int slot;

	if ((hdr->flags & EV_F_SYSCALL) && abi < EV_ABI_COUNT && (uint32_t)hdr->nr < N_SLOTS) {
		slot = by_nr[abi][hdr->nr];
		if (slot && (types[slot - 1].event == hdr->type || hdr->type == EV_syscall))
			return (evt_type_t)(slot - 1);
	}
	return type_of_event(hdr->type);
}

struct str evt_type_name(evt_type_t type)
{
	if (type < EVT_TYPE_COUNT && types[type].name.n)
		return types[type].name;
	return STR("unknown");
}

/* Calls that Falco has by another name than the kernel. */
static const struct { const char *falco, *kernel; } aliases[] = {
	{ "llseek", "_llseek" }, { "pread", "pread64" }, { "prlimit", "prlimit64" },
	{ "pwrite", "pwrite64" },
};

evt_type_t evt_type_find(struct str name)
{
	unsigned int i;

	if (!name.n)
		return EVT_TYPE_NONE;
	for (i = 0; i < EVT_TYPE_COUNT; i++)	/* system calls first: "execve" is the call, not the event */
		if (types[i].name.n == name.n && !memcmp(types[i].name.p, name.p, name.n))
			return (evt_type_t)i;
	for (i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (str_eq(name, str_of(aliases[i].falco)))
			return evt_type_find(str_of(aliases[i].kernel));
	return EVT_TYPE_NONE;
}

bool evt_type_renamed(evt_type_t type)
{
	for (unsigned int i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (str_eq(evt_type_name(type), str_of(aliases[i].kernel)))
			return true;
	return false;
}

evt_type_t evt_type_shown(evt_type_t type)
{
	return type == EVT_SYS_fchmodat2 ? EVT_SYS_fchmodat : type;
}

bool evt_type_is_merged(evt_type_t type)
{
	return evt_type_shown(type) != type || type == EVT_SYS_fchmodat;
}

enum ev_type evt_type_event(evt_type_t type)
{
	return type < EVT_TYPE_COUNT ? types[type].event : EV_OTHER;
}

int evt_type_nr(evt_type_t type, enum ev_abi abi)
{
	return type < EVT_TYPE_COUNT && types[type].name.n && abi < EV_ABI_COUNT ?
	       types[type].nr[abi] : -1;
}
