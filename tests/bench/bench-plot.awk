# Lines "SERIES<tab>X<tab>Y" to an SVG plot: X logarithmic, Y from zero.
# Variables: title, xlabel, ylabel.
BEGIN {
	FS = "\t"
	width = 640; height = 360; left = 70; right = 36; top = 40; bottom = 50
	split("#1f5fa8 #c0392b #2e8b57 #8e5ea2", colours, " ")
}
{
	if (!($1 in number)) {
		number[$1] = ++n_series
		name[n_series] = $1
	}
	s = number[$1]
	x[s, ++n[s]] = $2
	y[s, n[s]] = $3
	if (!low || $2 < low) low = $2
	if ($2 > high) high = $2
	if ($3 > peak) peak = $3
}
function px(v) {
	return left + (width - left - right) * log(v / low) / log(high / low)
}
function py(v) {
	return height - bottom - (height - top - bottom) * v / limit
}
# 1, 2 or 5 times a power of ten; about five steps up to the peak.
function step(v, p) {
	p = 1
	while (p * 10 <= v / 5) p *= 10
	while (p > v / 5) p /= 10
	return v / 5 > 5 * p ? 10 * p : v / 5 > 2 * p ? 5 * p : 2 * p
}
function text(at_x, at_y, anchor, what) {
	printf "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n",
		at_x, at_y, anchor, what
}
END {
	if (!peak || low == high)
		exit
	by = step(peak)
	limit = by * (int(peak / by) + 1)
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" " \
		"viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" " \
		"font-size=\"12\" fill=\"#222\">\n", width, height
	printf "<title>%s</title>\n<rect width=\"%d\" height=\"%d\" " \
		"fill=\"#fff\"/>\n", title, width, height
	text(left, 20, "start", title)
	for (v = 0; v <= limit + by / 2; v += by) {
		printf "<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/>\n", left,
			py(v), width - right
		text(left - 6, py(v) + 4, "end", v)
	}
	for (i = 1; i <= n[1]; i++)
		text(px(x[1, i]), height - bottom + 18, "middle", x[1, i])
	text((left + width) / 2, height - 10, "middle", xlabel)
	printf "<text transform=\"translate(16 %d) rotate(-90)\" " \
		"text-anchor=\"middle\">%s</text>\n", height / 2, ylabel
	for (s = 1; s <= n_series; s++) {
		colour = colours[(s - 1) % 4 + 1]
		path = ""
		for (i = 1; i <= n[s]; i++) {
			path = path (i > 1 ? "L" : "M") sprintf("%.1f %.1f",
				px(x[s, i]), py(y[s, i]))
			printf "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" " \
				"fill=\"%s\"/>\n", px(x[s, i]), py(y[s, i]), colour
		}
		printf "<path d=\"%s\" fill=\"none\" stroke=\"%s\" " \
			"stroke-width=\"2\"/>\n", path, colour
		printf "<rect x=\"%d\" y=\"%d\" width=\"10\" height=\"10\" " \
			"fill=\"%s\"/>\n", width - 200, 10 + 16 * (s - 1), colour
		text(width - 185, 19 + 16 * (s - 1), "start", name[s])
	}
	print "</svg>"
}
