# SPDX-License-Identifier: Apache-2.0

# Rules that load, but behave differently from Falco.
$ saker check -r diff.yaml --diff
| diff.yaml:21:34: warning: Saker does not have this field's data yet: it is always missing [SAKER_NO_DATA]
|     condition: evt.type = open and container.image = x and container.name = y
|                                    ^~~~~~~~~~~~~~~
| diff.yaml:21:58: warning: Saker does not have this field's data yet: in a container the check counts as true [SAKER_NO_DATA]
|     condition: evt.type = open and container.image = x and container.name = y
|                                                            ^~~~~~~~~~~~~~
| diff.yaml:22:13: warning: no event of this rule has container.image yet: <NA> is printed [SAKER_NO_DATA]
|     output: "%container.image"
|               ^~~~~~~~~~~~~~~
| Differences from Falco 0.45 in these rules, by kind, with how many places (--details shows each):
|      3  a path under a not: the check must hold for the path the kernel resolved; Falco compares one text, composed of directory and name
|      3  proc.name: the name at the exec, which a fork inherits, also of processes older than the agent; in Falco a forked process has the name that its parent had then, and an older one its present name
|      2  container.image: known, but Saker does not have its data yet: always missing
|      1  a duration with a unit; Falco takes nanoseconds only
|      1  a path: a check also holds for the absolute path as it was given; Falco compares one text, composed of directory and name
|      1  a regular expression: matched within a budget of time, beyond which it counts as true
|      1  container.name: not known until the runtime reports it; until then a check counts as true, where Falco's is false, and the output has <NA>
|      1  proc.cmdline: up to 32 KiB of arguments; of longer ones both ends with " ... " between them, and a check that needs the missing middle counts as true; Falco cuts at 4096 bytes
|      1  user.loginname: missing without a login, where Falco has the text <NA>
| diff.yaml: Ok, with warnings
| 6 rules loaded, 1 cannot fire here
| cannot fire here: "No data"

# An exception is compiled once for each of its values; its fields have one note all the same.
$ saker check --details -r /dev/stdin | grep -A 2 'note: proc.name'
> - rule: r
>   desc: d
>   condition: evt.type = dup
>   output: nothing
>   priority: INFO
>   exceptions:
>     - {name: e, fields: [proc.name, fd.num], values: [[a, 1], [b, 2], [c, 3]]}
| /dev/stdin:7:26: note: proc.name: the name at the exec, which a fork inherits, also of processes older than the agent; in Falco a forked process has the name that its parent had then, and an older one its present name
|       - {name: e, fields: [proc.name, fd.num], values: [[a, 1], [b, 2], [c, 3]]}
|                            ^

