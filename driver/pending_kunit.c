// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests the pending table with KUnit. The table uses tasks only as addresses, so
 * the tests invent them. The file is a real one, and its reference count must
 * not change.
 */
#include <kunit/test.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/in.h>
#include <linux/net.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include "pending.h"

#define NR	257
#define CALL	saker_pending_call(EV_ABI_64, NR)

static struct file *file, *other;
static long before;

static int pending_init(struct kunit *test)
{
	int ret = saker_pending_make();

	if (ret)
		return ret;
	file = shmem_file_setup("saker", PAGE_SIZE, 0);
	if (IS_ERR(file))
		return PTR_ERR(file);
	other = shmem_file_setup("other", PAGE_SIZE, 0);
	if (IS_ERR(other)) {
		fput(file);
		return PTR_ERR(other);
	}
	before = file_count(file);
	return 0;
}

static void pending_exit(struct kunit *test)
{
	saker_pending_trim(NULL);
	KUNIT_EXPECT_EQ(test, (long)file_count(file), before);
	fput(file);
	fput(other);
}

static struct task_struct *made_up(unsigned int i)
{
	return (void *)(0xffff888000000000ul + i * 0x1a40ul);
}

static void note(struct task_struct *task, const struct file *seen)
{
	preempt_disable();
	saker_pending_note(task, seen, CALL, 0);
	preempt_enable();
}

static void forget(struct task_struct *task)
{
	preempt_disable();
	saker_pending_forget(task);
	preempt_enable();
}

static bool text_is(const struct saker_text *t, const char *should)
{
	return t->len == strlen(should) && t->full == t->len && !t->prov &&
	       !memcmp(t->at, should, t->len);
}

static void what_was_seen_is_returned_once(struct kunit *test)
{
	const struct saker_opened *o;
	struct saker_pending *p;
	struct saker_seen seen;

	KUNIT_EXPECT_NULL(test, saker_pending_take(CALL));
	note(current, file);
	p = saker_pending_take(CALL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	seen = saker_pending_opened(p, -1, false, false);
	o = seen.opened;
	KUNIT_ASSERT_NOT_NULL(test, o);
	KUNIT_EXPECT_EQ(test, seen.prov, (unsigned int)EV_PROV_KERNEL);
	KUNIT_EXPECT_EQ(test, o->file, (unsigned long)file);
	KUNIT_EXPECT_EQ(test, o->ino, (u64)file_inode(file)->i_ino);
	KUNIT_EXPECT_EQ(test, o->dev, saker_inode_dev(file_inode(file)));
	KUNIT_EXPECT_EQ(test, o->kind, (u32)EV_FD_FILE);
	KUNIT_EXPECT_TRUE(test, text_is(&o->path, "/saker (deleted)"));
	saker_pending_put(p);
	KUNIT_EXPECT_NULL(test, saker_pending_take(CALL));
}

static void no_file_is_held(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < 100; i++)
		note(made_up(i), file);
	KUNIT_EXPECT_EQ(test, (long)file_count(file), before);
}

