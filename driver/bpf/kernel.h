/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Declares the members of the kernel's structs that the programs read. Only
 * names matter here; the offset of each member is determined when the programs
 * are loaded, from the BTF of the running kernel (CO-RE). A struct that not
 * every kernel has in this form has a suffix ___x, which CO-RE ignores; its
 * presence is checked before use.
 */
#ifndef SAKER_BPF_KERNEL_H
#define SAKER_BPF_KERNEL_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

struct dentry;
struct pid_namespace;
struct task_struct;
struct socket;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct { int counter; } atomic_t;
typedef struct { __s64 counter; } atomic64_t;
typedef struct { unsigned int val; } kuid_t;
typedef struct { unsigned int val; } kgid_t;
typedef struct { __u64 val; } kernel_cap_t;	/* two words of 32 bits before 6.3: the same */

struct list_head { struct list_head *next; };
struct hlist_bl_node { struct hlist_bl_node *next, **pprev; };

struct pt_regs {
	unsigned long bp, bx, r10, r9, r8, ax, cx, dx, si, di, orig_ax;
};

struct timespec64 { __s64 tv_sec; long tv_nsec; };
struct qstr { __u32 hash, len; const unsigned char *name; };

struct super_block {
	__u32 s_dev;
	unsigned long s_flags, s_magic;
};

struct inode {
	__u16 i_mode;
	kuid_t i_uid;
	kgid_t i_gid;
	unsigned int i_flags;
	struct super_block *i_sb;
	unsigned long i_ino;
	unsigned int i_nlink;
	__u32 i_rdev;
	void *i_private;
};

/* Times: a pair until 6.10, with another name from 6.6 (6.7) on, then two members. */
struct inode___pair { struct timespec64 i_ctime, i_mtime; };
struct inode___hidden { struct timespec64 __i_ctime, __i_mtime; };
struct inode___split { __s64 i_ctime_sec, i_mtime_sec; __u32 i_ctime_nsec, i_mtime_nsec; };

struct dentry_operations { char *(*d_dname)(struct dentry *, char *, int); };
typedef struct { unsigned int sequence; } seqcount_t;
typedef struct { seqcount_t seqcount; } seqcount_spinlock_t;

struct dentry {
	seqcount_spinlock_t d_seq;
	unsigned int d_flags;
	struct hlist_bl_node d_hash;
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	const struct dentry_operations *d_op;
	struct super_block *d_sb;
};

/* A short name: the second from 6.14 on. */
struct dentry___iname { unsigned char d_iname[32]; };
struct dentry___shortname { unsigned char d_shortname[32]; };
/* A walk of the current task to a file. */
struct nameidata { struct qstr last; int total_link_count; };

struct vfsmount { struct dentry *mnt_root; struct super_block *mnt_sb; int mnt_flags; };
struct vfsmount___userns { void *mnt_userns; };	/* 5.12 to 6.2 */
struct vfsmount___idmap { void *mnt_idmap; };
struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
};
struct path { struct vfsmount *mnt; struct dentry *dentry; };

struct file {
	struct path f_path;
	struct inode *f_inode;
	unsigned int f_flags;
	unsigned int f_mode;
	void *private_data;
};
struct file___count { atomic64_t f_count; };
/* From 6.13 on: one less than the references. */
struct file___ref { struct { atomic64_t refcnt; } f_ref; };

struct fdtable { unsigned int max_fds; struct file **fd; };
struct files_struct { atomic_t count; struct fdtable *fdt; struct file *fd_array[64]; };
struct fs_struct { struct path root, pwd; };

struct kernfs_node { __u64 id; };
struct cgroup_root { int hierarchy_id; };
struct cgroup { int level; struct kernfs_node *kn; struct cgroup_root *root; };
struct cgroup_subsys_state { struct cgroup *cgroup; };
struct css_set { struct cgroup_subsys_state *subsys[16]; struct cgroup *dfl_cgrp; };
enum cgroup_subsys_id { pids_cgrp_id = 1 };	/* its value is the kernel's */

struct ns_common { unsigned int inum; };
struct pid_namespace { struct task_struct *child_reaper; unsigned int level; struct ns_common ns; };
struct upid { int nr; struct pid_namespace *ns; };
struct pid { unsigned int level; struct upid numbers[1]; };
enum pid_type { PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_PGID, PIDTYPE_SID, PIDTYPE_MAX };

struct tty_driver { int major, minor_start; };
struct tty_struct { int index; struct tty_driver *driver; };
struct signal_struct {
	atomic_t live;
	struct list_head thread_head;
	struct pid *pids[4];
	struct tty_struct *tty;
	unsigned int is_child_subreaper : 1;
	unsigned int has_child_subreaper : 1;
};

struct uid_gid_extent { __u32 first, lower_first, count; };
struct uid_gid_map {
	__u32 nr_extents;
	struct uid_gid_extent extent[5], *forward;	/* sorted, if there are more than five */
};
struct user_namespace { struct user_namespace *parent; struct uid_gid_map uid_map; };
struct group_info { int ngroups; kgid_t gid[1]; };
struct cred {
	kuid_t uid, suid, euid, fsuid;
	kgid_t gid, sgid, egid, fsgid;
	kernel_cap_t cap_inheritable, cap_permitted, cap_effective, cap_ambient;
	unsigned int securebits;
	struct user_namespace *user_ns;
	struct group_info *group_info;
};

