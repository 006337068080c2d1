/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps notes by place. The key of a place is its text, offset, kind and subject. */
#include "rule/notes.h"
#include <errno.h>
#include "lib/buf.h"
#include "lib/text.h"

struct note_key {
	const struct text *text;
	const char *what;
	const void *about;
	uint64_t off;
};

static struct note *note_find(struct notes *notes, const struct note *like)
{
	const struct note_key key = { like->text, like->what, like->about, like->off };
	struct str bytes = { (const char *)&key, sizeof(key) };
	uint32_t id = dict_find(&notes->known, bytes);
	int64_t r;

	if (id)
		return &notes->v[id - 1];
	bytes = arena_str(notes->l->arena, bytes);
	r = bytes.p ? dict_add(&notes->known, bytes) : -ENOMEM;
	if (r > 0)
		loader_push(notes->l, &notes->v, &notes->n, like, sizeof(*like));
	notes->no_memory |= r < 0 || notes->l->no_memory;
	return notes->no_memory ? NULL : &notes->v[notes->n - 1];
}

struct note *notes_add(struct notes *notes, const struct rule *rule, const struct note *like)
{
	struct note *note = note_find(notes, like);

	if (!note || note->last == rule)
		return note;
	note->last = rule;
	if (note->nrules < NOTE_RULES)
		note->rules[note->nrules] = rule->name;
	note->nrules++;
	return note;
}

void note_put_rules(struct buf *b, const struct note *note)
{
	buf_text(b, note->nrules > 1 ? "in the rules " : "in the rule ");
	for (uint32_t i = 0; i < note->nrules && i < NOTE_RULES; i++) {
		buf_text(b, i ? ", " : "");
		buf_json(b, note->rules[i]);
	}
	if (note->nrules > NOTE_RULES)
		buf_printf(b, " and %u more", note->nrules - NOTE_RULES);
}

void notes_uninit(struct notes *notes)
{
	dict_uninit(&notes->known);
}
