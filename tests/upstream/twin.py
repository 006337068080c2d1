# SPDX-License-Identifier: Apache-2.0
"""
Reads Falco's rule files, independently of the agent, to compare the results with Saker's.

It shares nothing with the agent: another language, YAML reader and parser.
read() takes files in order, with redefinitions, appends, overrides and
exceptions; condition() is the condition of a rule as a tree, with its macros and
lists in place; parse() makes the same kind of tree of any text.

A tree is ("and" | "or", tree, ...) or ("check", negated, left, operator, right).
Negations are moved to the checks and nested and/or are merged, so that two trees
are equal if they say the same in the same order.
"""

import re
import sys

import yaml

sys.setrecursionlimit(20000)

WORD_OPERATORS = ["icontains", "bcontains", "contains", "bstartswith", "startswith", "endswith", "iglob", "glob",
                  "regex", "exists", "intersects", "pmatch", "in"]
SYMBOLS = ["==", "!=", "<=", ">=", "=", "<", ">"]
LISTS = ("in", "intersects", "pmatch")
MODIFIERS = ("oneof", "anyof", "allof")
TRANSFORMERS = ("tolower", "toupper", "b64", "basename", "len", "join", "concat", "getopt", "val")
ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "\\": "\\", "/": "/"}

BLANK = re.compile(r"[ \b\t\n\r]*")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)+")
BARE = re.compile(r"[^ \b\t\n\r(),=\"']+")
ARGUMENT = re.compile(r"[^ \b\t\n\r\[\]\"']+")
NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|[+-]?[0-9]+\.?[0-9]*(?:[eE][+-][0-9]+)?")
QUOTED = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'", re.S)


class Mistake(Exception):
    """A mistake in a rule file."""


def unquoted(text):
    """The value of a quoted text."""
    def one(m):
        if m.group(1):
            return chr(int(m.group(1), 16))
        if m.group(2) == text[0]:
            return text[0]
        if m.group(2) == " ":
            return "\\ "
        if m.group(2) not in ESCAPES:
            raise Mistake("escape \\%s" % m.group(2))
        return ESCAPES[m.group(2)]
    return re.sub(r"\\(?:x([0-9a-fA-F]{2})|(.))", one, text[1:-1], flags=re.S)