# A file of which no rule is loaded.
$ saker check -r diff.yaml --details
| diff.yaml:5:15: note: a path: a check also holds for the absolute path as it was given; Falco compares one text, composed of directory and name
|     condition: (fd.name startswith /etc/)
|                 ^~~~~~~~~~~~~~~~~~~~~~~~
|   in the rule "Given path"
| diff.yaml:5:15: note: a path under a not: the check must hold for the path the kernel resolved; Falco compares one text, composed of directory and name
|     condition: (fd.name startswith /etc/)
|                 ^~~~~~~~~~~~~~~~~~~~~~~~
|   in the rule "Resolved path"
| diff.yaml:10:22: note: user.loginname: missing without a login, where Falco has the text <NA>
|     output: "%fd.name %user.loginname"
|                        ^~~~~~~~~~~~~~
|   in the rule "Given path"
| diff.yaml:15:56: note: a path under a not: the check must hold for the path the kernel resolved; Falco compares one text, composed of directory and name
|     condition: evt.type = open and not reads_etc and not tolower(fd.name) = /x
|                                                          ^~~~~~~~~~~~~~~~~~~~~
|   in the rule "Resolved path"
| diff.yaml:21:34: warning: Saker does not have this field's data yet: it is always missing [SAKER_NO_DATA]
|     condition: evt.type = open and container.image = x and container.name = y
|                                    ^~~~~~~~~~~~~~~
| diff.yaml:21:34: note: container.image: known, but Saker does not have its data yet: always missing
|     condition: evt.type = open and container.image = x and container.name = y
|                                    ^~~~~~~~~~~~~~~
|   in the rule "No data"
| diff.yaml:21:58: warning: Saker does not have this field's data yet: in a container the check counts as true [SAKER_NO_DATA]
|     condition: evt.type = open and container.image = x and container.name = y
|                                                            ^~~~~~~~~~~~~~
| diff.yaml:21:58: note: container.name: not known until the runtime reports it; until then a check counts as true, where Falco's is false, and the output has <NA>
|     condition: evt.type = open and container.image = x and container.name = y
|                                                            ^~~~~~~~~~~~~~
|   in the rule "No data"
| diff.yaml:22:13: warning: no event of this rule has container.image yet: <NA> is printed [SAKER_NO_DATA]
|     output: "%container.image"
|               ^~~~~~~~~~~~~~~
| diff.yaml:22:13: note: container.image: known, but Saker does not have its data yet: always missing
|     output: "%container.image"
|               ^~~~~~~~~~~~~~~
|   in the rule "No data"
| diff.yaml:27:50: note: proc.name: the name at the exec, which a fork inherits, also of processes older than the agent; in Falco a forked process has the name that its parent had then, and an older one its present name
|     condition: evt.type = open and fd.num >= 0 and proc.name = val(proc.cmdline)
|                                                    ^~~~~~~~~
|   in the rule "Other values"
| diff.yaml:27:62: note: proc.cmdline: up to 32 KiB of arguments; of longer ones both ends with " ... " between them, and a check that needs the missing middle counts as true; Falco cuts at 4096 bytes
|     condition: evt.type = open and fd.num >= 0 and proc.name = val(proc.cmdline)
|                                                                ^~~~~~~~~~~~~~~~~
|   in the rule "Other values"
| diff.yaml:33:34: note: proc.name: the name at the exec, which a fork inherits, also of processes older than the agent; in Falco a forked process has the name that its parent had then, and an older one its present name
|     condition: evt.type = open and proc.name regex [ab]+ and proc.duration > 1s
|                                    ^~~~~~~~~
|   in the rule "Budget and units"
| diff.yaml:33:34: note: a regular expression: matched within a budget of time, beyond which it counts as true
|     condition: evt.type = open and proc.name regex [ab]+ and proc.duration > 1s
|                                    ^~~~~~~~~~~~~~~~~~~~~
|   in the rule "Budget and units"
| diff.yaml:33:60: note: a duration with a unit; Falco takes nanoseconds only
|     condition: evt.type = open and proc.name regex [ab]+ and proc.duration > 1s
|                                                              ^~~~~~~~~~~~~~~~~~
|   in the rule "Budget and units"
| diff.yaml:39:33: note: proc.name: the name at the exec, which a fork inherits, also of processes older than the agent; in Falco a forked process has the name that its parent had then, and an older one its present name
|     condition: evt.type = dup and proc.name = a
|                                   ^~~~~~~~~
|   in the rule "The same"
| diff.yaml:43:26: note: a path under a not: the check must hold for the path the kernel resolved; Falco compares one text, composed of directory and name
|       - {name: e, fields: [fd.name], values: [[/a]]}
|                            ^
|   in the rule "The same"
| diff.yaml: Ok, with warnings
| 6 rules loaded, 1 cannot fire here
| cannot fire here: "No data"
$ saker check -r diff.yaml --diff --json
| {"falco_load_results":[{"name":"diff.yaml","successful":true,"schema_valid":true,"schema_warnings":[],"errors":[],"warnings":[{"context":{"locations":[{"item_type":"rules content","item_name":"","position":{"name":"diff.yaml","line":1,"column":1,"offset":0}},{"item_type":"rule","item_name":"No data","position":{"name":"diff.yaml","line":19,"column":3,"offset":467}},{"item_type":"rule condition","item_name":"No data","position":{"name":"diff.yaml","line":21,"column":34,"offset":593}}],"snippet":"  condition: evt.type = open and container.image = x and container.name = y\n                                 ^\n"},"code":"SAKER_NO_DATA","codedesc":"A field is known, but Saker does not have its data yet, or not for some events","message":"Saker does not have this field's data yet: it is always missing"},{"context":{"locations":[{"item_type":"rules content","item_name":"","position":{"name":"diff.yaml","line":1,"column":1,"offset":0}},{"item_type":"rule","item_name":"No data","position":{"name":"diff.yaml","line":19,"column":3,"offset":467}},{"item_type":"rule condition","item_name":"No data","position":{"name":"diff.yaml","line":21,"column":58,"offset":617}}],"snippet":"  condition: evt.type = open and container.image = x and container.name = y\n                                                         ^\n"},"code":"SAKER_NO_DATA","codedesc":"A field is known, but Saker does not have its data yet, or not for some events","message":"Saker does not have this field's data yet: in a container the check counts as true"},{"context":{"locations":[{"item_type":"rules content","item_name":"","position":{"name":"diff.yaml","line":1,"column":1,"offset":0}},{"item_type":"rule","item_name":"No data","position":{"name":"diff.yaml","line":19,"column":3,"offset":467}},{"item_type":"rule output","item_name":"No data","position":{"name":"diff.yaml","line":22,"column":13,"offset":648}}],"snippet":"  output: \"%container.image\"\n            ^\n"},"code":"SAKER_NO_DATA","codedesc":"A field is known, but Saker does not have its data yet, or not for some events","message":"no event of this rule has container.image yet: <NA> is printed"}],"notes":[{"context":{"locations":[{"item_type":"rules content","item_name":"","position":{"name":"diff.yaml","line":1,"column":1,"offset":0}},{"item_type":"macro","item_name":"reads_etc","position":{"name":"diff.yaml","line":4,"column":3,"offset":103}},{"item_type":"macro condition","item_name":"reads_etc","position":{"name":"diff.yaml","line":5,"column":15,"offset":134}}],"snippet":"  condition: (fd.name startswith /etc/)\n              ^\n"},"code":"SAKER_DIFFERS","codedesc":"Something behaves differently from Falco","message":"a path: a check also holds for the absolute path as it was given; Falco compares one text, composed of directory and name","hint":"in the rule \"Given path\""},{"context":{"locations":[{"item_type":"rules content","item_name":"","position":{"name":"diff.yaml","line":1,"column":1,"offset":0}},{"item_type":"macro","item_name":"reads_etc","position":{"name":"diff.yaml","line":4,"column":3,"offset":103}},{"item_type":"macro condition","item_name":"reads_etc","position":{"name":"diff.yaml","line":5,"column":15,"offset":134}}],"snippet":"  condition: (fd.name startswith /etc/)\n              ^\n"},"code":"SAKER_DIFFERS","codedesc":"Something behaves differently from Falco","message":"a path under a not: the check must hold for the path the kernel resolved; Falco compares one text, composed of directory and name","hint":"in the rule \"Resolved path\""},{"context":{"locations":[{"item_type":"rules content","item_name":"","position":{"name":"diff.yaml","line":1,"column":1,"offset":0}},{"item_type":"rule","item_name":"Given path","position":{"name":"diff.yaml","line":7,"column":3,"offset":163}},{"item_type":"rule output","item_name":"Given path","position":{"name":"diff.yaml","line":10,"column":22,"offset":273}}],"snippet":"  output: \"%fd.name %user.loginname\"\n                     ^\n"},"code":"SAKER_DIFFERS","codedesc":"Something behaves differently from Falco","message":"user.loginname: missing without a login, where Falco has the text <NA>","hint":"in the rule \"Given path\""},{"context":{"locations":[{"item_type":"rules content","item_name":"","position":{"name":"diff.yaml","line":1,"column":1,"offset":0}},{"item_type":"rule","item_name":"Resolved path","position":{"name":"diff.yaml","line":13,"column":3,"offset":309}},{"item_type":"rule condition","item_name":"Resolved path","position":{"name":"diff.yaml","line":15,"column":56,"offset":404}}],"snippet":"  condition: evt.type = open and not reads_etc and not tolower(fd.name) = /x\n                                                       ^\n"},"code":"SAKER_DIFFERS","codedesc":"Something behaves differently from Falco","message":"a path under a not: the check must hold for the path the kernel resolved; Falco compares one text, composed of directory and name","hint":"in the rule \"Resolved path\""},{"context":{"locations":[{"item_type":"rules content","item_name":"","position":{"name":"diff.yaml","line":1,"column":1,"offset":0}},{"item_type":"rule","item_name":"No data","position":{"name":"diff.yaml","line":19,"column":3,"offset":467}},{"item_type":"rule condition","item_name":"No data","position":{"name":"diff.yaml","line":21,"column":34,"offset":593}}],"snippet":"  condition: evt.type = open and container.image = x and container.name = y\n                                 ^\n"},"code":"SAKER_DIFFERS","codedesc":"Something behaves differently from Falco","message":"container.image: known, but Saker does not have its data yet: always missing","hint":"in the rule \"No data\""},{"context":{"locations":[{"item_type":"rules content","item_name":"","position":{"name":"diff.yaml","line":1,"column":1,"offset":0}},{"item_type":"rule","item_name":"No data","position":{"name":"diff.yaml","line":19,"column":3,"offset":467}},{"item_type":"rule condition","item_name":"No data","position":{"name":"diff.yaml","line":21,"column":58,"offset":617}}],"snippet":"  condition: evt.type = open and container.image = x and container.name = y\n                                                         ^\n"},"code":"SAKER_DIFFERS","codedesc":"Something behaves differently from Falco","message":"container.name: not known until the runtime reports it; until then a check counts as true, where Falco's is false, and the output has <NA>","hint":"in the rule \"No data\""},{"context":{"locations":[{"item_type":"rules content","item_name":"","position":{"name":"diff.yaml","line":1,"column":1,"offset":0}},{"item_type":"rule","item_name":"No data","position":{"name":"diff.yaml","line":19,"column":3,"offset":467}},{"item_type":"rule output","item_name":"No data","position":{"name":"diff.yaml","line":22,"column":13,"offset":648}}],"snippet":"  output: \"%container.image\"\n            ^\n"},"code":"SAKER_DIFFERS","codedesc":"Something behaves differently from Falco","message":"container.image: known, but Saker does not have its data yet: always missing","hint":"in the rule \"No data\""},{"context":{"locations":[{"item_type":"rules content","item_name":"","position":{"name":"diff.yaml","line":1,"column":1,"offset":0}},{"item_type":"rule","item_name":"Other values","position":{"name":"diff.yaml","line":25,"column":3,"offset":685}},{"item_type":"rule condition","item_name":"Other values","position":{"name":"diff.yaml","line":27,"column":50,"offset":806}}],"snippet":"  condition: evt.type = open and fd.num >= 0 and proc.name = val(proc.cmdline)\n                                                 ^\n"},"code":"SAKER_DIFFERS","codedesc":"Something behaves differently from Falco","message":"proc.name: the name at the exec, which a fork inherits, also of processes older than the agent; in Falco a forked process has the name that its parent had then, and an older one its present name","hint":"in the rule \"Other values\""},{"context":{"locations":[{"item_type":"rules content","item_name":"","position":{"name":"diff.yaml","line":1,"column":1,"offset":0}},{"item_type":"rule","item_name":"Other values","position":{"name":"diff.yaml","line":25,"column":3,"offset":685}},{"item_type":"rule condition","item_name":"Other values","position":{"name":"diff.yaml","line":27,"column":62,"offset":818}}],"snippet":"  condition: evt.type = open and fd.num >= 0 and proc.name = val(proc.cmdline)\n                                                             ^\n"},"code":"SAKER_DIFFERS","codedesc":"Something behaves differently from Falco","message":"proc.cmdline: up to 32 KiB of arguments; of longer ones both ends with \" ... \" between them, and a check that needs the missing middle counts as true; Falco cuts at 4096 bytes","hint":"in the rule \"Other values\""},{"context":{"locations":[{"item_type":"rules content","item_name":"","position":{"name":"diff.yaml","line":1,"column":1,"offset":0}},{"item_type":"rule","item_name":"Budget and units","position":{"name":"diff.yaml","line":31,"column":3,"offset":874}},{"item_type":"rule condition","item_name":"Budget and units","position":{"name":"diff.yaml","line":33,"column":34,"offset":983}}],"snippet":"  condition: evt.type = open and proc.name regex [ab]+ and proc.duration > 1s\n                                 ^\n"},"code":"SAKER_DIFFERS","codedesc":"Something behaves differently from Falco","message":"proc.name: the name at the exec, which a fork inherits, also of processes older than the agent; in Falco a forked process has the name that its parent had then, and an older one its present name","hint":"in the rule \"Budget and units\""},{"context":{"locations":[{"item_type":"rules content","item_name":"","position":{"name":"diff.yaml","line":1,"column":1,"offset":0}},{"item_type":"rule","item_name":"Budget and units","position":{"name":"diff.yaml","line":31,"column":3,"offset":874}},{"item_type":"rule condition","item_name":"Budget and units","position":{"name":"diff.yaml","line":33,"column":34,"offset":983}}],"snippet":"  condition: evt.type = open and proc.name regex [ab]+ and proc.duration > 1s\n                                 ^\n"},"code":"SAKER_DIFFERS","codedesc":"Something behaves differently from Falco","message":"a regular expression: matched within a budget of time, beyond which it counts as true","hint":"in the rule \"Budget and units\""},{"context":{"locations":[{"item_type":"rules content","item_name":"","position":{"name":"diff.yaml","line":1,"column":1,"offset":0}},{"item_type":"rule","item_name":"Budget and units","position":{"name":"diff.yaml","line":31,"column":3,"offset":874}},{"item_type":"rule condition","item_name":"Budget and units","position":{"name":"diff.yaml","line":33,"column":60,"offset":1009}}],"snippet":"  condition: evt.type = open and proc.name regex [ab]+ and proc.duration > 1s\n                                                           ^\n"},"code":"SAKER_DIFFERS","codedesc":"Something behaves differently from Falco","message":"a duration with a unit; Falco takes nanoseconds only","hint":"in the rule \"Budget and units\""},{"context":{"locations":[{"item_type":"rules content","item_name":"","position":{"name":"diff.yaml","line":1,"column":1,"offset":0}},{"item_type":"rule","item_name":"The same","position":{"name":"diff.yaml","line":37,"column":3,"offset":1066}},{"item_type":"rule condition","item_name":"The same","position":{"name":"diff.yaml","line":39,"column":33,"offset":1135}}],"snippet":"  condition: evt.type = dup and proc.name = a\n                                ^\n"},"code":"SAKER_DIFFERS","codedesc":"Something behaves differently from Falco","message":"proc.name: the name at the exec, which a fork inherits, also of processes older than the agent; in Falco a forked process has the name that its parent had then, and an older one its present name","hint":"in the rule \"The same\""},{"context":{"locations":[{"item_type":"rules content","item_name":"","position":{"name":"diff.yaml","line":1,"column":1,"offset":0}},{"item_type":"rule","item_name":"The same","position":{"name":"diff.yaml","line":37,"column":3,"offset":1066}},{"item_type":"rule condition","item_name":"The same","position":{"name":"diff.yaml","line":43,"column":26,"offset":1223}}],"snippet":"    - {name: e, fields: [fd.name], values: [[/a]]}\n                         ^\n"},"code":"SAKER_DIFFERS","codedesc":"Something behaves differently from Falco","message":"a path under a not: the check must hold for the path the kernel resolved; Falco compares one text, composed of directory and name","hint":"in the rule \"The same\""}]}],"saker":{"rules":6,"cannot_fire":1,"lacking":0,"cannot_fire_rules":["No data"]}}
$ saker check -r diff.yaml
| diff.yaml:21:34: warning: Saker does not have this field's data yet: it is always missing [SAKER_NO_DATA]
|     condition: evt.type = open and container.image = x and container.name = y
|                                    ^~~~~~~~~~~~~~~
| diff.yaml:21:58: warning: Saker does not have this field's data yet: in a container the check counts as true [SAKER_NO_DATA]
|     condition: evt.type = open and container.image = x and container.name = y
|                                                            ^~~~~~~~~~~~~~
| diff.yaml:22:13: warning: no event of this rule has container.image yet: <NA> is printed [SAKER_NO_DATA]
|     output: "%container.image"
|               ^~~~~~~~~~~~~~~
| diff.yaml: Ok, with warnings
| 6 rules loaded, 1 cannot fire here
| cannot fire here: "No data"

