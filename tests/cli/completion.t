# SPDX-License-Identifier: Apache-2.0

# Every option in the help of a command is completed, and nothing else.
$ for c in $(saker --help | grep -o '^  [a-z]*'); do diff <(./complete saker $c - | sort) <(saker $c --help | sed '/^examples:/,$d' | cut -c1-26 | grep -oE '(^| )--?[A-Za-z][a-z-]*' | tr -d ' ' | sort) && echo $c; done
| run
| check
| explain
| why
| except
| trace
| record
| stats
| doctor
| reload
| list
$ ./complete saker run --che
| --checks
$ ./complete saker stats --r
| --rules
$ ./complete saker s
| stats
$ ./complete saker list ''
| events
| fields
| syscalls
| rules
| metrics
$ ./complete saker list events --driver ''
| kmod
| ebpf
$ ./complete saker run --driver ''
| auto
| kmod
| ebpf
| replay:
$ ./complete saker check why
| why.t
| why.yaml
$ ./complete saker run -r why
| why.t
| why.yaml
$ ./complete saker trace -F proc.name,user.log
| proc.name,user.loginuid
| proc.name,user.loginname
$ ./complete saker-driver load ''
| --force