class Parser:
    """Recursive descent over a text; @lists and @macro resolve names."""

    def __init__(self, text, lists, macro):
        self.text, self.at = text, 0
        self.lists, self.macro = lists, macro

    def skip(self):
        self.at = BLANK.match(self.text, self.at).end()

    def take(self, literal):
        self.skip()
        if not self.text.startswith(literal, self.at):
            return False
        self.at += len(literal)
        return True

    def find(self, pattern):
        self.skip()
        m = pattern.match(self.text, self.at)
        if not m or not m.group():
            return None
        self.at = m.end()
        return m.group()

    def keyword(self, word):
        """A word that is followed by a blank, a parenthesis or the end."""
        self.skip()
        if not re.compile(word + r"(?=[ \b\t\n\r()]|$)").match(self.text, self.at):
            return False
        self.at += len(word)
        return True

    def fail(self, wanted):
        raise Mistake("expecting %s at '%s'" % (wanted, self.text[self.at:self.at + 30]))

    def whole(self):
        tree = self.either(False)
        self.skip()
        if self.at < len(self.text):
            self.fail("the end")
        return tree

    def either(self, negated):
        parts = [self.both(negated)]
        while self.keyword("or"):
            parts.append(self.both(negated))
        return joined("and" if negated else "or", parts)

    def both(self, negated):
        parts = [self.one(negated)]
        while self.keyword("and"):
            parts.append(self.one(negated))
        return joined("or" if negated else "and", parts)

    def one(self, negated):
        while self.keyword("not"):
            negated = not negated
        if self.take("("):
            tree = self.either(negated)
            if not self.take(")"):
                self.fail(")")
            return tree
        left = self.operand()
        if left is None:
            name = self.find(NAME) or self.fail("a field or a macro")
            return self.macro(name, negated)
        return self.check(left, negated)

    def bracket(self):
        """The argument of a field or transformer, or None."""
        if self.text[self.at:self.at + 1] != "[":
            return None
        self.at += 1
        quoted = self.find(QUOTED)
        argument = unquoted(quoted) if quoted else self.find(ARGUMENT)
        if argument is None or not self.take("]"):
            self.fail("an argument in brackets")
        return argument

    def operand(self):
        """A field or a transformer as text, or None."""
        self.skip()
        m = re.compile(r"(%s)\(" % "|".join(TRANSFORMERS)).match(self.text, self.at)
        if m:
            self.at = m.end()
            name, args = m.group(1), []
            while not self.take(")"):
                if args and not self.take(","):
                    self.fail("','")
                args.append(self.argument())
            inner = "%s(%s)" % (name, ", ".join(args))
        else:
            inner = self.find(FIELD)
            if not inner:
                return None
            if re.compile(r"[^ \b\t\n\r()\[,=!<>]").match(self.text, self.at):
                self.fail("an operator")
        argument = self.bracket()
        # evt.arg[flags] and evt.arg.flags are the same field.
        return inner if argument is None else "%s.%s" % (inner, argument)

    def argument(self):
        """An argument of a transformer."""
        quoted = self.find(QUOTED)
        if quoted:
            return repr(unquoted(quoted))
        if self.take("("):
            parts = []
            while not self.take(")"):
                if parts and not self.take(","):
                    self.fail("','")
                parts.append(self.argument())
            return "(%s)" % ", ".join(parts)
        return self.operand() or self.find(NUMBER) or self.fail("an argument")

    def operator(self):
        self.skip()
        for symbol in SYMBOLS:
            if self.take(symbol):
                return "=" if symbol == "==" else symbol
        for word in WORD_OPERATORS:
            if self.keyword(word):
                return word
        return self.fail("an operator")

    def check(self, left, negated):
        op = self.operator()
        if op == "exists":
            return ("check", negated, left, op, None)
        for modifier in () if op in LISTS else MODIFIERS:
            if self.keyword(modifier):
                return ("check", negated, left, op + " " + modifier, self.values())
        if op in LISTS:
            right = self.operand_alone() or self.values()
        else:
            right = self.operand_alone() or self.value()
        return ("check", negated, left, op, right)

    def operand_alone(self):
        """A field or transformer on the right: only with its parentheses it is one."""
        self.skip()
        if re.compile(r"(%s)\(" % "|".join(TRANSFORMERS)).match(self.text, self.at):
            return ("operand", self.operand())
        return None

    def words(self):
        """One value, or what the list of that name holds."""
        quoted = self.find(QUOTED)
        if quoted:
            return [unquoted(quoted)]
        word = self.find(BARE) or self.fail("a value")
        return self.lists.get(word, [word])

    def value(self):
        # "1,000" is not a number and "a=b" not a word: the first character that ends a word ends the value.
        values = self.words()
        return values[0] if len(values) == 1 else self.fail("one value, not a list")

    def values(self):
        if not self.take("("):
            name = self.find(BARE) or self.fail("a list")
            return tuple(self.lists[name]) if name in self.lists else self.fail("a list")
        values = []
        while not self.take(")"):
            if values and not self.take(","):
                self.fail("','")
            self.skip()
            # A list without items leaves nothing between the commas.
            if self.text[self.at:self.at + 1] not in (",", ")"):
                values.append(self.words())
        return tuple(value for some in values for value in some)


def joined(kind, parts):
    """One tree of several, without a tree of the same kind in it."""
    flat = []
    for part in parts:
        flat += part[1:] if part[0] == kind else [part]
    return flat[0] if len(flat) == 1 else (kind, *flat)


def parse(text):
    """The tree of a text that has neither macros nor lists."""
    def no_macro(name, _negated):
        raise Mistake("the macro %s is not replaced" % name)
    return Parser(text, {}, no_macro).whole()


class Rule:
    """What its condition depends on."""

    def __init__(self):
        self.condition, self.exceptions, self.enabled, self.source = "", {}, True, "syscall"
        self.desc = ""


