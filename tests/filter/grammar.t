# precedence: not before and before or
proc.name = a ; ok ; proc.name = a
proc.name = a and proc.name = b or proc.name = c ; ok ; proc.name = a and proc.name = b or proc.name = c
proc.name = a and (proc.name = b or proc.name = c) ; ok ; proc.name = a and (proc.name = b or proc.name = c)
(proc.name = a and proc.name = b) and proc.name = c ; ok ; proc.name = a and proc.name = b and proc.name = c
((proc.name = a)) ; ok ; proc.name = a
not proc.name = a and proc.name = b ; ok ; not proc.name = a and proc.name = b
not (proc.name = a and proc.name = b) ; ok ; not (proc.name = a and proc.name = b)
not not proc.name = a ; ok ; proc.name = a
not not not proc.name = a ; ok ; not proc.name = a
not(proc.name = a) ; ok ; not proc.name = a
proc.name = a and(proc.name = b) ; ok ; proc.name = a and proc.name = b
proc.name = a or(proc.name = b) ; ok ; proc.name = a or proc.name = b
proc.name = a and not(proc.name = b) ; ok ; proc.name = a and not proc.name = b
proc.name = a or proc.name = b and proc.name = c or proc.name = d ; ok ; proc.name = a or proc.name = b and proc.name = c or proc.name = d
not (not proc.name = a) ; ok ; proc.name = a
not (not (proc.name = a or proc.name = b)) ; ok ; proc.name = a or proc.name = b
# blanks
proc.name=a ; ok ; proc.name = a
proc.name   =   a ; ok ; proc.name = a
  proc.name = a   ; ok ; proc.name = a
