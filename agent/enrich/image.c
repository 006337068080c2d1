/* SPDX-License-Identifier: Apache-2.0 */
/* Builds an image and all its texts in one block of memory, from an execve or a task record. */
#include "enrich/image.h"
#include <errno.h>
#include <stdlib.h>

/* The parts of both records that an image is made of, in one form. */
struct image_source {
	struct str exe, filename, argv, env, cwd;
	const struct ev_comm *comm;
	bool argv_cut;
};

struct str comm_str(const struct ev_comm *comm)
{
	return (struct str){ comm->s, strnlen(comm->s, sizeof(comm->s)) };
}

struct str argv_nth(struct str argv, uint64_t i)
{
	const char *nul;

	while (argv.n) {
		nul = memchr(argv.p, '\0', argv.n);
		if (i-- == 0)
			return (struct str){ argv.p, nul ? (size_t)(nul - argv.p) : argv.n };
		if (!nul)
			break;
		argv.n -= nul + 1 - argv.p;
		argv.p = nul + 1;
	}
	return (struct str){ 0 };
}

struct str exec_path_normal(struct str path)
{
	const struct str prefix = STR("/memfd:"), suffix = STR(" (deleted)");

	if (!str_starts(path, prefix))
		return path;
	path.p++;
	path.n--;
	if (str_ends(path, suffix))
		path.n -= suffix.n;
	return path;
}

static uint32_t argv_count(struct str argv)
{
	uint32_t n = 0;

	for (size_t i = 0; i < argv.n; i++)
		n += argv.p[i] == '\0';
	return n + (argv.n && argv.p[argv.n - 1] != '\0');
}

static struct str image_put(char **at, struct str s)
{
	char *p = *at;

	if (!s.p)
		return s;
	memcpy(p, s.p, s.n);
	*at += s.n;
	return (struct str){ p, s.n };
}

/* comm, blank, arguments: args is its tail, so one copy serves both. */
static void image_put_cmdline(struct exec_image *im, char **at)
{
	struct str comm = comm_str(&im->comm), argv = im->argv;
	char *start = *at, *p;

	im->arg0 = argv_nth(argv, 0);
	if (argv.n && argv.p[argv.n - 1] == '\0')
		argv.n--;
	image_put(at, comm);
	im->cmdline = (struct str){ start, comm.n };
	im->args = (struct str){ start + comm.n, 0 };
	if (argv.n <= im->arg0.n + 1)
		return;
	*(*at)++ = ' ';
	p = *at;
	image_put(at, (struct str){ argv.p + im->arg0.n + 1, argv.n - im->arg0.n - 1 });
	im->args = (struct str){ p, *at - p };
	for (; p < *at; p++)
		if (*p == '\0')
			*p = ' ';
	im->cmdline.n = *at - start;
}

static struct exec_image *image_make(const struct image_source *src)
{
	size_t size = sizeof(struct exec_image) + src->exe.n + src->filename.n + 2 * src->argv.n +
		      src->env.n + src->cwd.n + sizeof(struct ev_comm) + 2;
	struct exec_image *im = malloc(size);
	char *at;

	if (!im)
		return NULL;
	memset(im, 0, sizeof(*im));
	at = (char *)(im + 1);
	im->refs = 1;
	im->size = (uint32_t)size;
	im->comm = *src->comm;
	im->argv_cut = src->argv_cut;
	im->exe = image_put(&at, exec_path_normal(src->exe));
	im->filename = image_put(&at, src->filename);
	im->argv = image_put(&at, src->argv);
	im->env = image_put(&at, src->env);
	im->cwd = image_put(&at, src->cwd);
	if (im->cwd.n && im->cwd.p[im->cwd.n - 1] != '/') {
		*at++ = '/';
		im->cwd.n++;
	}
	im->argc = argv_count(im->argv);
	image_put_cmdline(im, &at);
	return im;
}

static bool part_cut(const struct ev_part *part)
{
	return part->full != part->len;
}

/* The fields that both records have under the same name. */
#define IMAGE_COPY(im, rec)					\
	do {							\
		(im)->exe_ino = (rec)->exe_ino;			\
		(im)->exe_dev = (rec)->exe_dev;			\
		(im)->exe_flags = (rec)->exe_flags;		\
		(im)->exe_ctime_ns = (rec)->exe_ctime_ns;	\
		(im)->exe_mtime_ns = (rec)->exe_mtime_ns;	\
	} while (0)

static int image_from_exec(struct exec_image **ret, const struct event *ev)
{
	const struct ev_execve *rec = ev->execve;
	const struct image_source src = {
		.exe = event_part(ev, &rec->exe),
		.filename = event_part(ev, &rec->filename),
		.argv = event_part(ev, &rec->argv),
		.env = event_part(ev, &rec->env),
		.cwd = event_part(ev, &rec->cwd),
		.comm = &rec->comm,
		.argv_cut = part_cut(&rec->argv),
	};
	struct exec_image *im = image_make(&src);

	if (!im)
		return -ENOMEM;
	IMAGE_COPY(im, rec);
	im->live = true;
	im->has_fds = true;
	im->fds[0] = rec->stdin_fd;
	im->fds[1] = rec->stdout_fd;
	im->fds[2] = rec->stderr_fd;
	*ret = im;
	return 0;
}

static int image_from_task(struct exec_image **ret, const struct event *ev)
{
	const struct ev_task *rec = ev->task;
	const struct image_source src = {
		.exe = event_part(ev, &rec->exe),
		.argv = event_part(ev, &rec->argv),
		.cwd = event_part(ev, &rec->cwd),
		.comm = &rec->comm,
		.argv_cut = part_cut(&rec->argv),
	};
	struct exec_image *im = image_make(&src);

	if (!im)
		return -ENOMEM;
	IMAGE_COPY(im, rec);
	*ret = im;
	return 0;
}

int exec_image_new(struct exec_image **ret, const struct event *ev)
{
	switch (ev->hdr->type) {
	case EV_execve:
		return image_from_exec(ret, ev);
	case EV_task:
		return image_from_task(ret, ev);
	default:
		return -EINVAL;
	}
}

void exec_image_unref(struct exec_image *image)
{
	if (image && --image->refs == 0)
		free(image);
}
