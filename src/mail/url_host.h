/* SPDX-License-Identifier: ISC */
/* The host of a URL. */
#ifndef MAIL_URL_HOST_H
#define MAIL_URL_HOST_H

#include <stdbool.h>

#include "util/buf.h"

/*
 * Append the host as browsers understand it: percent forms decoded, lower case,
 * full-width letters and dots made plain, invisible characters dropped, and
 * numbers ("3221225985", "0xC0.0.02.1") written as 192.0.2.1. False: it has a
 * character that no host has, and browsers open nothing.
 */
bool url_host_add(struct slice host, struct buf *out);

/*
 * Do both hosts belong to one owner: is one below the other, or have they the
 * same last labels ("a.example.co.uk" and "b.example.co.uk")?
 */
bool url_hosts_are_kin(struct slice a, struct slice b);

#endif
