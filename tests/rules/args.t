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
accept tid=70 res=8 fd=4 queuelen=3 queuemax=12 tuple=tcp,10.0.0.1:60000>10.0.0.9:22,server,ino:77 cgroup=1
@evt.args = fd=8(<4>10.0.0.9:22->10.0.0.1:60000) tuple=10.0.0.9:22->10.0.0.1:60000 queuepct=25 queuelen=3 queuemax=12
accept4 tid=70 res=9 fd=4 flags=SOCK_CLOEXEC|SOCK_NONBLOCK tuple=tcp,2001:db8::1:80>2001:db8::2:50000,server cgroup=1
@evt.args = fd=9(<6>2001:db8::2:50000->2001:db8::1:80) tuple=2001:db8::2:50000->2001:db8::1:80 queuepct=0 queuelen=0 queuemax=0 flags=526336(SOCK_NONBLOCK|SOCK_CLOEXEC)
dup tid=70 res=10 oldfd=3 newfd=-1 file=file path=/etc/motd cgroup=1
@evt.args = res=10(<f>/etc/motd) oldfd=3
dup2 tid=70 res=1 oldfd=3 newfd=1 file=file path=/etc/motd cgroup=1
@evt.args = res=1(<f>/etc/motd) oldfd=3 newfd=1(<f>/etc/motd)
dup3 tid=70 res=11 oldfd=3 newfd=11 flags=O_CLOEXEC file=file path=/etc/motd cgroup=1
@evt.args = res=11(<f>/etc/motd) oldfd=3 newfd=11(<f>/etc/motd) flags=524288(O_RDONLY|O_CLOEXEC)
dup2 tid=70 res=-9 oldfd=99 newfd=1 cgroup=1
@evt.args = res=-9(EBADF) oldfd=99 newfd=1
fcntl tid=70 res=12 oldfd=3 newfd=-1 cmd=1030 flags=10 arg=10 file=file path=/etc/motd cgroup=1 => Duplicated for good
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
unlink tid=70 res=0 dirfd=-100 path=old cgroup=1
@evt.args = res=0 path=old(/srv/old)
@fs.path.name = /srv/old
@fs.path.nameraw = old
unlinkat tid=70 res=-20 dirfd=5 path=sub/../old flags=AT_REMOVEDIR dir=/var/lib cgroup=1
@evt.args = res=-20(ENOTDIR) dirfd=5 name=sub/../old(/var/lib/old) flags=512(AT_REMOVEDIR)
@fs.path.name = /var/lib/old
@evt.category = file
unlinkat tid=70 res=-9 dirfd=99 path=x cgroup=1
@evt.args = res=-9(EBADF) dirfd=99 name=x flags=0
@fs.path.name missing
unlinkat tid=70 res=0 dirfd=-100 path=x cgroup=1
@evt.args = res=0 dirfd=-100(AT_FDCWD) name=x(/srv/x) flags=0
rmdir tid=70 res=0 path=/bin/x cgroup=1
@evt.args = res=0 path=/bin/x
@fs.path.name = /bin/x
rename tid=70 res=0 olddirfd=-100 newdirfd=-100 oldpath=a newpath=/bin/b cgroup=1
@evt.args = res=0 oldpath=a(/srv/a) newpath=/bin/b
@fs.path.source = /srv/a
@fs.path.sourceraw = a
@fs.path.target = /bin/b
@fs.path.name missing
renameat tid=70 res=0 olddirfd=3 newdirfd=4 oldpath=a newpath=b olddir=/one newdir=/two cgroup=1
@evt.args = res=0 olddirfd=3 oldpath=a(/one/a) newdirfd=4 newpath=b(/two/b)
@fs.path.source = /one/a
@fs.path.target = /two/b
@fs.path.targetraw = b
renameat2 tid=70 res=-17 olddirfd=-100 newdirfd=4 oldpath=a newpath=b newdir=/two flags=RENAME_NOREPLACE cgroup=1
@evt.args = res=-17(EEXIST) olddirfd=-100(AT_FDCWD) oldpath=a(/srv/a) newdirfd=4 newpath=b(/two/b) flags=1(RENAME_NOREPLACE)
link tid=70 res=0 olddirfd=-100 newdirfd=-100 oldpath=/etc/shadow newpath=s cgroup=1
@evt.args = res=0 oldpath=/etc/shadow newpath=s(/srv/s)
@fs.path.source = /etc/shadow
@fs.path.target = /srv/s
linkat tid=70 res=0 olddirfd=3 newdirfd=-100 oldpath=shadow newpath=s olddir=/etc flags=AT_SYMLINK_FOLLOW cgroup=1
@evt.args = res=0 olddir=3 oldpath=shadow(/etc/shadow) newdir=-100(AT_FDCWD) newpath=s(/srv/s) flags=1024(AT_SYMLINK_FOLLOW)
@fs.path.source = /etc/shadow
symlink tid=70 res=0 linkdirfd=-100 target=../etc/shadow linkpath=s cgroup=1
@evt.args = res=0 target=../etc/shadow linkpath=s(/srv/s)
@fs.path.source = ../etc/shadow
@fs.path.target = /srv/s
symlinkat tid=70 res=0 linkdirfd=4 target=/etc/shadow linkpath=s linkdir=/tmp cgroup=1
@evt.args = res=0 target=/etc/shadow linkdirfd=4 linkpath=s(/tmp/s)
@fs.path.target = /tmp/s
mkdir tid=70 res=0 dirfd=-100 mode=0755 path=/usr/bin/.x cgroup=1
@evt.args = res=0 path=/usr/bin/.x mode=0755
@fs.path.name = /usr/bin/.x
mkdirat tid=70 res=0 dirfd=5 mode=0700 path=.x dir=/usr/bin cgroup=1
@evt.args = res=0 dirfd=5 path=.x(/usr/bin/.x) mode=0700
mknod tid=70 res=0 dirfd=-100 mode=S_IFBLK|S_IRUSR|S_IWUSR dev=0x801 path=/tmp/sda cgroup=1
@evt.args = res=0 path=/tmp/sda mode=060600(S_IFBLK|S_IRUSR|S_IWUSR) dev=801
@evt.category = other
mknodat tid=70 res=0 dirfd=5 mode=S_IFIFO|S_IRUSR path=f dir=/tmp cgroup=1
@evt.args = res=0 dirfd=5 path=f(/tmp/f) mode=010400(S_IFIFO|S_IRUSR) dev=0
chmod tid=70 res=0 fd=-1 dirfd=-100 mode=S_ISUID|S_IRUSR|S_IXUSR filename=sh cgroup=1
@evt.args = res=0 filename=sh(/srv/sh) mode=04500(S_ISUID|S_IRUSR|S_IXUSR)
@evt.arg.mode = S_ISUID|S_IRUSR|S_IXUSR
@evt.rawarg.mode = 2368
@fs.path.name = /srv/sh
@fd.num missing
fchmod tid=70 res=0 fd=6 dirfd=-100 mode=S_ISGID|S_IROTH file=/srv/run cgroup=1
@evt.args = res=0 fd=6(<f>/srv/run) mode=02004(S_ISGID|S_IROTH)
@fd.num = 6
@fd.name = /srv/run
@fs.path.name = /srv/run
fchmodat tid=70 res=0 fd=-1 dirfd=5 mode=S_IRUSR filename=f dir=/srv/d cgroup=1
@evt.args = res=0 dirfd=5 filename=f(/srv/d/f) mode=0400(S_IRUSR)
fchmodat2 tid=70 res=0 fd=-1 dirfd=5 mode=S_IRUSR filename=f dir=/srv/d flags=AT_SYMLINK_NOFOLLOW cgroup=1
@evt.args = res=0 dirfd=5 filename=f(/srv/d/f) mode=0400(S_IRUSR) flags=256(AT_SYMLINK_NOFOLLOW)
@evt.type = fchmodat
@evt.type.is.fchmodat = 1
@syscall.type = fchmodat2
chown tid=70 res=0 fd=-1 dirfd=-100 uid=1000 gid=4294967295 path=/srv/x cgroup=1
@evt.args = res=0 path=/srv/x uid=1000(alice) gid=-1(<NONE>)
fchown tid=70 res=0 fd=6 dirfd=-100 uid=0 gid=1000 file=/srv/run cgroup=1
@evt.args = res=0 fd=6(<f>/srv/run) uid=0(root) gid=1000(staff)
fchownat tid=70 res=0 fd=-1 dirfd=5 uid=0 gid=0 path=f dir=/srv/d flags=AT_EMPTY_PATH cgroup=1
@evt.args = res=0 dirfd=5 pathname=f(/srv/d/f) uid=0(root) gid=0 flags=4096(AT_EMPTY_PATH)
truncate tid=70 res=0 fd=-1 length=0 path=/var/log/wtmp cgroup=1
@evt.args = res=0 path=/var/log/wtmp length=0
@fs.path.name = /var/log/wtmp
ftruncate tid=70 res=0 fd=6 length=10 file=/var/log/wtmp cgroup=1
@evt.args = res=0 fd=6(<f>/var/log/wtmp) length=10
@fs.path.name = /var/log/wtmp
utimensat tid=70 res=0 dirfd=6 dir=/srv/touched cgroup=1
@fs.path.name = /srv/touched
setxattr tid=70 res=0 fd=-1 dirfd=-100 size=20 path=/srv/x name=security.capability flags=XATTR_CREATE cgroup=1
@evt.args = res=0 path=/srv/x name=security.capability size=20 flags=1(XATTR_CREATE)
fremovexattr tid=70 res=-61 fd=6 dirfd=-100 name=user.a file=/srv/y cgroup=1
@evt.args = res=-61(ENODATA) fd=6(<f>/srv/y) name=user.a
open_by_handle_at tid=70 res=7 mountfd=5 flags=O_RDWR dev=0x801 ino=12 path=/etc/shadow cgroup=1
@evt.args = fd=7(<f>/etc/shadow) mountfd=5 flags=2(O_RDWR) path=/etc/shadow dev=801 ino=12
@fd.name = /etc/shadow
@fs.path.name = /etc/shadow
copy_file_range tid=70 res=10 fdin=3 fdout=4 len=100 filein=/a fileout=/b offin=-1 offout=-1 cgroup=1
@evt.args = res=10 fdout=4 offout=-1 fdin=3 offin=-1 len=100
umount2 tid=70 res=0 flags=MNT_DETACH name=/mnt cgroup=1
@evt.args = res=0 name=/mnt flags=2(MNT_DETACH)
@fs.path.name = /mnt
pivot_root tid=70 res=0 new_root=/a put_old=/a/b cgroup=1
@evt.args = res=0 new_root=/a put_old=/a/b
@fs.path.target = /a/b
chroot tid=70 res=-1 fd=-1 path=/srv/jail cgroup=1
@evt.args = res=-1(EPERM) path=/srv/jail
@evt.category = process
@fs.path.name = /srv/jail
fchdir tid=70 res=-13 fd=5 file=/root cgroup=1
@evt.args = res=-13(EACCES) fd=5(<f>/root)
@fs.path.name = /root
move_mount tid=70 res=0 from_dirfd=4 to_dirfd=-100 from_path="" to_path=/mnt flags=MOVE_MOUNT_F_EMPTY_PATH cgroup=1
@fs.path.target = /mnt
@evt.arg.flags = MOVE_MOUNT_F_EMPTY_PATH
open_tree tid=70 res=4 dirfd=-100 path=/ flags=OPEN_TREE_CLONE|AT_RECURSIVE cgroup=1
@evt.args = fd=4 dirfd=-100(AT_FDCWD) path=/ flags=32769(OPEN_TREE_CLONE|AT_RECURSIVE)
fsopen tid=70 res=5 flags=FSOPEN_CLOEXEC type=overlay cgroup=1
@evt.args = fd=5 type=overlay flags=1(FSOPEN_CLOEXEC)
@evt.category = system
fsconfig tid=70 res=0 fd=5 cmd=FSCONFIG_SET_STRING key=lowerdir value=/a cgroup=1
@evt.args = res=0 fd=5 cmd=1(FSCONFIG_SET_STRING) key=lowerdir value_charbuf=/a aux=0
fsmount tid=70 res=6 fs_fd=5 attr_flags=MOUNT_ATTR_NOSUID cgroup=1
@evt.args = fd=6 fs_fd=5 flags=0 attr_flags=2(MOUNT_ATTR_NOSUID)
swapoff tid=70 res=0 path=/swap cgroup=1
@evt.args = res=0 path=/swap
quotactl tid=70 res=0 cmd=0x80000200 id=0 fd=-1 special=/dev/sda1 cgroup=1
@evt.args = res=0 special=/dev/sda1 cmd=80000200 type=0(USRQUOTA) id=0 quota_fmt=0
@evt.category = user
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
fcntl tid=70 res=0 oldfd=3 newfd=-1 cmd=4 flags=2048 arg=2048 file=file path=/etc/motd cgroup=1
@evt.args = res=0 fd=3(<f>/etc/motd) cmd=4(F_SETFL) arg=2048
@fd.num = 3
kill tid=70 res=0 pid=1 target=1 target_start_ns=1000000 sig=SIGTERM cgroup=1
@evt.args = res=0 pid=1(systemd) sig=15(SIGTERM)
@evt.arg.sig = SIGTERM
@evt.rawarg.sig = 15
@evt.category = signal
kill tid=70 res=-3 pid=-9 sig=SIGKILL cgroup=1
@evt.args = res=-3(ESRCH) pid=-9 sig=9(SIGKILL)
# The record of a driver, or capture, of before kill was an event: the call without its arguments.
syscall tid=70 nr=62 res=0 cgroup=1
@evt.type = kill
@evt.arg.sig missing
@evt.rawarg.sig missing
@evt.args = ID=62(kill) nativeID=62
tkill tid=70 res=0 pid=70 target=70 sig=SIGCONT cgroup=1
@evt.args = res=0 tid=70(python3) sig=18(SIGCONT)
tgkill tid=70 res=0 process=70 pid=70 target=70 sig=0 cgroup=1
@evt.args = res=0 pid=70(python3) tid=70(python3) sig=0
pidfd_open tid=70 res=5 pid=1 target=1 target_start_ns=1000000 flags=PIDFD_NONBLOCK cgroup=1
@evt.args = fd=5 pid=1(systemd) flags=2048(PIDFD_NONBLOCK)
pidfd_getfd tid=70 res=6 pid_fd=5 target_fd=3 ino=4711 cgroup=1
@evt.args = fd=6 pid_fd=5 target_fd=3 flags=0
pidfd_send_signal tid=70 res=0 pid_fd=5 sig=SIGHUP cgroup=1
@evt.args = res=0 pid_fd=5 sig=1(SIGHUP) flags=0
setns tid=70 res=0 fd=7 nstype=CLONE_NEWNET ino=4026531840 cgroup=1
@evt.args = res=0 fd=7 nstype=1073741824(CLONE_NEWNET)
@evt.arg.nstype = CLONE_NEWNET
@evt.category = process
setns tid=70 res=-9 fd=-1 cgroup=1
@evt.args = res=-9(EBADF) fd=-1(EPERM) nstype=0
unshare tid=70 res=0 flags=CLONE_NEWUSER|CLONE_NEWNS cgroup=1
@evt.args = res=0 flags=268566528(CLONE_NEWNS|CLONE_NEWUSER)
@evt.arg.flags = CLONE_NEWNS|CLONE_NEWUSER
@evt.rawarg.flags = 268566528
seccomp tid=70 res=0 op=SECCOMP_SET_MODE_FILTER flags=SECCOMP_FILTER_FLAG_LOG cgroup=1
@evt.args = res=0 op=1 flags=2
prctl tid=70 res=0 option=PR_SET_DUMPABLE arg2=0 cgroup=1
@evt.args = res=0 option=4(PR_SET_DUMPABLE) arg2_int=0
@evt.arg.option = PR_SET_DUMPABLE
prctl tid=70 res=-22 option=4096 arg2=-1 cgroup=1
@evt.args = res=-22(EINVAL) option=4096(4096) arg2_int=-1
prctl tid=70 res=0 option=PR_SET_NAME arg2=4096 name=kworker/0:1 cgroup=1
@evt.args = res=0 option=15(PR_SET_NAME) arg2_str=kworker/0:1 arg2_int=4096
capset tid=70 res=0 cap_inheritable=0x1 cap_permitted=0x20 cap_effective=0x3 cgroup=1
@evt.args = res=0 cap_inheritable=1(CAP_CHOWN) cap_permitted=32(CAP_KILL) cap_effective=3(CAP_CHOWN|CAP_DAC_OVERRIDE)
setpgid tid=70 res=0 pid=70 target=70 pgid=1 cgroup=1
@evt.args = res=0 pid=70(python3) pgid=1
setsid tid=70 res=-1 cgroup=1
@evt.args = res=-1(EPERM)
process_vm_readv tid=70 res=16 pid=1 target=1 target_start_ns=1000000 cgroup=1
@evt.args = res=16 pid=1(systemd)
process_madvise tid=70 res=4096 pid_fd=5 advice=MADV_DONTNEED vlen=1 cgroup=1
@evt.args = res=4096 pid_fd=5 vlen=1 advice=4(MADV_DONTNEED) flags=0
delete_module tid=70 res=0 name=saker flags=O_TRUNC cgroup=1
@evt.args = res=0 name=saker flags=512(O_TRUNC)
bpf tid=70 res=9 cmd=BPF_PROG_LOAD first=2 size=120 cgroup=1
@evt.args = fd=9 cmd=5(BPF_PROG_LOAD) first=2 size=120
@evt.arg.cmd = BPF_PROG_LOAD
@evt.rawarg.cmd = 5
bpf tid=70 res=-1 cmd=4096 size=120 cgroup=1
@evt.args = fd=-1(EPERM) cmd=4096(4096) first=0 size=120
perf_event_open tid=70 res=9 type=PERF_TYPE_TRACEPOINT pid=1 target=1 target_start_ns=1000000 on_cpu=-1 group_fd=-1 flags=PERF_FLAG_FD_CLOEXEC cgroup=1
@evt.args = fd=9 type=2(PERF_TYPE_TRACEPOINT) pid=1(systemd) on_cpu=-1 group_fd=-1(EPERM) flags=8(PERF_FLAG_FD_CLOEXEC)
kexec_load tid=70 res=-1 entry=0x1000 segments=2 flags=KEXEC_ON_CRASH cgroup=1
@evt.args = res=-1(EPERM) entry=1000 segments=2 flags=1(KEXEC_ON_CRASH)
kexec_file_load tid=70 res=0 kernel_fd=3 initrd_fd=4 flags=KEXEC_FILE_ON_CRASH path=/boot/vmlinuz cmdline=quiet cgroup=1
@evt.args = res=0 kernel_fd=3(<f>/boot/vmlinuz) initrd_fd=4 cmdline=quiet flags=2(KEXEC_FILE_ON_CRASH)
@fd.name = /boot/vmlinuz
reboot tid=70 res=-1 magic=0xfee1dead cmd=LINUX_REBOOT_CMD_RESTART cgroup=1
@evt.args = res=-1(EPERM) magic=fee1dead cmd=19088743(LINUX_REBOOT_CMD_RESTART)
userfaultfd tid=70 res=5 flags=UFFD_USER_MODE_ONLY cgroup=1
@evt.args = res=5 flags=1(UFFD_USER_MODE_ONLY)
memfd_secret tid=70 res=5 flags=0 cgroup=1
@evt.args = fd=5(<m>memfd:) flags=0
io_uring_setup tid=70 res=5 entries=8 sq_entries=8 cq_entries=16 flags=IORING_SETUP_SQPOLL|IORING_SETUP_SQ_AFF sq_thread_cpu=1 sq_thread_idle=9 features=IORING_FEAT_NODROP cgroup=1
@evt.args = res=5 entries=8 sq_entries=8 cq_entries=16 flags=6(IORING_SETUP_SQPOLL|IORING_SETUP_SQ_AFF) sq_thread_cpu=1 sq_thread_idle=9 features=2(IORING_FEAT_NODROP)
io_uring_register tid=70 res=0 fd=5 opcode=IORING_REGISTER_FILES arg=0x1000 nr_args=3 cgroup=1
@evt.args = res=0 fd=5 opcode=2(IORING_REGISTER_FILES) arg=1000 nr_args=3
keyctl tid=70 res=7 operation=KEYCTL_READ arg2=0x10 cgroup=1
@evt.args = res=7 operation=11(KEYCTL_READ) arg2=10 arg3=0 arg4=0 arg5=0
add_key tid=70 res=7 keyring=-2 plen=4 type=user description=k cgroup=1
@evt.args = res=7 type=user description=k plen=4 keyring=-2
request_key tid=70 res=-126 keyring=-3 type=user description=k callout=x cgroup=1
@evt.args = res=-126(ENOKEY) type=user description=k callout=x keyring=-3
personality tid=70 res=0 persona=0x40000 cgroup=1
@evt.args = res=0 persona=40000
sethostname tid=70 res=0 len=3 name=web cgroup=1
@evt.args = res=0 name=web len=3
clock_settime tid=70 res=-1 clockid=CLOCK_TAI cgroup=1
@evt.args = res=-1(EPERM) clockid=11(CLOCK_TAI)
settimeofday tid=70 res=0 cgroup=1
@evt.args = res=0
fanotify_init tid=70 res=5 flags=FAN_CLASS_CONTENT event_f_flags=O_RDONLY cgroup=1
@evt.args = fd=5 flags=4(FAN_CLASS_CONTENT) event_f_flags=0(O_RDONLY)
fanotify_mark tid=70 res=0 fd=5 flags=FAN_MARK_ADD mask=FAN_OPEN_PERM dirfd=7 path=shadow dir=/etc cgroup=1
@evt.args = res=0 fd=5 flags=1(FAN_MARK_ADD) mask=65536(FAN_OPEN_PERM) dirfd=7 path=shadow(/etc/shadow)
@fs.path.name = /etc/shadow
read tid=70 res=6 fd=3 size=64 pos=-1 data="aécd" path=/etc/motd cgroup=1
@evt.args = res=6 data=a..cd fd=3(<f>/etc/motd) size=64
@evt.buflen = 5
@fd.name = /etc/motd
pread64 tid=70 res=2 fd=3 size=64 pos=7 data=xy path=/etc/motd cgroup=1
@evt.args = res=2 data=xy fd=3(<f>/etc/motd) size=64 pos=7
@evt.buffer = xy
readv tid=70 res=3 fd=3 vlen=2 pos=-1 data=xyz path=/etc/motd cgroup=1
@evt.args = res=3 size=3 data=xyz fd=3(<f>/etc/motd)
preadv tid=70 res=3 fd=3 vlen=2 pos=9 path=/etc/motd cgroup=1
@evt.args = res=3 size=3 fd=3(<f>/etc/motd) pos=9
@evt.buffer missing
write tid=70 res=2 fd=3 size=2 pos=-1 data=hi path=/srv/log cgroup=1
@evt.args = res=2 data=hi fd=3(<f>/srv/log) size=2
pwritev2 tid=70 res=2 fd=3 vlen=1 pos=5 data=hi path=/srv/log cgroup=1
@evt.args = res=2 data=hi fd=3(<f>/srv/log) size=2 pos=5
sendto tid=70 res=5 fd=6 size=5 tuple=udp,10.0.0.1:40000>192.168.1.9:53 data=query cgroup=1
@evt.args = res=5 data=query fd=6(<4>10.0.0.1:40000->192.168.1.9:53) size=5 tuple=10.0.0.1:40000->192.168.1.9:53
@evt.buffer = query
sendto tid=70 res=4096 fd=6 size=4096 tuple=udp,10.0.0.1:40000>192.168.1.9:53 data=query~cut:4096 cgroup=1
@evt.buffer = query
@evt.buflen = 5
sendto tid=70 res=4096 fd=6 size=4096 tuple=udp,10.0.0.1:40000>192.168.1.9:53 data="a secret~cut:4096" cgroup=1 => Secret sent
write tid=70 res=4096 fd=3 size=4096 pos=-1 data="hello bob~cut:4096" path=/srv/log cgroup=1 => Greeting without a name
write tid=70 res=4096 fd=3 size=4096 pos=-1 data="hello alice~cut:4096" path=/srv/log cgroup=1
close tid=70 res=0 fd=5 cgroup=1
@evt.args = res=0 fd=5
close_range tid=70 res=0 first=3 last=9 flags=CLOSE_RANGE_CLOEXEC cgroup=1
@evt.args = res=0 first=3 last=9 flags=4(CLOSE_RANGE_CLOEXEC)
mmap tid=70 res=4096 addr=0x0 length=8192 prot=PROT_READ|PROT_EXEC flags=MAP_PRIVATE fd=3 offset=4096 path=/usr/lib/libc.so.6 vm_size=2048 vm_rss=1024 vm_swap=4 cgroup=1
@evt.args = res=4096 vm_size=2048 vm_rss=1024 vm_swap=4 addr=0 length=8192 prot=5(PROT_READ|PROT_EXEC) flags=2(MAP_PRIVATE) fd=3(<f>/usr/lib/libc.so.6) offset=4096
@fd.name = /usr/lib/libc.so.6
pidfd_send_signal tid=70 res=0 pid_fd=5 sig=SIGKILL target=1 target_start_ns=1000000 cgroup=1
@evt.args = res=0 pid_fd=5 sig=9(SIGKILL) flags=0
inotify_init1 tid=70 res=5 flags=IN_CLOEXEC cgroup=1
@evt.args = res=5 flags=524288(IN_CLOEXEC)
inotify_add_watch tid=70 res=1 fd=5 mask=IN_CREATE path=a cgroup=1
@evt.args = res=1 fd=5 path=a(/srv/a) mask=256(IN_CREATE)
@fs.path.name = /srv/a
landlock_add_rule tid=70 res=0 ruleset_fd=5 rule_type=LANDLOCK_RULE_PATH_BENEATH cgroup=1
@evt.args = res=0 ruleset_fd=5 rule_type=1(LANDLOCK_RULE_PATH_BENEATH) flags=0
mprotect tid=70 res=0 addr=0x1000 length=4096 prot=PROT_READ|PROT_EXEC cgroup=1
@evt.args = res=0 addr=1000 length=4096 prot=5(PROT_READ|PROT_EXEC)
pkey_mprotect tid=70 res=0 addr=0x1000 length=4096 prot=PROT_NONE pkey=1 cgroup=1
@evt.args = res=0 addr=1000 length=4096 prot=0(PROT_NONE) pkey=1
eventfd2 tid=70 res=5 initval=1 flags=EFD_SEMAPHORE cgroup=1
@evt.args = res=5 flags=1(EFD_SEMAPHORE) initval=1
timerfd_create tid=70 res=5 clockid=CLOCK_BOOTTIME flags=TFD_CLOEXEC cgroup=1
@evt.args = res=5 clockid=7(CLOCK_BOOTTIME) flags=524288(TFD_CLOEXEC)
signalfd4 tid=70 res=5 fd=5 flags=SFD_CLOEXEC mask=0x101 cgroup=1
@evt.args = res=5 flags=524288(SFD_CLOEXEC) fd=5 mask=101
pipe2 tid=70 res=0 fd1=5 fd2=6 flags=O_CLOEXEC ino=77 cgroup=1
@evt.args = res=0 fd1=5 fd2=6 ino=77 flags=524288(O_CLOEXEC)
splice tid=70 res=9 fd_in=5 fd_out=6 size=10 flags=SPLICE_F_MOVE cgroup=1
@evt.args = res=9 fd_in=5 fd_out=6 size=10 flags=1(SPLICE_F_MOVE)
sendfile tid=70 res=9 out_fd=5 in_fd=6 size=10 offset=19 cgroup=1
@evt.args = res=9 offset=19 out_fd=5 in_fd=6 size=10
setsockopt tid=70 res=0 fd=6 level=SOL_SOCKET optname=8 optlen=4 tuple=tcp,10.0.0.1:40000>192.168.1.9:443,client cgroup=1
@evt.args = res=0 fd=6(<4>10.0.0.1:40000->192.168.1.9:443) level=1(SOL_SOCKET) optname=8(SO_RCVBUF) val=0 optlen=4
@evt.category = net
setsockopt tid=70 res=0 fd=6 level=SOL_SOCKET optname=8 optlen=4 val=-7 tuple=tcp,10.0.0.1:40000>192.168.1.9:443,client cgroup=1
@evt.arg.val = -7
setsockopt tid=70 res=0 fd=6 level=SOL_SOCKET optname=20 optlen=16 val=5 tuple=tcp,10.0.0.1:40000>192.168.1.9:443,client cgroup=1
@evt.arg.val missing
setsockopt tid=70 res=0 fd=6 level=SOL_TCP optname=8 optlen=4 tuple=tcp,10.0.0.1:40000>192.168.1.9:443,client cgroup=1
@evt.args = res=0 fd=6(<4>10.0.0.1:40000->192.168.1.9:443) level=6(SOL_TCP) optname=8 val=0 optlen=4
sendto tid=70 res=5 fd=6 size=10 flags=MSG_NOSIGNAL tuple=tcp,10.0.0.1:40000>192.168.1.9:443,client cgroup=1
@evt.args = res=5 fd=6(<4>10.0.0.1:40000->192.168.1.9:443) size=10 tuple=10.0.0.1:40000->192.168.1.9:443
@evt.category = IO
@fd.sport = 443
recvfrom tid=70 res=5 fd=6 size=10 tuple=tcp,10.0.0.1:40000>192.168.1.9:443,client cgroup=1
@evt.args = res=5 tuple=10.0.0.1:40000->192.168.1.9:443 fd=6(<4>10.0.0.1:40000->192.168.1.9:443) size=10
@evt.io_dir = r
ioctl tid=70 res=0 fd=0 request=TIOCSTI argument=0x1000 cgroup=1
@evt.args = res=0 fd=0 request=5412 argument=1000
stat tid=70 res=0 fd=-1 dirfd=-100 path=a cgroup=1
@evt.args = res=0 path=a(/srv/a)
@evt.category = file
fstat tid=70 res=0 fd=3 dirfd=-100 file=/etc/motd cgroup=1
@evt.args = res=0 fd=3(<f>/etc/motd)
@fd.name = /etc/motd
newfstatat tid=70 res=-2 fd=-1 dirfd=3 flags=AT_SYMLINK_NOFOLLOW path=b dir=/etc cgroup=1
@evt.args = res=-2(ENOENT) dirfd=3 path=b(/etc/b) flags=256(AT_SYMLINK_NOFOLLOW)
statx tid=70 res=0 fd=-1 dirfd=-100 mask=STATX_SIZE path=/etc cgroup=1
@evt.args = res=0 dirfd=-100(AT_FDCWD) path=/etc flags=0 mask=512(STATX_SIZE)
access tid=70 res=0 dirfd=-100 mode=R_OK name=a cgroup=1
@evt.args = res=0 name=a(/srv/a) mode=4(R_OK)
faccessat2 tid=70 res=0 dirfd=3 mode=F_OK flags=AT_SYMLINK_NOFOLLOW name=b dir=/etc cgroup=1
@evt.args = res=0 dirfd=3 name=b(/etc/b) mode=0(F_OK) flags=256(AT_SYMLINK_NOFOLLOW)
lseek tid=70 res=3 fd=3 offset=-2 whence=SEEK_CUR path=/etc/motd cgroup=1
@evt.args = res=3 fd=3(<f>/etc/motd) offset=-2 whence=1(SEEK_CUR)
_llseek tid=70 res=0 fd=3 offset=-2 high=1 whence=SEEK_SET path=/etc/motd cgroup=1
@evt.args = res=0 fd=3(<f>/etc/motd) offset=8589934590 whence=0(SEEK_SET)
@evt.rawarg.offset = 8589934590
getdents64 tid=70 res=48 fd=3 path=/srv cgroup=1
@evt.args = res=48 fd=3(<f>/srv)
flock tid=70 res=0 fd=3 operation=LOCK_EX|LOCK_NB path=/etc/motd cgroup=1
@evt.args = res=0 fd=3(<f>/etc/motd) operation=6(LOCK_EX|LOCK_NB)
fsync tid=70 res=0 fd=3 path=/etc/motd cgroup=1
@evt.args = res=0 fd=3(<f>/etc/motd)
brk tid=70 res=0x5000 addr=0x4000 vm_size=2048 vm_rss=1024 cgroup=1
@evt.args = res=5000 vm_size=2048 vm_rss=1024 vm_swap=0 addr=4000
@evt.category = memory
munmap tid=70 res=0 addr=0x1000 length=4096 vm_size=2048 vm_rss=1024 cgroup=1
@evt.args = res=0 vm_size=2048 vm_rss=1024 vm_swap=0 addr=1000 length=4096
mlock2 tid=70 res=0 addr=0x1000 len=4096 flags=MLOCK_ONFAULT cgroup=1
@evt.args = res=0 addr=1000 len=4096 flags=1(MLOCK_ONFAULT)
munlock tid=70 res=0 addr=0x1000 len=4096 cgroup=1
@evt.args = res=0 addr=1000 len=4096
mlockall tid=70 res=-1 flags=MCL_CURRENT|MCL_ONFAULT cgroup=1
@evt.args = res=-1(EPERM) flags=5(MCL_CURRENT|MCL_ONFAULT)
munlockall tid=70 res=0 cgroup=1
@evt.args = res=0
epoll_create tid=70 res=5 size=1 cgroup=1
@evt.args = res=5 size=1
@evt.category = wait
epoll_create1 tid=70 res=5 flags=EPOLL_CLOEXEC cgroup=1
@evt.args = res=5 flags=524288(EPOLL_CLOEXEC)
epoll_ctl tid=70 res=0 epfd=5 op=EPOLL_CTL_ADD fd=3 events=EPOLLIN|EPOLLET cgroup=1
@evt.args = res=0 epfd=5 op=1(EPOLL_CTL_ADD) fd=3 events=2147483649(EPOLLIN|EPOLLET)
epoll_wait tid=70 res=1 epfd=5 maxevents=8 timeout=-1 cgroup=1
@evt.args = res=1 maxevents=8
@evt.is_wait = true
epoll_pwait tid=70 res=1 epfd=5 maxevents=8 timeout=-1 cgroup=1
@evt.args = res=1 epfd=5 maxevents=8 timeout=-1
select tid=70 res=1 nfds=3 cgroup=1
@evt.args = res=1
getuid tid=70 res=1000 cgroup=1
@evt.args = uid=1000(alice)
@evt.rawarg.uid = 1000
@evt.arg.res missing
getegid32 tid=70 res=1000 cgroup=1
@evt.args = egid=1000(staff)
semget tid=70 res=5 key=0x1234 nsems=2 semflg=IPC_CREAT cgroup=1
@evt.args = res=5 key=1234 nsems=2 semflg=512(IPC_CREAT)
semctl tid=70 res=0 semid=5 semnum=1 cmd=SETVAL val=-3 cgroup=1
@evt.args = res=0 semid=5 semnum=1 cmd=16(SETVAL) val=-3
semctl tid=70 res=0 semid=5 semnum=1 cmd=GETALL val=1234 cgroup=1
@evt.args = res=0 semid=5 semnum=1 cmd=13(GETALL) val=0
futex tid=70 res=0 addr=0x1000 op=FUTEX_PRIVATE_FLAG|FUTEX_WAIT_BITSET val=7 cgroup=1
@evt.args = res=0 addr=1000 op=137(FUTEX_PRIVATE_FLAG|FUTEX_WAIT_BITSET) val=7
io_uring_enter tid=70 res=1 fd=5 to_submit=1 min_complete=2 flags=IORING_ENTER_GETEVENTS cgroup=1
@evt.args = res=1 fd=5 to_submit=1 min_complete=2 flags=1(IORING_ENTER_GETEVENTS)
getpeername tid=70 res=0 fd=6 cgroup=1
@evt.args = res=0 fd=6
getsockopt tid=70 res=0 fd=6 level=SOL_SOCKET optname=3 val=1 optlen=4 tuple=tcp,10.0.0.1:40000>192.168.1.9:443,client cgroup=1
@evt.args = res=0 fd=6(<4>10.0.0.1:40000->192.168.1.9:443) level=1(SOL_SOCKET) optname=3(SO_TYPE) val=1 optlen=4
getsockopt tid=70 res=-9 fd=6 level=SOL_SOCKET optname=3 cgroup=1
@evt.args = res=-9(EBADF) fd=6 level=1(SOL_SOCKET) optname=3(SO_TYPE) optlen=0
socketpair tid=70 res=0 fd1=5 fd2=6 domain=AF_UNIX type=1 source=77 peer=78 cgroup=1
@evt.args = res=0 fd1=5 fd2=6 source=77 peer=78 domain=1(AF_UNIX) type=1 proto=0
copy_file_range tid=70 res=9 len=10 fdin=5 fdout=6 offin=9 offout=19 cgroup=1
@evt.args = res=9 fdout=6 offout=19 fdin=5 offin=9 len=10
getresuid tid=70 res=0 real=1000 effective=0 saved=0 cgroup=1
@evt.args = res=0 ruid=1000(alice) euid=0(root) suid=0(root)
getresgid32 tid=70 res=0 real=1000 effective=1000 saved=1000 cgroup=1
@evt.args = res=0 rgid=1000(staff) egid=1000(staff) sgid=1000(staff)
prlimit64 tid=70 res=0 pid=1 target=1 target_start_ns=1000000 resource=RLIMIT_NOFILE newcur=1 newmax=2 oldcur=-1 oldmax=-1 cgroup=1
@evt.args = res=0 newcur=1 newmax=2 oldcur=-1 oldmax=-1 pid=1(systemd) resource=7(RLIMIT_NOFILE)
getrlimit tid=70 res=0 resource=RLIMIT_CORE cur=0 max=-1 cgroup=1
@evt.args = res=0 cur=0 max=-1 resource=4(RLIMIT_CORE)
setrlimit tid=70 res=-22 resource=99 cur=1 max=2 cgroup=1
@evt.args = res=-22(EINVAL) cur=1 max=2 resource=99(99)
getcwd tid=70 res=5 path=/srv cgroup=1
@evt.args = res=5 path=/srv
getcwd tid=70 res=-34 cgroup=1
@evt.args = res=-34(ERANGE)
nanosleep tid=70 res=0 interval=1500000000 cgroup=1
@evt.args = res=0 interval=1500000000
@evt.category = sleep
clock_nanosleep tid=70 res=0 clockid=CLOCK_BOOTTIME flags=TIMER_ABSTIME interval=5 cgroup=1
@evt.args = res=0 clockid=7(CLOCK_BOOTTIME) flags=1(TIMER_ABSTIME) interval=5
semop tid=70 res=0 semid=5 nsops=2 sops="\x01\x00\xfe\xff\x00\x10\x02\x00\x03\x00\x00\x08" cgroup=1
@evt.args = res=0 nsops=2 sem_num_0=1 sem_op_0=-2 sem_flg_0=4096(SEM_UNDO) sem_num_1=2 sem_op_1=3 sem_flg_1=2048(IPC_NOWAIT) semid=5
semop tid=70 res=0 semid=5 nsops=1 sops="\x01\x00\xfe\xff\x00\x10" cgroup=1
@evt.args = res=0 nsops=1 sem_num_0=1 sem_op_0=-2 sem_flg_0=4096(SEM_UNDO) sem_num_1=0 sem_op_1=0 sem_flg_1=0 semid=5
poll tid=70 res=1 nfds=2 timeout=-1 fds="\x03\x00\x00\x00\x01\x00\x01\x00\x05\x00\x00\x00\x04\x00\x00\x00" cgroup=1
@evt.args = res=1 fds=3:?1 5:?0 timeout=-1
@evt.is_wait = true
ppoll tid=70 res=0 nfds=1 limit=1000 sigmask=0x101 fds="\x03\x00\x00\x00\x01\x00\x00\x00" cgroup=1
@evt.args = res=0 fds=3:?0 timeout=1000 sigmask=101
quotactl tid=70 res=0 cmd=0x80000200 command=Q_QUOTAON id=2 special=/dev/sda1 cgroup=1
@evt.arg.quota_fmt = 2
