/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hooks security_file_open() and security_socket_connect(), as driver/hook_security.c,
 * where the kernel passes the file it is about to open, or the address it is about to
 * connect to. bpf_d_path() may be called here but not at the exit of a system call, so
 * the path is copied here and recorded there. If the kernel lacks fentry, a kprobe is
 * used: it passes only addresses, and the path is found by walking the dentries.
 */
#include "fill_row.h"
#include "call.h"
#include "pending.h"
#include "prefilter_event.h"
#include "sock.h"

/* How an object was passed: fentry passes a typed pointer that can be read, kprobe an address. */
enum brought { AN_OBJECT, AN_ADDRESS };

#define LOOK(how, p, member)	((how) == AN_OBJECT ? (p)->member : BPF_CORE_READ(p, member))

/*
 * A regular file needs no further check, unless it is on an internal mount of the kernel, as a
 * memfd.
 */
static __always_inline __u32 opened_kind(enum brought how, struct file *file, struct inode *inode,
					 struct super_block *sb, __u64 *memory)
{
	if ((LOOK(how, inode, i_mode) & S_IFMT) == S_IFREG &&
	    !(LOOK(how, sb, s_flags) & SB_KERNMOUNT))
		return EV_FD_FILE;
	return file_kind(address_of(memory, file));
}

static __always_inline __u32 opened_dev(enum brought how, struct super_block *sb)
{
	return dev_encode(LOOK(how, sb, s_dev));
}

/* The text of a new block for a path; NULL if there is none, which is counted. */
static __always_inline char *opened_block(struct bpf_pending *p, struct bpf_opened *o, __u64 task)
{
	struct bpf_block *block;

	o->block = block_take(task, p->uid);
	block = o->block ? block_at(o->block - 1) : NULL;
	if (!block)
		__sync_fetch_and_add(&control.unpaired, 1);
	return block ? block->text : NULL;
}

/* Length as bpf_d_path() returns it: with the NUL, so never 0. */
static __always_inline int opened_walk(struct bpf_pending *p, struct bpf_opened *o, __u32 seen,
				       __u64 task, struct file *file)
{
	__u32 zero = 0;
	struct bpf_printed *printed = bpf_map_lookup_elem(&walks, &zero);
	int n = printed ? path_text(&printed->walk, BPF_CORE_READ(file, f_path.mnt),
				    BPF_CORE_READ(file, f_path.dentry), printed->text) :
			  -EFAULT;
	char *text;

	if (n < 0)
		return -EFAULT;
	if (!seen && n < BPF_PENDING_TEXT) {
		bpf_probe_read_kernel(p->text, BPF_PENDING_TEXT, printed->text);
		barrier();	/* two calls: the verifier needs constant sizes */
		return n + 1;
	}
	text = opened_block(p, o, task);
	if (!text)
		return -EFAULT;
	bpf_probe_read_kernel(text, 4096, printed->text);
	return n + 1;
}

static __always_inline int opened_path(enum brought how, struct bpf_pending *p,
				       struct bpf_opened *o, __u32 seen, __u64 task,
				       struct file *file)
{
	char *text;
	int n;

	if (o->block) {
		block_give(o->block);
		o->block = 0;
	}
	if (how == AN_ADDRESS)
		return opened_walk(p, o, seen, task, file);
	if (!seen) {
		n = bpf_d_path(&file->f_path, p->text, sizeof(p->text));
		if (n != -ENAMETOOLONG)
			return n;
	}
	text = opened_block(p, o, task);
	if (!text)
		return -EFAULT;
	*text = 0;
	n = bpf_d_path(&file->f_path, text, 4096);
	return n == -ENAMETOOLONG && !*text ? -EFAULT : n;
}

