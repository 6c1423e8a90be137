/* SPDX-License-Identifier: ISC */
/*
 * Lines for the system's log (RFC 3164, as syslog(3) sends them to /dev/log,
 * which is a socket for datagrams), facility "mail". Not syslog(3) itself: that
 * waits for ever when the daemon behind it reads no more, and mail does not
 * wait for a log.
 */
#ifndef UTIL_SYSLOG_H
#define UTIL_SYSLOG_H

/*
 * `*fd` is the socket, opened when it is -1 and anew when the one behind it
 * has gone; `priority` is a number of syslog's, 3 is an error. What nobody
 * takes within a moment, or nobody is there for, is dropped.
 */
void syslog_write(int *fd, int priority, const char *text);

#endif
