# SPDX-License-Identifier: Apache-2.0
# Tests each argument of each event, in Falco's order, as rules and outputs read it.

user uid=0 gid=0 name=root home=/root shell=/bin/bash
user uid=1000 gid=1000 name=alice home=/home/alice shell=/bin/zsh
group gid=1000 name=staff
task tid=1 group_start_ns=1000000 ppid=0 sid=1 pgid=1 vpid=1 vtid=1 vpgid=1 comm=systemd exe=/usr/lib/systemd/systemd argv=/sbin/init loginuid=4294967295 cgroup=1
execve tid=70 ppid=1 pgid=70 sid=60 vtid=70 vpid=70 vpgid=70 uid=1000 euid=1000 gid=1000 egid=1000 loginuid=1000 sessionid=3 tty=34816 pidns=4026531836 pidns_start_ns=1000 cap_inheritable=0x1 cap_permitted=0x20 cap_effective=0x3 exe_ino=99 exe_ctime_ns=1600000000000000000 exe_mtime_ns=1500000000000000000 exe_flags=WRITABLE comm=python3 exe=/usr/bin/python3.11 filename=/usr/bin/python3 argv="./py|-c|print(1)|" env="HOME=/root|" cwd=/srv cgroup=1
@evt.args = res=0 exe=./py args=-c.print(1). tid=70(python3) pid=70(python3) ptid=1(systemd) cwd=/srv comm=python3 env=HOME=/root. tty=34816 vpgid=70(python3) loginuid=1000(alice) flags=1(EXE_WRITABLE) cap_inheritable=1(CAP_CHOWN) cap_permitted=32(CAP_KILL) cap_effective=3(CAP_CHOWN|CAP_DAC_OVERRIDE) exe_ino=99 exe_ino_ctime=1600000000000000000 exe_ino_mtime=1500000000000000000 uid=1000(alice) trusted_exepath=/usr/bin/python3.11 pgid=70(python3) gid=1000(staff) filename=/usr/bin/python3
@evt.arg.ptid = systemd
@evt.rawarg.ptid = 1
@evt.rawarg.tid = 70
execve tid=70 res=-13 ppid=1 pgid=70 sid=60 vtid=70 vpid=70 vpgid=70 uid=1000 euid=1000 gid=1000 egid=1000 loginuid=1000 tty=34816 comm=python3 filename=/root/x argv="x|" cwd=/srv cgroup=1
@evt.args = res=-13(EACCES) exe=x args= tid=70(python3) pid=70(python3) ptid=1(systemd) cwd=/srv comm=python3 tty=34816 vpgid=70(python3) loginuid=1000(alice) flags=0 cap_inheritable=0 cap_permitted=0 cap_effective=0 exe_ino=0 exe_ino_ctime=0 exe_ino_mtime=0 uid=1000(alice) pgid=70(python3) gid=1000(staff) filename=/root/x
open tid=70 res=3 dirfd=-100 flags=O_RDWR|O_CREAT|O_EXCL mode=0600 dev=0x800002 ino=4711 kind=file path=/etc/motd name=/etc/motd cgroup=1
@evt.args = fd=3(<f>/etc/motd) name=/etc/motd flags=194(O_EXCL|O_CREAT|O_RDWR) mode=0600 dev=800002 ino=4711
open tid=70 res=-2 dirfd=-100 flags=O_RDONLY name=nothing cgroup=1
@evt.args = fd=-2(ENOENT) name=nothing(/srv/nothing) flags=0(O_RDONLY) mode=0 dev=0 ino=0
openat tid=70 res=3 dirfd=-100 flags=O_RDONLY|O_CLOEXEC dev=0x800002 ino=4711 kind=file path=/etc/motd name=../etc/motd cgroup=1
@evt.args = fd=3(<f>/etc/motd) dirfd=-100(AT_FDCWD) name=../etc/motd(/etc/motd) flags=524288(O_RDONLY|O_CLOEXEC) mode=0 dev=800002 ino=4711
openat tid=70 res=4 dirfd=3 flags=O_WRONLY|O_APPEND dev=0x800002 ino=4712 kind=file path=/srv/log name=log cgroup=1
@evt.args = fd=4(<f>/srv/log) dirfd=3 name=log flags=1025(O_APPEND|O_WRONLY) mode=0 dev=800002 ino=4712
openat2 tid=70 res=3 dirfd=-100 flags=O_RDONLY resolve=RESOLVE_BENEATH|RESOLVE_NO_SYMLINKS dev=0x800002 ino=4711 kind=file path=/srv/a name=a cgroup=1
@evt.args = fd=3(<f>/srv/a) dirfd=-100(AT_FDCWD) name=a(/srv/a) flags=0(O_RDONLY) mode=0 resolve=12(RESOLVE_NO_SYMLINKS|RESOLVE_BENEATH) dev=800002 ino=4711
creat tid=70 res=5 dirfd=-100 mode=0755 dev=0x800002 ino=4713 kind=file path=/srv/b name=b cgroup=1
@evt.args = fd=5(<f>/srv/b) name=b(/srv/b) mode=0755 dev=800002 ino=4713
connect tid=70 res=0 fd=6 tuple=tcp,10.0.0.1:40000>192.168.1.9:443,client cgroup=1
@evt.args = res=0 tuple=10.0.0.1:40000->192.168.1.9:443 fd=6(<4>10.0.0.1:40000->192.168.1.9:443) addr=192.168.1.9:443
connect tid=70 res=-111 fd=6 tuple=tcp,::1:40000>::1:443,client cgroup=1
@evt.args = res=-111(ECONNREFUSED) tuple=::1:40000->::1:443 fd=6(<6>::1:40000->::1:443) addr=::1:443
connect tid=70 res=0 fd=7 tuple=unix path=/run/x.sock cgroup=1
@evt.args = res=0 tuple=/run/x.sock fd=7(<u>/run/x.sock) addr=/run/x.sock
accept tid=70 res=8 fd=4 tuple=tcp,10.0.0.1:60000>10.0.0.9:22,server,ino:77 cgroup=1
@evt.args = fd=8(<4>10.0.0.9:22->10.0.0.1:60000) tuple=10.0.0.9:22->10.0.0.1:60000
accept4 tid=70 res=9 fd=4 flags=SOCK_CLOEXEC|SOCK_NONBLOCK tuple=tcp,2001:db8::1:80>2001:db8::2:50000,server cgroup=1
@evt.args = fd=9(<6>2001:db8::2:50000->2001:db8::1:80) tuple=2001:db8::2:50000->2001:db8::1:80 flags=526336(SOCK_NONBLOCK|SOCK_CLOEXEC)
dup tid=70 res=10 oldfd=3 newfd=-1 file=file path=/etc/motd cgroup=1
@evt.args = res=10(<f>/etc/motd) oldfd=3
dup2 tid=70 res=1 oldfd=3 newfd=1 file=file path=/etc/motd cgroup=1
@evt.args = res=1(<f>/etc/motd) oldfd=3 newfd=1(<f>/etc/motd)
dup3 tid=70 res=11 oldfd=3 newfd=11 flags=O_CLOEXEC file=file path=/etc/motd cgroup=1
@evt.args = res=11(<f>/etc/motd) oldfd=3 newfd=11(<f>/etc/motd) flags=524288(O_RDONLY|O_CLOEXEC)
dup2 tid=70 res=-9 oldfd=99 newfd=1 cgroup=1
@evt.args = res=-9(EBADF) oldfd=99 newfd=1
fcntl tid=70 res=12 oldfd=3 newfd=-1 cmd=1030 flags=10 file=file path=/etc/motd cgroup=1 => Duplicated for good
@evt.args = res=12(<f>/etc/motd) fd=3 cmd=1030(F_DUPFD_CLOEXEC) arg=10
ptrace tid=70 res=0 request=PTRACE_POKETEXT addr=0x1000 data=0x90 pid=5 cgroup=1
@evt.args = res=0 addr=1000 data=90 request=4(PTRACE_POKETEXT) pid=5
ptrace tid=70 res=-3 request=PTRACE_ATTACH pid=5 cgroup=1
@evt.args = res=-3(ESRCH) addr=0 data=0 request=16(PTRACE_ATTACH) pid=5
ptrace tid=70 res=0 request=PTRACE_ATTACH pid=5 target=1 target_start_ns=1000000 cgroup=1
@evt.args = res=0 addr=0 data=0 request=16(PTRACE_ATTACH) pid=5(systemd)
@evt.rawarg.pid = 5
ptrace tid=70 res=0 request=PTRACE_ATTACH pid=1 target=1 target_start_ns=999999000000 cgroup=1
@evt.args = res=0 addr=0 data=0 request=16(PTRACE_ATTACH) pid=1
process_vm_writev tid=70 res=16 pid=5 cgroup=1
@evt.args = res=16 pid=5
process_vm_writev tid=70 res=16 pid=70 target=70 cgroup=1
@evt.args = res=16 pid=70(python3)
memfd_create tid=70 res=13 flags=MFD_CLOEXEC|MFD_ALLOW_SEALING name=update ino=5 cgroup=1
@evt.args = fd=13(<m>memfd:update) name=update flags=3(MFD_CLOEXEC|MFD_ALLOW_SEALING)
setuid tid=70 res=0 arg_real=0 uid=0 euid=0 suid=0 gid=1000 egid=1000 cgroup=1
@evt.args = res=0 uid=0(root)
setgid tid=70 res=0 arg_real=1000 uid=1000 euid=1000 gid=1000 egid=1000 cgroup=1
@evt.args = res=0 gid=1000(staff)
setfsuid tid=70 res=1000 arg_real=1000 uid=1000 euid=1000 gid=1000 egid=1000 cgroup=1
@evt.args = res=1000 uid=1000(alice)
setfsgid tid=70 res=1000 arg_real=1000 uid=1000 euid=1000 gid=1000 egid=1000 cgroup=1
@evt.args = res=1000 gid=1000(staff)
setreuid tid=70 res=0 arg_real=4294967295 arg_effective=1000 uid=1000 euid=1000 gid=1000 egid=1000 cgroup=1
@evt.args = res=0 ruid=-1(<NONE>) euid=1000(alice)
setregid tid=70 res=-1 arg_real=0 arg_effective=1000 uid=1000 euid=1000 gid=1000 egid=1000 cgroup=1
@evt.args = res=-1(EPERM) rgid=0 egid=1000(staff)
setresuid tid=70 res=0 arg_real=1000 arg_effective=0 arg_saved=4294967295 uid=1000 euid=0 gid=1000 egid=1000 cgroup=1
@evt.args = res=0 ruid=1000(alice) euid=0(root) suid=-1(<NONE>)
setresgid tid=70 res=0 arg_real=1000 arg_effective=1000 arg_saved=4242 uid=1000 euid=1000 gid=1000 egid=1000 cgroup=1
@evt.args = res=0 rgid=1000(staff) egid=1000(staff) sgid=4242
init_module tid=70 res=0 image_len=4096 params="debug=1" cgroup=1
@evt.args = res=0 length=4096 uargs=debug=1
finit_module tid=70 res=0 fd=3 params="debug=1" flags=MODULE_INIT_IGNORE_VERMAGIC path=/etc/motd cgroup=1
@evt.args = res=0 fd=3(<f>/etc/motd) uargs=debug=1 flags=2(MODULE_INIT_IGNORE_VERMAGIC)
mount tid=70 res=0 dev=tmpfs dir=/mnt type=tmpfs flags=MS_NOSUID|MS_NODEV cgroup=1
@evt.args = res=0 dev=tmpfs dir=/mnt type=tmpfs flags=6(MS_NOSUID|MS_NODEV)
clone tid=70 res=71 clone_flags=CLONE_VM|CLONE_THREAD child_tid=71 child_tgid=70 child_ppid=1 child_start_ns=71000000 child_vtid=71 child_vpid=70 comm=worker cgroup=1
@evt.args = res=71(worker) exe=./py args=-c.print(1). tid=70(python3) pid=70(python3) ptid=1(systemd) cwd=/srv/ comm=worker flags=65792(CLONE_VM|CLONE_THREAD) uid=1000 gid=1000 vtid=71 vpid=70 pidns_init_start_ts=1700000000000001000
clone3 tid=70 res=-11 clone_flags=CLONE_NEWUSER comm=python3 cgroup=1
@evt.args = res=-11(EAGAIN) exe=./py args=-c.print(1). tid=70(python3) pid=70(python3) ptid=1(systemd) cwd=/srv/ comm=python3 flags=268435456(CLONE_NEWUSER) uid=1000 gid=1000 vtid=0 vpid=0 pidns_init_start_ts=1700000000000001000
fork tid=70 res=72 child_tid=72 child_tgid=72 child_ppid=70 child_start_ns=72000000 child_vtid=72 child_vpid=72 comm=python3 cgroup=1
@evt.args = res=72(python3) exe=./py args=-c.print(1). tid=70(python3) pid=70(python3) ptid=1(systemd) cwd=/srv/ comm=python3 flags=0 uid=1000 gid=1000 vtid=72 vpid=72 pidns_init_start_ts=1700000000000001000
vfork tid=70 res=73 child_tid=73 child_tgid=73 child_ppid=70 child_start_ns=73000000 child_vtid=73 child_vpid=73 comm=python3 cgroup=1
@evt.args = res=73(python3) exe=./py args=-c.print(1). tid=70(python3) pid=70(python3) ptid=1(systemd) cwd=/srv/ comm=python3 flags=0 uid=1000 gid=1000 vtid=73 vpid=73 pidns_init_start_ts=1700000000000001000
procexit tid=73 start=73000000 status=0x100 group_dead=1 reaper=1 cgroup=1
@evt.args = status=256 ret=1 sig=0 core=0 reaper_tid=1(systemd)
procexit tid=72 start=72000000 status=139 sig=SIGSEGV core=1 group_dead=1 reaper=1 cgroup=1
@evt.args = status=139 ret=0 sig=11(SIGSEGV) core=1 reaper_tid=1(systemd)
module_load tid=70 name=dummy cgroup=1
@evt.args = name=dummy
fcntl tid=70 res=13 oldfd=3 newfd=-1 cmd=0 flags=0 file=file path=/etc/motd cgroup=1
@evt.args = res=13(<f>/etc/motd) fd=3 cmd=0(F_DUPFD) arg=0
