/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tests in user space what the driver's pending table notes of files, sockets and objects, and
 * which of the files it noted was opened.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <kunit/test.h>
#include <linux/fs.h>
#include <net/sock.h>
#include "files.h"
#include "pending.h"
#include "table.h"

static void test_a_file_is_copied_with_all_that_says_which_it_is(void **state)
{
	const unsigned long now = jiffies;
	struct saker_pending *p;

	file->f_flags = O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC;
	note(current, file);
	p = home_of(current);
	assert_int_equal(p->owner, (unsigned long)current);	/* parked */
	assert_int_equal(p->since, now);
	assert_int_equal(p->uid, 1000);
	assert_ptr_equal(p->group, current->cgroups);
	assert_int_equal(p->call, CALL);
	assert_int_equal(p->start, 77);
	assert_int_equal(p->count, 1);
	assert_int_equal(p->first.file, (unsigned long)file);
	assert_int_equal(p->first.ino, file_inode(file)->i_ino);
	assert_int_equal(p->first.dev, 0x801);
	assert_int_equal(p->first.kind, EV_FD_FILE);
	assert_int_equal(p->first.flags, O_RDWR | O_APPEND);	/* as the opened file will have them */
	text_is(&p->first.path, "/file (deleted)");
	assert_true(p->first.path.at >= p->text && p->first.path.at < p->text + TEXT);
	assert_ptr_equal(saker_pending_take(CALL), p);
	assert_int_equal(p->owner, (unsigned long)current | SAKER_PENDING_BUSY);
	assert_null(saker_pending_take(CALL));			/* busy */
	saker_pending_put(p);
	assert_int_equal(p->owner, 0);
}

/* A file that may be written will be copied to the upper layer, if it is not there yet. */
static void test_the_layer_of_an_overlay_is_that_of_the_opened_file(void **state)
{
	static const struct {
		bool upper;
		u32 flags, layer;
	} row[] = {
		{ false, O_RDONLY, SAKER_file_layer_lower }, { true, O_RDONLY, SAKER_file_layer_upper },
		{ false, O_RDWR, SAKER_file_layer_upper }, { false, O_RDONLY | O_TRUNC, SAKER_file_layer_upper },
	};
	struct super_block overlay = { .s_dev = 5, .s_magic = OVERLAYFS_SUPER_MAGIC };
	struct inode *plain = file_inode(file);
	struct {
		struct inode inode;
		struct saker_overlay_layers layers;
	} in = { { .i_ino = 6, .i_mode = S_IFREG, .i_sb = &overlay }, { .lower = plain } };

	note(current, file);
	assert_int_equal(home_of(current)->first.layer, 0);
	saker_pending_put(saker_pending_take(CALL));
	file->f_path.dentry->d_inode = &in.inode;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		in.layers.upper = row[i].upper ? other->f_path.dentry : NULL;
		file->f_flags = row[i].flags;
		note(current, file);
		assert_int_equal(home_of(current)->first.layer, row[i].layer);
		saker_pending_put(saker_pending_take(CALL));
	}
	file->f_path.dentry->d_inode = plain;
}

static void test_a_second_file_has_its_path_in_a_block(void **state)
{
	struct saker_pending *p;

	file_inode(other)->i_mode = S_IFDIR;
	note(current, file);
	note(current, other);
	p = saker_pending_take(CALL);
	assert_non_null(p);
	text_is(&p->first.path, "/file (deleted)");
	text_is(&p->last.path, "/other (deleted)");
	assert_int_equal(p->first.block, 0);
	assert_int_not_equal(p->last.block, 0);
	assert_int_equal(p->last.kind, EV_FD_DIR);
	saker_pending_put(p);
	assert_int_equal(p->last.block, 0);
	/* An unwanted path needs none. */
	saker_pending_note(current, file, CALL, SAKER_SEL_NO_PATH);
	saker_pending_note(current, other, CALL, SAKER_SEL_NO_PATH);
	p = saker_pending_take(CALL);
	assert_int_equal(p->first.path.prov, EV_PROV_UNREADABLE);
	assert_int_equal(p->last.path.prov, EV_PROV_UNREADABLE);
	assert_int_equal(p->last.path.len, 0);
	assert_int_equal(p->last.block, 0);
	saker_pending_put(p);
}