proc.name in (a,b , c) ; ok ; proc.name in (a, b, c)
proc.name in(a, b) ; ok ; proc.name in (a, b)
fd.num>=0 ; ok ; fd.num >= 0
fd.num<=-1 ; ok ; fd.num <= -1
# macros and lists
spawned ; ok ; evt.type in (execve, execveat)
spawned and proc.name in (shells) ; ok ; evt.type in (execve, execveat) and proc.name in (bash, sh)
not spawned ; ok ; not evt.type in (execve, execveat)
proc.name in shells ; ok ; proc.name in (bash, sh)
proc.name in (shells, zsh) ; ok ; proc.name in (bash, sh, zsh)
proc.name in ("shells") ; ok ; proc.name in (shells)
proc.name in (none) ; ok ; proc.name in ()
proc.name in ( ) ; ok ; proc.name in ()
foo = 1 ; error 1+3 filter_check called with nonexistent field foo
foo exists ; error 1+3 filter_check called with nonexistent field foo
proc.name in () ; ok ; proc.name in ()
proc.name = one ; ok ; proc.name = only
proc.name = shells ; error 13+6 the list shells stands where one value is expected (use 'in (shells)')
fd.name pmatch (shells, /etc) ; ok ; fd.name pmatch (bash, sh, /etc)
proc.name startswith anyof (shells) ; ok ; proc.name startswith anyof (bash, sh)
proc.name = "shells" ; ok ; proc.name = shells
proc.name in unknown_list ; error 14+12 undefined list 'unknown_list' (write (unknown_list) for a list of this one value)
proc.name in (unknown_list) ; ok ; proc.name in (unknown_list)
unknown ; error 1+7 undefined macro unknown
spawnd ; error 1+6 undefined macro spawnd
containerized ; error 1+13 undefined macro containerized
loop ; error 1+4 undefined macro loop
# quoting
proc.name = "a b" ; ok ; proc.name = "a b"
proc.name = 'a b' ; ok ; proc.name = "a b"
proc.name = "a\"b" ; ok ; proc.name = "a\"b"
proc.name = 'a\'b' ; ok ; proc.name = "a'b"
proc.name = "a\\b\n\t\x41" ; ok ; proc.name = "a\\b\x0a\x09A"
proc.name = "a\ b" ; ok ; proc.name = "a\\ b"
proc.name = "\q" ; error 14+2 unsupported string escape sequence: \q
proc.name = "\x0" ; error 14+3 truncated hex char escape sequence
proc.name = "\x00" ; error 13+6 filter value cannot contain a NUL byte (\x00)
proc.name = "\xzz" ; error 14+4 invalid hex char escape sequence: zz
proc.name = "\xf" ; error 14+3 truncated hex char escape sequence
proc.name = "\xfg" ; error 14+4 invalid hex char escape sequence: fg
proc.name = '\"' ; error 14+2 invalid \" escape in '-quoted string
proc.name = "\'" ; error 14+2 invalid \' escape in "-quoted string
proc.name in (a, "b\x00") ; error 18+7 filter value cannot contain a NUL byte (\x00)
proc.env["A\x00"] = a ; error 10+1 filter value cannot contain a NUL byte (\x00)
join("\x00", proc.args) = a ; error 6+6 filter value cannot contain a NUL byte (\x00)
concat(proc.name, "\x00") = a ; error 19+6 filter value cannot contain a NUL byte (\x00)
fd.sip = "10.0.0.1\x00" ; error 10+14 filter value cannot contain a NUL byte (\x00)
proc.name = "open ; error 13+1 quoted string without an end
proc.name = "" ; ok ; proc.name = ""
proc.name = <NA> ; ok ; proc.name = <NA>
proc.name = a"b" ; error 14+1 unexpected token '"', expecting 'or', 'and'
proc.name in ("a,b", 'c)') ; ok ; proc.name in ("a,b", "c)")
# syntax errors
and ; error 1+3 expecting a field, a macro or '(', not 'and' (a condition begins with 'and' or 'or' only where it is appended: override: {condition: append})
proc.name ; error 10+1 expecting an operator such as '=' or 'in', not 'the end' (did you mean proc.name exists?)
proc.name = ; error 12+1 expecting a value, not 'the end'
proc.name = a and ; error 18+1 expecting a field, a macro or '(', not 'the end'
proc.name = a or or proc.name = b ; error 18+2 expecting a field, a macro or '(', not 'or'
proc.name = a proc.name = b ; error 15+9 unexpected token 'proc.name', expecting 'or', 'and' (write 'and' or 'or' between two checks, and before a condition that is appended)
proc.name = a) ; error 14+1 unexpected token ')', expecting 'or', 'and' (no '(' belongs to this ')')
(proc.name = a ; error 15+1 expecting 'or', 'and' or ')', not 'the end' (the '(' before "proc.name = a" is not closed)
(proc.name = aaaaaaaaaaaaaaaaa and proc.name = b ; error 49+1 expecting 'or', 'and' or ')', not 'the end' (the '(' before "proc.name = aaaaaaaaaaaaaaaaa " is not closed)
proc.name in (a ; error 16+1 expecting ',' or ')' in a list, not 'the end'
proc.name in (a, ; error 17+1 expecting a value of the list, not 'the end'
proc.name in (a,) ; error 17+1 expecting a value of the list, not ')'
proc.name in a b ; error 16+1 unexpected token 'b', expecting 'or', 'and' (write 'and' or 'or' between two checks, and before a condition that is appended)
proc.name == a ; ok ; proc.name = a
proc.name === a ; error 13+1 expecting a value, not '=' (did you mean =?)
proc.name = = a ; error 13+1 expecting a value, not '='
not ; error 4+1 expecting a field, a macro or '(', not 'the end'
not proc.name ; error 14+1 expecting an operator such as '=' or 'in', not 'the end' (did you mean proc.name exists?)
proc.name and proc.name = a ; error 11+3 expecting an operator such as '=' or 'in', not 'and'
proc.name AND proc.name = a ; error 11+3 expecting an operator such as '=' or 'in', not 'AND' (did you mean and?)
proc.name = a AND proc.name = b ; error 15+3 unexpected token 'AND', expecting 'or', 'and' (did you mean and?)
1proc.name = a ; error 1+10 expecting a field, a macro or '(', not '1proc.name'
proc..name = a ; error 5+6 unexpected token '..name', expecting 'or', 'and'
proc.name. = a ; error 10+1 expecting an operator such as '=' or 'in', not '.'
= a ; error 1+1 expecting a field, a macro or '(', not '='
proc.name containsx a ; error 11+9 expecting an operator such as '=' or 'in', not 'containsx' (did you mean contains?)
proc.name contains"a" ; error 11+8 expecting an operator such as '=' or 'in', not 'contains' (did you mean contains?)
proc.name is a ; error 11+2 expecting an operator such as '=' or 'in', not 'is' (did you mean =?)
proc.name in ; error 13+1 expecting a list in parentheses, not 'the end'
proc.name notin (a) ; error 11+5 expecting an operator such as '=' or 'in', not 'notin'
() ; error 2+1 expecting a field, a macro or '(', not ')'
proc.name = a ; b ; error 15+1 unexpected token ';', expecting 'or', 'and'
# numbers
fd.num = 0x1F ; ok ; fd.num = 0x1F
fd.num = 0X0 ; ok ; fd.num = 0X0
fd.num = 0x ; error 10+2 expecting a number, not '0x'
fd.num < 0x1g ; error 13+1 unexpected token 'g', expecting 'or', 'and'
fd.num >= -10 ; ok ; fd.num >= -10
fd.num <= +10 ; ok ; fd.num <= +10
fd.num > 12.5 ; error 10+4 expecting a number, not '12.5'
fd.num > 12. ; error 10+3 expecting a number, not '12.'
fd.num > 1e+2 ; error 10+4 expecting a number, not '1e+2'
fd.num > 1E-12 ; error 10+5 expecting a number, not '1E-12'
fd.num > 1e2 ; error 11+2 unexpected token 'e2', expecting 'or', 'and'
fd.num > 1e+ ; error 11+2 unexpected token 'e+', expecting 'or', 'and'
fd.num > - ; error 10+1 expecting a number, not '-'
fd.num > .5 ; error 10+2 expecting a number, not '.5'
fd.num > ten ; error 10+3 expecting a number, not 'ten'
fd.num > 10 and(fd.num < 20) ; ok ; fd.num > 10 and fd.num < 20
# escapes
proc.name = "\xAB\xcd\xEf\x0a" ; ok ; proc.name = "\xab\xcd\xef\x0a"
proc.name = "\x4g" ; error 14+4 invalid hex char escape sequence: 4g
proc.name = "\x4" ; error 14+3 truncated hex char escape sequence
proc.name = "\ ; error 13+1 quoted string without an end
proc.name = "a\\" ; ok ; proc.name = "a\\"
proc.name = 'a\"' ; error 15+2 invalid \" escape in '-quoted string
proc.name = "a\'" ; error 15+2 invalid \' escape in "-quoted string
# the rest of an error
proc.name = a bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb ; error 15+40 unexpected token 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', expecting 'or', 'and' (quote a value with spaces: "a bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")
proc.name = a bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb ; error 15+40 unexpected token 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', expecting 'or', 'and' (quote a value with spaces: "a bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")
proc.name = a (b) ; error 15+1 unexpected token '(', expecting 'or', 'and'
# valid, but likely not what was meant
evt.type=open && proc.name=a ; error 15+2 unexpected token '&&', expecting 'or', 'and' (did you mean and?)
evt.type=open || proc.name=a ; error 15+2 unexpected token '||', expecting 'or', 'and' (did you mean or?)
evt.type=open AND proc.name=a ; error 15+3 unexpected token 'AND', expecting 'or', 'and' (did you mean and?)
evt.type=open Or proc.name=a ; error 15+2 unexpected token 'Or', expecting 'or', 'and' (did you mean or?)
! proc.name=a ; error 1+1 expecting a field, a macro or '(', not '!' (did you mean not?)
!proc.name=a ; error 1+10 expecting a field, a macro or '(', not '!proc.name' (did you mean not?)
evt.type=open and !proc.name=a ; error 19+10 expecting a field, a macro or '(', not '!proc.name' (did you mean not?)
NOT proc.name=a ; error 5+9 unexpected token 'proc.name', expecting 'or', 'and' (keywords are in lower case: not)
evt.type=open and Not proc.name=a ; error 23+9 unexpected token 'proc.name', expecting 'or', 'and' (keywords are in lower case: not)
proc.name like a ; error 11+4 expecting an operator such as '=' or 'in', not 'like' (did you mean contains? for a pattern with * use glob)
proc.name LIKE a ; error 11+4 expecting an operator such as '=' or 'in', not 'LIKE' (did you mean contains? for a pattern with * use glob)
proc.name matches a ; error 11+7 expecting an operator such as '=' or 'in', not 'matches' (did you mean regex? for a pattern with * use glob)
proc.name IN (a) ; error 11+2 expecting an operator such as '=' or 'in', not 'IN' (did you mean in?)
proc.name Contains a ; error 11+8 expecting an operator such as '=' or 'in', not 'Contains' (did you mean contains?)
proc.name =~ a ; error 14+1 unexpected token 'a', expecting 'or', 'and' (did you mean regex?)
proc.name ~ a ; error 11+1 expecting an operator such as '=' or 'in', not '~' (did you mean regex?)
proc.name !~ a ; error 11+2 expecting an operator such as '=' or 'in', not '!~' (did you mean regex, with a not before the field?)
proc.name eq a ; error 11+2 expecting an operator such as '=' or 'in', not 'eq' (did you mean =?)
proc.name is a ; error 11+2 expecting an operator such as '=' or 'in', not 'is' (did you mean =?)
proc.name has a ; error 11+3 expecting an operator such as '=' or 'in', not 'has' (did you mean contains?)
proc.name not in (a) ; error 11+3 expecting an operator such as '=' or 'in', not 'not' (write not before the field: not proc.name in (a, b))
proc.name startwith a ; error 11+9 expecting an operator such as '=' or 'in', not 'startwith' (did you mean startswith?)
proc.name === a b ; error 13+1 expecting a value, not '=' (did you mean =?)
proc.name <> a ; error 12+1 expecting a number, not '>' (did you mean !=?)
evt.num=>0 ; error 9+2 expecting a number, not '>0' (did you mean >=?)
evt.num =< 5 ; error 12+1 unexpected token '5', expecting 'or', 'and' (did you mean <=?)
evt.num =! 5 ; error 12+1 unexpected token '5', expecting 'or', 'and' (did you mean !=?)
fd.num <> 5 ; error 9+1 expecting a number, not '>' (did you mean !=?)
proc.name =~a ; ok ; proc.name = ~a
proc.name =>a ; ok ; proc.name = >a
fd.name startswith (/etc, /usr) ; error 20+1 expecting a value, not '(' (for several values use startswith anyof)
proc.name = (a, b) ; error 13+1 expecting a value, not '(' (for several values use in)
evt.type = open,openat ; error 16+1 unexpected token ',', expecting 'or', 'and' (several values are a list: proc.name in (a, b))
evt.type = exec ; error 12+4 unknown event type exec (did you mean execve?)
evt.type = ex ; error 12+2 unknown event type ex
evt.type = exe ; error 12+3 unknown event type exe (did you mean execve?)
evt.type = accep ; error 12+5 unknown event type accep (did you mean accept?)
evt.type = set ; error 12+3 unknown event type set (did you mean setns?)
evt.type = get ; error 12+3 unknown event type get (did you mean getid?)
evt.type = sched ; error 12+5 unknown event type sched (did you mean sched_yield?)
evt.type = x ; error 12+1 unknown event type x
evt.type in (open, sendms) ; error 20+6 unknown event type sendms (did you mean sendmsg?)
user.uid = root ; error 12+4 expecting a number, not 'root' (did you mean user.name?)
user.uid in (0, root) ; error 17+4 expecting a number, not 'root' (did you mean user.name?)
group.gid != wheel ; error 14+5 expecting a number, not 'wheel' (did you mean group.name?)
user.loginuid = a ; error 17+1 expecting a number, not 'a' (did you mean user.loginname?)
proc.pid = bash ; error 12+4 expecting a number, not 'bash' (did you mean proc.name?)
fd.sip = 10.0.0.0/8 ; error 10+10 expecting an address, not '10.0.0.0/8' (did you mean fd.snet?)
fd.sip in (10.0.0.0/8) ; error 12+10 expecting an address, not '10.0.0.0/8' (did you mean fd.snet?)
fd.cip != fe80::/10 ; error 11+9 expecting an address, not 'fe80::/10' (did you mean fd.cnet?)
fd.ip = 10.0.0.0/8 ; error 9+10 expecting an address, not '10.0.0.0/8' (did you mean fd.net?)
fd.sip = example.com ; error 10+11 expecting an address, not 'example.com' (did you mean fd.sip.name?)
fd.sip = 10.0.0 ; error 10+6 expecting an address, not '10.0.0'
fd.snet = 10.0.0.1 ; error 11+8 expecting a network, not '10.0.0.1' (a network has a length: 10.0.0.1/32)
