# SPDX-License-Identifier: Apache-2.0
#
# Frequent mistakes in rules: each is found, with a guess or a hint.

# A wrong priority does not hide what else is wrong.
$ saker check -r /dev/stdin
> - rule: A
>   desc: d
>   condition: evt.type = opn
>   output: "%proc.nmae"
>   priority: WARN
> - rule: B
>   condition: evt.type = open and proc.nmae = x
>   priority: High
>   exceptions:
>     - {name: e, fields: [proc.name]}
>     - {name: f, fields: [fd.nam], values: [[a]]}
| /dev/stdin:3:25: error: unknown event type opn
|     condition: evt.type = opn
|                           ^~~
|   did you mean open?
| /dev/stdin:4:13: warning: unknown filter: proc.nmae; it is dropped from the output [SAKER_UNKNOWN_OUTPUT]
|     output: "%proc.nmae"
|               ^~~~~~~~~
|   did you mean proc.name?
| /dev/stdin:5:13: error: Invalid priority
|     priority: WARN
|               ^~~~
|   did you mean Warning?
| /dev/stdin:6:3: error: Item has no mapping for key 'output'
|   - rule: B
|     ^
|   add it, for example 'output: "%proc.name connects to %fd.name"'
| /dev/stdin:6:3: error: Item has no mapping for key 'desc'
|   - rule: B
|     ^
|   add it, for example 'desc: what the rule finds, and why it matters'
| /dev/stdin:7:34: error: filter_check called with nonexistent field proc.nmae
|     condition: evt.type = open and proc.nmae = x
|                                    ^~~~~~~~~
|   did you mean proc.name?
| /dev/stdin:8:13: error: Invalid priority
|     priority: High
|               ^~~~
|   one of Emergency, Alert, Critical, Error, Warning, Notice, Informational, Debug
| /dev/stdin:11:26: error: filter_check called with nonexistent field fd.nam
|       - {name: f, fields: [fd.nam], values: [[a]]}
|                            ^
|   did you mean fd.name?
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 2 of 2
? 1

# A network, a name of a user
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = connect and fd.sip in (10.0.0.0/8)
>   output: o
>   priority: INFO
> - rule: S
>   desc: d
>   condition: evt.type = open and user.uid = root
>   output: o
>   priority: INFO
> - rule: T
>   desc: d
>   condition: evt.type = exec
>   output: o
>   priority: INFO
| /dev/stdin:3:48: error: expecting an address, not '10.0.0.0/8'
|     condition: evt.type = connect and fd.sip in (10.0.0.0/8)
|                                                  ^~~~~~~~~~
|   did you mean fd.snet?
| /dev/stdin:8:45: error: expecting a number, not 'root'
|     condition: evt.type = open and user.uid = root
|                                               ^~~~
|   did you mean user.name?
| /dev/stdin:13:25: error: unknown event type exec
|     condition: evt.type = exec
|                           ^~~~
|   did you mean execve?
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 3 of 3
? 1

# Operators of other languages
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open && proc.name = a
>   output: o
>   priority: INFO
> - rule: S
>   desc: d
>   condition: evt.type = open AND proc.name = a
>   output: o
>   priority: INFO
> - rule: T
>   desc: d
>   condition: evt.type = open and proc.name like a%
>   output: o
>   priority: INFO
> - rule: U
>   desc: d
>   condition: evt.num=>0 and evt.type = open
>   output: o
>   priority: INFO
> - rule: V
>   desc: d
>   condition: evt.type = open and proc.name =>a and fd.num = 1
>   output: o
>   priority: INFO
| /dev/stdin:3:30: error: unexpected token '&&', expecting 'or', 'and'
|     condition: evt.type = open && proc.name = a
|                                ^~
|   did you mean and?
| /dev/stdin:8:30: error: unexpected token 'AND', expecting 'or', 'and'
|     condition: evt.type = open AND proc.name = a
|                                ^~~
|   did you mean and?
| /dev/stdin:13:44: error: expecting an operator such as '=' or 'in', not 'like'
|     condition: evt.type = open and proc.name like a%
|                                              ^~~~
|   did you mean contains? for a pattern with * use glob
| /dev/stdin:18:22: error: expecting a number, not '>0'
|     condition: evt.num=>0 and evt.type = open
|                        ^~
|   did you mean >=?
| /dev/stdin:23:44: warning: compares with the text >a; did you mean >=? [LOAD_COMPILE_CONDITION]
|     condition: evt.type = open and proc.name =>a and fd.num = 1
|                                              ^~~
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 4 of 5
? 1

