# SPDX-License-Identifier: Apache-2.0
# Tests the rules of pitfalls.yaml, which has the explanations.

host hostname=web1 boot_id=6f1c release=6.1.0
user uid=1000 gid=1000 name=alice home=/home/alice shell=/bin/bash
cgroup_mkdir id=1 path=/
cgroup_mkdir id=30 path=/system.slice/docker-3ad7b26ded6d8e7b23da7d48fe889434573036c27ae5a74837233de441c3601e.scope
task tid=1 group_start_ns=1000000 ppid=0 sid=1 pgid=1 vpid=1 vtid=1 comm=systemd exe=/usr/lib/systemd/systemd argv=/sbin/init cgroup=1 loginuid=4294967295
task tid=100 group_start_ns=100000000 ppid=1 sid=100 pgid=100 vpid=100 vtid=100 uid=1000 euid=1000 gid=1000 egid=1000 comm=bash exe=/usr/bin/bash argv=-bash cwd=/home/alice cgroup=1 loginuid=1000 tty=34816
task tid=101 group_start_ns=101000000 ppid=100 sid=100 pgid=101 vpid=101 vtid=101 uid=1000 euid=1000 gid=1000 egid=1000 comm=vi exe=/usr/bin/vi argv=vi cwd=/home/alice cgroup=1 loginuid=1000 tty=34816
task tid=200 group_start_ns=200000000 ppid=1 sid=200 pgid=200 vpid=200 vtid=200 comm=daemon exe=/usr/sbin/daemon argv=daemon cwd=/ cgroup=30 loginuid=4294967295

# ---- 1: direction, numbers, names of system calls
sethostname tid=100 cgroup=1 => Direction
@evt.num = 3
@evt.dir = <
sethostname tid=101 cgroup=1
@evt.num = 4
setdomainname tid=100 cgroup=1
@evt.num = 5

# ---- 2: names, ancestors
chdir tid=100 cgroup=1
@proc.aname = (systemd)
@proc.aname[0] = bash
@proc.aname[1] = systemd
chdir tid=101 cgroup=1 => Ancestor
@text 22:30:00.027000000: Informational vi bash
# The name that a thread sets is not the name of its process.
prctl tid=101 cgroup=1
@proc.name = vi

# ---- 4: missing values
chroot tid=100 cgroup=1 => Missing is false
@container.full_id missing
@container.id = host
@container.name = host
@container.type = host
@container.image.repository missing
chroot tid=200 cgroup=30
@container.full_id = 3ad7b26ded6d8e7b23da7d48fe889434573036c27ae5a74837233de441c3601e
acct tid=200 cgroup=30 => Missing is no text
acct tid=100 cgroup=1
@user.loginname = alice
pivot_root tid=200 cgroup=30 => Container ids have 12 digits
pivot_root tid=100 cgroup=1
# Without a parent the field is missing, not empty.
getppid tid=1 cgroup=1
@proc.pname missing
@proc.aname missing

# ---- 7: JSON
connect tid=101 res=-115 fd=6 tuple=tcp,10.0.0.1:40000>192.168.1.9:443,client cgroup=1 => JSON
@json {"hostname":"web1","output":"22:30:00.053000000: Informational 22:30:00.053000000 443 192.168.1.9 101 34816 -115 1000 (bash,systemd) systemd false <NA> EINPROGRESS <NA>","output_fields":{"container.full_id":null,"evt.rawres":-115,"evt.res":"EINPROGRESS","evt.time":1700001000053000000,"fd.sip":"192.168.1.9","fd.sport":443,"proc.aname":["bash","systemd"],"proc.aname[2]":"systemd","proc.exe_ino":null,"proc.is_exe_writable":false,"proc.pid":101,"proc.tty":34816,"user.uid":1000},"priority":"Informational","rule":"JSON","source":"syscall","tags":["a","z"],"time":"2023-11-14T22:30:00.053000000Z"}
connect tid=101 res=0 fd=6 tuple=tcp,10.0.0.1:40000>192.168.1.9:80,client cgroup=1

# ---- 8: the first rule that matches, in the order of the file
mkdir tid=100 cgroup=1 => The first of two
mkdir tid=101 cgroup=1 => The first of two
mkdir tid=200 cgroup=30
rename tid=100 cgroup=1 => The second of two
rename tid=101 cgroup=1

# ---- 10: the resolved path, the path as given
openat tid=101 res=3 dirfd=-100 flags=O_RDONLY kind=file path=/secret/key name=/tmp/link dev=1 ino=1 cgroup=1 => Either path
openat tid=101 res=3 dirfd=-100 flags=O_RDONLY kind=file path=/srv/key name=/secret/link dev=1 ino=1 cgroup=1 => Either path
openat tid=101 res=3 dirfd=-100 flags=O_RDONLY kind=file path=/srv/key name=/srv/key dev=1 ino=1 cgroup=1
open tid=101 res=3 flags=O_RDONLY kind=file path=/etc/shadow name=/allowed/link dev=1 ino=1 cgroup=1 => Only the resolved path
open tid=101 res=3 flags=O_RDONLY kind=file path=/allowed/file name=/tmp/link dev=1 ino=1 cgroup=1

# ---- O_TMPFILE: the path as given is that of the directory
openat2 tid=100 res=3 dirfd=-100 flags=O_RDWR|O_TMPFILE kind=file path=/tmp/#4711 name=/tmp cgroup=1 => In tmp
openat2 tid=100 res=3 dirfd=-100 flags=O_RDONLY kind=directory path=/tmp name=/tmp cgroup=1 => In the root
openat2 tid=100 res=3 dirfd=-100 flags=O_RDONLY kind=file path=/srv/x name=/srv/x cgroup=1
