/* SPDX-License-Identifier: ISC */
/*
 * Lines for the system's log, facility "mail": datagrams to /dev/log as
 * syslog(3) sends them (RFC 3164). syslog(3) itself would block for ever when
 * the log daemon stops reading; mail does not wait for a log.
 */
#ifndef UTIL_SYSLOG_H
#define UTIL_SYSLOG_H

/*
 * `*fd` is the socket: opened when it is -1, and again when the log daemon was
 * restarted. `priority` is a number of syslog(3); 3 is an error. A line that
 * nobody accepts within 300 ms is dropped. syslog_prepare() opens it without
 * a line.
 */
void syslog_prepare(int *fd);
void syslog_write(int *fd, int priority, const char *text);

#endif
