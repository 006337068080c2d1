/* SPDX-License-Identifier: Apache-2.0 */
/* Masking, and the few lengths in order. */
#include "filter/nets.h"
#include <errno.h>
#include "lib/arena.h"

struct str net_key(const struct ip_addr *ip, uint8_t prefix, unsigned char room[NET_KEY])
{
	size_t whole = prefix / 8;

	memset(room, 0, NET_KEY);
	room[0] = ip->family;
	room[1] = prefix;
	memcpy(room + 2, ip->b, whole);
	if (prefix % 8)
		room[2 + whole] = (unsigned char)(ip->b[whole] & 0xff00 >> prefix % 8);
	return (struct str){ (char *)room, NET_KEY };
}

static void length_add(struct nets *nets, uint8_t family, uint8_t prefix)
{
	uint32_t at = 0;

	for (; at < nets->nlengths && nets->lengths[at].prefix >= prefix; at++) {
		if (nets->lengths[at].prefix == prefix && nets->lengths[at].family == family)
			return;
	}
	memmove(&nets->lengths[at + 1], &nets->lengths[at],
		(nets->nlengths - at) * sizeof(*nets->lengths));
	nets->lengths[at] = (struct net_length){ family, prefix };
	nets->nlengths++;
}

int nets_init(struct nets *nets, struct arena *arena, const struct str *keys, uint32_t n)
{
	*nets = (struct nets){ .lengths = arena_alloc(arena, (33 + 129) * sizeof(*nets->lengths)) };
	if (!nets->lengths)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++) {
		int64_t id = dict_add(&nets->dict, keys[i]);

		if (id < 0)
			return (int)id;
		length_add(nets, (uint8_t)keys[i].p[0], (uint8_t)keys[i].p[1]);
	}
	return 0;
}

void nets_uninit(struct nets *nets)
{
	dict_uninit(&nets->dict);
}

uint32_t nets_find(const struct nets *nets, const struct ip_addr *ip, uint32_t *pos)
{
	unsigned char room[NET_KEY];
	uint32_t id = 0;

	while (!id && *pos < nets->nlengths) {
		const struct net_length *length = &nets->lengths[(*pos)++];

		if (length->family == ip->family)
			id = dict_find(&nets->dict, net_key(ip, length->prefix, room));
	}
	return id;
}
