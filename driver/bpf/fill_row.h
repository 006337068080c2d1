/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fills the records of events that have a row instead of code, as driver/fill_row.c: one
 * program for all of them.
 */
#ifndef SAKER_BPF_FILL_ROW_H
#define SAKER_BPF_FILL_ROW_H

#include "call.h"
#include "object.h"
#include "path.h"
#include "pid.h"
#include "sock.h"
#include "task.h"
#include "../fill/row_table.h"

_Static_assert(ROW_TRAITS_RESERVE == RESERVED && ROW_TRAITS_URGENT == (RESERVED | URGENT), "emit.h");
_Static_assert(ROW_PATH >= ROOM_PATH && ROW_UNIX >= ROOM_ADDRESS, "a part may be written beyond its room");
_Static_assert(sizeof(struct row_call) <= sizeof(((struct bpf_state *)0)->call), "saker/bpf.h");

#define ROW_INLINE		__always_inline
#define row_fill		fill
#define row_fd			by_fd
#define row_fd_get		fd_get
#define row_fd_put(fd)		((void)(fd))
#define row_at(f, offset)	((f)->rec + bounded(offset, ROW_FIXED_MAX - 1))
#define row_field_at(row, i)	(&row_fields[bounded((row)->first + (i), ROW_PLACES - 1)])
#define row_arg(c, n)		((c)->args[bounded(n, 7)])
#define row_index		bounded
#define row_string		part_user_str

static __always_inline void row_prov(struct fill *f, __u32 index, __u64 prov)
{
	((struct ev_header *)f->rec)->prov |= prov << (index * 4);
}

static __always_inline void row_path(struct fill *f, struct ev_part *part, __u32 index,
				     struct by_fd fd)
{
	struct file *file = fd.file;

	part_path(f, part, index, BPF_CORE_READ(file, f_path.mnt),
		  BPF_CORE_READ(file, f_path.dentry), fd.prov);
}

static __always_inline void row_socket(struct fill *f, __u32 offset, struct ev_part *part,
				       __u32 index, struct by_fd fd, __u32 role)
{
	if (sock_tuple((__u64)fd.file, f->at, offset, role) == AF_UNIX &&
	    part_unix_own(f, part, file_sock(fd.file)) && fd.prov)
		row_prov(f, index, fd.prov);
}

static __always_inline bool row_number_at(__u64 address, __u32 bytes, __u64 *number)
{
	return !bpf_probe_read_user(number, bytes == 8 ? 8 : 4, (void *)address);
}

static __always_inline __u32 row_data_max(const struct fill *f)
{
	return f->dns ? SAKER_DATA_MAX : f->sel->data_max;
}

static __always_inline bool row_copy(struct fill *f, __u32 done, __u64 address, __u32 bytes)
{
	return !bpf_probe_read_user(part_at(f) + bounded(done, 0xfff), bounded(bytes, 0xfff),
				    (void *)address);
}

static __always_inline void row_part_end(struct fill *f, struct ev_part *part, __u32 len,
					 __u64 full)
{
	*(__u64 *)(part_at(f) + bounded(len, 0xfff)) = 0;
	part_end(f, part, len, full < UNMEASURED ? full : UNMEASURED, len);
}

/* The remote end from the caller's sockaddr, if the socket has its family. */
static __always_inline bool row_given(struct fill *f, __u32 offset, __u64 address, __u32 len)
{
	const __u8 *copy = f->cpu->state.address;
	struct ev_tuple *t = row_at(f, offset);

	if (len < (t->family == AF_INET ? 16 : 24) ||
	    bpf_probe_read_user((void *)copy, t->family == AF_INET ? 16 : 24, (void *)address))
		return false;
	if (*(const __u16 *)copy != t->family || !*(const __u16 *)(copy + 2))
		return false;
	t->rport = bpf_ntohs(*(const __u16 *)(copy + 2));
	if (t->family == AF_INET)
		__builtin_memcpy(t->raddr, copy + 4, 4);
	else
		__builtin_memcpy(t->raddr, copy + 8, 16);
	return true;
}

