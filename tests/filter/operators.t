# strings
proc.name = a ; ok ; proc.name = a
proc.name == a ; ok ; proc.name = a
proc.name != a ; ok ; proc.name != a
proc.name contains a ; ok ; proc.name contains a
proc.name icontains a ; ok ; proc.name icontains a
proc.name startswith a ; ok ; proc.name startswith a
proc.name endswith a ; ok ; proc.name endswith a
proc.name glob a* ; ok ; proc.name glob a*
proc.name iglob A* ; ok ; proc.name iglob A*
proc.name in (a, b) ; ok ; proc.name in (a, b)
proc.name intersects (a, b) ; ok ; proc.name intersects (a, b)
fd.name pmatch (/etc, /usr/*/bin) ; ok ; fd.name pmatch (/etc, /usr/*/bin)
proc.name exists ; ok ; proc.name exists
proc.name < 1 ; ok ; proc.name < 1
proc.name >= 1 ; ok ; proc.name >= 1
proc.name < a ; error 13+1 expecting a number, not 'a'
proc.name bcontains 6162 ; error 11+9 'bcontains' operator not supported for string filters
proc.name bstartswith 6162 ; error 11+11 'bstartswith' operator not supported for string filters
# buffers
evt.buffer contains abc ; ok ; evt.buffer contains abc
evt.buffer bcontains cafebabe ; ok ; evt.buffer bcontains cafebabe
evt.buffer bstartswith CAFE ; ok ; evt.buffer bstartswith CAFE
evt.buffer bcontains caf ; error 22+3 'bcontains' takes bytes as hex digits, not 'caf'
evt.buffer bcontains "" ; error 22+2 'bcontains' takes bytes as hex digits, not ''
evt.buffer bcontains xyz0 ; error 22+4 'bcontains' takes bytes as hex digits, not 'xyz0'
evt.buffer glob a* ; error 12+4 'glob' operator not supported for buffer filters
evt.buffer startswith a ; ok ; evt.buffer startswith a
evt.buffer icontains a ; error 12+9 'icontains' operator not supported for buffer filters
evt.buffer iglob a ; error 12+5 'iglob' operator not supported for buffer filters
evt.buffer < 1 ; error 12+1 '<' operator not supported for buffer filters
evt.buffer pmatch (a) ; error 12+6 'pmatch' operator not supported for buffer filters
evt.buffer regex a ; error 12+5 'regex' operator not supported for buffer filters
evt.buffer contains "a\x00b" ; ok ; evt.buffer contains "a\x00b"
evt.buffer = "\x00" ; ok ; evt.buffer = "\x00"
evt.buffer != "\x00" ; ok ; evt.buffer != "\x00"
evt.buffer in ("a\x00", b) ; ok ; evt.buffer in ("a\x00", b)
evt.buffer intersects ("a\x00", b) ; ok ; evt.buffer intersects ("a\x00", b)
evt.buffer startswith anyof ("a\x00", b) ; ok ; evt.buffer startswith anyof ("a\x00", b)
evt.buffer endswith "\x00" ; ok ; evt.buffer endswith "\x00"
evt.buffer bcontains "\x00" ; error 22+6 filter value cannot contain a NUL byte (\x00)
evt.buffer bcontains "\x30\x61" ; ok ; evt.buffer bcontains 0a
b64(proc.args) glob "a*" ; ok ; b64(proc.args) glob a*
b64(evt.buffer) glob "a*" ; error 17+4 'glob' operator not supported for buffer filters
b64(evt.buffer) contains "a\x00" ; ok ; b64(evt.buffer) contains "a\x00"
tolower(proc.name) = "a\x00" ; error 22+7 filter value cannot contain a NUL byte (\x00)
# numbers
fd.num = 1 ; ok ; fd.num = 1
fd.num = -1 ; ok ; fd.num = -1
fd.num != 0x10 ; ok ; fd.num != 0x10
fd.num < 1 ; ok ; fd.num < 1
fd.num <= 1 ; ok ; fd.num <= 1
fd.num > 1 ; ok ; fd.num > 1
fd.num >= 1 ; ok ; fd.num >= 1
fd.num in (1, 2, 0x3) ; ok ; fd.num in (1, 2, 0x3)
fd.num = a ; error 10+1 expecting a number, not 'a' (did you mean fd.name?)
fd.num = 1.5 ; error 10+3 expecting a number, not '1.5'
fd.num = 99999999999999999999 ; error 10+20 expecting a number, not '99999999999999999999'
user.uid = -1 ; error 12+2 expecting a number, not '-1'
fd.num contains 1 ; error 8+8 'contains' operator not supported for number filters
fd.num startswith 1 ; error 8+10 'startswith' operator not supported for number filters
fd.num pmatch (1) ; error 8+6 'pmatch' operator not supported for number filters
fd.num > a ; error 10+1 expecting a number, not 'a'
# ports
fd.sport = ssh ; ok ; fd.sport = ssh
fd.sport = 22 ; ok ; fd.sport = 22
fd.sport in (http, https, 8080) ; ok ; fd.sport in (http, https, 8080)
fd.sport = 65536 ; error 12+5 expecting a port, not '65536'
fd.sport = nosuchservice ; error 12+13 expecting a port, not 'nosuchservice'
fd.sport > 1024 ; ok ; fd.sport > 1024
fd.port = 22 ; ok ; fd.port = 22
# addresses and networks
fd.sip = 10.0.0.1 ; ok ; fd.sip = 10.0.0.1
fd.sip = ::1 ; ok ; fd.sip = ::1
fd.sip = 10.0.0 ; error 10+6 expecting an address, not '10.0.0'
fd.sip = 10.0.0.0/8 ; error 10+10 expecting an address, not '10.0.0.0/8' (did you mean fd.snet?)
fd.sip < 1 ; error 8+1 '<' operator not supported for address filters
fd.snet = 10.0.0.0/8 ; ok ; fd.snet = 10.0.0.0/8
fd.snet in (10.0.0.0/8, "fe80::/10") ; ok ; fd.snet in (10.0.0.0/8, fe80::/10)
fd.snet = 10.0.0.1 ; error 11+8 expecting a network, not '10.0.0.1' (a network has a length: 10.0.0.1/32)
fd.snet = 10.0.0.0/33 ; error 11+11 expecting a network, not '10.0.0.0/33'
fd.snet contains 10 ; error 9+8 'contains' operator not supported for network filters
# booleans
evt.is_open_write = true ; ok ; evt.is_open_write = true
evt.is_open_write = false ; ok ; evt.is_open_write = false
evt.is_open_write = yes ; error 21+3 expecting a boolean, not 'yes'
evt.is_open_write = 1 ; error 21+1 expecting a boolean, not '1'
evt.is_open_write != true ; ok ; evt.is_open_write != true
evt.is_open_write > 1 ; error 19+1 '>' operator not supported for boolean filters
evt.is_open_write in (true) ; ok ; evt.is_open_write in (true)
evt.is_open_write exists ; ok ; evt.is_open_write exists
# durations and times
proc.duration > 5 ; ok ; proc.duration > 5
proc.duration < 1000000 ; ok ; proc.duration < 1000000
proc.duration > 10s ; ok ; proc.duration > 10s
proc.duration > 10s and proc.duration < 500ms ; ok ; proc.duration > 10s and proc.duration < 500ms
proc.duration > 10 s ; error 20+1 unexpected token 's', expecting 'or', 'and' (write 'and' or 'or' between two checks, and before a condition that is appended)
proc.name startswith anyof(a, b) ; ok ; proc.name startswith anyof (a, b)
proc.name = anyofx ; ok ; proc.name = anyofx
proc.name = oneof(a) and proc.name = "anyof" ; ok ; proc.name = oneof (a) and proc.name = anyof
evt.rawtime > 0 ; ok ; evt.rawtime > 0
# lists
fd.types in (file, ipv4) ; ok ; fd.types in (file, ipv4)
fd.types intersects (file) ; ok ; fd.types intersects (file)
fd.types = file ; error 10+1 '=' operator not supported for list filters
fd.types contains file ; error 10+8 'contains' operator not supported for list filters
fd.types exists ; ok ; fd.types exists
proc.name in val(fd.types) ; error 14+13 the field fd.types is not allowed on the right-hand side
fd.types in val(proc.name) ; ok ; fd.types in val(proc.name)
concat(proc.name, evt.outputtime) = a ; error 19+14 the field evt.outputtime is only for output
# modifiers
proc.name = anyof (a, b) ; ok ; proc.name = anyof (a, b)
proc.name = oneof (a, b) ; ok ; proc.name = oneof (a, b)
proc.name != allof (a, b) ; ok ; proc.name != allof (a, b)
proc.name startswith anyof (a, b) ; ok ; proc.name startswith anyof (a, b)
proc.name contains allof (a, b) ; ok ; proc.name contains allof (a, b)
proc.name glob oneof (a*, *b) ; ok ; proc.name glob oneof (a*, *b)
proc.name startswith anyof shells ; ok ; proc.name startswith anyof (bash, sh)
proc.name startswith anyof () ; ok ; proc.name startswith anyof ()
proc.name in anyof (a) ; error 20+1 unexpected token '(', expecting 'or', 'and'
proc.name anyof (a) ; error 11+5 expecting an operator such as '=' or 'in', not 'anyof'
# field to field
proc.name = val(proc.pname) ; ok ; proc.name = val(proc.pname)
proc.name != val(proc.pname) ; ok ; proc.name != val(proc.pname)
proc.name in (val) ; ok ; proc.name in (val)
proc.name startswith val(proc.pname) ; ok ; proc.name startswith val(proc.pname)
proc.name = proc.pname ; ok ; proc.name = proc.pname
fd.num = val(proc.pid) ; ok ; fd.num = val(proc.pid)
fd.num = val(proc.name) ; error 10+14 cannot compare: the left-hand side is a number, the right-hand side a string
proc.name = val(proc.aname[2]) ; error 13+18 the field proc.aname is not allowed on the right-hand side
proc.name in val(proc.pname) ; ok ; proc.name in val(proc.pname)
proc.name pmatch val(proc.pname) ; error 18+15 'pmatch' takes no field or transformer on its right-hand side
proc.name regex val(proc.pname) ; error 17+15 'regex' takes no field or transformer on its right-hand side
proc.name = val("x") ; error 13+8 val() takes a field
val(proc.name) = a ; error 1+3 val() is allowed only on the right-hand side
proc.pid > val(proc.ppid) ; ok ; proc.pid > val(proc.ppid)
# transformers
tolower(proc.name) = a ; ok ; tolower(proc.name) = a
toupper(basename(proc.exepath)) = A ; ok ; toupper(basename(proc.exepath)) = A
len(proc.name) > 3 ; ok ; len(proc.name) > 3
len(proc.name) = val(fd.num) ; ok ; len(proc.name) = val(fd.num)
len(proc.name) > len(proc.pname) ; ok ; len(proc.name) > len(proc.pname)
b64(proc.name) contains x ; ok ; b64(proc.name) contains x
concat(proc.name, "-", proc.pname) = a-b ; ok ; concat(proc.name, "-", proc.pname) = a-b
concat("a") = a ; ok ; concat("a") = a
join(",", (proc.name, proc.pname)) = "a,b" ; ok ; join(",", (proc.name, proc.pname)) = "a,b"
join(",", fd.types) contains file ; ok ; join(",", fd.types) contains file
getopt(proc.args, "ab:")[b] intersects (x) ; ok ; getopt(proc.args, "ab:")[b] intersects (x)
getopt(proc.args, "p:")[p] = 22 ; ok ; getopt(proc.args, "p:")[p] = 22
getopt(proc.args, "p:") = 22 ; error 25+1 '=' operator not supported for list filters
join(",", ()) = "" ; ok ; join(",", ()) = ""
len(()) = 0 ; ok ; len(()) = 0
evt.abspath = /etc/x ; ok ; evt.abspath = /etc/x
evt.abspath.src = /etc/x ; ok ; evt.abspath[src] = /etc/x
evt.abspath[src] = /etc/x ; ok ; evt.abspath[src] = /etc/x
getopt(proc.args, "ab:") in (a, x) ; ok ; getopt(proc.args, "ab:") in (a, x)
proc.name = tolower(proc.pname) ; ok ; proc.name = tolower(proc.pname)
proc.name = toupper(tolower(proc.pname)) ; ok ; proc.name = toupper(tolower(proc.pname))
tolower(fd.num) = a ; error 9+6 tolower() does not take a value of this type
tolower(proc.aname[2]) = a ; error 9+13 the field proc.aname cannot be transformed
tolower() = a ; error 1+9 wrong number of arguments to tolower()
tolower(proc.name, proc.pname) = a ; error 1+30 wrong number of arguments to tolower()
tolower(proc.name)[x] = a ; error 1+19 tolower() takes no argument in brackets
len( ( ) ) = 0 ; ok ; len(()) = 0
concat( ) = a ; error 1+9 wrong number of arguments to concat()
tolower( proc.name ) = a ; ok ; tolower(proc.name) = a
concat( proc.name , "-" ) = a ; ok ; concat(proc.name, "-") = a
concat(12, proc.name, 0x1f, -5) = a ; ok ; concat("12", proc.name, "0x1f", "-5") = a
concat(=) = a ; error 8+1 expecting a field, a transformer, a quoted string or a number, not '='
concat(proc.name "-") = a ; error 18+1 expecting ',' or ')' after an argument
concat() = a ; error 1+8 wrong number of arguments to concat()
getopt(proc.args, "p:")[] = a ; error 25+1 expecting an argument and ']' after getopt()[
getopt(proc.args, "p:")[p = a ; error 25+1 expecting an argument and ']' after getopt()[
getopt(proc.args, "p:")["p = a ; error 25+1 quoted string without an end
getopt(proc.args, "p:")["\x00"] = a ; error 25+1 filter value cannot contain a NUL byte (\x00)
tolower((proc.name)) = a ; error 9+11 tolower() does not take a value of this type
join(",", (proc.name, (proc.pname))) = a ; error 23+1 expecting a field, a transformer, a quoted string or a number, not '('
proc.name = a and tolower() = b ; error 19+9 wrong number of arguments to tolower()
proc.name = a and val(proc.name) = a ; error 19+3 val() is allowed only on the right-hand side
concat("a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a") = a ; ok ; concat("a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a") = a
concat("a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a") = a ; error 1+1 more than 64 arguments
nosuch(proc.name) = a ; error 1+6 filter_check called with nonexistent field nosuch (only a transformer, such as tolower or basename, has arguments in ( ); a field has one in [ ])
basename(proc.name ; error 19+1 expecting ',' or ')' after an argument
tolower(proc.nmae) = a ; error 9+9 filter_check called with nonexistent field proc.nmae (did you mean proc.name?)
join(",", (fd.num)) = a ; error 11+8 join() does not take a value of this type
