/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads messages, addresses and data that a call has in user memory. Part of row.h, which
 * includes it.
 */
#ifndef SAKER_FILL_MESSAGE_H
#define SAKER_FILL_MESSAGE_H

/* Word @i of a struct of pointers and sizes in user memory, as wide as those of the caller. */
static ROW_INLINE bool row_word(const struct row_fill *f, __u64 address, unsigned int i,
				__u64 *word)
{
	unsigned int width = f->abi == EV_ABI_64 ? 8 : 4;

	*word = 0;
	return row_number_at(address + i * width, width, word);
}

/* The 32 bits behind @i such words. */
static ROW_INLINE bool row_word_32(const struct row_fill *f, __u64 address, unsigned int i,
				   __u64 *word)
{
	*word = 0;
	return row_number_at(address + i * (f->abi == EV_ABI_64 ? 8 : 4), 4, word);
}

/* Words of a struct msghdr and of a struct iovec. */
enum { MSG_NAME, MSG_NAME_LEN, MSG_IOV, MSG_IOV_N, MSG_CONTROL, MSG_CONTROL_LEN, MSG_WORDS = 7 };
enum { IOV_BASE, IOV_LEN, IOV_WORDS };

/* Where the call has the address of the other end, and how long it is; 0: it has none. */
static ROW_INLINE __u64 row_address(const struct row_fill *f, const struct row_field *r,
				    const struct row_call *c, bool received, __u64 *len)
{
	__u64 address = row_arg(c, 4);

	*len = row_arg(c, 5);
	if (row_nibble(c, r->other) == ROW_ABSENT) {
		if (!row_word(f, row_arg(c, 1), MSG_NAME, &address) ||
		    !row_word(f, row_arg(c, 1), MSG_NAME_LEN, len))
			return 0;
	} else if (received && !row_number_at(*len, 4, len)) {
		return 0;
	}
	*len = (__u32)*len;
	return address;
}

/* The name of a unix socket in such an address. */
static ROW_INLINE void row_unix_given(struct row_fill *f, const struct row_field *r,
				      const struct row_call *c, unsigned int i)
{
	__u64 len = 0, family = 0, address;

	if (f->flags & EV_F_FAILED)
		return;
	address = row_address(f, r, c, row_is_received(f), &len);
	if (!address || len <= 2 || !row_number_at(address, 4, &family) ||
	    (family & 0xffff) != ROW_LOCAL)
		return;
	row_unix_name(f, row_at(f, r->at), i, address + 2, len - 2);
}

/*
 * A socket that is not connected sends to the address it is given, and receives from one that the
 * kernel writes to the caller's memory.
 */
static ROW_INLINE void row_tuple_to(struct row_fill *f, const struct row_field *r,
				    const struct row_call *c, unsigned int i)
{
	const struct ev_tuple *t = row_at(f, r->at);
	bool received = r->op == ROW_OP_TUPLE_FROM;
	__u64 len = 0, address;

	if (t->rport || (t->family != ROW_INET && t->family != ROW_INET6))
		return;
	if (received && f->flags & EV_F_FAILED)
		return;
	address = row_address(f, r, c, received, &len);
	if (address && row_given(f, r->at, address, len))
		row_prov(f, i, EV_PROV_USER);
}

/* Copy up to @want bytes from segments. Return: how many; -1: not all of them can be read. */
static ROW_INLINE int row_segments(struct row_fill *f, __u64 iov, __u64 count, unsigned int want)
{
	unsigned int done = 0, k, n;
	__u64 base, len;

	for (k = 0; k < ROW_SEGMENTS; k++) {
		if (k >= count || done >= want)
			break;
		if (!row_word(f, iov, k * IOV_WORDS + IOV_BASE, &base) ||
		    !row_word(f, iov, k * IOV_WORDS + IOV_LEN, &len))
			return -1;
		n = len < want - done ? len : want - done;
		if (n && !row_copy(f, done, base, n))
			return -1;
		done += n;
	}
	return done;
}