#define row_is_received(f)	(((struct ev_header *)(f)->rec)->type == EV_recv)

/* As in driver/fill_row.c. */
static __always_inline void row_unix_name(struct fill *f, struct ev_part *part, __u32 index,
					  __u64 address, __u32 len)
{
	__u32 max = bounded(len < 108 ? len : 108, 0x7f), n = max;
	char *dst = part_at(f);
	long r = bpf_probe_read_user(dst, max, (void *)address);

	if (!r && *dst) {
		r = bpf_probe_read_user_str(dst, max + 1, (void *)address);
		n = r > 0 ? bounded(r - 1, 0x7f) : 0;
	}
	if (r < 0) {
		row_prov(f, index, EV_PROV_USER | EV_PROV_UNREADABLE);
		return;
	}
	*(__u64 *)(dst + n) = 0;
	part_end(f, part, n, n, n);
	row_prov(f, index, EV_PROV_USER);
}

static __always_inline __u64 row_dev(struct file *file)
{
	return inode_dev(BPF_CORE_READ(file, f_inode));
}

static __always_inline __u64 row_ino(struct file *file)
{
	return BPF_CORE_READ(file, f_inode, i_ino);
}

static __always_inline __u64 row_queue(struct file *file, __u32 which)
{
	struct sock *sk = file_sock(file);

	if (!sk)
		return 0;
	return which == ROW_QUEUE_MAX ? BPF_CORE_READ(sk, sk_max_ack_backlog) :
					BPF_CORE_READ(sk, sk_ack_backlog);
}

static __always_inline struct row_task row_task(__s32 nr)
{
	struct row_task ret = {};

	target_find(nr, &ret.tid, &ret.start_ns);
	return ret;
}

static __always_inline struct row_task row_task_by(struct file *file)
{
	struct row_task ret = {};

	if (kind_of(HELPER, file) == EV_FD_PIDFD)
		pid_task(file_pid(file), &ret.tid, &ret.start_ns);
	return ret;
}

/* Pages of a kind; enum of linux/mm_types_task.h, whose values BTF does not have by name. */
enum { FILE_PAGES, ANON_PAGES, SWAP_ENTRIES, SHMEM_PAGES };

#define MM_COUNT(mm, kind)							\
	(bpf_core_field_exists(((struct mm_struct___atomic *)0)->rss_stat.count) ?	\
	 BPF_CORE_READ((struct mm_struct___atomic *)(mm), rss_stat.count[kind].counter) :	\
	 BPF_CORE_READ((struct mm_struct___percpu *)(mm), rss_stat[kind].count))

static __always_inline __s64 positive(__s64 n)
{
	return n > 0 ? n : 0;
}

/* In KiB, as row_memory() of driver/fill_row.c. */
static __always_inline __u64 row_memory(struct mm_struct *mm, __u32 what)
{
	__s64 pages;

	if (!mm)
		return 0;
	if (what == ROW_OWN_vm_size)
		pages = BPF_CORE_READ(mm, total_vm);
	else if (what == ROW_OWN_vm_rss)
		pages = positive(MM_COUNT(mm, FILE_PAGES)) + positive(MM_COUNT(mm, ANON_PAGES)) +
			positive(MM_COUNT(mm, SHMEM_PAGES));
	else
		pages = positive(MM_COUNT(mm, SWAP_ENTRIES));
	return pages * 4;
}

