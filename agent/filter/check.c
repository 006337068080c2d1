/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks the types of a condition. Each check passes a list of tests; the first
 * that fails is its error.
 */
#include "filter/check.h"
#include <errno.h>
#include "decode/type.h"
#include "filter/constant.h"
#include "filter/fieldref.h"
#include "filter/mistake.h"
#include "filter/regex.h"
#include "lib/guess.h"

enum {
	ON_STR = 1, ON_BUF = 2, ON_NUM = 4, ON_BOOL = 8, ON_IP = 16, ON_NET = 32, ON_LIST = 64,
	ON_SCALAR = ON_STR | ON_BUF | ON_NUM | ON_BOOL | ON_IP | ON_NET,
};

static const uint8_t op_types[] = {
#define OP(name, text, rhs, types, doc)	types,
#include "filter/ops.def"
#undef OP
};

/*
 * Event types that Falco has and Saker has not: beside system calls, and system calls that x86-64
 * does not have. A rule that names them loads.
 */
static const char *const foreign_types[] = {
	"asyncevent", "container", "cpu_hotplug", "drop", "groupadded", "groupdeleted", "infra",
	"k8s", "mesos", "notification", "page_fault", "page_fault_kernel", "page_fault_user",
	"pluginevent", "procinfo", "scapevent", "sched_process_exit", "sched_switch",
	"signal_deliver", "signaldeliver", "switch", "task_file_directory", "task_file_memfd",
	"task_file_pipe", "task_file_regular", "task_file_socket_inet", "task_file_socket_inet6",
	"task_file_socket_netlink", "task_file_socket_unix", "tracer", "useradded", "userdeleted",
	"multiplexer", "pciconfig_iobase", "pciconfig_read", "pciconfig_write", "recv",
	"riscv_flush_icache", "riscv_hwprobe", "rtas", "s390_guarded_storage",
	"s390_pci_mmio_read", "s390_pci_mmio_write", "s390_runtime_instr", "s390_sthyi", "send",
	"spu_create", "spu_run", "subpage_prot", "swapcontext", "switch_endian",
	"sync_file_range2", "sys_debug_setcontext", "timerfd",
};

struct walk {
	const struct checker *c;
	struct filter_error *err;
};

static bool fail(struct walk *w, uint32_t off, uint32_t len, const char *fmt, const char *a,
		 struct str b)
{
	return filter_fail(w->err, w->c->arena, FILTER_TYPE, off, len, fmt, a, STR_ARG(b));
}

bool field_is_evt_type(const struct field_def *def)
{
	return def->flags & FIELD_TYPES;
}

static uint8_t type_bit(const struct operand *op)
{
	if (op->list)
		return ON_LIST;
	switch (op->type) {
	case VALUE_STR:
		return op->buffer ? ON_BUF : ON_STR;
	case VALUE_BOOL:
		return ON_BOOL;
	case VALUE_IP:
		return ON_IP;
	case VALUE_NET:
		return ON_NET;
	default:
		return ON_NUM;
	}
}

/* Values that a field never has. */
static void warn_field(struct walk *w, const struct expr *at, const struct operand *op)
{
	if (!w->c->warn)
		return;
	if (op->field->flags & FIELD_DEPRECATED)
		w->c->warn(w->c->ctx, at, "LOAD_DEPRECATED_ITEM", op->off, op->len,
			   arena_printf(w->c->arena, "the field %s is deprecated: %s", op->field->name,
					op->field->flags & FIELD_DIRECTION ?
					"it is always '<'; remove it from the condition" :
					"it is always missing; remove it from the condition"));
	else if (!op->field->extract && op->field->sources)
		w->c->warn(w->c->ctx, at, "SAKER_NO_DATA", op->off, op->len,
			   STR("Saker does not have this field's data yet: it is always missing"));
	else if (op->field->flags & FIELD_PENDING_YET)
		w->c->warn(w->c->ctx, at, "SAKER_NO_DATA", op->off, op->len,
			   STR("Saker does not have this field's data yet: in a container the check "
			       "counts as true"));
}

