# SPDX-License-Identifier: Apache-2.0
#
# Libraries and rights that the agent does not need. eBPF is never a dependency: neither the
# agent nor what it links needs these libraries; and it loads no module, so it lacks that right.

$ ldd "$(readlink -f "$(command -v saker)")" | grep -cE '/lib(bpf|elf)\.so'
| 0
? 1
$ readelf -d "$(readlink -f "$(command -v saker)")" | grep NEEDED | grep -cE 'lib(bpf|elf)\.so'
| 0
? 1
$ grep ^CapabilityBoundingSet ../../packaging/systemd/saker.service.in
| CapabilityBoundingSet=CAP_SYS_ADMIN CAP_BPF CAP_PERFMON CAP_SYS_PTRACE CAP_DAC_READ_SEARCH
