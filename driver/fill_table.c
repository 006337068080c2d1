// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps the table of fillers by event type. The size, the number of fields and
 * traits come from events.def. An event whose fields all have a source there is
 * filled by fill_row.c; for any other, a row names the functions that fill it and
 * the room its parts take at most. Hooks never emit types without a filler: these
 * are records about the stream and the agent's own records.
 */
#include <linux/module.h>
#include <linux/socket.h>
#include "fill/row_table.h"
#include "fill_table.h"
#include "part.h"

static_assert(!((int)SAKER_MAY_USE_RESERVE ^ (int)ROW_TRAITS_RESERVE));
static_assert(!((SAKER_MAY_USE_RESERVE | SAKER_WAKES) ^ ROW_TRAITS_URGENT));
static_assert(SAKER_NEED_PATH <= ROW_PATH);
static_assert(SAKER_NEED(sizeof(struct sockaddr_storage)) <= ROW_UNIX);

enum {
#define EVENT(id, ev, name, traits, doc)	TRAITS_OF_##ev = ROW_TRAITS_##traits,
#define FIELD(ev, type, field, kind, source, doc)
#define END(ev)
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END
};

/* An event with a row in place of code; for any other, a row of the table below replaces this. */
#define ROW(ev)						\
	[EV_##ev] = {					\
		.type = EV_##ev,			\
		.fixed = ROW_HAS_##ev ? sizeof(struct ev_##ev) : 0,	\
		.traits = TRAITS_OF_##ev | (ROW_SEES_##ev ? SAKER_TAKES_PENDING : 0),	\
		.parts = { SLACK + ROW_ROOM_##ev, SLACK + ROW_ROOM_##ev },	\
		.fill = ROW_HAS_##ev ? saker_fill_row : NULL,	\
	},

#define FILLER(ev, ok, failed, extra, question, bits)	\
	[EV_##ev] = {					\
		.type = EV_##ev,			\
		.fixed = sizeof(struct ev_##ev),	\
		.more = SAKER_MORE(ev),			\
		.traits = TRAITS_OF_##ev | (bits),	\
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
#define PENDING	SAKER_TAKES_PENDING

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
const struct saker_filler saker_fillers[EV_TYPE_MAX] = {
#define EVENT(id, ev, name, traits, doc)	ROW(ev)
#define FIELD(ev, type, field, kind, source, doc)
#define END(ev)
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END
	/*
	 * event; bytes of parts after a success, after a failure, function that adds to them;
	 * predicate; further traits
	 */
	FILLER(snapshot_end,	0,        0,      NULL, NULL, 0),
	FILLER(execve,		0,        0,      saker_need_execve, NULL, 0),
	FILLER(clone,		0,        0,      NULL, NULL, 0),
	FILLER(procexit,	0,        0,      NULL, NULL, 0),
	FILLER(setname,		0,        0,      NULL, saker_predicate_setname, 0),
	FILLER(task,		0,        0,      saker_need_task, NULL, 0),
	FILLER(open,		2 * PATH, PATH,   NULL, NULL, PENDING),
	FILLER(connect,		UNIX,     UNIX,   NULL, NULL, PENDING),
	FILLER(dup,		PATH,     0,      NULL, NULL, 0),
	FILLER(module_load,	NAME,     NAME,   NULL, NULL, 0),
	FILLER(cgroup_mkdir,	CGROUP,   CGROUP, NULL, NULL, 0),
	FILLER(cgroup_rmdir,	CGROUP,   CGROUP, NULL, NULL, 0),
	FILLER(cgroup_attach,	CGROUP,   CGROUP, NULL, NULL, 0),
};

#pragma GCC diagnostic pop
