// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.RecordSourceProvider;
import io.kauditd.spi.SerialWatch;
import io.kauditd.spi.SpiVersion;
import java.util.List;

/**
 * The source {@code netlink}: the records of another engine, whose transport is in peer mode.
 *
 * @since 0.1.0
 */
public final class PeerSourceProvider implements RecordSourceProvider {
  private static final PluginOption<Long> PORT =
      PluginOption.number("port", 1, 0xFFFF_FFFFL, "the engine's netlink port")
          .withDefault(NetlinkTransportProvider.DEFAULT_PORT);
  private static final PluginOption<PeerDaemon.Mode> ROLE =
      PluginOption.choice(
              "role", PeerDaemon.Mode.class, "the engine's daemon, or a listener beside it")
          .withDefault(PeerDaemon.Mode.DAEMON);
  private static final PluginOption<Long> GROUP =
      PluginOption.number("group", 1, 32, "the multicast group of a listener")
          .withDefault((long) Nl.AUDIT_NLGRP_READLOG);
  private static final PluginOption<Long> RECEIVE_BUFFER =
      PluginOption.sizeBytes(
              "receive-buffer",
              4096,
              1 << 30,
              "the socket's receive buffer; a record of 200 bytes takes 832 of it")
          .withDefault(4L << 20);
  private static final PluginOption<Long> ENGINE_UID =
      PluginOption.number(
          "engine-uid",
          0,
          0xFFFF_FFFEL,
          "the user that the engine runs as; without it, root or the own user");

  private static final PluginOption<SerialWatch.Mode> GAPS =
      PluginOption.choice(
              "gaps",
              SerialWatch.Mode.class,
              "whether missing serials are reported; auto: no, because an engine may relay a part"
                  + " of a log")
          .withDefault(SerialWatch.Mode.AUTO);

  /** For the service loader. */
  public PeerSourceProvider() {}

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
    return "the records of another engine with transport netlink:peer, as its daemon";
  }

  @Override
  public List<PluginOption<?>> options() {
    return List.of(PORT, ROLE, GROUP, RECEIVE_BUFFER, ENGINE_UID, GAPS);
  }

  @Override
  public PluginOption<?> argument() {
    return PORT;
  }

  @Override
  public RecordSource create(PluginConfig config) {
    PeerDaemon.Builder builder =
        PeerDaemon.builder()
            .enginePort(config.get(PORT))
            .mode(config.get(ROLE))
            .group(Math.toIntExact(config.get(GROUP)))
            .receiveBufferBytes(Math.toIntExact(config.get(RECEIVE_BUFFER)))
            .gaps(config.get(GAPS).watches(false));
    Long engineUid = config.find(ENGINE_UID);
    if (engineUid != null) {
      builder.engineUser(engineUid.intValue());
    }
    return builder.build();
  }
}