/* @seen: how many files the call has seen before: the first and the last are kept */
static __always_inline void opened_note(enum brought how, struct bpf_pending *p, __u32 seen,
					__u64 task, struct file *file)
{
	struct bpf_opened *o = seen ? &p->last : &p->first;
	struct inode *inode = LOOK(how, file, f_inode);
	struct super_block *sb = LOOK(how, inode, i_sb);

	o->kind = opened_kind(how, file, inode, sb, &o->file);
	o->file = (__u64)file;
	o->ino = LOOK(how, inode, i_ino);
	o->dev = opened_dev(how, sb);
	o->layer = file_layer(LOOK(how, sb, s_magic), inode, LOOK(how, file, f_flags));
	/* The flags that do_dentry_open() removes when it has succeeded. */
	o->flags = LOOK(how, file, f_flags) & ~(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC);
	o->len = selection()->flags & SAKER_SEL_NO_PATH ? 0 :
		 opened_path(how, p, o, seen, task, file);
}

static __always_inline void uring_path(enum brought how, struct fill *f, struct ev_open *e,
				       struct file *file)
{
	long n;

	if (how == AN_ADDRESS) {
		part_path(f, &e->path, EV_FIELD(open, path), BPF_CORE_READ(file, f_path.mnt),
			  BPF_CORE_READ(file, f_path.dentry), 0);
		return;
	}
	n = bpf_d_path(&file->f_path, part_at(f), PART_PATH_MAX);
	if (n > 0)
		part_end(f, &e->path, n - 1, n - 1, n - 1);
	else
		prov_set(f, EV_FIELD(open, path), EV_PROV_UNREADABLE);
}

/* How an open by io_uring ends is not seen here; the file is recorded at once. */
static __always_inline void uring_opens(enum brought how, struct file *file)
{
	struct fill f = { .nr = -1, .flags = EV_F_IO_URING, .current = current_task() };
	struct inode *inode = LOOK(how, file, f_inode);
	struct super_block *sb = LOOK(how, inode, i_sb);
	struct ev_open *e;

	if (!EMIT_OPEN(&f, open, ROOM_PATH, 0))
		return;
	f.cpu->state.by_uring++;
	e = f.rec;
	e->dirfd = AT_FDCWD;
	prov_set(&f, EV_FIELD(open, res), EV_PROV_PENDING);
	prov_set(&f, EV_FIELD(open, dirfd), EV_PROV_UNREADABLE);
	prov_set(&f, EV_FIELD(open, mode), EV_PROV_UNREADABLE);
	prov_set(&f, EV_FIELD(open, resolve), EV_PROV_UNREADABLE);
	prov_set(&f, EV_FIELD(open, name), EV_PROV_UNREADABLE);
	e->dev = opened_dev(how, sb);
	e->ino = LOOK(how, inode, i_ino);
	e->kind = opened_kind(how, file, inode, sb, &f.cpu->state.loop);
	e->file_flags = LOOK(how, file, f_flags);
	e->layer = file_layer(LOOK(how, sb, s_magic), inode, e->file_flags);
	e->flags = e->file_flags;
	if (!(f.sel->flags & SAKER_SEL_NO_PATH))
		uring_path(how, &f, e, file);
	EMIT_CLOSE(&f, open, 0);
}

/*
 * As by_uring() in driver/hook_security.c: in doubt the hit is taken as io_uring's.
 * @matches:	the task's registers show a call that comes here
 */
static __attribute__((noinline)) bool by_uring(struct task_struct *task, __u64 self, bool matches)
{
	struct pt_regs *regs = current_regs(task);

	return !matches || (int)BPF_CORE_READ(regs, ax) != -ENOSYS || BPF_CORE_READ(task, ptrace) ||
	       bpf_map_lookup_elem(&doubted, &self);
}

/* Within a call that opens: the record is written at the exit of the call. */
static __always_inline void call_opens(enum brought how, struct task_struct *task,
				       struct file *file, __u64 self, __u32 abi, __u32 nr)
{
	const enum how read = how == AN_OBJECT ? PLAIN : HELPER;
	const struct saker_selection *sel = selection();
	struct inode *inode = LOOK(how, file, f_inode);
	bool tested = pf_is_of(sel), passes = true;
	struct pf_test t = {};
	struct bpf_pending *p;
	__u32 seen = 0;