static void a_path_that_is_not_wanted_is_unreadable(struct kunit *test)
{
	struct saker_pending *p;

	preempt_disable();
	saker_pending_note(current, file, CALL, SAKER_SEL_NO_PATH);
	preempt_enable();
	p = saker_pending_take(CALL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_EQ(test, p->first.path.prov, (u32)EV_PROV_UNREADABLE);
	saker_pending_put(p);
}

/* The descriptor is not open and no other task shares the table: neither file was opened. */
static void of_two_files_the_descriptor_decides(struct kunit *test)
{
	struct saker_pending *p;
	unsigned int i;

	note(current, file);
	for (i = 0; i < 3; i++)
		note(current, other);
	p = saker_pending_take(CALL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_EQ(test, p->count, 4u);
	KUNIT_EXPECT_EQ(test, p->first.file, (unsigned long)file);
	KUNIT_EXPECT_EQ(test, p->last.file, (unsigned long)other);
	KUNIT_EXPECT_TRUE(test, text_is(&p->last.path, "/other (deleted)"));
	if (current->files && atomic_read(&current->files->count) == 1)
		KUNIT_EXPECT_NULL(test, saker_pending_opened(p, -1, false, false).opened);
	saker_pending_put(p);
}

/* Installs @file under a new descriptor of this thread. */
static int installed(struct kunit *test, struct file *f)
{
	int fd = get_unused_fd_flags(O_CLOEXEC);

	if (fd >= 0)
		fd_install(fd, get_file(f));
	KUNIT_ASSERT_GE(test, fd, 0);
	return fd;
}

/* The first was freed after -ESTALE, and the file opened in its stead got its address. */
static void of_two_files_with_one_address_the_last_was_opened(struct kunit *test)
{
	const struct saker_opened *o;
	struct saker_pending *p;
	int fd = installed(test, other);

	note(current, file);
	note(current, other);
	p = saker_pending_take(CALL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	p->first.file = (unsigned long)other;
	o = saker_pending_opened(p, fd, false, false).opened;
	KUNIT_EXPECT_PTR_EQ(test, o, (const struct saker_opened *)&p->last);
	saker_pending_put(p);
	close_fd(fd);
}

/* The last is an inner file; the one with this address was overwritten in the table. */
static void an_address_of_another_inode_is_another_file(struct kunit *test)
{
	struct saker_pending *p;
	struct saker_seen seen;
	int fd = installed(test, other);

	note(current, file);
	note(current, file);
	p = saker_pending_take(CALL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	p->first.file = (unsigned long)other;
	seen = saker_pending_opened(p, fd, false, false);
	KUNIT_EXPECT_TRUE(test, !seen.opened || seen.prov == EV_PROV_SHARED_FD);
	saker_pending_put(p);
	close_fd(fd);
}

static void a_file_that_is_missed_frees_the_one_before(struct kunit *test)
{
	u64 unpaired = saker_pending_unpaired();

	note(current, file);
	preempt_disable();
	saker_pending_miss(current);
	preempt_enable();
	KUNIT_EXPECT_NULL(test, saker_pending_take(CALL));
	KUNIT_EXPECT_EQ(test, saker_pending_unpaired(), unpaired + 1);
}

static void an_open_of_a_path_alone_takes_nothing_that_was_seen(struct kunit *test)
{
	struct saker_pending *p;

	note(current, file);
	p = saker_pending_take(CALL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_NULL(test, saker_pending_opened(p, -1, true, false).opened);
	saker_pending_put(p);
}

static void a_task_that_exits_frees_its_entry(struct kunit *test)
{
	u64 unpaired = saker_pending_unpaired();

	note(current, file);
	forget(made_up(2));
	KUNIT_EXPECT_EQ(test, saker_pending_unpaired(), unpaired);
	forget(current);
	KUNIT_EXPECT_EQ(test, saker_pending_unpaired(), unpaired + 1);
	KUNIT_EXPECT_NULL(test, saker_pending_take(CALL));
}

/* How many entries one user may have: a quarter, and what is beside its end. */
#define QUARTER		(SAKER_PENDING_SLOTS / 4)
#define AT_MOST		(QUARTER + SAKER_PENDING_PROBES)

/* Many more tasks of one user than a quarter: each gets a slot, another loses it and is counted. */
static void a_user_has_a_quarter_and_each_loss_is_counted(struct kunit *test)
{
	unsigned int i, round, tasks = 4 * SAKER_PENDING_SLOTS;
	u64 unpaired, lost;

	for (round = 0; round < 3; round++) {
		unpaired = saker_pending_unpaired();
		for (i = 0; i < tasks; i++)
			note(made_up(i), file);
		lost = saker_pending_unpaired() - unpaired;
		KUNIT_EXPECT_GE(test, lost, (u64)tasks - AT_MOST);
		KUNIT_EXPECT_LE(test, lost, (u64)tasks - QUARTER / 2);
		/* The last task gets a slot. */
		note(current, other);
		KUNIT_EXPECT_GE(test, saker_pending_unpaired() - unpaired, lost);
		unpaired = saker_pending_unpaired();
		forget(current);
		KUNIT_EXPECT_EQ(test, saker_pending_unpaired(), unpaired + 1);
		unpaired = saker_pending_unpaired();
		for (i = 0; i < tasks; i++)
			forget(made_up(i));
		/* At most one entry was taken over by current. */
		KUNIT_EXPECT_GE(test, saker_pending_unpaired() - unpaired, (u64)tasks - lost - 1);
		KUNIT_EXPECT_LE(test, saker_pending_unpaired() - unpaired, (u64)tasks - lost);
	}
}

/* Around current's home all slots but one belong to another user; the older one is of a third. */
static void the_oldest_of_who_has_most_makes_room(struct kunit *test)
{
	struct saker_pending *home = saker_pending_home(current, saker_pending_uid()), *p;
	size_t first = home - saker_pending_slots;
	unsigned int i;

	for (i = 0; i < SAKER_PENDING_PROBES; i++) {
		p = &saker_pending_slots[(first + i) % SAKER_PENDING_SLOTS];
		p->home = p;
		p->since = jiffies - (i == 5 ? 1000 : 100 - i);
		p->uid = i == 5 ? 70001 : 70000;
		p->group = init_task.cgroups;
		p->owner = (unsigned long)made_up(i);
	}
	note(current, file);
	p = saker_pending_take(CALL);
	KUNIT_EXPECT_PTR_EQ(test, p, home);	/* the oldest of the user who has most */
	if (p)
		saker_pending_put(p);
	/* The same by group: those of one group are of different users. */
	home->home = home;
	home->owner = (unsigned long)made_up(0);
	for (i = 0; i < SAKER_PENDING_PROBES; i++) {
		p = &saker_pending_slots[(first + i) % SAKER_PENDING_SLOTS];
		p->uid = 70000 + i;
		p->group = i < 2 ? (void *)init_task.cgroups : (void *)other;
		p->since = jiffies - (i < 2 ? 1000 : i == 7 ? 200 : 100);
	}
	note(current, file);
	p = saker_pending_take(CALL);
	KUNIT_EXPECT_PTR_EQ(test, p, &saker_pending_slots[(first + 7) % SAKER_PENDING_SLOTS]);
	if (p)
		saker_pending_put(p);
}

/* The name of a file of memory may have 249 bytes, and " (deleted)" follows it. */
static struct file *long_file(struct kunit *test)
{
	struct file *ret;
	char name[250];

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = 0;
	ret = shmem_file_setup(name, PAGE_SIZE, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(ret));
	return ret;
}

static void a_path_longer_than_a_slot_is_kept_whole(struct kunit *test)
{
	struct file *named = long_file(test);
	struct saker_pending *p;

	note(current, named);
	p = saker_pending_take(CALL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_EQ(test, p->first.path.prov, 0u);
	KUNIT_EXPECT_EQ(test, p->first.path.len, 1u + 249 + 10);
	KUNIT_EXPECT_NE(test, p->first.block, 0u);
	saker_pending_put(p);
	fput(named);
}

static void a_user_has_a_quarter_of_the_blocks(struct kunit *test)
{
	unsigned int i, round, tasks = SAKER_PENDING_BLOCKS;
	struct file *named = long_file(test);
	u64 unpaired, cut;

	for (round = 0; round < 3; round++) {
		unpaired = saker_pending_unpaired();
		for (i = 0; i < tasks; i++)
			note(made_up(i), named);
		cut = saker_pending_unpaired() - unpaired;
		KUNIT_EXPECT_GE(test, cut,
				(u64)tasks - SAKER_PENDING_BLOCKS / 4 - SAKER_PENDING_PROBES);
		KUNIT_EXPECT_LT(test, cut, (u64)tasks - SAKER_PENDING_BLOCKS / 8);
		for (i = 0; i < tasks; i++)
			forget(made_up(i));
	}
	fput(named);
}

static void a_selection_without_the_call_frees_its_entries(struct kunit *test)
{
	struct saker_selection *sel = kzalloc(sizeof(*sel), GFP_KERNEL);
	u64 unpaired = saker_pending_unpaired();
	struct saker_pending *p;

	KUNIT_ASSERT_NOT_NULL(test, sel);
	sel->action[EV_ABI_64][NR] = SAKER_ACT_EMIT;
	note(current, file);
	note(made_up(1), file);
	saker_pending_trim(sel);
	p = saker_pending_take(CALL);
	KUNIT_EXPECT_NOT_NULL(test, p);
	if (p)
		saker_pending_put(p);
	KUNIT_EXPECT_EQ(test, saker_pending_unpaired(), unpaired);
	note(current, file);
	sel->action[EV_ABI_64][NR] = 0;
	saker_pending_trim(sel);
	KUNIT_EXPECT_NULL(test, saker_pending_take(CALL));
	KUNIT_EXPECT_EQ(test, saker_pending_unpaired(), unpaired + 2);
	kfree(sel);
}

/* Its number is behind those of all calls. */
static void a_selection_frees_no_entry_that_is_no_call(struct kunit *test)
{
	struct saker_selection *sel = kzalloc(sizeof(*sel), GFP_KERNEL);
	struct saker_pending *p;

	KUNIT_ASSERT_NOT_NULL(test, sel);
	preempt_disable();
	saker_pending_note(current, file, SAKER_PENDING_ALONE, 0);
	preempt_enable();
	saker_pending_trim(sel);
	p = saker_pending_take(SAKER_PENDING_ALONE);
	KUNIT_EXPECT_NOT_NULL(test, p);
	if (p)
		saker_pending_put(p);
	kfree(sel);
}

static void clearing_leaves_alone_what_is_in_use(struct kunit *test)
{
	struct saker_pending *p;

	note(current, file);
	p = saker_pending_take(CALL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	saker_pending_trim(NULL);
	KUNIT_EXPECT_TRUE(test, text_is(&p->first.path, "/saker (deleted)"));
	saker_pending_put(p);
	KUNIT_EXPECT_NULL(test, saker_pending_take(CALL));
}

static const struct sockaddr_in local = { .sin_family = AF_INET, .sin_port = htons(80) };
static const struct sockaddr_in other_port = { .sin_family = AF_INET, .sin_port = htons(81) };

static void connect_to(const struct socket *sock, const struct sockaddr_in *to, u32 call)
{
	preempt_disable();
	saker_pending_connect(current, sock, to, sizeof(*to), call);
	preempt_enable();
}

static void of_two_addresses_the_first_is_kept(struct kunit *test)
{
	u64 unpaired = saker_pending_unpaired();
	struct saker_pending *p;
	struct socket *sock;

	KUNIT_ASSERT_EQ(test, sock_create_kern(&init_net, AF_INET, SOCK_STREAM, 0, &sock), 0);
	connect_to(sock, &local, CALL);
	connect_to(sock, &other_port, CALL);
	p = saker_pending_take(CALL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_EQ(test, p->connect.len, (u32)sizeof(local));
	KUNIT_EXPECT_EQ(test, memcmp(&p->connect.addr, &local, sizeof(local)), 0);
	KUNIT_EXPECT_EQ(test, p->connect.ino, (u32)SOCK_INODE(sock)->i_ino);
	KUNIT_EXPECT_EQ(test, p->connect.type, (u16)SOCK_STREAM);
	KUNIT_EXPECT_EQ(test, p->connect.protocol, (u16)IPPROTO_TCP);
	KUNIT_EXPECT_EQ(test, saker_pending_unpaired(), unpaired + 1);
	saker_pending_put(p);
	sock_release(sock);
}

static void an_entry_of_another_call_is_not_used(struct kunit *test)
{
	u64 unpaired = saker_pending_unpaired();
	struct saker_pending *p;

	note(current, file);
	KUNIT_EXPECT_NULL(test, saker_pending_take(CALL + 1));
	KUNIT_EXPECT_EQ(test, saker_pending_unpaired(), unpaired + 1);
	KUNIT_EXPECT_NULL(test, saker_pending_take(CALL));
	preempt_disable();
	saker_pending_note(current, file, CALL + 1, 0);
	preempt_enable();
	note(current, other);
	KUNIT_EXPECT_EQ(test, saker_pending_unpaired(), unpaired + 2);
	p = saker_pending_take(CALL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_EQ(test, p->count, 1u);
	KUNIT_EXPECT_EQ(test, p->first.file, (unsigned long)other);
	saker_pending_put(p);
}

static void doubt_is_of_tasks_with_io_uring(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, saker_pending_doubted());
	saker_pending_doubt();
	KUNIT_EXPECT_EQ(test, saker_pending_doubted(), saker_task_has_uring(current));
	saker_pending_trust();
	KUNIT_EXPECT_FALSE(test, saker_pending_doubted());
}

static struct kunit_case pending_cases[] = {
	KUNIT_CASE(what_was_seen_is_returned_once),
	KUNIT_CASE(no_file_is_held),
	KUNIT_CASE(a_path_that_is_not_wanted_is_unreadable),
	KUNIT_CASE(of_two_files_the_descriptor_decides),
	KUNIT_CASE(of_two_files_with_one_address_the_last_was_opened),
	KUNIT_CASE(an_address_of_another_inode_is_another_file),
	KUNIT_CASE(a_file_that_is_missed_frees_the_one_before),
	KUNIT_CASE(an_open_of_a_path_alone_takes_nothing_that_was_seen),
	KUNIT_CASE(a_task_that_exits_frees_its_entry),
	KUNIT_CASE(a_user_has_a_quarter_and_each_loss_is_counted),
	KUNIT_CASE(the_oldest_of_who_has_most_makes_room),
	KUNIT_CASE(a_path_longer_than_a_slot_is_kept_whole),
	KUNIT_CASE(a_user_has_a_quarter_of_the_blocks),
	KUNIT_CASE(a_selection_without_the_call_frees_its_entries),
	KUNIT_CASE(a_selection_frees_no_entry_that_is_no_call),
	KUNIT_CASE(clearing_leaves_alone_what_is_in_use),
	KUNIT_CASE(of_two_addresses_the_first_is_kept),
	KUNIT_CASE(an_entry_of_another_call_is_not_used),
	KUNIT_CASE(doubt_is_of_tasks_with_io_uring),
	{}
};

static struct kunit_suite pending_suite = {
	.name = "saker-pending",
	.init = pending_init,
	.exit = pending_exit,
	.test_cases = pending_cases,
};

kunit_test_suite(pending_suite);
