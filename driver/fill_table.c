// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps the table of fillers by event type. The size and number of fields come
 * from events.def; a row names the functions that fill its event, the room its
 * parts take at most, and its traits. Hooks never emit types without a row:
 * these are records about the stream and the agent's own records.
 */
#include <linux/module.h>
#include <linux/socket.h>
#include "fill_table.h"
#include "part.h"

#define FILLER(ev, ok, failed, extra, question, bits)	\
	[EV_##ev] = {					\
		.type = EV_##ev,			\
		.fixed = sizeof(struct ev_##ev),	\
		.more = SAKER_MORE(ev),			\
		.traits = bits,				\
		.parts = { SLACK + (ok), SLACK + (failed) },	\
		.need = extra,				\
		.predicate = question,			\
		.fill = saker_fill_##ev,		\
	}

#define SLACK	(SAKER_ZERO_STEP - 8)
#define PATH	SAKER_NEED_PATH
#define UNIX	SAKER_NEED(sizeof(struct sockaddr_storage))
#define NAME	SAKER_NEED(MODULE_NAME_LEN)
#define CGROUP	SAKER_NEED(SAKER_CGROUP_PATH_MAX)
#define RESERVE	SAKER_MAY_USE_RESERVE
#define URGENT	(SAKER_MAY_USE_RESERVE | SAKER_WAKES)
#define PENDING	SAKER_TAKES_PENDING

const struct saker_filler saker_fillers[EV_TYPE_MAX] = {
	/*
	 * event; bytes of parts after a success, after a failure, function that adds to them;
	 * predicate; traits
	 */
	FILLER(snapshot_end,		0,        0,        NULL, NULL, 0),
	FILLER(execve,			0,        0,        saker_need_execve, NULL, URGENT),
	FILLER(clone,			0,        0,        NULL, NULL, RESERVE),
	FILLER(procexit,		0,        0,        NULL, NULL, RESERVE),
	FILLER(setname,			0,        0,        NULL, saker_predicate_setname,
	       RESERVE),
	FILLER(task,			0,        0,        saker_need_task, NULL, 0),
	FILLER(open,			2 * PATH, PATH,     NULL, NULL, PENDING),
	FILLER(connect,			UNIX,     UNIX,     NULL, NULL, 0),
	FILLER(accept,			UNIX,     UNIX,     NULL, NULL, 0),
	FILLER(dup,			PATH,     0,        NULL, saker_predicate_dup, 0),
	FILLER(ptrace,			0,        0,        NULL, NULL, URGENT),
	FILLER(process_vm_writev,	0,        0,        NULL, NULL, URGENT),
	FILLER(memfd_create,		PATH,     PATH,     NULL, NULL, 0),
	FILLER(setid,			0,        0,        NULL, NULL, URGENT),
	FILLER(init_module,		2 * PATH, 2 * PATH, NULL, NULL, URGENT),
	FILLER(module_load,		NAME,     NAME,     NULL, NULL, URGENT),
	FILLER(mount,			3 * PATH, 3 * PATH, NULL, NULL, 0),
	FILLER(syscall,			0,        0,        NULL, NULL, 0),
	FILLER(cgroup_mkdir,		CGROUP,   CGROUP,   NULL, NULL, 0),
	FILLER(cgroup_rmdir,		CGROUP,   CGROUP,   NULL, NULL, 0),
	FILLER(cgroup_attach,		CGROUP,   CGROUP,   NULL, NULL, 0),
};
