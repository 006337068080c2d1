/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the arguments of events as text: as they are stored, and what they mean. */
#include "field/args.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <saker/flags.h>
#include <sys/socket.h>
#include "decode/print.h"
#include "decode/schema.h"
#include "enrich/image.h"
#include "enrich/names.h"
#include "field/extract.h"
#include "field/fdinfo.h"
#include "field/get.h"

/* -- reading -- */

static const void *place(const struct event *ev, const struct arg_def *def)
{
	return (const char *)ev->body + def->offset;
}

/* The exe_flags of flags.def that rules can name, in the order in which they are printed. */
static const struct {
	const char *name;
	uint32_t bit, ours;
} exe_flags[] = {
	{ "EXE_WRITABLE", 0x1, SAKER_exe_flags_WRITABLE },
	{ "EXE_UPPER_LAYER", 0x2, SAKER_exe_flags_UPPER_LAYER },
	{ "EXE_FROM_MEMFD", 0x4, SAKER_exe_flags_MEMFD },
	{ "EXE_LOWER_LAYER", 0x8, SAKER_exe_flags_LOWER_LAYER },
};

static int64_t exe_flags_known(uint32_t ours)
{
	int64_t bits = 0;

	for (size_t i = 0; i < sizeof(exe_flags) / sizeof(exe_flags[0]); i++)
		bits |= ours & exe_flags[i].ours ? exe_flags[i].bit : 0;
	return bits;
}

/* _llseek has its distance in two halves. */
static int64_t llseek_offset(const struct event *ev)
{
	return (int64_t)((uint64_t)ev->lseek->high << 32 | (uint32_t)ev->lseek->offset);
}

/* Number @n of the first operations of semop(), three for each; 0 if there are fewer. */
static int16_t semop_number(const struct event *ev, unsigned int n)
{
	const struct str sops = event_part(ev, &ev->semop->sops);
	int16_t number = 0;

	if ((n + 1) * sizeof(number) <= sops.n)
		memcpy(&number, sops.p + n * sizeof(number), sizeof(number));
	return number;
}

static int64_t queue_percent(const struct ev_accept *e)
{
	return e->queuemax ? (int64_t)e->queuelen * 100 / e->queuemax : 0;
}

/* Numbers that are not stored as they are. Return: whether it is one. */
static bool made_number(const struct event *ev, const struct arg_def *def, int64_t *ret)
{
	switch (def->form) {
	case FORM_LLSEEK:
		*ret = llseek_offset(ev);
		return true;
	case FORM_SEMVAL:
		*ret = ev->semctl->cmd == SAKER_semctl_cmd_SETVAL ? ev->semctl->val : 0;
		return true;
	case FORM_SEMOP:
	case FORM_SEMFLAGS:
		*ret = semop_number(ev, def->set);
		return true;
	case FORM_QUEUEPCT:
		*ret = queue_percent(ev->accept);
		return true;
	case FORM_QUOTAFMT:
		*ret = ev->quotactl->command == SAKER_quota_cmd_Q_QUOTAON ? ev->quotactl->id : 0;
		return true;
	default:
		return false;
	}
}

int64_t arg_number(const struct event *ev, const struct arg_def *def)
{
	bool is_signed = def->form == FORM_FD || def->form == FORM_DIRFD ||
			 def->form == FORM_SIGNED || def->form == FORM_TARGET ||
			 def->form == FORM_SOCKVAL;
	const void *p = place(ev, def);
	int64_t made;

	if (made_number(ev, def, &made))
		return made;
	if (def->size == 8)
		return *(const int64_t *)p;
	if (def->form == FORM_EXEFLAGS)
		return exe_flags_known(*(const uint32_t *)p);
	return is_signed ? *(const int32_t *)p : (int64_t)*(const uint32_t *)p;
}

struct str arg_part(const struct event *ev, const struct arg_def *def)
{
	return event_part(ev, place(ev, def));
}

bool arg_part_cut(const struct event *ev, const struct arg_def *def)
{
	return event_part_cut(place(ev, def));
}

/* -- forms in text -- */

