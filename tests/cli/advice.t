# SPDX-License-Identifier: Apache-2.0
#
# Errors in rules say what to do.

# What is missing in a condition (warnings of macros that no rule uses are omitted)
$ saker check -r /dev/stdin | grep -v -e UNUSED_MACRO -e '- macro' -e '^    ^$'
> - macro: value_with_a_blank
>   condition: proc.name = cat dog
> - macro: value_with_a_blank_in_a_group
>   condition: (proc.cmdline contains a -x)
> - macro: no_and_between_checks
>   condition: proc.name = cat fd.name = /x
> - macro: no_and_before_an_index
>   condition: proc.name = cat proc.aname[2] = x
> - macro: no_and_between_macros
>   condition: spawned_process container
> - macro: no_and_before_not
>   condition: proc.name = cat not fd.name = /x
> - macro: no_parenthesis
>   condition: proc.name = x and (proc.pname = cat or fd.name = /x
> - macro: one_parenthesis_too_many
>   condition: proc.name = cat)
> - macro: values_without_a_list
>   condition: proc.name = cat, dog
> - macro: no_value
>   condition: fd.name contains
> - macro: no_value_in_a_group
>   condition: (fd.name contains)
> - macro: no_check
>   condition: proc.name
> - macro: no_check_of_a_boolean
>   condition: (evt.is_open_read)
> - macro: and_in_front
>   condition: and proc.name = cat
| /dev/stdin:2:30: error: unexpected token 'dog', expecting 'or', 'and'
|     condition: proc.name = cat dog
|                                ^~~
|   quote a value with spaces: "cat dog"
| /dev/stdin:4:39: error: expecting 'or', 'and' or ')', not '-x'
|     condition: (proc.cmdline contains a -x)
|                                         ^~
|   quote a value with spaces: "a -x"
| /dev/stdin:6:30: error: unexpected token 'fd.name', expecting 'or', 'and'
|     condition: proc.name = cat fd.name = /x
|                                ^~~~~~~
|   write 'and' or 'or' between two checks, and before a condition that is appended
| /dev/stdin:8:30: error: unexpected token 'proc.aname[2]', expecting 'or', 'and'
|     condition: proc.name = cat proc.aname[2] = x
|                                ^~~~~~~~~~~~~
|   write 'and' or 'or' between two checks, and before a condition that is appended
| /dev/stdin:10:30: error: unexpected token 'container', expecting 'or', 'and'
|     condition: spawned_process container
|                                ^~~~~~~~~
|   write 'and' or 'or' between two checks, and before a condition that is appended
| /dev/stdin:12:30: error: unexpected token 'not', expecting 'or', 'and'
|     condition: proc.name = cat not fd.name = /x
|                                ^~~
|   write 'and' or 'or' between two checks, and before a condition that is appended
| /dev/stdin:14:65: error: expecting 'or', 'and' or ')', not 'the end'
|     condition: proc.name = x and (proc.pname = cat or fd.name = /x
|                                                                   ^
|   the '(' before "proc.pname = cat or fd.name = " is not closed
| /dev/stdin:16:29: error: unexpected token ')', expecting 'or', 'and'
|     condition: proc.name = cat)
|                               ^
|   no '(' belongs to this ')'
| /dev/stdin:18:29: error: unexpected token ',', expecting 'or', 'and'
|     condition: proc.name = cat, dog
|                               ^
|   several values are a list: proc.name in (a, b)
| /dev/stdin:20:30: error: expecting a value, not 'the end'
|     condition: fd.name contains
|                                ^
| /dev/stdin:22:31: error: expecting a value, not ')'
|     condition: (fd.name contains)
|                                 ^
| /dev/stdin:24:23: error: expecting an operator such as '=' or 'in', not 'the end'
|     condition: proc.name
|                         ^
|   did you mean proc.name exists?
| /dev/stdin:26:31: error: expecting an operator such as '=' or 'in', not ')'
|     condition: (evt.is_open_read)
|                                 ^
|   did you mean evt.is_open_read = true?
| /dev/stdin:28:14: error: expecting a field, a macro or '(', not 'and'
|     condition: and proc.name = cat
|                ^~~
|   a condition begins with 'and' or 'or' only where it is appended: override: {condition: append}
| /dev/stdin: Invalid
| no rule loaded