/* Each file after the second is printed where the second was. */
static void test_a_third_file_takes_the_place_of_the_second(void **state)
{
	u64 unpaired = saker_pending_unpaired();
	struct saker_pending *p;
	u32 block;

	note(current, file);
	note(current, other);
	block = home_of(current)->last.block;
	note(current, file);
	p = saker_pending_take(CALL);
	assert_int_equal(p->count, 3);
	assert_int_equal(p->last.block, block);
	text_is(&p->last.path, "/file (deleted)");
	saker_pending_put(p);
	assert_int_equal(saker_pending_unpaired(), unpaired);
}

static struct saker_pending *connected(struct socket *sock, const void *addr, u32 len)
{
	struct saker_pending *p;

	saker_pending_connect(current, sock, addr, len, CALL);
	p = saker_pending_take(CALL);
	assert_non_null(p);
	saker_pending_put(p);
	return p;
}

static void test_an_address_of_any_length_is_copied(void **state)
{
	static const u32 lengths[] = { 0, 2, sizeof(struct sockaddr_in), 28, 110, 128, 200 };
	struct saker_pending *p;
	struct socket *sock;
	u8 addr[200];

	memset(addr, 0x5a, sizeof(addr));
	assert_int_equal(sock_create_kern(&init_net, AF_INET6, SOCK_DGRAM, IPPROTO_UDP, &sock), 0);
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		u32 n = min_t(u32, lengths[i], sizeof(p->connect.addr));

		memset(&home_of(current)->connect, 0, sizeof(p->connect));
		p = connected(sock, addr, lengths[i]);
		assert_int_equal(p->connect.len, n);
		assert_memory_equal(&p->connect.addr, addr, n);
		if (n < sizeof(p->connect.addr))
			assert_int_equal(((u8 *)&p->connect.addr)[n], 0);
		assert_int_equal(p->connect.ino, 4711);
		assert_int_equal(p->connect.family, AF_INET6);
		assert_int_equal(p->connect.type, SOCK_DGRAM);
		assert_int_equal(p->connect.protocol, IPPROTO_UDP);
	}
	free(sock->sk);
	sock->sk = NULL;
	p = connected(sock, addr, 16);
	assert_int_equal(p->connect.family, 0);
	assert_int_equal(p->connect.protocol, 0);
	assert_int_equal(p->connect.ino, 4711);
	sock_release(sock);
}

/* Two objects by their text, and one by its path. */
static const struct object_hook by_text = {
	.object = { { OBJECT_TEXT, 0, 0 }, { OBJECT_TEXT, 1, 0 } },
}, by_path = {
	.object = { { OBJECT_AT, 1, 0 }, { OBJECT_NONE, 0, 0 } },
}, by_address = {
	.once = 1, .object = { { OBJECT_SOCKET, 0, 0 }, { OBJECT_ADDRESS, 1, 2 } },
}, by_socket = {
	.once = 1, .object = { { OBJECT_SOCKET, 0, 0 }, { OBJECT_NONE, 0, 0 } },
};

static struct saker_pending *objects(const struct object_hook *row, const unsigned long *args,
				     u32 flags)
{
	struct saker_pending *p;

	saker_pending_objects(row, args, CALL, flags);
	p = saker_pending_take(CALL);
	assert_non_null(p);
	saker_pending_put(p);
	return p;
}

static void test_two_objects_share_the_text_of_a_slot(void **state)
{
	unsigned long args[] = { (unsigned long)"/from", (unsigned long)"/to" };
	struct saker_pending *p = objects(&by_text, args, 0);
	char text[TEXT + 1];

	text_is(&p->first.path, "/from");
	text_is(&p->last.path, "/to");
	assert_ptr_equal(p->first.path.at, p->text + TEXT - 5);
	assert_ptr_equal(p->last.path.at, p->first.path.at - 3);
	/* One that cannot be read takes no room. */
	args[0] = (unsigned long)"?";
	p = objects(&by_text, args, 0);
	assert_int_equal(p->first.path.prov, EV_PROV_UNREADABLE);
	assert_ptr_equal(p->last.path.at, p->text + TEXT - 3);
	p = objects(&by_text, args, SAKER_SEL_NO_PATH);
	assert_int_equal(p->first.path.prov, EV_PROV_UNREADABLE);
	assert_int_equal(p->last.path.prov, EV_PROV_UNREADABLE);
	/* The first takes all of it: the second goes to a block. */
	memset(text, 't', sizeof(text));
	text[TEXT] = 0;
	args[0] = (unsigned long)text;
	saker_pending_objects(&by_text, args, CALL, 0);
	p = saker_pending_take(CALL);
	text_is(&p->first.path, text);
	text_is(&p->last.path, "/to");
	assert_int_equal(p->first.block, 0);
	assert_int_not_equal(p->last.block, 0);
	saker_pending_put(p);
}

