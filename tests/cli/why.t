# SPDX-License-Identifier: Apache-2.0

# An alert with the values of its checks: the marks are the agent's own results.
$ head -n 1 alerts.json | saker why -r why.yaml
| Secret read (why.yaml:10)
|   22:30:00.009000000: Warning backup read /etc/shadow: user=root command=backup --all
|
|   held          evt.type in (open, openat)    saw openat
|   held          and fd.num >= 0    saw 3
|   held          and (
|   held              fd.name in (/etc/shadow, /etc/gshadow)    saw /etc/shadow
|   not reached       or fd.name startswith /root/.ssh
|                 )
|   did not hold  and not (
|   did not hold      proc.name in (passwd, login, su, sudo, sshd, cron, ... 2 more)    saw backup
|   not reached       and not container.id != host
|                 )
|   did not hold  and not proc.aname in (dpkg, rpm)    saw (bash, systemd)

# A path that matches as given and resolves to another.
$ tail -n 1 alerts.json | saker why -r why.yaml
| Secret read (why.yaml:10)
|   22:30:00.013000000: Warning cat read /srv/x: user=root command=cat /etc/shadow
|
|   held          evt.type in (open, openat)    saw openat
|   held          and fd.num >= 0    saw 3
|   held          and (
|   did not hold      fd.name in (/etc/shadow, /etc/gshadow)    saw /srv/x
|   held              or fd.name startswith /root/.ssh    saw /root/.ssh/link (the path as given)
|                 )
|   did not hold  and not (
|   did not hold      proc.name in (passwd, login, su, sudo, sshd, cron, ... 2 more)    saw cat
|   not reached       and not container.id != host
|                 )
|   did not hold  and not proc.aname in (dpkg, rpm)    saw (bash, systemd)

# A missing value, and one that was not known yet.
$ head -n 1 alerts.json | sed 's/"value":\["bash","systemd"\],"verdict":"false"/"verdict":"missing"/; s/"value":"backup","verdict":"false"/"verdict":"undecided"/' | saker why -r why.yaml | tail -n 4
|   undecided         proc.name in (passwd, login, su, sudo, sshd, cron, ... 2 more)
|   not reached       and not container.id != host
|                 )
|   missing       and not proc.aname in (dpkg, rpm)

# JSON.
$ head -n 1 alerts.json | saker why -r why.yaml --json
| {"checks":[{"check":0,"mark":"held","negated":false,"text":"evt.type in (open, openat)","value":"openat"},{"check":1,"mark":"held","negated":false,"text":"fd.num >= 0","value":3},{"check":2,"mark":"held","negated":false,"text":"fd.name in (/etc/shadow, /etc/gshadow)","value":"/etc/shadow"},{"check":3,"mark":"not reached","negated":false,"text":"fd.name startswith /root/.ssh"},{"check":4,"mark":"did not hold","negated":true,"text":"proc.name in (passwd, login, su, sudo, sshd, cron, systemd, useradd)","value":"backup"},{"check":5,"mark":"not reached","negated":false,"text":"container.id != host"},{"check":6,"mark":"did not hold","negated":true,"text":"proc.aname in (dpkg, rpm)","value":["bash","systemd"]}],"condition":"evt.type in (open, openat) and fd.num >= 0 and (fd.name in (/etc/shadow, /etc/gshadow) or fd.name startswith /root/.ssh) and not (proc.name in (passwd, login, su, sudo, sshd, cron, systemd, useradd) and not container.id != host) and not proc.aname in (dpkg, rpm)","result":"held","rule":"Secret read","same_text":true}