/* Flags of open in the order in which they are printed, which is not the order of bits. */
static void put_open_flags(struct buf *b, uint64_t flags)
{
	static const struct {
		const char *name;
		uint32_t bits;
	} names[] = {
		{ "O_LARGEFILE", 0100000 }, { "O_DIRECTORY", 0200000 }, { "O_DIRECT", 040000 },
		{ "O_TRUNC", 01000 }, { "O_SYNC", 04010000 }, { "O_NONBLOCK", 04000 },
		{ "O_EXCL", 0200 }, { "O_DSYNC", 010000 }, { "O_APPEND", 02000 },
		{ "O_CREAT", 0100 },
	};
	static const char *const modes[] = { "O_RDONLY", "O_WRONLY", "O_RDWR", "O_RDWR" };
	const uint64_t tmpfile = 020200000;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if ((flags & names[i].bits) != names[i].bits)
			continue;
		buf_text(b, names[i].name);
		buf_char(b, '|');
	}
	buf_text(b, modes[flags & 3]);
	if (flags & 02000000)
		buf_text(b, "|O_CLOEXEC");
	if ((flags & tmpfile) == tmpfile)
		buf_text(b, "|O_TMPFILE");
}

static void put_exe_flags(struct buf *b, uint64_t bits)
{
	const char *sep = "";

	for (size_t i = 0; i < sizeof(exe_flags) / sizeof(exe_flags[0]); i++) {
		if (!(bits & exe_flags[i].bit))
			continue;
		buf_text(b, sep);
		buf_text(b, exe_flags[i].name);
		sep = "|";
	}
}

static void put_caps(struct buf *b, uint64_t caps)
{
	const char *sep = "";

	for (unsigned int i = 0; i < 64; i++) {
		if (!(caps >> i & 1))
			continue;
		buf_text(b, sep);
		print_caps(b, 1ull << i);
		sep = "|";
	}
}

static void put_value(struct buf *b, int r, const struct value *v)
{
	if (r)
		return;
	switch (v->type) {
	case VALUE_STR:
		buf_str(b, v->s);
		b->cut |= v->cut;
		break;
	case VALUE_U64: case VALUE_BOOL: case VALUE_PORT:
		buf_u64(b, v->u);
		break;
	default:
		buf_s64(b, v->i);
	}
}

static void put_error(struct buf *b, int64_t res)
{
	const char *error = res < 0 && res >= -4095 ? print_errno_name((int)-res) : NULL;

	buf_text(b, error ? error : "");
}

/* "<f>/etc/passwd" for the event's descriptor. */
static void put_fd(struct buf *b, const struct event *ev, int64_t num)
{
	struct value c, name;
	struct fdinfo fd;

	if (num < 0) {
		put_error(b, num);
		return;
	}
	if (!fdinfo_of(&fd, ev) || fd.num != num || field_fd_typechar(&c, ev, NULL))
		return;
	buf_char(b, '<');
	buf_str(b, c.s);
	buf_char(b, '>');
	put_value(b, field_fd_name(&name, ev, NULL), &name);
}

static void put_bytes(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_char(b, s.p[i] ? s.p[i] : '.');
}

/* Data that were read or written, as readable text: a dot for each byte that is not printable. */
static void put_data(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_char(b, s.p[i] >= ' ' && s.p[i] < 0x7f ? s.p[i] : '.');
}

/* "3:?1 4:?0": descriptors of poll(), of a kind that is not recorded, and what has come. */
static void put_fds(struct buf *b, struct str rows)
{
	struct pollfd row;

	for (size_t i = 0; i + sizeof(row) <= rows.n; i += sizeof(row)) {
		memcpy(&row, rows.p + i, sizeof(row));
		buf_printf(b, "%s%d:?%hx", i ? " " : "", row.fd, row.revents);
	}
}

static void put_addr(struct buf *b, const struct ev_tuple *t)
{
	struct ip_addr ip = tuple_addr(t, t->role, TUPLE_REMOTE);
	char text[INET6_ADDRSTRLEN];

	inet_ntop(ip.family == 4 ? AF_INET : AF_INET6, ip.b, text, sizeof(text));
	buf_text(b, text);
	buf_char(b, ':');
	buf_u64(b, tuple_port(t, t->role, TUPLE_REMOTE));
}

static void put_account(struct buf *b, const struct event *ev, uint32_t id, bool group)
{
	const struct user *user;

	if (id == ~0u)
		buf_text(b, "<NONE>");
	if (!ev->enrich)
		return;
	user = group ? enrich_group(ev->enrich, ev->place.origin, id) :
	       enrich_user(ev->enrich, ev->place.origin, id);
	if (user)
		buf_str(b, user->name);
}

/* The name of thread @tid; @tid is of the initial pid namespace. */
static void put_thread(struct buf *b, const struct event *ev, uint32_t tid, uint64_t start_ns)
{
	const struct proc *thread = ev->enrich && tid ?
		enrich_thread(ev->enrich, ev->place.origin, tid, start_ns) : NULL;

	if (thread)
		buf_str(b, comm_str(&thread->comm));
}