# A transformer
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open and to_lower(proc.name) = cat
>   output: o
>   priority: INFO
> - rule: S
>   desc: d
>   condition: evt.type = open and reverse(proc.name) = cat
>   output: o
>   priority: INFO
| /dev/stdin:3:34: error: filter_check called with nonexistent field to_lower
|     condition: evt.type = open and to_lower(proc.name) = cat
|                                    ^~~~~~~~
|   did you mean tolower(...)?
| /dev/stdin:8:34: error: filter_check called with nonexistent field reverse
|     condition: evt.type = open and reverse(proc.name) = cat
|                                    ^~~~~~~
|   only a transformer, such as tolower or basename, has arguments in ( ); a field has one in [ ]
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 2 of 2
? 1

# A condition that is appended
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open and fd.name = /x
>   output: o
>   priority: INFO
> - rule: R
>   condition: proc.name = x
>   override: {condition: append}
| /dev/stdin:7:14: error: unexpected token 'proc.name', expecting 'or', 'and'
|     condition: proc.name = x
|                ^~~~~~~~~
|   write 'and' or 'or' between two checks, and before a condition that is appended
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 1 of 1
? 1

# A value of override that is neither raises one error
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open and fd.name = /x
>   output: o
>   priority: INFO
> - rule: R
>   condition: and proc.name = x
>   override: {condition: apend}
> - rule: R
>   desc: other
>   override: {desc: replce}
| /dev/stdin:8:25: error: The value of 'condition' under 'override' is neither 'append' nor 'replace'
|     override: {condition: apend}
|                           ^~~~~
| /dev/stdin:11:20: error: The value of 'desc' under 'override' is neither 'append' nor 'replace'
|     override: {desc: replce}
|                      ^~~~~~
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 1 of 1
? 1

# A change of a rule, without override
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open and fd.name = /x
>   output: o
>   priority: INFO
> - rule: R
>   condition: and proc.name = x
| /dev/stdin:6:3: error: Item has no mapping for key 'output'
|   - rule: R
|     ^
|   add it, for example 'output: "%proc.name connects to %fd.name"'
| /dev/stdin:6:3: error: Item has no mapping for key 'desc'
|   - rule: R
|     ^
|   add it, for example 'desc: what the rule finds, and why it matters'
| /dev/stdin:6:3: error: Item has no mapping for key 'priority'
|   - rule: R
|     ^
|   to change the rule of that name which was read before, add override, with append or replace for each key
| /dev/stdin:6:3: warning: the rule is defined twice in this file: line 1 has no effect [SAKER_DEFINED_TWICE]
|   - rule: R
|     ^
| /dev/stdin:7:14: error: expecting a field, a macro or '(', not 'and'
|     condition: and proc.name = x
|                ^~~
|   a condition begins with 'and' or 'or' only where it is appended: override: {condition: append}
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 1 of 1
? 1

# Items
$ saker check -r /dev/stdin
> - rul: R
> - name: R
> - list: l
>   items: a
> - list: empty
>   items:
| /dev/stdin:1:3: warning: Unknown top level item [LOAD_UNKNOWN_ITEM]
|   - rul: R
|     ^
|   did you mean rule?
| /dev/stdin:2:3: warning: Unknown top level item [LOAD_UNKNOWN_ITEM]
|   - name: R
|     ^
|   an item has one of the keys rule, macro, list, required_engine_version and required_plugin_versions
| /dev/stdin:4:10: error: Mapping for key 'items' is not a list
|     items: a
|            ^
|   write [ ] around the items
| /dev/stdin:5:3: warning: List not referred to by any other rule/macro [LOAD_UNUSED_LIST]
|   - list: empty
|     ^
| /dev/stdin: Invalid
| no rule loaded
? 1

$ saker check -r /dev/stdin
> rule: R
> desc: d
| /dev/stdin:1:1: error: Rules content is not yaml array of objects
|   rule: R
|   ^
|   each item begins with a - and a space: - rule: NAME
| /dev/stdin: Invalid
| no rule loaded
? 1

