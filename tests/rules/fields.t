# SPDX-License-Identifier: Apache-2.0
# Tests the value of each field, from the record and from the process table.

host hostname=web1 boot_id=6f1c release=6.1.0
user uid=0 gid=0 name=root home=/root shell=/bin/bash
user uid=1000 gid=1000 name=alice home=/home/alice shell=/bin/zsh
group gid=1000 name=staff
cgroup_mkdir id=1 path=/
cgroup_mkdir id=2 path=/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod3e41dc6b_08a8_44db_bc2a_3724b18ab19a.slice/cri-containerd-63060edc2d3aa803ab559f2393776b151f99fc5b05035b21db66b3b62246ad6a.scope
task tid=1 group_start_ns=1000000 ppid=0 sid=1 pgid=1 vpid=1 vtid=1 vpgid=1 comm=systemd exe=/usr/lib/systemd/systemd argv=/sbin/init loginuid=4294967295 cgroup=1
task tid=50 group_start_ns=50000000 ppid=1 sid=50 pgid=50 vpid=50 vtid=50 vpgid=50 comm=sshd exe=/usr/sbin/sshd argv="sshd: alice|" loginuid=1000 cgroup=1
task tid=60 group_start_ns=60000000 ppid=50 sid=60 pgid=60 vpid=60 vtid=60 vpgid=60 uid=1000 euid=1000 gid=1000 egid=1000 comm=zsh exe=/usr/bin/zsh argv=-zsh cwd=/home/alice loginuid=1000 tty=34816 cgroup=1

# ---- a program is started
execve tid=70 ppid=60 pgid=70 sid=60 vtid=70 vpid=70 vpgid=70 uid=1000 euid=0 gid=1000 egid=1000 loginuid=1000 sessionid=3 tty=34816 pidns=4026531836 pidns_start_ns=1000 cap_permitted=0x20 cap_effective=0x3 exe_ino=99 exe_ctime_ns=1600000000000000000 exe_mtime_ns=1500000000000000000 exe_dev=2049 exe_flags=WRITABLE|UPPER_LAYER comm=python3 exe=/usr/bin/python3.11 filename=/usr/bin/python3 argv="./py|-c|print(1)||end|" env="HOME=/root|LD_PRELOAD=/tmp/x.so|EMPTY=|" cwd=/srv stdin_fd=pipe stdout_fd=file stderr_fd=tcp,::ffff:10.0.0.1:5000>::ffff:10.0.0.2:80,client cgroup=1
@evt.type = execve
@syscall.type = execve
@evt.dir = <
@evt.num = 3
@evt.category = process
@evt.res = SUCCESS
@evt.rawres = 0
@evt.failed = false
@evt.cpu = 0
@evt.source = syscall
@evt.hostname = web1
@evt.time.iso8601 = 2023-11-14T22:30:00.015000000+0000
@evt.rawtime = 1700001000015000000
@evt.rawtime.s = 1700001000
@evt.rawtime.ns = 15000000
@evt.is_open_read = false
@evt.count = 1
@evt.count.error missing
@evt.type.is[execve] = 1
@evt.type.is[open] = 0
@proc.name = python3
@proc.exe = ./py
@proc.exepath = /usr/bin/python3.11
@proc.cmdline = python3 -c print(1)  end
@proc.exeline = ./py -c print(1)  end
@proc.args = -c print(1)  end
@proc.args[0] = -c
@proc.args[1] = print(1)
@proc.args[2] =
@proc.args[3] = end
@proc.args[4] missing
@proc.cmdnargs = 4
@proc.cmdlenargs = 13
@proc.env = HOME=/root LD_PRELOAD=/tmp/x.so EMPTY=
@proc.env[LD_PRELOAD] = /tmp/x.so
@proc.env[EMPTY] =
@proc.env[NOT] missing
@proc.aenv[LD_PRELOAD] missing
@proc.cwd = /srv/
@proc.pid = 70
@proc.vpid = 70
@proc.ppid = 60
@proc.pvpid = 60
@proc.sid = 60
@proc.pgid = 70
@proc.vpgid = 70
@proc.sname = zsh
@proc.sid.exe = -zsh
@proc.sid.exepath = /usr/bin/zsh
@proc.pgid.name = python3
@proc.vpgid.name = python3
@proc.is_sid_leader = false
@proc.is_pgid_leader = true
@proc.pname = zsh
@proc.pexe = -zsh
@proc.pexepath = /usr/bin/zsh
@proc.pcmdline = zsh
@proc.aname = (zsh,sshd,systemd)
@proc.aname[0] = python3
@proc.aname[1] = zsh
@proc.aname[3] = systemd
@proc.aname[4] missing
@proc.apid = (60,50,1)
@proc.apid[2] = 50
@proc.aexe[3] = /sbin/init
@proc.aexepath[2] = /usr/sbin/sshd
@proc.acmdline[2] = sshd
@proc.loginshellid = 60
@proc.tty = 34816
@proc.nthreads = 1
@proc.nchilds = 0
@proc.exe_ino = 99
@proc.exe_ino.ctime = 1600000000000000000
@proc.exe_ino.mtime = 1500000000000000000
@proc.is_exe_writable = true
@proc.is_exe_upper_layer = true
@proc.is_exe_lower_layer = false
@proc.is_exe_from_memfd = false
@proc.pid.ts = 1700000000070000000
@proc.duration = 999945000000
@proc.stdin.type = pipe
@proc.stdin.name = pipe:[1]
@proc.stdout.type = file
@proc.stdout.name missing
@proc.stderr.type = ipv4
@proc.stderr.name = 10.0.0.1:5000->10.0.0.2:80
@thread.tid = 70
@thread.vtid = 70
@thread.ismain = true
@thread.cap_permitted = CAP_KILL
@thread.cap_effective = CAP_CHOWN CAP_DAC_OVERRIDE
@thread.cap_inheritable =
@user.uid = 0
@user.name = root
@user.homedir = /root
@user.loginuid = 1000
@user.loginname = alice
@group.gid = 1000
@group.name = staff
@container.id = host
@container.name = host
@container.type = host
@container.full_id missing
@container.image missing
@fd.name missing
@fd.num missing
@evt.arg.filename = /usr/bin/python3
@evt.arg.exe = ./py
@evt.arg.comm = python3
@evt.arg.trusted_exepath = /usr/bin/python3.11
@evt.arg.args = -c.print(1)..end.
@evt.arg.flags = EXE_WRITABLE|EXE_UPPER_LAYER
@evt.rawarg.flags = 3
@evt.arg[0] = 0
@evt.arg.fdlimit missing
@evt.arg.cap_permitted = CAP_KILL
@evt.rawarg.res = 0
@toupper(proc.name) = PYTHON3
@basename(proc.exepath) = python3.11