static bool check_operand(struct walk *w, const struct expr *at, const struct operand *op)
{
	if (op->kind == OPERAND_FIELD) {
		const struct field_def *def = op->field;

		if (def->flags & FIELD_PRINT_ONLY)
			return fail(w, op->off, op->len, "the field %s is only for output" STR_FMT,
				    def->name, STR(""));
		if (w->c->source && !(def->sources & w->c->source))
			return filter_fail(w->err, w->c->arena, FILTER_UNKNOWN, op->off, op->len,
					   "filter_check called with nonexistent field %s: "
					   "events of this source do not have it", def->name);
		warn_field(w, at, op);
		return true;
	}
	for (uint32_t i = 0; i < op->nargs; i++) {
		if (!check_operand(w, at, op->args[i]))
			return false;
	}
	return true;
}

static bool check_rhs(struct walk *w, const struct expr *at)
{
	const struct check *check = at->check;
	const struct operand *l = check->lhs, *r = check->rhs;

	if (!check_operand(w, at, r))
		return false;
	if (check->op == OP_PMATCH || check->op == OP_REGEX || l->type == VALUE_NET)
		return fail(w, r->off, r->len,
			    "'%s' takes no field or transformer on its right-hand side" STR_FMT,
			    op_text(check->op), STR(""));
	if (!value_types_agree(l->type, r->type))
		return fail(w, r->off, r->len, "cannot compare: the left-hand side is a %s, "
			    "the right-hand side a " STR_FMT, value_type_name(l->type),
			    str_of(value_type_name(r->type)));
	if (r->list != l->list && !(check->op == OP_IN || check->op == OP_INTERSECTS))
		return fail(w, r->off, r->len, "'%s' cannot compare a list with one value" STR_FMT,
			    op_text(check->op), STR(""));
	return true;
}

static bool type_name_known(struct str name)
{
	if (evt_type_find(name) != EVT_TYPE_NONE)
		return true;
	for (size_t i = 0; i < sizeof(foreign_types) / sizeof(foreign_types[0]); i++) {
		if (str_eq(name, str_of(foreign_types[i])))
			return true;
	}
	return false;
}

/* The name of a type that a rule can name; others, as of records about the stream, have none. */
static struct str type_named(evt_type_t type)
{
	struct str name = evt_type_name(type);

	return evt_type_find(name) != EVT_TYPE_NONE ? name : STR("");
}

/* The shortest type that begins with the word: execve for exec. */
static struct str longer_type(struct str name)
{
	struct str best = { 0 };

	for (evt_type_t t = 0; t < EVT_TYPE_COUNT && name.n > 2; t++) {
		struct str known = type_named(t);

		if (str_starts(known, name) && (!best.p || known.n < best.n))
			best = known;
	}
	return best;
}

static bool check_type_name(struct walk *w, const struct word *at, struct str name)
{
	struct guess guess = guess_init(name);
	struct str near;

	if (type_name_known(name))
		return true;
	filter_fail(w->err, w->c->arena, FILTER_UNKNOWN, at->off, at->len,
		    "unknown event type " STR_FMT, STR_ARG(name));
	for (evt_type_t t = 0; t < EVT_TYPE_COUNT; t++) {
		struct str known = type_named(t);

		if (known.n)
			guess_try(&guess, known.p);
	}
	near = guess.best ? str_of(guess.best) : longer_type(name);
	if (near.p)
		filter_hint(w->err, w->c->arena, "did you mean " STR_FMT "?", STR_ARG(near));
	return false;
}

/* The name under which the field has a type: evt.type has another one for some calls. */
static struct str type_name_compared(const struct field_def *field, struct str name)
{
	evt_type_t type = evt_type_find(name);

	if (type == EVT_TYPE_NONE)
		return name;
	return evt_type_name(field->flags & FIELD_ONLY_SYSCALLS ? type : evt_type_shown(type));
}

static bool is_equality(enum op op)
{
	return op == OP_EQ || op == OP_NE || op == OP_IN || op == OP_INTERSECTS;
}

