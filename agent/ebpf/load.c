/* SPDX-License-Identifier: Apache-2.0 */
/* Loads the eBPF programs and pins them. The only file that uses libbpf's view of an object. */
#include "ebpf/load.h"
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "ebpf/attach.h"
#include "ebpf/kernel.h"
#include "ebpf/programs.h"
#include "lib/clock.h"
#include "lib/fd.h"

#define LOG_PATH	"/run/saker/ebpf-verifier.log"

static const char *const map_names[MAPS] = {
	[MAP_CPUS] = "cpus", [MAP_CONTROL] = "control", [MAP_PENDING] = "pending",
	[MAP_DOORBELL] = "doorbell", [MAP_FILLERS] = "fillers",
};

/* Name of the map of the global variable: the compiler names it after the section. */
static const char *name_in_object(enum ebpf_map map)
{
	return map == MAP_CONTROL ? ".bss" : map_names[map];
}

static int fd_copy(int fd)
{
	int r = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	return r < 0 ? -errno : r;
}

void load_init(struct loaded *l)
{
	memset(l, 0, sizeof(*l));
	for (unsigned int i = 0; i < MAPS; i++)
		l->map[i] = -1;
	for (unsigned int i = 0; i < EBPF_PROGRAMS_MAX; i++)
		l->program[i] = -1;
}

void load_close(struct loaded *l)
{
	for (unsigned int i = 0; i < MAPS; i++)
		l->map[i] = fd_close(l->map[i]);
	for (unsigned int i = 0; i < EBPF_PROGRAMS_MAX; i++)
		l->program[i] = fd_close(l->program[i]);
}

/* -- messages of libbpf and the verifier -- */

/* The text that libbpf printed during a load; global, because its print function has no context. */
static _Thread_local struct {
	char *text;		/* the last message of the verifier, or NULL */
} said;

static int on_print(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	char *text = NULL;

	if (level != LIBBPF_WARN || vasprintf(&text, fmt, ap) < 0)
		return 0;
	if (strstr(text, "PROG LOAD LOG") || !said.text) {
		free(said.text);
		said.text = text;
	} else {
		free(text);
	}
	return 0;
}

/* The verifier's reason is in the line before "processed N insns". */
static void verdict_of(const char *log, char *ret, size_t size)
{
	const char *end = strstr(log, "\nprocessed "), *line;

	if (!end)
		end = log + strlen(log);
	while (end > log && end[-1] == '\n')
		end--;
	line = end;
	while (line > log && line[-1] != '\n')
		line--;
	snprintf(ret, size, "%.*s", (int)(end - line), line);
}

/* Saves the whole log in a file, as the error message has only one line of it. */
static void log_keep(const char *image, const char *log)
{
	FILE *f;

	mkdir("/run/saker", 0755);
	f = fopen(LOG_PATH, "ae");
	if (!f)
		return;
	fprintf(f, "%s:\n%s\n", image, log);
	fclose(f);
}

/* -- one object -- */

/* Sets a constant of the programs before they are loaded. */
static int constant_set(struct bpf_object *object, const char *name, const void *value, size_t n)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, ".rodata");
	const struct btf *btf = bpf_object__btf(object);
	int id = btf ? btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC) : -ENOENT;
	const struct btf_type *section, *var;
	size_t size = 0;
	char *bytes = map ? (char *)bpf_map__initial_value(map, &size) : NULL;

	if (!bytes || id < 0)
		return -ENOENT;
	section = btf__type_by_id(btf, (__u32)id);
	for (unsigned int i = 0; i < btf_vlen(section); i++) {
		const struct btf_var_secinfo *v = &btf_var_secinfos(section)[i];

		var = btf__type_by_id(btf, v->type);
		if (strcmp(btf__name_by_offset(btf, var->name_off), name) || v->offset + n > size)
			continue;
		memcpy(bytes + v->offset, value, n);
		return 0;
	}
	return -ENOENT;
}

