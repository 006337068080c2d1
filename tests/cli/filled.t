# SPDX-License-Identifier: Apache-2.0
#
# Checks that cannot hold: of fields that the events do not have, and with texts that are too long.

# A field that the records of some event types do not have, per field and event type.
$ saker check -r /dev/stdin
> - macro: below_etc
>   condition: (fs.path.name startswith /etc)
> - rule: Stat
>   desc: d
>   condition: evt.type in (stat, statx) and below_etc
>   output: "%fs.path.name %proc.name"
>   priority: INFO
> - rule: Lock
>   desc: d
>   condition: evt.type = mlock and below_etc
>   output: o
>   priority: INFO
> - rule: Mode
>   desc: d
>   condition: evt.type in (fstat, madvise) and evt.arg.mode contains S_ISUID
>   output: o
>   priority: INFO
> - rule: Listen
>   desc: d
>   condition: evt.type in (acct, connect) and fd.sport = 22
>   output: o
>   priority: INFO
> - rule: Layer
>   desc: d
>   condition: evt.type = execve and proc.is_exe_upper_layer = true
>   output: "%container.image %k8s.pod.name %proc.name"
>   priority: INFO
| /dev/stdin:2:15: warning: fs.path.name is not filled for stat, mlock, statx: the check cannot hold [SAKER_NO_DATA]
|     condition: (fs.path.name startswith /etc)
|                 ^~~~~~~~~~~~
|   in the rules "Stat", "Lock"
| /dev/stdin:6:13: warning: no event of this rule has fs.path.name yet: <NA> is printed [SAKER_NO_DATA]
|     output: "%fs.path.name %proc.name"
|               ^~~~~~~~~~~~
| /dev/stdin:15:47: warning: evt.arg[mode] is not filled for fstat, madvise: the check cannot hold [SAKER_NO_DATA]
|     condition: evt.type in (fstat, madvise) and evt.arg.mode contains S_ISUID
|                                                 ^~~~~~~~~~~~
|   in the rule "Mode"
| /dev/stdin:20:46: warning: fd.sport is not filled for acct: there the check cannot hold; what remains: connect [SAKER_NO_DATA]
|     condition: evt.type in (acct, connect) and fd.sport = 22
|                                                ^~~~~~~~
|   in the rule "Listen"
| /dev/stdin:26:13: warning: no event of this rule has container.image, k8s.pod.name yet: <NA> is printed [SAKER_NO_DATA]
|     output: "%container.image %k8s.pod.name %proc.name"
|               ^~~~~~~~~~~~~~~
| /dev/stdin: Ok, with warnings
| 5 rules loaded, 3 cannot fire here, 2 lack fields
| cannot fire here: "Stat", "Lock", "Mode"

# The same as notes, by kind and one by one.
$ saker check --diff -r /dev/stdin | grep -v warning
> - rule: Listen
>   desc: d
>   condition: evt.type in (acct, connect) and fd.sport = 22
>   output: o
>   priority: INFO
|     condition: evt.type in (acct, connect) and fd.sport = 22
|                                                ^~~~~~~~
|   in the rule "Listen"
| Differences from Falco 0.45 in these rules, by kind, with how many places (--details shows each):
|      1  fd.sport is not filled for acct: there the check cannot hold; what remains: connect
| 1 rule loaded, 1 lacks fields
$ saker check --details -r /dev/stdin | grep -A3 note
> - rule: Listen
>   desc: d
>   condition: evt.type in (acct, connect) and fd.sport = 22
>   output: o
>   priority: INFO
| /dev/stdin:3:46: note: fd.sport is not filled for acct: there the check cannot hold; what remains: connect
|     condition: evt.type in (acct, connect) and fd.sport = 22
|                                                ^~~~~~~~
|   in the rule "Listen"

# Nothing to report: each branch has its own types, a boolean is compared with false, a call has no result.
$ saker check -r /dev/stdin
> - rule: Branches
>   desc: d
>   condition: >
>     (evt.type = open and fd.name = /x) or (evt.type = connect and fd.sport = 22) or
>     (evt.type = connect and not fd.name = x and evt.is_open_read = false)
>   output: "%fd.name %fd.sport"
>   priority: INFO
> - rule: One of both
>   desc: d
>   condition: evt.type in (open, connect) and (fd.directory = /x or fd.sport = 22)
>   output: o
>   priority: INFO
| /dev/stdin: Ok
| 2 rules loaded