/* Syntax of other regular expressions, and the equivalent in this one. */
static const struct { const char *wrong, *right; } regex_hints[] = {
	{ "\\d", "write [0-9] for \\d" },
	{ "\\D", "write [^0-9] for \\D" },
	{ "\\w", "write [0-9A-Za-z_] for \\w" },
	{ "\\W", "write [^0-9A-Za-z_] for \\W" },
	{ "\\s", "write [[:space:]] for \\s" },
	{ "\\S", "write [^[:space:]] for \\S" },
	{ "\\b", "there are no word boundaries: write out the characters that may surround the word" },
	{ "\\B", "there are no word boundaries: write out the characters that may surround the word" },
	{ "\\Q", "put a backslash before each special character instead" },
	{ "(?i", "for any case compare tolower(field) with an expression in lower case, or use iglob" },
	{ "(?:", "a plain group ( ) does the same" },
	{ "(?P<", "a plain group ( ) does: nothing is captured" },
	{ "(?=", "there is no look-around: use a second check, joined by 'and'" },
	{ "(?!", "there is no look-around: use a second check, joined by 'and not'" },
	{ "(?<", "there is no look-around: use a second check, joined by 'and' or 'and not'" },
	{ "*+", "possessive repetitions are not supported, and not needed: the time is linear" },
	{ "++", "possessive repetitions are not supported, and not needed: the time is linear" },
};

static bool check_regex(struct walk *w, const struct word *at, struct str text)
{
	if (regex_check(text, w->c->arena, w->err, at->off, at->len))
		return true;
	for (size_t i = 0; i < sizeof(regex_hints) / sizeof(regex_hints[0]); i++) {
		struct str wrong = str_of(regex_hints[i].wrong);

		if (!w->err->hint.p && memmem(text.p, text.n, wrong.p, wrong.n))
			filter_hint(w->err, w->c->arena, "%s", regex_hints[i].right);
	}
	return false;
}

/* Bytes are compared with their length by these operators; elsewhere a NUL would end a text. */
static bool nul_ok(const struct check *check)
{
	return check->lhs->buffer && (is_equality(check->op) || check->op == OP_CONTAINS ||
				      check->op == OP_STARTSWITH || check->op == OP_ENDSWITH);
}

static bool check_word(struct walk *w, const struct expr *e, const struct word *at,
		       struct str text, struct value *ret)
{
	const struct check *check = e->check;
	const struct operand *lhs = check->lhs;

	if (text.n && memchr(text.p, 0, text.n) && !nul_ok(check))
		return fail(w, at->off, at->len, "%s" STR_FMT, LEX_NUL_ERROR, STR(""));
	if (lhs->kind == OPERAND_FIELD && is_equality(check->op) && lhs->type == VALUE_STR &&
	    field_is_evt_type(lhs->field)) {
		if (!check_type_name(w, at, text))
			return false;
		text = type_name_compared(lhs->field, text);
	}
	if (check->op == OP_BCONTAINS || check->op == OP_BSTARTSWITH) {
		unsigned char *bytes = arena_alloc(w->c->arena, text.n / 2 + 1);

		if (!bytes) {
			w->err->kind = FILTER_NOMEM;
			return false;
		}
		if (constant_hex(text, bytes) < 0)
			return fail(w, at->off, at->len, "'%s' takes bytes as hex digits, not '"
				    STR_FMT "'", op_text(check->op), text);
		*ret = (struct value){ .type = VALUE_STR, .s = { (char *)bytes, text.n / 2 } };
		return true;
	}
	if (constant_parse(ret, lhs->type, text) < 0) {
		fail(w, at->off, at->len, lhs->type == VALUE_IP ?
		     "expecting an %s, not '" STR_FMT "'" : "expecting a %s, not '" STR_FMT "'",
		     value_type_name(lhs->type), text);
		mistake_constant(w->err, w->c->arena, check, at, text);
		return false;
	}
	return check->op != OP_REGEX || check_regex(w, at, text);
}