# ---- opens
openat tid=70 res=3 dirfd=-100 flags=O_RDWR|O_CREAT|O_TRUNC|O_CLOEXEC mode=0644 dev=0x800002 ino=4711 kind=file path=/etc/motd name=../etc/./motd cgroup=1 => Write below etc
@evt.type = openat
@evt.res = SUCCESS
@evt.rawres = 3
@fd.num = 3
@fd.type = file
@fd.typechar = f
@fd.name = /etc/motd
@fd.nameraw = ../etc/./motd
@fd.directory = /etc
@fd.filename = motd
@fd.ino = 4711
@fd.dev = 8388610
@fd.dev.major = 0
@fd.dev.minor = 2050
@fd.containername = host:/etc/motd
@fd.containerdirectory = host:/etc
@fs.path.name = /etc/motd
@fs.path.nameraw = ../etc/./motd
@fs.path.source missing
@fd.sip missing
@fd.l4proto missing
@evt.is_open_read = true
@evt.is_open_write = true
@evt.is_open_create = true
@evt.is_open_exec = false
@evt.arg.flags = O_TRUNC|O_CREAT|O_RDWR|O_CLOEXEC
@evt.arg.mode = 0644
@evt.arg.dirfd = AT_FDCWD
@evt.arg.name = /etc/motd
@evt.arg.fd = <f>/etc/motd
@evt.args = fd=3(<f>/etc/motd) dirfd=-100(AT_FDCWD) name=../etc/./motd(/etc/motd) flags=524866(O_TRUNC|O_CREAT|O_RDWR|O_CLOEXEC) mode=0644 dev=800002 ino=4711
@evt.info = fd=3(<f>/etc/motd) dirfd=-100(AT_FDCWD) name=../etc/./motd(/etc/motd) flags=524866(O_TRUNC|O_CREAT|O_RDWR|O_CLOEXEC) mode=0644 dev=800002 ino=4711
openat tid=70 res=-2 dirfd=-100 flags=O_RDONLY name=x/../y cgroup=1
@evt.res = ENOENT
@evt.rawres = -2
@evt.failed = true
@evt.count.error = 1
@evt.count.error.file = 1
@evt.count.error.net missing
@fd.num = -1
@fd.type missing
@fd.typechar = f
@fd.name = /srv/y
@fd.directory = /srv
@fd.nameraw = x/../y
@evt.is_open_read = true
@evt.is_open_create = false
@evt.arg.fd = ENOENT
openat tid=70 res=-2 dirfd=9 flags=O_RDONLY name=y cgroup=1
@fd.name missing
open tid=70 res=5 flags=O_WRONLY kind=directory path=/ name=/ cgroup=1
@evt.type = open
@fd.typechar = d
@fd.directory = /
@fd.filename =
@evt.is_open_read = false
# O_PATH: opened neither for reading nor for writing, and O_CREAT is ignored
openat tid=70 res=5 dirfd=-100 flags=O_RDONLY|O_PATH kind=file path=/etc/shadow name=/etc/shadow cgroup=1
@evt.is_open_read = false
@evt.is_open_write = false
openat tid=70 res=5 dirfd=-100 flags=O_RDWR|O_PATH|O_CREAT mode=0755 kind=file path=/etc/shadow name=/etc/shadow cgroup=1
@evt.is_open_read = false
@evt.is_open_write = false
@evt.is_open_create = false
@evt.is_open_exec = false
# O_TMPFILE: the path as given is that of the directory
openat tid=70 res=5 dirfd=-100 flags=O_RDWR|O_TMPFILE mode=0600 kind=file path=/tmp/\x234711\x20(deleted) name=/tmp cgroup=1
@fd.name = /tmp/#4711 (deleted)
@fd.directory = /tmp
@fd.filename = #4711 (deleted)
openat tid=70 res=-13 dirfd=-100 flags=O_RDWR|O_TMPFILE mode=0600 name=/tmp cgroup=1
@fd.name = /tmp
@fd.directory missing
@fd.filename missing
# everything opened by a path is a file, also a device or a pipe
openat tid=70 res=5 dirfd=-100 flags=O_WRONLY kind=pipe ino=8 name=/proc/self/fd/1 cgroup=1
@fd.type = file
@fd.typechar = f
@fd.name = pipe:[8]
@fd.directory missing
openat tid=70 res=5 dirfd=-100 flags=O_WRONLY kind=fifo path=/run/fifo name=/run/fifo cgroup=1
@fd.type = file
@fd.typechar = f
openat tid=70 res=5 dirfd=-100 flags=O_WRONLY kind=char path=/dev/null name=/dev/null cgroup=1
@fd.type = file
# closed before the call ended: the kind is not recorded, but the flags show a directory
openat tid=70 res=5 dirfd=-100 flags=O_RDONLY|O_DIRECTORY kind=none name=/tmp cgroup=1
@fd.type = directory
@fd.typechar = d
creat tid=70 res=5 mode=0755 kind=file path=/srv/a name=a cgroup=1
@evt.is_open_write = true
@evt.is_open_exec = true
@evt.arg.mode = 0755

