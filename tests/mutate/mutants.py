# SPDX-License-Identifier: Apache-2.0
"""
Makes the mutants of a C file: each is the file with one small fault.

OPERATORS is the table of the kinds of fault. The file is read as tokens, not as
a tree: a mutant that is not valid C does not compile, and is not counted. The
order of the mutants, and so their names, depend only on the text of the file.
"""

import collections
import re

# name: of the function or macro; before, after: the lines, without indentation.
Mutant = collections.namedtuple("Mutant", "file line name operator before after text")

Token = collections.namedtuple("Token", "kind text at line")

TOKEN = re.compile(r"""
    (?P<space>[ \t\r\n]+|\\\n|/\*.*?\*/|//[^\n]*)
    |(?P<directive>(?m:^[ \t]*)\#(?:\\\n|/\*.*?\*/|[^\n])*)
    |(?P<string>(?:u8|[LuU])?"(?:\\.|[^"\\\n])*")
    |(?P<char>[LuU]?'(?:\\.|[^'\\\n])+')
    |(?P<number>\.?\d(?:[eEpP][+-]|[\w.])*)
    |(?P<word>[A-Za-z_]\w*)
    |(?P<mark>>>=|<<=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|.)
    """, re.X | re.S)

# How a declaration begins; any other statement can be deleted.
TYPE = re.compile(r"(struct|union|enum|const|static|extern|register|volatile|unsigned|signed|void|bool|char|short|int"
                  r"|long|float|double|size_t|ssize_t|u?int\d+_t|u?intptr_t|[us](8|16|32|64)|__\w+|\w+_t|FILE|typeof)$")
OTHER = re.compile(r"(return|case|default|if|else|for|while|do|switch|sizeof|assert\w*|static_assert|_Static_assert)$")

# Calls that are not deleted: without them memory leaks, which the address sanitizer finds, or a line is not logged.
RELEASES = re.compile(r"(k?v?free|fclose|close|munmap|closedir|freeaddrinfo|\w+_(free|uninit|unref|close|destroy|delete)|free_\w+"
                      r"|log_\w+|barrier|prefetch)$")

# What happens without memory: no test makes an allocation fail.
WITHOUT_MEMORY = re.compile(r"NOMEM\b|\bno_memory\b")

# Functions whose arguments can be swapped, and allocations, which can be larger, without an effect.
COMMUTES = re.compile(r"(calloc|memcmp|strcmp|strncmp|str_eq|MIN|MAX|min|max)$")
ALLOCATES = re.compile(r"\w*alloc\w*$")

RELATIONAL = {"<": ["<="], "<=": ["<"], ">": [">="], ">=": [">"], "==": ["!="], "!=": ["=="]}
LOGIC = {"&&": ["||"], "||": ["&&"]}
ARITHMETIC = {"+": ["-"], "-": ["+"], "+=": ["-="], "-=": ["+="], "++": ["--"], "--": ["++"], "<<": [">>"],
              ">>": ["<<"], "&": ["|"], "|": ["&"], "|=": ["&="], "&=": ["|="], "/": ["*"], "%": ["/"]}


class Source:
    """A file as tokens, each with the function around it."""

    def __init__(self, text):
        self.text = text
        self.tokens, self.macros = [], []
        at, line = 0, 1
        while at < len(text):
            m = TOKEN.match(text, at)
            if m.lastgroup == "directive":
                self.macros.append(Token("directive", m.group(), at, line))
            elif m.lastgroup != "space":
                self.tokens.append(Token(m.lastgroup, m.group(), at, line))
            line += m.group().count("\n")
            at = m.end()
        self.match = self.brackets()
        self.names = self.functions()

    def brackets(self):
        """For each opening bracket the closing one, and the reverse."""
        match, open_ = {}, []
        for i, t in enumerate(self.tokens):
            if t.text in ("(", "[", "{"):
                open_.append(i)
            elif t.text in (")", "]", "}") and open_:
                match[i] = open_.pop()
                match[match[i]] = i
        return match

    def functions(self):
        """For each token the function around it, and whether that returns bool."""
        names, i, t = [None] * len(self.tokens), 0, self.tokens
        while i < len(t):
            end = self.match.get(i, i)
            if t[i].text == "{" and i and t[i - 1].text == ")" and t[self.match[i - 1] - 1].kind == "word":
                name = self.match[i - 1] - 1
                head = [x.text for x in t[max(0, name - 3):name]]
                names[i:end + 1] = [(t[name].text, "bool" in head)] * (end + 1 - i)
            i = end + 1 if t[i].text in ("{", "(") else i + 1
        return names

    def cut(self, i, j):
        """The text of the tokens from i, without j."""
        return self.text[self.tokens[i].at:self.tokens[j - 1].at + len(self.tokens[j - 1].text)]

    def is_value(self, i):
        """Whether a value ends at token i, so that what follows is an operator of two."""
        return i >= 0 and (self.tokens[i].kind in ("word", "number", "char") and not OTHER.match(self.tokens[i].text)
                           or self.tokens[i].text in (")", "]"))

    def declares_array(self, i):
        """Whether the number at i is the size in a declaration of an array."""
        t = self.tokens
        return t[i - 1].text == "[" and i >= 3 and t[i - 2].kind == "word" and (
            t[i - 3].kind == "word" and not OTHER.match(t[i - 3].text) or t[i - 3].text == "*")

    def is_room(self, i):
        """Whether token i is in the arguments of an allocation."""
        depth = 0
        while i > 0 and self.tokens[i].text not in (";", "{", "}"):
            depth += {")": 1, "(": -1}.get(self.tokens[i].text, 0)
            if depth < 0 and self.tokens[i - 1].kind == "word":
                if ALLOCATES.match(self.tokens[i - 1].text):
                    return True
                depth = 0
            i -= 1
        return False

    def statement(self, i):
        """The end of the statement that starts at token i, else 0."""
        t = self.tokens
        if i == 0 or t[i - 1].text not in (";", "{", "}", "else", ")", ":") or t[i].text in ("{", "}", ";"):
            return 0
        if t[i - 1].text == ")" and t[self.match.get(i - 1, 1) - 1].text not in ("if", "for", "while", "switch"):
            return 0
        while i < len(t) and t[i].text not in (";", "{", "}"):
            i = self.match.get(i, i) + 1 if t[i].text in ("(", "[") else i + 1
        return i if i < len(t) and t[i].text == ";" else 0


