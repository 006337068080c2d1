# arguments
proc.aname[2] = a ; ok ; proc.aname[2] = a
proc.aname["2"] = a ; ok ; proc.aname[2] = a
proc.aname = a ; ok ; proc.aname = a
proc.aname[x] = a ; error 1+13 the argument of proc.aname must be a number
proc.aname[ = a ; error 12+1 expecting an argument and ']' after proc.aname[
proc.aname[2 = a ; error 12+1 expecting an argument and ']' after proc.aname[
proc.aname[] = a ; error 12+1 expecting an argument and ']' after proc.aname[
proc.name[1] = a ; error 1+12 the field proc.name takes no argument
container.labelx = a ; error 1+16 filter_check called with nonexistent field container.labelx (did you mean container.label?)
container.label = a ; error 1+15 the field container.label needs an argument, as in name[argument]
container.label. = a ; error 1+15 the field container.label needs an argument, as in name[argument]
proc.aname[1/] = a ; error 1+14 the argument of proc.aname must be a number
proc.aname[1:] = a ; error 1+14 the argument of proc.aname must be a number
proc.aname[1234567890123456789] = a ; error 1+31 the argument of proc.aname must be a number
proc.env[HOME] = a ; ok ; proc.env[HOME] = a
proc.env["A B"] = a ; ok ; proc.env["A B"] = a
proc.env['A'] = a ; ok ; proc.env[A] = a
evt.arg.flags contains O_RDONLY ; ok ; evt.arg[flags] contains O_RDONLY
evt.arg[flags] contains O_RDONLY ; ok ; evt.arg[flags] contains O_RDONLY
evt.arg[0] = a ; ok ; evt.arg[0] = a
evt.arg = a ; error 1+7 the field evt.arg needs an argument, as in name[argument]
evt.rawarg.res >= 0 ; ok ; evt.rawarg[res] >= 0
evt.rawarg.name = a ; ok ; evt.rawarg[name] = a
evt.rawarg.res = a ; error 18+1 expecting a number, not 'a'
container.mount.dest[/x*] = a ; ok ; container.mount.dest[/x*] = a
container.label.app = a ; ok ; container.label[app] = a
container.label[app.kubernetes.io/name] = a ; ok ; container.label[app.kubernetes.io/name] = a
k8s.pod.label.app = a ; ok ; k8s.pod.label[app] = a
evt.type.is.open = 1 ; ok ; evt.type.is[open] = 1
evt.abspath.src = /etc ; ok ; evt.abspath[src] = /etc
thread.cgroup.cpuacct = / ; ok ; thread.cgroup[cpuacct] = /
# names
proc.nmae = a ; error 1+9 filter_check called with nonexistent field proc.nmae (did you mean proc.name?)
proc.nam = a ; error 1+8 filter_check called with nonexistent field proc.nam (did you mean proc.name?)
prc.name = a ; error 1+8 filter_check called with nonexistent field prc.name (did you mean proc.name?)
evt.json = a ; error 1+8 filter_check called with nonexistent field evt.json (did you mean json.value[/pointer]?)
fd.path = a ; error 1+7 filter_check called with nonexistent field fd.path (did you mean fd.name?)
a.b = c ; error 1+3 filter_check called with nonexistent field a.b
evt.outputtime = a ; error 1+14 the field evt.outputtime is only for output
json.value[/a/b~1c] = x ; ok ; json.value[/a/b~1c] = x
jevt.value[/a] = x ; ok ; jevt.value[/a] = x
ka.verb = get ; ok ; ka.verb = get
# event types
evt.type = open ; ok ; evt.type = open
evt.type in (open, openat, openat2) ; ok ; evt.type in (open, openat, openat2)
evt.type = unknown ; error 12+7 unknown event type unknown
evt.type = unknow ; error 12+6 unknown event type unknow
evt.type = opne ; error 12+4 unknown event type opne (did you mean open?)
evt.type in (execve, exeve) ; error 22+5 unknown event type exeve (did you mean execve?)
evt.type != nosuch ; error 13+6 unknown event type nosuch
evt.type = container ; ok ; evt.type = container
evt.type = procexit ; ok ; evt.type = procexit
evt.type startswith open ; ok ; evt.type startswith open
evt.type exists ; ok ; evt.type exists
syscall.type = open ; ok ; syscall.type = open
evt.dir = < ; ok ; evt.dir = <
evt.dir = > ; ok ; evt.dir = >
# output only and not on the right
fd.name = val(fd.ip) ; error 11+10 the field fd.ip is not allowed on the right-hand side
fd.net = 10.0.0.0/8 ; ok ; fd.net = 10.0.0.0/8
