# SPDX-License-Identifier: Apache-2.0

# A rule after compilation.
$ saker explain -r why.yaml 'Secret read' | sed '/^index/,$d'
| rule: Secret read
| defined: why.yaml:10
| priority: Warning
| source: syscall
| condition: evt.type in (open, openat) {0} and fd.num >= 0 {1} and (fd.name in (/etc/shadow, /etc/gshadow) {2} or fd.name startswith /root/.ssh {3}) and not (proc.name in (passwd, login, su, sudo, sshd, cron, systemd, useradd) {4} and not container.id != host {5}) and not proc.aname in (dpkg, rpm) {6}
| event types: open openat

# Everything that files define, in Falco's form.
$ saker explain -r /dev/stdin --json
> - required_engine_version: 0.50.0
> - required_engine_version: 31
> - required_plugin_versions:
>   - name: container
>     version: 0.2.2
>     alternatives:
>       - {name: json, version: 0.7.0}
> - list: inner
>   items: [a, b]
> - list: outer
>   items: [inner, c]
> - macro: opened
>   condition: (evt.type in (open, openat) and fd.num >= 0)
> - rule: R
>   desc: d
>   condition: opened and proc.name in (outer) and not evt.type = open
>   output: "%proc.name %evt.arg.flags"
>   priority: WARNING
>   tags: [t]
>   capture: true
>   capture_duration: 7
>   exceptions:
>     - {name: e, fields: [fd.name, toupper(proc.name)], comps: [startswith, =], values: [[/a, B]]}
> - rule: Off
>   desc: d
>   condition: evt.type = dup
>   output: o
>   priority: INFO
>   enabled: false
| {"required_engine_version":"0.50.0","required_plugin_versions":[{"name":"container","version":"0.2.2","alternatives":[{"name":"json","version":"0.7.0"}]}],"rules":[{"info":{"name":"R","condition":"opened and proc.name in (outer) and not evt.type = open","priority":"Warning","output":"%proc.name %evt.arg.flags","description":"d","enabled":true,"source":"syscall","capture":true,"capture_duration":7,"tags":["t"]},"details":{"plugins":[],"macros":["opened"],"lists":["outer"],"condition_operators":["in",">=","=","startswith"],"condition_fields":["evt.type","fd.num","proc.name","fd.name"],"events":["openat"],"condition_compiled":"evt.type in (open, openat) and fd.num >= 0 and proc.name in (a, b, c) and not evt.type = open and not (fd.name startswith /a and toupper(proc.name) = B)","exception_names":["e"],"exception_fields":["fd.name","toupper(proc.name)"],"exception_operators":["startswith","="],"output_fields":["evt.arg.flags","proc.name"],"extra_output_formatted_fields":[],"output_compiled":"%proc.name %evt.arg.flags","prefilter":{"clauses":[{"number":0,"ways":["reads","writes","creates","directories"],"names":null,"directories":null,"dots":false}],"events":[]}}},{"info":{"name":"Off","condition":"evt.type = dup","priority":"Informational","output":"o","description":"d","enabled":false,"source":"syscall","capture":false,"capture_duration":0,"tags":[]},"details":{"plugins":[],"macros":[],"lists":[],"condition_operators":["="],"condition_fields":["evt.type"],"events":["dup"],"condition_compiled":"evt.type = dup","exception_names":[],"exception_fields":[],"exception_operators":[],"output_fields":[],"extra_output_formatted_fields":[],"output_compiled":"o","prefilter":null}}],"macros":[{"info":{"name":"opened","condition":"(evt.type in (open, openat) and fd.num >= 0)"},"details":{"used":true,"plugins":[],"macros":[],"lists":[],"condition_operators":["in",">="],"condition_fields":["evt.type","fd.num"],"events":["open","openat"],"condition_compiled":"evt.type in (open, openat) and fd.num >= 0"}}],"lists":[{"info":{"name":"inner","items":["a","b"]},"details":{"used":true,"lists":[],"items_compiled":["a","b"],"plugins":[]}},{"info":{"name":"outer","items":["inner","c"]},"details":{"used":true,"lists":["inner"],"items_compiled":["a","b","c"],"plugins":[]}}]}

