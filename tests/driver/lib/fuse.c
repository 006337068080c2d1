// SPDX-License-Identifier: Apache-2.0
/*
 * Serves a file system over /dev/fuse without a library: one directory with one entry.
 * When the server dies, the kernel ends all requests that wait with an error.
 */
#include "fuse.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROOM	(1u << 20)	/* for one request, or for what is read */

enum { NODE_ROOT = FUSE_ROOT_ID, NODE_FILE, NODE_LINK, NODE_DIR };

struct server {
	int dev, source;
	const char *target;
	struct fuse_will *will;
	bool turned;
	char *room;
};

static void answer(const struct server *s, const struct fuse_in_header *in, int error,
		   const void *data, size_t n)
{
	struct fuse_out_header out = {
		.len = sizeof(out) + n, .error = error, .unique = in->unique,
	};
	struct iovec iov[] = { { &out, sizeof(out) }, { (void *)data, n } };

	if (writev(s->dev, iov, n ? 2 : 1) < 0 && errno != ENOENT)
		_exit(1);
}

static struct fuse_attr attributes(const struct server *s, uint64_t node)
{
	static const uint32_t modes[] = {
		[NODE_ROOT] = S_IFDIR | 0755, [NODE_FILE] = S_IFREG | 0755,
		[NODE_LINK] = S_IFLNK | 0777, [NODE_DIR] = S_IFDIR | 0755,
	};
	struct fuse_attr attr = { .ino = node + 100, .mode = modes[node], .nlink = 1,
				  .blksize = 4096 };
	struct stat st;

	if (node == NODE_FILE && !fstat(s->source, &st))
		attr.size = st.st_size;
	return attr;
}

static void on_lookup(const struct server *s, const struct fuse_in_header *in, const char *name)
{
	const bool leaf = in->nodeid == NODE_DIR;
	struct fuse_entry_out out = { .nodeid = NODE_FILE };

	if (!leaf && s->turned)
		out.nodeid = NODE_LINK;
	else if (!leaf && s->will->changes_stale > 0)
		out.nodeid = NODE_DIR;
	out.attr = attributes(s, out.nodeid);
	if (strcmp(name, leaf ? "leaf" : "file"))
		answer(s, in, -ENOENT, NULL, 0);
	else
		answer(s, in, 0, &out, sizeof(out));
}

static void on_getattr(const struct server *s, const struct fuse_in_header *in)
{
	struct fuse_attr_out out = { .attr = attributes(s, in->nodeid) };

	if (s->will->attributes_hang) {
		s->will->asked++;
		return;
	}
	answer(s, in, 0, &out, sizeof(out));
}

static void on_open(struct server *s, const struct fuse_in_header *in)
{
	const struct fuse_open_out out = { 0 };

	if (in->opcode == FUSE_OPEN && s->will->opens_stale > 0) {
		s->will->opens_stale--;
		s->turned = true;
		answer(s, in, -ESTALE, NULL, 0);
		return;
	}
	answer(s, in, 0, &out, sizeof(out));
}

static void on_change(struct server *s, const struct fuse_in_header *in)
{
	s->will->changes_stale--;
	s->turned = true;
	answer(s, in, -ESTALE, NULL, 0);
}

static void on_read(const struct server *s, const struct fuse_in_header *in,
		    const struct fuse_read_in *arg)
{
	static char bytes[ROOM];
	ssize_t n;

	if (s->will->reads_failed > 0) {
		s->will->reads_failed--;
		answer(s, in, -EIO, NULL, 0);
	} else if (s->will->reads_hang) {
		s->will->asked++;
	} else {
		n = pread(s->source, bytes, arg->size < ROOM ? arg->size : ROOM, arg->offset);
		answer(s, in, n < 0 ? -EIO : 0, bytes, n > 0 ? n : 0);
	}
}

static void on_init(const struct server *s, const struct fuse_in_header *in,
		    const struct fuse_init_in *arg)
{
	const struct fuse_init_out out = {
		.major = FUSE_KERNEL_VERSION, .minor = arg->minor, .max_write = 4096,
	};

	answer(s, in, 0, &out, sizeof(out));
}

static void serve(struct server *s)
{
	const struct fuse_in_header *in = (const struct fuse_in_header *)s->room;
	const void *arg = in + 1;

	while (read(s->dev, s->room, ROOM) > 0 || errno == EINTR || errno == ENOENT) {
		switch (in->opcode) {
		case FUSE_INIT:
			on_init(s, in, arg);
			break;
		case FUSE_LOOKUP:
			on_lookup(s, in, arg);
			break;
		case FUSE_GETATTR:
			on_getattr(s, in);
			break;
		case FUSE_READLINK:
			answer(s, in, 0, s->target, strlen(s->target));
			break;
		case FUSE_OPEN:
		case FUSE_OPENDIR:
			on_open(s, in);
			break;
		case FUSE_UNLINK:
		case FUSE_MKDIR:
		case FUSE_RENAME:
		case FUSE_RENAME2:
			on_change(s, in);
			break;
		case FUSE_READ:
			on_read(s, in, arg);
			break;
		case FUSE_FORGET:
		case FUSE_BATCH_FORGET:
		case FUSE_INTERRUPT:
			break;		/* have no answer */
		case FUSE_RELEASE:
		case FUSE_RELEASEDIR:
		case FUSE_FLUSH:
			answer(s, in, 0, NULL, 0);
			break;
		default:
			answer(s, in, -ENOSYS, NULL, 0);
		}
	}
}

int fuse_mount(struct fuse *ret, const char *dir, const char *source, const char *target)
{
	struct server s = { .source = open(source, O_RDONLY | O_CLOEXEC), .target = target };
	char options[96];
	int r;

	s.dev = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (s.dev < 0 || s.source < 0)
		return -errno;
	s.room = malloc(ROOM);
	s.will = mmap(NULL, sizeof(*s.will), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (!s.room || s.will == MAP_FAILED)
		return -ENOMEM;
	snprintf(options, sizeof(options),
		 "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", s.dev);
	r = mount("fuse", dir, "fuse", MS_NOSUID | MS_NODEV, options) ? -errno : 0;
	*ret = (struct fuse){ .will = s.will, .dir = dir };
	ret->server = r < 0 ? -1 : fork();
	if (ret->server == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(&s);
		_exit(0);
	}
	free(s.room);
	close(s.source);
	close(s.dev);
	return r;
}

void fuse_unmount(struct fuse *fuse)
{
	kill(fuse->server, SIGKILL);
	waitpid(fuse->server, NULL, 0);
	umount2(fuse->dir, MNT_DETACH);
	munmap(fuse->will, sizeof(*fuse->will));
}
