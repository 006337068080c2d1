# SPDX-License-Identifier: Apache-2.0
#
# A condition that is none is told before any driver is opened, at its own place.

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
? 2
