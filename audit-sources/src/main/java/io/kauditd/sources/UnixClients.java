// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.spi.Counts;
import io.kauditd.spi.RecordSink;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a Unix socket and their rights: whether one may connect, how many connections it
 * may have, and whether it may send records of types that belong to the kernel. The kernel says who
 * a peer is, so a client cannot pretend. Confined to the source's thread.
 */
final class UnixClients {
  /** AUDIT_USER, the old form of what processes may send. */
  private static final int OLD_USER = 1005;

  private final UnixSource.Builder settings;
  private final UserPrincipal owner;
  private final UserPrincipal root;
  private final Set<UserPrincipal> allowed;
  private final Map<UserPrincipal, Integer> connections = new HashMap<>();

  /** Connections of users other than root and the owner. */
  private int ofOthers;

  /**
   * Looks up the users.
   *
   * @param socket made by this process: its owner is who this is
   * @throws IOException if there is no such user
   */
  UnixClients(UnixSource.Builder settings, Path socket) throws IOException {
    this.settings = settings;
    this.owner = Files.getOwner(socket);
    UserPrincipalLookupService users = socket.getFileSystem().getUserPrincipalLookupService();
    this.root = users.lookupPrincipalByName("0");
    this.allowed = allowed(settings);
  }

  /**
   * The users that may connect; none if all may.
   *
   * @throws IOException if there is no such user
   */
  static Set<UserPrincipal> allowed(UnixSource.Builder settings) throws IOException {
    UserPrincipalLookupService users =
        settings.path.getFileSystem().getUserPrincipalLookupService();
    var allowed = new HashSet<UserPrincipal>();
    for (String name : settings.users) {
      try {
        allowed.add(users.lookupPrincipalByName(name));
      } catch (UserPrincipalNotFoundException e) {
        throw new IOException("there is no user '" + name + "'", e);
      }
    }
    return allowed;
  }

  /** Who a client is, null where the system does not tell. */
  static @Nullable UserPrincipal userOf(SocketChannel client) {
    try {
      return client.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    }
  }

  /** Counts a client; null if it may connect, or else why not. */
  @Nullable String connect(@Nullable UserPrincipal user) {
    if (!allowed.isEmpty() && !allowed.contains(user)) {
      return "is not among the users that may send";
    }
    int held = connections.getOrDefault(user, 0);
    if (!isTrusted(user) && held >= settings.clientsPerUser()) {
      return "has "
          + Counts.of(held, "connection")
          + " already, which is all that one user may have";
    }
    if (!isTrusted(user)) {
      if (ofOthers >= settings.clientsOfOthers()) {
        return "comes when other users have "
            + Counts.of(ofOthers, "connection")
            + ", which is all they may";
      }
      ofOthers++;
    }
    connections.merge(user, 1, Integer::sum);
    return null;
  }

  /** A client that was counted has gone. */
  void disconnect(@Nullable UserPrincipal user) {
    if (!isTrusted(user)) {
      ofOthers--;
    }
    connections.computeIfPresent(user, (key, count) -> count == 1 ? null : count - 1);
  }

  /** Where a client's records go: on, or nowhere for those that it may not send. */
  RecordSink sinkFor(@Nullable UserPrincipal user, String name, RecordSink sink) {
    boolean all =
        switch (settings.kernelTypes) {
          case ALL -> true;
          case NONE -> false;
          case OWNER -> isTrusted(user);
        };
    return all ? sink : new UserTypesOnly(sink, name);
  }

  private boolean isTrusted(@Nullable UserPrincipal user) {
    return owner.equals(user) || root.equals(user);
  }

  /** What may pose as nothing but what a process may send. */
  private final class UserTypesOnly extends ForwardingSink {
    private final String name;

    UserTypesOnly(RecordSink sink, String name) {
      super(sink);
      this.name = name;
    }

    private boolean mayPass(AuditRecord record) {
      int type = record.type();
      if (RecordType.isUserMessage(type)
          || type == OLD_USER
          || type == settings.rules.plainType()) {
        return true;
      }
      sink.problem(
          name
              + ": sent a record of type "
              + RecordType.nameOf(type)
              + ", which is the kernel's or the audit daemon's to send; refused");
      return false;
    }

    @Override
    public boolean accept(AuditRecord record) {
      return mayPass(record) && sink.accept(record);
    }

    @Override
    public boolean acceptNow(AuditRecord record) {
      return mayPass(record) && sink.acceptNow(record);
    }
  }
}