# A source that does not exist
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
>   source: syscalls
| /dev/stdin:6:11: warning: Unknown source syscalls, skipping [LOAD_UNKNOWN_SOURCE]
|     source: syscalls
|             ^~~~~~~~
|   did you mean syscall?
| /dev/stdin: Ok, with warnings
| 0 rules loaded

# Something twice in one file; an override is no second definition
$ saker check -r /dev/stdin
> - list: l
>   items: [a]
> - macro: m
>   condition: evt.type = open
> - rule: R
>   desc: d
>   condition: m and proc.name in (l)
>   output: o
>   priority: INFO
> - list: l
>   items: [b]
> - macro: m
>   condition: evt.type = dup
> - rule: R
>   desc: d
>   condition: m and proc.name in (l)
>   output: o
>   priority: INFO
> - list: l
>   items: [c]
>   override: {items: replace}
> - rule: R
>   desc: e
>   override: {desc: replace}
| /dev/stdin:10:3: warning: the list is defined twice in this file: line 1 has no effect [SAKER_DEFINED_TWICE]
|   - list: l
|     ^
| /dev/stdin:12:3: warning: the macro is defined twice in this file: line 3 has no effect [SAKER_DEFINED_TWICE]
|   - macro: m
|     ^
| /dev/stdin:14:3: warning: the rule is defined twice in this file: line 5 has no effect [SAKER_DEFINED_TWICE]
|   - rule: R
|     ^
| /dev/stdin: Ok, with warnings
| 1 rule loaded

# Nothing in a file, or only a comment
$ : | saker check -r /dev/stdin
| /dev/stdin:1:1: warning: the file has no rules, macros or lists [SAKER_EMPTY]
|
|   ^
| /dev/stdin: Ok, with warnings
| 0 rules loaded
$ echo '# later' | saker check -r /dev/stdin
| /dev/stdin:1:1: warning: the file has no rules, macros or lists [SAKER_EMPTY]
|   # later
|   ^
| /dev/stdin: Ok, with warnings
| 0 rules loaded

# and beside or
$ saker check -r /dev/stdin
> - macro: m
>   condition: (proc.name = a or proc.name = b and proc.pname = c)
> - rule: R
>   desc: d
>   condition: evt.type = open and proc.name = a or evt.type = dup
>   output: o
>   priority: INFO
> - rule: S
>   desc: d
>   condition: evt.type = open and m
>   output: o
>   priority: INFO
> - rule: T
>   desc: d
>   condition: evt.type = close and m
>   output: o
>   priority: INFO
> - rule: Appended
>   desc: d
>   condition: evt.type = open or evt.type = dup
>   output: o
>   priority: INFO
> - rule: Appended
>   condition: and user.uid = 5
>   override: {condition: append}
> - rule: Clear
>   desc: d
>   condition: (evt.type = open and proc.name = e) or evt.type = accept or not (evt.type != dup or user.uid = 0)
>   output: o
>   priority: INFO
> - rule: Pairs
>   desc: d
>   condition: evt.type = connect and proc.name = f or evt.type = accept4 and proc.name = g
>   output: o
>   priority: INFO
| /dev/stdin:2:32: warning: 'and' binds more tightly than 'or': a and b or c means (a and b) or c [SAKER_PRECEDENCE]
|     condition: (proc.name = a or proc.name = b and proc.pname = c)
|                                  ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
|   put parentheses around the parts that belong together
| /dev/stdin:5:14: warning: 'and' binds more tightly than 'or': a and b or c means (a and b) or c [SAKER_PRECEDENCE]
|     condition: evt.type = open and proc.name = a or evt.type = dup
|                ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
|   put parentheses around the parts that belong together
| /dev/stdin:20:33: warning: 'and' binds more tightly than 'or': a and b or c means (a and b) or c [SAKER_PRECEDENCE]
|     condition: evt.type = open or evt.type = dup
|                                   ^~~~~~~~~~~~~~
|   put parentheses around the parts that belong together
| /dev/stdin: Ok, with warnings
| 6 rules loaded

