# SPDX-License-Identifier: Apache-2.0
#
# eBPF is never a dependency: neither the agent nor what it links needs these libraries.

$ ldd "$(readlink -f "$(command -v saker)")" | grep -cE '/lib(bpf|elf)\.so'
| 0
? 1
$ readelf -d "$(readlink -f "$(command -v saker)")" | grep NEEDED | grep -cE 'lib(bpf|elf)\.so'
| 0
? 1