static __always_inline __u64 row_own(const struct fill *f, __u32 what)
{
	struct task_struct *task = f->current;
	const struct cred *cred = BPF_CORE_READ(task, cred);
	__u64 caps = 0;

	switch (what) {
	case ROW_OWN_uid:	return BPF_CORE_READ(cred, uid.val);
	case ROW_OWN_euid:	return BPF_CORE_READ(cred, euid.val);
	case ROW_OWN_suid:	return BPF_CORE_READ(cred, suid.val);
	case ROW_OWN_fsuid:	return BPF_CORE_READ(cred, fsuid.val);
	case ROW_OWN_gid:	return BPF_CORE_READ(cred, gid.val);
	case ROW_OWN_egid:	return BPF_CORE_READ(cred, egid.val);
	case ROW_OWN_sgid:	return BPF_CORE_READ(cred, sgid.val);
	case ROW_OWN_fsgid:	return BPF_CORE_READ(cred, fsgid.val);
	case ROW_OWN_cap_permitted:
		bpf_core_read(&caps, 8, &cred->cap_permitted);
		return caps;
	case ROW_OWN_cap_inheritable:
		bpf_core_read(&caps, 8, &cred->cap_inheritable);
		return caps;
	case ROW_OWN_cap_effective:
		bpf_core_read(&caps, 8, &cred->cap_effective);
		return caps;
	}
	return row_memory(BPF_CORE_READ(task, mm), what);
}

#define row_is_seen(f)		((f)->pending)

static __always_inline struct bpf_pending *row_pending(const struct fill *f)
{
	return pending_slot(f->pending - 1);
}

static __always_inline __u64 row_seen_dev(const struct fill *f)
{
	struct bpf_pending *p = row_pending(f);

	return p ? p->first.dev : 0;
}

static __always_inline __u64 row_seen_ino(const struct fill *f)
{
	struct bpf_pending *p = row_pending(f);

	return p ? p->first.ino : 0;
}

static __always_inline void row_seen(struct fill *f, struct ev_part *part, __u32 index, __u32 which)
{
	struct bpf_pending *p = row_pending(f);
	const struct bpf_opened *o;
	const char *text;
	char *dst;
	__u64 len;

	if (!p)
		return;
	o = object_of(p, which);
	text = object_text(p, o);
	if (o->len <= 0 || !text) {
		row_prov(f, index, EV_PROV_UNREADABLE);
		return;
	}
	len = bounded(o->len - 1, 0xfff);
	dst = part_at(f);
	bpf_probe_read_kernel(dst, len, text);
	*(__u64 *)(dst + len) = 0;
	part_end(f, part, len, len, len);
}

/* The address that a socket was to get, or its name. */
static __always_inline void row_seen_address(struct fill *f, struct ev_tuple *t,
					     struct ev_part *part, const struct bpf_bound *b)
{
	__u32 family = b->len >= 2 ? *(const __u16 *)b->addr : 0;

	if (family != t->family)
		return;
	if (family == AF_UNIX)
		part_unix_name(f, part, (const char *)b->addr + 2, b->len);
	if ((family == AF_INET && b->len >= 16) || (family == AF_INET6 && b->len >= 24))
		t->lport = bpf_ntohs(*(const __u16 *)(b->addr + 2));
	if (family == AF_INET && b->len >= 16)
		__builtin_memcpy(t->laddr, b->addr + 4, 4);
	if (family == AF_INET6 && b->len >= 24)
		__builtin_memcpy(t->laddr, b->addr + 8, 16);
}

/* As row_seen_socket() in driver/fill_row.c. */
static __always_inline void row_seen_socket(struct fill *f, __u32 offset, struct ev_part *part,
					    __u32 index, struct by_fd fd, __u32 how)
{
	struct bpf_pending *p = row_pending(f);
	struct ev_tuple *t = row_at(f, offset);
	bool ours;

	if (!p)
		return;
	*t = p->bound.tuple;
	ours = fd.file && p->bound.sk &&
	       file_is_socket(fd.file, p->bound.socket, p->bound.tuple.ino);
	if (ours)
		tuple_ends((void *)f->cpu->state.address, t, (struct sock *)p->bound.sk);
	t->role = how == ROW_IS_ACCEPTED ? EV_ROLE_SERVER : EV_ROLE_UNKNOWN;
	if (!ours || f->flags & EV_F_FAILED)
		row_seen_address(f, t, part, &p->bound);
	else if (t->family == AF_UNIX)
		part_unix_own(f, part, (struct sock *)p->bound.sk);
	if (ours || f->flags & EV_F_IO_URING || how == ROW_IS_ACCEPTED)
		return;
	row_prov(f, index, EV_PROV_SHARED_FD);
	if (t->family == AF_UNIX)
		row_prov(f, index + 1, EV_PROV_SHARED_FD);
}