/*
 * The name of the target process. The caller's number may be of its own pid namespace, so the
 * record's target is used.
 */
static void put_target(struct buf *b, const struct event *ev)
{
	const struct schema_event *e = schema_event(ev->hdr->type);
	const struct schema_field *tid = schema_field(e, STR("target"));
	const struct schema_field *start = schema_field(e, STR("target_start_ns"));

	if (tid && start)
		put_thread(b, ev, (uint32_t)schema_integer(tid, ev->body),
			   schema_integer(start, ev->body));
}

static struct str argv_rest(struct str argv)
{
	size_t n = argv_nth(argv, 0).n + 1;

	return n < argv.n ? (struct str){ argv.p + n, argv.n - n } : (struct str){ "", 0 };
}

/*
 * The strings of a record, or of the process itself: of a cut array those that are whole. Without
 * the first one, unless it is the environment. Return: false if there are none.
 */
static bool argv_of(struct argv_part *ret, const struct event *ev, const struct arg_def *def)
{
	if (def->form == FORM_OWN_ARGS) {
		if (!ev->proc || !ev->proc->process->image)
			return false;
		*ret = (struct argv_part){ .front = ev->proc->process->image->argv,
					   .cut = ev->proc->process->image->argv_cut };
	} else {
		*ret = argv_part(ev, place(ev, def));
		argv_whole(ret);
	}
	if (def->form == FORM_BYTES)
		return ret->front.p;
	ret->front = argv_rest(ret->front);
	return true;
}

static bool put_argv(struct buf *b, const struct event *ev, const struct arg_def *def)
{
	struct argv_part argv;

	if (!argv_of(&argv, ev, def))
		return false;
	put_bytes(b, argv.front);
	put_bytes(b, argv.back);
	b->cut |= argv.cut;
	return true;
}

/* Arguments can be long, so the buffer has their size. */
int arg_argv(struct value *ret, const struct event *ev, const struct arg_def *def)
{
	struct argv_part argv;
	struct buf b;
	int r;

	if (!argv_of(&argv, ev, def))
		return FIELD_MISSING;
	b = (struct buf){ .size = argv.front.n + argv.back.n + 1 };
	b.p = arena_alloc(ev->arena, b.size);
	if (!b.p)
		return -ENOMEM;
	put_bytes(&b, argv.front);
	put_bytes(&b, argv.back);
	r = get_str(ret, buf_as_str(&b));
	ret->cut = argv.cut;
	return r;
}

/* Prints nothing for 0 if the set has no name for it: the number is enough. */
static void put_set(struct buf *b, uint64_t value, unsigned int set)
{
	size_t start = b->n;

	print_flags(b, set, value, '|');
	if (!value && b->p[start] == '0')
		b->n = start;
}

/* A setting has a name only in the layer of sockets: other layers use the same numbers. */
static void put_sockopt(struct buf *b, const struct event *ev, uint64_t optname)
{
	const bool gets = ev->hdr->type == EV_getsockopt;

	if ((gets ? ev->getsockopt->level : ev->setsockopt->level) == SOL_SOCKET)
		put_set(b, optname, KIND_sockopt_name);
}

/* Only a setting of four bytes is a number. */
static bool has_sockval(const struct event *ev)
{
	const bool gets = ev->hdr->type == EV_getsockopt;

	return (gets ? ev->getsockopt->optlen : ev->setsockopt->optlen) == sizeof(int);
}

/* As given; also absolute, if that differs and the directory is known. */
static bool put_path(struct buf *as, struct buf *is, const struct event *ev,
		     const struct arg_def *def)
{
	struct str given = arg_part(ev, def);
	struct value v;

	buf_str(as, given);
	as->cut |= arg_part_cut(ev, def);
	if (given.p && !arg_list_path(&v, ev, given, def->offset) && !str_eq(v.s, given))
		put_value(is, 0, &v);
	return given.p;
}

static bool put_pid(struct buf *as, struct buf *is, const struct event *ev,
		    const struct arg_def *def)
{
	struct value v, name;

	if (def->extract(&v, ev, NULL))
		return false;
	put_value(as, 0, &v);
	put_value(is, def->whose(&name, ev, NULL), &name);
	return true;
}

static void put_tuple(struct buf *b, const struct event *ev)
{
	struct value v;

	put_value(b, field_fd_name(&v, ev, NULL), &v);
}

