# SPDX-License-Identifier: Apache-2.0

# A second word selects entries whose names contain it.
$ saker list fields fd.dev
| fd.dev                           number     device of the file
| fd.dev.major                     number     major number of the device of the file
| fd.dev.minor                     number     minor number of the device of the file
$ saker list events mem
| 26 memfd_create  A file that is on no disk was created.
|     res                        s64    RES            descriptor, or -errno
|     flags                      u32    memfd_flags    flags as given
|     dev                        u32    DEV            device of the file
|     ino                        u64    DEC            inode of the file
|     name                       part   TEXT           name as the caller gave it
$ saker list syscalls memfd
| name                               64  ia32   x32  recorded as
| memfd_create                      319   356   319  memfd_create
| memfd_secret                      447   447   447  memfd_create
$ saker list syscalls openat --json
| [{"name":"openat","64":257,"ia32":295,"x32":257,"event":"open"},{"name":"openat2","64":437,"ia32":437,"x32":437,"event":"open"}]
$ saker list rules 'Secret' -r why.yaml
| Secret read (Warning)
|     a secret was read

# Nothing that contains it: the exit status says so.
$ saker list metrics nothing_like_it
| saker: nothing in metrics contains "nothing_like_it"
? 1
$ saker list fields xyzzy
| saker: nothing in fields contains "xyzzy"
? 1
$ saker list fields xyzzy --json
| saker: nothing in fields contains "xyzzy"
| []
? 1
$ saker list syscalls xyzzy
| saker: nothing in syscalls contains "xyzzy"
? 1
$ saker list events xyzzy
| saker: nothing in events contains "xyzzy"
? 1
$ saker list rules xyzzy -r why.yaml
| saker: nothing in rules contains "xyzzy"
? 1
$ saker list field
| saker: no list of field: there are events, fields, syscalls, rules and metrics; did you mean fields?
? 2

# Fields that only fill a record up are not listed; programs see them in the layout.
$ saker list events open | grep reserved
? 1
$ saker list events open --json | grep -o '"name":"reserved"' | head -n 1
| "name":"reserved"

# The nearest name, if nothing contains it.
$ saker list fields proc.nmae
| saker: nothing in fields contains "proc.nmae"; did you mean proc.name?
? 1
$ saker list events opne
| saker: nothing in events contains "opne"; did you mean open?
? 1
$ saker list syscalls opneat
| saker: nothing in syscalls contains "opneat"; did you mean openat?
? 1
$ saker list rules 'Secret raed' -r why.yaml
| saker: nothing in rules contains "Secret raed"; did you mean Secret read?
? 1
$ saker list metrics saker_evnets_total
| saker: nothing in metrics contains "saker_evnets_total"; did you mean saker_events_total?
? 1

# No line of a help exceeds 80 columns; --json is explained for the command that has it.
$ for c in '' $(saker --help | grep -o '^  [a-z]*'); do saker $c --help; done | awk 'length > 80'
$ for c in $(saker --help | grep -o '^  [a-z]*'); do saker $c --help; done | grep -e ' --json  ' | sort | uniq -c | sort -n
|       2       --json               print JSON, one object per line
|       7       --json               print JSON
$ saker run --help | grep -e '--fields'
? 1
