// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fills the records of events that have a row instead of code (fill/row.h): arguments,
 * results, strings and descriptors at the exit of a system call.
 */
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/in6.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/net.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/socket.h>
#include <linux/un.h>
#include <net/ipv6.h>
#include <net/sock.h>
#include "arch/arch.h"
#include "compat/compiler.h"
#include "compat/fs.h"
#include "fill_table.h"
#include "nr.h"
#include "part.h"
#include "path.h"
#include "pending.h"
#include "select.h"
#include "sock.h"
#include "task.h"
#include "user.h"

#include "fill/dns.h"
#include "fill/row_table.h"

static_assert(sizeof(struct row_first) <= ROW_PLACES);
#define EVENT(id, ev, name, traits, doc)				\
	static_assert(!ROW_HAS_##ev || (EV_NFIELDS(ev) <= ROW_FIELDS_MAX &&	\
					sizeof(struct ev_##ev) <= ROW_FIXED_MAX));
#define FIELD(ev, type, field, kind, source, doc)
#define END(ev)
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END

/* A socket is read once: its name is the field after its ends. */
#define ROW_ORDER(ev, field, ...)	ROW_ORDER_(ev, field, __VA_ARGS__)
#define ROW_ORDER_(ev, field, operation, sibling, ...)			\
	static_assert(ROW_OP_##operation != ROW_OP_UNIX_OF ||		\
		      EV_FIELD(ev, field) == EV_FIELD(ev, sibling) + 1);
#define EVENT(id, ev, name, traits, doc)
#define FIELD(ev, type, field, kind, source, doc)	ROW_ORDER(ev, field, ROW_##source)
#define END(ev)
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END

#define ROW_INLINE		__always_inline
#define row_fill		saker_fill
#define row_fd			saker_fd
#define row_fd_get		saker_fd_get
#define row_fd_put		saker_fd_put
#define row_at(f, offset)	((void *)(f)->rec + (offset))
#define row_field_at(row, i)	(&row_fields[(row)->first + (i)])
#define row_arg(c, n)		((c)->args[n])
#define row_index(i, mask)	((i) & (mask))
#define row_dev(file)		saker_inode_dev(file_inode(file))
#define row_ino(file)		saker_inode_ino(file_inode(file))

static __always_inline void row_prov(struct saker_fill *f, unsigned int index, unsigned int prov)
{
	f->rec->prov |= (u64)prov << (index * 4);
}

static __always_inline void row_string(struct saker_fill *f, struct ev_part *part,
				       unsigned int index, unsigned long address)
{
	row_prov(f, index, saker_part_copy_str(f, part, (void __user *)address));
}

static bool shmem_or_huge(unsigned long magic)
{
	return magic == TMPFS_MAGIC || magic == HUGETLBFS_MAGIC;
}

static __always_inline void row_path(struct saker_fill *f, struct ev_part *part,
				     unsigned int index, struct saker_fd fd)
{
	const struct dentry *dentry = fd.file->f_path.dentry;

	/* Pipes, sockets and the like have numbers as names, which are no path. */
	if (unlikely(!saker_dentry_is_named(dentry) && !shmem_or_huge(dentry->d_sb->s_magic)))
		row_prov(f, index, fd.prov | EV_PROV_UNREADABLE);
	else
		saker_part_path(f, part, index, &fd.file->f_path, fd.prov);
}

/* What is no socket has an inode only. */
static __always_inline void row_socket(struct saker_fill *f, unsigned int offset,
				       struct ev_part *part, unsigned int index, struct saker_fd fd,
				       u32 role)
{
	struct socket *sock = saker_file_socket(fd.file);
	struct ev_tuple *t = row_at(f, offset);

	if (unlikely(!sock)) {
		t->ino = row_ino(fd.file);
		return;
	}
	saker_socket_tuple(t, sock, role);
	if (t->family == AF_UNIX && saker_part_unix_own(f, part, index, sock->sk) && fd.prov)
		row_prov(f, index, fd.prov);
}

static u64 row_queue(struct file *file, unsigned int which)
{
	const struct sock *sk = saker_file_sock(file);

	if (!sk)
		return 0;
	return which == ROW_QUEUE_MAX ? READ_ONCE(sk->sk_max_ack_backlog) :
					READ_ONCE(sk->sk_ack_backlog);
}

static __always_inline bool row_number_at(unsigned long address, unsigned int bytes, u64 *number)
{
	return !saker_user_bytes((char *)number, (void __user *)address, bytes);
}

static __always_inline unsigned int row_data_max(const struct saker_fill *f)
{
	return f->dns ? SAKER_DATA_MAX : f->sel->data_max;
}

static bool row_copy(struct saker_fill *f, unsigned int done, unsigned long address,
		     unsigned int bytes)
{
	return !saker_user_bytes(saker_part_at(f) + done, (void __user *)address, bytes);
}

static void row_part_end(struct saker_fill *f, struct ev_part *part, u32 len, u64 full)
{
	*(u64 *)(saker_part_at(f) + len) = 0;
	saker_part_end(f, part, len, min_t(u64, full, SAKER_UNMEASURED), len);
}

/* The remote end from the caller's sockaddr, if the socket has its family. */
static bool row_given(struct saker_fill *f, unsigned int offset, unsigned long address, u32 len)
{
	const bool is_v4 = ((struct ev_tuple *)row_at(f, offset))->family == AF_INET;
	const u32 need = is_v4 ? sizeof(struct sockaddr_in) : SIN6_LEN_RFC2133;
	struct ev_tuple *t = row_at(f, offset);
	union {
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		u64 words[4];		/* written as a whole */
	} copy saker_uninitialized;

	if (len < need || saker_user_bytes((char *)&copy, (void __user *)address, need))
		return false;
	if (copy.v4.sin_family != t->family || !copy.v4.sin_port)
		return false;
	t->rport = ntohs(copy.v4.sin_port);
	if (likely(is_v4))
		memcpy(t->raddr, &copy.v4.sin_addr, 4);
	else
		memcpy(t->raddr, &copy.v6.sin6_addr, 16);
	return true;
}

#define row_is_received(f)	((f)->rec->type == EV_recv)

/* A name of a file ends with its NUL, an abstract one with the address. */
static void row_unix_name(struct saker_fill *f, struct ev_part *part, unsigned int index,
			  unsigned long address, u32 len)
{
	char *name = saker_part_at(f);
	u32 n = min_t(u32, len, sizeof(((struct sockaddr_un *)0)->sun_path));

	if (!row_copy(f, 0, address, n)) {
		row_prov(f, index, EV_PROV_USER | EV_PROV_UNREADABLE);
		return;
	}
	if (*name)
		n = strnlen(name, n);
	row_part_end(f, part, n, n);
	row_prov(f, index, EV_PROV_USER);
}

/* The task with number @nr in the caller's namespace; it may have exited since the call. */
static struct row_task row_task(s32 nr)
{
	struct row_task ret = {};
	struct task_struct *task;

	/* pid_task() checks for this lock, although preemption is off. */
	rcu_read_lock();
	task = nr > 0 ? pid_task(find_vpid(nr), PIDTYPE_PID) : NULL;
	if (task) {
		ret.tid = task->pid;
		ret.start_ns = saker_start_boottime(task);
	}
	rcu_read_unlock();
	return ret;
}

/* The process of a pidfd, if it has not exited. */
static struct row_task row_task_by(const struct file *file)
{
	const struct inode *inode = file_inode(file);
	struct row_task ret = {};
	struct task_struct *task;
	struct pid *pid;

	if (saker_file_kind(file) != EV_FD_PIDFD)
		return ret;
	pid = inode->i_sb->s_magic == PID_FS_MAGIC ? inode->i_private : file->private_data;
	rcu_read_lock();
	task = pid_task(pid, PIDTYPE_PID);
	if (task) {
		ret.tid = task->pid;
		ret.start_ns = saker_start_boottime(task);
	}
	rcu_read_unlock();
	return ret;
}

/* In KiB, as /proc/PID/status has it. */
static u64 row_memory(struct mm_struct *mm, unsigned int what)
{
	unsigned long pages;

	if (!mm)
		return 0;
	switch (what) {
	case ROW_OWN_vm_size:
		pages = READ_ONCE(mm->total_vm);
		break;
	case ROW_OWN_vm_rss:
		pages = get_mm_rss(mm);
		break;
	default:
		pages = get_mm_counter(mm, MM_SWAPENTS);
	}
	return (u64)pages << (PAGE_SHIFT - 10);
}

/* The credentials after the call are what is in force; the arguments are what was requested. */
static u64 row_own(const struct saker_fill *f, unsigned int what)
{
	const struct cred *cred = current_cred();

	switch (what) {
	case ROW_OWN_uid:		return __kuid_val(cred->uid);
	case ROW_OWN_euid:		return __kuid_val(cred->euid);
	case ROW_OWN_suid:		return __kuid_val(cred->suid);
	case ROW_OWN_fsuid:		return __kuid_val(cred->fsuid);
	case ROW_OWN_gid:		return __kgid_val(cred->gid);
	case ROW_OWN_egid:		return __kgid_val(cred->egid);
	case ROW_OWN_sgid:		return __kgid_val(cred->sgid);
	case ROW_OWN_fsgid:		return __kgid_val(cred->fsgid);
	case ROW_OWN_cap_permitted:	return saker_cap(cred->cap_permitted);
	case ROW_OWN_cap_inheritable:	return saker_cap(cred->cap_inheritable);
	case ROW_OWN_cap_effective:	return saker_cap(cred->cap_effective);
	default:			return row_memory(current->mm, what);
	}
}

#define row_is_seen(f)		((f)->pending)
#define row_seen_dev(f)		((f)->pending->first.dev)
#define row_seen_ino(f)		((f)->pending->first.ino)

static __always_inline void row_seen(struct saker_fill *f, struct ev_part *part,
				     unsigned int index, unsigned int n)
{
	saker_part_text(f, part, index, n ? &f->pending->last.path : &f->pending->first.path,
			EV_PROV_KERNEL);
}

/* The address that a socket was to get, or its name. */
static void row_seen_address(struct saker_fill *f, struct ev_tuple *t, struct ev_part *part,
			     unsigned int index, const struct saker_bound *b)
{
	struct ev_tuple given = {};
	u32 name = saker_sock_address(&given, &b->addr, b->len);

	if (given.family == t->family && t->family != AF_UNIX) {
		t->lport = given.rport;
		memcpy(t->laddr, given.raddr, sizeof(t->laddr));
	}
	if (name)
		saker_part_kernel(f, part, index, (const char *)&b->addr + sizeof(sa_family_t),
				  name, name);
}

/*
 * The socket is read again, if the descriptor is still that: after the call it has its own address.
 * A socket gets one only once, so it does not matter who shares it.
 */
static noinline void row_seen_socket(struct saker_fill *f, unsigned int offset,
				     struct ev_part *part, unsigned int index, struct saker_fd fd,
				     int how)
{
	struct socket *sock = fd.file ? saker_file_socket(fd.file) : NULL;
	const struct saker_bound *b = &f->pending->bound;
	struct ev_tuple *t = row_at(f, offset);
	bool ours = sock && SOCK_INODE(sock)->i_ino == b->tuple.ino;

	if (ours)
		saker_socket_tuple(t, sock, EV_ROLE_UNKNOWN);
	else
		*t = b->tuple;
	t->role = how == ROW_IS_ACCEPTED ? EV_ROLE_SERVER : EV_ROLE_UNKNOWN;
	if (!ours || f->flags & EV_F_FAILED)
		row_seen_address(f, t, part, index + 1, b);
	else
		saker_part_unix_own(f, part, index + 1, sock->sk);
	if (ours || !f->regs || how == ROW_IS_ACCEPTED)
		return;
	row_prov(f, index, EV_PROV_SHARED_FD);
	if (t->family == AF_UNIX)
		row_prov(f, index + 1, EV_PROV_SHARED_FD);
}

#include "fill/row.h"

u32 saker_socketcall_type(const struct pt_regs *regs)
{
	const struct saker_fill f = { .abi = EV_ABI_IA32, .regs = (struct pt_regs *)regs };
	unsigned long which = saker_arg(&f, 0);

	if (which >= ARRAY_SIZE(row_socketcalls) || !row_socketcalls[which].args)
		return EV_syscall;
	return saker_type_of(EV_ABI_IA32, row_socketcalls[which].nr);
}

/* [call]: a bit for each field of its record that has to be filled. */
static u16 row_todo[ROW_CALLS] __ro_after_init;

void __init saker_fill_row_init(void)
{
	const u8 *type = &saker_syscall_type[0][0];
	struct row_call c = {};
	unsigned int i, k;

	BUILD_BUG_ON(ROW_FIELDS_MAX > 16 || EV_ABI_COUNT * SAKER_NR_SLOTS > ROW_CALLS);
	for (k = 0; k < EV_ABI_COUNT * SAKER_NR_SLOTS; k++) {
		const struct row *row = &rows[type[k] ?: EV_syscall];

		c.map = row_map[k];
		for (i = 0; i < row->n; i++)
			row_todo[k] |= !row_is_idle(row, &c, i) << i;
	}
}

/* Arguments of calls of ia32 that are an array in user memory. */
static noinline void row_call_from_memory(struct row_call *c, unsigned int nr, unsigned long array,
					  unsigned int count)
{
	u32 args[6] = {};
	unsigned int i;

	c->map = row_map[ROW_CALL(EV_ABI_IA32, nr)];
	c->todo = row_todo[ROW_CALL(EV_ABI_IA32, nr)];
	c->prov = EV_PROV_USER;
	if (saker_user_bytes((char *)args, (void __user *)array, count * 4))
		c->prov |= EV_PROV_UNREADABLE;
	for (i = 0; i < 6; i++)
		c->args[i] = args[i];
}

static noinline void row_socketcall_read(const struct saker_fill *f, struct row_call *c)
{
	const struct row_socketcall *call = &row_socketcalls[saker_arg(f, 0) & 31];

	row_call_from_memory(c, call->nr, saker_arg(f, 1), call->args);
}

static void row_call_read(const struct saker_fill *f, u32 type, struct row_call *c)
{
	if (unlikely(saker_call_is(f, socketcall) && type != EV_syscall)) {
		row_socketcall_read(f, c);
		return;
	}
	if (unlikely(f->abi == EV_ABI_IA32 && saker_call_is(f, mmap))) {
		row_call_from_memory(c, f->nr, saker_arg(f, 0), 6);
		return;
	}
	c->map = row_map[ROW_CALL(f->abi, f->nr)];
	c->todo = row_todo[ROW_CALL(f->abi, f->nr)];
	c->prov = 0;
	saker_args(f, c->args);
}

bool saker_row_argument(const struct saker_fill *f, u32 type, unsigned int field, u64 *value)
{
	const struct row *row = &rows[type];
	struct row_call c saker_uninitialized;
	const struct row_field *r;
	unsigned int n;

	if (unlikely(field >= row->n || saker_call_is(f, socketcall) ||
		     (f->abi == EV_ABI_IA32 && saker_call_is(f, mmap))))
		return false;
	r = row_field_at(row, field);
	if (r->op != ROW_OP_ARG)
		return false;
	c.map = row_map[ROW_CALL(f->abi, f->nr)];
	n = row_nibble(&c, field);
	if (n == ROW_ABSENT) {
		*value = (s64)r->number;
	} else {
		saker_args(f, c.args);
		*value = row_value(f, r, &c, n);
	}
	if (!(r->width & 8))
		*value = (u32)*value;
	return true;
}

static_assert(EV_FIELD(send, size) == EV_FIELD(recv, size));

/* The address that a message goes to, or has come from, is in the caller's memory. */
static bool dns_by_address(const struct saker_fill *f, u32 type, const struct row_call *c)
{
	u64 address = c->args[4], word = 0;

	if (type != EV_send && type != EV_recv)
		return false;
	if (row_nibble(c, EV_FIELD(send, size)) == ROW_ABSENT &&
	    !row_word(f, c->args[1], MSG_NAME, &address))
		return false;
	return address && row_number_at(address, 4, &word) && dns_of_address(word);
}

static bool dns_call(const struct saker_fill *f, u32 type)
{
	struct row_call c saker_uninitialized;
	struct ev_tuple t = {};
	struct socket *sock;
	struct saker_fd fd;
	enum dns dns;

	row_call_read(f, type, &c);
	fd = saker_fd_get(c.args[0]);
	if (!fd.file)
		return false;
	sock = saker_file_socket(fd.file);
	if (sock)
		saker_socket_tuple(&t, sock, EV_ROLE_UNKNOWN);
	saker_fd_put(fd);
	dns = dns_of_socket(t.family, t.lport, t.rport);
	return dns == DNS_YES || (dns == DNS_BY_ADDRESS && dns_by_address(f, type, &c));
}

int saker_dns(struct saker_fill *f, u32 type)
{
	if (f->flags & EV_F_FAILED)
		return SAKER_FILL_OK;
	f->dns = dns_may_be(type) && dns_call(f, type);
	return f->dns || f->sel->action[f->abi][f->nr] & SAKER_ACT_EMIT ? SAKER_FILL_OK :
									  SAKER_FILL_FILTERED;
}

static noinline void row_fill_memory(struct saker_fill *f, const struct row *row,
				     const struct row_call *c, unsigned int i)
{
	row_field_memory(f, row, c, i);
}

/* Of a call that sends: data that no rule needs, and rights where there is no message. */
static __always_inline bool row_field_unsent(struct saker_fill *f, const struct row *row,
					     const struct row_call *c, unsigned int i)
{
	const struct row_field *r = row_field_at(row, i);

	if (r->op == ROW_OP_DATA_OF)
		return !row_data_max(f);
	if (r->op != ROW_OP_RIGHTS_OF || row_is_message(r, c))
		return false;
	row_number(f, r, r->number ? -1 : 0);
	return true;
}

/* No function hook saw the call, which may have failed before. */
static noinline void row_unseen(const struct saker_fill *f)
{
	if (!(f->flags & EV_F_FAILED))
		saker_pending_unseen();
	/* In doubt the hook noted nothing; now the registers are those of this call. */
	if (f->ret != SAKER_CALL_NO_RESULT && saker_task_has_uring(current))
		saker_pending_trust();
}

int saker_fill_row(struct saker_fill *f)
{
	const struct row *row = &rows[f->rec->type];
	struct row_call c saker_uninitialized;
	unsigned int i;

	if (unlikely(!f->regs)) {
		for (i = 0; i < row->n; i++)
			row_field_alone(f, row, i);
		return SAKER_FILL_OK;
	}
	row_call_read(f, f->rec->type, &c);
	if (row->seen && !f->pending)
		row_unseen(f);
	for (; c.todo; c.todo &= c.todo - 1) {
		i = __ffs(c.todo);
		if (row_field_plain(f, row, &c, i) || row_field_unsent(f, row, &c, i))
			continue;
		row_field_read(f, row, &c, i);
		if (unlikely(row_field_has_memory(row, i)))
			row_fill_memory(f, row, &c, i);
	}
	return SAKER_FILL_OK;
}