# The rule has changed: each check is evaluated again with the values of the alert.
$ sed 's/passwd, login/passwd, backup/' why.yaml >/tmp/saker-why.$$.yaml; head -n 1 alerts.json | saker why -r /tmp/saker-why.$$.yaml | sed 1d; rm /tmp/saker-why.$$.yaml
|   22:30:00.009000000: Warning backup read /etc/shadow: user=root command=backup --all
|   note: the rule's condition has changed since the alert; the marks are those of the current condition with the values of the alert
|
|   held          evt.type in (open, openat)    saw openat
|   held          and fd.num >= 0    saw 3
|   held          and (
|   held              fd.name in (/etc/shadow, /etc/gshadow)    saw /etc/shadow
|   did not hold      or fd.name startswith /root/.ssh    saw /etc/shadow
|                 )
|                 and not (
|   held              proc.name in (passwd, backup, su, sudo, sshd, cron, ... 2 more)    saw backup
|   not known         and not container.id != host
|                 )
|   did not hold  and not proc.aname in (dpkg, rpm)    saw (bash, systemd)

# An alert of Falco, or of `run --json`, has only its output fields.
$ head -n 1 alerts.json | sed 's/"saker":.*,"source"/"source"/' | saker why -r why.yaml
| Secret read (why.yaml:10)
|   22:30:00.009000000: Warning backup read /etc/shadow: user=root command=backup --all
|   note: the alert lacks the values of its checks (use `saker run --checks`); the marks are computed from its output fields
|
|   not known     evt.type in (open, openat)
|   not known     and fd.num >= 0
|   held          and (
|   held              fd.name in (/etc/shadow, /etc/gshadow)    saw /etc/shadow
|   did not hold      or fd.name startswith /root/.ssh    saw /etc/shadow
|                 )
|   did not hold  and not (
|   did not hold      proc.name in (passwd, login, su, sudo, sshd, cron, ... 2 more)    saw backup
|   not known         and not container.id != host
|                 )
|   not known     and not proc.aname in (dpkg, rpm)

# Several alerts, among other lines.
$ (echo some log; sed -n '2,3p' alerts.json) | saker why -r why.yaml
| Secret read (why.yaml:10)
|   22:30:00.010000000: Warning backup read /root/.ssh/id_rsa: user=root command=backup --all
|
|   held          evt.type in (open, openat)    saw openat
|   held          and fd.num >= 0    saw 3
|   held          and (
|   did not hold      fd.name in (/etc/shadow, /etc/gshadow)    saw /root/.ssh/id_rsa
|   held              or fd.name startswith /root/.ssh    saw /root/.ssh/id_rsa
|                 )
|   did not hold  and not (
|   did not hold      proc.name in (passwd, login, su, sudo, sshd, cron, ... 2 more)    saw backup
|   not reached       and not container.id != host
|                 )
|   did not hold  and not proc.aname in (dpkg, rpm)    saw (bash, systemd)
|
| Secret read (why.yaml:10)
|   22:30:00.012000000: Warning cat read /etc/shadow: user=root command=cat /etc/shadow
|
|   held          evt.type in (open, openat)    saw openat
|   held          and fd.num >= 0    saw 3
|   held          and (
|   held              fd.name in (/etc/shadow, /etc/gshadow)    saw /etc/shadow
|   not reached       or fd.name startswith /root/.ssh
|                 )
|   did not hold  and not (
|   did not hold      proc.name in (passwd, login, su, sudo, sshd, cron, ... 2 more)    saw cat
|   not reached       and not container.id != host
|                 )
|   did not hold  and not proc.aname in (dpkg, rpm)    saw (bash, systemd)

# Input that is not an alert, or an alert of an unknown rule.
$ saker why -r why.yaml '{"rule":'
| saker: not an alert: column 8: unexpected token near end of file
? 1
$ saker why -r why.yaml '{"a":1}'
| saker: not an alert: it names no rule
? 1
$ saker why -r why.yaml '{"rule":"Secret reed"}'
| saker: no rule "Secret reed"; give all rule files that the agent read, each with -r FILE; did you mean "Secret read"?
? 1
$ saker why '{"rule":"Written by nobody"}'
| saker: no rule "Written by nobody"; if the agent was started with -r FILE, give the same -r FILE here
? 1
$ echo nothing | saker why -r why.yaml
| saker: no alert in JSON found; saker run --checks (or --json) writes them
? 1
$ saker why -r why.yaml nosuch.json
| saker: nosuch.json: No such file or directory; expected a file of alerts in JSON, one alert, or - for standard input
? 3

