# SPDX-License-Identifier: Apache-2.0
#
# The selected driver, and the messages when it is not available. The eBPF driver is the
# one of tests/plugin; SAKER_TEST_DRIVER sets what it does.

$ saker trace --driver efbp
| saker: no driver efbp: there are auto, kmod, ebpf and replay:FILE
? 2
$ saker trace --driver ebpf
| saker: driver ebpf: chosen because --driver names it
$ SAKER_TEST_DRIVER=limited saker trace --driver ebpf
| saker: driver ebpf: chosen because --driver names it
| saker: driver ebpf: limited on this kernel: opens by io_uring are not recorded, paths of opens come from the descriptor; see saker doctor
$ SAKER_TEST_DRIVER=open saker trace --driver ebpf
| saker: driver ebpf: the verifier refused open: R1 is a number
? 3
$ SAKER_TEST_DRIVER=busy saker trace --driver ebpf
| saker: driver ebpf: process 1 (test) has it: stop it first
? 3
$ SAKER_PLUGIN_DIR=/nowhere saker trace --driver ebpf
| saker: driver ebpf: the driver ebpf is not installed: install the package saker-ebpf
? 3

# In the journal each line has its priority: what loading cost is no error.
$ JOURNAL_STREAM=$(stat -L -c %d:%i /dev/stderr) SAKER_TEST_DRIVER=loads saker trace --driver ebpf
| <6>saker: driver ebpf: chosen because --driver names it
| <6>saker: driver ebpf: 2 programs, loaded in 3 ms, 4 KiB of locked memory
$ SAKER_TEST_DRIVER=remained saker trace --driver ebpf
| saker: driver ebpf: chosen because --driver names it
| saker: driver ebpf: 2 programs, loaded before in 3 ms, 4 KiB of locked memory

# A file that cannot be created is reported before a driver is opened.
$ SAKER_TEST_DRIVER=stops saker record --driver ebpf /nowhere/a.cap
| saker: /nowhere/a.cap: creating the capture: No such file or directory
? 3
$ SAKER_TEST_DRIVER=stops saker record --driver ebpf driver.t
| saker: driver.t: this file exists and is not a capture; it was not changed
? 3
$ SAKER_TEST_DRIVER=stops saker record --driver ebpf /tmp
| saker: /tmp: creating the capture: Is a directory
? 3

# If the start fails, the driver does not go on recording for an agent that is not there.
$ SAKER_TEST_DRIVER=stops saker record --driver ebpf /dev/full
| saker: driver ebpf: chosen because --driver names it
| the test's hooks are disarmed
| saker: /dev/full: creating the capture: No space left on device
? 3
$ SAKER_TEST_DRIVER=stops saker run -r why.yaml --driver ebpf --socket driver.t 2>&1 | tail -n 2
| saker: starting: driver.t exists and is not a socket; it was not changed
| the test's hooks are disarmed

# saker stats reads the counters from the driver; no agent is running here.
$ saker stats | grep -v -e chosen -e skipped
| driver ebpf test, ABI 1.0, armed
| 0 rings of 4 KiB; selection 3; 0 events of the agent itself not recorded
|
| event                        hits       recorded       filtered        dropped
| open                            7              4              1              2  ring_full 2 (no room in the ring of this CPU)
$ saker stats --json | sed 's/"choice":{.*},"abi"/"abi"/'
| {"driver":"ebpf","release":"test","abi":"1.0","state":"armed","rings":0,"ring_size":4096,"generation":3,"orphan_s":0,"watermark":0,"self":0,"denied":0,"unpaired":0,"hooks":[],"cpus":1,"events":[{"event":"open","hits":7,"emitted":4,"filtered":1,"dropped":2,"reasons":{"ring_full":2}}]}
$ SAKER_TEST_DRIVER=idle saker stats
| saker: no driver runs: the kernel module is not loaded (saker doctor)
? 3
$ SAKER_PLUGIN_DIR=/nowhere saker stats
| saker: no driver runs: the kernel module is not loaded, and the driver ebpf is not installed: install the package saker-ebpf (saker doctor)
? 3

