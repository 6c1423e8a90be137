# results.tsv of bench.sh to a table for people; with -v json=1 to JSON, with
# -v plot=time|memory|rules to what bench-plot.awk reads.
BEGIN {
	FS = "\t"
	reference["loopback"] = reference["tls"] = reference["delete"] = "floor"
	reference["imap"] = reference["imaptls"] = "floor"
	reference["trip"] = reference["triptls"] = "drain"
	reference["imaptrip"] = reference["imaptriptls"] = "drain"
	reference["imapknown"] = "status"
	reference["known"] = "uidl"
	reference["idle"] = reference["accounts"] = "login"
	reference["history"] = "1,000-rows"
	reference["many"] = "slowest"
	reference["mime"] = "gmime"
	reference["sandbox"] = reference["start"] = "unconfined"
}
{
	key = $1 FS $2 FS $3
	if (!(key in n)) {
		keys[++n_keys] = key
		number[key] = n_keys
		section[n_keys] = $1
		program[n_keys] = $2
		size[n_keys] = $3
	}
	n[key]++
	ms[key, n[key]] = $4
	cpu[key, n[key]] = $5
	if ($6 + 0 > kib[key])
		kib[key] = $6 + 0
	messages[key] = $7
}
function median(all, key, i, j, t, v) {
	for (i = 1; i <= n[key]; i++) {
		v[i] = all[key, i] + 0
		for (j = i; j > 1 && v[j] < v[j - 1]; j--) {
			t = v[j]
			v[j] = v[j - 1]
			v[j - 1] = t
		}
	}
	i = n[key]
	return i % 2 ? v[(i + 1) / 2] : (v[i / 2] + v[i / 2 + 1]) / 2
}
# Of each section the one size that its reference and postroom have.
function of(s, p, i) {
	for (i = 1; i <= n_keys; i++)
		if (section[i] == s && program[i] == p)
			return keys[i]
	return ""
}
function sized(s, z) {
	return s FS "postroom" FS z
}
function ratio(s, p, a, b) {
	a = of(s, p)
	b = of(s, reference[s])
	return a == "" || b == "" ? -1 : median(ms, a) / median(ms, b)
}
function budget(what, value, limit, unit) {
	if (value < 0)
		return
	n_budgets++
	budget_what[n_budgets] = what
	budget_value[n_budgets] = value
	budget_limit[n_budgets] = limit
	budget_unit[n_budgets] = unit
}
# What a message costs beyond what a run costs that brings a thousand less.
function slope(s, from, to) {
	if (!(sized(s, from) in n) || !(sized(s, to) in n))
		return -1
	return (median(ms, sized(s, to)) - median(ms, sized(s, from))) / (to - from)
}
# A thousand messages: so many microseconds for each, without reading the rules.
function judging(rules) {
	return median(ms, sized("rules", rules)) - \
		median(ms, "rules" FS "reading" FS rules)
}
# What confinement adds; less than what can be measured is nothing.
function more(s, all, a, b) {
	if ((a = of(s, "confined")) == "")
		return -1
	b = median(all, a) - median(all, of(s, "unconfined"))
	return b < 0 ? 0 : b
}
# In the table only as budgets: bytes and round trips, which take no time.
function is_hidden(i) {
	return program[i] == "first" || section[i] == "imapwire"
}
function worst(s, p, z, key, i, most) {
	key = s FS p FS z
	if (!(key in n))
		return -1
	for (i = 1; i <= n[key]; i++)
		if (ms[key, i] + 0 > most)
			most = ms[key, i] + 0
	return most
}
function imap_budgets(a) {
	budget("IMAP, five rules, Maildir", ratio("imap", "postroom"), 1.5,
		"of the floor")
	if ((a = of("imap", "postroom")) != "")
		budget("messages that did not come", size[number[a]] - messages[a],
			0, "")
	if ((a = of("imap", "mbsync")) != "")
		budget("the same time", median(ms, of("imap", "postroom")) / \
			median(ms, a), 0.05, "of mbsync")
	budget("the same over TLS", ratio("imaptls", "postroom"), 1.5,
		"of the floor")
	budget("round trip of 40 ms", ratio("imaptrip", "postroom"), 1.5,
		"of the drain")
	budget("the same over TLS", ratio("imaptriptls", "postroom"), 1.5,
		"of the drain")
	if ((a = of("imapknown", "postroom")) != "")
		budget("30,000 known messages", median(cpu, a) / \
			median(cpu, of("imapknown", "few")), 1.25,
			"of the processor time of a thousand")
	budget("their poll", worst("imapwire", "bytes", 30000), 2048,
		"bytes on the wire")
	budget("their poll", worst("imapwire", "trips", 30000), 3,
		"round trips after the login")
}
function idle_budgets(a) {
	if ((a = of("imapidle", "news")) != "")
		budget("from the news to the folder", median(ms, a), 50, "ms")
	if ((a = of("imapidle", "memory")) != "")
		budget("all processes, 500 accounts that wait", kib[a] / 1024, 64,
			"MiB")
}
function budgets(a, b) {
	budget("fetch, five rules, Maildir", ratio("loopback", "postroom"), 1.1,
		"of the floor")
	budget("the same over TLS", ratio("tls", "postroom"), 1.1, "of the floor")
	budget("the same, deleting", ratio("delete", "postroom"), 1.1,
		"of the floor")
	budget("round trip of 40 ms, TLS", ratio("triptls", "postroom"), 1.2,
		"of the drain")
	imap_budgets()
	idle_budgets()
	if ((a = of("idle", "postroom")) != "")
		budget("an empty poll", median(ms, a) - \
			median(ms, of("idle", "login")), 15,
			"ms more than the login")
	if ((a = of("accounts", "postroom")) != "")
		budget("an account without mail", median(cpu, a) / 50, 12,
			"ms of processor")
	budget("100,000 known messages", ratio("known", "postroom"), 2,
		"of the UIDL transfer")
	if ((a = of("known", "postroom")) != "")
		budget("their memory", kib[a] / 1024, 64, "MiB")
	budget("a million rows of history", ratio("history", "1,001,000-rows"),
		1.1, "of a thousand rows")
	if ((a = of("big", "postroom")) != "")
		budget("memory for 1 GiB", kib[a] / 1024, 48, "MiB")
	budget("50 accounts", ratio("many", "postroom"), 1.25,
		"of the slowest of them")
	if ((a = of("many", "drains")) != "")
		budget("50 accounts", median(ms, of("many", "postroom")) / \
			median(ms, a), 1.25, "of 50 drains at once")
	a = slope("scale", 10000, 100000)
	b = slope("scale", 1000, 10000)
	if (a > 0 && b > 0)
		budget("a message of 100,000", a / b, 1.25, "of one of 10,000")
	if ((sized("rules", 1000) in n) && (sized("rules", 0) in n))
		budget("1,000 rules", judging(1000) - judging(0), 100,
			"us a message more than without")
	budget("the sandbox of the judge", more("sandbox", cpu) * 1000 / 3000, 20,
		"us of processor a message")
	budget("its start", more("start", ms), 2, "ms more than without")
}
function of_reference(key, r) {
	return sprintf("%.2f", median(ms, key) / median(ms, r))
}
function verdict(i) {
	return budget_value[i] <= budget_limit[i]
}
function show_table(i, key, r) {
	print "| section | program | size | ms | of its reference | CPU ms | peak KiB | messages |"
	print "|---|---|--:|--:|--:|--:|--:|--:|"
	for (i = 1; i <= n_keys; i++) {
		key = keys[i]
		if (is_hidden(i))
			continue
		r = of(section[i], reference[section[i]])
		printf "| %s | %s | %s | %.1f | %s | %s | %s | %s |\n", section[i],
			program[i], size[i], median(ms, key),
			(r == "" ? "" : of_reference(key, r)),
			(cpu[key, 1] == "-" ? "" : median(cpu, key)),
			(kib[key] ? kib[key] : ""), messages[key]
	}
	print ""
	print "| budget | measured | at most | |"
	print "|---|--:|--:|---|"
	for (i = 1; i <= n_budgets; i++)
		printf "| %s | %.2f | %s %s | %s |\n", budget_what[i],
			budget_value[i], budget_limit[i], budget_unit[i],
			(verdict(i) ? "met" : "NOT MET")
}
function show_json(i, k, key, n_shown) {
	printf "{\n  \"setup\": \"%s\",\n  \"results\": [\n", setup
	for (i = 1; i <= n_keys; i++) {
		key = keys[i]
		if (section[i] == "imapwire")
			continue
		printf "%s    {\"section\": \"%s\", \"program\": \"%s\", " \
			"\"size\": %d, \"median_ms\": %.1f, \"ms\": [",
			(n_shown++ ? ",\n" : ""), section[i], program[i],
			size[i], median(ms, key)
		for (k = 1; k <= n[key]; k++)
			printf "%s%s", (k > 1 ? ", " : ""), ms[key, k]
		printf "], \"cpu_ms\": %s, \"peak_kib\": %s, \"messages\": %d}",
			(cpu[key, 1] == "-" ? "null" : median(cpu, key)),
			(kib[key] ? kib[key] : "null"), messages[key]
	}
	printf "\n  ],\n  \"budgets\": [\n"
	for (i = 1; i <= n_budgets; i++)
		printf "    {\"budget\": \"%s\", \"measured\": %.3f, \"at_most\": %s, " \
			"\"unit\": \"%s\", \"met\": %s}%s\n", budget_what[i],
			budget_value[i], budget_limit[i], budget_unit[i],
			(verdict(i) ? "true" : "false"), (i < n_budgets ? "," : "")
	print "  ]\n}"
}
function show_plot(i, key) {
	for (i = 1; i <= n_keys; i++) {
		key = keys[i]
		if (program[i] != "postroom" || size[i] + 0 == 0)
			continue
		if (plot == "time" && section[i] == "scale")
			printf "ms a message, all of the run\t%d\t%.4f\n", size[i],
				median(ms, key) / size[i]
		if (plot == "memory" && section[i] == "scale")
			printf "largest process\t%d\t%.2f\n", size[i], kib[key] / 1024
		if (plot == "rules" && section[i] == "rules")
			printf "us a message\t%d\t%.2f\n", size[i],
				judging(size[i])
	}
}
END {
	budgets()
	if (plot != "")
		show_plot()
	else if (json)
		show_json()
	else
		show_table()
}