	if (tested)
		passes = pf_test_file(read, &t, file, pf_kind(read, inode), task, abi, nr);
	if (!passes && pf_is_still_of(sel)) {
		pf_mark_excluded(task, self);
		return;
	}
	p = pending_of(task, self, call_place(abi, nr), &seen);
	if (!p) {
		if (tested)
			pf_mark_passed(task, self);
		return;
	}
	/* A further file is noted in any case: the text of the first is not overwritten. */
	if (tested && !seen && !pf_test_rest(read, &t, file, p) && pf_is_still_of(sel)) {
		pf_mark_excluded(task, self);
		pending_release(p, p->slot);
		return;
	}
	if (tested)
		pf_mark_passed(task, self);
	opened_note(how, p, seen, self, file);
	pending_park(p, self);
}

static __always_inline int on_file_open(enum brought how, struct file *file)
{
	__u32 abi, nr, flags;
	__u64 self = bpf_get_current_pid_tgid();
	struct task_struct *task = current_task();
	bool opens;

	/*
	 * A file that the kernel opens below another one, as overlayfs opens the file of a
	 * layer.
	 */
	if (LOOK(how, file, f_mode) & FMODE_NOACCOUNT)
		return 0;
	flags = HOT(task, flags);
	if (flags & (PF_IO_WORKER | PF_KTHREAD | PF_DUMPCORE | PF_EXITING)) {
		if (flags & PF_IO_WORKER)
			goto uring;
		return 0;
	}
	nr = call_number(task, current_orig_ax(task), &abi);
	opens = is_open(abi, nr);
	/* The program that exec opens: only exec sets this flag, io_uring cannot. */
	if (task_has_uring(task) && !(LOOK(how, file, f_flags) & FMODE_EXEC) &&
	    by_uring(task, self, opens))
		goto uring;
	if (opens && is_wanted(nr) && !by_consumer(self))
		call_opens(how, task, file, self, abi, nr);
	return 0;
uring:
	uring_opens(how, file);
	return 0;
}

SEC("?fentry/security_file_open")
int BPF_PROG(security_file_open, struct file *file)
{
	return on_file_open(AN_OBJECT, file);
}

SEC("?kprobe/security_file_open")
int security_file_open_kprobe(struct pt_regs *regs)
{
	return on_file_open(AN_ADDRESS, (struct file *)regs->di);
}

/* -- connections -- */

static __always_inline __u32 connect_len(__u32 len)
{
	len = bounded(len, 0xff);
	return len < 128 ? len : 128;
}

/* As connects_alone() in driver/hook_security.c. */
static __always_inline void connects_alone(enum brought how, struct task_struct *task,
					   struct socket *sock, struct sockaddr *addr, __u32 len)
{
	struct fill f = { .nr = -1, .current = task };
	struct file *file = LOOK(how, sock, file);
	struct ev_connect *e;
	__u8 *copy;

	if ((__u32)LOOK(how, sock, state) == SS_CONNECTING)
		return;
	if (HOT(task, flags) & PF_IO_WORKER || task_has_uring(task))
		f.flags = EV_F_IO_URING;
	if (!EMIT_OPEN(&f, connect, ROOM_ADDRESS, 0))
		return;
	f.cpu->state.by_uring++;
	e = f.rec;
	e->fd = -1;
	e->addrlen = len;
	prov_set(&f, EV_FIELD(connect, res), EV_PROV_PENDING);
	prov_set(&f, EV_FIELD(connect, fd), EV_PROV_UNREADABLE);
	sock_tuple(address_of(&f.cpu->state.loop, file), f.at,
		   __builtin_offsetof(struct ev_connect, tuple), EV_ROLE_CLIENT);
	copy = f.cpu->state.address;
	__builtin_memset(copy, 0, 128);
	len = connect_len(len);
	bpf_probe_read_kernel(copy, len, addr);
	connect_address(&f, e, copy, len, 0);
	EMIT_CLOSE(&f, connect, 0);
}

