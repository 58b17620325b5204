// SPDX-License-Identifier: Apache-2.0
//
// The limit of receiving from the live kernel: recvmmsg, a line a record, and one write a batch. Knows no queue, no
// connection that ends and no full disk. For audit-bench/netlink-vs-auditd, which compiles it.
//
//   usage: receive FILE       receives as the kernel's audit daemon, until SIGTERM
//          receive -c CALLS   says its process id, waits for a line, and then makes as many calls of getpgid
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MESSAGES 64
#define MESSAGE_BYTES 9216
#define LINE_BYTES (MESSAGE_BYTES + 64)
#define FIRST_RECORD 1100
#define REPLACE 1329

static volatile sig_atomic_t ends;

static void end(int signal) {
  (void)signal;
  ends = 1;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void call(long calls) {
  char go;
  printf("%d\n", (int)getpid());
  fflush(stdout);
  if (read(0, &go, 1) != 1) fail("read");
  for (long i = 0; i < calls; i++) getpgid(0);
}

static void be_daemon(int fd, uint32_t pid) {
  struct {
    struct nlmsghdr header;
    struct audit_status status;
  } set = {0};
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  set.header.nlmsg_len = sizeof set;
  set.header.nlmsg_type = AUDIT_SET;
  set.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  set.status.mask = AUDIT_STATUS_PID;
  set.status.pid = pid;
  if (sendto(fd, &set, sizeof set, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0) fail("sendto");
}

static const char *name_of(int type) {
  switch (type) {
    case 1112: return "USER_LOGIN";
    case 1121: return "TRUSTED_APP";
    case 1300: return "SYSCALL";
    case 1302: return "PATH";
    case 1305: return "CONFIG_CHANGE";
    case 1307: return "CWD";
    case 1309: return "EXECVE";
    case 1327: return "PROCTITLE";
    default: return NULL;
  }
}

// Returns the end of the line.
static char *put_line(char *at, int type, const char *text, size_t length) {
  const char *name = name_of(type);
  if (name) {
    memcpy(at, "type=", 5);
    at = stpcpy(at + 5, name);
  } else {
    at += sprintf(at, "type=UNKNOWN[%d]", type);
  }
  memcpy(at, " msg=", 5);
  at += 5;
  for (size_t i = 0; i < length; i++) at[i] = (unsigned char)text[i] < ' ' ? ' ' : text[i];
  at[length] = '\n';
  return at + length + 1;
}

static void receive(int fd, int log) {
  static char bytes[MESSAGES][MESSAGE_BYTES];
  static char lines[MESSAGES * LINE_BYTES];
  static struct sockaddr_nl from[MESSAGES];
  static struct iovec parts[MESSAGES];
  static struct mmsghdr messages[MESSAGES];
  while (!ends) {
    for (int i = 0; i < MESSAGES; i++) {
      parts[i] = (struct iovec){bytes[i], MESSAGE_BYTES};
      messages[i].msg_hdr = (struct msghdr){
          .msg_name = &from[i], .msg_namelen = sizeof from[i], .msg_iov = &parts[i], .msg_iovlen = 1};
    }
    int count = recvmmsg(fd, messages, MESSAGES, MSG_WAITFORONE, NULL);
    if (count < 0 && (errno == EINTR || errno == ENOBUFS)) continue;
    if (count < 0) fail("recvmmsg");
    char *at = lines;
    for (int i = 0; i < count; i++) {
      struct nlmsghdr *header = (struct nlmsghdr *)bytes[i];
      size_t length = messages[i].msg_len;
      int type = header->nlmsg_type;
      if (from[i].nl_pid != 0 || length < NLMSG_HDRLEN || type < FIRST_RECORD || type == REPLACE || type == AUDIT_EOE) {
        continue;
      }
      at = put_line(at, type, bytes[i] + NLMSG_HDRLEN, length - NLMSG_HDRLEN);
    }
    for (char *next = lines; next < at;) {
      ssize_t written = write(log, next, at - next);
      if (written < 0) fail("write");
      next += written;
    }
  }
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "-c") == 0) {
    call(atol(argv[2]));
    return 0;
  }
  if (argc != 2) {
    fprintf(stderr, "usage: receive FILE | receive -c CALLS\n");
    return 2;
  }
  struct sigaction action = {.sa_handler = end};
  sigaction(SIGTERM, &action, NULL);
  int log = open(argv[1], O_WRONLY | O_APPEND | O_CREAT, 0600);
  if (log < 0) fail(argv[1]);
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);
  struct sockaddr_nl own = {.nl_family = AF_NETLINK};
  int room = 1 << 20;
  if (fd < 0 || bind(fd, (struct sockaddr *)&own, sizeof own) < 0) fail("socket");
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  be_daemon(fd, getpid());
  receive(fd, log);
  be_daemon(fd, 0);
  return 0;
}