/*
 * Tried in this order. Where tracepoints skip preempted programs, perf is used for sys_exit,
 * because it does not let its programs be preempted; a second program costs more and still misses
 * some. 6.13 and 6.14 can keep a program from being preempted, but then it may call no function of
 * its own: they take the last form but one. The older image is for kernels without what the newer
 * one needs, and for those between that refuse it. It looks for the registers of a call at the end
 * of the stack, so it is wrong, and not loaded, where they may be elsewhere.
 */
static const struct form {
	enum { IMAGE_NEW, IMAGE_OLD } image;	/* of program_images[] */
	bool skips;			/* only for kernels that skip preempted programs */
	bool by_perf;			/* sys_exit is attached through perf */
	bool preemptible;		/* programs prevent preemption themselves */
} forms[] = {
	{ .image = IMAGE_NEW, .preemptible = true, .skips = true, .by_perf = true },
	{ .image = IMAGE_NEW, .preemptible = true },
	{ .image = IMAGE_NEW },
	{ .image = IMAGE_OLD },
};
static const unsigned int nforms = sizeof(forms) / sizeof(*forms);

static bool form_may(const struct kernel *k, const struct form *form)
{
	return (form->image == IMAGE_OLD ? !k->pads_stack : k->gives_registers) &&
	       (k->preemptible || !form->preemptible) && (k->skips || !form->skips) &&
	       (!form->by_perf || attach_perf_may());
}

/* Hooks that have a second program: a mask of enum bpf_seen. */
static uint32_t seconds(const struct kernel *k, const struct form *form)
{
	uint32_t all = k->skips ? (1u << BPF_SEEN_HOOKS) - 1 : 0;

	return form->by_perf ? all & ~(1u << BPF_SEEN_sys_exit) : all;
}

/* Is there a program at this function, of those before row @n? */
static bool function_has(const bool *may, unsigned int n, const char *function)
{
	for (unsigned int i = 0; i < n; i++)
		if (may[i] && programs[i].function && !strcmp(programs[i].needs, function))
			return true;
	return false;
}

/* @may: of the rows before */
static bool program_may(const struct kernel *k, const struct form *form, const bool *may,
			unsigned int i)
{
	const struct program *p = &programs[i];

	if (p->second && !(seconds(k, form) & 1u << p->seen))
		return false;
	if (p->instead && function_has(may, i, p->instead))
		return false;
	if (p->kprobe)
		return kernel_kprobe(p->needs);
	return p->function ? kernel_fentry(k, p->needs) : kernel_has(k, p->needs);
}

int load_foresee(struct foreseen *ret)
{
	const struct form *form = forms;
	struct kernel kernel;
	int r = kernel_look(&kernel);

	*ret = (struct foreseen){ .by_perf = false };
	if (r < 0)
		return r;
	while (form < &forms[nforms - 1] && !form_may(&kernel, form))
		form++;
	ret->by_perf = form->by_perf;
	for (unsigned int i = 0; i < nprograms; i++)
		ret->may[i] = program_may(&kernel, form, ret->may, i);
	kernel_uninit(&kernel);
	return 0;
}

/* Constants that are set in the programs before they are loaded. */
static int constants_set(struct bpf_object *object, const struct load_config *config,
			 const struct kernel *k, const struct form *form)
{
	const uint64_t mask = config->ring_size - 1;
	const uint32_t preempt = form->preemptible, perf = form->by_perf, second = seconds(k, form);
	const uint32_t last = k->exit_says_last;
	int r;

	if ((r = constant_set(object, "ring_mask", &mask, sizeof(mask))) < 0 ||
	    (r = constant_set(object, "seconds", &second, sizeof(second))) < 0 ||
	    (r = constant_set(object, "exit_says_last", &last, sizeof(last))) < 0 ||
	    (r = constant_set(object, "by_perf", &perf, sizeof(perf))) < 0)
		return r;
	return constant_set(object, "preemptible", &preempt, sizeof(preempt));
}

