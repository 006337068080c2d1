# SPDX-License-Identifier: Apache-2.0
#
# Every key of rule files, and what it does.

# required_engine_version, as a number and as a version
$ saker check -r /dev/stdin
> - required_engine_version: 0.57.0
> - required_engine_version: 31
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
| /dev/stdin: Ok
| 1 rule loaded

# required_plugin_versions, with alternatives
$ saker check -r /dev/stdin
> - required_plugin_versions:
>   - name: container
>     version: 0.2.2
>   - name: nosuch
>     version: 0.1.0
>     alternatives:
>       - {name: json, version: 0.7.0}
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
| /dev/stdin: Ok
| 1 rule loaded

# list and items: lists in lists, quoted words
$ saker explain -r /dev/stdin R | grep -e condition
> - list: a
>   items: [x, '"y z"']
> - list: b
>   items: [a, w]
> - rule: R
>   desc: d
>   condition: evt.type = open and proc.name in (b, v)
>   output: o
>   priority: INFO
| condition: evt.type = open {0} and proc.name in (x, "y z", w, v) {1}

# list, append: true
$ saker explain -r /dev/stdin R 2>/dev/null | grep -e condition
> - list: a
>   items: [x]
> - list: a
>   items: [y]
>   append: true
> - rule: R
>   desc: d
>   condition: evt.type = open and proc.name in (a)
>   output: o
>   priority: INFO
| condition: evt.type = open {0} and proc.name in (x, y) {1}

# list, override: items append, then replace
$ saker explain -r /dev/stdin R | grep -e condition
> - list: a
>   items: [x]
> - list: a
>   items: [y]
>   override: {items: append}
> - list: b
>   items: [x]
> - list: b
>   items: [y]
>   override: {items: replace}
> - rule: R
>   desc: d
>   condition: evt.type = open and proc.name in (a) and proc.pname in (b)
>   output: o
>   priority: INFO
| condition: evt.type = open {0} and proc.name in (x, y) {1} and proc.pname in (y) {2}

# macro and condition: used before it is redefined
$ saker explain -r /dev/stdin R | grep -e condition
> - macro: m
>   condition: proc.name = a
> - rule: R
>   desc: d
>   condition: evt.type = open and m
>   output: o
>   priority: INFO
> - macro: m
>   condition: proc.name = b
| /dev/stdin:8:3: warning: the macro is defined twice in this file: line 1 has no effect [SAKER_DEFINED_TWICE]
|   - macro: m
|     ^
| condition: evt.type = open {0} and proc.name = b {1}

# macro, override: condition append, then replace
$ saker explain -r /dev/stdin R | grep -e condition
> - macro: m
>   condition: evt.type = open
> - macro: m
>   condition: or evt.type = dup
>   override: {condition: append}
> - macro: n
>   condition: proc.name = a
> - macro: n
>   condition: proc.name = b
>   override: {condition: replace}
> - rule: R
>   desc: d
>   condition: m and n
>   output: o
>   priority: INFO
| condition: (evt.type = open {0} or evt.type = dup {1}) and proc.name = b {2}

# rule, desc, condition, output, priority, source, tags
$ saker list rules -r /dev/stdin --json
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: warning
>   source: syscall
>   tags: [b, a, b]
| [{"rule":"R","priority":"Warning","enabled":true,"desc":"d","condition":"evt.type = open","output":"o","source":"syscall","file":"/dev/stdin","line":1,"types":["open"],"tags":["a","b"]}]

# enabled
$ saker list rules -r /dev/stdin
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
>   enabled: false
> - rule: Q
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
| R (Informational, disabled)
|     d
| Q (Informational)
|     d

# capture, capture_duration, warn_evttypes
$ saker check -r /dev/stdin
> - rule: R
>   desc: d
>   condition: proc.name = a
>   output: o
>   priority: INFO
>   capture: true
>   capture_duration: 5000
>   warn_evttypes: false
| /dev/stdin: Ok
| 1 rule loaded

# skip-if-unknown-filter
$ saker list rules -r /dev/stdin 2>/dev/null
> - rule: R
>   desc: d
>   condition: proc.nosuch = a
>   output: o
>   priority: INFO
>   skip-if-unknown-filter: true
> - rule: Q
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
| Q (Informational)
|     d

# exceptions: name, fields, comps, values
$ saker explain -r /dev/stdin R | grep -e condition
> - rule: R
>   desc: d
>   condition: evt.type = open or evt.type = dup
>   output: o
>   priority: INFO
>   exceptions:
>     - name: two
>       fields: [proc.name, fd.name]
>       comps: [=, startswith]
>       values:
>         - [a, /x]
>         - ["b c", /y]
>     - name: one
>       fields: proc.pname
>       values: [p, q]
>     - name: list
>       fields: [fd.name]
>       comps: [in]
>       values:
>         - [[/a, /b]]
>     - name: modifier
>       fields: [proc.name]
>       comps: [startswith anyof]
>       values:
>         - [[x, y]]
>     - name: transformed
>       fields: [tolower(proc.name)]
>       values: [[z]]
>     - name: later
>       fields: [fd.name]
| condition: (evt.type = open {0} or evt.type = dup {1}) and not (proc.name = a {2} and fd.name startswith /x {3} or proc.name = "b c" {4} and fd.name startswith /y {5}) and not proc.pname in (p, q) {6} and not fd.name in (/a, /b) {7} and not proc.name startswith anyof (x, y) {8} and not tolower(proc.name) = z {9}

