/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests the trie of networks against a list: networks that share any number of
 * bits, of both versions.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include "filter/nets.h"

#define NETS	60u

static uint64_t seed = 1;

static uint32_t below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % n;
}

/* An address that shares its first bits, and no more, with another. */
static struct ip_addr sharing(const struct ip_addr *other, unsigned int bits)
{
	struct ip_addr ip = *other;
	unsigned int all = ip.family == 4 ? 32 : 128;

	for (unsigned int i = bits; i < all; i++)
		if (i == bits || below(2))
			ip.b[i / 8] ^= (uint8_t)(0x80 >> i % 8);
	return ip;
}

static bool holds(const struct ip_addr *net, const struct ip_addr *ip)
{
	if (net->family != ip->family)
		return false;
	for (unsigned int i = 0; i < net->prefix; i++)
		if ((net->b[i / 8] ^ ip->b[i / 8]) & 0x80 >> i % 8)
			return false;
	return true;
}

struct found {
	const struct ip_addr *nets;
	bool hit[NETS + 1];
	uint32_t n, stop_at, last_prefix;
};

static bool on_hit(void *ctx, uint32_t id)
{
	struct found *found = ctx;

	assert_true(id >= 1 && id <= NETS && !found->hit[id]);
	assert_true(!found->n || found->nets[id - 1].prefix > found->last_prefix);
	found->last_prefix = found->nets[id - 1].prefix;
	found->hit[id] = true;
	return ++found->n == found->stop_at;
}

/* Distinct networks, of which many contain each other. */
static uint32_t make(struct ip_addr *nets, struct str *keys, unsigned char (*rooms)[NET_KEY], uint8_t family)
{
	unsigned int all = family == 4 ? 32 : 128;
	uint32_t n = 0;

	while (n < NETS) {
		struct ip_addr base = { .family = family };
		bool twice = false;

		for (int i = 0; i < 16; i++)
			base.b[i] = (uint8_t)below(256);
		nets[n] = n ? sharing(&nets[below(n)], below(all)) : base;
		nets[n].prefix = (uint8_t)below(all + 1);
		keys[n] = net_key(&nets[n], nets[n].prefix, rooms[n]);
		for (uint32_t i = 0; i < n; i++)
			twice |= str_eq(keys[i], keys[n]);
		n += !twice;
	}
	return n;
}

static void check(const struct nets *trie, const struct ip_addr *nets, const struct ip_addr *ip)
{
	struct found found = { .nets = nets };
	uint32_t want = 0;

	assert_false(nets_find(trie, ip, on_hit, &found));
	for (uint32_t i = 0; i < NETS; i++) {
		assert_int_equal(found.hit[i + 1], holds(&nets[i], ip));
		want += holds(&nets[i], ip);
	}
	assert_int_equal(found.n, want);
	if (!want)
		return;
	found = (struct found){ .nets = nets, .stop_at = 1 + below(want) };
	assert_true(nets_find(trie, ip, on_hit, &found));
	assert_int_equal(found.n, found.stop_at);
}

static void test_an_address_is_found_in_each_network_that_holds_it(void **state)
{
	(void)state;
	for (unsigned int round = 0; round < 200; round++) {
		uint8_t family = round % 2 ? 4 : 6;
		unsigned char rooms[NETS][NET_KEY];
		struct ip_addr nets[NETS];
		struct str keys[NETS];
		uint32_t ids[NETS], n = make(nets, keys, rooms, family);
		struct nets trie;

		for (uint32_t i = 0; i < n; i++)
			ids[i] = i + 1;
		assert_int_equal(nets_init(&trie, keys, ids, n), 0);
		for (unsigned int k = 0; k < 400; k++) {
			struct ip_addr ip = sharing(&nets[below(n)], below(family == 4 ? 32 : 128));

			check(&trie, nets, &ip);
			ip.family = family == 4 ? 6 : 4;	/* the other version has none */
			check(&trie, nets, &ip);
			ip.family = 0;
			check(&trie, nets, &ip);
		}
		for (uint32_t i = 0; i < n; i++)
			check(&trie, nets, &nets[i]);
		nets_uninit(&trie);
		nets_uninit(&trie);
	}
}

static void test_without_networks_no_address_is_found(void **state)
{
	const struct ip_addr ip = { .family = 4 };
	struct nets trie;

	(void)state;
	assert_int_equal(nets_init(&trie, NULL, NULL, 0), 0);
	assert_false(nets_find(&trie, &ip, on_hit, NULL));
	nets_uninit(&trie);
}

static void test_a_key_is_the_network_and_nothing_behind_it(void **state)
{
	static const struct {
		uint8_t family, prefix, bytes;
		const char *address, *bits;
	} row[] = {
		{ .family = 4, .prefix = 32, .bytes = 4, .address = "\xff\xff\xff\xff", .bits = "\xff\xff\xff\xff" },
		{ .family = 4, .prefix = 31, .bytes = 4, .address = "\xff\xff\xff\xff", .bits = "\xff\xff\xff\xfe" },
		{ .family = 4, .prefix = 25, .bytes = 4, .address = "\xff\xff\xff\xff", .bits = "\xff\xff\xff\x80" },
		{ .family = 4, .prefix = 8, .bytes = 4, .address = "\x0a\x01\x02\x03", .bits = "\x0a\x00\x00\x00" },
		{ .family = 4, .prefix = 0, .bytes = 4, .address = "\xff\xff\xff\xff", .bits = "\x00\x00\x00\x00" },
		{ .family = 6, .prefix = 65, .bytes = 16,
		  .address = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
		  .bits = "\xff\xff\xff\xff\xff\xff\xff\xff\x80\0\0\0\0\0\0\0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct ip_addr ip = { .family = row[i].family };
		unsigned char room[NET_KEY];
		struct str key;

		memcpy(ip.b, row[i].address, row[i].bytes);
		key = net_key(&ip, row[i].prefix, room);
		assert_int_equal(key.n, NET_KEY);
		assert_int_equal((unsigned char)key.p[0], row[i].family);
		assert_int_equal((unsigned char)key.p[1], row[i].prefix);
		assert_memory_equal(key.p + 2, row[i].bits, row[i].bytes);
		for (size_t k = 2u + row[i].bytes; k < NET_KEY; k++)
			assert_int_equal(key.p[k], 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_address_is_found_in_each_network_that_holds_it),
		cmocka_unit_test(test_without_networks_no_address_is_found),
		cmocka_unit_test(test_a_key_is_the_network_and_nothing_behind_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