# A new exception without values, in a change of a rule or with the key alone
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
>   exceptions:
>     - {name: waits, fields: [proc.exe]}
>     - {name: empty, fields: [proc.exe], values: }
> - rule: R
>   exceptions:
>     - {name: late, fields: [proc.exe]}
>   override: {exceptions: append}
| /dev/stdin:8:7: warning: Overriding/appending exception with no values [LOAD_APPEND_NO_VALUES]
|       - {name: empty, fields: [proc.exe], values: }
|         ^
|   it has no effect; Falco refuses the rule
| /dev/stdin:11:7: warning: Overriding/appending exception with no values [LOAD_APPEND_NO_VALUES]
|       - {name: late, fields: [proc.exe]}
|         ^
|   it has no effect; Falco refuses the rule
| /dev/stdin: Ok, with warnings
| 1 rule loaded

# Lists that name each other
$ saker check -r /dev/stdin
> - list: outer
>   items: [inner, x, outer]
> - list: inner
>   items: [outer]
> - rule: R
>   desc: d
>   condition: evt.type = open and proc.name in (outer)
>   output: o
>   priority: INFO
| /dev/stdin:3:3: warning: 'outer' is only a word here: the list of that name contains this one [LOAD_COMPILE_CONDITION]
|   - list: inner
|     ^
| /dev/stdin: Ok, with warnings
| 1 rule loaded

# Encodings
$ printf -- '- list: l\n  items: [a]\n' | iconv -t UTF-16 | saker check -r /dev/stdin
| /dev/stdin:1:1: error: the file seems to be UTF-16LE; rules are UTF-8, `iconv -f UTF-16LE -t UTF-8 FILE` converts it
|   ??-? ?l?i?s?t?:? ?l?
|   ^
| /dev/stdin: Invalid
| no rule loaded
? 1
$ printf -- '- list: l\n  items: [a]\n' | iconv -t UTF-16BE | saker check -r /dev/stdin
| /dev/stdin:1:1: error: the file seems to be UTF-16BE; rules are UTF-8, `iconv -f UTF-16BE -t UTF-8 FILE` converts it
|   ?-? ?l?i?s?t?:? ?l?
|   ^
| /dev/stdin: Invalid
| no rule loaded
? 1
$ printf -- '- list: l\n  items: [a]\n' | iconv -t UTF-32 | saker check -r /dev/stdin
| /dev/stdin:1:1: error: the file seems to be UTF-32LE; rules are UTF-8, `iconv -f UTF-32LE -t UTF-8 FILE` converts it
|   ????-??? ???l???i???s???t???:??? ???l???
|   ^
| /dev/stdin: Invalid
| no rule loaded
? 1
$ printf -- '# a comment\n- list: l\n  items: [caf\351]\n' | saker check -r /dev/stdin
| /dev/stdin:3:14: error: the byte 0xe9 is not UTF-8, the file seems to be ISO-8859-1; rules are UTF-8, `iconv -f ISO-8859-1 -t UTF-8 FILE` converts it
|     items: [caf?]
|                ^
| /dev/stdin: Invalid
| no rule loaded
? 1
$ printf -- '- list: l\n  items: [\223a\224]\n' | saker check -r /dev/stdin
| /dev/stdin:2:11: error: the byte 0x93 is not UTF-8, the file seems to be WINDOWS-1252; rules are UTF-8, `iconv -f WINDOWS-1252 -t UTF-8 FILE` converts it
|     items: [?a?]
|             ^
| /dev/stdin: Invalid
| no rule loaded
? 1
$ printf -- '- list: l\n  items: [\303\251, \351]\n' | saker check -r /dev/stdin
| /dev/stdin:2:15: error: the byte 0xe9 is not UTF-8, although the file has other characters that are
|     items: [é, ?]
|                ^
| /dev/stdin: Invalid
| no rule loaded
? 1
$ printf -- '- list: l\n  items: [a] # \303' | saker check -r /dev/stdin
| /dev/stdin:2:16: error: the file ends within a character
|     items: [a] # ?
|                  ^
| /dev/stdin: Invalid
| no rule loaded
? 1