static bool put_text(struct buf *as, const struct event *ev, const struct arg_def *def)
{
	struct value v;

	switch (def->form) {
	case FORM_FIELD:
		if (def->extract(&v, ev, NULL))
			return false;
		put_value(as, 0, &v);
		return true;
	case FORM_PART:
		buf_str(as, arg_part(ev, def));
		as->cut |= arg_part_cut(ev, def);
		return arg_part(ev, def).p;
	case FORM_DATA:
		put_data(as, arg_part(ev, def));	/* whole, as evt.buffer is */
		return arg_part(ev, def).p;
	case FORM_FDS:
		put_fds(as, arg_part(ev, def));
		as->cut |= arg_part_cut(ev, def);
		return arg_part(ev, def).p;
	case FORM_ARGV0:
		buf_str(as, argv_nth(arg_part(ev, def), 0));
		return true;
	case FORM_ARGS: case FORM_BYTES: case FORM_OWN_ARGS:
		return put_argv(as, ev, def);
	case FORM_COMM:
		buf_str(as, comm_str(place(ev, def)));
		return true;
	case FORM_TUPLE:
		put_tuple(as, ev);
		return as->n;
	case FORM_ADDR:
		if (tuple_is_inet(place(ev, def)))
			put_addr(as, place(ev, def));
		else
			put_tuple(as, ev);
		return as->n;
	default:
		return false;
	}
}

static void put_stored(struct buf *b, enum form form, int64_t v)
{
	switch (form) {
	case FORM_OCT: case FORM_MODE:
		buf_oct(b, v);
		break;
	case FORM_HEX: case FORM_DEV:
		buf_printf(b, "%llx", (unsigned long long)v);
		break;
	case FORM_UNSIGNED:
		buf_u64(b, v);
		break;
	case FORM_EXITCODE:
		buf_u64(b, v >> 8 & 0xff);
		break;
	case FORM_UID: case FORM_GID:
		buf_s64(b, v == ~0u ? -1 : v);
		break;
	default:
		buf_s64(b, v);
	}
}

static void put_number(struct buf *as, struct buf *is, const struct event *ev,
		       const struct arg_def *def)
{
	int64_t v = arg_number(ev, def);

	put_stored(as, def->form, v);
	switch (def->form) {
	case FORM_RES:
		put_error(is, v);
		break;
	case FORM_CHILD:
		put_error(is, v);
		if (v > 0)
			buf_str(is, comm_str(&ev->clone->comm));
		break;
	case FORM_TARGET:
		put_target(is, ev);
		break;
	case FORM_THREAD:
		put_thread(is, ev, (uint32_t)v, 0);
		break;
	case FORM_FDRES: case FORM_FD:
		put_fd(is, ev, v);
		break;
	case FORM_DIRFD:
		buf_text(is, v == AT_FDCWD ? "AT_FDCWD" : "");
		break;
	case FORM_OPENFLAGS:
		put_open_flags(is, v);
		break;
	case FORM_EXEFLAGS:
		put_exe_flags(is, (uint64_t)v);
		break;
	case FORM_SET: case FORM_MODE:
		put_set(is, (uint64_t)v, def->set);
		break;
	case FORM_SEMFLAGS:
		put_set(is, (uint64_t)(uint16_t)v, KIND_sem_flags);
		break;
	case FORM_UID: case FORM_GID:
		put_account(is, ev, v, def->form == FORM_GID);
		break;
	case FORM_CAPS:
		put_caps(is, v);
		break;
	case FORM_SOCKOPT:
		put_sockopt(is, ev, (uint64_t)v);
		break;
	default:
		break;
	}
}

bool arg_put(struct buf *as, struct buf *is, const struct event *ev, const struct arg_def *def)
{
	switch (def->form) {
	case FORM_NONE:
		return false;
	case FORM_FIELD: case FORM_PART: case FORM_DATA: case FORM_BYTES: case FORM_ARGV0:
	case FORM_ARGS: case FORM_FDS:
	case FORM_COMM: case FORM_TUPLE: case FORM_ADDR: case FORM_OWN_ARGS:
		return put_text(as, ev, def);
	case FORM_PATH:
		return put_path(as, is, ev, def);
	case FORM_PID:
		return put_pid(as, is, ev, def);
	case FORM_SOCKVAL:
		if (!has_sockval(ev))
			return false;
		put_stored(as, def->form, arg_number(ev, def));
		return true;
	default:
		put_number(as, is, ev, def);
		return true;
	}
}
