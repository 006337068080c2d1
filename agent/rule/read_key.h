/* SPDX-License-Identifier: Apache-2.0 */
/* Declares how the keys of lists, macros, rules, exceptions and requirements are read. */
#ifndef RULE_READ_KEY_H
#define RULE_READ_KEY_H

#include "lib/guess.h"
#include "rule/loader.h"

struct item {
	const char *type;	/* "rule", "macro", "list" */
	struct str name;
	struct place place;
};

enum merge { MERGE_NONE, MERGE_APPEND, MERGE_REPLACE };

struct place read_get(struct place map, const char *key);

/* Adds an example of the key to the last message: the key is missing. */
void read_example(struct ruleset_loader *l, const char *key);

/* A key's text. @ret is set also if there is none (then its node is NULL). */
bool read_text(struct ruleset_loader *l, struct item *item, const char *key, bool required,
	       struct place *ret);

/* A key that is true or false. @ret stays as it is if the key is missing or is an error. */
void read_bool(struct ruleset_loader *l, struct item *item, const char *key, bool *ret);

void read_unknown_keys(struct ruleset_loader *l, struct item *item, const char *const *known);

/* Whether the value is absent, or what YAML calls null. */
bool read_is_null(const struct yaml *node);

/* Whether the item has an override with entries; an empty one is warned about. */
bool read_has_override(struct ruleset_loader *l, struct item *item);

/* The same for an item of which only @key can be overridden; other entries are warned about. */
bool read_only_override(struct ruleset_loader *l, struct item *item, const char *key);

/* The override entry of a key; the item has an override. */
enum merge read_override(struct ruleset_loader *l, struct item *item, const char *key);
bool read_append(struct ruleset_loader *l, struct item *item);

/* Adds a hint to the last message. */
void read_guess(struct ruleset_loader *l, const struct dict *names, struct str name);

/* Warns if the item is defined a second time in its file: the first, at @old, has no effect. */
void read_twice(struct ruleset_loader *l, struct item *item, struct place old);

void read_add(struct ruleset_loader *l, struct dict *names, void *array, uint32_t *n,
	      struct str name, const void *item);

#endif /* RULE_READ_KEY_H */