# Nor for the calls that change names and permissions of files: their events have all of it.
$ saker check -r /dev/stdin
> - macro: programs
>   condition: (fs.path.name startswith /bin/ or fs.path.source startswith /bin/ or fs.path.target startswith /bin/)
> - rule: Names of programs
>   desc: d
>   condition: evt.type in (unlink, unlinkat, rename, renameat, renameat2, rmdir) and programs and evt.failed = false
>   output: "%fs.path.name %fs.path.source %fs.path.target %evt.args"
>   priority: INFO
> - rule: Directory below programs
>   desc: d
>   condition: evt.type in (mkdir, mkdirat) and (evt.arg.path startswith /bin/ or evt.arg[1] startswith /bin/)
>   output: "%evt.arg.mode"
>   priority: INFO
> - rule: Setuid
>   desc: d
>   condition: evt.type in (chmod, fchmod, fchmodat) and evt.arg.mode contains S_ISUID and evt.arg.res = 0
>   output: "%fd.name %evt.arg.filename"
>   priority: INFO
> - rule: Symbolic link
>   desc: d
>   condition: evt.type in (symlink, symlinkat) and evt.arg.target = /etc/shadow
>   output: "%evt.arg.target %evt.arg.linkpath %fs.path.target"
>   priority: INFO
> - rule: Hard link
>   desc: d
>   condition: evt.type in (link, linkat) and evt.arg.oldpath = /etc/shadow
>   output: "%evt.arg.oldpath %evt.arg.newpath"
>   priority: INFO
| /dev/stdin: Ok
| 5 rules loaded

# Constants longer than any value, and what a value would be cut to.
$ saker check -r /dev/stdin
> - list: shims
>   items: [containerd-shim-runc-v2, sh, exactly-15-byte]
> - rule: Long
>   desc: d
>   condition: evt.type = execve and (proc.pname in (shims) or proc.aname[2] startswith "a name of sixteen" or toupper(proc.name) = SYSTEMD-NETWORKD)
>   output: o
>   priority: INFO
> - rule: Container
>   desc: d
>   condition: evt.type = execve and (container.id = 3ad7b26ded6d8e7b or container.id in (3ad7b26ded6d, a-long-name-of-lxc))
>   output: o
>   priority: INFO
> - rule: Not too long
>   desc: d
>   condition: evt.type = execve and (proc.exepath = /usr/bin/containerd-shim-runc-v2 or proc.name glob *containerd-shim*)
>   output: o
>   priority: INFO
| /dev/stdin:5:52: warning: no value of proc.pname is longer than 15 bytes: "containerd-shim-runc-v2" never occurs in it; values are cut to "containerd-shim" [SAKER_TOO_LONG]
|     condition: evt.type = execve and (proc.pname in (shims) or proc.aname[2] startswith "a name of sixteen" or toupper(proc.name) = SYSTEMD-NETWORKD)
|                                                      ^~~~~
|   in the rule "Long"
| /dev/stdin:5:87: warning: no value of proc.aname is longer than 15 bytes: "a name of sixteen" never occurs in it; values are cut to "a name of sixte" [SAKER_TOO_LONG]
|     condition: evt.type = execve and (proc.pname in (shims) or proc.aname[2] startswith "a name of sixteen" or toupper(proc.name) = SYSTEMD-NETWORKD)
|                                                                                         ^~~~~~~~~~~~~~~~~~~
|   in the rule "Long"
| /dev/stdin:5:131: warning: no value of proc.name is longer than 15 bytes: "SYSTEMD-NETWORKD" never occurs in it; values are cut to "SYSTEMD-NETWORK" [SAKER_TOO_LONG]
|     condition: evt.type = execve and (proc.pname in (shims) or proc.aname[2] startswith "a name of sixteen" or toupper(proc.name) = SYSTEMD-NETWORKD)
|                                                                                                                                     ^~~~~~~~~~~~~~~~
|   in the rule "Long"
| /dev/stdin:10:52: warning: no value of container.id is longer than 12 digits: "3ad7b26ded6d8e7b" never occurs in it; values are cut to "3ad7b26ded6d" [SAKER_TOO_LONG]
|     condition: evt.type = execve and (container.id = 3ad7b26ded6d8e7b or container.id in (3ad7b26ded6d, a-long-name-of-lxc))
|                                                      ^~~~~~~~~~~~~~~~
|   in the rule "Container"
| /dev/stdin: Ok, with warnings
| 3 rules loaded

# JSON.
$ saker check --json -r /dev/stdin | grep -o '"code":"SAKER[^,]*\|"saker":.*'
> - rule: Stat
>   desc: d
>   condition: evt.type in (stat, statx) and fs.path.name = /etc/passwd
>   output: o
>   priority: INFO
> - rule: Shim
>   desc: d
>   condition: evt.type = connect and proc.name = containerd-shim-runc-v2
>   output: o
>   priority: INFO
| "code":"SAKER_NO_DATA"
| "code":"SAKER_TOO_LONG"
| "saker":{"rules":2,"cannot_fire":1,"lacking":0,"cannot_fire_rules":["Stat"]}}