def words(table):
    def replace(s, i):
        t = s.tokens[i]
        if t.kind == "mark" and t.text in table:
            if t.text in ("+", "-", "&") and not s.is_value(i - 1):
                return
            for other in table[t.text]:
                yield i, i + 1, other
    return replace


def negated(s, i):
    if s.tokens[i].text == "if" and s.tokens[i + 1].text == "(":
        end = s.match[i + 1]
        yield i + 1, end + 1, "(!" + s.cut(i + 1, end + 1) + ")"


def nearby(number):
    """The numbers beside one as C writes it."""
    m = re.fullmatch(r"(0[xX][0-9a-fA-F]+|\d+)([uUlL]*)", number)
    if not m:
        return
    n = int(m.group(1), 0 if m.group(1)[:2] in ("0x", "0X") else 10)
    yield "%d%s" % (n + 1, m.group(2))
    if n:
        yield "%d%s" % (n - 1, m.group(2))


def constant(s, i):
    t = s.tokens
    if t[i].kind == "number" and not s.declares_array(i) and not s.is_room(i) and not (
            t[i - 1].text == "-" and t[i - 2].text == "return"):  # any negative number fails
        for other in nearby(s.tokens[i].text):
            yield i, i + 1, other


def dropped(s, i):
    end, t = s.statement(i), s.tokens
    if not end or OTHER.match(t[i].text) or RELEASES.match(t[i].text) or WITHOUT_MEMORY.search(s.cut(i, end)):
        return
    if TYPE.match(t[i].text) and t[i + 1].text != "=" or t[i].kind == "word" and t[i + 1].kind == "word" and \
            t[i].text != "goto" or t[i + 1].text == "*" and t[i + 2].kind == "word" and t[i].kind == "word":
        return
    yield i, end + 1, ";"


def arguments(s, i):
    t = s.tokens
    if t[i].kind != "word" or OTHER.match(t[i].text) or i + 1 == len(t) or t[i + 1].text != "(":
        return
    starts, j, end = [i + 2], i + 2, s.match[i + 1]
    while j < end:
        if t[j].text == ",":
            starts.append(j + 1)
        j = s.match[j] + 1 if t[j].text in ("(", "[", "{") else j + 1
    starts.append(end + 1)
    for a, b, c in zip(starts, starts[1:], starts[2:]):
        one, two = s.cut(a, b - 1), s.cut(b, c - 1)
        if one != two and not (COMMUTES.match(t[i].text) and a == i + 2):
            yield a, c - 1, two + ", " + one


def returned(s, i):
    if s.tokens[i].text != "return" or s.tokens[i + 1].text == ";":
        return
    end = s.statement(i)
    if not end:
        return
    value = s.cut(i + 1, end)
    if WITHOUT_MEMORY.search(value):
        return
    others = {"true": ["false"], "false": ["true"], "0": ["-1", "1"], "NULL": []}.get(
        value, ["0", "1"] if s.names[i][1] else ["0"])
    for other in others:
        yield i + 1, end, other


OPERATORS = {
    "relation": words(RELATIONAL),  # a bound moved by one, an equality turned around
    "logic": words(LOGIC),  # and for or
    "arithmetic": words(ARITHMETIC),
    "condition": negated,  # if (!(…))
    "constant": constant,  # one more, one less
    "statement": dropped,
    "arguments": arguments,  # two adjacent ones swapped
    "return": returned,  # another value returned
}


def lines_of(text, start, end):
    """The whole lines around [start, end), as one, without indentation."""
    start = text.rfind("\n", 0, start) + 1
    end = text.find("\n", end)
    return " ".join(text[start:end if end >= 0 else len(text)].split())


def made(file, source, operator, name, line, start, end, other):
    text = source.text[:start] + other + source.text[end:]
    return Mutant(file, line, name, operator, lines_of(source.text, start, end),
                  lines_of(text, start, start + len(other)), text)


def of_macro(file, source, macro):
    """The constants of a macro without arguments."""
    head = re.match(r"[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+", macro.text)
    if not head:
        return
    for m in TOKEN.finditer(macro.text, head.end()):
        if m.lastgroup == "number":
            for other in nearby(m.group()):
                at = macro.at + m.start()
                yield made(file, source, "constant", head.group(1), macro.line, at, at + len(m.group()), other)


def mutants(file, text):
    """Every mutant of a file, in the order of the file."""
    source = Source(text)
    found = []
    for macro in source.macros:
        found += of_macro(file, source, macro)
    for i, t in enumerate(source.tokens):
        if not source.names[i]:
            continue
        for operator, make in OPERATORS.items():
            for a, b, other in make(source, i):
                end = source.tokens[b - 1].at + len(source.tokens[b - 1].text)
                m = made(file, source, operator, source.names[i][0], t.line, source.tokens[a].at, end, other)
                if operator == "statement":  # which of the function is deleted
                    m = m._replace(after="%s /* not: %s */" % (m.after, " ".join(source.cut(a, b).split())))
                found.append(m)
    return found
