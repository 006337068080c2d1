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

# Words that readline splits at = and :
$ ./complete saker run --driver = kmo
| kmod
$ ./complete saker run --driver replay : why
| why.t
| why.yaml
$ ./complete saker run -r = why
| why.t
| why.yaml

# Names of rules, of files, and of rows; a field up to the bracket of the argument it needs.
$ ./complete saker explain Rev
| Reverse shell
$ ./complete saker explain 'Shell\ tu'
| Shell turned to the network
$ ./complete saker explain -r why.yaml '"'
| Secret read
| Wide
$ ./complete saker list rules Kernel
| Kernel module loaded
| Kernel module loaded from memory
$ ./complete saker list fields proc.loginshell
| proc.loginshellid
$ ./complete saker list events cgroup_m
| cgroup_mkdir
$ ./complete saker list syscalls openat
| openat
| openat2
$ ./complete saker list metrics saker_wake
| saker_wakeups_total
$ ./complete saker trace -F evt.type.is
| evt.type.is[
$ ./complete saker trace -F proc.anam
| proc.aname