# A condition each, and its warnings: by event, with the types that remain; by the type of a raw argument; by
# what a call does.
$ while IFS= read -r c; do echo "$c"; printf -- '- rule: R\n  desc: d\n  condition: "%s"\n  output: o\n  priority: INFO\n' "$c" | saker check -r /dev/stdin | sed -n 's/.*warning: /    /p; s/^1 rule loaded, /    /p'; done
> evt.type in (connect, openat) and evt.arg.mode = 3
> evt.type in (connect, openat) and (fd.directory = /x or fd.sport = 3)
> evt.type in (dup2, dup3) and evt.arg.flags = 3
> evt.type in (openat, madvise) and evt.arg.mode = 3
> evt.type = connect and evt.arg[9] = 3
> evt.type = execve and evt.arg.fdlimit = 3
> evt.type = mount and evt.arg.type = tmpfs
> evt.type = mount and evt.rawarg.type = 3
> evt.type = connect and evt.rawarg.addr = 3
> evt.type = madvise and evt.args contains x
> evt.type = openat and fd.sport = 3
> evt.type in (connect, accept) and fd.directory = /etc
> evt.type = setuid and fd.name = x
> evt.type = memfd_create and fd.directory = /x
> evt.type = getcwd and fs.path.target = x
> evt.type = connect and fs.path.source = x
> evt.type = task_rename and fd.name = x
> evt.type = task_rename and evt.arg.comm = x
> evt.type = procexit and evt.res = SUCCESS
> evt.type = openat and evt.is_io_read = true
> evt.type = openat and evt.is_io_read = false
> evt.type in (openat, read) and evt.io_dir = r
> evt.type = openat and proc.is_exe_upper_layer = true
> evt.type = read and evt.buffer contains x
| evt.type in (connect, openat) and evt.arg.mode = 3
|     evt.arg[mode] is not filled for connect: there the check cannot hold; what remains: openat [SAKER_NO_DATA]
|     1 lacks fields
| evt.type in (connect, openat) and (fd.directory = /x or fd.sport = 3)
| evt.type in (dup2, dup3) and evt.arg.flags = 3
|     evt.arg[flags] is not filled for dup2: there the check cannot hold; what remains: dup3 [SAKER_NO_DATA]
|     1 lacks fields
| evt.type in (openat, madvise) and evt.arg.mode = 3
|     evt.arg[mode] is not filled for madvise: there the check cannot hold; what remains: openat [SAKER_NO_DATA]
|     1 lacks fields
| evt.type = connect and evt.arg[9] = 3
|     evt.arg[9] is not filled for connect: the check cannot hold [SAKER_NO_DATA]
|     1 cannot fire here
| evt.type = execve and evt.arg.fdlimit = 3
|     evt.arg[fdlimit] is not filled for execve: the check cannot hold [SAKER_NO_DATA]
|     1 cannot fire here
| evt.type = mount and evt.arg.type = tmpfs
| evt.type = mount and evt.rawarg.type = 3
|     evt.rawarg[type] is not filled for mount: the check cannot hold [SAKER_NO_DATA]
|     1 cannot fire here
| evt.type = connect and evt.rawarg.addr = 3
|     evt.rawarg[addr] is not filled for connect: the check cannot hold [SAKER_NO_DATA]
|     1 cannot fire here
| evt.type = madvise and evt.args contains x
|     evt.args is not filled for madvise: the check cannot hold [SAKER_NO_DATA]
|     1 cannot fire here
| evt.type = openat and fd.sport = 3
|     fd.sport is not filled for openat: the check cannot hold [SAKER_NO_DATA]
|     1 cannot fire here
| evt.type in (connect, accept) and fd.directory = /etc
|     fd.directory is not filled for connect, accept: the check cannot hold [SAKER_NO_DATA]
|     1 cannot fire here
| evt.type = setuid and fd.name = x
|     fd.name is not filled for setuid: the check cannot hold [SAKER_NO_DATA]
|     1 cannot fire here
| evt.type = memfd_create and fd.directory = /x
|     fd.directory is not filled for memfd_create: the check cannot hold [SAKER_NO_DATA]
|     1 cannot fire here
| evt.type = getcwd and fs.path.target = x
|     fs.path.target is not filled for getcwd: the check cannot hold [SAKER_NO_DATA]
|     1 cannot fire here
| evt.type = connect and fs.path.source = x
|     fs.path.source is not filled for connect: the check cannot hold [SAKER_NO_DATA]
|     1 cannot fire here
| evt.type = task_rename and fd.name = x
|     fd.name is not filled for task_rename: the check cannot hold [SAKER_NO_DATA]
|     1 cannot fire here
| evt.type = task_rename and evt.arg.comm = x
|     evt.arg[comm] is not filled for task_rename: the check cannot hold [SAKER_NO_DATA]
|     1 cannot fire here
| evt.type = procexit and evt.res = SUCCESS
|     evt.res is not filled for procexit: the check cannot hold [SAKER_NO_DATA]
|     1 cannot fire here
| evt.type = openat and evt.is_io_read = true
|     evt.is_io_read is not filled for openat: the check cannot hold [SAKER_NO_DATA]
|     1 cannot fire here
| evt.type = openat and evt.is_io_read = false
| evt.type in (openat, read) and evt.io_dir = r
|     evt.io_dir is not filled for openat: there the check cannot hold; what remains: read [SAKER_NO_DATA]
|     1 lacks fields
| evt.type = openat and proc.is_exe_upper_layer = true
| evt.type = read and evt.buffer contains x