# Errors do not hide the warnings of other rules; both come in the order of the files and their lines.
$ saker check why.yaml /dev/stdin mistakes.yaml | grep -e : | head -23
> - rule: A
>   desc: d
>   condition: evt.type = open and proc.name = a and proc.name = b
>   output: o
>   priority: INFO
>   ouput: o
> - rule: B
>   desc: d
>   condition: evt.type = open and proc.nam = a and absent and user.uid = root
>   output: o
>   priority: INFO
> - macro: used
>   condition: proc.name in (list_of_b)
> - list: list_of_b
>   items: [b]
> - rule: C
>   desc: d
>   condition: evt.type = open && (used and proc.name in (list_of_b)
>   output: o
>   priority: INFO
| /dev/stdin:3:52: warning: no event passes both this and 'proc.name = a' [SAKER_CONTRADICTION]
|     condition: evt.type = open and proc.name = a and proc.name = b
| /dev/stdin:6:3: warning: Unknown key 'ouput'. The key will be ignored. [LOAD_UNKNOWN_KEY]
|     ouput: o
| /dev/stdin:9:34: error: filter_check called with nonexistent field proc.nam
|     condition: evt.type = open and proc.nam = a and absent and user.uid = root
| /dev/stdin:9:51: error: Undefined macro 'absent' used in filter.
|     condition: evt.type = open and proc.nam = a and absent and user.uid = root
| /dev/stdin:9:73: error: expecting a number, not 'root'
|     condition: evt.type = open and proc.nam = a and absent and user.uid = root
| /dev/stdin:18:30: error: unexpected token '&&', expecting 'or', 'and'
|     condition: evt.type = open && (used and proc.name in (list_of_b)
| mistakes.yaml:9:47: warning: no event passes both this and 'proc.name in (sh, bash)' [SAKER_CONTRADICTION]
|     condition: evt.type = execve and shells and proc.name = zsh
| mistakes.yaml:19:3: warning: the rule never matches first: "Wide" (mistakes.yaml:13) is before it and matches everything it matches [SAKER_SHADOWED]
|   - rule: Narrow
| mistakes.yaml:27:48: warning: '=' compares letter by letter; for a pattern use 'glob' [LOAD_COMPILE_CONDITION]
|     condition: evt.type = close and (proc.name = ba* or fd.name in (/tmp/*, /a) or proc.cmdline regex ".*nc.*")
| mistakes.yaml:27:55: warning: fd.name is not filled for close: the check cannot hold [SAKER_NO_DATA]
|     condition: evt.type = close and (proc.name = ba* or fd.name in (/tmp/*, /a) or proc.cmdline regex ".*nc.*")
| mistakes.yaml:27:67: warning: 'in' compares letter by letter; for patterns use 'glob anyof' [LOAD_COMPILE_CONDITION]
|     condition: evt.type = close and (proc.name = ba* or fd.name in (/tmp/*, /a) or proc.cmdline regex ".*nc.*")
| mistakes.yaml:27:101: warning: the expression is not needed: 'contains nc' has the same meaning and is faster [LOAD_COMPILE_CONDITION]

# The name of a list with a letter too many
$ saker check -r /dev/stdin
> - list: my_bins
>   items: [a]
> - rule: A
>   desc: d
>   condition: evt.type = open and (proc.name in (my_binss) or proc.name in (my_bins, mybins, my_b, "my_binss"))
>   output: o
>   priority: INFO
> - rule: B
>   desc: d
>   condition: evt.type = open and proc.name in my_binz
>   output: o
>   priority: INFO
| /dev/stdin:5:49: warning: my_binss is compared as text; did you mean the list my_bins? [LOAD_COMPILE_CONDITION]
|     condition: evt.type = open and (proc.name in (my_binss) or proc.name in (my_bins, mybins, my_b, "my_binss"))
|                                                   ^~~~~~~~
| /dev/stdin:5:85: warning: mybins is compared as text; did you mean the list my_bins? [LOAD_COMPILE_CONDITION]
|     condition: evt.type = open and (proc.name in (my_binss) or proc.name in (my_bins, mybins, my_b, "my_binss"))
|                                                                                       ^~~~~~
| /dev/stdin:10:47: error: undefined list 'my_binz'
|     condition: evt.type = open and proc.name in my_binz
|                                                 ^~~~~~~
|   did you mean my_bins?
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 1 of 2
? 1

# Patterns for operators that take none
$ saker check -r /dev/stdin
> - list: scripts
>   items: [a, "*.sh"]
> - rule: A
>   desc: d
>   condition: >
>     evt.type = open and proc.name != c and
>     (proc.name startswith "cat*" or fd.name contains "*.conf" or fd.name icontains "/etc/*" or
>      fd.name endswith "*.so" or proc.name in (scripts) or proc.cmdline contains " * " or
>      proc.cmdline startswith "*" or proc.name endswith a*)
>   output: o
>   priority: INFO
| /dev/stdin:7:27: warning: 'startswith' compares letter by letter; for a pattern use 'glob' [LOAD_COMPILE_CONDITION]
|       (proc.name startswith "cat*" or fd.name contains "*.conf" or fd.name icontains "/etc/*" or
|                             ^~~~~~
| /dev/stdin:7:54: warning: 'contains' compares letter by letter; for a pattern use 'glob' [LOAD_COMPILE_CONDITION]
|       (proc.name startswith "cat*" or fd.name contains "*.conf" or fd.name icontains "/etc/*" or
|                                                        ^~~~~~~~
| /dev/stdin:7:84: warning: 'icontains' compares letter by letter; for a pattern use 'iglob' [LOAD_COMPILE_CONDITION]
|       (proc.name startswith "cat*" or fd.name contains "*.conf" or fd.name icontains "/etc/*" or
|                                                                                      ^~~~~~~~
| /dev/stdin:8:23: warning: 'endswith' compares letter by letter; for a pattern use 'glob' [LOAD_COMPILE_CONDITION]
|        fd.name endswith "*.so" or proc.name in (scripts) or proc.cmdline contains " * " or
|                         ^~~~~~
| /dev/stdin:8:47: warning: 'in' compares letter by letter; for patterns use 'glob anyof' [LOAD_COMPILE_CONDITION]
|        fd.name endswith "*.so" or proc.name in (scripts) or proc.cmdline contains " * " or
|                                                 ^~~~~~~
| /dev/stdin: Ok, with warnings
| 1 rule loaded

# Values of another field
$ saker check -r /dev/stdin
> - list: shells
>   items: [sh, /bin/bash]
> - rule: A
>   desc: d
>   condition: >
>     evt.type = open and (proc.name = /usr/bin/cat or proc.pname in (shells) or proc.aname[2] startswith /sbin or
>     fd.filename = /etc/passwd or user.name = 0 or user.loginname in (a, 1000) or group.name != 0 or
>     proc.name contains /x or user.name = 0day or proc.name = /)
>   output: o
>   priority: INFO
| /dev/stdin:6:38: warning: proc.name is a name without directories, not /usr/bin/cat; did you mean proc.exepath? [LOAD_COMPILE_CONDITION]
|       evt.type = open and (proc.name = /usr/bin/cat or proc.pname in (shells) or proc.aname[2] startswith /sbin or
|                                        ^~~~~~~~~~~~
| /dev/stdin:6:69: warning: proc.pname is a name without directories, not /bin/bash; did you mean proc.pexepath? [LOAD_COMPILE_CONDITION]
|       evt.type = open and (proc.name = /usr/bin/cat or proc.pname in (shells) or proc.aname[2] startswith /sbin or
|                                                                       ^~~~~~
| /dev/stdin:6:105: warning: proc.aname is a name without directories, not /sbin; did you mean proc.aexepath? [LOAD_COMPILE_CONDITION]
|       evt.type = open and (proc.name = /usr/bin/cat or proc.pname in (shells) or proc.aname[2] startswith /sbin or
|                                                                                                           ^~~~~
| /dev/stdin:7:19: warning: fd.filename is a name without directories, not /etc/passwd; did you mean fd.name? [LOAD_COMPILE_CONDITION]
|       fd.filename = /etc/passwd or user.name = 0 or user.loginname in (a, 1000) or group.name != 0 or
|                     ^~~~~~~~~~~
| /dev/stdin:7:46: warning: user.name is a name, not 0; did you mean user.uid? [LOAD_COMPILE_CONDITION]
|       fd.filename = /etc/passwd or user.name = 0 or user.loginname in (a, 1000) or group.name != 0 or
|                                                ^
| /dev/stdin:7:73: warning: user.loginname is a name, not 1000; did you mean user.loginuid? [LOAD_COMPILE_CONDITION]
|       fd.filename = /etc/passwd or user.name = 0 or user.loginname in (a, 1000) or group.name != 0 or
|                                                                           ^~~~
| /dev/stdin:7:96: warning: group.name is a name, not 0; did you mean group.gid? [LOAD_COMPILE_CONDITION]
|       fd.filename = /etc/passwd or user.name = 0 or user.loginname in (a, 1000) or group.name != 0 or
|                                                                                                  ^
| /dev/stdin: Ok, with warnings
| 1 rule loaded

# Of two equally near names the one whose beginning is right
$ saker check -r /dev/stdin
> - rule: A
>   desc: d
>   condition: evt.type = open and fd.nam = /etc/passwd
>   output: o
>   priority: INFO
| /dev/stdin:3:34: error: filter_check called with nonexistent field fd.nam
|     condition: evt.type = open and fd.nam = /etc/passwd
|                                    ^~~~~~
|   did you mean fd.name?
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 1 of 1
? 1

# A condition without a check of the type
$ saker check -r /dev/stdin
> - rule: A
>   desc: d
>   condition: proc.name = a
>   output: o
>   priority: INFO
| /dev/stdin:1:3: warning: Rule matches too many evt.type values. This has a significant performance penalty. [LOAD_NO_EVTTYPE]
|   - rule: A
|     ^
|   name the types, as in 'evt.type in (execve, execveat) and ...'; if the rule needs them all, 'warn_evttypes: false' ends the warning
| /dev/stdin: Ok, with warnings
| 1 rule loaded

# Keys that are missing
$ saker check -r /dev/stdin
> - rule: A
> - macro: m
> - list: l
> - rule: B
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
>   exceptions:
>     - {fields: [proc.name]}
>     - {name: e}
| /dev/stdin:1:3: error: Item has no mapping for key 'condition'
|   - rule: A
|     ^
|   add it, for example 'condition: evt.type = connect and fd.sport = 4444'
| /dev/stdin:1:3: error: Item has no mapping for key 'output'
|   - rule: A
|     ^
|   add it, for example 'output: "%proc.name connects to %fd.name"'
| /dev/stdin:1:3: error: Item has no mapping for key 'desc'
|   - rule: A
|     ^
|   add it, for example 'desc: what the rule finds, and why it matters'
| /dev/stdin:1:3: error: Item has no mapping for key 'priority'
|   - rule: A
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
| /dev/stdin:10:7: error: Item has no mapping for key 'name'
|       - {fields: [proc.name]}
|         ^
|   add it, for example 'name: known_programs'
| /dev/stdin:11:7: error: Item has no mapping for key 'fields'
|       - {name: e}
|         ^
|   add it, for example 'fields: [proc.name, fd.name]'
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 2 of 2
? 1

# Descriptors 0 to 2 have the names of files, devices and pipes.
$ saker check -r /dev/stdin
> - rule: A
>   desc: d
>   condition: >
>     evt.type = execve and (proc.stdin.name in (/dev/null, /etc/passwd) or proc.stdout.name glob /tmp/* or
>     proc.stderr.name startswith /dev/ or proc.stdin.name contains pipe)
>   output: o
>   priority: INFO
| /dev/stdin: Ok
| 1 rule loaded

# Comments in a folded text are part of it.
$ saker check -r /dev/stdin
> - rule: A
>   desc: d
>   condition: >
>     evt.type = connect and
>     # web
>     fd.sport = 443
>   output: o
>   priority: INFO
> - rule: B
>   desc: d
>   condition: >
>     evt.type = connect and fd.sport = 443   # web
>   output: o
>   priority: INFO
| /dev/stdin:5:5: error: expecting a field, a macro or '(', not '#'
|       # web
|       ^
|   a condition has no comments; write them above its key
| /dev/stdin:12:45: error: unexpected token '#', expecting 'or', 'and'
|       evt.type = connect and fd.sport = 443   # web
|                                               ^
|   a condition has no comments; write them above its key
| /dev/stdin: Invalid
| no rule loaded; rules with errors: 2 of 2
? 1

# Names of containers are not available yet: outside of containers the field is "host".
$ saker check -r /dev/stdin
> - rule: A
>   desc: d
>   condition: evt.type = connect and container.name = web
>   output: "%container.name"
>   priority: INFO
| /dev/stdin:3:37: warning: Saker does not have this field's data yet: in a container the check counts as true [SAKER_NO_DATA]
|     condition: evt.type = connect and container.name = web
|                                       ^~~~~~~~~~~~~~
| /dev/stdin: Ok, with warnings
| 1 rule loaded
