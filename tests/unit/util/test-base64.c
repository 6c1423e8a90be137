/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "util/base64.h"

static const struct {
	const char *bytes, *text;
} vectors[] = {
	{"", ""},
	{"f", "Zg=="},
	{"fo", "Zm8="},
	{"foo", "Zm9v"},
	{"foob", "Zm9vYg=="},
	{"fooba", "Zm9vYmE="},
	{"foobar", "Zm9vYmFy"},
	{"\xff\xfe\xfb", "//77"},
};

static void test_vectors(void)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct buf out = BUF_INIT(64);

		base64_encode(slice_str(vectors[i].bytes), &out);
		is_slice(vectors[i].text, buf_slice(&out), "encoded");
		buf_clear(&out);
		ok(base64_decode(slice_str(vectors[i].text), &out), "read");
		is_slice(vectors[i].bytes, buf_slice(&out), "decoded");
		buf_release(&out);
	}
}

static void test_rubbish(void)
{
	static const char *const texts[] = {"Z",    "Zg",	"Zg=",	 "Z===",
					    "====", "Zg==Zg==", "Zm9v ", "Zm9!",
					    "Z=9v", "Zm9v\n"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct buf out = BUF_INIT(64);

		ok(!base64_decode(slice_str(texts[i]), &out), texts[i]);
		buf_release(&out);
	}
	ok(!base64_decode(slice_of("Zm9\0", 4), &(struct buf)BUF_INIT(9)),
	   "a NUL");
}

static void test_limit(void)
{
	struct buf out = BUF_INIT(4);

	ok(!base64_decode(slice_str("Zm9vYmFy"), &out), "too much is refused");
	ok(out.full, "and the buffer says so");
	buf_release(&out);
}

int main(void)
{
	test_vectors();
	test_rubbish();
	test_limit();
	return done_testing();
}