# ---- connections
connect tid=70 res=-115 fd=6 tuple=tcp,10.0.0.1:40000>192.168.1.9:443,client cgroup=1
@fd.num = 6
@fd.type = ipv4
@fd.typechar = 4
@fd.name = 10.0.0.1:40000->192.168.1.9:443
@fd.cip = 10.0.0.1
@fd.sip = 192.168.1.9
@fd.lip = 10.0.0.1
@fd.rip = 192.168.1.9
@fd.cport = 40000
@fd.sport = 443
@fd.lport = 40000
@fd.rport = 443
@fd.l4proto = tcp
@fd.sockfamily = ip
@fd.is_server = false
@fd.directory missing
@evt.res = EINPROGRESS
@evt.args = res=-115(EINPROGRESS) tuple=10.0.0.1:40000->192.168.1.9:443 fd=6(<4>10.0.0.1:40000->192.168.1.9:443) addr=192.168.1.9:443
accept4 tid=70 res=7 fd=4 flags=SOCK_CLOEXEC tuple=tcp,2001:db8::1:80>2001:db8::2:50000,server cgroup=1
@fd.name = 2001:db8::2:50000->2001:db8::1:80
@fd.type = ipv6
@fd.cip = 2001:db8::2
@fd.sip = 2001:db8::1
@fd.is_server = true
@fd.connected = true
connect tid=70 res=0 fd=6 tuple=udp,10.0.0.1:40000>8.8.8.8:53,client cgroup=1
@fd.l4proto = udp
connect tid=70 res=0 fd=6 tuple=unix path=/run/x.sock cgroup=1
@fd.type = unix
@fd.typechar = u
@fd.name = /run/x.sock
@fd.sip missing
@fd.sockfamily = unix
connect tid=70 res=0 fd=6 tuple=unix path=\x00hidden cgroup=1
@fd.name = @hidden