# An event that the driver does not record on this kernel, alone and beside another; not where no condition names it.
$ while IFS= read -r c; do echo "$c"; printf -- '- rule: R\n  desc: d\n  condition: "%s"\n  output: o\n  priority: INFO\n' "$c" | SAKER_TEST_DRIVER=few saker check -r /dev/stdin | sed -n 's/.*warning: /    /p; s/^1 rule loaded, /    /p'; done
> evt.type = module_load
> evt.type in (module_load, init_module) and proc.name = x
> evt.type = init_module and not evt.type = module_load
> evt.type = task_rename
| evt.type = module_load
|     module_load is not recorded here: driver ebpf: no hook sees the module that the kernel accepted: module_load is missing, a test [SAKER_NO_DATA]
|     1 cannot fire here
| evt.type in (module_load, init_module) and proc.name = x
|     module_load is not recorded here: driver ebpf: no hook sees the module that the kernel accepted: module_load is missing, a test [SAKER_NO_DATA]
|     1 lacks fields
| evt.type = init_module and not evt.type = module_load
| evt.type = task_rename

# A value that a field never has, if all of its values are known.
$ saker check -r /dev/stdin
> - list: kinds
>   items: [file, ipv5]
> - rule: R
>   desc: d
>   condition: evt.type = read and (fd.type = fil or fd.type in (kinds) or fd.l4proto != sctp or fd.type startswith fil or evt.category = IO)
>   output: o
>   priority: INFO
| /dev/stdin:5:45: warning: fd.type is never "fil"; did you mean file? Its values are file, directory, ipv4, ipv6, unix, netlink, socket, pipe, memfd, event, eventpoll, inotify, signalfd, timerfd, pidfd, bpf, io_uring, userfaultfd, other [SAKER_NO_VALUE]
|     condition: evt.type = read and (fd.type = fil or fd.type in (kinds) or fd.l4proto != sctp or fd.type startswith fil or evt.category = IO)
|                                               ^~~
|   in the rule "R"
| /dev/stdin:5:64: warning: fd.type is never "ipv5"; did you mean ipv4? Its values are file, directory, ipv4, ipv6, unix, netlink, socket, pipe, memfd, event, eventpoll, inotify, signalfd, timerfd, pidfd, bpf, io_uring, userfaultfd, other [SAKER_NO_VALUE]
|     condition: evt.type = read and (fd.type = fil or fd.type in (kinds) or fd.l4proto != sctp or fd.type startswith fil or evt.category = IO)
|                                                                  ^~~~~
|   in the rule "R"
| /dev/stdin:5:74: warning: fd.l4proto is not filled for read: the check cannot hold [SAKER_NO_DATA]
|     condition: evt.type = read and (fd.type = fil or fd.type in (kinds) or fd.l4proto != sctp or fd.type startswith fil or evt.category = IO)
|                                                                            ^~~~~~~~~~
|   in the rule "R"
| /dev/stdin:5:88: warning: fd.l4proto is never "sctp"; its values are tcp, udp, icmp, raw [SAKER_NO_VALUE]
|     condition: evt.type = read and (fd.type = fil or fd.type in (kinds) or fd.l4proto != sctp or fd.type startswith fil or evt.category = IO)
|                                                                                          ^~~~
|   in the rule "R"
| /dev/stdin: Ok, with warnings
| 1 rule loaded, 1 lacks fields

# A check that a field cannot hold for is a difference from Falco only for calls that the rule names
# and of which Saker records no more than number, arguments and result.
$ saker check --diff -r /dev/stdin | grep '^ *[0-9].* filled'
> - rule: Every event
>   desc: d
>   condition: evt.type = openat and fd.name = /a or fd.name = /b
>   output: o
>   priority: INFO
> - rule: An event of its own
>   desc: d
>   condition: evt.type = setuid and fd.name = /a
>   output: o
>   priority: INFO
> - rule: Number and arguments
>   desc: d
>   condition: evt.type in (acct, setuid) and fs.path.name = /a
>   output: o
>   priority: INFO
|      1  fs.path.name is not filled for acct: the check cannot hold
