/* SPDX-License-Identifier: ISC */
/* The small parts of connecting: names of proxies, stores, and hosts. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../tap.h"
#include "net/proxy.h"
#include "net/resolve.h"
#include "net/trust.h"

static bool is_shown(const char *url, const char *as)
{
	struct buf name = BUF_INIT(200);
	bool ok;

	proxy_name(url, &name);
	ok = strcmp(name.s, as) == 0;
	buf_release(&name);
	return ok;
}

static void test_proxy_name(void)
{
	ok(is_shown("socks5h://localhost:9050", "socks5h://localhost:9050"),
	   "a proxy as it is");
	ok(is_shown("http://user:secret@p.example:3128",
		    "http://p.example:3128"),
	   "no user, no password");
	ok(is_shown("http://user:p@ss@p.example", "http://p.example"),
	   "a password with @");
	ok(is_shown("http://u:a/b@p.example", "http://p.example"),
	   "a password with a slash");
	ok(is_shown("u:s@p.example:1", "p.example:1"), "without a scheme");
}

static void test_trust(void)
{
	char dir[] = "/tmp/test-trust.XXXXXX", path[64];

	if (mkdtemp(dir) == NULL)
		abort();
	ok(!trust_is_hashed(dir), "an empty directory");
	(void)snprintf(path, sizeof(path), "%s/8d33f237.0", dir);
	ok(symlink("/nonexistent", path) == 0 && !trust_is_hashed(dir),
	   "a link that leads nowhere");
	ok(unlink(path) == 0 && symlink("/", path) == 0 && trust_is_hashed(dir),
	   "a certificate by its hash");
	(void)unlink(path);
	(void)setenv("SSL_CERT_DIR", dir, 1);
	(void)unsetenv("SSL_CERT_FILE");
	ok(trust_find().dir == NULL && trust_find().bundle == NULL,
	   "SSL_CERT_DIR replaces the system's");
	(void)setenv("SSL_CERT_FILE", "/proc/self/exe", 1);
	ok(strcmp(trust_find().bundle, "/proc/self/exe") == 0,
	   "SSL_CERT_FILE is used");
	(void)rmdir(dir);
}

static void test_resolve(void)
{
	struct resolved found;

	resolve_others("127.0.0.1", "127.0.0.1", &found);
	ok(found.n == 0, "an address has no others");
	resolve_others("127.0.0.1", "::1", &found);
	ok(found.n == 1 && strcmp(found.address[0], "127.0.0.1") == 0,
	   "but it is one");
}

int main(void)
{
	test_proxy_name();
	test_trust();
	test_resolve();
	return done_testing();
}
