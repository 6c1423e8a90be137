/* SPDX-License-Identifier: ISC */
#include "run/network.h"

#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/io.h"

#include "util/banned.h"

int network_watch(void)
{
	struct sockaddr_nl address = {.nl_family = AF_NETLINK,
				      .nl_groups = RTMGRP_IPV4_IFADDR |
						   RTMGRP_IPV6_IFADDR};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			NETLINK_ROUTE);

	if (fd != -1 &&
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) == -1)
		io_close_quietly(&fd);
	return fd;
}

/* Its details do not matter: only news of addresses come. */
bool network_has_changed(int fd)
{
	char bytes[8192];
	bool any = false;

	while (recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		any = true;
	return any;
}
