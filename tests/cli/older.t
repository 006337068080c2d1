# SPDX-License-Identifier: Apache-2.0
#
# Captures of ABI major 1 (version 1) are decoded to the text that the agent printed which wrote them. older/ has
# one, recorded by 0.1.0 in a guest with the module, and its text; the sums are those of the text in JSON, which
# has every field, then and now. A call that has its own event since then keeps its name (chdir in the second).

$ saker trace --driver replay:older/major1.cap 2>&1 >/dev/null
| saker: driver replay: older/major1.cap, captured on guest
$ saker trace --driver replay:older/major1.cap 2>/dev/null | cmp - older/major1.txt
$ saker trace --json --driver replay:older/major1.cap 2>/dev/null | sha256sum
| b67fab21b71288e7eccc58e3fc0712f156764242599fb3c61ee49a3aebe94cb0  -
$ saker trace --json --driver replay:../fuzz/corpus/guest.cap 2>/dev/null | sha256sum
| dc28ac1ff54a6abd6d3b604a863b8257dc4d893d8beb67720e687d5029993ec9  -

# Recorded again, a capture has the same text: its records are written in today's form.
$ saker record --driver replay:older/major1.cap /tmp/older.$$ 2>/dev/null; saker trace --json --driver replay:/tmp/older.$$ 2>/dev/null | sha256sum; rm -f /tmp/older.$$
| b67fab21b71288e7eccc58e3fc0712f156764242599fb3c61ee49a3aebe94cb0  -