# One rule.
$ saker explain -r why.yaml --json 'Secret read' | cut -c1-120
| {"rules":[{"info":{"name":"Secret read","condition":"opened and (fd.name in (/etc/shadow, /etc/gshadow) or fd.name start

# A name that does not exist.
$ saker explain -r why.yaml 'Secret red'
| saker: no rule "Secret red"; `saker list rules -r FILE` lists those of a file; did you mean "Secret read"?
? 1

# The program has a legend.
$ saker explain -r why.yaml 'Secret read' | sed -n '/^program/,$p'
| program, evaluated from its first line (pN: a predicate that rules may share; {N}: the check
| above; yes, no: the next line if it holds or not, or the result):
|     0  p0 {0} yes 1, no no	evt.type in (open, openat)
|     1  p2 {2} yes 3, no 2	fd.name in (/etc/shadow, /etc/gshadow)   (or for the path as given)
|     2  p3 {3} yes 3, no no	fd.name startswith /root/.ssh   (or for the path as given)
|     3  p1 {1} yes 4, no no	fd.num >= 0
|     4  not p4 {4} yes 6, no 5	proc.name in (passwd, login, su, sudo, sshd, cron, systemd, useradd)
|     5  p5 {5} yes 6, no no	container.id != host
|     6  not p6 {6} yes match, no no	proc.aname in (dpkg, rpm)
| prefilter: an open is recorded for this rule only if
|   clause 0: reads, writes, creates, directories; its name is one of 2: shadow, gshadow; the name of its directory is etc
|   clause 1: reads, writes, creates, directories; any name

# A disabled rule is described too, with its types.
$ saker explain -r /dev/stdin Off | sed '/^program/,$d'
> - rule: Off
>   desc: d
>   condition: evt.type = dup and proc.name = a
>   output: o
>   priority: INFO
>   enabled: false
| rule: Off
| defined: /dev/stdin:1
| priority: Informational
| source: syscall
| disabled: it is not evaluated
| condition: evt.type = dup {0} and proc.name = a {1}
| event types: dup
| index: event type, proc.name is 1 value
$ saker list rules -r /dev/stdin --json
> - rule: Off
>   desc: d
>   condition: proc.name = a and evt.type = dup
>   output: o
>   priority: INFO
>   enabled: false
| [{"rule":"Off","priority":"Informational","enabled":false,"desc":"d","condition":"proc.name = a and evt.type = dup","output":"o","source":"syscall","file":"/dev/stdin","line":1,"types":["dup"],"tags":[]}]

# A condition that holds for most types: the others are named; for all, none is.
$ saker explain -r /dev/stdin | grep -e '^event types'
> - rule: Most
>   desc: d
>   condition: evt.type != execve and proc.name = a
>   output: o
>   priority: INFO
> - rule: Most but two
>   desc: d
>   condition: not evt.type in (open, openat) and proc.name = a
>   output: o
>   priority: INFO
> - rule: Every
>   desc: d
>   condition: proc.name = a
>   output: o
>   priority: INFO
| /dev/stdin:1:3: warning: Rule matches too many evt.type values. This has a significant performance penalty. [LOAD_NO_EVTTYPE]
|   - rule: Most
|     ^
|   name the types, as in 'evt.type in (execve, execveat) and ...'; if the rule needs them all, 'warn_evttypes: false' ends the warning
|   the same at 2 more places; saker check prints all
| event types: all except execve
| event types: all except open openat
| event types: all

# Words without quotes.
$ saker explain Secret read -r why.yaml
| saker: quote a name with spaces: saker explain "Secret read"
| saker: `saker explain --help` lists its options
? 2
$ saker explain -r why.yaml Secret read of a file
| saker: quote a name with spaces: saker explain "Secret read of a file"
| saker: `saker explain --help` lists its options
? 2
$ saker explain Secret other.yaml
| saker: one argument too many: other.yaml; did you mean -r other.yaml?
| saker: `saker explain --help` lists its options
? 2
$ saker list rules Secret read
| saker: quote a part with spaces: saker list rules "Secret read"
| saker: `saker list --help` lists its options
? 2
$ saker trace evt.type=execve fd.name=x
| saker: quote the condition: saker trace "evt.type=execve fd.name=x"
| saker: `saker trace --help` lists its options
? 2
$ saker trace evt.type = open --json
| saker: quote the condition: saker trace "evt.type = open"
| saker: `saker trace --help` lists its options
? 2

# How the index finds a rule: by what it decides first, then by what it looks up.
$ for r in 0 8 16 24 32 33 35 43 44 46 47; do echo R$r $(saker explain -r index.yaml R$r | grep "^index"); done
| R0 index: event type, evt.is_open_write = true, fd.name begins with 1 text
| R8 index: event type, fd.name is one of 2 values
| R16 index: event type, not evt.is_open_write = true, proc.name is 1 value
| R24 index: event type, fd.num >= 0, fd.name ends with 1 text
| R32 index: event type
| R33 index: event type, fd.directory contains in any case 1 text
| R35 index: event type, fd.snet is in one of 2 networks
| R43 index: event type
| R44 index: event type
| R46 index: none: the rule can never match
| R47 index: event type, proc.name is 1 value

# What the driver compares before it records an open, for each rule.
$ saker explain -r prefilter.yaml | grep -A4 -e ^rule -e ^prefilter | grep -e ^rule -e ^prefilter -e clause
| rule: Names
| prefilter: an open is recorded for this rule only if
|   clause 0: reads; its name is one of 2: shadow, sudoers; the name of its directory is etc
|   clause 1: reads; the name of its directory is one of 2: sudoers.d, pam.d
| rule: Two dots
| prefilter: an open is recorded for this rule only if
|   clause 2: reads, directories, failures; any name; the path as given contains ".."
| rule: The end of a name
| prefilter: an open is recorded for this rule only if
|   clause 3: writes, creates, failures; its name is *se_agent
| rule: Any file
| prefilter: an open is recorded for this rule only if
|   clause 4: writes, creates, failures; any name
| rule: Never
| prefilter: no open is recorded for this rule: none can match it
| rule: No open

# The same as JSON.
$ saker explain -r prefilter.yaml --json Names | sed 's/.*"prefilter"://'
| {"clauses":[{"number":0,"ways":["reads"],"names":["shadow","sudoers"],"directories":["etc"],"dots":false},{"number":1,"ways":["reads"],"names":null,"directories":["sudoers.d","pam.d"],"dots":false}],"events":[]}}}]}
$ saker explain -r prefilter.yaml --json 'The end of a name' | sed 's/.*"prefilter"://'
| {"clauses":[{"number":3,"ways":["writes","creates","failures"],"names":["*se_agent"],"directories":null,"dots":false}],"events":[]}}}]}
$ saker explain -r prefilter.yaml --json Never | sed 's/.*"prefilter"://'
| {"clauses":[],"events":[]}}}]}
$ saker explain -r prefilter.yaml --json 'No open' | sed 's/.*"prefilter"://'
| null}}]}

