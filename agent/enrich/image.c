/* SPDX-License-Identifier: Apache-2.0 */
/* Builds an image and all its texts in one block of memory, from an execve or a task record. */
#include "enrich/image.h"
#include <errno.h>
#include <stdlib.h>

/* The parts of both records that an image is made of, in one form. */
struct image_source {
	struct str exe, filename, cwd, fd_path[3];
	struct argv_part argv, env;
	struct ev_comm comm;
	uint32_t argc, envc;		/* 0: not in the record */
};

struct str comm_str(const struct ev_comm *comm)
{
	return (struct str){ comm->s, strnlen(comm->s, sizeof(comm->s)) };
}

bool argv_next(struct str *argv, struct str *ret)
{
	const char *nul;

	if (!argv->n)
		return false;
	nul = memchr(argv->p, '\0', argv->n);
	*ret = (struct str){ argv->p, nul ? (size_t)(nul - argv->p) : argv->n };
	argv->p += nul ? ret->n + 1 : ret->n;
	argv->n -= nul ? ret->n + 1 : ret->n;
	return true;
}

struct str argv_nth(struct str argv, uint64_t i)
{
	struct str s;

	while (argv_next(&argv, &s))
		if (i-- == 0)
			return s;
	return (struct str){ 0 };
}

/* "memfd:x" for "/memfd:x (deleted)"; any other path unchanged. */
static struct str exec_path_normal(struct str path)
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

struct argv_part argv_part(const struct event *ev, const struct ev_part *part)
{
	struct str all = event_part(ev, part);
	struct argv_part ret = { .front = all, .cut = all.p && part->full != part->len };

	if (ret.cut && part->head < all.n) {
		ret.front.n = part->head;
		ret.back = (struct str){ all.p + part->head, all.n - part->head };
	}
	return ret;
}

void argv_whole(struct argv_part *argv)
{
	const char *nul;

	if (!argv->cut)
		return;
	nul = argv->front.n ? memrchr(argv->front.p, '\0', argv->front.n) : NULL;
	argv->front.n = nul ? (size_t)(nul + 1 - argv->front.p) : 0;
	nul = argv->back.n ? memchr(argv->back.p, '\0', argv->back.n) : NULL;
	if (nul) {
		argv->back.n -= nul + 1 - argv->back.p;
		argv->back.p = nul + 1;
	} else {
		argv->back.n = 0;
	}
}

/* @n: elements in all, 0 if not known; @front: those in front of the cut. */
static int element(struct str argv, bool cut, uint32_t front, uint32_t n, uint64_t i,
		   struct str *ret)
{
	uint32_t back;

	if (!cut || i < front) {
		*ret = argv_nth(argv, i);
		return ret->p ? 0 : ARGV_NONE;
	}
	if (!n)
		return ARGV_LEFT_OUT;
	if (i >= n)
		return ARGV_NONE;
	back = argv_count(argv) - front;
	if (n - i > back)
		return ARGV_LEFT_OUT;
	*ret = argv_nth(argv, front + back - (n - i));
	return ret->p ? 0 : ARGV_NONE;
}

int image_arg(const struct exec_image *im, uint64_t i, struct str *ret)
{
	return element(im->argv, im->argv_cut, im->argv_front, im->argc, i, ret);
}

