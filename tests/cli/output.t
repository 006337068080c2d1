# SPDX-License-Identifier: Apache-2.0
#
# Output that a full disk does not take is an error of every command: one message with the reason, and status 3.

$ saker --help >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker help >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker help trace >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker --version >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker run --help >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker check why.yaml >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker check why.yaml --json >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker check mistakes.yaml >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker check -r diff.yaml --details >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker explain -r why.yaml >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker explain -r why.yaml --json >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker why -r why.yaml alerts.json >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker why -r why.yaml alerts.json --json >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker except -r why.yaml "$(head -n 1 alerts.json)" >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker except -r why.yaml "$(head -n 1 alerts.json)" --json >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker doctor >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker doctor --json >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker list events >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker list events --json >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker list fields >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker list fields --json >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker list syscalls >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker list rules -r why.yaml >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker list rules -r why.yaml --json >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker list metrics >/dev/full
| saker: writing standard output: No space left on device
? 3
$ saker list metrics --json >/dev/full
| saker: writing standard output: No space left on device
? 3
$ ./beside saker stats >/dev/full
> - rule: r
>   desc: d
>   output: o
>   priority: INFO
>   condition: evt.type = open
| saker: writing standard output: No space left on device
? 3
$ ./beside saker stats --json >/dev/full
> - rule: r
>   desc: d
>   output: o
>   priority: INFO
>   condition: evt.type = open
| saker: writing standard output: No space left on device
? 3
$ ./beside saker stats --rules >/dev/full
> - rule: r
>   desc: d
>   output: o
>   priority: INFO
>   condition: evt.type = open
| saker: writing standard output: No space left on device
? 3
$ ./beside saker stats --rules --json >/dev/full
> - rule: r
>   desc: d
>   output: o
>   priority: INFO
>   condition: evt.type = open
| saker: writing standard output: No space left on device
? 3
$ ./beside saker stats --metrics >/dev/full
> - rule: r
>   desc: d
>   output: o
>   priority: INFO
>   condition: evt.type = open
| saker: writing standard output: No space left on device
? 3
$ ./beside saker reload >/dev/full
> - rule: r
>   desc: d
>   output: o
>   priority: INFO
>   condition: evt.type = open
| saker: writing standard output: No space left on device
? 3
$ saker-driver --help >/dev/full
| saker-driver: writing standard output: No space left on device
? 3
$ saker-driver --version >/dev/full
| saker-driver: writing standard output: No space left on device
? 3

# Those that write events and alerts count them; record writes nothing there.
$ saker trace --driver replay:older/major1.cap >/dev/full
| saker: driver replay: older/major1.cap, captured on guest
| saker: 83 lines were not written: standard output: No space left on device
? 3
$ saker run -r - --driver replay:older/major1.cap 2>&1 >/dev/full | tail -n 1; exit ${PIPESTATUS[0]}
> - rule: r
>   desc: d
>   output: o
>   priority: INFO
>   condition: evt.type = openat
| saker: 9 of 9 alerts were not written: standard output: No space left on device
? 3
$ saker record --driver replay:older/major1.cap /dev/null >/dev/full
| saker: driver replay: older/major1.cap, captured on guest
| saker: /dev/null: 154 records in 7138 bytes, 0 events dropped

# No command is missing here.
$ saker --help | sed -n 's/^  \([a-z]*\) .*/\1/p' | while read -r c; do grep -q "^[$].*saker $c .*/dev/full" output.t || echo "$c"; done

# A closed standard output is the same error. No other file gets its number, and the output with it.
$ saker list fields >&-
| saker: writing standard output: Bad file descriptor
? 3
$ saker-driver --help >&-
| saker-driver: writing standard output: Bad file descriptor
? 3
$ saker trace --driver replay:older/major1.cap >&-
| saker: driver replay: older/major1.cap, captured on guest
| saker: 83 lines were not written: standard output: Bad file descriptor
? 3
$ saker run -r - --driver replay:older/major1.cap 2>&1 >&- | tail -n 1; exit ${PIPESTATUS[0]}
> - rule: r
>   desc: d
>   output: o
>   priority: INFO
>   condition: evt.type = openat
| saker: 9 of 9 alerts were not written: standard output: Bad file descriptor
? 3
$ saker --help >&- <&-
| saker: writing standard output: Bad file descriptor
? 3
$ saker list fields >&- 2>&-
? 3

# A status of its own does not hide that output is missing.
$ saker check - >/dev/full
> - rule: 1
| saker: writing standard output: No space left on device
? 3

# A reader that closes the pipe is no error, also if SIGPIPE is ignored.
$ exec 3> >(:); wait $!; saker list fields >&3; echo $?
| 141
$ exec 3> >(:); wait $!; trap '' PIPE; saker list fields >&3; echo $?
| 0