#include "../fill/row.h"

/* The event that records this socketcall() of ia32, from its first argument, a register. */
static __always_inline __u32 socketcall_type(__u32 which)
{
	const struct row_socketcall *call = &row_socketcalls[bounded(which, 31)];

	return which < 32 && call->args ? type_of(EV_ABI_IA32, call->nr) : EV_syscall;
}

/* Arguments of calls of ia32 that are an array in user memory. */
static __always_inline void row_call_from_memory(const struct fill *f, struct row_call *c,
						 __u32 nr, __u64 array, __u32 count)
{
	__u32 *args = (void *)f->cpu->state.address;	/* the stack is short */

	c->map = row_map[bounded(call_place(EV_ABI_IA32, nr), ROW_CALLS - 1)];
	c->prov = EV_PROV_USER;
	__builtin_memset(args, 0, 32);
	if (bpf_probe_read_user(args, bounded(count * 4, 31), (void *)array))
		c->prov |= EV_PROV_UNREADABLE;
	c->args[0] = args[0];
	c->args[1] = args[1];
	c->args[2] = args[2];
	c->args[3] = args[3];
	c->args[4] = args[4];
	c->args[5] = args[5];
}

static __always_inline void row_socketcall_read(const struct fill *f, struct row_call *c)
{
	const struct row_socketcall *call = &row_socketcalls[bounded(arg(f, 0), 31)];

	row_call_from_memory(f, c, call->nr, arg(f, 1), call->args);
}

static __always_inline void row_call_read(const struct fill *f, __u32 type)
{
	struct row_call *c = (void *)f->cpu->state.call;

	if (call_is(f, socketcall) && type != EV_syscall) {
		row_socketcall_read(f, c);
		return;
	}
	if (f->abi == EV_ABI_IA32 && call_is(f, mmap)) {
		row_call_from_memory(f, c, f->nr, arg(f, 0), 6);
		return;
	}
	c->map = row_map[bounded(call_place(f->abi, f->nr), ROW_CALLS - 1)];
	c->prov = 0;
	c->args[0] = arg(f, 0);
	c->args[1] = arg(f, 1);
	c->args[2] = arg(f, 2);
	c->args[3] = arg(f, 3);
	c->args[4] = arg(f, 4);
	c->args[5] = arg(f, 5);
}

/* The record that a function fills one field of; false: there is none. */
static __always_inline bool row_record(struct fill *f)
{
	struct bpf_cpu *cpu = this_cpu();

	if (!cpu)
		return false;
	f->cpu = cpu;
	f->at = cpu->state.row.at;
	f->rec = place(cpu, f->at, 0);
	f->used = cpu->state.row.used;
	f->ret = cpu->state.row.ret;
	f->flags = cpu->state.row.flags;
	f->abi = cpu->state.row.abi;
	f->pending = cpu->state.row.pending;
	f->dns = cpu->state.row.dns;
	f->current = current_task();
	return true;
}

/* Note the record for such a function. */
static __always_inline void row_state(const struct fill *f)
{
	struct bpf_cpu *cpu = f->cpu;

	cpu->state.row.at = f->at;
	cpu->state.row.used = f->used;
	cpu->state.row.ret = f->ret;
	cpu->state.row.flags = f->flags;
	cpu->state.row.abi = f->abi;
	cpu->state.row.pending = f->pending;
	cpu->state.row.dns = f->dns;
}

