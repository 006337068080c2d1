# SPDX-License-Identifier: Apache-2.0
#
# An invalid condition is reported before any driver is opened, with its place.

$ saker trace 'proc.nmae = a'
| condition:1:1: error: filter_check called with nonexistent field proc.nmae
|   proc.nmae = a
|   ^~~~~~~~~
|   did you mean proc.name?
? 2
$ saker trace 'proc.name ='
| condition:1:12: error: expecting a value, not 'the end'
|   proc.name =
|              ^
? 2
$ saker trace 'proc.name = a and'
| condition:1:18: error: expecting a field, a macro or '(', not 'the end'
|   proc.name = a and
|                    ^
? 2
$ saker trace $'proc.name = a and\n  proc.nam = b'
| condition:2:3: error: filter_check called with nonexistent field proc.nam
|     proc.nam = b
|     ^~~~~~~~
|   did you mean proc.name?
? 2
$ saker trace $'proc.name = a and\n'
| condition:1:18: error: expecting a field, a macro or '(', not 'the end'
|   proc.name = a and
|                    ^
? 2
$ saker trace '(proc.name = a'
| condition:1:15: error: expecting 'or', 'and' or ')', not 'the end'
|   (proc.name = a
|                 ^
|   the '(' before "proc.name = a" is not closed
? 2

# Fields and forms that go with nothing else.
$ saker trace -F proc.nmae,fd.nam
| saker: --fields: unknown filter: proc.nmae; did you mean proc.name?
| saker: --fields: unknown filter: fd.nam; did you mean fd.name?
? 2
$ saker trace -F 'proc.name fd.name'
| saker: --fields: "proc.name fd.name" is not a field; expected names with commas between
? 2
$ saker trace --raw --json
| saker: --raw cannot be combined with --json or --fields
? 2
$ saker trace -F proc.name --driver replay:/nonexistent
| saker: opening the capture /nonexistent: No such file or directory
? 3
# Warnings about rules are not printed for a condition on the command line.
$ saker trace 'proc.name = ls' --driver replay:/nonexistent
| saker: opening the capture /nonexistent: No such file or directory
? 3
# On a terminal it prints how to stop it.
$ script -qec 'saker trace --driver ebpf' /dev/null | tr -d '\r'
| saker: driver ebpf: chosen because --driver names it
| saker: tracing; Ctrl-C ends

# The name of a macro
$ saker trace spawned_process
| condition:1:1: error: Undefined macro 'spawned_process' used in filter.
|   spawned_process
|   ^~~~~~~~~~~~~~~
|   no rule files are read for a condition on the command line, so it has no macros: write out the condition (`saker explain --json` prints those of macros)
? 2
$ saker trace 'evt.type = open and container'
| condition:1:21: error: Undefined macro 'container' used in filter.
|   evt.type = open and container
|                       ^~~~~~~~~
|   no rule files are read for a condition on the command line, so it has no macros: write out the condition (`saker explain --json` prints those of macros)
? 2
