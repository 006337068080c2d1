# accepted
proc.name regex a ; ok ; proc.name regex a
proc.name regex "a|b" ; ok ; proc.name regex a|b
proc.name regex "^(foo|bar)+[0-9]{2,3}$" ; ok ; proc.name regex "^(foo|bar)+[0-9]{2,3}$"
proc.name regex "[[:alpha:]_][[:^space:]]*" ; ok ; proc.name regex [[:alpha:]_][[:^space:]]*
proc.name regex "[]a-]" ; ok ; proc.name regex []a-]
proc.name regex "a{,2}" ; ok ; proc.name regex "a{,2}"
proc.name regex "\\." ; ok ; proc.name regex "\\."
proc.name regex '\\x{1F600}' ; ok ; proc.name regex "\\x{1F600}"
proc.name regex anyof ("a.*", "b.*") ; ok ; proc.name regex anyof (a.*, b.*)
proc.name regex "" ; ok ; proc.name regex ""
proc.name regex "[[:]" ; ok ; proc.name regex [[:]
proc.name regex "[[:a]" ; ok ; proc.name regex [[:a]
# refused
proc.name regex "(" ; error 17+3 invalid regex pattern: a parenthesis is not closed, at its byte 1
proc.name regex ")" ; error 17+3 invalid regex pattern: a parenthesis is not open, at its byte 1
proc.name regex "*" ; error 17+3 invalid regex pattern: nothing to repeat, at its byte 1
proc.name regex "[" ; error 17+3 invalid regex pattern: a bracket is not closed, at its byte 1
proc.name regex "[b-a]" ; error 17+7 invalid regex pattern: a range of a class runs backwards, at its byte 2
proc.name regex "[a-b-c]" ; error 17+9 invalid regex pattern: a '-' must be first or last in a class, at its byte 5
proc.name regex "[[:foo:]]" ; error 17+11 invalid regex pattern: no such character class, at its byte 3
proc.name regex "[[:]:]" ; error 17+8 invalid regex pattern: no such character class, at its byte 3
proc.name regex "[[::]]" ; error 17+8 invalid regex pattern: no such character class, at its byte 3
proc.name regex "[[:^]:]" ; error 17+9 invalid regex pattern: no such character class, at its byte 3
proc.name regex "(?i)a" ; error 17+7 invalid regex pattern: nothing to repeat, at its byte 2 (for any case compare tolower(field) with an expression in lower case, or use iglob)
proc.name regex "\\d" ; error 17+5 invalid regex pattern: invalid escape, at its byte 1 (write [0-9] for \d)
proc.name regex "\\b" ; error 17+5 invalid regex pattern: invalid escape, at its byte 1 (there are no word boundaries: write out the characters that may surround the word)
proc.name regex "(a)\\1" ; error 17+8 invalid regex pattern: back references are not supported, at its byte 4
proc.name regex "a{1001}" ; error 17+9 invalid regex pattern: invalid number of repetitions, at its byte 2
proc.name regex "(a{100}){100}" ; error 17+15 invalid regex pattern: invalid number of repetitions, at its byte 9
proc.name regex "((a{9}){9}){9}{9}" ; error 17+19 invalid regex pattern: invalid number of repetitions, at its byte 15
fd.num regex "1" ; error 8+5 'regex' operator not supported for number filters
evt.buffer regex "a" ; error 12+5 'regex' operator not supported for buffer filters
