/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Output templates such as "file %fd.name read by %proc.name", compiled once into literal
 * pieces and references. A reference is the longest text after % that is a valid field; %
 * cannot be escaped.
 */
#ifndef ALERT_FORMAT_H
#define ALERT_FORMAT_H

#include <stdint.h>
#include "alert/alert.h"
#include "decode/event.h"
#include "filter/fieldref.h"
#include "lib/arena.h"
#include "lib/buf.h"

struct format_piece {
	struct str text;		/* literal, or the reference as written */
	struct operand *op;		/* NULL for a literal */
	uint32_t width;			/* bytes to pad or cut to; 0: unchanged */
	uint32_t field;			/* index in the sorted output fields */
};

struct format {
	struct format_piece *pieces;
	uint32_t npieces;
	struct alert_field *fields;	/* the output fields: names and flags, sorted, each once */
	uint32_t nfields;
};

/**
 * format_compile() - compile a template
 * @arena:	owns the result; @text must live as long as the result
 * @err:	zeroed by the caller
 * Return: 0, -EINVAL with *@err set, or -ENOMEM.
 */
int format_compile(struct format *ret, struct arena *arena, struct str text,
		   struct filter_error *err);

/**
 * format_check() - find the next mistake of a template
 * @start:	set to the % of the mistake
 * @at:		offset to start at; on -EINVAL moved after the mistake
 * @err:	zeroed by the caller
 * Return: 0 if there is none, -EINVAL with *@err set, or -ENOMEM.
 */
int format_check(struct arena *arena, struct str text, size_t *start, size_t *at,
		 struct filter_error *err);

/**
 * format_event() - read the fields and format the text
 * @fields:	set to the output fields, in the event's arena
 * Return: 0, or -ENOMEM if the arena is full.
 */
int format_event(const struct format *format, const struct event *ev, struct str *text,
		 struct alert_field **fields);

/* A value as text: lists in parentheses, numbers by @flags (FIELD_OCT, FIELD_HEX). */
void format_value(struct buf *b, const struct value *v, uint64_t flags);

/* The name of the output field with the event's time. */
struct str format_time_field(bool iso8601);

#endif /* ALERT_FORMAT_H */