static int maps_size(struct bpf_object *object, const struct load_config *config,
		     const struct kernel *k)
{
	struct bpf_map *cpus = bpf_object__find_map_by_name(object, "cpus");
	struct bpf_map *seen = bpf_object__find_map_by_name(object, "seen");
	int r;

	if ((r = bpf_map__set_max_entries(cpus, (uint32_t)libbpf_num_possible_cpus())) < 0 ||
	    (r = bpf_map__set_value_size(cpus, (uint32_t)(BPF_OFF_DATA + config->ring_size +
							  BPF_SLACK))) < 0)
		return r;
	return bpf_map__set_value_size(seen, k->skips ? BPF_SEEN_SIZE : 1);
}

/* A program at a system call's exit. Programs it jumps to must have its type. */
static int become(struct bpf_program *p, bool perf)
{
	if (perf)
		return bpf_program__set_type(p, BPF_PROG_TYPE_TRACEPOINT);
	bpf_program__set_type(p, BPF_PROG_TYPE_TRACING);
	bpf_program__set_expected_attach_type(p, BPF_TRACE_RAW_TP);
	return bpf_program__set_attach_target(p, 0, "sys_exit");
}

static int object_prepare(struct bpf_object *object, const struct load_config *config,
			  const struct kernel *k, const struct form *form)
{
	bool may[EBPF_PROGRAMS_MAX];
	int r;

	for (unsigned int i = 0; i < nprograms; i++) {
		struct bpf_program *p = bpf_object__find_program_by_name(object, programs[i].name);

		if (!p)
			return -ENOENT;
		may[i] = program_may(k, form, may, i);
		bpf_program__set_autoload(p, may[i]);
		r = programs[i].at_exit ? become(p, form->by_perf) : 0;
		if (r < 0)
			return r;
	}
	r = maps_size(object, config, k);
	return r < 0 ? r : constants_set(object, config, k, form);
}

static int filler_set(const struct loaded *l, uint32_t type, unsigned int program)
{
	int r = bpf_map_update_elem(l->map[MAP_FILLERS], &type, &l->program[program], BPF_ANY);

	return r ? -errno : 0;
}

/* Fills the jump table: from an event type to the program that records it. */
static int fillers_set(struct loaded *l)
{
	int r = 0;

	for (unsigned int i = 0; !r && i < nprograms; i++) {
		const struct program *p = &programs[i];

		if (p->role == PROGRAM_FILLER)
			r = filler_set(l, p->type, i);
		for (uint32_t type = 0; !r && p->role == PROGRAM_ROWS && type < EV_TYPE_MAX; type++)
			r = filler_set(l, type, i);
	}
	return r;
}

static int object_take(struct bpf_object *object, struct loaded *l)
{
	for (unsigned int i = 0; i < MAPS; i++) {
		struct bpf_map *map = bpf_object__find_map_by_name(object, name_in_object(i));

		l->map[i] = map ? fd_copy(bpf_map__fd(map)) : -ENOENT;
		if (l->map[i] < 0)
			return l->map[i];
	}
	for (unsigned int i = 0; i < nprograms; i++) {
		struct bpf_program *p = bpf_object__find_program_by_name(object, programs[i].name);
		int fd = bpf_program__fd(p);

		l->program[i] = fd < 0 ? -1 : fd_copy(fd);
	}
	return fillers_set(l);
}

/* The bytes that a map or program occupies in the kernel, as /proc says of its descriptor. */
static uint64_t memlock_of(int fd)
{
	char path[64], text[1024];
	const char *line;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	if (fd < 0 || fd_read_file(path, text, sizeof(text)) <= 0)
		return 0;
	line = strstr(text, "memlock:");
	return line ? strtoull(line + 8, NULL, 10) : 0;
}

