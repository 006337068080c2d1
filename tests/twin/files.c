/* SPDX-License-Identifier: GPL-2.0-only */
/* Implements files.h, linux/fs.h and net/sock.h, and functions of the driver that print names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include <linux/fs.h>
#include <net/sock.h>
#include "files.h"
#include "hook.h"
#include "pending.h"

int init_net;
static struct file *descriptors[8];
static struct fdtable fdt = { .max_fds = 8, .fd = descriptors };
struct twin_files twin_files = { .functions_run = true, .table = { .count = { 1 }, .fdt = &fdt } };
static struct super_block super = { .s_dev = 0x801 };

struct file *shmem_file_setup(const char *name, u64 size, unsigned long flags)
{
	static u64 inodes;
	struct file *file = calloc(1, sizeof(*file));
	struct dentry *dentry = calloc(1, sizeof(*dentry));

	dentry->name = strdup(name);
	dentry->d_inode = calloc(1, sizeof(*dentry->d_inode));
	*dentry->d_inode = (struct inode){ .i_ino = ++inodes, .i_mode = S_IFREG, .i_sb = &super };
	file->f_path.dentry = dentry;
	file->references = 1;
	return file;
}

void fput(struct file *file)
{
	assert_true(file->references > 0);
	if (--file->references)
		return;
	free((void *)file->f_path.dentry->name);
	free(file->f_path.dentry->d_inode);
	free(file->f_path.dentry);
	free(file);
}

struct file *fget_raw(unsigned int fd)
{
	return fd < fdt.max_fds && descriptors[fd] ? get_file(descriptors[fd]) : NULL;
}

int get_unused_fd_flags(unsigned int flags)
{
	int fd = 0;

	while (descriptors[fd])
		fd++;
	return fd;
}

void fd_install(unsigned int fd, struct file *file)
{
	descriptors[fd] = file;
}

int close_fd(unsigned int fd)
{
	fput(descriptors[fd]);
	descriptors[fd] = NULL;
	return 0;
}

int sock_create_kern(int *net, int family, int type, int protocol, struct socket **ret)
{
	struct socket *socket = calloc(1, sizeof(*socket));

	socket->sk = calloc(1, sizeof(*socket->sk));
	socket->sk->sk_family = family;
	socket->sk->sk_protocol = protocol ?: IPPROTO_TCP;
	socket->type = type;
	socket->inode.i_ino = 4711;
	*ret = socket;
	return 0;
}

void sock_release(struct socket *socket)
{
	free(socket->sk);
	free(socket);
}

bool saker_hook_functions_run(void)
{
	return twin_files.functions_run;
}

u32 saker_file_kind_unusual(const struct file *file)
{
	return EV_FD_DIR;
}

/* As saker_path_text(): at the end of @room bytes. "?" is a name that cannot be read. */
static int text_at_end(struct saker_text *ret, const char *text, char *buf, u32 room)
{
	u32 len = strlen(text), n = min(len, room);

	if (!strcmp(text, "?")) {
		*ret = (struct saker_text){ .prov = EV_PROV_UNREADABLE };
		return -EINVAL;
	}
	memcpy(buf + room - n, text + len - n, n);
	*ret = (struct saker_text){ .at = buf + room - n, .len = n, .full = len,
				    .prov = n < len ? EV_PROV_TRUNCATED : 0 };
	return n < len ? -ENAMETOOLONG : 0;
}

int saker_path_text(struct saker_text *ret, const struct path *path, char *buf, u32 room)
{
	char text[PATH_MAX + 64];

	snprintf(text, sizeof(text), "/%s (deleted)", path->dentry->name);
	return text_at_end(ret, text, buf, room);
}

int saker_object_text(struct saker_text *ret, const struct object *o, const unsigned long *args,
		      char *buf, u32 room)
{
	return o->kind == OBJECT_AT ? saker_path_text(ret, (void *)args[o->a], buf, room) :
				      text_at_end(ret, (void *)args[o->a], buf, room);
}

void saker_sock_note(struct saker_bound *ret, struct socket *sock, const void *addr, u32 len)
{
	memset(ret, 0, sizeof(*ret));
	ret->tuple.ino = sock->inode.i_ino;
	assert_true(addr || !len);
	ret->len = len;
	if (addr)
		memcpy(&ret->addr, addr, len);
}
