/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the driver's selection from event types. Rules match failed calls too, so a call
 * that a rule can match is recorded whether it succeeds or fails; a call that only the
 * process table needs is recorded only if it succeeds.
 */
#include "ruleset/select.h"
#include <string.h>
#include "decode/type.h"

#define ENV_MAX			32768	/* bytes of the environment, if a rule reads it */
#define IA32_SOCKETCALL		102	/* makes any call on sockets, in old 32-bit programs */

/* Events that the tables of processes and control groups need. */
static const uint8_t state_events[] = {
	EV_execve, EV_clone, EV_procexit, EV_cgroup_mkdir, EV_cgroup_rmdir, EV_cgroup_attach,
};

/* Successful calls that the process table needs: users, groups and the working directory. */
static bool is_state(evt_type_t type)
{
	return evt_type_event(type) == EV_setid || evt_type_event(type) == EV_chdir;
}

static bool socketcall_makes(evt_type_t type)
{
	static const uint16_t numbers[] = {
#define SOCKETCALL(which, number, args)	number,
#include <saker/socketcall.def>
	};
	int nr = evt_type_nr(type, EV_ABI_IA32);

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (numbers[i] == nr)
			return true;
	return false;
}

/* Events of calls that programs make all the time: only rules select them. */
static const uint8_t frequent_events[] = {
	EV_mprotect, EV_pipe, EV_splice, EV_sendfile, EV_eventfd, EV_setsockopt, EV_send, EV_recv,
	EV_ioctl, EV_close, EV_close_range, EV_mmap, EV_read, EV_write, EV_stat, EV_access,
	EV_lseek, EV_getdents, EV_flock, EV_fsync, EV_brk, EV_munmap, EV_mlock, EV_mlockall,
	EV_epoll_create, EV_epoll_ctl, EV_epoll_wait, EV_select, EV_getid, EV_semget, EV_semctl,
	EV_futex, EV_io_uring_enter, EV_getsockname, EV_getpeername, EV_getsockopt, EV_getresid,
	EV_prlimit, EV_getrlimit, EV_setrlimit, EV_getcwd, EV_nanosleep, EV_semop, EV_poll,
};

static bool is_frequent(evt_type_t type)
{
	const enum ev_type event = evt_type_event(type);

	if (type == EVT_SYS_fcntl || type == EVT_SYS_fcntl64)
		return true;
	for (size_t i = 0; i < sizeof(frequent_events); i++)
		if (frequent_events[i] == event)
			return true;
	return false;
}

static bool selects(const uint64_t *types, evt_type_t type)
{
	if (types)
		return types[type / 64] >> (type % 64) & 1;
	return evt_type_event(type) != EV_syscall && !is_frequent(type);
}

static void select_call(struct saker_selection *sel, evt_type_t type, uint8_t action)
{
	for (unsigned int abi = 0; abi < EV_ABI_COUNT; abi++) {
		int nr = evt_type_nr(type, (enum ev_abi)abi);

		if (nr >= 0 && nr < SAKER_NR_BAD)
			sel->action[abi][nr] |= action;
	}
}

void select_make(struct saker_selection *ret, const uint64_t types[TYPE_WORDS], uint64_t needs)
{
	const uint8_t all = SAKER_ACT_EMIT | SAKER_ACT_EMIT_FAILED;

	memset(ret, 0, sizeof(*ret));
	ret->env_max = needs & FIELD_NEEDS_ENV ? ENV_MAX : 0;
	ret->data_max = needs & FIELD_NEEDS_PAYLOAD ? SNAPLEN_DEFAULT : 0;
	ret->flags = needs & FIELD_NEEDS_STD_PATHS ? SAKER_SEL_STD_PATHS : 0;
	for (size_t i = 0; i < sizeof(state_events); i++)
		ret->event[state_events[i]] = 1;
	for (evt_type_t type = 0; type < EVT_SYS_COUNT; type++) {
		enum ev_type event = evt_type_event(type);

		if (is_state(type))
			select_call(ret, type, SAKER_ACT_EMIT);
		if (!selects(types, type))
			continue;
		select_call(ret, type, all);
		if (event != EV_syscall && socketcall_makes(type))
			ret->action[EV_ABI_IA32][IA32_SOCKETCALL] = all;
	}
	for (unsigned int event = 16; event < EV_TYPE_MAX; event++)	/* lower ones: about the stream */
		if (selects(types, (evt_type_t)(EVT_SYS_COUNT + event)) &&
		    evt_type_event((evt_type_t)(EVT_SYS_COUNT + event)) == event)
			ret->event[event] = 1;
	if (types && selects(types, EVT_SYS_COUNT + EV_syscall))
		for (unsigned int abi = 0; abi < EV_ABI_COUNT; abi++)
			ret->action[abi][SAKER_NR_BAD] = all;
	if (needs & FIELD_NEEDS_COMM)
		ret->event[EV_setname] = 1;
}

static void act_on_dns(uint8_t *action)
{
	if (!(*action & SAKER_ACT_EMIT))
		*action |= SAKER_ACT_EMIT_DNS;
}

void select_dns(struct saker_selection *sel)
{
	sel->flags |= SAKER_SEL_DNS;
	for (evt_type_t type = 0; type < EVT_SYS_COUNT; type++) {
		const enum ev_type event = evt_type_event(type);

		if (event != EV_send && event != EV_recv && event != EV_read && event != EV_write)
			continue;
		for (unsigned int abi = 0; abi < EV_ABI_COUNT; abi++) {
			int nr = evt_type_nr(type, (enum ev_abi)abi);

			if (nr >= 0 && nr < SAKER_NR_BAD)
				act_on_dns(&sel->action[abi][nr]);
		}
	}
	act_on_dns(&sel->action[EV_ABI_IA32][IA32_SOCKETCALL]);
}

void select_for_rules(struct saker_selection *ret, const struct ruleset *set, uint64_t needs)
{
	uint64_t types[TYPE_WORDS];

	ruleset_evt_types(set, types);
	select_make(ret, types, set->needs | needs);
}