int image_env(const struct exec_image *im, uint64_t i, struct str *ret)
{
	return element(im->env, im->env_cut, im->env_front, im->envc, i, ret);
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

/* The whole elements. @ret_front: how many precede the cut. */
static struct str image_put_argv(char **at, struct argv_part argv, uint32_t *ret_front)
{
	struct str ret;

	argv_whole(&argv);
	ret = image_put(at, argv.front);
	*ret_front = argv_count(argv.front);
	ret.n += image_put(at, argv.back).n;
	return ret;
}

static void image_put_joined(char **at, struct str s)
{
	struct str text = image_put(at, s);

	for (char *p = *at - text.n; p < *at; p++)
		if (*p == '\0')
			*p = ' ';
}

/* comm, blank, arguments: args is its tail, so one copy serves both. */
static void image_put_cmdline(struct exec_image *im, const struct argv_part *argv, char **at)
{
	const struct str gap = STR(" ...");
	struct str comm = comm_str(&im->comm), rest = argv->front;
	char *start = *at, *p;

	image_put(at, comm);
	p = *at;
	if (!argv->cut && rest.n && rest.p[rest.n - 1] == '\0')
		rest.n--;
	if (rest.n > im->arg0.n + 1) {
		*(*at)++ = ' ';
		p++;
		rest.p += im->arg0.n + 1;
		rest.n -= im->arg0.n + 1;
		image_put_joined(at, rest);
	}
	if (argv->cut) {
		image_put(at, gap);
		if (argv->back.n && argv->back.p[0] != '\0')
			*(*at)++ = ' ';
		image_put_joined(at, argv->back);
	}
	im->args = (struct str){ p, *at - p };
	im->cmdline = (struct str){ start, *at - start };
}

static size_t argv_bytes(const struct argv_part *argv)
{
	return argv->front.n + argv->back.n;
}

static struct exec_image *image_make(const struct image_source *src)
{
	size_t size = sizeof(struct exec_image) + src->exe.n + src->filename.n +
		      2 * argv_bytes(&src->argv) + argv_bytes(&src->env) + src->cwd.n +
		      sizeof(struct ev_comm) + sizeof(" ... ") + 2 +
		      src->fd_path[0].n + src->fd_path[1].n + src->fd_path[2].n;
	struct exec_image *im = malloc(size);
	char *at;

	if (!im)
		return NULL;
	memset(im, 0, sizeof(*im));
	at = (char *)(im + 1);
	im->refs = 1;
	im->size = (uint32_t)size;
	im->comm = src->comm;
	im->argv_cut = src->argv.cut;
	im->env_cut = src->env.cut;
	im->exe = image_put(&at, exec_path_normal(src->exe));
	im->filename = image_put(&at, src->filename);
	im->argv = image_put_argv(&at, src->argv, &im->argv_front);
	im->env = image_put_argv(&at, src->env, &im->env_front);
	for (int i = 0; i < 3; i++)
		im->fd_path[i] = image_put(&at, exec_path_normal(src->fd_path[i]));
	im->cwd = image_put(&at, src->cwd);
	if (im->cwd.n && im->cwd.p[im->cwd.n - 1] != '/') {
		*at++ = '/';
		im->cwd.n++;
	}
	im->argc = im->argv_cut ? src->argc : argv_count(im->argv);
	im->envc = im->env_cut ? src->envc : argv_count(im->env);
	if (im->argv_front || !im->argv_cut)
		im->arg0 = argv_nth(im->argv, 0);
	image_put_cmdline(im, &src->argv, &at);
	return im;
}

/* -- the name that an exec set -- */

static struct str base_name(struct str path)
{
	const char *slash = path.p ? memrchr(path.p, '/', path.n) : NULL;

	if (slash) {
		path.n -= slash + 1 - path.p;
		path.p = slash + 1;
	}
	return path;
}

static struct ev_comm comm_of_path(struct str path)
{
	struct str name = base_name(path);
	struct ev_comm comm = { "" };

	if (name.p)
		memcpy(comm.s, name.p, name.n < sizeof(comm.s) ? name.n : sizeof(comm.s) - 1);
	return comm;
}

static bool is_name_of(const struct ev_comm *comm, struct str path)
{
	struct ev_comm other;

	if (!path.n)
		return false;
	other = comm_of_path(path);
	return !memcmp(comm, &other, sizeof(other));
}

/*
 * Derives the name that exec gave to a task which may have changed it since. An exec takes it
 * from the path it was given: the executable, a link to it, or a script, which is in the
 * arguments. If the present name is none of these, it was changed, and the executable's name is
 * the best guess.
 */
static struct ev_comm exec_name(const struct ev_task *rec, struct str exe, struct str argv)
{
	const struct str deleted = STR(" (deleted)");

	if (rec->exec_comm.s[0] || !exe.n)
		return rec->exec_comm.s[0] ? rec->exec_comm : rec->comm;
	if (str_ends(exe, deleted))
		exe.n -= deleted.n;
	if (is_name_of(&rec->comm, exe))
		return rec->comm;
	for (uint64_t i = 0; i < 3; i++)
		if (is_name_of(&rec->comm, argv_nth(argv, i)))
			return rec->comm;
	return comm_of_path(exe);
}

/* -- from records -- */

/* The fields that both records have under the same name. */
#define IMAGE_COPY(im, rec)					\
	do {							\
		(im)->exe_cut = event_part_cut(&(rec)->exe);	\
		(im)->cwd_cut = event_part_cut(&(rec)->cwd);	\
		(im)->exe_ino = (rec)->exe_ino;			\
		(im)->exe_dev = (rec)->exe_dev;			\
		(im)->exe_flags = (rec)->exe_flags;		\
		(im)->exe_ctime_ns = (rec)->exe_ctime_ns;	\
		(im)->exe_mtime_ns = (rec)->exe_mtime_ns;	\
		(im)->fds[0] = (rec)->stdin_fd;			\
		(im)->fds[1] = (rec)->stdout_fd;		\
		(im)->fds[2] = (rec)->stderr_fd;		\
		(im)->fd_path_cut[0] = event_part_cut(&(rec)->stdin_path);	\
		(im)->fd_path_cut[1] = event_part_cut(&(rec)->stdout_path);	\
		(im)->fd_path_cut[2] = event_part_cut(&(rec)->stderr_path);	\
	} while (0)

#define FD_PATHS(ev, rec)						\
	{ event_part(ev, &(rec)->stdin_path), event_part(ev, &(rec)->stdout_path),	\
	  event_part(ev, &(rec)->stderr_path) }

static int image_from_exec(struct exec_image **ret, const struct event *ev)
{
	const struct ev_execve *rec = ev->execve;
	const struct image_source src = {
		.exe = event_part(ev, &rec->exe),
		.filename = event_part(ev, &rec->filename),
		.argv = argv_part(ev, &rec->argv),
		.env = argv_part(ev, &rec->env),
		.cwd = event_part(ev, &rec->cwd),
		.fd_path = FD_PATHS(ev, rec),
		.comm = rec->comm,
		.argc = rec->argc,
		.envc = rec->envc,
	};
	struct exec_image *im = image_make(&src);

	if (!im)
		return -ENOMEM;
	IMAGE_COPY(im, rec);
	im->argv_full = rec->argv.full;
	im->live = true;
	*ret = im;
	return 0;
}

static int image_from_task(struct exec_image **ret, const struct event *ev)
{
	const struct ev_task *rec = ev->task;
	const struct image_source src = {
		.exe = event_part(ev, &rec->exe),
		.argv = argv_part(ev, &rec->argv),
		.cwd = event_part(ev, &rec->cwd),
		.fd_path = FD_PATHS(ev, rec),
		.comm = exec_name(rec, event_part(ev, &rec->exe), event_part(ev, &rec->argv)),
	};
	struct exec_image *im = image_make(&src);

	if (!im)
		return -ENOMEM;
	IMAGE_COPY(im, rec);
	im->argv_full = rec->argv.full;
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
