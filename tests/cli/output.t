# SPDX-License-Identifier: Apache-2.0
#
# Output that a full disk does not take is an error of every command: one message with the reason, and status 3.

# Prints nothing: each of these does so. An agent beside reads its rules from standard input.
$ while read -r c; do program=${c#./beside }; said=$(eval "$c" 2>&1 >/dev/full <why.yaml); s=$?; [ "$s $said" = "3 ${program%% *}: writing standard output: No space left on device" ] || echo "$c: $s: $said"; done
> saker --help
> saker help
> saker help trace
> saker --version
> saker run --help
> saker check why.yaml
> saker check why.yaml --json
> saker check mistakes.yaml
> saker check -r diff.yaml --details
> saker explain -r why.yaml
> saker explain -r why.yaml --json
> saker why -r why.yaml alerts.json
> saker why -r why.yaml alerts.json --json
> saker except -r why.yaml "$(head -n 1 alerts.json)"
> saker except -r why.yaml "$(head -n 1 alerts.json)" --json
> saker doctor
> saker doctor --json
> saker list events
> saker list events --json
> saker list fields
> saker list fields --json
> saker list syscalls
> saker list rules -r why.yaml
> saker list rules -r why.yaml --json
> saker list metrics
> saker list metrics --json
> ./beside saker stats
> ./beside saker stats --json
> ./beside saker stats --rules
> ./beside saker stats --rules --json
> ./beside saker stats --metrics
> ./beside saker reload
> saker-driver --help
> saker-driver --version

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
$ saker --help | sed -n 's/^  \([a-z]*\) .*/\1/p' | while read -r c; do grep -qE "^(> (./beside )?saker $c|[$].*saker $c .*/dev/full)" output.t || echo "$c"; done

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