/* What the programs and maps of a loaded object cost. */
static struct load_cost cost_of(const struct bpf_object *object)
{
	struct load_cost cost = { 0 };
	struct bpf_program *p;
	struct bpf_map *m;

	bpf_object__for_each_map(m, object)
		cost.locked += memlock_of(bpf_map__fd(m));
	bpf_object__for_each_program(p, object) {
		struct bpf_prog_info info = { 0 };
		uint32_t size = sizeof(info);
		int fd = bpf_program__fd(p);

		if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size))
			continue;
		cost.programs++;
		cost.locked += memlock_of(fd);
		cost.verified += info.verified_insns;
	}
	return cost;
}

/* Whether a function's program, once detached, could not be attached again. */
static bool attaches_once(const struct loaded *l, const struct kernel *k)
{
	for (unsigned int i = 0; i < nprograms; i++)
		if (programs[i].function && !programs[i].kprobe && l->program[i] >= 0)
			return !kernel_attaches_again(k, programs[i].needs);
	return false;
}

/* -- pins -- */

static void pin_path(char *ret, size_t size, const char *pins, const char *kind, const char *name)
{
	snprintf(ret, size, "%s/%s_%s", pins, kind, name);
}

static int pin_all(const struct loaded *l, const char *pins)
{
	char path[256];

	for (unsigned int i = 0; i < MAPS; i++) {
		pin_path(path, sizeof(path), pins, "map", map_names[i]);
		if (bpf_obj_pin(l->map[i], path))
			return -errno;
	}
	for (unsigned int i = 0; i < nprograms; i++) {
		pin_path(path, sizeof(path), pins, "prog", programs[i].name);
		if (l->program[i] >= 0 && bpf_obj_pin(l->program[i], path))
			return -errno;
	}
	return 0;
}

void load_unpin(const char *pins)
{
	/*
	 * Links first: no hook may run without all its maps. Then maps: without them no agent uses
	 * the programs.
	 */
	static const char *const order[] = { "link_", "map_", "" };
	DIR *dir = opendir(pins);
	struct dirent *d;

	for (size_t i = 0; dir && i < sizeof(order) / sizeof(*order); i++) {
		rewinddir(dir);
		while ((d = readdir(dir)))
			if (*d->d_name != '.' && !strncmp(d->d_name, order[i], strlen(order[i])))
				unlinkat(dirfd(dir), d->d_name, 0);
	}
	if (dir)
		closedir(dir);
	rmdir(pins);
}

static int measure(struct loaded *l)
{
	struct bpf_map_info info = { 0 };
	uint32_t len = sizeof(info);

	if (bpf_obj_get_info_by_fd(l->map[MAP_CPUS], &info, &len))
		return -errno;
	l->ncpus = info.max_entries;
	l->element = info.value_size;
	return 0;
}

int load_find(struct loaded *ret, const char *pins)
{
	struct loaded l;
	char path[256];
	int r = 0;

	load_init(&l);
	for (unsigned int i = 0; i < MAPS && r == 0; i++) {
		pin_path(path, sizeof(path), pins, "map", map_names[i]);
		l.map[i] = bpf_obj_get(path);
		r = l.map[i] < 0 ? -errno : 0;
		if (r == -ENOENT && i > 0)
			r = -EPROTO;	/* another version has other maps; or removing them was cut off */
	}
	for (unsigned int i = 0; i < nprograms && r == 0; i++) {
		pin_path(path, sizeof(path), pins, "prog", programs[i].name);
		l.program[i] = bpf_obj_get(path);
	}
	if (r == 0)
		r = measure(&l);
	if (r < 0)
		load_close(&l);
	else
		*ret = l;
	return r;
}

/* -- loading everything -- */