static void test_a_long_object_has_a_block_and_leaves_the_slot_to_the_other(void **state)
{
	char text[TEXT + 2];
	unsigned long args[] = { (unsigned long)text, (unsigned long)"/to" };
	struct saker_pending *p;

	memset(text, 't', sizeof(text));
	text[TEXT + 1] = 0;
	saker_pending_objects(&by_text, args, CALL, 0);
	p = saker_pending_take(CALL);
	text_is(&p->first.path, text);
	text_is(&p->last.path, "/to");
	assert_int_not_equal(p->first.block, 0);
	assert_int_equal(p->last.block, 0);
	assert_ptr_equal(p->last.path.at, p->text + TEXT - 3);
	saker_pending_put(p);
}

/* The first that is free from the place of the task on: a number of a block is one more. */
static void test_two_long_objects_have_neighbouring_blocks(void **state)
{
	const u32 at = saker_pending_spread(current, 1000, 10);		/* of 1024 */
	char text[TEXT + 2];
	unsigned long args[] = { (unsigned long)text, (unsigned long)text };
	struct saker_pending *p;

	memset(text, 't', sizeof(text));
	text[TEXT + 1] = 0;
	saker_pending_objects(&by_text, args, CALL, 0);
	p = saker_pending_take(CALL);
	assert_int_equal(p->first.block, at + 1);
	assert_int_equal(p->last.block, (at + 1) % BLOCKS + 1);
	saker_pending_put(p);
}

static void test_an_object_with_a_path_has_an_inode(void **state)
{
	unsigned long args[] = { 0, (unsigned long)&other->f_path };
	struct saker_pending *p;

	home_of(current)->first.ino = home_of(current)->first.dev = 9999;
	p = objects(&by_path, args, 0);
	assert_int_equal(p->first.ino, file_inode(other)->i_ino);
	assert_int_equal(p->first.dev, 0x801);
	text_is(&p->first.path, "/other (deleted)");
	assert_int_equal(p->last.path.prov, EV_PROV_UNREADABLE);
}

static void test_a_file_is_identified_where_its_path_is_not_selected(void **state)
{
	static const struct object_hook rows[] = {
		{ .object = { { OBJECT_AT, 0, 0 } } },
		{ .object = { { OBJECT_FILE, 1, 0 } } },
		{ .object = { { OBJECT_OF, 2, 0 } } },
	};
	unsigned long args[] = {
		(unsigned long)&other->f_path, (unsigned long)other,
		(unsigned long)other->f_path.dentry,
	};
	struct saker_pending *p;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		home_of(current)->first.ino = home_of(current)->first.dev = 9999;
		p = objects(&rows[i], args, SAKER_SEL_NO_PATH);
		assert_int_equal(p->first.ino, file_inode(other)->i_ino);
		assert_int_equal(p->first.dev, 0x801);
		assert_int_equal(p->first.path.prov, EV_PROV_UNREADABLE);
	}
}

static void test_a_socket_is_noted_with_the_address_it_is_given(void **state)
{
	u8 addr[] = { 2, 0, 0, 80 };
	unsigned long args[] = { 0, (unsigned long)addr, sizeof(addr) };
	struct saker_pending *p;
	struct socket *sock;

	assert_int_equal(sock_create_kern(&init_net, AF_INET, SOCK_STREAM, 0, &sock), 0);
	args[0] = (unsigned long)sock;
	p = objects(&by_address, args, 0);
	assert_int_equal(p->bound.tuple.ino, 4711);
	assert_int_equal(p->bound.len, sizeof(addr));
	assert_memory_equal(&p->bound.addr, addr, sizeof(addr));
	p = objects(&by_socket, args, 0);
	assert_int_equal(p->bound.tuple.ino, 4711);
	assert_int_equal(p->bound.len, 0);
	sock_release(sock);
}

