# SPDX-License-Identifier: Apache-2.0
#
# tests/rules tests that each exception suppresses its event in the engine.

# The narrowest exception, how many alerts of a file it would have suppressed, and wider ones.
$ head -n 1 alerts.json | saker except -r why.yaml - alerts.json
| # with all values of the alert; suppresses 1 of the rule's 4 alerts
| - rule: "Secret read"
|   exceptions:
|     - name: alert_79beb1
|       fields: [proc.name, fd.name, user.name, proc.cmdline]
|       comps: [=, =, =, =]
|       values:
|         - [backup, /etc/shadow, root, '"backup --all"']
|   override:
|     exceptions: append
|
| # Others, by --pick:
| #  2  with any command line: proc.name fd.name user.name
| #       suppresses 1 of the rule's 4 alerts
| #  3  by any user, from any parent: proc.name fd.name
| #       suppresses 1 of the rule's 4 alerts
| #  4  on anything: proc.name
| #       suppresses 2 of the rule's 4 alerts
| #  5  by any program: fd.name
| #       suppresses 2 of the rule's 4 alerts

# Another one of the list; the output is a rule file.
$ head -n 1 alerts.json | saker except -r why.yaml --pick 4 - >/tmp/saker-except.$$.yaml; saker check -r why.yaml -r /tmp/saker-except.$$.yaml | sed 's/.*saker-except.*yaml/more.yaml/'; saker explain -r why.yaml -r /tmp/saker-except.$$.yaml 'Secret read' | grep -o 'and not proc.name = .*'; rm /tmp/saker-except.$$.yaml
| why.yaml: Ok
| more.yaml: Ok
| 2 rules loaded
| and not proc.name = backup {7}

# JSON.
$ head -n 1 alerts.json | saker except -r why.yaml --json - alerts.json
| {"alerts":4,"alerts_of_rule":4,"exceptions":[{"fields":{"proc.name":"backup","fd.name":"/etc/shadow","user.name":"root","proc.cmdline":"backup --all"},"label":"with all values of the alert","suppressed":1,"unknown":0,"yaml":"- rule: \"Secret read\"\n  exceptions:\n    - name: alert_79beb1\n      fields: [proc.name, fd.name, user.name, proc.cmdline]\n      comps: [=, =, =, =]\n      values:\n        - [backup, /etc/shadow, root, '\"backup --all\"']\n  override:\n    exceptions: append\n"},{"fields":{"proc.name":"backup","fd.name":"/etc/shadow","user.name":"root"},"label":"with any command line","suppressed":1,"unknown":0,"yaml":"- rule: \"Secret read\"\n  exceptions:\n    - name: alert_f4a4ae\n      fields: [proc.name, fd.name, user.name]\n      comps: [=, =, =]\n      values:\n        - [backup, /etc/shadow, root]\n  override:\n    exceptions: append\n"},{"fields":{"proc.name":"backup","fd.name":"/etc/shadow"},"label":"by any user, from any parent","suppressed":1,"unknown":0,"yaml":"- rule: \"Secret read\"\n  exceptions:\n    - name: alert_307a1e\n      fields: [proc.name, fd.name]\n      comps: [=, =]\n      values:\n        - [backup, /etc/shadow]\n  override:\n    exceptions: append\n"},{"fields":{"proc.name":"backup"},"label":"on anything","suppressed":2,"unknown":0,"yaml":"- rule: \"Secret read\"\n  exceptions:\n    - name: alert_c46a86\n      fields: [proc.name]\n      comps: [=]\n      values:\n        - [backup]\n  override:\n    exceptions: append\n"},{"fields":{"fd.name":"/etc/shadow"},"label":"by any program","suppressed":2,"unknown":0,"yaml":"- rule: \"Secret read\"\n  exceptions:\n    - name: alert_ef9746\n      fields: [fd.name]\n      comps: [=]\n      values:\n        - [/etc/shadow]\n  override:\n    exceptions: append\n"}],"rule":"Secret read"}

# The path of an exception is the resolved one, also where the rule held for the path as given.
$ tail -n 1 alerts.json | saker except -r why.yaml --pick 5 -
| # by any program
| - rule: "Secret read"
|   exceptions:
|     - name: alert_f533f3
|       fields: [fd.name]
|       comps: [=]
|       values:
|         - [/srv/x]
|   override:
|     exceptions: append
|
| # Others, by --pick:
| #  1  with all values of the alert: proc.name fd.name user.name proc.cmdline
| #  2  with any command line: proc.name fd.name user.name
| #  3  by any user, from any parent: proc.name fd.name
| #  4  on anything: proc.name

