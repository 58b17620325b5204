// SPDX-License-Identifier: Apache-2.0
// What this module and audit-files write down as numbers, as the headers of a machine have it. Compiled, never run.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#define IS(value, number) _Static_assert((value) == (number), #value " is not " #number)
#define AT(type, field, number) IS(offsetof(struct type, field), number)

// nlmsghdr: Nl
IS(sizeof(struct nlmsghdr), 16);
AT(nlmsghdr, nlmsg_type, 4);
AT(nlmsghdr, nlmsg_flags, 6);
AT(nlmsghdr, nlmsg_seq, 8);
AT(nlmsghdr, nlmsg_pid, 12);
AT(nlmsgerr, error, 0);
AT(nlmsgerr, msg, 4);

// audit_status: KernelStatus
AT(audit_status, mask, 0);
AT(audit_status, enabled, 4);
AT(audit_status, failure, 8);
AT(audit_status, pid, 12);
AT(audit_status, rate_limit, 16);
AT(audit_status, backlog_limit, 20);
AT(audit_status, lost, 24);
AT(audit_status, backlog, 28);
AT(audit_status, feature_bitmap, 32);
AT(audit_status, backlog_wait_time, 36);

// mmsghdr, iovec, sockaddr_nl: SendBatch, ReceiveBatch, NetlinkSocket
IS(sizeof(struct mmsghdr), 64);
AT(mmsghdr, msg_hdr.msg_name, 0);
AT(mmsghdr, msg_hdr.msg_namelen, 8);
AT(mmsghdr, msg_hdr.msg_iov, 16);
AT(mmsghdr, msg_hdr.msg_iovlen, 24);
AT(mmsghdr, msg_hdr.msg_control, 32);
AT(mmsghdr, msg_hdr.msg_controllen, 40);
AT(mmsghdr, msg_hdr.msg_flags, 48);
AT(mmsghdr, msg_len, 56);
IS(sizeof(struct iovec), 16);
AT(iovec, iov_len, 8);
IS(sizeof(struct sockaddr_nl), 12);
AT(sockaddr_nl, nl_pid, 4);
AT(sockaddr_nl, nl_groups, 8);

// cmsghdr with a ucred behind it: ReceiveBatch
AT(cmsghdr, cmsg_len, 0);
AT(cmsghdr, cmsg_level, 8);
AT(cmsghdr, cmsg_type, 12);
IS(CMSG_LEN(sizeof(struct ucred)), 28);
AT(ucred, pid, 0);
AT(ucred, uid, 4);

IS(sizeof(struct pollfd), 8);
AT(pollfd, events, 4);
AT(pollfd, revents, 6);
IS(sizeof(struct timeval), 16);
AT(timeval, tv_usec, 8);

IS(AF_NETLINK, 16);
IS(NETLINK_USERSOCK, 2);
IS(NETLINK_AUDIT, 9);
IS(SOCK_RAW, 3);
IS(SOCK_CLOEXEC, 0x80000);
IS(MSG_TRUNC, 0x20);
IS(MSG_DONTWAIT, 0x40);
IS(SOL_SOCKET, 1);
IS(SO_RCVBUF, 8);
IS(SO_PASSCRED, 16);
IS(SO_SNDTIMEO, 21);
IS(SO_RCVBUFFORCE, 33);
IS(SCM_CREDENTIALS, 2);
IS(EFD_NONBLOCK, 0x800);
IS(EFD_CLOEXEC, 0x80000);

// audit-files
IS(O_WRONLY, 01);
IS(O_CREAT, 0100);
IS(O_EXCL, 0200);
IS(O_APPEND, 02000);
IS(O_CLOEXEC, 02000000);
IS(O_PATH, 010000000);
#if defined(__aarch64__)
IS(O_NOFOLLOW, 0100000);
#else
IS(O_NOFOLLOW, 0400000);
#endif
IS(AT_FDCWD, -100);
IS(F_OFD_SETLK, 37);
IS(F_WRLCK, 1);
IS(sizeof(struct flock), 32);
AT(flock, l_whence, 2);
AT(flock, l_start, 8);
AT(flock, l_len, 16);
AT(flock, l_pid, 24);

// The socket of a service manager: audit-cli
IS(AF_UNIX, 1);
IS(SOCK_DGRAM, 2);
IS(MSG_NOSIGNAL, 0x4000);
IS(offsetof(struct sockaddr_un, sun_path), 2);
IS(sizeof(((struct sockaddr_un *)0)->sun_path), 108);