/*
 * row_fill_field(), row_fill_memory() - fill field @i of the event @type, which is no plain number;
 * the part of it that is behind pointers in user memory
 *
 * Functions of their own, so that the verifier walks them once and not once for each field.
 */
__noinline int row_fill_field(__u32 type, __u32 i)
{
	struct fill f = {};

	if (!row_record(&f))
		return 0;
	row_field_read(&f, &rows[bounded(type, EV_TYPE_MAX - 1)], (void *)f.cpu->state.call,
		       bounded(i, 0xf));
	f.cpu->state.row.used = f.used;
	return 0;
}

/* Likewise, of an event that no call of the task did. */
__noinline int row_fill_alone(__u32 type, __u32 i)
{
	struct fill f = {};

	if (!row_record(&f))
		return 0;
	row_field_alone(&f, &rows[bounded(type, EV_TYPE_MAX - 1)], bounded(i, 0xf));
	f.cpu->state.row.used = f.used;
	return 0;
}

__noinline int row_fill_memory(__u32 type, __u32 i)
{
	struct fill f = {};

	if (!row_record(&f))
		return 0;
	f.sel = selection();
	row_field_memory(&f, &rows[bounded(type, EV_TYPE_MAX - 1)], (void *)f.cpu->state.call,
			 bounded(i, 0xf));
	f.cpu->state.row.used = f.used;
	return 0;
}

/* The arguments are in the state of the CPU. */
static __always_inline void row_fill_fields(struct fill *f, __u32 type, __u32 n)
{
	const struct row *row = &rows[bounded(type, EV_TYPE_MAX - 1)];
	__u32 i;

	row_state(f);
	#pragma clang loop unroll(disable)
	for (i = 0; i < ROW_FIELDS_MAX; i++) {
		if (i >= n)
			break;
		if (row_field_plain(f, row, (void *)f->cpu->state.call, i))
			continue;
		if (row_is_idle(row, (void *)f->cpu->state.call, i))
			continue;
		row_fill_field(type, i);
		if (row_field_has_memory(row, i))
			row_fill_memory(type, i);
	}
	f->used = f->cpu->state.row.used;
}

/*
 * row_take() - what function hooks saw of the call that ends
 *
 * Functions of their own, as the stack of the caller is short. Return: number of its slot + 1; 0:
 * nothing was seen.
 */
__noinline int row_take(__u32 abi, __u32 nr, __s64 ret)
{
	struct task_struct *task = current_task();
	struct fill f = { .abi = abi, .nr = nr, .ret = ret, .current = task };
	struct bpf_pending *p;
	__u32 slot;

	f.task = bpf_get_current_pid_tgid();
	p = pending_take_of(&f, &slot);
	call_doubt(&f);
	if (!p && !IS_ERR(ret))
		pending_unseen();
	/* In doubt the hook noted nothing; now the registers are those of this call. */
	if (!p && ret != -ENOSYS && task_has_uring(task))
		pending_trust(f.task);
	return p ? slot + 1 : 0;
}

__noinline int row_give(__u32 pending)
{
	struct bpf_pending *p = pending_slot(pending - 1);

	if (p)
		pending_release(p, (pending - 1) & (BPF_PENDING_SLOTS - 1));
	return 0;
}

/* Where the address is that a message goes to, or has come from. */
enum { DNS_NOWHERE, DNS_AT, DNS_IN_MESSAGE };

/*
 * dns_call() - as in driver/fill_row.c
 * @address:	of a sockaddr (DNS_AT), or of a message that points to one
 */