# the record of dup has no role; it is known from connect and accept
accept4 tid=70 res=7 fd=4 tuple=tcp,10.0.0.1:60000>10.0.0.9:22,server,ino:77 cgroup=1
dup tid=70 res=8 oldfd=7 newfd=-1 file=tcp,10.0.0.1:60000>10.0.0.9:22,ino:77 cgroup=1
@fd.name = 10.0.0.9:22->10.0.0.1:60000
@fd.is_server = true
@fd.sport = 60000
dup tid=70 res=8 oldfd=7 newfd=-1 file=tcp,10.0.0.1:60000>10.0.0.9:22,ino:78 cgroup=1
@fd.name = 10.0.0.1:60000->10.0.0.9:22
@fd.is_server missing

# ---- descriptors, memory, processes
dup2 tid=70 res=1 oldfd=3 newfd=1 file=file path=/tmp/log cgroup=1
@fd.num = 1
@fd.name = /tmp/log
@evt.args = res=1(<f>/tmp/log) oldfd=3 newfd=1(<f>/tmp/log)
@evt.category = IO
memfd_create tid=70 res=8 flags=MFD_CLOEXEC name=update ino=5 cgroup=1
@fd.name = memfd:update
@fd.type = memfd
@evt.arg.flags = MFD_CLOEXEC
setresuid tid=70 res=0 arg_real=4294967295 arg_effective=1000 arg_saved=4294967295 uid=1000 euid=1000 suid=0 gid=1000 egid=1000 cgroup=1
@user.uid = 1000
@user.name = alice
@evt.arg.euid = alice
@evt.rawarg.euid = 1000
ptrace tid=70 res=-3 request=PTRACE_PEEKTEXT addr=0x1000 data=0 pid=5 cgroup=1
@evt.args = res=-3(ESRCH) addr=1000 data=0 request=1(PTRACE_PEEKTEXT) pid=5
mount tid=70 res=0 dev=tmpfs dir=/mnt type=tmpfs flags=MS_NOSUID|MS_NODEV cgroup=1
@fs.path.source = tmpfs
@fs.path.target = /mnt
@evt.changed missing
@evt.arg.type = tmpfs
@evt.arg.flags = MS_NOSUID|MS_NODEV
mount tid=70 res=0 dev=tmpfs dir=/mnt type=tmpfs target=/srv cgroup=1
@fs.path.target = /srv
unlink tid=70 res=0 path=/link/name// file=/real/name cgroup=1
@evt.changed = false
unlink tid=70 res=0 path=/link/other file=/real/name cgroup=1
@evt.changed = true
unlink tid=70 res=0 path=/link/name cgroup=1
@evt.changed missing
unlink tid=70 res=0 path=/link/.. file=/real cgroup=1
@evt.changed missing
rename tid=70 res=0 oldpath=/a newpath=/b oldfile=/a newfile=/a cgroup=1
@evt.changed = true
rename tid=70 res=0 oldpath=a newpath=b oldfile=/srv/a newfile=/srv/b cgroup=1
@evt.changed = false
clone tid=70 res=71 clone_flags=CLONE_VM|CLONE_THREAD child_tid=71 child_tgid=70 child_ppid=60 child_start_ns=71000000 child_vtid=71 child_vpid=70 comm=worker cgroup=1
@evt.arg.flags = CLONE_VM|CLONE_THREAD
@proc.nthreads = 2
getppid tid=71 tgid=70 start=71000000 res=60 cgroup=1
@proc.name = python3
@proc.aname[1] = zsh
@proc.comm = worker
@proc.cmdline = python3 -c print(1)  end
@thread.ismain = false
@thread.vtid = 71
@proc.pid = 70
@evt.type = getppid
@user.uid = 1000
procexit tid=71 tgid=70 start=71000000 status=0x100 cgroup=1
@evt.type = procexit
@syscall.type missing
@evt.res missing
@evt.arg.ret = 1
@evt.arg.sig = 0
getppid tid=70 cgroup=1
@proc.nthreads = 1
procexit tid=60 status=9 sig=SIGKILL group_dead=1 reaper=1 cgroup=1
@evt.arg.sig = SIGKILL
@proc.name = zsh
getppid tid=70 cgroup=1
@proc.pname = systemd
@proc.ppid = 1
@proc.aname = (systemd)
@proc.sname missing