# An agent that was named and does not answer.
$ saker stats --socket /nowhere
| saker: no agent answers on /nowhere: is `saker run` running? give another socket with --socket
? 3
$ SAKER_TEST_DRIVER=idle saker stats --socket /nowhere --json
| saker: no agent answers on /nowhere: is `saker run` running? give another socket with --socket
? 3

# Numbers of options, and the file of a replay.
$ saker trace --driver replay:
| saker: replay needs a file: replay:FILE
? 2
$ saker run -r why.yaml --driver replay:
| saker: replay needs a file: replay:FILE
? 2
$ saker trace --for 10m
| saker: --for takes whole seconds, from 1 to 31536000, not "10m"
| saker: `saker trace --help` lists its options
? 2
$ saker trace --for 0
| saker: --for takes whole seconds, from 1 to 31536000, not "0"
| saker: `saker trace --help` lists its options
? 2
$ saker except --pick ' -18446744073709551615' alerts.json
| saker: --pick takes a whole number, from 1 to 100, not " -18446744073709551615"
| saker: `saker except --help` lists its options
? 2
$ saker except --pick -1 alerts.json
| saker: --pick takes a whole number, from 1 to 100, not "-1"
| saker: `saker except --help` lists its options
? 2

# As many bytes of data as a record has room for, and no more.
$ saker run --snaplen 0
| saker: --snaplen takes a whole number, from 1 to 4080, not "0"
| saker: `saker run --help` lists its options
? 2
$ saker trace --snaplen 4081
| saker: --snaplen takes a whole number, from 1 to 4080, not "4081"
| saker: `saker trace --help` lists its options
? 2

# All probes; their results depend on the machine.
$ saker doctor --json | grep -o '"probe":"[a-z_]*","of":[^]]*]'
| "probe":"disabled","of":["load"]
| "probe":"crashed","of":["load"]
| "probe":"modules","of":["load"]
| "probe":"modules_disabled","of":["load"]
| "probe":"realtime","of":["load"]
| "probe":"built","of":["load"]
| "probe":"secure_boot","of":["load"]
| "probe":"lockdown","of":["load"]
| "probe":"sig_enforce","of":["load"]
| "probe":"user_namespace","of":["kmod","ebpf"]
| "probe":"device","of":["kmod"]
| "probe":"bpf","of":["ebpf"]
| "probe":"confidentiality","of":["ebpf"]
| "probe":"btf","of":["ebpf"]
| "probe":"capability","of":["ebpf"]
| "probe":"verifier","of":["ebpf"]
| "probe":"plugin","of":["ebpf"]
| "probe":"pid_namespace","of":["self"]
| "probe":"seccomp","of":["self"]
$ saker doctor all
| saker: one argument too many: all
| saker: `saker doctor --help` lists its options
? 2

$ saker-driver
| saker-driver: load or unload?; `saker-driver --help` lists the options
? 2
$ saker-driver --help
| usage: saker-driver load [--force] | unload
|
| Loads the kernel module, because the agent has no right to load modules. It does not
| load the module if a probe finds a reason against it (saker doctor prints the probes).
| The result is written to /run/saker/driver.json. saker-driver.service runs it at boot.
|
|   load     load the module; refused after a crash by the module, and with
|            saker.disabled on the kernel's command line
|   unload   unload the module, and remove what the eBPF driver keeps for the next agent
|   --force  load the module also after a crash, and with saker.disabled
|
| Exit status: 0 done, 1 the module is not loaded, 2 wrong usage, 3 could not run or finish.
$ saker-driver reload
| saker-driver: unknown command: reload; `saker-driver --help` lists the options
? 2
$ saker-driver load --froce
| saker-driver: unknown option: --froce; `saker-driver --help` lists the options
? 2
$ saker-driver unload --force
| saker-driver: unknown option: --force; `saker-driver --help` lists the options
? 2
