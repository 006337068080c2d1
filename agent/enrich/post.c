/* SPDX-License-Identifier: Apache-2.0 */
/* Builds one record at a time in a buffer of fixed size. */
#include "enrich/post.h"
#include <string.h>

void post_begin(struct post *p, enum ev_type type, uint64_t ts_ns)
{
	static const struct {
		uint16_t size, nfields;
	} shapes[EV_TYPE_MAX] = {
		[EV_task] = { sizeof(struct ev_task), EV_NFIELDS(task) },
		[EV_user] = { sizeof(struct ev_user), EV_NFIELDS(user) },
		[EV_group] = { sizeof(struct ev_group), EV_NFIELDS(group) },
		[EV_host] = { sizeof(struct ev_host), EV_NFIELDS(host) },
		[EV_cgroup_mkdir] = { sizeof(struct ev_cgroup_mkdir), EV_NFIELDS(cgroup_mkdir) },
	};

	memset(&p->hdr, 0, shapes[type].size);
	p->hdr.type = type;
	p->hdr.fixed_len = shapes[type].size;
	p->hdr.len = shapes[type].size;
	p->hdr.ts_ns = ts_ns;
	p->hdr.flags = EV_F_FROM_USER;
	p->hdr.nr = -1;
	p->prov = (struct ev_more){ { 0 } };
	p->more = shapes[type].nfields > EV_PROV_FIELDS;
	for (unsigned int i = 0; i < shapes[type].nfields; i++)
		post_prov(p, i, EV_PROV_AGENT);
}

void post_prov(struct post *p, unsigned int field, unsigned int prov)
{
	uint64_t *word = field < EV_PROV_FIELDS ? (uint64_t *)&p->hdr.prov :
			 (uint64_t *)&p->prov.prov[field / EV_PROV_FIELDS - 1];

	*word |= (uint64_t)prov << (field % EV_PROV_FIELDS * 4);
}

void post_part(struct post *p, struct ev_part *part, struct str s)
{
	size_t room = sizeof(p->record) + sizeof(p->room) - 8 - sizeof(p->prov) - p->hdr.len;
	size_t n = s.n < room ? s.n : room;

	if (!s.p)
		return;
	*part = (struct ev_part){ .off = p->hdr.len, .len = n, .full = s.n, .head = n };
	memcpy((char *)&p->hdr + p->hdr.len, s.p, n);
	p->hdr.len += n;
}

int post_send(struct post *p)
{
	while (p->hdr.len % 8)
		((char *)&p->hdr)[p->hdr.len++] = '\0';
	if (p->more) {
		p->hdr.len += sizeof(p->prov);
		p->hdr.flags |= EV_F_MORE;
		*ev_more(&p->hdr) = p->prov;
	}
	return p->put(p->ctx, &p->hdr);
}
