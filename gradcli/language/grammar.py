"""The grammar of the language, in one place: docs/grammar.md shows this text.

Notation: `[ ]` may be left out, `{ }` may be repeated, `|` separates alternatives, what is in quotes stands as it is.
Blanks count only where it is said. Names are normalised before (`θ` is `theta`), and the longest token is taken.
Where a comment begins with "noted", the other reading is said, with what to write for it.

```ebnf
program     = [ { statement sep } last ] [ "at" binding { "," binding } ] ;
sep         = ";" | NEWLINE ;                  (* a newline inside brackets is a blank *)
statement   = assignment | definition ;
last        = statement | equation | value ;
assignment  = NAME "=" value ;                 (* where an equation is asked for, the last one is an equation *)
definition  = NAME "(" NAME { "," NAME } ")" "=" value ;
equation    = value "=" value ;                (* the left side is no NAME *)
binding     = NAME "=" ( range | value ) ;     (* the value is constant *)
range       = sum ":" sum [ ":" sum ] | sum ".." sum ;

value       = sum [ comparison sum ] ;         (* comparisons do not chain *)
comparison  = "<" | "<=" | ">" | ">=" | "==" | "!=" ;
sum         = product { ( "+" | "-" ) product } ;
product     = factor { operator factor | implicit } ;    (* left to right, implicit products as "*" *)
operator    = "*" | "·" | "×" | "/" | "÷" | "//" | "%" | "@" | ":" ;
                                               (* ":" in answers, outside "[ ]" *)
implicit    = operand | NUMBER "^" rich ;      (* the operand does not begin with a NUMBER or a sign *)
factor      = ( "+" | "-" ) factor | operand ;
operand     = derivative | bare | power ;
power       = postfix [ ( "^" | "**" ) factor ] ;        (* right to left *)
rich        = factor ;                         (* no plain NUMBER, with a sign or without *)

postfix     = primary { "!" | "°" | "deg" | RAISED | "'" | "ᵀ" | "^T" | "[" index { "," index } "]"
            | "." NAME [ arguments ] } ;
                                               (* "^T" where T is no variable; noted. Degrees are noted *)
primary     = NUMBER | CONSTANT | NAME | call | root | bars | tensor | vector | group ;
group       = "(" value ")" | "{" value "}" ;
tensor      = "[" [ value { "," value } ] "]" ;
vector      = "(" value "," value { "," value } ")" | "<" sum { "," sum } ">" ;
                                               (* not directly behind a name. "(3,5)" of two numbers is noted *)
index       = value | [ value ] ":" [ value ] [ ":" [ value ] ] | "..." ;
bars        = "|" value "|" | "‖" value "‖" ;  (* bars of touching bars, "||x||", are the norm *)

call        = FUNCTION [ base ] [ up ] { "'" } ( arguments | "{" value "}" ) ;
arguments   = "(" [ argument { "," argument } ] ")" ;    (* "[ ]" behind a capitalised name, Sin[x]; noted *)
argument    = [ NAME "=" ] value ;
                                               (* a blank before "(" and a power behind ")" are noted *)
base        = "_" ( NUMBER | NAME | group ) ;  (* of log alone *)
up          = "^" [ "-" ] ( NUMBER | NAME | group ) | RAISED ;
                                               (* -1 is the inverse function; noted *)

root        = ( "√" | "∛" | "sqrt" | "cbrt" ) ( group | [ sign ] thing [ "^" factor | RAISED ] ) ;
thing       = NUMBER | CONSTANT | NAME | bars | call | root | bare ;

bare        = FUNCTION [ base ] [ up ] [ sign ] ( taken | bare | call | root ) ;
                                               (* the function may stand without brackets *)
sign        = "-" | "+" ;                      (* touching what follows *)
taken       = reciprocal | coefficient ( variables [ slash ] | closing | [ slash ] ) ;
reciprocal  = "1/" names ;                     (* without blanks; noted *)
names       = ( CONSTANT | variable ) { CONSTANT | variable } ;
coefficient = [ number [ slash ] ] { CONSTANT [ number_up ] } ;
number      = NUMBER [ number_up ] { "!" | "°" | "deg" } ;
variables   = variable { variable } ;          (* only the first may touch a "(" behind it *)
variable    = NAME with what postfix and power have behind a primary ;
closing     = ( group | bars | root | tensor ) [ "^" factor | RAISED ] | ( NUMBER | CONSTANT ) "^" rich ;
                                               (* a tensor only first; no NUMBER behind a NUMBER *)
number_up   = "^" [ "-" ] NUMBER | RAISED ;
slash       = "/" NUMBER ;                     (* without blanks; a plain number; behind a NUMBER that begins the
                                                  argument, or, where the function has no power, behind a CONSTANT
                                                  or variables that end it; noted *)

derivative  = ( "d" [ up ] "/" "d" NAME [ up ] | "∂" [ up ] "/" { "∂" NAME [ up ] } ) product
            | ( "d" | "∂" ) [ up ] NAME "/" { ( "d" | "∂" ) NAME [ up ] } ;
```

What follows an argument that is complete is a factor outside the function, and noted unless it begins with a function.
A factor that touches, or follows without a sign, a divisor (`1/2x`) or a bare exponent (`e^2x`), and a written sign
that touches `x^1` or a power of a constant (`e^-x/2`), are noted with the reading that has them inside.

A name is a variable where it is bound, assigned or a parameter, whatever else it may be; functions other than Greek
letters' names cannot be bound. The name of a Greek letter is a function only directly before `(`, and never both in
one text. A name that begins with `log_` is a logarithm with its base, unless a variable has that name.
"""