# override: condition append
$ saker explain -r /dev/stdin R | grep -e condition
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
> - rule: R
>   override: {condition: append}
>   condition: and proc.name = a
| condition: evt.type = open {0} and proc.name = a {1}

# override: condition replace
$ saker explain -r /dev/stdin R | grep -e condition
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
> - rule: R
>   override: {condition: replace}
>   condition: evt.type = dup
| condition: evt.type = dup {0}

# override: exceptions append
$ saker explain -r /dev/stdin R | grep -e condition
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
>   exceptions:
>     - {name: d, fields: [fd.name], values: [[/a]]}
> - rule: R
>   override: {exceptions: append}
>   exceptions:
>     - {name: e, fields: [fd.name], values: [[/b]]}
| condition: evt.type = open {0} and not fd.name = /a {1} and not fd.name = /b {2}

# override: exceptions replace
$ saker explain -r /dev/stdin R | grep -e condition
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
>   exceptions:
>     - {name: d, fields: [fd.name], values: [[/a]]}
> - rule: R
>   override: {exceptions: replace}
>   exceptions:
>     - {name: e, fields: [fd.name], values: [[/b]]}
| condition: evt.type = open {0} and not fd.name = /b {1}

# override: output, desc and tags append
$ saker list rules -r /dev/stdin --json
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
>   tags: [x]
> - rule: R
>   override: {output: append, desc: append, tags: append}
>   output: more
>   desc: more
>   tags: [y]
| [{"rule":"R","priority":"Informational","enabled":true,"desc":"d more","condition":"evt.type = open","output":"o more","source":"syscall","file":"/dev/stdin","line":1,"types":["open"],"tags":["x","y"]}]

# override: everything that can be replaced
$ saker list rules -r /dev/stdin --json
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
> - rule: R
>   override: {output: replace, desc: replace, tags: replace, priority: replace, enabled: replace, capture: replace, capture_duration: replace, warn_evttypes: replace, skip-if-unknown-filter: replace}
>   output: p
>   desc: e
>   tags: [z]
>   priority: ERROR
>   enabled: true
>   capture: true
>   capture_duration: 1
>   warn_evttypes: true
>   skip-if-unknown-filter: true
| [{"rule":"R","priority":"Error","enabled":true,"desc":"e","condition":"evt.type = open","output":"p","source":"syscall","file":"/dev/stdin","line":1,"types":["open"],"tags":["z"]}]

# append: true, the old form
$ saker explain -r /dev/stdin R 2>/dev/null | grep -e condition
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
> - rule: R
>   append: true
>   condition: and proc.name = a
>   exceptions:
>     - {name: e, fields: [fd.name], values: [[/b]]}
| condition: evt.type = open {0} and proc.name = a {1} and not fd.name = /b {2}

# enabled alone, the old form
$ saker list rules -r /dev/stdin 2>/dev/null
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
> - rule: Q
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
> - rule: R
>   enabled: false
| R (Informational, disabled)
|     d
| Q (Informational)
|     d

# Rules keep their first place, several documents, merge keys
$ saker list rules -r /dev/stdin --json
> - rule: A
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
> - rule: B
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
> ---
> - rule: A
>   desc: d
>   condition: evt.type = dup
>   output: o
>   priority: INFO
| /dev/stdin:12:3: warning: the rule is defined twice in this file: line 1 has no effect [SAKER_DEFINED_TWICE]
|   - rule: A
|     ^
| [{"rule":"A","priority":"Informational","enabled":true,"desc":"d","condition":"evt.type = dup","output":"o","source":"syscall","file":"/dev/stdin","line":12,"types":["dup"],"tags":[]},{"rule":"B","priority":"Informational","enabled":true,"desc":"d","condition":"evt.type = open","output":"o","source":"syscall","file":"/dev/stdin","line":6,"types":["open"],"tags":[]}]

# Falco's names of calls, also where x86-64 does not have the call
$ saker list rules -r /dev/stdin --json 2>/dev/null | grep -o '"types":[^]]*]'
> - rule: R
>   desc: d
>   condition: evt.type in (pread, prlimit64, send)
>   output: o
>   priority: INFO
> - rule: S
>   desc: d
>   condition: evt.type.is.pwrite = 1
>   output: "%evt.arg.tags %evt.arg.image %evt.arg.res_or_fd"
>   priority: INFO
| "types":["pread64","prlimit64"]
| "types":["pwrite64"]