static void warn_word(struct walk *w, const struct expr *e, const struct word *word,
		      const char *code, struct str text)
{
	w->c->warn(w->c->ctx, e, code, word->off, word->len, text);
}

/* What is wrong with a value; absent if nothing. */
static struct str value_mistake(struct walk *w, const struct check *check, struct str value)
{
	const bool literal = is_equality(check->op) || check->op == OP_STARTSWITH ||
			     check->op == OP_ENDSWITH;
	struct str text = mistake_pattern(check->op, value);

	return !text.p && literal ? mistake_value(w->c->arena, check->lhs, value) : text;
}

/* Warns of a value that is probably not meant literally, as a pattern; once for each check. */
static void warn_values(struct walk *w, const struct expr *e)
{
	const struct check *check = e->check;

	for (uint32_t i = 0; i < check->nwords; i++) {
		const struct word *at = &check->words[i];
		const struct word *words = at->list ? at->list->words : at;
		const uint32_t n = at->list ? at->list->nwords : 1;
		struct str text = { 0 };

		for (uint32_t k = 0; k < n && !text.p; k++)
			text = value_mistake(w, check, words[k].text);
		if (!text.p)
			continue;
		warn_word(w, e, at, "LOAD_COMPILE_CONDITION", text);
		return;
	}
}

/* A word in parentheses that is almost the name of a list. */
static void warn_lists(struct walk *w, const struct expr *e)
{
	const struct check *check = e->check;
	const char *near;

	for (uint32_t i = 0; w->c->near_list && check->op == OP_IN && i < check->nwords; i++) {
		const struct word *word = &check->words[i];

		near = word->list || word->quoted ? NULL : w->c->near_list(w->c->ctx, word->text);
		if (near)
			warn_word(w, e, word, "LOAD_COMPILE_CONDITION",
				  arena_printf(w->c->arena, STR_FMT " is compared as text; did you "
					       "mean the list %s?", STR_ARG(word->text), near));
	}
}

/* Suggests a simpler operator for a regular expression that needs none. */
static void warn_regex(struct walk *w, const struct expr *e, const struct word *word)
{
	static const struct { bool before, after; const char *op; } simpler[] = {
		{ false, false, "=" }, { false, true, "startswith" },
		{ true, false, "endswith" }, { true, true, "contains" },
	};
	struct str s = word->text;
	bool before = str_starts(s, STR(".*")), after;

	s = before ? (struct str){ s.p + 2, s.n - 2 } : s;
	after = str_ends(s, STR(".*"));
	s.n -= after ? 2 : 0;
	for (size_t i = 0; i < s.n; i++) {
		if (strchr(".[]()*+?{}|^$\\", s.p[i]))
			return;
	}
	for (size_t i = 0; s.n && i < sizeof(simpler) / sizeof(simpler[0]); i++) {
		struct str text = { 0 };

		if (simpler[i].before == before && simpler[i].after == after)
			text = arena_printf(w->c->arena, "the expression is not needed: '%s "
					    STR_FMT "' has the same meaning and is faster",
					    simpler[i].op, STR_ARG(s));
		if (text.p)
			w->c->warn(w->c->ctx, e, "LOAD_COMPILE_CONDITION", word->off, word->len, text);
	}
}

static void warn_words(struct walk *w, const struct expr *e)
{
	const struct check *check = e->check;
	const struct word *word = check->words;
	struct lexer lx = { .arena = w->c->arena };
	const char *hint;

	if (!w->c->warn || check->lhs->type != VALUE_STR)
		return;
	warn_values(w, e);
	warn_lists(w, e);
	if (check->nwords != 1)
		return;
	if (check->op == OP_REGEX)
		warn_regex(w, e, word);
	hint = mistake_symbols(check, word);
	/* evt.dir=< is not a misspelt <=: these are the values of a deprecated field */
	if (hint && !(check->lhs->kind == OPERAND_FIELD &&
		      check->lhs->field->flags & FIELD_DEPRECATED))
		w->c->warn(w->c->ctx, e, "LOAD_COMPILE_CONDITION", check->op_off,
			   check->op_len + word->len,
			   arena_printf(w->c->arena, "compares with the text " STR_FMT "; %s",
					STR_ARG(word->text), hint));
	lx.text = word->text;
	if (!word->quoted && lex_dotted(&lx) == word->text.n && field_find(word->text))
		w->c->warn(w->c->ctx, e, "LOAD_COMPILE_CONDITION", word->off, word->len,
			   STR("this is compared as text; to compare with the field use val()"));
}