# Bytes of the alert never reach the terminal raw.
$ saker why -r why.yaml '{"rule":"Secret read","output":"a\u001b[31m","output_fields":{"fd.name":"/etc/\u001bx"}}'
| Secret read (why.yaml:10)
|   a\x1b[31m
|   note: the alert lacks the values of its checks (use `saker run --checks`); the marks are computed from its output fields
|
|   not known     evt.type in (open, openat)
|   not known     and fd.num >= 0
|   did not hold  and (
|   did not hold      fd.name in (/etc/shadow, /etc/gshadow)    saw /etc/\x1bx
|   did not hold      or fd.name startswith /root/.ssh    saw /etc/\x1bx
|                 )
|                 and not (
|   not known         proc.name in (passwd, login, su, sudo, sshd, cron, ... 2 more)
|   not known         and not container.id != host
|                 )
|   not known     and not proc.aname in (dpkg, rpm)

# Unsigned numbers of 64 bits are read as they were written.
$ saker why -r why.yaml '{"rule":"Wide","output_fields":{"proc.cmdlenargs":18446744073709551615,"proc.pid":-1}}'
| Wide (why.yaml:19)
|   note: the alert lacks the values of its checks (use `saker run --checks`); the marks are computed from its output fields
|
|   not known     evt.type = open
|   held          and proc.cmdlenargs = 18446744073709551615    saw 18446744073709551615
|   held          and proc.cmdlenargs > 9223372036854775808    saw 18446744073709551615
$ saker why -r why.yaml '{"rule":"Wide","output_fields":{"proc.cmdlenargs":9223372036854775808}}'
| Wide (why.yaml:19)
|   note: the alert lacks the values of its checks (use `saker run --checks`); the marks are computed from its output fields
|
|   not known     evt.type = open
|   did not hold  and proc.cmdlenargs = 18446744073709551615    saw 9223372036854775808
|   did not hold  and proc.cmdlenargs > 9223372036854775808    saw 9223372036854775808
$ saker why -r why.yaml '{"rule":"Wide","output":"\"18446744073709551615","output_fields":{"proc.cmdlenargs":18446744073709551615}}' --json
| {"checks":[{"check":0,"mark":"not known","negated":false,"text":"evt.type = open"},{"check":1,"mark":"held","negated":false,"text":"proc.cmdlenargs = 18446744073709551615","value":18446744073709551615},{"check":2,"mark":"held","negated":false,"text":"proc.cmdlenargs > 9223372036854775808","value":18446744073709551615}],"condition":"evt.type = open and proc.cmdlenargs = 18446744073709551615 and proc.cmdlenargs > 9223372036854775808","result":"not known","rule":"Wide","same_text":false}
$ saker why -r why.yaml '{"rule":"Wide","output_fields":{"proc.cmdlenargs":18446744073709551616}}'
| Wide (why.yaml:19)
|   note: the alert lacks the values of its checks (use `saker run --checks`); the marks are computed from its output fields
|
|   not known     evt.type = open
|   not known     and proc.cmdlenargs = 18446744073709551615    saw 1.8446744073709552e+19
|   not known     and proc.cmdlenargs > 9223372036854775808    saw 1.8446744073709552e+19

# Input that is not lines of text.
$ saker why -r why.yaml .
| saker: .: Is a directory
? 3

# A file that is not there is reported before anything is read.
$ saker why nosuch.json -r /nonexistent.yaml
| saker: nosuch.json: No such file or directory; expected a file of alerts in JSON, one alert, or - for standard input
? 3
$ saker except -r why.yaml alerts.json nosuch.json
| saker: nosuch.json: No such file or directory; expected a file of alerts in JSON, one alert, or - for standard input
? 3

# Warnings of the rules are saker check's.
$ sed 's/backup/a-name-longer-than-15-bytes/' why.yaml >/tmp/saker-why.$$.yaml; head -n 1 alerts.json | saker why -r /tmp/saker-why.$$.yaml 2>&1 >/dev/null; head -n 1 alerts.json | saker except - -r /tmp/saker-why.$$.yaml 2>&1 >/dev/null; rm /tmp/saker-why.$$.yaml
