# SPDX-License-Identifier: Apache-2.0
#
# What the driver sees of each event. The driver is the plugin of tests/plugin: with "hooks" it
# has all hooks, with "few" it lacks two of them, on a kernel that restricts it.

$ SAKER_TEST_DRIVER=hooks saker list events --coverage execve | sed -Ef any-kernel.sed
| kernel K, driver ebpf: it records now
| never: is not recorded; partly: not in these cases; weak: another thread may have changed it
|
| event              hook                kind        state   64-bit  ia32  x32  io_uring  what
| execve             sched_process_exec  tp_btf      armed   yes     yes   yes  -         the program that was started
|                    sys_exit            tp_btf      armed   yes     yes   yes  -         attempts that failed
|     calls   execve, execveat
|     partly  argv: a failed exec has at most 256 arguments
|     partly  exe: a path of more than 64 directories is unreadable
|     partly  cwd: a path of more than 64 directories is unreadable
|     partly  stdin_path: a path of more than 64 directories is unreadable
|     partly  stdout_path: a path of more than 64 directories is unreadable
|     partly  stderr_path: a path of more than 64 directories is unreadable
|     weak    filename: of a failed exec, it is read from the caller's memory after the call
|     weak    argv: of a failed exec, it is read from the caller's memory after the call
|     partly  exe_flags: of a file of an overlay of which only owner or mode was changed, the layer is the upper one if the overlay copies nothing else (metacopy)
$ SAKER_TEST_DRIVER=few saker list events --coverage module | sed -Ef any-kernel.sed | sed 1,9d | head -9
| event              hook                kind        state   64-bit  ia32  x32  io_uring  what
| init_module        security_kernel_read_file -           -       no      no    -    -         the module's file, as the kernel reads it
|                    sys_exit            tp_btf      armed   yes     yes   yes  -         arguments, result, and the file of the descriptor
|     calls   init_module, finit_module
|     partly  no hook sees the module's file, as the kernel reads it: security_kernel_read_file is missing, the driver does not have it
|     partly  path: a path of more than 64 directories is unreadable
|     weak    path: it is that of the descriptor when the call returns, which another thread may have replaced
|     weak    params: it is read from the caller's memory after the call
| module_load        module_load         tp_btf      missing no      no    no   -         the module that the kernel accepted
$ SAKER_TEST_DRIVER=few saker list events --coverage openat | sed -Ef any-kernel.sed | grep '^here\|^ *weak'
| here: no hook sees which file is opened
| here: no program may print the path of an open, because fentry is missing
| here: the kernel skips programs of preempted tasks, as 7.0 and later do
| here: perf, which skips no program, cannot be used at the exit of calls
| here: programs cannot compare and exchange, as before 5.12
| here: no hook sees which files a call names
|     weak    name: it is read from the caller's memory after the call
|     weak    path: with O_PATH, it is that of the descriptor when the call returns, which another thread may have replaced
|     weak    path: it is that of the descriptor when the call returns, which another thread may have replaced
|     weak    path: if a thousand opens of the same user are already under way, it is that of the descriptor when the call returns, which another thread may have replaced

# By the name of a call: only such calls.
$ SAKER_TEST_DRIVER=hooks saker list events --coverage setresuid | sed -Ef any-kernel.sed | sed 1,4d
| setid              sys_exit            tp_btf      armed   yes     yes   yes  -         arguments, result, and the identity after the call
|     calls   setresuid, setresuid32
$ SAKER_TEST_DRIVER=hooks saker list events --coverage getpriority | sed -Ef any-kernel.sed | sed 1,4d
| syscall            sys_exit            tp_btf      armed   yes     yes   yes  -         number, arguments and result
|     calls   getpriority
|     partly  paths, names and addresses that arguments point to, and files of descriptors, are not recorded

# Only events of which something is not recorded.
$ SAKER_TEST_DRIVER=hooks saker list events --blind getitimer | sed -Ef any-kernel.sed | sed 1,4d
| syscall            sys_exit            tp_btf      armed   yes     yes   yes  -         number, arguments and result
|     calls   getitimer
|     partly  paths, names and addresses that arguments point to, and files of descriptors, are not recorded
$ SAKER_TEST_DRIVER=hooks saker list events --blind module | grep -c module_load
| 0
? 1
$ SAKER_TEST_DRIVER=few saker list events --blind procexit | sed -Ef any-kernel.sed | sed 1,9d
| event              hook                kind        state   64-bit  ia32  x32  io_uring  what
| procexit           sched_process_exit  tp_btf      armed   yes     yes   yes  -         the end of each thread
|     partly  under load one may be dropped, and is reported as dropped: this kernel skips programs of tasks that are preempted

$ SAKER_TEST_DRIVER=few saker list events --coverage module_load --json | sed -Ef any-kernel.sed
| {"kernel":"K","driver":"ebpf","running":true,"why":null,"abis":"ABIS","limits":["no hook sees which file is opened","no program may print the path of an open, because fentry is missing","the kernel skips programs of preempted tasks, as 7.0 and later do","perf, which skips no program, cannot be used at the exit of calls","programs cannot compare and exchange, as before 5.12","no hook sees which files a call names"],"events":[{"event":"module_load","recorded":false,"calls":[],"seen":[{"hook":"module_load","kind":"tp_btf","state":"missing: a test","what":"the module that the kernel accepted","ways":{"64-bit":false,"ia32":false,"x32":false,"io_uring":null}}],"gaps":[{"kind":"never","field":null,"cause":"hook","here":true,"what":"no hook sees the module that the kernel accepted: module_load is missing, a test"}]}]}
$ SAKER_TEST_DRIVER=hooks saker list events --coverage xyzzy
| saker: nothing in events contains "xyzzy"
? 1

# Of a named driver. The hooks of the module follow from the kernel's symbols, which differ.
$ SAKER_TEST_DRIVER=idle saker list events --coverage --driver ebpf cgroup_rmdir | sed -Ef any-kernel.sed
| kernel K, driver ebpf: it is not in use
| never: is not recorded; partly: not in these cases; weak: another thread may have changed it
|
| event              hook                kind        state   64-bit  ia32  x32  io_uring  what
| cgroup_rmdir       cgroup_rmdir        tp_btf      armed   yes     yes   yes  yes       the group that was removed
$ SAKER_TEST_DRIVER=hooks saker list events --coverage --driver ebpf cgroup_rmdir | sed -Ef any-kernel.sed | head -1
| kernel K, driver ebpf: it records now
$ SAKER_TEST_DRIVER=hooks saker list events --coverage --driver kmo
| saker: no driver is called kmo: there are kmod (or module) and ebpf; did you mean kmod?
? 2
$ saker list events --driver ebpf
| saker: --driver is for the coverage of a driver: saker list events --coverage --driver ebpf
? 2
$ saker list fields --coverage
| saker: --coverage and --blind are for events: saker list events --coverage
? 2