/*
 * Can no rule match a connect of this socket? The families are the only tests that need it. If so,
 * the task is marked.
 */
static __always_inline bool connect_is_excluded(enum brought how, struct task_struct *task,
						__u64 self, struct socket *sock,
						struct sockaddr *addr, __u32 len, __u32 abi,
						__u32 nr)
{
	struct sock *sk = LOOK(how, sock, sk);
	__u32 families = ~0u;
	__u16 family = 0;

	if (!PF_TESTS_EVENTS || !pf_is_of(selection()) || !PF_PROGRAM->of_type[EV_connect])
		return false;
	if (len >= sizeof(family) && !bpf_probe_read_kernel(&family, sizeof(family), addr))
		families = LOOK(how, sk, __sk_common.skc_family) | (__u32)family << 16;
	if (call_is_excluded(EV_connect, abi, nr, families)) {
		*(volatile __u64 *)pf_mark(self) = pf_mark_value(task, self) | PF_CONNECT_BIT;
		return true;
	}
	pf_mark_take(task, self);
	return false;
}

/* Within a call that connects: the record is written at the exit of the call. */
static __always_inline void call_connects(enum brought how, struct task_struct *task,
					  struct socket *sock, struct sockaddr *addr, __u32 len,
					  __u64 self, __u32 call)
{
	struct bpf_pending *p;
	struct inode *inode;
	struct file *file;
	struct sock *sk;
	__u32 seen = 0;

	p = pending_of(task, self, call, &seen);
	if (!p)
		return;
	if (seen) {
		__sync_fetch_and_add(&control.unpaired, 1);
		pending_park(p, self);
		return;
	}
	sk = LOOK(how, sock, sk);
	file = LOOK(how, sock, file);
	inode = LOOK(how, file, f_inode);
	p->connect.socket = (__u64)sock;
	p->connect.sk = (__u64)sk;
	p->connect.ino = LOOK(how, inode, i_ino);
	p->connect.family = LOOK(how, sk, __sk_common.skc_family);
	p->connect.type = LOOK(how, sk, sk_type);
	p->connect.protocol = LOOK(how, sk, sk_protocol);
	len = connect_len(len);
	p->connect.len = len;
	bpf_probe_read_kernel(p->connect.addr, len, addr);
	pending_park(p, self);
}

static __always_inline int on_socket_connect(enum brought how, struct socket *sock,
					     struct sockaddr *addr, __u32 len)
{
	__u64 self = bpf_get_current_pid_tgid();
	struct task_struct *task = current_task();
	__u32 abi, nr, type, flags = HOT(task, flags);

	if (flags & PF_KTHREAD && !(flags & PF_IO_WORKER))
		return 0;
	if (flags & (PF_IO_WORKER | PF_EXITING))
		goto alone;
	nr = call_number(task, current_orig_ax(task), &abi);
	type = type_of(abi, nr);
	if (type == EV_syscall && number_is(abi, nr, socketcall))
		type = socketcall_type(current_bx(task));
	if (type != EV_connect || (task_has_uring(task) && by_uring(task, self, true)))
		goto alone;
	if (is_wanted(nr) && !by_consumer(self) &&
	    !connect_is_excluded(how, task, self, sock, addr, len, abi, nr))
		call_connects(how, task, sock, addr, len, self, call_place(abi, nr));
	return 0;
alone:
	connects_alone(how, task, sock, addr, len);
	return 0;
}

SEC("?fentry/security_socket_connect")
int BPF_PROG(security_socket_connect, struct socket *sock, struct sockaddr *addr, int len)
{
	return on_socket_connect(AN_OBJECT, sock, addr, len);
}

SEC("?kprobe/security_socket_connect")
int security_socket_connect_kprobe(struct pt_regs *regs)
{
	return on_socket_connect(AN_ADDRESS, (struct socket *)regs->di, (struct sockaddr *)regs->si,
				 regs->dx);
}