# Exceptions
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open and fd.name = /x
>   output: o
>   priority: INFO
>   exceptions:
>     - {name: comps, fields: [proc.name, fd.name], comps: [=], values: [[a, b]]}
>     - {name: values, fields: [proc.name, fd.name], values: [[a, b, c]]}
>     - {name: no_list, fields: [proc.name, fd.name], values: [a]}
>     - {name: list, fields: proc.name, comps: [in], values: [a]}
>     - {name: word, fields: [proc.name], comps: [equals], values: [[a]]}
>     - {name: misspelt, fields: [proc.name], comps: [startwith], values: [[a]]}
> - rule: R
>   exceptions:
>     - {name: other, values: [[a]]}
>   override: {exceptions: append}
| /dev/stdin:7:58: error: Fields and comps lists must have equal length
|       - {name: comps, fields: [proc.name, fd.name], comps: [=], values: [[a, b]]}
|                                                            ^
|   2 fields need 2 comps, not 1
| /dev/stdin:8:61: error: Fields and values lists must have equal length
|       - {name: values, fields: [proc.name, fd.name], values: [[a, b, c]]}
|                                                               ^
|   2 fields need 2 values, not 3
| /dev/stdin:9:62: error: Fields and values lists must have equal length
|       - {name: no_list, fields: [proc.name, fd.name], values: [a]}
|                                                                ^
|   fields is a list, so write values in [ ]
| /dev/stdin:10:46: error: Fields and comps lists must have equal length
|       - {name: list, fields: proc.name, comps: [in], values: [a]}
|                                                ^
|   fields is a single text, so comps is one too
| /dev/stdin:11:48: error: 'equals' is not a supported operator
|       - {name: word, fields: [proc.name], comps: [equals], values: [[a]]}
|                                                  ^
|   did you mean =?
| /dev/stdin:12:52: error: 'startwith' is not a supported operator
|       - {name: misspelt, fields: [proc.name], comps: [startwith], values: [[a]]}
|                                                      ^
|   did you mean startswith?
| /dev/stdin:15:7: error: Item has no mapping for key 'fields'
|       - {name: other, values: [[a]]}
|         ^
|   the rule has no exception of that name; a new one needs fields
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 1 of 1
? 1

# YAML
$ saker check -r /dev/stdin
> - rule: R
>   desc: d: e
| /dev/stdin:2:10: error: not YAML: mapping values are not allowed in this context; quote a text with ": " in it, and begin the keys of an item in the same column
|     desc: d: e
|            ^
| /dev/stdin: Invalid
| no rule loaded
? 1

$ saker check -r /dev/stdin
> - rule: R
>   output: %proc.name ran
| /dev/stdin:2:11: error: not YAML: found character that cannot start any token while scanning for the next token; quote a text that begins with this character
|     output: %proc.name ran
|             ^
| /dev/stdin: Invalid
| no rule loaded
? 1

$ printf -- '- rule: R\n\tdesc: d\n' | saker check -r /dev/stdin
| /dev/stdin:2:1: error: not YAML: found a tab character that violates indentation while scanning a plain scalar; indent with spaces
|   	desc: d
|   ^
| /dev/stdin: Invalid
| no rule loaded
? 1

$ printf -- '- rule: R\n  tags:\t[a]\n  desc:\n\td: e\n' | saker check -r /dev/stdin
| /dev/stdin:4:1: error: not YAML: found character that cannot start any token while scanning for the next token; indent with spaces
|   	d: e
|   ^
| /dev/stdin: Invalid
| no rule loaded
? 1

$ saker check -r /dev/stdin
> - list: l
>   items: [proc.pname, proc.aname[2]]
| /dev/stdin:2:33: error: not YAML: did not find expected ',' or ']' while parsing a flow sequence; within [ ], quote a text that has a bracket in it
|     items: [proc.pname, proc.aname[2]]
|                                   ^
| /dev/stdin: Invalid
| no rule loaded
? 1

$ saker check -r /dev/stdin
> - {rule: R, output: a}b}
| /dev/stdin:1:23: error: not YAML: did not find expected '-' indicator while parsing a block collection; the items begin in the same column, each with a -
|   - {rule: R, output: a}b}
|                         ^
| /dev/stdin: Invalid
| no rule loaded
? 1

$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>    output: o
| /dev/stdin:3:10: error: not YAML: mapping values are not allowed in this context; quote a text with ": " in it, and begin the keys of an item in the same column
|      output: o
|            ^
| /dev/stdin: Invalid
| no rule loaded
? 1

$ saker check -r /dev/stdin
> - rule: R
>    desc: d
>   output: o
| /dev/stdin:2:8: error: not YAML: mapping values are not allowed in this context; quote a text with ": " in it, and begin the keys of an item in the same column
|      desc: d
|          ^
| /dev/stdin: Invalid
| no rule loaded
? 1