/* The beginning of what was read or written. */
static ROW_INLINE void row_data(struct row_fill *f, const struct row_field *r,
				const struct row_call *c, unsigned int i)
{
	unsigned int n = row_nibble(c, i), want = row_data_max(f);
	__u64 iov = 0, count = ~0ull, full = f->ret;
	int done;

	if (!want || n == ROW_ABSENT || f->flags & EV_F_FAILED)
		return;
	iov = row_arg(c, n);
	/* Of several messages the result is their number, and behind each is its length. */
	if (r->number == ROW_MESSAGE && row_nibble(c, r->other) != ROW_ABSENT &&
	    !row_word_32(f, iov, MSG_WORDS, &full)) {
		row_prov(f, i, EV_PROV_USER | EV_PROV_UNREADABLE);
		return;
	}
	if (full < want)
		want = full;
	if (row_nibble(c, r->from) != ROW_ABSENT)
		done = !want || row_copy(f, 0, iov, want) ? (int)want : -1;
	else if (r->number == ROW_MESSAGE && (!row_word(f, row_arg(c, n), MSG_IOV_N, &count) ||
					      !row_word(f, row_arg(c, n), MSG_IOV, &iov)))
		done = -1;
	else
		done = row_segments(f, iov, count, want);
	if (done < 0) {
		row_prov(f, i, EV_PROV_USER | EV_PROV_UNREADABLE);
		return;
	}
	row_part_end(f, row_at(f, r->at), done, full);
	row_prov(f, i, EV_PROV_USER | ((__u64)done < full ? EV_PROV_TRUNCATED : 0));
}

/* The long at place @n of an array in user memory. */
static ROW_INLINE bool row_long_at(const struct row_fill *f, const struct row_call *c, __u64 array,
				   unsigned int n, __u64 *number)
{
	unsigned int width = f->abi == EV_ABI_IA32 && c->map & ROW_SHORT_LONGS ? 4 : 8;

	*number = 0;
	if (!row_number_at(array + n * width, width, number))
		return false;
	if (width == 4)
		*number = (__s64)(__s32)*number;
	return true;
}

/* A long of an array, as row_from_array(), or a time, which is seconds and ns. */
static ROW_INLINE void row_long(struct row_fill *f, const struct row_field *r,
				const struct row_call *c, unsigned int i)
{
	unsigned int n = row_nibble(c, r->from);
	__u64 array, number, ns = 0;

	if ((f->flags & EV_F_FAILED && r->op == ROW_OP_LONG_OF) || n == ROW_ABSENT)
		return;
	array = row_arg(c, n);
	if (!array) {
		row_number(f, r, -1);
		return;
	}
	if (!row_long_at(f, c, array, r->number, &number) ||
	    (r->op == ROW_OP_TIME_OF && !row_long_at(f, c, array, 1, &ns))) {
		row_prov(f, i, EV_PROV_USER | EV_PROV_UNREADABLE);
		return;
	}
	row_number(f, r, r->op == ROW_OP_TIME_OF ? number * 1000000000 + ns : number);
	row_prov(f, i, EV_PROV_USER);
}

/* An array of structures, as it is. */
static ROW_INLINE void row_bytes(struct row_fill *f, const struct row *row,
				 const struct row_field *r, const struct row_call *c,
				 unsigned int i)
{
	__u64 full = (__u64)*(__u32 *)row_at(f, row_field_at(row, r->from)->at) * r->number;
	unsigned int n = row_nibble(c, i), want = full < ROW_BYTES ? full : ROW_BYTES;

	if (n == ROW_ABSENT || !want)
		return;
	if (!row_copy(f, 0, row_arg(c, n), want)) {
		row_prov(f, i, EV_PROV_USER | EV_PROV_UNREADABLE);
		return;
	}
	row_part_end(f, row_at(f, r->at), want, full);
	row_prov(f, i, EV_PROV_USER | (want < full ? EV_PROV_TRUNCATED : 0));
}

/* Descriptors in the control messages of a message that was sent or received. */
static ROW_INLINE void row_rights(struct row_fill *f, const struct row_field *r,
				  const struct row_call *c, unsigned int i, bool is_message)
{
	unsigned int n = row_nibble(c, r->from), k, width = f->abi == EV_ABI_64 ? 8 : 4;
	__u64 at = 0, left = 0, len, kind, first = 0, found = 0;

	row_number(f, r, r->number ? -1 : 0);
	if (n == ROW_ABSENT || !is_message || f->flags & EV_F_FAILED ||
	    !row_word(f, row_arg(c, n), MSG_CONTROL, &at) ||
	    !row_word(f, row_arg(c, n), MSG_CONTROL_LEN, &left))
		return;
	for (k = 0; k < ROW_CONTROLS; k++) {
		if (left < width + 12 || !row_word(f, at, 0, &len) || len < width + 8 || len > left)
			return;
		if (!row_number_at(at + width, 8, &kind))
			return;
		found = (len - width - 8) / 4;
		if (kind == ROW_SCM_RIGHTS && found)
			break;
		found = 0;
		len = (len + width - 1) & ~(__u64)(width - 1);
		at += len;
		left = left > len ? left - len : 0;
	}
	if (!found || (r->number && !row_number_at(at + width + 8, 4, &first)))
		return;
	row_number(f, r, r->number ? first : found);
	row_prov(f, i, EV_PROV_USER);
}

#endif /* SAKER_FILL_MESSAGE_H */
