/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The schema at run time: names, kinds and documentation of every event and field, for code
 * that handles all events alike: printing, lists, captures, tests.
 */
#ifndef DECODE_SCHEMA_H
#define DECODE_SCHEMA_H

#include <stdint.h>
#include <saker/event.h>
#include "decode/source.h"
#include "lib/buf.h"

enum schema_storage {
	SCHEMA_u32, SCHEMA_s32, SCHEMA_u64, SCHEMA_s64,
	SCHEMA_comm, SCHEMA_fd, SCHEMA_tuple, SCHEMA_part,
};

struct schema_field {
	const char *name;
	const char *storage;		/* "u32" */
	const char *kind;		/* "DEC", or a set of flags.def */
	const char *doc;
	uint16_t storage_id;		/* enum schema_storage */
	uint16_t kind_id;		/* enum schema_kind */
	uint16_t offset;		/* in the record */
	uint16_t size;
	uint16_t source;		/* enum schema_source */
};

struct schema_event {
	const char *name;
	const char *doc;
	const struct schema_field *fields;
	uint16_t type;			/* enum ev_type */
	uint16_t nfields;
	uint16_t size;			/* header and fixed fields */
};

enum schema_kind {
	KIND_DEC, KIND_HEX, KIND_OCT, KIND_RES, KIND_FD, KIND_DIRFD, KIND_PID, KIND_UID, KIND_GID,
	KIND_BOOL, KIND_DEV, KIND_NS, KIND_PATH, KIND_TEXT, KIND_ARGV, KIND_CAPS,
	KIND_TUPLE, KIND_FDINFO,
	KIND_POLLFDS, KIND_SEMOPS, KIND_LOST, KIND_TALLY,	/* tables: one text in JSON, too */
#define FLAGSET(name, form)		KIND_##name,
#define FLAG(set, name, value)
#include <saker/flags.def>
#undef FLAGSET
#undef FLAG
	KIND_COUNT,
};

/* The event with that number; NULL if there is none. */
const struct schema_event *schema_event(unsigned int type);

/* One flag or value of a set, in the order of flags.def. */
struct schema_flag {
	const char *name;
	uint64_t value;
	uint16_t kind_id;		/* of its set */
};

/* Is the kind a set whose flags can be combined? */
bool schema_is_bits(unsigned int kind_id);

/* All flags of a set; NULL and *n = 0 if the kind is not a set. */
const struct schema_flag *schema_flags(unsigned int kind_id, size_t *n);

/* "ring_full"; NULL for an unknown number. */
const char *schema_drop_name(unsigned int reason);
const char *schema_drop_doc(unsigned int reason);

/* A hash of the schema: equal if a capture was written with the same schema. */
uint64_t schema_fingerprint(void);

/* The field of that name; NULL if there is none. */
const struct schema_field *schema_field(const struct schema_event *e, struct str name);

/* The value of an integer field of a record, sign-extended. 0 for the other storage types. */
uint64_t schema_integer(const struct schema_field *f, const void *body);

#endif /* DECODE_SCHEMA_H */