$ saker check -r /dev/stdin
> - rule: R
>   desc: "d
| /dev/stdin:3:1: error: not YAML: found unexpected end of stream while scanning a quoted scalar; the quote is not closed
|
|   ^
| /dev/stdin: Invalid
| no rule loaded
? 1

# A file that is not YAML may define what a later file changes
$ saker check unread.yaml change.yaml
| unread.yaml:4:10: error: not YAML: mapping values are not allowed in this context; quote a text with ": " in it, and begin the keys of an item in the same column
|     desc: d: e
|            ^
| change.yaml:3:3: error: Rule has 'override' key but no rule by that name already exists
|   - rule: R
|     ^
|   unread.yaml has an error and was not read; it may define it
| unread.yaml: Invalid
| change.yaml: Invalid
| no rule loaded
? 1

# evt.dir=< is not a misspelt <=; a field that does not exist skips the rule; an argument
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open and evt.dir=< and fd.name = /x
>   output: o
>   priority: INFO
> - rule: S
>   desc: d
>   condition: evt.type = open and ka.verb = create
>   output: o
>   priority: INFO
>   skip-if-unknown-filter: true
> - rule: T
>   desc: d
>   condition: evt.type = open and fd.name = /x
>   output: "%nosuch.field"
>   priority: INFO
>   skip-if-unknown-filter: true
> - rule: U
>   desc: d
>   condition: evt.type = open and evt.arg.nosuch = x and fd.typechar = file
>   output: o
>   priority: INFO
| /dev/stdin:3:34: warning: the field evt.dir is deprecated: it is always '<'; remove it from the condition [LOAD_DEPRECATED_ITEM]
|     condition: evt.type = open and evt.dir=< and fd.name = /x
|                                    ^~~~~~~
| /dev/stdin:8:34: warning: filter_check called with nonexistent field ka.verb: events of this source do not have it; the rule is skipped [LOAD_UNKNOWN_FILTER]
|     condition: evt.type = open and ka.verb = create
|                                    ^~~~~~~
| /dev/stdin:15:13: warning: unknown filter: nosuch.field; the rule is skipped [LOAD_UNKNOWN_FILTER]
|     output: "%nosuch.field"
|               ^~~~~~~~~~~~
| /dev/stdin:20:34: error: the field evt.arg has no such argument
|     condition: evt.type = open and evt.arg.nosuch = x and fd.typechar = file
|                                    ^~~~~~~~~~~~~~
|   evt.args has the names: saker trace -F evt.type,evt.args
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 1 of 4
? 1

# A path that another check already requires
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open and fd.name in (/x)
>   output: o
>   priority: INFO
>   exceptions:
>     - {name: e, fields: [fd.name], values: [[/x]]}
| /dev/stdin:7:26: warning: this excludes every path that passes 'fd.name in (/x)' [SAKER_CONTRADICTION]
|       - {name: e, fields: [fd.name], values: [[/x]]}
|                            ^
| /dev/stdin: Ok, with warnings
| 1 rule loaded, 1 cannot fire here
| cannot fire here: "R"

# A part of an exception that the rule requires anyway
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open and proc.name = a and fd.name startswith /etc/
>   output: o
>   priority: INFO
>   exceptions:
>     - {name: e, fields: [proc.name, fd.name], comps: [=, startswith], values: [[a, /etc/x]]}
| /dev/stdin: Ok
| 1 rule loaded

# An exception for every event of its rule
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open and proc.name = a and user.name = b
>   output: o
>   priority: INFO
>   exceptions:
>     - {name: e, fields: [proc.name, user.name], values: [[a, b]]}
| /dev/stdin:7:26: warning: this excludes every event that passes 'proc.name = a' [SAKER_CONTRADICTION]
|       - {name: e, fields: [proc.name, user.name], values: [[a, b]]}
|                            ^
| /dev/stdin:7:37: warning: this excludes every event that passes 'user.name = b' [SAKER_CONTRADICTION]
|       - {name: e, fields: [proc.name, user.name], values: [[a, b]]}
|                                       ^
| /dev/stdin: Ok, with warnings
| 1 rule loaded, 1 cannot fire here
| cannot fire here: "R"

# A misspelt option
$ saker trace --josn
| saker: unknown option: --josn; did you mean --json?
| saker: `saker trace --help` lists its options
? 2
