/* SPDX-License-Identifier: ISC */
/* A changed header, before it replaces the one that came. */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../tap.h"
#include "sort/host.h"

static const char came[] = "From: a\nX-Label: old\nSubject: b\n\nbody\n";

struct change {
	const char *name, *header;
	long skip; /* added to the size of the header */
	int want;
};

static const struct change changes[] = {
	{"the field of a rule", "From: a\nX-Label: new\nSubject: b\n\n", 0, 0},
	{"may be gone", "From: a\nSubject: b\n\n", 0, 0},
	{"or there twice", "From: a\nX-Label: 1\nx-label: 2\nSubject: b\n\n", 0,
	 0},
	{"another field", "From: a\nX-Label: new\nSubject: c\n\n", 0, -1},
	{"a field more", "From: a\nSubject: b\nBcc: c\n\n", 0, -1},
	{"no header", "", 0, -1},
	{"a body", "From: a\nX-Label: new\nSubject: b\n\nfirst\n", 0, -1},
	{"less of the body", "From: a\nX-Label: new\nSubject: b\n\n", 1, -1},
	{"more than the body", "From: a\nX-Label: new\nSubject: b\n\n", -1, -1},
	{"nothing but the header", "From: a\nX-Label: new\nSubject: b\n\n",
	 1000, -1},
};

int main(void)
{
	struct sort_options options = {.command_timeout = 1};
	struct error err = ERROR_INIT;
	struct sort_host host;
	const char *field = "X-Label";
	int fd = memfd_create("message", 0);

	if (write(fd, came, sizeof(came) - 1) == -1)
		perror("write");
	sort_host_init(&host, &options, fd);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		const struct change *c = &changes[i];
		char *header = strdup(c->header);
		struct content content = {
			.skip = (uint64_t)((long)strlen(came) - 5 + c->skip),
			.header = header,
			.header_len = strlen(header),
			.names = &field,
			.n_names = 1};

		is_int(c->want, sort_host_check(&host, &content, &err),
		       c->name);
		content.n_names = 0;
		is_int(-1, sort_host_check(&host, &content, &err),
		       "which is nothing that rules without it can do");
		free(header);
	}
	sort_host_release(&host);
	(void)close(fd);
	return done_testing();
}