# ---- a container in Kubernetes, and an unknown process
execve tid=80 start=80000000 vpid=7 pidns=7 pidns_start_ns=70000000 euid=0 comm=app exe=/app argv=/app cgroup=2
@container.id = 63060edc2d3a
@container.full_id = 63060edc2d3aa803ab559f2393776b151f99fc5b05035b21db66b3b62246ad6a
@container.type = containerd
@container.name = pending
@container.start_ts = 1700000000070000000
@k8s.pod.uid = 3e41dc6b-08a8-44db-bc2a-3724b18ab19a
@proc.vpid = 7
@proc.pname missing
@proc.aname missing
@proc.ppid missing
@user.name = root
setresuid tid=80 start=80000000 res=0 uid=1000 euid=1000 cgroup=2
@user.name missing
@user.uid = 1000
getppid tid=4000 cgroup=77
@proc.name missing
@proc.exepath missing
@proc.pid = 4000
@proc.cmdline missing
@user.uid missing
@container.id = pending

# ---- a relative name of a failed open is made absolute by the working directory, until that is unknown
execve tid=80 ppid=60 pgid=80 sid=60 vtid=80 vpid=80 vpgid=80 comm=mover exe=/usr/bin/mover filename=/usr/bin/mover argv=mover cwd=/srv cgroup=1
@proc.cwd = /srv/
openat tid=80 res=-2 dirfd=-100 flags=O_RDONLY name=notes cgroup=1
@fd.name = /srv/notes
chdir tid=80 res=-2 cgroup=1
@proc.cwd = /srv/
chdir tid=80 res=0 cgroup=1
@proc.cwd missing
openat tid=80 res=-2 dirfd=-100 flags=O_RDONLY name=notes cgroup=1
@fd.name missing
openat tid=80 res=-2 dirfd=-100 flags=O_RDONLY name=/etc/notes cgroup=1
@fd.name = /etc/notes
clone tid=80 res=81 child_tid=81 child_tgid=81 child_ppid=80 child_start_ns=81000000 child_vtid=81 child_vpid=81 comm=mover cgroup=1 child_cgroup_id=1
openat tid=81 res=-2 dirfd=-100 flags=O_RDONLY name=notes cgroup=1
@fd.name missing
execve tid=81 ppid=80 pgid=80 sid=60 vtid=81 vpid=81 vpgid=80 comm=mover exe=/usr/bin/mover filename=/usr/bin/mover argv=mover cwd=/tmp cgroup=1
@proc.cwd = /tmp/
openat tid=81 res=-2 dirfd=-100 flags=O_RDONLY name=notes cgroup=1
@fd.name = /tmp/notes
fchdir tid=81 res=0 cgroup=1
@proc.cwd missing
execve tid=81 ppid=80 pgid=80 sid=60 vtid=81 vpid=81 vpgid=80 comm=mover exe=/usr/bin/mover filename=/usr/bin/mover argv=mover cwd=/tmp cgroup=1
syscall tid=81 nr=80 res=-13 cgroup=1
@proc.cwd = /tmp/
syscall tid=81 nr=80 res=0 cgroup=1
@proc.cwd missing

# ---- the three descriptors of a program
execve tid=70 ppid=60 pgid=70 sid=60 comm=a exe=/bin/a argv=a stdin_fd=char,1:3 stdout_fd=char,136:300 stderr_fd=directory cgroup=1
@proc.stdin.type = file
@proc.stdin.name = /dev/null
@proc.stdout.type = file
@proc.stdout.name = /dev/pts/300
@proc.stderr.type = directory
@proc.stderr.name missing
execve tid=70 ppid=60 pgid=70 sid=60 comm=a exe=/bin/a argv=a stdin_fd=file exe_flags=LOWER_LAYER|INTERPRETER stdin_path=/etc/passwd stdout_fd=memfd stdout_path="/memfd:x (deleted)" stderr_fd=char,99:1 stderr_path=/dev/strange cgroup=1
@proc.stdin.name = /etc/passwd
@proc.is_exe_upper_layer = false
@proc.is_exe_lower_layer = true
@proc.stdout.name = memfd:x
@proc.stderr.name = /dev/strange
execve tid=70 ppid=60 pgid=70 sid=60 comm=a exe=/bin/a argv=a stdin_fd=char,1:3 stdin_path=/tmp/mine stdout_fd=directory stdout_path=/srv stderr_fd=fifo stderr_path=/tmp/f cgroup=1
@proc.stdin.name = /dev/null
@proc.stdout.name = /srv
@proc.stderr.name = /tmp/f
@proc.stderr.type = pipe
execve tid=70 ppid=60 pgid=70 sid=60 comm=a exe=/bin/a argv=a stdin_fd=char,4:65 stdout_fd=char,5:0 stderr_fd=char,99:1 cgroup=1
@proc.stdin.name = /dev/ttyS1
@proc.stdout.name = /dev/tty
@proc.stderr.name missing