struct nsproxy { void *uts_ns, *ipc_ns, *mnt_ns, *net_ns, *cgroup_ns; };
struct mm_struct {
	unsigned long total_vm, arg_start, arg_end, env_start, env_end;
	struct file *exe_file;
};
/* Pages by kind: from 6.2 on sums of counters of each CPU. */
struct mm_rss_stat { atomic64_t count[4]; };
struct mm_struct___atomic { struct mm_rss_stat rss_stat; };
struct percpu_counter { __s64 count; };
struct mm_struct___percpu { struct percpu_counter rss_stat[4]; };
struct linux_binprm { struct file *file; int argc, envc; const char *filename, *interp; };

struct thread_info { __u32 status; };
struct task_struct {
	struct thread_info thread_info;
	void *stack;
	unsigned int flags, ptrace;
	int exit_code;
	__s32 pid, tgid;
	__u64 start_boottime;
	struct task_struct *real_parent, *group_leader;
	struct list_head children, thread_node;
	struct pid *thread_pid;
	struct signal_struct *signal;
	void *sighand;
	struct mm_struct *mm;
	struct fs_struct *fs;
	struct nameidata *nameidata;
	struct files_struct *files;
	struct nsproxy *nsproxy;
	const struct cred *real_cred, *cred;
	struct css_set *cgroups;
	char comm[16];
};
struct task_struct___audit { kuid_t loginuid; unsigned int sessionid; };
struct task_struct___uring { void *io_uring; };

struct module { char name[56]; unsigned long taints; };

struct in6_addr { __u8 bytes[16]; };
struct sock_common {
	__be32 skc_daddr;
	__be16 skc_dport;
	__u16 skc_num, skc_family;
	volatile unsigned char skc_state;
	struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
};
struct sock {
	struct sock_common __sk_common;
	struct socket *sk_socket;
	__u16 sk_type, sk_protocol;	/* bits before 5.6, which is not supported */
	__u32 sk_ack_backlog, sk_max_ack_backlog;
};
struct socket {
	enum { SS_STATE } state;
	short type;
	struct file *file;
	struct sock *sk;
};
struct socket_alloc { struct socket socket; struct inode vfs_inode; };
struct ipv6_pinfo { struct in6_addr saddr; };
struct inet_sock { struct ipv6_pinfo *pinet6; __be32 inet_saddr; };
struct sockaddr_un { char sun_path[108]; };
struct unix_address { int len; struct sockaddr_un name[1]; };
struct unix_sock { struct unix_address *addr; struct sock *peer; };

#pragma clang attribute pop

/* Constants of the kernel that BTF does not contain. */
#define PF_EXITING	0x00000004
#define PF_IO_WORKER	0x00000010
#define PF_DUMPCORE	0x00000200
#define PF_KTHREAD	0x00200000
#define TS_COMPAT	0x0002
#define FMODE_EXEC	0x20
#define FMODE_NOACCOUNT	0x20000000
#define X32_BIT		0x40000000u

#define S_IFMT		0170000
#define S_IFSOCK	0140000
#define S_IFLNK		0120000
#define S_IFREG		0100000
#define S_IFBLK		0060000
#define S_IFDIR		0040000
#define S_IFCHR		0020000
#define S_IFIFO		0010000
#define S_ISUID		0004000
#define S_ISGID		0002000
#define S_IMMUTABLE	8
#define SB_RDONLY	1
#define OVERLAYFS_SUPER_MAGIC	0x794c7630
#define DCACHE_OP_COMPARE 2
#define SB_KERNMOUNT	0x400000
#define MNT_READONLY	0x40
#define CAP_DAC_OVERRIDE 1

#define TMPFS_MAGIC	0x01021994
#define HUGETLBFS_MAGIC	0x958458f6
#define PIPEFS_MAGIC	0x50495045
#define SOCKFS_MAGIC	0x534f434b
#define PID_FS_MAGIC	0x50494446

#define AF_UNIX		1
#define AF_INET		2
#define AF_INET6	10
#define SOCK_DGRAM	2
#define TCP_ESTABLISHED	1
#define SS_UNCONNECTED	1
#define SS_CONNECTING	2
#define SS_CONNECTED	3

#define AT_FDCWD	-100
#define EBADF		9
#define EFAULT		14
#define EINVAL		22
#define ENAMETOOLONG	36
#define ENOSYS		38
#define ENOTSOCK	88
#define EINPROGRESS	115
#define O_WRONLY	00000001
#define O_CREAT		00000100
#define O_EXCL		00000200
#define O_NOCTTY	00000400
#define O_TRUNC		00001000
#define FMODE_WRITE	0x2
#define O_PATH		010000000
#define O_TMPFILE_BIT	020000000
#define S_IALLUGO	07777
#define F_DUPFD		0
#define F_DUPFD_CLOEXEC	1030
#define CSIGNAL		0xff

#endif /* SAKER_BPF_KERNEL_H */
