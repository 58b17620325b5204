// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.SpiVersion;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportProvider;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The transport {@code netlink}.
 *
 * @since 0.1.0
 */
public final class NetlinkTransportProvider implements TransportProvider {
  /**
   * The default port of an engine in peer mode, {@code AUDI} in ASCII. It is above every process id
   * and below the ports that the kernel assigns, so no process gets it by chance.
   */
  public static final long DEFAULT_PORT = 0x4155_4449L;

  /** Where records go. */
  public enum Mode {
    /** Into the kernel's own audit trail, as user messages. */
    KERNEL,
    /** To a process that registers with this one as its audit daemon. */
    PEER
  }

  private static final long MAX_PORT = 0xFFFF_FFFFL;

  /** The number that stands for no user, as in chown(2). */
  private static final int NOBODY = -1;

  private static final int MAX_BATCH = 1024;

  private static final PluginOption<Mode> MODE =
      PluginOption.choice(
              "mode",
              Mode.class,
              "into the kernel's audit trail, or to a process that registers as the daemon")
          .asRequired();
  private static final PluginOption<Long> BATCH =
      PluginOption.number("batch", 1, MAX_BATCH, "records sent with one system call")
          .withDefault(64L);
  private static final PluginOption<Long> PORT =
      PluginOption.number(
              "port", 0, MAX_PORT, "peer: the netlink port to register at; 0: the process id")
          .withDefault(DEFAULT_PORT);
  private static final PluginOption<String> ALLOW_UIDS =
      PluginOption.string(
              "allow-uids",
              "peer: further users that may register, as numbers with commas between;"
                  + " root and the engine's own user always may")
          .withDefault("");
  private static final PluginOption<Long> GROUP =
      PluginOption.number("group", 0, 32, "peer: the multicast group for listeners; 0: none")
          .withDefault((long) Nl.AUDIT_NLGRP_READLOG);
  private static final PluginOption<Duration> SEND_TIMEOUT =
      PluginOption.duration(
              "send-timeout",
              Duration.ZERO,
              Duration.ofMinutes(1),
              "peer: how long to wait for a daemon that is full; the kernel's is 100ms")
          .withDefault(Duration.ofMillis(100));

  /** For the service loader. */
  public NetlinkTransportProvider() {}

  @Override
  public String id() {
    return "netlink";
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public String description() {
    return "netlink: into the kernel's audit trail, or to a process that registers as the daemon";
  }

  @Override
  public List<PluginOption<?>> options() {
    return List.of(MODE, BATCH, PORT, ALLOW_UIDS, GROUP, SEND_TIMEOUT);
  }

  @Override
  public PluginOption<?> argument() {
    return MODE;
  }

  @Override
  public Transport create(PluginConfig config) {
    int batch = Math.toIntExact(config.get(BATCH));
    Set<Integer> users = users(config.get(ALLOW_UIDS));
    return switch (config.get(MODE)) {
      case KERNEL -> kernel(batch);
      case PEER ->
          peer(
              config.get(PORT),
              users,
              Math.toIntExact(config.get(GROUP)),
              config.get(SEND_TIMEOUT),
              batch);
    };
  }

  /**
   * Makes a transport into the kernel's audit trail.
   *
   * @param batchRecords records sent with one system call, 1 to 1,024
   */
  public static Transport kernel(int batchRecords) {
    Bounds.check("batch", batchRecords, 1, MAX_BATCH);
    return new KernelTransport(batchRecords);
  }

  /**
   * Makes a transport to a process that registers as the daemon.
   *
   * @param port the netlink port to register at, 0 for the process id
   * @param users more users that may register; root and the engine's own user always may
   * @param group the multicast group for listeners, 1 to 32; 0 for none
   * @param sendTimeout how long to wait for a daemon whose socket is full, in steps of a
   *     millisecond
   * @param batchRecords records sent with one system call, 1 to 1,024
   */
  public static Transport peer(
      long port, Set<Integer> users, int group, Duration sendTimeout, int batchRecords) {
    Bounds.check("port", port, 0, MAX_PORT);
    Bounds.check("group", group, 0, 32);
    Bounds.check("batch", batchRecords, 1, MAX_BATCH);
    long realPort = port == 0 ? ProcessHandle.current().pid() : port;
    return new PeerTransport(realPort, users, group, sendTimeout.toMillis(), batchRecords);
  }

  private static Set<Integer> users(String text) {
    var users = new HashSet<Integer>();
    for (String word : text.split(",", -1)) {
      if (!word.isBlank()) {
        users.add(user(word.strip()));
      }
    }
    return users;
  }

  private static int user(String word) {
    try {
      int user = Integer.parseUnsignedInt(word);
      if (user != NOBODY) {
        return user;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new PluginConfigException(
        "option 'allow-uids': '" + word + "' is not a user id; it takes numbers such as 1000,1001");
  }
}