static void test_of_several_hits_of_a_file_hook_the_last_is_kept(void **state)
{
	unsigned long args[] = { (unsigned long)"/from", (unsigned long)"/to" };
	unsigned long later[] = { (unsigned long)"/later", (unsigned long)"/else" };
	u64 unpaired = saker_pending_unpaired();
	struct saker_pending *p;

	saker_pending_objects(&by_text, args, CALL, 0);
	p = objects(&by_text, later, 0);
	assert_int_equal(p->count, 2);
	text_is(&p->first.path, "/later");
	text_is(&p->last.path, "/else");
	assert_int_equal(saker_pending_unpaired(), unpaired);
}

static void test_of_several_hits_of_a_socket_hook_the_first_is_kept(void **state)
{
	u8 addr[] = { 2, 0, 0, 80 }, other[] = { 2, 0, 0, 81 };
	unsigned long args[] = { 0, (unsigned long)addr, sizeof(addr) };
	unsigned long later[] = { 0, (unsigned long)other, sizeof(other) };
	u64 unpaired = saker_pending_unpaired();
	struct saker_pending *p;
	struct socket *sock;

	assert_int_equal(sock_create_kern(&init_net, AF_INET, SOCK_STREAM, 0, &sock), 0);
	args[0] = later[0] = (unsigned long)sock;
	saker_pending_objects(&by_address, args, CALL, 0);
	p = objects(&by_address, later, 0);
	assert_int_equal(p->count, 2);
	assert_memory_equal(&p->bound.addr, addr, sizeof(addr));
	assert_int_equal(saker_pending_unpaired(), unpaired + 1);
	sock_release(sock);
}

static void test_what_no_call_does_is_busy_until_it_is_put(void **state)
{
	unsigned long args[] = { (unsigned long)"/from", (unsigned long)"/to" };
	struct saker_pending *p = saker_pending_alone(&by_text, args, 0);
	struct socket sock = { .type = SOCK_STREAM };

	assert_non_null(p);
	assert_int_equal(p->owner, (unsigned long)current | SAKER_PENDING_BUSY);
	assert_int_equal(p->call, SAKER_PENDING_ALONE);
	text_is(&p->first.path, "/from");
	saker_pending_put(p);
	fill(home_of(current), 0, PROBES);
	for (unsigned int i = 0; i < PROBES; i++)
		beside(home_of(current), i)->owner |= SAKER_PENDING_BUSY;
	assert_null(saker_pending_alone(&by_text, args, 0));
	saker_pending_objects(&by_text, args, CALL, 0);
	saker_pending_connect(current, &sock, args, 8, CALL);
	for (unsigned int i = 0; i < PROBES; i++)
		beside(home_of(current), i)->owner &= ~SAKER_PENDING_BUSY;
}

/* The descriptor is of a task alone, or of several, and refers to nothing, or to a file. */
static void test_the_descriptor_says_which_file_was_opened(void **state)
{
	enum { NOTHING, FIRST, LAST };
	static const struct {
		bool shared, uring, no_open;
		unsigned int seen;		/* files */
		int fd;				/* 0: file, 1: other, 2: neither */
		int opened;
		u32 prov;
	} row[] = {
		{ .seen = 2, .fd = 0, .opened = FIRST, .prov = EV_PROV_KERNEL },
		{ .seen = 2, .fd = 1, .opened = LAST, .prov = EV_PROV_KERNEL },
		{ .seen = 2, .fd = 2, .opened = NOTHING, .prov = EV_PROV_KERNEL },
		{ .shared = true, .seen = 2, .fd = 0, .opened = FIRST, .prov = EV_PROV_KERNEL },
		{ .shared = true, .seen = 2, .fd = 1, .opened = LAST, .prov = EV_PROV_KERNEL },
		{ .shared = true, .seen = 2, .fd = 2, .opened = FIRST, .prov = EV_PROV_SHARED_FD },
		{ .shared = true, .seen = 2, .fd = 2, .no_open = true, .opened = NOTHING,
		  .prov = EV_PROV_KERNEL },
		{ .shared = true, .uring = true, .seen = 2, .fd = 2, .opened = LAST,
		  .prov = EV_PROV_SHARED_FD },
		{ .shared = true, .uring = true, .seen = 1, .fd = 2, .opened = FIRST,
		  .prov = EV_PROV_SHARED_FD },
		{ .uring = true, .seen = 1, .fd = 2, .opened = NOTHING, .prov = EV_PROV_KERNEL },
		{ .uring = true, .seen = 1, .fd = 0, .opened = FIRST, .prov = EV_PROV_KERNEL },
		{ .seen = 1, .fd = 2, .no_open = true, .opened = NOTHING, .prov = EV_PROV_KERNEL },
		{ .seen = 1, .fd = 2, .opened = FIRST, .prov = EV_PROV_KERNEL },
	};
	struct file *third = shmem_file_setup("third", 0, 0);

	fd_install(0, get_file(file));
	fd_install(1, get_file(other));
	fd_install(2, third);
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct saker_pending *p;
		struct saker_seen seen;

		note(current, file);
		if (row[i].seen > 1)
			note(current, other);
		p = saker_pending_take(CALL);
		twin_files.table.count.n = row[i].shared ? 2 : 1;
		twin_current.io_uring = row[i].uring ? &twin_files : NULL;
		seen = saker_pending_opened(p, row[i].fd, row[i].no_open, false);
		assert_ptr_equal(seen.opened, row[i].opened == NOTHING ? NULL :
				 row[i].opened == FIRST ? &p->first : &p->last);
		assert_int_equal(seen.prov, row[i].prov);
		saker_pending_put(p);
		assert_int_equal(file_count(third), 1);
		assert_int_equal(file_count(file), 2);
	}
	for (int fd = 0; fd < 3; fd++)
		close_fd(fd);
}

