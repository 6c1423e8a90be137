# SPDX-License-Identifier: ISC
# The text that the author of a manual page means, without blanks:
#   awk -f man.awk PAGE
# Only the macros listed here are macros, headings have none, a double quote is
# a character, and an enclosure ends before the next macro. A page is wrong
# where mandoc reads it otherwise.
function say(text)
{
	gsub(/\\&/, "", text)
	gsub(/\\\(dq/, "\"", text)
	gsub(/\\e/, "\\", text)
	gsub(/[ \t]/, "", text)
	said = said text
}

function is_delimiter(word)
{
	return word ~ /^[.,:;)!?]$/
}

# A delimiter at the end of an enclosure stands behind it.
function close_narrow()
{
	say(narrow held)
	narrow = held = ""
}

function begin_macro(macro)
{
	# Ns and what it joins, and what fills an enclosure, do not end it.
	if (macro == "Ns" || mark == "Ns" || (narrow != "" && empty)) {
		if (macro in closes)
			narrow = closes[macro] narrow
	} else {
		close_narrow()
		if (macro in closes && macro !~ /^(Op|Pq)$/)
			narrow = closes[macro]
		else if (macro in closes)
			wide = closes[macro] wide
	}
	say(opens[macro])
	if (macro in closes)
		empty = 1
	mark = macro
	words = 0
}

function say_word(word)
{
	words++
	empty = 0
	if (is_delimiter(word)) {
		held = held word
		return
	}
	say(held)
	held = ""
	if (mark == "Xr" && words == 2)
		word = "(" word ")"
	if (mark == "Fn" && words == 1)
		word = word "("
	say((mark == "Fl" && word != "|" ? "-" : "") word)
}

function parse(i,    last)
{
	mark = wide = ""
	for (last = NF; last > i && is_delimiter($last); last--)
		;
	for (; i <= last; i++) {
		if ($i in opens)
			begin_macro($i)
		else
			say_word($i)
		if ($i == "Ar" && (i == last || $(i + 1) in opens))
			say_word("file...")
		if ($i == "Nm" && (i == last || $(i + 1) in opens))
			say_word(name)
	}
	close_narrow()
	say(wide)
	for (i = last + 1; i <= NF; i++)
		say($i)
}

BEGIN {
	split("Ar Cm Dv Ev Fl Ic Nm No Ns Pa Sx Sy Xr", list)
	for (i in list)
		opens[list[i]] = ""
	opens["Fn"] = ""
	closes["Fn"] = ")"
	split("Brq { } Dq “ ” Op [ ] Pq ( ) Ql ‘ ’ Qq \" \" Sq ‘ ’", list)
	for (i = 1; i in list; i += 3) {
		opens[list[i]] = list[i + 1]
		closes[list[i]] = list[i + 2]
	}
	opens["Oo"] = "["
	opens["Oc"] = "]"
	opens["Po"] = "("
	opens["Pc"] = ")"
}

/^\.\\"/ || /^\.(Dd|Dt|Os|Bd|Ed|Pp)/ { next }
/^\.Bl/ { bullet[++depth] = $2 == "-bullet"; next }
/^\.El/ { depth--; next }
/^\.(Sh|Ss|Dl)/ { say(substr($0, 5)); next }
/^\.Nd/ { say("–" substr($0, 5)); next }
/^\.It/ && bullet[depth] { say("•"); next }
/^\.It/ { parse(2); next }
/^\.Nm/ && name == "" { name = $2 }
/^\./ { $1 = substr($1, 2); parse(1); next }
{ say($0) }
END { print said }
