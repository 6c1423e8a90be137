/* SPDX-License-Identifier: ISC */
#include "net/trust.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/banned.h"

/* Digits of a subject's hash. */
#define HASH_DIGITS 8

static const char *const dirs[] = {
	"/etc/ssl/certs", /* Debian, Arch, SUSE, Alpine, FreeBSD */
	"/etc/pki/ca-trust/extracted/pem/directory-hash", /* Fedora */
	"/etc/pki/tls/certs",
	"/usr/lib/ssl/certs",
	"/etc/openssl/certs", /* NetBSD */
};

static const char *const bundles[] = {
	"/etc/ssl/certs/ca-certificates.crt", /* Debian, Arch, NixOS */
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* Fedora */
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/ca-bundle.pem", /* SUSE */
	"/etc/ssl/cert.pem",	  /* Alpine, BSD */
	"/usr/local/share/certs/ca-root-nss.crt",
};

/* "8d33f237.0" */
static bool is_hash(const char *name)
{
	for (int i = 0; i < HASH_DIGITS; i++)
		if (!isxdigit((unsigned char)name[i]))
			return false;
	return name[HASH_DIGITS] == '.' &&
	       isdigit((unsigned char)name[HASH_DIGITS + 1]);
}

bool trust_is_hashed(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	bool found = false;

	while (dir != NULL && !found && (entry = readdir(dir)) != NULL)
		found = is_hash(entry->d_name) &&
			faccessat(dirfd(dir), entry->d_name, R_OK, 0) == 0;
	if (dir != NULL)
		(void)closedir(dir);
	return found;
}

static bool is_bundle(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
	       access(path, R_OK) == 0;
}

static struct trust of_system(void)
{
	struct trust trust = {NULL, NULL};

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		if (trust.dir == NULL && trust_is_hashed(dirs[i]))
			trust.dir = dirs[i];
	for (size_t i = 0; i < sizeof(bundles) / sizeof(bundles[0]); i++)
		if (trust.bundle == NULL && is_bundle(bundles[i]))
			trust.bundle = bundles[i];
	return trust;
}

struct trust trust_find(void)
{
	struct trust told = {getenv("SSL_CERT_DIR"), getenv("SSL_CERT_FILE")};
	struct trust trust = of_system();

	if (told.dir == NULL && told.bundle == NULL)
		return trust;
	/* Told what is so anyway: the directory has the same, and is faster. */
	if (told.dir == NULL && trust.bundle != NULL &&
	    strcmp(told.bundle, trust.bundle) == 0)
		return trust;
	if (told.dir != NULL && !trust_is_hashed(told.dir))
		told.dir = NULL;
	if (told.bundle != NULL && !is_bundle(told.bundle))
		told.bundle = NULL;
	return told;
}