/* Constants of a resolved path are also compared as the host's links resolve them. */
static void add_links(struct walk *w, struct check *check)
{
	const struct operand *lhs = check->lhs;
	uint32_t n = check->nvalues;
	bool fits = is_equality(check->op) || check->op == OP_STARTSWITH || check->op == OP_PMATCH;

	if (!w->c->link || !fits || check->modifier != MODIFIER_NONE ||
	    lhs->kind != OPERAND_FIELD || !(lhs->field->flags & FIELD_PATH))
		return;
	for (uint32_t i = 0; i < n; i++) {
		struct value *twin = &check->values[check->nvalues];

		*twin = check->values[i];
		if (str_starts(twin->s, STR("/")) && w->c->link(w->c->ctx, twin->s, &twin->s))
			check->nvalues++;
	}
	check->nlinked = check->nvalues - n;
}

static bool check_words(struct walk *w, const struct expr *e)
{
	struct check *check = e->check;
	size_t total = 0, n = 0;

	for (uint32_t i = 0; i < check->nwords; i++)
		total += check->words[i].list ? check->words[i].list->nwords : 1;
	if (total > UINT32_MAX / 64)
		return filter_fail(w->err, w->c->arena, FILTER_LIMIT, e->off, e->len,
				   "too many values");
	check->values = arena_alloc(w->c->arena, (total * 2 + 1) * sizeof(*check->values));
	if (!check->values) {
		w->err->kind = FILTER_NOMEM;
		return false;
	}
	for (uint32_t i = 0; i < check->nwords; i++) {
		const struct word *word = &check->words[i];

		if (!word->list) {
			if (!check_word(w, e, word, word->text, &check->values[n++]))
				return false;
			continue;
		}
		for (uint32_t j = 0; j < word->list->nwords; j++) {
			if (!check_word(w, e, word, word->list->words[j].text,
					&check->values[n++]))
				return false;
		}
	}
	check->nvalues = (uint32_t)n;
	add_links(w, check);
	warn_words(w, e);
	return true;
}

static bool check_one(struct walk *w, const struct expr *e)
{
	struct check *check = e->check;
	uint8_t type = type_bit(check->lhs);

	if (check->broken || operand_is_unknown(check->lhs) ||
	    (check->rhs && operand_is_unknown(check->rhs)))
		return true;	/* which was reported */
	if (!check_operand(w, e, check->lhs))
		return false;
	if (!(op_types[check->op] & type))
		return fail(w, check->op_off, check->op_len,
			    "'%s' operator not supported for " STR_FMT " filters",
			    op_text(check->op),
			    type == ON_LIST ? STR("list") :
			    type == ON_BUF ? STR("buffer") :
			    str_of(value_type_name(check->lhs->type)));
	if (check->op == OP_EXISTS)
		return true;
	return check->rhs ? check_rhs(w, e) : check_words(w, e);
}

/* All checks, also those after one that fails. */
static void walk(struct walk *w, struct expr *e)
{
	switch (e->kind) {
	case EXPR_CHECK:
		if (!check_one(w, e))
			w->err = filter_more(w->err, w->c->arena);
		break;
	case EXPR_MACRO:
		break;
	default:
		for (uint32_t i = 0; i < e->nkids; i++)
			walk(w, e->kids[i]);
	}
}

bool filter_check(const struct checker *checker, struct expr *e, struct filter_error *err)
{
	struct walk w = { .c = checker, .err = filter_more(err, checker->arena) };

	walk(&w, e);
	return !filter_failed(err);
}
