/* SPDX-License-Identifier: ISC */
/* Small records between two of our processes, with descriptors (SCM_RIGHTS). */
#ifndef UTIL_FRAME_H
#define UTIL_FRAME_H

#include <stddef.h>

/*
 * Send a frame, with a descriptor or without one (-1). Never waits: 1 it is
 * sent, 0 there is no room now, -1 error.
 */
int frame_send(int socket_fd, const void *frame, size_t len, int fd);

/*
 * Receive a frame. *fd_out is -1 when no descriptor came. 1, 0 at the end, -1.
 */
int frame_receive(int socket_fd, void *frame, size_t len, int *fd_out);

#endif