# What it compares of other events: the result, arguments, the family of a socket.
$ saker explain -r prefilter-event.yaml 2>/dev/null | grep -e ^rule -e ^prefilter -e '^  result'
| rule: Injection
| prefilter: ptrace is recorded for this rule only if
|   result: success; request is one of PTRACE_POKETEXT, PTRACE_POKEDATA, or above 255
| rule: Set user id
| prefilter: chmod is recorded for this rule only if
|   result: any; mode has one of S_ISUID
| rule: Outbound
| prefilter: connect is recorded for this rule only if
|   result: success; family is one of AF_INET, AF_INET6, or above 255
| rule: Killed
| prefilter: kill is recorded for this rule only if
|   result: any; sig is one of SIGKILL, or above 255
| prefilter: no umount is recorded for this rule: none can match it
| rule: Renamed
| rule: Every mount
| rule: Failed mount
| prefilter: mount is recorded for this rule only if (another rule has all of them recorded)
|   result: failure
| rule: Shut down
| prefilter: shutdown is recorded for this rule only if
|   result: any; how is above 255
| rule: All of them
| prefilter: unshare is recorded for this rule only if
|   result: any; flags has one of CLONE_NEWNS; flags has one of CLONE_NEWUTS; flags has one of CLONE_NEWIPC; flags has one of CLONE_NEWUSER
$ saker explain -r prefilter-event.yaml --json 'Set user id' 2>/dev/null | sed 's/.*"prefilter"://'
| {"clauses":null,"events":[{"event":"chmod","tested":true,"clauses":[{"results":["success","failure"],"values":[{"field":"mode","has":"S_ISUID"}]}]}]}}}]}
$ saker explain -r prefilter-event.yaml --json Outbound 2>/dev/null | sed 's/.*"prefilter"://'
| {"clauses":null,"events":[{"event":"connect","tested":true,"clauses":[{"results":["success"],"values":[{"field":"family","in":["AF_INET","AF_INET6"]}]}]}]}}}]}

# The shipped rules: of files that are read, only those with certain names are recorded.
$ saker explain -r ../../rules/saker_rules.yaml | grep 'clause .*reads'
|   clause 0: reads, directories; its name is one of 7: shadow, shadow-, gshadow, gshadow-, ...; the name of its directory is one of 2: etc, security
|   clause 1: reads, directories; the name of its directory is .ssh
|   clause 2: reads, directories; its name is *_key; the name of its directory is ssh