# If only the path as given is known, it is not used: an exception would not hold for it.
$ saker except -r why.yaml '{"rule":"Secret read","saker":{"checks":[{"check":3,"field":"fd.name","given":true,"value":"/root/.ssh/link","verdict":"true"},{"check":4,"field":"proc.name","value":"cat","verdict":"false"}]}}'
| # with all values of the alert
| - rule: "Secret read"
|   exceptions:
|     - name: alert_cf6fde
|       fields: [proc.name]
|       comps: [=]
|       values:
|         - [cat]
|   override:
|     exceptions: append

# Values that are not plain words, or look like the name of a list.
$ saker except -r why.yaml --pick 2 '{"rule":"Secret read","output_fields":{"fd.name":"/etc/shadow","proc.name":"it'"'"'s \"\\\n x"}}'
| # on anything
| - rule: "Secret read"
|   exceptions:
|     - name: alert_47bde9
|       fields: [proc.name]
|       comps: [=]
|       values:
|         - ['"it''s \"\\\x0a x"']
|   override:
|     exceptions: append
|
| # Others, by --pick:
| #  1  with all values of the alert: proc.name fd.name
| #  3  by any program: fd.name
$ saker except -r why.yaml --pick 2 '{"rule":"Secret read","output_fields":{"fd.name":"/etc/shadow","proc.name":"readers"}}'
| # on anything
| - rule: "Secret read"
|   exceptions:
|     - name: alert_6b0f28
|       fields: [proc.name]
|       comps: [=]
|       values:
|         - ['"readers"']
|   override:
|     exceptions: append
|
| # Others, by --pick:
| #  1  with all values of the alert: proc.name fd.name
| #  3  by any program: fd.name

# A name that the rule already uses.
$ head -n 1 alerts.json | saker except -r why.yaml --pick 4 - | sed 's/alert_.*/alert_79beb1/' >/tmp/saker-except.$$.yaml; head -n 1 alerts.json | saker except -r why.yaml -r /tmp/saker-except.$$.yaml - | head -n 4; rm /tmp/saker-except.$$.yaml
| # with all values of the alert
| - rule: "Secret read"
|   exceptions:
|     - name: alert_79beb2

# Two exceptions of a rule appended to one file.
$ (head -n 1 alerts.json | saker except -r why.yaml --pick 4 -; head -n 1 alerts.json | saker except -r why.yaml --pick 5 -) >/tmp/saker-except.$$.yaml; saker check -r why.yaml -r /tmp/saker-except.$$.yaml | sed 's/.*saker-except.*yaml/more.yaml/'; rm /tmp/saker-except.$$.yaml
| why.yaml: Ok
| more.yaml: Ok
| 2 rules loaded

# Alerts that lack a value, and alerts of other rules, are counted as such.
$ (cat alerts.json; echo '{"rule":"Secret read","output_fields":{"proc.name":"backup"}}'; echo '{"rule":"Other"}') >/tmp/saker-except.$$.json; head -n 1 alerts.json | saker except -r why.yaml - /tmp/saker-except.$$.json | grep -e '^#'; rm /tmp/saker-except.$$.json
| # with all values of the alert; suppresses 1 of the rule's 5 alerts, perhaps 1 more that lack a value
| # Others, by --pick:
| #  2  with any command line: proc.name fd.name user.name
| #       suppresses 1 of the rule's 5 alerts, perhaps 1 more that lack a value
| #  3  by any user, from any parent: proc.name fd.name
| #       suppresses 1 of the rule's 5 alerts, perhaps 1 more that lack a value
| #  4  on anything: proc.name
| #       suppresses 3 of the rule's 5 alerts
| #  5  by any program: fd.name
| #       suppresses 2 of the rule's 5 alerts, perhaps 1 more that lack a value

# Errors.
$ saker except -r why.yaml '{"rule":"Secret read","output_fields":{"proc.pid":1,"container.id":"3ad7b26ded6d","user.name":null}}'
| saker: the alert has no value that an exception could use; add fields to the rule's output, or use `saker run --checks`
? 1
$ saker except -r why.yaml '{"rule":"No such rule"}'
| saker: no rule "No such rule"; give all rule files that the agent read, each with -r FILE
? 1
$ saker except '{"rule":"Written by nobody"}'
| saker: no rule "Written by nobody"; if the agent was started with -r FILE, give the same -r FILE here
? 1
$ saker except -r why.yaml '{"rule":"Secret read"'
| saker: not an alert: column 21: '}' expected near end of file
? 1
$ head -n 1 alerts.json | saker except -r why.yaml --pick 9 -
| saker: --pick: there are only 5 exceptions
? 2
$ saker except -r why.yaml
| saker: missing: FILE|ALERT [FILE]
| saker: `saker except --help` lists its options
? 2
