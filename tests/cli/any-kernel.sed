# SPDX-License-Identifier: Apache-2.0
#
# Makes a coverage list that of a kernel with all ABIs: what this machine's kernel lacks differs.
s/^kernel [^,]*,/kernel K,/
s/"kernel":"[^"]*"/"kernel":"K"/
/^here: the kernel has no (ia32|x32) system calls$/d
s/^(.{59}yes     yes   )-  /\1yes/
s/^(.{59}no      no    )-  /\1no /
s/"abis":\[[^]]*\]/"abis":"ABIS"/
s/"ia32":(true|false),"x32":null/"ia32":\1,"x32":\1/g
