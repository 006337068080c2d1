/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps notes by place. The key is the place in the file, which an exception has in its condition
 * once for each of its values, the kind and the subject.
 */
#include "rule/notes.h"
#include <errno.h>
#include "lib/buf.h"
#include "lib/text.h"

struct note_key {
	const void *where;		/* a node, or a text that is not from a file */
	const char *what;
	const void *about;
	uint64_t off;
};

static struct note_key note_key(const struct note *like)
{
	const struct fragment *f = text_fragment(like->text, like->off);

	if (!f || !f->place.node)
		return (struct note_key){ like->text, like->what, like->about, like->off };
	return (struct note_key){ f->place.node, like->what, like->about,
				  f->exact ? f->skip + like->off - f->start : 0 };
}

static struct note *note_find(struct notes *notes, const struct note *like)
{
	const struct note_key key = note_key(like);
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