# Likely mistakes, with their places.
$ saker check -r mistakes.yaml
| mistakes.yaml:9:47: warning: no event passes both this and 'proc.name in (sh, bash)' [SAKER_CONTRADICTION]
|     condition: evt.type = execve and shells and proc.name = zsh
|                                                 ^~~~~~~~~~~~~~~
|   to match one of several values, use 'in (a, b)' or join two checks with 'or'
| mistakes.yaml:19:3: warning: the rule never matches first: "Wide" (mistakes.yaml:13) is before it and matches everything it matches [SAKER_SHADOWED]
|   - rule: Narrow
|     ^
|   put the narrower rule first, or add an exception to the other one
| mistakes.yaml:27:48: warning: '=' compares letter by letter; for a pattern use 'glob' [LOAD_COMPILE_CONDITION]
|     condition: evt.type = close and (proc.name = ba* or fd.name in (/tmp/*, /a) or proc.cmdline regex ".*nc.*")
|                                                  ^~~
| mistakes.yaml:27:55: warning: fd.name is not filled for close: the check cannot hold [SAKER_NO_DATA]
|     condition: evt.type = close and (proc.name = ba* or fd.name in (/tmp/*, /a) or proc.cmdline regex ".*nc.*")
|                                                         ^~~~~~~
|   in the rule "Patterns"
| mistakes.yaml:27:67: warning: 'in' compares letter by letter; for patterns use 'glob anyof' [LOAD_COMPILE_CONDITION]
|     condition: evt.type = close and (proc.name = ba* or fd.name in (/tmp/*, /a) or proc.cmdline regex ".*nc.*")
|                                                                     ^~~~~~
| mistakes.yaml:27:101: warning: the expression is not needed: 'contains nc' has the same meaning and is faster [LOAD_COMPILE_CONDITION]
|     condition: evt.type = close and (proc.name = ba* or fd.name in (/tmp/*, /a) or proc.cmdline regex ".*nc.*")
|                                                                                                       ^~~~~~~~
| mistakes.yaml:31:3: warning: the rule can never match [SAKER_CONTRADICTION]
|   - rule: Direction
|     ^
| mistakes.yaml:33:33: warning: the field evt.dir is deprecated: it is always '<'; remove it from the condition [LOAD_DEPRECATED_ITEM]
|     condition: evt.type = dup and evt.dir = >
|                                   ^~~~~~~
| mistakes.yaml:36:3: warning: Unknown key 'ouput'. The key will be ignored. [LOAD_UNKNOWN_KEY]
|     ouput: twice
|     ^~~~~
|   did you mean output?
| mistakes.yaml:61:3: warning: the rule can never match [SAKER_CONTRADICTION]
|   - rule: Waits for a list
|     ^
|   the list no_users is empty
| mistakes.yaml:67:3: warning: the rule can never match [SAKER_CONTRADICTION]
|   - rule: Only a placeholder
|     ^
|   no event passes 'evt.num = 0': event numbers start at 1
| mistakes.yaml: Ok, with warnings
| 9 rules loaded, 4 cannot fire here, 1 lacks fields
| cannot fire here: "Contradiction", "Direction", "Waits for a list", "Only a placeholder"

# JSON: the chain of places, and what is deprecated.
$ saker check -r mistakes.yaml --json | grep -o '{"context".*' | sed 's/},{"context"/},\n{"context"/g' | grep -e deprecated -e Undefined -e never
| {"context":{"locations":[{"item_type":"rules content","item_name":"","position":{"name":"mistakes.yaml","line":1,"column":1,"offset":0}},{"item_type":"rule","item_name":"Contradiction","position":{"name":"mistakes.yaml","line":7,"column":3,"offset":162}},{"item_type":"rule condition","item_name":"Contradiction","position":{"name":"mistakes.yaml","line":9,"column":47,"offset":252}}],"snippet":"  condition: evt.type = execve and shells and proc.name = zsh\n                                              ^\n"},"code":"SAKER_CONTRADICTION","codedesc":"A rule, or a part of one, can never match","message":"no event passes both this and 'proc.name in (sh, bash)'","hint":"to match one of several values, use 'in (a, b)' or join two checks with 'or'"},
| {"context":{"locations":[{"item_type":"rules content","item_name":"","position":{"name":"mistakes.yaml","line":1,"column":1,"offset":0}},{"item_type":"rule","item_name":"Narrow","position":{"name":"mistakes.yaml","line":19,"column":3,"offset":446}}],"snippet":"- rule: Narrow\n  ^\n"},"code":"SAKER_SHADOWED","codedesc":"A rule never matches first: an earlier one matches everything it matches","message":"the rule never matches first: \"Wide\" (mistakes.yaml:13) is before it and matches everything it matches","hint":"put the narrower rule first, or add an exception to the other one"},
| {"context":{"locations":[{"item_type":"rules content","item_name":"","position":{"name":"mistakes.yaml","line":1,"column":1,"offset":0}},{"item_type":"rule","item_name":"Direction","position":{"name":"mistakes.yaml","line":31,"column":3,"offset":804}}],"snippet":"- rule: Direction\n  ^\n"},"code":"SAKER_CONTRADICTION","codedesc":"A rule, or a part of one, can never match","message":"the rule can never match"},
| {"context":{"locations":[{"item_type":"rules content","item_name":"","position":{"name":"mistakes.yaml","line":1,"column":1,"offset":0}},{"item_type":"rule","item_name":"Direction","position":{"name":"mistakes.yaml","line":31,"column":3,"offset":804}},{"item_type":"rule condition","item_name":"Direction","position":{"name":"mistakes.yaml","line":33,"column":33,"offset":875}}],"snippet":"  condition: evt.type = dup and evt.dir = >\n                                ^\n"},"code":"LOAD_DEPRECATED_ITEM","codedesc":"Something deprecated is used","message":"the field evt.dir is deprecated: it is always '<'; remove it from the condition","deprecated_field":"evt.dir"},
| {"context":{"locations":[{"item_type":"rules content","item_name":"","position":{"name":"mistakes.yaml","line":1,"column":1,"offset":0}},{"item_type":"rule","item_name":"Waits for a list","position":{"name":"mistakes.yaml","line":61,"column":3,"offset":1565}}],"snippet":"- rule: Waits for a list\n  ^\n"},"code":"SAKER_CONTRADICTION","codedesc":"A rule, or a part of one, can never match","message":"the rule can never match","hint":"the list no_users is empty"},
| {"context":{"locations":[{"item_type":"rules content","item_name":"","position":{"name":"mistakes.yaml","line":1,"column":1,"offset":0}},{"item_type":"rule","item_name":"Only a placeholder","position":{"name":"mistakes.yaml","line":67,"column":3,"offset":1706}}],"snippet":"- rule: Only a placeholder\n  ^\n"},"code":"SAKER_CONTRADICTION","codedesc":"A rule, or a part of one, can never match","message":"the rule can never match","hint":"no event passes 'evt.num = 0': event numbers start at 1"}]}],"saker":{"rules":9,"cannot_fire":4,"lacking":1,"cannot_fire_rules":["Contradiction","Direction","Waits for a list","Only a placeholder"]}}

# Files may be given with or without -r, and are read in the order given.
$ saker check why.yaml -r mistakes.yaml diff.yaml | grep -o '^[a-z]*.yaml: [A-Z].*'
| why.yaml: Ok
| mistakes.yaml: Ok, with warnings
| diff.yaml: Ok, with warnings
$ saker check nosuch.yaml
| saker: reading rules from nosuch.yaml: No such file or directory
? 3
$ saker run why.yaml
| saker: one argument too many: why.yaml; did you mean -r why.yaml?
| saker: `saker run --help` lists its options
? 2

# Something that is not a file is not waited for; a pipe is read.
$ mkfifo /tmp/saker-check.$$; timeout 20 saker check /tmp/saker-check.$$ 2>&1 | sed 's/check\.[0-9]*/check/'; rm /tmp/saker-check.$$
| saker: reading rules from /tmp/saker-check: a FIFO, a device or a socket; rules are read from files, directories and pipes (-r /dev/stdin)
$ saker check /dev/zero
| saker: reading rules from /dev/zero: a FIFO, a device or a socket; rules are read from files, directories and pipes (-r /dev/stdin)
? 3
$ saker run -r /dev/tty
| saker: reading rules from /dev/tty: a FIFO, a device or a socket; rules are read from files, directories and pipes (-r /dev/stdin)
? 3
$ cat why.yaml | saker check /dev/stdin
| /dev/stdin: Ok
| 2 rules loaded
$ saker check <(cat why.yaml) | sed 's/fd.[0-9]*:/fd:/'
| /dev/fd: Ok
| 2 rules loaded

# Each mistake in the text appended to outputs (append_output)
$ saker run -r why.yaml --append-output 'a=%no.such b=%proc.nam c=%evt.time'
| saker: --append-output: unknown filter: no.such
| saker: --append-output: unknown filter: proc.nam; did you mean proc.name?
? 2
$ saker run -r why.yaml --append-output "$(head -c 5000 /dev/zero | tr '\0' x)"
| saker: --append-output: too long
? 2

# Files of a directory that are not read are named, but for backups and what is there for people.
$ d=$(mktemp -d); cp why.yaml $d/a.yaml; touch $d/local.rules $d/README $d/b.yaml~ $d/c.yaml.dpkg-old $d/.d.swp; mkdir $d/more; saker check -r $d 2>&1 | sed "s,$d,DIR,"; rm -r $d
| saker: DIR/local.rules is not read, because its name does not end with .yaml or .yml
| saker: DIR/more is a directory: its files are not read
| DIR/a.yaml: Ok
| 2 rules loaded

# Every file that cannot be read is named, and the others are checked.
$ mkdir /tmp/saker-cli-$$ && cd /tmp/saker-cli-$$ && cat >b.yaml && mkfifo a.yaml && ln -s nothing c.yaml && saker check . ; s=$?; rm -r /tmp/saker-cli-$$; exit $s
> - rule: R
>   desc: d
>   condition: evt.type = open
>   output: o
>   priority: INFO
| saker: reading rules from ./a.yaml: a FIFO, a device or a socket; rules are read from files, directories and pipes (-r /dev/stdin)
| saker: reading rules from ./c.yaml: No such file or directory
| ./b.yaml: Ok
| 1 rule loaded
? 3

# "-" is standard input.
$ saker check -
> - list: l
>   items: [a]
| /dev/stdin:1:3: warning: List not referred to by any other rule/macro [LOAD_UNUSED_LIST]
|   - list: l
|     ^
| /dev/stdin: Ok, with warnings
| 0 rules loaded

# Of many files that are no rule files the first are named.
$ mkdir /tmp/saker-cli-$$ && cd /tmp/saker-cli-$$ && touch a b c d e f g && mkdir h && saker check .; s=$?; rm -r /tmp/saker-cli-$$; exit $s
| saker: ./a is not read, because its name does not end with .yaml or .yml
| saker: ./b is not read, because its name does not end with .yaml or .yml
| saker: ./c is not read, because its name does not end with .yaml or .yml
| saker: ./d is not read, because its name does not end with .yaml or .yml
| saker: .: 4 more files and directories are not read
| saker: .: no rule files; give others with -r FILE|DIR
? 3

# A name from outside stays one line of text.
$ d=$(mktemp -d); f=$(printf '%s/a\033[2J\nb.yaml' "$d"); cp why.yaml "$f"; saker check -r "$f" 2>&1 | grep -a yaml | sed "s,$d,DIR,"; rm -r $d
| DIR/a?[2J?b.yaml: Ok
