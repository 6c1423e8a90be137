/* SPDX-License-Identifier: ISC */
#include "net/resolve.h"

#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

#include "util/buf.h"

#include "util/banned.h"

/* Let getaddrinfo() convert international names, where it can. */
#ifdef AI_IDN
#define NAME_FLAGS (AI_IDN | AI_ADDRCONFIG)
#else
#define NAME_FLAGS AI_ADDRCONFIG
#endif

locale_t resolve_begin(const char *host)
{
	locale_t utf8 = (locale_t)0;

	if (!slice_is_ascii(slice_str(host)))
		utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	return utf8 == (locale_t)0 ? utf8 : uselocale(utf8);
}

void resolve_end(locale_t before)
{
	if (before != (locale_t)0)
		freelocale(uselocale(before));
}

bool resolve_peer(int fd, char out[RESOLVE_TEXT_MAX])
{
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);

	return getpeername(fd, (struct sockaddr *)&address, &len) == 0 &&
	       getnameinfo((struct sockaddr *)&address, len, out,
			   RESOLVE_TEXT_MAX, NULL, 0, NI_NUMERICHOST) == 0;
}

/* Add one family (AF_INET, AF_INET6), or with `other` all but that. */
static void take(const struct addrinfo *list, int family, bool other,
		 const char *used, struct resolved *out)
{
	for (const struct addrinfo *ai = list;
	     ai != NULL && out->n < RESOLVE_MAX; ai = ai->ai_next) {
		char *text = out->address[out->n];

		if ((ai->ai_family == family) != other &&
		    getnameinfo(ai->ai_addr, ai->ai_addrlen, text,
				RESOLVE_TEXT_MAX, NULL, 0,
				NI_NUMERICHOST) == 0 &&
		    strcmp(text, used) != 0)
			out->n++;
	}
}

void resolve_others(const char *host, const char *used, struct resolved *out)
{
	const struct addrinfo hints = {.ai_family = AF_UNSPEC,
				       .ai_socktype = SOCK_STREAM,
				       .ai_flags = NAME_FLAGS};
	int family = strchr(used, ':') == NULL ? AF_INET : AF_INET6;
	struct addrinfo *list = NULL;
	locale_t before = resolve_begin(host);

	out->n = 0;
	if (getaddrinfo(host, NULL, &hints, &list) == 0) {
		take(list, family, true, used, out);
		take(list, family, false, used, out);
		freeaddrinfo(list);
	}
	resolve_end(before);
}