class Rules:
    """Rule files in the order in which they are read."""

    def __init__(self):
        self.lists, self.macros, self.rules = {}, {}, {}

    def read(self, path):
        with open(path, encoding="utf-8") as file:
            for document in yaml.load_all(file, Loader=yaml.BaseLoader):
                for item in document or []:
                    for kind in ("list", "macro", "rule"):
                        if kind in item:
                            getattr(self, "read_" + kind)(item)

    def read_list(self, item):
        name, change = item["list"], changes(item)
        before = self.lists.get(name, []) if change("items") == "append" else []
        self.lists[name] = before + list(item.get("items") or [])

    def read_macro(self, item):
        name, change = item["macro"], changes(item)
        before = self.macros[name] + " " if change("condition") == "append" else ""
        self.macros[name] = before + item["condition"]

    def read_rule(self, item):
        name, change = item["rule"], changes(item)
        alone = set(item) - {"rule", "tags"} == {"enabled"}
        if not (alone or item.get("append") == "true" or item.get("override")) or name not in self.rules:
            self.rules[name] = Rule()
        rule = self.rules[name]
        rule.source = item.get("source", rule.source)
        rule.desc = item.get("desc", rule.desc)
        if "enabled" in item:
            rule.enabled = item["enabled"].lower() in ("true", "yes", "on", "1")
        if "condition" in item:
            before = rule.condition + " " if change("condition") == "append" else ""
            rule.condition = before + item["condition"]
        if "exceptions" in item and change("exceptions") == "replace":
            rule.exceptions = {}
        for exception in item.get("exceptions") or []:
            self.read_exception(rule, exception, change("exceptions") == "append")

    @staticmethod
    def read_exception(rule, item, append):
        if not append or item["name"] not in rule.exceptions:
            rule.exceptions[item["name"]] = dict(item, values=[])
        rule.exceptions[item["name"]]["values"] += item.get("values") or []

    def items(self, name, above=()):
        """
        The values of a list. An item that names a list stands for its values, wherever
        that list is defined: Falco puts the values of later lists into the text of a
        condition too. Falco expands one level of earlier lists; here, as in Saker, it
        goes on to the last.
        """
        values = []
        for item in self.lists[name]:
            if item in self.lists and item not in above and item != name:
                values += self.items(item, (*above, name))
            else:
                values.append(unquoted(item) if QUOTED.fullmatch(item) else item)
        return values

    def tree(self, text, above=()):
        """The tree of a condition, with its macros and lists in place."""
        lists = {name: self.items(name) for name in self.lists}

        def macro(name, negated):
            if name not in self.macros:
                raise Mistake("undefined macro %s" % name)
            if name in above:
                raise Mistake("the macro %s contains itself" % name)
            tree = self.tree(self.macros[name], (*above, name))
            return turned(tree) if negated else tree
        return Parser(text, lists, macro).whole()

    def condition(self, name):
        """The tree of a rule: its condition, and for each exception that it does not hold."""
        rule = self.rules[name]
        parts = [self.tree(rule.condition)]
        for exception in rule.exceptions.values():
            text = exception_text(exception)
            if text:
                parts.append(turned(self.tree(text)))
        return joined("and", parts)


def changes(item):
    """How an item changes what is there under a key."""
    override = item.get("override") or {}
    return lambda key: "append" if item.get("append") == "true" else override.get(key)


def turned(tree):
    """The tree of the contrary."""
    if tree[0] == "check":
        return ("check", not tree[1], *tree[2:])
    return ("or" if tree[0] == "and" else "and", *map(turned, tree[1:]))


def written(value):
    """A value of an exception as a word of a condition."""
    if QUOTED.fullmatch(value) or BARE.fullmatch(value) or re.match(r"(%s)\(.*\)" % "|".join(TRANSFORMERS), value):
        return value
    return '"%s"' % re.sub(r'(["\\])', r"\\\1", value)


def one_check(field, op, value):
    if op in LISTS or op.split()[-1] in MODIFIERS:
        if isinstance(value, str) and value.startswith("("):
            return "%s %s %s" % (field, op, value)
        values = [value] if isinstance(value, str) else value
        return "%s %s (%s)" % (field, op, ", ".join(map(written, values)))
    return "%s %s %s" % (field, op, written(value))


def exception_text(exception):
    """What must not hold, as the text of a condition; empty if the exception has no values."""
    fields, values = exception["fields"], exception["values"]
    if not values:
        return ""
    if isinstance(fields, str):
        op = exception.get("comps", "in")
        flat = [v for value in values for v in ([value] if isinstance(value, str) else value)]
        if op in LISTS or op.split()[-1] in MODIFIERS:
            return one_check(fields, op, flat)
        return " or ".join(one_check(fields, op, v) for v in flat)
    ops = exception.get("comps", ["="] * len(fields))
    return " or ".join("(%s)" % " and ".join(map(one_check, fields, ops, value)) for value in values)


def shown(tree):
    """A tree as lines, for a reader who compares two."""
    if tree[0] != "check":
        return [tree[0]] + ["  " + line for part in tree[1:] for line in shown(part)]
    right = tree[4] if tree[4] is not None else ""
    return ["%s%s %s %s" % ("not " if tree[1] else "", tree[2], tree[3], right)]