/* Address, inode and device must agree. */
static void test_an_address_alone_is_no_proof(void **state)
{
	struct saker_pending *p;

	fd_install(0, get_file(file));
	note(current, file);
	p = saker_pending_take(CALL);
	assert_ptr_equal(saker_pending_choose(p, 0, false).opened, &p->first);
	p->first.ino++;
	assert_null(saker_pending_choose(p, 0, false).opened);
	p->first.ino--;
	p->first.dev++;
	assert_null(saker_pending_choose(p, 0, false).opened);
	p->first.dev--;
	p->first.file++;
	assert_null(saker_pending_choose(p, 0, false).opened);
	p->first.file--;
	assert_null(saker_pending_choose(p, 5, false).opened);	/* nothing is open there */
	/* Of one file what an earlier call left of a second is not looked at. */
	p->last = p->first;
	p->first.ino++;
	assert_null(saker_pending_choose(p, 0, false).opened);
	saker_pending_put(p);
	close_fd(0);
}

static void test_doubt_is_of_one_task_until_trust_or_the_end(void **state)
{
	saker_pending_doubt();
	assert_false(saker_pending_doubted());
	twin_current.io_uring = &twin_files;
	saker_pending_doubt();
	assert_true(saker_pending_doubted());
	twin_current.pid++;
	assert_false(saker_pending_doubted());
	saker_pending_trust();			/* of another task */
	twin_current.pid--;
	assert_true(saker_pending_doubted());
	saker_pending_trust();
	assert_false(saker_pending_doubted());
	saker_pending_doubt();
	saker_pending_forget(current);
	assert_false(saker_pending_doubted());
	saker_pending_doubt();
	twin_current.io_uring = NULL;
	saker_pending_forget(current);		/* only a task with io_uring can be in doubt */
	assert_true(saker_pending_doubted());
	saker_pending_trim(&(struct saker_selection){ .generation = 1 });
	assert_true(saker_pending_doubted());
	saker_pending_trim(NULL);
	assert_false(saker_pending_doubted());
}

#define test(f)	cmocka_unit_test_setup_teardown(f, table_setup, table_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_a_file_is_copied_with_all_that_says_which_it_is),
		test(test_the_layer_of_an_overlay_is_that_of_the_opened_file),
		test(test_a_second_file_has_its_path_in_a_block),
		test(test_a_third_file_takes_the_place_of_the_second),
		test(test_an_address_of_any_length_is_copied),
		test(test_two_objects_share_the_text_of_a_slot),
		test(test_a_long_object_has_a_block_and_leaves_the_slot_to_the_other),
		test(test_two_long_objects_have_neighbouring_blocks),
		test(test_an_object_with_a_path_has_an_inode),
		test(test_a_file_is_identified_where_its_path_is_not_selected),
		test(test_a_socket_is_noted_with_the_address_it_is_given),
		test(test_of_several_hits_of_a_file_hook_the_last_is_kept),
		test(test_of_several_hits_of_a_socket_hook_the_first_is_kept),
		test(test_what_no_call_does_is_busy_until_it_is_put),
		test(test_the_descriptor_says_which_file_was_opened),
		test(test_an_address_alone_is_no_proof),
		test(test_doubt_is_of_one_task_until_trust_or_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
