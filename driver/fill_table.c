// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event type to filler. The one idea: size and number of fields come from
 * events.def; a row names only how its event is filled. Types without a row
 * are never made by hooks: records about the stream, and the agent's own.
 */
#include "fill_table.h"

#define FILLER(ev, bytes_of_parts, question)		\
	[EV_##ev] = {					\
		.type = EV_##ev,			\
		.fixed = sizeof(struct ev_##ev),	\
		.nfields = EV_NFIELDS(ev),		\
		.pending = EV_##ev == EV_open,		\
		.need = bytes_of_parts,			\
		.predicate = question,			\
		.fill = saker_fill_##ev,		\
	}

const struct saker_filler saker_fillers[EV_TYPE_MAX] = {
	FILLER(snapshot_end,		NULL,				NULL),
	FILLER(execve,			saker_need_execve,		NULL),
	FILLER(clone,			NULL,				NULL),
	FILLER(procexit,		NULL,				NULL),
	FILLER(task,			saker_need_task,		NULL),
	FILLER(open,			saker_need_open,		NULL),
	FILLER(connect,			saker_need_connect,		NULL),
	FILLER(accept,			saker_need_accept,		NULL),
	FILLER(dup,			saker_need_dup,		saker_predicate_dup),
	FILLER(ptrace,			NULL,				NULL),
	FILLER(process_vm_writev,	NULL,				NULL),
	FILLER(memfd_create,		saker_need_memfd_create,	NULL),
	FILLER(setid,			NULL,				NULL),
	FILLER(init_module,		saker_need_init_module,		NULL),
	FILLER(module_load,		saker_need_module_load,		NULL),
	FILLER(mount,			saker_need_mount,		NULL),
	FILLER(syscall,			NULL,				NULL),
	FILLER(cgroup_mkdir,		saker_need_cgroup_mkdir,	NULL),
	FILLER(cgroup_rmdir,		saker_need_cgroup_rmdir,	NULL),
	FILLER(cgroup_attach,		saker_need_cgroup_attach,	NULL),
};