__noinline int dns_call(__u32 number, __u64 address, __u32 where, __u32 abi)
{
	struct by_fd fd = fd_get(number);
	struct file *file = fd.file;
	struct sock *sk = file ? file_sock(file) : NULL;
	enum dns dns;
	__u32 word = 0;

	if (!sk)
		return 0;
	dns = dns_of_socket(BPF_CORE_READ(sk, __sk_common.skc_family),
			    BPF_CORE_READ(sk, __sk_common.skc_num),
			    bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport)));
	if (dns != DNS_BY_ADDRESS || where == DNS_NOWHERE)
		return dns == DNS_YES;
	if (where == DNS_IN_MESSAGE) {
		__u64 message = address;

		address = 0;
		bpf_probe_read_user(&address, abi == EV_ABI_64 ? 8 : 4, (void *)message);
	}
	bpf_probe_read_user(&word, sizeof(word), (void *)address);
	return dns_of_address(word);
}

/*
 * The call's arguments, which ia32's socketcall has in user memory. A function of its own: the
 * stacks of fill_row and of what it calls may take 512 bytes together.
 */
static __attribute__((noinline)) bool row_is_dns(const struct fill *f, __u32 type)
{
	__u64 map = row_map[bounded(call_place(f->abi, f->nr), ROW_CALLS - 1)];
	__u32 args[5] = {};
	const struct row_socketcall *call;
	bool message;

	if (call_is(f, socketcall)) {
		call = &row_socketcalls[bounded(arg(f, 0), 31)];
		map = row_map[bounded(call_place(EV_ABI_IA32, call->nr), ROW_CALLS - 1)];
		bpf_probe_read_user(args, sizeof(args), (void *)arg(f, 1));
	}
	message = (map >> (EV_FIELD(send, size) * 4) & ROW_ABSENT) == ROW_ABSENT;
	if (type != EV_send && type != EV_recv)
		return dns_call(arg(f, 0), 0, DNS_NOWHERE, f->abi);
	if (call_is(f, socketcall))
		return dns_call(args[0], message ? args[1] : args[4],
				message ? DNS_IN_MESSAGE : DNS_AT, f->abi);
	return dns_call(arg(f, 0), message ? arg(f, 1) : arg(f, 4),
			message ? DNS_IN_MESSAGE : DNS_AT, f->abi);
}

/* As saker_dns() in driver/fill_row.c. */
static __always_inline void row_dns(struct fill *f, __u32 type)
{
	const struct saker_selection *sel = selection();
	__u32 place = bounded(call_place(f->abi, f->nr), CALL_PLACES - 1);

	if (!(sel->flags & SAKER_SEL_DNS) || f->flags & EV_F_FAILED || !dns_may_be(type))
		return;
	f->dns = row_is_dns(f, type);
	f->skip = !f->dns && !(sel->action[0][place] & SAKER_ACT_EMIT);
}

SEC(AT_EXIT)
int fill_row(__u64 *ctx)
{
	const struct row *row;
	struct fill f = {};
	__u32 type;

	call_open(&f, exit_regs(ctx), exit_result(ctx), EV_syscall);
	type = type_of(f.abi, f.nr);
	if (type == EV_syscall && call_is(&f, socketcall))
		type = socketcall_type(arg(&f, 0));
	row = &rows[bounded(type, EV_TYPE_MAX - 1)];
	if (!row->n)
		return 0;
	if (row->seen)
		f.pending = row_take(f.abi, f.nr, f.ret);
	row_dns(&f, type);
	if (!emit_open(&f, type, row->fixed, ROW_FIXED_MAX - sizeof(struct ev_header), 0,
		       row->room + ROW_FIXED_MAX, row->traits, false)) {
		if (f.pending)
			row_give(f.pending);
		return 0;
	}
	row_call_read(&f, type);
	row_fill_fields(&f, type, row->n);
	emit_close(&f, type, 0, row->traits);
	if (f.pending)
		row_give(f.pending);
	if (f.cpu->state.due & ~BPF_DUE_GAP)
		bpf_tail_call_static(ctx, &fillers, BPF_FILL_STREAM);
	return 0;
}

#endif /* SAKER_BPF_FILL_ROW_H */
