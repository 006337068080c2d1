# SPDX-License-Identifier: Apache-2.0
#
# Every error and every warning of rule files, with the text that tools search for.

# LOAD_ERR_YAML_PARSE
$ saker check -r /dev/stdin
> - [
| /dev/stdin:2:1: error: not YAML: did not find expected node content while parsing a flow node
|
|   ^
| /dev/stdin: Invalid
| no rule loaded
? 1

# An alias inside its own anchor
$ saker check -r /dev/stdin
> - &x
>   list: l
>   items: [*x]
| /dev/stdin:3:11: error: an alias inside its own anchor
|     items: [*x]
|             ^
| /dev/stdin: Invalid
| no rule loaded
? 1

# LOAD_ERR_YAML_VALIDATE: the whole file
$ saker check -r /dev/stdin
> a: 1
| /dev/stdin:1:1: error: Rules content is not yaml array of objects
|   a: 1
|   ^
|   each item begins with a - and a space: - rule: NAME
| /dev/stdin: Invalid
| no rule loaded
? 1

# Items of a wrong type
$ saker check -r /dev/stdin
> - 1
> - nosuch: 1
| /dev/stdin:1:3: error: Unexpected element type. Each element should be a yaml associative array.
|   - 1
|     ^
| /dev/stdin:2:3: warning: Unknown top level item [LOAD_UNKNOWN_ITEM]
|   - nosuch: 1
|     ^
|   an item has one of the keys rule, macro, list, required_engine_version and required_plugin_versions
| /dev/stdin: Invalid
| no rule loaded
? 1

# A key that is misspelt
$ saker check -r /dev/stdin
> - rul: R
>   macro_: m
> - [macr]: m
> - {}
| /dev/stdin:1:3: warning: Unknown top level item [LOAD_UNKNOWN_ITEM]
|   - rul: R
|     ^
|   did you mean rule?
| /dev/stdin:3:3: warning: Unknown top level item [LOAD_UNKNOWN_ITEM]
|   - [macr]: m
|     ^
|   an item has one of the keys rule, macro, list, required_engine_version and required_plugin_versions
| /dev/stdin:4:3: warning: Unknown top level item [LOAD_UNKNOWN_ITEM]
|   - {}
|     ^
|   an item has one of the keys rule, macro, list, required_engine_version and required_plugin_versions
| /dev/stdin: Ok, with warnings
| 0 rules loaded

# The name of an item that is changed is misspelt
$ saker check -r /dev/stdin
> - list: known_shells
>   items: [sh]
> - macro: opened
>   condition: evt.type = open
> - rule: Shell opened
>   desc: d
>   condition: opened and proc.name in (known_shells)
>   output: o
>   priority: INFO
> - list: known_shels
>   items: [a]
>   override: {items: append}
> - macro: opend
>   condition: and proc.name = a
>   override: {condition: append}
> - rule: Shell opens
>   enabled: false
> - rule: Shell open
>   override: {enabled: replace}
>   enabled: false
> - rule: shell opened
>   append: true
>   condition: and proc.name = a
| /dev/stdin:10:3: error: List has 'override' key but no list by that name already exists
|   - list: known_shels
|     ^
|   did you mean known_shells?
| /dev/stdin:13:3: error: Macro has 'override' key but no macro by that name already exists
|   - macro: opend
|     ^
|   did you mean opened?
| /dev/stdin:16:3: error: Rule has 'enabled' key but no rule by that name already exists
|   - rule: Shell opens
|     ^
|   did you mean Shell opened?
| /dev/stdin:18:3: error: Rule has 'override' key but no rule by that name already exists
|   - rule: Shell open
|     ^
|   did you mean Shell opened?
| /dev/stdin:21:3: error: Rule has 'append' key but no rule by that name already exists
|   - rule: shell opened
|     ^
|   did you mean Shell opened?
| /dev/stdin:22:11: warning: 'append' key is deprecated. Add an 'append' entry (e.g. 'condition: append') under 'override' instead. [LOAD_DEPRECATED_ITEM]
|     append: true
|             ^~~~
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 0 of 1
? 1

# Keys that are missing
$ saker check -r /dev/stdin
> - rule: R
> - macro: m
> - list: l
| /dev/stdin:1:3: error: Item has no mapping for key 'condition'
|   - rule: R
|     ^
|   add it, for example 'condition: evt.type = connect and fd.sport = 4444'
| /dev/stdin:1:3: error: Item has no mapping for key 'output'
|   - rule: R
|     ^
|   add it, for example 'output: "%proc.name connects to %fd.name"'
| /dev/stdin:1:3: error: Item has no mapping for key 'desc'
|   - rule: R
|     ^
|   add it, for example 'desc: what the rule finds, and why it matters'
| /dev/stdin:1:3: error: Item has no mapping for key 'priority'
|   - rule: R
|     ^
|   add it, for example 'priority: WARNING'
| /dev/stdin:2:3: error: Item has no mapping for key 'condition'
|   - macro: m
|     ^
|   add it, for example 'condition: evt.type = connect and fd.sport = 4444'
| /dev/stdin:3:3: error: Item has no mapping for key 'items'
|   - list: l
|     ^
|   add it, for example 'items: [bash, sh]'
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 1 of 1
? 1

# Keys that are empty
$ saker check -r /dev/stdin
> - rule: ''
> - macro: m
>   condition: ''
> - list:
>   items: [a]
| /dev/stdin:1:9: error: Mapping for key 'rule' is empty
|   - rule: ''
|           ^~
| /dev/stdin:3:14: error: Mapping for key 'condition' is empty
|     condition: ''
|                ^~
| /dev/stdin:4:8: error: Mapping for key 'list' is empty
|   - list:
|          ^
| /dev/stdin: Invalid
| no rule loaded
? 1

# Items of a list of the wrong kind
$ saker check -r /dev/stdin
> - list: k
>   items: a
> - list: l
>   items: [[a], {b: c}]
>   nosuch: 1
> - macro: m
>   condition: [a]
>   nosuch: 1
| /dev/stdin:2:10: error: Mapping for key 'items' is not a list
|     items: a
|            ^
|   write [ ] around the items
| /dev/stdin:3:3: warning: List not referred to by any other rule/macro [LOAD_UNUSED_LIST]
|   - list: l
|     ^
| /dev/stdin:4:11: error: the items of a list must be single values
|     items: [[a], {b: c}]
|             ^
| /dev/stdin:4:16: error: the items of a list must be single values
|     items: [[a], {b: c}]
|                  ^
| /dev/stdin:5:3: warning: Unknown key 'nosuch'. The key will be ignored. [LOAD_UNKNOWN_KEY]
|     nosuch: 1
|     ^~~~~~
| /dev/stdin:7:14: error: Mapping for key 'condition' is not a text
|     condition: [a]
|                ^
| /dev/stdin:8:3: warning: Unknown key 'nosuch'. The key will be ignored. [LOAD_UNKNOWN_KEY]
|     nosuch: 1
|     ^~~~~~
| /dev/stdin: Invalid
| no rule loaded
? 1

# Keys of the wrong kind
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
>   tags: x
>   enabled: perhaps
>   capture_duration: long
>   exceptions: x
| /dev/stdin:6:9: error: Mapping for key 'tags' is not a list
|     tags: x
|           ^
| /dev/stdin:7:12: error: Can't decode value of 'enabled': expecting true or false
|     enabled: perhaps
|              ^~~~~~~
| /dev/stdin:8:21: error: Can't decode value of 'capture_duration': expecting milliseconds
|     capture_duration: long
|                       ^~~~
| /dev/stdin:9:15: error: exceptions is not a list
|     exceptions: x
|                 ^
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 1 of 1
? 1

# LOAD_ERR_VALIDATE: versions
$ saker check -r /dev/stdin
> - required_engine_version: 64
> - required_engine_version: x
> - required_plugin_versions: [{name: nosuch, version: 0.4.0}, {name: json, version: x}]
> - required_plugin_versions: 1
| /dev/stdin:1:28: error: Rules require engine version 0.64.0, but engine version is 0.63.0
|   - required_engine_version: 64
|                              ^~
| /dev/stdin:2:28: error: Unable to parse engine version: expecting a number or a semver string
|   - required_engine_version: x
|                              ^
| /dev/stdin:3:30: error: Plugin requirement not satisfied, must load one of: nosuch or its alternatives
|   - required_plugin_versions: [{name: nosuch, version: 0.4.0}, {name: json, version: x}]
|                                ^
| /dev/stdin:3:84: error: Invalid required version 'x'
|   - required_plugin_versions: [{name: nosuch, version: 0.4.0}, {name: json, version: x}]
|                                                                                      ^
| /dev/stdin:4:29: error: Value of required_plugin_versions must be a list
|   - required_plugin_versions: 1
|                               ^
| /dev/stdin: Invalid
| no rule loaded
? 1

# Priorities
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: urgent
| /dev/stdin:5:13: error: Invalid priority
|     priority: urgent
|               ^~~~~~
|   one of Emergency, Alert, Critical, Error, Warning, Notice, Informational, Debug
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 1 of 1
? 1

# Append to an item that does not exist
$ saker check -r /dev/stdin
> - rule: R
>   append: true
>   condition: and evt.type = open
> - macro: m
>   append: true
>   condition: and x
> - list: l
>   append: true
>   items: [a]
| /dev/stdin:1:3: error: Rule has 'append' key but no rule by that name already exists
|   - rule: R
|     ^
|   give the file that defines it before this one; for the rules that come with Saker: saker check -r /etc/saker/rules.d FILE
| /dev/stdin:2:11: warning: 'append' key is deprecated. Add an 'append' entry (e.g. 'condition: append') under 'override' instead. [LOAD_DEPRECATED_ITEM]
|     append: true
|             ^~~~
| /dev/stdin:4:3: error: Macro has 'append' key but no macro by that name already exists
|   - macro: m
|     ^
|   give the file that defines it before this one; for the rules that come with Saker: saker check -r /etc/saker/rules.d FILE
| /dev/stdin:5:11: warning: 'append' key is deprecated. Add an 'append' entry (e.g. 'condition: append') under 'override' instead. [LOAD_DEPRECATED_ITEM]
|     append: true
|             ^~~~
| /dev/stdin:7:3: error: List has 'append' key but no list by that name already exists
|   - list: l
|     ^
|   give the file that defines it before this one; for the rules that come with Saker: saker check -r /etc/saker/rules.d FILE
| /dev/stdin:8:11: warning: 'append' key is deprecated. Add an 'append' entry (e.g. 'condition: append') under 'override' instead. [LOAD_DEPRECATED_ITEM]
|     append: true
|             ^~~~
| /dev/stdin: Invalid
| no rule loaded
? 1

# Override of an item that does not exist
$ saker check -r /dev/stdin
> - rule: R
>   override: {condition: append}
>   condition: and x
> - rule: Q
>   enabled: false
> - macro: m
>   override: {condition: replace}
>   condition: x
> - list: l
>   override: {items: append}
>   items: [a]
| /dev/stdin:1:3: error: Rule has 'override' key but no rule by that name already exists
|   - rule: R
|     ^
|   give the file that defines it before this one; for the rules that come with Saker: saker check -r /etc/saker/rules.d FILE
| /dev/stdin:4:3: error: Rule has 'enabled' key but no rule by that name already exists
|   - rule: Q
|     ^
|   give the file that defines it before this one; for the rules that come with Saker: saker check -r /etc/saker/rules.d FILE
| /dev/stdin:8:14: error: Undefined macro 'x' used in filter.
|     condition: x
|                ^
|   did you mean m?
| /dev/stdin:9:3: error: List has 'override' key but no list by that name already exists
|   - list: l
|     ^
|   give the file that defines it before this one; for the rules that come with Saker: saker check -r /etc/saker/rules.d FILE
| /dev/stdin: Invalid
| no rule loaded
? 1
$ saker check -r later/1.yaml -r later/2.yaml
| later/1.yaml:2:3: error: Rule has 'override' key but no rule by that name already exists
|   - rule: R
|     ^
|   later/2.yaml:4 defines it, but is read after this file: give it first
| later/1.yaml:5:3: error: List has 'override' key but no list by that name already exists
|   - list: l
|     ^
|   later/2.yaml:2 defines it, but is read after this file: give it first
| later/1.yaml: Invalid
| later/2.yaml: Ok
| no rule loaded; rules with errors: 0 of 1
? 1
$ saker check -r /dev/stdin
> - rule: R
>   condition: and proc.name = cat
>   override: {condition: append}
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
| /dev/stdin:1:3: error: Rule has 'override' key but no rule by that name already exists
|   - rule: R
|     ^
|   line 4 defines it: move this item after it
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 0 of 1
? 1

# Override and append together
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
> - rule: R
>   append: true
>   override: {condition: append}
>   condition: and proc.name = a
| /dev/stdin:7:11: error: Keys 'override' and 'append: true' cannot be used together. Add an 'append' entry under override instead.
|     append: true
|             ^~~~
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 1 of 1
? 1

# An override entry without its key, and a key without its entry
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
> - rule: R
>   override: {condition: append, desc: replace}
>   desc: x
>   output: y
| /dev/stdin:7:14: error: An append override for 'condition' was specified but 'condition' is not defined
|     override: {condition: append, desc: replace}
|                ^~~~~~~~~
| /dev/stdin:9:3: error: Unexpected key 'output': no corresponding entry under 'override' is defined.
|     output: y
|     ^~~~~~
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 1 of 1
? 1

# Keys that can only be replaced, and unknown keys
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
> - rule: R
>   override: {priority: append, nosuch: replace, desc: delete}
>   priority: INFO
>   desc: x
| /dev/stdin:7:14: error: Key 'priority' cannot be appended to
|     override: {priority: append, nosuch: replace, desc: delete}
|                ^~~~~~~~
| /dev/stdin:7:32: error: Key 'nosuch' cannot be overridden
|     override: {priority: append, nosuch: replace, desc: delete}
|                                  ^~~~~~
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 1 of 1
? 1

# An append of nothing
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
> - rule: R
>   append: true
| /dev/stdin:6:3: error: Appended rule must have exceptions or condition property
|   - rule: R
|     ^
| /dev/stdin:7:11: warning: 'append' key is deprecated. Add an 'append' entry (e.g. 'condition: append') under 'override' instead. [LOAD_DEPRECATED_ITEM]
|     append: true
|             ^~~~
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 1 of 1
? 1

# Another source
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
>   source: k8s_audit
| /dev/stdin:11:11: error: Rule has been re-defined with a different source
|     source: k8s_audit
|             ^~~~~~~~~
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 1 of 1
? 1

# Exceptions
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
>   exceptions:
>     - {name: a, fields: [proc.name, fd.name], comps: [=], values: [[x, y]]}
>     - {name: b, fields: [proc.name, fd.name], values: [[x]]}
>     - {name: c, fields: [proc.name], comps: [like], values: [[x]]}
>     - {name: d, values: [[x]]}
>     - {fields: [proc.name]}
>     - {name: e, fields: [proc.nmae], values: [[x]]}
>     - nothing
| /dev/stdin:7:54: error: Fields and comps lists must have equal length
|       - {name: a, fields: [proc.name, fd.name], comps: [=], values: [[x, y]]}
|                                                        ^
|   2 fields need 2 comps, not 1
| /dev/stdin:8:56: error: Fields and values lists must have equal length
|       - {name: b, fields: [proc.name, fd.name], values: [[x]]}
|                                                          ^
|   2 fields need 2 values, not 1
| /dev/stdin:9:45: error: 'like' is not a supported operator
|       - {name: c, fields: [proc.name], comps: [like], values: [[x]]}
|                                               ^
|   did you mean contains? for a pattern with * use glob
| /dev/stdin:10:7: error: Item has no mapping for key 'fields'
|       - {name: d, values: [[x]]}
|         ^
|   add it, for example 'fields: [proc.name, fd.name]'
| /dev/stdin:11:7: error: Item has no mapping for key 'name'
|       - {fields: [proc.name]}
|         ^
|   add it, for example 'name: known_programs'
| /dev/stdin:12:26: error: filter_check called with nonexistent field proc.nmae
|       - {name: e, fields: [proc.nmae], values: [[x]]}
|                            ^
|   did you mean proc.name?
| /dev/stdin:13:7: error: an exception is a map with name, fields and values
|       - nothing
|         ^~~~~~~
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 1 of 1
? 1

# More fields for an existing exception
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
>   exceptions:
>     - {name: a, fields: [proc.name]}
> - rule: R
>   override: {exceptions: append}
>   exceptions:
>     - {name: a, fields: [fd.name], values: [[x]]}
| /dev/stdin:11:7: error: Can not append exception fields/comps to existing exception, only values
|       - {name: a, fields: [fd.name], values: [[x]]}
|         ^
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 1 of 1
? 1

# LOAD_ERR_COMPILE_CONDITION: names
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: proc.nmae = a
>   output: o
>   priority: INFO
> - rule: Q
>   desc: d
>   condition: nosuch and evt.type = open
>   output: o
>   priority: INFO
> - rule: P
>   desc: d
>   condition: proc.name in (a) and evt.type = opne
>   output: o
>   priority: INFO
> - rule: S
>   desc: d
>   condition: proc.name in nosuch
>   output: o
>   priority: INFO
| /dev/stdin:3:14: error: filter_check called with nonexistent field proc.nmae
|     condition: proc.nmae = a
|                ^~~~~~~~~
|   did you mean proc.name?
| /dev/stdin:8:14: error: Undefined macro 'nosuch' used in filter.
|     condition: nosuch and evt.type = open
|                ^~~~~~
| /dev/stdin:13:46: error: unknown event type opne
|     condition: proc.name in (a) and evt.type = opne
|                                                ^~~~
|   did you mean open?
| /dev/stdin:18:27: error: undefined list 'nosuch'
|     condition: proc.name in nosuch
|                             ^~~~~~
|   write (nosuch) for a list of this one value
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 4 of 4
? 1

# Grammar
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: proc.name = a and
>   output: o
>   priority: INFO
> - rule: Q
>   desc: d
>   condition: (proc.name = a
>   output: o
>   priority: INFO
> - rule: P
>   desc: d
>   condition: proc.name ~ a
>   output: o
>   priority: INFO
> - rule: S
>   desc: d
>   condition: 'proc.name = "a'
>   output: o
>   priority: INFO
> - rule: T
>   desc: d
>   condition: proc.name = a b
>   output: o
>   priority: INFO
> - rule: U
>   desc: d
>   condition: evt.type = open and not
>   output: o
>   priority: INFO
| /dev/stdin:3:31: error: expecting a field, a macro or '(', not 'the end'
|     condition: proc.name = a and
|                                 ^
| /dev/stdin:8:28: error: expecting 'or', 'and' or ')', not 'the end'
|     condition: (proc.name = a
|                              ^
|   the '(' before "proc.name = a" is not closed
| /dev/stdin:13:24: error: expecting an operator such as '=' or 'in', not '~'
|     condition: proc.name ~ a
|                          ^
|   did you mean regex?
| /dev/stdin:18:27: error: quoted string without an end
|     condition: 'proc.name = "a'
|                             ^
| /dev/stdin:23:28: error: unexpected token 'b', expecting 'or', 'and'
|     condition: proc.name = a b
|                              ^
|   quote a value with spaces: "a b"
| /dev/stdin:28:37: error: expecting a field, a macro or '(', not 'the end'
|     condition: evt.type = open and not
|                                       ^
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 6 of 6
? 1

# The place of a '(' that is not closed is shown by what follows it, on the next line, too
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   output: o
>   priority: INFO
>   condition: |
>     evt.type = open and (
>       proc.name = a
>       or proc.name = b
| /dev/stdin:8:23: error: expecting 'or', 'and' or ')', not 'the end'
|         or proc.name = b
|                         ^
|   the '(' before "proc.name = a" is not closed
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 1 of 1
? 1

# Types
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: fd.num contains 1
>   output: o
>   priority: INFO
> - rule: Q
>   desc: d
>   condition: fd.num = a
>   output: o
>   priority: INFO
> - rule: P
>   desc: d
>   condition: fd.sip = 1.2.3
>   output: o
>   priority: INFO
> - rule: S
>   desc: d
>   condition: fd.snet = 10.0.0.1
>   output: o
>   priority: INFO
> - rule: T
>   desc: d
>   condition: proc.name = val(fd.num)
>   output: o
>   priority: INFO
> - rule: U
>   desc: d
>   condition: evt.arg = a
>   output: o
>   priority: INFO
> - rule: V
>   desc: d
>   condition: proc.name[1] = a
>   output: o
>   priority: INFO
> - rule: W
>   desc: d
>   condition: evt.is_open_read = yes
>   output: o
>   priority: INFO
| /dev/stdin:3:21: error: 'contains' operator not supported for number filters
|     condition: fd.num contains 1
|                       ^~~~~~~~
| /dev/stdin:8:23: error: expecting a number, not 'a'
|     condition: fd.num = a
|                         ^
|   did you mean fd.name?
| /dev/stdin:13:23: error: expecting an address, not '1.2.3'
|     condition: fd.sip = 1.2.3
|                         ^~~~~
| /dev/stdin:18:24: error: expecting a network, not '10.0.0.1'
|     condition: fd.snet = 10.0.0.1
|                          ^~~~~~~~
|   a network has a length: 10.0.0.1/32
| /dev/stdin:23:26: error: cannot compare: the left-hand side is a string, the right-hand side a number
|     condition: proc.name = val(fd.num)
|                            ^~~~~~~~~~~
| /dev/stdin:28:14: error: the field evt.arg needs an argument, as in name[argument]
|     condition: evt.arg = a
|                ^~~~~~~
| /dev/stdin:33:14: error: the field proc.name takes no argument
|     condition: proc.name[1] = a
|                ^~~~~~~~~~~~
| /dev/stdin:38:33: error: expecting a boolean, not 'yes'
|     condition: evt.is_open_read = yes
|                                   ^~~
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 8 of 8
? 1

# Macros that contain themselves
$ saker check -r /dev/stdin
> - macro: a
>   condition: b
> - macro: b
>   condition: not a
> - rule: R
>   desc: d
>   condition: a
>   output: o
>   priority: INFO
| /dev/stdin:4:18: error: reference loop in macro 'a'
|     condition: not a
|                    ^
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 1 of 1
? 1

# Regular expressions of other languages
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: proc.name regex '"\\d+"'
>   output: o
>   priority: INFO
> - rule: Q
>   desc: d
>   condition: proc.name regex '(?i)a'
>   output: o
>   priority: INFO
| /dev/stdin:3:30: error: invalid regex pattern: invalid escape, at its byte 2
|     condition: proc.name regex '"\\d+"'
|                                ^~~~~~~~
|   write [0-9] for \d
| /dev/stdin:8:30: error: invalid regex pattern: nothing to repeat, at its byte 2
|     condition: proc.name regex '(?i)a'
|                                ^~~~~~~
|   for any case compare tolower(field) with an expression in lower case, or use iglob
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 2 of 2
? 1

# LOAD_ERR_COMPILE_OUTPUT
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: '%proc.nmae and'
>   priority: INFO
> - rule: Q
>   desc: d
>   condition: evt.type = open
>   output: '100%'
>   priority: INFO
> - rule: P
>   desc: d
>   condition: evt.type = open
>   output: '%5'
>   priority: INFO
> - rule: S
>   desc: d
>   condition: evt.type = open
>   output: '%evt.json'
>   priority: INFO
| /dev/stdin:4:13: warning: unknown filter: proc.nmae; it is dropped from the output [SAKER_UNKNOWN_OUTPUT]
|     output: '%proc.nmae and'
|               ^~~~~~~~~
|   did you mean proc.name?
| /dev/stdin:9:15: error: a field must follow %
|     output: '100%'
|                 ^
| /dev/stdin:14:12: error: a field must follow %
|     output: '%5'
|              ^~
| /dev/stdin:16:3: warning: the rule never matches first: "R" (/dev/stdin:1) is before it and matches everything it matches [SAKER_SHADOWED]
|   - rule: S
|     ^
|   put the narrower rule first, or add an exception to the other one
| /dev/stdin:19:13: warning: unknown filter: evt.json; it is dropped from the output [SAKER_UNKNOWN_OUTPUT]
|     output: '%evt.json'
|               ^~~~~~~~
|   did you mean json.value[/pointer]?
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 2 of 4
? 1

# Several mistakes in one output
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: >
>     %proc.nmae and 50% of
>     %evt.arg.nosuch, %proc.name
>   priority: INFO
| /dev/stdin:5:6: warning: unknown filter: proc.nmae; it is dropped from the output [SAKER_UNKNOWN_OUTPUT]
|       %proc.nmae and 50% of
|        ^~~~~~~~~
|   did you mean proc.name?
| /dev/stdin:5:22: error: a field must follow %
|       %proc.nmae and 50% of
|                        ^
| /dev/stdin:6:6: warning: unknown filter: evt.arg.nosuch; it is dropped from the output [SAKER_UNKNOWN_OUTPUT]
|       %evt.arg.nosuch, %proc.name
|        ^~~~~~~~~~~~~~
|   evt.args has the names: saker trace -F evt.type,evt.args
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 1 of 1
? 1

# A field that does not exist is dropped, and the rule works.
$ saker explain -r /dev/stdin --json 2>/dev/null | grep -o '"output_fields.*compiled":"[^"]*"'
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: >-
>     x (%user.name %container.info) %5no.such %tolower(no.such) %proc.name[x]
>     %fd.name end
>   priority: INFO
> - rule: R
>   output: more %container.info %proc.nmae%evt.type
>   override: {output: append}
| "output_fields":["evt.type","fd.name","proc.name","user.name"],"extra_output_formatted_fields":[],"output_compiled":"x (%user.name )   %proc.name[x] %fd.name end more  %evt.type"

# Braces around a field
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: "a=%{fd.name} b=%(proc.name)"
>   priority: INFO
| /dev/stdin:4:14: error: a field must follow %
|     output: "a=%{fd.name} b=%(proc.name)"
|                ^
|   a field has no braces around it: %fd.name
| /dev/stdin:4:27: error: a field must follow %
|     output: "a=%{fd.name} b=%(proc.name)"
|                             ^
|   a field has no braces around it: %fd.name
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 1 of 1
? 1

# Mistakes in rules from tutorials
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: spawned_process and containerized
>   output: "%evt.json"
>   priority: INFO
> - rule: Q
>   desc: d
>   condition: evt.type = execve and containerized and proc.parent.name = sh
>   output: "%container.image.name %k8s.namespace.name"
>   priority: INFO
> - macro: container
>   condition: (container.id != host)
| /dev/stdin:3:14: error: Undefined macro 'spawned_process' used in filter.
|     condition: spawned_process and containerized
|                ^~~~~~~~~~~~~~~
|   the default rules of Falco define it: load their file before this one
| /dev/stdin:3:34: error: Undefined macro 'containerized' used in filter.
|     condition: spawned_process and containerized
|                                    ^~~~~~~~~~~~~
|   did you mean container?
| /dev/stdin:4:13: warning: unknown filter: evt.json; it is dropped from the output [SAKER_UNKNOWN_OUTPUT]
|     output: "%evt.json"
|               ^~~~~~~~
|   did you mean json.value[/pointer]?
| /dev/stdin:8:36: error: Undefined macro 'containerized' used in filter.
|     condition: evt.type = execve and containerized and proc.parent.name = sh
|                                      ^~~~~~~~~~~~~
|   did you mean container?
| /dev/stdin:8:54: error: filter_check called with nonexistent field proc.parent.name
|     condition: evt.type = execve and containerized and proc.parent.name = sh
|                                                        ^~~~~~~~~~~~~~~~
|   did you mean proc.pname?
| /dev/stdin:9:35: warning: unknown filter: k8s.namespace.name; it is dropped from the output [SAKER_UNKNOWN_OUTPUT]
|     output: "%container.image.name %k8s.namespace.name"
|                                     ^~~~~~~~~~~~~~~~~~
|   did you mean k8s.ns.name?
| /dev/stdin:11:3: warning: Macro not referred to by any other rule/macro [LOAD_UNUSED_MACRO]
|   - macro: container
|     ^
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 2 of 2
? 1

# Fields, operators and values of exceptions that do not fit
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
>   exceptions:
>     - {name: a, fields: [proc.name, [fd.name]], values: [[a, b]]}
>     - {name: b, fields: {a: b}, values: [[a, b]]}
>     - {name: c, fields: [], values: [[]]}
>     - {name: d, fields: [proc.name], comps: [[=]], values: [[a]]}
>     - {name: e, fields: proc.name, comps: [in], values: [a]}
>     - {name: f, fields: [proc.name], comps: in, values: [[a]]}
>     - {name: g, fields: [proc.name, fd.name], comps: [in], values: [[a, b]]}
>     - {name: h, fields: [proc.name, fd.name], values: [a]}
>     - {name: i, fields: [proc.name, fd.name], values: [[a, b, c]]}
>     - {name: i, fields: [proc.name], comps: [exist], values: [[a]]}
>     - {name: j, fields: [proc.name], comps: [startwith], values: [[a]]}
>     - {name: k, fields: [proc.name], comps: [like], values: [[a]]}
>     - {name: l, fields: [proc.name], comps: [nothing like it], values: [[a]]}
>     - {name: m, fields: [proc.name], values: a}
>     - {name: n, fields: [proc.name], value: [[a]]}
>     - {fields: [proc.name], values: [[a]]}
>     - n
>     - {name: o}
| /dev/stdin:7:25: error: fields and comps are texts or lists of texts
|       - {name: a, fields: [proc.name, [fd.name]], values: [[a, b]]}
|                           ^
| /dev/stdin:8:25: error: fields and comps are texts or lists of texts
|       - {name: b, fields: {a: b}, values: [[a, b]]}
|                           ^
| /dev/stdin:9:25: error: fields and comps are texts or lists of texts
|       - {name: c, fields: [], values: [[]]}
|                           ^
| /dev/stdin:10:45: error: fields and comps are texts or lists of texts
|       - {name: d, fields: [proc.name], comps: [[=]], values: [[a]]}
|                                               ^
| /dev/stdin:11:43: error: Fields and comps lists must have equal length
|       - {name: e, fields: proc.name, comps: [in], values: [a]}
|                                             ^
|   fields is a single text, so comps is one too
| /dev/stdin:12:45: error: Fields and comps lists must have equal length
|       - {name: f, fields: [proc.name], comps: in, values: [[a]]}
|                                               ^~
|   fields is a list, so write comps in [ ]
| /dev/stdin:13:54: error: Fields and comps lists must have equal length
|       - {name: g, fields: [proc.name, fd.name], comps: [in], values: [[a, b]]}
|                                                        ^
|   2 fields need 2 comps, not 1
| /dev/stdin:14:56: error: Fields and values lists must have equal length
|       - {name: h, fields: [proc.name, fd.name], values: [a]}
|                                                          ^
|   fields is a list, so write values in [ ]
| /dev/stdin:15:56: error: Fields and values lists must have equal length
|       - {name: i, fields: [proc.name, fd.name], values: [[a, b, c]]}
|                                                          ^
|   2 fields need 2 values, not 3
| /dev/stdin:16:14: warning: Multiple definitions of exception 'i' in the same rule [LOAD_EXCEPTION_NAME_NOT_UNIQUE]
|       - {name: i, fields: [proc.name], comps: [exist], values: [[a]]}
|                ^
| /dev/stdin:16:45: error: 'exist' is not a supported operator
|       - {name: i, fields: [proc.name], comps: [exist], values: [[a]]}
|                                               ^
|   did you mean exists?
| /dev/stdin:17:45: error: 'startwith' is not a supported operator
|       - {name: j, fields: [proc.name], comps: [startwith], values: [[a]]}
|                                               ^
|   did you mean startswith?
| /dev/stdin:18:45: error: 'like' is not a supported operator
|       - {name: k, fields: [proc.name], comps: [like], values: [[a]]}
|                                               ^
|   did you mean contains? for a pattern with * use glob
| /dev/stdin:19:45: error: 'nothing like it' is not a supported operator
|       - {name: l, fields: [proc.name], comps: [nothing like it], values: [[a]]}
|                                               ^
| /dev/stdin:20:46: error: values is not a list
|       - {name: m, fields: [proc.name], values: a}
|                                                ^
| /dev/stdin:21:38: warning: Unknown key 'value'. The key will be ignored. [LOAD_UNKNOWN_KEY]
|       - {name: n, fields: [proc.name], value: [[a]]}
|                                        ^~~~~
|   did you mean values?
| /dev/stdin:22:7: error: Item has no mapping for key 'name'
|       - {fields: [proc.name], values: [[a]]}
|         ^
|   add it, for example 'name: known_programs'
| /dev/stdin:23:7: error: an exception is a map with name, fields and values
|       - n
|         ^
| /dev/stdin:24:7: error: Item has no mapping for key 'fields'
|       - {name: o}
|         ^
|   add it, for example 'fields: [proc.name, fd.name]'
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 1 of 1
? 1

# An exception that is appended to is misspelt
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
>   exceptions: [{name: known, fields: [proc.name]}]
> - rule: R
>   exceptions: [{name: knwon, values: [[a]]}]
>   override: {exceptions: append}
| /dev/stdin:8:16: error: Item has no mapping for key 'fields'
|     exceptions: [{name: knwon, values: [[a]]}]
|                  ^
|   the rule has no exception of that name; a new one needs fields
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 1 of 1
? 1

# A source that is misspelt
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
>   source: aws_cloudtrial
| /dev/stdin:6:11: warning: Unknown source aws_cloudtrial, skipping [LOAD_UNKNOWN_SOURCE]
|     source: aws_cloudtrial
|             ^~~~~~~~~~~~~~
|   did you mean aws_cloudtrail?
| /dev/stdin: Ok, with warnings
| 0 rules loaded

# LOAD_UNKNOWN_SOURCE
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
>   source: k8s_audit
| /dev/stdin:6:11: warning: Unknown source k8s_audit, skipping [LOAD_UNKNOWN_SOURCE]
|     source: k8s_audit
|             ^~~~~~~~~
| /dev/stdin: Ok, with warnings
| 0 rules loaded

# A comparison with <NA> compares text
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open and proc.name = '"<NA>"'
>   output: o
>   priority: INFO
| /dev/stdin: Ok
| 1 rule loaded

# LOAD_NO_EVTTYPE
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: proc.name = a
>   output: o
>   priority: INFO
> - rule: Q
>   desc: d
>   condition: proc.name = a
>   output: o
>   priority: INFO
>   warn_evttypes: false
| /dev/stdin:1:3: warning: Rule matches too many evt.type values. This has a significant performance penalty. [LOAD_NO_EVTTYPE]
|   - rule: R
|     ^
|   name the types, as in 'evt.type in (execve, execveat) and ...'; if the rule needs them all, 'warn_evttypes: false' ends the warning
| /dev/stdin:6:3: warning: the rule never matches first: "R" (/dev/stdin:1) is before it and matches everything it matches [SAKER_SHADOWED]
|   - rule: Q
|     ^
|   put the narrower rule first, or add an exception to the other one
| /dev/stdin: Ok, with warnings
| 2 rules loaded

# LOAD_UNKNOWN_FILTER
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open and proc.nmae = a
>   output: o
>   priority: INFO
>   skip-if-unknown-filter: true
> - rule: Q
>   desc: d
>   condition: evt.type = opne
>   output: o
>   priority: INFO
>   skip-if-unknown-filter: true
| /dev/stdin:3:34: warning: filter_check called with nonexistent field proc.nmae; the rule is skipped [LOAD_UNKNOWN_FILTER]
|     condition: evt.type = open and proc.nmae = a
|                                    ^~~~~~~~~
|   did you mean proc.name?
| /dev/stdin:9:25: warning: unknown event type opne; the rule is skipped [LOAD_UNKNOWN_FILTER]
|     condition: evt.type = opne
|                           ^~~~
|   did you mean open?
| /dev/stdin: Ok, with warnings
| 0 rules loaded

# LOAD_UNUSED_MACRO, LOAD_UNUSED_LIST
$ saker check -r /dev/stdin
> - macro: m
>   condition: proc.name = a
> - list: l
>   items: [a]
| /dev/stdin:1:3: warning: Macro not referred to by any other rule/macro [LOAD_UNUSED_MACRO]
|   - macro: m
|     ^
| /dev/stdin:3:3: warning: List not referred to by any other rule/macro [LOAD_UNUSED_LIST]
|   - list: l
|     ^
| /dev/stdin: Ok, with warnings
| 0 rules loaded

# LOAD_UNKNOWN_ITEM, LOAD_UNKNOWN_KEY
$ saker check -r /dev/stdin
> - nosuch: 1
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
>   piority: INFO
>   desc: again
| /dev/stdin:1:3: warning: Unknown top level item [LOAD_UNKNOWN_ITEM]
|   - nosuch: 1
|     ^
|   an item has one of the keys rule, macro, list, required_engine_version and required_plugin_versions
| /dev/stdin:7:3: warning: Unknown key 'piority'. The key will be ignored. [LOAD_UNKNOWN_KEY]
|     piority: INFO
|     ^~~~~~~
|   did you mean priority?
| /dev/stdin:8:3: warning: The key 'desc' is given twice; the first one is used [LOAD_UNKNOWN_KEY]
|     desc: again
|     ^~~~
| /dev/stdin: Ok, with warnings
| 1 rule loaded

# LOAD_DEPRECATED_ITEM
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open and evt.dir = < and not evt.latency > 5
>   output: o
>   priority: INFO
> - rule: R
>   enabled: true
> - rule: R
>   append: true
>   condition: and proc.name = a
| /dev/stdin:3:34: warning: the field evt.dir is deprecated: it is always '<'; remove it from the condition [LOAD_DEPRECATED_ITEM]
|     condition: evt.type = open and evt.dir = < and not evt.latency > 5
|                                    ^~~~~~~
| /dev/stdin:3:54: warning: the field evt.latency is deprecated: it is always missing; remove it from the condition [LOAD_DEPRECATED_ITEM]
|     condition: evt.type = open and evt.dir = < and not evt.latency > 5
|                                                        ^~~~~~~~~~~
| /dev/stdin:7:12: warning: The standalone 'enabled' key usage is deprecated. The correct approach requires also a 'replace' entry under the 'override' key. [LOAD_DEPRECATED_ITEM]
|     enabled: true
|              ^~~~
| /dev/stdin:9:11: warning: 'append' key is deprecated. Add an 'append' entry (e.g. 'condition: append') under 'override' instead. [LOAD_DEPRECATED_ITEM]
|     append: true
|             ^~~~
| /dev/stdin: Ok, with warnings
| 1 rule loaded, 1 lacks fields

# LOAD_APPEND_NO_VALUES, LOAD_EXCEPTION_NAME_NOT_UNIQUE
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
>   exceptions:
>     - {name: a, fields: [proc.name]}
>     - {name: a, fields: [fd.name]}
> - rule: R
>   override: {exceptions: append}
>   exceptions:
>     - {name: a}
| /dev/stdin:8:14: warning: Multiple definitions of exception 'a' in the same rule [LOAD_EXCEPTION_NAME_NOT_UNIQUE]
|       - {name: a, fields: [fd.name]}
|                ^
| /dev/stdin:12:7: warning: Overriding/appending exception with no values [LOAD_APPEND_NO_VALUES]
|       - {name: a}
|         ^
| /dev/stdin: Ok, with warnings
| 1 rule loaded

# LOAD_INVALID_MACRO_NAME, LOAD_INVALID_LIST_NAME
$ saker check -r /dev/stdin
> - macro: a-b
>   condition: proc.name = a
> - list: a b
>   items: [x]
| /dev/stdin:1:3: warning: Macro has an invalid name: letters, digits and _, a letter first [LOAD_INVALID_MACRO_NAME]
|   - macro: a-b
|     ^
| /dev/stdin:1:3: warning: Macro not referred to by any other rule/macro [LOAD_UNUSED_MACRO]
|   - macro: a-b
|     ^
| /dev/stdin:3:3: warning: List has an invalid name. List names should match a regular expression: no spaces, quotes, parentheses, commas [LOAD_INVALID_LIST_NAME]
|   - list: a b
|     ^
| /dev/stdin:3:3: warning: List not referred to by any other rule/macro [LOAD_UNUSED_LIST]
|   - list: a b
|     ^
| /dev/stdin: Ok, with warnings
| 0 rules loaded

# LOAD_COMPILE_CONDITION
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open and proc.name = proc.pname and fd.name = /tmp/* and proc.name regex foo.*
>   output: o
>   priority: INFO
| /dev/stdin:3:46: warning: this is compared as text; to compare with the field use val() [LOAD_COMPILE_CONDITION]
|     condition: evt.type = open and proc.name = proc.pname and fd.name = /tmp/* and proc.name regex foo.*
|                                                ^~~~~~~~~~
| /dev/stdin:3:71: warning: '=' compares letter by letter; for a pattern use 'glob' [LOAD_COMPILE_CONDITION]
|     condition: evt.type = open and proc.name = proc.pname and fd.name = /tmp/* and proc.name regex foo.*
|                                                                         ^~~~~~
| /dev/stdin:3:82: warning: no event passes both this and 'proc.name = proc.pname' [SAKER_CONTRADICTION]
|     condition: evt.type = open and proc.name = proc.pname and fd.name = /tmp/* and proc.name regex foo.*
|                                                                                    ^~~~~~~~~~~~~~~~~~~~~
|   to match one of several values, use 'in (a, b)' or join two checks with 'or'
| /dev/stdin:3:98: warning: the expression is not needed: 'startswith foo' has the same meaning and is faster [LOAD_COMPILE_CONDITION]
|     condition: evt.type = open and proc.name = proc.pname and fd.name = /tmp/* and proc.name regex foo.*
|                                                                                                    ^~~~~
| /dev/stdin: Ok, with warnings
| 1 rule loaded, 1 cannot fire here
| cannot fire here: "R"

# SAKER_NO_DATA
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open and container.image = x
>   output: o
>   priority: INFO
| /dev/stdin:3:34: warning: Saker does not have this field's data yet: it is always missing [SAKER_NO_DATA]
|     condition: evt.type = open and container.image = x
|                                    ^~~~~~~~~~~~~~~
| /dev/stdin: Ok, with warnings
| 1 rule loaded, 1 cannot fire here
| cannot fire here: "R"

# LOAD_ERR_FILE_READ is not a result: a file that cannot be read ends the command
$ saker check -r nosuch.yaml
| saker: reading rules from nosuch.yaml: No such file or directory
? 3

# Keys beside the old 'enabled'
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
> - rule: R
>   enabled: true
>   tags: [a]
>   foo: b
| /dev/stdin:7:12: warning: The standalone 'enabled' key usage is deprecated. The correct approach requires also a 'replace' entry under the 'override' key. [LOAD_DEPRECATED_ITEM]
|     enabled: true
|              ^~~~
| /dev/stdin:8:3: warning: The key 'tags' is ignored beside 'enabled'; to change it, name it under 'override' [LOAD_UNKNOWN_KEY]
|     tags: [a]
|     ^~~~
| /dev/stdin:9:3: warning: Unknown key 'foo'. The key will be ignored. [LOAD_UNKNOWN_KEY]
|     foo: b
|     ^~~
| /dev/stdin: Ok, with warnings
| 1 rule loaded

# A rule with an error is not compared with others, in any of its parts, or in one that changes it;
# one that never matches is not also shadowed; a macro with an error is not also unused.
$ saker check -r /dev/stdin | grep -v '^ '
> - macro: not_closed
>   condition: (proc.name = a
> - rule: A priority with an error
>   desc: d
>   condition: evt.type = execve
>   output: o
>   priority: HIHG
> - rule: A change with an error
>   desc: d
>   condition: evt.type = execve
>   output: o
>   priority: INFO
> - rule: A change with an error
>   tags: [a]
>   override: {tags: append, output: append}
> - rule: No output
>   desc: d
>   condition: evt.type = execve and proc.name = a
>   priority: INFO
> - rule: Without an error
>   desc: d
>   condition: evt.type = execve and proc.name = a
>   output: o
>   priority: INFO
> - rule: Shadowed
>   desc: d
>   condition: evt.type = execve and proc.name = a and proc.pname = b
>   output: o
>   priority: INFO
> - rule: Never
>   desc: d
>   condition: evt.type = execve and evt.type = open and proc.name = a
>   output: o
>   priority: INFO
| /dev/stdin:2:28: error: expecting 'or', 'and' or ')', not 'the end'
| /dev/stdin:7:13: error: Invalid priority
| /dev/stdin:15:28: error: An append override for 'output' was specified but 'output' is not defined
| /dev/stdin:16:3: error: Item has no mapping for key 'output'
| /dev/stdin:25:3: warning: the rule never matches first: "Without an error" (/dev/stdin:20) is before it and matches everything it matches [SAKER_SHADOWED]
| /dev/stdin:30:3: warning: the rule can never match: no event type passes its checks [SAKER_CONTRADICTION]
| /dev/stdin:32:36: warning: no event passes both this and 'evt.type = execve' [SAKER_CONTRADICTION]
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 3 of 6

# Rules that are loaded print one warning of a kind, with the number of other places; check prints all.
$ saker list rules -r /dev/stdin nosuch
> - rule: R
>   desc: d
>   condition: evt.type = open and evt.dir = < and (fd.name = /a or evt.dir = < and fd.name = /b)
>   output: o
>   priority: INFO
> - rule: Q
>   desc: d
>   condition: evt.type = openat and evt.dir = < and not k8s.rc.name = a
>   output: o
>   priority: INFO
| /dev/stdin:3:34: warning: the field evt.dir is deprecated: it is always '<'; remove it from the condition [LOAD_DEPRECATED_ITEM]
|     condition: evt.type = open and evt.dir = < and (fd.name = /a or evt.dir = < and fd.name = /b)
|                                    ^~~~~~~
|   the same at 2 more places; saker check prints all
| /dev/stdin:8:56: warning: the field k8s.rc.name is deprecated: it is always missing; remove it from the condition [LOAD_DEPRECATED_ITEM]
|     condition: evt.type = openat and evt.dir = < and not k8s.rc.name = a
|                                                          ^~~~~~~~~~~
| saker: nothing in rules contains "nosuch"
? 1