static int try_form(struct loaded *ret, const struct form *form,
		    const struct load_config *config, const struct kernel *k)
{
	const struct program_image *image = &program_images[form->image];
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = image->name);
	struct bpf_object *object;
	int r;

	object = bpf_object__open_mem(image->begin, (size_t)(image->end - image->begin), &opts);
	if (!object)
		return -errno;
	r = object_prepare(object, config, k, form);
	if (r == 0)
		r = bpf_object__load(object);
	if (r == 0)
		r = object_take(object, ret);
	if (r == 0)
		ret->cost = cost_of(object);
	bpf_object__close(object);
	return r;
}

/* Before 5.11 maps count against the limit of locked memory. */
static void raise_memlock(void)
{
	const struct rlimit infinite = { RLIM_INFINITY, RLIM_INFINITY };

	setrlimit(RLIMIT_MEMLOCK, &infinite);
}

static int explain(int r, char *error, size_t size)
{
	char verdict[256] = "";

	if (said.text && strstr(said.text, "PROG LOAD LOG")) {
		verdict_of(said.text, verdict, sizeof(verdict));
		snprintf(error, size, "this kernel's verifier refuses the programs: %s (the whole log: "
			 LOG_PATH ")", verdict);
	} else if (r == -EPERM) {
		snprintf(error, size, "not allowed to load eBPF programs: run as root, with CAP_SYS_ADMIN, "
			 "or CAP_BPF and CAP_PERFMON");
	} else {
		snprintf(error, size, "loading the eBPF programs: %s%s%.200s", strerror(-r),
			 said.text ? ": " : "", said.text ? said.text : "");
	}
	return r;
}

int load_programs(struct loaded *ret, const struct load_config *config, char *error, size_t size)
{
	libbpf_print_fn_t before = libbpf_set_print(on_print);
	const uint64_t begin = clock_boottime_ns();
	struct kernel k;
	struct loaded l;
	int r = kernel_look(&k);

	load_init(&l);
	if (r < 0) {
		libbpf_set_print(before);
		snprintf(error, size, "this kernel has no BTF (/sys/kernel/btf/vmlinux): it was built "
			 "without CONFIG_DEBUG_INFO_BTF");
		return r;
	}
	raise_memlock();
	unlink(LOG_PATH);
	r = -ENOTSUP;
	for (unsigned int i = 0; i < nforms && r < 0; i++) {
		if (!form_may(&k, &forms[i]))
			continue;
		load_close(&l);
		r = try_form(&l, &forms[i], config, &k);
		if (r < 0 && said.text)
			log_keep(program_images[forms[i].image].name, said.text);
	}
	if (r == 0)
		l.attaches_once = attaches_once(&l, &k);
	kernel_uninit(&k);
	if (r == 0)
		r = measure(&l);
	if (r == 0 && mkdir(config->pins, 0700) && errno != EEXIST)
		r = -errno;
	if (r == 0)
		r = pin_all(&l, config->pins);
	if (r < 0) {
		explain(r, error, size);
		load_unpin(config->pins);
		load_close(&l);
	} else {
		l.cost.ns = clock_boottime_ns() - begin;
		*ret = l;	/* the log stays if a form before this one was refused */
	}
	free(said.text);
	said.text = NULL;
	libbpf_set_print(before);
	return r;
}

int load_probe(const char **missing)
{
	libbpf_print_fn_t before = libbpf_set_print(NULL);
	struct kernel k;
	int r = kernel_look(&k);

	libbpf_set_print(before);
	*missing = "BTF";
	if (r < 0)
		return r;
	*missing = NULL;
	for (unsigned int i = 0; i < nprograms && !*missing; i++)
		if (!programs[i].optional && programs[i].role == PROGRAM_HOOK &&
		    !kernel_has(&k, programs[i].needs))
			*missing = programs[i].name;
	kernel_uninit(&k);
	return *missing ? -ENOTSUP : 0;
}

int load_may(void)
{
	int fd;

	raise_memlock();
	fd = kernel_nothing(BPF_PROG_TYPE_RAW_TRACEPOINT, NULL);
	fd_close(fd);
	return fd < 0 ? fd : 0;
}
